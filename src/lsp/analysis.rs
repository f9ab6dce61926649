//! What is known about a project, a profile or a manifest.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::index::Dependencies;
use super::text::Text;
use crate::finding::{Finding, Report, Selection};
use crate::profile::layer::normal;
use crate::project::Settings;
use crate::render::Rendered;
use crate::rule::Severity;
use crate::source::{Source, SourceId, SourceKind, Sources, Span};

/// A finding, and the profiles that have it if others do not need to.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) finding: Finding,
    /// The profiles of the project that have it; empty if there is only one.
    pub(super) profiles: BTreeSet<String>,
}

/// A finding before equal ones are combined, and the name of its profile if there are several.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    pub(super) finding: Finding,
    pub(super) profile: Option<String>,
}

/// What is known about a project, a profile or a manifest.
#[derive(Debug, Default)]
pub(super) struct Analysis {
    /// The texts that the findings are about.
    pub(super) sources: Sources,
    /// Line indexes of these texts, made when they are needed.
    pub(super) texts: RefCell<BTreeMap<SourceId, Rc<Text>>>,
    /// The findings before they are selected.
    pub(super) raw: Vec<Raw>,
    /// The settings that select them.
    pub(super) settings: Settings,
    /// Whether every profile was rendered.
    pub(super) is_rendered: bool,
    pub(super) found: Vec<Found>,
    /// Every rendered profile and its name, until the next edit.
    pub(super) rendered: RefCell<Vec<(String, Rendered)>>,
    /// Of a manifest: what its findings depend on.
    pub(super) dependencies: Dependencies,
    /// Why the analysis failed.
    pub(super) error: Option<String>,
}

impl From<Finding> for Raw {
    fn from(finding: Finding) -> Self {
        Self { finding, profile: None }
    }
}

impl Raw {
    /// Whether two findings say the same.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        let (one, two) = (&self.finding, &other.finding);
        self.profile == other.profile
            && (one.rule.code, one.severity, &one.message, &one.primary)
                == (two.rule.code, two.severity, &two.message, &two.primary)
            && (&one.help, &one.related, &one.path, &one.once)
                == (&two.help, &two.related, &two.path, &two.once)
    }
}

/// The findings that the settings select, in order. The same finding for several profiles is one, with their names.
pub(super) fn select(findings: Vec<Raw>, settings: &Settings) -> Vec<Found> {
    type Key = (&'static str, Span, String);
    let key =
        |finding: &Finding| -> Key { (finding.rule.code, finding.primary.span, finding.message.clone()) };
    let mut profiles: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    let raised = Selection { select: settings.errors.clone(), ignore: Vec::new() };
    let mut list = Vec::new();
    for Raw { mut finding, profile } in findings {
        if raised.names(finding.rule) {
            finding.severity = Severity::Error;
        }
        let known = profiles.entry(key(&finding)).or_default();
        let is_new = known.is_empty();
        known.extend(profile);
        if is_new {
            list.push(finding);
        }
    }
    let selection = Selection { select: settings.select.clone(), ignore: settings.ignore.clone() };
    let mut seen = BTreeSet::new();
    let found =
        Report::new(list, &selection).findings.into_iter().filter(|finding| seen.insert(key(finding)));
    found
        .map(|finding| Found { profiles: profiles.remove(&key(&finding)).unwrap_or_default(), finding })
        .collect()
}

impl Analysis {
    /// The file of a source; texts of other kinds have none.
    pub(super) fn path(&self, id: SourceId) -> Option<PathBuf> {
        let path = Path::new(&self.sources.get(id).name);
        path.is_absolute().then(|| normal(path))
    }

    /// The only text of a file.
    pub(super) fn source(&self, path: &Path) -> Option<SourceId> {
        let mut ids =
            (0..self.sources.len()).map(SourceId::new).filter(|id| self.path(*id).as_deref() == Some(path));
        ids.next().filter(|_| ids.next().is_none())
    }

    /// A text with its line index.
    pub(super) fn text(&self, id: SourceId) -> Rc<Text> {
        let mut texts = self.texts.borrow_mut();
        Rc::clone(texts.entry(id).or_insert_with(|| Rc::new(Text::new(&*self.sources.get(id).text))))
    }

    /// The layers: every profile and overlay, and its file unless it is built in.
    pub(super) fn layers(&self) -> impl Iterator<Item = (Option<PathBuf>, &Source)> {
        let ids = (0..self.sources.len()).map(SourceId::new);
        ids.map(|id| (self.path(id), self.sources.get(id)))
            .filter(|(_, source)| source.kind == SourceKind::Profile)
    }

    /// Whether a file is among the layers.
    pub(super) fn mentions(&self, path: &Path) -> bool {
        self.layers().any(|(layer, _)| layer.as_deref() == Some(path))
    }
}
