//! `matchLabelKeys` and `mismatchLabelKeys`: keys whose values the API server copies from the pod's labels.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Checks the keys of an affinity term or a spread constraint; `path` leads to what holds both lists
/// (validation.go, `ValidateMatchLabelKeysAndMismatchLabelKeys`). Before that, the server turns every key that the pod
/// has a label for into an expression of the selector, so that a key in both is a conflict.
pub(in crate::rules::kubernetes) fn check(
    matching: Option<&[String]>,
    mismatching: Option<&[String]>,
    selector: Option<&LabelSelector>,
    labels: Option<&BTreeMap<String, String>>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let matching = matching.unwrap_or_default();
    let mismatching = mismatching.unwrap_or_default();
    if matching.is_empty() && mismatching.is_empty() {
        return;
    }
    for (field, keys) in [("matchLabelKeys", matching), ("mismatchLabelKeys", mismatching)] {
        names(keys, selector, &path.field(field), out);
    }
    let labelled = |key: &String| labels.is_some_and(|labels| labels.contains_key(key));
    if let Some(selector) = selector {
        for (index, key) in matching.iter().enumerate() {
            // Only the last of equal keys carries the index that the server reports.
            if matching[index + 1..].contains(key) {
                continue;
            }
            let written = mentions(selector, key);
            let copied =
                if labelled(key) { matching.iter().filter(|other| *other == key).count() } else { 0 }
                    + if labelled(key) {
                        mismatching.iter().filter(|other| *other == key).count()
                    } else {
                        0
                    };
            if written + copied > 1 && expressions(selector, key) + copied > 0 {
                // The server names the place so, without the list.
                report::invalid(
                    out,
                    &path.index(index),
                    format!("label `{key}` is in both `matchLabelKeys` and `labelSelector`"),
                )
                .help("remove it from one of them");
            }
        }
    }
    let list = path.field("matchLabelKeys");
    for (index, key) in matching.iter().enumerate() {
        if mismatching.contains(key) {
            report::invalid(
                out,
                &list.index(index),
                format!("label `{key}` is in both `matchLabelKeys` and `mismatchLabelKeys`"),
            );
        }
    }
}

/// The older check of a spread constraint's keys (`ValidateMatchLabelKeysInTopologySpread`).
pub(in crate::rules::kubernetes) fn check_plain(
    keys: Option<&[String]>,
    selector: Option<&LabelSelector>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let keys = keys.unwrap_or_default();
    let path = path.field("matchLabelKeys");
    names(keys, selector, &path, out);
    for (index, key) in keys.iter().enumerate() {
        if selector.is_some_and(|selector| mentions(selector, key) > 0) {
            report::invalid(
                out,
                &path.index(index),
                format!("label `{key}` is in both `matchLabelKeys` and `labelSelector`"),
            );
        }
    }
}

fn names(keys: &[String], selector: Option<&LabelSelector>, path: &Path<'_>, out: &mut Reporter<'_>) {
    if keys.is_empty() {
        return;
    }
    if selector.is_none() {
        report::forbidden(out, path, "label keys require a `labelSelector`")
            .help("without a selector nothing matches; `labelSelector: {}` matches every pod");
        return;
    }
    for (index, key) in keys.iter().enumerate() {
        report::qualified_name(out, &path.index(index), key);
    }
}

fn mentions(selector: &LabelSelector, key: &str) -> usize {
    let label = selector.match_labels.as_ref().is_some_and(|labels| labels.contains_key(key));
    usize::from(label) + expressions(selector, key)
}

fn expressions(selector: &LabelSelector, key: &str) -> usize {
    selector.match_expressions.iter().flatten().filter(|expression| expression.key == key).count()
}
