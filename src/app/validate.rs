//! `volwright validate`: manifests judged as the API server and the driver would.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::Arc;

use super::input;
use crate::app::outcome::Outcome;
use crate::app::report;
use crate::app::report::Said;
use crate::cli::ValidateArgs;
use crate::error::Error;
use crate::stream::{Input, Judgement, judge};

pub(super) fn run(args: &ValidateArgs) -> Result<Outcome, Error> {
    let files = input::files(&args.inputs)?;
    if files.is_empty() && args.inputs.iter().any(|input| input.is_dir()) {
        return Err(nothing_there(&args.inputs));
    }
    let judgement = Judgement {
        version: args.judge.kubernetes_version.unwrap_or_default(),
        pod_security: args.judge.pod_security,
        definitions: Arc::new(input::definitions(&args.crds)?),
        names: report::lists_documents(&args.report),
        ..Judgement::default()
    };
    report::version_note(judgement.version);
    let mut judged = judge(files.into_iter().map(Input::Path).collect(), &judgement)?;
    let report = report::report(std::mem::take(&mut judged.findings), &args.report);
    let names = Cell::new(std::mem::take(&mut judged.names));
    let said = Said {
        args: &args.report,
        sources: &judged.sources,
        names: &|| names.take(),
        count: judged.count,
        unchecked: &judged.unchecked,
        owns_stdout: !args.echo,
    };
    let mut outcome = report::finish(&report, &said)?;
    if args.strict && !judged.unchecked.is_empty() {
        outcome = Outcome::Found;
    }
    if args.echo && outcome == Outcome::Clean {
        judged.texts(&mut report::out)?;
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
