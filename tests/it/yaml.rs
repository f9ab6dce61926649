//! Reading YAML, held against what kubectl was recorded to read.

#![allow(clippy::print_stdout, reason = "the figures are for people")]

use serde_json::Value as Json;
use volwright::rule::Severity;
use volwright::source::{SourceKind, Sources};
use volwright::yaml::node::{Node, Value};
use volwright::yaml::read::{ParsedDocument, read};

/// What the recorded cases come to.
#[derive(Debug, Default)]
struct Figures {
    cases: usize,
    agreed: usize,
    false_refusals: usize,
    values: usize,
    same: usize,
    different: Vec<String>,
}

#[test]
fn scalars_are_read_as_kubectl_reads_them() {
    let mut figures = Figures::default();
    for case in cases("scalars") {
        let text =
            format!("apiVersion: v1\nkind: Foo\nmetadata: {{name: a}}\nkey: {}\n", text(&case, "plain"));
        compare(&mut figures, &case, &text, |objects| match objects {
            [object] => object.get("key").is_some_and(|value| is_same(value, &case["value"])),
            _ => false,
        });
    }
    report("scalars.jsonl", &figures);
    assert_eq!(figures.agreed, figures.cases);
    assert_eq!(figures.same, figures.values);
}

#[test]
fn keys_are_read_as_kubectl_reads_them() {
    let mut figures = Figures::default();
    for case in cases("keys") {
        let text = format!(
            "apiVersion: x.io/v1\nkind: Foo\nmetadata: {{name: a}}\nspec:\n  {}: v\n",
            text(&case, "plain")
        );
        compare(&mut figures, &case, &text, |objects| match objects {
            [object] => is_same(&object["spec"], &case["value"]),
            _ => false,
        });
    }
    report("keys.jsonl", &figures);
    assert_eq!(figures.agreed, figures.cases);
    assert_eq!(figures.same, figures.values);
}

#[test]
fn documents_are_read_as_kubectl_reads_them() {
    for file in ["documents", "generated"] {
        let mut figures = Figures::default();
        for case in cases(file) {
            compare(&mut figures, &case, text(&case, "text"), |objects| {
                is_same(&case["objects"], &Json::from(objects))
            });
        }
        report(&format!("{file}.jsonl"), &figures);
        assert_eq!(figures.agreed, figures.cases);
        assert_eq!(figures.same, figures.values);
    }
}

#[test]
fn a_broken_document_hides_no_other() {
    let broken = [
        "a: b: c",
        "a: [1",
        "\tkind: Foo",
        "a: *b",
        "a: \"b",
        "- a\nb: c",
        "a: \u{7}",
        "--- {a: b}",
        "? [a]: b",
        "[a]",
    ];
    let document = |index: usize| match index % 100 {
        50 => format!("---\n{}\n", broken[index / 100]),
        _ => format!("---\napiVersion: v1\nkind: Foo\nmetadata: {{name: d{index}}}\n"),
    };
    // One of the ten breaks off a separator's line, which takes the place of a document's `---`.
    let text: String = (0..1000).map(document).collect::<String>().replace("---\n--- {", "--- {");
    let readings = readings(&text);
    assert_eq!(readings.len(), 1000);
    for (index, reading) in readings.iter().enumerate() {
        let expected = usize::from(index % 100 == 50);
        assert_eq!(reading.findings.len(), expected, "document {index}: {:?}", reading.findings);
        assert_eq!(reading.root.is_none(), expected == 1);
        let name = reading.root.as_ref().and_then(|root| root.get("metadata")?.get("name")?.as_str());
        assert_eq!(name, (expected == 0).then(|| format!("d{index}")).as_deref());
    }
}

#[test]
fn a_broken_object_of_a_json_stream_hides_no_other() {
    let text = "{\"a\":1}\n{\"a\":2}\n{\"a\":}\n{\"a\":4}\n{\"a\":\"\\x\"\n}\n{\"a\":6}\n";
    let readings = readings(text);
    let read: Vec<_> = readings.iter().map(|reading| reading.root.as_ref().map(json)).collect();
    let object = |number: i64| Some(serde_json::json!({"a": number}));
    assert_eq!(read, [object(1), object(2), None, object(4), None, object(6)]);
    let readings = self::readings("{\"a\":1}\n{\"a\":\"\\x\"}\n{\"a\":3}\n");
    let read: Vec<_> = readings.iter().map(|reading| reading.root.as_ref().map(json)).collect();
    assert_eq!(read, [object(1), None, object(3)]);
    // kubectl turns to YAML after one object, and passes over the rest where YAML can be read.
    let readings = self::readings("{\"a\":1}\n{\"a\":}\n{\"a\":3}\n");
    let read: Vec<_> = readings.iter().map(|reading| reading.root.as_ref().map(json)).collect();
    assert_eq!(read, [object(1), Some(serde_json::json!({"a": null}))]);
}

