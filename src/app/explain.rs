//! `volwright explain`: a rule with its reason and an example, or a key of a profile.

use std::fmt::Write;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::cli::ExplainArgs;
use crate::error::Error;
use crate::nearest::{did_you_mean, nearest};
use crate::output::{key, rule};
use crate::profile::{path_parts, sections};
use crate::registry;

pub(super) fn run(args: &ExplainArgs) -> Result<Outcome, Error> {
    let mut texts = Vec::new();
    for wanted in &args.wanted {
        texts.push(text(wanted)?);
    }
    report::out(&texts.join("\n"))?;
    Ok(Outcome::Clean)
}

fn text(wanted: &str) -> Result<String, Error> {
    if let Some(found) = registry::find(wanted) {
        return Ok(rule::text(found));
    }
    if let Some(found) = path_parts(wanted).and_then(|parts| key::text(&parts)) {
        return Ok(found);
    }
    if registry::pattern(wanted).is_ok() {
        return Ok(rules(wanted));
    }
    Err(unknown(wanted))
}

/// The rules whose codes begin so.
fn rules(prefix: &str) -> String {
    let mut out = String::new();
    for rule in registry::all().filter(|rule| rule.is_selected(prefix)) {
        let _ = writeln!(out, "{}  {:32}  {}", rule.code, rule.name, rule.page.summary);
    }
    out
}

fn unknown(wanted: &str) -> Error {
    let rules = registry::all().flat_map(|rule| [rule.code, rule.name]);
    let last = wanted.rsplit('.').next().unwrap_or(wanted);
    let near = match nearest(wanted, rules) {
        Some(near) => Some(near.to_owned()),
        None => near_key(wanted, last),
    };
    Error::Usage {
        message: format!("`{wanted}` is neither a rule nor a key of a profile"),
        help: Some(did_you_mean(
            near.as_deref(),
            "`volwright rules` lists the rules; docs/profile.md lists the keys",
        )),
    }
}

/// The key nearest to the last part of a path, at that level.
fn near_key(wanted: &str, last: &str) -> Option<String> {
    let above = wanted.strip_suffix(last)?;
    let names = match path_parts(above.trim_end_matches('.')) {
        Some(parts) if !above.is_empty() => sections::keys_at(&parts)?,
        _ => sections::profile().keys().map(|key| key.name).collect(),
    };
    nearest(last, names).map(|near| format!("{above}{near}"))
}
