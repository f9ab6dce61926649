//! Holds the command line to account from outside: exit codes, streams, selection, colours, and input of every kind.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Folder, codes, command, run, text, volwright};

const CLEAN: &str = "\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: standard, resources: {requests: {storage: 10Gi}}}
";
/// A claim that fires K101.
const ERROR: &str = "\
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: standard, resources: {requests: {storage: 10Gi}}}
";
/// A claim that fires K004, a warning.
const WARNING: &str = "\
kind: PersistentVolumeClaim
metadata: {name: other}
spec: {accessModes: [ReadWriteOnce], storageClassName: standard, resources: {requests: {storage: 10Gi}}}
";
const UNREADABLE: &str = "kind: [\n";
const FORMATS: [&str; 7] = ["text", "json", "sarif", "github", "junit", "markdown", "html"];

#[test]
fn a_misspelt_field_is_named_with_its_place_and_the_right_one() {
    let input = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {contianers: []}\n";
    let output = volwright(&["validate", "-"], input);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("no field `contianers`") && said.contains(" --> -:4:8\n"), "{said}");
    assert!(said.contains("did you mean `containers`?"), "{said}");
    let report: Value =
        serde_json::from_slice(&volwright(&["validate", "--format", "json"], input).stdout).expect("JSON");
    let finding = report["findings"].as_array().expect("findings").iter().find(|f| f["code"] == "K001");
    let finding = finding.expect("the unknown field");
    assert_eq!(
        (&finding["path"], &finding["line"], &finding["column"]),
        (&"spec.contianers".into(), &4.into(), &8.into())
    );
}

#[test]
fn ten_unreadable_documents_of_a_thousand_hide_none_of_the_others() {
    let bad = |index: usize| index % 100 == 37;
    let documents: Vec<&str> = (0..1000).map(|index| if bad(index) { "a: [1\n" } else { ERROR }).collect();
    let output = volwright(&["validate", "--format", "json", "-"], documents.join("---\n"));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let of = |letter: char| -> Vec<usize> {
        let findings = report["findings"].as_array().expect("findings").iter();
        let of_letter = findings.filter(|f| f["code"].as_str().is_some_and(|code| code.starts_with(letter)));
        of_letter.map(|f| f["document"].as_u64().expect("a position") as usize).collect()
    };
    assert_eq!(of('Y'), (0..1000).filter(|index| bad(*index)).collect::<Vec<_>>());
    assert_eq!(of('K'), (0..1000).filter(|index| !bad(*index)).collect::<Vec<_>>());
    assert_eq!(report["documents"].as_array().map(Vec::len), Some(990));
}

#[test]
fn every_format_ends_alike() {
    let cases = [
        (CLEAN, "warning", 0),
        (WARNING, "error", 0),
        (WARNING, "warning", 1),
        (WARNING, "never", 0),
        (ERROR, "error", 1),
        (ERROR, "warning", 1),
        (ERROR, "never", 0),
        (UNREADABLE, "error", 1),
        (UNREADABLE, "never", 0),
    ];
    for (input, fail_on, code) in cases {
        for format in FORMATS {
            let output = volwright(&["validate", "--format", format, "--fail-on", fail_on, "-"], input);
            assert_eq!(output.status.code(), Some(code), "{format}, --fail-on {fail_on}: {input}");
        }
    }
}

#[test]
fn what_cannot_be_carried_out_ends_with_two_in_every_format() {
    let folder = Folder::new();
    let binary = folder.write("binary.yaml", b"a: \xff\n");
    let absent = folder.path().join("absent.yaml").display().to_string();
    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).expect("a folder");
    for format in FORMATS {
        for (args, says) in [
            (vec![binary.as_str()], "byte 4 is not UTF-8"),
            (vec![&absent], "cannot read"),
            (vec![empty.to_str().expect("a path")], "there are no manifests in"),
            (vec!["-", "-"], "standard input can be read only once"),
            (vec!["--select", "K9", "-"], "unknown rule"),
            (vec!["--ignore", "required-feild", "-"], "did you mean `required-field`?"),
            (vec!["--ignore", "", "-"], "unknown rule"),
            (vec!["--kubernetes-version", "9.9", "-"], "9.9"),
            (vec!["--pod-security", "lax", "-"], "`baseline` or `restricted`"),
        ] {
            let output = volwright(&[&["validate", "--format", format][..], &args].concat(), "");
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
            assert!(said.starts_with("error: ") && said.contains(says), "{args:?}: {said}");
            assert!(output.stdout.is_empty(), "{args:?}");
        }
    }
    for args in
        [&["explain", "K1O1"][..], &["explain"], &["frobnicate"], &["validate", "--format", "toml"], &[]]
    {
        let output = volwright(args, "");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}");
    }
    assert!(text(&volwright(&["explain", "K1O1"], "").stderr).contains("did you mean `K101`?"));
}

