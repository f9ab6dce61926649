//! Checks a merged tree against the schema: unknown keys, wrong types and missing keys, all at once.

use super::memo::{self, Memo};
use super::schema::{Key, Kind, Table};
use super::{sections, synonym};
use crate::catalog::accelerator;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Fix, Intent, Place};
use crate::nearest::nearest;
use crate::profile::rules::{
    INVALID_PROFILE_VALUE, MISSING_KEY, MUTUALLY_EXCLUSIVE_KEYS, PROFILE_TYPE, UNKNOWN_KEY,
};
use crate::quantity::{self, Quantity};
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// Checks a whole profile. Missing keys are not reported if it is `broken`: some text could not be read.
/// Tables that `memo` has were checked before, and all objects but classes were if it is `settled`.
pub(super) fn check(
    root: &Node<'static>,
    top: Span,
    broken: bool,
    memo: Option<&Memo>,
    settled: bool,
    findings: &mut Vec<Finding>,
) {
    let table = sections::profile();
    Checker { findings, partial: broken, memo, settled }.table(root, table, top, table.name);
}

/// Checks a tree against the table of its top.
pub(crate) fn check_table(
    root: &Node<'static>,
    table: &'static Table,
    top: Span,
    broken: bool,
    findings: &mut Vec<Finding>,
) {
    Checker { findings, partial: broken, memo: None, settled: false }.table(root, table, top, table.name);
}

/// Checks one value.
pub(super) fn check_kind(
    node: &Node<'static>,
    kind: &Kind,
    key: Span,
    name: &str,
    findings: &mut Vec<Finding>,
) {
    Checker { findings, partial: true, memo: None, settled: false }.kind(node, kind, key, node.span, name);
}

struct Checker<'a> {
    findings: &'a mut Vec<Finding>,
    /// Whether keys may be missing here.
    partial: bool,
    memo: Option<&'a Memo>,
    /// Whether the next table is a profile whose objects were checked before, except for classes.
    settled: bool,
}

