//! Runs every command of the documentation, page by page, each page in a folder of its own.
//!
//! A block `sh` must succeed. A block `console` shows commands behind `$ ` and what they print. A block of TOML or YAML whose
//! first line is a comment with a file's name is that file. Other programs than volwright are stood in for, and what is
//! printed with their help is not compared, unless the variable `PROGRAMS` lists folders that have them, as in `.ci/run`.
#![cfg(unix)]

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{Folder, text};

/// What the replaced programs print where the real ones print manifests.
macro_rules! manifest {
    () => {
        "printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: a}\\n'"
    };
}

/// The programs that are replaced, with what they do instead: they read their input, and print a manifest where the real
/// ones do.
const STAND_INS: [(&str, &str); 3] = [
    (
        "kubectl",
        concat!(
            "if [ \"$1\" = volwright ]; then shift; exec kubectl-volwright \"$@\"; fi; cat >/dev/null; case $1 in kustomize | get) ",
            manifest!(),
            ";; esac"
        ),
    ),
    ("helm", concat!("cat >/dev/null; case $1 in template | get) ", manifest!(), ";; esac")),
    ("kustomize", concat!("cat >/dev/null; ", manifest!())),
];

/// Of cargo's commands the pages may name; what it runs is there.
const CARGO: &str = "case $1 in run) shift 2; exec volwright \"$@\" ;; test | install) ;; *) exit 1 ;; esac";

/// What fences may begin with: a block of commands in another language would not be run.
const LANGUAGES: [&str; 9] = ["lua", "elisp", "sh", "console", "toml", "yaml", "text", "json", "jinja"];

/// A page with what it takes for granted.
fn taken_for_granted(page: &str) -> &'static str {
    match page {
        "README.md" => {
            "mkdir -p chart/templates; echo '{apiVersion: v2, name: chart, version: 0.1.0}' >chart/Chart.yaml
             volwright render aws-ebs --quiet --out-dir chart/templates --layout helm
             volwright render aws-ebs --quiet >old.yaml; volwright render gce-pd --quiet >new.yaml"
        }
        "docs/project.md" => "volwright init --dir .",
        "docs/import.md" => concat!("cp -R ", env!("CARGO_MANIFEST_DIR"), "/tests/import/deploy ."),
        _ => "",
    }
}

struct Block<'t> {
    language: &'t str,
    line: usize,
    text: String,
}

/// The fenced blocks of a page.
fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block<'_>> = Vec::new();
    let mut inside = false;
    for (line, text) in page.lines().enumerate() {
        match text.strip_prefix("```") {
            Some(language) if !inside => {
                found.push(Block { language, line: line + 1, text: String::new() });
                inside = true;
            }
            Some(_) => inside = false,
            None if inside => {
                let block = found.last_mut().expect("a block");
                block.text.push_str(text);
                block.text.push('\n');
            }
            None => {}
        }
    }
    found
}

/// A page on its way: where it stands, and what it may call.
struct Run<'p> {
    page: &'p str,
    folder: Folder,
    path: OsString,
    real: bool,
}

