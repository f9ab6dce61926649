//! Rules K: what the API server refuses on create.

mod affinity;
mod dns;
mod field_ref;
mod file_path;
mod grammar;
mod host_alias;
mod iscsi;
mod label_keys;
mod pod_part;
mod projected;
mod report;
mod selector;
pub mod table;
mod toleration;
mod topology;
mod volume;
mod volume_source;

use super::{Findings, Scene};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::path::Path;

pub use table::RULES;

/// What the checks of one object have in common.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// The API server that is to take the object.
    pub version: KubernetesVersion,
}

/// Judges one document.
pub fn check(document: &Document<'_>, scene: &Scene<'_>, out: &mut Findings<'_>) {
    let context = Context { version: scene.version };
    if let Object::Pod(pod) = &document.object
        && let Some(spec) = &pod.spec
    {
        pod_part::check(spec, Some(&pod.metadata), &Path::root().field("spec"), &context, out);
    }
}
