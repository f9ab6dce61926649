//! Suppressions: an annotation of the object names rules that it is excused from, each with a reason.

use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::registry::{SUPPRESSION_REASON, SUPPRESSION_UNKNOWN, SUPPRESSION_UNUSED, all, find};
use crate::rule::Rule;
use crate::yaml::path::Path;

/// The annotation: `CODE: reason; CODE2: reason`, with codes or names of rules.
pub const ANNOTATION: &str = "volwright/ignore";

/// What a reader is told to write.
const FORM: &str = "write `CODE: reason`, and `;` before the next one";

/// Takes what the bundle's objects are excused from out of `findings`, and adds what is wrong with their suppressions.
pub fn apply(bundle: &Bundle<'_>, findings: &mut Vec<Finding>) {
    let mut suppressions = Suppressions::of(bundle.documents);
    suppressions.remove(findings);
    findings.extend(suppressions.findings(|rule| match rule.code.as_bytes().first() {
        Some(b'C') => false,
        Some(b'S') => bundle.pod_security.is_some(),
        _ => true,
    }));
}

/// What the objects of some documents are excused from.
#[derive(Debug)]
pub struct Suppressions<'a> {
    entries: Vec<Entry<'a>>,
    /// What is wrong with the suppressions themselves.
    findings: Vec<Finding>,
}

/// One object's excuse from one rule.
#[derive(Debug)]
struct Entry<'a> {
    document: &'a Document<'a>,
    /// Whether other objects have the same position in the input: the items of a list do.
    shared: bool,
    rule: &'static Rule,
    used: bool,
}

impl<'a> Suppressions<'a> {
    /// Reads the suppressions of `documents`, which stand in the order of the input.
    #[must_use]
    pub fn of(documents: &'a [Document<'a>]) -> Self {
        let mut all = Self { entries: Vec::new(), findings: Vec::new() };
        for (at, document) in documents.iter().enumerate() {
            let annotations = document.root.get("metadata").and_then(|metadata| metadata.get("annotations"));
            let text = annotations.and_then(|list| list.get(ANNOTATION)).and_then(|node| node.as_str());
            let Some(text) = text else { continue };
            let same =
                |other: Option<&Document<'_>>| other.is_some_and(|other| other.index == document.index);
            let shared =
                same(documents.get(at + 1)) || same(at.checked_sub(1).and_then(|at| documents.get(at)));
            let mut out = Reporter::new(document, &mut all.findings);
            for (name, reason) in parts(text) {
                if let Some(rule) = named(name, reason, &mut out) {
                    all.entries.push(Entry { document, shared, rule, used: false });
                }
            }
        }
        all
    }

    /// Takes out of `findings` what is suppressed.
    pub fn remove(&mut self, findings: &mut Vec<Finding>) {
        if !self.entries.is_empty() {
            findings.retain(|finding| !self.takes(finding));
        }
    }

    fn takes(&mut self, finding: &Finding) -> bool {
        // Entries are in the order of their documents.
        let Some(index) = finding.document else { return false };
        let start = self.entries.partition_point(|entry| entry.document.index < index);
        let mut taken = false;
        for entry in self.entries[start..].iter_mut().take_while(|entry| entry.document.index == index) {
            if std::ptr::eq(entry.rule, finding.rule) && entry.covers(finding) {
                entry.used = true;
                taken = true;
            }
        }
        taken
    }

    /// What is wrong with the suppressions, once everything that was found has gone through [`Self::remove`]; `ran`
    /// tells which rules could have found something.
    #[must_use]
    pub fn findings(mut self, ran: impl Fn(&Rule) -> bool) -> Vec<Finding> {
        for entry in self.entries.iter().filter(|entry| !entry.used && ran(entry.rule)) {
            let mut out = Reporter::new(entry.document, &mut self.findings);
            at(
                &mut out,
                &SUPPRESSION_UNUSED,
                format!("{} finds nothing here that is to be suppressed", entry.rule.code),
            )
            .help("take it out of the annotation, or the next such mistake passes unseen");
        }
        self.findings
    }
}

impl Entry<'_> {
    fn covers(&self, finding: &Finding) -> bool {
        let (own, place) = (self.document.root.span, finding.primary.span);
        !self.shared || (own.source == place.source && (own.start..=own.end).contains(&place.start))
    }
}

/// The rule that `name` names, where it may be suppressed for this reason.
fn named(name: &str, reason: &str, out: &mut Reporter<'_>) -> Option<&'static Rule> {
    let Some(rule) = find(name) else {
        let finding = at(out, &SUPPRESSION_UNKNOWN, format!("there is no rule `{name}`"));
        match nearest(name, all().flat_map(|rule| [rule.code, rule.name])) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("{FORM}; `volwright rules` lists the rules")),
        };
        return None;
    };
    if rule.code.starts_with(['P', 'T', 'Y']) {
        at(out, &SUPPRESSION_UNKNOWN, format!("{} cannot be suppressed in a manifest", rule.code))
            .help(format!("mend what it found, or leave it out of the run with `--ignore {}`", rule.code));
        return None;
    }
    if reason.is_empty() {
        at(out, &SUPPRESSION_REASON, format!("{} is suppressed without a reason", rule.code))
            .help(format!("write why: `{}: reason`", rule.code));
        return None;
    }
    Some(rule)
}

fn at<'f>(out: &'f mut Reporter<'_>, rule: &'static Rule, message: String) -> &'f mut Finding {
    let root = Path::root();
    let metadata = root.field("metadata");
    out.report(rule, &metadata.field("annotations").key(ANNOTATION), message)
}

/// The rules that an annotation names, each with its reason. A part behind `;` that names no rule goes on with the
/// reason before it.
fn parts(text: &str) -> Vec<(&str, &str)> {
    let mut parts = Vec::new();
    for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (names, reason) = part.split_once(':').unwrap_or((part, ""));
        let is_name = |name: &str| !name.trim().is_empty() && !name.trim().contains(char::is_whitespace);
        let goes_on = !parts.is_empty()
            && (!names.split(',').all(is_name)
                || (reason.is_empty() && names.split(',').all(|name| find(name.trim()).is_none())));
        if !goes_on {
            parts.extend(names.split(',').map(|name| (name.trim(), reason.trim())));
        }
    }
    parts
}
