//! Volumes over clouds: a table for people, Markdown for a page or a comment, JSON for programs.

mod cost;

use serde_json::{Value, json};

use super::number::thousands;
use super::writer::markdown::Markdown;
use super::writer::terminal;
use crate::catalog::kubernetes::ACCESS_MODES;
use crate::compare::{Comparison, Reason, Volume};
use cost::{cost, has_need, regions, verdict};

use crate::rules::driver::performance::{Basis, Figure, Performance, Reached};

/// Lines for people are not longer than this, unless a single word is.
const WIDTH: usize = 100;
/// What a table's line begins with.
const INDENT: &str = "  ";

/// The comparison for a terminal: one paragraph for each volume.
#[must_use]
pub fn text(comparison: &Comparison) -> String {
    let mut out = String::new();
    for (key, places) in &comparison.volumes {
        if !out.is_empty() {
            out.push('\n');
        }
        wrap(&mut out, &format!("{key}: {}", heading(places)), INDENT);
        out.push('\n');
        let mut rows = vec![titles(places)];
        let mut said: Vec<(String, Vec<&str>)> = Vec::new();
        for (place, (label, volume)) in comparison.labels().zip(places).enumerate() {
            rows.push(cells(comparison, label, volume.as_ref(), places));
            for note in notes(comparison, place, places) {
                match said.iter_mut().find(|(known, _)| *known == note) {
                    Some((_, labels)) => labels.push(label),
                    None => said.push((note, vec![label])),
                }
            }
        }
        table(&mut out, &rows);
        let verdict = verdict(comparison, places);
        if !said.is_empty() || verdict.is_some() {
            out.push('\n');
        }
        if let Some(verdict) = verdict {
            wrap(&mut out, &format!("{INDENT}{verdict}"), "      ");
        }
        for (note, labels) in said {
            wrap(&mut out, &format!("{INDENT}{}: {note}", labels.join(", ")), "      ");
        }
    }
    for compared in comparison.profiles.iter().filter(|compared| !compared.errors.is_empty()) {
        if !out.is_empty() {
            out.push('\n');
        }
        wrap(&mut out, &format!("{}: not compared, because it does not render", compared.label), INDENT);
        for error in &compared.errors {
            wrap(&mut out, &format!("{INDENT}{}", reason(error)), "      ");
        }
    }
    if let Some(source) = &comparison.prices {
        out.push('\n');
        wrap(&mut out, &regions(comparison, &source.about), "");
    }
    terminal::neutral(out, false)
}

/// The comparison as Markdown: a table for each volume.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    let mut out = Markdown::default();
    for (index, (key, places)) in comparison.volumes.iter().enumerate() {
        out.literal(if index > 0 { "\n### " } else { "### " }).code(key).literal("\n\n");
        out.text(&heading(places)).literal("\n\n");
        let mut titles = titles(places);
        titles.insert(1, "class".to_owned());
        titles.push("notes".to_owned());
        for title in &titles {
            out.literal("| ").text(title).literal(" ");
        }
        out.literal("|\n");
        for _ in &titles {
            out.literal("|---");
        }
        out.literal("|\n");
        for (place, (label, volume)) in comparison.labels().zip(places).enumerate() {
            let mut cells = cells(comparison, label, volume.as_ref(), places);
            let class = volume.as_ref().and_then(|volume| volume.class_name.clone());
            cells.insert(1, class.unwrap_or_default());
            cells.push(notes(comparison, place, places).join("; "));
            for cell in &cells {
                out.literal("| ").text(cell).literal(" ");
            }
            out.literal("|\n");
        }
        if let Some(verdict) = verdict(comparison, places) {
            out.literal("\n").text(&verdict).literal("\n");
        }
    }
    for compared in comparison.profiles.iter().filter(|compared| !compared.errors.is_empty()) {
        out.literal("\n").code(&compared.label).literal(" is not compared, because it does not render:\n\n");
        for error in &compared.errors {
            out.literal("* ").text(&reason(error)).literal("\n");
        }
    }
    if let Some(source) = &comparison.prices {
        out.literal("\n").text(&regions(comparison, &source.about)).literal("\n");
    }
    out.finish()
}

