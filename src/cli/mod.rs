//! The command line: what can be asked, and nothing of how it is done.

mod compare;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::profile::recipe;
use crate::registry;
use crate::write::layout::Layout;

pub use compare::{CompareArgs, CompareForm};

/// Storage manifests for Kubernetes from one TOML profile per cloud, validated offline.
#[derive(Debug, Parser)]
#[command(
    name = "volwright",
    version,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 clean, 1 findings or drift, 2 usage, unreadable input or failed output."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render profiles into validated manifests
    Render(RenderArgs),
    /// Validate manifests as the API server and the CSI driver would
    Validate(ValidateArgs),
    /// Tell what changed between manifests or profiles, and what cannot be changed in place
    Diff(DiffArgs),
    /// Compare what volumes are on each cloud: disk type, IOPS, throughput, limits
    Compare(CompareArgs),
    /// Explain a rule, with an example
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  source <(volwright completions bash)")]
    Completions(CompletionsArgs),
    /// Print a manual page
    #[command(after_help = "Example:\n  volwright man render | man -l -")]
    Man(ManArgs),
    /// List the built-in profiles, or print one
    Profiles(ProfilesArgs),
    /// Show what the CSI drivers take
    Drivers(DriversArgs),
    /// Print the JSON Schema of profiles, or of project files
    Schema(SchemaArgs),
    /// Start a project: project file, overlay, rendered manifests, CI
    Init(InitArgs),
    /// Be a KRM function: generate or validate objects for kustomize and kpt
    #[command(
        name = "fn",
        after_help = "Example:\n  kustomize build --enable-alpha-plugins --enable-exec deploy/"
    )]
    Function(FunctionArgs),
}

/// How findings are reported.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Reporting")]
pub struct ReportArgs {
    /// How to write findings
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Only these rules: codes, or how codes begin
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', value_parser = registry::pattern)]
    pub select: Vec<String>,
    /// Not these rules: codes, or how codes begin
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', value_parser = registry::pattern)]
    pub ignore: Vec<String>,
    /// From what severity findings make the run fail [default: error]
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
    /// Warnings that count as errors, as the project file says.
    #[arg(skip)]
    pub errors: Vec<String>,
    /// When to colour text
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Print no summary
    #[arg(short, long)]
    pub quiet: bool,
}

/// How to write findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Excerpts for people
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
}

/// From what severity findings make the run fail.
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

/// What manifests are judged for.
#[derive(Args, Clone, Debug, Default)]
pub struct JudgeArgs {
    /// The oldest API server that must accept the manifests
    #[arg(long, value_name = "VERSION")]
    pub kubernetes_version: Option<KubernetesVersion>,
    /// Hold pods to this level of the Pod Security Standards: baseline or restricted
    #[arg(long, value_name = "LEVEL")]
    pub pod_security: Option<PodSecurityLevel>,
}

/// `volwright render`.
#[derive(Args, Clone, Debug, Default)]
#[command(
    after_help = "Examples:\n  volwright render aws-ebs | kubectl apply -f -\n  volwright render aws-ebs gce-pd -f train.toml --out-dir deploy/\n  volwright render my.toml --set claims.data.size=500Gi -o name"
)]
pub struct RenderArgs {
    /// Built-in profiles by name, or profiles by path
    ///
    /// Without any, what the project file volwright.toml lists is rendered.
    #[arg(value_name = "PROFILE")]
    pub profiles: Vec<String>,
    /// Lay this overlay over each profile; may be given again
    #[arg(short = 'f', long = "overlay", value_name = "FILE", requires = "profiles")]
    pub overlays: Vec<PathBuf>,
    /// Set one key, such as claims.data.size=500Gi; may be given again
    #[arg(long = "set", value_name = "KEY=VALUE", requires = "profiles")]
    pub sets: Vec<String>,
    /// How to write the manifests
    #[arg(short, long, value_enum, requires = "profiles", conflicts_with = "out_dir", default_value_t = OutputForm::Yaml)]
    pub output: OutputForm,
    /// Write one file per object into this folder
    #[arg(long, value_name = "DIR", requires = "profiles")]
    pub out_dir: Option<PathBuf>,
    /// Which files to write
    #[arg(long, value_enum, requires = "out_dir")]
    pub layout: Option<Layout>,
    /// Write nothing: tell where the files differ from what would be written, and exit with 1
    #[arg(long)]
    pub check: bool,
    /// Take away files of ours that nothing renders any more
    #[arg(long, conflicts_with = "check")]
    pub prune: bool,
    /// Take templates from this folder, file by file, before the built-in ones
    #[arg(long, value_name = "DIR", requires = "profiles")]
    pub templates: Option<PathBuf>,
    /// What the manifests are judged for.
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// How findings are reported.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// How to write manifests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum OutputForm {
    /// A stream of YAML documents
    #[default]
    Yaml,
    /// JSON: the object, or a List of them
    Json,
    /// Names as kubectl prints them
    Name,
}

