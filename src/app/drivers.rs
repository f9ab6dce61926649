//! `volwright drivers`: what the CSI drivers accept.

use std::fmt::Write;

use serde_json::json;

use crate::app::outcome::Outcome;
use crate::app::report;
use crate::catalog::driver::{self, Driver};
use crate::cli::{DriversArgs, ListForm};
use crate::error::Error;
use crate::nearest::nearest;
use crate::output;

pub(super) fn run(args: &DriversArgs) -> Result<Outcome, Error> {
    let wanted = args.name.as_deref().map(find).transpose()?;
    let text = match (args.format, wanted) {
        (ListForm::Text, Some(driver)) => output::plain::text(&output::driver::page(driver)),
        (ListForm::Markdown, Some(driver)) => output::driver::page(driver),
        (ListForm::Markdown, None) => {
            driver::all().iter().map(output::driver::page).collect::<Vec<_>>().join("\n")
        }
        (ListForm::Text, None) => overview(),
        (ListForm::Json, Some(driver)) => format!("{}\n", output::driver_json::object(driver)),
        (ListForm::Json, None) => {
            let all: Vec<_> = driver::all().iter().map(output::driver_json::object).collect();
            format!("{}\n", json!(all))
        }
    };
    report::out(&text)?;
    Ok(Outcome::Clean)
}

fn find(name: &str) -> Result<&'static Driver, Error> {
    driver::by_name(name).or_else(|| driver::find(name)).ok_or_else(|| {
        let all = driver::all();
        let names = all.iter().flat_map(|driver| [driver.name, driver.provisioner]);
        let near = nearest(name, names).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
        Error::usage(format!("unknown driver `{name}`"), format!("{near}`volwright drivers` lists them"))
    })
}

fn overview() -> String {
    let mut out = String::new();
    for driver in driver::all() {
        let types: Vec<&str> = driver.types.iter().map(|disk_type| disk_type.name).collect();
        let _ = write!(
            out,
            "{:<16} {:<30} {}\n                 {}\n",
            driver.name,
            driver.provisioner,
            driver.title,
            types.join(", ")
        );
    }
    out
}
