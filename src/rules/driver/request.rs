//! A request as its driver reads it: the parameters of a class, the attributes of a volume, and what a claim adds.

use std::borrow::Cow;
use std::collections::BTreeMap;

use k8s_openapi::api::storage::v1::StorageClass;

use super::claim::Claim;
use crate::catalog::driver::{
    Driver, Field, Fraction, InTree, JsonShape, MountOptions, Parameters, Request, Shape, SizeOutcome,
    SizeRule, Stage, Subject,
};
use crate::document::Document;
use crate::source::Span;
use crate::yaml::node::{Node, Value};

/// What a driver is asked for: CSI's `CreateVolumeRequest`, or a volume that it mounts.
#[derive(Clone, Debug)]
pub struct VolumeRequest<'a> {
    /// The driver.
    pub driver: &'static Driver,
    /// What the driver accepts in such an object.
    pub parameters: &'static Parameters,
    /// The parameters in the order of the manifest.
    pub list: Vec<Pair<'a>>,
    /// The mount options, each as the driver reads it.
    pub options: Vec<MountOption<'a>>,
    /// The in-tree plugin that the class names, and whose classes are translated.
    pub in_tree: Option<&'static InTree>,
    /// Parameters whose zones the translation turns into `allowedTopologies`.
    pub zones: Vec<(&'a str, &'a str)>,
    /// The claim, if there is one; of a PersistentVolume, what it offers.
    pub claim: Option<Claim<'a>>,
    /// Other fields of the manifest.
    pub fields: Vec<(Field, &'a str)>,
    /// The object's labels.
    pub labels: Option<&'a BTreeMap<String, String>>,
}

/// One parameter.
#[derive(Clone, Debug)]
pub struct Pair<'a> {
    /// The key as it is written.
    pub key: &'a str,
    /// The parameter's proper name, if the driver knows it.
    pub name: Option<&'static str>,
    /// The value as it is written.
    pub value: &'a str,
    /// The value as the driver reads it: JSON texts without quotes, cut integers; none if it counts as absent.
    pub read: Option<Cow<'a, str>>,
    /// Whether it comes from the claim's VolumeAttributesClass.
    pub from_attributes_class: bool,
}

/// One mount option.
#[derive(Clone, Copy, Debug)]
pub struct MountOption<'a> {
    /// The index of its entry in the list.
    pub entry: usize,
    /// The entry as it is written, which may have several options.
    pub text: &'a str,
    /// Its name as it is written.
    pub written: &'a str,
    /// Its proper name, if the driver knows it.
    pub name: Option<&'static str>,
    /// Its value, if it has one.
    pub value: Option<&'a str>,
}

/// The manifests that a claim's parameters come from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Classes<'a> {
    /// The StorageClass.
    pub(super) class: &'a Document<'a>,
    /// The VolumeAttributesClass, if the claim names one that the input contains.
    pub(super) attributes: Option<&'a Document<'a>>,
}

impl Classes<'_> {
    /// The place of a field in the class.
    pub(super) fn place_of(&self, fields: &[&str]) -> Span {
        self.class.place_of(fields)
    }

    /// Whether a class sets a parameter of this name to a table or a list, which has no text that the driver could read.
    pub(super) fn set_undecoded(&self, request: &VolumeRequest<'_>, name: &str) -> bool {
        let is_set = |document: &Document<'_>| {
            let has_misfits = !document.misfits.is_empty();
            let parameters = document.root.get("parameters").filter(|_| has_misfits).map(Node::entries);
            parameters.unwrap_or_default().iter().any(|entry| {
                let known = request.parameters.find(&entry.key.value);
                known.is_some_and(|(known, _)| known == name)
                    && matches!(entry.value.value, Value::Mapping(_) | Value::Sequence(_))
            })
        };
        is_set(self.class) || self.attributes.is_some_and(is_set)
    }

    /// The path of a parameter; the path of all parameters if the class does not set it.
    #[must_use]
    pub(super) fn place(&self, pair: Option<&Pair<'_>>) -> Span {
        match (pair, self.attributes) {
            (Some(pair), Some(attributes)) if pair.from_attributes_class => {
                attributes.place_of(&["parameters", pair.key])
            }
            (Some(pair), _) => self.class.place_of(&["parameters", pair.key]),
            (None, _) => self.class.place_of(&["parameters"]),
        }
    }
}

