//! Profiles with errors, made valid in several ways: what is wrong with their other values is wrong in each of them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::check::{self, vendors};
use super::object::objects;
use super::rules::{DUPLICATE_NAME, MISSING_KEY, MUTUALLY_EXCLUSIVE_KEYS, UNKNOWN_REFERENCE};
use super::schema::{Key, Kind, Table};
use super::{example, reference, required, sections, text};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::finding::Finding;
use crate::finding::fix::{Intent, NewValue};
use crate::rule::Severity;
use crate::source::{SourceId, Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// Trees that differ from that of a profile with errors only in what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Substitutes {
    /// At least two valid trees, or none.
    trees: Vec<Node<'static>>,
    /// The layers of the user.
    own: Vec<SourceId>,
    /// The places of the errors, in order, as far as they do not overlap.
    wrong: Vec<Span>,
    /// The places of the objects that have errors, and of tables and lists in them.
    incomplete: HashSet<Span>,
}

/// The values that replace wrong ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Variant {
    /// Wrong values are removed if they may be missing.
    Without,
    /// The values that the findings propose, or the first or least valid ones.
    Least,
    /// The last or greatest valid values.
    Greatest,
}

/// How often a profile is repaired: a repaired reference may show that an object is incomplete.
const MOST_ROUNDS: usize = 3;

impl Substitutes {
    /// The valid trees for one with errors. `own` are the layers of the user.
    pub(super) fn new(root: &Node<'static>, top: Span, findings: &[Finding], own: Vec<SourceId>) -> Self {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let wrong: Vec<Span> = findings.iter().filter(is_error).map(|finding| finding.primary.span).collect();
        let variants = [Variant::Without, Variant::Least, Variant::Greatest];
        let repaired = variants.into_iter().filter_map(|variant| repaired(root, top, findings, variant));
        let trees: Vec<_> = repaired.collect();
        let trees = if trees.len() < 2 { Vec::new() } else { trees };
        let places: HashSet<Span> = wrong.iter().copied().collect();
        let mut incomplete = HashSet::new();
        for object in objects(root) {
            if places.contains(&object.span) || has_any(object.node, &places) {
                incomplete.insert(object.span);
                containers(object.node, &mut incomplete);
            }
        }
        Self { trees, own, wrong: disjoint(wrong), incomplete }
    }

    /// What is wrong with the profile besides its errors: the findings that all valid trees have in common.
    pub(super) fn independent(mut self, findings_of: impl Fn(Node<'static>) -> Vec<Finding>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, tree) in std::mem::take(&mut self.trees).into_iter().enumerate() {
            let found = findings_of(tree);
            if at == 0 {
                findings = found;
                findings.retain(|finding| self.is_independent(finding));
            } else {
                let id =
                    |finding: &Finding| (finding.rule.code, finding.primary.span, finding.message.clone());
                let found: HashSet<_> = found.iter().map(id).collect();
                findings.retain(|finding| found.contains(&id(finding)));
            }
        }
        findings.iter_mut().for_each(|finding| finding.document = None);
        findings
    }

    /// Whether a finding is about a value of the user that the errors do not affect.
    fn is_independent(&self, finding: &Finding) -> bool {
        let at = finding.primary.span;
        let is_wrong = |span: Span| {
            let after =
                self.wrong.partition_point(|wrong| (wrong.source, wrong.start) <= (span.source, span.end));
            let before = after.checked_sub(1).and_then(|last| self.wrong.get(last));
            before.is_some_and(|wrong| wrong.source == span.source && span.start <= wrong.end)
        };
        self.own.contains(&at.source)
            && !self.incomplete.contains(&at)
            && !is_wrong(at)
            && !finding.related.iter().any(|label| is_wrong(label.span))
    }
}

/// The places in order; those that overlap become one.
fn disjoint(mut places: Vec<Span>) -> Vec<Span> {
    places.sort_by_key(|place| (place.source, place.start));
    let mut disjoint: Vec<Span> = Vec::with_capacity(places.len());
    for place in places {
        match disjoint.last_mut() {
            Some(last) if last.source == place.source && place.start <= last.end => {
                last.end = last.end.max(place.end);
            }
            _ => disjoint.push(place),
        }
    }
    disjoint
}

/// Whether any key or value of a tree is at one of these places.
fn has_any(node: &Node<'static>, places: &HashSet<Span>) -> bool {
    places.contains(&node.span)
        || node
            .entries()
            .iter()
            .any(|entry| places.contains(&entry.key.span) || has_any(&entry.value, places))
        || node.items().iter().any(|item| has_any(item, places))
}

