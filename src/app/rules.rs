//! `volwright rules`: the rule table.

use std::fmt::Write;

use serde_json::json;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::cli::{ListForm, RulesArgs};
use crate::error::Error;
use crate::finding::Selection;
use crate::{output, registry};

pub(super) fn run(args: &RulesArgs) -> Result<Outcome, Error> {
    let selection = Selection { select: args.select.clone(), ignore: Vec::new() };
    let rules = registry::all().filter(|rule| selection.takes(rule));
    let mut out = String::new();
    match args.format {
        ListForm::Text => {
            for rule in rules {
                let _ = writeln!(
                    out,
                    "{}  {:<7}  {:<36}  {}",
                    rule.code,
                    rule.severity.as_str(),
                    rule.name,
                    rule.page.summary
                );
            }
        }
        ListForm::Json => {
            let list: Vec<_> = rules
                .map(|rule| {
                    json!({
                        "code": rule.code,
                        "name": rule.name,
                        "severity": rule.severity.as_str(),
                        "summary": rule.page.summary,
                        "why": rule.page.why,
                        "fix": rule.page.fix,
                        "references": rule.page.references,
                        "example": output::rule::example(&rule.page.example),
                        "since": rule.since,
                    })
                })
                .collect();
            let _ = writeln!(out, "{}", json!(list));
        }
        ListForm::Markdown => out = output::rule::page(),
    }
    report::out(&out)?;
    Ok(Outcome::Clean)
}
