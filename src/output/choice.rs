//! Disks by need: tables for people, Markdown for a page or a comment, JSON for programs.

use serde_json::{Map, Value, json};

use super::comparison::wrap;
use super::number::{price, thousands};
use super::writer::markdown::Markdown;
use super::writer::terminal;
use crate::catalog::price::PriceTable;
use crate::choose::need::{self, Need};
use crate::choose::{Candidate, Choice};
use crate::profile::toml_text::is_bare;
use crate::rules::driver::performance::Basis;

/// The choice for a terminal: one paragraph for each cloud.
#[must_use]
pub fn text(need: &Need, choices: &[Choice], prices: &PriceTable) -> String {
    let mut out = String::new();
    wrap(&mut out, &need_text(need, choices), "  ");
    for choice in choices {
        out.push('\n');
        wrap(&mut out, &heading(choice), "  ");
        if choice.candidates.is_empty() {
            out.push_str("  no type meets the need\n");
        } else {
            table(&mut out, choice, prices);
        }
        for note in notes(choice, prices) {
            wrap(&mut out, &format!("  {note}"), "    ");
        }
        if let Some(best) = choice.candidates.first() {
            out.push_str("\n  [storageClasses.chosen]\n");
            out.push_str(&format!("  {}\n\n", parameters(best)));
        }
        for (name, why) in &choice.unfit {
            wrap(&mut out, &format!("  not {name}: {why}"), "    ");
        }
    }
    out.push('\n');
    wrap(&mut out, &prices.about(), "");
    terminal::neutral(out, false)
}

/// The choice as Markdown: a table for each cloud.
#[must_use]
pub fn markdown(need: &Need, choices: &[Choice], prices: &PriceTable) -> String {
    let mut out = Markdown::default();
    out.text(&need_text(need, choices)).literal("\n");
    for choice in choices {
        out.literal("\n**")
            .code(&choice.profile)
            .literal("**, prices of ")
            .code(&choice.region)
            .literal("\n\n");
        if choice.candidates.is_empty() {
            out.literal("No type meets the need.\n");
        } else {
            out.literal("| a month | type | size | IOPS | throughput | basis | parameters |\n");
            out.literal("|---:|---|---:|---:|---:|---|---|\n");
        }
        for candidate in &choice.candidates {
            for cell in row(candidate, choice, prices) {
                out.literal("| ").text(&cell).literal(" ");
            }
            out.literal("| ").code(&parameters(candidate)).literal(" |\n");
        }
        let notes = notes(choice, prices);
        if !notes.is_empty() || !choice.unfit.is_empty() {
            out.literal("\n");
        }
        for note in notes {
            out.literal("- ").text(&note).literal("\n");
        }
        for (name, why) in &choice.unfit {
            out.literal("- not ").code(name).literal(": ").text(why).literal("\n");
        }
    }
    out.literal("\n").text(&prices.about()).literal("\n");
    out.finish()
}

/// The choice for programs.
#[must_use]
pub fn json(choices: &[Choice], prices: &PriceTable) -> Value {
    let candidate = |candidate: &Candidate, choice: &Choice| {
        let pairs = |list: &mut dyn Iterator<Item = (&String, &String)>| -> Map<String, Value> {
            list.map(|(key, value)| (key.clone(), json!(value))).collect()
        };
        let parameters = pairs(&mut candidate.parameters.iter().map(|(key, value)| (key, value)));
        let mut value = json!({
            "type": candidate.disk_type.name,
            "size": candidate.size,
            "parameters": parameters,
            "iops": candidate.iops,
            "throughput": candidate.throughput,
            "unit": choice.driver.throughput_unit(),
            "basis": basis(candidate.basis),
            "guaranteed": candidate.basis != Basis::UpTo,
            "monthly": candidate.monthly,
            "confirmed": candidate.confirmed,
        });
        if let Some(map) = value.as_object_mut() {
            if let Some(tier) = candidate.tier {
                map.insert("tier".to_owned(), json!(tier));
            }
            if !candidate.settings.is_empty() {
                map.insert("settings".to_owned(), json!(pairs(&mut candidate.settings.iter())));
            }
            if !candidate.usage.is_empty() {
                map.insert("besides".to_owned(), json!("operations"));
            }
            if !candidate.missing.is_empty() {
                map.insert("noPriceFor".to_owned(), json!(candidate.missing));
            }
        }
        value
    };
    let clouds = choices.iter().map(|choice| {
        let candidates: Vec<Value> = choice.candidates.iter().map(|found| candidate(found, choice)).collect();
        let unfit: Vec<Value> =
            choice.unfit.iter().map(|(name, why)| json!({"type": name, "why": why})).collect();
        json!({
            "profile": choice.profile,
            "region": choice.region,
            "pricesKnown": choice.has_prices,
            "candidates": candidates,
            "unfit": unfit,
        })
    });
    json!({
        "version": 1,
        "prices": { "asOf": prices.as_of, "currency": prices.currency, "list": !prices.own },
        "clouds": clouds.collect::<Vec<_>>(),
    })
}

fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Provisioned => "provisioned",
        Basis::Baseline => "baseline",
        Basis::UpTo => "up to",
    }
}

/// The need, with the throughput in every unit in which a driver counts.
fn need_text(need: &Need, choices: &[Choice]) -> String {
    let mut parts = vec![match need.exact_size {
        true => format!("exactly {} GiB", thousands(need.size)),
        false => format!("{} GiB", thousands(need.size)),
    }];
    if need.iops > 0 {
        parts.push(format!("{} IOPS", thousands(need.iops)));
    }
    if need.throughput > 0 {
        let mut text = format!("{} MiB/s", thousands(need.throughput));
        let units = choices.iter().map(|choice| choice.driver.throughput_unit());
        for unit in units.filter(|unit| *unit != "MiB/s").take(1) {
            text.push_str(&format!(" ({} {unit})", thousands(need::in_unit(need.throughput, unit))));
        }
        parts.push(text);
    }
    parts.push(need.access_modes.join(" and "));
    if need.volume_mode != "Filesystem" {
        parts.push(need.volume_mode.clone());
    }
    parts.extend(need.firm.then(|| "guaranteed figures only".to_owned()));
    parts.extend(need.replicated.then(|| "replicated over zones".to_owned()));
    parts.extend(need.ssd.then(|| "latency of an SSD".to_owned()));
    parts.join(", ")
}

fn heading(choice: &Choice) -> String {
    format!("{} ({})", choice.profile, choice.region)
}

/// The cells of a candidate: price, type, size, IOPS, throughput, basis.
fn row(candidate: &Candidate, choice: &Choice, prices: &PriceTable) -> [String; 6] {
    let monthly = match candidate.monthly {
        Some(monthly) => format!("{} {}", price(monthly), prices.currency),
        None => "unknown".to_owned(),
    };
    let figure = |value: Option<i64>, unit: &str| match value {
        Some(value) => format!("{}{unit}", thousands(value)),
        None => "not documented".to_owned(),
    };
    let tier = candidate.tier.map_or_else(String::new, |tier| format!(" ({tier})"));
    [
        monthly,
        candidate.disk_type.name.to_owned(),
        format!("{} GiB{tier}", thousands(candidate.size)),
        figure(candidate.iops, ""),
        figure(candidate.throughput, &format!(" {}", choice.driver.throughput_unit())),
        match candidate.basis {
            Basis::UpTo => "up to, not guaranteed".to_owned(),
            known => basis(known).to_owned(),
        },
    ]
}

/// What the table does not say.
fn notes(choice: &Choice, prices: &PriceTable) -> Vec<String> {
    let mut notes = Vec::new();
    if !choice.has_prices {
        notes.push(format!(
            "the price table has no row for the region `{}`: types are listed, not ranked. It has {}",
            choice.region,
            choice.regions.join(", ")
        ));
    }
    for candidate in &choice.candidates {
        let name = &candidate.disk_type.name;
        if !candidate.missing.is_empty() && choice.has_prices {
            let units = candidate.missing.join(" and ");
            notes.push(format!("{name} meets the need; price unknown: the table has no price per {units}"));
        }
        for (about, amount) in &candidate.usage {
            let amount =
                amount.map_or_else(String::new, |amount| format!(" at {amount} {}", prices.currency));
            notes.push(format!("{name}: operations are billed in addition, per {about}{amount}"));
        }
        if candidate.confirmed == Some(0) {
            notes.push(format!("{name}: no independent source confirms the price"));
        }
    }
    if let Some(best) = choice.candidates.first() {
        notes.extend(
            best.disk_type.delivers.note.iter().map(|note| format!("{}: {note}", best.disk_type.name)),
        );
        for (key, value) in best.settings {
            notes.push(format!("{}: `{key}: {value}` is required, too", best.disk_type.name));
        }
    }
    notes
}

/// The parameters as TOML for a class.
fn parameters(candidate: &Candidate) -> String {
    let quoted = |text: &str| json!(text).to_string();
    let key = |text: &str| if is_bare(text) { text.to_owned() } else { quoted(text) };
    let pairs = candidate.parameters.iter().map(|(key, value)| (key, value)).chain(candidate.settings);
    let pairs: Vec<String> =
        pairs.map(|(name, value)| format!("{} = {}", key(name), quoted(value))).collect();
    format!("parameters = {{ {} }}", pairs.join(", "))
}

/// The candidates, in columns as wide as they must be.
fn table(out: &mut String, choice: &Choice, prices: &PriceTable) {
    let mut rows = vec![["a month", "type", "size", "IOPS", "throughput", "basis"].map(str::to_owned)];
    rows.extend(choice.candidates.iter().map(|candidate| row(candidate, choice, prices)));
    let widths: Vec<usize> =
        (0..6).map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)).collect();
    for row in &rows {
        let mut line = " ".to_owned();
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            line.push(' ');
            // Numbers are aligned to the right.
            line.push_str(&if matches!(column, 0 | 3) {
                format!("{cell:>width$} ")
            } else {
                format!("{cell:width$} ")
            });
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
