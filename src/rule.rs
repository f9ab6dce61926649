//! What a rule is: its code, name, severity and texts.

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

/// A rule, declared once: running, selecting, `explain`, the documentation, SARIF and the tests all read this.
#[derive(Debug)]
pub struct Rule {
    /// The stable code, such as `K101`; never reused.
    pub code: &'static str,
    /// The name in kebab-case, such as `required-field`.
    pub name: &'static str,
    /// The weight of its findings unless the user overrides it.
    pub severity: Severity,
    /// The kinds that it judges; empty for any.
    pub kinds: &'static [&'static str],
    /// One line, without a full stop.
    pub summary: &'static str,
    /// What it means, who refuses it and why, and the source of the fact: Markdown.
    pub explanation: &'static str,
    /// An input that fires exactly this rule and one that fires nothing; both are run by a test.
    pub example: Example,
    /// The volwright version that brought it.
    pub since: &'static str,
}

/// A bad and a good example of a rule.
#[derive(Clone, Copy, Debug)]
pub enum Example {
    /// Manifests for `validate`.
    Manifest {
        /// Fires exactly the rule.
        bad: &'static str,
        /// Fires nothing.
        good: &'static str,
    },
    /// Profiles for `render`, in TOML.
    Profile {
        /// Fires exactly the rule.
        bad: &'static str,
        /// Fires nothing.
        good: &'static str,
    },
    /// A StorageClass template for `render --templates`.
    Template {
        /// Fires exactly the rule.
        bad: &'static str,
        /// Fires nothing.
        good: &'static str,
    },
    /// Manifests for `diff`: what is live, an update that is refused, an update that is taken.
    Update {
        /// The old manifests.
        old: &'static str,
        /// New manifests that fire exactly the rule.
        bad: &'static str,
        /// New manifests that fire nothing.
        good: &'static str,
    },
}

impl Rule {
    /// Whether `text` is the rule's code, how it begins, or the rule's name; in any case.
    #[must_use]
    pub fn is_selected(&self, text: &str) -> bool {
        let start = self.code.get(..text.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(text)) || self.name.eq_ignore_ascii_case(text)
    }
}