/// Collects the places of all tables and lists of a tree, with those of their keys.
fn containers(node: &Node<'static>, places: &mut HashSet<Span>) {
    if matches!(node.value, Value::Mapping(_) | Value::Sequence(_)) {
        places.insert(node.span);
    }
    for entry in node.entries() {
        if matches!(entry.value.value, Value::Mapping(_) | Value::Sequence(_)) {
            places.insert(entry.key.span);
        }
        containers(&entry.value, places);
    }
    node.items().iter().for_each(|item| containers(item, places));
}

/// The tree with valid values; nothing if repairing leaves errors.
fn repaired(
    root: &Node<'static>,
    top: Span,
    findings: &[Finding],
    variant: Variant,
) -> Option<Node<'static>> {
    let mut tree = root.clone();
    let mut findings = Cow::Borrowed(findings);
    for _ in 0..MOST_ROUNDS {
        let repair = Repair { variant, wrong: places(&findings, variant), root };
        repair.table(&mut tree, sections::profile(), top);
        required::fill(&mut tree);
        let mut left = Vec::new();
        check::check(&tree, top, false, None, false, &mut left);
        reference::check(&tree, top, &mut left);
        // Objects of the same name can be rendered.
        left.retain(|finding| {
            finding.severity == Severity::Error && finding.rule.code != DUPLICATE_NAME.code
        });
        if left.is_empty() {
            return Some(tree);
        }
        findings = Cow::Owned(left);
    }
    None
}

/// What is wrong at a place.
#[derive(Clone, Copy)]
struct Wrong<'a> {
    /// What the finding proposes.
    intent: Option<&'a Intent>,
    /// Whether it is the name of an object that does not exist.
    is_reference: bool,
}

/// The places that are repaired. Missing keys are found again.
fn places(findings: &[Finding], variant: Variant) -> HashMap<Span, Wrong<'_>> {
    let mut places = HashMap::new();
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        if [MISSING_KEY.code, DUPLICATE_NAME.code].contains(&finding.rule.code) {
            continue;
        }
        let rival = finding
            .related
            .first()
            .filter(|_| finding.rule.code == MUTUALLY_EXCLUSIVE_KEYS.code && variant == Variant::Greatest);
        let at = rival.map_or(finding.primary.span, |label| label.span);
        let change = finding.fix.as_ref().and_then(|fix| fix.changes.first());
        let intent = change.map(|change| &change.intent);
        places.insert(at, Wrong { intent, is_reference: finding.rule.code == UNKNOWN_REFERENCE.code });
    }
    places
}

/// Replaces or removes wrong values, and adds missing ones.
struct Repair<'a> {
    variant: Variant,
    wrong: HashMap<Span, Wrong<'a>>,
    /// The profile, where references lead.
    root: &'a Node<'static>,
}

