//! Tokens to events, by the state machine of the upstream library.

use std::borrow::Cow;

use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::scanner::Scanner;
use crate::yaml::read::token::{Kind, Properties, Token};
use crate::yaml::rules::SYNTAX;

/// A scalar before resolution.
#[derive(Clone, Debug)]
pub(super) struct RawScalar<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) tag: Cow<'t, str>,
    /// Whether the scalar is plain and has no tag, so that its text decides its type.
    pub(super) implicit: bool,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// An event of a document.
#[derive(Debug)]
pub(super) enum Event<'t> {
    Scalar(RawScalar<'t>, Option<&'t str>),
    Alias {
        name: &'t str,
        start: usize,
        end: usize,
    },
    SequenceStart {
        anchor: Option<&'t str>,
        start: usize,
    },
    MappingStart {
        anchor: Option<&'t str>,
        start: usize,
    },
    /// The end of a sequence or mapping, with the position of its closing bracket if it has one.
    End(Option<usize>),
    DocumentEnd,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum State {
    BlockNode,
    DocumentContent,
    DocumentEnd,
    BlockSequence { first: bool },
    IndentlessSequence,
    BlockMappingKey { first: bool },
    BlockMappingValue,
    FlowSequence { first: bool },
    FlowSequenceKey,
    FlowSequenceValue,
    FlowSequenceMappingEnd,
    FlowMappingKey { first: bool },
    FlowMappingValue,
    FlowMappingEmptyValue,
}

/// The state of the parser in one document.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    pub(super) scanner: Scanner<'t>,
    pub(super) state: State,
    pub(super) states: Vec<State>,
    /// The start positions of the open collections.
    pub(super) marks: Vec<usize>,
    pub(super) handles: Vec<(&'t str, Cow<'t, str>)>,
}

impl<'t> Parser<'t> {
    /// A parser after the start of the document, or nothing if the text contains no document.
    pub(super) fn start(scanner: Scanner<'t>) -> Outcome<Option<Self>> {
        let mut parser = Self {
            scanner,
            state: State::BlockNode,
            states: vec![State::DocumentEnd],
            marks: Vec::new(),
            handles: Vec::new(),
        };
        match parser.scanner.peek()?.kind {
            Kind::StreamEnd => return Ok(None),
            Kind::VersionDirective(_) | Kind::TagDirective(_) | Kind::DocumentStart => {
                parser.directives()?;
                let token = parser.scanner.peek()?;
                if !matches!(token.kind, Kind::DocumentStart) {
                    let help = "remove the directives: kubectl splits the text at `---`, which separates them from their document";
                    let message = "directives without a document";
                    return Err(Problem::new(&SYNTAX, token.start, token.end, message, help));
                }
                parser.scanner.take();
                parser.state = State::DocumentContent;
            }
            _ => {}
        }
        Ok(Some(parser))
    }