/// The comparison for programs.
#[must_use]
pub fn json(comparison: &Comparison) -> Value {
    let reasons = |reasons: &[Reason]| -> Vec<Value> {
        let reason =
            |reason: &Reason| json!({"code": reason.code, "message": reason.message, "help": reason.help});
        reasons.iter().map(reason).collect()
    };
    let volume = |label: &str, volume: &Volume| {
        let performance = volume.performance.as_ref();
        json!({
            "profile": label,
            "class": volume.class,
            "className": volume.class_name,
            "size": volume.size,
            "accessModes": volume.access_modes,
            "volumeMode": volume.volume_mode,
            "offeredAccessModes": volume.offered_modes,
            "diskType": performance.map(|performance| &performance.disk_type.name),
            "tier": performance.and_then(|performance| Some(&performance.tier?.name)),
            "sizeGiB": performance.map(|performance| performance.size),
            "paidGiB": performance.map(paid),
            "iops": performance.and_then(|performance| Some(figure_json(performance.iops?, "IOPS"))),
            "throughput": performance.and_then(|performance| Some(figure_json(performance.throughput?, volume.unit))),
            "monthly": volume.monthly.as_ref().and_then(|monthly| monthly.as_ref().ok()),
            "priceUnknown": volume.monthly.as_ref().and_then(|monthly| monthly.as_ref().err()),
            "region": volume.region,
            "need": volume.need.as_ref().map(|(need, _)| need.to_string()),
            "meetsNeed": volume.need.as_ref().map(|(_, why)| why.is_none()),
            "unmet": volume.need.as_ref().and_then(|(_, why)| why.as_ref()),
            "errors": reasons(&volume.errors),
            "notes": reasons(&volume.notes),
        })
    };
    let volumes = comparison.volumes.iter().map(|(key, places)| {
        let on =
            comparison.labels().zip(places).filter_map(|(label, place)| Some(volume(label, place.as_ref()?)));
        json!({"key": key, "on": on.collect::<Vec<_>>()})
    });
    let profiles = comparison
        .profiles
        .iter()
        .map(|compared| json!({"profile": compared.label, "errors": reasons(&compared.errors)}));
    json!({
        "version": 1,
        "prices": comparison.prices.as_ref().map(|source| {
            json!({ "asOf": source.as_of, "currency": source.currency, "list": source.list })
        }),
        "profiles": profiles.collect::<Vec<_>>(),
        "volumes": volumes.collect::<Vec<_>>(),
    })
}

fn figure_json(figure: Figure, unit: &str) -> Value {
    json!({
        "value": figure.value,
        "unit": unit,
        "basis": match figure.basis {
            Basis::Provisioned => "provisioned",
            Basis::Baseline => "baseline",
            Basis::UpTo => "up-to",
        },
        "burst": figure.burst,
        "limit": figure.reached.map(|reached| match reached {
            Reached::Size => "size",
            Reached::Iops => "iops",
            Reached::Type => "type",
        }),
    })
}

impl Comparison {
    fn labels(&self) -> impl Iterator<Item = &str> {
        self.profiles.iter().map(|compared| compared.label.as_str())
    }
}

/// The request of the claim, written once if all profiles agree.
pub(super) fn heading(places: &[Option<Volume>]) -> String {
    let said = |of: &dyn Fn(&Volume) -> String| {
        let mut all: Vec<String> = places.iter().flatten().map(of).collect();
        all.dedup();
        all.sort();
        all.dedup();
        all.join(" or ")
    };
    let size = said(&|volume| volume.size.clone());
    let modes = said(&|volume| volume.access_modes.join(" and "));
    let mode = said(&|volume| volume.volume_mode.clone());
    let class = said(&|volume| match (&volume.class, &volume.class_name) {
        (Some(key), _) => format!("class `{key}`"),
        (None, Some(name)) if !name.is_empty() => format!("class `{name}` of the cluster"),
        (None, Some(_)) => "no class".to_owned(),
        (None, None) => "the cluster's default class".to_owned(),
    });
    // Names that begin with the profile's are another one on each cloud.
    let names = said(&|volume| volume.class_name.clone().unwrap_or_default());
    let known = places.iter().flatten().all(|volume| volume.class.is_some());
    let named =
        if names.contains(' ') || names.is_empty() || !known { String::new() } else { format!(" ({names})") };
    let block = if mode == "Filesystem" { String::new() } else { format!(", {mode}") };
    format!("{size} of {class}{named}, {modes}{block}")
}

/// The titles of the columns.
fn titles(places: &[Option<Volume>]) -> Vec<String> {
    let titles = ["profile", "disk type", "access", "size", "IOPS", "throughput", "a month"];
    let need = has_need(places).then_some("meets the need");
    titles.into_iter().chain(need).map(str::to_owned).collect()
}

fn cells(
    comparison: &Comparison,
    label: &str,
    volume: Option<&Volume>,
    places: &[Option<Volume>],
) -> Vec<String> {
    let mut cells = row(label, volume).to_vec();
    cells.push(volume.map_or_else(|| "-".to_owned(), |volume| cost(comparison, volume)));
    if has_need(places) {
        cells.push(match volume.and_then(|volume| volume.need.as_ref()) {
            None => "-".to_owned(),
            Some((_, None)) => "yes".to_owned(),
            Some((_, Some(_))) => "no".to_owned(),
        });
    }
    cells
}

