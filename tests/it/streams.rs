//! However an input is cut, and whatever is kept of it, the same is found.

use proptest::prelude::*;
use proptest::sample::select;

use volwright::catalog::pod_security::PodSecurityLevel;
use volwright::finding::{Finding, Report, Selection};
use volwright::output::json::Object;
use volwright::output::writer::json::compact;
use volwright::stream::{Input, ValidateOptions, validate};

/// What is found in an input, as JSON.
fn told(inputs: &[String], batch: usize, kept: usize) -> String {
    told_of(inputs, ValidateOptions { batch, kept, names: true, ..ValidateOptions::default() })
}

/// At most so many findings of each rule, as JSON.
fn limited(inputs: &[String], batch: usize, kept: usize, most: usize) -> String {
    let most = Some(most);
    told_of(inputs, ValidateOptions { batch, kept, most, names: true, ..ValidateOptions::default() })
}

fn told_of(inputs: &[String], options: ValidateOptions) -> String {
    let inputs = inputs.iter().cloned().map(Input::Text).collect();
    let mut validation = validate(inputs, &options).expect("readable");
    let mut report = Report::new(std::mem::take(&mut validation.findings), &Selection::default());
    report.omitted = std::mem::take(&mut validation.omitted);
    let object = Object { report: &report, listing: &validation, sources: &validation.sources, more: &[] };
    format!("{} {}", validation.count, compact(&object))
}

/// What is found in a text, without the places.
fn messages(text: String) -> Vec<String> {
    let validation = validate(vec![Input::Text(text)], &ValidateOptions::default()).expect("readable");
    let report = Report::new(validation.findings, &Selection::default());
    let message = |finding: &Finding| format!("{} {} {:?}", finding.rule.code, finding.message, finding.path);
    let mut messages: Vec<String> = report.findings.iter().map(message).collect();
    messages.sort();
    messages
}

/// Objects that refer to each other by one of three names, two of which are alike, before and behind each other.
fn document() -> impl Strategy<Value = String> {
    let name = || select(vec!["weights", "weigths", "b"]);
    let class = (name(), select(vec!["ext4", "ext9"]), any::<bool>(), select(vec!["Retain", "Delete"]));
    let class = class.prop_map(|(name, system, default, policy)| {
        format!(
            "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: {name}\n  annotations: {{storageclass.kubernetes.io/is-default-class: \"{default}\"}}\nprovisioner: ebs.csi.aws.com\nreclaimPolicy: {policy}\nvolumeBindingMode: WaitForFirstConsumer\nallowVolumeExpansion: true\nparameters: {{type: gp3, iops: \"16000\", csi.storage.k8s.io/fstype: {system}}}\n"
        )
    });
    let claim = (
        name(),
        name(),
        select(vec!["ml", "ml", "ml", "ops"]),
        select(vec!["Block", "Filesystem"]),
        select(vec!["10Gi", "64Gi"]),
        any::<bool>(),
    );
    let claim = claim.prop_map(|(name, class, namespace, mode, size, clone)| {
        let source = if clone { "  dataSource: {kind: PersistentVolumeClaim, name: b}\n" } else { "" };
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  accessModes: [ReadWriteOnce]\n  storageClassName: {class}\n  volumeMode: {mode}\n  resources: {{requests: {{storage: {size}}}}}\n{source}"
        )
    });
    let pod = (name(), name(), select(vec!["one", "two", ""]), any::<bool>());
    let pod = pod.prop_map(|(name, claim, zone, suppressed)| {
        let zone = if zone.is_empty() { String::new() } else { format!("  nodeSelector: {{topology.kubernetes.io/zone: {zone}}}\n") };
        let annotations = if suppressed { ", annotations: {volwright/ignore: 'L101: known'}" } else { "" };
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: ml{annotations}}}\nspec:\n  containers:\n    - name: c\n      image: registry.example.com/c:1\n      volumeMounts: [{{name: v, mountPath: /v}}]\n  volumes:\n    - name: v\n      persistentVolumeClaim: {{claimName: {claim}}}\n{zone}"
        )
    });
    let set = (name(), 1..3).prop_map(|(claim, workers)| {
        format!(
            "apiVersion: jobset.x-k8s.io/v1alpha2\nkind: JobSet\nmetadata: {{name: set, namespace: ml}}\nspec:\n  replicatedJobs:\n    - name: workers\n      replicas: {workers}\n      template:\n        spec:\n          template:\n            spec:\n              restartPolicy: Never\n              containers:\n                - name: c\n                  image: registry.example.com/c:1\n                  volumeMounts: [{{name: v, mountPath: /v}}]\n              volumes:\n                - name: v\n                  persistentVolumeClaim: {{claimName: {claim}}}\n"
        )
    });
    let other = select(vec![
        "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: shared}\nprovisioner: efs.csi.aws.com\nparameters: {provisioningMode: efs-ap, fileSystemId: fs-1, directoryPerms: '700'}\n",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: ml, labels: {pod-security.kubernetes.io/enforce: restricted}}\n",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
        "{unreadable\n",
        "",
    ]);
    prop_oneof![3 => class, 4 => claim, 4 => pod, 2 => set, 1 => other.prop_map(str::to_owned)]
}

