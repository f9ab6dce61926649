//! The doors for other programs: `volwright fn` as a KRM function, and `volwright init` for a new project.

use std::fs;

use crate::support::{Folder, command, run, volwright};
use serde_yaml::Value;
use volwright::profile::{builtin, recipe};

const OTHER: &str = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: other}\nspec: {\"on\": \"yes\", num: 1.50, list: [a, null]}\n";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: mine\n  annotations: {internal.config.kubernetes.io/path: a/b.yaml}\nspec: {containers: [{name: a, image: 'b:1'}]}\n";

fn list(config: &str, items: &[&str]) -> String {
    let indent = |text: &str, first: &str, rest: &str| {
        text.lines()
            .enumerate()
            .map(|(index, line)| format!("{}{line}\n", if index == 0 { first } else { rest }))
            .collect::<String>()
    };
    let mut out = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n".to_owned();
    if !config.is_empty() {
        out.push_str(&format!("functionConfig:\n{}", indent(config, "  ", "  ")));
    }
    out.push_str("items:\n");
    items.iter().for_each(|item| out.push_str(&indent(item, "- ", "  ")));
    out
}

/// What the function answers: exit code and list.
fn answer(input: &str) -> (Option<i32>, Value) {
    let output = volwright(&["fn"], input);
    let text = String::from_utf8(output.stdout).expect("text");
    (output.status.code(), serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
}

fn items(list: &Value) -> &[Value] {
    list["items"].as_sequence().expect("items")
}

#[test]
fn a_function_generates_beside_what_passes_through_untouched() {
    let config = "apiVersion: example.com/v1\nkind: Render\nmetadata: {name: storage}\nspec:\n  profile: aws-ebs\n  set: {claims: {data: {size: 200Gi}}}\n";
    let (code, list_) = answer(&list(config, &[OTHER, POD, config]));
    assert_eq!(code, Some(0));
    let found = items(&list_);
    let untouched: Value = serde_yaml::from_str(OTHER).expect("YAML");
    assert_eq!(found[0], untouched);
    assert_eq!(found[1], serde_yaml::from_str::<Value>(POD).expect("YAML"));
    assert!(found.iter().all(|item| item["kind"] != "Render"), "the configuration is echoed");
    let claim = found.iter().find(|item| item["kind"] == "PersistentVolumeClaim").expect("a claim");
    assert_eq!(claim["spec"]["resources"]["requests"]["storage"], "200Gi");
    assert!(list_.get("functionConfig").is_none() && list_.get("results").is_none(), "{list_:?}");
    let count = found.len();
    assert!(count > 4);
    // Once more over its own output, as JSON, which is YAML: everything is replaced, nothing is there twice.
    let again: Vec<String> = found.iter().map(|item| serde_json::to_string(item).expect("JSON")).collect();
    let again: Vec<&str> = again.iter().map(String::as_str).collect();
    let (code, second) = answer(&list(config, &again));
    assert_eq!((code, items(&second)), (Some(0), found));
}

#[test]
fn a_function_takes_a_profile_as_yaml_and_a_config_map() {
    let profile = "apiVersion: example.com/v1\nkind: Profile\nmetadata: {name: storage}\nspec:\n  name: ml\n  driver: csi.example.com\n  storageClasses: {fast: {reclaimPolicy: Retain, volumeBindingMode: WaitForFirstConsumer, allowVolumeExpansion: true}}\n";
    let (code, made) = answer(&list(profile, &[]));
    assert_eq!((code, items(&made).len()), (Some(0), 1), "{made:?}");
    assert_eq!(items(&made)[0]["metadata"]["name"], "ml-fast");
    let extends = profile.replace("  driver: csi.example.com\n", "  extends: gce-pd\n");
    assert!(items(&answer(&list(&extends, &[])).1).len() >= 4);
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: storage}\ndata: {profile: azure-disk}\n";
    let (code, made) = answer(&list(map, &[]));
    assert_eq!(code, Some(0));
    assert!(items(&made).iter().any(|item| item["provisioner"] == "disk.csi.azure.com"));
}

#[test]
fn what_passes_through_keeps_its_text() {
    let config =
        "apiVersion: example.com/v1\nkind: Render\nmetadata: {name: storage}\nspec: {profile: aws-ebs}\n";
    let kept = "# before\n-   kind: Thing # why\n    apiVersion: example.com/v1\n    metadata: &here {name: a}\n    again: *here\n    y: 1.50\n    text: |\n      a\n\n       b\n# behind\n\n- {apiVersion: v1, kind: ConfigMap,\n   metadata: {name: \"b\"}}\n";
    let former = "- apiVersion: v1\n  kind: PersistentVolumeClaim\n  metadata: {name: aws-ebs-data}\n  spec: {former: self}\n";
    let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n";
    let indent = |text: &str| text.lines().map(|line| format!("  {line}\n")).collect::<String>();
    let input = format!("{head}{kept}{former}functionConfig:\n{}", indent(config));
    let output = volwright(&["fn"], &input);
    let list_ = String::from_utf8(output.stdout).expect("text");
    assert_eq!(output.status.code(), Some(0), "{list_}");
    let kept = kept.split_once('\n').expect("a comment").1;
    assert!(
        list_.starts_with(&format!("{head}{kept}- apiVersion: v1\n  kind: PersistentVolumeClaim\n")),
        "{list_}"
    );
    assert!(
        !list_.contains("former")
            && list_.contains("\n- apiVersion: storage.k8s.io/v1\n  kind: StorageClass\n")
    );
    // Without the anchor's item the text alone would be no YAML.
    let alias = "- kind: Render\n  apiVersion: example.com/v1\n  metadata: &m {name: storage}\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: *m\n";
    let output = volwright(&["fn"], format!("{head}{alias}functionConfig:\n{}", indent(config)));
    let list_: Value = serde_yaml::from_slice(&output.stdout).expect("YAML");
    assert_eq!(items(&list_)[0]["metadata"]["name"], "storage");
}

#[test]
fn a_function_says_what_is_wrong_and_where() {
    let bad = POD.replace("containers", "contianers");
    let (code, list_) = answer(&list("", &[OTHER, &bad]));
    assert_eq!(code, Some(1));
    let results = list_["results"].as_sequence().expect("results");
    let unknown = results
        .iter()
        .find(|result| result["field"]["path"] == "spec.contianers")
        .unwrap_or_else(|| panic!("{results:?}"));
    assert_eq!(unknown["severity"], "error");
    assert_eq!(unknown["resourceRef"]["name"], "mine");
    assert_eq!(unknown["resourceRef"]["kind"], "Pod");
    assert_eq!(unknown["file"]["path"], "a/b.yaml");
    assert_eq!(items(&list_).len(), 2);
    // Nothing is generated beside what is wrong.
    let config =
        "apiVersion: example.com/v1\nkind: Render\nmetadata: {name: storage}\nspec: {profile: aws-ebs}\n";
    let (code, list_) = answer(&list(config, &[OTHER, &bad]));
    assert_eq!((code, items(&list_).len()), (Some(1), 2));
    let config = config.replace("profile", "profil");
    let (code, list_) = answer(&list(&config, &[OTHER]));
    assert_eq!((code, items(&list_).len()), (Some(1), 1));
    let text = format!("{:?}", list_["results"]);
    assert!(text.contains("did you mean `profile`"), "{text}");
    let config = config.replace("spec: {profil:", "spce: {profile:");
    let (code, list_) = answer(&list(&config, &[OTHER]));
    assert_eq!((code, items(&list_).len()), (Some(1), 1));
    assert!(format!("{:?}", list_["results"]).contains("did you mean `spec`"), "{list_:?}");
    // What is wrong in a profile's file is found there.
    let folder = Folder::new();
    let profile = folder.write("profile.toml", "extends = \"aws-ebs\"\nnmae = \"a\"\n");
    let config = format!("kind: Render\nspec: {{profile: \"{profile}\"}}\n");
    let (code, list_) = answer(&list(&config, &[]));
    assert_eq!((code, &list_["results"][0]["file"]["path"]), (Some(1), &Value::from(profile)));
    for input in [
        "",
        "kind: Pod\napiVersion: v1\n",
        "a: 1\n---\nb: 2\n",
        "kind: ResourceList\nitems: {a: b}\n",
        "kind: ResourceList\nfunctionConfig: 3\n",
    ] {
        let output = volwright(&["fn"], input);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{input}");
    }
}

#[test]
fn a_project_begins_with_any_recipe_on_every_cloud() {
    let recipes: Vec<_> = recipe::names().collect();
    let expected = [
        "bucket-inference",
        "bucket-ray-cluster",
        "dataset-cache",
        "distributed-training",
        "inference-service",
        "inference",
        "job-set",
        "kubeflow-notebook",
        "leader-worker-set",
        "mpi-job",
        "notebook-hub",
        "notebook",
        "pytorch-job",
        "ray-cluster",
        "ray-job",
        "shared-pytorch-job",
        "shared-training",
        "train-job",
        "training",
        "vllm",
        "workflow",
    ];
    assert_eq!(recipes, expected);
    let clouds: Vec<_> = builtin::names().collect();
    for recipe in recipes {
        let folder = Folder::new();
        let dir = folder.path().join("new");
        let mut init = vec!["init", "--recipe", recipe, "--dir", dir.to_str().expect("plain")];
        init.extend(&clouds);
        let output = volwright(&init, "");
        assert!(output.status.success(), "{recipe}: {}", String::from_utf8_lossy(&output.stderr));
        let mut check =
            command(&["render", "--check", "--fail-on", "warning", "--pod-security", "restricted"]);
        check.current_dir(&dir);
        let output = run(check, "");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.ends_with(" files are up to date\n"), "{recipe}: {said}");
        let overlay = fs::read_to_string(dir.join(format!("{recipe}.toml"))).expect("the overlay");
        let text = recipe::text(recipe).expect("a recipe");
        assert_eq!(overlay, format!("#:schema ./volwright.schema.json\n{text}"));
        assert!(text.lines().count() <= 40, "{recipe}");
        assert!(dir.join("volwright.schema.json").is_file(), "{recipe}");
        assert!(clouds.iter().all(|cloud| dir.join("deploy").join(cloud).is_dir()), "{recipe}");
    }
}

