//! How a claim is written whose volume several nodes can mount, in the language of the input.

use super::Bundle;
use crate::catalog::driver;
use crate::profile::{Profile, sections};

impl<'a> Bundle<'a> {
    /// The same bundle of documents that `profile` renders, so that help can name what the profile has.
    #[must_use]
    pub fn of_profile(mut self, profile: &'a Profile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// What a claim sets so that several nodes can mount its volume.
    #[must_use]
    pub fn shared_claim(&self) -> String {
        if let Some(profile) = self.profile {
            let class = profile.objects().find(|object| {
                object.section.name == sections::STORAGE_CLASSES
                    && object
                        .node
                        .get("provisioner")
                        .and_then(|node| node.as_str())
                        .is_some_and(driver::creates_shared_volumes)
            });
            let class = class.map_or_else(
                || "a class of a driver for file systems".to_owned(),
                |class| format!("`storageClass = \"{}\"`", class.key),
            );
            return format!("{class} and `accessModes = [\"ReadWriteMany\"]`");
        }
        let class = self.index.shared_class();
        let class = class.map_or_else(
            || "a class that provisions a file system".to_owned(),
            |class| format!("`storageClassName: {}`", class.name),
        );
        format!("{class} and `accessModes: [ReadWriteMany]`")
    }
}
