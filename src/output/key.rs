//! `volwright explain KEY`: a key of a profile, with its keys or the limits of each driver.

use std::fmt::Write;

use super::{driver, driver_shape};
use crate::catalog::driver::Driver;
use crate::profile::example;
use crate::profile::schema::{Key, Kind, Table};
use crate::profile::sections;

/// The explanation of the key at a path, in which `*` matches any name; `None` if the path is unknown.
#[must_use]
pub fn text(parts: &[String]) -> Option<String> {
    let names: Vec<&str> = parts.iter().map(String::as_str).collect();
    let kind = sections::at(names.iter().copied())?;
    let mut out = format!("{}: {}\n", names.join("."), example::type_name(kind));
    if let Some(key) = key(&names) {
        about(&mut out, key);
    }
    if let Some(table) = table(kind) {
        keys(&mut out, table);
    }
    match names.as_slice() {
        [section, _, "parameters", parameter] => drivers(&mut out, section, parameter),
        [section, _, "parameters"] => parameters(&mut out, section),
        [.., "size"] => sizes(&mut out),
        _ => {}
    }
    Some(out)
}

/// The row of the key at the end of a path, unless the user chooses its name.
fn key(names: &[&str]) -> Option<&'static Key> {
    let (last, above) = names.split_last()?;
    match above.is_empty() {
        true => sections::profile().key(last),
        false => table(sections::at(above.iter().copied())?)?.key(last),
    }
}

fn table(kind: &'static Kind) -> Option<&'static Table> {
    match kind {
        Kind::Table(table) | Kind::Either(_, Kind::Table(table)) => Some(table),
        Kind::Map(inner) | Kind::List(inner) | Kind::Named(_, inner) => table(inner),
        _ => None,
    }
}

fn about(out: &mut String, key: &Key) {
    let _ = writeln!(out, "  {}", key.about);
    if let Some(example) = example::line(key) {
        let _ = writeln!(out, "  example: {example}");
    }
    if key.required {
        let unless = key.instead.iter().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(" or ");
        let unless = if unless.is_empty() { unless } else { format!(" unless {unless} is set") };
        let _ = writeln!(out, "  required{unless}");
    }
}

fn keys(out: &mut String, table: &Table) {
    let rows: Vec<(&str, String)> =
        table.keys().map(|key| (key.name, example::type_name(&key.kind))).collect();
    let width = |of: fn(&(&str, String)) -> usize| rows.iter().map(of).max().unwrap_or_default();
    let (names, types) = (width(|row| row.0.chars().count()), width(|row| row.1.chars().count().min(28)));
    out.push_str("\nKeys:\n");
    for (key, (name, kind)) in table.keys().zip(&rows) {
        let _ = writeln!(out, "  {name:names$}  {kind:types$}  {}", key.about);
    }
}

/// The parameter lists of a driver for the classes of a section.
fn of_section<'d>(driver: &'d Driver, section: &str) -> &'d crate::catalog::driver::Parameters {
    match section {
        "volumeAttributesClasses" => &driver.attributes,
        "volumeSnapshotClasses" => &driver.snapshot,
        _ => &driver.class,
    }
}

/// One parameter, as each driver that has it accepts it.
fn drivers(out: &mut String, section: &str, name: &str) {
    let mut found = false;
    for driver in crate::catalog::driver::all() {
        let Some((spelling, parameter)) = of_section(driver, section).find(name) else { continue };
        found = true;
        let _ = writeln!(out, "\n{} ({}):", driver.provisioner, driver.title);
        let _ = writeln!(out, "  {spelling}: {}; {}", driver_shape::shape(&parameter.shape), parameter.about);
        if let Some(default) = &parameter.default {
            let _ = writeln!(out, "  default: {default}");
        }
        for note in parameter
            .deprecated
            .iter()
            .map(|why| format!("deprecated: {why}"))
            .chain(parameter.ignored.iter().map(|why| format!("has no effect: {why}")))
        {
            let _ = writeln!(out, "  {note}");
        }
        let is = |metric: &Option<crate::catalog::driver::Metric>| {
            metric.as_ref().is_some_and(|metric| metric.key.eq_ignore_ascii_case(spelling))
        };
        for disk_type in driver.types {
            let limit = if is(&driver.iops) {
                &disk_type.iops
            } else if is(&driver.throughput) {
                &disk_type.throughput
            } else {
                continue;
            };
            if let Some(limit) = limit {
                let _ = writeln!(out, "  {}: {}", disk_type.name, driver::limit(limit));
            }
        }
        if matches!(parameter.shape, crate::catalog::driver::Shape::DiskType) {
            for disk_type in driver.types {
                let _ = writeln!(out, "  {}: {}", disk_type.name, disk_type.about);
            }
        }
    }
    if !found {
        let _ = writeln!(out, "\nNo known driver has the parameter `{name}`.");
    }
}

/// The parameters of each driver.
fn parameters(out: &mut String, section: &str) {
    for driver in crate::catalog::driver::all() {
        let names: Vec<&str> = of_section(driver, section).list.keys().collect();
        if !names.is_empty() {
            let _ = writeln!(out, "\n{}:\n  {}", driver.provisioner, names.join(", "));
        }
    }
}

/// The sizes of each driver's disks.
fn sizes(out: &mut String) {
    for driver in crate::catalog::driver::all().iter().filter(|driver| !driver.types.is_empty()) {
        let _ = writeln!(out, "\n{}:", driver.provisioner);
        for disk_type in driver.types {
            let _ = writeln!(
                out,
                "  {}: {}Gi to {}Gi",
                disk_type.name, disk_type.least_size, disk_type.most_size
            );
        }
    }
}
