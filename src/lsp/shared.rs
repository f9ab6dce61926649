//! What the files of a project share besides their layers: definitions of custom resources, and prices.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::choose::prices::Prices;
use crate::project::Project;
use crate::schema::definitions::Definitions;

/// Reads files as the other commands do.
pub trait Reader {
    /// The definitions of custom resources in some files and directories.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or contains no definition.
    fn definitions(&self, paths: &[PathBuf]) -> Result<Definitions, String>;

    /// The prices of a project.
    ///
    /// # Errors
    ///
    /// If its price table cannot be read or is not valid, or a region is unknown.
    fn prices(&self, project: &Project) -> Result<Prices, String>;

    /// The manifests in a folder of the client, as far as they are few enough to be indexed.
    fn manifests(&self, folder: &Path) -> Vec<PathBuf>;
}

/// What the files of a project share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    pub(super) definitions: Arc<Definitions>,
    pub(super) prices: Arc<Prices>,
    /// The files and directories that were read; a change below one of them makes this outdated.
    paths: Vec<PathBuf>,
    /// What could not be read.
    pub(super) error: Option<String>,
}

impl Shared {
    pub(super) fn read(project: &Project, reader: &dyn Reader) -> Self {
        let mut shared = Self::default();
        shared.paths.extend(project.crds.iter().cloned().chain(project.prices.file.clone()));
        if !project.crds.is_empty() {
            match reader.definitions(&project.crds) {
                Ok(definitions) => shared.definitions = Arc::new(definitions),
                Err(error) => shared.error = Some(error),
            }
        }
        match reader.prices(project) {
            Ok(prices) => shared.prices = Arc::new(prices),
            Err(error) => shared.error = Some(error),
        }
        shared
    }

    /// Whether a file is one of those that were read.
    pub(super) fn has_read(&self, path: &Path) -> bool {
        self.paths.iter().any(|known| path.starts_with(known))
    }
}