#[test]
fn reports_for_people_and_for_programs_keep_to_their_streams() {
    let people = volwright(&["validate", "-"], ERROR);
    assert!(people.stdout.is_empty());
    assert!(text(&people.stderr).contains("\n\n1 error in 1 document"), "{}", text(&people.stderr));
    for format in &FORMATS[1..] {
        let programs = volwright(&["validate", "--format", format, "-"], ERROR);
        assert!(programs.stderr.is_empty() && text(&programs.stdout).contains("K101"), "{format}");
    }
    let service = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: web}\n";
    let clean = volwright(&["validate", "-"], format!("{CLEAN}---\n{service}"));
    assert!(clean.stdout.is_empty());
    assert!(
        text(&clean.stderr).starts_with("1 document clean, 1 not checked: Gadget web"),
        "{}",
        text(&clean.stderr)
    );
    assert!(volwright(&["validate", "-q", "-"], CLEAN).stderr.is_empty());
    assert!(text(&volwright(&["validate", "-q", "-"], ERROR).stderr).starts_with("error[K101]"));
}

#[test]
fn a_refused_render_leaves_standard_output_empty() {
    let folder = Folder::new();
    let profile = |size: &str| {
        format!(
            "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = \"{size}\"\n"
        )
    };
    let good = folder.write("good.toml", profile("10Gi"));
    let bad = folder.write("bad.toml", profile("10GB"));
    let output = volwright(&["render", "--format", "json", &good], "");
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).starts_with("apiVersion: v1\nkind: PersistentVolumeClaim\n"));
    let report: Value = serde_json::from_slice(&output.stderr).expect("the report");
    assert_eq!(report["documents"][0]["kind"], "PersistentVolumeClaim");
    for format in FORMATS {
        let output = volwright(&["render", "--combine", "--format", format, &good, &bad], "");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{format}");
        assert!(text(&output.stderr).contains("P005"), "{format}: {}", text(&output.stderr));
    }
}

#[test]
fn a_render_that_is_refused_for_what_is_ignored_says_so() {
    let folder = Folder::new();
    let profile = folder.write(
        "bad.toml",
        "name = \"ml\"\ndriver = \"csi.example.com\"\n\n[claims.data]\naccessModes = [\"ReadWriteOnce\"]\nsize = \"0\"\n",
    );
    let output = volwright(&["render", "--ignore", "K102", &profile], "");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    assert_eq!(
        text(&output.stderr),
        "error: nothing is written, for an error that is left out of the report\n"
    );
}

#[test]
fn rules_are_selected_and_ignored_by_code_beginning_and_name() {
    let input = format!("{ERROR}---\n{WARNING}---\n{UNREADABLE}");
    for (args, wanted) in [
        (vec![], vec!["K101", "K004", "Y001"]),
        (vec!["--select", "K"], vec!["K101", "K004"]),
        (vec!["--select", "k1,Y001"], vec!["K101", "Y001"]),
        (vec!["--select", "K1", "--select", "Y"], vec!["K101", "Y001"]),
        (vec!["--select", "K", "--ignore", "K004"], vec!["K101"]),
        (vec!["--ignore", "required-field,Y"], vec!["K004"]),
        (vec!["--ignore", "K,Y"], vec![]),
    ] {
        let output = volwright(&[&["validate", "--format", "json"][..], &args].concat(), &input);
        assert_eq!(codes(&output.stdout), wanted, "{args:?}");
        let fails = wanted.iter().any(|code| *code != "K004");
        assert_eq!(output.status.code(), Some(i32::from(fails)), "{args:?}");
    }
}

#[test]
fn colours_are_as_the_environment_and_the_flag_say() {
    type Case = (&'static [&'static str], &'static [(&'static str, &'static str)], bool);
    let cases: [Case; 7] = [
        (&[], &[], false),
        (&["--color", "always"], &[], true),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], true),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
    ];
    for (args, environment, coloured) in cases {
        let mut command = command(&["validate", "-"]);
        command.args(args).envs(environment.iter().copied());
        let said = run(command, ERROR).stderr;
        assert_eq!(said.contains(&0x1b), coloured, "{args:?} {environment:?}");
    }
}

