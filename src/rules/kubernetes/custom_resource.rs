//! Custom resources: metadata, structural schema and CEL rules of their definitions.

use super::metadata;
use crate::bundle::Bundle;
use crate::catalog::custom_kind;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::decode::object_meta;
use crate::document::reporter::Reporter;
use crate::document::rules::{
    DUPLICATE_ITEM, INVALID_VALUE, LIMIT_EXCEEDED, REQUIRED_FIELD, UNKNOWN_FIELD, UNSUPPORTED_VALUE,
    WRONG_API_VERSION, WRONG_TYPE,
};
use crate::document::{Document, kind};
use crate::embedded::pages;
use crate::finding::fix::{Applicability, Fix};
use crate::grammar;
use crate::nearest::nearest;
use crate::rule::Rule;
use crate::schema::definition::{Definition, Version};
use crate::schema::fault::{Cause, Fault};
use crate::schema::object::CustomResource;
use crate::schema::rule::Verdict;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::{Path, Segment};

/// The rules that only custom resources have, by code.
pub static RULES: &[&Rule] = &[&BROKEN_RULE, &UNEVALUATED_RULE];

static BROKEN_RULE: Rule = Rule::error(&pages::K201);
static UNEVALUATED_RULE: Rule = Rule::warning(&pages::K202);

/// Checks a custom resource whose definition is known.
pub(super) fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let Some(definition) = bundle.definition(document) else { return wrong_group(document, bundle, out) };
    let Some(version) = version(document, &definition, out) else { return };
    let root = Path::root();
    if let Some(node) = document.root.get("metadata").filter(|node| node.value != Value::Null) {
        let path = root.field("metadata");
        let before = out.count();
        let (found, misfits) = object_meta(node, &path, bundle.version, out);
        match found {
            Some(mut found) if misfits.is_empty() => {
                // The server writes its own.
                found.managed_fields = None;
                metadata::check(&found, grammar::dns_subdomain, definition.namespaced, out);
            }
            _ if out.count() == before => {
                out.report(&WRONG_TYPE, &path, "the metadata cannot be read");
            }
            _ => {}
        }
    } else {
        out.report(&REQUIRED_FIELD, &root.field("metadata").field("name"), "the object has no name")
            .help("write `metadata: {name: …}`");
    }
    // A misspelt field is not reported as missing, too.
    let mut misspelt: Vec<String> = Vec::new();
    let mut object = CustomResource::new(&document.root, version, &mut |path, fault| {
        misspelt.extend(fault.near.as_ref().map(|near| sibling(path, near)));
        report(path, fault, &document.kind, out);
    });
    let defaulted = custom_kind::find(&document.api_version, &document.kind).map(|kind| &kind.defaulted);
    object.validate(&mut |path, fault| {
        let is_excused = || {
            let path = path.to_string();
            misspelt.contains(&path)
                || defaulted.is_some_and(|fields| fields.iter().any(|field| custom_kind::fits(field, &path)))
        };
        if fault.cause != Cause::Required || !is_excused() {
            report(path, fault, &document.kind, out);
        }
    });
    let mut embedded = Vec::new();
    object.embedded(&mut |path, node| embedded.extend(check_embedded(node, path, bundle.version, out)));
    embedded.into_iter().for_each(|cause| object.note(cause));
    object.rules(&mut |path, rule, verdict| match verdict {
        Verdict::Holds => {}
        Verdict::Broken(message) => {
            out.report(&BROKEN_RULE, path, message).help(format!("the rule is `{}`", rule.program.source));
        }
        Verdict::Fails(failure) => {
            out.report(&BROKEN_RULE, path, format!("{failure}, evaluating: {}", rule.title())).help(format!(
                "the API server rejects an object if a rule fails while it is evaluated; the rule is `{}`",
                rule.program.source
            ));
        }
        Verdict::Unknown(reason) => {
            let message = format!("a rule cannot be evaluated: {reason}");
            let help = format!(
                "`kubectl apply --dry-run=server` evaluates it; the rule is `{}`",
                rule.program.source
            );
            out.report(&UNEVALUATED_RULE, path, message)
                .help(help)
                .once(format!("{} {}", document.kind, rule.program.source));
        }
    });
}

/// Reports a known kind in a group that cannot have it: the core group, a built-in group, or one written in another case.
fn wrong_group(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    if document.kind.is_empty() || document.api_version.is_empty() || document.is_judged() {
        return;
    }
    let Some(definition) = bundle.definition_of_kind(&document.kind) else { return };
    let group = document.api_version.split_once('/').map_or("", |(group, _)| group);
    if !group.eq_ignore_ascii_case(&definition.group) && !kind::is_built_in_group(group) {
        return;
    }
    let served = definition.versions.iter().find(|version| version.served);
    let message = format!("`{}` has no kind {}", document.api_version, document.kind);
    let finding = out.report(&WRONG_API_VERSION, &Path::root().field("apiVersion"), message);
    if let Some(version) = served {
        finding.help(format!("write `apiVersion: {}/{}`", definition.group, version.name));
    }
}

