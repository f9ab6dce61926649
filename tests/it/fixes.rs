//! Fixes: what every rule's fix leaves behind, and what `--fix` leaves untouched.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use volwright::registry::all;
use volwright::rule::ExampleKind;

use crate::support::{Folder, volwright};

/// A file whose ten defects have safe fixes.
const TEN: &str = "# classes of the team, größer\napiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: fast  # the default\n  annotations:\n    volwright/ignore: \"A105: as agreed\"\n    owner: 7\nprovisioner: ebs.csi.aws.com\nparameters:\n  type: gp3\n  encrypted: true\n  # in whole numbers\n  iops: 3000\nreclaimpolicy: Delete\nmountoptions: [noatime]\nvolumeBindingMode: WaitForFirstConsumer\n---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, labels: {tier: 1, stage: 2}}\nspec:\n  accessModes: [ReadWriteOnce]\n  storageClassName: fast\n  resources:\n    requests:\n      storage: 10 GB  # small\n";

fn findings(report: &[u8]) -> Vec<Value> {
    let report: Value = serde_json::from_slice(report).expect("JSON");
    report["findings"].as_array().expect("a list").clone()
}

fn codes(findings: &[Value]) -> BTreeSet<String> {
    findings.iter().map(|finding| finding["code"].as_str().expect("text").to_owned()).collect()
}

/// The findings of a text, and the text after all of its fixes.
fn fixed(kind: ExampleKind, text: &str, folder: &Folder) -> Option<(Vec<Value>, String, Vec<Value>)> {
    let (name, command) = match kind {
        ExampleKind::Manifest => ("fix.yaml", "validate"),
        ExampleKind::Profile => ("fix.toml", "render"),
        _ => return None,
    };
    let path = folder.write(name, text);
    let report = |args: &[&str]| {
        let run = volwright(&[&[command, "--format", "json"], args, &[&path]].concat(), "");
        let notes = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(!notes.contains("bug in volwright"), "{text}\n{notes}");
        let report = if command == "render" { run.stderr } else { run.stdout };
        let start = report.iter().position(|byte| *byte == b'{').expect("JSON");
        findings(&report[start..])
    };
    let before = report(&[]);
    let after = report(&["--fix", "--unsafe-fixes", "-q"]);
    Some((before, fs::read_to_string(&path).expect("the file"), after))
}

#[test]
fn a_fixed_example_fires_nothing_new() {
    let folder = Folder::new();
    let (mut wrong, mut with_fix) = (Vec::new(), BTreeSet::new());
    for rule in all() {
        for (index, text) in rule.page.example.bad.iter().enumerate() {
            let Some((before, new, after)) = fixed(rule.page.example.kind, text, &folder) else { continue };
            let own =
                |findings: &[Value]| findings.iter().filter(|finding| finding["code"] == rule.code).count();
            let fixes = before.iter().filter(|finding| !finding["fix"].is_null()).count();
            if fixes == 0 {
                assert_eq!(new, **text, "{}: a file without fixes changes", rule.code);
                continue;
            }
            with_fix.insert(rule.code);
            let added: Vec<_> = codes(&after).difference(&codes(&before)).cloned().collect();
            // With the key in place, its value is checked.
            let added: Vec<_> =
                added.into_iter().filter(|code| rule.code != "P003" || code != "P008").collect();
            if own(&after) + fixes > own(&before) || !added.is_empty() {
                wrong.push(format!(
                    "{} {index}: {} → {}, new {added:?}\n{new}",
                    rule.code,
                    own(&before),
                    own(&after)
                ));
            }
        }
    }
    println!("{} rules have an example with a fix: {with_fix:?}", with_fix.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(with_fix.len() >= 40, "{} rules offer a fix", with_fix.len());
}

#[test]
fn fixes_keep_line_endings_comments_and_other_documents() {
    let folder = Folder::new();
    for rule in all() {
        for text in rule.page.example.bad {
            let Some((_, new, _)) = fixed(rule.page.example.kind, text, &folder) else { continue };
            if new == *text || text.contains('\r') {
                continue;
            }
            let windows = text.replace('\n', "\r\n");
            let (_, crlf, _) = fixed(rule.page.example.kind, &windows, &folder).expect("the same kind");
            assert_eq!(crlf, new.replace('\n', "\r\n"), "{}", rule.code);
            let comment = "# größer 𐐀\n";
            let (_, commented, _) =
                fixed(rule.page.example.kind, &format!("{comment}{text}"), &folder).expect("the same kind");
            assert_eq!(commented, format!("{comment}{new}"), "{}", rule.code);
        }
    }
}

#[test]
fn ten_findings_are_fixed_in_one_run() {
    let folder = Folder::new();
    let path = folder.write("ten.yaml", TEN);
    let before = findings(&volwright(&["validate", "--format", "json", &path], "").stdout);
    assert!(before.iter().filter(|finding| !finding["fix"].is_null()).count() >= 10, "{before:#?}");
    let diff = volwright(&["validate", "--fix", "--diff", &path], "");
    assert_eq!(diff.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&path).expect("the file"), TEN, "--diff writes nothing");
    let run = volwright(&["validate", "--fix", &path], "");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let new = fs::read_to_string(&path).expect("the file");
    for kept in ["# classes of the team, größer", "fast  # the default", "  # in whole numbers", "  # small"]
    {
        assert!(new.contains(kept), "{new}");
    }
    let changed = TEN.lines().filter(|line| !new.lines().any(|other| other == *line)).count();
    assert!(changed <= 10, "{changed} lines changed\n{new}");
    let again = volwright(&["validate", "--fix", &path], "");
    assert_eq!(again.status.code(), Some(0));
    assert_eq!(fs::read_to_string(&path).expect("the file"), new, "fixing is stable");
}

