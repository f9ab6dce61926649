//! A StorageClass by itself: its keys, its values, and what its parameters exclude.

use k8s_openapi::api::storage::v1::StorageClass;

use super::request::Classes;
use super::request::VolumeRequest;
use super::{go_template, mount, parameters, refusal, table, topology};
use crate::bundle::Bundle;
use crate::catalog::driver::{self, Driver, InTree, Shape, Stage, TemplateField};
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

pub(super) fn check(class: &StorageClass, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let Some(driver) = driver::find(&class.provisioner) else { return };
    if is_label(class, driver, bundle, out) {
        return;
    }
    let request = VolumeRequest::of_class(driver, class);
    if let Some(in_tree) = request.in_tree {
        in_tree_provisioner(driver, in_tree, out);
    }
    check_parameters(&request, out);
    mount::check_class(&request, class, bundle, out);
    topology::check(&request, class.allowed_topologies.as_deref().unwrap_or_default(), out);
}

/// Checks the parameters of a class of any kind.
pub(super) fn check_parameters(request: &VolumeRequest<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("parameters");
    parameters::check(request, &path, out);
    refusal::check_object(request, &path, &root.field("mountOptions"), out);
}

/// Whether the class of a driver that never creates volumes is a mere label; reports it unless a PersistentVolume of
/// the input carries that label.
fn is_label(
    class: &StorageClass,
    driver: &'static Driver,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) -> bool {
    let Some(provisioning) = &driver.provisioning else { return false };
    let request = VolumeRequest::of_class(driver, class);
    if provisioning.except.iter().any(|condition| condition.holds(&request)) {
        return false;
    }
    let name = class.metadata.name.as_deref().unwrap_or_default();
    if !bundle.index.has_volume_of_class(name) {
        let rule = if provisioning.never { &table::UNSUPPORTED_BY_DRIVER } else { &table::LIKELY_REFUSED };
        let root = Path::root();
        let message = format!("{} creates no volumes for claims", class.provisioner);
        out.report(rule, &root.field("provisioner"), message)
            .help(format!("{}, and claims stay Pending; {}", provisioning.why, provisioning.help));
    }
    provisioning.never
}

fn in_tree_provisioner(driver: &Driver, in_tree: &InTree, out: &mut Reporter<'_>) {
    let root = Path::root();
    out.report(
        &table::IN_TREE_PROVISIONER,
        &root.field("provisioner"),
        format!("`{}` was removed from Kubernetes", in_tree.provisioner),
    )
    .help(format!(
        "the class works only where the CSI driver is installed and replaces it; write `provisioner: {}` ({})",
        driver.provisioner, in_tree.translation
    ));
}

/// Fills the templates of a class's tags in for a claim, as far as its names are known.
pub(super) fn check_templates(
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(claim) = request.claim else { return };
    for pair in &request.list {
        let parameter = pair.name.and_then(|name| request.parameters.list.get(name));
        let Some(Shape::Tag { fields, .. }) = parameter.map(|parameter| &parameter.shape) else { continue };
        let value = |field: TemplateField| match field {
            TemplateField::ClaimName => claim.name.map(str::to_owned),
            TemplateField::ClaimNamespace => claim.namespace.map(str::to_owned),
            TemplateField::VolumeName | TemplateField::Unknown => None,
        };
        // Only the value of a tag is a template.
        let Some((_, template)) = pair.value.split_once('=') else { continue };
        if let Some(why) = go_template::failure(template, fields, value) {
            out.report(&table::PARAMETER_VALUE, &path.field("storageClassName"), why)
                .help(format!("{}; change the template, or name another class", Stage::Driver.rejection()))
                .related(classes.place(Some(pair)), "the template");
        }
    }
}
