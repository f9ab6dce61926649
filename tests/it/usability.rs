//! The profile language from outside: what is rendered, values as written, parts for one cloud, similar renders, help.

use std::process::Output;

use serde_json::Value;
use volwright::profile::builtin;

use crate::support::{Folder, codes, command, run, text, volwright};

fn names(args: &[&str]) -> Vec<String> {
    let output = volwright(&[&["render", "-q", "-o", "name"], args].concat(), "");
    assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
    text(&output.stdout).lines().map(str::to_owned).collect()
}

fn in_folder(folder: &Folder, args: &[&str]) -> Output {
    let mut command = command(args);
    command.current_dir(folder.path());
    run(command, "")
}

/// The codes of the findings of a render.
fn found(args: &[&str]) -> Vec<String> {
    codes(&volwright(&[&["render", "--format", "json"], args].concat(), "").stderr)
}

#[test]
fn a_built_in_profile_renders_what_its_pod_uses() {
    for name in builtin::names() {
        let expected = [
            format!("storageclass.storage.k8s.io/{name}-standard"),
            format!("persistentvolumeclaim/{name}-data"),
            format!("pod/{name}-trainer"),
        ];
        assert_eq!(names(&[name]), expected);
        let all = names(&[name, "--all-classes"]);
        let text = builtin::text(name).expect("a text");
        // What lacks a value that only the user knows is not rendered.
        let needs =
            |class: &&str| class.split("\n\n").next().is_some_and(|table| table.contains("\nrequired"));
        let roles = text.split("\n[storageClasses.").skip(1).filter(|class| !needs(class)).count();
        assert_eq!(all.iter().filter(|name| name.starts_with("storageclass")).count(), roles, "{all:?}");
        assert_eq!(names(&[name, "--only", "pvc,pods"]), expected[1..]);
        assert_eq!(names(&[name, "--scope", "cluster"]), expected[..1]);
        assert_eq!(names(&[name, "--scope", "namespaced"]), expected[1..]);
    }
}

#[test]
fn a_class_is_rendered_if_it_is_used_or_mentioned() {
    let folder = Folder::new();
    for (overlay, expected) in [
        ("", "standard"),
        ("[claims.data]\nstorageClass = 'fast'", "fast"),
        (
            "[claims.more]\nstorageClass = 'fast'\naccessModes = ['ReadWriteOnce']\nsize = '20Gi'",
            "standard fast",
        ),
        ("[storageClasses.archive]\nlabels = { a = 'b' }", "standard archive"),
        ("unset = ['storageClasses.archive.fsType']", "standard archive"),
        ("[storageClasses.mine]\nparameters = { type = 'gp3' }", "standard mine"),
        ("[claims.data]\nspec = { storageClassName = 'x-fast' }", "fast"),
        (
            "[pods.trainer]\nscratch = { a = { storageClass = 'scratch', size = '1Gi', accessModes = ['ReadWriteOnce'] } }\nmounts = [{ scratch = 'a', mountPath = '/a' }]",
            "standard scratch",
        ),
        ("[claims.data]\nstorageClass = { existing = 'gp3' }", ""),
        // A workload of one's own replaces the example.
        ("[jobs.a]\nimage = 'a:1'\nrestartPolicy = 'Never'", ""),
        (
            "[jobs.a]\nimage = 'a:1'\nrestartPolicy = 'Never'\nmounts = [{ claim = 'data', mountPath = '/data' }]",
            "standard",
        ),
    ] {
        let path = folder.write("overlay.toml", format!("name = 'x'\n{overlay}\n"));
        let classes: Vec<String> = names(&["aws-ebs", "-f", &path, "--only", "sc"])
            .iter()
            .map(|name| name.replace("storageclass.storage.k8s.io/x-", ""))
            .collect();
        let mut expected: Vec<&str> = expected.split_whitespace().collect();
        let mut classes: Vec<&str> = classes.iter().map(String::as_str).collect();
        expected.sort_unstable();
        classes.sort_unstable();
        assert_eq!(classes, expected, "{overlay}");
    }
    let path = folder.write("overlay.toml", "name = 'x'\n[jobs.a]\nimage = 'a:1'\nrestartPolicy = 'Never'\n");
    assert_eq!(names(&["aws-ebs", "-f", &path]), ["job.batch/x-a"]);
}

