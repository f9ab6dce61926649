//! Findings as Markdown, for a comment on a pull request.

use crate::finding::{Finding, Report};
use crate::source::Sources;

/// The findings as a list.
#[must_use]
pub fn report(report: &Report, sources: &Sources) -> String {
    report.findings.iter().map(|finding| item(finding, sources)).collect()
}

fn item(finding: &Finding, sources: &Sources) -> String {
    let location = sources.location(finding.primary.span);
    let file = &sources.get(finding.primary.span.source).name;
    let help = finding.help.as_ref().map(|help| format!("\n  {help}")).unwrap_or_default();
    format!(
        "- **{} {}** {} (`{file}:{}`){help}\n",
        finding.severity.as_str(),
        finding.rule.code,
        finding.message,
        location.line
    )
}
