//! Advice on pods and on the templates that workloads make pods from.

use k8s_openapi::api::core::v1::{Container, PodSpec, Volume, VolumeMount};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::{mount, table};
use crate::bundle::node_labels::node_labels;
use crate::catalog::accelerator::{self, Accelerator};
use crate::catalog::pod_security::PodSecurityLevel;
use crate::document::object::PodPart;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix, Intent, NewValue};
use crate::nearest::nearest;
use crate::rules::links::storage::Storage;
use crate::yaml::path::Path;

/// Where programs look for shared memory.
const SHARED_MEMORY: &str = "/dev/shm";

pub(super) fn check(pod: &PodPart<'_>, storages: &[Storage<'_>], path: &Path<'_>, out: &mut Reporter<'_>) {
    let spec = pod.spec;
    ownership(spec, storages, path, out);
    let init = spec.init_containers.iter().flatten().enumerate();
    let regular = spec.containers.iter().enumerate();
    for (list, (index, container)) in
        init.map(|item| ("initContainers", item)).chain(regular.map(|item| ("containers", item)))
    {
        let path = path.field(list);
        let path = path.index(index);
        image(container, &path, out);
        security(container, &path, out);
        memory(spec, container, &path, out);
        mount::check(spec, container, &path, out);
    }
    let context = spec.security_context.as_ref();
    if context.and_then(|context| context.run_as_user) == Some(0) {
        runs_as_root(&path.field("securityContext"), out);
    }
    accelerators(spec, path, out);
    mediums(spec, path, out);
}

/// The mediums that the kubelet knows; huge pages of one size are named with it (`pkg/volume/emptydir/empty_dir.go`, `SetUpAt`).
const MEDIUMS: [&str; 3] = ["", "Memory", "HugePages"];

fn mediums(spec: &PodSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let list = path.field("volumes");
    for (index, volume) in spec.volumes.iter().flatten().enumerate() {
        let Some(medium) = volume.empty_dir.as_ref().and_then(|source| source.medium.as_deref()) else {
            continue;
        };
        if MEDIUMS.contains(&medium) || medium.starts_with("HugePages-") {
            continue;
        }
        let at = list.index(index);
        let at = at.field("emptyDir");
        let at = at.field("medium");
        let near = nearest(medium, ["Memory", "HugePages"]);
        let meant = near.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let finding =
            out.report(&table::UNKNOWN_MEDIUM, &at, format!("`{medium}` is not a medium of volumes"));
        finding.help(format!(
            "{meant}the kubelet knows `Memory`, `HugePages` and `HugePages-SIZE`; with any other, the pod stays in \
             ContainerCreating"
        ));
        if let Some(near) = near {
            finding.fix(Fix::replace(&at, near, Applicability::of_spelling(medium, near)));
        }
    }
}

fn image(container: &Container, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(image) = container.image.as_deref().filter(|image| !image.is_empty() && !image.contains('@'))
    else {
        return;
    };
    let last = image.rsplit('/').next().unwrap_or(image);
    // A placeholder to be replaced.
    if last.starts_with("your-") {
        return;
    }
    let tag = last.split_once(':').map(|(_, tag)| tag);
    if matches!(tag, None | Some("latest")) {
        let message = match tag {
            None => format!("image `{image}` has no tag, so it is whatever `latest` is that day"),
            Some(_) => format!("image `{image}` is whatever `latest` is that day"),
        };
        out.report(&table::IMAGE_TAG, &path.field("image"), message).help(
            "two pods of one manifest may run different code, and a checkpoint may not load again; name a version, or \
             a digest",
        );
    }
}

fn security(container: &Container, path: &Path<'_>, out: &mut Reporter<'_>) {
    // The API server lets only a privileged container hand its mounts on to the node, as drivers of storage do.
    let hands_on = |mount: &VolumeMount| mount.mount_propagation.as_deref() == Some("Bidirectional");
    let Some(context) = &container.security_context else { return };
    if container.volume_mounts.iter().flatten().any(hands_on) {
        return;
    }
    let path = path.field("securityContext");
    if context.privileged == Some(true) {
        out.report(&table::PRIVILEGED_POD, &path.field("privileged"), "a privileged container owns its node").help(
            "no disk and no accelerator needs it; remove it, and add the one capability that is missing, if any",
        )
        .fix(Fix::remove(&path.field("privileged"), Applicability::Unsafe));
    }
    if context.run_as_user == Some(0) {
        runs_as_root(&path, out);
    }
}

