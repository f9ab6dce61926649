//! A driver's facts as a person reads them, in Markdown, and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::catalog::driver::{
    Access, Condition, DiskType, Driver, KeyCase, Limit, Line, Parameters, Shape, Tier,
};
use crate::rules::driver::template_fields;

/// The whole page on one driver.
#[must_use]
pub fn page(driver: &Driver) -> String {
    let mut out = String::new();
    let _ = write!(out, "# {}\n\nProvisioner `{}`", driver.title, driver.provisioner);
    if let Some(in_tree) = &driver.in_tree {
        let _ = write!(out, ", which replaces `{}`: {}", in_tree.provisioner, in_tree.translation);
    }
    let _ = write!(
        out,
        ".\n\n## Disk types\n\n| type | size, GiB | IOPS | throughput, {} | what it is |\n|---|---|---|---|---|\n",
        driver.throughput_unit()
    );
    for disk_type in &driver.types {
        let _ = writeln!(
            out,
            "| `{}`{} | {} to {} | {} | {} | {} |",
            disk_type.name,
            if disk_type.name == driver.disk_type.default { " (default)" } else { "" },
            disk_type.least_size,
            disk_type.most_size,
            amount(driver, disk_type, true),
            amount(driver, disk_type, false),
            about(disk_type),
        );
    }
    for raised in &driver.raised_sizes {
        let _ = write!(out, "\nSmaller disks become {} GiB, silently: {}.\n", raised.size, raised.why);
    }
    out.push_str("\n## Access modes\n\n| access modes | volume mode | only with |\n|---|---|---|\n");
    for row in driver.access.iter().filter(|row| !row.not_first && row.refused_by.is_none()) {
        let mode = row.volume_mode.as_deref().unwrap_or("Filesystem, Block");
        let _ = writeln!(out, "| {} | {mode} | {} |", row.modes.join(", "), access_conditions(row));
    }
    let _ = write!(
        out,
        "\n{}\n\n## File systems\n\nNamed by `{}`: {}; `{}` by default.\n\n## Topology\n\n`allowedTopologies` by `{}`, with zones such as `{}`{}.\n",
        driver.shared_instead,
        driver.file_system_key,
        list(&driver.file_systems.allowed),
        driver.file_systems.default,
        driver.topology.keys.join("`, `"),
        driver.topology.example,
        if driver.topology.required {
            "; a term without it is refused"
        } else {
            "; other labels are ignored"
        },
    );
    for (title, parameters) in [
        ("StorageClass", &driver.class),
        ("VolumeAttributesClass", &driver.attributes),
        ("VolumeSnapshotClass", &driver.snapshot),
    ] {
        self::parameters(&mut out, title, parameters);
    }
    out.push_str("\n## Sources\n\n");
    for source in &driver.sources {
        let _ = writeln!(out, "* {source}");
    }
    out
}

