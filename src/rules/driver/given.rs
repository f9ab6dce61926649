//! A class as its driver reads it, alone or with a claim of it.

use k8s_openapi::api::storage::v1::StorageClass;

use super::Claim;
use crate::catalog::driver::{Condition, Driver, InTree, Parameters, Stage};
use crate::document::Document;
use crate::source::Span;

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
    /// Whether it is from the claim's VolumeAttributesClass.
    pub by_attributes: bool,
}

/// The manifests that a claim's parameters stand in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Classes<'a> {
    /// The StorageClass.
    pub(super) class: &'a Document<'a>,
    /// The VolumeAttributesClass, where the claim names one that the input has.
    pub(super) attributes: Option<&'a Document<'a>>,
}

impl Classes<'_> {
    /// Where something stands in the class.
    pub(super) fn place_of(&self, fields: &[&str]) -> Span {
        self.class.place_of(fields)
    }

    /// Where a parameter stands; all of the class's where there is none.
    #[must_use]
    pub(super) fn place(&self, pair: Option<&Pair<'_>>) -> Span {
        match (pair, self.attributes) {
            (Some(pair), Some(attributes)) if pair.by_attributes => {
                attributes.place_of(&["parameters", pair.key])
            }
            (Some(pair), _) => self.class.place_of(&["parameters", pair.key]),
            (None, _) => self.class.place_of(&["parameters"]),
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
            .map(|(key, value)| Pair {
                key,
                name: parameters.find(key).map(|(name, _)| name),
                value,
                by_attributes: false,
            })
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
                given.list.push(Pair { key, name, value: &brought.value, by_attributes: false });
            }
        }
        Self { in_tree: Some(in_tree), zones, ..given }
    }

    /// The same with a claim, whose disk the driver may make larger.
    #[must_use]
    pub fn with_claim(mut self, mut claim: Claim<'a>) -> Self {
        for raised in &self.driver.raised_sizes {
            if claim.size < raised.size && raised.when.iter().all(|condition| self.holds(condition)) {
                claim.size = raised.size;
                claim.enlarged = Some(&raised.why);
            }
        }
        self.claim = Some(claim);
        self
    }

    /// Who refuses something at this stage, and when it shows, for parameters of this kind.
    #[must_use]
    pub fn says(&self, stage: Stage) -> String {
        if std::ptr::eq(self.parameters, &self.driver.snapshot) {
            let who = if stage == Stage::Sidecar { "the snapshotter beside the driver" } else { stage.who() };
            format!("{who} refuses it, and snapshots are never ready")
        } else if std::ptr::eq(self.parameters, &self.driver.attributes) {
            format!("{} refuses it, and volumes stay as they are", stage.who())
        } else {
            stage.says().to_owned()
        }
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
        let Some(class) = self.claim.and_then(|claim| claim.source_class) else { return false };
        let source = Given::of_class(self.driver, class);
        if self.driver.disk_type.keys.iter().any(|known| known == key) {
            let (ours, theirs) = (self.disk_type(), source.disk_type());
            return ours != theirs && !(self.driver.disk_type.any_case && ours.eq_ignore_ascii_case(theirs));
        }
        let (Some(source), Some(value)) = (source.value(key), value) else { return false };
        !source.starts_with(value) && !value.starts_with(source)
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
                && condition.above_each.as_ref().is_none_or(|most| {
                    let other = self.value(&most.key).and_then(|value| value.parse::<i64>().ok());
                    let other = other.unwrap_or(most.least).max(most.least);
                    number.is_some_and(|number| number as f64 > most.each * other as f64)
                })
                && (!condition.by_attributes || self.pair(key).is_some_and(|pair| pair.by_attributes))
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
            && (!condition.is_about_claim() || self.claim.is_some_and(|claim| claim.holds(condition)))
    }
}