fn runs_as_root(path: &Path<'_>, out: &mut Reporter<'_>) {
    out.report(&table::PRIVILEGED_POD, &path.field("runAsUser"), "user 0 is root").help(format!(
        "set another user, such as 1000, and `fsGroup` so that it can write to its volumes; the `{}` Pod Security \
         level refuses root",
        PodSecurityLevel::Restricted
    ));
}

/// `fsGroup` without a change policy makes the kubelet walk every file of every mount, each time a pod starts.
fn ownership(spec: &PodSpec, storages: &[Storage<'_>], path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(context) = &spec.security_context else { return };
    let always = matches!(context.fs_group_change_policy.as_deref(), None | Some("Always"));
    if context.fs_group.is_none() || !always {
        return;
    }
    let large = storages
        .iter()
        .find(|storage| !storage.is_block() && is_large(storage) && storage.applies_fs_group());
    if let Some(storage) = large {
        let path = path.field("securityContext");
        let field = path.field("fsGroupChangePolicy");
        let applicability = out.of_pod_change();
        let fix = match context.fs_group_change_policy {
            None => Fix::insert(&field, "OnRootMismatch", applicability),
            Some(_) => Fix::replace(&field, "OnRootMismatch", applicability),
        };
        out.report(
            &table::RECURSIVE_OWNERSHIP_CHANGE,
            &path.field("fsGroupChangePolicy"),
            format!(
                "every start of the pod changes the owner of every file on volume `{}`: minutes to hours on a full volume",
                storage.name
            ),
        )
        .help("set `fsGroupChangePolicy: OnRootMismatch`, which looks at the volume's root only")
        .fix(fix);
    }
}

/// From this size on a volume of many files takes minutes to walk: 100 GiB.
const LARGE: i128 = 100 << 30;

fn is_large(storage: &Storage<'_>) -> bool {
    let requests = storage.claim.resources.as_ref().and_then(|resources| resources.requests.as_ref());
    requests.and_then(|requests| requests.get("storage")).and_then(bytes).is_some_and(|size| size >= LARGE)
}

fn memory(spec: &PodSpec, container: &Container, path: &Path<'_>, out: &mut Reporter<'_>) {
    let limit = container
        .resources
        .as_ref()
        .and_then(|resources| resources.limits.as_ref())
        .and_then(|limits| limits.get("memory"));
    let mounts = path.field("volumeMounts");
    let in_memory = |volume: &&Volume| {
        volume.empty_dir.as_ref().is_some_and(|source| source.medium.as_deref() == Some("Memory"))
    };
    let in_memory: Vec<_> = spec.volumes.iter().flatten().filter(in_memory).collect();
    for (index, mount) in container.volume_mounts.iter().flatten().enumerate() {
        let volume = in_memory.iter().find(|volume| volume.name == mount.name);
        let Some(source) = volume.and_then(|volume| volume.empty_dir.as_ref()) else { continue };
        let path = mounts.index(index);
        let Some(limit) = limit else {
            out.report(
                &table::MEMORY_VOLUME_WITHOUT_LIMIT,
                &path.field("name"),
                format!("volume `{}` is memory, and nothing limits how much the container takes", mount.name),
            )
            .help("what it fills is taken from the node until other pods are evicted; set a memory limit");
            continue;
        };
        let (Some(limit_bytes), Some(size)) = (bytes(limit), source.size_limit.as_ref()) else { continue };
        if bytes(size).is_some_and(|size| size > limit_bytes) {
            out.report(
                &table::MEMORY_VOLUME_ABOVE_LIMIT,
                &path.field("name"),
                format!(
                    "volume `{}` may grow to {}, but the container is killed at {}",
                    mount.name, size.0, limit.0
                ),
            )
            .help("data in a memory volume counts towards the memory limit; raise the limit or lower `sizeLimit`");
        }
    }
}

/// Mounts a memory volume where programs look for shared memory; not without a memory limit, which such a volume needs.
fn shared_memory(
    spec: &PodSpec,
    container: &Container,
    path: &Path<'_>,
    pod: &Path<'_>,
    applicability: Applicability,
) -> Option<Fix> {
    const NAME: &str = "dshm";
    let text = |text: &str| NewValue::from(text);
    let limits = container.resources.as_ref().and_then(|resources| resources.limits.as_ref())?;
    limits.get("memory")?;
    let mut fix = Fix::new(format!("mount a memory volume at {SHARED_MEMORY}"), applicability);
    let volumes = spec.volumes.as_deref().unwrap_or_default();
    let is_memory = |volume: &Volume| {
        volume.empty_dir.as_ref().is_some_and(|source| source.medium.as_deref() == Some("Memory"))
    };
    match volumes.iter().find(|volume| volume.name == NAME) {
        Some(volume) if !is_memory(volume) => return None,
        Some(_) => {}
        None => {
            let medium = NewValue::Table(vec![("medium".to_owned(), text("Memory"))]);
            let volume =
                NewValue::Table(vec![("name".to_owned(), text(NAME)), ("emptyDir".to_owned(), medium)]);
            fix = fix.change(&pod.field("volumes"), item(volume, volumes.is_empty()));
        }
    }
    let mount =
        NewValue::Table(vec![("name".to_owned(), text(NAME)), ("mountPath".to_owned(), text(SHARED_MEMORY))]);
    let is_first = container.volume_mounts.as_ref().is_none_or(Vec::is_empty);
    Some(fix.change(&path.field("volumeMounts"), item(mount, is_first)))
}

/// Adds an item to a list, which is missing if it is the first one.
fn item(value: NewValue, is_first: bool) -> Intent {
    if is_first { Intent::Insert(NewValue::List(vec![value])) } else { Intent::Prepend(value) }
}

fn accelerators(spec: &PodSpec, pod_path: &Path<'_>, out: &mut Reporter<'_>) {
    let path = pod_path;
    let list = path.field("containers");
    for (index, container) in spec.containers.iter().enumerate() {
        let Some((kind, accelerator)) = accelerator_of(container) else { continue };
        let path = list.index(index);
        let resources = path.field("resources");
        let kind = resources.field(kind);
        let at = kind.key(accelerator.resource);
        let shared = container
            .volume_mounts
            .iter()
            .flatten()
            .any(|mount| mount.mount_path.trim_end_matches('/') == SHARED_MEMORY);
        if !shared {
            let fix = shared_memory(spec, container, &path, pod_path, out.of_pod_change());
            let finding = out.report(
                &table::SHARED_MEMORY_MISSING,
                &at,
                format!("the container has an accelerator and 64 MiB of shared memory at {SHARED_MEMORY}"),
            )
            .help(
                "data loaders and collective communication die with a bus error when it is full; mount an emptyDir \
                 of medium Memory there",
            );
            finding.fix = fix.map(Box::new);
        }
        if spec.tolerations.iter().flatten().next().is_none() && !selects_untainted_nodes(spec) {
            out.report(
                &table::ACCELERATOR_WITHOUT_TOLERATION,
                &at,
                format!("the pod requests {} but tolerates no taint", accelerator.resource),
            )
            .help(format!(
                "nodes with accelerators often have the taint `{}`, and some clusters add its toleration themselves; if \
                 yours does not, the pod stays Pending: add `tolerations: [{{key: {}, operator: Exists}}]`",
                accelerator.taint, accelerator.taint
            ))
            .fix(Fix::insert(&pod_path.field("tolerations"), tolerations(accelerator), Applicability::Unsafe));
        }
    }
}

/// The tolerations of the accelerator's taint.
fn tolerations(accelerator: &Accelerator) -> NewValue {
    let entry = |key: &str, value: &str| (key.to_owned(), NewValue::from(value));
    NewValue::List(vec![NewValue::Table(vec![entry("key", accelerator.taint), entry("operator", "Exists")])])
}

/// Whether the pod selects nodes by a label of a cluster that adds the toleration itself, or sets no taint.
fn selects_untainted_nodes(spec: &PodSpec) -> bool {
    node_labels(spec).any(|(key, _)| accelerator::is_untainted(key))
}

fn accelerator_of(container: &Container) -> Option<(&'static str, &'static Accelerator)> {
    let resources = container.resources.as_ref()?;
    [("limits", &resources.limits), ("requests", &resources.requests)].into_iter().find_map(|(kind, list)| {
        let found = list.iter().flatten().find_map(|(name, _)| accelerator::of_resource(name))?;
        Some((kind, found))
    })
}

/// A quantity of bytes, rounded up.
fn bytes(quantity: &Quantity) -> Option<i128> {
    crate::quantity::Quantity::parse(&quantity.0).ok().map(|quantity| quantity.ceil())
}
