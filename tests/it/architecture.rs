//! The shape of the source: clouds are rows, stages look forward only, files stay readable.

use std::path::{Path, PathBuf};

/// Names of clouds, their disks and their drivers, which only data may know.
const CLOUDS: &[&str] = &[
    "ebs.csi",
    "pd.csi",
    "disk.csi.azure",
    "azuredisk",
    "gke.io",
    "amazonaws",
    "gp2",
    "gp3",
    "io2",
    "pd-ssd",
    "pd-balanced",
    "hyperdisk",
    "premium_lrs",
    "premiumv2",
    "ultrassd",
    "standardssd",
    "skuname",
];

/// Stages in the order of the line: none uses one that comes after it.
const STAGES: &[&[&str]] = &[
    &["source", "quantity", "nearest", "embedded", "error"],
    &["catalog"],
    &["finding"],
    &["document"],
    &["profile"],
    &["context"],
    &["template"],
    &["render"],
    &["diff"],
    &["output"],
    &["app", "cli"],
];

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), extension, &mut found);
    assert!(!found.is_empty(), "{folder} holds no .{extension}");
    found
}

#[test]
fn no_cloud_is_named_in_code_or_templates() {
    for path in files("src", "rs").into_iter().chain(files("templates", "j2")) {
        let text = std::fs::read_to_string(&path).expect("text").to_lowercase();
        for cloud in CLOUDS {
            assert!(
                !text.contains(cloud),
                "{} names {cloud}: clouds are rows of the catalogue",
                path.display()
            );
        }
    }
}

#[test]
fn stages_look_forward_only() {
    let stage = |name: &str| STAGES.iter().position(|stage| stage.contains(&name));
    for path in files("src", "rs") {
        let relative =
            path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("below src");
        let own =
            relative.components().next().expect("a part").as_os_str().to_string_lossy().replace(".rs", "");
        let Some(own_stage) = stage(&own) else { continue };
        let text = std::fs::read_to_string(&path).expect("text");
        for used in text.split("crate::").skip(1) {
            let name: String =
                used.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
            if let Some(used_stage) = stage(&name) {
                assert!(used_stage <= own_stage, "{} ({own}) uses {name}, a later stage", path.display());
            }
        }
    }
}

#[test]
fn files_stay_readable() {
    for path in files("src", "rs") {
        let lines = std::fs::read_to_string(&path).expect("text").lines().count();
        assert!(lines <= 450, "{} has {lines} lines: look for the seam", path.display());
    }
}
