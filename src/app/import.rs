//! `volwright import`: manifests into a profile that renders the same objects.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::input;
use crate::app::outcome::Outcome;
use crate::app::report::{self, RunSummary};
use crate::cli::{ImportArgs, ReportArgs};
use crate::document::load::{Loaded, load};
use crate::error::Error;
use crate::finding::Finding;
use crate::import::compare::{Difference, compare};
use crate::import::{self, Imported, LeftOut, Object, Prover};
use crate::output::writer::terminal;
use crate::rule::Severity;
use crate::source::{SourceId, Sources};

/// How many names or paths one line of a summary lists.
const LISTED: usize = 5;

pub(super) fn run(args: &ImportArgs) -> Result<Outcome, Error> {
    if args.check {
        return check(args);
    }
    if let Some(path) = args.output.as_ref().filter(|path| path.symlink_metadata().is_ok()) {
        return Err(exists(path));
    }
    let mut inputs = args.inputs.clone();
    if inputs.is_empty() {
        inputs.push(PathBuf::from("-"));
    }
    let mut sources = Sources::new();
    let ids = input::read_all(&inputs, &mut sources)?;
    let Some(loaded) = readable(&sources, &ids)? else { return Ok(Outcome::Found) };
    let prover = Prover::new()?;
    let hint = hint(&inputs);
    let request = import::Request {
        documents: &loaded.documents,
        ids: &ids,
        sources: &sources,
        hint: &hint,
        extends: args.extends.as_deref(),
    };
    let imported = import::import(&request, &prover)?;
    if imported.objects > 0 {
        match &args.output {
            Some(path) => create(path, &imported.text)?,
            None => report::out(&imported.text)?,
        }
    }
    let lines = ids.iter().map(|id| sources.get(*id).text.lines().count()).sum();
    summary(args, &imported, lines);
    Ok(if imported.left_out.is_empty() && imported.objects > 0 { Outcome::Clean } else { Outcome::Found })
}

/// The documents of some texts. None if one is not YAML: those errors are reported.
fn readable<'t>(sources: &'t Sources, ids: &[SourceId]) -> Result<Option<Loaded<'t>>, Error> {
    let mut loaded = load(sources, ids, Default::default());
    let is_syntax =
        |finding: &Finding| finding.rule.code.starts_with('Y') && finding.severity == Severity::Error;
    let findings: Vec<_> = std::mem::take(&mut loaded.findings).into_iter().filter(is_syntax).collect();
    if findings.is_empty() {
        return Ok(Some(loaded));
    }
    let args = ReportArgs::default();
    let list = report::report(findings, &args);
    let said = RunSummary {
        args: &args,
        sources,
        names: &Vec::new,
        count: loaded.count,
        unchecked: &Default::default(),
        owns_stdout: false,
    };
    report::finish(&list, &said)?;
    report::note("nothing is imported: kubectl does not accept this input\n");
    Ok(None)
}

/// A name for the profile from that of the only folder or file.
fn hint(inputs: &[PathBuf]) -> String {
    let [input] = inputs else { return String::new() };
    let whole = input.canonicalize().unwrap_or_default();
    let name = whole.file_stem().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    name.chars().map(plain).take(40).collect::<String>().trim_matches('-').to_owned()
}

fn exists(path: &Path) -> Error {
    Error::usage(
        format!("{} exists", path.display()),
        "`volwright import` replaces no file; choose another name, or delete it",
    )
}

fn create(path: &Path, text: &str) -> Result<(), Error> {
    let failed = |source| Error::Write { path: path.to_owned(), source };
    File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
}

/// What was imported, what was removed, and what was left out.
fn summary(args: &ImportArgs, imported: &Imported, lines: usize) {
    for LeftOut { what, why } in &imported.left_out {
        report::note(&format!("left out: {}: {}\n", terminal::line(what), terminal::line(why)));
    }
    for message in imported.errors.iter().take(LISTED) {
        report::note(&format!("error in the manifests: {}\n", terminal::line(message)));
    }
    if imported.errors.len() > LISTED {
        report::note(&format!(
            "and {} more; `volwright render` reports them\n",
            imported.errors.len() - LISTED
        ));
    }
    if args.quiet {
        return;
    }
    if !imported.removed.is_empty() {
        let removed = imported.removed.iter().map(|(path, count)| format!("{path} ({count})"));
        report::note(&format!("removed: {}\n", removed.collect::<Vec<_>>().join(", ")));
    }
    let shares = &imported.shares;
    let share = |part: usize| format!("{part} ({:.1} %)", 100.0 * part as f64 / shares.values.max(1) as f64);
    report::note(&format!(
        "values: {}, of which {} under `spec` and {} in verbatim objects\n",
        shares.values,
        share(shares.spec),
        share(shares.verbatim)
    ));
    if !imported.verbatim.is_empty() {
        report::note(&format!("verbatim: {}\n", terminal::line(&listed(&imported.verbatim))));
    }
    let (kept, all) = imported.comments;
    if all > 0 {
        report::note(&format!("comments: {kept} carried over, {} lost\n", all.saturating_sub(kept)));
    }
    let objects = objects(imported.objects);
    report::note(&format!(
        "{objects} in {lines} lines of manifests; {} lines of profile, which render the same objects\n",
        imported.text.lines().count()
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
    let Some(loaded) = readable(&sources, &ids)? else { return Ok(Outcome::Found) };
    let (manifests, left_out) = import::objects(&loaded.documents, &sources, &mut BTreeMap::new());
    for LeftOut { what, why } in &left_out {
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
    Ok(if differences.is_empty() && left_out.is_empty() { Outcome::Clean } else { Outcome::Found })
}
