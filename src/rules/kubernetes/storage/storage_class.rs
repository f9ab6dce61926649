//! StorageClass and VolumeAttributesClass (k8s.io/kubernetes, pkg/apis/storage/validation).

use std::collections::HashSet;

use k8s_openapi::api::core::v1::TopologySelectorTerm;
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};

use crate::document::reporter::Reporter;
use crate::grammar;
use crate::rules::kubernetes::{metadata, report};
use crate::rules::repeats::Repeats;
use crate::yaml::path::Path;

/// How many parameters a class may have, and how large they may be together, in bytes (`maxProvisionerParameterLen`,
/// `maxProvisionerParameterSize`).
const PARAMETERS: usize = 512;
const PARAMETERS_SIZE: usize = 256 << 10;

pub(in crate::rules::kubernetes) fn check(class: &StorageClass, out: &mut Reporter<'_>) {
    metadata::check(&class.metadata, grammar::dns_subdomain, false, out);
    let root = Path::root();
    provisioner(&class.provisioner, &root.field("provisioner"), "provisioner", out);
    parameters(class.parameters.iter().flatten(), &root.field("parameters"), out);
    if let Some(policy) = class.reclaim_policy.as_deref().filter(|policy| !policy.is_empty()) {
        report::one_of(out, &root.field("reclaimPolicy"), policy, &["Delete", "Retain"]);
    }
    // An empty mode is a mode of its own here: only a missing one has the default.
    if let Some(mode) = class.volume_binding_mode.as_deref() {
        report::one_of(out, &root.field("volumeBindingMode"), mode, &["Immediate", "WaitForFirstConsumer"]);
    }
    topologies(
        class.allowed_topologies.as_deref().unwrap_or_default(),
        &root.field("allowedTopologies"),
        out,
    );
}

pub(in crate::rules::kubernetes) fn check_attributes(class: &VolumeAttributesClass, out: &mut Reporter<'_>) {
    metadata::check(&class.metadata, grammar::dns_subdomain, false, out);
    let root = Path::root();
    provisioner(&class.driver_name, &root.field("driverName"), "driver", out);
    let path = root.field("parameters");
    if class.parameters.as_ref().is_none_or(std::collections::BTreeMap::is_empty) {
        report::required(out, &path, "the class has no parameters")
            .help("a VolumeAttributesClass is its parameters: name at least one that the driver can change");
    }
    parameters(class.parameters.iter().flatten(), &path, out);
}

fn provisioner(name: &str, path: &Path<'_>, word: &str, out: &mut Reporter<'_>) {
    if name.is_empty() {
        report::required(out, path, format!("the class names no {word}"));
    } else if let Some(wrong) = grammar::qualified_name(&name.to_lowercase()) {
        report::invalid(out, path, format!("`{name}` {wrong}"));
    }
}

fn parameters<'a>(
    parameters: impl Iterator<Item = (&'a String, &'a String)>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let (mut count, mut size) = (0, 0);
    for (key, value) in parameters {
        count += 1;
        size += key.len() + value.len();
        if key.is_empty() {
            report::invalid(out, path, "a parameter has no name");
        }
    }
    if count > PARAMETERS {
        report::too_much(
            out,
            path,
            format!("the class has {count} parameters, and {PARAMETERS} are allowed"),
        );
    }
    if size > PARAMETERS_SIZE {
        report::too_much(
            out,
            path,
            format!("the parameters have {size} bytes, and {PARAMETERS_SIZE} are allowed"),
        );
    }
}

fn topologies(terms: &[TopologySelectorTerm], path: &Path<'_>, out: &mut Reporter<'_>) {
    if terms.is_empty() {
        return;
    }
    // The server compares each term with the ones before it, and an empty term with nothing at all.
    let mut earlier: HashSet<Vec<(&str, Vec<&str>)>> = HashSet::from([Vec::new()]);
    for (index, term) in terms.iter().enumerate() {
        let path = path.index(index);
        let list = path.field("matchLabelExpressions");
        let mut canonical: Vec<(&str, Vec<&str>)> = Vec::new();
        for (index, expression) in term.match_label_expressions.iter().flatten().enumerate() {
            let path = list.index(index);
            let at = path.field("values");
            if expression.values.is_empty() {
                report::required(out, &at, "the expression has no values");
            }
            let mut repeats = Repeats::new(&expression.values, String::as_str);
            for (index, value) in expression.values.iter().enumerate() {
                if repeats.earlier(index) {
                    report::duplicate(out, &at.index(index), format!("`{value}` is listed twice"));
                }
            }
            let mut values: Vec<&str> = expression.values.iter().map(String::as_str).collect();
            let key = expression.key.as_str();
            report::qualified_name(out, &path.field("key"), key);
            if canonical.iter().any(|(other, _)| *other == key) {
                report::duplicate(out, &path.field("key"), format!("`{key}` has an expression already"))
                    .help("expressions of one term must all hold: list the values in one");
            }
            values.sort_unstable();
            values.dedup();
            if canonical.iter().all(|(other, _)| *other != key) {
                canonical.push((key, values));
            }
        }
        canonical.sort_unstable();
        if earlier.contains(&canonical) {
            let message =
                if canonical.is_empty() { "the term says nothing" } else { "an earlier term says the same" };
            report::duplicate(out, &list, message);
        }
        earlier.insert(canonical);
    }
}
