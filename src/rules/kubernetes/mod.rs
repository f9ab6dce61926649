//! Rules K: what the API server refuses on create.

mod affinity;
mod claim;
mod container;
mod cron;
mod cron_job;
mod daemon_set;
mod deployment;
mod dns;
mod env;
mod field_ref;
mod file_path;
mod grammar;
mod host_alias;
mod iscsi;
mod job;
mod job_policy;
mod label_keys;
mod metadata;
mod mounts;
mod persistent_volume;
mod pod;
mod pod_part;
mod probe;
mod projected;
mod quantity;
mod report;
mod resources;
mod security_context;
mod selector;
mod stateful_set;
mod storage_class;
pub mod table;
mod toleration;
mod topology;
mod volume;
mod volume_source;
mod windows;
mod workload;

use k8s_openapi::api::core::v1::PodSpec;

use super::{Findings, Scene};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::path::Path;

pub(crate) use grammar::dns_subdomain;
pub use table::RULES;

/// What the checks of one object have in common.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The API server that is to take the object.
    pub version: KubernetesVersion,
    /// Whether the object is a pod itself, not a template that pods are made from.
    pub is_pod: bool,
}

/// Judges one document.
pub fn check(document: &Document<'_>, scene: &Scene<'_>, out: &mut Findings<'_>) {
    let context = Context { version: scene.version, is_pod: matches!(document.object, Object::Pod(_)) };
    match &document.object {
        Object::StorageClass(class) => storage_class::check(class, out),
        Object::VolumeAttributesClass(class) => storage_class::check_attributes(class, out),
        Object::PersistentVolumeClaim(claim) => claim::check(claim, &context, out),
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
        }
        Object::PersistentVolume(volume) => persistent_volume::check(volume, &context, out),
        Object::Job(job) => job::check(job, &context, out),
        Object::CronJob(job) => cron_job::check(job, &context, out),
        Object::StatefulSet(set) => stateful_set::check(set, &context, out),
        Object::Deployment(deployment) => deployment::check(deployment, &context, out),
        Object::DaemonSet(set) => daemon_set::check(set, &context, out),
        Object::ReplicaSet(set) => deployment::check_replica_set(set, &context, out),
        Object::Other => {}
    }
}
