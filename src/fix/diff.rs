//! The lines that edits change, as a small diff.

use crate::finding::fix::Edit;
use crate::source::{Source, Sources};

/// Lines of a text that edits replace by others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The name of the file.
    pub file: String,
    /// The number of the first line, from 1.
    pub line: usize,
    /// The lines before, without their line breaks; empty if lines are inserted.
    pub before: Vec<String>,
    /// The lines after.
    pub after: Vec<String>,
}

/// The longest line that is shown, in bytes.
const LONGEST_LINE: usize = 400;
/// The longest line that is compared, in bytes: many fixes may be in one line of megabytes.
const LONGEST_COMPARED: usize = 16 << 10;

/// The lines that `edits` of one or more texts change, in order; the edits are sorted and do not overlap. None if a line is
/// too long to be shown.
#[must_use]
pub fn hunks(edits: &[Edit], sources: &Sources) -> Option<Vec<Hunk>> {
    let mut hunks = Vec::new();
    let mut rest = edits;
    while let Some(first) = rest.first() {
        let source = sources.get(first.span.source);
        let mut last = source.line_of(first.span.end as usize);
        let joins = |edit: &Edit, last: usize| {
            edit.span.source == first.span.source && source.line_of(edit.span.start as usize) <= last
        };
        let mut count = 1;
        while let Some(next) = rest.get(count).filter(|next| joins(next, last)) {
            last = source.line_of(next.span.end as usize);
            count += 1;
        }
        hunks.push(hunk(source, &rest[..count], last)?);
        rest = &rest[count..];
    }
    Some(hunks)
}

fn hunk(source: &Source, edits: &[Edit], last: usize) -> Option<Hunk> {
    let text = &*source.text;
    let start = edits.first().map_or(0, |edit| edit.span.start as usize);
    let first = source.line_of(start);
    if (first..=last).any(|line| source.line(line).len() > LONGEST_COMPARED) {
        return None;
    }
    let begin = source.line(first).start;
    let end = memchr::memchr(b'\n', &text.as_bytes()[source.line(last).end..])
        .map_or(text.len(), |at| source.line(last).end + at + 1);
    let mut after = String::new();
    let mut at = begin;
    for edit in edits {
        after.push_str(&text[at..edit.span.start as usize]);
        after.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    after.push_str(&text[at..end]);
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (mut before, mut after) = (lines(&text[begin..end]), lines(&after));
    // A line that an insertion leaves as it is is not part of the change.
    let mut line = source.first_line + first;
    while !before.is_empty() && before.last() == after.last() {
        before.pop();
        after.pop();
    }
    let same = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    before.drain(..same);
    after.drain(..same);
    line += same;
    let is_shown = before.iter().chain(&after).all(|line| line.len() <= LONGEST_LINE);
    is_shown.then(|| Hunk { file: source.name.clone(), line, before, after })
}
