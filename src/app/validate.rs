//! `volwright validate`: checks manifests as the API server and the driver do.

use std::path::PathBuf;
use std::sync::Arc;

use super::{fix, input};
use crate::app::outcome::Outcome;
use crate::app::report;
use crate::app::report::RunSummary;
use crate::cli::ValidateArgs;
use crate::error::Error;
use crate::stream::{Input, ValidateOptions, validate};
use crate::tree::FileTree;

pub(super) fn run(args: &ValidateArgs) -> Result<Outcome, Error> {
    let (input::Files { paths: files, found }, patches) =
        input::files_and_patches(FileTree::Disk, &args.inputs)?;
    if files.is_empty() && args.inputs.iter().any(|input| input.is_dir()) {
        return Err(nothing_there(&args.inputs));
    }
    let options = ValidateOptions {
        version: args.validation.kubernetes_version.unwrap_or_default(),
        pod_security: args.validation.pod_security,
        definitions: Arc::new(input::definitions(FileTree::Disk, &args.crds)?),
        found: Arc::new(found),
        patches: Arc::new(patches),
        names: report::lists_documents(&args.report),
        counts_by_document: report::counts_by_document(&args.report),
        most: args.report.most_findings(),
        progress: report::progress(&args.report),
        ..ValidateOptions::default()
    };
    report::version_note(options.version);
    let mut inputs: Vec<Input> = files.iter().cloned().map(Input::Path).collect();
    if args.fix.fix {
        let stdin = files.iter().position(|file| file.as_os_str() == "-");
        if stdin.is_some() && !args.echo && !args.fix.diff {
            return Err(Error::usage(
                "standard input cannot be changed",
                "add `--echo` to write the fixed manifests to standard output, or `--diff` to show the changes",
            ));
        }
        let text = stdin.map(|_| input::read_stdin()).transpose()?;
        let (shown, fixed) = fix::manifests(args.fix, &args.report, &files, text.as_deref(), &options)?;
        if shown {
            return Ok(Outcome::Found);
        }
        if let (Some(at), Some(text)) = (stdin, fixed.or(text)) {
            inputs[at] = Input::Text(text);
        }
    }
    let mut validation = validate(inputs, &options)?;
    let (findings, omitted) =
        (std::mem::take(&mut validation.findings), std::mem::take(&mut validation.omitted));
    let report = report::limited(findings, omitted, &args.report);
    let said = RunSummary {
        args: &args.report,
        sources: &validation.sources,
        listing: &validation,
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
