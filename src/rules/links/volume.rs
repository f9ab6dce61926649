//! Mounts, devices and volumes against the claims behind them.

use k8s_openapi::api::core::v1::{PodSpec, Volume, VolumeDevice, VolumeMount};

use super::storage::Storage;
use super::table;
use crate::document::object::PodPart;
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(pod: &PodPart<'_>, storages: &[Storage<'_>], path: &Path<'_>, out: &mut Reporter<'_>) {
    if storages.is_empty() {
        return;
    }
    let init = pod.spec.init_containers.iter().flatten().enumerate();
    let regular = pod.spec.containers.iter().enumerate();
    for (list, (index, container)) in
        init.map(|item| ("initContainers", item)).chain(regular.map(|item| ("containers", item)))
    {
        let path = path.field(list);
        let path = path.index(index);
        mounts(container.volume_mounts.as_deref().unwrap_or_default(), storages, &path, out);
        devices(container.volume_devices.as_deref().unwrap_or_default(), storages, &path, out);
    }
    let volumes = pod.spec.volumes.as_deref().unwrap_or_default();
    let list = path.field("volumes");
    for storage in storages {
        if let Some((index, volume)) = storage.volume.and_then(|index| Some((index, volumes.get(index)?))) {
            read_only(pod.spec, storage, volume, &list.index(index), out);
            ephemeral(storage, &list.index(index), out);
        }
    }
}

fn mounts(mounts: &[VolumeMount], storages: &[Storage<'_>], path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("volumeMounts");
    for (index, mount) in mounts.iter().enumerate() {
        if let Some(storage) =
            storages.iter().find(|storage| storage.name == mount.name && storage.is_block())
        {
            let path = path.index(index);
            let finding = out
                .report(
                    &table::BLOCK_VOLUME_MOUNTED,
                    &path.field("name"),
                    format!("volume `{}` is a raw block device and cannot be mounted", mount.name),
                )
                .help(
                    "the kubelet refuses the pod when it starts; list it under `volumeDevices` with a `devicePath`, \
                     or give the claim `volumeMode: Filesystem`",
                );
            relate(finding, storage, &["spec", "volumeMode"], "the claim requests a block device here");
        }
    }
}

fn devices(devices: &[VolumeDevice], storages: &[Storage<'_>], path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = path.field("volumeDevices");
    for (index, device) in devices.iter().enumerate() {
        if let Some(storage) =
            storages.iter().find(|storage| storage.name == device.name && !storage.is_block())
        {
            let path = path.index(index);
            let finding = out
                .report(
                    &table::FILESYSTEM_VOLUME_AS_DEVICE,
                    &path.field("name"),
                    format!("volume `{}` has a file system and is not a device", device.name),
                )
                .help(
                    "the kubelet refuses the pod when it starts; list it under `volumeMounts` with a `mountPath`, \
                     or give the claim `volumeMode: Block`",
                );
            relate(finding, storage, &["spec"], "this claim has no `volumeMode: Block`");
        }
    }
}

fn read_only(
    spec: &PodSpec,
    storage: &Storage<'_>,
    volume: &Volume,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let source = volume.persistent_volume_claim.as_ref();
    let containers = spec.init_containers.iter().flatten().chain(&spec.containers);
    let mut mounts = containers.flat_map(|container| container.volume_mounts.iter().flatten());
    let writable = source.is_some_and(|source| source.read_only != Some(true))
        && mounts.any(|mount| mount.name == volume.name && mount.read_only != Some(true));
    if writable && storage.only(&["ReadOnlyMany"]) && !storage.ignores_access_modes() {
        let path = path.field("persistentVolumeClaim");
        let finding = out
            .report(
                &table::READ_ONLY_CLAIM_MOUNTED_FOR_WRITING,
                &path.field("readOnly"),
                format!("volume `{}` is mounted for writing, but its claim is ReadOnlyMany", volume.name),
            )
            .help("set `readOnly: true` on the volume, or on its mounts: the disk is attached read-only and every write fails");
        relate(finding, storage, &["spec", "accessModes"], "the claim's access modes");
    }
}

fn ephemeral(storage: &Storage<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some((document, class)) = storage.class.filter(|_| storage.is_ephemeral()) else { return };
    if class.reclaim_policy.as_deref() == Some("Retain") {
        let span = document.place_of(&["reclaimPolicy"]);
        let path = path.field("ephemeral");
        let path = path.field("volumeClaimTemplate");
        let path = path.field("spec");
        out.report(
            &table::EPHEMERAL_VOLUME_RETAINED,
            &path.field("storageClassName"),
            format!(
                "the disk of volume `{}` outlives every pod: class `{}` retains it",
                storage.name, document.name
            ),
        )
        .help("each pod leaves a disk behind that is paid for and never used again; name a class with `reclaimPolicy: Delete`")
        .related(span, "retained here");
    }
}

fn relate(finding: &mut crate::finding::Finding, storage: &Storage<'_>, fields: &[&str], text: &str) {
    if let Some(document) = storage.document {
        finding.related(document.place_of(fields), text);
    }
}