/// What a disk type is, and what its figures do not say.
fn about(disk_type: &DiskType) -> String {
    match &disk_type.delivers.note {
        Some(note) => format!("{}; {note}", disk_type.about),
        None => disk_type.about.clone(),
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// What can be asked for, and what there is where nothing is asked for.
fn amount(driver: &Driver, disk_type: &DiskType, iops: bool) -> String {
    let limit = if iops { &disk_type.iops } else { &disk_type.throughput };
    if let Some(limit) = limit {
        return self::limit(limit);
    }
    let delivers = &disk_type.delivers;
    let tiers = driver.tiers_of(disk_type);
    let text = if tiers.is_empty() {
        let (lines, bursts) = if iops {
            (&delivers.iops, &delivers.burst_iops)
        } else {
            (&delivers.throughput, &delivers.burst_throughput)
        };
        let text = self::lines(lines);
        if bursts.is_empty() { text } else { format!("{text}; bursts to {}", self::lines(bursts)) }
    } else {
        self::tiers(tiers, iops)
    };
    match text.as_str() {
        "" => "not settable".to_owned(),
        _ if delivers.ceiling => format!("at best {text}"),
        _ => text,
    }
}

/// Neighbours of one figure are told together, by the largest size.
fn tiers(tiers: &[Tier], iops: bool) -> String {
    let figure = |tier: &Tier| if iops { tier.iops } else { tier.throughput };
    let last =
        |(index, tier): &(usize, &Tier)| tiers.get(index + 1).is_none_or(|next| figure(next) != figure(tier));
    let parts = tiers.iter().enumerate().filter(last);
    parts.map(|(_, tier)| format!("{} up to {} GiB", figure(tier), tier.up_to)).collect::<Vec<_>>().join(", ")
}

fn lines(lines: &[Line]) -> String {
    let line = |line: &Line| {
        let mut parts = Vec::new();
        if line.base > 0.0 {
            parts.push(line.base.to_string());
        }
        if line.per_gib > 0.0 {
            parts.push(per_gib(line.per_gib));
        }
        if line.per_iops > 0.0 {
            parts.push(format!("{} for each IOPS", line.per_iops));
        }
        if line.per_throughput > 0.0 {
            parts.push(format!("{} for each MiB/s", line.per_throughput));
        }
        let mut text = parts.join(" and ");
        if let Some(least) = line.least {
            let _ = write!(text, ", at least {least}");
        }
        if let Some(most) = line.most {
            let _ = write!(text, ", at most {most}");
        }
        text
    };
    lines.iter().map(line).collect::<Vec<_>>().join("; or ")
}

/// Small numbers are told for each TiB, where that makes them whole.
fn per_gib(each: f64) -> String {
    let per_tib = each * 1024.0;
    if each < 0.25 && per_tib.fract() == 0.0 {
        format!("{per_tib} for each TiB")
    } else {
        format!("{each} for each GiB")
    }
}

pub(super) fn limit(limit: &Limit) -> String {
    let mut text = format!("{} to {}", limit.least, limit.most);
    if let Some(each) = limit.most_per_gib {
        let _ = write!(text, ", at most {}", per_gib(each));
    }
    if let Some(each) = limit.least_per_gib {
        let _ = write!(text, ", at least {}", per_gib(each));
    }
    if let Some(each) = limit.most_per_iops {
        let _ = write!(text, ", at most {each} for each IOPS");
    }
    if limit.required {
        text.push_str("; must be set");
    } else if let Some(default) = limit.default {
        let _ = write!(text, "; {default} by default");
    }
    text
}

fn access_conditions(row: &Access) -> String {
    let mut parts = Vec::new();
    if !row.types.is_empty() {
        parts.push(format!("type {}", list(&row.types)));
    }
    parts.extend(row.when.iter().filter_map(condition));
    if row.from_source {
        parts.push("a claim made from a snapshot or another claim".to_owned());
    }
    if parts.is_empty() { "any disk".to_owned() } else { parts.join(", ") }
}

fn condition(condition: &Condition) -> Option<String> {
    let key = condition.key.as_deref()?;
    Some(match condition.above {
        Some(above) => format!("`{key}` above {above}"),
        None => format!("`{key}: {}`", condition.is.join(" or ")),
    })
}

fn parameters(out: &mut String, title: &str, parameters: &Parameters) {
    let case = match parameters.keys {
        KeyCase::Any => "in any case",
        KeyCase::Exact => "in exactly this spelling",
    };
    let _ = write!(out, "\n## Parameters of a {title}\n\nKeys are read {case}.\n\n");
    if parameters.list.is_empty() {
        out.push_str("There are none.\n");
        return;
    }
    out.push_str("| key | value | what it does |\n|---|---|---|\n");
    let class_too = parameters.class_too.as_ref();
    let rows =
        parameters.list.iter().filter(|(_, row)| class_too.is_none() || row.ignored.as_ref() != class_too);
    for (name, parameter) in rows {
        let mut about = parameter.about.clone();
        if let Some(default) = &parameter.default {
            let _ = write!(about, "; `{default}` by default");
        }
        if let Some(why) = &parameter.deprecated {
            let _ = write!(about, "; deprecated: {why}");
        }
        if let Some(why) = &parameter.ignored {
            let _ = write!(about, "; has no effect: {why}");
        }
        let key = if parameter.prefix { format!("{name}…") } else { name.clone() };
        let aliases: String = parameter.aliases.iter().map(|alias| format!(", `{alias}`")).collect();
        let _ = writeln!(out, "| `{key}`{aliases} | {} | {about} |", shape(&parameter.shape));
    }
    if let Some(why) = class_too {
        let _ = write!(out, "\nThose of a StorageClass are taken too, and have no effect: {why}.\n");
    }
    if !parameters.refusals.is_empty() {
        out.push_str("\nRefused together:\n\n");
        for refusal in &parameters.refusals {
            let _ = writeln!(out, "* {}: {}", refusal.message, refusal.help);
        }
    }
}

/// What a value looks like, in a few words.
pub(super) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Text => "text".to_owned(),
        Shape::DiskType => "a disk type".to_owned(),
        Shape::Integer { .. } => "a whole number".to_owned(),
        Shape::Quantity { .. } => "a quantity".to_owned(),
        Shape::OneOf { values, .. } => list(values),
        Shape::Switch { off: Some(off), .. } => format!("`{off}`; anything else is on"),
        Shape::Switch { .. } => "`true`; anything else is off".to_owned(),
        Shape::GoBoolean => "`true` or `false`".to_owned(),
        Shape::Alphanumeric => "letters and digits".to_owned(),
        Shape::StartsWith { start, path } => {
            path.as_ref().map_or_else(|| format!("`{start}…`"), |path| format!("`{path}`"))
        }
        Shape::Path { path, list, .. } => {
            format!("`{path}`{}", if *list { ", several between commas" } else { "" })
        }
        Shape::Pairs { .. } => "`key=value`, several between commas".to_owned(),
        Shape::Triples { .. } => "`parent/key/value`, several between commas".to_owned(),
        Shape::Tag { key_only: true, .. } => "a key".to_owned(),
        Shape::Tag { fields, .. } => format!("`key=value`; templates may name {}", template_fields(fields)),
        Shape::Zones => "zones between commas".to_owned(),
        Shape::Arn => "an ARN".to_owned(),
        Shape::Time { .. } => "a time".to_owned(),
        Shape::Location => "a multi-region or a region".to_owned(),
    }
}

