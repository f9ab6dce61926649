//! The field table is what the API's own types say, for every version: derived from k8s-openapi's sources, and from the
//! table of feature gates.
//!
//! `UPDATE_GOLDEN=1 cargo test --test fields` writes it anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use volwright::catalog::feature_gate;
use volwright::document::fields;

const VERSIONS: std::ops::RangeInclusive<u8> = 33..=37;

/// The objects that volwright judges; everything that they are made of follows.
const ROOTS: &[&str] = &[
    "api/core/v1/PersistentVolume",
    "api/core/v1/PersistentVolumeClaim",
    "api/core/v1/Pod",
    "api/apps/v1/DaemonSet",
    "api/apps/v1/Deployment",
    "api/apps/v1/ReplicaSet",
    "api/apps/v1/StatefulSet",
    "api/batch/v1/CronJob",
    "api/batch/v1/Job",
    "api/storage/v1/StorageClass",
    // GA, and so part of `v1`, from 1.34.
    "api/storage/v1/VolumeAttributesClass",
];

/// Types that are read by hand, and what the table calls them.
const SCALARS: &[(&str, &str)] = &[
    ("std::string::String", "string"),
    ("bool", "bool"),
    ("i32", "int32"),
    ("i64", "int64"),
    ("f64", "float64"),
    ("crate::ByteString", "bytes"),
    ("crate::apimachinery::pkg::api::resource::Quantity", "quantity"),
    ("crate::apimachinery::pkg::util::intstr::IntOrString", "intOrString"),
    ("crate::apimachinery::pkg::apis::meta::v1::Time", "time"),
    ("crate::apimachinery::pkg::apis::meta::v1::MicroTime", "time"),
    ("crate::apimachinery::pkg::apis::meta::v1::FieldsV1", "any"),
    ("crate::apimachinery::pkg::runtime::RawExtension", "any"),
    ("crate::serde_json::Value", "any"),
];

/// Type → field → shape → versions.
type Table = BTreeMap<String, BTreeMap<String, Vec<(String, u8)>>>;

#[test]
fn every_gate_guards_fields_of_the_table() {
    for gate in feature_gate::all() {
        assert!(!gate.effect.ends_with('.'), "{}: the effect is the end of a sentence", gate.name);
        for path in &gate.fields {
            let (kind, field) = path.split_once('.').expect("Type.field");
            let found = fields::find(kind).and_then(|kind| kind.field(field));
            assert!(found.is_some(), "{}: the field table has no {path}", gate.name);
        }
    }
}

#[test]
fn the_field_table_is_what_the_types_say() {
    let sources = sources();
    let mut table = Table::new();
    for version in VERSIONS {
        for root in ROOTS {
            read_type(&sources.join(format!("v1_{version}")), root, version, &mut table);
        }
    }
    let text = print(&table);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/document/fields.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).expect("the table can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("src/document/fields.txt is there");
    assert!(kept == text, "src/document/fields.txt is out of date: run UPDATE_GOLDEN=1 cargo test");
    println!("{} types, {} fields", table.len(), table.values().map(BTreeMap::len).sum::<usize>());
}

/// Where cargo keeps the sources of the k8s-openapi that `Cargo.lock` names.
fn sources() -> PathBuf {
    let lock = include_str!("../../Cargo.lock");
    let version = lock
        .split("name = \"k8s-openapi\"\nversion = \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("Cargo.lock names k8s-openapi");
    let home = std::env::var_os("CARGO_HOME")
        .map_or_else(|| Path::new(&std::env::var_os("HOME").expect("a home")).join(".cargo"), PathBuf::from);
    let registries = std::fs::read_dir(home.join("registry/src")).expect("cargo keeps its registry there");
    registries
        .map(|registry| registry.expect("a folder").path().join(format!("k8s-openapi-{version}/src")))
        .find(|path| path.is_dir())
        .expect("cargo has unpacked k8s-openapi")
}

/// The file of a type: k8s-openapi writes names in small letters with underscores.
fn file_of(folder: &Path, name: &str) -> Option<PathBuf> {
    let wanted = name.to_lowercase();
    let files = std::fs::read_dir(folder).ok()?;
    files.map(|file| file.expect("a file").path()).find(|path| {
        path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.replace('_', "") == wanted)
    })
}

