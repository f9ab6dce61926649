//! The volume sources of a pod and of a PersistentVolume: facts in `volume_sources.toml` and
//! `persistent_volume_sources.toml`.

/// One volume source, such as `persistentVolumeClaim`, and what the API server asks of its fields.
#[derive(Debug)]
pub struct VolumeSource {
    /// The key under `spec.volumes[]`.
    pub field: &'static str,
    /// What the server calls it in the paths of its fields, where that differs.
    pub at: Option<&'static str>,
    /// What the server calls it where it refuses it as a second source, where that differs.
    pub conflict: Option<&'static str>,
    /// Fields that must be there and not empty; `a.b` only where `a` is set.
    pub required: &'static [&'static str],
    /// Fields that must not be empty where they are given.
    pub filled: &'static [&'static str],
    /// Fields with a least and a greatest value.
    pub range: &'static [Range],
    /// Fields with a fixed set of values.
    pub values: &'static [Values],
    /// Paths that must begin with a slash.
    pub absolute: &'static [&'static str],
    /// Names that must be DNS labels, where not empty.
    pub label: &'static [&'static str],
    /// Strings whose beginning depends on another field.
    pub prefix: &'static [Prefix],
}

impl VolumeSource {
    /// The name in the paths of its fields.
    #[must_use]
    pub fn name(&self) -> &str {
        self.at.unwrap_or(self.field)
    }
}

/// A whole number between two ends, both allowed.
#[derive(Debug)]
pub struct Range {
    /// The field.
    pub field: &'static str,
    /// The least value.
    pub min: i64,
    /// The greatest value.
    pub max: i64,
}

/// A string with a fixed set of values.
#[derive(Debug)]
pub struct Values {
    /// The field.
    pub field: &'static str,
    /// Its values.
    pub allowed: &'static [&'static str],
}

/// A string that must begin in some way while another field has, or has not, some value.
#[derive(Debug)]
pub struct Prefix {
    /// The field.
    pub field: &'static str,
    /// How it must begin.
    pub prefix: &'static str,
    /// The other field.
    pub when: &'static str,
    /// The other field's value where it is not given.
    pub default: &'static str,
    /// The check holds while the other field has this value.
    pub equals: Option<&'static str>,
    /// The check holds while the other field has another value than this.
    pub differs: Option<&'static str>,
}

impl Prefix {
    /// Whether the check holds while the other field has `value`.
    #[must_use]
    pub fn holds(&self, value: Option<&str>) -> bool {
        let value = value.unwrap_or(self.default);
        self.equals.is_none_or(|equal| equal == value) && self.differs.is_none_or(|other| other != value)
    }
}

static ALL: &[VolumeSource] = include!(concat!(env!("OUT_DIR"), "/volume_sources.rs"));

static PERSISTENT: &[VolumeSource] = include!(concat!(env!("OUT_DIR"), "/persistent_volume_sources.rs"));

/// Every volume source, in the order in which the server looks at them.
#[must_use]
pub fn all() -> &'static [VolumeSource] {
    ALL
}

/// Every source of a PersistentVolume, in the order in which the server looks at them.
#[must_use]
pub fn persistent() -> &'static [VolumeSource] {
    PERSISTENT
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sources_can_be_read() {
        assert_eq!(super::all().len(), 30);
        assert_eq!(super::persistent().len(), 22);
    }
}
