//! Reading YAML, held against what kubectl was recorded to read.

#![allow(clippy::print_stdout, reason = "the figures are for people")]

use serde_json::Value as Json;
use volwright::document::node::{Node, Value};
use volwright::document::read::{Reading, read};
use volwright::finding::Severity;
use volwright::source::{SourceKind, Sources};

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
fn fuzz() {
    let mut figures = Figures::default();
    for case in cases(&std::env::var("FUZZ").unwrap()) {
        let strip = |o: &Json| {
            let mut o = o.clone();
            if let Some(m) = o["metadata"].as_object_mut() {
                m.remove("annotations");
            }
            o
        };
        compare(&mut figures, &case, text(&case, "text"), |objects| {
            is_same(
                &case["objects"].as_array().unwrap().iter().map(strip).collect(),
                &objects.iter().map(strip).collect::<Json>(),
            )
        });
    }
    report("fuzz", &figures);
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
        figures.false_refusals += usize::from(refused);
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
                && one.iter().zip(other).all(|(one, other)| one.0 == other.0 && is_same(one.1, other.1))
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
    let path = name.to_owned();
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).expect("a case is JSON")).collect()
}

fn text<'a>(case: &'a Json, key: &str) -> &'a str {
    case[key].as_str().expect("a case has a text")
}

fn readings(text: &str) -> Vec<Reading<'_>> {
    let source = Sources::new().add("-", text, SourceKind::Manifest);
    read(source, text)
}

fn json(node: &Node<'_>) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Integer(value) => Json::from(*value),
        Value::Unsigned(value) => Json::from(*value),
        Value::Float(value) => Json::from(*value),
        Value::String(text) => Json::from(text.as_ref()),
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Mapping(entries) => {
            entries.iter().map(|entry| (entry.key.value.to_string(), json(&entry.value))).collect()
        }
    }
}
