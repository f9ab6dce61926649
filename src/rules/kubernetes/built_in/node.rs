//! `Node` (core/validation/validation.go, `ValidateNode`).

use std::collections::HashSet;

use super::constraint::{at, child, items, text_at};
use super::format::is_cidr;
use super::quota;
use crate::document::reporter::Reporter;
use crate::document::rules::{DUPLICATE_ITEM, INVALID_VALUE, REQUIRED_FIELD};
use crate::grammar;
use crate::rules::kubernetes::report;
use crate::yaml::node::Node;
use crate::yaml::path::Path;

const EFFECTS: [&str; 3] = ["NoExecute", "NoSchedule", "PreferNoSchedule"];

/// Taints, networks and resources.
pub(super) fn check(object: &Node<'_>, out: &mut Reporter<'_>) {
    let spec = child(Some(object), "spec");
    taints(spec, out);
    networks(spec, out);
    resources(object, out);
}

fn taints(spec: Option<&Node<'_>>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let (metadata, own) = (root.field("metadata"), root.field("spec"));
    // The server reports taints as if they were metadata.
    let (list, place) = (metadata.field("taints"), own.field("taints"));
    let mut seen = HashSet::new();
    for (index, taint) in items(spec, "taints").iter().enumerate() {
        let (item, place) = (list.index(index), place.index(index));
        let (key, value, effect) = (text_at(taint, "key"), text_at(taint, "value"), text_at(taint, "effect"));
        if key.is_empty() {
            out.report_within(&REQUIRED_FIELD, &item.field("key"), &place, "the taint has no key");
        } else if let Some(wrong) = grammar::qualified_name(key) {
            let message = format!("the key of a taint {wrong}");
            out.report_within(&INVALID_VALUE, &item.field("key"), &place.field("key"), message);
        }
        if let Some(wrong) = grammar::label_value(value) {
            let message = format!("the value of a taint {wrong}");
            out.report_within(&INVALID_VALUE, &item.field("value"), &place.field("value"), message);
        }
        if effect.is_empty() {
            out.report_within(&REQUIRED_FIELD, &item.field("effect"), &place, "the taint has no effect");
        } else if !EFFECTS.contains(&effect) {
            report::one_of_within(out, &item.field("effect"), &place.field("effect"), effect, &EFFECTS);
        }
        if !seen.insert((key, effect)) {
            out.report_within(&DUPLICATE_ITEM, &item, &place, "two taints have the same key and effect");
        }
    }
}

fn networks(spec: Option<&Node<'_>>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("spec");
    let list = path.field("podCIDRs");
    let single = spec.map_or("", |spec| text_at(spec, "podCIDR"));
    if !single.is_empty() && !is_cidr(single) {
        let message = format!("`{single}` is not an IP address with a prefix length");
        out.report_within(&INVALID_VALUE, &list.index(0), &path.field("podCIDR"), message);
        return;
    }
    let networks = items(spec, "podCIDRs");
    let texts = || networks.iter().map(|network| network.as_str().unwrap_or_default());
    let mut are_valid = true;
    for (index, _) in texts().enumerate().filter(|(_, network)| !is_cidr(network)) {
        report::invalid(out, &list.index(index), "this is not an IP address with a prefix length");
        are_valid = false;
    }
    let of_ipv6 = texts().filter(|network| network.contains(':')).count();
    if are_valid && (of_ipv6 > 1 || networks.len() - of_ipv6 > 1) {
        report::invalid(out, &list, "a node has at most one network of IPv4 and one of IPv6");
    }
}

/// What a node has of each resource.
fn resources(object: &Node<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let status = root.field("status");
    for field in ["capacity", "allocatable"] {
        let path = status.field(field);
        for entry in at(object, &["status", field]).map_or(&[][..], Node::entries) {
            let name = entry.key.value.as_ref();
            if let Some(wrong) = quota::wrong_amount(name, entry) {
                out.report_within(&INVALID_VALUE, &path.field(name), &path.key(name), wrong);
            }
        }
    }
}
