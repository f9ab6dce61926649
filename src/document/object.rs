//! The typed object of a document, for the kinds that volwright validates.

use std::sync::Arc;

use k8s_openapi::api::apps::v1::{DaemonSet, Deployment, ReplicaSet, StatefulSet};
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::core::v1::{
    PersistentVolume, PersistentVolumeClaim, Pod, PodSpec, PodTemplate, PodTemplateSpec,
    ReplicationController,
};
use k8s_openapi::api::storage::v1::{StorageClass, VolumeAttributesClass};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::read::Read;
use super::texts;
use crate::yaml::node::Node;
use crate::yaml::path::Path;

macro_rules! objects {
    ($($(#[$doc:meta])* $kind:ident),* $(,)?) => {
        /// The typed object of a document. Copies share it.
        #[derive(Clone, Debug, Default)]
        pub enum Object {
            $($(#[$doc])* $kind(Arc<$kind>),)*
            /// A built-in kind whose metadata alone is typed; its other fields have been checked against the API's types.
            Plain(Arc<ObjectMeta>),
            /// A kind that is not validated, or a document that cannot be decoded.
            #[default]
            Other,
        }

        impl Object {
            /// Whether objects of this kind are decoded into a type of their own.
            #[must_use]
            pub fn is_typed(kind: &str) -> bool {
                [$(stringify!($kind)),*].contains(&kind)
            }

            /// Decodes a checked tree as an object of this kind.
            pub(super) fn read(kind: &str, tree: &Node<'_>) -> Self {
                match kind {
                    $(stringify!($kind) => shared(Some(tree)).map_or(Self::Other, Self::$kind),)*
                    _ => shared(tree.get("metadata")).map_or(Self::Other, Self::Plain),
                }
            }

            /// Leaves the memory of its texts to the next objects of this thread, if no copy shares it.
            pub fn recycle(self) {
                match self {
                    $(Self::$kind(object) => recycle(object),)*
                    Self::Plain(metadata) => recycle(metadata),
                    Self::Other => {}
                }
            }

            /// Where the object is, in memory; nothing if it is not decoded.
            pub(super) fn address(&self) -> Option<usize> {
                match self {
                    $(Self::$kind(object) => Some(Arc::as_ptr(object).addr()),)*
                    Self::Plain(metadata) => Some(Arc::as_ptr(metadata).addr()),
                    Self::Other => None,
                }
            }

            /// The object's metadata.
            #[must_use]
            pub fn metadata(&self) -> Option<&ObjectMeta> {
                match self {
                    $(Self::$kind(object) => Some(&object.metadata),)*
                    Self::Plain(metadata) => Some(metadata),
                    Self::Other => None,
                }
            }
        }
    };
}

/// What a tree holds, if there is one; nothing if it cannot be read.
fn shared<T: Default + Read>(tree: Option<&Node<'_>>) -> Option<Arc<T>> {
    let mut object = Arc::<T>::default();
    if let Some(tree) = tree {
        Arc::get_mut(&mut object)?.read(tree)?;
    }
    Some(object)
}

fn recycle<T: Read>(mut object: Arc<T>) {
    if let Some(object) = Arc::get_mut(&mut object) {
        texts::keep(|texts| object.give_back(texts));
    }
}

objects! {
    /// `storage.k8s.io/v1` StorageClass.
    StorageClass,
    /// `storage.k8s.io/v1` VolumeAttributesClass.
    VolumeAttributesClass,
    /// `v1` PersistentVolume.
    PersistentVolume,
    /// `v1` PersistentVolumeClaim.
    PersistentVolumeClaim,
    /// `v1` Pod.
    Pod,
    /// `batch/v1` Job.
    Job,
    /// `batch/v1` CronJob.
    CronJob,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` DaemonSet.
    DaemonSet,
    /// `apps/v1` ReplicaSet.
    ReplicaSet,
    /// `v1` `ReplicationController`.
    ReplicationController,
    /// `v1` `PodTemplate`.
    PodTemplate,
}

impl Object {
    /// Whether the object's pods run until something stops them: those of a Job end by themselves. A workload without
    /// replicas runs none.
    #[must_use]
    pub fn is_long_running(&self) -> bool {
        let some = |replicas: Option<i32>| replicas != Some(0);
        match self {
            Self::Pod(pod) => {
                let policy = pod.spec.as_ref().and_then(|spec| spec.restart_policy.as_deref());
                matches!(policy, None | Some("Always"))
            }
            Self::StatefulSet(set) => some(set.spec.replicas),
            Self::Deployment(set) => some(set.spec.replicas),
            Self::ReplicaSet(set) => some(set.spec.replicas),
            Self::ReplicationController(set) => some(set.spec.as_ref().and_then(|spec| spec.replicas)),
            Self::DaemonSet(_) => true,
            _ => false,
        }
    }

    /// The pod of the object: the object itself, or the pod template of a workload.
    #[must_use]
    pub fn pod(&self) -> Option<PodPart<'_>> {
        const TEMPLATE: &[&str] = &["spec", "template"];
        match self {
            Self::Pod(pod) => {
                Some(PodPart { metadata: Some(&pod.metadata), spec: pod.spec.as_ref()?, prefix: &[] })
            }
            Self::Job(job) => PodPart::of_template(&job.spec.as_ref()?.template, TEMPLATE),
            Self::CronJob(job) => PodPart::of_template(
                &job.spec.job_template.spec.as_ref()?.template,
                &["spec", "jobTemplate", "spec", "template"],
            ),
            Self::StatefulSet(set) => PodPart::of_template(&set.spec.template, TEMPLATE),
            Self::Deployment(set) => PodPart::of_template(&set.spec.template, TEMPLATE),
            Self::DaemonSet(set) => PodPart::of_template(&set.spec.template, TEMPLATE),
            Self::ReplicaSet(set) => PodPart::of_template(set.spec.template.as_ref()?, TEMPLATE),
            Self::ReplicationController(set) => {
                PodPart::of_template(set.spec.as_ref()?.template.as_ref()?, TEMPLATE)
            }
            Self::PodTemplate(template) => PodPart::of_template(template.template.as_ref()?, &["template"]),
            _ => None,
        }
    }
}

/// A pod or pod template in an object.
#[derive(Clone, Copy, Debug)]
pub struct PodPart<'a> {
    /// The metadata of the pod or template, if set.
    pub metadata: Option<&'a ObjectMeta>,
    /// The pod's specification.
    pub spec: &'a PodSpec,
    /// The path from the object to the parent of `metadata` and `spec`: empty for a Pod.
    pub prefix: &'static [&'static str],
}

impl<'a> PodPart<'a> {
    fn of_template(template: &'a PodTemplateSpec, prefix: &'static [&'static str]) -> Option<Self> {
        Some(PodPart { metadata: template.metadata.as_ref(), spec: template.spec.as_ref()?, prefix })
    }

    /// Calls `visit` with the path of the parent of `metadata` and `spec`.
    pub fn at(&self, visit: &mut dyn FnMut(&Path<'_>)) {
        fn step(prefix: &[&str], base: &Path<'_>, visit: &mut dyn FnMut(&Path<'_>)) {
            match prefix {
                [] => visit(base),
                [first, rest @ ..] => step(rest, &base.field(first), visit),
            }
        }
        step(self.prefix, &Path::root(), visit);
    }
}
