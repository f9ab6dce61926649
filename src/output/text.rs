//! Findings for people: the message, the excerpt, what to write instead.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Renderer, Snippet};

use super::remainder;
use super::writer::terminal;
use crate::finding::fix::Applicability;
use crate::finding::omitted::by_rule;
use crate::finding::{Finding, Label, Report};
use crate::fix::diff::hunks;
use crate::fix::edits;
use crate::rule::Severity;
use crate::source::{Source, SourceId, SourceKind, Sources};

/// Lines of one source further apart than this are shown as two excerpts.
const NEAR: usize = 12;
/// A line longer than this is cut around what it is about, in bytes.
const LONG: usize = 4096;
/// A message longer than this is cut in its middle, in characters.
const LONGEST_MESSAGE: usize = 400;
/// What is left of such a line on either side, in bytes: more than a terminal's line takes.
const AROUND: usize = 1024;

/// Every finding, one after the other, with an empty line between; coloured with ANSI codes where asked.
#[must_use]
pub fn report(report: &Report, sources: &Sources, coloured: bool) -> String {
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for (finding, documents) in report.grouped() {
        out.push_str(&one(finding, documents, sources, &renderer));
        out.push_str("\n\n");
    }
    let omitted = by_rule(&report.omitted);
    for one in omitted.iter().filter(|one| one.groups > 0) {
        out.push_str(&format!("and {}\n", remainder(one, one.groups)));
    }
    if !omitted.is_empty() {
        out.push_str("`--max-findings 0` lists all findings\n\n");
    }
    terminal::neutral(out, coloured)
}

fn one(finding: &Finding, documents: usize, sources: &Sources, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        level.primary_title(message(finding)).id(finding.rule.code).elements(Vec::<Element<'_>>::new());
    let excerpts = excerpts(finding, sources);
    for excerpt in &excerpts {
        group = group.element(snippet(excerpt, sources));
    }
    if let Some(path) = finding.path.as_deref().filter(|path| !path.is_empty()) {
        let kind = sources.get(finding.primary.span.source).kind;
        if matches!(kind, SourceKind::Profile | SourceKind::Argument | SourceKind::Template) {
            let often = if documents > 1 { format!(" in {documents} documents") } else { String::new() };
            group =
                group.element(Level::NOTE.message(format!("rendered as `{}`{often}", terminal::line(path))));
        }
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(terminal::line(help)));
    }
    let fix = fix(finding, sources);
    if let Some(fix) = &fix {
        group = group.element(Level::HELP.with_name("fix").message(fix));
    }
    with_true_columns(renderer.render(&[group]), &excerpts, sources)
}

/// The fix as a small diff.
fn fix(finding: &Finding, sources: &Sources) -> Option<String> {
    let fix = finding.fix.as_deref()?;
    let note = match fix.applicability {
        Applicability::Safe => "",
        Applicability::Unsafe => " (unsafe)",
        Applicability::Display => return Some(terminal::line(&fix.title).into_owned()),
    };
    let mut text = format!("{}{note}", terminal::line(&fix.title));
    let Some(hunks) = hunks(&edits(fix, sources), sources) else { return Some(text) };
    if hunks.is_empty() {
        return None;
    }
    for hunk in &hunks {
        let before = hunk.before.iter().map(|line| ('-', line));
        let after = hunk.after.iter().map(|line| ('+', line));
        for (sign, line) in before.chain(after) {
            text.push_str(&format!("\n{sign} {}", terminal::line(line)));
        }
    }
    Some(text)
}

/// The message on one line; of a very long one, which quotes a long value, the beginning and the end.
fn message(finding: &Finding) -> String {
    let line = terminal::line(&finding.message);
    let letters = line.chars().count();
    if letters <= LONGEST_MESSAGE {
        return line.into_owned();
    }
    let start = line.chars().take(LONGEST_MESSAGE * 3 / 4);
    start.chain(std::iter::once('…')).chain(line.chars().skip(letters - LONGEST_MESSAGE / 4)).collect()
}

/// The labels of one excerpt: they stand in one source, near each other.
struct Excerpt<'a> {
    source: SourceId,
    lines: Range<usize>,
    labels: Vec<(&'a Label, AnnotationKind)>,
}

