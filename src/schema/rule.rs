//! One CEL rule of a schema (`x-kubernetes-validations`).

use super::cel::error::Error;
use super::cel::program::Program;
use super::fault::Cause;
use crate::yaml::node::{self, Node};

/// A rule and what the server reports when it is broken.
#[derive(Debug)]
pub struct Rule {
    /// The expression.
    pub program: Program,
    /// The message, trimmed; empty if absent.
    pub message: Box<str>,
    /// An expression for the message.
    pub message_expression: Option<Program>,
    /// Steps from the rule's value to the field that the server reports.
    pub field_path: Vec<Step>,
    /// The server's cause.
    pub cause: Cause,
    /// Whether `oldSelf` is optional, so that the rule also runs without an old value.
    pub optional_old_self: bool,
}

/// One step of a `fieldPath`.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// `.name`
    Field(Box<str>),
    /// `['name']`
    Key(Box<str>),
}

/// What a rule says about a value.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds, or does not apply.
    Holds,
    /// It is broken; the server's message.
    Broken(String),
    /// It fails while it is evaluated, which is a rejection, too; the failure.
    Fails(String),
    /// It cannot be evaluated here; the reason.
    Unknown(String),
}

impl Rule {
    /// Reads a rule of a schema; none if it has no expression.
    #[must_use]
    pub fn of(node: &Node<'_>) -> Option<Self> {
        let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::trim).unwrap_or_default();
        let expression = text("rule");
        if expression.is_empty() {
            return None;
        }
        Some(Self {
            program: Program::new(expression),
            message: text("message").into(),
            message_expression: Some(text("messageExpression"))
                .filter(|text| !text.is_empty())
                .map(Program::new),
            field_path: steps(text("fieldPath")),
            cause: match text("reason") {
                "FieldValueForbidden" => Cause::Invalid,
                "FieldValueRequired" => Cause::Required,
                "FieldValueDuplicate" => Cause::Duplicate,
                _ => Cause::Invalid,
            },
            optional_old_self: node
                .get("optionalOldSelf")
                .is_some_and(|node| node.value == node::Value::Bool(true)),
        })
    }

    /// The rule's message, or its expression.
    #[must_use]
    pub fn title(&self) -> &str {
        if self.message.is_empty() { &self.program.source } else { &self.message }
    }

    /// Whether the rule compares with the old object.
    ///
    /// # Errors
    ///
    /// If the expression cannot be parsed.
    pub fn is_transition(&self) -> Result<bool, Error> {
        self.program.uses_old_self()
    }
}

/// Reads `.a.b['c']`; nothing if it is not valid.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix('.') {
            let end = behind.find(['.', '[']).unwrap_or(behind.len());
            steps.push(Step::Field(behind[..end].into()));
            rest = &behind[end..];
        } else if let Some((key, behind)) = rest.strip_prefix("['").and_then(|behind| behind.split_once("']"))
        {
            steps.push(Step::Key(key.replace("\\'", "'").replace("\\\\", "\\").into()));
            rest = behind;
        } else {
            return Vec::new();
        }
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::{Step, steps};

    #[test]
    fn field_paths_are_read() {
        let field = |name: &str| Step::Field(name.into());
        assert_eq!(steps(".a.b['c.d'].e"), [field("a"), field("b"), Step::Key("c.d".into()), field("e")]);
        assert!(steps("a").is_empty());
    }
}
