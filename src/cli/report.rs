//! How findings are reported.

use clap::{Args, ValueEnum};

use crate::registry;

/// How findings are reported.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Reporting")]
pub struct ReportArgs {
    /// How to write findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Report only these rules: codes, code prefixes or names
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', value_parser = registry::pattern)]
    pub select: Vec<String>,
    /// Do not report these rules: codes, code prefixes or names
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', value_parser = registry::pattern)]
    pub ignore: Vec<String>,
    /// Lowest severity that makes the run fail [default: error]
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
    /// The most findings to list for each rule; others are only counted, and 0 lists all [default: 1000, in JSON 10000]
    ///
    /// `--fix` applies the fixes of all findings.
    #[arg(long, value_name = "N")]
    pub max_findings: Option<usize>,
    /// Warnings that count as errors, from the project file.
    #[arg(skip)]
    pub errors: Vec<String>,
    /// When to colour text
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Do not print a summary
    #[arg(short, long)]
    pub quiet: bool,
}

/// The most findings that a report lists for each rule, unless the user says otherwise: more than anyone reads, and few enough
/// that a report of any input fits into memory.
const MOST_FINDINGS: usize = 1000;

/// The same for JSON, which a program reads: it may look for the findings of every document.
const MOST_FINDINGS_FOR_PROGRAMS: usize = 10_000;

impl ReportArgs {
    /// The most findings to list for each rule and severity; none without a limit.
    #[must_use]
    pub fn most_findings(&self) -> Option<usize> {
        let most = if self.format == Format::Json { MOST_FINDINGS_FOR_PROGRAMS } else { MOST_FINDINGS };
        match self.max_findings.unwrap_or(most) {
            0 => None,
            most => Some(most),
        }
    }
}

/// How to write findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Excerpts of the source, for reading
    #[default]
    Text,
    /// One JSON object
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// GitHub annotations
    Github,
    /// JUnit XML
    Junit,
    /// Markdown, for a comment on a pull request
    Markdown,
    /// An HTML page, in one file
    Html,
}

/// The lowest severity that makes the run fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors only
    Error,
    /// Errors and warnings
    Warning,
    /// Never
    Never,
}

/// When to colour text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, as `NO_COLOR` and `CLICOLOR_FORCE` say
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}
