//! The arguments of `volwright graph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::cli::layers::LayerArgs;

/// Draw classes, claims, workloads and nodes with their links
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright graph aws-ebs -f train.toml\n  volwright graph deploy/ --format svg -o storage.svg\n  helm template . | volwright graph - --format dot | dot -Tpng > storage.png"
)]
pub struct GraphArgs {
    /// Profiles, by built-in name or path, or manifests: files, directories, or - for standard input [default: the renders of
    /// the project file]
    #[arg(value_name = "PROFILE|FILE|DIR|-")]
    pub inputs: Vec<String>,
    /// The layers above each profile.
    #[command(flatten)]
    pub layers: LayerArgs,
    /// Render all classes of built-in profiles, used or not
    #[arg(long)]
    pub all_classes: bool,
    /// How to write the graph
    #[arg(long, value_enum, default_value_t = GraphForm::Mermaid)]
    pub format: GraphForm,
    /// Write the graph to this file, which must be missing or written by volwright [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The oldest API server that must accept the manifests
    #[arg(long, value_name = "VERSION")]
    pub kubernetes_version: Option<KubernetesVersion>,
    /// Do not print a summary
    #[arg(short, long)]
    pub quiet: bool,
}

/// How to write a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphForm {
    /// Mermaid, which GitHub and GitLab draw in Markdown
    Mermaid,
    /// A picture
    Svg,
    /// The language of Graphviz
    Dot,
}
