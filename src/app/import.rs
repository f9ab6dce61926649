//! `volwright import`: manifests into a profile that renders the same objects.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::input;
use crate::app::outcome::Outcome;
use crate::app::report;
use crate::cli::ImportArgs;
use crate::document::load::{Loaded, load};
use crate::error::Error;
use crate::finding::Finding;
use crate::import::compare::{Difference, compare};
use crate::import::{self, Imported, LeftOut, Object, Prover};
use crate::output::writer::terminal;
use crate::project;
use crate::rule::Severity;
use crate::source::{SourceId, Sources};

/// The profile of a project.
const PROFILE: &str = "profile.toml";
/// The most bytes of a profile.
const LARGEST_PROFILE: u64 = 1 << 20;
/// How many names or paths one line of a summary lists.
const LISTED: usize = 5;

pub(super) fn run(args: &ImportArgs) -> Result<Outcome, Error> {
    if args.check {
        return check(args);
    }
    if !args.environments.is_empty() {
        return environments(args);
    }
    let mut inputs = args.inputs.clone();
    if inputs.is_empty() {
        inputs.push(PathBuf::from("-"));
    }
    let file = match (&args.project, &args.output) {
        (Some(folder), _) => Some(folder.join(PROFILE)),
        (None, file) => file.clone(),
    };
    let project = args.project.as_ref().map(|folder| folder.join(project::NAME));
    absent(project.iter().chain(&file))?;
    let mut sources = Sources::new();
    let ids = input::read_all(&inputs, &mut sources)?;
    let (loaded, unreadable) = readable(&sources, &ids);
    let request = import::Request {
        documents: &loaded.documents,
        ids: &ids,
        sources: &sources,
        hint: &hint(&inputs),
        extends: args.extends.as_deref(),
        folder: file.as_deref().and_then(Path::parent).unwrap_or(Path::new("")),
    };
    let mut imported = import::import(&request, &Prover::new()?)?;
    imported.left_out.splice(0..0, unreadable);
    if imported.objects > 0 {
        let mut files = Vec::new();
        if let Some(path) = project {
            files.push((path, project_file(&[("", PROFILE.to_owned(), Vec::new())])));
        }
        match file {
            Some(path) => files.push((path, imported.text.clone())),
            None => report::out(&imported.text)?,
        }
        create(&files, args.quiet)?;
    }
    let lines = ids.iter().map(|id| sources.get(*id).text.lines().count()).sum();
    summary(args, &imported, "");
    if !args.quiet {
        result(&[&imported], imported.comments, lines, imported.text.lines().count());
    }
    Ok(outcome(&[&imported]))
}

/// Several environments: a project with what all of them share, and the rest of each.
fn environments(args: &ImportArgs) -> Result<Outcome, Error> {
    let folder = args.project.clone().unwrap_or_default();
    let names: Vec<&str> = args.environments.iter().map(|(name, _)| name.as_str()).collect();
    for (at, name) in names.iter().enumerate() {
        if names[..at].contains(name) || matches!(*name, "profile" | "shared" | "volwright") {
            return Err(Error::usage(
                format!("two files would be named `{name}.toml`"),
                "give each environment a name of its own, such as `--env dev=deploy/dev`",
            ));
        }
    }
    let mut sources = Sources::new();
    let mut inputs = Vec::new();
    for (_, path) in &args.environments {
        inputs.push(input::read_all(std::slice::from_ref(path), &mut sources)?);
    }
    let mut all = Vec::new();
    for ids in &inputs {
        all.push(readable(&sources, ids));
    }
    let hint = hint(std::slice::from_ref(&folder));
    let mut requests = Vec::new();
    for (name, (ids, (loaded, _))) in names.iter().zip(inputs.iter().zip(&all)) {
        let request = import::Request {
            documents: &loaded.documents,
            ids,
            sources: &sources,
            hint: &hint,
            extends: args.extends.as_deref(),
            folder: &folder,
        };
        requests.push((*name, request));
    }
    let mut result_of = import::environments::environments(&requests, &Prover::new()?)?;
    for (imported, (_, unreadable)) in result_of.imports.iter_mut().zip(&all) {
        imported.left_out.splice(0..0, unreadable.iter().cloned());
    }
    let renders: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let (profile, overlays) = result_of.layers(at);
            (*name, profile, overlays)
        })
        .collect();
    let mut files = vec![(folder.join(project::NAME), project_file(&renders))];
    for (name, text) in result_of.shared.iter().chain(&result_of.own) {
        files.push((folder.join(name), text.clone()));
    }
    let imports: Vec<&Imported> = result_of.imports.iter().collect();
    if imports.iter().all(|imported| imported.objects > 0) {
        absent(files.iter().map(|(path, _)| path))?;
        create(&files, args.quiet)?;
    }
    for (name, imported) in names.iter().zip(&imports) {
        summary(args, imported, &format!("{name}: "));
    }
    if !args.quiet {
        let count = |id: &SourceId| sources.get(*id).text.lines().count();
        let lines = inputs.iter().flatten().map(count).sum();
        let written = files.iter().skip(1).map(|(_, text)| text.lines().count()).sum();
        result(&imports, result_of.comments, lines, written);
    }
    Ok(outcome(&imports))
}

