//! The volumes of a pod with the mounts and devices of its container, as `mounts`, `devices` and `sharedMemory`.

use super::super::tree::{Table, text};
use super::Entry;
use super::value::{fits, has_only};
use crate::context::{SHARED_MEMORY, SHARED_MEMORY_PATH, volume_name};
use crate::profile::schema::Kind;
use crate::source::Span;
use crate::yaml::node::{Entry as Field, Node, Value};

/// Replaces the lists by keys if they render the same lists: each volume is mounted, in the order of the mounts.
pub(super) fn keys(entry: &mut Entry<'_>, own: &mut Table, pod: &mut Table, claims: &[String]) {
    let empty = Vec::new();
    let list = |table: &Table, field: &str| match table.get(field).map(|node| &node.value) {
        Some(Value::Sequence(items)) => Some(items.clone()),
        Some(_) => None,
        None => Some(empty.clone()),
    };
    let lists = (list(pod, "volumes"), list(own, "volumeMounts"), list(own, "volumeDevices"));
    let (Some(volumes), Some(mounts), Some(devices)) = lists else { return };
    if mounts.is_empty() && devices.is_empty() {
        return;
    }
    let Some(keys) = converted(entry, &volumes, &mounts, &devices, claims) else { return };
    pod.take("volumes");
    own.take("volumeMounts");
    own.take("volumeDevices");
    entry.out.entries.extend(keys.entries);
}

