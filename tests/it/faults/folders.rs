//! Folders that are full, of no use, gone, or links.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{PROFILE, below, failed, render, shell};
use crate::support::{Folder, command, files, run, text};

#[test]
fn folders_that_cannot_be_written() {
    let folder = Folder::new();
    let profile = folder.write("p.toml", PROFILE);
    let file = folder.write("file", "mine\n");
    for (out, says) in [
        (file.as_str(), "is not a folder"),
        (&format!("{file}/below"), "is not a folder"),
        ("/dev/null", "is not a folder"),
        // Nobody may write there, not even root.
        ("/proc/volwright/out", "cannot write /proc/volwright"),
        ("/proc/self", "cannot write /proc/self/"),
        (&format!("{}/{}", folder.path().display(), "x".repeat(300)), "cannot write"),
        (
            &format!("{}/{}", folder.path().display(), format!("{}/", "x".repeat(200)).repeat(40)),
            "cannot write",
        ),
    ] {
        failed(&render(&[&profile, "--out-dir", out]), says);
    }
    assert_eq!(fs::read_to_string(&file).expect("text"), "mine\n");
}

/// A limit on the size of files stands in for a full disk: no privilege is needed.
#[test]
fn a_full_disk_leaves_the_folder_as_it_was() {
    let folder = Folder::new();
    folder.write("p.toml", PROFILE);
    // The first file fits where the limit is one block, and the claim with a long annotation does not.
    let long = format!("claims.data.annotations.a={}", "x".repeat(9000));
    for blocks in [0, 1] {
        let full = |out: &str| {
            let script = format!(
                "trap '' XFSZ; ulimit -f {blocks}; exec \"$volwright\" render p.toml --set {long} --set storageClasses.fast.reclaimPolicy=Retain --out-dir {out}"
            );
            let output = shell(folder.path(), &script);
            failed(&output, "cannot write");
        };
        full("a/b");
        assert!(!folder.path().join("a").exists(), "folders are left");
        let (path, out) = (below(&folder, "out"), folder.path().join("out"));
        assert!(render(&[&below(&folder, "p.toml"), "--out-dir", &path]).status.success());
        let before = files(&out);
        full("out");
        assert_eq!(files(&out), before);
    }
}

#[test]
fn the_working_folder_may_be_gone() {
    let folder = Folder::new();
    let gone = |command: &str| {
        shell(folder.path(), &format!("mkdir gone && cd gone && rmdir ../gone && \"$volwright\" {command}"))
    };
    let output = gone("render aws-ebs");
    assert!(output.status.success() && output.stdout == render(&["aws-ebs"]).stdout);
    failed(&gone("render aws-ebs --out-dir out"), "cannot write out");
    failed(&gone("init"), "cannot write");
    failed(&gone("validate ."), "no manifests");
}

/// Links lead to folders and to manifests, and are never replaced themselves.
#[test]
fn links_are_followed_to_folders_and_stay() {
    let folder = Folder::new();
    let profile = folder.write("p.toml", PROFILE);
    fs::create_dir(folder.path().join("real")).expect("a folder");
    symlink("real", folder.path().join("out")).expect("a link");
    let out = below(&folder, "out");
    assert!(render(&[&profile, "--out-dir", &out]).status.success());
    assert!(folder.path().join("out").is_symlink());
    let written = files(&folder.path().join("real"));
    assert_eq!(written.len(), 2);

    // A file that leads elsewhere is somebody's, wherever it leads.
    let claim = folder.path().join("real/persistentvolumeclaim-ml-data.yaml");
    let elsewhere = folder.path().join("elsewhere.yaml");
    fs::rename(&claim, &elsewhere).expect("moved");
    for to in [elsewhere.as_path(), Path::new("nowhere"), Path::new("persistentvolumeclaim-ml-data.yaml")] {
        symlink(to, &claim).expect("a link");
        let output = render(&[&profile, "--out-dir", &out, "--set", "claims.data.size=20Gi"]);
        failed(&output, "persistentvolumeclaim-ml-data.yaml");
        assert_eq!(fs::read_link(&claim).expect("still a link"), to);
        let there = fs::read_to_string(&elsewhere).expect("there");
        assert!(there.starts_with("# Generated") && there.contains("storage: 10Gi"), "{there}");
        fs::remove_file(&claim).expect("removed");
    }
    // One that holds what would be written is left; taking away what is stale leaves links too.
    symlink(&elsewhere, &claim).expect("a link");
    assert!(render(&[&profile, "--out-dir", &out]).status.success());
    let output = render(&[&profile, "--out-dir", &out, "--prune", "--set", "claims.data.name=other"]);
    assert!(output.status.success() && claim.is_symlink(), "{}", text(&output.stderr));
    // A circle of folders ends.
    symlink("round", folder.path().join("round")).expect("a link");
    failed(&render(&[&profile, "--out-dir", &below(&folder, "round")]), "round");
}

