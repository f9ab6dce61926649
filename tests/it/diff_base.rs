//! `volwright diff --base`: both states from a git repository, which must be installed.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::{Folder, command, run, text};

const CLAIM: &str = "\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: ml}
spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}
";

const PROFILE: &str =
    "name = \"x\"\nextends = \"aws-ebs\"\n[claims.data]\nstorageClass = \"standard\"\nsize = \"100Gi\"\n";

/// A repository of its own, with a fixed identity and none of the user's configuration.
struct Repository(Folder);

impl Repository {
    /// With one commit on `main` that has these files, and a branch `feature` from there.
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self(Folder::new());
        repository.git(&["init", "--quiet", "--initial-branch=main", "."]);
        repository.write(files);
        repository.commit();
        repository.git(&["checkout", "--quiet", "-b", "feature"]);
        repository
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    fn write(&self, files: &[(&str, &str)]) {
        for (name, text) in files {
            self.0.write(name, text);
        }
    }

    fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a change"]);
    }

    fn git(&self, args: &[&str]) -> String {
        let mut git = Command::new("git");
        isolate(git.args(args).current_dir(self.path()));
        let done = git.output().expect("git, which these tests require");
        assert!(done.status.success(), "git {args:?}: {}", text(&done.stderr));
        text(&done.stdout).trim().to_owned()
    }

    /// `volwright diff` in a directory of the repository.
    fn diff_in(&self, folder: &str, args: &[&str]) -> Output {
        let mut command = command(&["diff"]);
        isolate(command.args(args).current_dir(self.path().join(folder)));
        run(command, "")
    }

    fn diff(&self, args: &[&str]) -> Output {
        self.diff_in("", args)
    }

    /// The changes, each as `change name@folder`.
    fn changes(&self, args: &[&str]) -> Vec<String> {
        let output = self.diff(&[args, &["--format", "json"]].concat());
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", text(&output.stderr)));
        let changes = report["changes"].as_array().expect("changes").iter();
        let of = |change: &Value, key: &str| change[key].as_str().unwrap_or_default().to_owned();
        changes
            .map(|change| format!("{} {}@{}", of(change, "change"), of(change, "name"), of(change, "folder")))
            .collect()
    }

    /// Fails with exit code 2, and returns what it says.
    fn fails(&self, args: &[&str]) -> String {
        let output = self.diff(args);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
        assert!(output.stdout.is_empty(), "{args:?}");
        said
    }
}

fn isolate(command: &mut Command) {
    for name in ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"] {
        command.env(name, "A");
    }
    for name in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
        command.env(name, "a@example.com");
    }
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        command.env_remove(name);
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    // A repository around the directory of temporary files is none of this test's.
    command.env("GIT_CEILING_DIRECTORIES", std::env::temp_dir());
}

fn project(profiles: &str) -> String {
    format!("[[renders]]\nprofiles = [{profiles}]\noverlays = [\"overlay.toml\"]\noutDir = \"deploy\"\n")
}

const OVERLAY: &str = "name = \"x\"\n[claims.data]\nstorageClass = \"standard\"\nsize = \"100Gi\"\n";

#[test]
fn the_renders_of_the_project_file_are_compared_for_each_environment() {
    let two = project("\"aws-ebs\", \"gce-pd\"");
    let repository = Repository::new(&[("volwright.toml", &two), ("overlay.toml", OVERLAY)]);
    assert_eq!(repository.changes(&["--base", "main"]), [""; 0]);
    // Files on disk count, committed or not.
    repository.write(&[("overlay.toml", &OVERLAY.replace("100Gi", "200Gi"))]);
    let expected = ["in-place x-data@deploy/aws-ebs", "in-place x-data@deploy/gce-pd"];
    assert_eq!(repository.changes(&["--base", "main"]), expected);
    // `--head` compares commits only.
    assert_eq!(repository.changes(&["--base", "main", "--head", "feature"]), [""; 0]);
    repository.commit();
    assert_eq!(repository.changes(&["--base", "main", "--head", "feature"]), expected);
    // A cloud that is new, and one that is not rendered any more.
    repository.write(&[("volwright.toml", &project("\"aws-ebs\", \"azure-disk\""))]);
    assert_eq!(
        repository.changes(&["--base", "main"]),
        [
            "in-place x-data@deploy/aws-ebs",
            "added x-standard@deploy/azure-disk",
            "added x-data@deploy/azure-disk",
            "added x-trainer@deploy/azure-disk",
            "removed x-standard@deploy/gce-pd",
            "removed x-data@deploy/gce-pd",
            "removed x-trainer@deploy/gce-pd",
        ]
    );
}