/// On a terminal: `script` lends one. Without it there is no terminal to be had, and this says so.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_gets_colours_and_is_not_read_from() {
    let folder = Folder::new();
    let file = folder.write("claim.yaml", ERROR);
    let on_terminal = |command: &str| {
        let output = Command::new("script")
            .args(["--quiet", "--return", "--command", command, "/dev/null"])
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            // In CI even a terminal without colours gets them: logs show them.
            .env_remove("CI")
            .stdin(Stdio::null())
            .output();
        output.inspect_err(|error| println!("not tried on a terminal: script: {error}")).ok()
    };
    let volwright = env!("CARGO_BIN_EXE_volwright");
    let Some(coloured) = on_terminal(&format!("'{volwright}' validate '{file}'")) else { return };
    assert!(coloured.stdout.contains(&0x1b), "{}", text(&coloured.stdout));
    assert_eq!(coloured.status.code(), Some(1));
    for plain in ["NO_COLOR=1", "TERM=dumb"] {
        let output = on_terminal(&format!("{plain} '{volwright}' validate '{file}'")).expect("script");
        assert!(!output.stdout.contains(&0x1b), "{plain}: {}", text(&output.stdout));
    }
    let refused = on_terminal(&format!("'{volwright}' validate")).expect("script");
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stdout).contains("nothing on standard input"), "{}", text(&refused.stdout));
    assert!(text(&refused.stdout).contains("help: pipe manifests in"), "{}", text(&refused.stdout));
}

