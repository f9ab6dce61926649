//! The manifests of a folder: the diagnostics of each are those of validating all of them.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use super::client::{Client, at};
use super::edits::{Numbers, edits};
use crate::support::Folder;

const CLASS: &str = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: fast\nprovisioner: ebs.csi.aws.com\nparameters:\n  type: io2\n  iops: \"4000\"\n";

const CLAIM: &str = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  storageClassName: fast\n  accessModes: [ReadWriteOnce]\n  resources:\n    requests:\n      storage: 2Gi\n";

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: worker\nspec:\n  containers:\n    - name: main\n      image: a.example/b:1\n      volumeMounts:\n        - name: data\n          mountPath: /data\n  volumes:\n    - name: data\n      persistentVolumeClaim:\n        claimName: data\n";

/// What is put in the place of a value.
const VALUES: &[&str] = &[
    "fast",
    "slow",
    "data",
    "other",
    // Slips of the others.
    "fsat",
    "dtaa",
    "worker",
    "ReadWriteOnce",
    "ReadWriteOncePod",
    "ReadWriteMany",
    "2Gi",
    "64Ti",
    "gp3",
    "io2",
    "st1",
    "ebs.csi.aws.com",
    "pd.csi.storage.gke.io",
    "Filesystem",
    "Block",
    "null",
    "\"\"",
];

/// A value of a line, and another one in its place.
fn edited(numbers: &mut Numbers, text: &str) -> (usize, String) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    loop {
        let at = numbers.below(lines.len());
        let Some((key, value)) = lines[at].split_once(": ") else { continue };
        if key.ends_with("apiVersion") || value.trim().is_empty() {
            continue;
        }
        let value = numbers.one_of(VALUES);
        let value = if key.ends_with("accessModes") { format!("[{value}]") } else { value.to_owned() };
        return (at, format!("{key}: {value}\n"));
    }
}

fn replaced(text: &str, at: usize, line: &str) -> String {
    let lines = text.split_inclusive('\n').enumerate();
    lines.map(|(number, old)| if number == at { line } else { old }).collect()
}

/// Code, line and message of each finding in a file, as `validate` of the whole folder reports them.
fn reported(folder: &Folder) -> BTreeMap<String, Vec<(String, u64, String)>> {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_volwright"))
        .args(["validate", ".", "--format", "json", "--allow-empty"])
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
    let mut found: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for finding in report["findings"].as_array().expect("findings") {
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let file = text("file").trim_start_matches("./").to_owned();
        let help = finding["help"].as_str().map(|help| format!("\n{help}")).unwrap_or_default();
        let entry = (text("code"), finding["line"].as_u64().expect("a line"), text("message") + &help);
        found.entry(file).or_default().push(entry);
    }
    found.values_mut().for_each(|list| list.sort());
    found
}

fn shown(diagnostics: &[Value]) -> Vec<(String, u64, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut list: Vec<_> = diagnostics
        .iter()
        .map(|one| {
            (
                text(&one["code"]),
                one["range"]["start"]["line"].as_u64().expect("a line") + 1,
                text(&one["message"]),
            )
        })
        .collect();
    list.sort();
    list
}

