//! Decoded objects whose names begin with another name of the profile now.

use std::collections::BTreeMap;
use std::sync::Arc;

use k8s_openapi::api::core::v1::{PersistentVolumeClaimSpec, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};

use super::object::Object;

/// A change of the name with which the names of objects begin.
#[derive(Clone, Copy, Debug)]
pub struct Renaming<'a> {
    /// The name before.
    pub before: &'a str,
    /// The name after.
    pub after: &'a str,
    /// How many texts of the object begin with it.
    pub count: usize,
}

impl Renaming<'_> {
    /// A text under the new name; nothing if it does not begin with the old one and a hyphen.
    #[must_use]
    pub fn text(&self, text: &str) -> Option<String> {
        let rest = text.strip_prefix(self.before).filter(|rest| rest.starts_with('-'))?;
        Some([self.after, rest].concat())
    }

    /// The object under its new name. Nothing if another number of its texts was found, so that not all of them are at places
    /// where names usually are.
    pub(super) fn object(&self, object: &Object) -> Option<Object> {
        let mut object = object.clone();
        let mut renamer = Renamer { renaming: self, count: 0 };
        renamer.object(&mut object);
        (renamer.count == self.count).then_some(object)
    }
}

struct Renamer<'a> {
    renaming: &'a Renaming<'a>,
    count: usize,
}

impl Renamer<'_> {
    fn object(&mut self, object: &mut Object) {
        match object {
            Object::PersistentVolumeClaim(claim) => {
                let claim = Arc::make_mut(claim);
                self.metadata(&mut claim.metadata);
                claim.spec.iter_mut().for_each(|spec| self.claim(spec));
            }
            Object::Pod(pod) => {
                let pod = Arc::make_mut(pod);
                self.metadata(&mut pod.metadata);
                pod.spec.iter_mut().for_each(|spec| self.pod(spec));
            }
            Object::Job(job) => {
                let job = Arc::make_mut(job);
                self.metadata(&mut job.metadata);
                job.spec.iter_mut().for_each(|spec| self.template(&mut spec.template));
            }
            Object::CronJob(job) => {
                let job = Arc::make_mut(job);
                self.metadata(&mut job.metadata);
                let of_job = &mut job.spec.job_template;
                of_job.metadata.iter_mut().for_each(|metadata| self.metadata(metadata));
                of_job.spec.iter_mut().for_each(|spec| self.template(&mut spec.template));
            }
            Object::Deployment(set) => {
                let set = Arc::make_mut(set);
                self.metadata(&mut set.metadata);
                self.selector(&mut set.spec.selector);
                self.template(&mut set.spec.template);
            }
            Object::DaemonSet(set) => {
                let set = Arc::make_mut(set);
                self.metadata(&mut set.metadata);
                self.selector(&mut set.spec.selector);
                self.template(&mut set.spec.template);
            }
            Object::StatefulSet(set) => {
                let set = Arc::make_mut(set);
                self.metadata(&mut set.metadata);
                self.optional(&mut set.spec.service_name);
                self.selector(&mut set.spec.selector);
                self.template(&mut set.spec.template);
                for claim in set.spec.volume_claim_templates.iter_mut().flatten() {
                    self.metadata(&mut claim.metadata);
                    claim.spec.iter_mut().for_each(|spec| self.claim(spec));
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &mut String) {
        if let Some(renamed) = self.renaming.text(text) {
            *text = renamed;
            self.count += 1;
        }
    }

    fn optional(&mut self, text: &mut Option<String>) {
        text.iter_mut().for_each(|text| self.text(text));
    }

    fn labels(&mut self, labels: &mut Option<BTreeMap<String, String>>) {
        labels.iter_mut().flatten().for_each(|(_, value)| self.text(value));
    }

    fn metadata(&mut self, metadata: &mut ObjectMeta) {
        self.optional(&mut metadata.name);
        self.labels(&mut metadata.labels);
    }

    fn selector(&mut self, selector: &mut LabelSelector) {
        self.labels(&mut selector.match_labels);
    }

    fn template(&mut self, template: &mut PodTemplateSpec) {
        template.metadata.iter_mut().for_each(|metadata| self.metadata(metadata));
        template.spec.iter_mut().for_each(|spec| self.pod(spec));
    }

    fn pod(&mut self, spec: &mut PodSpec) {
        for volume in spec.volumes.iter_mut().flatten() {
            if let Some(claim) = &mut volume.persistent_volume_claim {
                self.text(&mut claim.claim_name);
            }
            let template = volume.ephemeral.as_mut().and_then(|source| source.volume_claim_template.as_mut());
            template.into_iter().for_each(|template| self.claim(&mut template.spec));
        }
    }

    fn claim(&mut self, spec: &mut PersistentVolumeClaimSpec) {
        self.optional(&mut spec.storage_class_name);
        self.optional(&mut spec.volume_attributes_class_name);
        self.optional(&mut spec.volume_name);
        spec.data_source.iter_mut().for_each(|source| self.text(&mut source.name));
        spec.data_source_ref.iter_mut().for_each(|source| self.text(&mut source.name));
    }
}