impl Checker<'_> {
    fn table(&mut self, node: &Node<'static>, table: &'static Table, at: Span, name: &str) {
        let is_settled = std::mem::take(&mut self.settled);
        for entry in node.entries() {
            let key = entry.key.value.as_ref();
            if is_settled && sections::section(key).is_some_and(|section| !section.is_class()) {
                continue;
            }
            let Some(known) = table.key(key) else {
                if table.extra {
                    continue;
                }
                self.unknown(node, entry.key.span, key, name, table);
                continue;
            };
            let partial = self.partial;
            self.partial |= key == "defaults";
            let place = if entry.value.span.start == entry.value.span.end {
                entry.key.span
            } else {
                entry.value.span
            };
            self.kind(&entry.value, &known.kind, entry.key.span, place, key);
            self.partial = partial;
            self.beside(node, known, entry.key.span);
        }
        self.missing(node, table, at, name);
        for keys in table.exclusive {
            self.exclusive(node, keys, table.one, at, name);
        }
    }

    /// At most one of these keys may be set; one of them must be if `one` holds.
    fn exclusive(&mut self, node: &Node<'static>, keys: &[&str], one: bool, at: Span, name: &str) {
        let rivals: Vec<_> =
            node.entries().iter().filter(|entry| keys.contains(&entry.key.value.as_ref())).collect();
        if let [first, second, ..] = rivals.as_slice() {
            let message = format!("`{}` and `{}` exclude each other", first.key.value, second.key.value);
            let finding = self.push(
                &MUTUALLY_EXCLUSIVE_KEYS,
                second.key.span,
                message,
                format!("choose one of {}", list(keys)),
            );
            finding.related(first.key.span, "the other is set here");
        }
        // A count of zero needs no vendor.
        let none = node.get("count").is_some_and(|count| count.value == Value::Integer(0));
        if rivals.is_empty() && one && !self.partial && !none {
            let message = format!("{name} has none of {}", list(keys));
            self.push(&MISSING_KEY, at, message, "add one of them".to_owned());
        }
    }

    /// A key that has no effect alone is a mistake.
    fn beside(&mut self, node: &Node<'static>, key: &Key, at: Span) {
        if !self.partial && !key.beside.is_empty() && !key.beside.iter().any(|name| node.get(name).is_some())
        {
            let message = format!("`{}` requires {}", key.name, list_or(key.beside));
            self.push(
                &MUTUALLY_EXCLUSIVE_KEYS,
                at,
                message,
                format!("it has no effect alone: it is {}", key.about),
            );
        }
    }

    fn missing(&mut self, node: &Node<'static>, table: &Table, at: Span, name: &str) {
        let there = |path: &str| path.split('.').try_fold(node, |node, part| node.get(part)).is_some();
        for key in table.keys().filter(|key| key.required && !there(key.name)) {
            if key.instead.iter().copied().any(there) {
                continue;
            }
            if !self.partial {
                let message = format!("{name} has no `{}`", key.name);
                let about = match key.about.trim_matches('`') == key.name {
                    true => "the field of that name in the API",
                    false => key.about,
                };
                self.push(&MISSING_KEY, at, message, format!("add `{}`: {about}", key.name));
            }
        }
    }

    fn kind(&mut self, node: &Node<'static>, kind: &Kind, key: Span, place: Span, name: &str) {
        match (kind, &node.value) {
            (_, Value::Null)
            | (Kind::Api, Value::Mapping(_))
            | (Kind::String | Kind::Suggested(_) | Kind::Reference(_), Value::String(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Integer, Value::Integer(_))
            | (Kind::Quantity, Value::Integer(_))
            | (Kind::Scalar, Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Bool(_)) => {}
            (Kind::Quantity, Value::String(text)) => {
                if let Err(error) = Quantity::parse(text) {
                    let message = format!("`{text}` is not a quantity");
                    let finding = self.push(
                        &INVALID_PROFILE_VALUE,
                        place,
                        message,
                        format!("write {error}: `10Gi` is 10 × 1024³, `10G` is 10 × 1000³"),
                    );
                    if let Some(near) = quantity::misspelled(text) {
                        let place = Place { value: Some(place), ..Place::default() };
                        finding.fix(
                            Fix::new(format!("replace it with `{near}`"), Applicability::Safe)
                                .at(place, Intent::Replace(near.into())),
                        );
                    }
                }
            }
            (Kind::Version, Value::String(text)) => {
                if let Err(message) = text.parse::<KubernetesVersion>() {
                    self.push(
                        &INVALID_PROFILE_VALUE,
                        place,
                        message,
                        "`kubernetes` is the oldest API server that must accept the output".to_owned(),
                    );
                }
            }
            (Kind::Enum(values), Value::String(text)) => self.choice(name, text, values, place, ""),
            (Kind::Vendor, Value::String(text)) => {
                self.choice(name, text, &vendors(), place, "; for any other set `resource`");
            }
            (Kind::List(kind) | Kind::Named(_, kind), Value::Sequence(items)) => {
                for item in items {
                    self.kind(item, kind, item.span, item.span, name);
                }
            }
            (Kind::Map(kind) | Kind::Named(_, kind), Value::Mapping(entries)) => {
                for entry in entries {
                    let place = if entry.value.span.start == entry.value.span.end {
                        entry.key.span
                    } else {
                        entry.value.span
                    };
                    self.item(entry, kind, place);
                }
            }
            (Kind::Table(table), Value::Mapping(_)) => self.table(node, table, key, &format!("`{name}`")),
            (Kind::Either(_, table), Value::Mapping(_)) => self.kind(node, table, key, place, name),
            (Kind::Either(other, _), _) => self.kind(node, other, key, place, name),
            _ => {
                let message = format!("`{name}` must be {}, not {}", kind.name(), node.type_name());
                let help = match kind {
                    Kind::Table(table) => {
                        let names: Vec<&str> = table.keys().map(|key| key.name).collect();
                        let first = names.first().copied().unwrap_or_default();
                        format!("write a table of {}, such as `{{ {first} = … }}`", list(&names))
                    }
                    Kind::List(Kind::Table(_) | Kind::Api) | Kind::Named(..) => {
                        "write a list of tables: `[{ … }]`".to_owned()
                    }
                    Kind::String | Kind::Scalar if matches!(node.value, Value::Mapping(_)) => {
                        format!(
                            "write a string; a key that contains dots must be quoted: `\"{name}.…\" = \"…\"`"
                        )
                    }
                    Kind::List(_) => "write a list, such as `[\"…\"]`".to_owned(),
                    _ => format!("write {}", kind.name()),
                };
                let finding = self.push(&PROFILE_TYPE, place, message, help);
                let at = Place { value: Some(node.span), ..Place::default() };
                let fix = |title: &str, intent| Fix::new(title, Applicability::Safe).at(at, intent);
                match (kind, &node.value) {
                    (
                        Kind::String | Kind::Version | Kind::Suggested(_) | Kind::Reference(_),
                        Value::Bool(_) | Value::Integer(_) | Value::Float(_),
                    ) => {
                        finding.fix(fix("quote it", Intent::Quote));
                    }
                    (Kind::Boolean, Value::String(text)) => {
                        if let Ok(value) = text.to_ascii_lowercase().parse::<bool>() {
                            finding.fix(fix("remove the quotes", Intent::Replace(value.into())));
                        }
                    }
                    (Kind::Integer, Value::String(text)) => {
                        if let Ok(number) = text.parse::<i64>() {
                            finding.fix(fix("remove the quotes", Intent::Replace(number.into())));
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// An item of a table with keys of the user's own.
    fn item(&mut self, entry: &Entry<'static>, kind: &Kind, place: Span) {
        let known = match (self.memo, kind) {
            (Some(memo), Kind::Table(table)) => Some((memo, memo::key(&entry.value, table, self.partial))),
            _ => None,
        };
        if known.is_some_and(|(memo, key)| memo.has(key)) {
            return;
        }
        let before = self.findings.len();
        self.kind(&entry.value, kind, entry.key.span, place, &entry.key.value);
        if let Some((memo, key)) = known.filter(|_| self.findings.len() == before) {
            memo.keep(key);
        }
    }

    /// A text that must be one of `values`.
    fn choice(&mut self, name: &str, text: &str, values: &[&str], place: Span, other: &str) {
        if !values.contains(&text) {
            let choices = format!("valid values: {}{other}", list(values));
            let near = nearest(text, values.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`? {choices}"),
                None => choices,
            };
            let message = format!("`{text}` is not a valid `{name}`");
            let finding = self.push(&INVALID_PROFILE_VALUE, place, message, help);
            if let Some(near) = near {
                let place = Place { value: Some(place), ..Place::default() };
                let applicability = Applicability::of_spelling(text, near);
                finding.fix(
                    Fix::new(format!("replace it with `{near}`"), applicability)
                        .at(place, Intent::Replace(near.into())),
                );
            }
        }
    }

    fn unknown(&mut self, node: &Node<'static>, at: Span, key: &str, name: &str, table: &'static Table) {
        let help = synonym::help(key, table);
        let finding = self.push(&UNKNOWN_KEY, at, format!("unknown key `{key}` in {name}"), help);
        let near = synonym::near(key, table);
        if let Some(near) =
            near.filter(|near| node.entry(near).is_none_or(|entry| entry.key.span.source != at.source))
        {
            let place = Place { key: Some(at), ..Place::default() };
            let applicability = Applicability::of_spelling(key, near);
            finding.fix(
                Fix::new(format!("rename it to `{near}`"), applicability)
                    .at(place, Intent::Rename(near.to_owned())),
            );
        }
    }

    fn push(
        &mut self,
        rule: &'static crate::rule::Rule,
        at: Span,
        message: String,
        help: String,
    ) -> &mut Finding {
        let mut finding = Finding::new(rule, at, message);
        finding.help(help);
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}

impl Kind {
    /// How a message names it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::String | Self::Version | Self::Enum(_) | Self::Suggested(_) | Self::Vendor => "a string",
            Self::Reference(_) => "the key of an object, as a string",
            Self::Boolean => "`true` or `false`",
            Self::Integer => "an integer",
            Self::Quantity => "a quantity such as `10Gi`",
            Self::Scalar => "a string, a number or a boolean",
            Self::List(_) | Self::Named(..) => "a list",
            Self::Map(_) | Self::Table(_) | Self::Api => "a table",
            Self::Either(first, _) => first.name(),
        }
    }
}

/// The vendors of accelerators that volwright knows.
pub(super) fn vendors() -> Vec<&'static str> {
    accelerator::all().iter().map(|accelerator| accelerator.vendor).collect()
}

fn list_or(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ")
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
