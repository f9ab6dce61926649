//! The field table matches the API's own types in every version: it is derived from the sources of k8s-openapi, from the
//! kinds of the catalogue and from the table of feature gates.
//!
//! `UPDATE_GOLDEN=1 cargo test --test it fields::` writes it.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use volwright::catalog::{api_version, feature_gate, kind};
use volwright::document::fields;

const VERSIONS: std::ops::RangeInclusive<u8> = 33..=37;

/// Types that are decoded by hand, and their names in the table.
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
    (JSON_TYPES[0], "any"),
    (JSON_TYPES[1], "any"),
    (JSON_TYPES[2], "any"),
    (JSON_TYPES[3], "any"),
];

/// Fields of a schema that are an object or something else: any value.
const JSON_TYPES: [&str; 4] = [
    "crate::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSON",
    "crate::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaPropsOrArray",
    "crate::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaPropsOrBool",
    "crate::apiextensions_apiserver::pkg::apis::apiextensions::v1::JSONSchemaPropsOrStringArray",
];

/// Folders of types; of several types with one name, the one in the first folder has the plain name in the table.
const FIRST: [&str; 6] = [
    "apimachinery/",
    "api/core/v1",
    "api/autoscaling/v2",
    "api/storage/v1",
    "api/admissionregistration/v1",
    "api/rbac/v1",
];

