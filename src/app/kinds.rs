//! `volwright kinds`: which kinds are validated, how, and from which version of Kubernetes.

use std::fmt::Write;

use serde_json::json;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::catalog::kind::{self, Kind};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::{api_version, constraint, custom_kind};
use crate::cli::{KindsArgs, ListForm};
use crate::document::object::Object;
use crate::error::Error;
use crate::rules::kubernetes::built_in;

/// How the objects of a kind are validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Depth {
    /// Fields, metadata, and what the API server, drivers and links between objects require.
    Full,
    /// Fields, metadata, and the API server's rules for the kind.
    Rules,
    /// Fields and metadata.
    Fields,
    /// The schema and the rules of a built-in definition.
    Definition,
    /// No known version of Kubernetes serves the kind.
    Removed,
}

impl Depth {
    fn of(kind: &Kind) -> Self {
        if !kind.typed {
            Self::Definition
        } else if !served(kind).any(|(_, range)| range.is_some()) {
            Self::Removed
        } else if Object::is_typed(kind.name) {
            Self::Full
        } else if kind.api_versions.iter().any(|version| built_in::has_rules(kind.name, version)) {
            Self::Rules
        } else {
            Self::Fields
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Rules => "rules",
            Self::Fields => "fields",
            Self::Definition => "definition",
            Self::Removed => "removed",
        }
    }
}

/// The first and the last known minor version that serve an API version.
type Range = Option<(u8, u8)>;

fn served(kind: &Kind) -> impl Iterator<Item = (&'static str, Range)> {
    let (oldest, newest) = (KubernetesVersion::OLDEST.minor(), KubernetesVersion::NEWEST.minor());
    kind.api_versions.iter().map(move |&version| {
        let entry = api_version::find(kind.name, version);
        let is_in = |minor: &u8| entry.is_none_or(|entry| *minor >= entry.since && !entry.is_removed(*minor));
        let first = (oldest..=newest).find(is_in);
        let last = (oldest..=newest).rev().find(is_in);
        (version, first.zip(last))
    })
}

fn is_opt_in(kind: &Kind, version: &str) -> bool {
    api_version::find(kind.name, version).is_some_and(|entry| entry.opt_in)
}

pub(super) fn run(args: &KindsArgs) -> Result<Outcome, Error> {
    let wanted = match &args.name {
        Some(name) => match kind::called(name) {
            Ok(found) => vec![found],
            Err(_) if !custom(Some(name)).is_empty() => Vec::new(),
            Err(help) => return Err(Error::usage(format!("unknown kind `{name}`"), help)),
        },
        // The row for objects of any kind has no API version.
        None => kind::all().iter().filter(|kind| !kind.api_versions.is_empty()).collect(),
    };
    let custom = custom(args.name.as_deref());
    let text = match args.format {
        ListForm::Text => list(&wanted, &custom),
        ListForm::Markdown => format!("```text\n{}```\n", list(&wanted, &custom)),
        ListForm::Json => {
            let custom = custom
                .into_iter()
                .map(|(group, kind)| json!({"kind": kind, "group": group, "validation": "pods"}));
            let all: Vec<_> = wanted.into_iter().map(object).chain(custom).collect();
            format!("{}\n", json!(all))
        }
    };
    report::out(&text)?;
    Ok(Outcome::Clean)
}

/// The custom kinds whose pods, volumes and claims are known: group and name.
fn custom(wanted: Option<&str>) -> Vec<(&'static str, &'static str)> {
    let mut found: Vec<_> = custom_kind::names()
        .filter(|(_, kind)| wanted.is_none_or(|wanted| kind.eq_ignore_ascii_case(wanted)))
        .collect();
    found.sort_unstable_by_key(|(group, kind)| (*kind, *group));
    found.dedup();
    found
}

fn list(kinds: &[&Kind], custom: &[(&str, &str)]) -> String {
    let mut out = String::from(
        "full        fields, metadata, rules of the API server, drivers, links between objects\n\
         rules       fields, metadata, rules of the API server\n\
         fields      fields and metadata\n\
         pods        pods, volumes and claims; with `--crds`, also schema and rules\n\
         definition  schema and rules of a built-in definition\n\
         removed     not served by any known version of Kubernetes\n\n",
    );
    let newest = KubernetesVersion::NEWEST.minor();
    let oldest = KubernetesVersion::OLDEST.minor();
    for kind in kinds {
        let versions: Vec<String> = served(kind)
            .map(|(version, range)| {
                let mut notes = Vec::new();
                match range {
                    None => notes.push("removed".to_owned()),
                    Some((first, last)) => {
                        if first > oldest {
                            notes.push(format!("from 1.{first}"));
                        }
                        if last < newest {
                            notes.push(format!("until 1.{last}"));
                        }
                    }
                }
                if is_opt_in(kind, version) {
                    notes.push("off by default".to_owned());
                }
                if notes.is_empty() {
                    version.to_owned()
                } else {
                    format!("{version} ({})", notes.join(", "))
                }
            })
            .collect();
        let _ = writeln!(out, "{:<10}  {:<33} {}", Depth::of(kind).name(), kind.name, versions.join(", "));
    }
    for (group, kind) in custom {
        let _ = writeln!(out, "{:<10}  {kind:<33} {group}", "pods");
    }
    out
}

fn object(kind: &Kind) -> serde_json::Value {
    let versions: Vec<_> = served(kind)
        .map(|(version, range)| {
            json!({
                "apiVersion": version,
                "from": range.map(|(first, _)| format!("1.{first}")),
                "until": range.map(|(_, last)| format!("1.{last}")),
                "offByDefault": is_opt_in(kind, version),
            })
        })
        .collect();
    let sources: Vec<&str> = kind
        .api_versions
        .first()
        .into_iter()
        .flat_map(|version| constraint::of(kind.name, version))
        .map(|group| group.source.as_str())
        .collect();
    json!({
        "kind": kind.name,
        "resource": kind.plural,
        "namespaced": kind.namespaced,
        "validation": Depth::of(kind).name(),
        "section": kind.section,
        "podTemplate": kind.pod_template,
        "apiVersions": versions,
        "sources": sources,
    })
}
