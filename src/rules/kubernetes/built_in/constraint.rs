//! The constraints of the catalogue on the fields of a document.

use std::collections::HashSet;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use super::format;
use crate::catalog::constraint::{self, Cause, Constraint};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::reporter::Reporter;
use crate::document::rules::{
    DUPLICATE_ITEM, FORBIDDEN_FIELD, INVALID_VALUE, LIMIT_EXCEEDED, REQUIRED_FIELD, UNSUPPORTED_VALUE,
};
use crate::document::{Document, read};
use crate::finding::Finding;
use crate::rule::Rule;
use crate::rules::kubernetes::report;
use crate::rules::kubernetes::workload::selector;
use crate::yaml::node::{Node, Value};
use crate::yaml::path::Path;

/// Checks a document against the constraints of its kind.
pub(super) fn check(document: &Document<'_>, version: KubernetesVersion, out: &mut Reporter<'_>) {
    for group in constraint::of(&document.kind, &document.api_version) {
        let whole = [String::new()];
        let bases = if group.bases.is_empty() { &whole[..] } else { &group.bases[..] };
        for base in bases {
            for field in group.fields.iter().filter(|field| version.at_least(field.since)) {
                let path = format!("{base}{}", field.path);
                let mut walk = Walk { field, version, out: &mut *out };
                walk.step(Some(&document.root), path.trim_end_matches('.'), &Path::root());
            }
        }
    }
}

/// Whether a node has a value that Go does not count as the empty one; an empty object is a value.
pub(super) fn is_set(node: Option<&Node<'_>>) -> bool {
    match node.map(|node| &node.value) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Sequence(items)) => !items.is_empty(),
        Some(_) => true,
    }
}

/// A text or a boolean as text; or an empty text.
fn text<'n>(node: Option<&'n Node<'_>>) -> &'n str {
    match node.map(|node| &node.value) {
        Some(Value::String(text)) => text,
        Some(Value::Bool(true)) => "true",
        Some(Value::Bool(false)) => "false",
        _ => "",
    }
}

/// The value at some fields, if it is not null.
pub(super) fn at<'n, 't>(node: &'n Node<'t>, fields: &[&str]) -> Option<&'n Node<'t>> {
    fields.iter().try_fold(node, |node, field| child(Some(node), field))
}

/// The items of the list at a field.
pub(super) fn items<'n, 't>(node: Option<&'n Node<'t>>, field: &str) -> &'n [Node<'t>] {
    child(node, field).map_or(&[], Node::items)
}

/// The field `name` of a node, if it is not null.
pub(super) fn child<'n, 't>(node: Option<&'n Node<'t>>, name: &str) -> Option<&'n Node<'t>> {
    node.and_then(|node| node.get(name)).filter(|node| node.value != Value::Null)
}

/// The text at a field, or an empty one.
pub(super) fn text_at<'n>(node: &'n Node<'_>, field: &str) -> &'n str {
    child(Some(node), field).and_then(Node::as_str).unwrap_or_default()
}

/// The way along a constraint's path.
struct Walk<'w, 'r> {
    field: &'static Constraint,
    version: KubernetesVersion,
    out: &'w mut Reporter<'r>,
}

/// A value that a constraint applies to.
struct Subject<'s, 'p> {
    value: Option<&'s Node<'s>>,
    /// The key, if the constraint applies to the keys of a map.
    key: Option<&'s str>,
    name: &'s str,
    parent: &'s Path<'p>,
    /// Where the value is.
    path: Path<'s>,
}

impl Walk<'_, '_> {
    fn step(&mut self, node: Option<&Node<'_>>, rest: &str, path: &Path<'_>) {
        let (head, tail) = match rest.split_once('.') {
            Some((head, tail)) => (head, Some(tail)),
            None => (rest, None),
        };
        let name = head.trim_end_matches(['?', '[', ']', '{', '}']);
        let Some(tail) = tail else { return self.leaf(node, name, head, path) };
        let value = child(node, name);
        let at = path.field(name);
        if head.ends_with("[]") {
            for (index, item) in value.map_or(&[][..], Node::items).iter().enumerate() {
                self.step(Some(item), tail, &at.index(index));
            }
        } else if value.is_some() || !head.ends_with('?') {
            self.step(value, tail, &at);
        }
    }

    fn leaf(&mut self, parent: Option<&Node<'_>>, name: &str, head: &str, path: &Path<'_>) {
        if !self.applies(parent) {
            return;
        }
        let value = child(parent, name);
        let at = path.field(name);
        if head.ends_with("[]") {
            for (index, item) in value.map_or(&[][..], Node::items).iter().enumerate() {
                let value = Some(item).filter(|item| item.value != Value::Null);
                self.check(&Subject { value, key: None, name, parent: path, path: at.index(index) }, &at);
            }
        } else if head.ends_with("{}") {
            for entry in value.map_or(&[][..], Node::entries) {
                let key = entry.key.value.as_ref();
                let value = Some(&entry.value);
                self.check(&Subject { value, key: Some(key), name, parent: path, path: at.key(key) }, &at);
            }
        } else if value.is_some() || !head.ends_with('?') {
            self.check(&Subject { value, key: None, name, parent: path, path: at }, &at);
        }
    }

    /// Whether the fields next to the value are as the constraint needs them.
    fn applies(&self, parent: Option<&Node<'_>>) -> bool {
        let is_set = |name: &String| is_set(child(parent, name));
        self.field
            .when
            .iter()
            .all(|(name, values)| values.iter().any(|value| value == text(child(parent, name))))
            && (self.field.when_set.is_empty() || self.field.when_set.iter().any(is_set))
            && !self.field.unless_set.iter().any(is_set)
    }

