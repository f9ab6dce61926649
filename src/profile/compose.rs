//! The layers of a profile, composed: parts for the base, `unset`, defaults, and which objects are the user's own.

use std::collections::HashSet;
use std::sync::Arc;

use super::again::{PastMerge, Reuse};
use super::layer::{Layer, Stack};
use super::rules::{
    INVALID_PROFILE_VALUE, SHARED_CLASS_NAME, SIMILAR_KEY, UNKNOWN_KEY, UNSET_MATCHES_NOTHING,
};
use super::schema::{Kind, Section};
use super::{builtin, check, merge, needs, required, sections, set};
use crate::catalog::driver;
use crate::finding::Finding;
use crate::hash::FastSet;
use crate::nearest::nearest;
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// The keys of a layer that control merging and are not merged themselves.
const CONTROLS: [&str; 3] = ["extends", "unset", "on"];
/// Defaults of classes that apply only to the driver of the profile; those of other drivers are under `defaults.drivers`.
const OF_DRIVER: [&str; 3] = ["fsType", "parameters", "mountOptions"];
/// Such defaults that apply to the plugin inside Kubernetes that the driver replaces, too.
const OF_VOLUMES: [&str; 3] = ["volumeBindingMode", "allowVolumeExpansion", "allowedTopologies"];
/// The keys of an object that name its driver.
pub(super) const DRIVER_KEYS: [&str; 3] = ["provisioner", "driverName", "driver"];
/// The keys of a class that do not change the storage that it describes.
const DESCRIPTIVE: [&str; 4] = ["name", "labels", "annotations", "default"];

