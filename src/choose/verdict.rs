//! Whether the disk of a class meets a need, and how a class gets from one disk to another.

use std::collections::BTreeMap;

use super::need::{self, Need};
use crate::catalog::billing;
use crate::catalog::driver::Driver;
use crate::rules::driver::VolumeRequest;
use crate::rules::driver::performance::{Basis, Figure, Performance};

/// Why a disk does not meet a need; nothing if it does.
#[must_use]
pub fn shortfall(need: &Need, request: &VolumeRequest<'_>, performance: &Performance) -> Option<String> {
    let (driver, name) = (request.driver, &performance.disk_type.name);
    if let Some(part) = need.without.iter().find(|part| name.contains(part.as_str())) {
        return Some(format!("{name} is excluded by `{part}`"));
    }
    let billed = billing::of(driver.name).and_then(|billing| billing.find(name));
    if need.ssd && billed.is_some_and(|billed| !billed.ssd) {
        return Some(format!("{name} does not have the latency of an SSD"));
    }
    let replicated = billed.and_then(|billed| billed.replicated.as_ref());
    let is_replicated = replicated.is_some_and(|replicated| replicated.applies(|key| request.value(key)));
    if need.replicated && !is_replicated {
        return Some(format!("{name} exists in one zone only"));
    }
    let unit = driver.throughput_unit();
    let wanted = need::in_unit(need.throughput, unit);
    short(need.iops, performance.iops, need.firm, "IOPS")
        .or_else(|| short(wanted, performance.throughput, need.firm, unit))
}

fn short(wanted: i64, figure: Option<Figure>, firm: bool, unit: &str) -> Option<String> {
    match figure {
        _ if wanted <= 0 => None,
        None => Some(format!("{wanted} {unit} are needed; what it delivers is not documented")),
        Some(figure) if figure.value < wanted => {
            Some(format!("{wanted} {unit} are needed; it delivers {}", figure.value))
        }
        Some(figure) if firm && figure.basis == Basis::UpTo => {
            Some(format!("its {unit} are a ceiling, which the cloud does not guarantee"))
        }
        Some(_) => None,
    }
}

/// How claims of a class get other parameters: in place, if the driver can change them, and otherwise with a new class.
#[must_use]
pub fn migration(driver: &Driver, from: &BTreeMap<String, String>, to: &BTreeMap<String, String>) -> String {
    let changed: Vec<(&String, &String)> =
        to.iter().filter(|(key, value)| from.get(*key) != Some(value)).collect();
    let attributes = &driver.attributes;
    // The key of a VolumeAttributesClass that changes a parameter of the class.
    let in_place = |key: &str| {
        let rows =
            attributes.list.iter().filter(|(_, row)| row.ignored.is_none() && row.deprecated.is_none());
        rows.into_iter().find(|(_, row)| row.sets == Some(key)).map(|(name, _)| name.to_owned())
    };
    let keys: Option<BTreeMap<String, String>> =
        changed.iter().map(|(key, value)| Some((in_place(key)?, (*value).clone()))).collect();
    // Which types can become which others is not known here.
    let is_type = |key: &str| driver.disk_type.as_ref().is_some_and(|keys| keys.keys.contains(&key));
    let same_type = !changed.iter().any(|(key, _)| is_type(key));
    let keys = keys.filter(|keys| same_type && !keys.is_empty() && attributes.unsupported.is_none());
    let class = "the parameters of a StorageClass cannot be changed, and existing disks keep theirs: give the class a \
                 new `name`, and copy the data to claims of the new class";
    match keys {
        Some(keys) => format!(
            "{class}; or change the disks in place: a table in `volumeAttributesClasses` with `parameters = {}`, which \
             the claims name in `volumeAttributesClass`",
            super::lock::parameters(&keys)
        ),
        None => class.to_owned(),
    }
}
