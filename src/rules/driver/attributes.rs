//! A claim's VolumeAttributesClass together with its StorageClass: what is asked for when the volume is made.

use k8s_openapi::api::storage::v1::VolumeAttributesClass;

use super::request::VolumeRequest;
use super::request::{Classes, Pair};
use super::{shape, table};
use crate::catalog::driver::{Parameters, Shape, Stage};
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::yaml::path::Path;

/// Whether a VolumeAttributesClass is of the driver that makes the volume; reports where it is not.
pub(super) fn is_of(
    provisioner: &str,
    (document, attributes): (&Document<'_>, &VolumeAttributesClass),
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) -> bool {
    if attributes.driver_name == provisioner {
        return true;
    }
    out.report(
        &table::ATTRIBUTES_CLASS_OF_A_NEW_VOLUME,
        &path.field("volumeAttributesClassName"),
        format!(
            "`{}` is a VolumeAttributesClass of {}, and the claim's class of {provisioner}",
            document.name, attributes.driver_name
        ),
    )
    .help(format!(
        "{} refuses it, and the claim stays Pending; name one whose `driverName` is {provisioner}",
        Stage::Sidecar.component()
    ))
    .related(document.place_of(&["driverName"]), "another driver");
    false
}

impl<'a> VolumeRequest<'a> {
    /// The same with a VolumeAttributesClass, as the driver lays it over the class when it makes a volume.
    #[must_use]
    pub fn with_attributes(mut self, attributes: &'a VolumeAttributesClass) -> Self {
        let parameters = &self.driver.attributes;
        let pairs = attributes.parameters.iter().flatten().filter_map(|(key, value)| {
            let (_, parameter) = parameters.find(key)?;
            let other = parameter.yields_to;
            let yields = other.is_some_and(|other| gives(attributes, parameters, other));
            let name = parameter.sets.filter(|_| !yields)?;
            self.parameters.list.get(name)?;
            let pair = Pair::new(self.parameters, name, value);
            Some(Pair { key, from_attributes_class: true, ..pair })
        });
        let pairs: Vec<Pair<'_>> = pairs.collect();
        // Several keys with one prefix are separate parameters.
        self.list.retain(|old| {
            let row = old.name.and_then(|name| self.parameters.list.get(name));
            row.is_some_and(|row| row.prefix) || pairs.iter().all(|new| new.name != old.name)
        });
        self.list.extend(pairs);
        self
    }
}

fn gives(attributes: &VolumeAttributesClass, parameters: &Parameters, name: &str) -> bool {
    let mut keys = attributes.parameters.iter().flatten().map(|(key, _)| key);
    keys.any(|key| parameters.find(key).is_some_and(|(known, _)| known == name))
}

/// Reports what a VolumeAttributesClass may hold, and a volume cannot be made with. `class` is the class before the
/// VolumeAttributesClass is merged into it, `request` after.
pub(super) fn check(
    class: &VolumeRequest<'_>,
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    attributes: &VolumeAttributesClass,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let parameters = &request.driver.attributes;
    let at = path.field("volumeAttributesClassName");
    for (key, value) in attributes.parameters.iter().flatten() {
        let Some((_, parameter)) = parameters.find(key) else { continue };
        let place = classes.attributes.map(|document| document.place_of(&["parameters", key]));
        let mut report = |message: String, help: String| {
            let finding = out.report(&table::ATTRIBUTES_CLASS_OF_A_NEW_VOLUME, &at, message);
            finding.help(help);
            if let Some(place) = place {
                finding.related(place, "the VolumeAttributesClass");
            }
        };
        let Some(name) = &parameter.sets else {
            let message = format!("a volume is not made with `{key}`: that can only be changed later");
            report(
                message,
                format!(
                    "{}; remove it from the VolumeAttributesClass, or name that only when the volume is there",
                    parameters.stage.rejection()
                ),
            );
            continue;
        };
        let Some(row) = class.parameters.list.get(name) else { continue };
        let is_sound = shape::check(&parameter.shape, value, request).is_ok();
        if !matches!(row.shape, Shape::DiskType)
            && is_sound
            && let Err(mismatch) = shape::check(&row.shape, value, request)
        {
            report(
                mismatch.message,
                format!("{}; {}", mismatch.stage.unwrap_or(row.stage).rejection(), mismatch.help),
            );
        }
        let other = class.list.iter().find(|pair| pair.name == Some(name) && pair.key != key);
        if let Some(other) = other.filter(|_| parameters.merged && !row.prefix) {
            report(
                format!(
                    "`{}` of the class and `{key}` of the VolumeAttributesClass are one parameter",
                    other.key
                ),
                "the driver takes whichever its language happens to read last; write both in one spelling"
                    .to_owned(),
            );
        }
    }
}
