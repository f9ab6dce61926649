//! Why a document cannot be parsed: a position, a message and a help text.

use crate::finding::Finding;
use crate::rule::Rule;
use crate::source::{SourceId, Span};

/// The result of a step that may fail; boxed because most documents are valid.
pub(super) type Outcome<T = ()> = Result<T, Box<Problem>>;

/// Why a document cannot be parsed.
#[derive(Debug)]
pub(super) struct Problem {
    rule: &'static Rule,
    start: usize,
    end: usize,
    message: String,
    help: Option<String>,
    related: Option<(usize, usize, &'static str)>,
}

impl Problem {
    /// A problem of `rule` over the bytes `start..end`.
    pub(super) fn new(
        rule: &'static Rule,
        start: usize,
        end: usize,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Box<Self> {
        let help = Some(help.into()).filter(|help| !help.is_empty());
        Box::new(Self { rule, start, end, message: message.into(), help, related: None })
    }

    /// Adds a related position.
    pub(super) fn related(mut self: Box<Self>, start: usize, end: usize, text: &'static str) -> Box<Self> {
        self.related = Some((start, end, text));
        self
    }

    /// Converts the problem to a finding in `text`; positions are moved to character boundaries.
    pub(super) fn finding(self, source: SourceId, text: &str) -> Finding {
        let span = |start: usize, end: usize| {
            let start = boundary(text, start);
            Span::new(source, start, boundary(text, end).max(start))
        };
        let mut finding = Finding::new(self.rule, span(self.start, self.end), self.message);
        finding.help = self.help;
        if let Some((start, end, label)) = self.related {
            finding.related(span(start, end), label);
        }
        finding
    }
}

/// The nearest character boundary at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