#[test]
fn standard_input_is_fixed_with_echo() {
    let run = volwright(&["validate", "--fix", "--echo", "-"], TEN);
    assert_eq!(run.status.code(), Some(0));
    let text = String::from_utf8(run.stdout).expect("UTF-8");
    assert!(text.starts_with("# classes of the team"), "{text}");
    assert!(text.contains("encrypted: \"true\""), "{text}");
    let refused = volwright(&["validate", "--fix", "-"], TEN);
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn an_unsafe_fix_needs_its_flag() {
    let folder = Folder::new();
    let text = "extends = \"aws-ebs\"\nname = \"x\"\n[claims.data] # the data\nsize = \"100Gi\"\nstorageClas = 'fast'\n";
    let path = folder.write("x.toml", text);
    let run = volwright(&["render", "--fix", &path], "");
    assert_eq!(run.status.code(), Some(1));
    assert_eq!(fs::read_to_string(&path).expect("the file"), text);
    assert!(String::from_utf8_lossy(&run.stderr).contains("(unsafe)"));
    let run = volwright(&["render", "--fix", "--unsafe-fixes", &path], "");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let new = text.replace("storageClas ", "storageClass ");
    assert_eq!(fs::read_to_string(&path).expect("the file"), new);
}

/// Renders `profile` with `files` written first, with all fixes, and returns the run and the text of the last file.
fn fix_layers(folder: &Folder, profile: &str, layers: &[(&str, &str)]) -> (std::process::Output, String) {
    let paths: Vec<_> = layers.iter().map(|(name, text)| folder.write(name, text)).collect();
    let mut args = vec!["render", "--fix", "--unsafe-fixes", profile];
    paths.iter().for_each(|path| args.extend(["-f", path]));
    let run = volwright(&args, "");
    let text = paths.last().map(|path| fs::read_to_string(path).expect("the layer")).unwrap_or_default();
    (run, text)
}

#[test]
fn a_value_of_a_built_in_layer_is_overridden_in_the_overlay() {
    // The class of 10,000 IOPS is built in; a disk of 10Gi gets 5,000.
    let claim = "[claims.data] # größer\nstorageClass = 'fast'\nsize = \"10Gi\"\n";
    let cases = [
        (claim.to_owned(), format!("{claim}\n[storageClasses.fast.parameters]\niops = 5000\n")),
        (
            format!("[storageClasses.fast]\n# ours\nreclaimPolicy = \"Delete\" # or not\n{claim}"),
            format!(
                "[storageClasses.fast]\n# ours\nreclaimPolicy = \"Delete\" # or not\nparameters = {{ iops = 5000 }}\n{claim}"
            ),
        ),
        (
            format!("storageClasses = {{ fast = {{}} }}\n{claim}"),
            format!("storageClasses = {{ fast = {{ parameters = {{ iops = 5000 }} }} }}\n{claim}"),
        ),
        (
            format!("[storageClasses.fast] # see below\n{claim}"),
            format!("[storageClasses.fast] # see below\nparameters = {{ iops = 5000 }}\n{claim}"),
        ),
        (
            format!("[storageClasses.fast.parameters]\nthroughput = 250\n{claim}"),
            format!("[storageClasses.fast.parameters]\nthroughput = 250\niops = 5000\n{claim}"),
        ),
    ];
    for (old, new) in cases {
        for line_break in ["\n", "\r\n"] {
            let (old, new) = (old.replace('\n', line_break), new.replace('\n', line_break));
            let (run, text) = fix_layers(&Folder::new(), "aws-ebs", &[("overlay.toml", &old)]);
            assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
            assert_eq!(text, new);
            assert!(!String::from_utf8_lossy(&run.stderr).contains("A105"));
        }
    }
}

#[test]
fn the_highest_layer_gets_the_key() {
    let folder = Folder::new();
    let claim = "[claims.data]\nstorageClass = \"fast\"\nsize = \"10Gi\"\n";
    let upper = "# prod\n[claims.data]\nlabels = { stage = \"prod\" }\n";
    let (run, text) = fix_layers(&folder, "aws-ebs", &[("a.toml", claim), ("b.toml", upper)]);
    assert_eq!(run.status.code(), Some(0));
    assert_eq!(text, format!("{upper}\n[storageClasses.fast.parameters]\niops = 5000\n"));
    assert_eq!(fs::read_to_string(folder.path().join("a.toml")).expect("the layer"), claim);
}

#[test]
fn an_overlay_of_several_profiles_gets_a_part_for_one() {
    let folder = Folder::new();
    let overlay = folder.write("o.toml", "[claims.data]\nstorageClass = \"fast\"\nsize = \"10Gi\"\n");
    let out = folder.path().join("out").display().to_string();
    let args = ["render", "aws-ebs", "gce-pd", "-f", &overlay, "--out-dir", &out, "--fix", "--unsafe-fixes"];
    let run = volwright(&args, "");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let text = fs::read_to_string(&overlay).expect("the overlay");
    assert!(text.ends_with("\n[on.aws-ebs.storageClasses.fast.parameters]\niops = 5000\n"), "{text}");
}

#[test]
fn without_a_layer_of_the_user_the_finding_says_what_to_write() {
    let args =
        ["render", "aws-ebs", "--set", "claims.data.storageClass=fast", "--set", "claims.data.size=10Gi"];
    let run = volwright(&args, "");
    let report = String::from_utf8_lossy(&run.stderr);
    let argument = "--set storageClasses.fast.parameters.iops=5000";
    assert!(report.contains(&format!("render with `{argument}`, or with an overlay")), "{report}");
    let more: Vec<_> = argument.split(' ').collect();
    let run = volwright(&[args.as_slice(), &more].concat(), "");
    assert!(!String::from_utf8_lossy(&run.stderr).contains("A105"));
}

#[test]
fn a_fix_of_a_container_is_written_as_the_key_of_the_profile() {
    let own = "name = \"ml\"\ndriver = \"ebs.csi.aws.com\"\npodSecurity = \"restricted\"\n[pods.web]\nimage = \"nginx:1.27\"\n";
    let folder = Folder::new();
    let path = folder.write("p.toml", own);
    let run = volwright(&["render", "--fix", "--unsafe-fixes", &path], "");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let text = fs::read_to_string(&path).expect("the profile");
    let rest = text.strip_prefix(own).expect("the lines before");
    assert!(rest.starts_with("containerSecurityContext = { ") && rest.lines().count() == 1, "{rest}");
}

#[test]
fn a_class_of_a_plugin_inside_kubernetes_is_translated_with_its_zones() {
    let folder = Folder::new();
    let cases = [
        (
            "kind: StorageClass\napiVersion: storage.k8s.io/v1\nmetadata: {name: c}\nprovisioner: kubernetes.io/gce-pd\nvolumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion: true\nparameters:\n  type: pd-ssd # fast\n  zones: us-central1-a, us-central1-b\n  fsType: ext4\n",
            "kind: StorageClass\napiVersion: storage.k8s.io/v1\nmetadata: {name: c}\nprovisioner: pd.csi.storage.gke.io\nvolumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion: true\nallowedTopologies:\n  - matchLabelExpressions:\n      - key: topology.gke.io/zone\n        values:\n          - us-central1-a\n          - us-central1-b\nparameters:\n  type: pd-ssd # fast\n  csi.storage.k8s.io/fstype: ext4\n",
        ),
        (
            "kind: StorageClass\napiVersion: storage.k8s.io/v1\nmetadata: {name: c}\nprovisioner: kubernetes.io/gce-pd\nvolumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion: true\nparameters: {type: pd-ssd}\nallowedTopologies:\n- matchLabelExpressions:\n  - {key: failure-domain.beta.kubernetes.io/zone, values: [us-central1-a]}\n",
            "kind: StorageClass\napiVersion: storage.k8s.io/v1\nmetadata: {name: c}\nprovisioner: pd.csi.storage.gke.io\nvolumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion: true\nparameters: {type: pd-ssd}\nallowedTopologies:\n- matchLabelExpressions:\n  - {key: topology.gke.io/zone, values: [us-central1-a]}\n",
        ),
    ];
    for (old, new) in cases {
        let path = folder.write("class.yaml", old);
        let run = volwright(&["validate", "--fix", "--unsafe-fixes", &path], "");
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stdout));
        assert_eq!(fs::read_to_string(&path).expect("the file"), new);
    }
}