/// Adds the type at `path` (such as `api/core/v1/Pod`) and all that it is made of.
fn read_type(sources: &Path, path: &str, version: u8, table: &mut Table) {
    let (folder, name) = path.rsplit_once('/').expect("a folder");
    let Some(file) = file_of(&sources.join(folder), name) else { return };
    let text = std::fs::read_to_string(file).expect("the type can be read");
    let known =
        table.get(name).is_some_and(|fields| fields.values().flatten().any(|(_, seen)| *seen == version));
    if known {
        return;
    }
    table.entry(name.to_owned()).or_default();
    if text.contains("impl crate::Resource for") {
        for field in ["apiVersion", "kind"] {
            add(table, name, field, "string".to_owned(), version);
        }
    }
    let Some(declaration) = text.split(&format!("pub struct {name} {{")).nth(1) else {
        // A type without fields yet, such as an empty message: any object.
        assert!(
            text.contains(&format!("pub struct {name}(pub crate::serde_json::Value)")),
            "{path} is no struct"
        );
        return;
    };
    let declaration = declaration.split("\n}").next().expect("an end");
    let mut fields = Vec::new();
    for line in declaration.lines() {
        let Some((field, kind)) = line.trim().strip_prefix("pub ").and_then(|line| line.split_once(": "))
        else {
            continue;
        };
        let field = field.trim_start_matches("r#");
        let key = text
            .split(&format!("\" => Field::Key_{field},"))
            .next()
            .and_then(|before| before.rsplit('"').next())
            .expect("a JSON name");
        fields.push((key.to_owned(), kind.trim_end_matches(',').to_owned()));
    }
    for (key, kind) in fields {
        let mut follow = None;
        let shape = shape(&kind, &mut follow);
        add(table, name, &key, shape, version);
        if let Some(path) = follow {
            read_type(sources, &path, version, table);
        }
    }
}

fn add(table: &mut Table, name: &str, field: &str, shape: String, version: u8) {
    table.entry(name.to_owned()).or_default().entry(field.to_owned()).or_default().push((shape, version));
}

fn shape(kind: &str, follow: &mut Option<String>) -> String {
    let inner = |prefix: &str| kind.strip_prefix(prefix).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inner("Option<").or_else(|| inner("std::boxed::Box<")) {
        return shape(inner, follow);
    }
    if let Some(inner) = inner("std::vec::Vec<") {
        return format!("[]{}", shape(inner, follow));
    }
    if let Some(inner) = inner("std::collections::BTreeMap<std::string::String, ") {
        return format!("{{}}{}", shape(inner, follow));
    }
    if let Some((_, name)) = SCALARS.iter().find(|(rust, _)| *rust == kind) {
        return (*name).to_owned();
    }
    let path =
        kind.strip_prefix("crate::").unwrap_or_else(|| panic!("an unknown type: {kind}")).replace("::", "/");
    let name = path.rsplit('/').next().expect("a name").to_owned();
    *follow = Some(path);
    name
}

fn print(table: &Table) -> String {
    let mut out = String::from(
        "# Derived from k8s-openapi's sources by tests/it/fields.rs; not edited by hand.\n\
         # type name, then its fields: JSON name, shape ([] list of, {} map of), and the minor versions that have it\n\
         # where not all do. `kept:34`: earlier versions drop the field, because its feature gate is off by default\n\
         # (`catalog/feature_gates.toml`).\n",
    );
    for (name, fields) in table {
        writeln!(out, "\n{name}").expect("a string");
        for (field, seen) in fields {
            let mut shapes: Vec<&str> = seen.iter().map(|(shape, _)| shape.as_str()).collect();
            shapes.dedup();
            assert_eq!(shapes.len(), 1, "{name}.{field} changed its type");
            let versions: Vec<u8> = seen.iter().map(|(_, version)| *version).collect();
            let (first, last) = (versions[0], versions[versions.len() - 1]);
            assert_eq!(versions.len(), usize::from(last - first) + 1, "{name}.{field} came, went and came");
            write!(out, "  {field} {}", shapes[0]).expect("a string");
            if first > *VERSIONS.start() || last < *VERSIONS.end() {
                write!(out, " {first}-{last}").expect("a string");
            }
            if let Some(gate) = feature_gate::guarding(name, field) {
                match gate.since {
                    Some(since) => write!(out, " kept:{since}").expect("a string"),
                    None => out.push_str(" kept:never"),
                }
            }
            out.push('\n');
        }
    }
    out
}
