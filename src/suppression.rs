//! Suppressions: an annotation of an object lists suppressed rules, each with a reason.

use crate::bundle::Bundle;
use crate::document::Document;
use crate::document::reporter::Reporter;
use crate::finding::Finding;
use crate::finding::fix::{Applicability, Fix, Intent, Step, Steps};
use crate::nearest::nearest;
use crate::registry::{SUPPRESSION_REASON, SUPPRESSION_UNKNOWN, SUPPRESSION_UNUSED, all, find};
use crate::rule::Rule;
use crate::yaml::path::Path;

/// The annotation: `CODE: reason; CODE2: reason`, with codes or names of rules.
pub const ANNOTATION: &str = "volwright/ignore";

/// The format, for help texts.
const FORM: &str = "write `CODE: reason`, separated by `;`";

/// Removes suppressed findings from `findings`, and adds findings about the suppressions.
pub fn apply(bundle: &Bundle<'_>, findings: &mut Vec<Finding>) {
    let mut suppressions = Suppressions::of(bundle.documents);
    suppressions.remove(findings);
    findings.extend(suppressions.after_check(bundle.pod_security.is_some()));
}

/// The annotation of a document.
fn annotation<'d>(document: &'d Document<'_>) -> Option<&'d str> {
    let annotations = document.root.get("metadata")?.get("annotations")?;
    annotations.get(ANNOTATION)?.as_str()
}

/// Whether a document suppresses rules.
#[must_use]
pub fn is_in(document: &Document<'_>) -> bool {
    annotation(document).is_some()
}

/// The suppressions of some documents.
#[derive(Debug)]
pub struct Suppressions<'a> {
    entries: Vec<Entry<'a>>,
    /// Findings about the suppressions themselves.
    findings: Vec<Finding>,
}

/// The suppression of one rule for one object.
#[derive(Debug)]
struct Entry<'a> {
    document: &'a Document<'a>,
    /// Whether other objects have the same position in the input, as the items of a list do.
    shared: bool,
    rule: &'static Rule,
    used: bool,
}

impl<'a> Suppressions<'a> {
    /// Reads the suppressions of `documents`, which are in input order.
    #[must_use]
    pub fn of(documents: &'a [Document<'a>]) -> Self {
        let mut all = Self { entries: Vec::new(), findings: Vec::new() };
        for (at, document) in documents.iter().enumerate() {
            let Some(text) = annotation(document) else { continue };
            let same =
                |other: Option<&Document<'_>>| other.is_some_and(|other| other.index == document.index);
            let shared =
                same(documents.get(at + 1)) || same(at.checked_sub(1).and_then(|at| documents.get(at)));
            let mut out = Reporter::new(document, &mut all.findings);
            for (name, reason) in parts(text) {
                if let Some(rule) = named(text, name, reason, &mut out) {
                    all.entries.push(Entry { document, shared, rule, used: false });
                }
            }
        }
        all
    }

    /// Removes suppressed findings.
    pub fn remove(&mut self, findings: &mut Vec<Finding>) {
        if !self.entries.is_empty() {
            findings.retain(|finding| !self.takes(finding));
        }
    }

    fn takes(&mut self, finding: &Finding) -> bool {
        // Entries are sorted by document.
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

    /// Findings about the suppressions after a check of manifests, with or without a Pod Security level.
    #[must_use]
    pub fn after_check(self, has_pod_security: bool) -> Vec<Finding> {
        self.findings(|rule| match rule.code.as_bytes().first() {
            Some(b'C') => false,
            Some(b'S') => has_pod_security,
            _ => true,
        })
    }

    /// Findings about the suppressions, after all findings have passed through [`Self::remove`]; `ran`
    /// returns whether a rule was run.
    #[must_use]
    pub fn findings(mut self, ran: impl Fn(&Rule) -> bool) -> Vec<Finding> {
        for entry in self.entries.iter().filter(|entry| !entry.used && ran(entry.rule)) {
            let mut out = Reporter::new(entry.document, &mut self.findings);
            at(
                &mut out,
                &SUPPRESSION_UNUSED,
                format!("{} reports nothing here to suppress", entry.rule.code),
            )
            .help("remove it, or the next violation will be hidden")
            .fix(entry.without());
        }
        self.findings
    }
}

impl Entry<'_> {
    /// The annotation without this rule.
    fn without(&self) -> Fix {
        let root = Path::root();
        let metadata = root.field("metadata");
        let annotations = metadata.field("annotations");
        let path = annotations.key(ANNOTATION);
        let text = self.document.root.find(&path).node.as_str().unwrap_or_default();
        let others = parts(text)
            .into_iter()
            .filter(|(name, _)| find(name).is_none_or(|rule| !std::ptr::eq(rule, self.rule)));
        let rest: Vec<String> = others.map(|(name, reason)| format!("{name}: {reason}")).collect();
        let title = format!("remove the suppression of {}", self.rule.code);
        let fix = Fix::new(title, Applicability::Safe);
        if rest.is_empty() {
            return fix.change(&path, Intent::Remove);
        }
        fix.change(&path, Intent::Replace(rest.join("; ").into()))
    }

    fn covers(&self, finding: &Finding) -> bool {
        let (own, place) = (self.document.root.span, finding.primary.span);
        !self.shared || (own.source == place.source && (own.start..=own.end).contains(&place.start))
    }
}

/// The rule with this code or name, if it may be suppressed for this reason.
fn named(text: &str, name: &str, reason: &str, out: &mut Reporter<'_>) -> Option<&'static Rule> {
    let Some(rule) = find(name) else {
        let finding = at(out, &SUPPRESSION_UNKNOWN, format!("unknown rule `{name}`"));
        match nearest(name, all().flat_map(|rule| [rule.code, rule.name])) {
            Some(near) => {
                let text = text.replacen(name, near, 1);
                let fix = Fix::new(format!("rename it to `{near}`"), Applicability::of_spelling(name, near));
                let path = ["metadata", "annotations", ANNOTATION].map(|key| Step::Key(key.to_owned()));
                finding
                    .help(format!("did you mean `{near}`?"))
                    .fix(fix.change(Steps(path.into()), Intent::Replace(text.into())))
            }
            None => finding.help(format!("{FORM}; `volwright rules` lists the rules")),
        };
        return None;
    };
    if rule.code.starts_with(['P', 'T', 'Y']) {
        at(out, &SUPPRESSION_UNKNOWN, format!("{} cannot be suppressed in a manifest", rule.code))
            .help(format!("fix the cause, or skip the rule with `--ignore {}`", rule.code));
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

/// The entries of an annotation: rules and reasons. A part after `;` without a rule continues the previous
/// reason.
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
