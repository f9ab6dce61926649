//! Label selectors and node selectors.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{NodeSelector, NodeSelectorRequirement, NodeSelectorTerm};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Checks a label selector (apimachinery, `ValidateLabelSelector`).
pub(in crate::rules::kubernetes) fn label_selector(
    selector: Option<&LabelSelector>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(selector) = selector else { return };
    if let Some(labels) = &selector.match_labels {
        self::labels(labels, &path.field("matchLabels"), out);
    }
    let list = path.field("matchExpressions");
    for (index, requirement) in selector.match_expressions.iter().flatten().enumerate() {
        let path = list.index(index);
        let values = requirement.values.as_deref().unwrap_or_default();
        match requirement.operator.as_str() {
            "In" | "NotIn" => needs_values(values, &requirement.operator, &path, out),
            "Exists" | "DoesNotExist" => takes_no_values(values, &requirement.operator, &path, out),
            other => operator(other, &["DoesNotExist", "Exists", "In", "NotIn"], &path, out),
        }
        report::qualified_name(out, &path.field("key"), &requirement.key);
        label_values(values, &path, out);
    }
}

/// Checks a map of labels: the server reports every mistake at the map (apimachinery, `ValidateLabels`).
pub(in crate::rules::kubernetes) fn labels(
    labels: &BTreeMap<String, String>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (key, value) in labels {
        report::qualified_name(out, path, key);
        report::label_value(out, path, value);
    }
}

/// Checks a required node selector (validation.go, `ValidateNodeSelector`).
pub(in crate::rules::kubernetes) fn node_selector(
    selector: &NodeSelector,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let list = path.field("nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        report::required(out, &list, "a node selector needs at least one term")
            .help("without one no node would match");
    }
    for (index, term) in selector.node_selector_terms.iter().enumerate() {
        node_selector_term(term, true, &list.index(index), out);
    }
}

/// Checks one term; a preferred one may compare with any value (`ValidateNodeSelectorTerm`).
pub(in crate::rules::kubernetes) fn node_selector_term(
    term: &NodeSelectorTerm,
    required: bool,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let list = path.field("matchExpressions");
    for (index, requirement) in term.match_expressions.iter().flatten().enumerate() {
        node_label(requirement, required, &list.index(index), out);
    }
    let list = path.field("matchFields");
    for (index, requirement) in term.match_fields.iter().flatten().enumerate() {
        node_field(requirement, &list.index(index), out);
    }
}

fn node_label(
    requirement: &NodeSelectorRequirement,
    required: bool,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let values = requirement.values.as_deref().unwrap_or_default();
    match requirement.operator.as_str() {
        "In" | "NotIn" => needs_values(values, &requirement.operator, path, out),
        "Exists" | "DoesNotExist" => takes_no_values(values, &requirement.operator, path, out),
        "Gt" | "Lt" => {
            if values.len() != 1 {
                report::required(
                    out,
                    &path.field("values"),
                    format!("operator `{}` compares with exactly one value", requirement.operator),
                );
            }
        }
        other => operator(other, &["DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"], path, out),
    }
    report::qualified_name(out, &path.field("key"), &requirement.key);
    if required {
        label_values(values, path, out);
    }
}

/// Of a node's fields only its name can be selected by (`ValidateNodeFieldSelectorRequirement`).
fn node_field(requirement: &NodeSelectorRequirement, path: &Path<'_>, out: &mut Reporter<'_>) {
    let values = requirement.values.as_deref().unwrap_or_default();
    match requirement.operator.as_str() {
        "In" | "NotIn" => {
            if values.len() != 1 {
                report::required(out, &path.field("values"), "a field is compared with exactly one value");
            }
        }
        other => operator(other, &["In", "NotIn"], path, out),
    }
    if requirement.key == "metadata.name" {
        let list = path.field("values");
        for (index, value) in values.iter().enumerate() {
            report::dns_subdomain(out, &list.index(index), value);
        }
    } else {
        report::invalid(
            out,
            &path.field("key"),
            format!("`{}` is not a field that nodes can be selected by", requirement.key),
        )
        .help("only `metadata.name` is; labels go under `matchExpressions`");
    }
}

fn needs_values(values: &[String], operator: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if values.is_empty() {
        report::required(out, &path.field("values"), format!("operator `{operator}` needs `values`"));
    }
}

fn takes_no_values(values: &[String], operator: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if !values.is_empty() {
        report::forbidden(out, &path.field("values"), format!("operator `{operator}` takes no `values`"));
    }
}

fn operator(value: &str, allowed: &[&str], path: &Path<'_>, out: &mut Reporter<'_>) {
    report::one_of(out, &path.field("operator"), value, allowed);
}

fn label_values(values: &[String], path: &Path<'_>, out: &mut Reporter<'_>) {
    let list = path.field("values");
    for (index, value) in values.iter().enumerate() {
        report::label_value(out, &list.index(index), value);
    }
}
