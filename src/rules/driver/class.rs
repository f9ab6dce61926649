//! A StorageClass by itself: its keys, its values, and what its parameters exclude.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::TopologySelectorTerm;
use k8s_openapi::api::storage::v1::StorageClass;

use super::request::Classes;
use super::request::VolumeRequest;
use super::{go_template, mount, parameters, refusal, table, topology};
use crate::bundle::Bundle;
use crate::catalog::driver::{self, Driver, InTree, Required, Shape, Stage, TemplateField};
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix, Intent, NewValue};
use crate::yaml::path::Path;

pub(super) fn check(class: &StorageClass, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let Some(driver) = driver::find(&class.provisioner) else { return };
    if is_label(class, driver, bundle, out) {
        return;
    }
    let request = VolumeRequest::of_class(driver, class);
    let terms = class.allowed_topologies.as_deref().unwrap_or_default();
    if let Some(in_tree) = request.in_tree {
        in_tree_provisioner(driver, in_tree, &request, terms, out);
    }
    if creates_nothing(driver, class) {
        report_static(driver, class, bundle, out);
    } else {
        check_parameters(&request, out);
    }
    mount::check_class(&request, class, bundle, out);
    topology::check(&request, terms, out);
}

/// Whether a class sets none of the parameters that creating a volume requires. Such a class serves volumes that exist, for
/// which the name is all that counts.
pub(super) fn creates_nothing(driver: &Driver, class: &StorageClass) -> bool {
    class.parameters.as_ref().is_none_or(BTreeMap::is_empty) && needed(driver).next().is_some()
}

/// The parameters that every class of a driver needs to create a volume.
pub(super) fn needed(driver: &Driver) -> impl Iterator<Item = &str> {
    let is_needed = |required: &Required| !required.disputed && required.when.is_empty();
    let rows = driver.class.list.iter();
    rows.filter(move |(_, row)| row.required.as_ref().is_some_and(is_needed)).map(|(name, _)| name)
}

/// Reports a class that creates nothing, unless the input has a volume for it.
fn report_static(driver: &Driver, class: &StorageClass, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let name = class.metadata.name.as_deref().unwrap_or_default();
    if bundle.index.has_volume_of_class(name) {
        return;
    }
    let parameters: Vec<_> = needed(driver).map(|name| format!("`{name}`")).collect();
    let message = "the class creates no volumes: it has no parameters";
    out.report_at_key(&table::LIKELY_REFUSED, &Path::root().field("provisioner"), message).help(format!(
        "its claims stay Pending unless a PersistentVolume of the class exists for each; to create volumes, set {}",
        parameters.join(", ")
    ));
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

/// Translates the provisioner, the parameters and the zones, as the provisioner does for a class of the plugin.
fn translated(
    driver: &Driver,
    in_tree: &InTree,
    request: &VolumeRequest<'_>,
    terms: &[TopologySelectorTerm],
) -> Option<Fix> {
    let keys: Vec<_> = request.list.iter().filter(|pair| in_tree.is_file_system_key(pair.key)).collect();
    let is_taken = request.list.iter().any(|pair| pair.key == driver.file_system_key);
    if keys.len() > 1 || (is_taken && !keys.is_empty()) {
        return None;
    }
    let root = Path::root();
    let parameters = root.field("parameters");
    // The provisioner of an existing class cannot be changed.
    let mut fix = Fix::new(format!("translate the class to `{}`", driver.provisioner), Applicability::Unsafe)
        .change(&root.field("provisioner"), Intent::Replace(driver.provisioner.into()));
    for pair in keys {
        fix = fix.change(&parameters.key(pair.key), Intent::Rename(driver.file_system_key.to_owned()));
    }
    for (bringer, brought) in &in_tree.brings {
        let is_given = request.list.iter().any(|pair| pair.key == brought.key);
        if request.pair(bringer).is_some() && !is_given {
            fix = fix.change(&parameters.key(brought.key), Intent::Insert(brought.value.into()));
        }
    }
    let label = || driver.topology.as_ref()?.keys.first().copied();
    match request.zones.as_slice() {
        [] => {}
        [(key, zones)] if terms.is_empty() => {
            let values = zones.split(',').map(|zone| NewValue::from(zone.trim())).collect();
            let expression = NewValue::Table(vec![
                ("key".to_owned(), label()?.into()),
                ("values".to_owned(), NewValue::List(values)),
            ]);
            let expressions = ("matchLabelExpressions".to_owned(), NewValue::List(vec![expression]));
            let terms = NewValue::List(vec![NewValue::Table(vec![expressions])]);
            fix = fix
                .change(&parameters.key(key), Intent::Remove)
                .change(&root.field("allowedTopologies"), Intent::Insert(terms));
        }
        // The provisioner rejects the class, or uses whichever of two it reads last.
        _ => return None,
    }
    let list = root.field("allowedTopologies");
    for (index, term) in terms.iter().enumerate() {
        let term_path = list.index(index);
        let expressions = term_path.field("matchLabelExpressions");
        for (index, expression) in term.match_label_expressions.iter().flatten().enumerate() {
            if topology::is_translated(driver, &expression.key) {
                let path = expressions.index(index);
                fix = fix.change(&path.field("key"), Intent::Replace(label()?.into()));
            }
        }
    }
    Some(fix)
}

fn in_tree_provisioner(
    driver: &Driver,
    in_tree: &InTree,
    request: &VolumeRequest<'_>,
    terms: &[TopologySelectorTerm],
    out: &mut Reporter<'_>,
) {
    let root = Path::root();
    out.report(
        &table::IN_TREE_PROVISIONER,
        &root.field("provisioner"),
        format!("`{}` was removed from Kubernetes", in_tree.provisioner),
    )
    .help(format!(
        "the class works only where the CSI driver is installed and replaces it; write `provisioner: {}` ({})",
        driver.provisioner, in_tree.translation
    ))
    .with_fix(translated(driver, in_tree, request, terms).map(Box::new));
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
