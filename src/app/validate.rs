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
    if ids.is_empty() && args.inputs.iter().any(|input| input.is_dir()) {
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
        owns_stdout: !args.echo,
    };
    let outcome = show::finish(&report, &said)?;
    // The run ends here; taking a large input apart piece by piece would be time for nothing.
    std::mem::forget(loaded.documents);
    if args.echo && outcome == Outcome::Clean {
        show::out(&stream(ids.iter().map(|id| &*sources.get(*id).text)))?;
    }
    Ok(outcome)
}

/// The texts as they are, one behind the other.
fn stream<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut out = String::new();
    for text in texts {
        if !out.is_empty() {
            out.push_str(if out.ends_with('\n') { "---\n" } else { "\n---\n" });
        }
        out.push_str(text);
    }
    out
}

fn nothing_there(inputs: &[PathBuf]) -> Error {
    let folders: Vec<_> = inputs.iter().map(|input| format!("`{}`", input.display())).collect();
    Error::Usage {
        message: format!("there are no manifests in {}", folders.join(", ")),
        help: Some("of a folder, the files *.yaml, *.yml and *.json are read".to_owned()),
    }
}