#[test]
fn one_folder_of_many_names_is_waited_for_once() {
    let folder = Folder::new();
    folder.write("p.toml", PROFILE);
    folder.write("q.toml", PROFILE.replace("\"ml\"", "\"mq\""));
    symlink("out", folder.path().join("other")).expect("a link");
    let project = "[[renders]]\nprofiles = [\"p.toml\"]\noutDir = \"out\"\n[[renders]]\nprofiles = [\"q.toml\"]\noutDir = \"other\"\n";
    folder.write("volwright.toml", project);
    fs::create_dir(folder.path().join("out")).expect("a folder");
    let output = shell(folder.path(), "\"$volwright\" render");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(files(&folder.path().join("out")).len(), 4);
}

#[test]
fn templates_lie_in_their_folder() {
    let folder = Folder::new();
    let template = "{# includes no other.j2 #}\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{ metadata }}\nprovisioner: {{ provisioner }}\nreclaimPolicy: Retain\n";
    let file = folder.write("real/storageclass.yaml.j2", template);
    symlink("real", folder.path().join("templates")).expect("a link");
    let dir = below(&folder, "templates");
    let output = render(&["aws-ebs", "--templates", &dir]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    // Beside it in the folder a link may stand; one that leads out, or to nothing, may not.
    symlink("storageclass.yaml.j2", folder.path().join("real/other.j2")).expect("a link");
    assert!(render(&["aws-ebs", "--templates", &dir]).status.success());
    for to in ["/etc/passwd", "..", "nowhere", &folder.write("outside.j2", template)] {
        let link = folder.path().join("real/link.j2");
        symlink(to, &link).expect("a link");
        failed(&render(&["aws-ebs", "--templates", &dir]), "link.j2");
        fs::remove_file(&link).expect("removed");
    }
    for not in [file.as_str(), "/dev/null", "/absent"] {
        failed(&render(&["aws-ebs", "--templates", not]), "cannot read");
    }
}

#[test]
fn names_of_files_may_be_any_bytes() {
    let folder = Folder::new();
    let odd = Path::new(OsStr::from_bytes(b"\xff \xfe\x1b[31m\n.toml"));
    folder.write(odd, PROFILE);
    folder.write(Path::new(OsStr::from_bytes(b"\xfd.toml")), "[claims.data]\nsize = \"20Gi\"\n");
    let script =
        b"exec \"$volwright\" render *31m* -f ./$(printf '\\375').toml --out-dir \"$(printf '\\374 out')\"";
    let output = shell(folder.path(), std::str::from_utf8(script).expect("plain"));
    // A profile is named by text.
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(!output.stderr.contains(&0x1b), "{}", text(&output.stderr));
    let script =
        "\"$volwright\" render aws-ebs -f ./$(printf '\\375').toml --out-dir \"$(printf '\\374 out')\"";
    let output = shell(folder.path(), script);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let out = folder.path().join(OsStr::from_bytes(b"\xfc out"));
    assert!(files(&out).iter().any(|(_, text)| text.contains("storage: 20Gi")));
    let mut check = command(&["validate", "--format", "json", "--"]);
    check.arg(&out);
    assert!(run(check, "").status.success());
    // What is in the way, and what is stale, is told in letters.
    let claim = out.join("persistentvolumeclaim-aws-ebs-data.yaml");
    fs::write(&claim, "apiVersion: v1 # by somebody else, and longer than a header\n").expect("written");
    failed(
        &shell(folder.path(), script),
        "\u{fffd} out/persistentvolumeclaim-aws-ebs-data.yaml was not written by volwright",
    );
}