fn outcome(imports: &[&Imported]) -> Outcome {
    let is_whole = |imported: &&Imported| imported.left_out.is_empty() && imported.objects > 0;
    if imports.iter().all(is_whole) { Outcome::Clean } else { Outcome::Found }
}

/// The project file that renders each environment, from a profile and overlays, to a folder of its name.
fn project_file(renders: &[(&str, String, Vec<String>)]) -> String {
    let list = |names: &[String]| {
        let names: Vec<_> = names.iter().map(|name| format!("\"{name}\"")).collect();
        format!("[{}]", names.join(", "))
    };
    let mut text = "# What `volwright render` writes, and `volwright render --check` compares.\n".to_owned();
    for (name, profile, overlays) in renders {
        text += &format!("\n[[renders]]\nprofiles = {}\n", list(std::slice::from_ref(profile)));
        if !overlays.is_empty() {
            text += &format!("overlays = {}\n", list(overlays));
        }
        let slash = if name.is_empty() { "" } else { "/" };
        text += &format!("outDir = \"rendered{slash}{name}\"\n");
    }
    text
}

/// The documents of some texts, and those that kubectl does not accept.
fn readable<'t>(sources: &'t Sources, ids: &[SourceId]) -> (Loaded<'t>, Vec<LeftOut>) {
    let mut loaded = load(sources, ids, Default::default());
    let is_syntax =
        |finding: &Finding| finding.rule.code.starts_with('Y') && finding.severity == Severity::Error;
    let mut left_out = Vec::new();
    let mut unreadable = BTreeSet::new();
    for finding in std::mem::take(&mut loaded.findings).into_iter().filter(is_syntax) {
        let span = finding.primary.span;
        // One mistake of a document is enough.
        if finding.document.is_none_or(|document| unreadable.insert(document)) {
            let what = import::place(span, sources);
            left_out.push(LeftOut { what, why: format!("{} ({})", finding.message, finding.rule.code) });
        }
    }
    loaded.documents.retain(|document| !unreadable.contains(&document.index));
    (loaded, left_out)
}

/// A name for the profile from that of the only folder or file.
fn hint(inputs: &[PathBuf]) -> String {
    let [input] = inputs else { return String::new() };
    let whole = input.canonicalize().unwrap_or_default();
    let name = whole.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    name.chars().map(plain).take(40).collect::<String>().trim_matches('-').to_owned()
}

/// Checks that no file exists.
fn absent<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> Result<(), Error> {
    for path in paths {
        if path.symlink_metadata().is_ok() {
            return Err(Error::usage(
                format!("{} exists", path.display()),
                "`volwright import` replaces no file; choose another name, or delete it",
            ));
        }
    }
    Ok(())
}

/// Writes new files.
fn create(files: &[(PathBuf, String)], quiet: bool) -> Result<(), Error> {
    if let Some((path, _)) = files.iter().find(|(_, text)| text.len() as u64 > LARGEST_PROFILE) {
        return Err(Error::usage(
            format!("{} would be larger than 1 MiB, the limit of a profile", path.display()),
            "import fewer manifests at a time",
        ));
    }
    for (path, text) in files {
        let failed = |source| Error::Write { path: path.clone(), source };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)?;
        if !quiet {
            report::note(&format!("wrote {}\n", terminal::path(path)));
        }
    }
    Ok(())
}

