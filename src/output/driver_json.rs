//! The facts on a driver as JSON.

use serde_json::{Value, json};

use super::driver_shape::shape;
use crate::catalog::driver::{Driver, Limit, Map, Parameter, Parameters};

/// The facts on a driver for programs.
#[must_use]
pub fn object(driver: &Driver) -> Value {
    let rows = |list: &Map<Parameter>| -> Vec<Value> {
        let rows = list.iter().map(|(name, parameter)| {
            json!({
                "key": name,
                "aliases": parameter.aliases,
                "prefix": parameter.prefix,
                "value": shape(&parameter.shape),
                "about": parameter.about,
                "required": parameter.required.is_some(),
                "default": parameter.default,
                "deprecated": parameter.deprecated,
                "ignored": parameter.ignored,
                "refused": parameter.refused,
                "source": parameter.source,
            })
        });
        rows.collect()
    };
    let parameters = |parameters: &Parameters| rows(&parameters.list);
    let limits = |limit: Option<&Limit>| {
        limit.map(|limit| {
            json!({
                "least": limit.least,
                "most": limit.most,
                "leastPerGiB": limit.least_per_gib,
                "mostPerGiB": limit.most_per_gib,
                "mostPerIOPS": limit.most_per_iops,
                "default": limit.default,
                "required": limit.required,
            })
        })
    };
    let systems = driver.file_systems.as_ref();
    let default_type = driver.disk_type.as_ref().map_or("", |keys| keys.default);
    let objects = [&driver.volume, &driver.inline, &driver.volume_annotations];
    let [volume, inline, volume_annotations] = objects.map(|object| object.as_ref().map(parameters));
    let mount_options = driver.mount_options.as_ref();
    json!({
        "name": driver.name,
        "provisioner": driver.provisioner,
        "title": driver.title,
        "inTreeProvisioner": driver.in_tree.as_ref().map(|in_tree| &in_tree.provisioner),
        "fileSystemKey": driver.file_system_key,
        "fileSystems": systems.map(|systems| &systems.allowed),
        "topologyKeys": driver.topology.as_ref().map(|topology| &topology.keys),
        "diskTypes": driver.types.iter().map(|disk_type| json!({
            "name": disk_type.name,
            "about": disk_type.about,
            "default": disk_type.name == default_type,
            "leastGiB": disk_type.least_size,
            "mostGiB": disk_type.most_size,
            "iops": limits(disk_type.iops.as_ref()),
            "throughput": limits(disk_type.throughput.as_ref()),
            "throughputUnit": driver.throughput_unit(),
            "tiers": driver.tiers_of(disk_type),
            "delivers": disk_type.delivers,
            "superseded": disk_type.superseded,
            "source": disk_type.source,
        })).collect::<Vec<_>>(),
        "accessModes": driver.access.iter().filter(|row| !row.not_first && row.refused_by.is_none()).map(|row| json!({
            "modes": row.modes,
            "volumeMode": row.volume_mode,
            "types": row.types,
            "onlyWith": super::driver::access_conditions(row),
            "source": row.source,
        })).collect::<Vec<_>>(),
        "storageClass": parameters(&driver.class),
        "volumeAttributesClass": parameters(&driver.attributes),
        "volumeSnapshotClass": parameters(&driver.snapshot),
        "persistentVolume": volume,
        "persistentVolumeAnnotations": volume_annotations,
        "inlineVolume": inline,
        "podAnnotations": driver.pod_annotations.as_ref().map(|pod| parameters(&pod.annotations)),
        "mountOptions": mount_options.map(|options| rows(&options.list)),
        "sources": driver.sources,
    })
}