/// The merged layers.
pub(super) struct Composed {
    /// The merged tree, without the keys that control merging.
    pub(super) root: Node<'static>,
    /// Section and key of the objects that only built-in layers define, and that no layer of the user mentions.
    pub(super) catalogue: HashSet<(&'static str, String)>,
    /// The paths of `unset` that may name fields of rendered objects.
    pub(super) unsets: Vec<Unset>,
    /// What was taken from the last merge.
    pub(super) reuse: Option<Reuse>,
    /// Whether every list has the items that the layers change.
    pub(super) is_resolved: bool,
}

/// A path of `unset`.
#[derive(Clone, Debug)]
pub struct Unset {
    /// The parts of the path.
    pub(crate) parts: Vec<String>,
    /// Where the layer lists it.
    pub(crate) span: Span,
    /// Whether it removed something.
    pub(crate) found: bool,
}

struct Composer<'f> {
    root: Node<'static>,
    built_ins: Vec<String>,
    /// Objects of built-in layers, and objects that layers of the user mention.
    defined: FastSet<(&'static str, String)>,
    mentioned: FastSet<(&'static str, String)>,
    /// Built-in classes that layers of the user change: section, key, and the place of the first change.
    changed: Vec<(&'static str, String, Span)>,
    unsets: Vec<Unset>,
    unresolved: Vec<Span>,
    reuse: Option<Reuse>,
    findings: &'f mut Vec<Finding>,
}

/// Composes all layers. Tables that are as they were in the last merge are taken from there.
pub(super) fn compose(stack: Stack, past: Option<PastMerge>, findings: &mut Vec<Finding>) -> Composed {
    let mut composer = Composer {
        reuse: past.and_then(|past| Reuse::new(past, &stack)),
        root: Node::new(Value::Mapping(Vec::new()), Span::new(stack.base, 0, 0)),
        built_ins: Vec::new(),
        defined: FastSet::default(),
        mentioned: FastSet::default(),
        changed: Vec::new(),
        unsets: Vec::new(),
        unresolved: Vec::new(),
        findings,
    };
    for layer in stack.layers {
        composer.add(layer);
    }
    composer.finish()
}

impl Composer<'_> {
    fn add(&mut self, layer: Layer) {
        let is_own = layer.built_in.is_none();
        self.built_ins.extend(layer.built_in);
        let mut root = match &self.reuse {
            Some(reuse) => reuse.without_kept(&layer.root),
            None => Arc::unwrap_or_clone(layer.root),
        };
        let parts = take(&mut root, "on");
        self.apply(root, is_own);
        for entry in parts.as_ref().map(Node::entries).unwrap_or_default() {
            self.part(entry.key.value.as_ref(), entry.key.span, &entry.value, is_own);
        }
    }

    /// Merges one layer, or a part of it, without the parts for single bases.
    fn apply(&mut self, mut layer: Node<'static>, is_own: bool) {
        let unset = take(&mut layer, "unset");
        for path in unset.as_ref().map(Node::items).unwrap_or_default() {
            self.unset(path, is_own);
        }
        for section in sections::sections() {
            for entry in layer.get(section.name).map(Node::entries).unwrap_or_default() {
                let id = (section.name, entry.key.value.to_string());
                if !is_own {
                    self.defined.insert(id);
                    continue;
                }
                let known = self.root.get(section.name).and_then(|objects| objects.get(&id.1));
                let is_change = |change: &&Entry<'static>| {
                    !DESCRIPTIVE.contains(&change.key.value.as_ref())
                        && !required::is_only_required(known, change)
                };
                if let Some(change) = entry.value.entries().iter().find(is_change)
                    && section.is_class()
                    && self.defined.contains(&id)
                {
                    self.changed.push((id.0, id.1.clone(), change.key.span));
                }
                self.mentioned.insert(id);
            }
        }
        if let Value::Mapping(entries) = &mut layer.value {
            entries.retain(|entry| !CONTROLS.contains(&entry.key.value.as_ref()));
        }
        merge::merge(&mut self.root, layer, Some(sections::top()), &mut self.unresolved);
    }

    /// Merges a part for one base if this is the base, and checks it otherwise.
    fn part(&mut self, base: &str, at: Span, part: &Node<'static>, is_own: bool) {
        let own = self.root.get("driver").and_then(Node::as_str);
        let same_driver = own.is_some_and(|own| own == base || driver::name_of(own) == Some(base));
        if !matches!(part.value, Value::Mapping(_)) {
            check::check_kind(part, &Kind::Table(sections::part()), at, base, self.findings);
        } else if same_driver || self.built_ins.iter().any(|name| name == base) {
            self.apply(part.clone(), is_own);
        } else {
            self.unknown_base(base, at);
            check::check_table(part, sections::part(), at, true, self.findings);
        }
    }

    fn unknown_base(&mut self, base: &str, at: Span) {
        let drivers = driver::all();
        let drivers = drivers.iter().flat_map(|driver| [driver.name, driver.provisioner]);
        let names: Vec<&str> = builtin::names().chain(drivers).collect();
        if names.contains(&base) {
            return;
        }
        let near = nearest(base, names.iter().copied());
        if near.is_none() && base.contains('.') {
            // A driver that is not in the catalogue.
            return;
        }
        let mut finding = Finding::new(
            &INVALID_PROFILE_VALUE,
            at,
            format!("`{base}` is not a built-in profile or a known driver"),
        );
        finding.help(match near {
            Some(near) => format!("did you mean `on.{}`?", set::quoted(near)),
            None => builtin::choices(""),
        });
        self.findings.push(finding);
    }

    fn unset(&mut self, path: &Node<'static>, is_own: bool) {
        let Some(text) = path.as_str() else { return };
        let parts = match set::path(text) {
            Ok(parts) => parts.into_iter().map(|(part, _)| part).collect::<Vec<_>>(),
            Err(message) => {
                let mut finding = Finding::new(
                    &UNSET_MATCHES_NOTHING,
                    path.span,
                    format!("`{text}` is not a path: {message}"),
                );
                finding
                    .help("write a dotted path such as `claims.data.size`; quote a key that contains dots");
                self.findings.push(finding);
                return;
            }
        };
        let found = merge::remove(&mut self.root, &parts);
        if let [section, key, _, ..] = parts.as_slice()
            && is_own
            && let Some(section) = sections::section(section)
        {
            self.mentioned.insert((section.name, key.clone()));
        }
        self.unsets.push(Unset { parts, span: path.span, found });
    }

    fn finish(mut self) -> Composed {
        let set_again: Vec<bool> = self.unsets.iter().map(|unset| exists(&self.root, &unset.parts)).collect();
        needs::expand(&mut self.root, self.findings);
        fill(&mut self.root, &mut self.unresolved);
        for (unset, set_again) in self.unsets.iter_mut().zip(&set_again) {
            if !*set_again && unset.parts.first().is_some_and(|part| part != "defaults") {
                unset.found |= merge::remove(&mut self.root, &unset.parts);
            }
        }
        merge::finish(&mut self.root, Some(sections::top()), &mut self.unresolved);
        if let Some(reuse) = &mut self.reuse {
            reuse.restore(&mut self.root);
        }
        let is_resolved = self.unresolved.is_empty();
        for span in std::mem::take(&mut self.unresolved) {
            let mut finding = Finding::new(&UNKNOWN_KEY, span, "the list has no item at this position");
            finding.help(
                "positions count from `[0]`; a new item is added by its name, such as `mounts.\"/data\"`",
            );
            self.findings.push(finding);
        }
        let root = &self.root;
        // What a later layer sets again is not removed from the rendered object.
        let unsets = std::mem::take(&mut self.unsets).into_iter().zip(set_again);
        let unsets = unsets.filter(|(unset, set_again)| !(*set_again && unset.found)).map(|(unset, _)| unset);
        let (unsets, absent): (Vec<_>, Vec<_>) = unsets
            .partition(|unset| unset.found || (unset.parts.len() > 2 && exists(root, &unset.parts[..2])));
        for unset in absent {
            self.findings.push(matches_nothing(&unset, root));
        }
        self.shared_names();
        if !self.reuse.as_ref().is_some_and(Reuse::is_settled) {
            self.similar_keys();
        }
        let catalogue = self.catalogue();
        Composed { root: self.root, catalogue, unsets, reuse: self.reuse, is_resolved }
    }

    /// What is rendered only if something uses it: the classes, existing volumes and claims of such volumes that built-in
    /// layers define and no layer of the user mentions. The other claims and the pods of a built-in layer are an example,
    /// which a workload of the user's own replaces.
    fn catalogue(&self) -> HashSet<(&'static str, String)> {
        let has_pods = |name: &str| {
            name == sections::OBJECTS
                || sections::section(name)
                    .is_some_and(|section| section.kind.has_pods() || section.kind.is_custom())
        };
        let own = self.mentioned.iter().any(|id| has_pods(id.0) && !self.defined.contains(id));
        let is_offer = |id: &(&str, String)| {
            sections::section(id.0).is_some_and(Section::is_class)
                || id.0 == sections::PERSISTENT_VOLUMES
                || self.root.get(id.0).and_then(|objects| objects.get(&id.1)?.get("volume")).is_some()
        };
        self.defined.difference(&self.mentioned).filter(|id| own || is_offer(id)).cloned().collect()
    }

    /// Reports new objects whose key is one letter away from that of a built-in object: the layer was probably meant to
    /// change that one. A claim or a class that something refers to is new on purpose.
    fn similar_keys(&mut self) {
        /// The most bytes of a letter.
        const LETTER: usize = 4;
        let mut offered: Vec<_> = self.defined.difference(&self.mentioned).collect();
        offered.retain(|(_, known)| known.len() > 3);
        offered.sort();
        let near = |own: &(&'static str, String)| {
            let is_near = |known: &&&(&'static str, String)| {
                known.0 == own.0
                    && known.1.len().abs_diff(own.1.len()) <= LETTER
                    && is_one_edit(&known.1, &own.1)
            };
            offered.iter().find(is_near).map(|known| &known.1)
        };
        let own = self.mentioned.iter().filter(|own| !self.defined.contains(*own));
        let mut own: Vec<_> = own.filter_map(|own| Some((own, near(own)?))).collect();
        own.sort();
        let mut referred: Option<Referred<'_>> = None;
        for ((section, key), near) in own {
            let Some(entry) = self.root.get(section).and_then(|section| section.entry(key)) else { continue };
            let referred = referred.get_or_insert_with(|| {
                let mut found = Referred::default();
                references(&self.root, &mut found);
                found
            });
            if referred.contains(key.as_str()) {
                continue;
            }
            let message = format!("`{section}.{key}` is a new object; the profile has `{section}.{near}`");
            let mut finding = Finding::new(&SIMILAR_KEY, entry.key.span, message);
            finding.help(format!("did you mean `{near}`? Nothing refers to `{key}`"));
            self.findings.push(finding);
        }
    }

    /// Reports changed built-in classes that keep the name that every team's class has.
    fn shared_names(&mut self) {
        let Some(name) = self.root.get("name") else { return };
        let own_name = !self.built_ins.iter().any(|built_in| Some(built_in.as_str()) == name.as_str());
        let name = name.as_str().unwrap_or_default().to_owned();
        if own_name {
            return;
        }
        let mut reported = HashSet::new();
        for (section, key, at) in std::mem::take(&mut self.changed) {
            let object = self.root.get(section).and_then(|section| section.get(&key));
            if object.is_none_or(|object| object.get("name").is_some())
                || !reported.insert((section, key.clone()))
            {
                continue;
            }
            let message =
                format!("the class `{name}-{key}` is changed and keeps the name of the built-in class");
            let mut finding = Finding::new(&SHARED_CLASS_NAME, at, message);
            finding.help(format!(
                "classes are cluster-scoped: two teams that change it differently overwrite each other. Set `name` at \
                 the top of the overlay, or `{section}.{key}.name`"
            ));
            self.findings.push(finding);
        }
    }
}

/// Reports a path of `unset` that removed nothing, with the nearest key at the level at which it ends.
pub(crate) fn matches_nothing(unset: &Unset, root: &Node<'static>) -> Finding {
    let shown: Vec<String> = unset.parts.iter().map(|part| set::quoted(part)).collect();
    let mut finding = Finding::new(
        &UNSET_MATCHES_NOTHING,
        unset.span,
        format!("`unset` matches nothing: `{}` is not set", shown.join(".")),
    );
    let mut node = root;
    let mut depth = 0;
    while let Some(next) = unset.parts.get(depth).and_then(|part| node.get(part)) {
        node = next;
        depth += 1;
    }
    let near = unset.parts.get(depth).and_then(|part| {
        nearest(part, node.entries().iter().map(|entry| entry.key.value.as_ref())).map(str::to_owned)
    });
    // A key that is not set can be misspelt, too.
    let near = near.or_else(|| {
        let known = |end: usize| sections::at(unset.parts[..end].iter().map(String::as_str)).is_some();
        depth = (1..=unset.parts.len()).find(|end| !known(*end))? - 1;
        let names = match depth {
            0 => sections::profile().keys().map(|key| key.name).collect(),
            _ => sections::keys_at(&unset.parts[..depth])?,
        };
        nearest(&unset.parts[depth], names).map(str::to_owned)
    });
    finding.help(match near {
        Some(near) => {
            let mut parts = shown;
            parts[depth] = set::quoted(&near);
            format!("did you mean `{}`?", parts.join("."))
        }
        None => {
            "remove it from the list. A path that exists on one cloud only belongs in that cloud's part: \
                 `on.NAME.unset`"
                .to_owned()
        }
    });
    finding
}

/// Merges every object over the defaults of its section; kinds with pods have those of `pods` below their own.
fn fill(root: &mut Node<'static>, unresolved: &mut Vec<Span>) {
    let Some(defaults) = take(root, "defaults") else { return };
    let own_driver = root.get("driver").and_then(Node::as_str).map(str::to_owned);
    let Value::Mapping(entries) = &mut root.value else { return };
    for entry in entries {
        let Some(section) = sections::section(&entry.key.value) else { continue };
        let Some(kind) = sections::at([section.name, ""]) else { continue };
        let shared = section.kind.has_pods() && section.name != sections::PODS;
        let names = [sections::PODS, section.name];
        let mut base: Option<Node<'static>> = None;
        for defaults in names[usize::from(!shared)..].iter().filter_map(|name| defaults.get(name)) {
            match &mut base {
                Some(base) => merge::merge(base, defaults.clone(), Some(kind), unresolved),
                None => base = Some(defaults.clone()),
            }
        }
        let of_drivers = defaults.get("drivers").filter(|_| section.name == sections::STORAGE_CLASSES);
        if base.is_none() && of_drivers.is_none() {
            continue;
        }
        let base = base.unwrap_or_else(|| Node::new(Value::Mapping(Vec::new()), entry.value.span));
        let Value::Mapping(objects) = &mut entry.value.value else { continue };
        for object in objects {
            // A claim that exists is only a name.
            if !matches!(object.value.value, Value::Mapping(_)) || object.value.get("existing").is_some() {
                continue;
            }
            let mut filled = base.clone();
            let driver = DRIVER_KEYS.iter().find_map(|key| object.value.get(key)).and_then(Node::as_str);
            if driver.is_some() && driver != own_driver.as_deref() {
                OF_DRIVER.iter().for_each(|key| drop(take(&mut filled, key)));
                let replaced = driver.and_then(driver::provisioner_of);
                if replaced.is_none() || replaced != own_driver.as_deref() {
                    OF_VOLUMES.iter().for_each(|key| drop(take(&mut filled, key)));
                }
                if let Some(own) = driver.and_then(|driver| of_drivers?.get(driver)) {
                    merge::merge(&mut filled, own.clone(), Some(kind), unresolved);
                }
            }
            let own = std::mem::replace(&mut object.value, Node::new(Value::Null, filled.span));
            merge::merge(&mut filled, own, Some(kind), unresolved);
            object.value = filled;
        }
    }
}

/// Whether two different texts differ by one letter that is wrong, missing or extra, or by two that are swapped.
fn is_one_edit(one: &str, other: &str) -> bool {
    // The letters between what both begin and end with; equal bytes may be parts of different letters.
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let start = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count();
    match (&one[..one.len() - end], &other[..other.len() - end]) {
        ([], [_]) | ([_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

/// Keys of objects.
type Referred<'n> = FastSet<&'n str>;

/// Collects the keys by which objects refer to others.
fn references<'n>(node: &'n Node<'static>, found: &mut Referred<'n>) {
    for entry in node.entries() {
        if matches!(entry.key.value.as_ref(), "claim" | "cloneOf" | "storageClass" | "volumeAttributesClass")
        {
            found.extend(entry.value.as_str());
        }
        references(&entry.value, found);
    }
    node.items().iter().for_each(|item| references(item, found));
}

fn exists(root: &Node<'static>, parts: &[String]) -> bool {
    parts.iter().try_fold(root, |node, part| node.get(part)).is_some()
}

/// Takes the value of a key out of a table.
fn take(node: &mut Node<'static>, key: &str) -> Option<Node<'static>> {
    let Value::Mapping(entries) = &mut node.value else { return None };
    let at = entries.iter().position(|entry| entry.key.value == key)?;
    Some(entries.remove(at).value)
}
