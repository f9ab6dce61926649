//! What a rule is: its code, name, severity and texts.

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Accepted, but likely to cause trouble.
    Warning,
    /// Rejected by the API server, the driver or volwright itself.
    Error,
}

impl Severity {
    /// `warning` or `error`, as in every output format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A rule: the row that the machine reads, and the page that the user reads.
#[derive(Debug)]
pub struct Rule {
    /// The stable code, such as `K101`; never reused.
    pub code: &'static str,
    /// The name in kebab-case, such as `required-field`.
    pub name: &'static str,
    /// The severity of its findings.
    pub severity: Severity,
    /// What `explain`, the documentation and SARIF say about it.
    pub page: &'static Page,
    /// The version of volwright that introduced it.
    pub since: &'static str,
}

/// The texts of a rule, from the Markdown file next to its check, which the build script parses and checks.
///
/// Texts are Markdown. A paragraph is one line, and so is each item of a list.
#[derive(Debug)]
pub struct Page {
    /// The code: the name of the file.
    pub code: &'static str,
    /// The name of the rule: the title.
    pub name: &'static str,
    /// The defect, on one line without a full stop.
    pub summary: &'static str,
    /// Which component rejects it, why, and when the user notices.
    pub why: &'static str,
    /// What to write instead.
    pub fix: &'static str,
    /// Inputs that a test runs.
    pub example: Example,
    /// The sources of the facts, with versions.
    pub references: &'static [&'static str],
}

/// Inputs with the defect and without it.
#[derive(Debug)]
pub struct Example {
    /// What the inputs are, and so which command reads them.
    pub kind: ExampleKind,
    /// The manifests that are updated; only for [`ExampleKind::Update`].
    pub old: Option<&'static str>,
    /// Each of them fires the rule and no other.
    pub bad: &'static [&'static str],
    /// Each of them fires nothing.
    pub good: &'static [&'static str],
}

/// What the inputs of an example are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExampleKind {
    /// Manifests for `validate`.
    Manifest,
    /// Profiles for `render`, in TOML.
    Profile,
    /// A StorageClass template for `render --templates`.
    Template,
    /// Manifests for `diff`.
    Update,
}

impl Rule {
    /// A rule about what some component rejects.
    #[must_use]
    pub const fn error(page: &'static Page) -> Self {
        Self { code: page.code, name: page.name, severity: Severity::Error, page, since: "0.1.0" }
    }

    /// A rule about what is accepted but causes trouble, or whose verdict depends on the cluster.
    #[must_use]
    pub const fn warning(page: &'static Page) -> Self {
        Self { severity: Severity::Warning, ..Self::error(page) }
    }

    /// Whether `text` is the code of the rule, a prefix of it, or its name, ignoring case.
    #[must_use]
    pub fn is_selected(&self, text: &str) -> bool {
        let start = self.code.get(..text.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(text)) || self.name.eq_ignore_ascii_case(text)
    }
}
