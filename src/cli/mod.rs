//! The command line: arguments, and nothing of what the commands do.

mod choose;
mod compare;
mod fix;
mod graph;
mod import;
mod layers;
mod lock;
mod report;
mod rules;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::profile::recipe;
use crate::write::layout::Layout;

pub use choose::{ChooseArgs, ChooseForm, PriceArgs};
pub use compare::{CompareArgs, CompareForm};
pub use fix::FixArgs;
pub use graph::{GraphArgs, GraphForm};
pub use import::ImportArgs;
pub use layers::{LayerArgs, SelectArgs};
pub use lock::LockArgs;
pub use report::{Color, FailOn, Format, ReportArgs};
pub use rules::{ListForm, RulesArgs};

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

/// What to do. Only the arguments of the command that is run are built: those of all take a tenth of a render's time. Building
/// them replaces the help of the command by that of its arguments, so both are the same.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
pub enum Command {
    /// Render profiles into validated manifests
    Render(RenderArgs),
    /// Validate manifests as the API server and the CSI driver would
    #[command(alias = "lint")]
    Validate(ValidateArgs),
    /// Show changes between manifests or profiles, and those that cannot be made in place
    Diff(DiffArgs),
    /// Compare the volumes of each cloud: disk type, IOPS, throughput, limits
    Compare(CompareArgs),
    /// Choose the cheapest disk of each cloud that meets a need: size, IOPS, throughput
    Choose(ChooseArgs),
    /// Draw classes, claims, workloads and nodes with their links
    Graph(GraphArgs),
    /// Record the disks that are chosen for the needs of profiles
    Lock(LockArgs),
    /// Turn existing manifests into a profile that renders the same objects
    Import(ImportArgs),
    /// Explain a rule, or a key of a profile
    Explain(ExplainArgs),
    /// List the rules
    Rules(RulesArgs),
    /// Print a completion script for a shell
    #[command(after_help = "Example:\n  source <(volwright completions bash)")]
    Completions(CompletionsArgs),
    /// Print a manual page
    #[command(after_help = "Example:\n  volwright man render | man -l -")]
    Man(ManArgs),
    /// List the built-in profiles, print one, or show a merged profile
    #[command(alias = "list")]
    Profiles(ProfilesArgs),
    /// Show the parameters and limits of the CSI drivers
    Drivers(DriversArgs),
    /// List the kinds that are validated, how, and in which API versions
    Kinds(KindsArgs),
    /// Print the JSON Schema of profiles, or of project files
    #[command(
        after_help = "Example:\n  volwright schema > volwright.schema.json   # then, in a profile: #:schema ./volwright.schema.json"
    )]
    Schema(SchemaArgs),
    /// List the built-in templates, or write them to a directory
    #[command(
        after_help = "Examples:\n  volwright templates\n  volwright templates --dump templates/ && volwright render aws-ebs --templates templates/"
    )]
    Templates(TemplatesArgs),
    /// Start a project: project file, overlay, rendered manifests, CI
    #[command(alias = "new")]
    Init(InitArgs),
    /// Run as a KRM function: generate or validate objects for kustomize and kpt
    #[command(
        name = "fn",
        after_help = "Example:\n  kustomize build --enable-alpha-plugins --enable-exec deploy/"
    )]
    Function(FunctionArgs),
    /// Run the language server for editors, on standard input and output
    #[command(name = "lsp", after_help = "docs/editors.md explains how to set up an editor.")]
    LanguageServer,
    /// Print the version
    #[command(hide = true)]
    Version,
    /// Suggests the command to use.
    #[command(hide = true, disable_help_flag = true)]
    Get {
        /// Ignored.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        rest: Vec<String>,
    },
    /// Suggests the command to use.
    #[command(hide = true, disable_help_flag = true)]
    Check {
        /// Ignored.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
        rest: Vec<String>,
    },
}

/// What manifests are validated for.
#[derive(Args, Clone, Debug, Default)]
pub struct ValidationArgs {
    /// The oldest API server that must accept the manifests
    #[arg(long, value_name = "VERSION")]
    pub kubernetes_version: Option<KubernetesVersion>,
    /// Level of the Pod Security Standards that pods must meet: baseline or restricted
    #[arg(long, value_name = "LEVEL")]
    pub pod_security: Option<PodSecurityLevel>,
}

