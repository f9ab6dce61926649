//! What is compared: manifests that are read, and profiles that are rendered.

use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use crate::app::{input, render, report};
use crate::catalog::kubernetes::KubernetesVersion;
use crate::cli::{DiffArgs, RenderArgs, SelectArgs};
use crate::error::Error;
use crate::finding::Finding;
use crate::output::writer::terminal;
use crate::profile::builtin;
use crate::progress::Progress;
use crate::project::{self, Project, Render};
use crate::render::needs::Choosing;
use crate::render::{Rendered, Request, render_all};
use crate::rule::Severity;
use crate::schema::definitions::Definitions;
use crate::source::{Folders, Sources};
use crate::template::Templates;
use crate::tree::FileTree;
use crate::write::layout::stem;

use super::revisions::Revisions;
use super::texts::Texts;

/// One of the two states.
#[derive(Default)]
pub(super) struct Side<'t> {
    pub(super) parts: Vec<Part<'t>>,
    /// What keeps the whole side from being read.
    pub(super) broken: Vec<Finding>,
}

/// A part of a side, which is compared with the part of the other side that has its name.
pub(super) struct Part<'t> {
    /// The environment: the directory that a render is written to, or a name on the command line. None if there is one part.
    pub(super) name: Option<String>,
    pub(super) input: Input<'t>,
    /// The path of the manifests, as the names of their texts begin.
    root: String,
}

/// Texts that are to be read, or a profile that was rendered.
pub(super) enum Input<'t> {
    Texts(Texts<'t>),
    Rendered(Box<Rendered>),
}

/// A name on the command line.
enum Named {
    /// Files, directories and standard input.
    Manifests(PathBuf),
    /// A profile by its built-in name, or by its path.
    Profile(String),
}

/// What a name means in these trees.
fn named(given: &Path, trees: &[FileTree<'_>]) -> Result<Named, Error> {
    if let Some(name) = given.to_str().filter(|_| input::is_profile(given, trees)) {
        return Ok(Named::Profile(name.to_owned()));
    }
    if input::exists(given, trees) {
        return Ok(Named::Manifests(given.to_owned()));
    }
    Err(Error::usage(
        format!("`{}` is neither a file nor a folder nor a built-in profile", given.display()),
        builtin::choices(&given.to_string_lossy()),
    ))
}

/// What both sides are read with.
pub(super) struct Reader<'a> {
    pub(super) args: &'a DiffArgs,
    pub(super) definitions: &'a Definitions,
    pub(super) choosing: &'a Choosing,
}

