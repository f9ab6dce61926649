//! `volwright validate`: checks manifests as the API server and the driver do.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

use super::input;
use crate::app::outcome::Outcome;
use crate::app::report;
use crate::app::report::RunSummary;
use crate::cli::ValidateArgs;
use crate::error::Error;
use crate::stream::{Input, ValidateOptions, validate};

pub(super) fn run(args: &ValidateArgs) -> Result<Outcome, Error> {
    let files = input::files(&args.inputs)?;
    if files.is_empty() && args.inputs.iter().any(|input| input.is_dir()) {
        return Err(nothing_there(&args.inputs));
    }
    let options = ValidateOptions {
        version: args.validation.kubernetes_version.unwrap_or_default(),
        pod_security: args.validation.pod_security,
        definitions: Arc::new(input::definitions(&args.crds)?),
        names: report::lists_documents(&args.report),
        ..ValidateOptions::default()
    };
    report::version_note(options.version);
    let mut validation = validate(files.into_iter().map(Input::Path).collect(), &options)?;
    let report = report::report(std::mem::take(&mut validation.findings), &args.report);
    let names = Cell::new(std::mem::take(&mut validation.names));
    let said = RunSummary {
        args: &args.report,
        sources: &validation.sources,
        names: &|| names.take(),
        count: validation.count,
        unchecked: &validation.unchecked,
        owns_stdout: !args.echo,
    };
    if validation.count == 0 && report.findings.is_empty() && !args.allow_empty {
        return Err(Error::usage(
            "no documents in the input",
            "the program that writes into the pipe may have failed; `--allow-empty` accepts an empty input",
        ));
    }
    let mut outcome = report::finish(&report, &said)?;
    if args.strict && !validation.unchecked.is_empty() {
        outcome = Outcome::Found;
    }
    if args.echo && outcome == Outcome::Clean {
        validation.texts(&mut report::out)?;
    }
    Ok(outcome)
}

fn nothing_there(inputs: &[PathBuf]) -> Error {
    let folders: Vec<_> = inputs.iter().map(|input| format!("`{}`", input.display())).collect();
    Error::usage(
        format!("there are no manifests in {}", folders.join(", ")),
        "of a folder, the files *.yaml, *.yml and *.json are read",
    )
}
