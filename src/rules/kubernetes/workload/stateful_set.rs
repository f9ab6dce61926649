//! StatefulSet (k8s.io/kubernetes, pkg/apis/apps/validation).

use k8s_openapi::api::apps::v1::{StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy};
use k8s_openapi::api::core::v1::{PersistentVolumeClaimVolumeSource, PodSpec, Volume};

use crate::document::reporter::Reporter;
use crate::document::rules::{INVALID_VALUE, REQUIRED_FIELD};
use crate::grammar;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::pod;
use crate::rules::kubernetes::storage::claim;
use crate::rules::kubernetes::workload;
use crate::rules::kubernetes::workload::Selection;
use crate::rules::kubernetes::{metadata, report};
use crate::yaml::path::Path;

pub(in crate::rules::kubernetes) fn check(set: &StatefulSet, context: &Context, out: &mut Reporter<'_>) {
    metadata::check(&set.metadata, grammar::dns_label, true, out);
    let root = Path::root();
    let path = root.field("spec");
    let spec = &set.spec;
    own_fields(spec, &path, out);
    let selection = workload::required_selector(&spec.selector, &path.field("selector"), out);
    let at = path.field("template");
    if selection != Selection::Broken {
        workload::match_template(&spec.selector, selection, &spec.template, &at, out);
        workload::template_metadata(&spec.template, &at, out);
        pods(spec, &path, context, out);
    }
    workload::runs_for_ever(&spec.template, &at, out);
    let list = path.field("volumeClaimTemplates");
    let before = out.count();
    for (index, template) in spec.volume_claim_templates.iter().flatten().enumerate() {
        let path = list.index(index);
        let spec = template.spec.clone().unwrap_or_default();
        claim::check_template(&spec, &path.field("spec"), out);
    }
    soften(before, "claims", context, out);
}

/// The version from which the server checks the pods and claims that a StatefulSet describes.
const TEMPLATES_SINCE: u8 = 34;

/// Checks the specification of the pods. The server puts the volumes of the claim templates before the pods' own.
fn pods(spec: &StatefulSetSpec, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    let before = out.count();
    let (claims, count) = claims(spec, path, out);
    let empty = PodSpec::default();
    let template = path.field("template");
    let at = template.field("spec");
    out.renumber(&at.field("volumes"), count);
    pod::check_template(spec.template.spec.as_ref().unwrap_or(&empty), &claims, &at, context, out);
    out.renumber(&at.field("volumes"), 0);
    soften(before, "pods", context, out);
}

/// Turns the findings since `before` into warnings if the server accepts the StatefulSet, and rejects only its pods or
/// claims.
fn soften(before: usize, what: &str, context: &Context, out: &mut Reporter<'_>) {
    if !context.version.at_least(TEMPLATES_SINCE) {
        let version = context.version;
        out.soften(before, &format!("Kubernetes {version} accepts the StatefulSet, but rejects its {what}"));
    }
}

fn own_fields(spec: &StatefulSetSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(policy) = spec.pod_management_policy.as_deref().filter(|policy| !policy.is_empty())
        && !matches!(policy, "OrderedReady" | "Parallel")
    {
        let at = path.field("podManagementPolicy");
        let finding = report::invalid(out, &at, format!("`{policy}` is not a valid policy"));
        report::suggest(finding, &at, policy, &["OrderedReady", "Parallel"]);
    }
    if let Some(strategy) = &spec.update_strategy {
        self::strategy(strategy, &path.field("updateStrategy"), out);
    }
    if let Some(policy) = &spec.persistent_volume_claim_retention_policy {
        let path = path.field("persistentVolumeClaimRetentionPolicy");
        for (field, value) in [("whenDeleted", &policy.when_deleted), ("whenScaled", &policy.when_scaled)] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                report::one_of(out, &path.field(field), value, &["Delete", "Retain"]);
            }
        }
    }
    workload::not_negative(
        &[
            ("replicas", spec.replicas.map(i64::from)),
            ("minReadySeconds", spec.min_ready_seconds.map(i64::from)),
        ],
        path,
        out,
    );
    if let Some(ordinals) = &spec.ordinals {
        let start = ordinals.start.map(i64::from);
        workload::not_negative(&[("start", start)], &path.field("ordinals"), out);
    }
    if let Some(name) = spec.service_name.as_deref().filter(|name| !name.is_empty()) {
        report::dns_label(out, &path.field("serviceName"), name);
    }
}