impl<'a> Pair<'a> {
    /// A parameter as a driver with these parameters reads it.
    #[must_use]
    pub fn new(parameters: &'static Parameters, key: &'a str, value: &'a str) -> Self {
        let (name, row) = parameters.find(key).unzip();
        let read = row.map_or(Some(Cow::Borrowed(value)), |row| read(&row.shape, value));
        Self { key, name, value, read, from_attributes_class: false }
    }
}

/// A value as the driver reads it.
fn read<'a>(shape: &Shape, value: &'a str) -> Option<Cow<'a, str>> {
    match shape {
        Shape::Integer(integer) if integer.wraps_at.is_some() => {
            Some(integer.read(value).map_or(Cow::Borrowed(value), |number| Cow::Owned(number.to_string())))
        }
        Shape::Pattern { trim: true, .. } => Some(Cow::Borrowed(value.trim())),
        Shape::Json { json: JsonShape::String { .. }, .. } => {
            match serde_json::from_str::<serde_json::Value>(value) {
                Ok(serde_json::Value::Null) => None,
                Ok(serde_json::Value::String(text)) => Some(Cow::Owned(text)),
                _ => Some(Cow::Borrowed(value)),
            }
        }
        Shape::Json { scalars_first: true, .. } if value.trim() == "null" => None,
        _ => Some(Cow::Borrowed(value)),
    }
}

impl<'a> VolumeRequest<'a> {
    /// Parameters as `driver` reads them.
    #[must_use]
    pub fn new(
        driver: &'static Driver,
        parameters: &'static Parameters,
        list: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let meant = |key: &str| parameters.prefix.is_none_or(|prefix| key.starts_with(prefix));
        let list = list.filter(|(key, _)| meant(key)).map(|(key, value)| Pair::new(parameters, key, value));
        Self {
            driver,
            parameters,
            list: list.collect(),
            options: Vec::new(),
            in_tree: None,
            zones: Vec::new(),
            claim: None,
            fields: Vec::new(),
            labels: None,
        }
    }

    /// A StorageClass as `driver` reads it: one of the in-tree plugin is translated first.
    #[must_use]
    pub fn of_class(driver: &'static Driver, class: &'a StorageClass) -> Self {
        let list = class.parameters.iter().flatten().map(|(key, value)| (key.as_str(), value.as_str()));
        let in_tree = driver.in_tree.as_ref().filter(|in_tree| in_tree.provisioner == class.provisioner);
        let (zones, list): (Vec<_>, Vec<_>) =
            list.partition(|(key, _)| in_tree.is_some_and(|in_tree| in_tree.is_zone_key(key)));
        let mut request = Self::new(driver, &driver.class, list.into_iter());
        for (bringer, brought) in in_tree.iter().flat_map(|in_tree| &in_tree.brings) {
            let key = request.pair(bringer).map(|pair| pair.key);
            if let Some(key) = key.filter(|_| request.pair(brought.key).is_none()) {
                let pair = Pair::new(&driver.class, brought.key, brought.value);
                request.list.push(Pair { key, ..pair });
            }
        }
        if class.allowed_topologies.as_ref().is_some_and(|terms| !terms.is_empty()) {
            request.fields.push((Field::AllowedTopologies, "true"));
        }
        let options = class.mount_options.iter().flatten().map(String::as_str);
        let request = request.with_options(driver.mount_options.as_ref(), options);
        Self { in_tree, zones, labels: class.metadata.labels.as_ref(), ..request }
    }