#[test]
fn a_reader_that_leaves_is_no_error_and_changes_no_exit_code() {
    let many = [ERROR; 2000].join("---\n");
    for (input, code) in [(many.as_str(), 1), (&[CLEAN; 2000].join("---\n"), 0)] {
        let folder = Folder::new();
        let file = folder.write("many.yaml", input);
        let mut child = command(&["validate", "--format", "json", &file]).spawn().expect("the binary runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(code));
        assert!(output.stderr.is_empty(), "{}", text(&output.stderr));
    }
    let mut child = command(&["rules", "--format", "markdown"]).spawn().expect("the binary runs");
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn folders_are_read_to_the_bottom_in_order_and_without_circles() {
    let folder = Folder::new();
    for name in ["b.yaml", "a/z.yml", "a/b/c.json", "c d,e:f.yaml", "é.yaml"] {
        folder.write(name, if name.ends_with("json") { "{\"apiVersion\": \"v1\"}" } else { ERROR });
    }
    for name in ["README.md", "a/values.toml", "yaml", "x.yaml.bak", "note.YAML.txt"] {
        folder.write(name, UNREADABLE);
    }
    let linked = Folder::new();
    linked.write("outside.yaml", ERROR);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/circle")).expect("a link");
        std::os::unix::fs::symlink("nowhere.yaml", folder.path().join("broken.yaml")).expect("a link");
        std::os::unix::fs::symlink(linked.path().join("outside.yaml"), folder.path().join("d.yaml"))
            .expect("a link");
    }
    let mut command = command(&["validate", "--format", "json", "."]);
    command.current_dir(folder.path());
    let report: Value = serde_json::from_slice(&run(command, "").stdout).expect("JSON");
    let mut files: Vec<_> =
        report["findings"].as_array().expect("findings").iter().filter_map(|f| f["file"].as_str()).collect();
    files.dedup();
    let wanted = ["./a/b/c.json", "./a/z.yml", "./b.yaml", "./c d,e:f.yaml", "./d.yaml", "./é.yaml"];
    assert_eq!(files, if cfg!(unix) { wanted.to_vec() } else { [&wanted[..4], &wanted[5..]].concat() });
}

#[test]
#[cfg(target_os = "linux")]
fn odd_file_names_are_read_and_cannot_steer_a_terminal() {
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::new();
    let names: [&[u8]; 5] = [b"-", b"--help", b"a\x1b[31m\nb.yaml", b"\xff\xfe.yaml", b" .yaml"];
    for name in names {
        let name = Path::new(std::ffi::OsStr::from_bytes(name));
        folder.write(name, ERROR);
        let mut command = command(&["validate", "--"]);
        command.arg(Path::new(".").join(name)).current_dir(folder.path());
        let output = run(command, "");
        assert_eq!(output.status.code(), Some(1), "{name:?}: {}", text(&output.stderr));
        assert!(!output.stderr.contains(&0x1b), "{name:?}");
    }
    let absent = volwright(&["validate", "a\x1b]0;x\x07\nb.yaml"], "");
    assert_eq!(absent.status.code(), Some(2));
    assert_eq!(text(&absent.stderr).lines().count(), 1, "{}", text(&absent.stderr));
    assert!(!absent.stderr.contains(&0x1b));
}

#[test]
fn a_pipe_is_read_like_a_file() {
    let output = volwright(&["validate", "--format", "json", "/dev/stdin"], ERROR);
    if cfg!(unix) {
        assert_eq!(codes(&output.stdout), ["K101"]);
    }
    assert_eq!(codes(&volwright(&["validate", "--format", "json"], ERROR).stdout), ["K101"]);
}

#[test]
fn every_command_helps() {
    let help = text(&volwright(&["--help"], "").stdout);
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names: Vec<&str> = commands.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(names.len() >= 8, "{help}");
    for name in names.into_iter().filter(|name| *name != "help") {
        let output = volwright(&[name, "--help"], "");
        assert!(output.status.success() && text(&output.stdout).contains("Usage: volwright"), "{name}");
    }
}

#[test]
fn echo_hands_on_what_is_sound_and_nothing_else() {
    let folder = Folder::new();
    let sound = "# a comment\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {\"on\": 'yes', 'n': '1_0'}\n";
    let output = volwright(&["validate", "--echo"], sound);
    assert_eq!(
        (output.status.code(), text(&output.stdout).as_str(), output.stderr.len()),
        (Some(0), sound, 0)
    );
    let bad = format!("{sound}---\napiVersion: v1\nkind: Pod\nmetadata: {{name: b}}\nspec: {{}}\n");
    for format in FORMATS {
        let output = volwright(&["validate", "--echo", "--format", format], &bad);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0), "{format}");
        assert!(text(&output.stderr).contains("K101"), "{format}");
    }
    let output = volwright(&["validate", "--echo", "--fail-on", "never"], &bad);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), bad));
    // Several files become one stream.
    folder.write("a.yaml", sound.trim_end());
    folder.write("b.json", r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b"}}"#);
    let output = volwright(&["validate", "--echo", &folder.path().to_string_lossy()], "");
    let documents = text(&volwright(&["validate", "--format", "json"], &output.stdout).stdout);
    assert_eq!(documents.matches(r#""kind":"ConfigMap""#).count(), 2, "{documents}");
    assert!(text(&output.stdout).starts_with(sound));
}

#[test]
fn a_helm_chart_in_a_folder_is_skipped_and_named() {
    let folder = Folder::new();
    folder.write("deploy/claim.yaml", CLEAN);
    folder.write("deploy/chart/Chart.yaml", "apiVersion: v2\nname: chart\nversion: 0.1.0\n");
    folder.write("deploy/chart/values.yaml", "size: 1Gi\n");
    folder.write("deploy/chart/templates/a.yaml", "{{- if .Values.size }}\nkind: Pod\n{{- end }}\n");
    let validate = |input: &str| {
        let mut command = command(&["validate", input]);
        command.current_dir(folder.path());
        let output = run(command, "");
        (output.status.code(), text(&output.stderr))
    };
    let (code, said) = validate("deploy");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("helm template deploy/chart | volwright validate -"), "{said}");
    assert!(said.contains("1 document clean"), "{said}");
    let (code, said) = validate("deploy/chart");
    assert_eq!(code, Some(2));
    assert!(said.contains("is a Helm chart") && said.contains("no manifests in `deploy/chart`"), "{said}");
}

#[test]
fn what_kustomize_reads_for_itself_is_no_manifest() {
    let folder = Folder::new();
    folder.write(
        "base/kustomization.yaml",
        "resources: [./class.yaml, sub/other.yaml]\nconfigurations: [config.yaml]\npatches: [{path: ../patches/pod.yaml}]\nconfigMapGenerator: [{name: a, files: [key=values.json]}]\n",
    );
    let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: NAME}\nprovisioner: csi.example.com\n";
    folder.write("base/class.yaml", class);
    folder.write("base/sub/other.yaml", class);
    folder.write("base/stray.yaml", class);
    folder.write("base/config.yaml", "nameReference: []\n");
    folder.write("base/values.json", "{\"a\": 1}");
    folder.write("patches/pod.yaml", "kind: Pod\nspec: {}\n");
    folder.write("plain/values.yaml", "a: 1\n");
    let names = |inputs: &[&str]| {
        let mut command = command(&[&["validate", "--format", "json"], inputs].concat());
        command.current_dir(folder.path());
        let report = text(&run(command, "").stdout);
        let report: Value = serde_json::from_str(&report).expect("JSON");
        let documents = report["documents"].as_array().expect("documents").iter();
        documents.map(|one| one["file"].as_str().expect("a file").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        names(&["base", "patches"]),
        ["base/class.yaml", "base/stray.yaml", "base/sub/other.yaml", "patches/pod.yaml"]
    );
    assert_eq!(
        names(&["."]),
        [
            "./base/class.yaml",
            "./base/stray.yaml",
            "./base/sub/other.yaml",
            "./patches/pod.yaml",
            "./plain/values.yaml"
        ]
    );
    // A file that the user names is always validated.
    assert_eq!(names(&["base/config.yaml", "base/class.yaml"]), ["base/config.yaml", "base/class.yaml"]);
    assert_eq!(names(&["base/kustomization.yaml"]), ["base/kustomization.yaml"]);
}

#[test]
fn an_input_without_documents_is_not_called_clean() {
    for nothing in ["", "# Source: chart/templates/none.yaml\n---\n"] {
        let output = volwright(&["validate", "-"], nothing);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).starts_with("error: no documents in the input\n"));
        let output = volwright(&["validate", "--allow-empty", "-"], nothing);
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(text(&output.stderr), "no documents in the input\n");
    }
}
