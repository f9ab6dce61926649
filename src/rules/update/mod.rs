//! Rules C: what the API server refuses to change in place.

mod claim;
mod pod;
mod server_side_apply;
mod storage_class;
mod table;
mod volume;
mod workload;

use std::collections::HashMap;

use serde_json::Value;

use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::source::Folders;
use crate::yaml::node::Node;
use crate::yaml::path::Path;

pub use table::RULES;

/// What a change of one object may be judged by: both inputs, and the server's version.
#[derive(Debug)]
pub struct Update<'a> {
    version: KubernetesVersion,
    folders: &'a Folders,
    /// The classes as they were, then as they shall be.
    classes: HashMap<&'a str, Vec<&'a Document<'a>>>,
    /// The classes as they shall be, then as they were when volumes were made.
    earlier: HashMap<&'a str, Vec<&'a Document<'a>>>,
}

/// An update as an object of one folder sees it.
struct View<'u, 'a> {
    update: &'u Update<'a>,
    folder: Option<&'u String>,
}

impl<'a> Update<'a> {
    /// The update from the objects `old` to the objects `new`.
    #[must_use]
    pub fn new(
        old: &'a [Document<'a>],
        new: &'a [Document<'a>],
        version: KubernetesVersion,
        folders: &'a Folders,
    ) -> Self {
        let classes = |documents: [&'a [Document<'a>]; 2]| {
            let mut classes: HashMap<_, Vec<_>> = HashMap::new();
            for document in documents.into_iter().flatten() {
                if document.kind == "StorageClass" && document.api_version.starts_with("storage.k8s.io/") {
                    classes.entry(document.name.as_str()).or_default().push(document);
                }
            }
            classes
        };
        Self { version, folders, classes: classes([old, new]), earlier: classes([new, old]) }
    }

    fn seen_from(&self, document: &Document<'_>) -> View<'_, 'a> {
        View { update: self, folder: self.folders.get(&document.source) }
    }

    /// What the server refuses when one who applied `old` by server-side apply now applies `new`; both are the same
    /// object. Findings point into `new`.
    #[must_use]
    pub fn check(&self, old: &Document<'_>, new: &Document<'_>) -> Vec<Finding> {
        let mut list = Vec::new();
        let mut out = Reporter::new(new, &mut list);
        let (before, after) = (json(&old.root), json(&new.root));
        match (new.api_version.as_str(), new.kind.as_str()) {
            ("storage.k8s.io/v1", "StorageClass") => storage_class::check(&before, &after, &mut out),
            ("storage.k8s.io/v1", "VolumeAttributesClass") => {
                storage_class::check_attributes(&before, &after, &mut out);
            }
            ("v1", "PersistentVolumeClaim") => claim::check(&before, &after, &self.seen_from(new), &mut out),
            ("v1", "Pod") => pod::check(&before, &after, self.version, &mut out),
            ("v1", "PersistentVolume") => volume::check(&before, &after, self.version, &mut out),
            ("batch/v1", "Job") => workload::check_job(&before, &after, self.version, &mut out),
            ("apps/v1", "StatefulSet") => {
                workload::check_stateful_set(&before, &after, self.version, &mut out);
            }
            ("apps/v1", "Deployment" | "DaemonSet" | "ReplicaSet") => {
                workload::check_selector(&before, &after, self.version, &mut out);
            }
            _ => {}
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

    /// What a change that nothing speaks against depends on all the same: a claim grows where its class lets it, and the
    /// class may be in neither input.
    #[must_use]
    pub fn depends_on(&self, old: &Document<'_>, new: &Document<'_>) -> Option<String> {
        if new.kind != "PersistentVolumeClaim" || new.api_version != "v1" {
            return None;
        }
        claim::depends_on(&json(&old.root), &json(&new.root), &self.seen_from(new))
    }
}

impl<'a> View<'_, 'a> {
    fn version(&self) -> KubernetesVersion {
        self.update.version
    }

    /// What becomes of the data when a claim of this class goes.
    fn fate_of_data(&self, class: Option<&str>) -> &'static str {
        fate_of_data(class.and_then(|name| self.nearest(self.update.earlier.get(name)?)))
    }

    /// The class of this name, if either input has it.
    fn class(&self, name: &str) -> Option<&'a Node<'a>> {
        self.nearest(self.update.classes.get(name)?)
    }

    /// The last class of the same folder, else the last of all.
    fn nearest(&self, classes: &[&'a Document<'a>]) -> Option<&'a Node<'a>> {
        let here = |class: &&&Document<'_>| self.update.folders.get(&class.source) == self.folder;
        classes.iter().rev().find(here).or(classes.last()).map(|class| &class.root)
    }
}

/// What becomes of the data when a claim of this class goes.
fn fate_of_data(class: Option<&Node<'_>>) -> &'static str {
    match class.map(|class| class.get("reclaimPolicy").and_then(Node::as_str).unwrap_or("Delete")) {
        Some("Retain") => {
            "the class retains volumes, so the disk and its data stay behind as a released PersistentVolume"
        }
        Some(_) => "the class deletes volumes, so the disk and its data go with the claim: copy them first",
        None => "the data go with the claim unless its volume's reclaim policy is Retain",
    }
}

/// A node as plain JSON.
pub(crate) fn json(node: &Node<'_>) -> Value {
    use crate::yaml::node::Value as Read;
    match &node.value {
        Read::Null => Value::Null,
        Read::Bool(value) => Value::from(*value),
        Read::Integer(value) => Value::from(*value),
        Read::Float(value) => Value::from(*value),
        Read::String(value) => Value::from(value.as_ref()),
        Read::Sequence(items) => Value::from(items.iter().map(json).collect::<Vec<_>>()),
        Read::Mapping(entries) => Value::Object(
            entries.iter().map(|entry| (entry.key.value.to_string(), json(&entry.value))).collect(),
        ),
    }
}

/// The first place at which two normal forms differ, with its path; `path` leads to both.
fn first_difference(old: &Value, new: &Value, path: &Path<'_>, found: &mut dyn FnMut(&Path<'_>)) -> bool {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
            keys.sort();
            keys.dedup();
            keys.into_iter().any(|key| {
                let path = path.field(key);
                match (old.get(key), new.get(key)) {
                    (Some(old), Some(new)) => first_difference(old, new, &path, found),
                    _ => {
                        found(&path);
                        true
                    }
                }
            })
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => old
            .iter()
            .zip(new)
            .enumerate()
            .any(|(index, (old, new))| first_difference(old, new, &path.index(index), found)),
        _ if old == new => false,
        _ => {
            found(path);
            true
        }
    }
}
