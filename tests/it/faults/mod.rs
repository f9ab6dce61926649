//! What goes wrong around volwright: full disks, signals, folders that vanish, pipes that close, and input made to break
//! it. Each ends with a message or a finding, and no file is ever half written. `.ci/checks/faults.sh` holds the same on
//! inputs of a gigabyte and in many more rounds.
#![cfg(unix)]

mod folders;
mod input;
mod pipes;
mod signals;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::{Folder, text, volwright};

const BINARY: &str = env!("CARGO_BIN_EXE_volwright");
const PROFILE: &str = r#"name = "ml"
driver = "csi.example.com"
[storageClasses.fast]
[claims.data]
storageClass = "fast"
accessModes = ["ReadWriteOnce"]
size = "10Gi"
"#;

fn render(args: &[&str]) -> Output {
    volwright(&[&["render"], args].concat(), "")
}

/// Runs a shell's command in a folder, as a person would.
fn shell(folder: &Path, script: &str) -> Output {
    let mut shell = Command::new("sh");
    shell.args(["-c", script]).env("volwright", BINARY).current_dir(folder).stdin(Stdio::null());
    shell.output().expect("a shell")
}

/// A run that could not be carried out: exit code 2, one message, nothing on standard output.
#[track_caller]
fn failed(output: &Output, says: &str) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.starts_with("error: ") && said.contains(says), "{said}");
    assert!(output.stdout.is_empty(), "{}", text(&output.stdout));
}

/// A path below a folder, for a command line.
fn below(folder: &Folder, name: &str) -> String {
    folder.path().join(name).to_str().expect("plain").to_owned()
}