fn excerpts<'a>(finding: &'a Finding, sources: &Sources) -> Vec<Excerpt<'a>> {
    let mut excerpts: Vec<Excerpt<'a>> = Vec::new();
    let labels = std::iter::once((&finding.primary, AnnotationKind::Primary))
        .chain(finding.related.iter().map(|label| (label, AnnotationKind::Context)));
    for (label, kind) in labels {
        let source = sources.get(label.span.source);
        let line = source.line_of(source.boundary(label.span.start as usize));
        let near = excerpts.iter_mut().find(|excerpt| {
            excerpt.source == label.span.source
                && line + NEAR >= excerpt.lines.start
                && line <= excerpt.lines.end + NEAR
        });
        match near {
            Some(excerpt) => {
                excerpt.lines = excerpt.lines.start.min(line)..excerpt.lines.end.max(line);
                excerpt.labels.push((label, kind));
            }
            None => excerpts.push(Excerpt {
                source: label.span.source,
                lines: line..line,
                labels: vec![(label, kind)],
            }),
        }
    }
    excerpts
}

/// What is shown of a source for an excerpt, and the lines that it is about.
fn range(excerpt: &Excerpt<'_>, source: &Source) -> (Range<usize>, Range<usize>) {
    let whole = source.line(excerpt.lines.start).start..source.line(excerpt.lines.end).end;
    let long = (excerpt.lines.start..=excerpt.lines.end).any(|line| source.line(line).len() > LONG);
    (if long { cut(excerpt, source) } else { whole.clone() }, whole)
}

fn snippet<'a>(excerpt: &Excerpt<'a>, sources: &'a Sources) -> Snippet<'a, Annotation<'a>> {
    let source = sources.get(excerpt.source);
    let (range, _) = range(excerpt, source);
    let annotations =
        excerpt.labels.iter().filter_map(|(label, kind)| annotation(label, *kind, source, &range));
    Snippet::source(&source.text[range.clone()])
        .line_start(source.first_line + source.line_of(range.start))
        .path(terminal::line(&source.name))
        .annotations(annotations)
}

/// The part of a long line around the first label; the renderer shows less of it, and dots where it goes on.
fn cut(excerpt: &Excerpt<'_>, source: &Source) -> Range<usize> {
    let Some((label, _)) = excerpt.labels.first() else { return 0..0 };
    let at = label.span.start as usize;
    let line = source.line(source.line_of(source.boundary(at)));
    let start = source.boundary(at.saturating_sub(AROUND).max(line.start));
    let end = source.boundary((at + AROUND).min(line.end).max(start));
    start..end
}

/// The renderer counts columns from the beginning of the excerpt: tells them from the beginning of a line that was cut.
fn with_true_columns(mut text: String, excerpts: &[Excerpt<'_>], sources: &Sources) -> String {
    for excerpt in excerpts {
        let (Some((label, _)), source) = (excerpt.labels.first(), sources.get(excerpt.source)) else {
            continue;
        };
        let (range, whole) = range(excerpt, source);
        if range.start == whole.start && source.characters_before == 0 {
            continue;
        }
        let start = source.boundary(label.span.start as usize);
        let shown = source.text[range.start..start].chars().count() + 1;
        let place = sources.location(label.span);
        let line = format!("{}:{}", terminal::line(&source.name), place.line);
        let (from, to) = (format!("{line}:{shown}"), format!("{line}:{}", place.column));
        // The title comes first, and may speak of a place too.
        let title = text.find('\n').unwrap_or(0);
        if let Some(at) = text[title..].find(&from) {
            text.replace_range(title + at..title + at + from.len(), &to);
        }
    }
    text
}

fn annotation<'a>(
    label: &'a Label,
    kind: AnnotationKind,
    source: &Source,
    range: &Range<usize>,
) -> Option<Annotation<'a>> {
    let start = source.boundary(label.span.start as usize);
    if !(range.start..=range.end).contains(&start) {
        return None;
    }
    // A label on more than one line marks its first.
    let line_end = source.line(source.line_of(start)).end.max(start);
    let end = source.boundary((label.span.end as usize).min(line_end).min(range.end)).max(start);
    let text = (!label.text.is_empty()).then(|| terminal::line(&label.text));
    Some(kind.span(start - range.start..end - range.start).label(text))
}
