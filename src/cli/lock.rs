//! The arguments of `volwright lock`.

use clap::Args;

use crate::cli::choose::PriceArgs;
use crate::cli::layers::LayerArgs;
use crate::cli::report::ReportArgs;

/// Record the disks that are chosen for the needs of profiles
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright lock   # the renders of volwright.toml\n  volwright lock aws-ebs gce-pd azure-disk -f train.toml\n  volwright lock --check\n  volwright lock --update --prices contract.toml"
)]
pub struct LockArgs {
    /// Built-in profiles by name, or profiles by path [default: the renders of the project file volwright.toml]
    #[arg(value_name = "PROFILE")]
    pub profiles: Vec<String>,
    /// The layers above each profile.
    #[command(flatten)]
    pub layers: LayerArgs,
    /// Choose again, also if a recorded disk meets the need
    #[arg(long)]
    pub update: bool,
    /// Write nothing; exit with 1 if the lock file would change or a recorded disk would not be chosen now
    #[arg(long)]
    pub check: bool,
    /// Where the prices come from.
    #[command(flatten)]
    pub prices: PriceArgs,
    /// How findings are reported.
    #[command(flatten)]
    pub report: ReportArgs,
}