/// The objects as the items of a list.
fn list(documents: &[String]) -> String {
    let items = documents.iter().filter(|text| text.starts_with("apiVersion"));
    let items = items.map(|text| format!("- {}", text.trim_end().replace('\n', "\n  ")));
    format!("kind: List\napiVersion: v1\nitems:\n{}\n", items.collect::<Vec<_>>().join("\n"))
}

/// The objects in JSON, on several lines each or on one. Templates without a name are of one object if their documents share a
/// position, as the items of a List do unless it is cut: custom resources are left out.
fn json(documents: &[String], is_pretty: bool) -> Vec<String> {
    let objects = documents.iter().filter(|text| text.starts_with("apiVersion") && !text.contains("JobSet"));
    let write = |text: &String| {
        let value: serde_json::Value = serde_yaml::from_str(text).expect("YAML");
        if is_pretty { format!("{value:#}") } else { value.to_string() }
    };
    objects.map(write).collect()
}

/// An input of such objects: separated, as the items of a list, as those of a List in JSON, or as a stream of JSON.
fn input() -> impl Strategy<Value = String> {
    let form = select(vec!["---\n", "---\n---\n", "--- # next\n", "list", "List", "List", "stream"]);
    (proptest::collection::vec(document(), 0..12), form, any::<bool>()).prop_map(
        |(documents, form, first)| match form {
            "list" => list(&documents),
            "List" => {
                let items = json(&documents, first).join(", ");
                format!("{{\"apiVersion\": \"v1\", \"items\": [{items}], \"kind\": \"List\"}}\n")
            }
            "stream" => json(&documents, first).join("\n"),
            _ => format!("{}{}", if first { form } else { "" }, documents.join(form)),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_does_not_depend_on_where_the_input_is_cut(inputs in proptest::collection::vec(input(), 1..3)) {
        let whole = told(&inputs, usize::MAX >> 1, usize::MAX >> 1);
        prop_assert_eq!(&told(&inputs, 1, 0), &whole);
        prop_assert_eq!(&told(&inputs, 900, 0), &whole);
        prop_assert_eq!(&told(&inputs, 300, 1 << 20), &whole);
    }

    #[test]
    fn an_item_of_a_list_is_an_object_of_its_own(documents in proptest::collection::vec(document(), 0..8)) {
        let objects: Vec<String> = documents.into_iter().filter(|text| text.starts_with("apiVersion")).collect();
        prop_assert_eq!(messages(list(&objects)), messages(objects.join("---\n")));
    }

    #[test]
    fn what_is_listed_under_a_limit_does_not_depend_on_where_the_input_is_cut(
        inputs in proptest::collection::vec(input(), 1..3),
        most in 1_usize..4,
    ) {
        let whole = limited(&inputs, usize::MAX >> 1, usize::MAX >> 1, most);
        prop_assert_eq!(&limited(&inputs, 1, 0, most), &whole);
        prop_assert_eq!(&limited(&inputs, 300, 1 << 20, most), &whole);
        let summary = |text: &str| text.split("\"summary\"").nth(1).map(str::to_owned);
        prop_assert_eq!(summary(&told(&inputs, 300, 0)), summary(&whole));
    }
}

#[test]
fn objects_in_json_are_cut_between_them() {
    let claim = |name: &str, class: &str| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {{"name": "{name}"}}, "spec": {{"accessModes": ["ReadWriteOnce"], "storageClassName": "{class}", "resources": {{"requests": {{"storage": "10Gi"}}}}}}}}"#
        )
    };
    let class = r#"{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "c"}, "provisioner": "ebs.csi.aws.com", "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": true, "parameters": {"type": "gp3", "iops": "16000"}}"#;
    let mut objects: Vec<String> = (0..5).map(|number| claim(&number.to_string(), "c")).collect();
    objects.push(class.to_owned());
    for text in [
        objects.join("\n"),
        objects.join(""),
        format!("{}\n{{broken\n{}", objects.join("\n"), claim("x", "c")),
    ] {
        let whole = told(std::slice::from_ref(&text), 1 << 30, 1 << 30);
        let claims = text.matches("PersistentVolumeClaim").count();
        assert_eq!(whole.matches("\"code\":\"A105\"").count(), claims, "{whole}");
        assert_eq!(told(std::slice::from_ref(&text), 1, 0), whole);
    }
}