/// `volwright validate`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright validate deploy/\n  helm template . | volwright validate -\n  volwright validate --echo deploy/ | kubectl apply -f -\n  volwright validate --format sarif deploy/ > findings.sarif"
)]
pub struct ValidateArgs {
    /// Files, folders, or - for standard input
    #[arg(value_name = "FILE|DIR|-", default_value = "-")]
    pub inputs: Vec<PathBuf>,
    /// Write the manifests to standard output as they are, and nothing where the run fails
    #[arg(long)]
    pub echo: bool,
    /// What the manifests are judged for.
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// How findings are reported.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `volwright diff`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright diff main/deploy/ deploy/\n  volwright diff deploy/ aws-ebs -f train.toml\n  volwright diff --format markdown old.toml new.toml >> comment.md"
)]
pub struct DiffArgs {
    /// What is there: manifests as a file, a folder or -; or a profile, as a TOML file or by its built-in name
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// What shall be there, in the same ways
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Lay this overlay over each side that is a profile; may be given again
    #[arg(short = 'f', long = "overlay", value_name = "FILE")]
    pub overlays: Vec<PathBuf>,
    /// Set one key in each side that is a profile; may be given again
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Take templates from this folder, file by file, before the built-in ones
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// Exit with 1 where anything changed
    #[arg(long)]
    pub exit_code: bool,
    /// What the manifests are judged for.
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// How findings are reported.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `volwright explain`.
#[derive(Args, Clone, Debug)]
pub struct ExplainArgs {
    /// Codes or names of rules, such as K101 or required-field
    #[arg(required = true, value_name = "CODE")]
    pub rules: Vec<String>,
}

/// `volwright rules`.
#[derive(Args, Clone, Debug)]
pub struct RulesArgs {
    /// How to write them
    #[arg(long, value_enum, default_value_t = RulesForm::Text)]
    pub format: RulesForm,
    /// Only these rules: codes, or how codes begin
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', value_parser = registry::pattern)]
    pub select: Vec<String>,
}

/// How to write the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RulesForm {
    /// One line for each
    Text,
    /// For programs
    Json,
    /// The page of all rules, with explanations and examples
    Markdown,
}

/// How to write a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListForm {
    /// For people
    Text,
    /// For programs
    Json,
}

/// `volwright completions`.
#[derive(Args, Clone, Debug)]
pub struct CompletionsArgs {
    /// The shell that will read the script
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// `volwright man`.
#[derive(Args, Clone, Debug)]
pub struct ManArgs {
    /// The command that the page is about; without it the page lists them
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// `volwright profiles`.
#[derive(Args, Clone, Debug)]
pub struct ProfilesArgs {
    /// Print this profile
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// `volwright drivers`.
#[derive(Args, Clone, Debug)]
pub struct DriversArgs {
    /// A driver, by its provisioner or by the name of its file
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// For people or as JSON
    #[arg(long, value_enum, default_value_t = ListForm::Text)]
    pub format: ListForm,
}

/// `volwright init`.
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright init --dir storage PROFILE && cd storage && volwright render --check\n  volwright init --recipe training PROFILE"
)]
pub struct InitArgs {
    /// Built-in profiles by name; without any the first
    #[arg(value_name = "PROFILE")]
    pub profiles: Vec<String>,
    /// Begin with this workload instead of a claim and a pod; docs/recipes.md explains the choices
    #[arg(long, value_name = "RECIPE", value_parser = recipes())]
    pub recipe: Option<String>,
    /// Where the project is to be; made where it is not there
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// The recipes, each with what it is for.
fn recipes() -> PossibleValuesParser {
    recipe::names().map(|name| PossibleValue::new(name).help(recipe::summary(name))).into()
}

/// `volwright fn`.
#[derive(Args, Clone, Debug)]
pub struct FunctionArgs {
    /// What the manifests are judged for.
    #[command(flatten)]
    pub judge: JudgeArgs,
}

/// `volwright schema`.
#[derive(Args, Clone, Debug)]
pub struct SchemaArgs {
    /// Of what
    #[arg(value_enum, default_value_t = Schema::Profile)]
    pub of: Schema,
}

/// What a JSON Schema is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Schema {
    /// Profiles and overlays
    Profile,
    /// The project file volwright.toml
    Project,
}
