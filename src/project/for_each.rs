//! `forEach`: one render for each file that a pattern matches.

use std::path::{Path, PathBuf};

use super::pattern;
use crate::finding::Finding;
use crate::profile::rules::INVALID_PROFILE_VALUE;
use crate::source::Span;
use crate::tree::FileTree;
use crate::yaml::node::Node;

/// Placeholder for the name of a `forEach` file, without its extension, in a path.
const STEM: &str = "{stem}";

/// The files that a render is repeated for.
pub(super) struct Expansion {
    /// Each file, and the folder for its objects.
    pub(super) files: Vec<(PathBuf, PathBuf)>,
    /// The folder for the objects that all of them share.
    pub(super) shared_dir: PathBuf,
}

/// Expands the `forEach` of a render; nothing if there is an error. Paths are relative to `folder`.
pub(super) fn expand(
    tree: FileTree<'_>,
    node: &Node<'static>,
    folder: &Path,
    (pattern, span): (&str, Span),
    findings: &mut Vec<Finding>,
) -> Option<Expansion> {
    let mut refuse = |span: Span, message: String, help: &str| {
        let mut finding = Finding::new(&INVALID_PROFILE_VALUE, span, message);
        finding.help(help);
        findings.push(finding);
        None
    };
    let matched = match pattern::files(tree, folder, pattern) {
        Ok(files) if files.is_empty() => {
            let help = "paths are relative to the project file";
            return refuse(span, format!("no file matches `{pattern}`"), help);
        }
        Ok(files) => files,
        Err(error) => {
            let help = "the pattern is a path in which `*` and `?` are wildcards";
            return refuse(span, error.to_string(), help);
        }
    };
    let (out, out_span) = node.get("outDir").and_then(|out| Some((out.as_str()?, out.span)))?;
    if !out.contains(STEM) {
        let message = format!("`outDir` has no `{STEM}`, so that all renders would write to one folder");
        return refuse(out_span, message, "write a path such as `deploy/{stem}`");
    }
    let shared = node.get("sharedDir").and_then(Node::as_str).map(str::to_owned);
    let shared_dir = folder.join(shared.unwrap_or_else(|| out.replace(STEM, "shared")));
    let mut files: Vec<(PathBuf, PathBuf)> = Vec::new();
    for file in matched {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let out_dir = folder.join(out.replace(STEM, &stem));
        if let Some((other, _)) = files.iter().find(|(_, known)| *known == out_dir) {
            let message = format!("{} and {} have the same name", other.display(), file.display());
            return refuse(span, message, "the name of a file is the name of its folder; rename one of them");
        }
        files.push((file, out_dir));
    }
    Some(Expansion { files, shared_dir })
}