    /// The next event. Nothing is read after [`Event::DocumentEnd`]: kubectl ignores what follows.
    pub(super) fn next(&mut self) -> Outcome<Event<'t>> {
        match self.state {
            State::BlockNode => self.node(true, false),
            State::DocumentContent => {
                let token = self.scanner.peek()?;
                let start = token.start;
                match token.kind {
                    Kind::VersionDirective(_)
                    | Kind::TagDirective(_)
                    | Kind::DocumentStart
                    | Kind::DocumentEnd
                    | Kind::StreamEnd => {
                        self.leave();
                        Ok(empty(start))
                    }
                    _ => self.node(true, false),
                }
            }
            State::DocumentEnd => {
                self.scanner.peek()?;
                Ok(Event::DocumentEnd)
            }
            State::BlockSequence { first } => self.block_sequence(first),
            State::IndentlessSequence => self.indentless_sequence(),
            State::BlockMappingKey { first } => self.block_mapping_key(first),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequence { first } => self.flow_sequence(first),
            State::FlowSequenceKey => {
                let token = self.scanner.peek()?;
                if matches!(token.kind, Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd) {
                    // The upstream library consumes the token, whatever it is.
                    let at = self.scanner.take().end;
                    self.state = State::FlowSequenceValue;
                    return Ok(empty(at));
                }
                self.states.push(State::FlowSequenceValue);
                self.node(false, false)
            }
            State::FlowSequenceValue => {
                self.flow_value(State::FlowSequenceMappingEnd, |kind| matches!(kind, Kind::FlowSequenceEnd))
            }
            State::FlowSequenceMappingEnd => {
                self.scanner.peek()?;
                self.state = State::FlowSequence { first: false };
                Ok(Event::End(None))
            }
            State::FlowMappingKey { first } => self.flow_mapping_key(first),
            State::FlowMappingValue => self.flow_value(State::FlowMappingKey { first: false }, |kind| {
                matches!(kind, Kind::FlowMappingEnd)
            }),
            State::FlowMappingEmptyValue => {
                let at = self.scanner.peek()?.start;
                self.state = State::FlowMappingKey { first: false };
                Ok(empty(at))
            }
        }
    }

    /// The start of text after the end of the document, all of which kubectl ignores.
    pub(super) fn ignored(&mut self) -> Option<usize> {
        loop {
            match self.scanner.peek() {
                Ok(Token { kind: Kind::StreamEnd, .. }) => return None,
                Ok(Token { kind: Kind::DocumentEnd, .. }) => {}
                Ok(token) => return Some(token.start),
                Err(_) => return Some(self.scanner.at),
            }
            self.scanner.take();
        }
    }

    fn leave(&mut self) {
        self.state = self.states.pop().unwrap_or(State::DocumentEnd);
    }

    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Outcome<Event<'t>> {
        let token = self.scanner.peek()?;
        let start = token.start;
        let mut properties = Properties::default();
        let mut end = start;
        match token.kind {
            Kind::Alias(name) => {
                let token = self.scanner.take();
                self.leave();
                return Ok(Event::Alias { name, start, end: token.end });
            }
            Kind::Anchor(_) | Kind::Tag(..) => (properties, end) = self.properties()?,
            _ => {}
        }
        let token = self.scanner.peek()?;
        let anchor = properties.anchor;
        match token.kind {
            Kind::Scalar(..) => {
                let Token { kind: Kind::Scalar(text, plain), start, end } = self.scanner.take() else {
                    return Ok(empty(start));
                };
                self.leave();
                let implicit = (plain && properties.tag.is_empty()) || properties.tag == "!";
                Ok(Event::Scalar(RawScalar { text, tag: properties.tag, implicit, start, end }, anchor))
            }
            Kind::BlockEntry if indentless => {
                self.state = State::IndentlessSequence;
                Ok(Event::SequenceStart { anchor, start: token.start })
            }
            Kind::FlowSequenceStart => {
                self.state = State::FlowSequence { first: true };
                Ok(Event::SequenceStart { anchor, start: token.start })
            }
            Kind::FlowMappingStart => {
                self.state = State::FlowMappingKey { first: true };
                Ok(Event::MappingStart { anchor, start: token.start })
            }
            Kind::BlockSequenceStart if block => {
                self.state = State::BlockSequence { first: true };
                Ok(Event::SequenceStart { anchor, start: token.start })
            }
            Kind::BlockMappingStart if block => {
                self.state = State::BlockMappingKey { first: true };
                Ok(Event::MappingStart { anchor, start: token.start })
            }
            _ if anchor.is_some() || !properties.tag.is_empty() => {
                let implicit = properties.tag.is_empty();
                self.leave();
                let text = Cow::Borrowed("");
                Ok(Event::Scalar(RawScalar { text, tag: properties.tag, implicit, start, end }, anchor))
            }
            _ => Err(unexpected(token, "expected a value")),
        }
    }

    fn block_sequence(&mut self, first: bool) -> Outcome<Event<'t>> {
        if first {
            self.open();
        }
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::BlockEntry => {
                let at = self.scanner.take().end;
                match self.scanner.peek()?.kind {
                    Kind::BlockEntry | Kind::BlockEnd => {
                        self.state = State::BlockSequence { first: false };
                        Ok(empty(at))
                    }
                    _ => {
                        self.states.push(State::BlockSequence { first: false });
                        self.node(true, false)
                    }
                }
            }
            Kind::BlockEnd => Ok(self.close(None)),
            _ => {
                let problem = unexpected(token, "expected the next item of the list");
                Err(self.opened(problem, "the list starts here"))
            }
        }
    }

    fn indentless_sequence(&mut self) -> Outcome<Event<'t>> {
        if !matches!(self.scanner.peek()?.kind, Kind::BlockEntry) {
            self.leave();
            return Ok(Event::End(None));
        }
        let at = self.scanner.take().end;
        match self.scanner.peek()?.kind {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => {
                self.state = State::IndentlessSequence;
                Ok(empty(at))
            }
            _ => {
                self.states.push(State::IndentlessSequence);
                self.node(true, false)
            }
        }
    }

    fn block_mapping_key(&mut self, first: bool) -> Outcome<Event<'t>> {
        if first {
            self.open();
        }
        let token = self.scanner.peek()?;
        match token.kind {
            Kind::Key => {
                let at = self.scanner.take().end;
                self.block_node_or(State::BlockMappingValue, at)
            }
            Kind::BlockEnd => Ok(self.close(None)),
            _ => {
                let problem = unexpected(token, "expected the next key");
                Err(self.opened(problem, "the mapping starts here"))
            }
        }
    }

    fn block_mapping_value(&mut self) -> Outcome<Event<'t>> {
        let token = self.scanner.peek()?;
        if !matches!(token.kind, Kind::Value) {
            let at = token.start;
            self.state = State::BlockMappingKey { first: false };
            return Ok(empty(at));
        }
        let at = self.scanner.take().end;
        self.block_node_or(State::BlockMappingKey { first: false }, at)
    }

    /// A node of a block mapping, or an empty one at `at`; then `next`.
    fn block_node_or(&mut self, next: State, at: usize) -> Outcome<Event<'t>> {
        if let Kind::Key | Kind::Value | Kind::BlockEnd = self.scanner.peek()?.kind {
            self.state = next;
            return Ok(empty(at));
        }
        self.states.push(next);
        self.node(true, true)
    }

    /// Consumes the token that starts a collection.
    pub(super) fn open(&mut self) {
        let token = self.scanner.take();
        self.marks.push(token.start);
    }

    /// Consumes the token that ends a collection.
    pub(super) fn close(&mut self, end: Option<usize>) -> Event<'t> {
        self.scanner.take();
        self.marks.pop();
        self.leave();
        Event::End(end)
    }

    pub(super) fn opened(&self, problem: Box<Problem>, label: &'static str) -> Box<Problem> {
        match self.marks.last() {
            Some(&start) => problem.related(start, start + 1, label),
            None => problem,
        }
    }
}

/// An empty scalar.
pub(super) fn empty<'t>(at: usize) -> Event<'t> {
    let nothing = Cow::Borrowed("");
    Event::Scalar(RawScalar { text: nothing.clone(), tag: nothing, implicit: true, start: at, end: at }, None)
}

pub(super) fn unexpected(token: &Token<'_>, expected: &str) -> Box<Problem> {
    let (message, help) = match token.kind {
        Kind::BlockMappingStart | Kind::BlockSequenceStart => (
            "the indentation of this line matches none of the lines above".to_owned(),
            "indent it like the keys or items it belongs to",
        ),
        _ => (
            format!("{expected}, not {}", token.kind.describe()),
            "check the indentation of this line against the lines above, and close every bracket and quote",
        ),
    };
    Problem::new(&SYNTAX, token.start, token.end.max(token.start + 1), message, help)
}
