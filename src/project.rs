//! The project file `volwright.toml`: what a repository renders, and how its findings are weighed.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::FailOn;
use crate::error::Error;
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::profile::builtin;
use crate::profile::rules::INVALID_PROFILE_VALUE;
use crate::profile::schema::{Key, Kind, Table};
use crate::profile::{self, check, json_schema, layer};
use crate::registry;
use crate::rule::{Rule, Severity};
use crate::source::{Sources, Span};
use crate::write::layout::Layout;
use crate::yaml::node::Node;

/// The file's name.
pub const NAME: &str = "volwright.toml";

/// A project file that was found.
#[derive(Debug, Default)]
pub struct Project {
    /// The file, as seen from the working directory.
    pub path: PathBuf,
    /// What is rendered, in order.
    pub renders: Vec<Render>,
    /// How findings are weighed.
    pub settings: Settings,
    /// What is wrong with the file.
    pub findings: Vec<Finding>,
}

/// Profiles that are rendered together.
#[derive(Clone, Debug, Default)]
pub struct Render {
    /// Each profile as it is written, and the name or path by which it is found from the working directory.
    pub profiles: Vec<(String, String)>,
    /// What is laid over each, in order.
    pub overlays: Vec<PathBuf>,
    /// The `--set` arguments, which a project file does not have.
    pub sets: Vec<String>,
    /// Values laid over the overlays: the table `set`.
    pub values: Option<Node<'static>>,
    /// Where templates are taken from before the built-in ones.
    pub templates: Option<PathBuf>,
    /// Where the files go.
    pub out_dir: Option<PathBuf>,
    /// Which files they become.
    pub layout: Layout,
}

impl Render {
    /// One of the profiles, by its name or path, with all that is laid over it.
    #[must_use]
    pub fn request<'a>(&'a self, profile: &'a str) -> profile::Request<'a> {
        let (overlays, values, sets) = (&self.overlays, self.values.as_ref(), &self.sets);
        profile::Request { profile, overlays, values, sets }
    }
}

/// How findings are weighed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Only these rules.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
    /// Warnings that count as errors.
    pub errors: Vec<String>,
    /// From what severity a run fails.
    pub fail_on: Option<FailOn>,
}

const fn key(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: false, instead: &[], beside: &[], about }
}

const fn required(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, required: true, instead: &[], beside: &[], about }
}

const TEXTS: Kind = Kind::List(&Kind::String);

static RENDER_KEYS: &[Key] = &[
    required("profiles", TEXTS, "built-in profiles by name, or profiles by path from this file"),
    key("overlays", TEXTS, "overlays by path from this file, laid over each profile in order"),
    key("set", Kind::Api, "values laid over the overlays, as a table like a profile's"),
    key("templates", Kind::String, "a folder whose templates come before the built-in ones"),
    required(
        "outDir",
        Kind::String,
        "the folder that is written to; with several profiles, one in it for each",
    ),
    key("layout", Kind::Enum(&["flat", "kustomize", "helm"]), "which files the objects become"),
];

static FUNCTION_KEYS: &[Key] = &[
    key("profile", Kind::String, "a built-in profile by name, or a profile by path"),
    key("profiles", TEXTS, "several of them"),
    key("overlay", Kind::String, "an overlay by path"),
    key("overlays", TEXTS, "overlays by path, laid over each profile in order"),
    key("set", Kind::Api, "values laid over the overlays, as a table like a profile's"),
    key("templates", Kind::String, "a folder whose templates come before the built-in ones"),
];

/// What a KRM function is told; paths are seen from the working directory.
static FUNCTION: Table = Table {
    name: "the configuration",
    groups: &[FUNCTION_KEYS],
    exclusive: &["profile", "profiles"],
    one: true,
};

static CONFIG_KEYS: &[Key] = &[
    key("apiVersion", Kind::String, "any"),
    key("kind", Kind::String, "any; of a `Profile` the specification is the profile itself"),
    key("metadata", Kind::Api, "as of every object"),
    key("spec", Kind::Api, "what is generated; without it the function only validates"),
];

static CONFIG: Table =
    Table { name: "the configuration", groups: &[CONFIG_KEYS], exclusive: &[], one: false };

static RENDER: Table = Table { name: "a render", groups: &[RENDER_KEYS], exclusive: &[], one: false };

static REPORT_KEYS: &[Key] = &[
    key("select", TEXTS, "only these rules: codes, or how codes begin"),
    key("ignore", TEXTS, "not these rules"),
    key("errors", TEXTS, "warnings that count as errors: codes, or how codes begin"),
    key("failOn", Kind::Enum(&["error", "warning", "never"]), "from what severity findings make a run fail"),
];

static REPORT: Table = Table { name: "the report", groups: &[REPORT_KEYS], exclusive: &[], one: false };

