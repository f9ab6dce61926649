//! The project file `volwright.toml`: what a repository renders, and how findings are reported.

mod for_each;
mod kinds;
mod pattern;
mod prices;
mod settings;
mod texts;

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::ValueEnum;

use crate::catalog::custom_kind::CustomKind;
use crate::catalog::kind::{self, Filter};
use crate::error::Error;
use crate::finding::Finding;
use crate::profile::rules::INVALID_PROFILE_VALUE;
use crate::profile::schema::{Groups, Key, Kind, Table, key, open, required};
use crate::profile::{self, builtin, check, json_schema, layer};
use crate::rule::Severity;
use crate::source::{SourceId, Sources, Span};
use crate::tree::FileTree;
use crate::write::layout::Layout;
use crate::yaml::node::{Node, Value};

pub use prices::{Prices, price_table};
pub use settings::Settings;

use texts::texts;

/// The file's name.
pub const NAME: &str = "volwright.toml";

/// A project file that was found.
#[derive(Debug, Default)]
pub struct Project {
    /// The file, as seen from the working directory.
    pub path: PathBuf,
    /// The renders, in order.
    pub renders: Vec<Render>,
    /// How findings are reported.
    pub settings: Settings,
    /// Files and directories of CustomResourceDefinitions.
    pub crds: Vec<PathBuf>,
    /// Kinds of custom resources, and where they have pods and claims.
    pub kinds: Vec<CustomKind>,
    /// Where prices come from.
    pub prices: Prices,
    /// The findings of the file itself.
    pub findings: Vec<Finding>,
}

/// Profiles that are rendered together.
#[derive(Clone, Debug, Default)]
pub struct Render {
    /// Each profile as it is written, and its name, or its path from the working directory.
    pub profiles: Vec<(String, String)>,
    /// The overlays that are merged into each, in order.
    pub overlays: Vec<PathBuf>,
    /// The `--set` arguments, which a project file does not have.
    pub sets: Vec<String>,
    /// The `--set-string` arguments.
    pub text_sets: Vec<String>,
    /// Whether classes of built-in profiles are rendered, used or not.
    pub all_classes: bool,
    /// Which objects to output.
    pub filter: Filter,
    /// Values that are merged after the overlays: the table `set`.
    pub values: Option<Node<'static>>,
    /// The folder of templates that replace built-in ones.
    pub templates: Option<PathBuf>,
    /// The folder that is written to.
    pub out_dir: Option<PathBuf>,
    /// The files that objects are written to.
    pub layout: Layout,
    /// The part of a group of similar renders that this one is.
    pub each: Option<Each>,
}

/// One render of a group: the same profiles and overlays, and a file of its own, which is the last overlay.
#[derive(Clone, Debug)]
pub struct Each {
    /// The group: the position of its entry in the project file.
    pub group: usize,
    /// The file of this render.
    pub overlay: PathBuf,
    /// The folder for the objects that the renders of the group share.
    pub shared_dir: PathBuf,
}

impl Render {
    /// A request for one of the profiles, by its name or path, with all layers.
    #[must_use]
    pub fn request<'a>(&'a self, profile: &'a str) -> profile::Request<'a> {
        profile::Request {
            profile,
            overlays: &self.overlays,
            values: self.values.as_ref(),
            sets: &self.sets,
            text_sets: &self.text_sets,
            all_classes: self.all_classes,
            ..profile::Request::default()
        }
    }
}

const TEXTS: Kind = Kind::List(&Kind::String);

static RENDER_KEYS: &[Key] = &[
    required("profiles", TEXTS, "built-in profiles by name, or profiles by path from this file"),
    key("overlays", TEXTS, "overlays by path from this file, merged into each profile in order"),
    key(
        "forEach",
        Kind::String,
        "a pattern such as `users/*.toml`: one render for each file, with the file as the last overlay",
    ),
    key("set", Kind::Api, "values that are merged after the overlays, a table like a profile"),
    key("templates", Kind::String, "a folder of templates that replace built-in ones"),
    required(
        "outDir",
        Kind::String,
        "the folder that is written to, with a folder in it for each of several profiles; `{stem}` is the name of the \
         `forEach` file without its extension",
    ),
    key(
        "sharedDir",
        Kind::String,
        "the folder for objects that the renders of `forEach` share; by default `outDir` with `shared` as `{stem}`",
    )
    .with(&["forEach"]),
    key("layout", Kind::Enum(&["flat", "kustomize", "helm"]), "the files that objects are written to"),
    key("allClasses", Kind::Boolean, ALL_CLASSES),
    key("only", TEXTS, ONLY),
    key("scope", Kind::Enum(&["cluster", "namespaced"]), SCOPE),
];

const ALL_CLASSES: &str = "whether to render all classes of built-in profiles, used or not";
const ONLY: &str = "output only objects of these kinds, such as `claims` or `pvc`";
const SCOPE: &str = "output only cluster-scoped or only namespaced objects";

