//! The fields of a pod, alone or inside another object: its specification, its labels, its claims.

use super::claim;
use super::fields::{Fields, as_text, list, merged, name_of, overlay, resolve, text};
use super::persistent_volume;
use super::unset::{Removed, unset};
use crate::catalog::accelerator;
use crate::profile::{Object, Profile, merge};
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// The volume for shared memory; a container has 64 MiB of it otherwise.
pub(crate) const SHARED_MEMORY: &str = "shared-memory";
pub(crate) const SHARED_MEMORY_PATH: &str = "/dev/shm";
/// The label by which a workload selects its pods.
pub(crate) const NAME_LABEL: &str = "app.kubernetes.io/name";

/// The fields of a container in the order in which they are rendered, and the keys that they come from.
pub(super) const CONTAINER: [(&str, &str); 17] = [
    ("name", "container"),
    ("image", "image"),
    ("imagePullPolicy", "imagePullPolicy"),
    ("command", "command"),
    ("args", "args"),
    ("workingDir", "workingDir"),
    ("ports", "ports"),
    ("env", "env"),
    ("envFrom", "envFrom"),
    ("resources", "resources"),
    ("volumeMounts", "volumeMounts"),
    ("volumeDevices", "volumeDevices"),
    ("startupProbe", "startupProbe"),
    ("readinessProbe", "readinessProbe"),
    ("livenessProbe", "livenessProbe"),
    ("lifecycle", "lifecycle"),
    ("securityContext", "containerSecurityContext"),
];

/// The fields of a pod's specification after `containers`, in the order in which they are rendered.
pub(super) const POD: [&str; 14] = [
    "initContainers",
    "volumes",
    "securityContext",
    "serviceAccountName",
    "automountServiceAccountToken",
    "imagePullSecrets",
    "nodeSelector",
    "tolerations",
    "affinity",
    "topologySpreadConstraints",
    "priorityClassName",
    "runtimeClassName",
    "restartPolicy",
    "terminationGracePeriodSeconds",
];

/// Adds `podSpec`, and for a kind with a pod template `podMetadata` and `selector`.
pub(super) fn fields(profile: &Profile, object: &Object<'_>, fields: &mut Fields, removed: &mut Removed) {
    if fields.get("container").is_none() {
        fields.set("container", object.span, text(object.key.to_owned(), object.span));
    }
    environment(fields);
    accelerators(fields);
    volumes(profile, object, fields);
    if let Some(secrets) = fields.take("imagePullSecrets") {
        let items = secrets.value.items().iter().map(|name| {
            let mut item = Fields::empty(name.span);
            item.set("name", name.span, name.clone());
            item.node()
        });
        let value = list(items.collect(), secrets.value.span);
        fields.put(Entry { key: secrets.key, value });
    }
    if let Some(zone) = fields.take("zone") {
        let mut selector = Fields::empty(zone.key.span);
        if let Some(own) = fields.take("nodeSelector") {
            selector = Fields::new(&own.value, own.key.span);
        }
        selector.set("topology.kubernetes.io/zone", zone.key.span, zone.value);
        fields.set("nodeSelector", zone.key.span, selector.node());
    }
    let spec = pod_spec(profile, object, fields, removed);
    fields.set("podSpec", object.span, spec);
    if object.section.kind.pod_template == Some("") {
        return;
    }
    pod_metadata(profile, object, fields);
    if let Some(table) = fields.take("volumeClaimTemplates") {
        let value = claim::templates(profile, &table.value);
        fields.put(Entry { key: table.key, value });
    }
}

/// The specification, with `unset` applied, and with what `containerSpec` and `podSpec` add.
fn pod_spec(
    profile: &Profile,
    object: &Object<'_>,
    fields: &mut Fields,
    removed: &mut Removed,
) -> Node<'static> {
    let mut container = Fields::empty(object.span);
    for (field, key) in CONTAINER {
        if let Some(entry) = fields.take(key) {
            container.set(field, entry.key.span, entry.value);
        }
    }
    let mut container = container.node();
    unset(profile, object, removed, |path| match path {
        [first, rest @ ..] if first == "containerSpec" => merge::remove(&mut container, rest),
        _ => false,
    });
    if let Some(further) = fields.take("containerSpec") {
        overlay(&mut container, &further.value);
    }
    let mut spec = Fields::empty(object.span);
    spec.set("containers", object.span, list(vec![container], object.span));
    for key in POD {
        if let Some(entry) = fields.take(key) {
            spec.put(entry);
        }
    }
    let mut spec = spec.node();
    unset(profile, object, removed, |path| match path {
        [first, rest @ ..] if first == "podSpec" => merge::remove(&mut spec, rest),
        _ => false,
    });
    if let Some(further) = fields.take("podSpec") {
        overlay(&mut spec, &further.value);
    }
    spec
}