/// Render profiles into validated manifests
#[derive(Args, Clone, Debug, Default)]
#[command(
    after_help = "Examples:\n  volwright render aws-ebs | kubectl apply -f -\n  volwright render aws-ebs gce-pd -f train.toml --out-dir deploy/\n  volwright render my.toml --set claims.data.size=500Gi -o name\n  volwright render aws-ebs --scope cluster | kubectl apply -f -\n  volwright render aws-ebs -f train.toml --report report.html > train.yaml\n  volwright render   # the renders of volwright.toml"
)]
pub struct RenderArgs {
    /// Built-in profiles by name, or profiles by path [default: the renders of the project file volwright.toml]
    #[arg(value_name = "PROFILE")]
    pub profiles: Vec<String>,
    /// The layers above each profile.
    #[command(flatten)]
    pub layers: LayerArgs,
    /// Which objects to output.
    #[command(flatten)]
    pub select: SelectArgs,
    /// How to write the manifests
    #[arg(short, long, value_enum, requires = "profiles", conflicts_with = "out_dir", default_value_t = OutputForm::Yaml)]
    pub output: OutputForm,
    /// Write the manifests of several profiles to one stream
    #[arg(long, conflicts_with = "out_dir")]
    pub combine: bool,
    /// Write one file per object into this directory
    #[arg(long, value_name = "DIR", requires = "profiles")]
    pub out_dir: Option<PathBuf>,
    /// Which files to write
    #[arg(long, value_enum, requires = "out_dir")]
    pub layout: Option<Layout>,
    /// Write nothing; list files that are out of date and exit with 1
    #[arg(long)]
    pub check: bool,
    /// Delete generated files that are no longer rendered
    #[arg(long, conflicts_with = "check")]
    pub prune: bool,
    /// Also write a page with findings, graph, volumes and curves to this file, which must be missing or written by volwright
    ///
    /// It is written even if the run fails.
    #[arg(long = "report", value_name = "FILE", conflicts_with = "check")]
    pub page: Option<PathBuf>,
    /// Use the templates in this directory instead of the built-in ones of the same name
    #[arg(long, value_name = "DIR", requires = "profiles")]
    pub templates: Option<PathBuf>,
    /// What the manifests are validated for.
    #[command(flatten)]
    pub validation: ValidationArgs,
    /// The prices by which disks are chosen for needs.
    #[command(flatten)]
    pub prices: PriceArgs,
    /// Whether fixes are applied.
    #[command(flatten)]
    pub fix: FixArgs,
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

/// Validate manifests as the API server and the CSI driver would
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright validate deploy/\n  helm template . | volwright validate -\n  volwright validate --select L,D deploy/\n  volwright validate --echo deploy/ | kubectl apply -f -\n  volwright validate --format sarif deploy/ > findings.sarif"
)]
pub struct ValidateArgs {
    /// Files, folders, or - for standard input
    #[arg(value_name = "FILE|DIR|-", default_value = "-")]
    pub inputs: Vec<PathBuf>,
    /// Write the manifests unchanged to standard output, or nothing if the run fails
    #[arg(long)]
    pub echo: bool,
    /// Validate custom resources against the CustomResourceDefinitions in this file or directory (repeatable)
    ///
    /// Definitions in the input itself, and those of volume snapshots, are always known.
    #[arg(long, value_name = "PATH")]
    pub crds: Vec<PathBuf>,
    /// Exit with 1 if anything was not checked: unknown kinds and drivers, classes and claims outside the input
    #[arg(long)]
    pub strict: bool,
    /// Accept an input without documents
    #[arg(long)]
    pub allow_empty: bool,
    /// What the manifests are validated for.
    #[command(flatten)]
    pub validation: ValidationArgs,
    /// Whether fixes are applied.
    #[command(flatten)]
    pub fix: FixArgs,
    /// How findings are reported.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Show changes between manifests or profiles, and those that cannot be made in place
#[derive(Args, Clone, Debug)]
#[command(
    override_usage = "volwright diff [OPTIONS] <OLD> <NEW>\n       volwright diff [OPTIONS] --base <REV> [WHAT]...",
    after_help = "Examples:\n  volwright diff main/deploy/ deploy/\n  volwright diff deploy/ aws-ebs -f train.toml\n  volwright diff aws-ebs my.toml\n  volwright diff --base origin/main\n  volwright diff --base origin/main --format markdown deploy/ >> comment.md"
)]
pub struct DiffArgs {
    /// The old and the new state, each manifests (a file, a directory or -), or a profile (a TOML file or a built-in name)
    ///
    /// With --base, what to compare in both states: any number of manifests and profiles [default: the renders of the
    /// project file volwright.toml].
    #[arg(value_name = "OLD NEW|WHAT")]
    pub inputs: Vec<PathBuf>,
    /// Compare with the commit at which the current branch left this revision, such as origin/main
    ///
    /// This is what a pull request shows. Files of that commit are read from the git repository.
    #[arg(long, value_name = "REV", allow_hyphen_values = true)]
    pub base: Option<String>,
    /// Compare the files of this commit, instead of those in the working directory, with --base
    #[arg(long, value_name = "REV", requires = "base", allow_hyphen_values = true)]
    pub head: Option<String>,
    /// The layers above each side that is a profile.
    #[command(flatten)]
    pub layers: LayerArgs,
    /// Render all classes of built-in profiles, used or not
    #[arg(long)]
    pub all_classes: bool,
    /// Use the templates in this directory instead of the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// Check claims that are not bound to a volume yet; without it, claims are assumed to be bound
    #[arg(long)]
    pub unbound: bool,
    /// Exit with 1 if anything changed
    #[arg(long)]
    pub exit_code: bool,
    /// Validate custom resources against the CustomResourceDefinitions in this file or directory (repeatable)
    ///
    /// Definitions in the input itself, and those of volume snapshots, are always known.
    #[arg(long, value_name = "PATH")]
    pub crds: Vec<PathBuf>,
    /// What the manifests are validated for.
    #[command(flatten)]
    pub validation: ValidationArgs,
    /// The prices of the volumes.
    #[command(flatten)]
    pub prices: PriceArgs,
    /// How findings are reported.
    #[command(flatten)]
    pub report: ReportArgs,
}

