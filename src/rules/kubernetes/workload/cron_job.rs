//! CronJob (k8s.io/kubernetes, pkg/apis/batch/validation).

use k8s_openapi::api::batch::v1::{CronJob, JobSpec};

use crate::catalog::time_zone;
use crate::document::reporter::Reporter;
use crate::grammar;
use crate::nearest::nearest;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::workload::{cron, job};
use crate::rules::kubernetes::{metadata, report, workload};
use crate::yaml::path::Path;

/// The server appends the time, 11 characters, to the name of each job, and a job's name has at most 63.
const NAME: usize = 52;

pub(in crate::rules::kubernetes) fn check(cron_job: &CronJob, context: &Context, out: &mut Reporter<'_>) {
    metadata::check(&cron_job.metadata, grammar::dns_subdomain, true, out);
    let root = Path::root();
    let name = cron_job.metadata.name.as_deref().unwrap_or_default();
    if name.len() > NAME {
        let metadata = root.field("metadata");
        let message = format!("the name has {} characters, and a CronJob's has at most {NAME}", name.len());
        report::invalid(out, &metadata.field("name"), message)
            .help("the jobs are named after it, with 11 characters more");
    }
    let path = root.field("spec");
    let spec = &cron_job.spec;
    schedule(&spec.schedule, &path.field("schedule"), out);
    workload::not_negative(
        &[
            ("startingDeadlineSeconds", spec.starting_deadline_seconds),
            ("successfulJobsHistoryLimit", spec.successful_jobs_history_limit.map(i64::from)),
            ("failedJobsHistoryLimit", spec.failed_jobs_history_limit.map(i64::from)),
        ],
        &path,
        out,
    );
    if let Some(zone) = spec.time_zone.as_deref() {
        time_zone(zone, &path.field("timeZone"), out);
    }
    if let Some(policy) = spec.concurrency_policy.as_deref().filter(|policy| !policy.is_empty()) {
        report::one_of(out, &path.field("concurrencyPolicy"), policy, &["Allow", "Forbid", "Replace"]);
    }
    let path = path.field("jobTemplate");
    let path = path.field("spec");
    let empty = JobSpec::default();
    let spec = spec.job_template.spec.as_ref().unwrap_or(&empty);
    job::check_spec(spec, &path, context, out);
    if spec.selector.is_some() {
        report::invalid(out, &path.field("selector"), "the selector of each job is made by the server")
            .help("remove it");
    }
    if spec.manual_selector == Some(true) {
        let at = path.field("manualSelector");
        report::unsupported(out, &at, "the jobs of a CronJob cannot select pods by themselves")
            .help("remove it");
    }
}

fn schedule(schedule: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if schedule.is_empty() {
        report::required(out, path, "the schedule is missing").help("write one such as `0 3 * * *`");
    } else if schedule.contains("TZ") {
        report::invalid(out, path, "the time zone is in the schedule")
            .help("write it in `timeZone` beside it");
    } else if let Some(wrong) = cron::wrong(schedule) {
        report::invalid(out, path, wrong).help("write one such as `*/15 * * * *` or `0 3 * * mon-fri`");
    }
}

fn time_zone(zone: &str, path: &Path<'_>, out: &mut Reporter<'_>) {
    if zone.is_empty() {
        report::invalid(out, path, "the time zone is empty").help("leave it out, or name one");
    } else if !time_zone::exists(zone) {
        let finding = report::invalid(out, path, format!("unknown time zone `{zone}`"));
        match nearest(zone, time_zone::all().iter().copied()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("write a name such as `Etc/UTC` or `Europe/Berlin`"),
        };
    }
}