#[test]
fn a_broken_json_stream_takes_no_longer_than_its_length() {
    let text = format!("{}{}", "{\"a\":1}\n".repeat(2), "{\"a\":[\n".repeat(60_000));
    let readings = readings(&text);
    assert!(readings.len() > 2 && readings.len() < 60_000, "{}", readings.len());
    assert!(readings.iter().skip(2).all(|reading| reading.root.is_none()));
}

#[test]
fn keys_and_values_know_their_places() {
    let text = "a: {\"b c\": [1, 'x y']}\nd:\n- |\n  e\n  f\n- g\n   h\ni:\nj: &k !!str l\nm: *k\n";
    let source = Sources::new().add("-", text, SourceKind::Manifest);
    let readings = read(source, text);
    let root = readings[0].root.as_ref().expect("the text is sound");
    let place = |path: &[&str]| {
        let mut node = root;
        let mut key = "";
        for step in path {
            match step.parse::<usize>() {
                Ok(index) => node = &node.items()[index],
                Err(_) => {
                    let entry = node.entry(step).expect("the key is there");
                    (key, node) = (&text[entry.key.span.range()], &entry.value);
                }
            }
        }
        (key, &text[node.span.range()])
    };
    assert_eq!(place(&["a"]), ("a", "{\"b c\": [1, 'x y']}"));
    assert_eq!(place(&["a", "b c"]), ("\"b c\"", "[1, 'x y']"));
    assert_eq!(place(&["a", "b c", "1"]), ("\"b c\"", "'x y'"));
    assert_eq!(place(&["d"]), ("d", "- |\n  e\n  f\n- g\n   h"));
    assert_eq!(place(&["d", "0"]), ("d", "|\n  e\n  f"));
    assert_eq!(place(&["d", "1"]), ("d", "g\n   h"));
    assert_eq!(place(&["i"]), ("i", ""));
    assert_eq!(place(&["j"]), ("j", "l"));
    assert_eq!(place(&["m"]), ("m", "l"), "a value behind an alias stands where its anchor is");
}

