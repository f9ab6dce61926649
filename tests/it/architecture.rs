//! The structure of the source: layers, imports, cycles, and what code may not contain.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Names of clouds, their disks and their drivers, which only data may contain.
const CLOUDS: &[&str] = &[
    "ebs.csi",
    "efs.csi",
    "fsx.",
    "s3.csi",
    "pd.csi",
    "filestore",
    "gcsfuse",
    "disk.csi.azure",
    "azuredisk",
    "azurefile",
    "blob.csi",
    "azurelustre",
    "gke.io",
    "amazonaws",
    "gp2",
    "gp3",
    "io2",
    "pd-ssd",
    "pd-balanced",
    "hyperdisk",
    "premium_lrs",
    "premiumv2",
    "ultrassd",
    "standardssd",
    "skuname",
];

/// What built-in templates render is kept by the keys and types of the values, so they must not read a text.
#[test]
fn built_in_templates_only_write_values_and_test_whether_they_are_set() {
    let is_name = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_allowed = |tag: &str| {
        let words: Vec<&str> = tag.split_whitespace().collect();
        match words.as_slice() {
            ["endif" | "endfor"] => true,
            [name] | ["if", name, "is", "defined"] => is_name(name),
            ["for", key, value, "in", name, "|", "items"] => {
                key.strip_suffix(',').is_some_and(is_name) && is_name(value) && is_name(name)
            }
            _ => false,
        }
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let mut tags = 0;
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a text");
        for part in text.split('{').skip(1) {
            let tag = part.strip_prefix('%').and_then(|rest| rest.split_once("%}"));
            let Some((tag, _)) = tag.or_else(|| part.split_once("}}")) else { continue };
            assert!(is_allowed(tag), "{}: `{tag}`", path.display());
            tags += 1;
        }
    }
    assert!(tags > 100, "{tags} tags");
}

/// The layers from the lowest to the highest. A module imports only from lower layers and from itself; modules of one layer
/// do not import each other.
const LAYERS: &[&[&str]] = &[
    &["sync"],
    &[
        "embedded",
        "encoding",
        "error",
        "grammar",
        "hash",
        "lines",
        "lookup",
        "nearest",
        "parallel",
        "progress",
        "quantity",
        "recent",
        "rule",
        "source",
        "time",
        "unchecked",
    ],
    &["catalog", "finding", "tree"],
    &["yaml"],
    &["document", "profile", "schema", "template"],
    &["bundle", "context", "fix", "write"],
    &["rules"],
    &["choose", "diff", "graph", "registry"],
    &["cli", "suppression"],
    &["project", "render"],
    &["compare", "import"],
    &["output"],
    &["stream"],
    &["lsp"],
    &["app"],
    &["lib", "main"],
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        let mut entries: Vec<PathBuf> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            if path.ends_with("target") {
                // What cargo builds for the fuzz targets.
            } else if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), extension, &mut found);
    assert!(!found.is_empty(), "{folder} has no .{extension} files");
    found
}

/// The source files by module path, such as `rules::links::zone`, each with its text.
struct Modules(BTreeMap<String, String>);

impl Modules {
    fn read() -> Self {
        let modules = files("src", "rs").into_iter().map(|path| {
            let relative = path.strip_prefix(root().join("src")).expect("below src").with_extension("");
            let mut parts: Vec<String> =
                relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
            if parts.last().is_some_and(|last| last == "mod") {
                parts.pop();
            }
            (parts.join("::"), fs::read_to_string(path).expect("text"))
        });
        Self(modules.collect())
    }

    /// The module that `path` is, or that defines the item that `path` is.
    fn resolve(&self, path: &[String]) -> Option<String> {
        (1..=path.len()).rev().map(|length| path[..length].join("::")).find(|path| self.0.contains_key(path))
    }

    /// The modules that each module imports, by `use` or by a path in its code.
    fn imports(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let mut imports = BTreeMap::new();
        for (module, text) in &self.0 {
            let own: Vec<String> = match module.as_str() {
                "lib" | "main" => Vec::new(),
                module => module.split("::").map(str::to_owned).collect(),
            };
            let mut used = BTreeSet::new();
            for path in paths(&without_tests(text)) {
                let mut full = own.clone();
                let mut rest = &path[..];
                match path[0].as_str() {
                    "crate" => full.clear(),
                    "self" => {}
                    "super" => {
                        while rest.first().is_some_and(|part| part == "super") {
                            full.pop();
                            rest = &rest[1..];
                        }
                        // What follows is added below.
                    }
                    // A path that begins with a child module.
                    first => {
                        let mut child = own.clone();
                        child.push(first.to_owned());
                        if !self.0.contains_key(&child.join("::")) {
                            continue;
                        }
                        full.push(first.to_owned());
                    }
                }
                let skipped = usize::from(rest.len() == path.len());
                full.extend(rest[skipped..].iter().cloned());
                if let Some(found) = self.resolve(&full).filter(|found| found != module) {
                    used.insert(found);
                }
            }
            imports.insert(module.as_str(), used);
        }
        imports
    }
}

/// A source text without its comments, texts in quotes and unit tests.
fn without_tests(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut out = String::new();
    let mut letters = code.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '/' if letters.peek() == Some(&'/') => {
                while letters.peek().is_some_and(|letter| *letter != '\n') {
                    letters.next();
                }
            }
            '"' => {
                while let Some(letter) = letters.next() {
                    match letter {
                        '\\' => {
                            letters.next();
                        }
                        '"' => break,
                        _ => {}
                    }
                }
            }
            letter => out.push(letter),
        }
    }
    out
}