    /// The same with mount options, one entry of the list each.
    #[must_use]
    pub(super) fn with_options(
        mut self,
        options: Option<&'static MountOptions>,
        entries: impl Iterator<Item = &'a str>,
    ) -> Self {
        let Some(options) = options else { return self };
        for (entry, text) in entries.enumerate() {
            self.options.extend(options.syntax.read(text).map(|(written, value)| {
                let name = options.find(written).map(|(name, _)| name);
                MountOption { entry, text, written, name, value }
            }));
        }
        self
    }

    /// The same with a claim, whose volume the driver may create larger.
    #[must_use]
    pub fn with_claim(mut self, claim: Claim<'a>) -> Self {
        self.claim = Some(claim);
        let Some(rule) = self.size_rule() else { return self };
        let mut claim = claim;
        let size = claim.size_by(rule.fraction);
        match rule.outcome(size) {
            _ if rule.bands.is_empty() || rule.fraction != Fraction::Up => claim.enlarged = None,
            SizeOutcome::Created(created) if created > size => claim.enlarged = Some(rule.why),
            SizeOutcome::Created(_) | SizeOutcome::Rejected { .. } => {}
        }
        claim.size = match rule.outcome(size) {
            SizeOutcome::Created(created) => created,
            SizeOutcome::Rejected { .. } => size,
        };
        self.claim = Some(claim);
        self
    }

    /// The rule for the claim's size, if the driver has one that applies.
    #[must_use]
    pub(super) fn size_rule(&self) -> Option<&'static SizeRule> {
        self.driver.sizes.iter().find(|rule| rule.when.iter().all(|condition| condition.holds(self)))
    }

    /// The component that rejects something at this stage, and how that shows for parameters of this kind.
    #[must_use]
    pub fn rejection(&self, stage: Stage) -> String {
        let component = stage.component();
        if std::ptr::eq(self.parameters, &self.driver.snapshot) {
            let component = if stage == Stage::Sidecar { "the external-snapshotter" } else { component };
            format!("{component} rejects it, and snapshots are never ready")
        } else if std::ptr::eq(self.parameters, &self.driver.attributes) {
            format!("{component} rejects it, and volumes stay as they are")
        } else if stage == Stage::Webhook || std::ptr::eq(self.parameters, &self.driver.class) {
            stage.rejection().to_owned()
        } else {
            format!("{component} rejects it, and pods that mount the volume do not start")
        }
    }

    /// The parameter of this proper name.
    #[must_use]
    pub fn pair(&self, name: &str) -> Option<&Pair<'a>> {
        self.list.iter().find(|pair| pair.name == Some(name))
    }

    /// The value of this parameter, as the driver reads it.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.pair(name).and_then(|pair| pair.read.as_deref())
    }

    /// The parameter that names the disk type.
    #[must_use]
    pub fn disk_type_pair(&self) -> Option<&Pair<'a>> {
        self.driver.disk_type.as_ref()?.keys.iter().find_map(|key| self.pair(key))
    }

    /// The disk type, named or by default; empty if the driver has none.
    #[must_use]
    pub fn disk_type(&self) -> &str {
        match self.disk_type_pair().and_then(|pair| pair.read.as_deref()) {
            Some(value) if !value.is_empty() => value,
            _ => self.driver.disk_type.as_ref().map_or("", |keys| keys.default),
        }
    }

    /// The parameters that name the file system, in any spelling that is read.
    pub fn file_system_pairs(&self) -> impl Iterator<Item = &Pair<'a>> {
        self.list.iter().filter(|pair| self.is_file_system_key(pair.key))
    }

    /// Whether the parameters are those of a class of any kind.
    #[must_use]
    pub(super) fn is_of_class(&self) -> bool {
        let driver = self.driver;
        std::ptr::eq(self.parameters, &driver.class)
            || std::ptr::eq(self.parameters, &driver.attributes)
            || std::ptr::eq(self.parameters, &driver.snapshot)
    }

    /// Whether a parameter names the file system, for the sidecar or for the driver.
    #[must_use]
    pub(super) fn is_file_system(&self, pair: &Pair<'_>) -> bool {
        self.driver.file_systems.is_some() && self.is_file_system_key(pair.key)
    }

    /// Whether a key names the file system.
    #[must_use]
    pub fn is_file_system_key(&self, key: &str) -> bool {
        key == self.driver.file_system_key
            || self.is_legacy_file_system_key(key)
            || self.is_translated_file_system_key(key)
    }

    /// Whether the translation turns the key into the sidecar's key for the file system.
    #[must_use]
    pub fn is_translated_file_system_key(&self, key: &str) -> bool {
        self.in_tree.is_some_and(|in_tree| in_tree.is_file_system_key(key))
    }

    /// Whether a key is a legacy spelling of the file system's key.
    #[must_use]
    pub fn is_legacy_file_system_key(&self, key: &str) -> bool {
        let systems = self.driver.file_systems.as_ref();
        systems
            .is_some_and(|systems| systems.legacy_keys.iter().any(|legacy| legacy.eq_ignore_ascii_case(key)))
    }

    /// The file system, named or by default; empty if the driver creates none.
    #[must_use]
    pub fn file_system(&self) -> &str {
        match self.file_system_pairs().next() {
            Some(pair) if !pair.value.is_empty() => pair.value,
            _ => self.driver.file_systems.as_ref().map_or("", |systems| systems.default),
        }
    }
}

