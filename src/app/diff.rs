//! `volwright diff`: what changed between manifests, and what cannot be changed in place.

use super::show::{self, Said};
use super::{Outcome, input};
use crate::cli::{DiffArgs, Format};
use crate::diff;
use crate::document::load::load;
use crate::error::Error;
use crate::output::{self, DocumentName, changes};
use crate::rules::suppression::Suppressions;
use crate::source::Sources;

pub(super) fn run(args: &DiffArgs) -> Result<Outcome, Error> {
    if args.old.as_os_str() == "-" && args.new.as_os_str() == "-" {
        return Err(Error::Usage {
            message: "standard input cannot be both sides".to_owned(),
            help: Some("name a file or a folder for one of them".to_owned()),
        });
    }
    let mut sources = Sources::new();
    let mut ids = input::read_all(std::slice::from_ref(&args.old), &mut sources)?;
    let old_files = ids.len();
    ids.extend(input::read_all(std::slice::from_ref(&args.new), &mut sources)?);
    let version = args.judge.kubernetes_version.unwrap_or_default();
    let loaded = load(&sources, &ids, version);
    let new_ids = &ids[old_files..];
    let first_new = loaded.documents.iter().position(|document| new_ids.contains(&document.source));
    let (old, new) = loaded.documents.split_at(first_new.unwrap_or(loaded.documents.len()));
    let mut changes = diff::changes(old, new, version);

    // What is wrong with the old manifests as such is nothing that this change could mend.
    let mut findings: Vec<_> = loaded
        .findings
        .into_iter()
        .filter(|finding| new_ids.contains(&finding.primary.span.source))
        .collect();
    let mut suppressions = Suppressions::of(new);
    suppressions.remove(&mut findings);
    for change in &mut changes {
        suppressions.remove(&mut change.findings);
    }
    findings.extend(suppressions.findings(|rule| rule.code.starts_with('C')));
    let shape = show::report(findings.clone(), &args.report);
    findings.extend(changes.iter().flat_map(|change| change.findings.iter().cloned()));
    let report = show::report(findings, &args.report);
    let said = Said {
        args: &args.report,
        sources: &sources,
        documents: &loaded.documents,
        count: loaded.count,
        owns_stdout: true,
    };
    let outcome = match args.report.format {
        Format::Text => {
            show::out(&changes::text(&changes))?;
            show::note(&output::text::report(&shape, &sources, show::coloured(args.report.color)));
            if !args.report.quiet {
                show::note(&format!("{}\n", changes::summary(&changes)));
            }
            show::outcome(&report, &args.report)
        }
        Format::Markdown => {
            show::out(&changes::markdown(&changes))?;
            show::out(&output::markdown::report(&shape, &sources))?;
            show::outcome(&report, &args.report)
        }
        Format::Json => {
            let names: Vec<_> =
                loaded.documents.iter().map(|document| DocumentName::new(document, &sources)).collect();
            let mut object = output::json::object(&report, &names, &sources);
            object["changes"] = changes::json(&changes);
            show::out(&format!("{object}\n"))?;
            show::outcome(&report, &args.report)
        }
        _ => show::finish(&report, &said)?,
    };
    let changed = args.exit_code && !changes.is_empty();
    Ok(if changed { Outcome::Found } else { outcome })
}
