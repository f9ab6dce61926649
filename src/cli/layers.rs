//! Arguments that the commands that render profiles share: the layers above a profile, and the objects to output.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::catalog::kind::{self, Filter, Kind, Scope};

/// The layers above each profile.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Layers")]
pub struct LayerArgs {
    /// Merge this overlay into every profile (repeatable)
    #[arg(short = 'f', long = "overlay", alias = "values", value_name = "FILE")]
    pub overlays: Vec<PathBuf>,
    /// Keys to set, each `path.to.key=VALUE`.
    #[arg(
        long = "set",
        value_name = "KEY=VALUE",
        value_parser = assignment,
        help = "Set one key, such as claims.data.size=500Gi or 'pods.trainer.mounts[0].readOnly=true' (repeatable)"
    )]
    pub sets: Vec<String>,
    /// Set one key to a text, such as pods.trainer.env.VERSION=1.10 (repeatable)
    #[arg(long = "set-string", value_name = "KEY=TEXT", value_parser = assignment)]
    pub text_sets: Vec<String>,
    /// Set the namespace of all objects that have one
    #[arg(short, long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
}

/// Accepts `KEY=VALUE`; the key and the value are checked with the profile.
fn assignment(text: &str) -> Result<String, String> {
    match text.split_once('=') {
        Some((key, _)) if !key.trim().is_empty() => Ok(text.to_owned()),
        Some(_) => Err("the key is missing: write KEY=VALUE, such as claims.data.size=500Gi".to_owned()),
        None => Err("the value is missing: write KEY=VALUE, such as claims.data.size=500Gi".to_owned()),
    }
}

impl LayerArgs {
    /// The arguments whose values are text: `--set-string` and `--namespace`.
    #[must_use]
    pub fn all_text_sets(&self) -> Vec<String> {
        let namespace = self.namespace.iter().map(|name| format!("namespace={name}"));
        self.text_sets.iter().cloned().chain(namespace).collect()
    }

    /// Whether there is any layer.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.overlays.is_empty()
            && self.sets.is_empty()
            && self.text_sets.is_empty()
            && self.namespace.is_none()
    }
}

/// Which objects to output.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Objects")]
pub struct SelectArgs {
    /// Render all classes of built-in profiles, used or not
    #[arg(long)]
    pub all_classes: bool,
    /// Output only objects of these kinds, such as claims or pvc
    #[arg(long, value_name = "KIND,…", value_delimiter = ',', value_parser = kind::called)]
    pub only: Vec<&'static Kind>,
    /// Output only cluster-scoped or only namespaced objects
    #[arg(long, value_enum)]
    pub scope: Option<ScopeArg>,
}

/// Who can apply an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    /// Classes and volumes, which an administrator of the cluster applies
    Cluster,
    /// Everything in a namespace, which a team applies
    Namespaced,
}

impl SelectArgs {
    /// The filter, with `below` for what is not set.
    #[must_use]
    pub fn filter(&self, below: &Filter) -> Filter {
        let scope = self.scope.map(|scope| match scope {
            ScopeArg::Cluster => Scope::Cluster,
            ScopeArg::Namespaced => Scope::Namespaced,
        });
        Filter {
            only: if self.only.is_empty() { below.only.clone() } else { self.only.clone() },
            scope: scope.or(below.scope),
        }
    }
}
