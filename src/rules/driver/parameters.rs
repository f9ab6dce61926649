//! Parameters of one object: their keys, their values, and what the driver requires.

use std::collections::BTreeMap;

use super::mismatch::Mismatch;
use super::request::Pair;
use super::request::VolumeRequest;
use super::{mount, shape, table, template_text, unknown};
use crate::catalog::driver::{self, KeyCase, Parameter, Shape, Stage, ValueRule};
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::nearest::{capitalize, did_you_mean, nearest};
use crate::yaml::path::Path;

/// Checks the parameters at `path` by themselves, without a claim.
pub(super) fn check(request: &VolumeRequest<'_>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let misspelt = required(request, path, out);
    let mut given: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, pair) in request.list.iter().enumerate() {
        if misspelt.contains(&pair.key) {
            continue;
        }
        let at = path.key(pair.key);
        if request.is_of_class() && request.is_file_system(pair) {
            if std::ptr::eq(request.parameters, &request.driver.class) {
                file_system(request, pair, &at, out);
                continue;
            }
            if let Some(why) = &request.parameters.class_too {
                out.report_at_key(
                    &table::PARAMETER_WITHOUT_EFFECT,
                    &at,
                    format!("`{}` has no effect", pair.key),
                )
                .help(format!("{why}; remove it"));
                continue;
            }
        }
        if let Some(reserved) = &request.parameters.reserved
            && let Some(rest) = pair.key.strip_prefix(reserved.prefix)
        {
            reserved_key(request, pair, rest, reserved.names, reserved.prefix, &at, out);
            continue;
        }
        let row = pair.name.and_then(|name| Some((name, request.parameters.list.get(name)?)));
        match row.filter(|(_, row)| row.when.iter().all(|condition| condition.holds(request))) {
            None => unknown::check(request, pair, &at, out),
            Some((name, row)) => {
                known(request, pair, name, row, index, &at, out);
                if let Some(most) = row.most_given {
                    let count = given.entry(name).or_default();
                    *count += 1;
                    if *count == most + 1 {
                        let message = format!("there are more than {most} of `{name}`");
                        let help = format!("{}; remove some", request.rejection(Stage::Cloud));
                        out.report_at_key(&table::PARAMETER_VALUE, &at, message).help(help);
                    }
                }
            }
        }
    }
}

/// Reports required parameters that are absent; returns the keys that were meant to be one.
fn required<'a>(request: &VolumeRequest<'a>, path: &Path<'_>, out: &mut Reporter<'_>) -> Vec<&'a str> {
    let mut misspelt = Vec::new();
    for (name, row) in &request.parameters.list {
        let Some(required) = &row.required else { continue };
        let value = request.value(name).filter(|value| !required.filled || !value.is_empty());
        let exists = row.when.iter().chain(required.when).all(|condition| condition.holds(request));
        let null = required.null_counts && request.pair(name).is_some();
        if value.is_some() || null || !exists {
            continue;
        }
        let unknown = || request.list.iter().filter(|pair| pair.name.is_none());
        let keys = || request.parameters.list.keys();
        let is_meant =
            |pair: &&Pair<'_>| nearest(pair.key, [name]).is_some() && nearest(pair.key, keys()) == Some(name);
        let meant = unknown()
            .find(|pair| KeyCase::Squeezed.same(pair.key, name))
            .or_else(|| unknown().find(is_meant));
        let rule = if required.disputed { &table::LIKELY_REFUSED } else { &table::REQUIRED_PARAMETER };
        let rejects = request.rejection(required.stage);
        let finding = match (meant, request.pair(name)) {
            (Some(pair), None) => {
                misspelt.push(pair.key);
                let message = format!("`{name}` is required, and `{}` is another key", pair.key);
                let finding = out.report_at_key(rule, &path.key(pair.key), message);
                finding.help(format!("{rejects}; write `{name}`")).fix(renamed(
                    &path.key(pair.key),
                    pair.key,
                    name,
                ));
                continue;
            }
            (_, Some(pair)) => {
                out.report(rule, &path.key(pair.key), format!("`{name}` is empty and required"))
            }
            (None, None) => out.report_at_key(rule, path, format!("`{name}` is required")),
        };
        finding.help(format!("{rejects}; {}", required.help));
    }
    misspelt
}

/// Corrects the spelling of a key, with which nothing is provisioned.
fn renamed(at: &Path<'_>, given: &str, meant: &str) -> Fix {
    Fix::rename(at, meant, Applicability::of_spelling(given, meant))
}

