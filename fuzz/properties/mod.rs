//! What must hold of any bytes, one function for each target: each panics where its property does not hold.
//!
//! The fuzzer drives them guided by coverage; `cargo test` runs them over the corpus and over seeded changes of it.
#![allow(dead_code, reason = "each target uses one of them")]

mod make;
mod manifests;
mod text;

use std::path::PathBuf;
use std::sync::OnceLock;

use volwright::finding::Finding;
use volwright::source::{Sources, Span};

pub(crate) use make::{profile, template};
pub(crate) use manifests::{diff, function, validate};
pub(crate) use text::{write, yaml};

/// A property of any bytes.
pub(crate) type Property = fn(&[u8]);

/// Every target by its name, which is also that of its corpus.
pub(crate) const TARGETS: [(&str, Property); 7] = [
    ("diff", diff),
    ("function", function),
    ("profile", profile),
    ("template", template),
    ("validate", validate),
    ("write", write),
    ("yaml", yaml),
];

/// Stands between the parts of an input that is several texts.
const SEPARATOR: &str = "\n=====\n";

/// The texts of an input; bytes that are no text are refused before anything else sees them.
fn parts(data: &[u8]) -> Option<(&str, &str)> {
    let text = std::str::from_utf8(data).ok()?;
    Some(text.split_once(SEPARATOR).unwrap_or((text, "")))
}

/// A folder of this process, empty at first.
fn folder() -> &'static PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        // In memory where that is possible: a fuzzer writes thousands of files a second.
        let memory = PathBuf::from("/dev/shm");
        let base = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let folder = base.join(format!("volwright-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    })
}

/// Where a span lies in its text, at the bounds of characters.
fn inside(span: Span, sources: &Sources) {
    let text = &sources.get(span.source).text;
    assert!(text.get(span.range()).is_some(), "{span:?} lies outside of its {} bytes", text.len());
    let place = sources.location(span);
    assert!(place.line >= 1 && place.column >= 1, "{place:?}");
}

/// Findings say something, and point into their texts.
fn sound(findings: &[Finding], sources: &Sources) {
    for finding in findings {
        assert!(!finding.message.is_empty() && !finding.message.ends_with('.'), "{finding:?}");
        inside(finding.primary.span, sources);
        finding.related.iter().for_each(|label| inside(label.span, sources));
    }
}
