//! Findings as workflow commands, which GitHub shows beside the changed lines.

use super::is_file;
use crate::finding::Report;
use crate::output::repo_root::{Base, Place};
use crate::rule::Severity;
use crate::source::{Source, Sources};

/// One line for each finding.
#[must_use]
pub fn annotations(report: &Report, sources: &Sources, base: &Base) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        let location = sources.location(finding.primary.span);
        let mut text = finding.message.clone();
        if let Some(help) = &finding.help {
            text.push('\n');
            text.push_str(help);
        }
        let command = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        out.push_str(&format!(
            "::{command} file={},line={},col={},title={}::{}\n",
            property(&file(sources.get(finding.primary.span.source), base)),
            location.line,
            location.column,
            property(&format!("{} {}", finding.rule.code, finding.rule.name)),
            data(&text),
        ));
    }
    out
}

/// One line for a file as a whole.
#[must_use]
pub fn error(path: &str, base: &Base, title: &str, text: &str) -> String {
    let file = match base.place(path) {
        Place::Inside(path) => path,
        Place::Outside(_) => path.to_owned(),
    };
    format!("::error file={},line=1,title={}::{}\n", property(&file), property(title), data(text))
}

/// The file from the root of the repository, as GitHub knows it.
fn file(source: &Source, base: &Base) -> String {
    match base.place(&source.name) {
        Place::Inside(path) if is_file(source) => path,
        _ => source.name.clone(),
    }
}

/// The text of a command: its line ends and percent signs escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command: colons and commas too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
