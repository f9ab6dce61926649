//! The driver catalogue: current in the documentation, and to the verdict of the drivers' own code.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use volwright::bundle::Bundle;
use volwright::catalog::driver;
use volwright::catalog::kubernetes::KubernetesVersion;
use volwright::document::load::load;
use volwright::output;
use volwright::rule::Severity;
use volwright::rules;
use volwright::source::{SourceKind, Sources};

#[test]
fn the_documentation_is_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/drivers");
    for driver in driver::all() {
        let path = folder.join(format!("{}.md", driver.name));
        let page = output::driver::page(driver);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(&folder).expect("the folder can be made");
            std::fs::write(&path, &page).expect("the page can be written");
        }
        let kept =
            std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(kept == page, "{} is out of date: run UPDATE_GOLDEN=1 cargo test", path.display());
    }
}

/// Cases that no manifest can state, and what each of them turns on.
const UNSTATED: &[(&str, &str)] = &[
    ("limit-exceeded-after-roundup", "the upper limit of a CSI request: the provisioner never sends one"),
    ("azd-vac-011", "a class without parameters, which the API server refuses before anyone else"),
    ("gcp-vsc-images-regional", "the disk that is to be snapshotted, which the case's object does not name"),
];

/// Documented cases that we see otherwise: advice, since the sources disagree.
const DISPUTED: &[&str] = &["vir-nosnap-100"];

#[test]
fn verdicts_are_those_of_the_drivers_own_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/driver");
    let mut figures: BTreeMap<String, [usize; 4]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for driver in driver::all() {
        let Ok(text) = std::fs::read_to_string(folder.join(format!("{}.jsonl", driver.name))) else {
            continue;
        };
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).expect("a case");
            let Some(refused) = refused(&case) else { continue };
            let id = case["id"].as_str().unwrap_or_default();
            let accepted = case["verdict"] == "accept";
            let executed = if case["executed"] == true { "executed" } else { "documented" };
            let object = case["object"].as_str().unwrap_or_default();
            let row = figures.entry(format!("{} {object} {executed}", driver.name)).or_default();
            let disputed = DISPUTED.contains(&id) && case["executed"] != true;
            row[0] += 1;
            row[1] += usize::from(accepted != refused);
            row[2] += usize::from(disputed && accepted == refused);
            if accepted == refused && !disputed {
                row[3] += 1;
                wrong.push(format!(
                    "{id}: accepted {accepted}, and we {}",
                    if refused { "refuse" } else { "accept" }
                ));
            }
        }
    }
    for (name, [cases, agree, disputed, wrong]) in &figures {
        println!("{name}: {cases} cases, {agree} agree, {disputed} disputed, {wrong} wrong");
    }
    assert!(figures.values().map(|row| row[0]).sum::<usize>() > 1000, "the cases are there");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Neighbours of the recorded cases: what was read from the code of the drivers and their sidecars, not run.
