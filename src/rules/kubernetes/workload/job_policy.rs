//! When a job has failed, and when it has succeeded (pkg/apis/batch/validation, `validatePodFailurePolicy`,
//! `validateSuccessPolicy`).

use k8s_openapi::api::batch::v1::{
    JobSpec, PodFailurePolicy, PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule, SuccessPolicy, SuccessPolicyRule,
};

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::report;
use crate::rules::repeats::Repeats;
use crate::yaml::path::Path;

/// How many rules a policy has at most, and how many conditions and exit codes a rule.
const RULES: usize = 20;
const CONDITIONS: usize = 20;
const EXIT_CODES: usize = 255;
/// How long a list of indexes may be, in characters.
const INDEXES: usize = 64 * 1024;

/// The version from which the status of a condition is optional everywhere; a Job's was `True` by default before, too.
const OPTIONAL_STATUS_SINCE: u8 = 35;

const ACTIONS: [&str; 4] = ["Count", "FailIndex", "FailJob", "Ignore"];

pub(in crate::rules::kubernetes) fn check(
    spec: &JobSpec,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    if let Some(policy) = &spec.pod_failure_policy {
        failure(policy, spec, &path.field("podFailurePolicy"), context, out);
    }
    if let Some(policy) = &spec.success_policy {
        let path = path.field("successPolicy");
        if spec.completion_mode.as_deref() == Some("Indexed") {
            success(policy, indexes(spec, context), &path, out);
        } else {
            report::invalid(out, &path, "`successPolicy` is for indexed jobs")
                .help("write `completionMode: Indexed`");
        }
    }
    if let Some(policy) = &spec.pod_replacement_policy {
        let both: &[&str] = &["Failed", "TerminatingOrFailed"];
        let allowed = if spec.pod_failure_policy.is_some() { &["Failed"] } else { both };
        report::one_of(out, &path.field("podReplacementPolicy"), policy, allowed);
    }
}

fn failure(
    policy: &PodFailurePolicy,
    spec: &JobSpec,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    let list = path.field("rules");
    at_most(policy.rules.len(), RULES, "rules", &list, out);
    for (index, rule) in policy.rules.iter().enumerate() {
        failure_rule(rule, spec, &list.index(index), context, out);
    }
}

fn failure_rule(
    rule: &PodFailurePolicyRule,
    spec: &JobSpec,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    let at = path.field("action");
    match rule.action.as_str() {
        "" => {
            let message = "the rule does not say what is to be done";
            report::required(out, &at, message).help(format!("write one of {}", ACTIONS.join(", ")));
        }
        "FailIndex" => {
            if spec.backoff_limit_per_index.is_none() {
                report::invalid(out, &at, "`FailIndex` needs `backoffLimitPerIndex`");
            }
        }
        action => report::one_of(out, &at, action, &ACTIONS),
    }
    let conditions = rule.on_pod_conditions.as_deref().unwrap_or_default();
    if let Some(codes) = &rule.on_exit_codes {
        exit_codes(codes, spec, &path.field("onExitCodes"), out);
    }
    self::conditions(conditions, &path.field("onPodConditions"), context, out);
    match (rule.on_exit_codes.is_some(), conditions.is_empty()) {
        (true, false) => {
            report::invalid(out, path, "`onExitCodes` and `onPodConditions` exclude each other")
                .help("make a rule of each");
        }
        (false, true) => {
            report::invalid(out, path, "the rule does not say when it holds")
                .help("write `onExitCodes` or `onPodConditions`");
        }
        _ => {}
    }
}

fn conditions(
    patterns: &[PodFailurePolicyOnPodConditionsPattern],
    list: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    at_most(patterns.len(), CONDITIONS, "conditions", list, out);
    for (index, pattern) in patterns.iter().enumerate() {
        let path = list.index(index);
        report::qualified_name(out, &path.field("type"), &pattern.type_);
        let at = path.field("status");
        match pattern.status.as_deref().unwrap_or_default() {
            "" if context.completes_job || context.version.at_least(OPTIONAL_STATUS_SINCE) => {}
            "" => {
                let message = "the condition has no `status`, which a CronJob does not default";
                report::required(out, &at, message).help("write `status: \"True\"`");
            }
            status => report::one_of(out, &at, status, &["False", "True", "Unknown"]),
        }
    }
}

