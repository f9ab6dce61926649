//! Volumes that exist already: persistent volumes, inline CSI volumes of pods, and the annotations that mounting needs.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{CSIPersistentVolumeSource, CSIVolumeSource, PersistentVolume};

use super::claim::Claim;
use super::request::VolumeRequest;
use super::{access, mount, parameters, refusal, shape, table};
use crate::bundle::Bundle;
use crate::catalog::driver::{self, Driver, Field, Parameters, PodAnnotations};
use crate::document::object::PodPart;
use crate::document::reporter::Reporter;
use crate::embedded::POD_ANNOTATIONS;
use crate::finding::fix::{Applicability, Fix};
use crate::yaml::path::Path;

/// Checks a PersistentVolume of a driver whose attributes are known.
pub(super) fn check(volume: &PersistentVolume, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let Some(spec) = &volume.spec else { return };
    let Some(source) = &spec.csi else { return };
    let Some(driver) = driver::find(&source.driver).filter(|driver| driver.provisioner == source.driver)
    else {
        return;
    };
    let root = Path::root();
    let spec_path = root.field("spec");
    let csi = spec_path.field("csi");
    duplicate_handle(source, bundle, &csi, out);
    if let Some(annotations) = &driver.volume_annotations {
        let list = volume.metadata.annotations.as_ref();
        let metadata = root.field("metadata");
        check_annotations(driver, annotations, list, &metadata.field("annotations"), out);
    }
    let Some(attributes) = &driver.volume else { return };
    handle(driver, source, &csi, out);
    let mut request = VolumeRequest::new(driver, attributes, pairs(source.volume_attributes.as_ref()));
    let secret = |secret: Option<&'_ k8s_openapi::api::core::v1::SecretReference>| -> Option<String> {
        secret?.name.clone()
    };
    let stage = secret(source.node_stage_secret_ref.as_ref());
    let publish = secret(source.node_publish_secret_ref.as_ref());
    request.fields.push((Field::VolumeHandle, &source.volume_handle));
    request.fields.extend(source.fs_type.as_deref().map(|fs_type| (Field::FsType, fs_type)));
    request.fields.extend(stage.as_deref().map(|name| (Field::NodeStageSecret, name)));
    request.fields.extend(publish.as_deref().map(|name| (Field::NodePublishSecret, name)));
    request.fields.push((Field::ReadOnly, if source.read_only == Some(true) { "true" } else { "false" }));
    request.labels = volume.metadata.labels.as_ref();
    let options = spec.mount_options.iter().flatten().map(String::as_str);
    let request = request.with_options(driver.mount_options.as_ref(), options);
    let request = VolumeRequest { claim: Some(Claim::of_volume(spec)), ..request };
    let at = csi.field("volumeAttributes");
    let options_path = spec_path.field("mountOptions");
    parameters::check(&request, &at, out);
    refusal::check_object(&request, &at, &options_path, out);
    if let Some(options) = &driver.mount_options {
        mount::report(mount::check_options(options, &request), &at, &options_path, out);
    }
    access::check_volume(&request, &spec_path, out);
}

/// The handle of a volume against the driver's grammar.
fn handle(
    driver: &'static Driver,
    source: &CSIPersistentVolumeSource,
    csi: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(handle) = &driver.handle else { return };
    let text = source.volume_handle.as_str();
    let at = csi.field("volumeHandle");
    let none = VolumeRequest::new(driver, &driver.class, std::iter::empty());
    let applies = handle.only.as_ref().is_none_or(|only| only.matches(text));
    if let Err(mismatch) = shape::check(&handle.shape, text, &none)
        && applies
    {
        out.report(&table::INVALID_VOLUME_HANDLE, &at, mismatch.message).help(format!(
            "{} rejects it, and pods that mount the volume do not start; {}",
            mismatch.stage.unwrap_or(handle.stage).component(),
            mismatch.help
        ));
    } else if let Some(misread) = handle.misread.iter().find(|misread| misread.pattern.matches(text)) {
        out.report(&table::LIKELY_REFUSED, &at, misread.message).help(misread.help);
    }
}

/// Two persistent volumes with one handle: a node mounts only the first of them.
fn duplicate_handle(
    source: &CSIPersistentVolumeSource,
    bundle: &Bundle<'_>,
    csi: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let first = bundle.index.volume_of_handle(out.document(), &source.driver, &source.volume_handle);
    let Some(first) = first else { return };
    let message =
        format!("`{}` is the handle of the PersistentVolume `{}`, too", source.volume_handle, first.name);
    let place = first.place_of(&["spec", "csi", "volumeHandle"]);
    out.report(&table::DUPLICATE_VOLUME_HANDLE, &csi.field("volumeHandle"), message)
        .help("a pod that mounts both never starts: the kubelet takes them for one volume; write a handle of its own")
        .related(place, "the same handle");
}

fn pairs(map: Option<&BTreeMap<String, String>>) -> impl Iterator<Item = (&str, &str)> {
    map.into_iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()))
}

/// Checks the inline volumes of a pod, and the annotations that drivers read from it.
pub(super) fn check_pod(pod: &PodPart<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let inline = || {
        pod.spec
            .volumes
            .iter()
            .flatten()
            .enumerate()
            .filter_map(|(index, volume)| Some((index, volume.csi.as_ref()?)))
    };
    pod.at(&mut |base| {
        let spec = base.field("spec");
        let volumes = spec.field("volumes");
        for (index, source) in inline() {
            let volume = volumes.index(index);
            check_inline(source, &volume.field("csi"), out);
        }
        annotations(pod, base, bundle, out);
    });
}

