//! Job, and the templates of jobs (k8s.io/kubernetes, pkg/apis/batch/validation).

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{Job, JobSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use crate::document::reporter::Reporter;
use crate::document::rules::INVALID_VALUE;
use crate::grammar;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::workload;
use crate::rules::kubernetes::workload::Selection;
use crate::rules::kubernetes::workload::job_policy;
use crate::rules::kubernetes::{metadata, report};
use crate::yaml::path::Path;

/// Labels that the server gives to the pods of a job: the job's name.
const NAME_LABELS: [&str; 2] = ["batch.kubernetes.io/job-name", "job-name"];
/// Labels that the server gives to the pods of a job: its UID, which is not known in advance.
const UID_LABELS: [&str; 2] = ["batch.kubernetes.io/controller-uid", "controller-uid"];
/// Placeholder for the UID: no label can have this value.
const UID: &str = "\0";

/// Indexed jobs (validation.go): how many pods at once, how many failed indexes, and the number of completions above
/// which both limits are lower.
const PARALLELISM: i32 = 100_000;
const FAILED_INDEXES: i32 = 100_000;
const MANY_COMPLETIONS: i32 = 100_000;
const PARALLELISM_OF_MANY: i32 = 10_000;
const FAILED_INDEXES_OF_MANY: i32 = 10_000;
/// The longest name of a controller of jobs.
const MANAGED_BY: usize = 63;

pub(in crate::rules::kubernetes) fn check(job: &Job, context: &Context, out: &mut Reporter<'_>) {
    metadata::check(&job.metadata, grammar::dns_subdomain, true, out);
    let root = Path::root();
    let path = root.field("spec");
    let empty = JobSpec::default();
    let spec = job.spec.as_ref().unwrap_or(&empty);
    let at = path.field("template");
    let own = job.metadata.labels.as_ref().is_some_and(|labels| !labels.is_empty());
    if let Some(labels) = workload::labels(&spec.template).filter(|_| !own) {
        // A job without labels takes those of its template, and what is wrong with them is wrong twice.
        let (metadata, place) = (root.field("metadata"), at.field("metadata"));
        workload::wrong_labels(labels, &metadata.field("labels"), &place.field("labels"), out);
    }
    pod_names(job, spec, out);
    if spec.manual_selector == Some(true) {
        manual_selector(spec, &path, out);
    } else {
        generated_selector(job, spec, &path, out);
    }
    check_spec(spec, &path, context, out);
}

/// The name that the job has once the server has completed it.
fn name(job: &Job) -> String {
    let given = job.metadata.name.as_deref().unwrap_or_default();
    let prefix = job.metadata.generate_name.as_deref().unwrap_or_default();
    if given.is_empty() && !prefix.is_empty() { metadata::generated(prefix) } else { given.to_owned() }
}

/// Each pod of an indexed job has the job's name and its index as its host name.
fn pod_names(job: &Job, spec: &JobSpec, out: &mut Reporter<'_>) {
    let completions = spec.completions.unwrap_or_default();
    if spec.completion_mode.as_deref() != Some("Indexed") || completions <= 0 {
        return;
    }
    let pod = format!("{}-{}", name(job), completions - 1);
    if let Some(wrong) = grammar::dns_label(&pod) {
        let root = Path::root();
        let metadata = root.field("metadata");
        report::invalid(
            out,
            &metadata.field("name"),
            format!("the host name `{pod}` of the last pod {wrong}"),
        );
    }
}

/// Checks a selector of the user's own.
fn manual_selector(spec: &JobSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let at = path.field("selector");
    let empty = LabelSelector::default();
    let selector = spec.selector.as_ref().unwrap_or(&empty);
    let selection = workload::select(selector, &at, out);
    if selection == Selection::Nothing {
        report::required(out, &at, "with `manualSelector: true` the selector is missing")
            .help("remove `manualSelector`: the server makes a selector that finds only this job's pods");
    }
    workload::match_template(selector, selection, &spec.template, &path.field("template"), out);
}

/// Checks what the server makes of the selector and the labels (`generateSelector`, `validateGeneratedSelector`).
fn generated_selector(job: &Job, spec: &JobSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let name = name(job);
    let template = path.field("template");
    let metadata = template.field("metadata");
    let labels_at = metadata.field("labels");
    let given = workload::labels(&spec.template);
    let mut expected = BTreeMap::new();
    for (keys, value) in [(NAME_LABELS, name.as_str()), (UID_LABELS, UID)] {
        for key in keys {
            expected.insert(key.to_owned(), value.to_owned());
            if given.and_then(|labels| labels.get(key)).is_some_and(|given| given != value) {
                report::invalid(out, &labels_at.key(key), format!("the server gives `{key}` its value"))
                    .help("remove the label; a manifest that was read from a cluster has it");
            }
        }
    }
    let unlabelled = NAME_LABELS.iter().any(|key| given.is_none_or(|labels| !labels.contains_key(*key)));
    if let Some(wrong) = grammar::label_value(&name).filter(|_| unlabelled) {
        let (root, labels) = (Path::root(), template.field("labels"));
        let place = root.field("metadata");
        out.report_within(&INVALID_VALUE, &labels, &place.field("name"), format!("`{name}` {wrong}"))
            .help("the pods of a job have its name as a label");
    }
    let at = path.field("selector");
    let mut selector = spec.selector.clone().unwrap_or_default();
    if workload::select(&selector, &at, out) == Selection::Broken {
        return;
    }
    let matches = selector.match_labels.get_or_insert_default();
    matches.entry(UID_LABELS[0].to_owned()).or_insert_with(|| UID.to_owned());
    if !workload::finds(&selector, &expected) {
        report::invalid(out, &at, "the selector is not the one that the server makes")
            .help("remove it: the server makes a selector that finds only this job's pods");
    }
    let mut labels = given.cloned().unwrap_or_default();
    for (key, value) in expected {
        labels.entry(key).or_insert(value);
    }
    if !workload::finds(&selector, &labels) {
        workload::unmatched(&template, out);
    }
}

/// Checks a job's spec, also one in a template (`validateJobSpec`).
pub(in crate::rules::kubernetes) fn check_spec(
    spec: &JobSpec,
    path: &Path<'_>,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    workload::not_negative(
        &[
            ("parallelism", spec.parallelism.map(i64::from)),
            ("completions", spec.completions.map(i64::from)),
            ("activeDeadlineSeconds", spec.active_deadline_seconds),
            ("backoffLimit", spec.backoff_limit.map(i64::from)),
            ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished.map(i64::from)),
            ("backoffLimitPerIndex", spec.backoff_limit_per_index.map(i64::from)),
            ("maxFailedIndexes", spec.max_failed_indexes.map(i64::from)),
        ],
        path,
        out,
    );
    if spec.max_failed_indexes.is_some() && spec.backoff_limit_per_index.is_none() {
        let at = path.field("backoffLimitPerIndex");
        report::required(out, &at, "`maxFailedIndexes` needs `backoffLimitPerIndex`");
    }
    if let Some(controller) = &spec.managed_by {
        managed_by(controller, &path.field("managedBy"), out);
    }
    completion(spec, path, context, out);
    job_policy::check(spec, path, context, out);
    let at = path.field("template");
    workload::template(&spec.template, &[], &at, context, out);
    let at = at.field("spec");
    restart_policy(spec, &at.field("restartPolicy"), out);
}

