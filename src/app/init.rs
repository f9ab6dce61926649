//! `volwright init`: a project directory that passes `volwright render --check`.

use std::path::{Path, PathBuf};

use super::kustomization::plain;
use crate::app::outcome::Outcome;
use crate::app::{render, report};
use crate::cli::{InitArgs, RenderArgs, ReportArgs};
use crate::error::Error;
use crate::output::writer::terminal;
use crate::profile::{builtin, json_schema, recipe};
use crate::project;
use crate::source::Sources;
use crate::tree::FileTree;
use crate::write::transaction::Transaction;

const PROJECT: &str = include_str!("scaffold/volwright.toml");
const OVERLAY: &str = include_str!("scaffold/overlay.toml");
/// The JSON Schema next to the overlay, which code editors read.
const SCHEMA: &str = "volwright.schema.json";
const WORKFLOW: &str = include_str!("scaffold/workflow.yml");

pub(super) fn run(args: &InitArgs) -> Result<Outcome, Error> {
    let profiles: Vec<&str> = match args.profiles.as_slice() {
        [] => builtin::names().take(1).collect(),
        named => named.iter().map(String::as_str).collect(),
    };
    for name in &profiles {
        if builtin::text(name).is_none() {
            return Err(builtin::unknown(name));
        }
    }
    let list: Vec<String> = profiles.iter().map(|name| format!("\"{name}\"")).collect();
    let (overlay, text) = match args.recipe.as_deref() {
        Some(name) => {
            let text = recipe::text(name).unwrap_or_default();
            (format!("{name}.toml"), format!("#:schema ./{SCHEMA}\n{text}"))
        }
        None => ("overlay.toml".to_owned(), OVERLAY.replace("NAME\"", &format!("{}\"", name(&args.dir)))),
    };
    let dir = args.dir.strip_prefix(".").unwrap_or(&args.dir);
    let files = [
        (dir.join(project::NAME), PROJECT.replace("PROFILES", &list.join(", ")).replace("OVERLAY", &overlay)),
        (dir.join(overlay), text),
        (dir.join(SCHEMA), format!("{:#}\n", json_schema::json())),
        workflow(dir),
    ];
    if let Some((file, _)) = files.iter().find(|(file, _)| file.symlink_metadata().is_ok()) {
        return Err(Error::usage(
            format!("{} exists", file.display()),
            "`volwright init` does not replace files; choose another directory with `--dir`",
        ));
    }
    let mut created = Transaction::create(&files)?;
    let mut sources = Sources::new();
    let project = project::read(FileTree::Disk, &dir.join(project::NAME), &mut sources)?;
    let report = ReportArgs { quiet: true, ..ReportArgs::default() };
    let outcome = render::run(&RenderArgs::default(), &report, Some(project), sources)?;
    if outcome == Outcome::Clean {
        created.keep();
        for (file, _) in files {
            report::note(&format!("wrote {}\n", terminal::path(&file)));
        }
        report::note(&format!(
            "wrote {}; `volwright render` updates it, `volwright render --check` compares it\n",
            terminal::path(&dir.join("deploy"))
        ));
    }
    Ok(outcome)
}

/// The workflow and its path: GitHub reads workflows only at the root of the repository.
fn workflow(dir: &Path) -> (PathBuf, String) {
    // `https://HOST/OWNER/NAME`: an action is named by owner and name.
    let action = env!("CARGO_PKG_REPOSITORY").splitn(4, '/').nth(3).unwrap_or_default();
    let text = WORKFLOW.replace("ACTION", action).replace("VERSION", env!("CARGO_PKG_VERSION"));
    let here = std::env::current_dir().unwrap_or_default();
    let whole = plain(&here.join(dir));
    let root = whole.ancestors().find(|folder| folder.join(".git").exists());
    let below = root.and_then(|root| whole.strip_prefix(root).ok()).unwrap_or(Path::new(""));
    let Some(root) = root.filter(|_| !below.as_os_str().is_empty()) else {
        let text = text.lines().filter(|line| !line.contains("DIRECTORY")).map(|line| format!("{line}\n"));
        return (dir.join(".github/workflows/volwright.yml"), text.collect());
    };
    let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
    let file = format!(".github/workflows/volwright-{}.yml", parts.join("-"));
    let folder = serde_json::Value::from(parts.join("/")).to_string();
    (root.strip_prefix(&here).unwrap_or(root).join(file), text.replace("DIRECTORY", &folder))
}

/// A name for the objects, from that of the folder.
fn name(folder: &Path) -> String {
    let full = folder.canonicalize().or_else(|_| std::path::absolute(folder)).unwrap_or_default();
    let own = full.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let plain: String =
        own.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let plain = plain.trim_matches('-');
    if plain.is_empty() { "storage".to_owned() } else { plain.chars().take(40).collect() }
}
