//! The language server, over a connection in memory and once over standard input and output.

mod client;
mod edits;
mod process;
mod same;
mod workspace;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use volwright::choose::prices::Prices;
use volwright::lsp::Reader;
use volwright::project::Project;
use volwright::schema::definitions::Definitions;

use self::client::{Client, at};
use crate::support::Folder;

const OVERLAY: &str = "# µ 𐐀\n[storageClasses.fast.parameters]\ntype = \"gp9\"\n";

const PROJECT: &str =
    "[[renders]]\nprofiles = [\"aws-ebs\", \"gce-pd\"]\noverlays = [\"overlay.toml\"]\noutDir = \"deploy\"\n";

const CLAIM: &str = "[claims.data]\nstorageClass = \"fast\"\nsize = \"100Gi\"\n\n[pods.worker]\nimage = \"a.example/b:1\"\nmounts = [{ claim = \"data\", mountPath = \"/data\" }]\n";

/// A project with one overlay.
fn project(overlay: &str) -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join(".git")).expect("a folder");
    std::fs::write(folder.path().join("volwright.toml"), PROJECT).expect("a file");
    std::fs::write(folder.path().join("overlay.toml"), overlay).expect("a file");
    folder
}

#[test]
fn an_overlay_is_validated_with_the_profiles_of_its_project_as_it_is_typed() {
    let folder = project("");
    let mut client = Client::start(&folder, json!({}));
    client.open("overlay.toml", OVERLAY);
    let found = client.diagnostics("overlay.toml");
    assert!(!found.is_empty(), "a wrong disk type is reported");
    let first = found.iter().find(|one| one["code"] == "D103").expect("a wrong disk type");
    assert_eq!(first["source"], "volwright");
    assert_eq!(first["range"]["start"]["line"], 2);
    assert!(first["message"].as_str().expect("text").contains("(aws-ebs"), "{first}");
    let code = first["code"].as_str().expect("a code").to_ascii_lowercase();
    assert!(first["codeDescription"]["href"].as_str().expect("a link").contains(&format!("#{code}-")));
    // The text on disk is still empty.
    client.edit("overlay.toml", (2, 8), (2, 11), "gp3");
    let after = client.diagnostics("overlay.toml");
    // The type exists on one of the clouds now.
    let left = after.iter().find(|one| one["code"] == "D103").expect("the other cloud has no such type");
    assert!(left["message"].as_str().expect("text").contains("(gce-pd)"), "{left}");
    client.stop();
}

#[test]
fn diagnostics_are_those_of_render() {
    let overlay = "[claims.data]\nstorageClass = \"fsat\"\nsize = \"1000GB\"\nacessModes = [\"ReadWriteOnce\"]\n\n[claims.other]\n";
    let folder = project(overlay);
    let report = std::process::Command::new(env!("CARGO_BIN_EXE_volwright"))
        .args(["render", "--format", "json"])
        .current_dir(folder.path())
        .output()
        .expect("the binary runs");
    let report: Value = serde_json::from_slice(&report.stdout)
        .unwrap_or_else(|_| serde_json::from_slice(&report.stderr).expect("a report"));
    let mut expected: Vec<(u64, String)> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["file"] == "overlay.toml")
        .map(|finding| {
            (finding["line"].as_u64().expect("a line"), finding["code"].as_str().expect("a code").to_owned())
        })
        .collect();
    expected.sort();
    expected.dedup();
    let mut client = Client::start(&folder, json!({}));
    client.open("overlay.toml", overlay);
    let mut found: Vec<(u64, String)> = client
        .diagnostics("overlay.toml")
        .iter()
        .map(|one| {
            (
                one["range"]["start"]["line"].as_u64().expect("a line") + 1,
                one["code"].as_str().expect("a code").to_owned(),
            )
        })
        .collect();
    found.sort();
    found.dedup();
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
    client.stop();
}

#[test]
fn manifests_are_validated_by_content_and_in_each_encoding() {
    for (encoding, column) in [("utf-8", 18), ("utf-16", 16), ("utf-32", 15)] {
        let folder = Folder::new();
        let capabilities = json!({"general": {"positionEncodings": [encoding]}});
        let mut client = Client::start(&folder, capabilities);
        client.open("values.yaml", "a: 1\n");
        assert_eq!(client.diagnostics("values.yaml").len(), 0);
        // `𐐀` is four bytes, two units of UTF-16 and one character.
        let text = "apiVersion: v1\r\nkind: PersistentVolumeClaim\r\nmetadata: {name: a}\r\nspec: {\"𐐀\": 1, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\r\n";
        client.open("claim.yaml", text);
        let found = client.diagnostics("claim.yaml");
        assert!(!found.is_empty(), "an unknown field is reported");
        assert_eq!(found[0]["range"]["start"]["line"], 3, "{found:?}");
        client.edit("claim.yaml", (3, 7), (3, column - 3), "x");
        assert!(
            client
                .diagnostics("claim.yaml")
                .iter()
                .any(|one| one["message"].as_str().expect("text").contains('x'))
        );
        client.stop();
    }
}

