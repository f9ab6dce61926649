//! `volwright explain`: a rule's meaning, its reason and an example.

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::cli::ExplainArgs;
use crate::error::Error;
use crate::nearest::nearest;
use crate::{output, registry};

pub(super) fn run(args: &ExplainArgs) -> Result<Outcome, Error> {
    let mut texts = Vec::new();
    for wanted in &args.rules {
        let rule = registry::find(wanted).ok_or_else(|| unknown(wanted))?;
        texts.push(output::rule::text(rule));
    }
    report::out(&texts.join("\n"))?;
    Ok(Outcome::Clean)
}

fn unknown(wanted: &str) -> Error {
    let names = registry::all().flat_map(|rule| [rule.code, rule.name]);
    let help = match nearest(wanted, names) {
        Some(near) => format!("did you mean `{near}`? `volwright rules` lists them all"),
        None => "`volwright rules` lists them all".to_owned(),
    };
    Error::usage(format!("there is no rule `{wanted}`"), help)
}
