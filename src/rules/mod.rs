//! The rule table, and the sink through which every stage reports.

pub mod advice;
pub mod driver;
pub mod index;
pub mod kubernetes;
pub mod links;
pub mod profile;
pub mod security;
pub mod suppression;
pub mod template;
pub mod update;
pub mod yaml;

use crate::catalog::kubernetes::KubernetesVersion;
use crate::document::Document;
use crate::document::node::Node;
use crate::document::path::Path;
use crate::finding::{Finding, Severity};
use crate::nearest::nearest;
use crate::parallel;

use index::Index;
use security::PodSecurityLevel;

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

/// Every rule, family by family, each family sorted by code.
pub static FAMILIES: &[&[&Rule]] = &[
    profile::RULES,
    template::RULES,
    yaml::RULES,
    suppression::RULES,
    kubernetes::RULES,
    update::RULES,
    driver::RULES,
    links::RULES,
    security::RULES,
    driver::ADVICE,
    advice::RULES,
];

/// Every rule in the order of the table.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The rule with this code or name, in any case.
#[must_use]
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    all().find(|rule| {
        rule.code.eq_ignore_ascii_case(code_or_name) || rule.name.eq_ignore_ascii_case(code_or_name)
    })
}

/// What selects rules: a code, how codes begin, or a name.
///
/// # Errors
///
/// Where no rule is selected so.
pub fn pattern(text: &str) -> Result<String, String> {
    if !text.is_empty() && all().any(|rule| rule.is_selected(text)) {
        return Ok(text.to_owned());
    }
    let near = nearest(text, all().flat_map(|rule| [rule.code, rule.name]));
    Err(match near {
        Some(near) => format!("no rule has such a code or name; did you mean `{near}`?"),
        None => "no rule has such a code or name; `volwright rules` lists them".to_owned(),
    })
}

impl Rule {
    /// Whether `text` is the rule's code, how it begins, or the rule's name; in any case.
    #[must_use]
    pub fn is_selected(&self, text: &str) -> bool {
        let start = self.code.get(..text.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(text)) || self.name.eq_ignore_ascii_case(text)
    }
}

/// What rules may look at beside their own document.
#[derive(Debug)]
pub struct Scene<'a> {
    /// Every document of the input; a rule may see all and reports only on its own.
    pub documents: &'a [Document<'a>],
    /// The same documents by name, and who uses whom.
    pub index: Index<'a>,
    /// The oldest API server that must accept the input.
    pub version: KubernetesVersion,
    /// The Pod Security level that pods are held to, if any.
    pub pod_security: Option<PodSecurityLevel>,
}

impl<'a> Scene<'a> {
    /// The scene of one input.
    #[must_use]
    pub fn new(
        documents: &'a [Document<'a>],
        version: KubernetesVersion,
        pod_security: Option<PodSecurityLevel>,
    ) -> Self {
        Self { documents, index: Index::new(documents), version, pod_security }
    }
}

/// Judges every document and returns what was found, in the order of the documents.
#[must_use]
pub fn run(scene: &Scene<'_>) -> Vec<Finding> {
    /// How many documents one thread judges at a time.
    const SHARE: usize = 256;
    let shares = scene.documents.chunks(SHARE);
    let done = parallel::map(shares, |documents: &[Document<'_>]| {
        let mut list = Vec::new();
        documents.iter().for_each(|document| judge(document, scene, &mut list));
        list
    });
    done.into_iter().flatten().collect()
}

/// Judges one document and adds what is found to `list`.
pub fn judge(document: &Document<'_>, scene: &Scene<'_>, list: &mut Vec<Finding>) {
    let start = list.len();
    let mut out = Findings { document, list };
    kubernetes::check(document, scene, &mut out);
    driver::check(document, scene, &mut out);
    links::check(document, scene, &mut out);
    security::check(document, scene, &mut out);
    advice::check(document, scene, &mut out);
    if !document.misfits.is_empty() {
        // What was found at a value that could not be decoded was found in the value's absence.
        let mut found = list.split_off(start);
        found.retain(|finding| !is_misfit(document, finding.path.as_deref().unwrap_or_default()));
        list.append(&mut found);
    }
}

/// Whether a path names a value that could not be decoded, or something in one.
fn is_misfit(document: &Document<'_>, path: &str) -> bool {
    document.misfits.iter().any(|misfit| {
        path.strip_prefix(misfit.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

/// Takes the findings of one document: rules name a rule and a path, never an offset.
#[derive(Debug)]
pub struct Findings<'a> {
    document: &'a Document<'a>,
    list: &'a mut Vec<Finding>,
}

impl<'a> Findings<'a> {
    /// A sink for `document` that appends to `list`.
    #[must_use]
    pub fn new(document: &'a Document<'a>, list: &'a mut Vec<Finding>) -> Self {
        Self { document, list }
    }

    /// How many findings there are so far: a check that wants to know whether another found anything compares.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// The document.
    #[must_use]
    pub fn document(&self) -> &'a Document<'a> {
        self.document
    }

    /// The kind of the document.
    #[must_use]
    pub fn kind(&self) -> &'a str {
        &self.document.kind
    }

    /// The node that `path` names, if the text has it.
    #[must_use]
    pub fn node(&self, path: &Path<'_>) -> Option<&'a Node<'a>> {
        let found = self.document.root.find(path);
        (!found.missing).then_some(found.node)
    }

    /// Reports `message` at the value that `path` names, or at the nearest parent that exists.
    pub fn push(&mut self, rule: &'static Rule, path: &Path<'_>, message: impl Into<String>) -> &mut Finding {
        let span = self.document.root.find(path).span();
        self.add(Finding::new(rule, span, message), path)
    }

    /// Reports `message` for `path` as the server names it, and points at `place`.
    pub fn push_within(
        &mut self,
        rule: &'static Rule,
        path: &Path<'_>,
        place: &Path<'_>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let span = self.document.root.find(place).span();
        // The server's name for the field may hide that its value could not be decoded.
        let misfit = !self.document.misfits.is_empty() && is_misfit(self.document, &place.to_string());
        self.add(Finding::new(rule, span, message), if misfit { place } else { path })
    }

    /// Reports `message` at the key that `path` ends with.
    pub fn push_key(
        &mut self,
        rule: &'static Rule,
        path: &Path<'_>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let found = self.document.root.find(path);
        let span = found.key.unwrap_or_else(|| found.span());
        self.add(Finding::new(rule, span, message), path)
    }

    fn add(&mut self, mut finding: Finding, path: &Path<'_>) -> &mut Finding {
        finding.document = Some(self.document.index);
        finding.path = Some(path.to_string());
        self.list.push(finding);
        let last = self.list.len() - 1;
        &mut self.list[last]
    }
}