static FUNCTION_KEYS: &[Key] = &[
    key("profile", Kind::String, "a built-in profile by name, or a profile by path"),
    key("profiles", TEXTS, "several of them"),
    key("overlay", Kind::String, "an overlay by path"),
    key("overlays", TEXTS, "overlays by path, merged into each profile in order"),
    key("set", Kind::Api, "values that are merged after the overlays, a table like a profile"),
    key("templates", Kind::String, "a folder of templates that replace built-in ones"),
    key("allClasses", Kind::Boolean, ALL_CLASSES),
    key("only", TEXTS, ONLY),
    key("scope", Kind::Enum(&["cluster", "namespaced"]), SCOPE),
];

/// The configuration of a KRM function; paths are relative to the working directory.
static FUNCTION: Table = Table {
    name: "the configuration",
    groups: Groups::Fixed(&[FUNCTION_KEYS]),
    exclusive: &[&["profile", "profiles"]],
    one: true,
    shorthand: None,
    extra: false,
    lookup: OnceLock::new(),
};

static CONFIG_KEYS: &[Key] = &[
    key("apiVersion", Kind::String, "any"),
    key("kind", Kind::String, "any; the specification of a `Profile` is the profile itself"),
    key("metadata", Kind::Api, "as in every object"),
    key("spec", Kind::Api, "what to generate; without it the function only validates"),
];

static CONFIG: Table = open("the configuration", &[CONFIG_KEYS]);

static RENDER: Table = open("a render", &[RENDER_KEYS]);

static REPORT_KEYS: &[Key] = &[
    key("select", TEXTS, "report only these rules: codes, code prefixes or names"),
    key("ignore", TEXTS, "do not report these rules"),
    key("errors", TEXTS, "warnings that count as errors: codes, code prefixes or names"),
    key("failOn", Kind::Enum(&["error", "warning", "never"]), "the lowest severity that makes a run fail"),
    key(
        "maxFindings",
        Kind::Integer,
        "the most findings to list for each rule; others are only counted, and 0 lists all",
    ),
];

static REPORT: Table = open("the report", &[REPORT_KEYS]);

static VALIDATE_KEYS: &[Key] = &[key(
    "crds",
    TEXTS,
    "files or directories of CustomResourceDefinitions by path from this file, as for `--crds`",
)];

static VALIDATE: Table = open("the validation", &[VALIDATE_KEYS]);

static PROJECT_KEYS: &[Key] = &[
    key(
        "renders",
        Kind::List(&Kind::Table(&RENDER)),
        "what `volwright render` renders if no profile is named",
    ),
    key("report", Kind::Table(&REPORT), "how findings are reported, unless the command line says otherwise"),
    key("validate", Kind::Table(&VALIDATE), "what manifests are validated against"),
    key(
        "kinds",
        Kind::List(&Kind::Api),
        "kinds of custom resources, and the locations of their pods and claims: see docs/custom-kinds.md",
    ),
    key("prices", Kind::Table(&prices::TABLE), "where prices come from"),
];

/// A whole project file.
pub static PROJECT: Table = open("the project file", &[PROJECT_KEYS]);

/// The JSON Schema of project files.
#[must_use]
pub fn schema() -> serde_json::Value {
    json_schema::document("project", "What a repository renders: the file volwright.toml", &PROJECT)
}

/// Finds the project file in the working directory or above, within the repository, and reads it.
///
/// # Errors
///
/// If it exists and cannot be read.
pub fn find(tree: FileTree<'_>, sources: &mut Sources) -> Result<Option<Project>, Error> {
    let depth = std::env::current_dir().map_or(0, |folder| folder.components().count());
    let mut folder = PathBuf::new();
    for _ in 0..depth.max(1) {
        let path = folder.join(NAME);
        if tree.is_file(&path) {
            return read(tree, &path, sources).map(Some);
        }
        if tree.is_root(&folder) {
            return Ok(None);
        }
        folder.push("..");
    }
    Ok(None)
}

/// Reads a project file.
///
/// # Errors
///
/// If it cannot be read.
pub fn read(tree: FileTree<'_>, path: &Path, sources: &mut Sources) -> Result<Project, Error> {
    let mut findings = Vec::new();
    let (source, root) = layer::read_file(tree, path, sources, &mut findings)?;
    Ok(of_root(tree, path, source, &root, findings))
}

/// Reads the text of a project file that is not on disk.
#[must_use]
pub fn parse(path: &Path, text: &str, sources: &mut Sources) -> Project {
    let mut findings = Vec::new();
    let (source, root) = layer::read_text(&path.display().to_string(), text, None, sources, &mut findings);
    of_root(FileTree::Disk, path, source, &root, findings)
}

