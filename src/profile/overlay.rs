//! Recognises an overlay that is rendered as if it were a profile.

use super::rules::{MISSING_KEY, OVERLAY_AS_PROFILE, UNKNOWN_REFERENCE};
use crate::finding::Finding;
use crate::profile::{builtin, sections};
use crate::source::Span;
use crate::yaml::node::Node;

/// Replaces the findings about what the layers below an overlay would set by one that says so. `before` is the number of
/// findings before the checks of the merged tree, `name` the file as the user named it.
pub(super) fn report(
    name: &str,
    root: &Node<'static>,
    top: Span,
    before: usize,
    findings: &mut Vec<Finding>,
) {
    if root.get("driver").is_some() {
        return;
    }
    let lacks = |finding: &Finding| [MISSING_KEY.code, UNKNOWN_REFERENCE.code].contains(&finding.rule.code);
    if !findings[before..].iter().any(lacks) || !looks_like_an_overlay(root, &findings[before..]) {
        return;
    }
    let mut index = 0;
    findings.retain(|finding| {
        index += 1;
        index <= before || !lacks(finding)
    });
    let base = builtin::names().next().unwrap_or_default();
    let mut finding =
        Finding::new(&OVERLAY_AS_PROFILE, top, format!("{name} looks like an overlay: it sets no `driver`"));
    finding.help(format!(
        "merge it into a profile: `volwright render {base} -f {name}`; or make it a profile with `extends = \"{base}\"`"
    ));
    findings.push(finding);
}

/// Whether a tree has no name, has an object that a built-in profile defines, or refers to one.
fn looks_like_an_overlay(root: &Node<'static>, findings: &[Finding]) -> bool {
    let is_built_in = |section: &str, key: &str| {
        let header = format!("[{section}.{key}]");
        builtin::names()
            .any(|name| builtin::text(name).is_some_and(|text| text.lines().any(|line| line == header)))
    };
    let defined = sections::sections().iter().any(|section| {
        let entries = root.get(section.name).map(Node::entries).unwrap_or_default();
        !section.is_class() && entries.iter().any(|entry| is_built_in(section.name, &entry.key.value))
    });
    let referred =
        findings.iter().filter(|finding| finding.rule.code == UNKNOWN_REFERENCE.code).any(|finding| {
            let mut words = finding.message.split('`').skip(1).step_by(2);
            words.next().zip(words.next()).is_some_and(|(section, key)| is_built_in(section, key))
        });
    // A misspelt `driver` is a mistake of its own.
    let known = root.entries().iter().all(|entry| sections::profile().key(&entry.key.value).is_some());
    known && (root.get("name").is_none() || defined || referred)
}
