//! Updates of custom resources: rules of their definitions that compare the new object with the old one.

use std::collections::HashMap;
use std::sync::Arc;

use super::table::BROKEN_TRANSITION_RULE;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::schema::definition::Definition;
use crate::schema::definitions::Definitions;
use crate::schema::object::CustomResource;
use crate::schema::rule::Verdict;

/// The definitions that an update is checked against: those in the inputs, then the others.
#[derive(Debug)]
pub(super) struct Known<'a> {
    of_input: HashMap<(&'a str, &'a str), &'a Document<'a>>,
    others: &'a Definitions,
}

impl<'a> Known<'a> {
    /// The definitions in some inputs, the first of which counts, and others.
    pub(super) fn new(inputs: [&'a [Document<'a>]; 2], others: &'a Definitions) -> Self {
        let mut of_input = HashMap::new();
        for document in inputs.into_iter().flatten() {
            if Definition::is_one(&document.api_version, &document.kind)
                && let Some(names) = Definition::names(&document.root)
            {
                of_input.entry(names).or_insert(document);
            }
        }
        Self { of_input, others }
    }

    fn find(&self, group: &str, kind: &str) -> Option<Arc<Definition>> {
        let of_input = self.of_input.get(&(group, kind));
        of_input
            .and_then(|document| self.others.of_document(document.position(), &document.root))
            .or_else(|| self.others.find(group, kind))
    }
}

/// Evaluates the transition rules of an object's definition. Server-side apply removes what the new manifest omits, and
/// defaults are filled in again, so both states are what their manifests say.
pub(super) fn check(old: &Document<'_>, new: &Document<'_>, known: &Known<'_>, out: &mut Reporter<'_>) {
    let Some((group, version)) = new.api_version.split_once('/') else { return };
    let Some(definition) = known.find(group, &new.kind) else { return };
    let Some(version) = definition.version(version).filter(|version| version.served) else { return };
    let before = CustomResource::new(&old.root, version, &mut |_, _| {});
    let mut after = CustomResource::new(&new.root, version, &mut |_, _| {});
    if !after.has_rules() {
        return;
    }
    after.validate(&mut |_, _| {});
    after.transition(&before, &mut |path, rule, verdict| {
        let (message, help) = match verdict {
            Verdict::Broken(message) => (message, format!("the rule is `{}`", rule.program.source)),
            Verdict::Fails(failure) => {
                let help = format!("the rule fails while it is evaluated: `{}`", rule.program.source);
                (format!("{failure}, evaluating: {}", rule.title()), help)
            }
            // `validate` reports what cannot be evaluated.
            Verdict::Holds | Verdict::Unknown(_) => return,
        };
        out.report(&BROKEN_TRANSITION_RULE, path, message).help(help);
    });
}
