//! What the node rejects when it mounts a volume: file systems and mount options. A block device has neither, so for a
//! class that also serves claims of block devices these findings are reported at its other claims.

use k8s_openapi::api::storage::v1::StorageClass;

use super::mismatch::{Mismatch, mismatch};
use super::request::VolumeRequest;
use super::request::{Classes, MountOption};
use super::{shape, table};
use crate::bundle::Bundle;
use crate::catalog::driver::{Condition, KeyCase, MountOptions, OptionTable, Parameter, Shape, UnknownKeys};
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::nearest::{did_you_mean, nearest};
use crate::rule::Rule;
use crate::yaml::path::Path;

/// A finding whose place is not known yet.
pub(super) struct Rejection {
    rule: &'static Rule,
    place: Place,
    message: String,
    help: String,
    /// The value that was meant, instead of the whole text at the place.
    meant: Option<String>,
}

/// The place of a finding in a class or a volume.
enum Place {
    Parameter(String),
    /// The index of an entry of `mountOptions`.
    Option(usize),
}

/// Checks a class that serves no claim of a block device.
pub(super) fn check_class(
    request: &VolumeRequest<'_>,
    class: &StorageClass,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    if bundle.index.has_block_claim(class.metadata.name.as_deref().unwrap_or_default()) {
        return;
    }
    let root = Path::root();
    report(rejections(request), &root.field("parameters"), &root.field("mountOptions"), out);
}

/// Reports findings in the object itself.
pub(super) fn report(
    list: Vec<Rejection>,
    parameters: &Path<'_>,
    options: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for rejection in list {
        let report = |path: &Path<'_>, out: &mut Reporter<'_>| {
            let fix = rejection.meant.map(|meant| Fix::replace(path, meant, Applicability::Unsafe));
            let finding = out.report(rejection.rule, path, rejection.message);
            finding.help(rejection.help).with_fix(fix.map(Box::new));
        };
        match rejection.place {
            Place::Parameter(key) => report(&parameters.key(&key), out),
            Place::Option(index) => report(&options.index(index), out),
        }
    }
}

/// Checks a claim of a file system, whose class also serves claims of block devices.
pub(super) fn check_claim(
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let is_block = request.claim.is_some_and(|claim| claim.volume_mode == "Block");
    if is_block || !bundle.index.has_block_claim(&classes.class.name) {
        return;
    }
    for rejection in rejections(request) {
        let place = match rejection.place {
            Place::Parameter(key) => classes.place_of(&["parameters", &key]),
            Place::Option(_) => classes.place_of(&["mountOptions"]),
        };
        out.report(rejection.rule, &path.field("storageClassName"), rejection.message)
            .help(rejection.help)
            .related(place, "the class");
    }
}

fn rejections(request: &VolumeRequest<'_>) -> Vec<Rejection> {
    let mut list: Vec<Rejection> = file_system(request).into_iter().collect();
    if let Some(options) = &request.driver.mount_options {
        list.extend(check_options(options, request));
    }
    list
}

/// A file system that the driver does not create.
fn file_system(request: &VolumeRequest<'_>) -> Option<Rejection> {
    let systems = request.driver.file_systems.as_ref()?;
    let pair = request.file_system_pairs().next()?;
    if pair.value.is_empty() || systems.allowed.contains(&pair.value) {
        return None;
    }
    let names = || systems.allowed.iter().copied();
    let near = names()
        .find(|name| name.eq_ignore_ascii_case(pair.value.trim()))
        .or_else(|| nearest(pair.value, names()));
    let list = did_you_mean(near, &format!("it supports {}", systems.allowed.join(", ")));
    Some(Rejection {
        rule: if systems.refused { &table::UNKNOWN_FILE_SYSTEM } else { &table::LIKELY_REFUSED },
        place: Place::Parameter(pair.key.to_owned()),
        message: format!("the driver does not support the file system `{}`", pair.value),
        help: format!("{}; {list}", systems.stage.rejection()),
        meant: near.map(str::to_owned),
    })
}

/// Checks the mount options of a request against a table of the driver.
pub(super) fn check_options(options: &'static MountOptions, request: &VolumeRequest<'_>) -> Vec<Rejection> {
    let mut list = Vec::new();
    for (index, option) in request.options.iter().enumerate() {
        let Some((name, row)) = options.find(option.written) else {
            list.extend(unknown(options, option, request));
            continue;
        };
        let earlier = request.options[..index].iter().find(|other| other.name == Some(name));
        if let (Some(earlier), Some(why)) = (earlier, &options.conflicting)
            && earlier.value != option.value
        {
            let message = format!("the mount option `{name}` is set twice with different values");
            list.push(rejection(option, message, format!("{why}; keep one")));
            continue;
        }
        list.extend(known(option, name, row, request));
    }
    for refusal in options.refusals {
        if refusal.when.iter().all(|condition| condition.holds(request)) {
            let name = refusal.at.or_else(|| refusal.when.iter().find_map(Condition::option));
            let place = request.options.iter().find(|option| option.name == name);
            let help = format!("{}; {}", request.rejection(refusal.stage), refusal.help);
            list.push(Rejection {
                rule: if refusal.disputed { &table::LIKELY_REFUSED } else { &table::MOUNT_OPTION },
                place: Place::Option(place.map_or(0, |option| option.entry)),
                message: refusal.message.to_owned(),
                help,
                meant: None,
            });
        }
    }
    list
}