impl<'p> Run<'p> {
    fn new(page: &'p str) -> Self {
        let folder = Folder::new();
        let bin = folder.path().join("bin");
        fs::create_dir_all(&bin).expect("a folder");
        symlink(env!("CARGO_BIN_EXE_volwright"), bin.join("volwright")).expect("a link");
        let programs = std::env::var_os("PROGRAMS");
        let stand_ins = if programs.is_some() { &[][..] } else { &STAND_INS };
        for (name, does) in stand_ins.iter().chain(&[("cargo", CARGO)]) {
            let program = bin.join(name);
            fs::write(&program, format!("#!/bin/sh\n{does}\n")).expect("written");
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("permitted");
        }
        let home = folder.path().join("home");
        let work = home.join("work");
        fs::create_dir_all(&work).expect("a folder");
        // A page's `git init` is the repository; what lies above is none.
        for name in ["examples", "contrib"] {
            symlink(Path::new(env!("CARGO_MANIFEST_DIR")).join(name), work.join(name)).expect("a link");
        }
        let path = [bin, home.join(".local/bin")]
            .into_iter()
            .chain(programs.iter().flat_map(std::env::split_paths))
            .chain(["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from));
        let path = std::env::join_paths(path).expect("a path");
        Self { page, folder, path, real: programs.is_some() }
    }

    fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Where the page stands: its commands may change the folder.
    fn place(&self) -> PathBuf {
        match fs::read_to_string(self.folder.path().join("place")) {
            Ok(place) => PathBuf::from(place.trim_end()),
            Err(_) => self.home().join("work"),
        }
    }

    fn bash(&self, script: &str) -> Output {
        let place = self.folder.path().join("place");
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-c"])
            .arg(format!("{{\n{script}\n}} 2>&1\ncode=$?; pwd >'{}'; exit $code", place.display()))
            .current_dir(self.place())
            .env("PATH", &self.path)
            .env("HOME", self.home())
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_SYSTEM", "/dev/null")])
            .envs([("GIT_AUTHOR_NAME", "a"), ("GIT_AUTHOR_EMAIL", "a@example.com")])
            .envs([("GIT_COMMITTER_NAME", "a"), ("GIT_COMMITTER_EMAIL", "a@example.com")])
            .stdin(std::process::Stdio::null());
        for (name, _) in std::env::vars_os() {
            let unwanted = ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "NO_COLOR", "CLICOLOR_FORCE"];
            if unwanted.iter().any(|one| name == *one) {
                bash.env_remove(name);
            }
        }
        bash.output().expect("bash runs")
    }

    /// Runs a block `sh`, which must succeed.
    fn commands(&self, block: &Block<'_>) {
        let output = self.bash(&format!("set -euo pipefail\n{}", block.text));
        let said = text(&output.stdout);
        assert!(output.status.success(), "{}:{}: {}\n{said}", self.page, block.line, output.status);
    }

    /// Runs the commands of a block `console`, and compares what they print.
    fn console(&self, block: &Block<'_>) {
        let shown = block.text.strip_prefix("$ ").expect("a console begins with a command");
        for part in shown.split("\n$ ") {
            let (command, wanted) = part.split_once('\n').unwrap_or((part, ""));
            let output = self.bash(command);
            let stood_in = !self.real && STAND_INS.iter().any(|(name, _)| command.contains(name));
            if !stood_in {
                let place = format!("{}:{}: {command}", self.page, block.line);
                assert_eq!(text(&output.stdout).trim_end(), wanted.trim_end(), "{place}");
            }
        }
    }

    /// Writes the file that a block is, if it is one.
    fn file(&self, block: &Block<'_>) {
        let Some(name) = block.text.lines().next().and_then(|line| line.strip_prefix("# ")) else { return };
        if name.contains(' ') || !name.ends_with(&format!(".{}", block.language)) {
            return;
        }
        let path = self.place().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, &block.text).expect("written");
    }
}

/// The pages, by their paths from the root.
fn pages() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = vec!["README.md".to_owned()];
    for entry in fs::read_dir(root.join("docs")).expect("docs") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    let read = |name: String| {
        let page = fs::read_to_string(root.join(&name)).expect("a page");
        (name, page)
    };
    names.into_iter().map(read).collect()
}

#[test]
fn every_command_of_the_documentation_does_what_the_page_says() {
    let mut commands = 0;
    for (name, page) in pages() {
        let blocks = blocks(&page);
        let run = Run::new(&name);
        let ready = run.bash(&format!("set -euo pipefail\n{}", taken_for_granted(&name)));
        assert!(ready.status.success(), "{name}: {}", text(&ready.stdout));
        for block in &blocks {
            match block.language {
                "sh" => run.commands(block),
                "console" => run.console(block),
                "toml" | "yaml" => run.file(block),
                other => assert!(LANGUAGES.contains(&other), "{name}:{}: what is `{other}`?", block.line),
            }
            commands += usize::from(matches!(block.language, "sh" | "console"));
        }
    }
    assert!(commands > 20, "only {commands} blocks of commands");
}

#[test]
fn a_page_leads_to_what_is_there() {
    for (name, page) in pages() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(&name);
        let folder = folder.parent().expect("a folder");
        for target in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            if path.contains("://") {
                continue;
            }
            let file = if path.is_empty() {
                folder.join(Path::new(&name).file_name().expect("a name"))
            } else {
                folder.join(path)
            };
            assert!(file.exists(), "{name}: there is no {target}");
            if !heading.is_empty() {
                let text = fs::read_to_string(&file).expect("a page").to_lowercase();
                let headings = text.lines().filter(|line| line.starts_with('#'));
                let there = headings
                    .map(|line| line.trim_start_matches('#').trim().replace(' ', "-"))
                    .any(|line| line == heading);
                assert!(there, "{name}: there is no heading for {target}");
            }
        }
    }
}
