//! The tables of keys as JSON Schema and as documentation: sound, complete, and current.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;
use volwright::profile::example;
use volwright::profile::json_schema::json;
use volwright::profile::schema::{Key, Kind, Table};
use volwright::profile::sections::{profile, sections};
use volwright::project::PROJECT;

use crate::support::{golden, volwright};

#[test]
fn the_schema_that_is_printed_is_the_stored_one() {
    let output = volwright(&["schema"], "");
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).expect("text");
    let printed: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(printed, json());
    golden("docs/profile.schema.json", &text);
    let output = volwright(&["schema", "project"], "");
    golden("docs/project.schema.json", &String::from_utf8(output.stdout).expect("text"));
}

#[test]
fn the_schema_of_projects_takes_this_repository_and_refuses_mistakes() {
    let schema = volwright::project::schema();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("volwright.toml");
    let own = read(&std::fs::read_to_string(path).expect("the project file"));
    takes(&schema, &schema, &own).expect("this repository's project file");
    for (bad, reason) in [
        ("[[render]]\nprofiles = []", "render is unknown"),
        ("[[renders]]\nprofiles = ['a']", "outDir is missing"),
        ("[[renders]]\nprofiles = ['a']\noutDir = 'b'\nlayout = 'c'", "not among"),
        ("[report]\nfailOn = true", "not among"),
    ] {
        let error = takes(&schema, &schema, &read(bad)).expect_err(bad);
        assert!(error.contains(reason), "{bad}: {error}");
    }
}

/// Follows references and looks whether `path` may hold `value`, as far as types, enumerations and keys go.
fn takes(schema: &Value, node: &Value, value: &Value) -> Result<(), String> {
    if let Some(name) = node["$ref"].as_str() {
        let name = name.strip_prefix("#/definitions/").expect("a definition");
        assert!(schema["definitions"][name].is_object(), "there is no definition {name}");
        return takes(schema, &schema["definitions"][name], value);
    }
    for part in node["allOf"].as_array().into_iter().flatten() {
        takes(schema, part, value)?;
    }
    if let Some(parts) = node["anyOf"].as_array()
        && !parts.iter().any(|part| takes(schema, part, value).is_ok())
    {
        return Err(format!("{value}: none of {node}"));
    }
    if let Some(values) = node["enum"].as_array()
        && !values.iter().any(|known| known.as_str() == value.as_str())
    {
        return Err(format!("{value}: not among {node}"));
    }
    let name = match value {
        Value::String(_) => "string",
        Value::Number(number) if number.is_i64() => "integer",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Null => "none",
    };
    let types: Vec<&str> = match &node["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let fits = types.contains(&name) || (name == "integer" && types.contains(&"number"));
    if !types.is_empty() && !fits {
        return Err(format!("{value} is no {types:?}"));
    }
    for (key, inner) in value.as_object().into_iter().flatten() {
        match (&node["properties"][key], &node["additionalProperties"]) {
            (known @ Value::Object(_), _) => takes(schema, known, inner)?,
            (_, Value::Bool(false)) => return Err(format!("{key} is unknown")),
            (_, more @ Value::Object(_)) => takes(schema, more, inner)?,
            _ => {}
        }
    }
    for item in value.as_array().into_iter().flatten() {
        takes(schema, &node["items"], item)?;
    }
    for key in node["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if value.get(key).is_none() {
            return Err(format!("{key} is missing"));
        }
    }
    if let Some(choices) = node["oneOf"].as_array() {
        let stands =
            |choice: &&Value| choice["required"][0].as_str().is_some_and(|key| value.get(key).is_some());
        let count = choices.iter().filter(stands).count();
        let none = choices.iter().any(|choice| choice["not"].is_object());
        if count > 1 || (count == 0 && !none) {
            return Err(format!("{value}: {count} of {choices:?}"));
        }
    }
    Ok(())
}

fn read(text: &str) -> Value {
    toml::from_str(text).expect("TOML")
}

#[test]
fn the_schema_takes_good_profiles_and_refuses_bad_ones() {
    let schema = json();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut good = 0;
    for folder in ["profiles", "examples"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|extension| extension != "toml") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("text");
            let value = read(&text);
            takes(&schema, &schema, &value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            good += 1;
        }
    }
    assert!(good >= 5, "{good}");
    for (bad, reason) in [
        ("nmae = 'a'", "nmae is unknown"),
        ("name = [3]", "is no"),
        ("[claims.a]\naccessModes = ['RWO']", "not among"),
        ("[claims.a]\nrestoreFrom = 'a'\ncloneOf = 'b'", "2 of"),
        ("[pods.a]\nmounts = [{ claim = 'a' }]", "none of"),
        ("[pods.a]\nmounts = [{ mountPath = '/a' }]", "none of"),
        ("[pods.a]\ngpus = { vendor = 'nobody' }", "none of"),
        ("[defaults.pods]\nimages = 'a'", "images is unknown"),
        ("[claims.a]\nsize = true", "none of"),
    ] {
        let value = read(bad);
        let error = takes(&schema, &schema, &value).expect_err(bad);
        assert!(error.contains(reason), "{bad}: {error}");
    }
}

