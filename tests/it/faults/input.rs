//! Input made to break it: deep, endless, growing on its own, or in each other's place.

use super::{PROFILE, below, failed, render, shell};
use crate::support::{Folder, codes, text, volwright};

/// More levels than any stack holds.
const DEEP: usize = 10_000;

/// Validates a text; the codes of what is found.
fn found(input: &str) -> Vec<String> {
    codes(&volwright(&["validate", "--format", "json"], input).stdout)
}

#[test]
fn ten_thousand_levels_are_a_finding() {
    let block: String = (0..4000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    for text in [
        "[".repeat(DEEP) + &"]".repeat(DEEP),
        "{a: ".repeat(DEEP) + "1" + &"}".repeat(DEEP),
        "- ".repeat(DEEP) + "a\n",
        "{\"a\":".repeat(DEEP) + "1" + &"}".repeat(DEEP),
        "{\"a\":".repeat(DEEP),
        "[".repeat(DEEP),
        block,
    ] {
        let start: String = text.chars().take(20).collect();
        assert_eq!(found(&text), ["Y009"], "{start}");
    }
    let folder = Folder::new();
    for (index, text) in [
        "a = ".to_owned() + &"[".repeat(DEEP) + &"]".repeat(DEEP),
        "a = ".to_owned() + &"{a=".repeat(DEEP) + "1" + &"}".repeat(DEEP),
        "a = ".to_owned() + &"[".repeat(DEEP),
        format!("[{}]", vec!["a"; DEEP].join(".")),
        format!("{} = 1", vec!["a"; DEEP].join(".")),
        // What the parser of TOML allows of each, one within the other.
        "a = ".to_owned() + &format!("{{{} = ", vec!["a"; 75].join(".")).repeat(75) + "1" + &"}".repeat(75),
        format!("[a]\n{}", (0..DEEP).map(|_| "[[a.a]]\n").collect::<String>()),
    ]
    .iter()
    .enumerate()
    {
        folder.write(format!("{index}.toml"), text);
        // The stack that Windows gives a program.
        let output = shell(folder.path(), &format!("ulimit -s 1024; \"$volwright\" render {index}.toml"));
        assert_eq!(output.status.code(), Some(1), "{index}: {}", text_of(&output.stderr));
        assert!(text_of(&output.stderr).contains("error[P00"), "{index}: {}", text_of(&output.stderr));
    }
    let deep = "claims.data.spec.".to_owned() + &vec!["a"; DEEP].join(".") + "=1";
    assert_eq!(render(&["aws-ebs", "--set", &deep]).status.code(), Some(1));
    let value = "claims.data.spec.a=".to_owned() + &"[".repeat(DEEP) + &"]".repeat(DEEP);
    assert_eq!(render(&["aws-ebs", "--set", &value]).status.code(), Some(1));
}

#[test]
fn an_object_of_more_than_one_request_is_refused_and_not_judged() {
    // If it were checked, every mount without its volume would be reported.
    let pod = |count: usize| {
        let mounts: String = (0..count)
            .map(|number| format!("    - {{name: volume-{number:060}, mountPath: /mnt/{number:060}}}\n"))
            .collect();
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - name: c\n    image: a:1\n    volumeMounts:\n{mounts}"
        )
    };
    assert_eq!(found(&pod(25_000)), ["K106"]);
    assert_eq!(found(&pod(100)), vec!["K102"; 100]);
}

/// What was said, without what is the length of a page.
fn text_of(said: &[u8]) -> String {
    text(said).chars().take(2000).collect()
}

#[test]
fn aliases_of_aliases_are_a_finding() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    assert_eq!(found(&bomb), ["Y009"]);
    let merge: String = (1..40)
        .map(|level| format!("m{level}: &m{level} {{<<: *m{0}, a: *m{0}, b: *m{0}}}\n", level - 1))
        .collect();
    assert_eq!(found(&format!("m0: &m0 {{k: v}}\n{merge}")), ["Y009"]);
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), vec!["*a"; 5000].join(", "));
    assert_eq!(found(&long), ["Y009"]);
}

#[test]
fn a_document_too_large_is_a_finding_and_hides_no_other() {
    let large = format!("a: {}\n---\napiVersion: v1\nkind: Pod\nspec: {{}}\n", "x".repeat(33 << 20));
    assert_eq!(found(&large), ["Y009", "K101", "K101"]);
}

/// The finding that a class's template gives.
#[track_caller]
fn template(folder: &Folder, text: &str, code: &str) {
    folder.write("templates/storageclass.yaml.j2", text);
    let profile = folder.write("p.toml", PROFILE);
    let output = render(&[&profile, "--templates", &below(folder, "templates")]);
    let said = text_of(&output.stderr);
    let start: String = text.chars().take(60).collect();
    assert_eq!(output.status.code(), Some(1), "{start}: {said}");
    assert!(output.stdout.is_empty(), "{start}");
    assert!(said.contains(&format!("error[{code}]")), "{start}: {said}");
}

