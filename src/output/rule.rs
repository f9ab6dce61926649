//! Rules as text and as Markdown: for `explain`, and for the page that lists them all.

use std::fmt::Write;

use serde_json::{Value, json};

use super::on_one_line;
use crate::registry;
use crate::rule::{Example, Rule};

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
        "What the Pod Security Standards refuse, where `--pod-security`, the profile or the namespace asks for a level.",
    ),
    ('A', "Advice", "What is accepted by all, and will hurt."),
];

/// Everything about one rule, for a terminal.
#[must_use]
pub fn text(rule: &Rule) -> String {
    let mut out = format!("{} {} ({})\n\n", rule.code, rule.name, rule.severity.as_str());
    out.push_str(&wrapped(&format!("{}.", sentence(rule.summary))));
    out.push('\n');
    out.push_str(&wrapped(rule.explanation));
    for (title, _, text) in examples(&rule.example) {
        let _ = write!(out, "\n{title}:\n\n");
        for line in text.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    out
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
                rule.summary.replace('|', "\\|")
            );
        }
        for rule in family {
            section(rule, &mut out);
        }
    }
    out
}

fn section(rule: &Rule, out: &mut String) {
    let _ = write!(out, "\n### {} {}\n\n", rule.code, rule.name);
    let kinds = if rule.kinds.is_empty() { String::new() } else { format!("; {}", rule.kinds.join(", ")) };
    let _ = write!(
        out,
        "{}. *{}, since {}{kinds}*\n\n",
        sentence(rule.summary),
        sentence(rule.severity.as_str()),
        rule.since
    );
    out.push_str(rule.explanation);
    out.push('\n');
    for (title, language, text) in examples(&rule.example) {
        // What stands in the text can neither end the block nor be lost in it.
        let _ = writeln!(out, "\n{title}:\n\n```{language}");
        for line in text.lines() {
            let _ = writeln!(out, "{}", line.split('\t').map(on_one_line).collect::<Vec<_>>().join("\t"));
        }
        out.push_str("```\n");
    }
}

/// The parts of an example, each with its title and its language.
fn examples(example: &Example) -> Vec<(&'static str, &'static str, &'static str)> {
    match example {
        Example::Manifest { bad, good } => vec![("Fires", "yaml", *bad), ("Passes", "yaml", *good)],
        Example::Profile { bad, good } => {
            vec![("Profile that fires", "toml", *bad), ("Profile that passes", "toml", *good)]
        }
        Example::Template { bad, good } => {
            vec![("Template that fires", "jinja", *bad), ("Template that passes", "jinja", *good)]
        }
        Example::Update { old, bad, good } => vec![
            ("Live", "yaml", *old),
            ("Update that fires", "yaml", *bad),
            ("Update that passes", "yaml", *good),
        ],
    }
}

/// An example as JSON: what it is an example of, and its texts.
#[must_use]
pub fn example(example: &Example) -> Value {
    match example {
        Example::Manifest { bad, good } => json!({"of": "validate", "bad": bad, "good": good}),
        Example::Profile { bad, good } => json!({"of": "render", "bad": bad, "good": good}),
        Example::Template { bad, good } => json!({"of": "template", "bad": bad, "good": good}),
        Example::Update { old, bad, good } => json!({"of": "diff", "old": old, "bad": bad, "good": good}),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Paragraphs broken at [`WIDTH`].
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        if !out.is_empty() {
            out.push('\n');
        }
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            if column > 0 && column + 1 + word.chars().count() > WIDTH {
                out.push('\n');
                column = 0;
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