fn rejection(option: &MountOption<'_>, message: String, help: String) -> Rejection {
    Rejection { rule: &table::MOUNT_OPTION, place: Place::Option(option.entry), message, help, meant: None }
}

fn unknown(
    options: &MountOptions,
    option: &MountOption<'_>,
    request: &VolumeRequest<'_>,
) -> Option<Rejection> {
    let rule = match options.unknown {
        UnknownKeys::Rejected => &table::MOUNT_OPTION,
        UnknownKeys::LikelyRejected => &table::LIKELY_REFUSED,
        UnknownKeys::Ignored => &table::PARAMETER_WITHOUT_EFFECT,
        UnknownKeys::PassedOn => return None,
    };
    let names = || options.list.keys();
    if option.written != option.written.trim() && !options.syntax.trim {
        let message = format!("the mount option `{}` contains a blank", option.written);
        return Some(Rejection {
            rule: &table::LIKELY_REFUSED,
            place: Place::Option(option.entry),
            message,
            help: format!("{}; remove the blank", request.rejection(options.stage)),
            meant: corrected(option, option.written.trim()),
        });
    }
    let same = names().find(|name| KeyCase::Squeezed.same(name, option.written));
    let near = same.or_else(|| nearest(option.written, names()));
    let unfamiliar = options.unfamiliar.as_ref().is_some_and(|pattern| pattern.matches(option.written));
    let rule = if near.is_none() && unfamiliar { &table::LIKELY_REFUSED } else { rule };
    let several = option.value.is_some_and(|value| value.contains(',') && value.contains('='));
    let meant = near.filter(|_| !several).and_then(|near| corrected(option, near));
    let near = near.map_or_else(|| "remove it".to_owned(), |near| format!("did you mean `{near}`?"));
    let near = if several { "write one option per entry".to_owned() } else { near };
    let help = if options.unknown == UnknownKeys::Ignored {
        near
    } else {
        format!("{}; {near}", request.rejection(options.stage))
    };
    let message = format!("`{}` is not a mount option of {}", option.written, request.driver.provisioner);
    Some(Rejection { rule, place: Place::Option(option.entry), message, help, meant })
}

/// The entry with another name of the option.
fn corrected(option: &MountOption<'_>, name: &str) -> Option<String> {
    let is_clear = option.text.matches(option.written).count() == 1;
    is_clear.then(|| option.text.replacen(option.written, name, 1))
}

fn known(
    option: &MountOption<'_>,
    name: &str,
    row: &'static Parameter,
    request: &VolumeRequest<'_>,
) -> Vec<Rejection> {
    if let Some(why) = &row.refused {
        let help = format!("{}; {why}", request.rejection(row.stage));
        return vec![rejection(option, format!("the mount option `{name}` must not be set"), help)];
    }
    let mut list = Vec::new();
    if let Some(why) = &row.ignored {
        let message = format!("the mount option `{name}` has no effect");
        list.push(Rejection {
            rule: &table::PARAMETER_WITHOUT_EFFECT,
            place: Place::Option(option.entry),
            message,
            help: format!("{why}; remove it"),
            meant: None,
        });
    }
    let wrong = match (&row.shape, option.value) {
        (Shape::Flag, None) | (Shape::Text, _) => None,
        (Shape::Flag, Some(_)) => {
            mismatch(format!("the mount option `{name}` has no value"), format!("write `{name}` alone")).err()
        }
        (Shape::GoBoolean { .. }, None) => None,
        (_, None) => {
            mismatch(format!("the mount option `{name}` needs a value"), "write it as NAME=VALUE").err()
        }
        (shape, Some(value)) => shape::check(shape, value, request).err(),
    };
    if let Some(mismatch) = wrong {
        let several = option.value.is_some_and(|value| value.contains(',') && value.contains('='));
        let help = if several { "write one option per entry".to_owned() } else { mismatch.help };
        let stage = mismatch.stage.unwrap_or(row.stage);
        let message = if mismatch.message.contains(name) {
            mismatch.message
        } else {
            format!("`{name}`: {}", mismatch.message)
        };
        list.push(rejection(option, message, format!("{}; {help}", request.rejection(stage))));
    }
    list
}

/// Checks mount options that are written in one text, between commas.
pub(super) fn check_text(
    text: &str,
    which: OptionTable,
    request: &VolumeRequest<'_>,
) -> Result<(), Mismatch> {
    let driver = request.driver;
    let options = match which {
        OptionTable::Mount => driver.mount_options.as_ref(),
        OptionTable::Inline => driver.inline_options.as_ref(),
    };
    let Some(options) = options else { return Ok(()) };
    let inner = VolumeRequest { options: Vec::new(), list: Vec::new(), ..request.clone() };
    let inner =
        VolumeRequest { list: request.list.clone(), ..inner.with_options(Some(options), text.split(',')) };
    let rejections = check_options(options, &inner);
    let worst = rejections.into_iter().find(|rejection| std::ptr::eq(rejection.rule, &table::MOUNT_OPTION));
    match worst {
        // The help of a mount option names the component that rejects it already.
        Some(rejection) => {
            let help =
                rejection.help.split_once("; ").map_or(rejection.help.clone(), |(_, help)| help.to_owned());
            mismatch(rejection.message, help)
        }
        None => Ok(()),
    }
}