/// The labels and annotations of the pods, and the selector that matches them.
fn pod_metadata(profile: &Profile, object: &Object<'_>, fields: &mut Fields) {
    let mut metadata = Fields::empty(object.span);
    for (own, key) in [("podLabels", "labels"), ("podAnnotations", "annotations")] {
        match fields.take(own) {
            // An empty table means none.
            Some(own) if own.value.entries().is_empty() => {}
            Some(own) => metadata.set(key, own.key.span, own.value),
            None => metadata.entries.extend(merged(Some(profile), object.node, key)),
        }
    }
    persistent_volume::annotate_pod(profile, object, &mut metadata);
    if object.section.kind.selector {
        let (selector, matched) = selector(object, fields, &metadata);
        fields.set("selector", selector.span, selector);
        let mut labels = matched;
        if let Some(own) = metadata.get("labels") {
            overlay(&mut labels, &own.value);
        }
        let annotations = metadata.take("annotations");
        if !labels.entries().is_empty() {
            metadata.set("labels", object.span, labels);
        }
        metadata.entries.extend(annotations);
    }
    if !metadata.is_empty() {
        fields.set("podMetadata", object.span, metadata.node());
    }
}

/// The selector of a workload, and the labels that its pods need for it.
fn selector(object: &Object<'_>, fields: &mut Fields, metadata: &Fields) -> (Node<'static>, Node<'static>) {
    let is_selector =
        |node: &Node<'_>| node.get("matchLabels").is_some() || node.get("matchExpressions").is_some();
    let own = fields.take("selector").map(|entry| entry.value);
    let own = own.or_else(|| object.node.get("spec")?.get("selector").cloned());
    if let Some(own) = own {
        if is_selector(&own) {
            let labels = own.get("matchLabels").cloned();
            let labels = labels.unwrap_or_else(|| Fields::empty(own.span).node());
            return (own, labels);
        }
        let mut selector = Fields::empty(own.span);
        selector.set("matchLabels", own.span, own.clone());
        return (selector.node(), own);
    }
    let mut labels = Fields::empty(object.span);
    labels.set(NAME_LABEL, object.span, name_of(object));
    // A label of this name that the user sets is the one to select by.
    if let Some(own) = metadata.get("labels").and_then(|labels| labels.value.entry(NAME_LABEL)) {
        labels.put(own.clone());
    }
    let labels = labels.node();
    let mut selector = Fields::empty(object.span);
    selector.set("matchLabels", object.span, labels.clone());
    (selector.node(), labels)
}

/// The table of environment variables as the list of the API.
fn environment(fields: &mut Fields) {
    let Some(env) = fields.take("env") else { return };
    let items = env.value.entries().iter().map(|entry| {
        let mut item = Fields::empty(entry.key.span);
        item.set("name", entry.key.span, text(entry.key.value.clone(), entry.key.span));
        match &entry.value.value {
            Value::Mapping(_) => match entry.value.entry("value") {
                Some(value) => item.set("value", value.key.span, as_text(value.value.clone())),
                None => item.set("valueFrom", entry.key.span, value_from(&entry.value, entry.key.span)),
            },
            _ => item.set("value", entry.key.span, as_text(entry.value.clone())),
        }
        item.node()
    });
    let value = list(items.collect(), env.value.span);
    fields.put(Entry { key: env.key, value });
}

