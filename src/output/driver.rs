//! The page on a driver, in Markdown.

use std::fmt::Write;

use super::driver_shape::shape;
use crate::catalog::driver::{
    Access, Condition, DiskType, Driver, KeyCase, Limit, Line, MountOptions, Parameter, Parameters, Refusal,
    SizeBand, SizeRule, Tier, UnknownKeys,
};
use crate::nearest::capitalize;

/// The whole page on one driver.
#[must_use]
pub fn page(driver: &Driver) -> String {
    let mut out = String::new();
    let _ = write!(out, "# {}\n\nProvisioner `{}`", driver.title, driver.provisioner);
    if let Some(in_tree) = &driver.in_tree {
        let _ = write!(out, ", which replaces `{}`: {}", in_tree.provisioner, in_tree.translation);
    }
    out.push_str(".\n");
    if let Some(provisioning) = &driver.provisioning {
        let _ = write!(out, "\n{}: {}.\n", capitalize(provisioning.why), provisioning.help);
    }
    types(&mut out, driver);
    sizes(&mut out, driver);
    out.push_str("\n## Access modes\n\n| access modes | volume mode | only with |\n|---|---|---|\n");
    for row in driver.access.iter().filter(|row| !row.not_first && row.refused_by.is_none()) {
        let mode = row.volume_mode.unwrap_or("Filesystem, Block");
        let _ = writeln!(out, "| {} | {mode} | {} |", row.modes.join(", "), access_conditions(row));
    }
    let _ = write!(out, "\n{}\n", driver.shared_instead);
    if let Some(systems) = &driver.file_systems {
        let default = match systems.default {
            "" => String::new(),
            name => format!("; `{name}` by default"),
        };
        let _ = write!(
            out,
            "\n## File systems\n\nSet by `{}`: {}{default}.\n",
            driver.file_system_key,
            list(systems.allowed)
        );
    }
    if let Some(topology) = &driver.topology {
        let _ = write!(
            out,
            "\n## Topology\n\n`allowedTopologies` by `{}`, with zones such as `{}`{}.\n",
            topology.keys.join("`, `"),
            topology.example,
            if topology.required { "; a term without it is rejected" } else { "; other labels are ignored" },
        );
    }
    for (title, parameters) in objects(driver) {
        self::parameters(&mut out, title, parameters);
    }
    for (title, options) in [
        ("Mount options", driver.mount_options.as_ref()),
        ("Mount options of an inline volume", driver.inline_options.as_ref()),
    ] {
        if let Some(options) = options {
            mount_options(&mut out, title, options);
        }
    }
    out.push_str("\n## Sources\n\n");
    for source in driver.sources {
        let _ = writeln!(out, "* {source}");
    }
    out
}

/// The kinds of object that take parameters of the driver, with their headings.
fn objects(driver: &Driver) -> Vec<(&'static str, &Parameters)> {
    let mut list = vec![
        ("Parameters of a StorageClass", &driver.class),
        ("Parameters of a VolumeAttributesClass", &driver.attributes),
        ("Parameters of a VolumeSnapshotClass", &driver.snapshot),
    ];
    let more = [
        ("Attributes of a PersistentVolume", driver.volume.as_ref()),
        ("Annotations of a PersistentVolume", driver.volume_annotations.as_ref()),
        ("Attributes of an inline volume", driver.inline.as_ref()),
        ("Annotations of a pod", driver.pod_annotations.as_ref().map(|pod| &pod.annotations)),
    ];
    list.extend(more.into_iter().filter_map(|(title, parameters)| Some((title, parameters?))));
    list
}

fn types(out: &mut String, driver: &Driver) {
    let Some(keys) = driver.disk_type.as_ref().filter(|_| !driver.types.is_empty()) else { return };
    let noun = keys.noun.unwrap_or("disk type");
    let _ = write!(
        out,
        "\n## {}s\n\n| type | size, GiB | IOPS | throughput, {} | what it is |\n|---|---|---|---|---|\n",
        capitalize(noun),
        driver.throughput_unit()
    );
    for disk_type in driver.types {
        let _ = writeln!(
            out,
            "| `{}`{} | {} to {} | {} | {} | {} |",
            disk_type.name,
            if disk_type.name == keys.default { " (default)" } else { "" },
            disk_type.least_size,
            disk_type.most_size,
            amount(driver, disk_type, true),
            amount(driver, disk_type, false),
            about(disk_type),
        );
    }
}

fn sizes(out: &mut String, driver: &Driver) {
    if driver.sizes.is_empty() {
        return;
    }
    out.push_str("\n## Sizes\n\n| only with | sizes that are created, GiB | why |\n|---|---|---|\n");
    for rule in driver.sizes {
        let _ = writeln!(
            out,
            "| {} | {} | {} |",
            conditions(rule.when, "any other class"),
            bands(rule),
            rule.why
        );
    }
}

fn bands(rule: &SizeRule) -> String {
    let band = |band: &SizeBand| {
        let to = band.to.map_or_else(String::new, |to| format!(" to {to}"));
        let mut text = format!("{}{to}", band.from);
        if band.step > 1 {
            let _ = write!(text, " in steps of {}", band.step);
        }
        if band.raises {
            text.push_str(", a smaller claim is raised");
        }
        if band.rounds_up {
            text.push_str(", rounded up");
        }
        text
    };
    match rule.bands {
        [] => "the size has no effect".to_owned(),
        bands => bands.iter().map(band).collect::<Vec<_>>().join("; "),
    }
}

