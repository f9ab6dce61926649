//! Deployment and ReplicaSet (k8s.io/kubernetes, pkg/apis/apps/validation).

use k8s_openapi::api::apps::v1::{Deployment, DeploymentStrategy, ReplicaSet};
use k8s_openapi::api::core::v1::PodTemplateSpec;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::document::reporter::Reporter;
use crate::grammar;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::workload;
use crate::rules::kubernetes::workload::Selection;
use crate::rules::kubernetes::{metadata, report};
use crate::yaml::path::Path;

/// The seconds in which a Deployment must make progress, where not given (defaults.go, `SetDefaults_Deployment`).
const PROGRESS_DEADLINE: i32 = 600;

pub(in crate::rules::kubernetes) fn check(
    deployment: &Deployment,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    metadata::check(&deployment.metadata, grammar::dns_subdomain, true, out);
    let root = Path::root();
    let path = root.field("spec");
    let spec = &deployment.spec;
    let ready = spec.min_ready_seconds.unwrap_or_default();
    workload::not_negative(
        &[
            ("replicas", spec.replicas.map(i64::from)),
            ("minReadySeconds", spec.min_ready_seconds.map(i64::from)),
            ("revisionHistoryLimit", spec.revision_history_limit.map(i64::from)),
            ("progressDeadlineSeconds", spec.progress_deadline_seconds.map(i64::from)),
        ],
        &path,
        out,
    );
    pods(&spec.selector, &spec.template, &path, context, out);
    if let Some(strategy) = &spec.strategy {
        self::strategy(strategy, &path.field("strategy"), out);
    }
    let deadline = spec.progress_deadline_seconds.unwrap_or(PROGRESS_DEADLINE);
    if deadline <= ready {
        report::invalid(
            out,
            &path.field("progressDeadlineSeconds"),
            format!("the {deadline} seconds for progress are not more than the {ready} of `minReadySeconds`"),
        )
        .help("a pod would never be ready in time; give more seconds for progress");
    }
}

pub(in crate::rules::kubernetes) fn check_replica_set(
    set: &ReplicaSet,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    metadata::check(&set.metadata, grammar::dns_subdomain, true, out);
    let root = Path::root();
    let path = root.field("spec");
    let spec = &set.spec;
    workload::not_negative(
        &[
            ("replicas", spec.replicas.map(i64::from)),
            ("minReadySeconds", spec.min_ready_seconds.map(i64::from)),
        ],
        &path,
        out,
    );
    let empty = PodTemplateSpec::default();
    pods(&spec.selector, spec.template.as_ref().unwrap_or(&empty), &path, context, out);
}

/// Checks the template and its selector (`ValidatePodTemplateSpecForReplicaSet`).
fn pods(
    selector: &LabelSelector,
    template: &PodTemplateSpec,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    let selection = workload::required_selector(selector, &path.field("selector"), out);
    if selection == Selection::Broken {
        return;
    }
    let path = path.field("template");
    workload::match_template(selector, selection, template, &path, out);
    workload::template(template, &[], &path, context, out);
    workload::runs_for_ever(template, &path, out);
}

/// Checks how pods are replaced (`ValidateDeploymentStrategy`).
fn strategy(strategy: &DeploymentStrategy, path: &Path<'_>, out: &mut Reporter<'_>) {
    let rolling = path.field("rollingUpdate");
    match strategy.type_.as_deref().unwrap_or_default() {
        "Recreate" => {
            if strategy.rolling_update.is_some() {
                report::forbidden(out, &rolling, "`rollingUpdate` and `type: Recreate` exclude each other")
                    .help("Recreate stops all pods before it starts new ones; remove `rollingUpdate`");
            }
        }
        "" | "RollingUpdate" => {
            let Some(update) = &strategy.rolling_update else { return };
            let default = IntOrString::String("25%".to_owned());
            let unavailable = update.max_unavailable.as_ref().unwrap_or(&default);
            let surge = update.max_surge.as_ref().unwrap_or(&default);
            let at = rolling.field("maxUnavailable");
            workload::count_or_share(unavailable, &at, out);
            workload::count_or_share(surge, &rolling.field("maxSurge"), out);
            if workload::amount(unavailable) == 0 && workload::amount(surge) == 0 {
                report::invalid(out, &at, "`maxUnavailable` and `maxSurge` are both 0")
                    .help("no pod could ever be replaced; allow at least one of them");
            }
            workload::at_most_all(unavailable, &at, out);
        }
        other => {
            report::one_of_within(out, path, &path.field("type"), other, &["Recreate", "RollingUpdate"]);
        }
    }
}
