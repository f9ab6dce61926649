//! Advice on classes.

use k8s_openapi::api::storage::v1::StorageClass;

use super::table;
use crate::bundle::Bundle;
use crate::bundle::default_class::default_annotation;
use crate::catalog::driver;
use crate::catalog::machine;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::rules::driver::VolumeRequest;
use crate::rules::links::storage::{Reach, reach};
use crate::yaml::path::Path;

pub(super) fn check(
    document: &Document<'_>,
    class: &StorageClass,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let root = Path::root();
    if let Some(driver) = driver::find(&class.provisioner).filter(|driver| driver.is_disk()) {
        let request = VolumeRequest::of_class(driver, class);
        if reach(&request) != Reach::EveryZone {
            binding(class, &root, out);
        }
        let is_fixed = !driver.expands || driver.fixed_size.iter().any(|condition| condition.holds(&request));
        if class.allow_volume_expansion != Some(true) && !is_fixed {
            let field = root.field("allowVolumeExpansion");
            // The field of an existing class can be changed.
            let expand = match class.allow_volume_expansion {
                None => Fix::insert(&field, true, Applicability::Safe),
                Some(_) => Fix::replace(&field, true, Applicability::Safe),
            };
            out.report_at_key(
                &table::EXPANSION_OFF,
                &field,
                "claims of this class can never grow",
            )
            .help(
                "the driver can expand them in place; set `allowVolumeExpansion: true`, which costs nothing",
            )
            .fix(expand);
        }
    }
    restricted(class, &root, out);
    if let Some(annotation) = default_annotation(class)
        && let Some(first) = bundle.index.default_class(&class.provisioner)
        && first.position() < document.position()
    {
        let path = root.field("metadata");
        let path = path.field("annotations");
        out.report(
            &table::SEVERAL_DEFAULT_CLASSES,
            &path.key(annotation),
            format!("`{}` is a default class, too", first.name),
        )
        .help("of several default classes the newest wins, by the second of its creation; keep one")
        .fix(Fix::remove(&path.key(annotation), Applicability::Unsafe))
        .related(first.root.span, "the other default class");
    }
}

/// A class whose driver runs on some nodes only, but whose disks may be created for others.
fn restricted(class: &StorageClass, root: &Path<'_>, out: &mut Reporter<'_>) {
    let restricted = &machine::facts().restricted;
    let Some(driver) = restricted.iter().find(|driver| driver.provisioner == class.provisioner) else {
        return;
    };
    let label = &driver.label;
    let expressions = class
        .allowed_topologies
        .iter()
        .flatten()
        .flat_map(|term| term.match_label_expressions.iter().flatten());
    let mut values = expressions
        .flat_map(|expression| expression.values.iter().map(|value| label.matches(&expression.key, value)));
    if values.any(|matches| matches) {
        return;
    }
    let value = label.value.unwrap_or_default();
    out.report_at_key(
        &table::CLASS_WITHOUT_DRIVER_NODES,
        &root.field("allowedTopologies"),
        format!("the class does not restrict its disks to nodes with `{}: {value}`", label.key),
    )
    .help(format!(
        "{}, and a pod that the scheduler places on another node does not start; write `allowedTopologies: \
         [{{matchLabelExpressions: [{{key: {}, values: [{value}]}}]}}]`",
        driver.why, label.key
    ));
}

fn binding(class: &StorageClass, root: &Path<'_>, out: &mut Reporter<'_>) {
    let immediate = class.volume_binding_mode.as_deref().is_none_or(|mode| mode == "Immediate");
    // If all disks are in one zone, waiting for a node makes no difference.
    let pinned = class.allowed_topologies.as_ref().is_some_and(|terms| {
        terms.len() == 1
            && terms
                .iter()
                .flat_map(|term| term.match_label_expressions.iter().flatten())
                .any(|expression| expression.key.ends_with("/zone") && expression.values.len() == 1)
    });
    if immediate && !pinned {
        const WAITING: &str = "WaitForFirstConsumer";
        let field = root.field("volumeBindingMode");
        let wait = match class.volume_binding_mode {
            None => Fix::insert(&field, WAITING, Applicability::Unsafe),
            Some(_) => Fix::replace(&field, WAITING, Applicability::Unsafe),
        };
        out.report(
            &table::IMMEDIATE_BINDING,
            &root.field("volumeBindingMode"),
            "the disk is created in a zone before its pod is scheduled",
        )
        .help(
            "a pod that only fits in another zone, such as one with an accelerator, stays Pending; write \
             `volumeBindingMode: WaitForFirstConsumer`",
        )
        .fix(wait);
    }
}
