//! Rules C: what the API server refuses to change in place.

mod claim;
mod custom_field;
mod custom_resource;
mod growth;
pub(crate) mod json;
mod label_keys;
mod pod;
mod server_side_apply;
mod storage_class;
mod table;
mod users;
mod view;
mod volume;
mod workload;

use std::collections::HashMap;
use std::sync::OnceLock;

use super::advice::SINGLE_NODE_CLAIM_OF_MANY_PODS;
use crate::bundle::Bundle;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::schema::definitions::Definitions;
use crate::source::Folders;

use json::json;

pub use table::RULES;
pub use view::Update;
use view::View;

impl<'a> Update<'a> {
    /// The update from the objects `old` to the objects `new`.
    #[must_use]
    pub fn new(
        old: &'a [Document<'a>],
        new: &'a [Document<'a>],
        version: KubernetesVersion,
        folders: &'a Folders,
        definitions: &'a Definitions,
    ) -> Self {
        let classes = |documents: [&'a [Document<'a>]; 2]| {
            let mut classes: HashMap<_, Vec<_>> = HashMap::new();
            for document in documents.into_iter().flatten() {
                if document.kind == "StorageClass" && document.api_version.starts_with("storage.k8s.io/") {
                    classes.entry(&*document.name).or_default().push(document);
                }
            }
            classes
        };
        Self {
            version,
            claims_are_bound: true,
            folders,
            documents: [old, new],
            classes: classes([old, new]),
            earlier: classes([new, old]),
            definitions: custom_resource::Known::new([new, old], definitions),
            bundles: [OnceLock::new(), OnceLock::new()],
            mounts: OnceLock::new(),
        }
    }

    /// The same update of claims that are not bound to a volume yet.
    #[must_use]
    pub fn with_unbound_claims(mut self) -> Self {
        self.claims_are_bound = false;
        self
    }

    /// The old documents and the new ones.
    #[must_use]
    pub fn documents(&self) -> [&'a [Document<'a>]; 2] {
        self.documents
    }

    /// The directories of the documents.
    #[must_use]
    pub fn folders(&self) -> &'a Folders {
        self.folders
    }

    fn seen_from(&self, document: &Document<'_>) -> View<'_, 'a> {
        View { update: self, folder: self.folders.get(&document.source) }
    }

    /// What advice says of a claim that several pods of an object share although one node at a time can use it.
    fn shared_claim(&self, side: usize, document: &Document<'_>) -> Option<String> {
        if document.object.pod().is_none() && document.derived.is_empty() {
            return None;
        }
        let bundle = self.bundles[side].get_or_init(|| Bundle::new(self.documents[side], self.version, None));
        let mut found = Vec::new();
        super::check(document, bundle, &mut found);
        let finding =
            found.into_iter().find(|finding| finding.rule.code == SINGLE_NODE_CLAIM_OF_MANY_PODS.code)?;
        Some(match finding.help {
            Some(help) => format!("{}; {help}", finding.message),
            None => finding.message,
        })
    }

    /// What the server rejects when the user who applied `old` by server-side apply now applies `new`; both are the same
    /// object. Findings point into `new`.
    #[must_use]
    pub fn check(&self, old: &Document<'_>, new: &Document<'_>) -> Vec<Finding> {
        let mut list = Vec::new();
        let mut out = Reporter::new(new, &mut list);
        let (before, after) = (json(&old.root), json(&new.root));
        match (&*new.api_version, &*new.kind) {
            ("storage.k8s.io/v1", "StorageClass") => {
                storage_class::check(&before, &after, &self.seen_from(new), &mut out);
            }
            ("storage.k8s.io/v1", "VolumeAttributesClass") => {
                storage_class::check_attributes(&before, &after, &self.seen_from(new), &mut out);
            }
            ("v1", "PersistentVolumeClaim") => claim::check(&before, &after, &self.seen_from(new), &mut out),
            ("v1", "Pod") => pod::check(&before, &after, self.version, &mut out),
            ("v1", "PersistentVolume") => volume::check(&before, &after, self.version, &mut out),
            ("batch/v1", "Job") => workload::check_job(&before, &after, self.version, &mut out),
            ("apps/v1", "StatefulSet") => {
                workload::check_stateful_set(&before, &after, self.version, &mut out);
                workload::check_strategy(&before, &after, "updateStrategy", "OnDelete", &mut out);
            }
            ("apps/v1", "Deployment" | "DaemonSet" | "ReplicaSet") => {
                workload::check_selector(&before, &after, self.version, &mut out);
                if new.kind == "Deployment" {
                    workload::check_strategy(&before, &after, "strategy", "Recreate", &mut out);
                }
            }
            _ => {
                custom_resource::check(old, new, &self.definitions, &mut out);
                custom_field::check(old, new, &mut list);
            }
        }
        list
    }

    /// What to know before an object that the new input lacks is deleted: what becomes of a claim's data.
    #[must_use]
    pub fn before_deleting(&self, old: &Document<'_>) -> Option<String> {
        if old.kind != "PersistentVolumeClaim" || old.api_version != "v1" {
            return None;
        }
        let class = old.root.get("spec").and_then(|spec| spec.get("storageClassName")?.as_str());
        let fate = self.seen_from(old).fate_of_data(class);
        Some(format!("`kubectl apply` leaves it in the cluster; when it is deleted, {fate}"))
    }

    /// What the result of an accepted change depends on: whether the class of a claim, which may be in neither input,
    /// allows expansion, whether the claim is bound, and whether a claim that further pods share lets them start.
    #[must_use]
    pub fn depends_on(&self, old: &Document<'_>, new: &Document<'_>) -> Option<String> {
        if new.kind != "PersistentVolumeClaim" || new.api_version != "v1" {
            let shared = self.shared_claim(1, new)?;
            return self.shared_claim(0, old).is_none().then_some(shared);
        }
        let (before, after) = (json(&old.root), json(&new.root));
        let class = claim::depends_on(&before, &after, &self.seen_from(new));
        let state = (self.claims_are_bound && claim::must_be_bound(&before, &after, self.version))
            .then(|| "the claim is assumed to be bound: `--unbound` checks a claim that is not".to_owned());
        match (class, state) {
            (Some(class), Some(state)) => Some(format!("{class}; {state}")),
            (class, state) => class.or(state),
        }
    }
}
