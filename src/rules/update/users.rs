//! What uses a class or a claim: the claims of the class, and the workloads that mount the claims.

use super::view::{Mounts, Update, label};
use crate::document::Document;
use crate::yaml::node::Node;

impl Update<'_> {
    /// The objects of either input that use a class or a claim, each as `Kind namespace/name`: claims and objects with claim
    /// templates, then what mounts the claims.
    #[must_use]
    pub fn users_of(&self, document: &Document<'_>) -> Vec<String> {
        let field = match &*document.kind {
            "StorageClass" => "storageClassName",
            "VolumeAttributesClass" => "volumeAttributesClassName",
            "PersistentVolumeClaim" => return self.mounted_by(document),
            _ => return Vec::new(),
        };
        let name = &*document.name;
        let mut users = self.seen_from(document).users(name, field);
        let is_of_class = |claim: &&Document<'_>| {
            claim.kind == "PersistentVolumeClaim"
                && claim.root.get("spec").and_then(|spec| spec.get(field)).and_then(Node::as_str)
                    == Some(name)
        };
        for claim in self.documents().into_iter().flatten().filter(is_of_class) {
            for user in self.mounted_by(claim) {
                if !users.contains(&user) {
                    users.push(user);
                }
            }
        }
        users
    }

    fn mounted_by(&self, claim: &Document<'_>) -> Vec<String> {
        let mounts = self.mounts.get_or_init(|| {
            let mut mounts = Mounts::new();
            for document in self.documents().into_iter().flatten() {
                add(document, &label(document), &mut mounts);
            }
            mounts
        });
        mounts.get(&(claim.namespace.as_deref(), &*claim.name)).cloned().unwrap_or_default()
    }
}

/// Adds the claims that the pods of a document mount; those of derived pods belong to the `owner`.
fn add<'a>(document: &'a Document<'_>, owner: &str, mounts: &mut Mounts<'a>) {
    let pod = document.object.pod();
    let volumes = pod.iter().flat_map(|pod| pod.spec.volumes.iter().flatten());
    for claim in volumes.filter_map(|volume| volume.persistent_volume_claim.as_ref()) {
        let users = mounts.entry((document.namespace.as_deref(), claim.claim_name.as_str())).or_default();
        if users.last().is_none_or(|last| last != owner) && !users.iter().any(|user| user == owner) {
            users.push(owner.to_owned());
        }
    }
    document.derived.iter().for_each(|derived| add(&derived.document, owner, mounts));
}
