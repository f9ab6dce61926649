//! The types of a driver's file: which keys a table has, and what they are if they are missing.

use toml::Value;

use crate::Done;
use crate::condition::condition;
use crate::row::{Row, literal, slice, variant};

pub(crate) fn driver(row: &mut Row) -> Done<()> {
    row.texts(&["name", "provisioner", "title", "file_system_key", "shared_instead"])?;
    row.variant("kind", "DriverKind", "disk")?;
    row.lists(&["sources"])?;
    row.optional_row("in_tree", "InTree", |row| {
        row.texts(&["provisioner", "translation", "source"])?;
        row.optional_texts(&["file_system_key"])?;
        row.optional_lists(&["zone_keys"])?;
        row.map("brings", |value| literal(value, "Brought", |row| row.texts(&["key", "value"])))
    })?;
    row.optional_row("file_systems", "FileSystems", |row| {
        row.texts(&["default", "source"])?;
        row.lists(&["allowed"])?;
        row.required_flag("refused")?;
        row.variant("stage", "Stage", "node")?;
        row.optional_lists(&["legacy_keys"])
    })?;
    row.optional_row("disk_type", "DiskTypeKeys", |row| {
        row.texts(&["default", "source"])?;
        row.lists(&["keys"])?;
        row.optional_texts(&["noun"])?;
        row.marks(&["any_case", "exact_case"])?;
        row.required_variant("stage", "Stage")
    })?;
    row.map("tiers", |list| {
        slice(Some(list), "Tier", |row| {
            row.texts(&["name"])?;
            row.numbers(&["up_to", "iops", "throughput"])?;
            row.optional_numbers(&["burst_iops", "burst_throughput"])
        })
    })?;
    row.rows("types", "DiskType", disk_type)?;
    row.optional_row("iops", "Metric", metric)?;
    row.optional_row("throughput", "Metric", metric)?;
    row.rows("sizes", "SizeRule", size)?;
    row.flags(&[("expands", true), ("keeps_data", false)])?;
    row.rows("fixed_size", "Condition", condition)?;
    row.rows("growth", "GrowthLimit", |row| {
        row.require("when")?;
        conditions(row)?;
        row.numbers(&["most"])?;
        row.texts(&["message", "help", "source"])
    })?;
    row.require("access")?;
    row.rows("access", "Access", |row| {
        row.lists(&["modes"])?;
        row.optional_texts(&["volume_mode"])?;
        row.optional_lists(&["types"])?;
        conditions(row)?;
        row.marks(&["from_source", "not_first"])?;
        row.optional_variant("refused_by", "Stage")?;
        row.texts(&["source"])
    })?;
    row.optional_row("fs_group", "FsGroup", |row| {
        row.required_variant("policy", "FsGroupPolicy")?;
        row.texts(&["source"])
    })?;
    row.optional_row("topology", "Topology", topology)?;
    row.optional_row("mount_options", "MountOptions", mount_options)?;
    row.optional_row("inline_options", "MountOptions", mount_options)?;
    row.optional_row("provisioning", "Provisioning", |row| {
        row.required_flag("never")?;
        row.rows("except", "Condition", condition)?;
        row.texts(&["why", "help", "source"])
    })?;
    row.row("class", "Parameters", parameters)?;
    row.row("attributes", "Parameters", parameters)?;
    row.row("snapshot", "Parameters", parameters)?;
    row.optional_row("volume", "Parameters", parameters)?;
    row.optional_row("volume_annotations", "Parameters", parameters)?;
    row.optional_row("inline", "Parameters", parameters)?;
    row.optional_row("handle", "Handle", |row| {
        row.row("shape", "Shape", shape)?;
        optional_pattern(row, "only")?;
        row.required_variant("stage", "Stage")?;
        row.rows("misread", "MisreadHandle", |row| {
            pattern(row, "pattern")?;
            row.texts(&["message", "help"])
        })?;
        row.texts(&["source"])
    })?;
    row.optional_row("retired_annotations", "RetiredAnnotations", |row| {
        row.texts(&["why", "help", "source"])
    })?;
    row.optional_row("pod_annotations", "PodAnnotations", |row| {
        row.texts(&["required", "why", "source"])?;
        row.lists(&["values"])?;
        row.row("annotations", "Parameters", parameters)
    })
}

fn conditions(row: &mut Row) -> Done<()> {
    row.rows("when", "Condition", condition)
}

