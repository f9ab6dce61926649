//! Template files that nothing reads: a misspelt name would leave the built-in template in place without notice.

use super::rules::MISSING_TEMPLATE;
use crate::catalog::kind;
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::source::{SourceId, Sources, Span};

/// A finding for each file that is not the template of a kind and that no other file can include.
pub(super) fn findings(own: &[(String, SourceId)], sources: &Sources) -> Vec<Finding> {
    if own.is_empty() {
        return Vec::new();
    }
    let kinds: Vec<String> = kind::all()
        .iter()
        .filter(|kind| kind.section.is_some())
        .map(|kind| format!("{}.yaml.j2", kind.name.to_ascii_lowercase()))
        .collect();
    let is_read = |name: &str| {
        kinds.iter().any(|kind| kind == name)
            || own.iter().any(|(other, id)| other != name && sources.get(*id).text.contains(name))
    };
    let mut findings = Vec::new();
    for (name, id) in own.iter().filter(|(name, _)| !is_read(name)) {
        let message = format!("nothing reads the template `{name}`");
        let mut finding = Finding::new(&MISSING_TEMPLATE, Span::new(*id, 0, 0), message);
        finding.help(match nearest(name, kinds.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "a template has the name of its kind, such as `pod.yaml.j2`, or another template includes it; \
                     `volwright templates` lists the names"
                .to_owned(),
        });
        findings.push(finding);
    }
    findings
}