fn conditions(list: &[Condition], none: &str) -> String {
    match list {
        [] => none.to_owned(),
        list => list.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    }
}

/// What a disk type is, and what its figures do not say.
fn about(disk_type: &DiskType) -> String {
    match disk_type.delivers.note {
        Some(note) => format!("{}; {note}", disk_type.about),
        None => disk_type.about.to_owned(),
    }
}

fn list(names: &[&str]) -> String {
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
            (delivers.iops, delivers.burst_iops)
        } else {
            (delivers.throughput, delivers.burst_throughput)
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

/// Consecutive sizes with the same figure are one row, with the largest size.
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

/// Small numbers are printed per TiB if that makes them whole.
fn per_gib(each: f64) -> String {
    let per_tib = each * 1024.0;
    if each < 0.25 && per_tib.fract() == 0.0 {
        format!("{per_tib} for each TiB")
    } else {
        format!("{each} for each GiB")
    }
}

/// A limit in a few words.
#[must_use]
pub fn limit(limit: &Limit) -> String {
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

pub(super) fn access_conditions(row: &Access) -> String {
    let mut parts = Vec::new();
    if !row.types.is_empty() {
        parts.push(format!("type {}", list(row.types)));
    }
    parts.extend(row.when.iter().map(ToString::to_string));
    if row.from_source {
        parts.push("a claim made from a snapshot or another claim".to_owned());
    }
    if parts.is_empty() { "any volume".to_owned() } else { parts.join(", ") }
}

fn parameters(out: &mut String, title: &str, parameters: &Parameters) {
    let _ = write!(out, "\n## {title}\n\n");
    if let Some(why) = &parameters.unsupported {
        let _ = writeln!(out, "Not supported: {why}.");
        return;
    }
    let unknown = match parameters.unknown {
        UnknownKeys::Rejected => "unknown keys are rejected",
        UnknownKeys::Ignored => "unknown keys are ignored silently",
        UnknownKeys::PassedOn => "other keys are passed on",
        UnknownKeys::LikelyRejected => "unknown keys are likely to be rejected",
    };
    let _ = write!(out, "Keys are compared {}; {unknown}.\n\n", case(parameters.keys));
    if parameters.list.is_empty() {
        out.push_str("There are none.\n");
        return;
    }
    out.push_str("| key | value | what it does |\n|---|---|---|\n");
    let class_too = parameters.class_too.as_ref();
    for (name, row) in &parameters.list {
        if class_too.is_none() || row.ignored.as_ref() != class_too {
            parameter(out, name, row);
        }
    }
    if let Some(why) = class_too {
        let _ = write!(out, "\nThose of a StorageClass are accepted too, and have no effect: {why}.\n");
    }
    refusals(out, parameters.refusals);
}

fn mount_options(out: &mut String, title: &str, options: &MountOptions) {
    let unknown = match options.unknown {
        UnknownKeys::Rejected => "an unknown option is rejected",
        UnknownKeys::Ignored => "an unknown option is ignored silently",
        UnknownKeys::PassedOn => "other options are passed on",
        UnknownKeys::LikelyRejected => "an unknown option is likely to be rejected",
    };
    let _ = write!(out, "\n## {title}\n\nNames are compared {}; {unknown}.\n\n", case(options.keys));
    if options.list.is_empty() {
        return;
    }
    out.push_str("| option | value | what it does |\n|---|---|---|\n");
    for (name, row) in &options.list {
        parameter(out, name, row);
    }
    refusals(out, options.refusals);
}

fn parameter(out: &mut String, name: &str, parameter: &Parameter) {
    let mut about = parameter.about.to_owned();
    if !parameter.when.is_empty() {
        let _ = write!(about, "; only with {}", conditions(parameter.when, ""));
    }
    if let Some(required) = &parameter.required {
        let _ = write!(about, "; required");
        if !required.when.is_empty() {
            let _ = write!(about, " with {}", conditions(required.when, ""));
        }
    }
    if let Some(default) = &parameter.default {
        let _ = write!(about, "; `{default}` by default");
    }
    for rule in parameter.rules {
        let with = conditions(rule.when, "");
        let with = if with.is_empty() { with } else { format!(" with {with}") };
        let _ = write!(about, "; {}{with}", shape(&rule.shape));
    }
    if let Some(why) = &parameter.deprecated {
        let _ = write!(about, "; deprecated: {why}");
    }
    if let Some(why) = &parameter.ignored {
        let _ = write!(about, "; has no effect: {why}");
    }
    if let Some(why) = &parameter.refused {
        let _ = write!(about, "; rejected: {why}");
    }
    let key = if parameter.prefix { format!("{name}…") } else { name.to_owned() };
    let aliases: String = parameter.aliases.iter().map(|alias| format!(", `{alias}`")).collect();
    let _ = writeln!(out, "| `{key}`{aliases} | {} | {} |", cell(&shape(&parameter.shape)), cell(&about));
}

/// A text inside a table of Markdown.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn case(case: KeyCase) -> &'static str {
    match case {
        KeyCase::Any => "ignoring case",
        KeyCase::Exact => "exactly",
        KeyCase::Squeezed => "ignoring case, hyphens and underscores",
    }
}

fn refusals(out: &mut String, refusals: &[Refusal]) {
    if refusals.is_empty() {
        return;
    }
    out.push_str("\nRejected combinations:\n\n");
    for refusal in refusals {
        let _ = writeln!(out, "* {}: {}", refusal.message, refusal.help);
    }
}