/// The facts that a program would ask for.
#[must_use]
pub fn object(driver: &Driver) -> Value {
    let parameters = |parameters: &Parameters| -> Vec<Value> {
        let rows = parameters.list.iter().map(|(name, parameter)| {
            json!({
                "key": name,
                "aliases": parameter.aliases,
                "prefix": parameter.prefix,
                "value": shape(&parameter.shape),
                "about": parameter.about,
                "default": parameter.default,
                "deprecated": parameter.deprecated,
                "ignored": parameter.ignored,
                "source": parameter.source,
            })
        });
        rows.collect()
    };
    let limits = |limit: Option<&Limit>| {
        limit.map(|limit| {
            json!({
                "least": limit.least,
                "most": limit.most,
                "leastPerGiB": limit.least_per_gib,
                "mostPerGiB": limit.most_per_gib,
                "mostPerIOPS": limit.most_per_iops,
                "default": limit.default,
                "required": limit.required,
            })
        })
    };
    json!({
        "name": driver.name,
        "provisioner": driver.provisioner,
        "title": driver.title,
        "inTreeProvisioner": driver.in_tree.as_ref().map(|in_tree| &in_tree.provisioner),
        "fileSystemKey": driver.file_system_key,
        "fileSystems": driver.file_systems.allowed,
        "topologyKeys": driver.topology.keys,
        "diskTypes": driver.types.iter().map(|disk_type| json!({
            "name": disk_type.name,
            "about": disk_type.about,
            "default": disk_type.name == driver.disk_type.default,
            "leastGiB": disk_type.least_size,
            "mostGiB": disk_type.most_size,
            "iops": limits(disk_type.iops.as_ref()),
            "throughput": limits(disk_type.throughput.as_ref()),
            "throughputUnit": driver.throughput_unit(),
            "tiers": driver.tiers_of(disk_type),
            "delivers": disk_type.delivers,
            "superseded": disk_type.superseded,
            "source": disk_type.source,
        })).collect::<Vec<_>>(),
        "accessModes": driver.access.iter().filter(|row| !row.not_first && row.refused_by.is_none()).map(|row| json!({
            "modes": row.modes,
            "volumeMode": row.volume_mode,
            "types": row.types,
            "onlyWith": access_conditions(row),
            "source": row.source,
        })).collect::<Vec<_>>(),
        "storageClass": parameters(&driver.class),
        "volumeAttributesClass": parameters(&driver.attributes),
        "volumeSnapshotClass": parameters(&driver.snapshot),
        "sources": driver.sources,
    })
}
