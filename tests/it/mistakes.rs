//! Single mistakes that people make, from outside: each gives one clear finding at the line that they wrote, with what to
//! write instead, in a profile as in a manifest.

use serde_json::{Value, json};

use crate::support::{Folder, text, volwright};

/// A mistake in a class and a claim of it.
struct Mistake {
    profile: &'static str,
    driver: &'static str,
    parameters: Value,
    modes: &'static str,
    code: &'static str,
    /// The text that the finding points at, in an overlay.
    at: &'static str,
    /// What the help says to write.
    write: &'static str,
}

fn mistakes() -> Vec<Mistake> {
    let once = "ReadWriteOnce";
    let row = |profile, driver, parameters, modes, code, at, write| Mistake {
        profile,
        driver,
        parameters,
        modes,
        code,
        at,
        write,
    };
    let (aws, gce, azure) = ("ebs.csi.aws.com", "pd.csi.storage.gke.io", "disk.csi.azure.com");
    vec![
        row("aws-ebs", aws, json!({"type": "gp9"}), once, "D103", "\"gp9\"", "did you mean `gp3`"),
        row(
            "gce-pd",
            gce,
            json!({"type": "pd-ssd", "fsType": "ext4"}),
            once,
            "D101",
            "\"fsType\"",
            "write `csi.storage.k8s.io/fstype`",
        ),
        row(
            "aws-ebs",
            aws,
            json!({"type": "gp3"}),
            "ReadWriteMany",
            "D204",
            "\"ReadWriteMany\"",
            "Use Amazon EFS or FSx for Lustre",
        ),
        row(
            "aws-ebs",
            aws,
            json!({"type": "gp3", "iops": "16000"}),
            once,
            "A105",
            "\"10Gi\"",
            "write 5000, or ask for `32Gi` or more",
        ),
        row(
            "azure-disk",
            azure,
            json!({"skuName": "PremiumV2_LRS", "cachingMode": "ReadOnly"}),
            once,
            "D104",
            "\"ReadOnly\"",
            "write `cachingMode: None`",
        ),
        row(
            "aws-ebs",
            aws,
            json!({"type": "gp3", "encrypted": "True"}),
            once,
            "A101",
            "\"True\"",
            "only `true`",
        ),
        row(
            "aws-ebs",
            "kubernetes.io/aws-ebs",
            json!({"type": "gp3"}),
            once,
            "A109",
            "\"kubernetes.io/aws-ebs\"",
            "write `provisioner: ebs.csi.aws.com`",
        ),
    ]
}

#[test]
fn in_an_overlay_each_is_told_once_at_the_line_that_was_written() {
    for mistake in mistakes() {
        let parameters: Vec<String> = mistake
            .parameters
            .as_object()
            .expect("a table")
            .iter()
            .map(|(key, value)| format!("{} = {value}\n", json!(key)))
            .collect();
        let overlay = format!(
            "unset = [\"defaults.storageClasses.fsType\"]\n[storageClasses.mine]\nprovisioner = \"{}\"\n[storageClasses.mine.parameters]\n{}[claims.data]\nstorageClass = \"mine\"\naccessModes = [\"{}\"]\nsize = \"10Gi\"\n",
            mistake.driver,
            parameters.concat(),
            mistake.modes,
        );
        let folder = Folder::new();
        let file = folder.write("overlay.toml", &overlay);
        let output = volwright(&["render", mistake.profile, "-f", &file, "--format", "json"], "");
        let report: Value = serde_json::from_slice(&output.stderr).expect("a report");
        let findings = report["findings"].as_array().expect("findings");
        let [finding] = findings.as_slice() else {
            panic!("{overlay}{}", text(&output.stderr));
        };
        assert_eq!(finding["code"], mistake.code, "{overlay}");
        assert_eq!(finding["file"].as_str(), Some(file.as_str()), "{overlay}");
        let line = finding["line"].as_u64().expect("a line") as usize;
        let column = finding["column"].as_u64().expect("a column") as usize;
        let there = &overlay.lines().nth(line - 1).expect("the line")[column - 1..];
        assert!(there.starts_with(mistake.at), "{there}");
        let help = finding["help"].as_str().expect("a help");
        assert!(help.contains(mistake.write), "{help}");
    }
}

#[test]
fn in_a_manifest_each_is_told_once() {
    for mistake in mistakes() {
        let class = json!({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "mine"},
            "provisioner": mistake.driver, "parameters": mistake.parameters, "reclaimPolicy": "Retain",
            "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": true,
        });
        let claim = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
            "spec": {
                "storageClassName": "mine", "accessModes": [mistake.modes],
                "resources": {"requests": {"storage": "10Gi"}},
            },
        });
        let input = format!("{class}\n---\n{claim}\n");
        let output = volwright(&["validate", "--format", "json", "-"], &input);
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let findings = report["findings"].as_array().expect("findings");
        assert_eq!(findings.len(), 1, "{input}{}", text(&output.stdout));
        assert_eq!(findings[0]["code"], mistake.code, "{input}");
        assert!(findings[0]["help"].as_str().is_some_and(|help| help.contains(mistake.write)), "{input}");
    }
}