#[test]
fn a_client_that_pulls_gets_diagnostics_only_on_request() {
    let folder = project("");
    let mut client = Client::start(&folder, json!({"textDocument": {"diagnostic": {}}}));
    client.open("overlay.toml", OVERLAY);
    let params = json!({"textDocument": {"uri": client.uri("overlay.toml")}});
    let answer = client.request("textDocument/diagnostic", params);
    assert_eq!(answer["kind"], "full");
    assert!(!answer["items"].as_array().expect("a list").is_empty());
    client.stop();
}

#[test]
fn messages_in_any_order_do_not_end_the_server() {
    let folder = project("");
    let mut client = Client::start(&folder, json!({}));
    let methods = [
        "hover",
        "completion",
        "definition",
        "references",
        "prepareRename",
        "rename",
        "documentSymbol",
        "codeLens",
        "codeAction",
        "diagnostic",
    ];
    let params = [
        json!(null),
        json!({}),
        json!({"textDocument": {"uri": "untitled:1"}, "position": {"line": 9, "character": 9}}),
        json!({"textDocument": {"uri": client.uri("overlay.toml")}, "position": {"line": u64::MAX, "character": u64::MAX}, "newName": "x"}),
    ];
    for params in params {
        for method in methods {
            client.request(&format!("textDocument/{method}"), params.clone());
        }
        client.notify("textDocument/didChange", params.clone());
        client.notify("textDocument/didClose", params);
    }
    client.open("overlay.toml", OVERLAY);
    assert!(!client.diagnostics("overlay.toml").is_empty());
    client.stop();
}

/// Fails as no reader should.
struct Broken;

impl Reader for Broken {
    fn definitions(&self, _: &[PathBuf]) -> Result<Definitions, String> {
        panic!("a bug, planted by a test")
    }

    fn prices(&self, _: &Project) -> Result<Prices, String> {
        Ok(Prices::default())
    }

    fn manifests(&self, _: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
}

#[test]
fn a_crash_in_one_request_does_not_end_the_server() {
    let folder = project("");
    let settings = format!("{PROJECT}\n[validate]\ncrds = [\"definitions.yaml\"]\n");
    std::fs::write(folder.path().join("volwright.toml"), settings).expect("a file");
    let mut client = Client::start_with(&folder, json!({}), Broken);
    client.open("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n");
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}});
    let document = json!({"uri": client.uri("pod.yaml")});
    let params = json!({"textDocument": document, "range": range, "context": {"diagnostics": []}});
    for _ in 0..2 {
        let response = client.respond("textDocument/codeAction", params.clone());
        assert_eq!(response["error"]["code"], -32603, "{response}");
        let message = response["error"]["message"].as_str().expect("text");
        assert!(message.contains("textDocument/codeAction"), "{message}");
    }
    let outside = Folder::new();
    let document =
        json!({"uri": format!("file://{}/a.toml", outside.path().display()), "version": 1, "text": OVERLAY});
    client.notify("textDocument/didOpen", json!({"textDocument": document}));
    let response = client.respond("textDocument/documentSymbol", json!({"textDocument": document}));
    assert_eq!(response["result"][0]["name"], "storageClasses.fast", "{response}");
    let response = client.respond("textDocument/unknown", json!({}));
    assert_eq!(response["error"]["code"], -32601, "{response}");
    client.stop();
}

