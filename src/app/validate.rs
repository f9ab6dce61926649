//! `volwright validate`: manifests judged as the API server and the driver would.

use std::path::PathBuf;

use super::show::{self, Said};
use super::{Outcome, input};
use crate::cli::ValidateArgs;
use crate::document::load::load;
use crate::error::Error;
use crate::rules::{self, Scene, suppression};
use crate::source::Sources;

pub(super) fn run(args: &ValidateArgs) -> Result<Outcome, Error> {
    let mut sources = Sources::new();
    let ids = input::read_all(&args.inputs, &mut sources)?;
    if ids.is_empty() {
        return Err(nothing_there(&args.inputs));
    }
    let version = args.judge.kubernetes_version.unwrap_or_default();
    let mut loaded = load(&sources, &ids, version);
    let scene = Scene::new(&loaded.documents, version, args.judge.pod_security);
    loaded.findings.extend(rules::run(&scene));
    suppression::apply(&scene, &mut loaded.findings);
    let report = show::report(loaded.findings, &args.report);
    let said = Said {
        args: &args.report,
        sources: &sources,
        documents: &loaded.documents,
        count: loaded.count,
        owns_stdout: true,
    };
    let outcome = show::finish(&report, &said);
    // The run ends here; taking a large input apart piece by piece would be time for nothing.
    std::mem::forget(loaded.documents);
    outcome
}

fn nothing_there(inputs: &[PathBuf]) -> Error {
    let folders: Vec<_> = inputs.iter().map(|input| format!("`{}`", input.display())).collect();
    Error::Usage {
        message: format!("there are no manifests in {}", folders.join(", ")),
        help: Some("of a folder, the files *.yaml, *.yml and *.json are read".to_owned()),
    }
}
