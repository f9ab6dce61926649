//! DaemonSet (k8s.io/kubernetes, pkg/apis/apps/validation).

use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetUpdateStrategy};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::document::reporter::Reporter;
use crate::grammar;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::workload;
use crate::rules::kubernetes::workload::Selection;
use crate::rules::kubernetes::{metadata, report};
use crate::yaml::path::Path;

pub(in crate::rules::kubernetes) fn check(set: &DaemonSet, context: &Context, out: &mut Reporter<'_>) {
    metadata::check(&set.metadata, grammar::dns_subdomain, true, out);
    let root = Path::root();
    let path = root.field("spec");
    let spec = &set.spec;
    let at = path.field("selector");
    let selection = workload::select(&spec.selector, &at, out);
    if selection == Selection::Everything {
        report::invalid(out, &at, "an empty selector would select every pod of the namespace")
            .help("write labels that only the pods of the template have");
    }
    let at = path.field("template");
    // Of a missing selector the server says no more than that it does not match.
    workload::match_template(&spec.selector, selection, &spec.template, &at, out);
    workload::template(&spec.template, &[], &at, context, out);
    workload::runs_for_ever(&spec.template, &at, out);
    workload::not_negative(
        &[
            ("minReadySeconds", spec.min_ready_seconds.map(i64::from)),
            ("revisionHistoryLimit", spec.revision_history_limit.map(i64::from)),
        ],
        &path,
        out,
    );
    if let Some(strategy) = &spec.update_strategy {
        self::strategy(strategy, &path.field("updateStrategy"), out);
    }
}

/// Checks how pods are replaced (`ValidateDaemonSetUpdateStrategy`).
fn strategy(strategy: &DaemonSetUpdateStrategy, path: &Path<'_>, out: &mut Reporter<'_>) {
    match strategy.type_.as_deref().unwrap_or_default() {
        "OnDelete" => {}
        "" | "RollingUpdate" => {
            let Some(update) = &strategy.rolling_update else { return };
            let path = path.field("rollingUpdate");
            let (at, surge_at) = (path.field("maxUnavailable"), path.field("maxSurge"));
            let (one, none) = (IntOrString::Int(1), IntOrString::Int(0));
            let unavailable = update.max_unavailable.as_ref().unwrap_or(&one);
            let surge = update.max_surge.as_ref().unwrap_or(&none);
            for (value, at) in [(unavailable, &at), (surge, &surge_at)] {
                workload::count_or_share(value, at, out);
                workload::at_most_all(value, at, out);
            }
            match (workload::amount(unavailable) != 0, workload::amount(surge) != 0) {
                (true, true) => {
                    report::invalid(out, &surge_at, "`maxSurge` and `maxUnavailable` exclude each other")
                        .help("`maxUnavailable` is 1 where it is not given; write `maxUnavailable: 0`");
                }
                (false, false) => {
                    report::required(out, &at, "`maxUnavailable` and `maxSurge` are both 0")
                        .help("no pod could ever be replaced; allow one of them");
                }
                _ => {}
            }
        }
        other => {
            report::one_of_within(out, path, &path.field("type"), other, &["OnDelete", "RollingUpdate"]);
        }
    }
}
