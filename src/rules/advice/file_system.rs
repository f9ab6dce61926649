//! Advice on the file system of a disk: who can write to it, what its root holds, and which system can mount it.

use k8s_openapi::api::core::v1::{Container, PodSpec};

use super::table;
use crate::bundle::node_labels::node_labels;
use crate::catalog::data_directory;
use crate::document::reporter::Reporter;
use crate::rules::driver::VolumeRequest;
use crate::rules::links::storage::{Storage, containers};
use crate::yaml::path::Path;

/// The node label that names the operating system.
const OS: &str = "kubernetes.io/os";
/// File systems of Windows.
const WINDOWS: &[&str] = &["ntfs", "refs"];

pub(super) fn check(spec: &PodSpec, storages: &[Storage<'_>], path: &Path<'_>, out: &mut Reporter<'_>) {
    let named = |storage: &&Storage<'_>| {
        !storage.is_block()
            && containers(spec).any(|container| mounts(container, storage.name).next().is_some())
    };
    for storage in storages.iter().filter(named) {
        let requests = storage.requests();
        if requests.is_empty() || !requests.iter().all(|request| request.driver.is_disk()) {
            continue;
        }
        if operating_system(spec, storage, &requests, path, out) || storage.has_source() {
            continue;
        }
        ownership(spec, storage, path, out);
        data_directory(spec, storage, &requests, path, out);
    }
}

/// The mounts of a volume in a container.
fn mounts<'c>(
    container: &'c Container,
    volume: &str,
) -> impl Iterator<Item = (usize, &'c k8s_openapi::api::core::v1::VolumeMount)> {
    container.volume_mounts.iter().flatten().enumerate().filter(move |(_, mount)| mount.name == volume)
}

/// Whether the pod runs on Windows, as far as it says so.
fn is_windows(spec: &PodSpec) -> bool {
    spec.os.as_ref().is_some_and(|os| os.name == "windows")
        || node_labels(spec).any(|(key, value)| key == OS && value == "windows")
}

/// A file system that the operating system of the pod cannot mount; returns whether it was reported.
fn operating_system(
    spec: &PodSpec,
    storage: &Storage<'_>,
    requests: &[VolumeRequest<'_>],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) -> bool {
    let named = |request: &VolumeRequest<'_>| {
        request.file_system_pairs().next().map(|pair| pair.value.to_lowercase())
    };
    let Some(Some(file_system)) = requests.first().map(named) else { return false };
    if file_system.is_empty() {
        return false;
    }
    let (of_windows, windows) = (WINDOWS.contains(&file_system.as_str()), is_windows(spec));
    if of_windows == windows {
        return false;
    }
    let help = if windows {
        "nodes with Windows mount ntfs only, so the pod does not start; use a class with `ntfs`".to_owned()
    } else {
        format!(
            "nodes with Linux cannot mount {file_system}, so the pod does not start there; select Windows nodes with \
             `nodeSelector: {{{OS}: windows}}`, or use a class with ext4 or xfs"
        )
    };
    let system =
        if windows { "the pod selects Windows nodes" } else { "the pod does not select Windows nodes" };
    let message = format!("volume `{}` has the file system {file_system}, but {system}", storage.name);
    let list = path.field("volumes");
    let finding = match storage.volume {
        Some(index) => {
            out.report(&table::FILE_SYSTEM_OF_OTHER_SYSTEM, &list.index(index).field("name"), message)
        }
        None => out.report_at_key(&table::FILE_SYSTEM_OF_OTHER_SYSTEM, path, message),
    };
    finding.help(help);
    if let Some((class, _)) = storage.class {
        finding.related(class.place_of(&["parameters"]), "the class");
    }
    true
}

/// The user that a container runs as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum User {
    /// Root, or whatever the image says.
    MayBeRoot,
    /// Another user: its number, if known.
    Other(Option<i64>),
}

