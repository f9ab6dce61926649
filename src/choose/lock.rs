//! The lock file: the disks that were chosen for needs, so that new prices alone change nothing.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde::Deserialize;

use crate::profile::layer;
use crate::profile::toml_text::{bare_or_quoted, quoted};
use crate::source::Sources;
use crate::tree::FileTree;

/// The name of the file, which is in the folder of the profile or the overlay that it is for.
pub const NAME: &str = "volwright.lock";

/// The first lines of the file.
const HEADER: &str = "\
# The disks that `volwright lock` chose for the `needs` of profiles. Commit this file: `volwright render` reads it, so that
# new prices do not change a class that claims use. `volwright lock --update` chooses again.
";

/// The choices of one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The choices, sorted by file, provisioner and class.
    #[serde(default)]
    pub choices: Vec<Recorded>,
}

/// A recorded choice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The name of the profile or overlay that is merged last; empty if all layers are built-in or arguments.
    #[serde(default)]
    pub file: String,
    /// The provisioner of the class.
    pub provisioner: String,
    /// The name of the class.
    pub class: String,
    /// The need when the disk was chosen, for readers of the file.
    #[serde(default)]
    pub need: String,
    /// The parameters that determine the disk, the type included.
    pub parameters: BTreeMap<String, String>,
    /// The price when the disk was chosen, with its date, for readers of the file.
    #[serde(default)]
    pub price: String,
}

impl Recorded {
    /// What identifies the class of a choice.
    #[must_use]
    pub fn key(&self) -> (&str, &str, &str) {
        (&self.file, &self.provisioner, &self.class)
    }
}

impl Lock {
    /// Reads a lock file; one that does not exist is empty.
    ///
    /// # Errors
    ///
    /// Why it cannot be read.
    pub fn read(tree: FileTree<'_>, path: &Path) -> Result<Self, String> {
        if !tree.exists(path) {
            return Ok(Self::default());
        }
        let mut findings = Vec::new();
        let root = layer::read_file(tree, path, &mut Sources::new(), &mut findings);
        let (_, root) = root.map_err(|error| error.to_string())?;
        match findings.first() {
            Some(finding) => Err(finding.message.clone()),
            None => Self::deserialize(&root).map_err(|error| error.to_string()),
        }
    }

    /// The choice for a class.
    #[must_use]
    pub fn find(&self, key: (&str, &str, &str)) -> Option<&Recorded> {
        self.choices.iter().find(|choice| choice.key() == key)
    }

    /// Records a choice, in place of the previous one of the same class.
    pub fn record(&mut self, choice: Recorded) {
        self.choices.retain(|known| known.key() != choice.key());
        self.choices.push(choice);
        self.choices.sort_by(|one, other| one.key().cmp(&other.key()));
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = HEADER.to_owned();
        for choice in &self.choices {
            out.push_str("\n[[choices]]\n");
            let pairs = [
                ("file", &choice.file),
                ("provisioner", &choice.provisioner),
                ("class", &choice.class),
                ("need", &choice.need),
            ];
            for (key, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
                let _ = writeln!(out, "{key} = {}", quoted(value));
            }
            let _ = writeln!(out, "parameters = {}", parameters(&choice.parameters));
            if !choice.price.is_empty() {
                let _ = writeln!(out, "price = {}", quoted(&choice.price));
            }
        }
        out
    }
}

/// Parameters as an inline table of TOML.
#[must_use]
pub fn parameters(parameters: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{} = {}", bare_or_quoted(name), quoted(value)))
        .collect();
    format!("{{ {} }}", pairs.join(", "))
}