/// Explain a rule, or a key of a profile
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright explain K101\n  volwright explain A\n  volwright explain claims.data.size\n  volwright explain 'storageClasses.*.parameters.iops'"
)]
pub struct ExplainArgs {
    /// Rules by code, code prefix or name, or keys of a profile by path; `*` matches any name
    #[arg(required = true, value_name = "CODE|KEY")]
    pub wanted: Vec<String>,
}

/// Print a completion script for a shell
#[derive(Args, Clone, Debug)]
pub struct CompletionsArgs {
    /// The shell that will read the script
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

/// Print a manual page
#[derive(Args, Clone, Debug)]
pub struct ManArgs {
    /// The command to document [default: all commands]
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

/// List the built-in profiles, print one, or show a merged profile
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright profiles\n  volwright profiles aws-ebs > my.toml\n  volwright profiles --show aws-ebs -f team.toml"
)]
pub struct ProfilesArgs {
    /// Print this profile; with --show, a built-in profile or a path
    #[arg(value_name = "PROFILE")]
    pub name: Option<String>,
    /// Print the merged profile, each value with the layer that set it
    #[arg(long, requires = "name")]
    pub show: bool,
    /// The layers above the profile.
    #[command(flatten)]
    pub layers: LayerArgs,
}

/// Show the parameters and limits of the CSI drivers
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  volwright drivers\n  volwright drivers aws-ebs")]
pub struct DriversArgs {
    /// A driver, by its provisioner or its short name
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = ListForm::Text)]
    pub format: ListForm,
}

/// List the kinds that are validated, how, and in which API versions
#[derive(Args, Clone, Debug)]
#[command(after_help = "Examples:\n  volwright kinds\n  volwright kinds hpa --format json")]
pub struct KindsArgs {
    /// A kind, as kubectl accepts it
    #[arg(value_name = "KIND")]
    pub name: Option<String>,
    /// How to write the list
    #[arg(long, value_enum, default_value_t = ListForm::Text)]
    pub format: ListForm,
}

/// Start a project: project file, overlay, rendered manifests, CI
#[derive(Args, Clone, Debug)]
#[command(
    after_help = "Examples:\n  volwright init --dir storage aws-ebs gce-pd && cd storage && volwright render --check\n  volwright init --recipe training aws-ebs"
)]
pub struct InitArgs {
    /// Built-in profiles by name [default: aws-ebs]
    #[arg(value_name = "PROFILE")]
    pub profiles: Vec<String>,
    /// Start with this workload instead of a claim and a pod; docs/recipes.md describes each
    #[arg(long, value_name = "RECIPE", value_parser = recipes())]
    pub recipe: Option<String>,
    /// Project directory; created if missing
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// The recipes with their summaries.
fn recipes() -> PossibleValuesParser {
    recipe::names().map(|name| PossibleValue::new(name).help(recipe::summary(name))).into()
}

/// Run as a KRM function: generate or validate objects for kustomize and kpt
#[derive(Args, Clone, Debug)]
pub struct FunctionArgs {
    /// What the manifests are validated for.
    #[command(flatten)]
    pub validation: ValidationArgs,
}

/// List the built-in templates, or write them to a directory
#[derive(Args, Clone, Debug)]
pub struct TemplatesArgs {
    /// Write the templates to this directory
    #[arg(long, value_name = "DIR")]
    pub dump: Option<PathBuf>,
}

/// Print the JSON Schema of profiles, or of project files
#[derive(Args, Clone, Debug)]
pub struct SchemaArgs {
    /// Which schema to print
    #[arg(value_enum, default_value_t = Schema::Profile)]
    pub of: Schema,
}

/// Which JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Schema {
    /// Profiles and overlays
    Profile,
    /// The project file volwright.toml
    Project,
}