impl Repair<'_> {
    fn table(&self, node: &mut Node<'static>, table: &'static Table, at: Span) {
        let Value::Mapping(entries) = &mut node.value else { return };
        entries.retain_mut(|entry| self.entry(entry, table));
        let is_set = |node: &Node<'static>, path: &str| {
            path.split('.').try_fold(node, |node, part| node.get(part)).is_some()
        };
        for key in table.keys().filter(|key| key.required) {
            if !is_set(node, key.name) && !key.instead.iter().any(|path| is_set(node, path)) {
                self.add(node, key, at);
            }
        }
        for keys in table.exclusive.iter().filter(|_| table.one) {
            let key = self.pick(keys).and_then(|name| table.key(name));
            if let Some(key) = key.filter(|_| keys.iter().all(|name| node.get(name).is_none())) {
                self.add(node, key, at);
            }
        }
    }

    /// Whether the entry, with a valid value, is part of the profile.
    fn entry(&self, entry: &mut Entry<'static>, table: &'static Table) -> bool {
        let wrong = self.wrong.get(&entry.key.span);
        match (table.key(&entry.key.value), wrong) {
            (None, None) => true,
            (None, Some(Wrong { intent: Some(Intent::Rename(name)), .. }))
                if self.variant != Variant::Without =>
            {
                entry.key.value = Cow::Owned(name.clone());
                true
            }
            (_, Some(_)) => false,
            (Some(key), None) => self.value(&mut entry.value, &key.kind, entry.key.span, !key.required),
        }
    }

    /// Whether the value is kept, which is valid then.
    fn value(&self, node: &mut Node<'static>, kind: &'static Kind, key: Span, may_be_missing: bool) -> bool {
        if let Some(wrong) = self.wrong.get(&node.span) {
            if self.variant == Variant::Without && may_be_missing {
                return false;
            }
            let new = self.substitute(node, kind, *wrong);
            let is_kept = new.is_some();
            node.value = new.unwrap_or(Value::Null);
            return is_kept;
        }
        match (kind, &mut node.value) {
            (Kind::List(inner) | Kind::Named(_, inner), Value::Sequence(items)) => {
                items.retain_mut(|item| {
                    let at = item.span;
                    self.value(item, inner, at, true)
                });
            }
            (Kind::Map(inner) | Kind::Named(_, inner), Value::Mapping(entries)) => {
                entries.retain_mut(|entry| {
                    !self.wrong.contains_key(&entry.key.span)
                        && self.value(&mut entry.value, inner, entry.key.span, true)
                });
            }
            (Kind::Table(table), Value::Mapping(_)) => self.table(node, table, key),
            (Kind::Either(_, inner), Value::Mapping(_)) | (Kind::Either(inner, _), _) => {
                return self.value(node, inner, key, may_be_missing);
            }
            _ => {}
        }
        true
    }

    /// A valid value in place of a wrong one.
    fn substitute(
        &self,
        node: &Node<'static>,
        kind: &'static Kind,
        wrong: Wrong<'_>,
    ) -> Option<Value<'static>> {
        if let Some(Intent::Replace(new)) = wrong.intent.filter(|_| self.variant == Variant::Least) {
            return scalar(new);
        }
        if wrong.is_reference && matches!(kind, Kind::String) {
            return None;
        }
        self.valid(node, kind)
    }

    /// A value of a kind.
    fn valid(&self, node: &Node<'static>, kind: &'static Kind) -> Option<Value<'static>> {
        let text = |text: &str| Value::String(Cow::Owned(text.to_owned()));
        Some(match kind {
            Kind::Enum(values) => text(self.pick(values)?),
            Kind::Vendor => text(self.pick(&vendors())?),
            Kind::Reference(section) => {
                let objects = self.root.get(section).map(Node::entries).unwrap_or_default();
                let keys: Vec<&str> = objects.iter().map(|object| object.key.value.as_ref()).collect();
                text(self.pick(&keys)?)
            }
            Kind::Quantity => text(self.pick(&["1Gi", "1Pi"])?),
            Kind::Version => {
                let versions = [KubernetesVersion::OLDEST, KubernetesVersion::NEWEST];
                Value::String(Cow::Owned(self.pick(&versions.map(|version| version.to_string()))?.clone()))
            }
            Kind::String | Kind::Suggested(_) | Kind::Scalar => text(self.pick(&["a", "b"])?),
            Kind::Integer => Value::Integer(*self.pick(&[1, 1000])?),
            Kind::Boolean => Value::Bool(*self.pick(&[false, true])?),
            Kind::List(inner) => {
                let mut findings = Vec::new();
                check::check_kind(node, inner, node.span, "", &mut findings);
                let is_item = findings.is_empty() && node.value != Value::Null;
                Value::Sequence(if is_item { vec![node.clone()] } else { Vec::new() })
            }
            Kind::Named(..) => Value::Sequence(Vec::new()),
            Kind::Map(_) | Kind::Table(_) | Kind::Api => Value::Mapping(Vec::new()),
            Kind::Either(first, _) => self.valid(node, first)?,
        })
    }

    /// Adds a key that is missing.
    fn add(&self, node: &mut Node<'static>, key: &'static Key, at: Span) {
        let nothing = Node::new(Value::Null, at);
        let of_kind = || match key.kind {
            Kind::String | Kind::Suggested(_) | Kind::Scalar => example(key, at),
            _ => None,
        };
        let Some(value) = of_kind().or_else(|| self.valid(&nothing, &key.kind)) else { return };
        if let Value::Mapping(entries) = &mut node.value {
            let key = Spanned { value: Cow::Borrowed(key.name), span: at };
            entries.push(Entry { key, value: Node::new(value, at) });
        }
    }

    /// The first or the last of some values.
    fn pick<'v, T>(&self, values: &'v [T]) -> Option<&'v T> {
        if self.variant == Variant::Greatest { values.last() } else { values.first() }
    }
}

/// The example of a key's value.
fn example(key: &'static Key, at: Span) -> Option<Value<'static>> {
    let line = example::line(key)?;
    let root = text::read(at.source, &line, &mut Vec::new()).into_owned();
    root.get(key.name).map(|node| node.value.clone())
}

/// The value that a fix writes, if it is not a table or a list.
fn scalar(new: &NewValue) -> Option<Value<'static>> {
    Some(match new {
        NewValue::Text(text) => Value::String(Cow::Owned(text.clone())),
        NewValue::Integer(number) => Value::Integer(*number),
        NewValue::Bool(value) => Value::Bool(*value),
        NewValue::Table(_) | NewValue::List(_) => return None,
    })
}
