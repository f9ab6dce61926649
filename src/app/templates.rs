//! `volwright templates`: the built-in templates, as a list or as files to start from.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::cli::TemplatesArgs;
use crate::embedded::TEMPLATES;
use crate::error::Error;

pub(super) fn run(args: &TemplatesArgs) -> Result<Outcome, Error> {
    match &args.dump {
        Some(folder) => dump(folder)?,
        None => report::out(&list())?,
    }
    Ok(Outcome::Clean)
}

/// Each template with the values that it uses.
fn list() -> String {
    let width = TEMPLATES.iter().map(|(name, _)| name.len() + ".j2".len()).max().unwrap_or_default();
    let mut out = String::new();
    for (name, text) in TEMPLATES {
        let mut values: Vec<&str> = Vec::new();
        for value in text.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
            if !values.contains(&value.trim()) {
                values.push(value.trim());
            }
        }
        let _ = writeln!(out, "{:width$}  {}", format!("{name}.j2"), values.join(" "));
    }
    out
}

/// Writes every template into a folder; existing files are not replaced.
fn dump(folder: &Path) -> Result<(), Error> {
    let files: Vec<_> =
        TEMPLATES.iter().map(|(name, text)| (folder.join(format!("{name}.j2")), *text)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(Error::Usage {
            message: format!("{} exists", path.display()),
            help: Some("choose another directory: no file is replaced".to_owned()),
        });
    }
    fs::create_dir_all(folder).map_err(|source| Error::Write { path: folder.to_owned(), source })?;
    for (path, text) in &files {
        fs::write(path, text).map_err(|source| Error::Write { path: path.clone(), source })?;
    }
    report::note(&format!(
        "wrote {} templates to {}; keep those that you change, and delete the others\n",
        files.len(),
        folder.display()
    ));
    Ok(())
}
