//! How places in a text move when a part of it is edited.

use super::{SourceId, Span};

/// How many bytes are compared at once.
const BLOCK: usize = 64;

/// An edit of one part of a text.
#[derive(Clone, Copy, Debug)]
pub struct Shift {
    source: SourceId,
    /// The edited part before the edit.
    start: u32,
    end: u32,
    /// How far the text after it moved, in bytes.
    by: i64,
}

/// The number of bytes with which both texts begin.
#[must_use]
pub fn same_start(one: &[u8], other: &[u8]) -> usize {
    let most = one.len().min(other.len());
    let mut at = 0;
    while at + BLOCK <= most && one[at..at + BLOCK] == other[at..at + BLOCK] {
        at += BLOCK;
    }
    at + one[at..].iter().zip(&other[at..]).take_while(|(one, other)| one == other).count()
}

/// The number of bytes with which both texts end.
#[must_use]
pub fn same_end(one: &[u8], other: &[u8]) -> usize {
    let most = one.len().min(other.len());
    let tails = |at: usize| (&one[one.len() - at..], &other[other.len() - at..]);
    let mut at = 0;
    while at + BLOCK <= most {
        let (one, other) = tails(at + BLOCK);
        if one[..BLOCK] != other[..BLOCK] {
            break;
        }
        at += BLOCK;
    }
    let (one, other) = (&one[..one.len() - at], &other[..other.len() - at]);
    at + one.iter().rev().zip(other.iter().rev()).take_while(|(one, other)| one == other).count()
}

impl Shift {
    /// The smallest part that differs between two versions of a text.
    #[must_use]
    pub fn new(source: SourceId, before: &str, after: &str) -> Self {
        let (before, after) = (before.as_bytes(), after.as_bytes());
        let start = same_start(before, after);
        let end = before.len() - same_end(&before[start..], &after[start..]);
        let by = after.len() as i64 - before.len() as i64;
        Self { source, start: start as u32, end: end as u32, by }
    }

    /// The edited part before the edit.
    #[must_use]
    pub fn edited(&self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// How far the text after it moved, in bytes.
    #[must_use]
    pub fn by(&self) -> i64 {
        self.by
    }

    /// Whether the text after the edit is where it was.
    #[must_use]
    pub fn is_still(&self) -> bool {
        self.by == 0
    }

    /// Moves a place that the edit is not in.
    pub fn apply(&self, span: &mut Span) {
        if span.source == self.source && span.end > self.start {
            let moved = |at: u32| (i64::from(at) + self.by) as u32;
            if span.start >= self.end {
                span.start = moved(span.start);
            }
            span.end = moved(span.end);
        }
    }

    /// A place after the edit; nothing if a part of it was edited.
    #[must_use]
    pub fn place(&self, span: Span) -> Option<Span> {
        if span.source != self.source || span.end <= self.start {
            return Some(span);
        }
        let moved = |at: u32| usize::try_from(i64::from(at) + self.by).ok();
        if span.start >= self.end {
            return Some(Span::new(span.source, moved(span.start)?, moved(span.end)?));
        }
        let is_around = span.start <= self.start && span.end >= self.end;
        is_around.then(|| Some(Span::new(span.source, span.start as usize, moved(span.end)?)))?
    }
}
