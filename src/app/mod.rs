//! The subcommands, one file each, and what they share: input, validation, output and the exit code.

mod check;
mod choose;
mod command_line;
mod compare;
mod diff;
mod drivers;
mod explain;
mod file;
mod fix;
mod graph;
mod import;
mod init;
mod input;
mod kinds;
pub mod krm;
mod kubectl_names;
mod kustomization;
mod lock;
pub mod lsp;
mod outcome;
mod plugin;
mod prices;
mod profiles;
mod project_settings;
mod render;
mod report;
mod report_page;
mod rules;
mod schema;
mod shared;
mod templates;
mod validate;

use std::process::ExitCode;

use crate::app::outcome::Outcome;
use crate::cli::{Cli, Command, ReportArgs, ValidateArgs};
use crate::error::Error;
use crate::tree::FileTree;
use crate::write::interrupt;

pub use command_line::parse;

/// Runs one command and returns its exit code.
#[must_use]
pub fn main(cli: &Cli) -> ExitCode {
    let outcome = match &cli.command {
        Command::Render(args) => project_settings::with(&args.report, false, FileTree::Disk, |report, project, sources| {
            render::run(args, &report, project, sources)
        }),
        Command::Validate(args) => project_settings::with(&args.report, true, FileTree::Disk, |report, project, _| {
            let crds = project_settings::crds(&args.crds, project);
            validate::run(&ValidateArgs { report, crds, ..args.clone() })
        }),
        Command::Diff(args) => diff::run(args),
        Command::Compare(args) => {
            project_settings::with(&ReportArgs::default(), false, FileTree::Disk, |report, project, sources| {
                compare::run(args, &report, project, sources)
            })
        }
        Command::Choose(args) => {
            project_settings::with(&ReportArgs::default(), false, FileTree::Disk, |_, project, sources| {
                choose::run(args, project.as_ref(), sources)
            })
        }
        Command::Graph(args) => {
            project_settings::with(&ReportArgs::default(), false, FileTree::Disk, |report, project, sources| {
                graph::run(args, &report, project, sources)
            })
        }
        Command::Lock(args) => project_settings::with(&args.report, false, FileTree::Disk, |report, project, sources| {
            lock::run(args, &report, project, sources)
        }),
        Command::Import(args) => import::run(args),
        Command::Completions(args) => command_line::completions(args),
        Command::Man(args) => command_line::man(args),
        Command::Drivers(args) => drivers::run(args),
        Command::Kinds(args) => kinds::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Profiles(args) => profiles::run(args),
        Command::Rules(args) => rules::run(args),
        Command::Schema(args) => schema::run(args),
        Command::Templates(args) => templates::run(args),
        Command::Init(args) => init::run(args),
        Command::Function(args) => krm::run(args),
        Command::LanguageServer => lsp::run(),
        Command::Version => report::out(concat!("volwright ", env!("CARGO_PKG_VERSION"), "\n")).map(|()| Outcome::Clean),
        Command::Get { .. } => Err(Error::usage(
            "unknown command `get`",
            "volwright never contacts a cluster: kubectl get -o yaml KIND | volwright validate -",
        )),
        Command::Check { .. } => Err(Error::Usage {
            message: "unknown command `check`".to_owned(),
            help: Some(
                "`volwright render --check` compares written files with what would be rendered; `volwright validate` \
                 validates manifests"
                    .to_owned(),
            ),
        }),
    };
    match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(1),
        Ok(Outcome::Misconfigured) => ExitCode::from(2),
        Err(error) => {
            report::error(&error);
            if let Error::Interrupted { signal } = error {
                interrupt::end(signal);
            }
            ExitCode::from(2)
        }
    }
}
