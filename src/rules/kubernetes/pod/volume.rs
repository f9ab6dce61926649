//! The volumes of a pod: names, one source each, and the checks of a source that are plain data.

use k8s_openapi::api::core::v1::Volume;

use crate::catalog::volume_source::{self as catalog, VolumeSource};
use crate::document::reporter::Reporter;
use crate::hash::FastMap;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::pod::volume_items;
use crate::rules::kubernetes::pod::volume_source;
use crate::rules::kubernetes::report;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

/// The volumes of a pod that containers may mount: the API server forgets a volume in which it found a mistake, and
/// then refuses every mount of it as well.
#[derive(Clone, Debug)]
pub(in crate::rules::kubernetes) struct Volumes<'a>(FastMap<&'a str, &'a Volume>);

impl<'a> Volumes<'a> {
    /// The sound volume of this name.
    #[must_use]
    pub(in crate::rules::kubernetes) fn find(&self, name: &str) -> Option<&'a Volume> {
        self.0.get(name).copied()
    }
}

/// Checks the volumes of a pod: `path` is `spec.volumes`, `claims` what a workload adds to them, `pod` the name of the pod, none
/// in a template (validation.go, `ValidateVolumes`).
pub(in crate::rules::kubernetes) fn check<'a>(
    volumes: &'a [Volume],
    claims: &'a [Volume],
    pod: Option<&str>,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) -> Volumes<'a> {
    // What a workload adds comes before the pod's own of the same name.
    let mut sound = Volumes(claims.iter().rev().map(|claim| (claim.name.as_str(), claim)).collect());
    for (index, volume) in volumes.iter().enumerate() {
        if claims.iter().any(|claim| claim.name == volume.name) {
            continue;
        }
        let path = path.index(index);
        let before = out.count();
        sources(volume, pod, &path, context, out);
        let name = path.field("name");
        if volume.name.is_empty() {
            report::required(out, &name, "a volume needs a `name`, by which containers mount it");
        } else {
            report::dns_label(out, &name, &volume.name);
            if sound.find(&volume.name).is_some() {
                report::duplicate(out, &name, format!("two volumes are named `{}`", volume.name));
            }
        }
        if out.count() == before {
            sound.0.insert(&volume.name, volume);
        }
        created_claim(volume, volumes, pod, &path, out);
    }
    sound
}

/// A claim that the pod itself creates for a generic ephemeral volume cannot be mounted as a claim too.
fn created_claim(
    volume: &Volume,
    volumes: &[Volume],
    pod: Option<&str>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let (Some(source), Some(pod)) = (&volume.persistent_volume_claim, volume_items::named(pod)) else {
        return;
    };
    let Some(rest) = source.claim_name.strip_prefix(pod).and_then(|rest| rest.strip_prefix('-')) else {
        return;
    };
    if volumes.iter().any(|other| other.ephemeral.is_some() && other.name == rest) {
        let path = path.field("persistentVolumeClaim");
        report::invalid(
            out,
            &path.field("claimName"),
            format!("claim `{}` is the one that volume `{rest}` creates", source.claim_name),
        )
        .help("mount the ephemeral volume itself, or name another claim");
    }
}

/// Validates the first source that is set and rejects every further one (`validateVolumeSource`).
fn sources(volume: &Volume, pod: Option<&str>, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    let Some(node) = out.node(path) else { return };
    let mut first: Option<&VolumeSource> = None;
    let given = |field: &str| node.get(field).filter(|node| node.value != Value::Null);
    // Nearly every volume has its name and one source: that one is looked up, not the whole table.
    let mut keys = node.entries().iter().filter(|entry| entry.key.value != "name");
    let all = match (keys.next(), keys.next()) {
        (Some(only), None) => {
            let at = catalog::all().iter().position(|source| source.field == only.key.value);
            at.map_or(&[][..], |at| &catalog::all()[at..=at])
        }
        _ => catalog::all(),
    };
    for source in all {
        let Some(value) = given(source.field) else { continue };
        // The server drops a source whose feature gate is off, and the volume with it.
        if out.is_undecoded(&path.field(source.field)) {
            return;
        }
        if let Some(first) = first {
            let conflict = source.conflict.unwrap_or(source.field);
            report::forbidden(
                out,
                &path.field(conflict),
                format!("a volume has one source, and this one has `{}` already", first.field),
            )
            .help("make a volume of each");
        } else {
            first = Some(source);
            let at = path.field(source.name());
            data(source, value, &at, out);
            volume_source::check(source, volume, pod, &at, path, context, out);
        }
    }
    volume_source::initiator(volume, path, out);
}

/// The checks that stand in the table.
pub(in crate::rules::kubernetes) fn data(
    source: &VolumeSource,
    value: &Node<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for field in source.required {
        match field.split_once('.') {
            None => missing(value, field, path, out),
            Some((outer, inner)) => {
                if let Some(node) = value.get(outer).filter(|node| node.value != Value::Null) {
                    missing(node, inner, &path.field(outer), out);
                }
            }
        }
    }
    let text = |field: &str| value.get(field).and_then(Node::as_str);
    for range in source.range {
        if let Some(Value::Integer(number)) = value.get(range.field).map(|node| &node.value) {
            report::range(out, &path.field(range.field), *number, range.min, range.max);
        }
    }
    for values in source.values {
        if let Some(value) = text(values.field) {
            report::one_of(out, &path.field(values.field), value, values.allowed);
        }
    }
    for field in source.filled {
        if text(field).is_some_and(str::is_empty) {
            report::required(out, &path.field(field), format!("`{field}` is empty"))
                .help("fill it, or leave it out");
        }
    }
    for field in source.absolute {
        if let Some(value) = text(field).filter(|value| !value.starts_with('/')) {
            report::invalid(out, &path.field(field), format!("`{value}` is not an absolute path"))
                .help("begin it with `/`");
        }
    }
    for field in source.label {
        if let Some(value) = text(field).filter(|value| !value.is_empty()) {
            report::dns_label(out, &path.field(field), value);
        }
    }
    for prefix in source.prefix {
        let value = text(prefix.field).unwrap_or_default();
        if prefix.holds(text(prefix.when)) && !value.starts_with(prefix.prefix) {
            let other = text(prefix.when).unwrap_or(prefix.default);
            report::unsupported(
                out,
                &path.field(prefix.field),
                format!(
                    "with `{}: {other}`, `{}` begins with `{}`",
                    prefix.when, prefix.field, prefix.prefix
                ),
            );
        }
    }
}

fn missing(value: &Node<'_>, field: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    let empty = value.get(field).is_none_or(|node| match &node.value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Sequence(items) => items.is_empty(),
        _ => false,
    });
    if empty {
        report::required(out, &path.field(field), format!("`{field}` is missing"));
    }
}
