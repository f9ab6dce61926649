//! Usage errors, inputs without documents, and the messages of runs that could do something else than was meant.

use crate::support::{Folder, command, run, text, volwright};

#[test]
fn a_setting_without_a_value_is_a_usage_error() {
    for (option, setting) in [("--set", "x"), ("--set", "=1"), ("--set-string", "claims.data.size")] {
        let output = volwright(&["render", "aws-ebs", option, setting], "");
        assert_eq!(output.status.code(), Some(2), "{option} {setting}");
        assert_eq!(text(&output.stdout), "", "{option} {setting}");
        assert!(text(&output.stderr).contains("KEY=VALUE"), "{}", text(&output.stderr));
    }
}

#[test]
fn a_broken_project_file_ends_with_two_in_every_command_that_reads_it() {
    for project in ["[[renders\n", "renders = 1\n", "[[renders]]\nprofile = \"aws-ebs\"\n"] {
        let folder = Folder::new();
        folder.write("volwright.toml", project);
        let pod = folder.write("pod.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
        for args in [&["render"][..], &["render", "--check"], &["validate", &pod]] {
            let mut command = command(args);
            command.current_dir(folder.path());
            let output = run(command, "");
            assert_eq!(output.status.code(), Some(2), "{args:?} with {project}");
            assert!(text(&output.stderr).contains("volwright.toml"), "{}", text(&output.stderr));
        }
    }
}

#[test]
fn empty_standard_input_is_an_error_unless_it_is_allowed() {
    for format in ["text", "json", "github"] {
        let output = volwright(&["validate", "--format", format, "-"], "");
        assert_eq!(output.status.code(), Some(2), "{format}");
        let output = volwright(&["validate", "--format", format, "--allow-empty", "-"], "");
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
}

#[test]
fn files_that_differ_are_counted_by_the_way_they_differ() {
    let folder = Folder::new();
    let of = |profile: &'static str, option: &'static str| {
        let mut command = command(&["render", profile, "--out-dir", "out", option]);
        command.current_dir(folder.path());
        run(command, "")
    };
    assert_eq!(of("aws-ebs", "--all-classes").status.code(), Some(0));
    // The files of another name are stale, and those of this one are missing.
    let renamed = folder.write("p.toml", "extends = \"aws-ebs\"\nname = \"aws-ebs\"\n[claims.more]\nsize = \"1Gi\"\naccessModes = [\"ReadWriteOnce\"]\n");
    let mut command = command(&["render", &renamed, "--out-dir", "out", "--check"]);
    command.current_dir(folder.path());
    let output = run(command, "");
    assert_eq!(output.status.code(), Some(1));
    let summary = text(&output.stderr).lines().last().unwrap_or_default().to_owned();
    let count = |word: &str| {
        let list = text(&output.stderr);
        list.lines().filter(|line| line.starts_with(&format!("{word}: "))).count()
    };
    let (changed, missing, stale) = (count("changed"), count("missing"), count("stale"));
    assert!(missing > 0 && stale > 0, "{}", text(&output.stderr));
    let changed_too = if changed == 0 { String::new() } else { format!("{changed} changed, ") };
    let total = changed + missing + stale;
    assert!(
        summary.starts_with(&format!("{total} files differ: {changed_too}{missing} missing, {stale} stale")),
        "{summary}"
    );
}

#[test]
fn two_clouds_on_one_standard_output_are_rejected_unless_requested() {
    let output = volwright(&["render", "aws-ebs", "gce-pd"], "");
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()));
    assert!(text(&output.stderr).contains("--combine"), "{}", text(&output.stderr));
    let output = volwright(&["render", "aws-ebs", "gce-pd", "--combine"], "");
    assert_eq!(output.status.code(), Some(0));
    for provisioner in ["ebs.csi.aws.com", "pd.csi.storage.gke.io"] {
        assert!(text(&output.stdout).contains(provisioner));
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_ends_help_with_two() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else { return };
    for args in [&["--help"][..], &["--version"], &["render", "--help"], &["rules"]] {
        let mut command = command(args);
        command.stdout(full.try_clone().expect("a file"));
        assert_eq!(command.status().expect("the binary runs").code(), Some(2), "{args:?}");
    }
}

#[test]
fn older_versions_are_validated_as_the_oldest_known_one_with_a_note() {
    // `fileKeyRef` is a field since 1.34; 1.33 has none of that name.
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers: [{name: a, image: registry.example.com/a:1, restartPolicy: Always}]\n";
    let note = "Kubernetes 1.30 is validated as 1.33, the oldest known version";
    let of = |version: &str, format: &str| {
        volwright(&["validate", "--kubernetes-version", version, "--format", format, "-"], pod)
    };
    let (old, oldest) = (of("1.30", "text"), of("1.33", "text"));
    assert_eq!(old.status.code(), oldest.status.code());
    assert!(text(&old.stderr).contains(note), "{}", text(&old.stderr));
    assert!(!text(&oldest.stderr).contains(note), "{}", text(&oldest.stderr));
    assert_eq!(of("1.30", "json").stdout, of("1.33", "json").stdout);
    for version in ["1.0", "1.32", "v1.29.4"] {
        assert_ne!(of(version, "text").status.code(), Some(2), "{version}");
    }
    assert_eq!(of("1.99", "text").status.code(), Some(2));
    let render = volwright(&["render", "aws-ebs", "--kubernetes-version", "1.30"], "");
    assert_eq!(render.status.code(), Some(0));
    assert!(text(&render.stderr).contains(note), "{}", text(&render.stderr));
}
