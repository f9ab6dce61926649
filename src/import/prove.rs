//! Renders a profile in memory, and compares what it renders with what it must render.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::finding::Finding;
use crate::profile;
use crate::render::{Rendered, Request, render};
use crate::rule::Severity;
use crate::source::{SourceKind, Sources};
use crate::template::Templates;
use crate::yaml::node::Node;
use crate::yaml::read::read;
use crate::yaml::write;

/// The built-in templates, compiled once.
#[derive(Debug)]
pub struct Prover {
    sources: Sources,
    templates: Templates,
}

/// What a profile renders, read back from the text that would be written.
#[derive(Debug, Default)]
pub struct Proof {
    /// Section and key of each object in the profile, and the object.
    pub objects: Vec<(String, Node<'static>)>,
    /// The errors, each with its place in the profile if it has one there.
    pub errors: Vec<(Option<usize>, String)>,
    /// The number of warnings.
    pub warnings: usize,
}

impl Prover {
    /// Compiles the built-in templates.
    ///
    /// # Errors
    ///
    /// None: built-in templates need no files.
    pub fn new() -> Result<Self, Error> {
        let mut sources = Sources::new();
        let templates = Templates::new(None, &mut sources)?;
        Ok(Self { sources, templates })
    }

    /// Renders `profile` with overlays; `files` come before those on disk.
    ///
    /// # Errors
    ///
    /// If a layer cannot be read.
    pub fn render(
        &self,
        profile: &Path,
        overlays: &[PathBuf],
        files: &[(PathBuf, String)],
    ) -> Result<Proof, Error> {
        let mut sources = self.sources.clone();
        let name = profile.to_str().unwrap_or_default();
        let layers = profile::Request { profile: name, overlays, files, ..profile::Request::default() };
        let request = Request { profile: layers, ..Request::default() };
        let rendered = render(&mut sources, &self.templates, &request)?;
        let top = overlays.last().map_or(profile, PathBuf::as_path).display().to_string();
        Ok(proof(&rendered, &sources, &top))
    }
}

fn proof(rendered: &Rendered, sources: &Sources, top: &str) -> Proof {
    let mut proof = Proof::default();
    for (document, key) in rendered.documents.iter().zip(&rendered.keys) {
        let mut texts = Sources::new();
        let text = write::write(&document.root);
        let id = texts.add("rendered", text, SourceKind::Rendered);
        let mut roots = read(id, &texts.get(id).text).into_iter().filter_map(|reading| reading.root);
        if let (Some(root), None) = (roots.next(), roots.next()) {
            proof.objects.push((key.clone(), root.into_owned()));
        }
    }
    let place = |finding: &Finding| {
        let span = finding.primary.span;
        (sources.get(span.source).name == top).then_some(span.start as usize)
    };
    for finding in &rendered.findings {
        match finding.severity {
            Severity::Error => {
                let shown = format!("{}: {}", finding.rule.code, finding.message);
                proof.errors.push((place(finding), shown));
            }
            _ => proof.warnings += 1,
        }
    }
    proof
}
