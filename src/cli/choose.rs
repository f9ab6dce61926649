//! The arguments of `volwright choose`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::catalog::kubernetes::ACCESS_MODES;
use crate::choose::need;

/// Choose the cheapest disk of each cloud that meets a need: size, IOPS, throughput
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright choose --size 2Ti --iops 20000 --throughput 700Mi\n  volwright choose --size 500Gi --iops 6000 --on aws-ebs,gce-pd --region aws=eu-west-1\n  volwright choose --size 1Ti --iops 16000 --firm --format markdown >> comment.md"
)]
pub struct ChooseArgs {
    /// The smallest size, such as 2Ti; a number without a suffix is in GiB
    #[arg(long, value_name = "SIZE", value_parser = need::size)]
    pub size: i64,
    /// The IOPS that the disk must provide
    #[arg(long, value_name = "IOPS", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(i64).range(0..=1 << 31))]
    pub iops: i64,
    /// The throughput that the disk must provide, per second, such as 700Mi; a number without a suffix is in MiB/s
    #[arg(long, value_name = "BYTES", default_value = "0", hide_default_value = true, value_parser = throughput)]
    pub throughput: i64,
    /// The access modes of the claim: RWO, RWOP, ROX, RWX, or their full names
    #[arg(long, value_name = "MODE,…", value_delimiter = ',', default_value = "RWO", value_parser = access_mode)]
    pub access: Vec<String>,
    /// The volume mode of the claim: Filesystem or Block
    #[arg(long, value_name = "MODE", default_value = "Filesystem", value_parser = volume_mode)]
    pub volume_mode: String,
    /// Do not choose a larger size
    #[arg(long)]
    pub exact_size: bool,
    /// Do not choose a type whose figures the cloud calls a ceiling
    #[arg(long)]
    pub firm: bool,
    /// The disk must survive the loss of a zone
    #[arg(long)]
    pub replicated: bool,
    /// The disk must have the latency of an SSD
    #[arg(long)]
    pub ssd: bool,
    /// Do not choose types whose names contain this text
    #[arg(long, value_name = "TEXT,…", value_delimiter = ',')]
    pub without: Vec<String>,
    /// Built-in profiles by name, or profiles by path [default: every built-in profile of another cloud]
    #[arg(long, value_name = "PROFILE,…", value_delimiter = ',')]
    pub on: Vec<String>,
    /// Where the prices come from.
    #[command(flatten)]
    pub prices: PriceArgs,
    /// How to write the choice
    #[arg(long, value_enum, default_value_t = ChooseForm::Text)]
    pub format: ChooseForm,
}

/// Where prices come from.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Prices")]
pub struct PriceArgs {
    /// Use the prices of this TOML file; its rows replace embedded ones of the same region, sku, tier and unit
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// The regions of the prices, such as aws=eu-west-1
    #[arg(long, value_name = "CLOUD=REGION,…", value_delimiter = ',')]
    pub region: Vec<String>,
}

/// How to write a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ChooseForm {
    /// Tables for reading
    Text,
    /// For programs
    Json,
    /// Tables for a page or a comment
    Markdown,
}

/// A throughput; zero is any.
fn throughput(text: &str) -> Result<i64, String> {
    if text == "0" { Ok(0) } else { need::throughput(text) }
}

fn access_mode(text: &str) -> Result<String, String> {
    let known = ACCESS_MODES
        .iter()
        .find(|(short, long)| short.eq_ignore_ascii_case(text) || long.eq_ignore_ascii_case(text));
    known.map(|(_, long)| (*long).to_owned()).ok_or_else(|| {
        let all: Vec<String> = ACCESS_MODES.iter().map(|(short, long)| format!("{short} ({long})")).collect();
        format!("expected one of {}", all.join(", "))
    })
}

fn volume_mode(text: &str) -> Result<String, String> {
    let known = ["Filesystem", "Block"].into_iter().find(|mode| mode.eq_ignore_ascii_case(text));
    known.map(str::to_owned).ok_or_else(|| "expected Filesystem or Block".to_owned())
}