#[test]
fn a_manifest_is_validated_with_the_others_of_the_workspace() {
    let folder = Folder::new();
    // No gp2 disk is larger than 16 TiB.
    let (class, claim) = (CLASS.replace("io2\n  iops: \"4000\"", "gp2"), CLAIM.replace("2Gi", "64Ti"));
    for (file, text) in [("class.yaml", &class), ("claim.yaml", &claim)] {
        fs::write(folder.path().join(file), text).expect("a file");
    }
    let mut client = Client::start(&folder, json!({}));
    client.open("claim.yaml", &claim);
    let found = client.diagnostics("claim.yaml");
    assert!(!found.is_empty());
    assert_eq!(reported(&folder)["claim.yaml"], shown(&found));
    // The class changes on disk.
    fs::write(folder.path().join("class.yaml"), CLASS).expect("a file");
    let changes = json!({"changes": [{"uri": client.uri("class.yaml"), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changes);
    client.edit("claim.yaml", (0, 0), (0, 0), "# µ\n");
    assert!(client.diagnostics("claim.yaml").is_empty());
    // A class is added that the claim refers to from now on.
    client.edit("claim.yaml", (6, 20), (6, 24), "new");
    client.open("new.yaml", &class.replace("fast", "new"));
    client.diagnostics("new.yaml");
    client.edit("claim.yaml", (0, 0), (1, 0), "");
    assert!(!client.diagnostics("claim.yaml").is_empty());
    client.close("new.yaml");
    client.edit("claim.yaml", (0, 0), (0, 0), "# 𐐀\n");
    assert!(client.diagnostics("claim.yaml").is_empty());
    client.stop();
}

#[test]
fn a_client_that_pulls_is_asked_to_when_another_file_changes() {
    let folder = Folder::new();
    for (file, text) in [("class.yaml", CLASS), ("claim.yaml", CLAIM)] {
        fs::write(folder.path().join(file), text).expect("a file");
    }
    let capabilities = json!({
        "textDocument": {"diagnostic": {}},
        "workspace": {
            "diagnostics": {"refreshSupport": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
    });
    let mut client = Client::start(&folder, capabilities);
    client.open("claim.yaml", CLAIM);
    let pull = |client: &mut Client| {
        let params = json!({"textDocument": {"uri": client.uri("claim.yaml")}});
        let answer = client.request("textDocument/diagnostic", params);
        answer["items"].as_array().expect("a list").clone()
    };
    let before = pull(&mut client);
    client.edit("claim.yaml", (0, 0), (0, 0), "# µ\n");
    pull(&mut client);
    assert_eq!(client.asked, ["client/registerCapability"]);
    fs::write(folder.path().join("class.yaml"), CLASS.replace("io2", "st1")).expect("a file");
    let changes = json!({"changes": [{"uri": client.uri("class.yaml"), "type": 2}]});
    client.notify("workspace/didChangeWatchedFiles", changes);
    while client.asked.len() < 2 {
        client.receive();
    }
    assert_eq!(client.asked[1], "workspace/diagnostic/refresh");
    assert_ne!(pull(&mut client), before);
    // Without the folder, the claim is validated by itself.
    let gone = json!({"event": {"added": [], "removed": [{"uri": client.uri("").trim_end_matches('/')}]}});
    client.notify("workspace/didChangeWorkspaceFolders", gone);
    assert!(pull(&mut client).is_empty());
    client.stop();
}

#[test]
fn names_are_found_in_files_that_are_not_open() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path().join("a/b")).expect("a folder");
    for (file, text) in [("a/class.yaml", CLASS), ("a/b/claim.yaml", CLAIM), ("pod.yaml", POD)] {
        fs::write(folder.path().join(file), text).expect("a file");
    }
    let mut client = Client::start(&folder, json!({}));
    client.open("pod.yaml", POD);
    let items = client.request("textDocument/completion", at(&client, "pod.yaml", 14, 19));
    assert_eq!(items[0]["label"], "data", "{items}");
    let found = client.request("textDocument/definition", at(&client, "pod.yaml", 14, 20));
    assert_eq!(found[0]["uri"], client.uri("a/b/claim.yaml"));
    assert_eq!(found[0]["range"]["start"], json!({"line": 3, "character": 8}));
    let found = client.request("textDocument/references", at(&client, "pod.yaml", 14, 20));
    assert_eq!(found.as_array().expect("a list").len(), 2, "{found}");
    client.stop();
}

#[test]
fn a_name_leads_to_the_object_of_the_same_namespace() {
    let folder = Folder::new();
    let inside = |text: &str, namespace: &str| {
        text.replacen("metadata:\n", &format!("metadata:\n  namespace: {namespace}\n"), 1)
    };
    let other = CLAIM.replace("name: data", "name: other");
    for (file, text) in [
        ("a.yaml", inside(CLAIM, "a")),
        ("b.yaml", inside(CLAIM, "b")),
        ("c.yaml", CLAIM.to_owned()),
        ("d.yaml", inside(&other, "b")),
    ] {
        fs::write(folder.path().join(file), text).expect("a file");
    }
    let mut client = Client::start(&folder, json!({}));
    for (file, text, line) in [("pod-b.yaml", inside(POD, "b"), 15), ("pod.yaml", POD.to_owned(), 14)] {
        client.open(file, &text);
        let claim = if file == "pod.yaml" { "c.yaml" } else { "b.yaml" };
        for (request, expected) in [("definition", vec![claim]), ("references", vec![claim, file])] {
            let found = client.request(&format!("textDocument/{request}"), at(&client, file, line, 20));
            let files: Vec<_> =
                found.as_array().expect("a list").iter().map(|one| one["uri"].clone()).collect();
            assert_eq!(files, expected.iter().map(|file| client.uri(file)).collect::<Vec<_>>(), "{found}");
        }
        let items = client.request("textDocument/completion", at(&client, file, line, 19));
        let names: Vec<_> =
            items.as_array().expect("a list").iter().map(|one| one["label"].clone()).collect();
        assert_eq!(names, if file == "pod.yaml" { vec!["data"] } else { vec!["data", "other"] });
    }
    client.stop();
}

#[test]
fn diagnostics_after_random_edits_are_those_of_all_manifests() {
    let folder = Folder::new();
    let mut texts = BTreeMap::new();
    for (number, place) in ["", "a/", "b/"].iter().enumerate() {
        fs::create_dir_all(folder.path().join(place)).expect("a folder");
        texts.insert(format!("{place}class.yaml"), CLASS.to_owned());
        texts.insert(format!("{place}claim.yaml"), CLAIM.to_owned());
        texts.insert(
            format!("{place}pod{number}.yaml"),
            format!("{POD}---\n{}", POD.replace("worker", "other")),
        );
    }
    let begin = texts.clone();
    let write = |file: &str, text: &str| fs::write(folder.path().join(file), text).expect("a file");
    texts.iter().for_each(|(file, text)| write(file, text));
    let mut client = Client::start(&folder, json!({}));
    let open = ["class.yaml", "a/claim.yaml", "b/pod2.yaml"];
    for file in open {
        client.open(file, &texts[file]);
    }
    let files: Vec<String> = texts.keys().cloned().collect();
    let mut numbers = Numbers::new(7);
    let (mut compared, mut found_any) = (0, 0);
    for _ in 0..edits() / 3 {
        let file = &files[numbers.below(files.len())];
        let text = if numbers.below(4) == 0 { begin[file].clone() } else { texts[file].clone() };
        let (line, new) = edited(&mut numbers, &text);
        let text = replaced(&text, line, &new);
        write(file, &text);
        if open.contains(&file.as_str()) {
            client.replace(file, &text);
        } else {
            let changes = json!({"changes": [{"uri": client.uri(file), "type": 2}]});
            client.notify("workspace/didChangeWatchedFiles", changes);
        }
        texts.insert(file.clone(), text);
        let expected = reported(&folder);
        for file in open {
            // All of the server's messages have arrived.
            client.request("textDocument/documentSymbol", at(&client, file, 0, 0));
            client.edit(file, (0, 0), (0, 0), "");
            let found = shown(&client.diagnostics(file));
            let expected = expected.get(file).cloned().unwrap_or_default();
            found_any += usize::from(!expected.is_empty());
            compared += 1;
            assert_eq!(found, expected, "{file}\n{texts:#?}");
        }
    }
    client.stop();
    assert!(found_any > compared / 20, "{found_any} of {compared}");
}