#[test]
fn lists_in_json_are_cut_between_their_items() {
    let claim = |name: &str| {
        format!(
            r#"{{"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {{"name": "{name}", "annotations": {{"é": "\u00e9é]}}"}}}}, "spec": {{"accessModes": ["ReadWriteOnce"], "storageClassName": "c", "wrong": 1, "resources": {{"requests": {{"storage": "10Gi"}}}}}}}}"#
        )
    };
    let class = r#"{"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": "c"}, "provisioner": "ebs.csi.aws.com", "volumeBindingMode": "WaitForFirstConsumer", "allowVolumeExpansion": true, "parameters": {"type": "gp3", "iops": "16000"}}"#;
    let mut items: Vec<String> = (0..5).map(|number| claim(&number.to_string())).collect();
    items.push(class.to_owned());
    items.extend(["null", "\"text\"", "[1]", "{}"].map(str::to_owned));
    items.push(format!(
        r#"{{"kind": "List", "apiVersion": "v1", "items": [{}, {}]}}"#,
        claim("a"),
        claim("b")
    ));
    let all = |between: &str| items.join(between);
    let last =
        format!(r#"{{"apiVersion": "v1", "items": [{}], "kind": "List", "metadata": {{}}}}"#, all(","));
    let first = format!("{{\"kind\": \"PodList\",\n\"items\": [\n{}\n]\n}}\n", all(",\n"));
    let yaml = format!("apiVersion: v1\nkind: List\nitems: [{}]\n", claim("y"));
    let many = vec![claim("m"); 40].join(",");
    for text in [
        last.clone(),
        first.clone(),
        format!("{last}{first}"),
        format!("{first}{class}\n{last}"),
        format!("{class}{last}\n---\n{yaml}---\n{yaml}"),
        format!("{last}\n---\n{yaml}"),
        format!("{first}\n{yaml}"),
        format!("{first}{{broken\n{last}{{broken\n---\n{yaml}"),
        // Neither of these is a List.
        last.replace("List", "Other"),
        last.replace("\"metadata\"", "\"items\""),
        last.replace("\"items\": [", "\"items\": [,"),
        format!(r#"{{"kind": "List", "items": []}}{last}"#),
        format!(r#"{{"kind": "List", "items": [{many}]}}"#),
        last[..last.len() - 1].to_owned(),
    ] {
        let whole = told(std::slice::from_ref(&text), 1 << 30, 1 << 30);
        for (batch, kept) in [(1, 0), (1, 1 << 30), (700, 0), (5000, 0)] {
            assert_eq!(told(std::slice::from_ref(&text), batch, kept), whole, "{batch} {kept}: {text}");
        }
    }
}

#[test]
fn a_part_keeps_the_line_numbers_of_its_input() {
    let text = format!(
        "{}---\nkind: Pod\napiVersion: v1\nmetadata: {{name: a}}\nspec: {{}}\n",
        "# nothing\n---\n".repeat(500)
    );
    let level = Some(PodSecurityLevel::Baseline);
    let options = ValidateOptions { batch: 1, kept: 0, pod_security: level, ..ValidateOptions::default() };
    let validation = validate(vec![Input::Text(text)], &options).expect("readable");
    let lines: Vec<usize> = validation
        .findings
        .iter()
        .map(|finding| validation.sources.location(finding.primary.span).line)
        .collect();
    assert_eq!(lines, [1005]);
}

#[test]
fn objects_of_several_files_that_share_a_name_are_not_mixed_up() {
    let claim = |mode: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: data}}\nspec: {{accessModes: [ReadWriteOnce], volumeMode: {mode}, \
             storageClassName: s, resources: {{requests: {{storage: 1Gi}}}}}}\n"
        )
    };
    let pod = |name: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec: {{volumes: [{{name: v, persistentVolumeClaim: {{claimName: data}}}}], \
             containers: [{{name: c, image: 'example.com/c:1', volumeMounts: [{{name: v, mountPath: /v}}]}}]}}\n"
        )
    };
    let (block, files) = (claim("Block"), claim("Filesystem"));
    let both = |claim: &str, name: &str| format!("{claim}---\n{}", pod(name));
    for (inputs, wanted) in [
        // Each file's pod means its file's claim.
        (vec![both(&block, "a"), both(&files, "b")], vec!["a"]),
        (vec![both(&files, "b"), both(&block, "a")], vec!["a"]),
        // The only one there is is meant, in whatever file.
        (vec![pod("a"), block.clone()], vec!["a"]),
        (vec![block.clone(), pod("a"), pod("b")], vec!["a", "b"]),
        // Of several nobody knows which.
        (vec![pod("a"), block.clone(), files.clone()], vec![]),
        (vec![files.clone(), pod("a"), block.clone()], vec![]),
        (vec![block.clone(), block.clone(), both(&block, "a"), pod("b")], vec!["a"]),
    ] {
        for batch in [1, 1 << 20] {
            let text = told(&inputs, batch, 0);
            let named: Vec<String> = text
                .split("\"code\":\"L101\"")
                .skip(1)
                .map(|finding| finding.split("\"document\":").nth(1).expect("a document")[..1].to_owned())
                .collect();
            let mut documents = inputs.iter().flat_map(|text| text.split("---\n"));
            let found: Vec<usize> = named.iter().map(|index| index.parse().expect("a number")).collect();
            let places: Vec<usize> = (0..)
                .zip(&mut documents)
                .filter(|(_, text)| {
                    wanted.iter().any(|name| text.contains(&format!("kind: Pod\nmetadata: {{name: {name}}}")))
                })
                .map(|(index, _)| index)
                .collect();
            assert_eq!(found, places, "{batch} {inputs:?}: {text}");
        }
    }
}
