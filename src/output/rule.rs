//! Rules as text and as Markdown: for `explain`, and for the page that lists them all.

use std::fmt::Write;

use serde_json::{Value, json};

use super::writer::terminal;
use crate::registry;
use crate::rule::{Example, ExampleKind, Rule};

/// Text is broken at this column.
const WIDTH: usize = 80;

/// The families in the order of the page: the letter, a title, and what the rules have in common.
const FAMILIES: &[(char, &str, &str)] = &[
    ('P', "Profiles", "What is wrong with a profile, before anything is rendered."),
    ('T', "Templates", "What is wrong with a template."),
    ('Y', "YAML", "What is wrong with a text as kubectl reads it, and with suppressions."),
    ('K', "Kubernetes", "What the API server refuses when an object is created."),
    ('C', "Changes", "What the API server refuses when an object is updated; `volwright diff` runs these."),
    ('D', "Drivers", "What the CSI driver, its sidecar or the cloud refuses."),
    ('L', "Links", "What is wrong between objects: a pod and its claims, a claim and its class."),
    (
        'S',
        "Pod security",
        "Violations of the Pod Security Standards, if `--pod-security`, the profile or the namespace sets a level.",
    ),
    ('A', "Advice", "What is accepted by all, and will hurt."),
];

/// Everything about one rule, for a terminal.
#[must_use]
pub fn text(rule: &Rule) -> String {
    let page = rule.page;
    let mut out = format!("{} {} ({})\n\n", rule.code, rule.name, rule.severity.as_str());
    out.push_str(&wrapped(&format!("{}.", page.summary)));
    for text in [page.why, page.fix] {
        out.push('\n');
        out.push_str(&wrapped(text));
    }
    for (title, _, text) in examples(&page.example) {
        let _ = write!(out, "\n{title}:\n\n");
        for line in text.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    out.push_str("\nReferences:\n\n");
    out.push_str(&wrapped(&list(page.references)));
    out
}

/// A list in Markdown.
fn list(items: &[&str]) -> String {
    items.iter().map(|item| format!("- {item}")).collect::<Vec<_>>().join("\n")
}

/// The page of all rules.
#[must_use]
pub fn page() -> String {
    let mut out = String::from(
        "# Rules\n\n\
         <!-- Written from the rule table: `UPDATE_GOLDEN=1 cargo test` writes it anew. -->\n\n\
         A test runs every example: the bad one fires its rule alone, the good one fires nothing.\n\n\
         `volwright explain CODE` prints one of these; `--select` and `--ignore` take codes or how codes begin. An \
         object is excused from a rule by an annotation that says why:\n\n\
         ```yaml\nmetadata:\n  annotations:\n    volwright/ignore: \"CODE: reason; CODE2: reason\"\n```\n",
    );
    for (letter, title, about) in FAMILIES {
        let family: Vec<&Rule> = registry::all().filter(|rule| rule.code.starts_with(*letter)).collect();
        if family.is_empty() {
            continue;
        }
        let _ = write!(out, "\n## {letter}: {title}\n\n{about}\n\n| code | name | finds |\n|---|---|---|\n");
        for rule in &family {
            let _ = writeln!(
                out,
                "| [{}](#{}-{}) | `{}` | {} |",
                rule.code,
                rule.code.to_lowercase(),
                rule.name,
                rule.name,
                rule.page.summary.replace('|', "\\|")
            );
        }
        for rule in family {
            section(rule, &mut out);
        }
    }
    out
}

fn section(rule: &Rule, out: &mut String) {
    let page = rule.page;
    let _ = write!(
        out,
        "\n### {} {}\n\n{}. *{}, since {}*\n\n{}\n\n**How to fix:** {}\n",
        rule.code,
        rule.name,
        page.summary,
        rule.severity.as_str(),
        rule.since,
        page.why,
        page.fix
    );
    for (title, language, text) in examples(&page.example) {
        // Control characters in the text can neither end the block nor get lost in it.
        let _ = writeln!(out, "\n{title}:\n\n```{language}");
        for line in text.lines() {
            let _ = writeln!(out, "{}", line.split('\t').map(terminal::line).collect::<Vec<_>>().join("\t"));
        }
        out.push_str("```\n");
    }
    let _ = writeln!(out, "\nReferences:\n\n{}", list(page.references));
}

/// The inputs of an example, each with its title and its language.
fn examples(example: &Example) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let language = match example.kind {
        ExampleKind::Manifest | ExampleKind::Update => "yaml",
        ExampleKind::Profile => "toml",
        ExampleKind::Template => "jinja",
    };
    let titled = |title: &'static str, texts: &'static [&'static str]| {
        texts.iter().map(move |text| (title, language, *text))
    };
    let old = example.old.map(|text| ("Old", language, text));
    old.into_iter().chain(titled("Bad", example.bad)).chain(titled("Good", example.good))
}

/// An example as JSON: the command that reads it, and its inputs.
#[must_use]
pub fn example(example: &Example) -> Value {
    let command = match example.kind {
        ExampleKind::Manifest => "validate",
        ExampleKind::Profile => "render",
        ExampleKind::Template => "template",
        ExampleKind::Update => "diff",
    };
    let mut value = json!({"of": command, "bad": example.bad, "good": example.good});
    if let Some(old) = example.old {
        value["old"] = json!(old);
    }
    value
}

/// Everything about one rule in Markdown, without its examples.
#[must_use]
pub fn help(rule: &Rule) -> String {
    let page = rule.page;
    format!("{}\n\n**How to fix:** {}\n\nReferences:\n\n{}", page.why, page.fix, list(page.references))
}

/// Paragraphs and items of lists, wrapped at [`WIDTH`].
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let indent = if line.starts_with("- ") { "  " } else { "" };
        let mut column = 0;
        for word in line.split_whitespace() {
            if column > 0 && column + 1 + word.chars().count() > WIDTH {
                out.push('\n');
                out.push_str(indent);
                column = indent.len();
            } else if column > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += word.chars().count();
        }
        out.push('\n');
    }
    out
}