/// The version of the definition that the document is of; a version that is not served is reported.
fn version<'d>(
    document: &Document<'_>,
    definition: &'d Definition,
    out: &mut Reporter<'_>,
) -> Option<&'d Version> {
    let (group, name) = document.api_version.split_once('/')?;
    let served = || definition.versions.iter().filter(|version| version.served).map(|version| &*version.name);
    let found = definition.version(name);
    if found.is_some_and(|version| version.served) {
        return found;
    }
    let path = Path::root();
    let message = match found {
        Some(_) => format!("{group}/{name} of {} is not served any more", definition.kind),
        None => format!("{} has no version `{name}`", definition.kind),
    };
    let help = match nearest(name, served()).or_else(|| served().next()) {
        Some(near) => format!("write `apiVersion: {group}/{near}`"),
        None => "the definition serves no version".to_owned(),
    };
    out.report(&WRONG_API_VERSION, &path.field("apiVersion"), message).help(help);
    None
}

/// The path of another field of the same object.
fn sibling(path: &Path<'_>, field: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut whole = String::new();
    path.walk(&mut |segment| {
        parts.push(whole.clone());
        match segment {
            Segment::Field(name) if whole.is_empty() => whole.push_str(name),
            Segment::Field(name) => whole.push_str(&format!(".{name}")),
            Segment::Index(index) => whole.push_str(&format!("[{index}]")),
            Segment::Key(key) => whole.push_str(&format!("[{key}]")),
        }
    });
    match parts.pop().unwrap_or_default() {
        parent if parent.is_empty() => field.to_owned(),
        parent => format!("{parent}.{field}"),
    }
}

fn report(path: &Path<'_>, fault: Fault, kind: &str, out: &mut Reporter<'_>) {
    let rule = match fault.cause {
        Cause::UnknownField => {
            let mut name = String::new();
            path.walk(&mut |segment| match segment {
                Segment::Field(field) | Segment::Key(field) => field.clone_into(&mut name),
                Segment::Index(_) => {}
            });
            let message = match fault.message {
                message if message.is_empty() => format!("the schema of {kind} has no field `{name}` here"),
                message => message,
            };
            let finding = out.report_at_key(&UNKNOWN_FIELD, path, message);
            match (fault.near, fault.help) {
                (Some(near), _) => finding.help(format!("did you mean `{near}`?")),
                (None, Some(help)) => finding.help(help),
                (None, None) => finding,
            };
            return;
        }
        Cause::Type => &WRONG_TYPE,
        Cause::Required => &REQUIRED_FIELD,
        Cause::NotSupported => &UNSUPPORTED_VALUE,
        Cause::Invalid => &INVALID_VALUE,
        Cause::TooLong | Cause::TooMany => &LIMIT_EXCEEDED,
        Cause::Duplicate => &DUPLICATE_ITEM,
    };
    let given = out.node(path).and_then(Node::as_str);
    let finding = out.report(rule, path, fault.message);
    if let Some(help) = fault.help {
        finding.help(help);
    }
    if let Some(near) = fault.near {
        let applicability = Applicability::of_spelling(given.unwrap_or_default(), &near);
        finding.fix(Fix::replace(path, &*near, applicability));
    }
}

/// Checks an object that is embedded in a custom resource; returns the causes of what is wrong
/// (apiextensions-apiserver, pkg/apiserver/schema/objectmeta/validation.go).
fn check_embedded(
    node: &Node<'_>,
    path: &Path<'_>,
    server: KubernetesVersion,
    out: &mut Reporter<'_>,
) -> Vec<Cause> {
    let mut causes = Vec::new();
    for name in ["apiVersion", "kind"] {
        let at = path.field(name);
        let wrong = match node.get(name).map(|node| (node.as_str(), &node.value)) {
            None => {
                out.report(&REQUIRED_FIELD, &at, format!("an embedded object requires `{name}`"));
                causes.push(Cause::Required);
                continue;
            }
            Some((None, _)) => Some("is not a string"),
            Some((Some(""), _)) => Some("is empty"),
            Some((Some(text), _)) if name == "kind" => grammar::dns_1035_label(&text.to_lowercase()),
            Some((Some(text), _)) if text.matches('/').count() > 1 => Some("is not a group and a version"),
            Some(_) => None,
        };
        if let Some(wrong) = wrong {
            out.report(&INVALID_VALUE, &at, format!("the embedded object's `{name}` {wrong}"));
        }
    }
    let Some(metadata) = node.get("metadata").filter(|node| node.value != Value::Null) else { return causes };
    let path = path.field("metadata");
    let before = out.count();
    let (found, misfits) = object_meta(metadata, &path, server, out);
    if out.count() > before {
        causes.push(Cause::UnknownField);
    }
    if let Some(found) = found.filter(|_| misfits.is_empty()) {
        let name = found.name.as_deref().unwrap_or_default();
        if matches!(name, "." | "..") || name.contains(['/', '%']) {
            out.report(&INVALID_VALUE, &path.field("name"), format!("`{name}` is not a valid name"));
        }
        if found.generation.is_some_and(|generation| generation < 0) {
            out.report(&INVALID_VALUE, &path.field("generation"), "the generation is negative");
        }
        metadata::check_except_name(&found, true, &path, out);
    }
    causes
}
