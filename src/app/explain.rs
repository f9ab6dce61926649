//! `volwright explain`: a rule's meaning, its reason and an example.

use std::fmt::Write;

use super::{Outcome, show};
use crate::cli::ExplainArgs;
use crate::error::Error;
use crate::nearest::nearest;
use crate::rules::{self, Example, Rule};

pub(super) fn run(args: &ExplainArgs) -> Result<Outcome, Error> {
    let mut found = Vec::new();
    for wanted in &args.rules {
        found.push(rules::find(wanted).ok_or_else(|| unknown(wanted))?);
    }
    let texts: Vec<String> = found.into_iter().map(explanation).collect();
    show::out(&texts.join("\n"))?;
    Ok(Outcome::Clean)
}

fn unknown(wanted: &str) -> Error {
    let names = rules::all().flat_map(|rule| [rule.code, rule.name]);
    let help = match nearest(wanted, names) {
        Some(near) => format!("did you mean `{near}`? `volwright rules` lists them all"),
        None => "`volwright rules` lists them all".to_owned(),
    };
    Error::Usage { message: format!("there is no rule `{wanted}`"), help: Some(help) }
}

/// The whole text on one rule.
fn explanation(rule: &Rule) -> String {
    let mut out = format!(
        "{} {} ({})\n\n{}.\n\n",
        rule.code,
        rule.name,
        rule.severity.as_str(),
        sentence(rule.summary)
    );
    out.push_str(&wrapped(rule.explanation));
    for (title, text) in examples(&rule.example) {
        let _ = write!(out, "\n{title}:\n\n");
        for line in text.lines() {
            let _ = writeln!(out, "    {line}");
        }
    }
    out
}

/// The parts of an example, each with its title.
fn examples(example: &Example) -> Vec<(&'static str, &'static str)> {
    match example {
        Example::Manifest { bad, good } => vec![("Refused", *bad), ("Accepted", *good)],
        Example::Profile { bad, good } => {
            vec![("Profile that is refused", *bad), ("Profile that is taken", *good)]
        }
        Example::Template { bad, good } => {
            vec![("Template that is refused", *bad), ("Template that is taken", *good)]
        }
        Example::Update { old, bad, good } => {
            vec![("Live", *old), ("Update that is refused", *bad), ("Update that is taken", *good)]
        }
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Paragraphs broken at 80 columns.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        if !out.is_empty() {
            out.push('\n');
        }
        let mut column = 0;
        for word in paragraph.split_whitespace() {
            if column > 0 && column + 1 + word.chars().count() > 80 {
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
