//! Compares the volumes of one workload across clouds: a plain value computed from rendered profiles.

use std::borrow::Cow;
use std::collections::HashMap;

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use crate::bundle::Bundle;
use crate::catalog::billing;
use crate::catalog::driver::{self, Driver};
use crate::choose::cost::{Monthly, monthly};
use crate::choose::need::Need;
use crate::choose::prices::Prices;
use crate::choose::requested::requested;
use crate::choose::verdict::shortfall;
use crate::document::Document;
use crate::document::load::Loaded;
use crate::document::object::Object;
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::render::Rendered;
use crate::rule::Severity;
use crate::rules::driver::performance::{Performance, performance};
use crate::rules::driver::{self as rules, Claim, VolumeRequest, is_allowed};
use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::read::ParsedDocument;

/// Volumes by profile.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The profiles, as the user named them.
    pub profiles: Vec<Compared>,
    /// The volumes, each with one entry per profile: nothing if the profile has no such volume.
    pub volumes: Vec<(String, Vec<Option<Volume>>)>,
    /// Where the prices come from; nothing if no volume has one.
    pub prices: Option<PriceSource>,
}

/// Where prices come from.
#[derive(Clone, Debug)]
pub struct PriceSource {
    /// The date of the table.
    pub as_of: String,
    /// The currency of all prices.
    pub currency: String,
    /// Whether all of them are list prices.
    pub list: bool,
    /// The same as a sentence.
    pub about: String,
}

/// A compared profile.
#[derive(Debug)]
pub struct Compared {
    /// As the user named it.
    pub label: String,
    /// The driver of its classes, if known.
    pub driver: Option<&'static Driver>,
    /// Why it could not be rendered.
    pub errors: Vec<Reason>,
}

/// A volume that a claim or claim template requests.
#[derive(Clone, Debug)]
pub struct Volume {
    /// The key of the class in the profile, if the profile has it.
    pub class: Option<String>,
    /// The name of the class; nothing if the claim uses the default class.
    pub class_name: Option<String>,
    /// The size as written.
    pub size: String,
    /// The access modes.
    pub access_modes: Vec<String>,
    /// `Filesystem` or `Block`.
    pub volume_mode: String,
    /// The driver of the class, if known.
    pub driver: Option<&'static Driver>,
    /// The access modes that the driver offers for such a volume.
    pub offered_modes: Vec<&'static str>,
    /// The performance of the disk; nothing if the class or driver is unknown, or the disk cannot be created.
    pub performance: Option<Performance>,
    /// The unit of throughput.
    pub unit: &'static str,
    /// What it costs a month; nothing if it is not a disk that can be created.
    pub monthly: Option<Monthly>,
    /// The region of the price.
    pub region: Option<String>,
    /// The need of its class, and why it is not met, if it is not; nothing if the class states no need.
    pub need: Option<(Need, Option<String>)>,
    /// Why the volume cannot be created.
    pub errors: Vec<Reason>,
    /// How the driver or the cloud changes it.
    pub notes: Vec<Reason>,
}

/// A finding about a volume.
#[derive(Clone, Debug)]
pub struct Reason {
    /// The rule's code.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to write or use instead.
    pub help: Option<String>,
}

impl Reason {
    fn new(finding: &Finding) -> Self {
        Self { code: finding.rule.code, message: finding.message.clone(), help: finding.help.clone() }
    }
}

/// The volumes of some rendered profiles.
#[must_use]
pub fn volumes(profiles: &[(String, Rendered)], prices: &Prices) -> Comparison {
    let mut comparison = Comparison::of(profiles);
    for (place, (_, rendered)) in profiles.iter().enumerate() {
        for (document, key) in rendered.documents.iter().zip(&rendered.keys) {
            for claim in requested(document) {
                let key = format!("{key}{}", claim.key);
                let findings = rendered.findings.iter().filter(|finding| {
                    finding.document == Some(document.index)
                        && finding.path.as_deref().is_some_and(|path| path.starts_with(&claim.path))
                });
                let volume = volume(rendered, &rendered.documents, claim.spec, findings, prices);
                comparison.put(key, place, volume);
            }
        }
    }
    comparison.priced(prices)
}