#[test]
fn the_documentation_of_profiles_and_projects_is_current() {
    let keys = current("docs/profile.md", profile());
    for section in sections() {
        assert!(keys.contains(&format!("`[{}.KEY]`", section.name)), "{}", section.name);
    }
    let keys = current("docs/project.md", &PROJECT);
    assert!(keys.contains("`outDir`"), "{keys}");
}

/// Puts the keys of a table into a page, where it has its place for them.
fn current(page: &str, top: &Table) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = std::fs::read_to_string(path).expect("a page");
    let (start, end) = ("<!-- the keys: generated -->\n", "<!-- end of the keys -->\n");
    let (before, rest) = text.split_once(start).expect("where the keys begin");
    let (_, after) = rest.split_once(end).expect("where the keys end");
    let keys = documentation(top);
    golden(page, &format!("{before}{start}{keys}{end}{after}"));
    keys
}

/// Every table, from the top, each once. The keys that all kinds with pods share are listed with pods.
fn documentation(top: &Table) -> String {
    let pods = sections().iter().find(|section| section.name == "pods").expect("pods").table;
    let mut out = String::new();
    let mut waiting: Vec<(&Table, String)> = vec![(top, String::new())];
    let mut seen = BTreeSet::new();
    while !waiting.is_empty() {
        let (table, place) = waiting.remove(0);
        if !seen.insert(table.name) {
            continue;
        }
        let _ = write!(out, "\n### {}\n\n", heading(table.name));
        if !place.is_empty() {
            let _ = write!(out, "{place}");
            let has_pods =
                sections().iter().any(|known| std::ptr::eq(known.table, table) && known.kind.has_pods());
            if has_pods && !std::ptr::eq(table, pods) {
                let _ = write!(out, " It has all keys of [a pod](#a-pod), and:");
            }
            out.push_str("\n\n");
        }
        out.push_str("| key | type | meaning | example |\n|---|---|---|---|\n");
        for key in table.keys() {
            inner(&key.kind, &mut |table| {
                let place = match sections().iter().find(|section| std::ptr::eq(section.table, table)) {
                    Some(section) => {
                        format!("`[{}.KEY]`: an object of kind {}.", section.name, section.kind.name)
                    }
                    None => format!("Under `{}`.", key.name),
                };
                waiting.push((table, place));
            });
            let has_pods =
                sections().iter().any(|known| std::ptr::eq(known.table, table) && known.kind.has_pods());
            if has_pods && !std::ptr::eq(table, pods) && pods.key(key.name).is_some() {
                continue;
            }
            let example = example::line(key).map_or_else(String::new, |line| format!("`{line}`"));
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} |",
                key.name,
                example::type_name(&key.kind),
                meaning(key),
                example.replace('|', "\\|")
            );
        }
        for keys in table.exclusive {
            let count = if table.one { "Exactly one" } else { "At most one" };
            let list: Vec<_> = keys.iter().map(|key| format!("`{key}`")).collect();
            let _ = write!(out, "\n{count} of {} may be set.\n", list.join(", "));
        }
    }
    out.push('\n');
    out
}

fn heading(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn meaning(key: &Key) -> String {
    let mut out = key.about.to_owned();
    if key.required {
        out.push_str("; required");
    }
    if !key.instead.is_empty() {
        let list: Vec<_> = key.instead.iter().map(|path| format!("`{path}`")).collect();
        let _ = write!(out, " unless {} is set", list.join(" or "));
    }
    if !key.beside.is_empty() {
        let list: Vec<_> = key.beside.iter().map(|path| format!("`{path}`")).collect();
        let _ = write!(out, "; with {} only", list.join(" or "));
    }
    out.replace('|', "\\|")
}

fn inner<'t>(known: &'t Kind, found: &mut impl FnMut(&'t Table)) {
    match known {
        Kind::Table(table) => found(table),
        Kind::List(kind) | Kind::Map(kind) | Kind::Named(_, kind) => inner(kind, found),
        Kind::Either(first, second) => {
            inner(first, found);
            inner(second, found);
        }
        _ => {}
    }
}