#[test]
fn the_base_is_where_the_histories_part() {
    let repository = Repository::new(&[("deploy/a.yaml", CLAIM)]);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write(&[("deploy/b.yaml", &CLAIM.replace("name: data", "name: other"))]);
    repository.commit();
    repository.git(&["checkout", "--quiet", "feature"]);
    repository.write(&[("deploy/a.yaml", &CLAIM.replace("10Gi", "20Gi"))]);
    // What is new on main has not been removed here.
    assert_eq!(repository.changes(&["--base", "main", "deploy"]), ["in-place data@"]);
    let said = text(&repository.diff(&["--base", "main", "deploy"]).stderr);
    let base = repository.git(&["rev-parse", "--short=12", "feature"]);
    assert!(said.contains(&format!("the base is {base}")), "{said}");
    // A branch with a history of its own is compared as it is.
    repository.git(&["checkout", "--quiet", "--orphan", "manifests"]);
    repository.git(&["commit", "--quiet", "--message", "unrelated"]);
    assert_eq!(repository.changes(&["--base", "main", "deploy"]), ["in-place data@", "removed other@"]);
}

#[test]
fn profiles_overlays_and_templates_are_read_at_the_base() {
    let class = "kind: StorageClass\napiVersion: storage.k8s.io/v1\nmetadata: {{ metadata }}\nprovisioner: {{ provisioner }}\nreclaimPolicy: Retain\n";
    let repository = Repository::new(&[
        ("profiles/base.toml", PROFILE),
        ("profiles/x.toml", "extends = \"base.toml\"\n"),
        ("team.toml", "[labels]\nteam = \"a\"\n"),
        ("templates/storageclass.yaml.j2", class),
    ]);
    repository.write(&[("profiles/base.toml", &PROFILE.replace("100Gi", "200Gi"))]);
    assert_eq!(repository.changes(&["--base", "main", "profiles/x.toml"]), ["in-place x-data@"]);
    let elsewhere = repository.diff_in("profiles", &["--base", "main", "x.toml", "-f", "../team.toml"]);
    assert!(text(&elsewhere.stdout).contains("100Gi -> 200Gi"), "{}", text(&elsewhere.stderr));
    let whole = repository.path().join("profiles/x.toml");
    assert_eq!(repository.changes(&["--base", "main", &whole.to_string_lossy()]), ["in-place x-data@"]);
    // A built-in profile changes with its overlay.
    repository.write(&[("team.toml", "[labels]\nteam = \"b\"\n")]);
    let set = ["--base", "main", "aws-ebs", "-f", "team.toml", "--set", "claims.data.size=1Gi"];
    let changes = repository.changes(&[&set[..], &["--set", "claims.data.storageClass=standard"]].concat());
    assert!(
        !changes.is_empty() && changes.iter().all(|change| change.starts_with("in-place ")),
        "{changes:?}"
    );
    // Several are environments.
    let both = repository.changes(&["--base", "main", "profiles/x.toml", "profiles/base.toml"]);
    assert_eq!(both, ["in-place x-data@profiles/x.toml", "in-place x-data@profiles/base.toml"]);
    repository.write(&[
        ("profiles/base.toml", PROFILE),
        ("templates/storageclass.yaml.j2", &class.replace("Retain", "Delete")),
    ]);
    let templates = ["--base", "main", "profiles/x.toml", "--templates", "templates"];
    assert_eq!(repository.changes(&templates), ["recreate x-standard@"]);
}

#[test]
fn what_only_one_side_has_is_added_or_removed() {
    let repository = Repository::new(&[("old.toml", PROFILE), ("readme", "")]);
    repository.write(&[("new.toml", PROFILE), ("deploy/a.yaml", CLAIM)]);
    std::fs::remove_file(repository.path().join("old.toml")).expect("the file is removed");
    let cases = [
        (
            "new.toml",
            vec!["added x-standard@", "added x-data@", "added x-trainer@"],
            "`new.toml` does not exist at `main`: everything in it is added",
        ),
        ("deploy", vec!["added data@"], "`deploy` does not exist at `main`"),
        (
            "old.toml",
            vec!["removed x-standard@", "removed x-data@", "removed x-trainer@"],
            "`old.toml` no longer exists: everything in it is removed",
        ),
    ];
    for (name, expected, note) in cases {
        assert_eq!(repository.changes(&["--base", "main", name]), expected, "{name}");
        let said = text(&repository.diff(&["--base", "main", name]).stderr);
        assert!(said.contains(note), "{name}: {said}");
    }
    let said = repository.fails(&["--base", "main", "nowhere.yaml"]);
    assert!(said.contains("`nowhere.yaml` is neither"), "{said}");
    let said = repository.fails(&["--base", "main"]);
    assert!(said.contains("no volwright.toml exists"), "{said}");
    repository.write(&[("volwright.toml", &project("\"aws-ebs\"")), ("overlay.toml", OVERLAY)]);
    assert_eq!(
        repository.changes(&["--base", "main"]),
        ["added x-standard@deploy", "added x-data@deploy", "added x-trainer@deploy"]
    );
}

