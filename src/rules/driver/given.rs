//! A class as its driver reads it, alone or with a claim of it.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use crate::catalog::driver::{Condition, Driver, Parameters};
use crate::quantity::Quantity;

/// One GiB.
const GIB: i128 = 1 << 30;

/// A class's parameters, and what a claim asks of it.
#[derive(Clone, Debug)]
pub struct Given<'a> {
    /// The driver.
    pub driver: &'static Driver,
    /// What the driver takes in such a class.
    pub parameters: &'static Parameters,
    /// The parameters in the order of the class.
    pub list: Vec<Pair<'a>>,
    /// The claim, where there is one.
    pub claim: Option<Claim<'a>>,
}

/// One parameter of a class.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// The key as it is written.
    pub key: &'a str,
    /// The parameter's proper name, where there is such a parameter.
    pub name: Option<&'static str>,
    /// The value.
    pub value: &'a str,
}

/// What a claim asks for.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The size, in whole GiB as the drivers round it; at least 1.
    pub size: i64,
    /// The size as it is written.
    pub size_text: &'a str,
    /// Whether rounding changed the size.
    pub rounded: bool,
    /// The access modes.
    pub modes: &'a [String],
    /// `Filesystem` or `Block`.
    pub volume_mode: &'a str,
    /// Whether the volume is made from a snapshot or another claim.
    pub from_source: bool,
    /// Whether the volume is made from another claim.
    pub from_clone: bool,
}

impl<'a> Claim<'a> {
    /// What a claim's specification asks for.
    #[must_use]
    pub fn new(spec: &'a PersistentVolumeClaimSpec) -> Self {
        let size = spec.resources.as_ref().and_then(|resources| resources.requests.as_ref());
        let size_text = size.and_then(|requests| requests.get("storage")).map_or("", |size| size.0.as_str());
        let bytes = Quantity::parse(size_text).map_or(0, Quantity::ceil);
        let size = Quantity::parse(size_text)
            .map_or(1, |size| size.ceil_to(GIB).clamp(1, i128::from(i64::MAX)) as i64);
        let kind = spec
            .data_source
            .as_ref()
            .map(|source| source.kind.as_str())
            .or_else(|| spec.data_source_ref.as_ref().map(|source| source.kind.as_str()));
        Self {
            size,
            size_text,
            rounded: bytes != i128::from(size) * GIB,
            modes: spec.access_modes.as_deref().unwrap_or_default(),
            volume_mode: spec.volume_mode.as_deref().unwrap_or("Filesystem"),
            from_source: kind.is_some(),
            from_clone: kind == Some("PersistentVolumeClaim"),
        }
    }
}

impl<'a> Given<'a> {
    /// Parameters as `driver` reads them.
    #[must_use]
    pub fn new(
        driver: &'static Driver,
        parameters: &'static Parameters,
        list: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let list = list
            .map(|(key, value)| Pair { key, name: parameters.find(key).map(|(name, _)| name), value })
            .collect();
        Self { driver, parameters, list, claim: None }
    }

    /// The same with a claim.
    #[must_use]
    pub fn with_claim(mut self, claim: Claim<'a>) -> Self {
        self.claim = Some(claim);
        self
    }

    /// The parameter of this proper name.
    #[must_use]
    pub fn pair(&self, name: &str) -> Option<&Pair<'a>> {
        self.list.iter().find(|pair| pair.name == Some(name))
    }

    /// The value of this parameter.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.pair(name).map(|pair| pair.value)
    }

    /// The parameter that names the disk type.
    #[must_use]
    pub fn disk_type_pair(&self) -> Option<&Pair<'a>> {
        self.driver.disk_type.keys.iter().find_map(|key| self.pair(key))
    }

    /// The disk type, named or by default.
    #[must_use]
    pub fn disk_type(&self) -> &str {
        match self.disk_type_pair() {
            Some(pair) if !pair.value.is_empty() => pair.value,
            _ => &self.driver.disk_type.default,
        }
    }

    /// The parameters that name the file system, in any spelling that is read.
    pub fn file_system_pairs(&self) -> impl Iterator<Item = &Pair<'a>> {
        self.list.iter().filter(|pair| self.is_file_system_key(pair.key))
    }

    /// Whether a key names the file system.
    #[must_use]
    pub fn is_file_system_key(&self, key: &str) -> bool {
        key == self.driver.file_system_key || self.is_legacy_file_system_key(key)
    }

    /// Whether a key names the file system as classes did in former days.
    #[must_use]
    pub fn is_legacy_file_system_key(&self, key: &str) -> bool {
        self.driver.file_systems.legacy_keys.iter().any(|legacy| legacy.eq_ignore_ascii_case(key))
    }

    /// The file system, named or by default.
    #[must_use]
    pub fn file_system(&self) -> &str {
        match self.file_system_pairs().next() {
            Some(pair) if !pair.value.is_empty() => pair.value,
            _ => &self.driver.file_systems.default,
        }
    }

    /// Whether a condition holds. What it asks about a claim does not hold where there is none.
    #[must_use]
    pub fn holds(&self, condition: &Condition) -> bool {
        let any_case = condition.any_case;
        let is_one = |list: &[String], value: &str, any_case: bool| {
            list.iter().any(|word| word == value || any_case && word.eq_ignore_ascii_case(value))
        };
        if let Some(key) = condition.key.as_deref() {
            let value = if condition.exact_key {
                self.list.iter().find(|pair| pair.key == key).map(|pair| pair.value)
            } else {
                self.value(key)
            };
            let number = value.and_then(|value| value.parse::<i64>().ok());
            let holds = condition.given.is_none_or(|given| given == value.is_some())
                && (!condition.not_filled || value.unwrap_or_default().is_empty())
                && (condition.is.is_empty()
                    || value.is_some_and(|value| is_one(&condition.is, value, any_case)))
                && (condition.not.is_empty()
                    || !value.is_some_and(|value| is_one(&condition.not, value, any_case)))
                && condition.above.is_none_or(|above| number.is_some_and(|number| number > above))
                && condition.below.is_none_or(|below| number.is_some_and(|number| number < below));
            if !holds {
                return false;
            }
        }
        let types = any_case || self.driver.disk_type.any_case;
        let disk_type = self.disk_type();
        (condition.types.is_empty() || is_one(&condition.types, disk_type, types))
            && (condition.not_types.is_empty() || !is_one(&condition.not_types, disk_type, types))
            && (condition.file_systems.is_empty()
                || is_one(&condition.file_systems, self.file_system(), true))
            && (!condition.is_about_claim() || self.claim.is_some_and(|claim| claim_holds(condition, &claim)))
    }
}

fn claim_holds(condition: &Condition, claim: &Claim<'_>) -> bool {
    condition.volume_mode.as_deref().is_none_or(|mode| mode == claim.volume_mode)
        && condition.size_below.is_none_or(|below| claim.size < below)
        && condition.size_from.is_none_or(|from| claim.size >= from)
        && condition.from_source.is_none_or(|from| from == claim.from_source)
        && condition.from_clone.is_none_or(|from| from == claim.from_clone)
}
