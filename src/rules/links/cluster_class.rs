//! Claims of the classes that managed clusters create themselves.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use super::table;
use crate::bundle::Bundle;
use crate::catalog::cluster_class;
use crate::catalog::driver;
use crate::catalog::kubernetes::volume_mode;
use crate::document::Document;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::rules::driver::{Claim, VolumeRequest, is_allowed};
use crate::yaml::path::Path;

pub(super) fn check(document: &Document<'_>, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let spec = root.field("spec");
    match &document.object {
        Object::PersistentVolumeClaim(claim) => {
            if let Some(claim) = &claim.spec {
                access_modes(document, claim, &spec, bundle, out);
            }
        }
        Object::StatefulSet(set) => {
            let list = spec.field("volumeClaimTemplates");
            for (index, template) in set.spec.volume_claim_templates.iter().flatten().enumerate() {
                if let Some(claim) = &template.spec {
                    access_modes(document, claim, &list.index(index).field("spec"), bundle, out);
                }
            }
        }
        _ => {}
    }
    let Some(pod) = document.object.pod() else { return };
    for (index, volume) in pod.spec.volumes.iter().flatten().enumerate() {
        let template = volume.ephemeral.as_ref().and_then(|source| source.volume_claim_template.as_ref());
        let Some(template) = template else { continue };
        pod.at(&mut |base| {
            let spec = base.field("spec");
            let list = spec.field("volumes");
            let volume = list.index(index);
            let source = volume.field("ephemeral");
            let path = source.field("volumeClaimTemplate");
            access_modes(document, &template.spec, &path.field("spec"), bundle, out);
        });
    }
}

/// Reports access modes that no form of the class offers.
fn access_modes(
    document: &Document<'_>,
    claim: &PersistentVolumeClaimSpec,
    path: &Path<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(name) = claim.storage_class_name.as_deref() else { return };
    let is_static = claim.volume_name.as_deref().is_some_and(|name| !name.is_empty());
    let Some(class) = cluster_class::find(name).filter(|_| !is_static) else { return };
    if bundle.index.class(document, name).is_some() {
        return;
    }
    let request = |class: &'static k8s_openapi::api::storage::v1::StorageClass| {
        let driver = driver::find(&class.provisioner)?;
        Some(VolumeRequest::of_class(driver, class).with_claim(Claim::new(claim)))
    };
    let Some(requests) = class.variants.iter().map(request).collect::<Option<Vec<_>>>() else { return };
    let list = path.field("accessModes");
    for (index, mode) in claim.access_modes.iter().flatten().enumerate() {
        if requests.iter().any(|request| is_allowed(request, index, mode)) {
            continue;
        }
        let Some(request) = requests.first() else { return };
        let mode_of_volume = volume_mode(claim.volume_mode.as_deref());
        out.report(
            &table::ACCESS_MODE_OF_CLUSTER_CLASS,
            &list.index(index),
            format!("class `{name}` of {} does not offer {mode} for a {mode_of_volume} volume", class.cluster),
        )
        .help(format!(
            "unless the cluster has its own class of that name, {} rejects the claim, and it stays Pending. {}",
            request.driver.provisioner, request.driver.shared_instead
        ));
    }
}