#[test]
fn findings_name_the_file_at_the_base() {
    let repository = Repository::new(&[("profiles/x.toml", &PROFILE.replace("size", "sise"))]);
    repository.write(&[("profiles/x.toml", PROFILE)]);
    let output = repository.diff_in("profiles", &["--base", "main", "x.toml"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("main:profiles/x.toml:5:1") && said.contains("nothing is compared"), "{said}");
    // The same mistake on both sides is one.
    repository.write(&[("profiles/x.toml", &PROFILE.replace("size", "sise"))]);
    let said = text(&repository.diff(&["--base", "main", "profiles/x.toml"]).stderr);
    assert!(said.contains("1 error") && said.contains(" --> profiles/x.toml:5:1"), "{said}");
    // Other environments are compared.
    let two = "[[renders]]\nprofiles = [\"a.toml\", \"b.toml\"]\noutDir = \"deploy\"\n";
    let repository = Repository::new(&[
        ("volwright.toml", two),
        ("a.toml", &PROFILE.replace("size", "sise")),
        ("b.toml", PROFILE),
    ]);
    repository.write(&[("a.toml", PROFILE), ("b.toml", &PROFILE.replace("100Gi", "200Gi"))]);
    let output = repository.diff(&["--base", "main"]);
    let said = text(&output.stderr);
    assert!(text(&output.stdout).contains("x-data in deploy/b/"), "{said}");
    assert!(said.contains("not compared: deploy/a"), "{said}");
    // A project file that is wrong there.
    let repository = Repository::new(&[("volwright.toml", "[[render]]\n"), ("overlay.toml", OVERLAY)]);
    repository.write(&[("volwright.toml", &project("\"aws-ebs\""))]);
    let said = text(&repository.diff(&["--base", "main"]).stderr);
    assert!(said.contains("main:volwright.toml:1") && said.contains("nothing is compared"), "{said}");
}

#[test]
fn directories_are_read_as_on_disk() {
    let kustomization = "resources: [claim.yaml]\npatches: [{path: patch.yaml}]\n";
    let patch = "metadata: {name: data}\n";
    let repository = Repository::new(&[
        ("deploy/kustomization.yaml", kustomization),
        ("deploy/claim.yaml", CLAIM),
        ("deploy/patch.yaml", patch),
        ("deploy/chart/Chart.yaml", "name: x\n"),
        ("deploy/chart/templates/a.yaml", "{{ nothing }}"),
        ("shared/other.yaml", &CLAIM.replace("name: data", "name: linked")),
    ]);
    #[cfg(unix)]
    {
        let link = |target: &str, name: &str| {
            std::os::unix::fs::symlink(target, repository.path().join(name)).expect("a link");
        };
        link("../shared/other.yaml", "deploy/linked.yaml");
        link("deploy", "current");
        link("/etc/hostname", "deploy/outside.yaml");
        link("circle.yaml", "deploy/circle.yaml");
    }
    repository.commit();
    assert_eq!(repository.changes(&["--base", "HEAD", "deploy"]), [""; 0]);
    repository.write(&[("deploy/claim.yaml", &CLAIM.replace("10Gi", "20Gi"))]);
    assert_eq!(repository.changes(&["--base", "HEAD", "deploy"]), ["in-place data@"]);
    assert_eq!(repository.changes(&["--base", "HEAD", "current"]), ["in-place data@"]);
    repository
        .write(&[("shared/other.yaml", &CLAIM.replace("name: data", "name: linked").replace("10Gi", "9Gi"))]);
    assert_eq!(repository.changes(&["--base", "HEAD", "deploy"]), ["in-place data@", "recreate linked@"]);
    assert_eq!(repository.changes(&["--base", "HEAD", "."]).len(), 3);
}

#[test]
fn the_repository_is_not_written_to_and_needs_no_files() {
    let repository = Repository::new(&[("deploy/a.yaml", CLAIM)]);
    repository.write(&[("deploy/a.yaml", &CLAIM.replace("10Gi", "20Gi"))]);
    repository.commit();
    repository.write(&[("deploy/a.yaml", CLAIM)]);
    let before = repository.git(&["status", "--porcelain"]);
    let index = || {
        std::fs::metadata(repository.path().join(".git/index"))
            .and_then(|data| data.modified())
            .expect("a time")
    };
    let time = index();
    repository.diff(&["--base", "main", "deploy"]);
    assert_eq!(index(), time);
    assert_eq!(repository.git(&["status", "--porcelain"]), before);
    // A bare repository has commits only.
    let bare = repository.path().join("bare");
    repository.git(&["clone", "--quiet", "--bare", ".", "bare"]);
    let changes = ["--base", "main", "--head", "feature", "--format", "json", "deploy"];
    let output = repository.diff_in("bare", &changes);
    assert!(text(&output.stdout).contains("\"new\":\"20Gi\""), "{}", text(&output.stderr));
    let output = repository.diff_in("bare", &["--base", "main", "deploy"]);
    assert!(text(&output.stderr).contains("--head"), "{}", text(&output.stderr));
    assert!(bare.exists());
}

#[test]
fn what_git_cannot_answer_is_explained() {
    let repository = Repository::new(&[("deploy/a.yaml", CLAIM)]);
    for (revision, words) in [
        ("nowhere", "unknown revision `nowhere`"),
        ("--output=x", "`--output=x` is not a revision"),
        ("-x", "`-x` is not a revision"),
        ("", "`` is not a revision"),
        ("main..feature", "name one branch, tag or commit"),
        ("main:deploy", "unknown revision `main:deploy`"),
        ("main\nHEAD", "unknown revision"),
    ] {
        let said = repository.fails(&["--base", revision, "deploy"]);
        assert!(said.contains(words), "{revision:?}: {said}");
    }
    let said = repository.fails(&["--base", "main", "--head", "-x", "deploy"]);
    assert!(said.contains("`-x` is not a revision"), "{said}");
    let said = repository.fails(&["--base", "main", "-"]);
    assert!(said.contains("standard input"), "{said}");
    // The branch exists, but only of the remote.
    repository.git(&["update-ref", "refs/remotes/origin/release", "main"]);
    let said = repository.fails(&["--base", "release", "deploy"]);
    assert!(said.contains("did you mean `origin/release`?"), "{said}");

    let folder = Folder::new();
    let mut command = command(&["diff", "--base", "main", "deploy"]);
    isolate(command.current_dir(folder.path()));
    let output = run(command, "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("is not in a git repository"), "{}", text(&output.stderr));

    let mut command = crate::support::command(&["diff", "--base", "main", "deploy"]);
    isolate(command.current_dir(repository.path()).env("PATH", folder.path()).stdin(Stdio::null()));
    let output = run(command, "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("`git` is not installed"), "{}", text(&output.stderr));
}

#[test]
fn a_shallow_clone_lacks_history() {
    let repository = Repository::new(&[("deploy/a.yaml", CLAIM)]);
    repository.write(&[("deploy/a.yaml", &CLAIM.replace("10Gi", "20Gi"))]);
    repository.commit();
    let source = format!("file://{}", repository.path().display());
    repository.git(&["clone", "--quiet", "--depth=1", "--branch=feature", &source, "shallow"]);
    let shallow = |args: &[&str]| {
        let output = repository.diff_in("shallow", args);
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, _, said) = shallow(&["--base", "origin/main", "deploy"]);
    assert!(code == Some(2) && said.contains("fetch-depth: 0") && said.contains("shallow"), "{said}");
    repository.git(&["-C", "shallow", "fetch", "--quiet", "--depth=1", "origin", "main"]);
    let (code, _, said) = shallow(&["--base", "FETCH_HEAD", "deploy"]);
    assert!(code == Some(2) && said.contains("the commit at which both histories part"), "{said}");
    repository.git(&["-C", "shallow", "fetch", "--quiet", "--unshallow", "origin", "main"]);
    let (code, changes, said) = shallow(&["--base", "FETCH_HEAD", "deploy"]);
    assert!(code == Some(0) && changes.contains("10Gi -> 20Gi"), "{said}");
}
