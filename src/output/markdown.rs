//! Findings as Markdown, for a comment on a pull request.

use super::remainder;
use super::writer::markdown::Markdown;
use crate::finding::omitted::by_rule;
use crate::finding::{Finding, Report};
use crate::source::Sources;

/// The findings as a list.
#[must_use]
pub fn report(report: &Report, sources: &Sources) -> String {
    items(report, sources).concat()
}

/// The items of the list.
pub(super) fn items(report: &Report, sources: &Sources) -> Vec<String> {
    let mut items: Vec<_> = report.findings.iter().map(|finding| item(finding, sources)).collect();
    for one in by_rule(&report.omitted) {
        let mut out = Markdown::default();
        out.literal("- ").text(&remainder(&one, one.findings)).literal(" are not listed\n");
        items.push(out.finish());
    }
    items
}

fn item(finding: &Finding, sources: &Sources) -> String {
    let mut out = Markdown::default();
    let location = sources.location(finding.primary.span);
    let file = &sources.get(finding.primary.span.source).name;
    out.literal("- **")
        .literal(finding.severity.as_str())
        .literal(" ")
        .literal(finding.rule.code)
        .literal("** ");
    out.text(&finding.message).literal(" (").code(&format!("{file}:{}", location.line)).literal(")");
    if let Some(help) = &finding.help {
        out.literal("\n  ").text(help);
    }
    out.literal("\n");
    out.finish()
}
