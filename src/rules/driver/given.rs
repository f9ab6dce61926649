//! A class as its driver reads it, alone or with a claim of it.

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;
use k8s_openapi::api::storage::v1::StorageClass;

use crate::catalog::driver::{Condition, Driver, InTree, Parameters};
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
    /// The plugin inside Kubernetes that the class names, and whose classes are translated.
    pub in_tree: Option<&'static InTree>,
    /// Parameters whose zones the translation makes `allowedTopologies` of.
    pub zones: Vec<(&'a str, &'a str)>,
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
    /// The class that it names.
    pub class: Option<&'a str>,
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
    /// The other claim that the volume is made from.
    pub source_claim: Option<&'a str>,
    /// The class of that other claim, where the input has both.
    pub source_class: Option<&'a StorageClass>,
    /// Its name, where that is known before the claim is made.
    pub name: Option<&'a str>,
    /// Its namespace, where it is stated.
    pub namespace: Option<&'a str>,
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
        let source = spec.data_source.as_ref().map(|source| (source.kind.as_str(), source.name.as_str()));
        // What lies in another namespace is not looked for.
        let reference = spec.data_source_ref.as_ref().filter(|source| source.namespace.is_none());
        let source = source.or_else(|| reference.map(|source| (source.kind.as_str(), source.name.as_str())));
        Self {
            class: spec.storage_class_name.as_deref(),
            size,
            size_text,
            rounded: bytes != i128::from(size) * GIB,
            modes: spec.access_modes.as_deref().unwrap_or_default(),
            volume_mode: spec.volume_mode.as_deref().unwrap_or("Filesystem"),
            from_source: source.is_some(),
            source_claim: source.filter(|(kind, _)| *kind == "PersistentVolumeClaim").map(|(_, name)| name),
            source_class: None,
            name: None,
            namespace: None,
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
        Self { driver, parameters, list, in_tree: None, zones: Vec::new(), claim: None }
    }

    /// A StorageClass as `driver` reads it: one of the plugin inside Kubernetes is translated first.
    #[must_use]
    pub fn of_class(driver: &'static Driver, class: &'a StorageClass) -> Self {
        let list = class.parameters.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
        let in_tree = driver.in_tree.as_ref().filter(|in_tree| in_tree.provisioner == class.provisioner);
        let Some(in_tree) = in_tree else { return Self::new(driver, &driver.class, list) };
        let (zones, list) = list.partition(|(key, _)| in_tree.is_zone_key(key));
        let list: Vec<(&str, &str)> = list;
        let mut given = Self::new(driver, &driver.class, list.into_iter());
        for (bringer, brought) in &in_tree.brings {
            let key = given.pair(bringer).map(|pair| pair.key);
            let name = driver.class.find(&brought.key).map(|(name, _)| name);
            if let Some(key) = key.filter(|_| given.pair(&brought.key).is_none()) {
                given.list.push(Pair { key, name, value: &brought.value });
            }
        }
        Self { in_tree: Some(in_tree), zones, ..given }
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
        key == self.driver.file_system_key
            || self.is_legacy_file_system_key(key)
            || self.is_translated_file_system_key(key)
    }

    /// Whether the translation makes the sidecar's key for the file system of this one.
    #[must_use]
    pub fn is_translated_file_system_key(&self, key: &str) -> bool {
        self.in_tree.is_some_and(|in_tree| in_tree.is_file_system_key(key))
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

    /// Whether the claim is made from another one, whose class gives this parameter another value.
    fn differs_from_source(&self, key: &str, value: Option<&str>) -> bool {
        let class = self.claim.and_then(|claim| claim.source_class);
        let source = class.map(|class| Given::of_class(self.driver, class));
        let source = source.as_ref().and_then(|source| source.value(key));
        matches!((source, value), (Some(source), Some(value)) if source != value)
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
                && condition.below.is_none_or(|below| number.is_some_and(|number| number < below))
                && (!condition.differs_from_source || self.differs_from_source(key, value));
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
        && condition.from_clone.is_none_or(|from| from == claim.source_claim.is_some())
}
