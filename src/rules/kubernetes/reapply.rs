//! Manifests that the server accepts once: it writes into the object what applying the same manifest again removes, and
//! rejects that.

use k8s_openapi::api::batch::v1::Job;
use k8s_openapi::api::core::v1::{Pod, PodAffinityTerm};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::document::reporter::Reporter;
use crate::document::rules::REAPPLY_REJECTED;
use crate::rules::kubernetes::context::Context;
use crate::yaml::path::Path;

/// The version from which the label keys of spread constraints are merged (feature gate
/// `MatchLabelKeysInPodTopologySpreadSelectorMerge`).
const SPREAD_SINCE: u8 = 34;

const HELP: &str =
    "write the expressions into `labelSelector` yourself, or use a workload: only Pods are changed";

/// Checks a Pod, whose label keys the server merges into its selectors.
pub(super) fn check_pod(pod: &Pod, context: &Context, out: &mut Reporter<'_>) {
    let Some(spec) = &pod.spec else { return };
    let labels = pod.metadata.labels.as_ref();
    let merges = |keys: &Option<Vec<String>>, selector: &Option<LabelSelector>| {
        selector.is_some()
            && keys.iter().flatten().any(|key| labels.is_some_and(|labels| labels.contains_key(key)))
    };
    let merged = |term: &PodAffinityTerm| {
        merges(&term.match_label_keys, &term.label_selector)
            || merges(&term.mismatch_label_keys, &term.label_selector)
    };
    let root = Path::root();
    let path = root.field("spec");
    let spread = spec.topology_spread_constraints.as_deref().unwrap_or_default();
    let constraint = spread.iter().any(|term| merges(&term.match_label_keys, &term.label_selector));
    let affinity = spec.affinity.as_ref();
    let near = affinity.and_then(|affinity| affinity.pod_affinity.as_ref());
    let far = affinity.and_then(|affinity| affinity.pod_anti_affinity.as_ref());
    let required = near
        .and_then(|near| near.required_during_scheduling_ignored_during_execution.as_ref())
        .into_iter()
        .chain(far.and_then(|far| far.required_during_scheduling_ignored_during_execution.as_ref()))
        .flatten();
    let preferred = near
        .and_then(|near| near.preferred_during_scheduling_ignored_during_execution.as_ref())
        .into_iter()
        .chain(far.and_then(|far| far.preferred_during_scheduling_ignored_during_execution.as_ref()))
        .flatten()
        .map(|term| &term.pod_affinity_term);
    let field = if required.chain(preferred).any(merged) {
        "affinity"
    } else if constraint && context.version.at_least(SPREAD_SINCE) {
        "topologySpreadConstraints"
    } else {
        return;
    };
    let message = "the server merges the label keys into the selectors, and rejects this manifest when it is applied again";
    out.report_at_key(&REAPPLY_REJECTED, &path.field(field), message).help(HELP);
}

/// Checks a Job, into whose selector the server writes.
pub(super) fn check_job(job: &Job, out: &mut Reporter<'_>) {
    let Some(spec) = &job.spec else { return };
    if spec.manual_selector != Some(true) && spec.selector.as_ref() == Some(&LabelSelector::default()) {
        let root = Path::root();
        let path = root.field("spec");
        let message =
            "the server writes into the selector, and rejects this manifest when it is applied again";
        out.report_at_key(&REAPPLY_REJECTED, &path.field("selector"), message)
            .help("remove `selector`: the server generates it");
    }
}
