//! The table `prices` of a project file: where prices come from.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::catalog::price::PriceTable;
use crate::error::Error;
use crate::finding::Finding;
use crate::profile::layer;
use crate::profile::rules::INVALID_PROFILE_VALUE;
use crate::profile::schema::{Key, Kind, Table, key, open};
use crate::source::Sources;
use crate::tree::FileTree;
use crate::yaml::node::Node;

/// Where prices come from.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    /// A table whose rows replace embedded ones.
    pub file: Option<PathBuf>,
    /// The regions, each `cloud=region`.
    pub regions: Vec<String>,
}

static KEYS: &[Key] = &[
    key(
        "file",
        Kind::String,
        "a price table by path from this file; its rows replace embedded ones, as for `--prices`",
    ),
    key(
        "regions",
        Kind::List(&Kind::String),
        "the regions of the prices, each `cloud=region`, as for `--region`",
    ),
];

/// The keys of the table.
pub(super) static TABLE: Table = open("the prices", &[KEYS]);

/// Reads the table; paths are relative to `folder`.
pub(super) fn of_node(
    tree: FileTree<'_>,
    node: Option<&Node<'static>>,
    folder: &Path,
    findings: &mut Vec<Finding>,
) -> Prices {
    let Some(node) = node else { return Prices::default() };
    let file = node.get("file").and_then(|file| Some((file.as_str()?, file.span)));
    let file = file.map(|(shown, span)| {
        let path = folder.join(shown);
        if !tree.exists(&path) {
            let mut finding = Finding::new(&INVALID_PROFILE_VALUE, span, format!("`{shown}` does not exist"));
            finding.help("paths are relative to the project file");
            findings.push(finding);
        }
        path
    });
    let regions = node.get("regions").map(Node::items).unwrap_or_default();
    let regions = regions.iter().filter_map(|region| region.as_str().map(str::to_owned)).collect();
    Prices { file, regions }
}

/// Reads a price table; what is wrong with its text is the inner error.
///
/// # Errors
///
/// If the file cannot be read.
pub fn price_table(path: &Path, sources: &mut Sources) -> Result<Result<PriceTable, String>, Error> {
    let mut findings = Vec::new();
    let (_, root) = layer::read_file(FileTree::Disk, path, sources, &mut findings)?;
    Ok(match findings.first() {
        Some(finding) => Err(finding.message.clone()),
        None => PriceTable::deserialize(&root).map_err(|error| error.to_string()),
    })
}
