//! The files that rendered objects become: plain ones, a kustomize base, or the templates of a Helm chart.

use std::fmt::Write;
use std::path::Path;

use clap::ValueEnum;

use crate::document::Document;
use crate::error::Error;
use crate::source::is_deceptive;
use crate::write::header::header;
use crate::yaml::node::Node;
use crate::yaml::write;

/// How a folder of manifests is laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// One file per object
    #[default]
    Flat,
    /// The same, and a kustomization.yaml that lists them
    Kustomize,
    /// Templates of a Helm chart, which return every text unchanged
    Helm,
}

/// The files that one profile is rendered to.
#[derive(Clone, Debug, Default)]
pub struct Manifests {
    /// One file for each object, in order: name and text.
    pub objects: Vec<(String, String)>,
    layout: Layout,
    header: String,
    /// The references that kustomize does not know, if the layout needs them.
    references: Option<String>,
}

impl Manifests {
    /// One file per object, `<kind>-<name>.yaml`, and the other files of the layout. `profile` is the profile as the user
    /// named it.
    #[must_use]
    pub fn new(documents: &[Document<'_>], profile: &str, layout: Layout) -> Self {
        let references = if layout == Layout::Kustomize { references(documents) } else { None };
        let mut manifests = Self { objects: Vec::new(), layout, header: header(profile), references };
        manifests.objects = documents
            .iter()
            .map(|document| {
                let name = format!("{}-{}.yaml", document.kind.to_ascii_lowercase(), document.name);
                (name, manifests.text(&write::write(&document.root)))
            })
            .collect();
        manifests
    }

    /// The same layout, for objects of several such profiles.
    #[must_use]
    pub fn with(&self, objects: Vec<(String, String)>) -> Self {
        Self { objects, ..self.clone() }
    }

    fn text(&self, body: &str) -> String {
        let text = format!("{}; do not edit.\n{body}", self.header);
        if self.layout == Layout::Helm { escaped(&text) } else { text }
    }

    /// Every file: name and text.
    pub(super) fn files(mut self) -> Vec<(String, String)> {
        if self.layout == Layout::Kustomize {
            let list = self.text(&kustomization(&self.objects, self.references.is_some()));
            let references =
                self.references.take().map(|references| (REFERENCES.to_owned(), self.text(&references)));
            self.objects.push(("kustomization.yaml".to_owned(), list));
            self.objects.extend(references);
        }
        self.objects
    }
}

/// The file that declares references that kustomize does not know by itself.
const REFERENCES: &str = "kustomizeconfig.yaml";
const NAME_REFERENCES: &str = include_str!("kustomizeconfig.yaml");
/// The names of claims that others are copied from.
const CLONES: &str = include_str!("kustomizeclones.yaml");

/// The declarations that kustomize needs if these objects refer to each other by fields that it does not know.
fn references(documents: &[Document<'_>]) -> Option<String> {
    let mut needed = false;
    let mut sources = Vec::new();
    for document in documents {
        find(&document.root, &mut |key, value| match key {
            "volumeAttributesClassName" | "ephemeral" => needed = true,
            "dataSource" | "dataSourceRef" => sources.extend(value.get("kind").and_then(Node::as_str)),
            _ => {}
        });
    }
    // kustomize ignores the kind: next to a snapshot with a claim's name it would rename the wrong reference.
    let clones = !sources.is_empty() && sources.iter().all(|kind| *kind == "PersistentVolumeClaim");
    (needed || clones).then(|| format!("{NAME_REFERENCES}{}", if clones { CLONES } else { "" }))
}

/// Calls `seen` for every key below `node`.
fn find<'n>(node: &'n Node<'_>, seen: &mut impl FnMut(&str, &'n Node<'_>)) {
    for entry in node.entries() {
        seen(&entry.key.value, &entry.value);
        find(&entry.value, seen);
    }
    node.items().iter().for_each(|item| find(item, seen));
}

fn kustomization(files: &[(String, String)], references: bool) -> String {
    let mut out = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n".to_owned();
    for (name, _) in files {
        let _ = writeln!(out, "  - {name}");
    }
    if references {
        let _ = write!(out, "configurations:\n  - {REFERENCES}\n");
    }
    out
}

/// The text as a Helm template that returns it: Helm's engine interprets only `{{`.
fn escaped(text: &str) -> String {
    text.replace("{{", "{{ \"{{\" }}")
}

/// `mine` of `profiles/mine.toml`.
pub(crate) fn stem(asked: &str) -> &str {
    Path::new(asked).file_stem().and_then(|stem| stem.to_str()).unwrap_or(asked)
}

/// One plain part of a path, which cannot lead to another folder.
pub(super) fn part(name: &str) -> Result<&str, Error> {
    let plain = !name.is_empty()
        && !name.starts_with('.')
        && !name.contains(['/', '\\', ':'])
        && !name.chars().any(|letter| letter.is_control() || is_deceptive(letter));
    if plain && name.len() <= 255 {
        return Ok(name);
    }
    Err(Error::usage(
        format!("`{name}` cannot be the name of a file"),
        "give the object a shorter name without special characters",
    ))
}
