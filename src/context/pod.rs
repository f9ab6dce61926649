//! The fields of a pod, alone or in a workload: volumes, accelerators, environment.

use super::claim;
use super::fields::{Fields, as_text, list, merged, name_of, overlay, resolve, text};
use crate::catalog::accelerator;
use crate::profile::{Object, Profile};
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// The name of the volume for shared memory; the default of container runtimes is 64 MiB.
const SHARED_MEMORY: &str = "shared-memory";
/// The label by which a StatefulSet selects its pods.
const NAME_LABEL: &str = "app.kubernetes.io/name";

/// Completes the fields of a pod.
pub(super) fn fields(profile: &Profile, object: &Object<'_>, fields: &mut Fields) {
    if fields.get("container").is_none() {
        fields.set("container", object.span, text(object.key, object.span));
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
    match object.section.kind {
        "Job" => pod_metadata(profile, object, fields, false),
        "StatefulSet" => {
            pod_metadata(profile, object, fields, true);
            if let Some(table) = fields.take("volumeClaimTemplates") {
                let value = claim::templates(profile, &table.value);
                fields.put(Entry { key: table.key, value });
            }
        }
        _ => {}
    }
}

/// The labels and annotations of the pods, and the label that selects them.
fn pod_metadata(profile: &Profile, object: &Object<'_>, fields: &mut Fields, selected: bool) {
    let mut metadata = Fields::empty(object.span);
    for key in ["labels", "annotations"] {
        if let Some(entry) = merged(Some(profile), object.node, key) {
            metadata.put(entry);
        }
    }
    if selected {
        let mut selector = Fields::empty(object.span);
        selector.set(NAME_LABEL, object.span, name_of(object));
        let selector = selector.node();
        let mut labels = selector.clone();
        if let Some(own) = metadata.get("labels") {
            overlay(&mut labels, &own.value);
        }
        // If the user sets this label, it is used as the selector.
        let mut chosen = Fields::empty(object.span);
        chosen.copy(&labels, NAME_LABEL, NAME_LABEL);
        fields.set("selectorLabels", object.span, chosen.node());
        let annotations = metadata.take("annotations");
        metadata.set("labels", object.span, labels);
        metadata.entries.extend(annotations);
    }
    if !metadata.is_empty() {
        fields.set("podMetadata", object.span, metadata.node());
    }
}

/// Converts the table of environment variables to a list.
fn environment(fields: &mut Fields) {
    let Some(env) = fields.take("env") else { return };
    let items = env.value.entries().iter().map(|entry| {
        let mut item = Fields::empty(entry.key.span);
        item.set("name", entry.key.span, text(&*entry.key.value, entry.key.span));
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

/// `gpus` as requests and limits, which must be equal for extended resources, and the toleration.
fn accelerators(fields: &mut Fields) {
    let Some(gpus) = fields.take("gpus") else { return };
    let Some(count) = gpus.value.get("count").filter(|count| count.value != Value::Integer(0)) else {
        return;
    };
    let vendor = gpus.value.get("vendor").and_then(Node::as_str).and_then(accelerator::of_vendor);
    let own = gpus.value.get("resource").and_then(Node::as_str);
    let Some(resource) = own.or(vendor.map(|vendor| vendor.resource.as_str())) else { return };
    let mut asked = Fields::empty(gpus.key.span);
    for part in ["requests", "limits"] {
        let mut amounts = Fields::empty(gpus.key.span);
        amounts.set(resource, gpus.key.span, as_text(count.clone()));
        asked.set(part, gpus.key.span, amounts.node());
    }
    let mut resources = asked.node();
    if let Some(own) = fields.take("resources") {
        resources.span = own.value.span;
        overlay(&mut resources, &own.value);
    }
    fields.set("resources", gpus.key.span, resources);
    let tolerated = gpus.value.get("toleration").is_none_or(|node| node.value != Value::Bool(false));
    let known = accelerator::of_resource(resource).or(vendor);
    if let Some(known) = known.filter(|_| tolerated) {
        let span = gpus.key.span;
        let mut toleration = Fields::empty(span);
        toleration.set("key", span, text(known.taint.clone(), span));
        toleration.set("operator", span, text("Exists", span));
        toleration.set("effect", span, text("NoSchedule", span));
        append(fields, "tolerations", span, vec![toleration.node()]);
    }
}

fn append(fields: &mut Fields, key: &str, span: Span, further: Vec<Node<'static>>) {
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

/// The volumes of a pod, with unique sources.
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
    if let Some(size) = fields.take("sharedMemory") {
        let at = size.key.span;
        let mut source = Fields::empty(at);
        source.set("medium", at, text("Memory", at));
        source.set("sizeLimit", at, size.value);
        volumes.add(text(SHARED_MEMORY, at), "emptyDir", at, source.node());
        let mut item = Fields::empty(at);
        item.set("name", at, text(SHARED_MEMORY, at));
        item.set("mountPath", at, text("/dev/shm", at));
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
    /// The name of the volume for a mount or a device; adds the volume if it does not exist yet.
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
                text(named.map_or_else(|| slug(path().unwrap_or("volume")), slug), entry.value.span)
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

    fn add(&mut self, name: Node<'static>, source: &str, place: Span, value: Node<'static>) {
        let mut volume = Fields::empty(place);
        volume.set("name", place, name);
        volume.set(source, place, value);
        self.push(volume.node());
    }

    /// Mounts of the same source share one volume.
    fn push(&mut self, volume: Node<'static>) {
        if !self.volumes.iter().any(|known| same(known, &volume)) {
            self.volumes.push(volume);
        }
    }
}

/// Whether two nodes are equal, ignoring their spans.
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
fn slug(name: &str) -> String {
    let letter =
        |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(letter).take(63).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "volume".to_owned() } else { name.to_owned() }
}