fn disk_type(row: &mut Row) -> Done<()> {
    row.texts(&["name", "about", "source"])?;
    row.numbers(&["least_size", "most_size"])?;
    row.optional_row("iops", "Limit", limit)?;
    row.optional_row("throughput", "Limit", limit)?;
    row.optional_texts(&["tiers", "superseded", "successor"])?;
    row.default_row("delivers", "Delivery", |row| {
        row.marks(&["ceiling"])?;
        for key in ["iops", "throughput", "burst_iops", "burst_throughput"] {
            row.rows(key, "Line", |row| {
                row.default_floats(&["base", "per_gib", "per_iops", "per_throughput"])?;
                row.optional_texts(&["times_key"])?;
                row.optional_numbers(&["least", "most"])
            })?;
        }
        row.optional_texts(&["note"])?;
        row.default_text("source")
    })?;
    row.number_pairs("shares")
}

fn limit(row: &mut Row) -> Done<()> {
    row.default_number("least", 0)?;
    row.default_number("most", 0)?;
    row.optional_floats(&["least_per_gib", "most_per_gib", "most_per_iops", "default_per_gib"])?;
    row.optional_numbers(&["default", "clamped_at"])?;
    row.marks(&["least_follows_size", "required", "sends_default"])
}

fn metric(row: &mut Row) -> Done<()> {
    row.texts(&["key"])?;
    row.optional_texts(&["unit", "per_gib_key", "raised_by"])?;
    row.marks(&["bytes", "quantity", "positive_only", "clamps_to_size", "refused_even_zero"])?;
    row.optional_row("raised_when", "Condition", condition)?;
    row.required_variant("stage", "Stage")?;
    row.required_variant("not_taken_stage", "Stage")
}

fn size(row: &mut Row) -> Done<()> {
    conditions(row)?;
    row.variant("fraction", "Fraction", "up")?;
    row.rows("bands", "SizeBand", |row| {
        row.numbers(&["from"])?;
        row.optional_numbers(&["to"])?;
        row.default_number("step", 1)?;
        row.marks(&["raises", "rounds_up"])
    })?;
    row.variant("stage", "Stage", "cloud")?;
    row.texts(&["why", "source"])
}

fn topology(row: &mut Row) -> Done<()> {
    row.lists(&["keys"])?;
    row.required_flag("required")?;
    row.texts(&["example", "source"])?;
    row.rows("zones", "ZoneForm", |row| {
        row.default_text("start")?;
        row.array("parts")?;
        row.default_text("end")?;
        conditions(row)
    })?;
    row.rows("replicated", "Condition", condition)?;
    row.rows("every_zone", "Condition", condition)?;
    row.optional_row("zonal_paths", "ZonalPaths", |row| {
        row.texts(&["key"])?;
        row.numbers(&["zone_part"])
    })
}

fn mount_options(row: &mut Row) -> Done<()> {
    row.required_variant("keys", "KeyCase")?;
    row.required_variant("unknown", "UnknownKeys")?;
    row.required_variant("stage", "Stage")?;
    optional_pattern(row, "unfamiliar")?;
    row.default_row("syntax", "Syntax", |row| {
        let separators = row.take_text("separators")?.unwrap_or_else(|| "=".to_owned());
        row.field("separators", &format!("{separators:?}"));
        row.default_text("prefix")?;
        row.marks(&["colons", "trim", "commas"])
    })?;
    row.map("list", |value| literal(value, "Parameter", parameter))?;
    row.rows("refusals", "Refusal", refusal)?;
    row.optional_texts(&["conflicting"])?;
    row.texts(&["source"])
}

fn parameters(row: &mut Row) -> Done<()> {
    spellings(row);
    row.required_variant("keys", "KeyCase")?;
    row.variant("unknown", "UnknownKeys", "rejected")?;
    row.required_variant("stage", "Stage")?;
    row.optional_texts(&["prefix", "unsupported", "class_too"])?;
    row.map("list", |value| literal(value, "Parameter", parameter))?;
    row.rows("refusals", "Refusal", refusal)?;
    row.optional_row("reserved", "Reserved", |row| {
        row.texts(&["prefix", "source"])?;
        row.lists(&["names"])
    })?;
    row.rows("paths", "ComputedPath", |row| {
        row.require("parts")?;
        row.rows("parts", "PathPart", path_part)?;
        row.rows("suffixes", "PathPart", path_part)?;
        row.numbers(&["most_bytes", "most_levels", "cloud_levels"])?;
        pattern(row, "level")?;
        row.texts(&["level_about", "source"])
    })?;
    row.marks(&["merged"])
}