fn managed_by(controller: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if controller.is_empty() {
        report::required(out, path, "the controller of the job has no name").help("leave the field out");
    } else if let Some(wrong) = grammar::domain_prefixed_path(controller) {
        report::invalid(out, path, format!("`{controller}` {wrong}"));
    }
    if controller.len() > MANAGED_BY {
        let message = format!("the name has {} characters, and {MANAGED_BY} are allowed", controller.len());
        report::too_much(out, path, message);
    }
}

fn completion(spec: &JobSpec, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    match spec.completion_mode.as_deref() {
        Some("Indexed") => indexed(spec, path, context, out),
        None | Some("NonIndexed") => {
            for (field, value) in [
                ("backoffLimitPerIndex", spec.backoff_limit_per_index),
                ("maxFailedIndexes", spec.max_failed_indexes),
            ] {
                if value.is_some() {
                    report::invalid(out, &path.field(field), format!("`{field}` is for indexed jobs"))
                        .help("write `completionMode: Indexed`");
                }
            }
        }
        Some(mode) => {
            report::one_of(out, &path.field("completionMode"), mode, &["Indexed", "NonIndexed"]);
        }
    }
}

fn indexed(spec: &JobSpec, path: &Path<'_>, context: &Context, out: &mut Reporter<'_>) {
    let Some(completions) = job_policy::indexes(spec, context) else {
        report::required(out, &path.field("completions"), "an indexed job needs `completions`")
            .help("write how many indexes there are");
        at_most(spec.parallelism, PARALLELISM, &path.field("parallelism"), out);
        at_most(spec.max_failed_indexes, FAILED_INDEXES, &path.field("maxFailedIndexes"), out);
        return;
    };
    let (at, failed_at) = (path.field("parallelism"), path.field("maxFailedIndexes"));
    at_most(spec.parallelism, PARALLELISM, &at, out);
    if spec.max_failed_indexes.is_some_and(|failed| failed > completions) {
        report::invalid(out, &failed_at, format!("there are only {completions} completions"));
    }
    at_most(spec.max_failed_indexes, FAILED_INDEXES, &failed_at, out);
    if completions > MANY_COMPLETIONS && spec.backoff_limit_per_index.is_some() {
        if spec.max_failed_indexes.is_none() {
            let message = format!("with more than {MANY_COMPLETIONS} completions it is missing");
            report::required(out, &failed_at, message);
        }
        at_most(spec.parallelism, PARALLELISM_OF_MANY, &at, out);
        at_most(spec.max_failed_indexes, FAILED_INDEXES_OF_MANY, &failed_at, out);
    }
}

fn at_most(value: Option<i32>, most: i32, path: &Path<'_>, out: &mut Reporter<'_>) {
    if let Some(value) = value.filter(|value| *value > most) {
        report::invalid(out, path, format!("{value} is more than the {most} that are allowed"));
    }
}

fn restart_policy(spec: &JobSpec, path: &Path<'_>, out: &mut Reporter<'_>) {
    let pod = spec.template.spec.as_ref();
    match pod.and_then(|pod| pod.restart_policy.as_deref()).unwrap_or_default() {
        "" | "Always" => {
            report::required(out, path, "the pods of a job must end, and those of the default never do")
                .help("write `restartPolicy: Never` or `restartPolicy: OnFailure`");
        }
        "OnFailure" if spec.pod_failure_policy.is_some() => {
            report::invalid(out, path, "a job with a `podFailurePolicy` needs `restartPolicy: Never`");
        }
        "Never" | "OnFailure" => {}
        other => report::one_of(out, path, other, &["Never", "OnFailure"]),
    }
}