#[test]
fn verdicts_are_those_that_the_code_reads() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/driver/read-from-code.jsonl");
    let text = std::fs::read_to_string(&file).expect("the cases are there");
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("a case")).collect();
    assert!(cases.len() > 300, "the cases are there");
    let wrong: Vec<&Value> = cases
        .iter()
        .filter(|case| refused(case).expect("a case that can be written") != (case["verdict"] == "reject"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether we refuse a case; none where it cannot be written as manifests.
fn refused(case: &Value) -> Option<bool> {
    let parameters = &case["parameters"];
    let id = case["id"].as_str()?;
    if UNSTATED.iter().any(|(unstated, _)| *unstated == id) {
        return None;
    }
    let manifests = match case["object"].as_str()? {
        "StorageClass" => {
            // Classes of the plugin inside Kubernetes reach the driver translated.
            let driver = driver::find(case["driver"].as_str()?)?;
            let in_tree = driver.in_tree.as_ref().filter(|_| id.starts_with("intree-"));
            let provisioner = in_tree.map_or(&driver.provisioner, |in_tree| &in_tree.provisioner);
            let provisioner = case["provisioner"].as_str().unwrap_or(provisioner);
            let mut class = json!({
                "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "class"},
                "provisioner": provisioner, "parameters": parameters, "volumeBindingMode": "WaitForFirstConsumer",
            });
            for field in ["mountOptions", "allowedTopologies"] {
                if !case[field].is_null() {
                    class[field] = case[field].clone();
                }
            }
            let claim_of = |name: &str, class: &str| {
                json!({
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                    "metadata": {"name": name, "namespace": "team-a-training"},
                    "spec": {
                        "storageClassName": class,
                        "accessModes": case["accessModes"],
                        "volumeMode": case.get("volumeMode").unwrap_or(&json!("Filesystem")),
                        "resources": {"requests": {"storage": case.get("size").unwrap_or(&json!("10Gi"))}},
                    },
                })
            };
            let mut claim = claim_of("claim", "class");
            // What the claim is made from stands in the case's name or reason.
            if id.contains("clone") {
                claim["spec"]["dataSource"] = json!({"kind": "PersistentVolumeClaim", "name": "other"});
            } else if id.starts_with("vir-snap") || id.starts_with("vir-key") {
                claim["spec"]["dataSource"] =
                    json!({"apiGroup": "snapshot.storage.k8s.io", "kind": "VolumeSnapshot", "name": "other"});
            }
            if !case["namespace"].is_null() {
                claim["metadata"]["namespace"] = case["namespace"].clone();
            }
            if !case["dataSource"].is_null() {
                claim["spec"]["dataSource"] = case["dataSource"].clone();
            }
            let mut manifests = Vec::new();
            if !case["attributes"].is_null() {
                claim["spec"]["volumeAttributesClassName"] = json!("attributes");
                manifests.push(attributes_class("attributes", &case["driver"], &case["attributes"]));
            }
            if !case["cloneOf"].is_null() {
                claim["spec"]["dataSource"] = json!({"kind": "PersistentVolumeClaim", "name": "other"});
                let mut other = claim_of("other", "source");
                other["spec"]["resources"]["requests"]["storage"] = case["cloneOf"]["size"].clone();
                other["spec"]["accessModes"] = json!(["ReadWriteOnce"]);
                manifests.push(other);
                manifests.push(json!({
                    "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "source"},
                    "provisioner": case["driver"], "parameters": case["cloneOf"]["parameters"],
                }));
            }
            manifests.extend([class, claim]);
            if id == "clone-kms" {
                // The volume that is cloned has a key of its own.
                manifests.push(json!({
                    "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "source"},
                    "provisioner": case["driver"], "parameters": {"kmsKeyId": "arn:aws:kms:us-east-1:012345678910:key/other"},
                }));
                manifests.push(claim_of("other", "source"));
            }
            manifests
        }
        "VolumeAttributesClass" => {
            let mut manifests = vec![attributes_class("class", &case["driver"], parameters)];
            let types = [("type", &case["diskType"]), ("skuName", &case["currentSku"])];
            let of_type = types.into_iter().find(|(_, name)| !name.is_null());
            // What is refused for a disk of some type is refused for a new volume of it, too.
            if let (Some((key, name)), "reject") = (of_type, case["verdict"].as_str()?) {
                manifests.push(json!({
                    "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "class"},
                    "provisioner": case["driver"], "parameters": {key: name},
                }));
                manifests.push(json!({
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "claim"},
                    "spec": {
                        "storageClassName": "class", "volumeAttributesClassName": "class", "accessModes": ["ReadWriteOnce"],
                        "resources": {"requests": {"storage": "4Ti"}},
                    },
                }));
            }
            manifests
        }
        "VolumeSnapshotClass" => vec![json!({
            "apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshotClass", "metadata": {"name": "class"},
            "driver": case["driver"], "deletionPolicy": "Delete", "parameters": parameters,
        })],
        _ => return None,
    };
    let text: String = manifests.iter().map(|manifest| format!("---\n{manifest}\n")).collect();
    let mut sources = Sources::new();
    let source = sources.add("case", text, SourceKind::Manifest);
    let loaded = load(&sources, &[source], KubernetesVersion::NEWEST);
    let findings = rules::run(&Bundle::new(&loaded.documents, KubernetesVersion::NEWEST, None));
    Some(
        findings.iter().any(|finding| {
            finding.rule.code.starts_with(['D', 'K', 'L']) && finding.severity == Severity::Error
        }),
    )
}

fn attributes_class(name: &str, driver: &Value, parameters: &Value) -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1", "kind": "VolumeAttributesClass", "metadata": {"name": name},
        "driverName": driver, "parameters": parameters,
    })
}
