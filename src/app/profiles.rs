//! `volwright profiles`: the built-in profiles, the text of one, or a merged profile with the layer of each value.

use std::fmt::Write;
use std::path::Path;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::cli::{LayerArgs, ProfilesArgs, ReportArgs};
use crate::error::Error;
use crate::output::writer::terminal;
use crate::profile::{self, Request, builtin};
use crate::source::Sources;
use crate::yaml::node::{Node, Value};

pub(super) fn run(args: &ProfilesArgs) -> Result<Outcome, Error> {
    let text = match &args.name {
        Some(name) if args.show => return show(name, &args.layers),
        Some(name) if args.layers.is_empty() => builtin::text(name).ok_or_else(|| unknown(name))?.to_owned(),
        Some(name) => {
            return Err(Error::Usage {
                message: "layers require `--show`".to_owned(),
                help: Some(format!("write `volwright profiles --show {name} -f OVERLAY`")),
            });
        }
        None => list(),
    };
    report::out(&text)?;
    Ok(Outcome::Clean)
}

/// Each profile with its summary and its objects by role.
fn list() -> String {
    let width = builtin::names().map(str::len).max().unwrap_or_default();
    let mut out = String::new();
    for name in builtin::names() {
        let _ = writeln!(out, "{name:width$}  {}", builtin::summary(name));
        let headers = builtin::text(name).unwrap_or_default().lines().filter_map(|line| {
            line.strip_prefix('[')?
                .strip_suffix(']')?
                .split_once('.')
                .filter(|(section, _)| *section != "defaults")
        });
        let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
        for (section, role) in headers.filter(|(_, role)| !role.contains('.')) {
            match sections.iter_mut().find(|(known, _)| *known == section) {
                Some((_, roles)) => roles.push(role),
                None => sections.push((section, vec![role])),
            }
        }
        for (section, roles) in sections {
            let _ = writeln!(out, "{:width$}    {section}: {}", "", roles.join(", "));
        }
    }
    out
}

/// Prints the merged profile as TOML, one line per value, each with the layer that set it.
fn show(name: &str, layers: &LayerArgs) -> Result<Outcome, Error> {
    let mut sources = Sources::new();
    let text_sets = layers.all_text_sets();
    let request = Request {
        profile: name,
        overlays: &layers.overlays,
        sets: &layers.sets,
        text_sets: &text_sets,
        ..Request::default()
    };
    let (merged, findings) = profile::load(&mut sources, &request)?;
    if let Some(merged) = &merged {
        let mut lines = Vec::new();
        collect(&merged.root, "", &sources, &mut lines);
        let width = lines.iter().map(|(line, _)| line.chars().count()).filter(|width| *width < 80).max();
        let width = width.unwrap_or_default();
        let text: String =
            lines.iter().map(|(line, origin)| format!("{line:width$}  # {origin}\n")).collect();
        report::out(&text)?;
    }
    let args = ReportArgs::default();
    let list = report::report(findings, &args);
    report::finish_findings(&list, &args, &sources, 0, false)
}

/// The values below a node, each as a line of TOML and the place that set it.
fn collect(node: &Node<'_>, path: &str, sources: &Sources, lines: &mut Vec<(String, String)>) {
    let below = |key: &str| match path {
        "" => profile::quoted(key),
        path => format!("{path}.{}", profile::quoted(key)),
    };
    match &node.value {
        Value::Mapping(entries) if !entries.is_empty() => {
            entries.iter().for_each(|entry| collect(&entry.value, &below(&entry.key.value), sources, lines));
        }
        _ => {
            let source = sources.get(node.span.source);
            let line = source.line_of(node.span.start as usize) + 1;
            let name = Path::new(&source.name).display().to_string();
            let origin = terminal::line(&name);
            lines.push((format!("{path} = {}", inline(node)), format!("{origin}:{line}")));
        }
    }
}

/// A value as TOML on one line.
fn inline(node: &Node<'_>) -> String {
    match &node.value {
        Value::Null => "\"\"".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        // The escapes of JSON are those of TOML.
        Value::String(text) => serde_json::Value::from(text.as_ref()).to_string(),
        Value::Sequence(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Mapping(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|entry| format!("{} = {}", profile::quoted(&entry.key.value), inline(&entry.value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

fn unknown(name: &str) -> Error {
    Error::Usage { message: format!("unknown built-in profile `{name}`"), help: Some(builtin::choices(name)) }
}
