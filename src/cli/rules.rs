//! The arguments of `volwright rules`.

use clap::{Args, ValueEnum};

use crate::registry;

/// List the rules
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  volwright rules\n  volwright rules --select D,L1 --format json")]
pub struct RulesArgs {
    /// How to write them
    #[arg(long, value_enum, default_value_t = ListForm::Text)]
    pub format: ListForm,
    /// Report only these rules: codes, code prefixes or names
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', value_parser = registry::pattern)]
    pub select: Vec<String>,
}

/// How to write a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListForm {
    /// For reading in a terminal
    Text,
    /// For programs
    Json,
    /// Pages with everything that is known
    Markdown,
}