/// Writes by which spellings parameters are found: without what only some comparisons of keys heed.
fn spellings(row: &mut Row) {
    let (mut spellings, mut prefixes) = (Vec::new(), Vec::new());
    for (at, (name, parameter)) in row.get("list").and_then(Value::as_table).into_iter().flatten().enumerate()
    {
        if parameter.get("prefix").and_then(Value::as_bool) == Some(true) {
            prefixes.push(at);
            continue;
        }
        let aliases = parameter.get("aliases").and_then(Value::as_array).into_iter().flatten();
        for own in std::iter::once(name.as_str()).chain(aliases.filter_map(Value::as_str)) {
            spellings.push((own.replace(['-', '_'], "").to_ascii_lowercase(), at));
        }
    }
    spellings.sort();
    row.field("spellings", &format!("&{spellings:?}"));
    row.field("prefixes", &format!("&{prefixes:?}"));
}

fn path_part(row: &mut Row) -> Done<()> {
    row.optional_texts(&["key"])?;
    row.default_text("text")?;
    row.marks(&["replaces"])?;
    conditions(row)
}

fn parameter(row: &mut Row) -> Done<()> {
    row.texts(&["about", "source"])?;
    row.row("shape", "Shape", shape)?;
    row.variant("stage", "Stage", "driver")?;
    row.rows("rules", "ValueRule", |row| {
        conditions(row)?;
        row.row("shape", "Shape", shape)?;
        row.required_variant("stage", "Stage")?;
        row.optional_texts(&["because"])?;
        row.marks(&["disputed"])?;
        row.texts(&["source"])
    })?;
    row.optional_row("required", "Required", |row| {
        conditions(row)?;
        row.marks(&["filled", "null_counts", "disputed"])?;
        row.texts(&["help"])?;
        row.required_variant("stage", "Stage")
    })?;
    conditions(row)?;
    row.optional_variant("case", "KeyCase")?;
    row.marks(&["exact_effect", "prefix"])?;
    row.optional_lists(&["aliases", "placeholders"])?;
    row.optional_numbers(&["most_given"])?;
    row.optional_texts(&["default", "deprecated", "ignored", "refused", "sets", "yields_to"])
}

fn refusal(row: &mut Row) -> Done<()> {
    row.require("when")?;
    conditions(row)?;
    row.optional_texts(&["at"])?;
    row.texts(&["message", "help", "source"])?;
    row.required_variant("stage", "Stage")?;
    row.marks(&["disputed", "without_effect"])
}

/// A regular expression; it is compiled when it is first used, so each has a place of its own.
pub(crate) fn pattern(row: &mut Row, key: &str) -> Done<()> {
    row.require(key)?;
    let code = pattern_literal(row, key)?.unwrap_or_default();
    row.field(key, &code);
    Ok(())
}

fn optional_pattern(row: &mut Row, key: &str) -> Done<()> {
    let code = pattern_literal(row, key)?.map_or_else(|| "None".to_owned(), |code| format!("Some({code})"));
    row.field(key, &code);
    Ok(())
}

pub(crate) fn pattern_literal(row: &mut Row, key: &str) -> Done<Option<String>> {
    let text = row.take_text(key)?;
    Ok(text.map(|text| format!("{{ static PATTERN: Pattern = Pattern::new({text:?}); &PATTERN }}")))
}