impl Reader<'_> {
    /// The sides `OLD` and `NEW`.
    pub(super) fn two(&self, sources: &mut Sources) -> Result<[Side<'static>; 2], Error> {
        let [old, new] = self.args.inputs.as_slice() else {
            return Err(Error::usage(
                match self.args.inputs.len() {
                    0 => "nothing to compare is named".to_owned(),
                    1 => "only one side of the comparison is named".to_owned(),
                    count => format!("{count} sides are named, but two can be compared"),
                },
                "write `volwright diff OLD NEW`, or `volwright diff --base origin/main` to compare with a commit",
            ));
        };
        if old.as_os_str() == "-" && new.as_os_str() == "-" {
            return Err(Error::usage(
                "standard input cannot be both sides",
                "name a file or a folder for one of them",
            ));
        }
        let disk = FileTree::Disk;
        let sides = [named(old, &[disk])?, named(new, &[disk])?];
        let has_layers = !self.args.layers.is_empty() || self.args.templates.is_some();
        if has_layers && sides.iter().all(|side| matches!(side, Named::Manifests(_))) {
            return Err(Error::usage(
                "an overlay, a set key or a folder of templates is for profiles, and neither side is one",
                "a side is a profile if it is a TOML file or the name of a built-in profile",
            ));
        }
        let [old, new] = sides;
        Ok([self.side(disk, &[old], sources)?, self.side(disk, &[new], sources)?])
    }

    /// What `WHAT` is at the base, and what it is now; without it the renders of each side's project file. `project` is
    /// the new one.
    pub(super) fn revisions<'t>(
        &self,
        revisions: &'t Revisions,
        project: Option<Project>,
        sources: &mut Sources,
    ) -> Result<[Side<'t>; 2], Error> {
        let (old, new) = (revisions.before(), revisions.after());
        if self.args.inputs.iter().any(|input| input.as_os_str() == "-") {
            return Err(Error::usage(
                "standard input has no state at the base",
                "with `--base`, name files, folders or profiles",
            ));
        }
        if !self.args.inputs.is_empty() {
            let all = self.args.inputs.iter().map(|given| named(given, &[new, old]));
            let all = all.collect::<Result<Vec<_>, _>>()?;
            let side = |tree, state: &str, effect: &str, sources: &mut Sources| {
                let mut present = Vec::new();
                for one in &all {
                    match self.missing(one, tree) {
                        Some(path) => self.absent(&path, state, effect),
                        None => present.push(one),
                    }
                }
                self.side_of(tree, &present, all.len() > 1, sources)
            };
            let before = format!("does not exist at `{}`", revisions.name());
            let old = side(old, &before, "added", sources)?;
            return Ok([old, side(new, "no longer exists", "removed", sources)?]);
        }
        let earlier = project::find(old, sources)?;
        if earlier.is_none() && project.is_none() {
            // The usage error of a run without a profile.
            render::renders(&self.render_args(Vec::new()), None)?;
        }
        let mut sides = [Side::default(), Side::default()];
        for (at, (tree, project)) in [(old, earlier), (new, project)].into_iter().enumerate() {
            let Some(project) = project else {
                let (state, effect) = match at {
                    0 => (format!("does not exist at `{}`", revisions.name()), "added"),
                    _ => ("no longer exists".to_owned(), "removed"),
                };
                self.absent(Path::new(project::NAME), &state, effect);
                continue;
            };
            if !project.is_sound() {
                sides[at].broken = project.findings;
                continue;
            }
            let folder = project.folder();
            let renders = match project.renders.is_empty() {
                true => Vec::new(),
                false => render::renders(&self.render_args(Vec::new()), Some(project))?,
            };
            let name = |render: &Render, asked: &str| {
                let out = render.out_dir.as_deref().unwrap_or(&folder);
                let out = out.strip_prefix(&folder).unwrap_or(out);
                let several = render.profiles.len() > 1;
                let out = if several { out.join(stem(asked)) } else { out.to_owned() };
                Some(out.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"))
            };
            self.render(tree, &renders, name, &mut sides[at], sources)?;
        }
        Ok(sides)
    }

    /// Notes that one side lacks a file, so that only the other has its objects.
    fn absent(&self, path: &Path, state: &str, effect: &str) {
        if !self.args.report.quiet {
            let state = terminal::line(state);
            report::note(&format!(
                "note: `{}` {state}: everything in it is {effect}\n",
                terminal::path(path)
            ));
        }
    }

    /// The first file of an input that a tree lacks.
    fn missing(&self, named: &Named, tree: FileTree<'_>) -> Option<PathBuf> {
        let mut files = Vec::new();
        match named {
            Named::Manifests(path) => files.push(path.clone()),
            Named::Profile(name) => {
                if builtin::text(name).is_none() {
                    files.push(PathBuf::from(name));
                }
                files.extend(self.args.layers.overlays.iter().cloned());
                files.extend(self.args.templates.iter().cloned());
            }
        }
        files.into_iter().find(|file| !tree.exists(file))
    }

    fn side<'t>(&self, tree: FileTree<'t>, all: &[Named], sources: &mut Sources) -> Result<Side<'t>, Error> {
        self.side_of(tree, &all.iter().collect::<Vec<_>>(), false, sources)
    }

    /// The side of a tree; each of `several` inputs is an environment.
    fn side_of<'t>(
        &self,
        tree: FileTree<'t>,
        all: &[&Named],
        several: bool,
        sources: &mut Sources,
    ) -> Result<Side<'t>, Error> {
        let mut side = Side::default();
        let mut profiles = Vec::new();
        for one in all {
            match one {
                Named::Profile(name) => profiles.push(name.clone()),
                Named::Manifests(path) => side.parts.push(Part {
                    name: several.then(|| path.display().to_string()),
                    input: Input::Texts(Texts::new(tree, path, sources)?),
                    root: tree.shown(path),
                }),
            }
        }
        if !profiles.is_empty() {
            let renders = render::renders(&self.render_args(profiles), None)?;
            let name = |_: &Render, asked: &str| several.then(|| asked.to_owned());
            self.render(tree, &renders, name, &mut side, sources)?;
        }
        Ok(side)
    }

    fn render_args(&self, profiles: Vec<String>) -> RenderArgs {
        RenderArgs {
            profiles,
            layers: self.args.layers.clone(),
            select: SelectArgs { all_classes: self.args.all_classes, ..SelectArgs::default() },
            templates: self.args.templates.clone(),
            ..RenderArgs::default()
        }
    }

    /// Renders every profile as a part of its own.
    fn render(
        &self,
        tree: FileTree<'_>,
        renders: &[Render],
        name: impl Fn(&Render, &str) -> Option<String>,
        side: &mut Side<'_>,
        sources: &mut Sources,
    ) -> Result<(), Error> {
        let mut templates: Vec<(Option<&Path>, Templates)> = Vec::new();
        let mut wanted = Vec::new();
        for render in renders {
            let folder = render.templates.as_deref();
            let known = templates.iter().position(|(known, _)| *known == folder);
            if known.is_none() {
                let new = Templates::of_tree(tree, folder, sources)?;
                side.broken.extend(new.findings.iter().cloned());
                templates.push((folder, new));
            }
            let place = known.unwrap_or(templates.len() - 1);
            wanted.extend(render.profiles.iter().map(|profile| (render, profile, place)));
        }
        let validation = &self.args.validation;
        let requests: Vec<_> = wanted
            .iter()
            .map(|(render, (_, path), place)| {
                let request = Request {
                    profile: crate::profile::Request { tree, ..render.request(path) },
                    version: validation.kubernetes_version,
                    pod_security: validation.pod_security,
                    definitions: Some(self.definitions),
                    choosing: Some(self.choosing),
                    own_overlay: None,
                    memo: None,
                    last: None,
                };
                (&templates[*place].1, request)
            })
            .collect();
        let done = render_all(sources, &requests, &Progress::default(), |at, mut one, _| {
            one.select(&wanted[at].0.filter);
            one
        })?;
        let part =
            |(rendered, (render, (asked, _), _)): (Rendered, &(&Render, &(String, String), usize))| Part {
                name: name(render, asked),
                input: Input::Rendered(Box::new(rendered)),
                root: String::new(),
            };
        side.parts.extend(done.into_iter().zip(&wanted).map(part));
        Ok(())
    }
}