/// Path of a type (`api/core/v1/Pod`) → field → shape → versions. A shape names types by path.
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
fn the_field_table_matches_the_types() {
    let sources = sources();
    let mut table = Table::new();
    for version in VERSIONS {
        for root in kind::all().iter().filter(|kind| kind.typed).flat_map(roots) {
            read_type(&sources.join(format!("v1_{version}")), &root, version, &mut table);
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

/// Every kind of the API is a row of the catalogue, with all API versions that some version serves; and the catalogue knows
/// which versions do.
#[test]
fn the_catalogue_lists_every_kind_and_api_version() {
    let sources = sources();
    let mut served: BTreeMap<(String, String), Vec<u8>> = BTreeMap::new();
    for version in VERSIONS {
        resources(&sources.join(format!("v1_{version}")), version, &mut served);
    }
    for ((name, api_version), versions) in &served {
        let row = kind::all().iter().find(|kind| kind.name == *name && kind.typed);
        let row = row.unwrap_or_else(|| panic!("kinds.toml has no {name} ({api_version})"));
        assert!(row.api_versions.contains(&api_version.as_str()), "kinds.toml: {name} has no {api_version}");
        let entry = api_version::find(name, api_version);
        for version in VERSIONS {
            let expected = entry.is_none_or(|entry| version >= entry.since && !entry.is_removed(version));
            assert_eq!(
                versions.contains(&version),
                expected,
                "api_versions.toml: {name} in {api_version}, 1.{version}"
            );
        }
        let is_stable = !api_version.contains("alpha") && !api_version.contains("beta");
        assert_eq!(entry.is_some_and(|entry| entry.opt_in), !is_stable, "{name} in {api_version}: opt_in");
    }
}

/// Kinds that cannot be applied: subresources, and what the server only returns.
const NOT_APPLIED: [&str; 6] =
    ["APIGroup", "APIVersions", "ComponentStatus", "Scale", "Status", "TokenRequest"];

/// Collects the kinds of the types below a folder, with the versions that have them.
fn resources(folder: &Path, version: u8, served: &mut BTreeMap<(String, String), Vec<u8>>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            resources(&path, version, served);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a source");
        let Some(resource) = text.split("impl crate::Resource for ").nth(1) else { continue };
        let constant = |name: &str| {
            let value = resource.split(&format!("const {name}: &'static str = \"")).nth(1);
            value.and_then(|value| value.split('"').next()).expect("a constant").to_owned()
        };
        let (kind, api_version) = (constant("KIND"), constant("API_VERSION"));
        let is_subresource = resource.contains("type Scope = crate::SubResourceScope");
        if kind.ends_with("List") || is_subresource || NOT_APPLIED.contains(&kind.as_str()) {
            continue;
        }
        served.entry((kind, api_version)).or_default().push(version);
    }
}

/// The paths of the types of a kind: one for each API version.
fn roots(kind: &kind::Kind) -> impl Iterator<Item = String> {
    kind.api_versions.iter().map(|api_version| {
        let (group, version) = api_version.split_once('/').unwrap_or(("core", api_version));
        let group = group.split('.').next().unwrap_or_default();
        let folder = match group {
            "apiextensions" => "apiextensions_apiserver/pkg/apis/apiextensions".to_owned(),
            "apiregistration" => "kube_aggregator/pkg/apis/apiregistration".to_owned(),
            "internal" => "api/apiserverinternal".to_owned(),
            group => format!("api/{group}"),
        };
        format!("{folder}/{version}/{}", kind.name)
    })
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
        table.get(path).is_some_and(|fields| fields.values().flatten().any(|(_, seen)| *seen == version));
    if known {
        return;
    }
    table.entry(path.to_owned()).or_default();
    if text.contains("impl crate::Resource for") {
        for field in ["apiVersion", "kind"] {
            add(table, path, field, "string".to_owned(), version);
        }
    }
    let Some(declaration) = text.split(&format!("pub struct {name} {{")).nth(1) else {
        // A type without fields yet, such as an empty message: any object.
        assert!(
            text.contains(&format!("pub struct {name}(pub crate::serde_json::Value)")),
            "{path} is not a struct"
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
        add(table, path, &key, shape, version);
        if let Some(path) = follow {
            read_type(sources, &path, version, table);
        }
    }
}

fn add(table: &mut Table, path: &str, field: &str, shape: String, version: u8) {
    table.entry(path.to_owned()).or_default().entry(field.to_owned()).or_default().push((shape, version));
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
    *follow = Some(path.clone());
    path
}

/// The names of the types in the table: the API's name, or `group/version/Name` if several types have that name.
fn names(table: &Table) -> BTreeMap<&str, String> {
    let place = |path: &str| FIRST.iter().position(|first| path.starts_with(first)).unwrap_or(FIRST.len());
    let mut by_name: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in table.keys() {
        by_name.entry(path.rsplit('/').next().expect("a name")).or_default().push(path);
    }
    let mut names = BTreeMap::new();
    for (name, mut paths) in by_name {
        paths.sort_by_key(|path| place(path));
        for (index, path) in paths.into_iter().enumerate() {
            let mut parts = path.rsplitn(4, '/').skip(1);
            let (version, group) = (parts.next().expect("a version"), parts.next().expect("a group"));
            let is_plain = index == 0;
            names.insert(path, if is_plain { name.to_owned() } else { format!("{group}/{version}/{name}") });
        }
    }
    names
}

fn print(table: &Table) -> String {
    let mut out = String::from(
        "# Derived from the sources of k8s-openapi by tests/it/fields.rs; not edited by hand.\n\
         # Type name (`group/version/Name` if several types have that name), then its fields: JSON name, shape ([] list\n\
         # of, {} map of), and the minor versions that have it unless all do. `kept:34`: earlier versions drop the field,\n\
         # because its feature gate is off by default (`catalog/feature_gates.toml`).\n",
    );
    let names = names(table);
    let mut types: Vec<_> =
        table.iter().map(|(path, fields)| (names[path.as_str()].as_str(), fields)).collect();
    types.sort_by_key(|(name, _)| *name);
    for (name, fields) in types {
        writeln!(out, "\n{name}").expect("a string");
        for (field, seen) in fields {
            let mut shapes: Vec<&str> = seen.iter().map(|(shape, _)| shape.as_str()).collect();
            shapes.dedup();
            assert_eq!(shapes.len(), 1, "{name}.{field} changed its type");
            let versions: Vec<u8> = seen.iter().map(|(_, version)| *version).collect();
            let (first, last) = (versions[0], versions[versions.len() - 1]);
            assert_eq!(versions.len(), usize::from(last - first) + 1, "{name}.{field} came, went and came");
            let item = shapes[0].trim_start_matches(['[', ']', '{', '}']);
            let brackets = &shapes[0][..shapes[0].len() - item.len()];
            let item = names.get(item).map_or(item, String::as_str);
            write!(out, "  {field} {brackets}{item}").expect("a string");
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
