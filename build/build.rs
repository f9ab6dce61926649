//! Embeds data, sorted by name: whole folders of texts as they are, the pages of the rules, and facts: the table of fields,
//! drivers and tables that most runs read as Rust literals, which cost nothing at the start, the rest of the catalogue's TOML
//! as JSON, which parses many times faster.

mod condition;
mod driver;
mod fields;
mod link;
mod objects;
mod profiles;
mod row;
mod tables;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::{Table, Value};

type Done<T> = Result<T, Box<dyn Error>>;

/// Constant, folder and extension of each folder of texts.
const TEXTS: [(&str, &str, &str); 3] = [
    ("PROFILES", PROFILES, "toml"),
    ("RECIPES", "examples/recipes", "toml"),
    ("TEMPLATES", "templates", "j2"),
];
/// Built-in profiles; they are embedded as trees, too.
const PROFILES: &str = "profiles";
const CATALOG: &str = "src/catalog";
const DRIVERS: &str = "src/catalog/drivers";
/// Its rows are read one by one.
const CLUSTER_CLASSES: &str = "cluster_classes";
const CUSTOM_KINDS: &str = "src/catalog/custom_kinds";
/// The functions that a render runs.
const ORDER: &str = "build/order.txt";
const FIELDS: &str = "src/document/fields.txt";
/// The kinds that rules read, as in `src/document/object.rs`.
const DECODED: [&str; 13] = [
    "StorageClass",
    "VolumeAttributesClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "Pod",
    "Job",
    "CronJob",
    "StatefulSet",
    "Deployment",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "PodTemplate",
];