fn converted(
    entry: &Entry<'_>,
    volumes: &[Node<'static>],
    mounts: &[Node<'static>],
    devices: &[Node<'static>],
    claims: &[String],
) -> Option<Table> {
    let mut out = Table::new(entry.object.span());
    let name = |node: &Node<'static>| node.get("name").and_then(Node::as_str).map(str::to_owned);
    let mut order: Vec<String> = Vec::new();
    let mut items = Vec::new();
    let mut shared = None;
    for (at, mount) in mounts.iter().enumerate() {
        let own = name(mount)?;
        if !has_only(mount, &["name", "mountPath", "subPath", "readOnly", "mountPropagation"]) {
            return None;
        }
        let volume = volumes.iter().find(|volume| name(volume).as_ref() == Some(&own));
        let mounted = mounts.iter().filter(|mount| name(mount).as_ref() == Some(&own)).count();
        if let Some((size, span)) = volume.and_then(|volume| memory(volume, mount))
            && at + 1 == mounts.len()
            && mounted == 1
            && fits(&Kind::Quantity, size)
        {
            let path = mount.get("mountPath")?;
            let mut table = Table::new(span);
            table.put("size", size.span, size.clone());
            if own != SHARED_MEMORY {
                table.put("volume", span, text(&*own, span));
            }
            if path.as_str() != Some(SHARED_MEMORY_PATH) {
                table.put("mountPath", span, path.clone());
            }
            let value = if table.entries.len() == 1 { size.clone() } else { table.node() };
            shared = Some((mount.span, value));
            order.push(own);
            continue;
        }
        let mut item = Table::new(mount.span);
        source(entry, volume, &own, mount.get("mountPath")?, claims, &mut item)?;
        for field in ["mountPath", "subPath", "readOnly", "mountPropagation"] {
            item.entries.extend(mount.entry(field).cloned());
        }
        items.push(with_first_place(item, mount));
        if volume.is_some() && !order.contains(&own) {
            order.push(own);
        }
    }
    if !items.is_empty() {
        let span = mounts.first()?.span;
        out.put("mounts", span, Node::new(Value::Sequence(items), span));
    }
    if let Some((span, value)) = shared {
        out.put("sharedMemory", span, value);
    }
    let mut items = Vec::new();
    for device in devices {
        let own = name(device)?;
        if !has_only(device, &["name", "devicePath"]) {
            return None;
        }
        let volume = volumes.iter().find(|volume| name(volume).as_ref() == Some(&own));
        let mut item = Table::new(device.span);
        source(entry, volume, &own, device.get("devicePath")?, claims, &mut item)?;
        if item.get("claim").is_none() && item.get("volumeClaimTemplate").is_none() {
            return None;
        }
        item.entries.extend(device.entry("devicePath").cloned());
        items.push(with_first_place(item, device));
        if volume.is_some() && !order.contains(&own) {
            order.push(own);
        }
    }
    if !items.is_empty() {
        let span = devices.first()?.span;
        out.put("devices", span, Node::new(Value::Sequence(items), span));
    }
    let names: Option<Vec<String>> = volumes.iter().map(name).collect();
    (names? == order).then_some(out)
}

/// The item, at the place of the mount's first key, to which comments belong.
fn with_first_place(mut item: Table, mount: &Node<'static>) -> Node<'static> {
    if let (Some(first), Some(key)) = (item.entries.first_mut(), mount.entries().first()) {
        first.key.span = key.key.span;
    }
    item.node()
}

/// Adds the keys for the source of a volume, and its name if it is not the one that a profile gives it.
fn source(
    entry: &Entry<'_>,
    volume: Option<&Node<'static>>,
    name: &str,
    path: &Node<'static>,
    claims: &[String],
    item: &mut Table,
) -> Option<()> {
    let span = item.span;
    let Some(volume) = volume else {
        if !claims.iter().any(|claim| claim == name) {
            return None;
        }
        item.put("volumeClaimTemplate", span, text(name, span));
        return Some(());
    };
    let [source] = volume.entries().iter().filter(|entry| entry.key.value != "name").collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let value = &source.value;
    let at = source.key.span;
    let mut named: Option<String> = None;
    match &*source.key.value {
        "persistentVolumeClaim" if has_only(value, &["claimName"]) => {
            let claim = value.get("claimName")?;
            let namespace = entry.object.namespace.as_deref();
            let reference = entry.scope.reference("claims", namespace, claim);
            named = reference.as_str().or(claim.as_str()).map(str::to_owned);
            item.put("claim", at, reference);
        }
        key @ ("configMap" | "secret") => {
            let field = if key == "secret" { "secretName" } else { "name" };
            let own = value.get(field).filter(|own| own.as_str().is_some());
            if let Some(own) = own.filter(|_| has_only(value, &[field, "items", "optional", "defaultMode"])) {
                named = own.as_str().map(str::to_owned);
                item.put(if key == "secret" { "secret" } else { "configMap" }, at, own.clone());
                for field in ["items", "optional", "defaultMode"] {
                    item.entries.extend(value.entry(field).cloned());
                }
            } else {
                put_source(item, source);
            }
        }
        "emptyDir" if matches!(value.value, Value::Mapping(_)) => item.put("emptyDir", at, value.clone()),
        _ => put_source(item, source),
    }
    let rendered = volume_name(named.as_deref().or(path.as_str()).unwrap_or_default());
    if rendered != name {
        item.put("volume", span, text(name, span));
    }
    Some(())
}

/// Any other source, as the API has it.
fn put_source(item: &mut Table, source: &Field<'static>) {
    let mut table = Table::new(source.key.span);
    table.entries.push(source.clone());
    item.put("volumeSource", source.key.span, table.node());
}

/// The place of a volume that is only a file system in memory for `/dev/shm`.
fn memory<'n>(volume: &'n Node<'static>, mount: &Node<'static>) -> Option<(&'n Node<'static>, Span)> {
    let empty = volume.get("emptyDir")?;
    let size = empty.get("sizeLimit")?;
    let is_memory = empty.get("medium").and_then(Node::as_str) == Some("Memory");
    let is_plain = has_only(empty, &["medium", "sizeLimit"]) && has_only(mount, &["name", "mountPath"]);
    let is_only = has_only(volume, &["name", "emptyDir"]);
    (is_memory && is_plain && is_only).then_some((size, volume.span))
}