impl Subject for VolumeRequest<'_> {
    fn value_of(&self, key: &str, exact: bool) -> Option<&str> {
        if exact {
            return self.list.iter().find(|pair| pair.key == key).and_then(|pair| pair.read.as_deref());
        }
        self.value(key)
    }

    fn number_of(&self, key: &str) -> Option<i64> {
        self.value(key)?.parse().ok()
    }

    fn has_parameters(&self) -> bool {
        !self.list.is_empty()
    }

    fn is_from_attributes_class(&self, key: &str) -> bool {
        self.pair(key).is_some_and(|pair| pair.from_attributes_class)
    }

    fn source_differs(&self, key: &str) -> bool {
        let Some(class) = self.claim.and_then(|claim| claim.source_class) else { return false };
        let source = VolumeRequest::of_class(self.driver, class);
        if let Some(keys) = self.driver.disk_type.as_ref().filter(|keys| keys.keys.contains(&key)) {
            let (ours, theirs) = (self.disk_type(), source.disk_type());
            return ours != theirs && !(keys.any_case && ours.eq_ignore_ascii_case(theirs));
        }
        let (Some(source), Some(value)) = (source.value(key), self.value(key)) else { return false };
        !source.starts_with(value) && !value.starts_with(source)
    }

    fn mount_option(&self, name: &str) -> Option<&str> {
        let option = self.options.iter().find(|option| option.name == Some(name))?;
        Some(option.value.unwrap_or_default())
    }

    fn field(&self, field: Field) -> Option<&str> {
        self.fields.iter().find(|(known, _)| *known == field).map(|(_, value)| *value)
    }

    fn label(&self, key: &str) -> Option<&str> {
        self.labels?.get(key).map(String::as_str)
    }

    fn disk_type(&self) -> &str {
        VolumeRequest::disk_type(self)
    }

    fn ignores_disk_type_case(&self) -> bool {
        self.driver.disk_type.as_ref().is_some_and(|keys| keys.any_case)
    }

    fn file_system(&self) -> &str {
        VolumeRequest::file_system(self)
    }

    fn request(&self) -> Option<Request<'_>> {
        let claim = self.claim.as_ref()?;
        Some(Request {
            volume_mode: claim.volume_mode,
            size: claim.size,
            from_source: claim.from_source,
            from_clone: claim.source_claim.is_some(),
            modes: claim.modes,
        })
    }
}