#[test]
fn the_seed_has_the_advice_that_it_deserves_and_no_other() {
    let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/seed.toml");
    let output = volwright(&["render", seed, "--format", "json"], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    // The plugin inside Kubernetes, gp2, the key `fsType` and binding at once.
    let mut codes = crate::support::codes(&output.stderr);
    codes.sort_unstable();
    assert_eq!(codes, ["A103", "A104", "A109", "A201"]);
}

/// What the drivers do without a word: accepted, and told as advice.
#[test]
fn silent_surprises_are_told_as_advice() {
    let (aws, gce, azure) = ("ebs.csi.aws.com", "pd.csi.storage.gke.io", "disk.csi.azure.com");
    let (class, attributes, snapshot) = ("StorageClass", "VolumeAttributesClass", "VolumeSnapshotClass");
    for (kind, driver, parameters, code, says) in [
        (class, aws, json!({"encrypted": "yes"}), "A101", "is read as `false`"),
        (class, aws, json!({"encrypted": "false", "kmsKeyId": "alias/k"}), "A102", "turns encryption on"),
        (class, aws, json!({"type": "GP3"}), "A107", "no disk type"),
        (class, aws, json!({"csi.storage.k8s.io/node-stage-secret-name": "a"}), "A107", "secret-namespace"),
        (class, gce, json!({"access-mode": "READ_ONLY_MANY"}), "A102", "does nothing"),
        (class, gce, json!({"data-cache-mode": "writeback"}), "A107", "needs `data-cache-size`"),
        (class, azure, json!({"diskAccessID": "a"}), "A102", "does nothing without"),
        (class, azure, json!({"perfProfile": "advanced"}), "A107", "needs `device-setting/…`"),
        (class, azure, json!({"kind": "Dedicated"}), "A102", "does nothing"),
        (attributes, gce, json!({"throughput": "290"}), "A107", "less than 1 MiB/s"),
        (attributes, azure, json!({"maxShares": "2"}), "A102", "does nothing"),
        (attributes, aws, json!({"volumeType": "gp3"}), "A103", "is deprecated"),
        (snapshot, azure, json!({"incremental": "False"}), "A101", "is read as `true`"),
    ] {
        let mut object = json!({"kind": kind, "metadata": {"name": "a"}, "parameters": parameters});
        let (version, fields) = match kind {
            "StorageClass" => (
                "storage.k8s.io/v1",
                json!({"provisioner": driver, "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": true}),
            ),
            "VolumeAttributesClass" => ("storage.k8s.io/v1", json!({"driverName": driver})),
            _ => ("snapshot.storage.k8s.io/v1", json!({"driver": driver, "deletionPolicy": "Delete"})),
        };
        object["apiVersion"] = json!(version);
        for (key, value) in fields.as_object().expect("fields") {
            object[key] = value.clone();
        }
        let output = volwright(&["validate", "--format", "json", "-"], object.to_string());
        assert!(output.status.success(), "{object}: {}", text(&output.stdout));
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        let findings = report["findings"].as_array().expect("findings");
        assert_eq!(findings.len(), 1, "{object}: {}", text(&output.stdout));
        assert_eq!(findings[0]["code"], code, "{object}");
        assert!(
            findings[0]["message"].as_str().is_some_and(|message| message.contains(says)),
            "{}",
            findings[0]
        );
    }
}

/// What belongs together is judged together: the class of a claim that names none, and no class where none is used.
#[test]
fn claims_are_judged_with_the_class_that_they_get() {
    let class = |name: &str, default: bool| {
        json!({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass",
            "metadata": {"name": name, "annotations": {"storageclass.kubernetes.io/is-default-class": default.to_string()}},
            "provisioner": "ebs.csi.aws.com", "parameters": {"type": "st1"},
        })
    };
    let claim = |extra: Value| {
        let mut claim = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data"},
            "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "10Gi"}}},
        });
        for (key, value) in extra.as_object().expect("fields") {
            claim["spec"][key] = value.clone();
        }
        claim
    };
    for (objects, expected) in [
        // The only default class.
        (vec![class("a", true), class("b", false), claim(json!({}))], &["D201"][..]),
        // Of two, the newest wins: nobody knows which that is.
        (vec![class("a", true), class("b", true), claim(json!({}))], &[]),
        (vec![class("a", false), claim(json!({}))], &[]),
        // A class that is not in the input.
        (vec![class("a", true), claim(json!({"storageClassName": "other"}))], &[]),
        // Nothing is made for a claim that names its volume.
        (vec![class("a", true), claim(json!({"storageClassName": "a", "volumeName": "v"}))], &[]),
        (
            vec![
                class("a", true),
                claim(json!({"storageClassName": "a", "selector": {"matchLabels": {"a": "b"}}})),
            ],
            &["A107", "D201"],
        ),
    ] {
        let input: String = objects.iter().map(|object| format!("---\n{object}\n")).collect();
        let output = volwright(&["validate", "--format", "json", "--select", "D,A107", "-"], &input);
        let mut codes = crate::support::codes(&output.stdout);
        codes.sort_unstable();
        assert_eq!(codes, expected, "{input}");
    }
}
