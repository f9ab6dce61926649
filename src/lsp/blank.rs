//! After an edit of nothing but comments and empty lines, the findings are the same at other places.

use super::analysis::Raw;
use crate::profile::toml_text::may_have_long_strings;
use crate::source::shift::{same_end, same_start};
use crate::source::{SourceId, Span};

/// How places move.
#[derive(Debug)]
pub(super) struct Shift {
    /// The edited lines before the edit.
    start: usize,
    end: usize,
    /// How far the text after them moved, in bytes.
    by: i64,
}

/// How places move if only comments and empty lines differ.
pub(super) fn edited(before: &str, after: &str) -> Option<Shift> {
    let (one, other) = (before.as_bytes(), after.as_bytes());
    let same = same_start(one, other);
    let start = one[..same].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let same = same_end(&one[start..], &other[start..]);
    // What both texts end with begins with a whole line.
    let is_line = |text: &[u8]| text.len() == same || text[text.len() - same - 1] == b'\n';
    let kept = if is_line(one) && is_line(other) {
        same
    } else {
        memchr::memchr(b'\n', &one[one.len() - same..]).map_or(0, |at| same - at - 1)
    };
    let (end, new_end) = (one.len() - kept, other.len() - kept);
    let is_blank = |text: Option<&str>| {
        text.is_some_and(|text| {
            text.split_terminator('\n').all(|line| {
                let line = line.strip_suffix('\r').unwrap_or(line);
                let content = line.trim_start_matches([' ', '\t']);
                (content.is_empty() || content.starts_with('#'))
                    && !content.chars().any(|letter| letter.is_control() && letter != '\t')
            })
        })
    };
    let is_whole = before.get(..start).is_some() && before.get(end..).is_some();
    if !is_whole || !is_blank(before.get(start..end)) || !is_blank(after.get(start..new_end)) {
        return None;
    }
    // In a text of several lines they are part of a value.
    let by = after.len() as i64 - before.len() as i64;
    (![before, after].into_iter().any(may_have_long_strings)).then_some(Shift { start, end, by })
}

impl Shift {
    /// A finding after the edit; nothing if one of its places is in the edited lines.
    pub(super) fn moved(&self, source: SourceId, raw: &Raw) -> Option<Raw> {
        let mut raw = raw.clone();
        for span in raw.finding.spans_mut().filter(|span| span.source == source) {
            *span = self.place(*span)?;
        }
        Some(raw)
    }

    fn place(&self, span: Span) -> Option<Span> {
        let (start, end) = (span.start as usize, span.end as usize);
        let is_before = end < self.start || end == self.start && start < end;
        if end == 0 || is_before {
            // An empty place at the start of the text means all of it.
            return Some(span);
        }
        let moved = |at: usize| usize::try_from(at as i64 + self.by).ok();
        if start >= self.end && end > start || start > self.end {
            Some(Span::new(span.source, moved(start)?, moved(end)?))
        } else if start < self.start && end > self.end {
            Some(Span::new(span.source, start, moved(end)?))
        } else {
            None
        }
    }
}
