//! The arguments of `volwright import`.

use std::path::PathBuf;

use clap::Args;

/// Turn existing manifests into a profile that renders the same objects
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright import deploy/ -o profile.toml\n  kubectl get sc,pvc -o yaml | volwright import -\n  volwright import deploy/ --extends aws-ebs -o profile.toml\n  volwright import --env dev=deploy/dev --env prod=deploy/prod --project storage\n  volwright import --check deploy/ profile.toml\n\nNothing is written before the profile renders exactly the objects that were read.\nExit codes: 0 the same objects, 1 an object is left out or differs, 2 usage or unreadable input."
)]
pub struct ImportArgs {
    /// Files, folders, or - for standard input [default: -]; with --check the last one is the profile
    #[arg(value_name = "FILE|DIR|-")]
    pub inputs: Vec<PathBuf>,
    /// Omit what this built-in profile, or TOML file, already has
    #[arg(long, value_name = "PROFILE")]
    pub extends: Option<String>,
    /// Write the profile to this file, which must not exist [default: standard output]
    #[arg(short, long, value_name = "FILE", conflicts_with = "project")]
    pub output: Option<PathBuf>,
    /// Write a project to this directory: project file, profile, overlays
    #[arg(long, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// Import one environment into an overlay of its own, above what all environments share (repeatable)
    #[arg(long = "env", value_name = "NAME=DIR", value_parser = environment, conflicts_with = "inputs", requires = "project")]
    pub environments: Vec<(String, PathBuf)>,
    /// Write nothing; compare manifests with what a profile renders
    #[arg(long, conflicts_with_all = ["extends", "output", "project", "environments"])]
    pub check: bool,
    /// With --check, merge this overlay into the profile (repeatable)
    #[arg(short = 'f', long = "overlay", value_name = "FILE", requires = "check")]
    pub overlays: Vec<PathBuf>,
    /// Do not print a summary
    #[arg(short, long)]
    pub quiet: bool,
}

/// `dev=deploy/dev` as a name and a path.
fn environment(text: &str) -> Result<(String, PathBuf), String> {
    let (name, path) = text.split_once('=').ok_or("write NAME=DIR, such as dev=deploy/dev")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if name.is_empty() || !name.bytes().all(is_plain) {
        return Err("a name has letters, digits, `-` and `_` only".to_owned());
    }
    Ok((name.to_owned(), PathBuf::from(path)))
}
