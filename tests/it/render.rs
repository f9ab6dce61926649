//! `volwright render` from outside: what it prints and writes, and what it says of bad input, with nothing written then.

use std::collections::BTreeSet;
use std::fs;
use std::process::Output;

use crate::support::{Folder, codes, command, files, run, volwright};
use serde_json::Value;

const SOUND: &str = r#"name = "ml"
driver = "csi.example.com"
[storageClasses.fast]
[claims.data]
storageClass = "fast"
accessModes = ["ReadWriteOnce"]
size = "10Gi"
[pods.trainer]
image = "example/trainer:1"
mounts = [{ claim = "data", mountPath = "/data" }]
"#;

fn render(args: &[&str]) -> Output {
    volwright(&[&["render"], args].concat(), "")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

/// Runs a rendering that must fail, to standard output and into a folder; returns what is said of it.
#[track_caller]
fn refused(args: &[&str], code: i32) -> String {
    let output = render(args);
    let said = text(&output.stderr).to_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{said}");
    assert!(output.stdout.is_empty(), "{args:?}: {}", text(&output.stdout));
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    let folder = Folder::new();
    let out = folder.path().join("out");
    let output = render(&[args, &["--out-dir", out.to_str().expect("plain")]].concat());
    assert_eq!(output.status.code(), Some(code), "{args:?}");
    assert!(!out.exists(), "{args:?}: something was written");
    said
}

/// Renders a profile in which `from` reads `to`; the finding must have this code, place and part of its message.
#[track_caller]
fn refused_with(from: &str, to: &str, code: &str, place: &str, says: &str) {
    assert!(SOUND.contains(from), "{from}");
    let folder = Folder::new();
    let file = folder.write("p.toml", SOUND.replacen(from, to, 1));
    let said = refused(&[&file], 1);
    assert!(said.contains(&format!("error[{code}]")), "{code}: {said}");
    assert!(said.contains(&format!("p.toml:{place}\n")), "{place}: {said}");
    assert!(said.contains(says), "{says}: {said}");
}

#[test]
fn files_that_are_no_profile() {
    let folder = Folder::new();
    for (name, bytes, code, says) in [
        ("empty.toml", &b""[..], 1, "the profile is empty"),
        ("blank.toml", b" \n\t\n", 1, "the profile is empty"),
        ("binary.toml", b"\x7fELF\x02\x01\x01\0\0\0", 1, "the file contains a NUL byte"),
        ("latin.toml", b"name = \"caf\xe9\"\n", 1, "the file contains a byte that is not UTF-8"),
        ("large.toml", &vec![b'#'; (1 << 20) + 1], 2, "the file is larger than 1 MiB"),
    ] {
        let file = folder.write(name, bytes);
        let said = refused(&[&file], code);
        assert!(said.contains(says) && said.contains(name), "{said}");
        // The same as an overlay; an empty overlay changes nothing.
        if !says.contains("empty") {
            let said = refused(&["aws-ebs", "-f", &file], code);
            assert!(said.contains(says) && said.contains(name), "{said}");
        }
    }
    // A hundred million bytes, most of which are never read.
    let path = folder.path().join("huge.toml");
    fs::File::create(&path).and_then(|file| file.set_len(100_000_000)).expect("a file with a hole");
    assert!(refused(&[path.to_str().expect("plain")], 2).contains("larger than 1 MiB"));
    let path = folder.path().to_str().expect("plain");
    assert!(refused(&[path], 2).contains("cannot read"));
    assert!(refused(&["/absent/p.toml"], 2).contains("cannot read /absent/p.toml"));
    let said = refused(&["aws-ebs", "-f", "/absent/overlay.toml"], 2);
    assert!(said.contains("cannot read /absent/overlay.toml"), "{said}");
    let said = refused(&["aws-esb"], 2);
    assert!(said.contains("did you mean `aws-ebs`?") && said.contains("`gce-pd`"), "{said}");
}

#[test]
fn mistakes_in_a_profile_have_their_place() {
    refused_with("size = ", "size ", "P001", "7:6", "not TOML");
    refused_with("\"10Gi\"", "\"10Gi", "P001", "7:13", "not TOML");
    refused_with("\"10Gi\"", "true", "P004", "7:8", "`size` must be a quantity");
    refused_with("\"fast\"", "3", "P008", "5:16", "`storageClasses` has no object `3`");
    refused_with("[\"ReadWriteOnce\"]", "\"ReadWriteOnce\"", "P004", "6:15", "must be a list");
    refused_with("size", "sise", "P003", "7:1", "did you mean `size`?");
    refused_with("driver", "drivers", "P003", "2:1", "did you mean `driver`?");
    refused_with("[claims.data]", "[claim.data]", "P003", "4:2", "did you mean `claims`?");
    refused_with("10Gi", "10GB", "P005", "7:8", "`10GB` is not a quantity");
    refused_with("10Gi", "", "P005", "7:8", "is not a quantity");
    refused_with("10Gi", "-1Gi", "K102", "7:8", "the size `-1Gi` is not above zero");
    refused_with("\"fast\"", "\"fsat\"", "P008", "5:16", "`storageClasses` has no object `fsat`");
    refused_with("\"data\"", "\"date\"", "P008", "10:21", "`claims` has no object `date`");
    refused_with("[pods", "extends = \"p.toml\"\n[pods", "P003", "8:1", "unknown key `extends`");
    refused_with("name =", "extends = \"p.toml\"\nname =", "P010", "1:11", "extends itself");
    refused_with("name =", "extends = \"absent.toml\"\nname =", "P010", "1:11", "absent.toml");
}

#[test]
fn names_cannot_lead_out_of_the_folder() {
    let long = "a".repeat(300);
    for name in ["../../etc/passwd", "/etc/passwd", "A_b", "😀", ".", "..", "", "a\\\\b", "a\\nb", &long] {
        let set = format!("size = \"10Gi\"\nname = \"{name}\"");
        let code = if name.is_empty() { "K101" } else { "K102" };
        refused_with("size = \"10Gi\"", &set, code, "8:8", "rendered as `metadata.name`");
    }
    let two = "size = \"1Gi\"\nname = \"ml-x\"\n[claims.x]\nsize = \"1Gi\"\nstorageClass = \"fast\"\naccessModes = [\"ReadWriteOnce\"]";
    refused_with(
        "size = \"10Gi\"",
        two,
        "P009",
        "9:9",
        "two objects of kind PersistentVolumeClaim have the name `ml-x`",
    );
}

#[test]
fn a_value_is_found_where_it_was_set() {
    let folder = Folder::new();
    let profile = folder.write("p.toml", SOUND);
    let said = refused(&[&profile, "--set", "claims.data.size=10GB"], 1);
    assert!(said.contains("--set:1:18\n") && said.contains("claims.data.size=10GB\n"), "{said}");
    let overlay = folder.write("overlay.toml", "# larger\n[claims.data]\n  size = \"10GB\"\n");
    let said = refused(&[&profile, "-f", &overlay], 1);
    assert!(said.contains("overlay.toml:3:10\n"), "{said}");
    let said = refused(&["aws-ebs", "-f", &overlay], 1);
    assert!(said.contains("overlay.toml:3:10\n"), "{said}");
    // What the profile has no key for is checked in the rendered object, and traced back.
    let overlay = folder.write("further.toml", "[pods.trainer.spec]\n  hostname = \"A_b\"\n");
    let said = refused(&[&profile, "-f", &overlay], 1);
    assert!(said.contains("further.toml:2:14\n") && said.contains("`spec.hostname`"), "{said}");
    for argument in ["claims..size=1", "extends=aws-ebs"] {
        assert!(refused(&[&profile, "--set", argument], 1).contains("--set:1:1"), "{argument}");
    }
    for argument in ["claims.data.size", "=1"] {
        assert!(
            refused(&[&profile, "--set", argument], 2).contains("is missing: write KEY=VALUE"),
            "{argument}"
        );
    }
}

#[test]
fn a_folder_gets_all_files_or_none() {
    let folder = Folder::new();
    let profile = folder.write("p.toml", SOUND);
    let out = folder.path().join("deep/out");
    let path = out.to_str().expect("plain");
    assert!(render(&[&profile, "--out-dir", path]).status.success());
    let written = files(&out);
    let names: Vec<&str> = written.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        ["persistentvolumeclaim-ml-data.yaml", "pod-ml-trainer.yaml", "storageclass-ml-fast.yaml"]
    );
    assert!(
        written
            .iter()
            .all(|(_, text)| text.starts_with("# Generated by volwright from p.toml; do not edit.\n"))
    );

    // A second run changes what changed, and nothing of a file that did not.
    let before = fs::metadata(out.join("pod-ml-trainer.yaml")).expect("there").modified().expect("a time");
    assert!(render(&[&profile, "--out-dir", path, "--set", "claims.data.size=20Gi"]).status.success());
    let after = fs::metadata(out.join("pod-ml-trainer.yaml")).expect("there").modified().expect("a time");
    assert_eq!(before, after);
    let again = files(&out);
    assert_eq!(again.len(), 3);
    assert!(again[0].1.contains("storage: 20Gi") && again[1..] == written[1..]);

    // A file of somebody else is not replaced, and nothing beside it is.
    for foreign in ["apiVersion: v1\n", "", "# Generated by"] {
        fs::write(out.join("pod-ml-trainer.yaml"), foreign).expect("written");
        let output = render(&[&profile, "--out-dir", path]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("pod-ml-trainer.yaml was not written by volwright"));
        let now = files(&out);
        assert_eq!((&now[0], now[1].1.as_str(), &now[2], now.len()), (&again[0], foreign, &again[2], 3));
    }
}