/// What a value looks like; `is` names the variant.
fn shape(row: &mut Row) -> Done<()> {
    let is = row.take_text("is")?.unwrap_or_default();
    row.is(&is);
    match is.as_str() {
        "text" | "disk-type" | "regular-expression" | "flag" | "alphanumeric" | "zones" | "arn"
        | "location" => Ok(()),
        "integer" => row.inner("IntegerShape", |row| {
            row.numbers(&["bits"])?;
            row.marks(&["unsigned", "empty"])?;
            row.optional_numbers(&["wraps_at", "least", "most", "above", "multiple_of"])?;
            row.number_list("values")
        }),
        "number" => row.optional_floats(&["least", "above", "multiple_of"]),
        "quantity" => {
            row.marks(&["positive", "not_negative", "unsigned", "empty", "whole_gib"])?;
            row.optional_lists(&["values"])
        }
        "duration" => row.marks(&["positive"]),
        "octal" => {
            row.numbers(&["most"])?;
            row.marks(&["empty"])
        }
        "ip-address" => row.marks(&["v4_only"]),
        "cidr" => row.numbers(&["prefix"]),
        "pattern" => {
            pattern(row, "pattern")?;
            row.texts(&["expected"])?;
            row.marks(&["trim", "empty"])
        }
        "any-of" => {
            row.require("shapes")?;
            row.rows("shapes", "Shape", shape)?;
            row.texts(&["expected"])
        }
        "list" => {
            let item = literal(row.take_required("item")?, "Shape", shape)?;
            row.field("item", &format!("&{item}"));
            let separator = row.take_text("separator")?.unwrap_or_else(|| ",".to_owned());
            row.field("separator", &format!("{:?}", separator.parse::<char>()?));
            row.marks(&["trim", "empty"])
        }
        "json" => {
            row.row("json", "JsonShape", json)?;
            row.marks(&["scalars_first", "empty"])
        }
        "placeholders" => row.lists(&["placeholders"]),
        "mount-options" => row.required_variant("table", "OptionTable"),
        "one-of" => {
            row.lists(&["values"])?;
            row.marks(&["any_case", "empty"])
        }
        "switch" => {
            row.marks(&["any_case"])?;
            row.optional_texts(&["off"])
        }
        "go-boolean" => row.marks(&["empty"]),
        "starts-with" => {
            row.texts(&["start"])?;
            row.optional_texts(&["path"])
        }
        "path" => {
            row.texts(&["path"])?;
            row.marks(&["list", "empty"])?;
            row.optional_texts(&["more"])
        }
        "pairs" => {
            row.optional_row("key", "Letters", letters)?;
            row.optional_row("value", "Letters", letters)?;
            row.default_text("forbidden")?;
            row.optional_texts(&["separator_key"])?;
            row.optional_numbers(&["most", "cloud_most"])?;
            row.marks(&["open_value", "trailing_separator"])?;
            row.optional_lists(&["reserved", "cloud_prefixes"])?;
            optional_pattern(row, "cloud_pattern")
        }
        "triples" => {
            row.row("key", "Letters", letters)?;
            row.row("value", "Letters", letters)?;
            row.numbers(&["most"])
        }
        "tag" => {
            row.lists(&["reserved", "reserved_prefixes"])?;
            row.optional_lists(&["cloud_prefixes"])?;
            row.map("fields", |value| {
                Ok(variant("TemplateField", value.as_str().ok_or("a field of a tag must be text")?))
            })?;
            row.marks(&["key_only"])
        }
        "time" => row.texts(&["after"]),
        _ => Err(format!("no shape is called `{is}`").into()),
    }
}

fn letters(row: &mut Row) -> Done<()> {
    row.optional_texts(&["first", "last"])?;
    row.texts(&["of"])?;
    row.default_text("also")?;
    row.default_number("least", 0)?;
    row.numbers(&["most"])
}

/// What a JSON value looks like; `type` names the variant.
fn json(row: &mut Row) -> Done<()> {
    let is = row.take_text("type")?.unwrap_or_default();
    row.is(&is);
    match is.as_str() {
        "boolean" => Ok(()),
        "integer" => {
            row.numbers(&["bits"])?;
            row.optional_numbers(&["least", "most"])?;
            row.number_list("values")
        }
        "string" => {
            row.optional_lists(&["values"])?;
            optional_pattern(row, "pattern")?;
            row.optional_texts(&["expected"])?;
            row.marks(&["strict"])
        }
        "list" => {
            let items = literal(row.take_required("items")?, "JsonShape", json)?;
            row.field("items", &format!("&{items}"));
            row.default_number("least", 0)?;
            row.optional_numbers(&["most"])
        }
        "object" => {
            row.map("fields", |value| {
                literal(value, "JsonField", |row| {
                    row.row("json", "JsonShape", json)?;
                    row.marks(&["required"])?;
                    row.optional_texts(&["refused"])
                })
            })?;
            row.marks(&["strict"])?;
            let values = row.take("values").map(|value| literal(value, "JsonShape", json)).transpose()?;
            row.field("values", &values.map_or_else(|| "None".to_owned(), |code| format!("Some(&{code})")));
            Ok(())
        }
        _ => Err(format!("no JSON value is called `{is}`").into()),
    }
}
