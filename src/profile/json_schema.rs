//! The schema as a JSON Schema (draft-07) of one layer, for editors. It requires nothing that another layer may set.

use serde_json::{Map, Value as Json, json};

use super::schema::{Key, Kind, Table};
use super::sections;
use crate::catalog::accelerator;
use crate::catalog::kubernetes::KubernetesVersion;

/// What the API server reads as a quantity (k8s.io/apimachinery, pkg/api/resource).
const QUANTITY: &str = "^(?=.)[+-]?[0-9]*(\\.[0-9]*)?([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$";

/// The JSON Schema of profiles and overlays.
#[must_use]
pub fn json() -> Json {
    document("profile", "A profile of volwright, or an overlay", sections::profile())
}

/// A whole schema; `name` is what it is of.
pub(crate) fn document(name: &str, description: &str, top: &'static Table) -> Json {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": format!("urn:volwright:schema:{name}"),
        "title": format!("volwright {name}"),
        "description": description,
    });
    if let (Json::Object(whole), Json::Object(keys)) = (&mut schema, of_tables(top)) {
        whole.extend(keys);
    }
    schema
}

/// The schema of a table, with the tables in it as definitions.
fn of_tables(top: &'static Table) -> Json {
    let mut tables: Vec<&'static Table> = Vec::new();
    collect(top, &mut tables);
    let mut schema = table(top, false);
    let definitions: Map<String, Json> =
        tables.into_iter().map(|known| (definition(known), table(known, false))).collect();
    if !definitions.is_empty() {
        schema["definitions"] = Json::Object(definitions);
    }
    schema
}

fn collect(top: &'static Table, tables: &mut Vec<&'static Table>) {
    for key in top.keys() {
        collect_kind(&key.kind, tables);
    }
}

fn collect_kind(kind: &'static Kind, tables: &mut Vec<&'static Table>) {
    match kind {
        Kind::Table(table) if !tables.iter().any(|known| known.name == table.name) => {
            tables.push(table);
            collect(table, tables);
        }
        // A table in a list is written out in its place.
        Kind::List(Kind::Table(inner)) => collect(inner, tables),
        Kind::Named(_, inner) => collect_kind(inner, tables),
        Kind::List(inner) | Kind::Map(inner) => collect_kind(inner, tables),
        Kind::Either(first, second) => {
            collect_kind(first, tables);
            collect_kind(second, tables);
        }
        _ => {}
    }
}

/// `claimTemplate` for `a claim template`.
fn definition(table: &Table) -> String {
    let mut out = String::new();
    for word in table.name.split(' ').filter(|word| !matches!(*word, "a" | "an" | "the")) {
        let (first, rest) = word.split_at(word.len().min(1));
        out.push_str(&if out.is_empty() { first.to_owned() } else { first.to_ascii_uppercase() });
        out.push_str(rest);
    }
    out
}

/// A table; `whole` if no other layer can add to it.
fn table(table: &'static Table, whole: bool) -> Json {
    let properties: Map<String, Json> =
        table.keys().map(|key| (key.name.to_owned(), property(key))).collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": table.extra});
    if whole {
        let required: Vec<_> =
            table.keys().filter(|key| key.required && key.instead.is_empty()).map(|key| key.name).collect();
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
    }
    let mut groups = table.exclusive.iter().map(|keys| {
        let one: Vec<_> = keys.iter().map(|key| json!({"required": [key]})).collect();
        let none = json!({"not": {"anyOf": one.clone()}});
        let choices: Vec<_> = if table.one && whole { one } else { one.into_iter().chain([none]).collect() };
        json!({"oneOf": choices})
    });
    match table.exclusive {
        [] => {}
        [_] => schema["oneOf"] = groups.next().map_or(Json::Null, |mut group| group["oneOf"].take()),
        _ => schema["allOf"] = groups.collect(),
    }
    schema
}

fn property(key: &'static Key) -> Json {
    let mut schema = kind(&key.kind, false);
    // Draft-07 ignores what is next to a reference.
    if schema.get("$ref").is_some() {
        schema = json!({"allOf": [schema]});
    }
    schema["description"] = json!(key.about);
    schema
}

fn kind(known: &'static Kind, in_list: bool) -> Json {
    match known {
        Kind::Reference(_) => json!({"type": "string"}),
        // A number or a boolean is rendered as the text that is written.
        Kind::String | Kind::Scalar => json!({"type": ["string", "number", "boolean"]}),
        Kind::Suggested(values) => json!({"anyOf": [{"enum": values()}, {"type": "string"}]}),
        Kind::Boolean => json!({"type": "boolean"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Quantity => json!({"anyOf": [{"type": "string", "pattern": QUANTITY}, {"type": "number"}]}),
        Kind::Version => {
            let versions: Vec<_> = (KubernetesVersion::OLDEST.minor()..=KubernetesVersion::NEWEST.minor())
                .map(|minor| minor.to_string())
                .collect();
            json!({"anyOf": [{"type": "string", "pattern": format!("^v?1\\.({})(\\.|$)", versions.join("|"))}, {"type": "number"}]})
        }
        Kind::Enum(values) => json!({"enum": values}),
        Kind::Vendor => {
            let vendors: Vec<_> = accelerator::all().iter().map(|known| &known.vendor).collect();
            json!({"enum": vendors})
        }
        // Layers replace a list as a whole.
        Kind::List(inner) => json!({"type": "array", "items": kind(inner, true)}),
        // A table changes items of the list by name.
        Kind::Named(_, inner) => json!({"anyOf": [
            {"type": "array", "items": kind(inner, true)},
            {"type": "object", "additionalProperties": kind(inner, false)},
        ]}),
        Kind::Map(inner) => json!({"type": "object", "additionalProperties": kind(inner, false)}),
        Kind::Table(inner) if in_list => table(inner, true),
        Kind::Table(inner) => json!({"$ref": format!("#/definitions/{}", definition(inner))}),
        Kind::Either(first, second) => json!({"anyOf": [kind(first, false), kind(second, false)]}),
        Kind::Api => json!({"type": "object"}),
    }
}
