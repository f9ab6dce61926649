//! The arguments of `volwright compare`.

use clap::{Args, ValueEnum};

use crate::catalog::kubernetes::KubernetesVersion;
use crate::cli::choose::PriceArgs;
use crate::cli::layers::LayerArgs;
use crate::quantity::Quantity;

/// Compare the volumes of each cloud: disk type, IOPS, throughput, limits
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright compare -f train.toml\n  volwright compare --size 500Gi\n  volwright compare -f train.toml --format markdown >> comment.md\n  volwright compare --size 1Ti --format html > disks.html"
)]
pub struct CompareArgs {
    /// Built-in profiles by name, or profiles by path [default: those of the project file, otherwise all built-in ones]
    #[arg(value_name = "PROFILE")]
    pub profiles: Vec<String>,
    /// The layers above each profile.
    #[command(flatten)]
    pub layers: LayerArgs,
    /// Compare all classes at this size, such as 500Gi, instead of the volumes of the workload
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub size: Option<String>,
    /// Where the prices come from.
    #[command(flatten)]
    pub prices: PriceArgs,
    /// How to write the comparison
    #[arg(long, value_enum, default_value_t = CompareForm::Text)]
    pub format: CompareForm,
    /// The oldest API server that must accept the manifests
    #[arg(long, value_name = "VERSION")]
    pub kubernetes_version: Option<KubernetesVersion>,
}

/// How to write a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompareForm {
    /// Tables for reading
    Text,
    /// For programs
    Json,
    /// Tables for a page or a comment
    Markdown,
    /// A page with tables, and with curves of IOPS, throughput and price by size
    Html,
    /// A picture of the curves
    Svg,
}

/// A size of a volume: a positive quantity.
fn size(text: &str) -> Result<String, String> {
    match Quantity::parse(text) {
        Ok(quantity) if quantity.sign().is_gt() => Ok(text.to_owned()),
        Ok(_) => Err("a volume must be larger than zero".to_owned()),
        Err(error) => Err(format!("expected {error}, such as 500Gi")),
    }
}
