//! Claims that one node at a time can use, and that several pods of one custom resource mount.

use std::collections::BTreeMap;

use crate::bundle::Bundle;
use crate::bundle::node_labels::is_on_one_node;
use crate::catalog::custom_kind::{CustomKind, Holds, Per};
use crate::document::derived::tasks::has_parallel_tasks;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::document::{Derived, Document, Factor};
use crate::rules::advice::{ROLLING_UPDATE_OF_SINGLE_NODE_CLAIM, SINGLE_NODE_CLAIM_OF_MANY_PODS};
use crate::rules::links::SINGLE_NODE_CLAIM_OF_SEVERAL_WORKLOADS;
use crate::rules::links::storage::{SINGLE_NODE, storages};
use crate::source::Span;
use crate::yaml::path::Path;

/// Pods of one template that mount a claim.
struct User {
    /// Their number.
    pods: i64,
    /// Where the number is.
    count: Option<String>,
    /// Where the volume or the template of the claim is.
    place: String,
    /// Whether they are kept on one node.
    on_one_node: bool,
}

/// The users of a claim, in the order of their locations.
struct Claim {
    name: String,
    one_pod: bool,
    modes: Span,
    /// Whether the operator makes the claim of a template.
    is_made: bool,
    users: Vec<User>,
}

pub(super) fn check(document: &Document<'_>, kind: &CustomKind, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let mut claims = BTreeMap::new();
    for derived in &document.derived {
        collect(derived, derived, document, bundle, &mut claims);
        made_claim(derived, document, &mut claims);
    }
    let parallel = kind.tasks.as_deref().map(|tasks| has_parallel_tasks(document, tasks));
    for claim in claims.into_values() {
        report(&claim, kind, parallel, document, bundle, out);
    }
}

/// Adds the single-node claims that a pod mounts, or the pods of a whole object.
fn collect<'a>(
    derived: &'a Derived<'a>,
    outer: &'a Derived<'a>,
    document: &'a Document<'a>,
    bundle: &Bundle<'a>,
    claims: &mut BTreeMap<(String, usize), Claim>,
) {
    for inner in &derived.document.derived {
        collect(inner, outer, document, bundle, claims);
    }
    if derived.location.holds == Holds::JobTemplateSpec {
        return;
    }
    let Some(pod) = derived.document.object.pod() else { return };
    for storage in storages(&derived.document, &pod, bundle) {
        let (Some(claim), Some(volume)) = (storage.document, storage.volume) else { continue };
        let own = document.derived.iter().find(|own| std::ptr::eq(&raw const own.document, claim));
        if !storage.is_single_node(pod.spec) || own.is_some_and(|own| own.location.per == Some(Per::Pod)) {
            continue;
        }
        let prefix = match pod.prefix {
            [] => "spec".to_owned(),
            prefix => format!("{}.spec", prefix.join(".")),
        };
        let path = format!("{prefix}.volumes[{volume}].persistentVolumeClaim.claimName");
        let place = derived.path_of(&path).and_then(|path| match std::ptr::eq(derived, outer) {
            true => Some(path),
            false => outer.path_of(&path),
        });
        let place = place.or_else(|| own.map(|own| own.path.clone())).unwrap_or_else(|| outer.path.clone());
        let (mut pods, mut count) = total(&outer.count);
        if !std::ptr::eq(derived, outer) {
            let (inner, inner_count) = total(&derived.count);
            pods = pods.saturating_mul(inner);
            count = count.or(inner_count.and_then(|path| outer.path_of(&path)));
        }
        let key = (claim.name.to_string(), claim.position().1 as usize);
        let known = claims.entry(key).or_insert_with(|| Claim {
            name: claim.name.to_string(),
            one_pod: storage.only(&["ReadWriteOncePod"]),
            modes: claim.place_of(&["spec", "accessModes"]),
            is_made: own.is_some(),
            users: Vec::new(),
        });
        known.users.push(User { pods, count, place, on_one_node: is_on_one_node(pod.spec) });
    }
}