fn main() -> Done<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    link::at_fixed_address();
    link::with_unwinder(&out)?;
    link::in_order(&root.join(ORDER), &out)?;
    let mut code = String::new();
    for (constant, folder, extension) in TEXTS {
        println!("cargo:rerun-if-changed={folder}");
        let mut rows = Vec::new();
        for file in files(&root.join(folder), extension)? {
            rows.push(format!("({:?}, include_str!({file:?}))", name(&file)));
        }
        table(
            &mut code,
            constant,
            &format!("The files of `{folder}/`: name without extension, and text."),
            &rows,
        )?;
    }
    pages(&mut code, &root)?;
    println!("cargo:rerun-if-changed={CATALOG}");
    let mut trees = Vec::new();
    for file in files(&root.join(PROFILES), "toml")? {
        let tree = profiles::literal(&fs::read_to_string(&file)?);
        let tree = tree.map_err(|error| format!("{}: {error}", file.display()))?;
        trees.push(format!("({:?}, {tree})", name(&file)));
    }
    fs::write(out.join("profiles.rs"), format!("&[\n{},\n]", trees.join(",\n")))?;
    tables::write(&root.join(CATALOG), &out)?;
    for file in files(&root.join(CATALOG), "toml")? {
        if name(&file) == CLUSTER_CLASSES || tables::TABLES.iter().any(|(table, _)| *table == name(&file)) {
            continue;
        }
        let constant = name(&file).to_uppercase();
        writeln!(code, "/// `{CATALOG}/{}.toml` as JSON.", name(&file))?;
        writeln!(code, "pub static {constant}: &str = {:?};", serde_json::to_string(&read(&file)?)?)?;
    }
    let (mut drivers, mut provisioners, mut annotations) = (Vec::new(), Vec::new(), Vec::new());
    for file in files(&root.join(DRIVERS), "toml")? {
        let driver = driver(&file)?;
        let in_tree = driver.get("in_tree").and_then(|in_tree| in_tree.get("provisioner"));
        for provisioner in driver.get("provisioner").into_iter().chain(in_tree).filter_map(Value::as_str) {
            provisioners.push(format!("({provisioner:?}, {:?})", name(&file)));
        }
        let prefix = driver.get("pod_annotations").and_then(|pod| pod.get("annotations")?.get("prefix"));
        let provisioner = driver.get("provisioner").and_then(Value::as_str);
        if let (Some(provisioner), Some(prefix)) = (provisioner, prefix.and_then(Value::as_str)) {
            annotations.push(format!("({provisioner:?}, {prefix:?})"));
        }
        let literal = row::literal(Value::Table(driver), "Driver", driver::driver);
        drivers.push(literal.map_err(|error| format!("{}: {error}", file.display()))?);
    }
    fs::write(out.join("drivers.rs"), format!("&[\n{},\n]", drivers.join(",\n")))?;
    let about = "Every provisioner, a driver's own or that of the plugin it replaces, and the name of the driver's file.";
    table(&mut code, "PROVISIONERS", about, &provisioners)?;
    let about = "Drivers that read annotations of pods, and how these begin.";
    table(&mut code, "POD_ANNOTATIONS", about, &annotations)?;
    let classes =
        keyed(&root.join(CATALOG).join(CLUSTER_CLASSES).with_extension("toml"), "classes", &["name"])?;
    table(&mut code, "CLUSTER_CLASSES", "The rows of `cluster_classes.toml`: name, and JSON.", &classes)?;
    let mut kinds = Vec::new();
    for file in files(&root.join(CUSTOM_KINDS), "toml")? {
        kinds.extend(keyed(&file, "kinds", &["group", "kind"])?);
    }
    let about = format!("The rows of `{CUSTOM_KINDS}/`: group and kind, and JSON.");
    table(&mut code, "CUSTOM_KINDS", &about, &kinds)?;
    println!("cargo:rerun-if-changed={FIELDS}");
    let text = fs::read_to_string(root.join(FIELDS))?;
    let types = fields::types(&text)?;
    let (literal, places) = fields::literal(&types)?;
    fs::write(out.join("fields.rs"), literal)?;
    fs::write(out.join("objects.rs"), objects::write(&types, &DECODED)?)?;
    writeln!(
        code,
        "/// How many places for a field the types of `{FIELDS}` have.\npub const FIELD_PLACES: usize = {places};"
    )?;
    let names: Vec<_> = types.keys().collect();
    writeln!(code, "/// The names of the types of `{FIELDS}`.\npub static TYPES: &[&str] = &{names:?};")?;
    Ok(fs::write(out.join("embedded.rs"), code)?)
}

/// The rows of a list as pairs: the texts under `keys`, and JSON.
fn keyed(file: &Path, list: &str, keys: &[&str]) -> Done<Vec<String>> {
    let mut pairs = Vec::new();
    for row in read(file)?.get(list).and_then(Value::as_array).into_iter().flatten() {
        let texts = keys.iter().map(|key| row.get(*key).and_then(Value::as_str).unwrap_or_default());
        let key = texts.collect::<Vec<_>>().join("/");
        pairs.push(format!("({key:?}, {:?})", serde_json::to_string(row)?));
    }
    Ok(pairs)
}

/// Writes a table of pairs.
fn table(code: &mut String, constant: &str, about: &str, rows: &[String]) -> Done<()> {
    let rows = rows.join(",\n    ");
    Ok(writeln!(code, "/// {about}\npub static {constant}: &[(&str, &str)] = &[\n    {rows}\n];")?)
}

/// A driver's file, merged over what every driver has in common and, for a variant, over the file that `like` names.
fn driver(file: &Path) -> Done<Table> {
    let mut driver = read(file)?;
    let mut whole = Table::new();
    for common in files(&file.with_file_name("common"), "toml")? {
        lay_over(&mut whole, read(&common)?);
    }
    if let Some(base) = driver.remove("like") {
        let base = base.as_str().ok_or_else(|| format!("{}: `like` is not a name", file.display()))?;
        lay_over(&mut whole, read(&file.with_file_name(base).with_extension("toml"))?);
    }
    lay_over(&mut whole, driver);
    class_too(&mut whole);
    whole.insert("name".to_owned(), Value::String(name(file)));
    Ok(whole)
}