fn exit_codes(
    codes: &PodFailurePolicyOnExitCodesRequirement,
    spec: &JobSpec,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let at = path.field("operator");
    if codes.operator.is_empty() {
        report::required(out, &at, "the operator is missing").help("write `In` or `NotIn`");
    } else {
        report::one_of(out, &at, &codes.operator, &["In", "NotIn"]);
    }
    if let Some(name) = &codes.container_name {
        let pod = spec.template.spec.as_ref();
        let init = pod.and_then(|pod| pod.init_containers.as_ref());
        let mut all = pod.into_iter().flat_map(|pod| &pod.containers).chain(init.into_iter().flatten());
        if !all.any(|container| container.name == *name) {
            let at = path.field("containerName");
            report::invalid(out, &at, format!("the pods of the job have no container `{name}`"));
        }
    }
    let list = path.field("values");
    if codes.values.is_empty() {
        report::invalid(out, &list, "the list of exit codes is empty");
    }
    at_most(codes.values.len(), EXIT_CODES, "exit codes", &list, out);
    let mut values = Repeats::new(&codes.values, |value| *value);
    for (index, value) in codes.values.iter().enumerate() {
        let at = list.index(index);
        if codes.operator == "In" && *value == 0 {
            report::invalid(out, &at, "a container that ends with 0 has not failed");
        }
        if values.earlier(index) {
            report::duplicate(out, &at, format!("{value} is listed twice"));
        }
    }
    if !codes.values.is_sorted() {
        report::invalid(out, &list, "the exit codes are not in order").help("sort them, the least first");
    }
}

fn success(policy: &SuccessPolicy, completions: Option<i32>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let list = path.field("rules");
    if policy.rules.is_empty() {
        report::required(out, &list, "the policy has no rules");
    }
    at_most(policy.rules.len(), RULES, "rules", &list, out);
    // Without completions there is nothing to compare with, and the job is refused for that.
    let Some(completions) = completions else { return };
    for (index, rule) in policy.rules.iter().enumerate() {
        success_rule(rule, completions, &list.index(index), out);
    }
}

fn success_rule(rule: &SuccessPolicyRule, completions: i32, path: &Path<'_>, out: &mut Reporter<'_>) {
    if rule.succeeded_count.is_none() && rule.succeeded_indexes.is_none() {
        report::required(out, path, "the rule does not say what must have succeeded")
            .help("write `succeededCount` or `succeededIndexes`");
    }
    let mut total = 0;
    if let Some(indexes) = &rule.succeeded_indexes {
        let at = path.field("succeededIndexes");
        if indexes.len() > INDEXES {
            report::too_much(out, &at, format!("the list has more than {INDEXES} characters"));
        }
        match count_indexes(indexes, i64::from(completions)) {
            Ok(count) => total = count,
            Err(wrong) => {
                report::invalid(out, &at, wrong).help("write indexes and ranges in order, such as `0,2-5`");
            }
        }
    }
    let Some(count) = rule.succeeded_count else { return };
    let at = path.field("succeededCount");
    if count < 0 {
        report::invalid(out, &at, format!("{count} is below zero"));
    }
    if count > completions {
        report::invalid(out, &at, format!("there are only {completions} completions"));
    }
    if rule.succeeded_indexes.is_some() && i64::from(count) > total {
        report::invalid(out, &at, format!("`succeededIndexes` has only {total} indexes"));
    }
}

/// How many indexes a list such as `0,2-5` has (`validateIndexesFormat`).
fn count_indexes(list: &str, completions: i64) -> Result<i64, String> {
    if list.is_empty() {
        return Ok(0);
    }
    let (mut total, mut last) = (0, None);
    for interval in list.split(',') {
        let mut ends = interval.split('-');
        let first = index(ends.next().unwrap_or_default(), completions)?;
        let end = match ends.next() {
            None => first,
            Some(end) => {
                let end = index(end, completions)?;
                if ends.next().is_some() {
                    return Err(format!("`{interval}` has more than two ends"));
                }
                if first >= end {
                    return Err(format!("`{interval}` ends before it begins"));
                }
                end
            }
        };
        if last.is_some_and(|last| last >= first) {
            return Err(format!("`{interval}` is not after the indexes before it"));
        }
        total += end - first + 1;
        last = Some(end);
    }
    Ok(total)
}

fn index(text: &str, completions: i64) -> Result<i64, String> {
    let index: i64 = text.parse().map_err(|_| format!("`{text}` is not an index"))?;
    if index >= completions {
        return Err(format!("index {index} is not below the {completions} completions"));
    }
    Ok(index)
}

fn at_most(count: usize, most: usize, what: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if count > most {
        report::too_much(out, path, format!("there are {count} {what}, and {most} are allowed"));
    }
}

/// The number of completions, if it is set or has a default (defaults.go, `SetDefaults_Job`).
pub(super) fn indexes(spec: &JobSpec, context: &Context) -> Option<i32> {
    spec.completions.or_else(|| (context.completes_job && spec.parallelism.is_none()).then_some(1))
}