#[test]
fn names_of_parameters_file_systems_and_mount_options_are_corrected() {
    let folder = Folder::new();
    let class = |rest: &str| {
        format!(
            "kind: StorageClass\napiVersion: storage.k8s.io/v1\nmetadata: {{name: c}}\nvolumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion: true\n{rest}"
        )
    };
    let cases = [
        (
            "provisioner: ebs.csi.aws.com\nparameters: {type: gp3, throughputt: '250'}\n",
            "provisioner: ebs.csi.aws.com\nparameters: {type: gp3, throughput: '250'}\n",
        ),
        (
            "provisioner: ebs.csi.aws.com\nparameters: {type: gp3, csi.storage.k8s.io/fstype: Ext4}\n",
            "provisioner: ebs.csi.aws.com\nparameters: {type: gp3, csi.storage.k8s.io/fstype: ext4}\n",
        ),
        (
            "provisioner: pd.csi.storage.gke.io\nparameters:\n  type: pd-ssd\n  filesystem: xfs\n",
            "provisioner: pd.csi.storage.gke.io\nparameters:\n  type: pd-ssd\n  csi.storage.k8s.io/fstype: xfs\n",
        ),
    ];
    for (old, new) in cases {
        let path = folder.write("class.yaml", class(old));
        let run = volwright(&["validate", "--fix", "--unsafe-fixes", &path], "");
        assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stdout));
        assert_eq!(fs::read_to_string(&path).expect("the file"), class(new));
    }
}

