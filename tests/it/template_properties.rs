//! No value changes the structure of a document: what the templates render is what a program without templates builds.

use proptest::prelude::{Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use serde_json::{Map, Value as Json, json};
use volwright::profile;
use volwright::render::{Rendered, Request, render, stream};
use volwright::source::Sources;
use volwright::template::Templates;
use volwright::yaml::node::{Node, Value};

/// Any text, and texts that mean something to YAML, to templates, to TOML or to the marks between them.
fn texts() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        "[\\n\\t '\":#{}\\[\\],&*!|>%@`~?=\\\\-]{0,12}",
        "(\\{\\{ metadata \\}\\}|\\{% raw %\\}|\\{#|\\n---\\n|\\n\\.\\.\\.\\n|: |- | #|\\r\\n|kind: Pod\\n){1,4}",
        "(yes|on|y|~|null|1_000|0o14|0x_1|\\.5|1e3|-\\.inf|2001-01-01|<<|=|\\$\\{A\\}|true)",
        "[\u{0}-\u{8}\u{7f}\u{85}\u{a0}\u{2028}\u{feff}\u{fffe}\u{10ffff}]{1,4}",
    ];
    let any_text =
        prop::collection::vec(any::<char>(), 0..20).prop_map(|letters| letters.into_iter().collect());
    prop_oneof![2 => nasty, 1 => any_text, 1 => "[ -~]{0,40}"]
}

/// A key: never empty twice, and none that the profile makes itself.
fn keys() -> impl Strategy<Value = Vec<String>> {
    prop::collection::btree_set(texts(), 0..4).prop_map(|keys| keys.into_iter().collect())
}

/// A TOML string in which every character is escaped.
fn quoted(text: &str) -> String {
    let letters = text.chars().map(|letter| format!("\\U{:08X}", u32::from(letter)));
    format!("\"{}\"", letters.collect::<String>())
}

fn table(keys: &[String], value: &str) -> String {
    let entries = keys.iter().map(|key| format!("{} = {}", quoted(key), quoted(value)));
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

fn map(keys: &[String], value: &str) -> Json {
    Json::Object(keys.iter().map(|key| (key.clone(), Json::from(value))).collect::<Map<_, _>>())
}

/// Leaves out what is empty, as the templates do not: they render what the profile states.
fn tree(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => json!(value),
        Value::Integer(value) => json!(value),
        Value::Float(value) => json!(value),
        Value::String(text) => json!(text),
        Value::Sequence(items) => items.iter().map(tree).collect(),
        Value::Mapping(entries) => Json::Object(
            entries.iter().map(|entry| (entry.key.value.to_string(), tree(&entry.value))).collect(),
        ),
    }
}

fn rendered(name: &str, text: &str) -> Rendered {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("template");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(name);
    std::fs::write(&file, text).expect("written");
    let mut sources = Sources::new();
    let templates = Templates::new(None, &mut sources).expect("built in");
    let request = Request {
        profile: profile::Request { profile: file.to_str().expect("plain"), ..Default::default() },
        ..Request::default()
    };
    render(&mut sources, &templates, &request).expect("readable")
}

/// Compares what is rendered, and what other readers read of it, with the expected objects.
fn check(name: &str, text: &str, expected: &[Json]) -> Result<(), proptest::test_runner::TestCaseError> {
    let rendered = rendered(name, text);
    // Findings are welcome: names and keys may be refused, but the shape stays.
    let trees: Vec<Json> = rendered.documents.iter().map(|document| tree(&document.root)).collect();
    prop_assert_eq!(&trees, expected, "{:#?}", rendered.findings);
    let mut sources = Sources::new();
    let written = stream(&rendered.documents);
    let id = sources.add("-", written.as_str(), volwright::source::SourceKind::Manifest);
    let again = volwright::yaml::read::read(id, &sources.get(id).text);
    let again: Vec<Json> = again.iter().filter_map(|reading| reading.root.as_ref()).map(tree).collect();
    prop_assert_eq!(&again, expected, "{}", written);
    Ok(())
}

