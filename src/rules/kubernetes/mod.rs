//! Rules K: what the API server rejects on create.

pub mod built_in;
mod context;
pub mod custom_resource;
mod metadata;
mod pod;
mod quantity;
mod reapply;
mod report;
mod storage;
mod workload;

use k8s_openapi::api::core::v1::PodSpec;

use context::Context;

use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::grammar::dns_subdomain;
use crate::yaml::path::Path;

/// Checks one document.
pub fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let context = Context {
        version: bundle.version,
        is_pod: matches!(document.object, Object::Pod(_)) && !document.is_template,
        names_pods: matches!(document.object, Object::StatefulSet(_)),
        completes_job: matches!(document.object, Object::Job(_)),
    };
    match &document.object {
        Object::StorageClass(class) => storage::storage_class::check(class, out),
        Object::VolumeAttributesClass(class) => storage::storage_class::check_attributes(class, out),
        Object::PersistentVolumeClaim(claim) => storage::claim::check(claim, out),
        Object::Pod(pod) if document.is_template => workload::pod(pod, &context, out),
        Object::Pod(pod) => {
            metadata::check(&pod.metadata, dns_subdomain, true, out);
            let empty = PodSpec::default();
            let spec = pod.spec.as_ref().unwrap_or(&empty);
            let root = Path::root();
            let metadata = root.field("metadata");
            if let Some(annotations) = &pod.metadata.annotations {
                pod::annotations(annotations, spec, &metadata.field("annotations"), out);
            }
            pod::check_spec(spec, Some(&pod.metadata), &root.field("spec"), &context, out);
            reapply::check_pod(pod, &context, out);
        }
        Object::PersistentVolume(volume) => storage::persistent_volume::check(volume, out),
        Object::Job(job) => {
            workload::job::check(job, &context, out);
            reapply::check_job(job, out);
        }
        Object::CronJob(job) => workload::cron_job::check(job, &context, out),
        Object::StatefulSet(set) => workload::stateful_set::check(set, &context, out),
        Object::Deployment(deployment) => workload::deployment::check(deployment, &context, out),
        Object::DaemonSet(set) => workload::daemon_set::check(set, &context, out),
        Object::ReplicaSet(set) => workload::deployment::check_replica_set(set, &context, out),
        Object::ReplicationController(set) => workload::replication_controller::check(set, &context, out),
        Object::PodTemplate(template) => workload::pod_template(template, &context, out),
        Object::Plain(metadata) => built_in::check(document, metadata, bundle.version, out),
        Object::Other => custom_resource::check(document, bundle, out),
    }
}
