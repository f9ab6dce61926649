//! Findings for people: the message, the excerpt, what to write instead.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};

use crate::finding::{Finding, Label, Report, Severity};
use crate::source::{Source, SourceId, SourceKind, Sources};

/// Lines of one source further apart than this are shown as two excerpts.
const NEAR: usize = 12;
/// A line longer than this is cut around what it is about, in bytes.
const LONG: usize = 400;

/// Every finding, one after the other, with an empty line between; coloured with ANSI codes where asked.
#[must_use]
pub fn report(report: &Report, sources: &Sources, coloured: bool) -> String {
    let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for finding in &report.findings {
        out.push_str(&one(finding, sources, &renderer));
        out.push_str("\n\n");
    }
    out
}

fn one(finding: &Finding, sources: &Sources, renderer: &Renderer) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        level.primary_title(&finding.message).id(finding.rule.code).elements(Vec::<Element<'_>>::new());
    for excerpt in excerpts(finding, sources) {
        group = group.elements(excerpt);
    }
    if let Some(path) = finding.path.as_deref().filter(|path| !path.is_empty()) {
        let kind = sources.get(finding.primary.span.source).kind;
        if matches!(kind, SourceKind::Profile | SourceKind::Argument | SourceKind::Template) {
            group = group.element(Level::NOTE.message(format!("rendered as `{path}`")));
        }
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

/// The labels of one excerpt: they stand in one source, near each other.
struct Excerpt<'a> {
    source: SourceId,
    lines: Range<usize>,
    labels: Vec<(&'a Label, AnnotationKind)>,
}

fn excerpts<'a>(finding: &'a Finding, sources: &'a Sources) -> Vec<Vec<Element<'a>>> {
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
    excerpts.iter().map(|excerpt| elements(excerpt, sources)).collect()
}

fn elements<'a>(excerpt: &Excerpt<'a>, sources: &'a Sources) -> Vec<Element<'a>> {
    let source = sources.get(excerpt.source);
    let whole = source.line(excerpt.lines.start).start..source.line(excerpt.lines.end).end;
    let long = (excerpt.lines.start..=excerpt.lines.end).any(|line| source.line(line).len() > LONG);
    let range = if long { cut(excerpt, source) } else { whole.clone() };
    let annotations =
        excerpt.labels.iter().filter_map(|(label, kind)| annotation(label, *kind, source, &range));
    let snippet = Snippet::source(&source.text[range.clone()])
        .line_start(source.first_line + source.line_of(range.start))
        .annotations(annotations);
    if range.start == whole.start {
        return vec![snippet.path(source.name.as_str()).into()];
    }
    // The excerpt does not begin at its line's beginning, so the place is told apart from it.
    let location = excerpt.labels.first().map(|(label, _)| sources.location(label.span));
    let mut origin = Origin::path(source.name.as_str());
    if let Some(location) = location {
        origin = origin.line(location.line).char_column(location.column);
    }
    vec![origin.into(), snippet.into()]
}

/// The part of a long line around the first label.
fn cut(excerpt: &Excerpt<'_>, source: &Source) -> Range<usize> {
    let Some((label, _)) = excerpt.labels.first() else { return 0..0 };
    let line = source.line(source.line_of(source.boundary(label.span.start as usize)));
    let start = source.boundary((label.span.start as usize).saturating_sub(LONG / 8).max(line.start));
    let end = source.boundary((label.span.start as usize + LONG / 4).min(line.end).max(start));
    start..end
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
    let text = (!label.text.is_empty()).then_some(label.text.as_str());
    Some(kind.span(start - range.start..end - range.start).label(text))
}