impl Part<'_> {
    pub(super) fn version(&self) -> Option<KubernetesVersion> {
        match &self.input {
            Input::Texts(_) => None,
            Input::Rendered(rendered) => Some(rendered.version),
        }
    }

    /// Notes the folder of each text.
    pub(super) fn add_folders(&self, sources: &Sources, folders: &mut Folders) {
        let Input::Texts(texts) = &self.input else { return };
        for id in texts.ids() {
            let below = sources.get(id).name.strip_prefix(&self.root).unwrap_or_default();
            let below = Path::new(below.trim_start_matches(['/', MAIN_SEPARATOR]));
            if let Some(folder) = below.parent() {
                let parts: Vec<_> = folder.iter().map(|part| part.to_string_lossy()).collect();
                folders.insert(id, parts.join("/"));
            }
        }
    }

    /// What keeps a profile from being rendered as a whole: what it lacks would look as if it had been removed.
    pub(super) fn broken(&self) -> impl Iterator<Item = &Finding> {
        let findings = match &self.input {
            Input::Texts(_) => &[][..],
            Input::Rendered(rendered) => &rendered.findings,
        };
        findings.iter().filter(|finding| {
            finding.severity == Severity::Error && finding.rule.code.starts_with(['P', 'T'])
        })
    }
}