fn value_from(node: &Node<'static>, owner: Span) -> Node<'static> {
    let mut from = Fields::empty(owner);
    for (key, field) in [("secret", "secretKeyRef"), ("configMap", "configMapKeyRef")] {
        if let Some(entry) = node.entry(key) {
            let mut reference = Fields::empty(entry.key.span);
            reference.copy(node, key, "name");
            reference.copy(node, "key", "key");
            reference.copy(node, "optional", "optional");
            from.set(field, entry.key.span, reference.node());
        }
    }
    for (key, field) in [("fieldPath", "fieldRef"), ("resource", "resourceFieldRef")] {
        if let Some(entry) = node.entry(key) {
            let mut reference = Fields::empty(entry.key.span);
            reference.copy(node, key, key);
            from.set(field, entry.key.span, reference.node());
        }
    }
    from.node()
}

/// `gpus` as requests and limits, which must be equal for extended resources, and as a toleration.
fn accelerators(fields: &mut Fields) {
    let Some(gpus) = fields.take("gpus") else { return };
    let Some(count) = gpus.value.get("count").filter(|count| count.value != Value::Integer(0)) else {
        return;
    };
    let vendor = gpus.value.get("vendor").and_then(Node::as_str).and_then(accelerator::of_vendor);
    let own = gpus.value.get("resource").and_then(Node::as_str);
    let Some(resource) = own.or(vendor.map(|vendor| vendor.resource)) else { return };
    let mut requested = Fields::empty(gpus.key.span);
    let in_requests = gpus.value.get("requests").is_none_or(|node| node.value != Value::Bool(false));
    for part in ["requests", "limits"].into_iter().skip(usize::from(!in_requests)) {
        let mut amounts = Fields::empty(gpus.key.span);
        amounts.set(resource.to_owned(), gpus.key.span, as_text(count.clone()));
        requested.set(part, gpus.key.span, amounts.node());
    }
    let mut resources = requested.node();
    if let Some(own) = fields.take("resources") {
        resources.span = own.value.span;
        overlay(&mut resources, &own.value);
    }
    fields.set("resources", gpus.key.span, resources);
    let own = gpus.value.get("toleration");
    if own.is_some_and(|node| node.value == Value::Bool(false)) {
        return;
    }
    let span = gpus.key.span;
    let known = accelerator::of_resource(resource).or(vendor);
    let own = own.map(Node::entries).unwrap_or_default();
    if known.is_none() && own.is_empty() {
        return;
    }
    let mut toleration = Fields::empty(span);
    if let Some(known) = known {
        toleration.set("key", span, text(known.taint, span));
    }
    toleration.set("operator", span, text("Exists", span));
    toleration.set("effect", span, text("NoSchedule", span));
    own.iter().for_each(|entry| toleration.put(entry.clone()));
    append(fields, "tolerations", span, vec![toleration.node()]);
}

fn append(fields: &mut Fields, key: &'static str, span: Span, further: Vec<Node<'static>>) {
    if further.is_empty() {
        return;
    }
    match fields.take(key) {
        Some(own) => {
            let items = own.value.items().iter().cloned().chain(further).collect();
            fields.put(Entry { key: own.key, value: list(items, own.value.span) });
        }
        None => fields.set(key, span, list(further, span)),
    }
}

/// The volumes of one pod, each source once.
struct Volumes<'a> {
    profile: &'a Profile,
    object: &'a Object<'a>,
    volumes: Vec<Node<'static>>,
}

fn volumes(profile: &Profile, object: &Object<'_>, fields: &mut Fields) {
    let mut volumes = Volumes { profile, object, volumes: Vec::new() };
    let mut mounts = Vec::new();
    let span = fields.get("mounts").map_or(object.span, |entry| entry.key.span);
    for mount in fields.take("mounts").iter().flat_map(|entry| entry.value.items()) {
        let mut item = Fields::empty(mount.span);
        item.set("name", mount.span, volumes.name(mount));
        for key in ["mountPath", "subPath", "readOnly", "mountPropagation"] {
            item.copy(mount, key, key);
        }
        mounts.push(item.node());
    }
    if let Some(memory) = fields.take("sharedMemory") {
        let at = memory.key.span;
        let mut source = Fields::empty(at);
        source.set("medium", at, text("Memory", at));
        if let Some(size) = memory.value.get("size") {
            source.set("sizeLimit", at, size.clone());
        }
        let own = |key: &str, default: &'static str| {
            memory.value.get(key).cloned().unwrap_or_else(|| text(default, at))
        };
        let name = own("volume", SHARED_MEMORY);
        volumes.add(name.clone(), "emptyDir", at, source.node());
        let mut item = Fields::empty(at);
        item.set("name", at, name);
        item.set("mountPath", at, own("mountPath", SHARED_MEMORY_PATH));
        mounts.push(item.node());
    }
    let devices = fields.take("devices").map(|entry| {
        let items = entry.value.items().iter().map(|device| {
            let mut item = Fields::empty(device.span);
            item.set("name", device.span, volumes.name(device));
            item.copy(device, "devicePath", "devicePath");
            item.node()
        });
        list(items.collect(), entry.key.span)
    });
    append(fields, "volumeMounts", span, mounts);
    if let Some(devices) = devices {
        fields.set("volumeDevices", devices.span, devices);
    }
    append(fields, "volumes", span, volumes.volumes);
}

