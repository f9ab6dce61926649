//! `volwright fn`: a KRM function, which generates the objects of a profile and validates all that passes through.

mod list;
mod tree;

use std::collections::{HashMap, HashSet};

use serde_json::{Value as Json, json};

use list::{API_VERSION, Item};
use tree::{entry, string};

use crate::app::outcome::Outcome;
use crate::app::{input, report};
use crate::bundle::Bundle;
use crate::bundle::index::Index;
use crate::catalog::custom_kind;
use crate::cli::{FunctionArgs, ReportArgs, ValidationArgs};
use crate::document::Document;
use crate::document::load::Loaded;
use crate::error::Error;
use crate::finding::{Finding, Report};
use crate::output;
use crate::project::{self, Project, Render};
use crate::render::{Request, render};
use crate::rule::Severity;
use crate::schema::definitions::Definitions;
use crate::source::{SourceId, Sources, Span};
use crate::template::Templates;
use crate::tree::FileTree;
use crate::yaml::node::{Node, Value};
use crate::yaml::read::{ParsedDocument, read};
use crate::{rules, suppression};

/// Where kustomize and others note the file of an item.
const PATHS: [&str; 2] = ["internal.config.kubernetes.io/path", "config.kubernetes.io/path"];

/// What the function says of its input.
#[derive(Debug)]
pub struct Answer {
    /// What was found, for people.
    pub report: Report,
    /// The `ResourceList` for the program that asked.
    pub list: String,
}

pub(super) fn run(args: &FunctionArgs) -> Result<Outcome, Error> {
    let mut sources = Sources::new();
    let id = input::read_all(&["-".into()], &mut sources)?.into_iter().next();
    let Some(id) = id else { return Err(no_list()) };
    let project = project::find(FileTree::Disk, &mut sources)?.filter(Project::is_sound).unwrap_or_default();
    custom_kind::declare(&project.kinds);
    let definitions = input::definitions(FileTree::Disk, &project.crds)?;
    let Answer { report, list } = answer(&mut sources, id, &args.validation, &definitions)?;
    report::print(&output::text::report(&report, &sources, false), false)?;
    report::out(&list)?;
    Ok(report::outcome(&report, &ReportArgs::default()))
}

/// Processes the `ResourceList` in the source `id`.
///
/// # Errors
///
/// If it is not valid, or names a file that cannot be read.
pub fn answer(
    sources: &mut Sources,
    id: SourceId,
    validation: &ValidationArgs,
    definitions: &Definitions,
) -> Result<Answer, Error> {
    let text = sources.get(id).text.clone();
    let mut readings = read(id, &text).into_iter();
    let (Some(reading), None) = (readings.next(), readings.next()) else { return Err(no_list()) };
    let mut findings = reading.findings;
    let Some(root) = reading.root.map(Node::into_owned) else {
        let report = report::complete(findings, &ReportArgs::default());
        let list = list::written("", &[], &[], results(&report, sources, &[], reading.span), reading.span);
        return Ok(Answer { report, list });
    };
    if root.get("kind").and_then(Node::as_str) != Some("ResourceList") {
        return Err(no_list());
    }
    let list = root.get("items");
    let config = root.get("functionConfig");
    if list.is_some_and(|node| !matches!(node.value, Value::Sequence(_) | Value::Null)) {
        return Err(no_part("items", "a list"));
    }
    if config.is_some_and(|node| !matches!(node.value, Value::Mapping(_) | Value::Null)) {
        return Err(no_part("functionConfig", "an object"));
    }
    let given = list.map(Node::items).unwrap_or_default();
    // The configuration is not an object of the cluster.
    let is_config = |item: &Node<'_>| {
        config.is_some_and(|config| config.get("kind").is_some() && identity(item) == identity(config))
    };
    let kept: Vec<usize> = (0..given.len()).filter(|index| !is_config(&given[*index])).collect();
    let items: Vec<&Node<'static>> = kept.iter().map(|index| &given[*index]).collect();

    let mut generated = Vec::new();
    if let Some(wanted) = config.and_then(|config| wanted(config, &mut findings)) {
        let templates = Templates::new(wanted.templates.as_deref(), sources)?;
        findings.extend(templates.findings.iter().cloned());
        for (_, path) in &wanted.profiles {
            let request = Request {
                profile: wanted.request(path),
                version: validation.kubernetes_version,
                pod_security: validation.pod_security,
                definitions: Some(definitions),
                choosing: None,
                own_overlay: None,
                memo: None,
                last: None,
            };
            let mut one = render(sources, &templates, &request)?;
            one.select(&wanted.filter);
            findings.append(&mut one.findings);
            generated.append(&mut one.documents);
        }
    }
    // What is found in generated objects has its place in the profile, and no place among the items.
    findings.iter_mut().for_each(|finding| finding.document = None);
    // What is generated takes the place of its former self, whatever that was like.
    let names: HashSet<_> = generated.iter().map(|document| identity(&document.root)).collect();
    let others: Vec<&Node<'static>> =
        items.iter().filter(|item| !names.contains(&identity(item))).copied().collect();
    findings.extend(generated_findings(&others, &generated, id, validation, definitions));

    let report = report::complete(findings, &ReportArgs::default());
    let wrong = report.count(Severity::Error) > 0;
    let ours = if wrong { &[][..] } else { &generated };
    let mut out: Vec<Item<'_>> = Vec::new();
    let mut by_name = HashMap::new();
    for document in ours {
        by_name.entry(identity(&document.root)).or_insert(document);
    }
    for (index, item) in kept.iter().zip(&items) {
        let ours = by_name.get(&identity(item));
        out.push(ours.map_or(Item::Kept(*index), |document| Item::New(&document.root)));
    }
    let given_names: HashSet<_> = items.iter().map(|item| identity(item)).collect();
    let is_new = |document: &&Document<'_>| !given_names.contains(&identity(&document.root));
    out.extend(ours.iter().filter(is_new).map(|document| Item::New(&document.root)));
    let results = results(&report, sources, &others, root.span);
    let list = list::written(&text, given, &out, results, root.span);
    Ok(Answer { report, list })
}

