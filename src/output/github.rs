//! Findings as workflow commands, which GitHub shows next to the changed lines.

use super::writer::github::Commands;
use super::{is_file, remainder};
use crate::finding::Report;
use crate::finding::omitted::by_rule;
use crate::fix::diff::hunks;
use crate::fix::edits;
use crate::output::repo_root::{Base, Place};
use crate::source::{Source, Sources};

/// One line for each finding.
#[must_use]
pub fn annotations(report: &Report, sources: &Sources, base: &Base) -> String {
    let mut commands = Commands::default();
    for finding in &report.findings {
        let location = sources.location(finding.primary.span);
        let mut text = finding.message.clone();
        if let Some(help) = &finding.help {
            text.push('\n');
            text.push_str(help);
        }
        if let Some(fix) = &finding.fix {
            let suggestion = format!("\nSuggested change: {}", fix.title);
            let hunks = hunks(&edits(fix, sources), sources);
            if hunks.is_none() {
                text.push_str(&suggestion);
            }
            for hunk in hunks.iter().flatten() {
                text.push_str(&suggestion);
                let (before, after) = (hunk.before.iter(), hunk.after.iter());
                before.for_each(|line| text.push_str(&format!("\n- {line}")));
                after.for_each(|line| text.push_str(&format!("\n+ {line}")));
            }
        }
        commands.command(
            finding.severity.as_str(),
            &[
                ("file", &file(sources.get(finding.primary.span.source), base)),
                ("line", &location.line.to_string()),
                ("col", &location.column.to_string()),
                ("title", &format!("{} {}", finding.rule.code, finding.rule.name)),
            ],
            &text,
        );
    }
    for one in by_rule(&report.omitted) {
        let title = format!("{} {}", one.rule.code, one.rule.name);
        let text = format!("{} are not listed", remainder(&one, one.findings));
        commands.command(one.severity.as_str(), &[("title", &title)], &text);
    }
    commands.finish()
}

/// Adds one line for a file as a whole.
pub(super) fn error(commands: &mut Commands, path: &str, base: &Base, title: &'static str, text: &str) {
    let file = match base.place(path) {
        Place::Inside(path) => path,
        Place::Outside(_) => path.to_owned(),
    };
    commands.command("error", &[("file", &file), ("line", "1"), ("title", title)], text);
}

/// The path from the root of the repository, as GitHub knows the file.
fn file(source: &Source, base: &Base) -> String {
    match base.place(&source.name) {
        Place::Inside(path) if is_file(source) => path,
        _ => source.name.clone(),
    }
}