fn of_root(
    tree: FileTree<'_>,
    path: &Path,
    source: SourceId,
    root: &Node<'static>,
    findings: Vec<Finding>,
) -> Project {
    let mut project = Project { path: path.to_owned(), findings, ..Project::default() };
    let broken = !project.findings.is_empty();
    check::check_table(root, &PROJECT, Span::new(source, 0, 0), broken, &mut project.findings);
    let folder = path.parent().unwrap_or(Path::new(""));
    for (group, node) in root.get("renders").map(Node::items).unwrap_or_default().iter().enumerate() {
        let one = render(tree, node, folder, &mut project.findings);
        let Some(pattern) = node.get("forEach").and_then(|pattern| Some((pattern.as_str()?, pattern.span)))
        else {
            project.renders.push(one);
            continue;
        };
        let expansion = for_each::expand(tree, node, folder, pattern, &mut project.findings);
        for (file, out_dir) in expansion.iter().flat_map(|expansion| &expansion.files) {
            let shared_dir = expansion.iter().map(|expansion| expansion.shared_dir.clone()).collect();
            let each = Each { group, overlay: file.clone(), shared_dir };
            let mut render = Render { out_dir: Some(out_dir.clone()), each: Some(each), ..one.clone() };
            render.overlays.push(file.clone());
            project.renders.push(render);
        }
    }
    if let Some(validate) = root.get("validate") {
        for (shown, span) in texts(validate, "crds") {
            let path = folder.join(shown);
            if !tree.exists(&path) {
                let mut finding =
                    Finding::new(&INVALID_PROFILE_VALUE, span, format!("`{shown}` does not exist"));
                finding.help("paths are relative to the project file");
                project.findings.push(finding);
            }
            project.crds.push(path);
        }
    }
    project.kinds = kinds::read(root, &mut project.findings);
    project.prices = prices::of_node(tree, root.get("prices"), folder, &mut project.findings);
    if let Some(report) = root.get("report") {
        project.settings = settings::of_node(report, &mut project.findings);
    }
    project
}

impl Project {
    /// The folder of the file.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).to_owned()
    }

    /// Whether it has no errors.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// Checks the keys of a KRM function's configuration, except those of its specification.
pub(crate) fn function_config(config: &Node<'static>, findings: &mut Vec<Finding>) {
    check::check_table(config, &CONFIG, config.span, false, findings);
}

/// The render that the configuration of a KRM function describes; nothing if it is invalid.
pub(crate) fn function(spec: &Node<'static>, findings: &mut Vec<Finding>) -> Option<Render> {
    let before = findings.len();
    check::check_table(spec, &FUNCTION, spec.span, false, findings);
    let found = render(FileTree::Disk, spec, Path::new(""), findings);
    (findings.len() == before).then_some(found)
}

fn render(tree: FileTree<'_>, node: &Node<'static>, folder: &Path, findings: &mut Vec<Finding>) -> Render {
    let mut absent = |path: &Path, shown: &str, span: Span, help: String| {
        if !tree.exists(path) {
            let mut finding = Finding::new(&INVALID_PROFILE_VALUE, span, format!("`{shown}` does not exist"));
            finding.help(help);
            findings.push(finding);
        }
    };
    let from_here = || "paths are relative to the project file".to_owned();
    let mut profiles = Vec::new();
    for (shown, span) in texts(node, "profiles") {
        if builtin::text(shown).is_some() {
            profiles.push((shown.to_owned(), shown.to_owned()));
        } else {
            let path = folder.join(shown);
            absent(&path, shown, span, builtin::choices(shown));
            profiles.push((shown.to_owned(), path.display().to_string()));
        }
    }
    let mut overlays = Vec::new();
    for (shown, span) in texts(node, "overlays") {
        let path = folder.join(shown);
        absent(&path, shown, span, from_here());
        overlays.push(path);
    }
    let text = |key: &str| node.get(key).and_then(|node| Some((node.as_str()?, node.span)));
    let templates = text("templates").map(|(shown, span)| {
        let path = folder.join(shown);
        absent(&path, shown, span, from_here());
        path
    });
    let is_true = |key: &str| node.get(key).is_some_and(|node| node.value == Value::Bool(true));
    let mut only = Vec::new();
    for (name, span) in texts(node, "only") {
        match kind::called(name) {
            Ok(kind) => only.push(kind),
            Err(help) => {
                let mut finding =
                    Finding::new(&INVALID_PROFILE_VALUE, span, format!("unknown kind `{name}`"));
                finding.help(help);
                findings.push(finding);
            }
        }
    }
    Render {
        profiles,
        overlays,
        sets: Vec::new(),
        text_sets: Vec::new(),
        all_classes: is_true("allClasses"),
        filter: Filter { only, scope: text("scope").and_then(|(scope, _)| scope.parse().ok()) },
        each: None,
        values: node.get("set").cloned(),
        templates,
        out_dir: text("outDir").map(|(shown, _)| folder.join(shown)),
        layout: text("layout").and_then(|(name, _)| Layout::from_str(name, false).ok()).unwrap_or_default(),
    }
}
