//! What volwright has to say about the user's files: findings, and the report that orders and counts them.

use crate::rules::Rule;
use crate::source::Span;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Accepted, but it will hurt.
    Warning,
    /// The API server, the driver or volwright itself refuses it.
    Error,
}

impl Severity {
    /// `warning` or `error`, as every output format spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place and what to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words under the excerpt; may be empty for the primary place.
    pub text: String,
}

/// One thing that is wrong, or unwise, in the user's files.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static Rule,
    /// The weight, from the rule unless overridden.
    pub severity: Severity,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Where the person can mend it.
    pub primary: Label,
    /// Why it matters and what to write instead.
    pub help: Option<String>,
    /// Other places that have to do with it.
    pub related: Vec<Label>,
    /// Position of the document in the whole input, from 0.
    pub document: Option<usize>,
    /// The field in the API server's notation, such as `spec.containers[0].image`; empty for the whole object.
    pub path: Option<String>,
}

impl Finding {
    /// A finding of `rule` at `span`, with the rule's own severity.
    #[must_use]
    pub fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: rule.severity,
            message: message.into(),
            primary: Label { span, text: String::new() },
            help: None,
            related: Vec::new(),
            document: None,
            path: None,
        }
    }

    /// Says why it matters and what to write instead.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// The words under the excerpt.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.primary.text = text.into();
        self
    }

    /// Names another place that has to do with it.
    pub fn related(&mut self, span: Span, text: impl Into<String>) -> &mut Self {
        self.related.push(Label { span, text: text.into() });
        self
    }
}
