//! Node properties (anchors and tags) and document directives.

use std::borrow::Cow;

use crate::yaml::read::parser::Parser;
use crate::yaml::read::problem::{Outcome, Problem};
use crate::yaml::read::token::{Kind, Properties, Token};
use crate::yaml::rules::SYNTAX;

impl<'t> Parser<'t> {
    pub(super) fn directives(&mut self) -> Outcome {
        let mut versions = 0;
        while let Kind::VersionDirective(_) | Kind::TagDirective(_) = self.scanner.peek()?.kind {
            let token = self.scanner.take();
            let sound = match token.kind {
                Kind::VersionDirective(known) => {
                    versions += 1;
                    known && versions == 1
                }
                Kind::TagDirective(directive) => {
                    let fresh = self.handles.iter().all(|(handle, _)| *handle != directive.0);
                    self.handles.push(*directive);
                    fresh
                }
                _ => true,
            };
            if !sound {
                let message = "this directive is repeated, or requests a version other than YAML 1.1";
                return Err(Problem::new(&SYNTAX, token.start, token.end, message, "remove the line"));
            }
        }
        Ok(())
    }

    /// Parses an anchor and a tag in either order, and returns their end.
    pub(super) fn properties(&mut self) -> Outcome<(Properties<'t>, usize)> {
        let mut properties = Properties::default();
        let mut tagged = false;
        let mut end = 0;
        loop {
            match self.scanner.peek()?.kind {
                Kind::Anchor(name) if properties.anchor.is_none() => {
                    properties.anchor = Some(name);
                    end = self.scanner.take().end;
                }
                Kind::Tag(..) if !tagged => {
                    tagged = true;
                    let token = self.scanner.take();
                    end = token.end;
                    properties.tag = self.resolve_tag(token)?;
                }
                _ => return Ok((properties, end)),
            }
        }
    }

    fn resolve_tag(&self, token: Token<'t>) -> Outcome<Cow<'t, str>> {
        let Kind::Tag(handle, suffix) = token.kind else { return Ok(Cow::Borrowed("")) };
        if handle.is_empty() {
            return Ok(suffix);
        }
        let given = self.handles.iter().find(|(given, _)| *given == handle).map(|(_, prefix)| &**prefix);
        let prefix = match (given, handle) {
            (Some(prefix), _) => prefix,
            (None, "!!") => "tag:yaml.org,2002:",
            (None, "!") => "!",
            _ => {
                let help = "use a tag such as `!!str`, or quote the text if it is not a tag";
                let message = format!("the tag handle `{handle}` is not declared");
                return Err(Problem::new(&SYNTAX, token.start, token.end, message, help));
            }
        };
        Ok(Cow::Owned(format!("{prefix}{suffix}")))
    }
}
