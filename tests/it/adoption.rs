//! Running workloads of different styles, each described by a profile: `diff` finds no change.

use std::path::{Path, PathBuf};

use crate::support::{text, volwright};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adoption");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    cases.sort();
    cases
}

#[test]
fn ten_running_workloads_are_described_without_a_change() {
    let cases = cases();
    assert!(cases.len() >= 10, "{}", cases.len());
    for case in cases {
        let running = case.display().to_string();
        let profile = case.with_extension("toml").display().to_string();
        let output = volwright(&["diff", &running, &profile, "--exit-code"], "");
        assert!(output.status.success(), "{running}: {}{}", text(&output.stdout), text(&output.stderr));
    }
}

#[test]
fn a_changed_value_of_a_running_workload_is_a_change() {
    for case in cases() {
        let running = case.display().to_string();
        let profile = case.with_extension("toml").display().to_string();
        let output =
            volwright(&["diff", &running, &profile, "--set", "labels.changed=yes", "--exit-code"], "");
        assert_eq!(output.status.code(), Some(1), "{running}");
    }
}
