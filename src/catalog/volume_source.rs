//! The volume sources of a pod and of a PersistentVolume: facts in `volume_sources.toml` and
//! `persistent_volume_sources.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::{PERSISTENT_VOLUME_SOURCES, VOLUME_SOURCES};

/// One volume source, such as `persistentVolumeClaim`, and what the API server asks of its fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeSource {
    /// The key under `spec.volumes[]`.
    pub field: String,
    /// What the server calls it in the paths of its fields, where that differs.
    pub at: Option<String>,
    /// What the server calls it where it refuses it as a second source, where that differs.
    pub conflict: Option<String>,
    /// Fields that must be there and not empty; `a.b` only where `a` is set.
    #[serde(default)]
    pub required: Vec<String>,
    /// Fields that must not be empty where they are given.
    #[serde(default)]
    pub filled: Vec<String>,
    /// Fields with a least and a greatest value.
    #[serde(default)]
    pub range: Vec<Range>,
    /// Fields with a fixed set of values.
    #[serde(default)]
    pub values: Vec<Values>,
    /// Paths that must begin with a slash.
    #[serde(default)]
    pub absolute: Vec<String>,
    /// Names that must be DNS labels, where not empty.
    #[serde(default)]
    pub label: Vec<String>,
    /// Strings whose beginning depends on another field.
    #[serde(default)]
    pub prefix: Vec<Prefix>,
}

impl VolumeSource {
    /// The name in the paths of its fields.
    #[must_use]
    pub fn name(&self) -> &str {
        self.at.as_deref().unwrap_or(&self.field)
    }
}

/// A whole number between two ends, both allowed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// The field.
    pub field: String,
    /// The least value.
    pub min: i64,
    /// The greatest value.
    pub max: i64,
}

/// A string with a fixed set of values.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// The field.
    pub field: String,
    /// Its values.
    pub allowed: Vec<String>,
}

/// A string that must begin in some way while another field has, or has not, some value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prefix {
    /// The field.
    pub field: String,
    /// How it must begin.
    pub prefix: String,
    /// The other field.
    pub when: String,
    /// The other field's value where it is not given.
    pub default: String,
    /// The check holds while the other field has this value.
    pub equals: Option<String>,
    /// The check holds while the other field has another value than this.
    pub differs: Option<String>,
}

impl Prefix {
    /// Whether the check holds while the other field has `value`.
    #[must_use]
    pub fn holds(&self, value: Option<&str>) -> bool {
        let value = value.unwrap_or(&self.default);
        self.equals.as_deref().is_none_or(|equal| equal == value)
            && self.differs.as_deref().is_none_or(|other| other != value)
    }
}

#[derive(Deserialize)]
struct File {
    sources: Vec<VolumeSource>,
}

/// Every volume source, in the order in which the server looks at them.
#[must_use]
pub fn all() -> &'static [VolumeSource] {
    static ALL: OnceLock<Vec<VolumeSource>> = OnceLock::new();
    ALL.get_or_init(|| {
        serde_json::from_str::<File>(VOLUME_SOURCES).map_or_else(|_| Vec::new(), |file| file.sources)
    })
}

/// Every source of a PersistentVolume, in the order in which the server looks at them.
#[must_use]
pub fn persistent() -> &'static [VolumeSource] {
    static ALL: OnceLock<Vec<VolumeSource>> = OnceLock::new();
    ALL.get_or_init(|| {
        serde_json::from_str::<File>(PERSISTENT_VOLUME_SOURCES)
            .map_or_else(|_| Vec::new(), |file| file.sources)
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sources_can_be_read() {
        assert_eq!(super::all().len(), 30);
        assert_eq!(super::persistent().len(), 22);
    }
}