fn no_part(part: &str, what: &str) -> Error {
    Error::usage(
        format!("`{part}` of the ResourceList is not {what}"),
        "kustomize and kpt write one that holds `items` and a `functionConfig`",
    )
}

fn no_list() -> Error {
    Error::usage(
        "standard input is not a ResourceList",
        format!("kustomize and kpt write one: `apiVersion: {API_VERSION}`, `kind: ResourceList`"),
    )
}

/// Group and kind, namespace and name.
fn identity<'n>(node: &'n Node<'_>) -> [Option<&'n str>; 4] {
    let metadata =
        |key: &str| node.get("metadata").and_then(|metadata| metadata.get(key)).and_then(Node::as_str);
    let version = node.get("apiVersion").and_then(Node::as_str);
    let group = version.and_then(|version| version.split_once('/')).map(|(group, _)| group);
    [group, node.get("kind").and_then(Node::as_str), metadata("namespace"), metadata("name")]
}

/// The request in the configuration: nothing if it only validates.
fn wanted(config: &Node<'static>, findings: &mut Vec<Finding>) -> Option<Render> {
    let kind = config.get("kind").and_then(Node::as_str).unwrap_or_default();
    if kind != "ConfigMap" {
        project::function_config(config, findings);
    }
    let spec = config.get(if kind == "ConfigMap" { "data" } else { "spec" })?;
    if kind == "Profile" {
        // The profile itself, as YAML.
        let nothing = (String::new(), String::new());
        return Some(Render { profiles: vec![nothing], values: Some(spec.clone()), ..Render::default() });
    }
    project::function(spec, findings)
}

/// What is wrong with the items, seen beside what is generated.
fn generated_findings(
    items: &[&Node<'static>],
    generated: &[Document<'static>],
    source: SourceId,
    validation: &ValidationArgs,
    definitions: &Definitions,
) -> Vec<Finding> {
    let version = validation.kubernetes_version.unwrap_or_default();
    let mut loaded = Loaded::default();
    for root in items.iter().copied().chain(generated.iter().map(|document| &document.root)) {
        let reading = ParsedDocument::of_tree(root.clone(), root.span);
        loaded.add(source, reading, version);
    }
    let Loaded { documents, mut findings, .. } = loaded;
    let index = Index::new(&documents);
    let bundle = Bundle::with_index(&documents, index, version, validation.pod_security, definitions);
    findings.extend(rules::run(&bundle));
    suppression::apply(&bundle, &mut findings);
    findings.retain(|finding| finding.document.is_some_and(|index| index < items.len()));
    findings
}

/// The findings as the functions specification has them.
fn results(
    report: &Report,
    sources: &Sources,
    items: &[&Node<'static>],
    span: Span,
) -> Option<Node<'static>> {
    let one = |finding: &Finding| {
        let mut message = format!("{}: {}", finding.rule.code, finding.message);
        if let Some(help) = &finding.help {
            message.push_str(&format!(" ({help})"));
        }
        let mut result = json!({"message": message, "severity": finding.severity.as_str()});
        if let Some(item) = finding.document.and_then(|index| items.get(index)) {
            let text = |node: Option<&Node<'static>>| node.and_then(Node::as_str).map(str::to_owned);
            let metadata = item.get("metadata");
            let mut reference = json!({});
            for (key, value) in [
                ("apiVersion", text(item.get("apiVersion"))),
                ("kind", text(item.get("kind"))),
                ("name", text(metadata.and_then(|node| node.get("name")))),
                ("namespace", text(metadata.and_then(|node| node.get("namespace")))),
            ] {
                if let Some(value) = value {
                    reference[key] = json!(value);
                }
            }
            if reference != json!({}) {
                result["resourceRef"] = reference;
            }
            let annotations = metadata.and_then(|node| node.get("annotations"));
            let path = PATHS.iter().find_map(|key| text(annotations.and_then(|node| node.get(key))));
            if let Some(path) = path {
                result["file"] = json!({"path": path});
            }
        } else if let source = sources.get(finding.primary.span.source)
            && output::is_file(source)
        {
            result["file"] = json!({"path": source.name});
        }
        if let Some(path) = finding.path.as_ref().filter(|path| !path.is_empty()) {
            result["field"] = json!({"path": path});
        }
        result["tags"] = json!({"rule": finding.rule.code});
        result
    };
    let results: Vec<Json> = report.findings.iter().map(one).collect();
    (!results.is_empty()).then(|| node(&Json::from(results), span))
}

/// A tree of JSON as nodes; the results hold texts, lists and tables only.
fn node(value: &Json, span: Span) -> Node<'static> {
    match value {
        Json::String(text) => string(text, span),
        Json::Array(items) => {
            Node::new(Value::Sequence(items.iter().map(|item| node(item, span)).collect()), span)
        }
        Json::Object(table) => {
            let entries = table.iter().map(|(key, value)| entry(key, node(value, span), span)).collect();
            Node::new(Value::Mapping(entries), span)
        }
        _ => Node::new(Value::Null, span),
    }
}