proptest! {
    #[test]
    fn a_pod_is_what_its_values_say(text in texts(), other in texts(), keys in keys()) {
        let profile = format!(
            "name = {0}\n[claims.d]\nexisting = {0}\n[pods.p]\nname = {1}\nnamespace = {1}\nimage = {0}\ncontainer = {1}\n\
             command = [{0}, {1}]\nargs = []\nworkingDir = {1}\nlabels = {2}\nannotations = {3}\nenv = {2}\nnodeSelector = {3}\n\
             mounts = [{{ claim = \"d\", volume = {1}, mountPath = {0}, subPath = {1} }}]\n\
             spec = {{ hostAliases = [{{ ip = {0}, hostnames = [{1}] }}], overhead = {3} }}\n",
            quoted(&text), quoted(&other), table(&keys, &text), table(&keys, &other),
        );
        let env: Vec<Json> = keys.iter().map(|key| json!({"name": key, "value": text})).collect();
        let expected = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {
                "name": other, "namespace": other, "labels": map(&keys, &text), "annotations": map(&keys, &other),
            },
            "spec": {
                "containers": [{
                    "name": other, "image": text, "command": [text, other], "args": [], "workingDir": other, "env": env,
                    "volumeMounts": [{"name": other, "mountPath": text, "subPath": other}],
                }],
                "volumes": [{"name": other, "persistentVolumeClaim": {"claimName": text}}],
                "nodeSelector": map(&keys, &other),
                "hostAliases": [{"ip": text, "hostnames": [other]}],
                "overhead": map(&keys, &other),
            },
        });
        check("pod.toml", &profile, &[expected])?;
    }

    #[test]
    fn a_class_and_a_claim_are_what_their_values_say(text in texts(), other in texts(), keys in keys()) {
        let profile = format!(
            "name = \"n\"\n[storageClasses.c]\nname = {0}\nprovisioner = {1}\nparameters = {2}\nmountOptions = [{0}, {1}]\n\
             [claims.d]\nname = {1}\nstorageClass = \"c\"\nsize = 1\nvolumeName = {0}\nselector = {{ matchLabels = {2} }}\n",
            quoted(&text), quoted(&other), table(&keys, &text),
        );
        let class = json!({
            "apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": text},
            "provisioner": other, "parameters": map(&keys, &text), "mountOptions": [text, other],
        });
        let claim = json!({
            "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": other},
            "spec": {
                "storageClassName": text, "resources": {"requests": {"storage": 1}}, "volumeName": text,
                "selector": {"matchLabels": map(&keys, &text)},
            },
        });
        check("class.toml", &profile, &[class, claim])?;
    }

    #[test]
    fn a_template_of_ones_own_cannot_be_broken_out_of(text in texts(), key in texts()) {
        // A value alone, inside a list and as a key; a loop, a macro, a filter, a captured block.
        let template = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nplain: {{ provisioner }}\n\
            list: [{{ provisioner }}, {{ mountOptions[0] }}]\nflow: {a: {{ provisioner }}, b: 1}\n\
            keys:\n{% for name in parameters %}\n  {{ name }}: {{ parameters[name] }}\n{% endfor %}\n\
            joined: {{ provisioner ~ mountOptions[0] }}\nupper: {{ provisioner | upper | lower }}\n\
            {% set held %}{{ provisioner }}{% endset %}\nheld: {{ held }}\n\
            {% macro put(value) %}{{ value }}{% endmacro %}\nput: {{ put(provisioner) }}\nwhole: {{ parameters }}\n";
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("own");
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("storageclass.yaml.j2"), template).expect("written");
        let profile = format!(
            "name = \"n\"\n[storageClasses.c]\nprovisioner = {0}\nmountOptions = [{0}]\nparameters = {{ {1} = {0} }}\n",
            quoted(&text), quoted(&key),
        );
        let file = folder.join("profile.toml");
        std::fs::write(&file, profile).expect("written");
        let mut sources = Sources::new();
        let templates = Templates::new(Some(&folder), &mut sources).expect("readable");
        let request = Request {
            profile: profile::Request { profile: file.to_str().expect("plain"), ..Default::default() },
            ..Request::default()
        };
        let rendered = render(&mut sources, &templates, &request).expect("readable");
        let trees: Vec<Json> = rendered.documents.iter().map(|document| tree(&document.root)).collect();
        let keyed = json!({key: text});
        let expected = json!({
            "apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}, "plain": text,
            "list": [text, text], "flow": {"a": text, "b": 1}, "keys": keyed, "joined": format!("{text}{text}"),
            "upper": text.to_uppercase().to_lowercase(), "held": text, "put": text, "whole": keyed,
        });
        prop_assert_eq!(trees, vec![expected], "{:#?}", rendered.findings);
    }
}
