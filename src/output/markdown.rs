//! Findings as Markdown, for a comment on a pull request.

use super::remainder;
use super::writer::markdown::Markdown;
use crate::finding::omitted::by_rule;
use crate::finding::{Finding, Report};
use crate::source::Sources;

/// The findings as a list.
#[must_use]
pub fn report(report: &Report, sources: &Sources) -> String {
    let mut out = Markdown::default();
    for finding in &report.findings {
        item(finding, sources, &mut out);
    }
    for one in by_rule(&report.omitted) {
        out.literal("- ").text(&remainder(&one, one.findings)).literal(" are not listed\n");
    }
    out.finish()
}

fn item(finding: &Finding, sources: &Sources, out: &mut Markdown) {
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
}
