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

/// What no manifest can state: flags of a driver, the volume as it is, objects of the cluster.
const INPUTS: &[&str] = &[
    "driverFlags",
    "currentGiB",
    "configMapExists",
    "provisionerSecretKeys",
    "sidecarImage",
    "clusterSubscription",
    "hostNetwork",
];

/// The lowest agreement for each driver, executed and documented, in percent: figures may only rise.
const THRESHOLDS: &[(&str, f64, f64)] = &[
    ("aws-ebs", 100.0, 100.0),
    ("aws-efs", 100.0, 100.0),
    ("aws-fsx-lustre", 100.0, 100.0),
    ("aws-fsx-openzfs", 100.0, 100.0),
    ("aws-s3", 100.0, 100.0),
    ("azure-blob", 99.0, 97.0),
    ("azure-disk", 100.0, 100.0),
    ("azure-file", 99.0, 97.0),
    ("azure-lustre", 99.0, 97.0),
    ("gce-pd", 100.0, 100.0),
    ("gcp-filestore", 99.5, 100.0),
    ("gcp-lustre", 100.0, 100.0),
    ("gcs-fuse", 100.0, 100.0),
];

/// Documented cases of disks that get advice only: the sources disagree, or, for the throughput of a VolumeAttributesClass
/// without IOPS, the verdict depends on the IOPS that the volume has.
const DISPUTED: &[&str] = &["vir-nosnap-100", "vac-tp-ratio"];

#[test]
fn verdicts_are_those_of_the_drivers_own_code() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/driver");
    let mut figures: BTreeMap<(String, bool, String), [usize; 2]> = BTreeMap::new();
    let (mut false_rejections, mut missed) = (Vec::new(), Vec::new());
    for (name, ..) in THRESHOLDS {
        let text =
            std::fs::read_to_string(folder.join(format!("{name}.jsonl"))).expect("the cases are there");
        for line in text.lines() {
            let case: Value = serde_json::from_str(line).expect("a case");
            let Some(refused) = refused(&case) else { continue };
            let id = case["id"].as_str().unwrap_or_default();
            let accepted = case["verdict"] == "accept";
            let executed = case["executed"] == true;
            let object = case["object"].as_str().unwrap_or_default().to_owned();
            let agree = accepted != refused || DISPUTED.contains(&id) && !executed;
            let row = figures.entry(((*name).to_owned(), executed, object)).or_default();
            row[0] += 1;
            row[1] += usize::from(agree);
            match (agree, accepted) {
                (true, _) => {}
                (false, true) => false_rejections.push(format!("{name} {id}")),
                (false, false) => missed.push(format!("{name} {id}")),
            }
        }
    }
    for ((name, executed, object), [cases, agree]) in &figures {
        let how = if *executed { "executed" } else { "documented" };
        println!("{name} {object} {how}: {agree} of {cases} agree");
    }
    println!("missed: {}", missed.join(", "));
    assert!(false_rejections.is_empty(), "false rejections: {}", false_rejections.join(", "));
    for (name, executed, documented) in THRESHOLDS {
        for (how, threshold) in [(true, executed), (false, documented)] {
            let rows = figures.iter().filter(|((known, executed, _), _)| known == name && *executed == how);
            let [cases, agree] = rows.fold([0, 0], |sum, (_, row)| [sum[0] + row[0], sum[1] + row[1]]);
            let agreement = 100.0 * agree as f64 / cases.max(1) as f64;
            assert!(cases == 0 || agreement >= *threshold, "{name}: {agreement:.2} %, {missed:?}");
        }
    }
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
    let object = case["object"].as_str()?;
    let is_set = |key: &&&str| !matches!(&case[**key], Value::Null) && case[**key] != json!([]);
    let needs_input = object != "VolumeSnapshotClass" && INPUTS.iter().any(|key| is_set(&key));
    if needs_input || UNSTATED.iter().any(|(unstated, _)| *unstated == id) {
        return None;
    }
    let pod = |annotations: Value, csi: Value| {
        json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod", "annotations": annotations},
            "spec": {
                "containers": [{
                    "name": "c", "image": "registry.example.com/c:1",
                    "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                }],
                "volumes": [{"name": "v", "csi": csi}],
            },
        })
    };
    let manifests = match object {
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
            if !case["labels"].is_null() {
                class["metadata"]["labels"] = case["labels"].clone();
            }
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
        "PersistentVolume" => {
            let mut csi = json!({"driver": case["driver"], "volumeHandle": case["volumeHandle"]});
            for field in ["volumeAttributes", "fsType", "readOnly"] {
                if !case[field].is_null() {
                    csi[field] = case[field].clone();
                }
            }
            for field in ["nodeStageSecretRef", "nodePublishSecretRef"] {
                match &case[field] {
                    Value::Bool(true) => csi[field] = json!({"name": "secret", "namespace": "default"}),
                    Value::Object(_) => csi[field] = case[field].clone(),
                    _ => {}
                }
            }
            let mut volume = json!({
                "apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "volume"},
                "spec": {"capacity": {"storage": "10Gi"}, "accessModes": case["accessModes"], "csi": csi},
            });
            for field in ["mountOptions", "volumeMode"] {
                if !case[field].is_null() {
                    volume["spec"][field] = case[field].clone();
                }
            }
            for field in ["labels", "annotations"] {
                if !case[field].is_null() {
                    volume["metadata"][field] = case[field].clone();
                }
            }
            vec![volume]
        }
        "EphemeralVolume" => {
            let mut csi = json!({"driver": case["driver"]});
            for field in ["volumeAttributes", "readOnly"] {
                if !case[field].is_null() {
                    csi[field] = case[field].clone();
                }
            }
            vec![pod(json!({"gke-gcsfuse/volumes": "true"}), csi)]
        }
        "Pod" => {
            // A pod that gets no sidecar is admitted, and its volume is never mounted.
            if case["sidecarAdded"] == false {
                return None;
            }
            let attributes = case.get("volumeAttributes").cloned().unwrap_or(json!({"bucketName": "bucket"}));
            let csi = json!({"driver": case["driver"], "volumeAttributes": attributes});
            vec![pod(case["annotations"].clone(), csi)]
        }
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
