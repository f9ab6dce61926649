//! The price table and the regions: of the command line, of the project file, and embedded ones.

use std::collections::BTreeMap;
use std::path::Path;

use crate::catalog::billing;
use crate::catalog::price::PriceTable;
use crate::choose::prices::Prices;
use crate::cli::PriceArgs;
use crate::error::Error;
use crate::nearest::nearest;
use crate::project::{self, Project};
use crate::source::Sources;

/// The price table, and the regions by cloud.
///
/// # Errors
///
/// If a file cannot be read or is not a price table, or a region is not written as `cloud=region`.
pub(super) fn read(
    args: &PriceArgs,
    project: Option<&Project>,
    sources: &mut Sources,
) -> Result<(PriceTable, BTreeMap<String, String>), Error> {
    let table = PriceTable::embedded();
    let settings = project.map(|project| &project.prices);
    let file = args.prices.as_deref().or_else(|| settings.and_then(|settings| settings.file.as_deref()));
    let table = match file {
        Some(path) => table.with(own(path, sources)?),
        None => table,
    };
    let mut regions = BTreeMap::new();
    for text in settings.iter().flat_map(|settings| &settings.regions).chain(&args.region) {
        let (cloud, region) = region(text, &table)?;
        regions.insert(cloud, region);
    }
    Ok((table, regions))
}

/// The prices of a run. Embedded ones are read only if a price is needed.
///
/// # Errors
///
/// As for [`read`].
pub(super) fn prices(
    args: &PriceArgs,
    project: Option<&Project>,
    sources: &mut Sources,
) -> Result<Prices, Error> {
    let settings = project.map(|project| &project.prices);
    let in_project = settings.is_some_and(|prices| prices.file.is_some() || !prices.regions.is_empty());
    if args.prices.is_none() && args.region.is_empty() && !in_project {
        return Ok(Prices::default());
    }
    let (table, regions) = read(args, project, sources)?;
    Ok(Prices::new(table, regions))
}

fn own(path: &Path, sources: &mut Sources) -> Result<PriceTable, Error> {
    project::price_table(path, sources)?.map_err(|why| {
        Error::usage(
            format!("{} is not a valid price table: {why}", path.display()),
            "docs/choose.md describes the format",
        )
    })
}

/// `cloud=region`, or a region that the table has for one cloud only.
fn region(text: &str, table: &PriceTable) -> Result<(String, String), Error> {
    let clouds = || billing::all().iter().map(|billing| billing.cloud.as_str());
    let Some((name, region)) = text.split_once('=') else {
        let found = clouds().find(|cloud| table.has_region(cloud, text));
        return found.map(|cloud| (cloud.to_owned(), text.to_owned())).ok_or_else(|| {
            let example = clouds().next().unwrap_or_default();
            Error::usage(
                format!("`{text}` is not a region of the price table"),
                format!("write the cloud, too, such as {example}={text}"),
            )
        });
    };
    // A profile names its cloud, too.
    let cloud = clouds().find(|cloud| *cloud == name).or_else(|| Some(billing::of(name)?.cloud.as_str()));
    cloud.map(|cloud| (cloud.to_owned(), region.to_owned())).ok_or_else(|| {
        let near =
            nearest(name, clouds()).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        let all: Vec<&str> = clouds().collect();
        Error::usage(format!("unknown cloud `{name}`"), format!("{near}the clouds are {}", all.join(", ")))
    })
}
