//! Flow collections: `[…]` and `{…}`.

use crate::yaml::read::parser::{Event, Parser, State, empty, unexpected};
use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::token::Kind;
use crate::yaml::rules::SYNTAX;

impl<'t> Parser<'t> {
    pub(super) fn flow_sequence(&mut self, first: bool) -> Outcome<Event<'t>> {
        if first {
            self.open();
        }
        if !matches!(self.scanner.peek()?.kind, Kind::FlowSequenceEnd) {
            self.separator(first, "expected `,` or `]`", "the list starts here")?;
            match self.scanner.peek()?.kind {
                Kind::Key => {
                    let start = self.scanner.take().start;
                    self.state = State::FlowSequenceKey;
                    return Ok(Event::MappingStart { anchor: None, start });
                }
                Kind::FlowSequenceEnd => {}
                _ => {
                    self.states.push(State::FlowSequence { first: false });
                    return self.node(false, false);
                }
            }
        }
        let end = self.scanner.peek()?.end;
        Ok(self.close(Some(end)))
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Outcome<Event<'t>> {
        if first {
            self.open();
        }
        if !matches!(self.scanner.peek()?.kind, Kind::FlowMappingEnd) {
            self.separator(first, "expected `,` or `}`", "the mapping starts here")?;
            match self.scanner.peek()?.kind {
                Kind::Key => {
                    self.scanner.take();
                    let token = self.scanner.peek()?;
                    let at = token.start;
                    if let Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd = token.kind {
                        self.state = State::FlowMappingValue;
                        return Ok(empty(at));
                    }
                    self.states.push(State::FlowMappingValue);
                    return self.node(false, false);
                }
                Kind::FlowMappingEnd => {}
                _ => {
                    self.states.push(State::FlowMappingEmptyValue);
                    return self.node(false, false);
                }
            }
        }
        let end = self.scanner.peek()?.end;
        Ok(self.close(Some(end)))
    }

    pub(super) fn flow_value(&mut self, next: State, ends: fn(&Kind<'t>) -> bool) -> Outcome<Event<'t>> {
        if let Kind::Value = self.scanner.peek()?.kind {
            self.scanner.take();
            let kind = &self.scanner.peek()?.kind;
            if !matches!(kind, Kind::FlowEntry) && !ends(kind) {
                self.states.push(next);
                return self.node(false, false);
            }
        }
        let at = self.scanner.peek()?.start;
        self.state = next;
        Ok(empty(at))
    }

    /// Skips the `,` between two items.
    fn separator(&mut self, first: bool, message: &str, label: &'static str) -> Outcome {
        if first {
            return Ok(());
        }
        let start = self.marks.last().copied().unwrap_or_default();
        let token = self.scanner.peek()?;
        if let Kind::StreamEnd | Kind::DocumentStart | Kind::DocumentEnd = token.kind {
            let help = "close it with the matching bracket before the end of the document";
            return Err(Problem::new(&SYNTAX, start, start + 1, "this bracket is never closed", help));
        }
        if !matches!(token.kind, Kind::FlowEntry) {
            let problem = unexpected(token, message);
            return Err(self.opened(problem, label));
        }
        self.scanner.take();
        Ok(())
    }
}