/// The volume for a claim of this size in each class of some rendered profiles.
#[must_use]
pub fn classes(profiles: Vec<(String, Rendered)>, size: &str, prices: &Prices) -> Comparison {
    let mut comparison = Comparison::of(&profiles);
    for (place, (_, mut rendered)) in profiles.into_iter().enumerate() {
        let mut loaded = Loaded { count: rendered.count, ..Loaded::default() };
        let mut keys = Vec::new();
        for (document, key) in rendered.documents.iter().zip(&rendered.keys) {
            if let Object::StorageClass(class) = &document.object {
                let span = document.root.span;
                let is_disk = driver::find(&class.provisioner).is_none_or(Driver::is_disk);
                let mode = if is_disk { "ReadWriteOnce" } else { "ReadWriteMany" };
                let claim = claim_of(&document.name, size, mode, span);
                loaded.add(span.source, ParsedDocument::of_tree(claim, span), rendered.version);
                keys.push(key.clone());
            }
        }
        let mut documents = std::mem::take(&mut rendered.documents);
        let first = documents.len();
        documents.append(&mut loaded.documents);
        let bundle = Bundle::new(&documents, rendered.version, None);
        for (document, key) in documents[first..].iter().zip(keys) {
            let mut list = Vec::new();
            rules::check(document, &bundle, &mut Reporter::new(document, &mut list));
            for claim in requested(document) {
                let found = volume(&rendered, &documents, claim.spec, list.iter(), prices);
                comparison.put(key.clone(), place, found);
            }
        }
    }
    comparison.priced(prices)
}

impl Comparison {
    fn of(profiles: &[(String, Rendered)]) -> Self {
        let compared = profiles.iter().map(|(label, rendered)| {
            let errors = rendered.findings.iter().filter(|finding| finding.severity == Severity::Error);
            let errors =
                if rendered.documents.is_empty() { errors.map(Reason::new).collect() } else { Vec::new() };
            let driver = rendered.documents.iter().find_map(|document| match &document.object {
                Object::StorageClass(class) => driver::find(&class.provisioner),
                _ => None,
            });
            Compared { label: label.clone(), driver, errors }
        });
        Self { profiles: compared.collect(), volumes: Vec::new(), prices: None }
    }

    /// The same with the source of the prices, if there is any.
    fn priced(mut self, prices: &Prices) -> Self {
        let mut volumes = self.volumes.iter().flat_map(|(_, places)| places).flatten();
        if volumes.any(|volume| matches!(volume.monthly, Some(Ok(_)))) {
            let table = prices.table();
            self.prices = Some(PriceSource {
                as_of: table.as_of.clone(),
                currency: table.currency.clone(),
                list: !table.own,
                about: table.about(),
            });
        }
        self
    }

    /// Adds the profiles and volumes of another comparison; volumes of the same key are the same.
    pub fn append(&mut self, other: Self) {
        let first = self.profiles.len();
        self.prices = self.prices.take().or(other.prices);
        self.profiles.extend(other.profiles);
        for (_, places) in &mut self.volumes {
            places.resize_with(self.profiles.len(), || None);
        }
        let known: HashMap<String, usize> =
            self.volumes.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
        for (key, places) in other.volumes {
            let at = known.get(&key).copied().unwrap_or_else(|| {
                self.volumes.push((key, vec![None; self.profiles.len()]));
                self.volumes.len() - 1
            });
            for (place, volume) in places.into_iter().enumerate() {
                self.volumes[at].1[first + place] = volume;
            }
        }
    }

    /// What a profile without the volume could use instead, if another profile has it for many nodes.
    #[must_use]
    pub fn instead(&self, place: usize, volume: &[Option<Volume>]) -> Option<&'static str> {
        let shared = self.profiles.iter().zip(volume).any(|(compared, volume)| {
            let disk_type = volume.as_ref().and_then(|volume| Some(volume.performance.as_ref()?.disk_type));
            compared.driver.zip(disk_type).is_some_and(|(driver, disk_type)| driver.is_shared(disk_type))
        });
        self.profiles.get(place)?.driver.filter(|_| shared).map(|driver| driver.shared_instead)
    }

    fn put(&mut self, key: String, place: usize, volume: Volume) {
        let index = self.volumes.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            self.volumes.push((key, vec![None; self.profiles.len()]));
            self.volumes.len() - 1
        });
        self.volumes[index].1[place] = Some(volume);
    }
}

