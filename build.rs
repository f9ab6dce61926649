//! Embeds whole folders of data: every file of a folder becomes a `(name, text)` row, sorted by name.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Constant, folder and extension of each embedded folder.
const FOLDERS: [(&str, &str, &str); 3] = [
    ("PROFILES", "profiles", "toml"),
    ("TEMPLATES", "templates", "j2"),
    ("DRIVERS", "src/catalog/drivers", "toml"),
];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut code = String::new();
    for (constant, folder, extension) in FOLDERS {
        println!("cargo:rerun-if-changed={folder}");
        let _ = writeln!(code, "/// The files of `{folder}/`: name without extension, and text.");
        let _ = writeln!(code, "pub static {constant}: &[(&str, &str)] = &[");
        for file in files(&root.join(folder), extension)? {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let _ = writeln!(code, "    ({name:?}, include_str!({:?})),", file.to_string_lossy());
        }
        code.push_str("];\n");
    }
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("embedded.rs"), code)
}

fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
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