#[test]
fn the_three_forms_hold_the_same_objects() {
    let profiles = ["aws-ebs", "gce-pd", "azure-disk"];
    let refused = render(&profiles);
    assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0));
    let profiles = ["aws-ebs", "gce-pd", "azure-disk", "--combine"];
    let yaml = render(&profiles);
    assert!(yaml.status.success() && yaml.stderr.is_empty(), "{}", text(&yaml.stderr));
    let json = render(&[&profiles[..], &["-o", "json"]].concat());
    let list: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((list["kind"].as_str(), list["apiVersion"].as_str()), (Some("List"), Some("v1")));
    let items = list["items"].as_array().expect("items");
    let documents: Vec<&str> = text(&yaml.stdout).split("---\n").collect();
    assert_eq!(items.len(), documents.len());
    for (item, document) in items.iter().zip(&documents) {
        let read: Value = serde_yaml::from_str(document).expect("YAML");
        assert_eq!(read, *item);
    }
    let names = render(&[&profiles[..], &["-o", "name"]].concat());
    let names: Vec<&str> = text(&names.stdout).lines().collect();
    assert_eq!(names.len(), items.len());
    assert_eq!(names[0], "storageclass.storage.k8s.io/aws-ebs-standard");
    assert!(names.contains(&"pod/gce-pd-trainer"));

    // One object alone is no list.
    let folder = Folder::new();
    let file = folder.write("one.toml", "name = \"one\"\ndriver = \"csi.example.com\"\n[storageClasses.a]\n");
    let one: Value = serde_json::from_slice(&render(&[&file, "-o", "json"]).stdout).expect("JSON");
    assert_eq!(one["kind"].as_str(), Some("StorageClass"));
}

