//! What stops a document from being read: a place, a sentence and what to do about it.

use crate::finding::Finding;
use crate::rule::Rule;
use crate::source::{SourceId, Span};
use crate::yaml::read::scanner::Scanner;
use crate::yaml::rules::{DOCUMENT_LIMIT, SYNTAX, TAB_INDENTATION};

/// The outcome of a step that a problem may end; boxed, since documents are mostly sound.
pub(super) type Outcome<T = ()> = Result<T, Box<Problem>>;

/// Why a document cannot be read.
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

    /// Names another place that has to do with it.
    pub(super) fn related(mut self: Box<Self>, start: usize, end: usize, text: &'static str) -> Box<Self> {
        self.related = Some((start, end, text));
        self
    }

    /// The finding that says so, within `text`; places are brought onto character boundaries.
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

impl Scanner<'_> {
    pub(super) fn not_here(&self, what: &str) -> Box<Problem> {
        let help = "a line holds one `key: value`; quote text that contains `: `, and check the indentation";
        Problem::new(&SYNTAX, self.at, self.at + 1, format!("{what} cannot stand here"), help)
    }

    pub(super) fn too_deep(&self, start: usize) -> Box<Problem> {
        let limit = self.depth_limit;
        let help = format!("volwright reads documents up to {limit} levels deep");
        Problem::new(&DOCUMENT_LIMIT, start, start + 1, "the document is nested too deeply", help)
    }

    pub(super) fn cannot_start(&self, start: usize) -> Box<Problem> {
        let char = self.text.get(start..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        let help = format!("quote the text: \"{char}…\"");
        Problem::new(
            &SYNTAX,
            start,
            start + char.len_utf8(),
            format!("a value cannot start with `{char}`"),
            help,
        )
    }

    pub(super) fn tab(&self, start: usize) -> Box<Problem> {
        let help = "YAML does not take tabs as indentation; use spaces";
        Problem::new(&TAB_INDENTATION, start, start + 1, "a tab stands where only spaces may indent", help)
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