/// Adds a claim that the operator makes and mounts itself.
fn made_claim(derived: &Derived<'_>, document: &Document<'_>, claims: &mut BTreeMap<(String, usize), Claim>) {
    let Object::PersistentVolumeClaim(claim) = &derived.document.object else { return };
    let modes = claim.spec.as_ref().and_then(|spec| spec.access_modes.as_deref()).unwrap_or_default();
    let is_single_node = !modes.is_empty() && modes.iter().all(|mode| SINGLE_NODE.contains(&mode.as_str()));
    let (pods, count) = total(&derived.count);
    if derived.count.is_empty() || derived.location.per == Some(Per::Pod) || !is_single_node {
        return;
    }
    let place = derived.path_of("spec.accessModes").unwrap_or_else(|| derived.path.clone());
    claims.insert(
        (derived.document.name.to_string(), usize::MAX),
        Claim {
            name: derived.document.name.to_string(),
            one_pod: modes.iter().all(|mode| mode == "ReadWriteOncePod"),
            modes: document.place_of(&["spec"]),
            is_made: true,
            users: vec![User { pods, count, place, on_one_node: false }],
        },
    );
}

/// The number of pods, and where the first factor is that makes them several.
fn total(count: &[Factor]) -> (i64, Option<String>) {
    let pods = count.iter().fold(1_i64, |pods, factor| pods.saturating_mul(factor.number.max(0)));
    (pods, count.iter().find(|factor| factor.number > 1).and_then(|factor| factor.path.clone()))
}

fn report(
    claim: &Claim,
    kind: &CustomKind,
    parallel: Option<bool>,
    document: &Document<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let one = if claim.one_pod { "pod" } else { "node" };
    let running = || claim.users.iter().filter(|user| user.pods > 0 && (claim.one_pod || !user.on_one_node));
    let Some(first) = running().next() else { return };
    let shared = bundle.shared_claim();
    let help = if claim.is_made {
        format!(
            "the operator makes one claim for all pods, and those on another {one} do not start; write {shared} in the \
             claim template, or give each pod an `ephemeral` volume"
        )
    } else {
        format!(
            "pods on another {one} do not start; write {shared} in the claim, or give each pod an `ephemeral` volume"
        )
    };
    let many = running().find(|user| user.pods > 1);
    if let Some(user) = many.filter(|_| parallel.is_none()) {
        let pods = if user.pods == i64::MAX {
            "the pods of all nodes".to_owned()
        } else {
            format!("{} pods", user.pods)
        };
        Path::parse(user.count.as_deref().unwrap_or(&user.place), &mut |path| {
            out.report(
                &SINGLE_NODE_CLAIM_OF_MANY_PODS,
                path,
                format!("{pods} mount claim `{}`, which one {one} at a time can use", claim.name),
            )
            .help(help.clone())
            .related(claim.modes, "the claim");
        });
    } else if parallel == Some(true) {
        Path::parse(&first.place, &mut |path| {
            out.report(
                &SINGLE_NODE_CLAIM_OF_MANY_PODS,
                path,
                format!(
                    "steps that run at once mount claim `{}`, which one {one} at a time can use",
                    claim.name
                ),
            )
            .help(format!("{help}; or set `parallelism: 1`"))
            .related(claim.modes, "the claim");
        });
    } else if let Some(user) = running().nth(1).filter(|_| parallel.is_none()) {
        Path::parse(&user.place, &mut |path| {
            out.report(
                &SINGLE_NODE_CLAIM_OF_SEVERAL_WORKLOADS,
                path,
                format!(
                    "claim `{}` can be used by one {one} at a time, and other pods of the {} mount it, too",
                    claim.name, document.kind
                ),
            )
            .help(help.clone())
            .related(claim.modes, "the claim");
        });
    } else if kind.overlaps && parallel.is_none() {
        Path::parse(&first.place, &mut |path| {
            out.report(
                &ROLLING_UPDATE_OF_SINGLE_NODE_CLAIM,
                path,
                format!("an update starts a new pod while the old one still uses claim `{}`", claim.name),
            )
            .help(format!("a {} always runs both for a while; {help}", document.kind))
            .related(claim.modes, "the claim");
        });
    }
}