    fn check(&mut self, subject: &Subject<'_, '_>, list: &Path<'_>) {
        if self.out.is_undecoded(&subject.path) {
            return;
        }
        let field = self.field;
        let (value, name) = (subject.value, subject.name);
        let is_set = is_set(value);
        if field.required && !is_set {
            self.report(&REQUIRED_FIELD, subject, list, format!("`{name}` is missing"));
            return;
        }
        if field.not_blank && value.is_some() && !is_set {
            self.report(&REQUIRED_FIELD, subject, list, format!("`{name}` is empty"));
            return;
        }
        if field.forbidden && is_set {
            self.report(&FORBIDDEN_FIELD, subject, list, format!("`{name}` cannot be set here"));
            return;
        }
        if field.selector
            && let Some(selector) = value.and_then(read::part::<LabelSelector>)
        {
            selector::label_selector(Some(&selector), &subject.path, self.out);
        }
        let is_zero = value.is_some_and(|node| node.value == Value::Integer(0));
        if is_zero && !field.empty && !field.zero {
            return;
        }
        self.union(subject, list);
        self.limits(subject, list);
        let given = subject.key.unwrap_or_else(|| text(value));
        if !field.values.is_empty()
            && (field.empty || is_set)
            && !field.values.iter().any(|allowed| allowed == given)
        {
            let message = if given.is_empty() {
                format!("`{name}` is empty, and has no default")
            } else {
                format!("`{given}` is not a supported value of `{name}`")
            };
            let finding = self.report(&UNSUPPORTED_VALUE, subject, list, message);
            report::suggest(finding, &subject.path, given, &field.values);
        }
        let Some(format) = field.format else { return };
        if (field.empty || is_set || subject.key.is_some())
            && let Some(wrong) = format::check(format, subject.key, value, self.version)
        {
            self.report(&INVALID_VALUE, subject, list, wrong);
        }
    }

    /// Checks that one of some fields is set.
    fn union(&mut self, subject: &Subject<'_, '_>, list: &Path<'_>) {
        let field = self.field;
        if field.one_of.is_empty() {
            return;
        }
        let set = field.one_of.iter().filter(|name| is_set(child(subject.value, name))).count();
        let names = || field.one_of.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
        match (set, field.none, field.many) {
            (0, Some(cause), _) => {
                let message = format!("one of {} is required", names().join(", "));
                self.report(rule(cause), subject, list, message);
            }
            (2.., _, Some(cause)) => {
                let message = format!("only one of {} can be set", names().join(", "));
                self.report(rule(cause), subject, list, message);
            }
            _ => {}
        }
    }

    /// Checks numbers, lengths and repeated items.
    fn limits(&mut self, subject: &Subject<'_, '_>, list: &Path<'_>) {
        let field = self.field;
        let number = match subject.value.map(|node| &node.value) {
            Some(Value::Integer(number)) => Some(*number),
            None if field.empty => Some(0),
            _ => None,
        };
        if let Some(number) = number {
            let least = field.min.filter(|least| number < *least);
            let most = field.max.filter(|most| number > *most);
            if least.or(most).is_some() {
                let message = match (field.min, field.max) {
                    (Some(least), Some(most)) => format!("{number} is not between {least} and {most}"),
                    (Some(least), None) => format!("{number} is less than {least}"),
                    _ => format!("{number} is more than {}", most.unwrap_or_default()),
                };
                self.report(&INVALID_VALUE, subject, list, message);
            }
        }
        let Some(value) = subject.value else { return };
        if let Some(most) = field.max_length.filter(|most| text(Some(value)).len() > *most) {
            let message = format!("`{}` is longer than {most} bytes", subject.name);
            self.report(&LIMIT_EXCEEDED, subject, list, message);
        }
        let items = value.items();
        if let Some(most) = field.max_items.filter(|most| items.len() > *most) {
            let message = format!("`{}` has {} items, and {most} are allowed", subject.name, items.len());
            self.report(&LIMIT_EXCEEDED, subject, list, message);
        }
        let Some(unique) = field.unique.as_deref() else { return };
        let mut seen = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let given = if unique.is_empty() { text(Some(item)) } else { text(child(Some(item), unique)) };
            if given.is_empty() || seen.insert(given) {
                continue;
            }
            let item = subject.path.index(index);
            let message = format!("`{given}` is repeated");
            let rule = field.cause.map_or(&DUPLICATE_ITEM, rule);
            let named = item.field(unique);
            let path = match field.at.as_deref() {
                Some("list") => &subject.path,
                Some("parent") => subject.parent,
                Some(_) => &item,
                None if unique.is_empty() => &item,
                None => &named,
            };
            self.out.report_within(rule, path, &item, message);
        }
    }

    fn report(
        &mut self,
        usual: &'static Rule,
        subject: &Subject<'_, '_>,
        list: &Path<'_>,
        message: String,
    ) -> &mut Finding {
        let rule = self.field.cause.map_or(usual, rule);
        let sibling = self.field.at.as_deref().map(|name| subject.parent.field(name));
        let path = match (self.field.at.as_deref(), &sibling) {
            (Some("list"), _) => list,
            (Some("parent"), _) => subject.parent,
            (Some("item"), _) | (None, _) => &subject.path,
            (Some(_), Some(sibling)) => sibling,
            (Some(_), None) => &subject.path,
        };
        let finding = self.out.report_within(rule, path, &subject.path, message);
        if let Some(help) = &self.field.help {
            finding.help(help);
        }
        finding
    }
}

fn rule(cause: Cause) -> &'static Rule {
    match cause {
        Cause::Required => &REQUIRED_FIELD,
        Cause::Invalid => &INVALID_VALUE,
        Cause::NotSupported => &UNSUPPORTED_VALUE,
        Cause::Forbidden => &FORBIDDEN_FIELD,
    }
}