#[test]
fn hover_explains_keys_values_and_claims() {
    let folder = project("");
    let mut client = Client::start(&folder, json!({}));
    client.open("overlay.toml", CLAIM);
    let hover = |client: &mut Client, line, character| {
        let answer = client.request("textDocument/hover", at(client, "overlay.toml", line, character));
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let key = hover(&mut client, 2, 1);
    assert!(key.contains("resources.requests.storage"), "{key}");
    let claim = hover(&mut client, 0, 9);
    assert!(
        claim.contains("aws-ebs") && claim.contains("gce-pd") && claim.contains("PersistentVolumeClaim"),
        "{claim}"
    );
    let value = hover(&mut client, 2, 9);
    assert!(value.contains("spec.resources.requests.storage: 100Gi"), "{value}");
    client.stop();
}

#[test]
fn disk_types_have_prices() {
    let folder = project("");
    let mut client = Client::start(&folder, json!({}));
    client.open("overlay.toml", "[storageClasses.fast.parameters]\ntype = \"gp3\"\n");
    let hover = client.request("textDocument/hover", at(&client, "overlay.toml", 1, 9));
    let text = hover["contents"]["value"].as_str().expect("text");
    assert!(
        text.contains("0.08 USD per GiB-month, ") && text.contains("0.005 USD per IOPS-month above 3000"),
        "{text}"
    );
    let items = client.request("textDocument/completion", at(&client, "overlay.toml", 1, 8));
    let item = items.as_array().expect("a list").iter().find(|item| item["label"] == "gp3").expect("gp3");
    assert!(item["detail"].as_str().expect("text").contains("list price in us-east-1: 0.08 USD"), "{item}");
    client.stop();
}

#[test]
fn the_project_file_decides_on_prices() {
    let folder = project("");
    let table = "version = 1\nas_of = \"2026-11-01\"\ncurrency = \"USD\"\nhours_per_month = 730\n\n[[price]]\ncloud = \"aws\"\nregion = \"eu-west-1\"\nsku = \"gp3\"\nunit = \"GiB-month\"\nprice = 0.5\nsource = \"own\"\n";
    std::fs::write(folder.path().join("own.toml"), table).expect("a file");
    let settings = format!("{PROJECT}\n[prices]\nfile = \"own.toml\"\nregions = [\"aws=eu-west-1\"]\n");
    let mut client = Client::start(&folder, json!({}));
    client.open("volwright.toml", &settings);
    client.open("overlay.toml", &format!("{CLAIM}\n[storageClasses.fast.parameters]\ntype = \"gp3\"\n"));
    let hover = |client: &mut Client, line, character| {
        let answer = client.request("textDocument/hover", at(client, "overlay.toml", line, character));
        answer["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let disk_type = hover(&mut client, 9, 9);
    assert!(disk_type.contains("price in eu-west-1: 0.5 USD per GiB-month"), "{disk_type}");
    // 100 GiB, 7,000 IOPS above those that are included, and throughput.
    let claim = hover(&mut client, 0, 9);
    assert!(claim.contains("105.00 USD") && claim.contains("eu-west-1"), "{claim}");
    let items = client.request("textDocument/completion", at(&client, "overlay.toml", 9, 8));
    let item = items.as_array().expect("a list").iter().find(|item| item["label"] == "gp3").expect("gp3");
    assert!(item["detail"].as_str().expect("text").contains("0.5 USD per GiB-month"), "{item}");
    // The embedded prices apply again.
    client.replace("volwright.toml", PROJECT);
    let disk_type = hover(&mut client, 9, 9);
    assert!(disk_type.contains("list price in us-east-1: 0.08 USD"), "{disk_type}");
    client.stop();
}

#[test]
fn completion_offers_keys_types_roles_and_rules() {
    let folder = project("");
    let mut client = Client::start(&folder, json!({}));
    let text = "[storageClasses.fast]\n\n[storageClasses.fast.parameters]\ntype = \"\"\n\n\n[claims.data]\nstorageClass = \"\"\naccessModes = [\"\"]\n";
    client.open("overlay.toml", text);
    let labels = |client: &mut Client, file: &str, line, character| -> Vec<String> {
        let answer = client.request("textDocument/completion", at(client, file, line, character));
        let items = answer.as_array().cloned().unwrap_or_default();
        items.iter().map(|item| item["label"].as_str().expect("a label").to_owned()).collect()
    };
    let has = |labels: &[String], wanted: &str| {
        assert!(labels.iter().any(|label| label == wanted), "{wanted}: {labels:?}");
    };
    has(&labels(&mut client, "overlay.toml", 1, 0), "reclaimPolicy");
    has(&labels(&mut client, "overlay.toml", 3, 8), "gp3");
    has(&labels(&mut client, "overlay.toml", 4, 0), "iops");
    has(&labels(&mut client, "overlay.toml", 7, 16), "fast");
    has(&labels(&mut client, "overlay.toml", 8, 16), "ReadWriteMany");
    // A part for one profile has the parameters of its driver only.
    client.open("parts.toml", "[on.gce-pd.storageClasses.fast.parameters]\n\n");
    let parameters = labels(&mut client, "parts.toml", 1, 0);
    has(&parameters, "replication-type");
    assert!(!parameters.iter().any(|label| label == "iopsPerGB"), "{parameters:?}");
    client.open("team.toml", "extends = \"\"\n");
    let layers = labels(&mut client, "team.toml", 0, 11);
    has(&layers, "aws-ebs");
    has(&layers, "overlay.toml");
    client.open("volwright.toml", &format!("{PROJECT}[report]\nignore = [\"\"]\n"));
    has(&labels(&mut client, "volwright.toml", 5, 11), "K101");
    client.open("class.yaml", "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: fast\nprovisioner: ebs.csi.aws.com\nparameters:\n  type: \n  io\n");
    has(&labels(&mut client, "class.yaml", 6, 8), "gp3");
    has(&labels(&mut client, "class.yaml", 7, 4), "iops");
    client.open(
        "claim.yaml",
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data\nspec:\n  storageClassName: \n",
    );
    has(&labels(&mut client, "claim.yaml", 5, 20), "fast");
    client.open("other.yaml", "a: 1\nb: \n");
    assert!(labels(&mut client, "other.yaml", 1, 3).is_empty());
    client.stop();
}

#[test]
fn roles_are_found_and_renamed_across_layers() {
    let folder = project("");
    let mut client = Client::start(&folder, json!({}));
    client.open("overlay.toml", &CLAIM.replace("data]", "corp]").replace("\"data\"", "\"corp\""));
    let found = client.request("textDocument/definition", at(&client, "overlay.toml", 6, 22));
    assert_eq!(
        found[0]["range"],
        json!({"start": {"line": 0, "character": 8}, "end": {"line": 0, "character": 12}})
    );
    let found = client.request("textDocument/references", at(&client, "overlay.toml", 0, 9));
    assert_eq!(found.as_array().expect("a list").len(), 2);
    let mut params = at(&client, "overlay.toml", 6, 22);
    params["newName"] = json!("training");
    let edit = client.request("textDocument/rename", params);
    let edits = edit["changes"][client.uri("overlay.toml")].as_array().expect("edits").clone();
    assert_eq!(edits.len(), 2);
    assert!(edits.iter().all(|edit| edit["newText"] == "training"));
    // A role of a built-in profile keeps its name.
    assert!(client.request("textDocument/prepareRename", at(&client, "overlay.toml", 1, 17)).is_null());
    let symbols = client.request("textDocument/documentSymbol", at(&client, "overlay.toml", 0, 0));
    assert_eq!(symbols[0]["name"], "claims.corp");
    assert_eq!(
        symbols[0]["range"],
        json!({"start": {"line": 0, "character": 0}, "end": {"line": 4, "character": 0}})
    );
    assert_eq!(symbols[1]["name"], "pods.worker");
    let lenses = client.request("textDocument/codeLens", at(&client, "overlay.toml", 0, 0));
    assert_eq!(lenses[0]["command"]["title"], "renders 2 objects on 2 clouds");
    client.stop();
}

#[test]
fn code_actions_apply_fixes() {
    let folder = project("");
    let mut client = Client::start(&folder, json!({}));
    let text = "[claims.data]\nstorageClass = \"fast\"\nsize = \"100Gi\"\nvolumemode = \"Filesystem\"\n";
    client.open("overlay.toml", text);
    let found = client.diagnostics("overlay.toml");
    let range = found[0]["range"].clone();
    let document = json!({"uri": client.uri("overlay.toml")});
    let params = json!({"textDocument": document, "range": range, "context": {"diagnostics": found, "only": ["quickfix"]}});
    let actions = client.request("textDocument/codeAction", params);
    let edit = &actions[0]["edit"]["changes"][client.uri("overlay.toml")][0];
    assert_eq!(edit["newText"], "volumeMode", "{actions}");
    let params = json!({"textDocument": document, "range": range, "context": {"diagnostics": [], "only": ["source.fixAll"]}});
    let actions = client.request("textDocument/codeAction", params);
    assert_eq!(actions[0]["kind"], "source.fixAll.volwright");
    let fixed =
        actions[0]["edit"]["changes"][client.uri("overlay.toml")][0]["newText"].as_str().expect("a text");
    assert!(fixed.contains("volumeMode = \"Filesystem\""), "{fixed}");
    client.replace("overlay.toml", fixed);
    assert!(client.diagnostics("overlay.toml").is_empty());
    client.stop();
}
