//! Hostile text in every field of every command and format: the structure of the output stays the program's own.

mod html;
mod manifests;
mod structure;

use std::path::Path;

use serde_json::Value;

use crate::graph::REFUSED;
use crate::support::{Folder, command, files, run};

/// Texts that break out of some format if they are printed as they are.
const HOSTILE: [&str; 14] = [
    // A line of its own, which is a command to a CI system.
    "x\n::error::pwned",
    "\r\n::stop-commands::x",
    "k ::add-mask::x ::error title=y::z ##[stop-commands]x ##[add-mask]y",
    // A terminal's escape sequences, of one and of two bytes.
    "\u{1b}[31mred\u{7}\u{1b}]8;;http://e\u{7}",
    "\u{9b}31m\u{7f}",
    // Code spans that end early.
    "`` <img src=x> @octocat ``",
    "x` <img src=http://e/x.png> @octocat [click](http://e) `",
    "```` @octocat ``` ![i](http://e) ` <b>",
    // Blocks.
    "k\n\n# Approved by @octocat\n\n<img src=x>\n\n",
    "a|b\\|c\\\\|d\n|---|---|\n- [x] done",
    // Characters that reorder, hide or end a line.
    "a\u{202e}b\u{2066}c\u{feff}",
    "a\u{2028}::error::b\u{2029}evil: 1\u{85}z: 2",
    // The escapes of other formats.
    "]]><!-- <x>&lt;\"' %0A::error::,title=x",
    "$x$ ~~y~~ *b* _i_ #1 GH-2 www.example.com http://e.x a@b.c 0123456789abcdef :shipit: {{ 1 }}",
];

/// The formats of reports.
const FORMATS: [&str; 7] = ["text", "json", "sarif", "github", "junit", "markdown", "html"];

/// Runs a command in a folder and returns its two streams.
fn outputs(folder: &Path, args: &[&str], input: &str) -> (String, String) {
    let mut command = command(args);
    command.current_dir(folder);
    let output = run(command, input);
    let context = format!("{args:?}");
    assert!(output.status.code().is_some_and(|code| code <= 2), "{context}: {:?}", output.status);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_else(|error| panic!("{context}: {error}"));
    (text(output.stdout), text(output.stderr))
}

/// Checks one stream against its format.
fn check(format: &str, text: &str, context: &str) {
    match format {
        "text" => structure::text(text, context),
        "json" | "sarif" => drop((!text.is_empty()).then(|| structure::json(text, context))),
        "github" => structure::github(text, context),
        "junit" if text.is_empty() => {}
        "junit" => structure::junit(text, context),
        "markdown" => structure::markdown(text, context),
        "html" | "svg" if text.is_empty() => {}
        "html" | "svg" => structure::html(text, context),
        "mermaid" => structure::mermaid(text, context),
        "dot" => structure::dot(text, context),
        other => panic!("{other} has no check"),
    }
}

/// Runs a command whose report goes to standard output, and checks both streams.
fn reported(folder: &Path, format: &str, args: &[&str], input: &str) {
    let args = [args, &["--format", format]].concat();
    let (out, err) = outputs(folder, &args, input);
    check(format, &out, &format!("{args:?} standard output"));
    structure::text(&err, &format!("{args:?} standard error"));
}

/// A name of a file, as hostile as the system allows.
fn file_name(hostile: &str) -> String {
    hostile.replace('/', "\u{2044}")
}