/// The volume for a claim, given its `findings`.
fn volume<'f>(
    rendered: &'f Rendered,
    documents: &[Document<'_>],
    spec: &PersistentVolumeClaimSpec,
    findings: impl Iterator<Item = &'f Finding>,
    prices: &Prices,
) -> Volume {
    let named = |kind: &str, name: Option<&str>| {
        let found = |document: &&Document<'_>| document.kind == kind && Some(&*document.name) == name;
        documents.iter().find(found)
    };
    let class_name = spec.storage_class_name.as_deref();
    let document = named("StorageClass", class_name);
    let key = document.and_then(|document| {
        let place = documents.iter().position(|known| std::ptr::eq(known, document))?;
        Some(rendered.keys.get(place)?.rsplit_once('.').map_or("", |(_, key)| key).to_owned())
    });
    let claim = Claim::new(spec);
    let given = document.and_then(|document| match &document.object {
        Object::StorageClass(class) => Some((driver::find(&class.provisioner)?, class)),
        _ => None,
    });
    let attributes = named("VolumeAttributesClass", spec.volume_attributes_class_name.as_deref());
    let given = given.map(|(driver, class)| {
        let given = VolumeRequest::of_class(driver, class);
        match attributes.map(|document| &document.object) {
            Some(Object::VolumeAttributesClass(attributes)) => given.with_attributes(attributes),
            _ => given,
        }
        .with_claim(claim)
    });
    let of_class = rendered.findings.iter().filter(|finding| {
        finding.severity == Severity::Error
            && document.is_some_and(|document| finding.document == Some(document.index))
    });
    let (mut errors, mut notes) = (Vec::new(), Vec::new());
    for finding in findings.chain(of_class) {
        if finding.severity == Severity::Error {
            errors.push(Reason::new(finding));
        } else if rules::ADVICE.iter().any(|rule| rule.code == finding.rule.code) {
            // Only the advice about drivers describes the resulting disk.
            notes.push(Reason::new(finding));
        }
    }
    let performance = given.as_ref().filter(|_| errors.is_empty()).and_then(performance);
    let disk = given.as_ref().zip(performance.as_ref());
    let billing = given.as_ref().and_then(|given| billing::of(given.driver.name));
    let stated = rendered.needs.iter().find(|one| Some(&one.key) == key.as_ref());
    let need = stated.map(|one| {
        let fault = match disk {
            Some((request, performance)) => shortfall(&one.need, request, performance),
            None => Some("the disk cannot be created".to_owned()),
        };
        (one.need.clone(), fault)
    });
    Volume {
        class: key,
        class_name: class_name.map(str::to_owned),
        size: claim.size_text.to_owned(),
        access_modes: claim.modes.to_vec(),
        volume_mode: claim.volume_mode.to_owned(),
        driver: given.as_ref().map(|given| given.driver),
        offered_modes: given.as_ref().map_or_else(Vec::new, |given| {
            MODES.iter().copied().filter(|mode| is_allowed(given, 0, mode)).collect()
        }),
        monthly: disk.map(|(request, performance)| monthly(request, performance, prices)),
        region: billing.map(|billing| prices.region(billing).to_owned()),
        need,
        unit: given.as_ref().map_or("MiB/s", |given| given.driver.throughput_unit()),
        performance,
        errors,
        notes,
    }
}

/// Every access mode.
const MODES: [&str; 4] = ["ReadWriteOncePod", "ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"];

/// A claim of one class; all nodes have `span`.
fn claim_of(class: &str, size: &str, mode: &str, span: Span) -> Node<'static> {
    let text = |text: &str| Node::new(Value::String(Cow::Owned(text.to_owned())), span);
    let table = |entries: Vec<(&'static str, Node<'static>)>| {
        let entry = |(key, value)| Entry { key: Spanned { value: Cow::Borrowed(key), span }, value };
        Node::new(Value::Mapping(entries.into_iter().map(entry).collect()), span)
    };
    let modes = Node::new(Value::Sequence(vec![text(mode)]), span);
    let spec = table(vec![
        ("accessModes", modes),
        ("resources", table(vec![("requests", table(vec![("storage", text(size))]))])),
        ("storageClassName", text(class)),
    ]);
    table(vec![
        ("apiVersion", text("v1")),
        ("kind", text("PersistentVolumeClaim")),
        ("metadata", table(vec![("name", text(class))])),
        ("spec", spec),
    ])
}
