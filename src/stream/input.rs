//! What is validated, and how.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::bundle::names::Names;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::catalog::pod_security::PodSecurityLevel;
use crate::progress::Progress;
use crate::schema::definitions::Definitions;

/// Where manifests come from.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file, or standard input where the path is `-`.
    Path(PathBuf),
    /// A text that is there already, reported as standard input is.
    Text(String),
    /// The text of a file, under its path.
    File(PathBuf, String),
}

/// What an input is validated against, and how.
#[derive(Clone, Debug)]
pub struct ValidateOptions {
    /// The oldest API server that must accept it.
    pub version: KubernetesVersion,
    /// The Pod Security level that pods are held to, if any.
    pub pod_security: Option<PodSecurityLevel>,
    /// The definitions of custom resources that are known besides those in the input.
    pub definitions: Arc<Definitions>,
    /// The inputs that were found in a directory, so that they need not be manifests.
    pub found: Arc<HashSet<PathBuf>>,
    /// Those of them that are patches of kustomizations.
    pub patches: Arc<HashSet<PathBuf>>,
    /// Whether every document is to be named.
    pub names: bool,
    /// Whether findings that are only counted are counted for each document.
    pub counts_by_document: bool,
    /// The most findings of each rule and severity that are kept; none keeps all.
    pub most: Option<usize>,
    /// About how many bytes of text are validated together.
    pub batch: usize,
    /// How many bytes of text may be kept in memory besides, to be read again.
    pub kept: usize,
    /// The only input to validate; the others are only there for its references. By default all are validated.
    pub only: Option<PathBuf>,
    /// The classes and claims of files that are not among the inputs.
    pub known: Arc<Names>,
    /// Where the number of validated documents is shown.
    pub progress: Progress,
}

impl Default for ValidateOptions {
    fn default() -> Self {
        Self {
            version: KubernetesVersion::default(),
            pod_security: None,
            definitions: Arc::default(),
            found: Arc::default(),
            patches: Arc::default(),
            names: false,
            counts_by_document: false,
            most: None,
            batch: 64 << 10,
            kept: 8 << 20,
            only: None,
            known: Arc::default(),
            progress: Progress::default(),
        }
    }
}