/// Adds the parameters of a class to those of a VolumeAttributesClass, if the driver accepts them there and ignores them.
fn class_too(driver: &mut Table) {
    let Some(class) = driver.get("class").and_then(|class| class.get("list")?.as_table()).cloned() else {
        return;
    };
    let Some(attributes) = driver.get_mut("attributes").and_then(Value::as_table_mut) else { return };
    let Some(why) = attributes.get("class_too").cloned() else { return };
    let list = attributes.entry("list").or_insert_with(|| Table::new().into());
    for (key, row) in class {
        let (Some(list), Value::Table(mut row)) = (list.as_table_mut(), row) else { return };
        row.insert("sets".to_owned(), Value::String(key.clone()));
        row.insert("ignored".to_owned(), why.clone());
        row.remove("deprecated");
        list.entry(key).or_insert(Value::Table(row));
    }
}

/// Lays one table over another: tables merge, everything else is replaced; an empty text takes a key away.
fn lay_over(base: &mut Table, over: Table) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Table(base)), Value::Table(over)) => lay_over(base, over),
            (_, Value::String(text)) if text.is_empty() => {
                base.remove(&key);
            }
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

fn read(file: &Path) -> Done<Table> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}

fn name(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn files(folder: &Path, extension: &str) -> Done<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|found| found == extension) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The headings of a rule page, in their order; `Old` is only on the page of a rule about updates.
const HEADINGS: [&str; 6] = ["Why it fails", "How to fix", "Old", "Bad", "Good", "References"];

/// Writes one constant for each rule page below `src`.
fn pages(code: &mut String, root: &Path) -> Done<()> {
    println!("cargo:rerun-if-changed=src");
    let mut files = Vec::new();
    rule_pages(&root.join("src"), &mut files)?;
    files.sort_by_key(|file| name(file));
    writeln!(code, "/// The pages of all rules: one constant for each `src/**/CODE.md`.\npub mod pages {{")?;
    writeln!(code, "    use crate::rule::{{Example, ExampleKind, Page}};")?;
    for file in &files {
        let text = fs::read_to_string(file)?;
        let page = page(&name(file), &text).map_err(|error| format!("{}: {error}", file.display()))?;
        writeln!(code, "    /// `{}`.\n{page}", file.strip_prefix(root)?.display())?;
    }
    Ok(writeln!(code, "}}")?)
}

/// Collects the files below `folder` that are named after a rule's code.
fn rule_pages(folder: &Path, found: &mut Vec<PathBuf>) -> Done<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            rule_pages(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "md") && is_code(&name(&path)) {
            found.push(path);
        }
    }
    Ok(())
}

fn is_code(name: &str) -> bool {
    name.len() == 4
        && name.starts_with(|first: char| first.is_ascii_uppercase())
        && name[1..].parse::<u16>().is_ok()
}