#[test]
fn a_value_that_is_text_keeps_the_text_of_the_source() {
    let folder = Folder::new();
    for written in [
        "1.10",
        "1e-4",
        "0x10",
        "1_000",
        "0o17",
        "2026-01-01",
        "true",
        "1234e5",
        "99999999999999999999",
        "inf",
    ] {
        let set = format!("pods.trainer.env.VERSION={written}");
        let file = folder.write(
            "overlay.toml",
            format!(
                "[pods.trainer]\nenv = {{ VERSION = {written}, OTHER = {{ value = {written} }} }}\nargs = ['--v', {written}]\n\
                 labels = {{ version = {written} }}\n[claims.data.annotations]\n\"example.com/v\" = {written}\n"
            ),
        );
        let wanted = format!("\"value\": \"{written}\"");
        for args in [vec!["--set", &set], vec!["-f", &file]] {
            let output = volwright(&[&["render", "aws-ebs", "-o", "json"], &args[..]].concat(), "");
            assert!(text(&output.stdout).contains(&wanted), "{written} {}", text(&output.stderr));
        }
        let output =
            volwright(&["render", "aws-ebs", "-f", &file, "-o", "json", "--scope", "namespaced"], "");
        let quoted = format!("\"{written}\"");
        assert_eq!(text(&output.stdout).matches(&quoted).count(), 5, "{written}: {}", text(&output.stdout));
    }
    let output = volwright(
        &[
            "render",
            "aws-ebs",
            "--set",
            "storageClasses.standard.parameters.iops=3_000",
            "--set-string",
            "labels.a=true",
            "-o",
            "json",
        ],
        "",
    );
    // The driver rejects it, because it reads the text as it is written.
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    let output = volwright(&["render", "aws-ebs", "--set-string", "namespace=1.10", "-o", "json"], "");
    assert!(text(&output.stderr).contains("1.10"), "{}", text(&output.stderr));
}

