//! Classes that state a need: each gets the parameters of a recorded disk, or of the cheapest one.

mod alternative;
mod choosing;
mod statement;

pub use choosing::{Choosing, Mode};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use k8s_openapi::api::core::v1::{PersistentVolumeClaimSpec, VolumeResourceRequirements};
use k8s_openapi::api::storage::v1::StorageClass;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use crate::choose::lock::{self, Lock, Recorded, parameters};
use crate::choose::need::Need;
use crate::choose::verdict::{migration, shortfall};
use crate::finding::Finding;
use crate::profile::rules::{UNMET_NEED, UNRECORDED_CHOICE};
use crate::profile::sections::STORAGE_CLASSES;
use crate::profile::{Profile, Request, builtin};
use crate::rule::Severity;
use crate::rules::driver::performance::performance;
use crate::rules::driver::{Claim, VolumeRequest};
use crate::source::{Sources, Spanned};
use crate::yaml::node::{Entry, Node, Value};
use statement::Statement;

/// A class that states a need, and the disk that it gets.
#[derive(Clone, Debug)]
pub struct ChosenDisk {
    /// The key of the class.
    pub key: String,
    /// The need.
    pub need: Need,
    /// The lock file.
    pub lock: PathBuf,
    /// The disk of the rendered class; nothing if none meets the need.
    pub used: Option<Recorded>,
}

/// Replaces the `needs` of every class by parameters, and returns what each class gets.
pub(super) fn resolve(
    profile: &mut Profile,
    request: &Request<'_>,
    sources: &Sources,
    choosing: &Choosing,
    findings: &mut Vec<Finding>,
) -> Vec<ChosenDisk> {
    let classes = profile.get(STORAGE_CLASSES).map(Node::entries).unwrap_or_default();
    if classes.iter().all(|class| class.value.get("needs").is_none()) {
        return Vec::new();
    }
    let (path, file) = place(request);
    let mut chosen = Vec::new();
    for statement in statement::all(profile, sources, findings) {
        let statement = match statement {
            Ok(statement) => statement,
            Err(key) => {
                chosen.push(ChosenDisk { key, need: Need::default(), lock: path.clone(), used: None });
                continue;
            }
        };
        let lock = choosing.lock(request.tree, &path);
        let lock = match &*lock {
            Ok(lock) => Ok(lock),
            Err(why) => Err(format!("{} is not a valid lock file: {why}", path.display())),
        };
        let used = match lock {
            Ok(lock) => decide(&statement, lock, &file, choosing, findings),
            Err(message) => {
                let mut finding = Finding::new(&UNRECORDED_CHOICE, statement.span, message);
                finding.severity = Severity::Error;
                finding.help("correct it, or delete it and run `volwright lock`");
                findings.push(finding);
                None
            }
        };
        if let Some(used) = &used {
            set(&mut profile.root, &statement, &used.parameters);
        }
        chosen.push(ChosenDisk { key: statement.key, need: statement.need, lock: path.clone(), used });
    }
    chosen
}

/// Removes what is wrong with the classes that get no disk: their needs are reported. `keys` are the places of the documents in
/// the profile.
pub(super) fn remove_consequences(chosen: &[ChosenDisk], keys: &[String], findings: &mut Vec<Finding>) {
    let failed: Vec<String> = chosen
        .iter()
        .filter(|one| one.used.is_none())
        .map(|one| format!("{STORAGE_CLASSES}.{}", one.key))
        .collect();
    if !failed.is_empty() {
        findings.retain(|finding| {
            finding.document.and_then(|index| keys.get(index)).is_none_or(|key| !failed.contains(key))
        });
    }
}

/// The lock file of a profile, next to the file that is merged last, and the name of that file.
fn place(request: &Request<'_>) -> (PathBuf, String) {
    let profile = Some(Path::new(request.profile)).filter(|_| builtin::text(request.profile).is_none());
    let path = request.overlays.last().map(PathBuf::as_path).or(profile).unwrap_or(Path::new(""));
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    (path.parent().unwrap_or(Path::new("")).join(lock::NAME), name)
}