#[test]
fn the_same_bytes_in_any_folder() {
    let folder = Folder::new();
    let mut elsewhere = command(&["render", "aws-ebs"]);
    elsewhere.current_dir(folder.path()).env("TZ", "Asia/Tokyo").env("LANG", "tr_TR.UTF-8");
    let texts: BTreeSet<Vec<u8>> =
        [run(elsewhere, "").stdout, render(&["aws-ebs"]).stdout, render(&["aws-ebs"]).stdout].into();
    assert_eq!(texts.len(), 1);
}

#[test]
fn several_profiles_get_a_folder_each() {
    let folder = Folder::new();
    let out = folder.path().join("deploy");
    let path = out.to_str().expect("plain");
    let overlay = folder.write("train.toml", "name = \"train\"\n[claims.data]\nstorageClass = \"fast\"\n");
    let output = render(&["aws-ebs", "gce-pd", "azure-disk", "-f", &overlay, "--out-dir", path]);
    assert!(output.status.success() && output.stdout.is_empty(), "{}", text(&output.stderr));
    let provisioners = [
        ("aws-ebs", "ebs.csi.aws.com"),
        ("gce-pd", "pd.csi.storage.gke.io"),
        ("azure-disk", "disk.csi.azure.com"),
    ];
    for (profile, provisioner) in provisioners {
        let class =
            fs::read_to_string(out.join(profile).join("storageclass-train-fast.yaml")).expect("there");
        assert!(class.contains(&format!("provisioner: {provisioner}\n")), "{class}");
    }
    // Two that would share a folder, object by object.
    let one = folder.write("a/p.toml", SOUND);
    let other = folder.write("b/p.toml", SOUND);
    let output = render(&[&one, &other, "--out-dir", folder.path().join("two").to_str().expect("plain")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("two objects would be written to"), "{}", text(&output.stderr));
    assert!(!folder.path().join("two").exists());
}

#[test]
fn templates_of_ones_own_take_the_place_of_built_in_ones() {
    let folder = Folder::new();
    let templates = folder.path().join("templates");
    let dir = templates.to_str().expect("plain").to_owned();
    folder.write(
        "templates/storageclass.yaml.j2",
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{ metadata }}\nprovisioner: {{ provisioner }}\nreclaimPolicy: Delete\n",
    );
    let output = render(&["aws-ebs", "--templates", &dir]);
    let rendered = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(rendered.contains("reclaimPolicy: Delete") && !rendered.contains("reclaimPolicy: Retain"));
    assert!(rendered.contains("kind: Pod\n"));
    // What the template wrote itself is found at the template's line.
    folder.write(
        "templates/storageclass.yaml.j2",
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{ metadata }}\nprovisioner: {{ provisoner }}\nreclaimPolicy: Keep\n",
    );
    let said = refused(&["aws-ebs", "--templates", &dir], 1);
    assert!(said.contains("storageclass.yaml.j2:4:1\n") && said.contains("T002"), "{said}");
    folder.write(
        "templates/storageclass.yaml.j2",
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {{ metadata }}\nprovisioner: {{ provisioner }}\nreclaimPolicy: Keep\n",
    );
    let said = refused(&["aws-ebs", "--templates", &dir], 1);
    assert!(said.contains("storageclass.yaml.j2:5:"), "{said}");
    assert!(refused(&["aws-ebs", "--templates", "/absent"], 2).contains("/absent"));
}

