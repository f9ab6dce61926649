//! What a container mounts, and the block devices that it is given.

use k8s_openapi::api::core::v1::Container;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::pod::file_path;
use crate::rules::kubernetes::pod::volume::Volumes;
use crate::rules::kubernetes::report;
use crate::rules::repeats::Repeats;
use crate::yaml::path::Path;

/// Checks `volumeMounts` and `volumeDevices` of the container at `path` (validation.go, `ValidateVolumeMounts`,
/// `ValidateVolumeDevices`).
pub(in crate::rules::kubernetes) fn check(
    container: &Container,
    volumes: &Volumes<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    mounts(container, volumes, &path.field("volumeMounts"), out);
    devices(container, volumes, &path.field("volumeDevices"), out);
}

fn mounts(container: &Container, volumes: &Volumes<'_>, list: &Path<'_>, out: &mut Reporter<'_>) {
    let mounts = container.volume_mounts.as_deref().unwrap_or_default();
    let devices = container.volume_devices.as_deref().unwrap_or_default();
    let mut paths = Repeats::new(mounts, |mount| mount.mount_path.as_str());
    for (index, mount) in mounts.iter().enumerate() {
        let path = list.index(index);
        if mount.name.is_empty() {
            report::required(out, &path.field("name"), "a mount must name a volume");
        }
        if volumes.find(&mount.name).is_none() {
            report::invalid(out, &path.field("name"), format!("the pod has no volume `{}`", mount.name))
                .help("add it to `spec.volumes`, or mount one that is there");
        }
        if mount.mount_path.is_empty() {
            report::required(out, &path.field("mountPath"), "`mountPath` is missing");
        }
        if paths.earlier(index) {
            let message = format!("`{}` is mounted twice", mount.mount_path);
            report::invalid(out, &path.field("mountPath"), message);
        }
        if devices.iter().any(|device| device.name == mount.name) {
            let message = format!("volume `{}` is a block device of this container too", mount.name);
            report::invalid(out, &path.field("name"), message);
        }
        if devices.iter().any(|device| device.device_path == mount.mount_path) {
            let message = format!("`{}` is the path of a block device too", mount.mount_path);
            report::invalid(out, &path.field("mountPath"), message);
        }
        // From here on the server leaves the index out.
        let sub_path = mount.sub_path.as_deref().unwrap_or_default();
        let expression = mount.sub_path_expr.as_deref().unwrap_or_default();
        if !sub_path.is_empty() {
            file_path::descending(out, &list.field("subPath"), sub_path);
        }
        if !expression.is_empty() {
            if !sub_path.is_empty() {
                let message = "`subPathExpr` and `subPath` exclude each other";
                report::invalid(out, &path.field("subPathExpr"), message);
            }
            file_path::descending(out, &list.field("subPathExpr"), expression);
        }
        let propagation = mount.mount_propagation.as_deref();
        let privileged =
            container.security_context.as_ref().and_then(|context| context.privileged) == Some(true);
        if let Some(propagation) = propagation {
            let at = list.field("mountPropagation");
            if propagation == "Bidirectional" && !privileged {
                report::forbidden(out, &at, "`Bidirectional` is for privileged containers only");
            }
            let allowed = ["Bidirectional", "HostToContainer", "None"];
            if !allowed.contains(&propagation) {
                report::one_of_within(out, &at, &path.field("mountPropagation"), propagation, &allowed);
            }
        }
        let at = list.field("recursiveReadOnly");
        match mount.recursive_read_only.as_deref() {
            None | Some("Disabled") => {}
            Some("Enabled" | "IfPossible") => {
                if mount.read_only != Some(true) {
                    report::forbidden(out, &at, "`recursiveReadOnly` goes with `readOnly: true` only");
                }
                if propagation.is_some_and(|propagation| propagation != "None") {
                    report::forbidden(out, &at, "`recursiveReadOnly` excludes mount propagation");
                }
            }
            Some(other) => {
                let allowed = ["Disabled", "Enabled", "IfPossible"];
                report::one_of_within(out, &at, &path.field("recursiveReadOnly"), other, &allowed);
            }
        }
    }
}

fn devices(container: &Container, volumes: &Volumes<'_>, list: &Path<'_>, out: &mut Reporter<'_>) {
    let mounts = container.volume_mounts.as_deref().unwrap_or_default();
    let devices = container.volume_devices.as_deref().unwrap_or_default();
    let mut names = Repeats::new(devices, |device| device.name.as_str());
    let mut paths = Repeats::new(devices, |device| device.device_path.as_str());
    for (index, device) in devices.iter().enumerate() {
        let path = list.index(index);
        let (name, at) = (path.field("name"), path.field("devicePath"));
        if device.name.is_empty() {
            report::required(out, &name, "a device must name a volume");
        }
        if names.earlier(index) {
            report::invalid(out, &name, format!("volume `{}` is given twice", device.name));
        }
        match volumes.find(&device.name) {
            None => {
                report::invalid(out, &name, format!("the pod has no volume `{}`", device.name))
                    .help("add it to `spec.volumes`, or use one that is there");
            }
            Some(volume) if volume.persistent_volume_claim.is_none() && volume.ephemeral.is_none() => {
                report::invalid(out, &name, format!("volume `{}` is not a claim", device.name))
                    .help("only claims and generic ephemeral volumes can be block devices");
            }
            Some(_) => {}
        }
        if device.device_path.is_empty() {
            report::required(out, &at, "`devicePath` is missing");
        }
        if paths.earlier(index) {
            report::invalid(out, &at, format!("`{}` is used twice", device.device_path));
        }
        if device.device_path.split('/').any(|element| element == "..") {
            report::invalid(out, &at, format!("`{}` contains `..`", device.device_path));
        }
        if mounts.iter().any(|mount| mount.name == device.name) {
            report::invalid(out, &name, format!("volume `{}` is mounted too", device.name));
        }
        if mounts.iter().any(|mount| mount.mount_path == device.device_path) {
            report::invalid(out, &at, format!("`{}` is the path of a mount too", device.device_path));
        }
    }
}