fn check_inline(source: &CSIVolumeSource, csi: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(driver) = driver::find(&source.driver).filter(|driver| driver.provisioner == source.driver)
    else {
        return;
    };
    let Some(attributes) = &driver.inline else {
        let message = format!("{} does not support inline volumes", driver.provisioner);
        out.report(&table::UNSUPPORTED_BY_DRIVER, &csi.field("driver"), message).help(
            "the kubelet rejects it, and the pod does not start; mount a PersistentVolumeClaim, or for scratch space of \
             the pod's own use `ephemeral.volumeClaimTemplate`",
        );
        return;
    };
    let mut request = VolumeRequest::new(driver, attributes, pairs(source.volume_attributes.as_ref()));
    request.fields.extend(source.fs_type.as_deref().map(|fs_type| (Field::FsType, fs_type)));
    let secret = source.node_publish_secret_ref.as_ref().map(|secret| secret.name.as_str());
    request.fields.extend(secret.map(|name| (Field::NodePublishSecret, name)));
    request.fields.push((Field::ReadOnly, if source.read_only == Some(true) { "true" } else { "false" }));
    let text = source.volume_attributes.as_ref().and_then(|map| map.get("mountOptions")).map(String::as_str);
    let options = driver.inline_options.as_ref().or(driver.mount_options.as_ref());
    let request = request.with_options(options, text.into_iter().flat_map(|text| text.split(',')));
    let at = csi.field("volumeAttributes");
    parameters::check(&request, &at, out);
    refusal::check_object(&request, &at, &at.field("mountOptions"), out);
}

/// Annotations of a pod that mounts a volume of a driver which reads them.
fn annotations(pod: &PodPart<'_>, base: &Path<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let list = pod.metadata.and_then(|metadata| metadata.annotations.as_ref());
    let metadata = base.field("metadata");
    let at = metadata.field("annotations");
    for (name, prefix) in POD_ANNOTATIONS {
        let mounts = pod.spec.volumes.iter().flatten().position(|volume| {
            let inline = volume.csi.as_ref().is_some_and(|source| source.driver == *name);
            inline || mounts_claim_of(volume.persistent_volume_claim.as_ref(), name, bundle, out)
        });
        let has_key = list.is_some_and(|list| list.keys().any(|key| key.starts_with(prefix)));
        if mounts.is_none() && !has_key {
            continue;
        }
        let Some(driver) = driver::find(name) else { continue };
        let Some(row) = &driver.pod_annotations else { continue };
        if let Some(index) = mounts {
            required(driver, row, list, index, base, out);
        }
        check_annotations(driver, &row.annotations, list, &at, out);
    }
}

/// Whether a volume is a claim that is bound to a PersistentVolume of the driver, as far as the input contains both.
fn mounts_claim_of(
    source: Option<&k8s_openapi::api::core::v1::PersistentVolumeClaimVolumeSource>,
    driver: &str,
    bundle: &Bundle<'_>,
    out: &Reporter<'_>,
) -> bool {
    let claim = source.and_then(|source| bundle.index.claim(out.document(), &source.claim_name));
    let volume =
        claim.and_then(|(document, spec)| bundle.index.volume(document, spec.volume_name.as_deref()?));
    let csi = volume.and_then(|(_, volume)| volume.spec.as_ref()?.csi.as_ref());
    csi.is_some_and(|csi| csi.driver == driver)
}

fn required(
    driver: &'static Driver,
    row: &'static PodAnnotations,
    list: Option<&BTreeMap<String, String>>,
    index: usize,
    base: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let value = list.and_then(|list| list.get(row.required));
    let help = format!("{}; add `{}: \"{}\"` to the pod's annotations", row.why, row.required, row.values[0]);
    match value {
        Some(value) if row.values.contains(&value.as_str()) => {}
        // A value that the webhook does not know is reported with the other annotations.
        Some(value) => {
            let known = row.annotations.find(row.required);
            let request = VolumeRequest::new(driver, &row.annotations, std::iter::empty());
            if known.is_none_or(|(_, known)| shape::check(&known.shape, value, &request).is_ok()) {
                let metadata = base.field("metadata");
                let annotations = metadata.field("annotations");
                let message = format!("`{}: {value}` switches the sidecar of the volume off", row.required);
                out.report(&table::MISSING_POD_ANNOTATION, &annotations.key(row.required), message)
                    .help(help)
                    .fix(Fix::replace(&annotations.key(row.required), row.values[0], Applicability::Safe));
            }
        }
        None => {
            let spec = base.field("spec");
            let volumes = spec.field("volumes");
            let message = format!("the annotation `{}` is missing", row.required);
            let metadata = base.field("metadata");
            let annotations = metadata.field("annotations");
            // The pod as it is never starts.
            let annotate = Fix::insert(&annotations.key(row.required), row.values[0], Applicability::Safe);
            out.report(&table::MISSING_POD_ANNOTATION, &volumes.index(index), message)
                .help(help)
                .fix(annotate);
        }
    }
}

fn check_annotations(
    driver: &'static Driver,
    annotations: &'static Parameters,
    list: Option<&BTreeMap<String, String>>,
    at: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let request = VolumeRequest::new(driver, annotations, pairs(list));
    parameters::check(&request, at, out);
    refusal::check_object(&request, at, at, out);
}
