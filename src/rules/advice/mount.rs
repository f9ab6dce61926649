//! Advice on what a container keeps where: caches on read-only mounts, checkpoints on volumes that go with the pod.

use k8s_openapi::api::core::v1::{Container, PodSpec, Volume, VolumeMount};

use super::claim::{CHECKPOINTS, says};
use super::table;
use crate::catalog::{cache, sidecar_volume};
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(spec: &PodSpec, container: &Container, path: &Path<'_>, out: &mut Reporter<'_>) {
    let mounts = container.volume_mounts.as_deref().unwrap_or_default();
    if mounts.is_empty() {
        return;
    }
    let volumes = spec.volumes.as_deref().unwrap_or_default();
    caches(container, mounts, volumes, path, out);
    checkpoints(mounts, volumes, path, out);
}

/// A cache directory on a read-only mount.
fn caches(
    container: &Container,
    mounts: &[VolumeMount],
    volumes: &[Volume],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let variables = container.env.as_deref().unwrap_or_default();
    let value = |name: &str| {
        variables.iter().find(|variable| variable.name == name).and_then(|variable| variable.value.as_deref())
    };
    let is_on =
        |name: &String| value(name).is_some_and(|value| !matches!(value, "" | "0" | "false" | "False"));
    let list = path.field("env");
    for (index, variable) in variables.iter().enumerate() {
        let Some(cache) = cache::all().iter().find(|cache| cache.variable == variable.name) else { continue };
        let Some(folder) = variable.value.as_deref().filter(|value| value.starts_with('/')) else { continue };
        let Some(mount) = mount_of(folder, mounts) else { continue };
        let of_volume = volumes.iter().find(|volume| volume.name == mount.name).is_some_and(|volume| {
            let claim = volume.persistent_volume_claim.as_ref();
            claim.and_then(|claim| claim.read_only) == Some(true)
        });
        if !(of_volume || mount.read_only == Some(true)) || cache.offline.iter().any(is_on) {
            continue;
        }
        let how = match cache.offline.first() {
            Some(switch) => format!("mount it for writing, name another folder, or set `{switch}` to 1"),
            None => "mount it for writing, or name another folder".to_owned(),
        };
        let list = list.index(index);
        out.report(
            &table::CACHE_ON_READ_ONLY_MOUNT,
            &list.field("value"),
            format!("`{folder}` is a cache, and volume `{}` is mounted read-only there", mount.name),
        )
        .help(format!("the program writes lock files and what it makes there, and fails; {how}"));
    }
}

/// The mount that contains a directory: the one with the longest matching path.
fn mount_of<'m>(folder: &str, mounts: &'m [VolumeMount]) -> Option<&'m VolumeMount> {
    let over = |mount: &&VolumeMount| {
        let rest = folder.strip_prefix(mount.mount_path.trim_end_matches('/'));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    mounts.iter().filter(over).max_by_key(|mount| mount.mount_path.trim_end_matches('/').len())
}

/// Checkpoints on a volume that goes with its pod.
fn checkpoints(mounts: &[VolumeMount], volumes: &[Volume], path: &Path<'_>, out: &mut Reporter<'_>) {
    let list = path.field("volumeMounts");
    for (index, mount) in mounts.iter().enumerate() {
        if !mount.mount_path.split('/').any(|part| says(part, CHECKPOINTS)) {
            continue;
        }
        let volume = volumes.iter().find(|volume| volume.name == mount.name);
        let what = match volume {
            Some(Volume { empty_dir: Some(_), .. }) => "an emptyDir",
            Some(Volume { ephemeral: Some(_), .. }) => "an ephemeral volume",
            _ => continue,
        };
        let list = list.index(index);
        out.report(
            &table::CHECKPOINTS_ON_PASSING_VOLUME,
            &list.field("name"),
            format!("`{}` is on {what}, which goes with the pod", mount.mount_path),
        )
        .help("a checkpoint is for the pod that comes after this one; mount a claim there");
    }
}

/// Whether a container mounts a volume, or uses it as a device.
pub(in crate::rules) fn uses(container: &Container, volume: &str) -> bool {
    container.volume_mounts.iter().flatten().any(|mount| mount.name == volume)
        || container.volume_devices.iter().flatten().any(|device| device.name == volume)
}

/// Reports a volume at `path` that no container mounts, unless an injected sidecar does.
pub(in crate::rules) fn unmounted(name: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if name.is_empty() || sidecar_volume::is_one(name) {
        return;
    }
    out.report(
        &table::VOLUME_WITHOUT_MOUNT,
        &path.field("name"),
        format!("no container mounts volume `{name}`"),
    )
    .help("mount it by its name, or remove it: the pod waits for a volume that it does not use, and its data goes elsewhere");
}