#[test]
fn items_of_lists_are_changed_by_name_or_position() {
    let folder = Folder::new();
    let pod = |args: &[&str]| -> Value {
        let output =
            volwright(&[&["render", "-q", "aws-ebs", "-o", "json", "--only", "pods"], args].concat(), "");
        assert!(output.status.success(), "{args:?}: {}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let mounts = |pod: &Value| -> Vec<String> {
        let mounts = pod["spec"]["containers"][0]["volumeMounts"].as_array().cloned().unwrap_or_default();
        mounts.iter().map(|mount| mount["mountPath"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(mounts(&pod(&["--set", "pods.trainer.mounts[0].mountPath=/x"])), ["/x"]);
    let file = folder.write(
        "overlay.toml",
        "[claims.weights]\naccessModes = ['ReadWriteOnce']\nsize = '1Gi'\nstorageClass = 'standard'\n\
         [pods.trainer.mounts.\"/data\"]\nclaim = 'weights'\n[pods.trainer.mounts.\"/tmp\"]\nemptyDir = {}\n\
         [pods.trainer.tolerations.dedicated]\noperator = 'Exists'\n[pods.trainer.initContainers.wait]\nimage = 'wait:1'\n",
    );
    let changed = pod(&["-f", &file]);
    assert_eq!(mounts(&changed), ["/data", "/tmp"]);
    let volumes = changed["spec"]["volumes"].to_string();
    assert!(volumes.contains("aws-ebs-weights") && !volumes.contains("aws-ebs-data"), "{volumes}");
    assert_eq!(changed["spec"]["tolerations"][0]["key"], "dedicated");
    assert_eq!(changed["spec"]["initContainers"][0]["name"], "wait");
    let more = folder.write(
        "more.toml",
        "unset = ['pods.trainer.mounts.\"/tmp\"']\n[pods.trainer.tolerations.dedicated]\neffect = 'NoExecute'\n",
    );
    let changed = pod(&["-f", &file, "-f", &more]);
    assert_eq!(mounts(&changed), ["/data"]);
    assert_eq!(changed["spec"]["tolerations"][0]["effect"], "NoExecute");
    assert_eq!(changed["spec"]["tolerations"].as_array().map(Vec::len), Some(1));
    assert_eq!(found(&["aws-ebs", "--set", "pods.trainer.mounts[3].readOnly=true"]), ["P003"]);
}

#[test]
fn a_key_with_dots_is_explained() {
    let output = volwright(&["render", "aws-ebs", "--set", "labels.example.com/team=ml"], "");
    let said = text(&output.stderr);
    assert!(said.contains("--set 'labels.\"example.com/team\"=ml'"), "{said}");
    let output =
        volwright(&["render", "aws-ebs", "--set", "pods.trainer.resources.limits.nvidia.com/gpu=1"], "");
    assert!(text(&output.stderr).contains("limits.\"nvidia.com/gpu\"=1"), "{}", text(&output.stderr));
}

#[test]
fn a_part_for_one_cloud_is_merged_there_and_checked_everywhere() {
    let folder = Folder::new();
    let overlay = "name = 'x'\n[claims.data]\nstorageClass = 'fast'\n[storageClasses.fast]\nmountOptions = ['noatime']\n";
    let file = folder.write(
        "overlay.toml",
        format!("{overlay}[on.aws-ebs.storageClasses.fast.parameters]\niops = 12000\n[on.\"pd.csi.storage.gke.io\"]\nunset = ['storageClasses.fast.mountOptions']\n"),
    );
    for (name, iops, options) in
        [("aws-ebs", true, true), ("gce-pd", false, false), ("azure-disk", false, true)]
    {
        let output = volwright(&["render", "-q", name, "-f", &file], "");
        assert!(output.status.success(), "{name}: {}", text(&output.stderr));
        let rendered = text(&output.stdout);
        assert_eq!(rendered.contains("\"12000\""), iops, "{name}");
        assert_eq!(rendered.contains("noatime"), options, "{name}");
    }
    for (part, code) in [
        ("[on.aws-ebs.storageClasses.fast.parameters]\niops = 120000", "A105"),
        ("[on.aws-ebs.storageClasses.fast.parameters]\niosp = 3000", "D101"),
        ("[on.aws-ebs.storageClasses.fast]\nreclaimPolcy = 'Retain'", "P003"),
        ("[on.aws-ebs]\nunset = ['storageClasses.fst']", "P012"),
        ("[on.aws-esb]\nnamespace = 'a'", "P005"),
        ("[on.aws-ebs]\nnamespace = ['a']", "P004"),
    ] {
        let file = folder.write("bad.toml", format!("{overlay}{part}\n"));
        for base in ["gce-pd", "azure-disk"] {
            let found = found(&[base, "-f", &file]);
            assert!(
                !found.is_empty() && found.iter().all(|one| code.contains(one.as_str())),
                "{part} on {base}: {found:?}"
            );
        }
    }
}

#[test]
fn unset_reaches_rendered_fields_and_reports_what_it_misses() {
    let folder = Folder::new();
    for (unset, gone) in [
        ("pods.trainer.restartPolicy", "restartPolicy"),
        ("pods.trainer.securityContext.fsGroup", "fsGroup:"),
        ("pods.trainer.podSpec.volumes", "volumes:"),
        ("pods.trainer.spec.containers[0].volumeMounts", "volumeMounts"),
        ("claims.data.spec.resources", "resources:\n    requests:\n      storage"),
    ] {
        let file = folder.write("overlay.toml", format!("unset = ['{unset}']\n"));
        let output = volwright(&["render", "aws-ebs", "-f", &file, "--format", "json"], "");
        let codes = codes(&output.stderr);
        assert!(!codes.contains(&"P012".to_owned()), "{unset}: {}", text(&output.stderr));
        assert!(!text(&output.stdout).contains(gone), "{unset}: {}", text(&output.stdout));
    }
    for (unset, help) in [
        ("storageClasses.fst", "storageClasses.fast"),
        ("claims.data.sise", "claims.data.size"),
        ("pods.trainer.mounts.\"/dat\"", ""),
        ("defaults.pod.securityContext", "defaults.pods"),
        ("nonsense", ""),
        ("pods.trainer.spec.hostNetwork", ""),
    ] {
        let file = folder.write("overlay.toml", format!("unset = ['{unset}']\n"));
        assert_eq!(found(&["aws-ebs", "-f", &file]), ["P012"], "{unset}");
        let said = text(&volwright(&["render", "aws-ebs", "-f", &file], "").stderr);
        assert!(said.contains(help), "{unset}: {said}");
    }
}

#[test]
fn traps_of_the_first_minutes_are_reported() {
    let folder = Folder::new();
    // The image of the user runs its own entry point.
    let output =
        volwright(&["render", "-q", "aws-ebs", "--set", "pods.trainer.image=registry.example.com/t:4.2"], "");
    assert!(!text(&output.stdout).contains("command:"), "{}", text(&output.stdout));
    let overlay =
        folder.write("team.toml", "name = 'vision'\n[claims.data]\nstorageClass = 'fast'\nsize = '500Gi'\n");
    assert_eq!(found(&[&overlay]), ["P013"]);
    let said = text(&volwright(&["render", &overlay], "").stderr);
    assert!(said.contains(&format!("volwright render aws-ebs -f {overlay}")), "{said}");
    // A whole profile with a mistake is not an overlay.
    let own = folder.write(
        "own.toml",
        "name = 'x'\n[claims.a]\nstorageClass = { existing = 'b' }\naccessModes = ['ReadWriteOnce']\n",
    );
    assert_eq!(found(&[&own]), ["P006"]);
    let empty = folder.write("empty.toml", "name = 'x'\n");
    assert_eq!(found(&[&empty]), ["P014"]);
    let changed = folder.write("changed.toml", "[storageClasses.standard.parameters]\niops = 6000\n");
    assert_eq!(found(&["aws-ebs", "-f", &changed]), ["P015"]);
    assert!(found(&["aws-ebs", "-f", &changed, "--set", "name=x"]).is_empty());
    assert!(found(&["aws-ebs", "-f", &changed, "--set", "storageClasses.standard.name=x"]).is_empty());
    let labelled = folder.write("labelled.toml", "[storageClasses.standard.labels]\na = 'b'\n");
    assert!(found(&["aws-ebs", "-f", &labelled]).is_empty());
    let foreign =
        folder.write("foreign.toml", "name = 'x'\n[storageClasses.other]\nprovisioner = 'csi.example.com'\n");
    let output = volwright(&["render", "-q", "aws-ebs", "-f", &foreign, "--only", "sc"], "");
    let other = text(&output.stdout);
    let other =
        other.split("---\n").find(|document| document.contains("x-other")).expect("the class").to_owned();
    assert!(!other.contains("fstype"), "{other}");
}

#[test]
fn words_that_users_try_lead_to_the_key() {
    for (key, help) in [
        ("pods.trainer.shm=16Gi", "sharedMemory"),
        ("pods.trainer.replicas=2", "statefulSets"),
        ("pods.trainer.cpu=4", "resources"),
        ("pods.trainer.imagge=a", "did you mean `image`"),
        ("claims.data.storageClassName=a", "existing"),
        ("claims.data.storageClass=gp9", "existing"),
        ("persistentVolumeClaims.data.size=1Gi", "did you mean `claims`"),
        ("PVCs.data.size=1Gi", "did you mean `claims`"),
        ("StorageClass.fast.fsType=xfs", "did you mean `storageClasses`"),
        ("sts.train.replicas=2", "did you mean `statefulSets`"),
    ] {
        let output = volwright(&["render", "aws-ebs", "--set", key], "");
        assert!(text(&output.stderr).contains(help), "{key}: {}", text(&output.stderr));
    }
    let gpus = volwright(&["render", "-q", "aws-ebs", "--set", "pods.trainer.gpus=8"], "");
    assert!(text(&gpus.stdout).contains("nvidia.com/gpu"), "{}", text(&gpus.stderr));
    assert!(volwright(&["list"], "").status.success());
    assert!(text(&volwright(&["version"], "").stdout).starts_with("volwright "));
    let check = volwright(&["check", "deploy/"], "");
    assert_eq!(check.status.code(), Some(2));
    assert!(text(&check.stderr).contains("render --check"));
    assert!(names(&["aws-ebs", "-n", "ml"]).len() == 3);
}

#[test]
fn two_hundred_users_take_four_lines() {
    let folder = Folder::new();
    for user in 0..200 {
        folder.write(
            format!("users/user{user:03}.toml"),
            format!("[statefulSets.nb{user:03}]\nimage = 'nb:1'\nserviceName = 'nb'\nmounts = [{{ volumeClaimTemplate = 'home', mountPath = '/home' }}]\n[statefulSets.nb{user:03}.volumeClaimTemplates.home]\nstorageClass = 'standard'\naccessModes = ['ReadWriteOnce']\nsize = '10Gi'\n"),
        );
    }
    folder.write("base.toml", "name = 'nb'\n[storageClasses.standard]\nmountOptions = ['noatime']\n");
    folder.write(
        "volwright.toml",
        "[[renders]]\nprofiles = ['azure-disk']\noverlays = ['base.toml']\nforEach = 'users/*.toml'\noutDir = 'deploy/{stem}'\n",
    );
    let output = in_folder(&folder, &["render"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let count = |path: &str| std::fs::read_dir(folder.path().join(path)).expect("a folder").count();
    let files = |path: &str| {
        let mut names: Vec<String> = std::fs::read_dir(folder.path().join(path))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .filter(|name| !name.starts_with('.'))
            .collect();
        names.sort();
        names
    };
    assert!(count("deploy") >= 201);
    assert_eq!(files("deploy/shared"), ["storageclass-nb-standard.yaml"]);
    assert_eq!(files("deploy/user007"), ["statefulset-nb-nb007.yaml"]);
    assert!(in_folder(&folder, &["render", "--check"]).status.success());
    // What one user changes is that user's own.
    folder.write("users/user007.toml", "name = 'ada'\n[claims.data]\nsize = '20Gi'\n");
    assert!(in_folder(&folder, &["render", "--prune"]).status.success());
    assert_eq!(
        files("deploy/user007"),
        ["persistentvolumeclaim-ada-data.yaml", "pod-ada-trainer.yaml", "storageclass-ada-standard.yaml"]
    );
    for (from, to, says) in [
        ("deploy/{stem}", "deploy", "{stem}"),
        ("users/*.toml", "nobody/*.toml", "no file matches"),
        ("forEach", "sharedDir = 'a'\n#", "requires"),
    ] {
        let project = std::fs::read_to_string(folder.path().join("volwright.toml")).expect("a project");
        let other = Folder::new();
        other.write("volwright.toml", project.replace(from, to));
        other.write("base.toml", "");
        other.write("users/a.toml", "");
        let output = in_folder(&other, &["render"]);
        assert!(!output.status.success());
        assert!(text(&output.stderr).contains(says), "{says}: {}", text(&output.stderr));
    }
}

#[test]
fn a_template_that_nothing_reads_is_an_error() {
    let folder = Folder::new();
    folder.write("t/jobs.yaml.j2", "apiVersion: batch/v1\n");
    let templates = folder.path().join("t").display().to_string();
    let output = volwright(&["render", "aws-ebs", "--templates", &templates], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("did you mean `job.yaml.j2`"), "{}", text(&output.stderr));
    let folder = Folder::new();
    folder.write("t/pod.yaml.j2", "{% include 'shared.j2' %}\n");
    folder.write("t/shared.j2", "apiVersion: example.com/v1\nkind: Trainer\nmetadata: {{ metadata }}\nspec: {workers: [{template: {deep: {spec: {{ podSpec }}}}}]}\n");
    let templates = folder.path().join("t").display().to_string();
    let output = volwright(
        &["render", "-q", "aws-ebs", "--templates", &templates, "-o", "json", "--only", "pods"],
        "",
    );
    assert!(output.status.success(), "{}", text(&output.stderr));
    let output = volwright(&["render", "-q", "aws-ebs", "--templates", &templates, "-o", "json"], "");
    let objects: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let trainer = objects["items"].as_array().and_then(|items| items.last()).cloned().unwrap_or_default();
    let spec = &trainer["spec"]["workers"][0]["template"]["deep"]["spec"];
    assert_eq!(spec["containers"][0]["name"], "trainer", "{trainer}");
    folder.write("t/shared.j2", "apiVersion: example.com/v1\nkind: Trainer\nspec: 1\n");
    let output = volwright(&["render", "aws-ebs", "--templates", &templates], "");
    assert!(text(&output.stderr).contains("without `metadata.name`"), "{}", text(&output.stderr));
}

#[test]
fn keys_profiles_and_templates_are_explained() {
    for (wanted, says) in [
        ("claims.data.size", "resources.requests.storage"),
        ("storageClasses.*.parameters.iops", "3000 to 80000"),
        ("storageClasses.fast.parameters.type", "pd-balanced"),
        ("pods.trainer", "sharedMemory"),
        ("pods.trainer.mounts.\"/data\".claim", "a key of `claims`"),
        ("namespace", "metadata.namespace"),
        ("P0", "unset-matches-nothing"),
        ("K101", "K101"),
    ] {
        let output = volwright(&["explain", wanted], "");
        assert!(
            output.status.success() && text(&output.stdout).contains(says),
            "{wanted}: {}",
            text(&output.stdout)
        );
    }
    let output = volwright(&["explain", "claims.data.sise"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("claims.data.size"), "{}", text(&output.stderr));
    let folder = Folder::new();
    let file = folder.write("team.toml", "name = 'x'\n\n[claims.data]\nsize = '1Ti'\n");
    let output = volwright(&["profiles", "--show", "aws-ebs", "-f", &file], "");
    let shown = text(&output.stdout);
    let line = shown.lines().find(|line| line.starts_with("claims.data.size")).expect("the size");
    assert!(line.contains("= \"1Ti\"") && line.ends_with("team.toml:4"), "{line}");
    assert!(shown.contains("<built-in aws-ebs>:"), "{shown}");
    // The merged profile is a profile.
    let merged = folder.write("merged.toml", &shown);
    assert_eq!(names(&[&merged, "--only", "pvc"]), ["persistentvolumeclaim/x-data"]);
    assert!(text(&volwright(&["profiles"], "").stdout).contains("standard, fast"));
    let dump = folder.path().join("templates").display().to_string();
    assert!(volwright(&["templates", "--dump", &dump], "").status.success());
    assert_eq!(names(&["aws-ebs", "--templates", &dump]), names(&["aws-ebs"]));
    assert_eq!(volwright(&["templates", "--dump", &dump], "").status.code(), Some(2));
}