/// What was imported, what was removed, and what was left out.
fn summary(args: &ImportArgs, imported: &Imported, of: &str) {
    for LeftOut { what, why } in &imported.left_out {
        report::note(&format!("{of}left out: {}: {}\n", terminal::line(what), terminal::line(why)));
    }
    for message in imported.errors.iter().take(LISTED) {
        report::note(&format!("{of}error in the manifests: {}\n", terminal::line(message)));
    }
    if imported.errors.len() > LISTED {
        report::note(&format!(
            "{of}and {} more; `volwright render` reports them\n",
            imported.errors.len() - LISTED
        ));
    }
    if args.quiet {
        return;
    }
    if !imported.removed.is_empty() {
        let removed = imported.removed.iter().map(|(path, count)| format!("{path} ({count})"));
        report::note(&format!("{of}removed: {}\n", removed.collect::<Vec<_>>().join(", ")));
    }
    let shares = &imported.shares;
    let share = |part: usize| format!("{part} ({:.1} %)", 100.0 * part as f64 / shares.values.max(1) as f64);
    report::note(&format!(
        "{of}values: {}, of which {} under `spec` and {} in verbatim objects\n",
        shares.values,
        share(shares.spec),
        share(shares.verbatim)
    ));
    if !imported.verbatim.is_empty() {
        report::note(&format!("{of}verbatim: {}\n", terminal::line(&listed(&imported.verbatim))));
    }
}

/// The size of what was read and of what was written.
fn result(imports: &[&Imported], (kept, all): (usize, usize), lines: usize, written: usize) {
    if all > 0 {
        report::note(&format!("comments: {kept} carried over, {} lost\n", all.saturating_sub(kept)));
    }
    let count = objects(imports.iter().map(|imported| imported.objects).sum());
    report::note(&format!(
        "{count} in {lines} lines of manifests; {written} lines of profile, which render the same objects\n"
    ));
}

fn objects(count: usize) -> String {
    if count == 1 { "1 object".to_owned() } else { format!("{count} objects") }
}

fn listed(names: &[String]) -> String {
    let mut text = names.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > LISTED {
        text += &format!(", and {} more", names.len() - LISTED);
    }
    text
}

/// Compares manifests with what a profile renders.
fn check(args: &ImportArgs) -> Result<Outcome, Error> {
    let Some((profile, inputs)) = args.inputs.split_last().filter(|(_, inputs)| !inputs.is_empty()) else {
        return Err(Error::usage(
            "`--check` compares manifests with a profile",
            "name both: volwright import --check DIR PROFILE",
        ));
    };
    let mut sources = Sources::new();
    let ids = input::read_all(inputs, &mut sources)?;
    let (loaded, unreadable) = readable(&sources, &ids);
    let (manifests, left_out) = import::objects(&loaded.documents, &sources, &mut BTreeMap::new());
    for LeftOut { what, why } in unreadable.iter().chain(&left_out) {
        report::note(&format!("not compared: {}: {}\n", terminal::line(what), terminal::line(why)));
    }
    let proof = Prover::new()?.render(profile, &args.overlays, &[])?;
    if proof.objects.is_empty() && !proof.errors.is_empty() {
        for (_, message) in &proof.errors {
            report::note(&format!("error: {}\n", terminal::line(message)));
        }
        report::note("the profile renders nothing; `volwright render` shows where it is wrong\n");
        return Ok(Outcome::Found);
    }
    let object = |(_, root)| Object::new(root, String::new(), &mut BTreeMap::new());
    let rendered: Vec<_> = proof.objects.into_iter().map(object).collect();
    let differences = compare(&manifests, &rendered);
    for difference in &differences {
        let text = match difference {
            Difference::Missing(name) => format!("missing: the profile does not render {name}"),
            Difference::Added(name) => format!("added: the manifests do not have {name}"),
            Difference::Changed(name, paths) => format!("differs: {name}: {}", listed(paths)),
        };
        report::note(&format!("{}\n", terminal::line(&text)));
    }
    if !args.quiet {
        let count = objects(manifests.len());
        report::note(&match differences.len() {
            0 => format!("{count}: the profile renders the same\n"),
            1 => format!("{count}: 1 difference\n"),
            many => format!("{count}: {many} differences\n"),
        });
    }
    Ok(if differences.is_empty() && left_out.is_empty() && unreadable.is_empty() {
        Outcome::Clean
    } else {
        Outcome::Found
    })
}