#[test]
fn limits_are_kept_in_little_memory() {
    let refused = |text: &str| {
        let readings = readings(text);
        assert_eq!(readings.len(), 1);
        assert!(readings[0].root.is_none());
        readings[0].findings.iter().map(|finding| finding.rule.name).collect::<Vec<_>>()
    };
    let limit = ["document-limit"];
    assert_eq!(refused(&"[".repeat(1_000_000)), limit);
    assert_eq!(refused(&"{a: ".repeat(300_000)), limit);
    assert_eq!(refused(&"{\"a\":".repeat(300_000)), limit);
    assert_eq!(refused(&"- ".repeat(300_000)), limit);
    assert_eq!(refused(&format!("{{\"a\": {}1{}}}", "[".repeat(5_000), "]".repeat(5_000))), limit);
    let indented: String = (0..1_100).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    assert_eq!(refused(&indented), limit);
    let mut chain = "a0: &a0 [x]\n".to_owned();
    chain.extend((1..1_100).map(|step| format!("a{step}: &a{step} [*a{}]\n", step - 1)));
    assert_eq!(refused(&chain), limit);
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    bomb.extend(
        (1..9).map(|step| format!("a{step}: &a{step} [{}x]\n", format!("*a{}, ", step - 1).repeat(9))),
    );
    assert_eq!(refused(&bomb), limit);
    let nested = format!("a: {}{}{}", "&a [".repeat(900), "x, ".repeat(30_000), "]".repeat(900));
    assert_eq!(refused(&nested), limit);
    let copies = format!("a: &a |\n  {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(10_000));
    assert_eq!(refused(&copies), limit);
    assert_eq!(refused(&format!("a: [{}]", "x,".repeat(2_100_000))), limit);
    assert_eq!(refused(&format!("a: {}", "x".repeat(33 << 20))), limit);
}

#[test]
fn deep_but_allowed_documents_are_read() {
    let text = format!("a: {}1{}", "[".repeat(990), "]".repeat(990));
    assert_eq!(readings(&text)[0].findings.len(), 0);
    let text = format!("{{\"a\": {}1{}}}", "[".repeat(990), "]".repeat(990));
    assert_eq!(readings(&text)[0].findings.len(), 0);
    let keys: String = (0..50_000).map(|key| format!("  key{key}: value\n")).collect();
    let text = format!("kind: ConfigMap\ndata:\n{keys}  key7: again\n");
    let readings = readings(&text);
    let names: Vec<_> = readings[0].findings.iter().map(|finding| finding.rule.name).collect();
    assert_eq!(names, ["duplicate-key"]);
    assert_eq!(self::readings(&"a: 1\n".repeat(20_000))[0].findings.len(), 1_000);
}

#[test]
fn findings_say_what_is_wrong_and_where() {
    let cases = [
        ("a: b: c\n", "syntax", 1, 5),
        ("a:\n  b: 1\n c: 2\n", "syntax", 3, 2),
        ("a:\n- b\n c\nd\n", "syntax", 4, 1),
        ("a: [1, 2\nb: 3\n", "syntax", 2, 2),
        ("a: \"b\nc: d\n", "syntax", 1, 4),
        ("a: \"\\q\"\n", "syntax", 1, 5),
        ("a: @b\n", "syntax", 1, 4),
        ("a: |x\n  b\n", "syntax", 1, 4),
        ("a:\n\tb: 1\n", "tab-indentation", 2, 1),
        ("a: \"\u{7}\"\n", "control-character", 1, 5),
        ("a: |\n  b\n---c\nd: 1\n", "document-separator", 3, 1),
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
        ("yes: 1\ntrue: 2\n", "duplicate-key", 2, 1),
        ("a: {b: *c}\n", "unknown-alias", 1, 8),
        ("a: &a [*a]\n", "unknown-alias", 1, 8),
        ("a: {{ b }}\n", "not-representable-in-json", 1, 5),
        ("a: .inf\n", "not-representable-in-json", 1, 4),
        ("~: 1\n", "not-representable-in-json", 1, 1),
        ("a: !!int b\n", "not-representable-in-json", 1, 10),
        ("<<: a\n", "not-representable-in-json", 1, 1),
        ("- a\n", "not-an-object", 1, 1),
        ("a: 1\n...\nb: 2\n", "ignored-text", 3, 1),
    ];
    for (text, name, line, column) in cases {
        let mut sources = Sources::new();
        let source = sources.add("-", text, SourceKind::Manifest);
        let found: Vec<_> = read(source, text)
            .iter()
            .flat_map(|reading| &reading.findings)
            .map(|finding| {
                let location = sources.location(finding.primary.span);
                (finding.rule.name, location.line, location.column)
            })
            .collect();
        assert_eq!(found, [(name, line, column)], "{text:?}");
    }
}

fn compare(figures: &mut Figures, case: &Json, text: &str, same: impl Fn(&[Json]) -> bool) {
    let accepted = case["outcome"] == "value";
    let readings = readings(text);
    let refused = readings
        .iter()
        .flat_map(|reading| &reading.findings)
        .any(|finding| finding.severity == Severity::Error && finding.rule.name != "duplicate-key");
    figures.cases += 1;
    if accepted != refused {
        figures.agreed += 1;
    } else {
        figures.false_refusals += usize::from(accepted);
        let findings: Vec<_> =
            readings.iter().flat_map(|reading| &reading.findings).map(|finding| &finding.message).collect();
        figures.different.push(format!("{case} {findings:?}"));
    }
    if accepted && !refused {
        figures.values += 1;
        let objects: Vec<Json> = readings
            .iter()
            .filter_map(|reading| reading.root.as_ref())
            .map(json)
            .map(with_metadata)
            .collect();
        if same(&objects) {
            figures.same += 1;
        } else {
            figures.different.push(format!("{case} READ {}", Json::Array(objects)));
        }
    }
}

/// The cases were recorded with `kubectl annotate`, which puts empty metadata into an object that has none.
fn with_metadata(mut object: Json) -> Json {
    if let Json::Object(object) = &mut object {
        object.entry("metadata").or_insert_with(|| Json::Object(serde_json::Map::new()));
    }
    object
}

/// Equality that takes `1e3` for `1000`, and allows for `serde_json` reading floats a last bit off.
fn is_same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Array(one), Json::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Json::Object(one), Json::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| is_same(one, other)))
        }
        (Json::Number(one), Json::Number(other)) => {
            one == other
                || matches!((one.as_f64(), other.as_f64()), (Some(one), Some(other))
                    if (one - other).abs() <= one.abs() * 1e-15)
        }
        _ => one == other,
    }
}

fn report(file: &str, figures: &Figures) {
    for different in &figures.different {
        println!("{file}: {different}");
    }
    println!(
        "{file}: {} cases, agreement {:.2} %, false refusals {}, same values {} of {}",
        figures.cases,
        100.0 * figures.agreed as f64 / figures.cases as f64,
        figures.false_refusals,
        figures.same,
        figures.values,
    );
}

fn cases(name: &str) -> Vec<Json> {
    let path = format!("{}/tests/conformance/yaml/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).expect("a case is JSON")).collect()
}

fn text<'a>(case: &'a Json, key: &str) -> &'a str {
    case[key].as_str().expect("a case has a text")
}

fn readings(text: &str) -> Vec<ParsedDocument<'_>> {
    let source = Sources::new().add("-", text, SourceKind::Manifest);
    read(source, text)
}

fn json(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Integer(value) => Json::from(*value),
        Value::Float(value) => Json::from(*value),
        Value::String(text) => Json::from(text.as_ref()),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.value.to_string(), json(&entry.value))).collect()
        }
    }
}