#[test]
fn a_new_project_passes_its_check_at_once() {
    for profiles in [&[][..], &["gce-pd", "azure-disk"]] {
        let folder = Folder::new();
        let dir = folder.path().join("My Storage");
        let init = [&["init", "--dir", dir.to_str().expect("plain")], profiles].concat();
        let output = volwright(&init, "");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut check = command(&["render", "--check", "--fail-on", "warning"]);
        check.current_dir(&dir);
        let output = run(check, "");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let overlay = fs::read_to_string(dir.join("overlay.toml")).expect("there");
        assert!(overlay.contains("name = \"my-storage\""), "{overlay}");
        // Nothing is replaced.
        fs::write(dir.join("overlay.toml"), "mine").expect("written");
        fs::remove_file(dir.join("volwright.toml")).expect("removed");
        assert_eq!(volwright(&init, "").status.code(), Some(2));
        assert!(!dir.join("volwright.toml").exists());
        assert_eq!(fs::read_to_string(dir.join("overlay.toml")).expect("there"), "mine");
    }
    let folder = Folder::new();
    let dir = folder.path().join("new");
    let output = volwright(&["init", "--dir", dir.to_str().expect("plain"), "--recipe", "traning"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("a similar value exists: 'training'"));
    assert!(!dir.exists());
    let output = volwright(&["init", "--dir", dir.to_str().expect("plain"), "aws-esb"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("did you mean `aws-ebs`"));
    assert!(!dir.exists());
}

#[test]
fn a_new_project_below_the_root_of_a_repository_has_its_workflow_at_the_root() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path().join(".git")).expect("a folder");
    folder.write("README", "there");
    fs::create_dir_all(folder.path().join("infra")).expect("a folder");
    for (place, dir) in [("", "infra/storage"), ("infra", "other"), ("", ".")] {
        let mut init = command(&["init", "--dir", dir, "aws-ebs", "gce-pd"]);
        init.current_dir(folder.path().join(place));
        let output = run(init, "");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut check = command(&["render", "--check"]);
        check.current_dir(folder.path().join(place).join(dir));
        assert!(run(check, "").status.success());
    }
    let workflows = folder.path().join(".github/workflows");
    let read = |name: &str| -> Value {
        let text = fs::read_to_string(workflows.join(name)).expect("a workflow");
        serde_yaml::from_str(&text).expect("YAML")
    };
    let step = |name: &str| read(name)["jobs"]["check"]["steps"][1].clone();
    let place = |name: &str| step(name)["with"]["working-directory"].clone();
    assert_eq!(place("volwright-infra-storage.yml"), Value::from("infra/storage"));
    assert_eq!(place("volwright-infra-other.yml"), Value::from("infra/other"));
    assert_eq!(place("volwright.yml"), Value::Null);
    let action = step("volwright.yml")["uses"].as_str().expect("an action").to_owned();
    assert!(action.ends_with(&format!("/volwright@v{}", env!("CARGO_PKG_VERSION"))), "{action}");
    for name in ["volwright.yml", "volwright-infra-other.yml"] {
        let text = fs::read_to_string(workflows.join(name)).expect("a workflow");
        assert!(!text.contains("DIRECTORY") && !text.contains("VERSION"), "{text}");
        // The steps to use before the release are a workflow as well.
        let fallback = text.lines().skip_while(|line| !line.starts_with("      # Until")).skip(1);
        let fallback: String = fallback.map(|line| format!("{}\n", line.replacen("# ", "", 1))).collect();
        let steps: Value = serde_yaml::from_str(&fallback).expect("YAML");
        assert_eq!(steps.as_sequence().map(Vec::len), Some(2), "{fallback}");
        assert_eq!(steps[1]["working-directory"], place(name), "{fallback}");
    }
    assert!(!folder.path().join("infra/storage/.github").exists());
}