#[test]
fn ten_findings_become_ten_small_hunks() {
    let defects = [
        ("    stage: 1 # the first", "    stage: \"1\" # the first"),
        ("    stage: yes", "    stage: \"yes\""),
        ("    stage: 'a' # größer", "    stage: 'a' # größer"),
    ];
    let document = |name: usize, stage: &str, size: &str| {
        format!(
            "# claim {name}\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: data-{name}\n  labels:\n    team: ml\n    part: data\n{stage}\n    tier: fast\n    zone: any\n    owner: ann\nspec:\n  accessModes: [ReadWriteOnce]\n  storageClassName: fast\n  volumeMode: Filesystem\n  resources:\n    requests:\n      # as agreed\n      storage: {size}\n"
        )
    };
    let text = |fixed: bool| {
        let documents = (0..10).map(|name| {
            let (old, new) = defects[name % 3];
            let size = if name % 3 == 2 && !fixed { "10 Gi" } else { "10Gi" };
            document(name, if fixed { new } else { old }, size)
        });
        documents.collect::<Vec<_>>().join("---\n")
    };
    let folder = Folder::new();
    let path = folder.write("ten.yaml", text(false));
    let diff = volwright(&["validate", "--fix", "--diff", &path], "");
    let diff = String::from_utf8(diff.stdout).expect("UTF-8");
    let lines = |start: &str| diff.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!((lines("@@ "), lines("-    "), lines("+    ")), (10, 10, 10), "{diff}");
    let run = volwright(&["validate", "--fix", &path], "");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stdout));
    assert_eq!(fs::read_to_string(&path).expect("the file"), text(true));
}