/// The lines of a manifest that are not comments, separated as by the readers that know the most line breaks.
fn uncommented(text: &str) -> Vec<&str> {
    let lines = text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[test]
fn validate_and_diff_keep_the_structure_of_every_format() {
    // Fourteen texts over hundreds of places: a few turns bring every text to every kind of place.
    for (round, hostile) in HOSTILE.iter().enumerate().step_by(3) {
        let folder = Folder::new();
        let (old, new) = (manifests::plain(), manifests::hostile(&HOSTILE, round));
        folder.write(Path::new("old").join("a.json"), &old);
        folder.write(Path::new("new").join("a.json"), &new);
        let harmless = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {a: one}\n";
        let small = format!(
            "{harmless}---\n{}",
            harmless.replace("data:", "immutable: true\ndata:").replace("name: a", "name: b")
        );
        for (side, text) in [
            ("clouds", small.clone()),
            (
                "changed",
                small.replace(
                    "one",
                    hostile
                        .split('\n')
                        .next()
                        .unwrap_or("x")
                        .replace(['{', '}', '"', '\\', ':', '#', ','], "x")
                        .as_str(),
                ),
            ),
        ] {
            for cloud in [file_name(hostile), "b".to_owned()] {
                folder.write(Path::new(side).join(cloud).join("a.yaml"), &text);
            }
        }
        folder.write(
            Path::new("named").join(file_name(hostile) + ".yaml"),
            "kind: [\n---\nkind: Pod\nspec: 1\n",
        );
        for format in FORMATS {
            reported(folder.path(), format, &["validate", "new"], "");
            reported(folder.path(), format, &["validate", "named"], "");
            reported(folder.path(), format, &["diff", "old", "new"], "");
            reported(folder.path(), format, &["diff", "new", "old"], "");
            // Directories that are environments, and folds.
            reported(folder.path(), format, &["diff", "old", "clouds"], "");
            reported(folder.path(), format, &["diff", "clouds", "changed"], "");
        }
    }
}

#[test]
fn rendering_and_comparing_keep_the_structure_of_every_format() {
    for (round, hostile) in HOSTILE.into_iter().enumerate() {
        let folder = Folder::new();
        let name = file_name(hostile) + ".toml";
        folder.write(&name, "name = \"x\"\nextends = \"aws-ebs\"\n");
        let mut paths = vec![name.clone()];
        for (at, profile) in manifests::profiles(hostile).into_iter().enumerate() {
            paths.push(format!("{at}.toml"));
            folder.write(&paths[at + 1], &profile);
        }
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        for format in FORMATS {
            let args = [&["render", "--out-dir", "out", "--format", format], &paths[..]].concat();
            // Manifests are the user's own text, in quotes that only a YAML reader needs to understand.
            let (_, err) = outputs(folder.path(), &args, "");
            check(format, &err, &format!("{args:?}"));
        }
        // One writer escapes the names of all pages and pictures.
        let formats = ["text", "markdown", "json", ["html", "svg"][round % 2]];
        for format in &formats[..if round % 3 == 0 { 4 } else { 3 }] {
            for size in [&[][..], &["--size", "1Ti"]] {
                let args = [&["compare", "--format", format], &paths[..], size].concat();
                let (out, err) = outputs(folder.path(), &args, "");
                check(format, &out, &format!("{args:?}"));
                structure::text(&err, &format!("{args:?}"));
            }
        }
        // A profile with errors still has a report.
        for path in paths.iter().skip(hostile.len() % 7).step_by(7) {
            let args = ["render", path, "--report", "report.html"];
            outputs(folder.path(), &args, "");
            let page = std::fs::read_to_string(folder.path().join("report.html")).expect("a report");
            structure::html(&page, &format!("{args:?}"));
        }
        // A file that is written names its profile in a comment.
        folder.write("plain.toml", "name = \"x\"\nextends = \"aws-ebs\"\n");
        let written = |profile: &str, directory: &str| {
            let (_, err) = outputs(folder.path(), &["render", profile, "--out-dir", directory], "");
            structure::text(&err, &format!("rendering {profile:?}"));
            let written = files(&folder.path().join(directory));
            assert!(!written.is_empty(), "{profile:?}: {err}");
            written.iter().map(|(_, text)| uncommented(text).join("\n")).collect::<Vec<_>>()
        };
        assert_eq!(written(&name, "hostile"), written("plain.toml", "plain"), "{name:?}");
        for format in FORMATS {
            let set = format!("claims.data.size={hostile}");
            let key = format!("claims.{hostile}=1");
            for args in [
                &["render", "aws-ebs", "--set", &set, "--format", format][..],
                &["render", "aws-ebs", "--set", &key, "--format", format],
                &["render", &name, "--set", "size=1", "--format", format],
                &["render", "aws-ebs", "-f", &name, "--set", "name=x_", "--format", format],
            ] {
                let (_, err) = outputs(folder.path(), args, "");
                check(format, &err, &format!("{args:?}"));
            }
        }
    }
}

#[test]
fn drawing_keeps_the_structure_of_every_format() {
    for (round, hostile) in HOSTILE.iter().enumerate().step_by(5) {
        let folder = Folder::new();
        folder.write(Path::new("new").join("a.json"), manifests::hostile(&HOSTILE, round));
        folder.write(Path::new("named").join(file_name(hostile) + ".yaml"), REFUSED);
        let mut args: Vec<String> = vec!["graph".to_owned()];
        for (at, profile) in manifests::profiles(hostile).into_iter().enumerate() {
            args.push(format!("{at}.toml"));
            folder.write(&args[at + 1], &profile);
        }
        let profiles: Vec<&str> = args.iter().map(String::as_str).collect();
        for format in ["mermaid", "svg", "dot"] {
            for args in [&["graph", "new"][..], &["graph", "named"], &["graph", "new", "named"], &profiles] {
                let args = [args, &["--format", format]].concat();
                let (out, err) = outputs(folder.path(), &args, "");
                check(format, &out, &format!("{args:?}"));
                structure::text(&err, &format!("{args:?}"));
            }
        }
    }
}

#[test]
fn comparing_files_keeps_the_structure_of_every_format() {
    for hostile in HOSTILE {
        let folder = Folder::new();
        let file = file_name(hostile) + ".yaml";
        let header = "# Generated by volwright from aws-ebs; do not edit.\n";
        folder.write(Path::new("out").join(&file), format!("{header}a: {hostile}\n"));
        folder.write(Path::new("out/storageclass-aws-ebs-fast.yaml"), format!("{header}{hostile}\n"));
        let other = file_name(hostile);
        for out in ["out", &other] {
            for format in FORMATS {
                let args = ["render", "aws-ebs", "--out-dir", out, "--check", "--format", format];
                let (diff, err) = outputs(folder.path(), &args, "");
                structure::text(&diff, &format!("{args:?} standard output"));
                check(format, &err, &format!("{args:?} standard error"));
            }
            let args = ["render", "aws-ebs", "--out-dir", out];
            let (_, err) = outputs(folder.path(), &args, "");
            structure::text(&err, &format!("{args:?}"));
        }
    }
}

#[test]
fn a_function_keeps_the_structure_of_its_list_and_its_messages() {
    for round in (0..HOSTILE.len()).step_by(5) {
        let folder = Folder::new();
        let list = manifests::resource_list(&HOSTILE, round);
        let (out, err) = outputs(folder.path(), &["fn"], &list);
        structure::text(&err, "fn");
        if !out.is_empty() {
            let list: serde_yaml::Value = serde_yaml::from_str(&out).expect("YAML");
            let keys: Vec<_> =
                list.as_mapping().expect("an object").keys().filter_map(|key| key.as_str()).collect();
            assert!(
                keys.iter().all(|key| ["apiVersion", "kind", "items", "results"].contains(key)),
                "{keys:?}"
            );
        }
    }
}

#[test]
fn messages_about_arguments_are_text() {
    for hostile in HOSTILE {
        let folder = Folder::new();
        let with_equals = format!("{hostile}={hostile}");
        for args in [
            &["explain", hostile][..],
            &["drivers", hostile],
            &["profiles", hostile],
            &["man", hostile],
            &[hostile],
            &["validate", hostile],
            &["validate", "--select", hostile],
            &["validate", "--ignore", hostile],
            &["validate", "--kubernetes-version", hostile],
            &["validate", "--pod-security", hostile],
            &["validate", "--format", hostile],
            &["diff", hostile, hostile],
            &["render", hostile],
            &["render", "aws-ebs", "-f", hostile],
            &["render", "aws-ebs", "--set", hostile],
            &["render", "aws-ebs", "--set", &with_equals],
            &["render", "aws-ebs", "--templates", hostile],
            &["compare", hostile],
            &["init", hostile],
            &["init", "--dir", hostile],
        ] {
            let (out, err) = outputs(folder.path(), args, "");
            structure::text(&err, &format!("{args:?}"));
            structure::text(&out, &format!("{args:?}"));
        }
        folder.write("volwright.toml", manifests::project(hostile));
        for args in [&["render"][..], &["render", "--check"], &["validate"], &["compare"]] {
            let (_, err) = outputs(folder.path(), args, "");
            structure::text(&err, &format!("{args:?} in a project"));
        }
        folder.write("t/storageclass.yaml.j2", format!("{{{{ {hostile} }}}}"));
        folder.write("t/pod.yaml.j2", format!("{{% include '{}' %}}", file_name(hostile).replace('\'', "")));
        folder.write(Path::new("t").join(file_name(hostile) + ".yaml.j2"), "{% x %}");
        let (_, err) = outputs(folder.path(), &["render", "aws-ebs", "--templates", "t"], "");
        structure::text(&err, "templates");
    }
}

#[test]
fn choosing_keeps_the_structure_of_every_format() {
    for hostile in HOSTILE {
        let folder = Folder::new();
        let text = Value::from(hostile);
        let name = file_name(hostile) + ".toml";
        folder.write(&name, "name = \"x\"\nextends = \"aws-ebs\"\n");
        folder.write(
            "prices.toml",
            format!(
                "as_of = {text}\ncurrency = {text}\nprice = [\n  {{ cloud = \"aws\", region = {text}, sku = \"gp3\", \
                 unit = \"GiB-month\", price = 1 }},\n  {{ cloud = {text}, region = {text}, sku = {text}, unit = {text}, \
                 price = 1, source = {text}, date = {text}, tier = {text} }},\n]\n"
            ),
        );
        let region = format!("aws={}", hostile.replace(',', "_"));
        for format in ["text", "markdown", "json"] {
            for args in [
                &["--prices", "prices.toml"][..],
                &["--prices", "prices.toml", "--region", &region],
                &["--without", hostile],
                &["--region", hostile],
                &["--on", &name],
                &["--on", hostile],
            ] {
                let args = [&["choose", "--size", "1Ti", "--format", format][..], args].concat();
                let (out, err) = outputs(folder.path(), &args, "");
                if !out.is_empty() {
                    check(format, &out, &format!("{args:?}"));
                }
                structure::text(&err, &format!("{args:?}"));
            }
        }
    }
}