/// The disk of a class: the recorded one, or the cheapest.
fn decide(
    statement: &Statement,
    lock: &Lock,
    file: &str,
    choosing: &Choosing,
    findings: &mut Vec<Finding>,
) -> Option<Recorded> {
    let Statement { key, need, span, .. } = statement;
    let recorded = lock.find((file, &statement.provisioner, &statement.name));
    let fault = recorded.and_then(|recorded| fault(statement, &recorded.parameters));
    if let (Some(recorded), None, Mode::Keep) = (recorded, &fault, choosing.mode) {
        return Some(recorded.clone());
    }
    let choice = choosing.choose(statement, need);
    let Some(best) = choice.candidates.first() else {
        let driver = &statement.driver.provisioner;
        let message = format!("no disk type of {driver} meets the need of `{key}`: {need}");
        let mut finding = Finding::new(&UNMET_NEED, *span, message);
        finding.help(alternative::nearest(statement, choosing, &choice));
        findings.push(finding);
        return None;
    };
    let price = choosing.price(best, statement.billing);
    let cheapest = Recorded {
        file: file.to_owned(),
        provisioner: statement.provisioner.clone(),
        class: statement.name.clone(),
        need: need.to_string(),
        parameters: best.all_parameters(),
        price: price.clone(),
    };
    let offered = format!("{} ({price})", parameters(&cheapest.parameters));
    let Some(recorded) = recorded else {
        if choosing.mode == Mode::Keep {
            let message = format!("the choice for the need of `{key}` is not recorded: {offered}");
            let mut finding = Finding::new(&UNRECORDED_CHOICE, *span, message);
            finding.help(
                "other prices can choose another disk, which existing claims cannot change to: run `volwright lock` \
                 with the same profiles and overlays, and commit volwright.lock",
            );
            findings.push(finding);
        }
        return Some(cheapest);
    };
    let path = migration(statement.driver, &recorded.parameters, &cheapest.parameters);
    if let Some(fault) = fault.filter(|_| choosing.mode != Mode::Replace) {
        let message = format!("the recorded disk does not meet the need of `{key}`: {fault}");
        let mut finding = Finding::new(&UNMET_NEED, *span, message);
        finding.help(format!("`volwright lock --update` chooses {offered}. For existing claims: {path}"));
        findings.push(finding);
        return None;
    }
    if recorded.parameters != cheapest.parameters {
        let now = if choosing.mode == Mode::Replace { "is now" } else { "would now be" };
        let message = format!(
            "the disk of `{key}` {now} {offered}; it was recorded as {} ({})",
            parameters(&recorded.parameters),
            if recorded.price.is_empty() { "without a price" } else { &recorded.price }
        );
        let mut finding = Finding::new(&UNRECORDED_CHOICE, *span, message);
        let how = match choosing.mode {
            Mode::Replace => "",
            _ => "`volwright lock --update` records it. ",
        };
        finding.help(format!("{how}For existing claims: {path}"));
        findings.push(finding);
    }
    let keeps = choosing.mode != Mode::Replace || recorded.parameters == cheapest.parameters;
    Some(if keeps { recorded.clone() } else { cheapest })
}

/// Why the disk of these parameters does not meet the need; nothing if it does.
fn fault(statement: &Statement, parameters: &BTreeMap<String, String>) -> Option<String> {
    let need = &statement.need;
    let class = StorageClass {
        provisioner: statement.driver.provisioner.to_owned(),
        parameters: Some(parameters.clone()),
        ..StorageClass::default()
    };
    let size = BTreeMap::from([("storage".to_owned(), Quantity(format!("{}Gi", need.size)))]);
    let spec = PersistentVolumeClaimSpec {
        access_modes: Some(need.access_modes.clone()),
        volume_mode: Some(need.volume_mode.clone()),
        resources: Some(VolumeResourceRequirements { requests: Some(size), limits: None }),
        ..PersistentVolumeClaimSpec::default()
    };
    let request = VolumeRequest::of_class(statement.driver, &class).with_claim(Claim::new(&spec));
    match performance(&request) {
        Some(performance) => shortfall(need, &request, &performance),
        None => Some(format!("`{}` is not a known disk type", request.disk_type())),
    }
}

/// Sets the parameters of a class in place of its need, and of those that depend on the disk type.
fn set(root: &mut Node<'static>, statement: &Statement, chosen: &BTreeMap<String, String>) {
    let span = statement.span;
    let Some(Value::Mapping(classes)) = value_of(root, STORAGE_CLASSES) else { return };
    let class = classes.iter_mut().find(|entry| entry.key.value == statement.key.as_str());
    let Some(Value::Mapping(keys)) = class.map(|entry| &mut entry.value.value) else { return };
    keys.retain(|entry| entry.key.value != "needs");
    let entry = |(key, value): (&String, &String)| Entry {
        key: Spanned { value: Cow::Owned(key.clone()), span },
        value: Node::new(Value::String(Cow::Owned(value.clone())), span),
    };
    let chosen = chosen.iter().filter(|(key, _)| !statement.kept.contains(key)).map(entry);
    match keys.iter_mut().find(|entry| entry.key.value == "parameters").map(|entry| &mut entry.value.value) {
        Some(Value::Mapping(known)) => {
            known.retain(|entry| !statement.replaced.iter().any(|key| *key == entry.key.value));
            known.extend(chosen);
        }
        _ => {
            let value = Node::new(Value::Mapping(chosen.collect()), span);
            keys.push(Entry { key: Spanned { value: Cow::Borrowed("parameters"), span }, value });
        }
    }
}

fn value_of<'n>(node: &'n mut Node<'static>, key: &str) -> Option<&'n mut Value<'static>> {
    let Value::Mapping(entries) = &mut node.value else { return None };
    entries.iter_mut().find(|entry| entry.key.value == key).map(|entry| &mut entry.value.value)
}
