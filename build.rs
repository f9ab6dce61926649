//! Embeds data, sorted by name: whole folders of texts as they are, the table of fields cut into its types, and the
//! catalogue's TOML as JSON, which is read many times as fast whenever the program starts.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use toml::{Table, Value};

type Done<T> = Result<T, Box<dyn Error>>;

/// Constant, folder and extension of each folder of texts.
const TEXTS: [(&str, &str, &str); 3] = [
    ("PROFILES", "profiles", "toml"),
    ("RECIPES", "examples/recipes", "toml"),
    ("TEMPLATES", "templates", "j2"),
];
const CATALOG: &str = "src/catalog";
const DRIVERS: &str = "src/catalog/drivers";
const FIELDS: &str = "src/document/fields.txt";

fn main() -> Done<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
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
    println!("cargo:rerun-if-changed={CATALOG}");
    for file in files(&root.join(CATALOG), "toml")? {
        let constant = name(&file).to_uppercase();
        writeln!(code, "/// `{CATALOG}/{}.toml` as JSON.", name(&file))?;
        writeln!(code, "pub static {constant}: &str = {:?};", serde_json::to_string(&read(&file)?)?)?;
    }
    let (mut drivers, mut provisioners) = (Vec::new(), Vec::new());
    for file in files(&root.join(DRIVERS), "toml")? {
        let driver = driver(&file)?;
        drivers.push(format!("({:?}, {:?})", name(&file), serde_json::to_string(&driver)?));
        let in_tree = driver.get("in_tree").and_then(|in_tree| in_tree.get("provisioner"));
        for provisioner in driver.get("provisioner").into_iter().chain(in_tree).filter_map(Value::as_str) {
            provisioners.push(format!("({provisioner:?}, {:?})", name(&file)));
        }
    }
    table(
        &mut code,
        "DRIVERS",
        &format!("The files of `{DRIVERS}/`: name without extension, and JSON."),
        &drivers,
    )?;
    let about = "Every provisioner, a driver's own or that of the plugin it replaces, and the name of the driver's file.";
    table(&mut code, "PROVISIONERS", about, &provisioners)?;
    println!("cargo:rerun-if-changed={FIELDS}");
    let mut types = Vec::new();
    // A paragraph tells what the table is; each other one is a type.
    for paragraph in fs::read_to_string(root.join(FIELDS))?.split("\n\n").skip(1) {
        let (name, lines) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        types.push(format!("({name:?}, {lines:?})"));
    }
    table(&mut code, "TYPES", &format!("The types of `{FIELDS}`: name, and lines of fields."), &types)?;
    Ok(fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("embedded.rs"), code)?)
}

/// Writes a table of pairs.
fn table(code: &mut String, constant: &str, about: &str, rows: &[String]) -> Done<()> {
    let rows = rows.join(",\n    ");
    Ok(writeln!(code, "/// {about}\npub static {constant}: &[(&str, &str)] = &[\n    {rows}\n];")?)
}

/// A driver's file. One that is another's twin says so by `like`, and tells only what differs.
fn driver(file: &Path) -> Done<Table> {
    let mut driver = read(file)?;
    let Some(base) = driver.remove("like") else { return Ok(driver) };
    let base = base.as_str().ok_or_else(|| format!("{}: `like` is no name", file.display()))?;
    let mut whole = read(&file.with_file_name(base).with_extension("toml"))?;
    lay_over(&mut whole, driver);
    Ok(whole)
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