/// Checks one rule page and returns it as the text of a Rust constant.
fn page(code: &str, text: &str) -> Result<String, String> {
    let mut parts = text.split("\n## ");
    let head = parts.next().unwrap_or_default();
    let (title, summary) =
        head.split_once("\n\n").ok_or("expected `# rule-name`, an empty line and a summary")?;
    let rule_name = title.strip_prefix("# ").ok_or("the first line must be `# rule-name`")?;
    let kebab = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    if rule_name.is_empty() || rule_name.len() > 40 || !rule_name.chars().all(kebab) {
        return Err(format!("`{rule_name}` is not a kebab-case name of at most 40 characters"));
    }
    let summary = summary.trim();
    if summary.is_empty() || summary.contains('\n') || summary.ends_with('.') {
        return Err("the summary must be one line without a full stop".to_owned());
    }
    let mut sections = Vec::new();
    for part in parts {
        let (heading, body) = part.split_once('\n').ok_or("a section is empty")?;
        let place = HEADINGS.iter().position(|known| *known == heading);
        let place = place.ok_or_else(|| format!("unknown heading `## {heading}`"))?;
        if sections.last().is_some_and(|(last, _)| *last >= place) {
            return Err(format!("`## {heading}` is repeated or out of order: {}", HEADINGS.join(", ")));
        }
        sections.push((place, body));
    }
    let section = |heading: &str| {
        let found = sections.iter().find(|(place, _)| HEADINGS[*place] == heading);
        found.map(|(_, body)| *body).ok_or_else(|| format!("`## {heading}` is missing"))
    };
    let old = section("Old").ok().map(blocks).transpose()?;
    let (bad, good) = (blocks(section("Bad")?)?, blocks(section("Good")?)?);
    let languages: Vec<&str> =
        old.iter().flatten().chain(&bad).chain(&good).map(|(language, _)| *language).collect();
    let kind = match (languages[0], &old) {
        ("yaml", None) => "Manifest",
        ("yaml", Some(old)) if old.len() == 1 => "Update",
        ("toml", None) => "Profile",
        ("jinja", None) => "Template",
        (language, _) => return Err(format!("examples in `{language}` are not supported here")),
    };
    if languages.iter().any(|language| *language != languages[0]) {
        return Err("the examples must be in one language".to_owned());
    }
    let texts = |blocks: &[(&str, String)]| {
        blocks.iter().map(|(_, text)| format!("{text:?}")).collect::<Vec<_>>().join(", ")
    };
    let old = old.map_or_else(|| "None".to_owned(), |old| format!("Some({})", texts(&old)));
    let references = paragraphs(section("References")?)?;
    let references: Vec<String> = references
        .lines()
        .map(|line| line.strip_prefix("- ").map(|text| format!("{text:?}")))
        .collect::<Option<_>>()
        .ok_or("the references must be a list: `- source, version`")?;
    let (why, fix) = (paragraphs(section("Why it fails")?)?, paragraphs(section("How to fix")?)?);
    if why.is_empty() || fix.is_empty() || references.is_empty() {
        return Err("a section is empty".to_owned());
    }
    Ok(format!(
        "    pub static {code}: Page = Page {{ code: {code:?}, name: {rule_name:?}, summary: {summary:?}, why: {why:?}, \
         fix: {fix:?}, example: Example {{ kind: ExampleKind::{kind}, old: {old}, bad: &[{}], good: &[{}] }}, \
         references: &[{}] }};",
        texts(&bad),
        texts(&good),
        references.join(", ")
    ))
}

/// The fenced blocks of a section: language and text. Nothing else may be in it.
fn blocks(section: &str) -> Result<Vec<(&str, String)>, String> {
    let mut found = Vec::new();
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            if line.is_empty() {
                continue;
            }
            return Err(format!("expected a fenced block, found `{line}`"));
        };
        let mut text = String::new();
        loop {
            match lines.next() {
                Some("```") => break,
                Some(line) => text.extend([line, "\n"]),
                None => return Err("a fenced block has no end".to_owned()),
            }
        }
        found.push((language, text));
    }
    if found.is_empty() { Err("an example section is empty".to_owned()) } else { Ok(found) }
}

/// A section's paragraphs, each on one line and each item of a list on its own, so that every output can wrap them.
fn paragraphs(section: &str) -> Result<String, String> {
    let mut out = String::new();
    for line in section.trim().lines() {
        if line.starts_with("```") {
            return Err("fenced blocks belong into the examples".to_owned());
        }
        let line = line.trim();
        if line.is_empty() || (line.starts_with("- ") && !out.is_empty()) {
            out.push('\n');
        } else if !out.is_empty() && !out.ends_with('\n') {
            out.push(' ');
        }
        if line.is_empty() {
            out.push('\n');
        }
        out.push_str(line);
    }
    Ok(out.replace("\n\n\n", "\n\n"))
}