impl Volumes<'_> {
    /// The name of the volume of a mount or a device; the volume is added if it is new.
    fn name(&mut self, mount: &Node<'static>) -> Node<'static> {
        let given = mount.get("volume").cloned();
        for key in
            ["claim", "scratch", "volumeClaimTemplate", "configMap", "secret", "emptyDir", "volumeSource"]
        {
            let Some(entry) = mount.entry(key) else { continue };
            let place = entry.key.span;
            let path = || mount.get("mountPath").or_else(|| mount.get("devicePath")).and_then(Node::as_str);
            let named = entry.value.as_str().or_else(|| entry.value.get("existing").and_then(Node::as_str));
            let name = given.unwrap_or_else(|| {
                text(
                    named.map_or_else(|| volume_name(path().unwrap_or("volume")), volume_name),
                    entry.value.span,
                )
            });
            match key {
                "volumeClaimTemplate" => return entry.value.clone(),
                "claim" => {
                    let mut source = Fields::empty(place);
                    source.set("claimName", place, resolve(self.profile, "claims", &entry.value));
                    self.add(name.clone(), "persistentVolumeClaim", place, source.node());
                }
                "scratch" => {
                    let scratch = self.object.node.get("scratch");
                    let claim = entry.value.as_str().and_then(|key| scratch?.entry(key));
                    if let Some(claim) = claim {
                        let source = claim::ephemeral(self.profile, &claim.value, claim.key.span);
                        self.add(name.clone(), "ephemeral", claim.key.span, source);
                    }
                }
                "configMap" | "secret" => {
                    let mut source = Fields::empty(place);
                    source.copy(mount, key, if key == "secret" { "secretName" } else { "name" });
                    for field in ["items", "optional", "defaultMode"] {
                        source.copy(mount, field, field);
                    }
                    self.add(name.clone(), key, place, source.node());
                }
                "emptyDir" => self.add(name.clone(), "emptyDir", place, entry.value.clone()),
                _ => {
                    let mut volume = Fields::empty(place);
                    volume.set("name", place, name.clone());
                    for source in entry.value.entries() {
                        volume.put(source.clone());
                    }
                    self.push(volume.node());
                }
            }
            return name;
        }
        given.unwrap_or_else(|| text("volume", mount.span))
    }

    fn add(&mut self, name: Node<'static>, source: &'static str, place: Span, value: Node<'static>) {
        let mut volume = Fields::empty(place);
        volume.set("name", place, name);
        volume.set(source, place, value);
        self.push(volume.node());
    }

    /// Mounts of one source share one volume.
    fn push(&mut self, volume: Node<'static>) {
        if !self.volumes.iter().any(|known| same(known, &volume)) {
            self.volumes.push(volume);
        }
    }
}

/// Whether two nodes have the same value, wherever they come from.
fn same(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (&one.value, &other.value) {
        (Value::Sequence(one), Value::Sequence(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Mapping(one), Value::Mapping(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(other)
                    .all(|(one, other)| one.key.value == other.key.value && same(&one.value, &other.value))
        }
        (one, other) => one == other,
    }
}

/// Converts a key, a name or a path to a volume name, which is a DNS label.
pub(crate) fn volume_name(name: &str) -> String {
    let letter =
        |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(letter).take(63).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "volume".to_owned() } else { name.to_owned() }
}
