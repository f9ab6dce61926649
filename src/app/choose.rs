//! `volwright choose`: the disks of each cloud that meet a need, cheapest first.

use crate::app::outcome::Outcome;
use crate::app::{prices, report};
use crate::catalog::billing;
use crate::catalog::driver::{self, Driver};
use crate::choose::need::Need;
use crate::choose::{self, Choice};
use crate::cli::{ChooseArgs, ChooseForm};
use crate::error::Error;
use crate::output::{choice, writer};
use crate::profile::{self, builtin};
use crate::project::Project;
use crate::source::Sources;

pub(super) fn run(
    args: &ChooseArgs,
    project: Option<&Project>,
    mut sources: Sources,
) -> Result<Outcome, Error> {
    let need = Need {
        size: args.size,
        iops: args.iops,
        throughput: args.throughput,
        access_modes: args.access.clone(),
        volume_mode: args.volume_mode.clone(),
        exact_size: args.exact_size,
        firm: args.firm,
        replicated: args.replicated,
        ssd: args.ssd,
        without: args.without.clone(),
    };
    let (table, regions) = prices::read(&args.prices, project, &mut sources)?;
    let mut choices: Vec<Choice> = Vec::new();
    for (profile, driver) in drivers(&args.on, &mut sources)? {
        let Some(billing) = billing::of(driver.name) else {
            return Err(Error::usage(
                format!(
                    "the disks of `{profile}` cannot be chosen: volwright does not know how they are billed"
                ),
                format!("profiles with known prices are {}", names().collect::<Vec<_>>().join(", ")),
            ));
        };
        let region = regions.get(&billing.cloud).unwrap_or(&billing.region);
        choices.push(choose::choose(&profile, driver, billing, &table, region, &need));
    }
    let text = match args.format {
        ChooseForm::Text => choice::text(&need, &choices, &table),
        ChooseForm::Markdown => choice::markdown(&need, &choices, &table),
        ChooseForm::Json => writer::json::compact(&choice::json(&choices, &table)) + "\n",
    };
    report::out(&text)?;
    let met = choices.iter().any(|choice| !choice.candidates.is_empty());
    Ok(if met { Outcome::Clean } else { Outcome::Found })
}

/// The profiles with their drivers: those that the user names, otherwise the first built-in one of each cloud.
fn drivers(on: &[String], sources: &mut Sources) -> Result<Vec<(String, &'static Driver)>, Error> {
    if on.is_empty() {
        let known = names().filter_map(|name| Some((name.to_owned(), driver::by_name(name)?)));
        return Ok(known.collect());
    }
    on.iter()
        .map(|name| {
            if builtin::text(name).is_some()
                && let Some(driver) = driver::by_name(name)
            {
                return Ok((name.clone(), driver));
            }
            let request = profile::Request { profile: name, ..profile::Request::default() };
            let (profile, _) = profile::load(sources, &request)?;
            let provisioner = profile.as_ref().and_then(|profile| profile.get("driver")?.as_str());
            let driver = provisioner.and_then(driver::find);
            driver.map(|driver| (name.clone(), driver)).ok_or_else(|| {
                Error::usage(
                    format!("`{name}` is not a valid profile of a known driver"),
                    "`volwright render` reports what is wrong with it",
                )
            })
        })
        .collect()
}

/// The first driver of each cloud whose prices are known.
fn names() -> impl Iterator<Item = &'static str> {
    billing::all().iter().filter_map(|billing| billing.names.first().map(String::as_str))
}