/// The cells of a row, except for the price and the need.
pub(super) fn row(label: &str, volume: Option<&Volume>) -> [String; 6] {
    let label = label.to_owned();
    let nothing = "-".to_owned();
    let Some(volume) = volume else {
        return [label, nothing.clone(), nothing.clone(), nothing.clone(), nothing.clone(), nothing];
    };
    let short: Vec<&str> = volume.offered_modes.iter().map(|mode| short(mode)).collect();
    let access = if short.is_empty() { nothing.clone() } else { short.join(" ") };
    let Some(performance) = &volume.performance else {
        let why = match volume.driver {
            _ if !volume.errors.is_empty() => "not possible",
            Some(driver) => driver.name,
            None => "not known here",
        };
        return [label, why.to_owned(), access, volume.size.clone(), nothing.clone(), nothing];
    };
    let figure = |figure: Option<Figure>, unit: &str| {
        let Some(figure) = figure else { return "not documented".to_owned() };
        let value = format!("{}{unit}", thousands(figure.value));
        match figure.basis {
            Basis::Provisioned => format!("{value} provisioned"),
            Basis::Baseline => format!("{value} baseline"),
            Basis::UpTo => format!("up to {value}"),
        }
    };
    [
        label,
        performance.disk_type.name.to_owned(),
        access,
        format!("{} GiB", thousands(performance.size)),
        figure(performance.iops, ""),
        figure(performance.throughput, &format!(" {}", volume.unit)),
    ]
}

/// The abbreviation that kubectl prints for an access mode.
fn short(mode: &str) -> &str {
    ACCESS_MODES.iter().find(|(_, name)| *name == mode).map_or(mode, |(short, _)| short)
}

/// The size that is paid for.
fn paid(performance: &Performance) -> i64 {
    performance.tier.map_or(performance.size, |tier| tier.up_to)
}

/// A reason on one line, with what to do.
pub(super) fn reason(reason: &Reason) -> String {
    match &reason.help {
        Some(help) => format!("{} {}: {help}", reason.code, reason.message),
        None => format!("{} {}", reason.code, reason.message),
    }
}

/// What the row does not say.
pub(super) fn notes(comparison: &Comparison, place: usize, places: &[Option<Volume>]) -> Vec<String> {
    let Some(volume) = places.get(place).and_then(Option::as_ref) else {
        let instead = comparison.instead(place, places);
        return instead.map(|instead| format!("has none. {instead}")).into_iter().collect();
    };
    let mut notes: Vec<String> = volume.errors.iter().map(reason).collect();
    if let Some((_, Some(why))) = &volume.need {
        notes.push(format!("does not meet the need: {why}"));
    }
    if let Some(Err(why)) = &volume.monthly {
        notes.push(format!("price unknown: {why}"));
    }
    notes.extend(volume.notes.iter().map(|reason| format!("{} {}", reason.code, reason.message)));
    let Some(performance) = &volume.performance else {
        if volume.errors.is_empty() {
            notes.push(match volume.class {
                Some(_) if volume.driver.is_some_and(|driver| !driver.is_disk()) => {
                    "its performance is that of the file system, whatever the claim's size".to_owned()
                }
                Some(_) => {
                    "the disks of its driver are not known: `volwright drivers` lists what is".to_owned()
                }
                None => "what a class of the cluster makes of it is not known here".to_owned(),
            });
        }
        return notes;
    };
    if let Some(tier) = performance.tier {
        let size = if tier.up_to == performance.size {
            String::new()
        } else {
            format!(", {} GiB", thousands(tier.up_to))
        };
        notes.push(format!("paid for as {}{size}", tier.name));
    }
    let bursts: Vec<String> = [(performance.iops, "IOPS"), (performance.throughput, volume.unit)]
        .into_iter()
        .filter_map(|(figure, unit)| Some(format!("{} {unit}", thousands(figure?.burst?))))
        .collect();
    if !bursts.is_empty() {
        notes.push(format!("bursts to {}", bursts.join(" and ")));
    }
    let name = &performance.disk_type.name;
    for (figure, what) in [(performance.iops, "IOPS"), (performance.throughput, "throughput")] {
        let verb = if what == "IOPS" { "are" } else { "is" };
        match figure.and_then(|figure| figure.reached) {
            Some(Reached::Type) => notes.push(format!("{what} {verb} the most that {name} has")),
            Some(Reached::Size) => notes.push(format!("{what} {verb} the most at this size")),
            Some(Reached::Iops) => {
                let iops = performance.iops.map_or(0, |figure| figure.value);
                notes.push(format!("{what} {verb} the most that {} IOPS allow", thousands(iops)));
            }
            None => {}
        }
    }
    notes.extend(performance.disk_type.delivers.note.map(str::to_owned));
    notes
}

/// A table whose columns are as wide as they must be; where a line would be too long, it is broken behind the disk type.
fn table(out: &mut String, rows: &[Vec<String>]) {
    let rows: Vec<Vec<_>> =
        rows.iter().map(|row| row.iter().map(|cell| terminal::line(cell)).collect()).collect();
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let whole = INDENT.len() + widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    for row in &rows {
        let mut line = INDENT.to_owned();
        for (column, cell) in row.iter().enumerate() {
            if column == 2 && whole > WIDTH {
                out.push_str(line.trim_end());
                out.push('\n');
                line = format!("{INDENT}{INDENT}");
            }
            line.push_str(&format!("{cell:width$}  ", width = widths[column]));
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Text in lines of at most [`WIDTH`] characters, those after the first behind `indent`.
pub(super) fn wrap(out: &mut String, text: &str, indent: &str) {
    let text = terminal::line(text);
    let start = text.len() - text.trim_start().len();
    let mut line = text[..start].to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = indent.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out.push_str(&line);
    out.push('\n');
}