#[test]
fn templates_that_loop_or_recurse_come_to_an_end() {
    let folder = Folder::new();
    let grow = |what: &str, by: &str, rounds: usize, then: &str| {
        format!(
            "{{% set ns = namespace(x={what}) %}}{{% for i in range({rounds}) %}}{{% set ns.x = {by} %}}{{% endfor %}}{then}"
        )
    };
    for (text, code) in [
        ("{% include 'storageclass.yaml.j2' %}".to_owned(), "T004"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}".to_owned(), "T004"),
        ("{% for i in range(90000) %}{% for i in range(90000) %}{% endfor %}{% endfor %}".to_owned(), "T004"),
        (grow("'xxxxxxxx'", "ns.x ~ ns.x", 60, "{{ ns.x }}"), "T004"),
        // Lists that hold each other again and again.
        (grow("'xxxxxxxx'", "ns.x ~ ns.x", 16, "{% set l = [[ns.x] * 1000] * 1000 %}{{ l }}"), "T005"),
        (grow("[1]", "[ns.x, ns.x]", 60, "{{ ns.x }}"), "T005"),
        (grow("[1]", "[ns.x]", 40_000, "{{ ns.x == [ns.x] }}{{ nothing }}"), "T002"),
        ("{% include '../../../etc/passwd' %}".to_owned(), "T003"),
        ("{% for".to_owned(), "T001"),
    ] {
        template(&folder, &text, code);
    }
}

#[test]
fn deep_templates_are_a_finding() {
    let folder = Folder::new();
    const LONG: usize = 60_000;
    for (open, inner, close, code) in [
        ("{% if true %}", "", "{% endif %}", "T001"),
        ("(", "1", ")", "T001"),
        ("[", "1", "]", "T001"),
        ("-", "1", "", "Y008"),
        ("1+", "1", "", "Y008"),
        ("", "a", ".b", "T002"),
        ("", "a", "|upper", "T002"),
        ("", "1", " if 1 else 1", "Y008"),
        ("{% set x = [x] %}", "{{ x == x }}", "", "Y008"),
    ] {
        let count = LONG / (open.len() + close.len());
        let text = open.repeat(count) + inner + &close.repeat(count);
        let is_tag = open.starts_with('{');
        template(&folder, &if is_tag { text } else { format!("{{{{ {text} }}}}") }, code);
    }
    folder.write("templates/storageclass.yaml.j2", "-".repeat(70_000));
    failed(&render(&["aws-ebs", "--templates", &below(&folder, "templates")]), "larger than 64 KiB");
}

#[test]
fn profile_and_overlay_in_each_others_place_are_told_apart() {
    let folder = Folder::new();
    folder.write("cloud.toml", PROFILE);
    folder.write("mine.toml", "extends = \"aws-ebs\"\nname = \"mine\"\n");
    folder.write("team.toml", "namespace = \"vision\"\n[claims.data]\nsize = \"500Gi\"\n");
    for whole in ["cloud.toml", "mine.toml"] {
        let right = shell(folder.path(), &format!("\"$volwright\" render {whole} -f team.toml"));
        assert!(right.status.success(), "{}", text(&right.stderr));
        let swapped = shell(folder.path(), &format!("\"$volwright\" render team.toml -f {whole}"));
        failed(&swapped, &format!("are they in the wrong order? volwright render {whole} -f team.toml"));
    }
    failed(
        &shell(folder.path(), "\"$volwright\" render team.toml -f aws-ebs"),
        "volwright render aws-ebs -f",
    );
    // A manifest in their place is not TOML.
    folder.write("pod.yaml", "apiVersion: v1\nkind: Pod\n");
    for command in ["render pod.yaml", "render aws-ebs -f pod.yaml"] {
        let output = shell(folder.path(), &format!("\"$volwright\" {command}"));
        assert_eq!(output.status.code(), Some(1));
        assert!(
            text(&output.stderr).starts_with("error[P001]: the file looks like YAML"),
            "{}",
            text(&output.stderr)
        );
    }
}

#[test]
fn utf_16_is_named() {
    let folder = Folder::new();
    let wide: Vec<u8> = "\u{feff}kind: A\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let output = volwright(&["validate", &folder.write("a.yaml", &wide)], "");
    failed(&output, "a.yaml is not text: byte 1 is not UTF-8");
    assert!(text(&output.stderr).contains("UTF-16: save it as UTF-8"), "{}", text(&output.stderr));
    // A mark of UTF-8 and the line ends of Windows are nothing.
    let profile = format!("\u{feff}{PROFILE}").replace('\n', "\r\n");
    let output = render(&[&folder.write("p.toml", profile)]);
    assert_eq!(output.stdout, render(&[&folder.write("q.toml", PROFILE)]).stdout);
    assert!(output.status.success() && !output.stdout.is_empty());
}

#[test]
fn forms_are_for_standard_output() {
    let folder = Folder::new();
    let output = render(&["aws-ebs", "-o", "name", "--out-dir", &below(&folder, "out")]);
    failed(&output, "cannot be used with");
    assert!(!folder.path().join("out").exists());
}

#[test]
fn devices_end() {
    failed(&render(&["/dev/zero"]), "the file is larger than 1 MiB");
    failed(&render(&["aws-ebs", "-f", "/dev/zero"]), "the file is larger than 1 MiB");
    assert_eq!(render(&["/dev/null"]).status.code(), Some(1));
    failed(&render(&["/"]), "cannot read /");
}
