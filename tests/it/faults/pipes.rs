//! Outputs that are full or closed, and inputs that never come.

use std::fs::OpenOptions;
use std::process::Stdio;

use super::{failed, shell};
use crate::support::{Folder, command, text};

const BROKEN: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {}\n---\n";

#[test]
fn an_output_that_is_full_is_an_error() {
    for args in [&["render", "aws-ebs"][..], &["rules"], &["schema"], &["profiles", "aws-ebs"], &["man"]] {
        let full = OpenOptions::new().write(true).open("/dev/full").expect("the full device");
        let output = command(args).stdout(full).output().expect("it runs");
        failed(&output, "cannot write the output: No space left on device");
    }
    // What cannot be said on standard error changes nothing of how the run ends.
    let folder = Folder::new();
    let file = folder.write("a.yaml", BROKEN);
    let full = OpenOptions::new().write(true).open("/dev/full").expect("the full device");
    let output = command(&["validate", &file]).stderr(full).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_pipe_that_closes_is_nobodys_mistake() {
    let mut child = command(&["render", "aws-ebs"]).stdout(Stdio::piped()).spawn().expect("it runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""));

    let folder = Folder::new();
    // Far more than a pipe holds.
    folder.write("many.yaml", BROKEN.repeat(5000));
    for (script, said) in [
        ("\"$volwright\" validate many.yaml 2>&1 >/dev/null | head -1; echo ${PIPESTATUS:-}", "error[K101]"),
        ("\"$volwright\" validate --format json many.yaml | head -c 12; echo", "{\"version\":1"),
        ("\"$volwright\" validate --format sarif many.yaml | head -c 1; echo", "{"),
        (
            "\"$volwright\" render --combine aws-ebs gce-pd azure-disk | head -1",
            "apiVersion: storage.k8s.io/v1",
        ),
        ("\"$volwright\" completions bash | head -1", "_volwright"),
    ] {
        let output = shell(folder.path(), script);
        let (out, error) = (text(&output.stdout), text(&output.stderr));
        assert!(out.starts_with(said) && out.lines().count() <= 2, "{script}: {out}");
        assert!(error.is_empty(), "{script}: {error}");
    }
    // How it ends is what the manifests say, whoever listens.
    for closed in ["2>&-", ">&-", ">&- 2>&- <&-"] {
        let output = shell(folder.path(), &format!("\"$volwright\" validate many.yaml {closed}"));
        assert_eq!(output.status.code(), Some(1), "{closed}");
    }
}