fn user(spec: &PodSpec, container: &Container) -> User {
    let (pod, own) = (spec.security_context.as_ref(), container.security_context.as_ref());
    let number = own.and_then(|own| own.run_as_user).or_else(|| pod.and_then(|pod| pod.run_as_user));
    let non_root =
        own.and_then(|own| own.run_as_non_root).or_else(|| pod.and_then(|pod| pod.run_as_non_root));
    match (number, non_root) {
        (Some(0), _) | (None, None | Some(false)) => User::MayBeRoot,
        (number, _) => User::Other(number),
    }
}

/// A container that is not root on a disk whose root directory belongs to root.
fn ownership(spec: &PodSpec, storage: &Storage<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    if is_windows(spec) || spec.security_context.as_ref().is_some_and(|context| context.fs_group.is_some()) {
        return;
    }
    let mounting = || containers(spec).filter(|container| mounts(container, storage.name).next().is_some());
    // A container that may be root may change the owner.
    if mounting().any(|container| user(spec, container) == User::MayBeRoot) || storage.is_read_only_in(spec) {
        return;
    }
    let Some(User::Other(number)) = mounting().next().map(|container| user(spec, container)) else { return };
    let who = number.map_or_else(|| "the user of the image".to_owned(), |number| format!("user {number}"));
    let context = path.field("securityContext");
    let at = context.field("fsGroup");
    out.report(
        &table::DISK_WITHOUT_FS_GROUP,
        &at,
        format!("{who} cannot write to volume `{}`: a new disk belongs to root, and the pod sets no `fsGroup`", storage.name),
    )
    .help(format!(
        "the container fails with `permission denied`; set `fsGroup: {}` and `fsGroupChangePolicy: OnRootMismatch` in the \
         pod's `securityContext`",
        number.unwrap_or(1000)
    ));
}

/// A database that is to initialise the root of a file system, which holds `lost+found`.
fn data_directory(
    spec: &PodSpec,
    storage: &Storage<'_>,
    requests: &[VolumeRequest<'_>],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if !requests.iter().all(|request| request.file_system().to_lowercase().starts_with("ext")) {
        return;
    }
    let list = path.field("containers");
    for (index, container) in spec.containers.iter().enumerate() {
        let Some(database) = container.image.as_deref().and_then(data_directory::of_image) else { continue };
        let variable = database
            .variable
            .and_then(|name| container.env.iter().flatten().find(|variable| variable.name == name));
        let directory = match variable {
            Some(variable) => match variable.value.as_deref() {
                Some(value) => value,
                None => continue,
            },
            // Variables from elsewhere may move it.
            None if container.env_from.iter().flatten().next().is_some() => continue,
            None => database.directory,
        };
        let ignores = database.argument.is_some_and(|argument| {
            let words = container.args.iter().chain(&container.command).flatten();
            words.into_iter().any(|word| word.contains(argument))
        });
        if ignores {
            continue;
        }
        let at_root = |mount: &k8s_openapi::api::core::v1::VolumeMount| {
            mount.sub_path.as_deref().unwrap_or_default().is_empty()
                && mount.sub_path_expr.is_none()
                && mount.mount_path.trim_end_matches('/') == directory.trim_end_matches('/')
        };
        let Some((position, _)) = mounts(container, storage.name).find(|(_, mount)| at_root(mount)) else {
            continue;
        };
        let path = list.index(index);
        let mounts = path.field("volumeMounts");
        let mount = mounts.index(position);
        let how = match &database.variable {
            Some(variable) => {
                format!("set `subPath: data` on the mount, or `{variable}` to a directory below it")
            }
            None => "set `subPath: data` on the mount".to_owned(),
        };
        out.report(
            &table::DATA_DIRECTORY_AT_MOUNT_ROOT,
            &mount.field("mountPath"),
            format!(
                "{} initialises `{directory}`, which is the root of a new disk and holds `lost+found`",
                database.image
            ),
        )
        .help(format!("the database refuses a directory that is not empty, and the container fails; {how}"));
    }
}