static PROJECT_KEYS: &[Key] = &[
    key(
        "renders",
        Kind::List(&Kind::Table(&RENDER)),
        "what `volwright render` renders when no profile is named",
    ),
    key("report", Kind::Table(&REPORT), "how findings are weighed, unless the command line says otherwise"),
];

/// A whole project file.
pub static PROJECT: Table =
    Table { name: "the project file", groups: &[PROJECT_KEYS], exclusive: &[], one: false };

/// The JSON Schema of project files.
#[must_use]
pub fn schema() -> serde_json::Value {
    json_schema::document("volwright project", "What a repository renders: the file volwright.toml", &PROJECT)
}

/// Finds the project file from the working directory upward, as far as the repository reaches, and reads it.
///
/// # Errors
///
/// Where there is one and it cannot be read.
pub fn find(sources: &mut Sources) -> Result<Option<Project>, Error> {
    let depth = std::env::current_dir().map_or(0, |folder| folder.components().count());
    let mut folder = PathBuf::new();
    for _ in 0..depth.max(1) {
        let path = folder.join(NAME);
        if path.is_file() {
            return read(&path, sources).map(Some);
        }
        if folder.join(".git").exists() {
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
/// Where it cannot be read.
pub fn read(path: &Path, sources: &mut Sources) -> Result<Project, Error> {
    let mut project = Project { path: path.to_owned(), ..Project::default() };
    let (source, root) = layer::read_file(path, sources, &mut project.findings)?;
    let broken = !project.findings.is_empty();
    check::check_table(&root, &PROJECT, Span::new(source, 0, 0), broken, &mut project.findings);
    let folder = path.parent().unwrap_or(Path::new(""));
    for node in root.get("renders").map(Node::items).unwrap_or_default() {
        project.renders.push(render(node, folder, &mut project.findings));
    }
    if let Some(report) = root.get("report") {
        project.settings = settings(report, &mut project.findings);
    }
    Ok(project)
}

impl Project {
    /// The folder of the file.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).to_owned()
    }

    /// Whether it can be worked with.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// Checks the keys of a KRM function's configuration, short of its specification.
pub(crate) fn function_config(config: &Node<'static>, findings: &mut Vec<Finding>) {
    check::check_table(config, &CONFIG, config.span, false, findings);
}

/// What the configuration of a KRM function asks for; nothing where it is wrong.
pub(crate) fn function(spec: &Node<'static>, findings: &mut Vec<Finding>) -> Option<Render> {
    let before = findings.len();
    check::check_table(spec, &FUNCTION, spec.span, false, findings);
    let found = render(spec, Path::new(""), findings);
    (findings.len() == before).then_some(found)
}

/// The texts of a list, or the one text under the key's singular.
fn texts<'n>(node: &'n Node<'static>, key: &str) -> impl Iterator<Item = (&'n str, Span)> {
    let items = node.get(key).map(Node::items).unwrap_or_default();
    let single = key.strip_suffix('s').and_then(|key| node.get(key));
    single.into_iter().chain(items).filter_map(|item| item.as_str().map(|text| (text, item.span)))
}

fn render(node: &Node<'static>, folder: &Path, findings: &mut Vec<Finding>) -> Render {
    let mut absent = |path: &Path, shown: &str, span: Span, help: String| {
        if !path.exists() {
            let mut finding = Finding::new(&INVALID_PROFILE_VALUE, span, format!("there is no `{shown}`"));
            finding.help(help);
            findings.push(finding);
        }
    };
    let from_here = || "paths are seen from the project file".to_owned();
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
    Render {
        profiles,
        overlays,
        sets: Vec::new(),
        values: node.get("set").cloned(),
        templates,
        out_dir: text("outDir").map(|(shown, _)| folder.join(shown)),
        layout: text("layout").and_then(|(name, _)| Layout::from_str(name, false).ok()).unwrap_or_default(),
    }
}

fn settings(node: &Node<'static>, findings: &mut Vec<Finding>) -> Settings {
    let mut codes = |key: &str| -> Vec<String> {
        let mut list = Vec::new();
        for (code, span) in texts(node, key) {
            let known = |rule: &&Rule| rule.name == code || rule.code.starts_with(code);
            if !code.is_empty() && registry::all().any(|rule| known(&rule)) {
                list.push(code.to_owned());
                continue;
            }
            let mut finding =
                Finding::new(&INVALID_PROFILE_VALUE, span, format!("there is no rule `{code}`"));
            let near = nearest(code, registry::all().flat_map(|rule| [rule.code, rule.name]));
            finding.help(match near {
                Some(near) => format!("did you mean `{near}`? `volwright rules` lists them all"),
                None => "`volwright rules` lists them all".to_owned(),
            });
            findings.push(finding);
        }
        list
    };
    Settings {
        select: codes("select"),
        ignore: codes("ignore"),
        errors: codes("errors"),
        fail_on: node
            .get("failOn")
            .and_then(Node::as_str)
            .and_then(|name| <FailOn as ValueEnum>::from_str(name, false).ok()),
    }
}
