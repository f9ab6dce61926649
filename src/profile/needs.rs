//! Claims that state a need: each gets a class of its own.

use std::borrow::Cow;

use super::rules::DUPLICATE_NAME;
use super::sections::{CLAIMS, STORAGE_CLASSES};
use crate::finding::Finding;
use crate::source::{Span, Spanned};
use crate::yaml::node::{Entry, Node, Value};

/// Moves the need of each claim to a class with the claim's key, and names that class in the claim.
pub(super) fn expand(root: &mut Node<'static>, findings: &mut Vec<Finding>) {
    let Value::Mapping(sections) = &mut root.value else { return };
    let claims = sections.iter_mut().find(|entry| entry.key.value == CLAIMS);
    let Some(Value::Mapping(claims)) = claims.map(|entry| &mut entry.value.value) else { return };
    let mut classes = Vec::new();
    for claim in claims {
        let Value::Mapping(keys) = &mut claim.value.value else { continue };
        let Some(at) = keys.iter().position(|entry| entry.key.value == "needs") else { continue };
        let has_class = keys.iter().any(|entry| entry.key.value == "storageClass");
        // The checks of the profile report both.
        if has_class || !matches!(keys[at].value.value, Value::Mapping(_)) {
            continue;
        }
        let needs = keys.remove(at);
        let (key, span) = (claim.key.value.clone(), needs.key.span);
        let value = Node::new(Value::String(key.clone()), span);
        keys.push(entry(Cow::Borrowed("storageClass"), span, value));
        let class = Node::new(Value::Mapping(vec![needs]), span);
        classes.push(entry(key, claim.key.span, class));
    }
    if classes.is_empty() {
        return;
    }
    if !sections.iter().any(|entry| entry.key.value == STORAGE_CLASSES) {
        let span = classes[0].key.span;
        let value = Node::new(Value::Mapping(Vec::new()), span);
        sections.push(entry(Cow::Borrowed(STORAGE_CLASSES), span, value));
    }
    let known = sections.iter_mut().find(|entry| entry.key.value == STORAGE_CLASSES);
    let Some(Value::Mapping(known)) = known.map(|entry| &mut entry.value.value) else { return };
    for class in classes {
        match known.iter().find(|entry| entry.key.value == class.key.value) {
            Some(other) => findings.push(taken(&class, other.key.span)),
            None => known.push(class),
        }
    }
}

/// Reports a claim with a need whose key is that of a class.
fn taken(class: &Entry<'static>, other: Span) -> Finding {
    let key = &class.key.value;
    let message =
        format!("the class for the need of `claims.{key}` would be `storageClasses.{key}`, which exists");
    let mut finding = Finding::new(&DUPLICATE_NAME, class.value.span, message);
    finding.help(format!(
        "rename the claim's key, or set the need in the class: `storageClasses.{key}.needs`, and \
         `storageClass = \"{key}\"` in the claim"
    ));
    finding.related(other, "the class");
    finding
}

fn entry(key: Cow<'static, str>, span: Span, value: Node<'static>) -> Entry<'static> {
    Entry { key: Spanned { value: key, span }, value }
}