fn reserved_key(
    request: &VolumeRequest<'_>,
    pair: &Pair<'_>,
    rest: &str,
    names: &[&str],
    prefix: &str,
    at: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    if !names.contains(&rest) {
        let near = nearest(rest, names.iter().copied());
        let help = near.map_or_else(String::new, |near| format!("; did you mean `{prefix}{near}`?"));
        let finding = out
            .report_at_key(
                &table::UNKNOWN_PARAMETER,
                at,
                format!("`{}` is not a key of the sidecars", pair.key),
            )
            .help(format!("{}{help}", request.rejection(Stage::Sidecar)));
        if let Some(near) = near {
            finding.fix(renamed(at, pair.key, &format!("{prefix}{near}")));
        }
        return;
    }
    if let Some(other) = other_half(pair.key)
        && request.list.iter().all(|pair| pair.key != other)
    {
        out.report_at_key(&table::CONFLICTING_PARAMETERS, at, format!("`{}` needs `{other}`", pair.key))
            .help(format!("{}; set both, or remove it", request.rejection(Stage::Sidecar)));
    }
    // The sidecar reads the legacy spelling in any case, whatever the driver does with it.
    let legacy = request.list.iter().find(|other| other.key.eq_ignore_ascii_case("fstype"));
    if let Some(legacy) = legacy.filter(|_| pair.key == request.driver.file_system_key) {
        out.report_at_key(
            &table::DUPLICATE_PARAMETER,
            at,
            format!("`{}` and `{}` both name the file system", legacy.key, pair.key),
        )
        .help(format!("{}; keep one", request.rejection(Stage::Sidecar)));
    }
}

/// A secret is named by two keys, its name and its namespace.
fn other_half(key: &str) -> Option<String> {
    let name = key.strip_suffix("-secret-name").map(|start| format!("{start}-secret-namespace"));
    name.or_else(|| key.strip_suffix("-secret-namespace").map(|start| format!("{start}-secret-name")))
}

fn known(
    request: &VolumeRequest<'_>,
    pair: &Pair<'_>,
    name: &'static str,
    parameter: &'static Parameter,
    index: usize,
    at: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let earlier = || request.list[..index].iter().find(|other| other.name == Some(name));
    if !parameter.prefix
        && let Some(earlier) = earlier()
    {
        out.report_at_key(
            &table::DUPLICATE_PARAMETER,
            at,
            format!("`{}` and `{}` are one parameter", earlier.key, pair.key),
        )
        .help("the driver uses whichever its language happens to read last; keep one")
        .fix(Fix::remove(at, Applicability::Unsafe));
    }
    if let Some(why) = &parameter.refused {
        out.report_at_key(&table::UNKNOWN_PARAMETER, at, format!("`{}` must not be set", pair.key))
            .help(format!("{}; {why}", request.rejection(parameter.stage)));
        return;
    }
    if parameter.exact_effect && pair.key != name {
        out.report_at_key(&table::PARAMETER_WITHOUT_EFFECT, at, format!("`{}` has no effect", pair.key))
            .help(format!("the driver knows the key and reads its value in exactly this spelling: `{name}`"))
            .fix(Fix::rename(at, name, Applicability::Unsafe));
        return;
    }
    value(request, pair, parameter, at, out);
    if let Some(why) = &parameter.ignored {
        out.report_at_key(&table::PARAMETER_WITHOUT_EFFECT, at, format!("`{}` has no effect", pair.key))
            .help(format!("{why}; remove it"))
            .fix(Fix::remove(at, Applicability::Unsafe));
    }
    if let Some(why) = &parameter.deprecated {
        out.report_at_key(&table::DEPRECATED_PARAMETER, at, format!("`{}` is deprecated", pair.key))
            .help(*why);
    }
}

/// What was meant by a boolean in words that the driver does not know.
fn plain_boolean(value: &str) -> &'static str {
    match value.trim().to_ascii_lowercase().as_str() {
        "false" | "f" | "no" | "n" | "off" | "0" => "false",
        _ => "true",
    }
}

fn value(
    request: &VolumeRequest<'_>,
    pair: &Pair<'_>,
    parameter: &'static Parameter,
    at: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let yields = parameter.yields_to.is_some_and(|other| request.pair(other).is_some());
    if let Shape::DiskType = parameter.shape {
        if !yields {
            disk_type(request, pair, at, out);
        }
    } else if let Err(mismatch) = check_shape(&parameter.shape, pair.value, request) {
        // An empty value of a required parameter is reported as such.
        let absent =
            pair.value.is_empty() && parameter.required.as_ref().is_some_and(|required| required.filled);
        if !absent {
            out.report(&table::PARAMETER_VALUE, at, mismatch.message).help(format!(
                "{}; {}",
                request.rejection(mismatch.stage.unwrap_or(parameter.stage)),
                mismatch.help
            ));
        }
        return;
    } else if let Some(misread) = shape::misread(&parameter.shape, pair.value) {
        out.report(&table::MISREAD_BOOLEAN, at, format!("`{}` is read as {misread}", pair.value))
            .help(match &parameter.shape {
                Shape::Switch { off: Some(off), .. } => format!("only `{off}`, in quotes, turns it off"),
                _ => "only `true`, in quotes, turns it on".to_owned(),
            })
            .fix(Fix::replace(at, plain_boolean(pair.value), Applicability::Unsafe));
    }
    let rule = parameter.rules.iter().find_map(|rule| broken(request, pair, rule));
    if let Some((rule, mismatch)) = rule {
        let code = if rule.disputed { &table::LIKELY_REFUSED } else { &table::PARAMETER_VALUE };
        let message = match &rule.because {
            Some(because) => format!("{} with {because}", mismatch.message),
            None => mismatch.message,
        };
        out.report(code, at, message).help(format!(
            "{}; {}",
            request.rejection(mismatch.stage.unwrap_or(rule.stage)),
            mismatch.help
        ));
        return;
    }
    if let Some(gib) = shape::rounded_up(&parameter.shape, pair.value) {
        let message = format!("`{}` becomes {gib} GiB", pair.value);
        let bare = pair.value.bytes().all(|byte| byte.is_ascii_digit());
        out.report(&table::SIZE_ROUNDED_UP, at, message).help(if bare {
            format!(
                "without a unit it is bytes, which the driver rounds up; did you mean `{}Gi`?",
                pair.value
            )
        } else {
            format!("the driver rounds up to whole GiB; write `{gib}Gi`")
        });
    }
    if request.is_of_class() {
        template_text::check(pair, parameter, at, out);
    }
}

