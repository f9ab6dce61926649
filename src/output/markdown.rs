//! Findings as Markdown, for a comment on a pull request.

use super::on_one_line;
use crate::finding::{Finding, Report};
use crate::source::Sources;

/// The findings as a list.
#[must_use]
pub fn report(report: &Report, sources: &Sources) -> String {
    report.findings.iter().map(|finding| item(finding, sources)).collect()
}

fn item(finding: &Finding, sources: &Sources) -> String {
    let location = sources.location(finding.primary.span);
    let file = on_one_line(&sources.get(finding.primary.span.source).name);
    let help = finding.help.as_ref().map(|help| format!("\n  {}", on_one_line(help))).unwrap_or_default();
    format!(
        "- **{} {}** {} (`{file}:{}`){help}\n",
        finding.severity.as_str(),
        finding.rule.code,
        on_one_line(&finding.message),
        location.line
    )
}