/// The paths in code, each part by part, with the groups of `use` statements resolved.
fn paths(code: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find("::") {
        let before = rest[..start].trim_end();
        let first: String = before
            .chars()
            .rev()
            .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        // The path of `pub(in path)` imports nothing.
        let is_visibility = before[..before.len() - first.len()].ends_with("pub(in ");
        rest = &rest[start..];
        if is_visibility {
            rest = &rest[rest.find(')').unwrap_or(2)..];
            continue;
        }
        if first.is_empty() {
            rest = &rest[2..];
            continue;
        }
        let length = tree(rest, vec![first], &mut found);
        rest = &rest[length.max(2)..];
    }
    found
}

/// Reads `::part` and `::{…}` behind `prefix`, adds each path, and returns how many bytes that took.
fn tree(text: &str, prefix: Vec<String>, found: &mut Vec<Vec<String>>) -> usize {
    let mut prefix = prefix;
    let mut at = 0;
    loop {
        let Some(rest) = text[at..].strip_prefix("::") else {
            found.push(prefix);
            return at;
        };
        if let Some(group) = rest.strip_prefix('{') {
            let mut inside = at + 3;
            let mut depth_rest = group;
            loop {
                let trimmed = depth_rest.trim_start();
                inside += depth_rest.len() - trimmed.len();
                depth_rest = trimmed;
                if depth_rest.is_empty() {
                    return inside;
                }
                if let Some(end) = depth_rest.strip_prefix('}') {
                    let _ = end;
                    return inside + 1;
                }
                if depth_rest.starts_with(',') {
                    inside += 1;
                    depth_rest = &depth_rest[1..];
                    continue;
                }
                let name: String = depth_rest
                    .chars()
                    .take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
                    .collect();
                if name.is_empty() {
                    inside += depth_rest.chars().next().map_or(1, char::len_utf8);
                    depth_rest = &text[inside..];
                    continue;
                }
                inside += name.len();
                let mut path = prefix.clone();
                if name != "self" && name != "as" {
                    path.push(name);
                }
                inside += tree(&text[inside..], path, found);
                depth_rest = &text[inside..];
            }
        }
        let name: String =
            rest.chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
        if name.is_empty() {
            found.push(prefix);
            return at + 2;
        }
        at += 2 + name.len();
        prefix.push(name);
    }
}

/// The groups of modules that import each other in a circle (Tarjan's strongly connected components).
fn cycles(imports: &BTreeMap<&str, BTreeSet<String>>) -> Vec<Vec<String>> {
    fn reach<'m>(from: &'m str, imports: &'m BTreeMap<&str, BTreeSet<String>>) -> BTreeSet<&'m str> {
        let mut seen = BTreeSet::new();
        let mut open = vec![from];
        while let Some(module) = open.pop() {
            for next in imports.get(module).into_iter().flatten() {
                if seen.insert(next.as_str()) {
                    open.push(next);
                }
            }
        }
        seen
    }
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        imports.keys().map(|module| (*module, reach(module, imports))).collect();
    let mut groups = BTreeSet::new();
    for (module, to) in &reached {
        let group: Vec<String> = to
            .iter()
            .filter(|other| reached.get(*other).is_some_and(|back| back.contains(module)))
            .map(|other| (*other).to_owned())
            .collect();
        if !group.is_empty() {
            groups.insert(group);
        }
    }
    groups.into_iter().collect()
}

#[test]
fn imports_point_downward_and_never_in_a_circle() {
    let modules = Modules::read();
    let imports = modules.imports();
    let top = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let layer = |module: &str| LAYERS.iter().position(|layer| layer.contains(&top(module).as_str()));
    let mut wrong = Vec::new();
    for module in imports.keys() {
        if layer(module).is_none() {
            wrong.push(format!("`{module}` is not listed in LAYERS"));
        }
    }
    let mut upward = 0;
    for (module, used) in &imports {
        for other in used {
            if top(module) != top(other) && layer(other) >= layer(module) {
                upward += 1;
                wrong.push(format!("`{module}` imports `{other}`, which is not on a lower layer"));
            }
        }
    }
    let cycles = cycles(&imports);
    for cycle in &cycles {
        let inside = cycle.iter().flat_map(|module| {
            let used = imports[module.as_str()].iter().filter(|other| cycle.contains(other));
            used.map(move |other| format!("  {module} -> {other}"))
        });
        let inside: Vec<String> = inside.collect();
        wrong.push(format!("{} files import each other:\n{}", cycle.len(), inside.join("\n")));
    }
    let edges: usize = imports.values().map(BTreeSet::len).sum();
    println!(
        "layers {}, modules {}, imports {edges}, cycles {}, upward imports {upward}",
        LAYERS.len(),
        imports.len(),
        cycles.len()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_cloud_is_named_in_code_or_templates() {
    for path in files("src", "rs").into_iter().chain(files("templates", "j2")) {
        let text = fs::read_to_string(&path).expect("text").to_lowercase();
        for cloud in CLOUDS {
            assert!(
                !text.contains(cloud),
                "{} names {cloud}: clouds are rows of the catalogue",
                path.display()
            );
        }
    }
}

#[test]
fn source_files_stay_short() {
    for path in ["src", "tests", "fuzz", "benches"].iter().flat_map(|folder| files(folder, "rs")) {
        let lines = fs::read_to_string(&path).expect("text").lines().count();
        assert!(lines <= 450, "{} has {lines} lines: split it", path.display());
    }
}