/// Checks how pods are replaced.
fn strategy(strategy: &StatefulSetUpdateStrategy, path: &Path<'_>, out: &mut Reporter<'_>) {
    let rolling = path.field("rollingUpdate");
    match strategy.type_.as_deref().unwrap_or_default() {
        "OnDelete" => {
            if strategy.rolling_update.is_some() {
                report::invalid(out, &rolling, "`rollingUpdate` and `type: OnDelete` exclude each other")
                    .help("with OnDelete pods are replaced when a person deletes them; remove it");
            }
        }
        "" | "RollingUpdate" => {
            let partition = strategy.rolling_update.as_ref().and_then(|update| update.partition);
            workload::not_negative(&[("partition", partition.map(i64::from))], &rolling, out);
            let update = strategy.rolling_update.as_ref();
            if let Some(unavailable) = update.and_then(|update| update.max_unavailable.as_ref()) {
                let at = rolling.field("maxUnavailable");
                workload::count_or_share(unavailable, &at, out);
                if workload::amount(unavailable) == 0 {
                    report::invalid(out, &at, "`maxUnavailable` is 0")
                        .help("no pod could ever be replaced; allow at least one");
                }
                workload::at_most_all(unavailable, &at, out);
            }
        }
        other => {
            let (place, message) = (path.field("type"), format!("`{other}` is not a valid strategy"));
            let finding = out.report_within(&INVALID_VALUE, path, &place, message);
            report::suggest(finding, &place, other, &["OnDelete", "RollingUpdate"]);
        }
    }
}

/// The volumes that the claim templates become, one for each name, and how many names there are. The server checks them as
/// the first volumes of the pods and ignores invalid ones; findings point at the template.
fn claims(spec: &StatefulSetSpec, path: &Path<'_>, out: &mut Reporter<'_>) -> (Vec<Volume>, usize) {
    let pod = path.field("template");
    let pod = pod.field("spec");
    let volumes = pod.field("volumes");
    let list = path.field("volumeClaimTemplates");
    let (mut all, mut seen) = (Vec::new(), Vec::new());
    for (index, template) in spec.volume_claim_templates.iter().flatten().enumerate() {
        let name = template.metadata.name.as_deref().unwrap_or_default();
        if seen.contains(&name) {
            continue;
        }
        let volume = volumes.index(seen.len());
        seen.push(name);
        let place = list.index(index);
        let place = place.field("metadata");
        let place = place.field("name");
        if name.is_empty() {
            out.report_within(
                &REQUIRED_FIELD,
                &volume.field("name"),
                &place,
                "the claim template has no name",
            )
            .help("containers mount its volume by this name");
            let claim = volume.field("persistentVolumeClaim");
            let message = "a claim template without a name makes no claim";
            out.report_within(&REQUIRED_FIELD, &claim.field("claimName"), &place, message);
        } else if let Some(wrong) = grammar::dns_label(name) {
            out.report_within(&INVALID_VALUE, &volume.field("name"), &place, format!("`{name}` {wrong}"));
        } else {
            let source =
                PersistentVolumeClaimVolumeSource { claim_name: name.to_owned(), ..Default::default() };
            all.push(Volume {
                name: name.to_owned(),
                persistent_volume_claim: Some(source),
                ..Default::default()
            });
        }
    }
    (all, seen.len())
}