/// Checks a value, including one that contains mount options.
pub(super) fn check_shape(shape: &Shape, value: &str, request: &VolumeRequest<'_>) -> Result<(), Mismatch> {
    match shape {
        Shape::MountOptions { table } => mount::check_text(value, *table, request),
        shape => shape::check(shape, value, request),
    }
}

/// Why a value breaks a rule that applies to it; none if it does not.
fn broken<'r>(
    request: &VolumeRequest<'_>,
    pair: &Pair<'_>,
    rule: &'r ValueRule,
) -> Option<(&'r ValueRule, Mismatch)> {
    if !rule.when.iter().all(|condition| condition.holds(request)) {
        return None;
    }
    let value = pair.read.as_deref()?;
    Some((rule, shape::check(&rule.shape, value, request).err()?))
}

fn disk_type(request: &VolumeRequest<'_>, pair: &Pair<'_>, at: &Path<'_>, out: &mut Reporter<'_>) {
    let driver = request.driver;
    let Some(keys) = driver.disk_type.as_ref().filter(|_| !pair.value.is_empty()) else { return };
    let noun = keys.noun.unwrap_or("disk type");
    let names = || driver.types.iter().map(|disk_type| disk_type.name);
    let Some(disk_type) = driver.find_type(pair.value) else {
        let near = names()
            .find(|name| name.eq_ignore_ascii_case(pair.value))
            .or_else(|| nearest(pair.value, names()));
        // How the cloud reads the name in another case is not documented.
        let only_case = near.is_some_and(|near| near.eq_ignore_ascii_case(pair.value));
        let disputed = only_case && keys.stage == Stage::Cloud && !keys.exact_case;
        let rule = if disputed { &table::LIKELY_REFUSED } else { &table::UNKNOWN_DISK_TYPE };
        let other = driver::all()
            .iter()
            .find(|other| other.name != driver.name && other.find_type(pair.value).is_some());
        let list = format!("known: {}", names().collect::<Vec<_>>().join(", "));
        let other = other.filter(|_| !only_case);
        let elsewhere = other.is_some();
        let help = match other {
            Some(other) => format!("it belongs to {}. {}", other.provisioner, capitalize(&list)),
            None => did_you_mean(near, &list),
        };
        let finding = out.report(rule, at, format!("unknown {noun} `{}`", pair.value));
        finding.help(format!("{}; {help}", request.rejection(keys.stage)));
        if let Some(near) = near.filter(|_| !elsewhere) {
            finding.fix(Fix::replace(at, near, Applicability::of_spelling(pair.value, near)));
        }
        return;
    };
    if let Some(why) = &disk_type.superseded {
        let finding = out
            .report(
                &table::PREVIOUS_GENERATION_DISK,
                at,
                format!("`{}` is a {noun} of a previous generation", pair.value),
            )
            .help(*why);
        if let Some(successor) = disk_type.successor {
            finding.fix(Fix::replace(at, successor, Applicability::Unsafe));
        }
    }
}

fn file_system(request: &VolumeRequest<'_>, pair: &Pair<'_>, at: &Path<'_>, out: &mut Reporter<'_>) {
    // The translation makes one key of two, with the value of either.
    let translated = request.is_translated_file_system_key(pair.key);
    let first = request.file_system_pairs().next();
    let is_one = |first: &Pair<'_>| {
        first.value == pair.value && (translated || request.is_translated_file_system_key(first.key))
    };
    if let Some(first) = first.filter(|first| first.key != pair.key && !is_one(first)) {
        out.report_at_key(
            &table::DUPLICATE_PARAMETER,
            at,
            format!("`{}` and `{}` both name the file system", first.key, pair.key),
        )
        .help(if translated || request.is_translated_file_system_key(first.key) {
            format!(
                "the provisioner makes one of both and uses whichever it happens to read last; keep `{}`",
                pair.key
            )
        } else {
            format!("{}; keep `{}`", request.rejection(Stage::Sidecar), request.driver.file_system_key)
        });
    } else if translated || request.is_legacy_file_system_key(pair.key) {
        out.report_at_key(&table::DEPRECATED_PARAMETER, at, format!("`{}` is deprecated", pair.key))
            .help(format!("write `{}`", request.driver.file_system_key))
            .fix(Fix::rename(at, request.driver.file_system_key, Applicability::Unsafe));
    }
}
