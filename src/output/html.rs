//! Findings as an HTML page.

use super::drift::Drift;
use super::page::page;
use super::remainder;
use super::writer::html::Html;
use crate::finding::omitted::by_rule;
use crate::finding::{Finding, Report};
use crate::rule::Severity;
use crate::source::Sources;

/// The page of a report.
#[must_use]
pub fn report(report: &Report, sources: &Sources) -> String {
    let mut out = Html::default();
    let heading = heading(report);
    out.literal("<h1>").text(&heading).literal("</h1>\n");
    findings(report, sources, &mut out);
    page(&format!("volwright: {heading}"), out)
}

/// The page of a report, with the files that differ from what a render would write.
#[must_use]
pub fn drift(report: &Report, sources: &Sources, found: &[Drift]) -> String {
    let mut out = Html::default();
    let heading = match found.len() {
        0 => heading(report),
        1 => "1 file differs".to_owned(),
        many => format!("{many} files differ"),
    };
    out.literal("<h1>").text(&heading).literal("</h1>\n");
    findings(report, sources, &mut out);
    for one in found {
        out.literal("<h2>").text(&one.path.display().to_string()).literal(" is ").literal(one.kind.as_str());
        out.literal("</h2>\n<pre>").lines(&one.diff).literal("</pre>\n");
    }
    page(&format!("volwright: {heading}"), out)
}

fn heading(report: &Report) -> String {
    super::counts(report).unwrap_or_else(|| "no findings".to_owned())
}

/// The findings, errors first, each with its place and its fix.
pub(super) fn findings(report: &Report, sources: &Sources, out: &mut Html) {
    let is_error = |finding: &&Finding| finding.severity == Severity::Error;
    let (errors, others): (Vec<&Finding>, Vec<&Finding>) = report.findings.iter().partition(is_error);
    for finding in errors.into_iter().chain(others) {
        let is_error = is_error(&finding);
        let location = sources.location(finding.primary.span);
        let file = &sources.get(finding.primary.span.source).name;
        out.literal(if is_error { "<section class=\"error\">" } else { "<section class=\"warning\">" });
        out.literal("<strong>").literal(finding.severity.as_str()).literal(" ").literal(finding.rule.code);
        out.literal("</strong> ").sentence(&finding.message);
        out.literal("\n<p>").code(&format!("{file}:{}", location.line)).literal("</p>");
        if let Some(help) = &finding.help {
            out.literal("\n<p>Fix: ").sentence(help).literal("</p>");
        }
        out.literal("</section>\n");
    }
    for one in by_rule(&report.omitted) {
        let text = remainder(&one, one.findings);
        out.literal("<p class=\"quiet\">").sentence(&text).literal(" are not listed</p>\n");
    }
}