#[test]
fn reports_name_the_rendered_documents() {
    let output = render(&["aws-ebs", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stderr).expect("JSON");
    let documents = report["documents"].as_array().expect("documents");
    assert_eq!(documents.len(), text(&output.stdout).split("---\n").count());
    assert_eq!(documents[0]["kind"].as_str(), Some("StorageClass"));
    assert_eq!(documents[0]["file"].as_str(), Some("<built-in aws-ebs>"));
    let indexes: Vec<u64> = documents.iter().filter_map(|document| document["index"].as_u64()).collect();
    assert_eq!(indexes, (0..documents.len() as u64).collect::<Vec<_>>());

    let output =
        render(&["aws-ebs", "gce-pd", "--combine", "--set", "claims.data.size=-1Gi", "--format", "json"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let second: Value = serde_json::from_slice(&output.stderr).expect("JSON");
    let errors = second["findings"].as_array().expect("findings");
    let places: Vec<(&str, u64)> = errors
        .iter()
        .filter_map(|finding| Some((finding["path"].as_str()?, finding["document"].as_u64()?)))
        .collect();
    let first = documents.len() as u64;
    assert!(places.iter().any(|(path, document)| path.starts_with("spec.resources") && *document < first));
    assert!(places.iter().any(|(path, document)| path.starts_with("spec.resources") && *document >= first));

    let output = render(&["aws-ebs", "--format", "junit"]);
    let tests = format!("tests=\"{}\" failures=\"0\"", documents.len());
    assert!(text(&output.stderr).contains(&tests), "{}", text(&output.stderr));
}

#[test]
fn the_built_in_profiles_are_listed_and_printed() {
    let list = volwright(&["profiles"], "");
    assert!(list.status.success());
    for line in text(&list.stdout).lines().filter(|line| !line.starts_with(' ')) {
        let (name, about) = line.split_once("  ").expect("a name and what it is for");
        assert!(!about.trim().is_empty(), "{line}");
        let printed = volwright(&["profiles", name], "");
        let folder = Folder::new();
        let file = folder.write("own.toml", &printed.stdout);
        assert_eq!(render(&[name, "--all-classes"]).stdout, render(&[&file]).stdout, "{name}");
    }
    assert!(text(&list.stdout).lines().count() >= 3);
    let output = volwright(&["profiles", "aws-esb"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("did you mean `aws-ebs`?"));
}

#[test]
fn the_seed_example_gets_the_advice_on_its_old_habits() {
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/seed.toml");
    let output = volwright(&["render", seed, "--format", "json"], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    // The key `fsType`, gp2, the in-tree provisioner and immediate binding.
    let mut codes = codes(&output.stderr);
    codes.sort_unstable();
    assert_eq!(codes, ["A103", "A104", "A109", "A201"]);
}
