//! What the node refuses when it mounts a volume: file systems and mount options. A block device has none of them: where a
//! class serves claims of such, this is told at its other claims.

use k8s_openapi::api::storage::v1::StorageClass;

use super::given::Classes;
use super::{Given, shape, table};
use crate::bundle::Bundle;
use crate::catalog::driver::Stage;
use crate::document::reporter::Reporter;
use crate::nearest::{did_you_mean, nearest};
use crate::rule::Rule;
use crate::yaml::path::Path;

/// Something that the node refuses.
struct Refusal {
    rule: &'static Rule,
    /// Where it stands in the class: a parameter, or the position of a mount option.
    place: Place,
    message: String,
    help: String,
}

enum Place {
    Parameter(String),
    Option(usize),
}

/// Judges a class that serves no claim of a block device.
pub(super) fn check_class(
    given: &Given<'_>,
    class: &StorageClass,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    if bundle.index.has_block_claim(class.metadata.name.as_deref().unwrap_or_default()) {
        return;
    }
    let root = Path::root();
    for refusal in refusals(given, class) {
        let message = refusal.message;
        match refusal.place {
            Place::Parameter(key) => out.report(refusal.rule, &root.field("parameters").key(&key), message),
            Place::Option(index) => {
                out.report(refusal.rule, &root.field("mountOptions").index(index), message)
            }
        }
        .help(refusal.help);
    }
}

/// Judges a claim of a file system, whose class serves claims of block devices, too.
pub(super) fn check_claim(
    given: &Given<'_>,
    class: &StorageClass,
    classes: &Classes<'_>,
    path: &Path<'_>,
    bundle: &Bundle<'_>,
    out: &mut Reporter<'_>,
) {
    let is_block = given.claim.is_some_and(|claim| claim.volume_mode == "Block");
    if is_block || !bundle.index.has_block_claim(&classes.class.name) {
        return;
    }
    for refusal in refusals(given, class) {
        let place = match refusal.place {
            Place::Parameter(key) => classes.place_of(&["parameters", &key]),
            Place::Option(_) => classes.place_of(&["mountOptions"]),
        };
        out.report(refusal.rule, &path.field("storageClassName"), refusal.message)
            .help(refusal.help)
            .related(place, "the class");
    }
}

fn refusals(given: &Given<'_>, class: &StorageClass) -> Vec<Refusal> {
    let options = class.mount_options.iter().flatten().enumerate();
    file_system(given)
        .into_iter()
        .chain(options.flat_map(|(index, option)| mount_option(given, index, option)))
        .collect()
}

/// A file system that the driver does not make.
fn file_system(given: &Given<'_>) -> Option<Refusal> {
    let systems = &given.driver.file_systems;
    let pair = given.file_system_pairs().next()?;
    if pair.value.is_empty() || systems.allowed.iter().any(|name| name == pair.value) {
        return None;
    }
    let names = || systems.allowed.iter().map(String::as_str);
    let near = names()
        .find(|name| name.eq_ignore_ascii_case(pair.value.trim()))
        .or_else(|| nearest(pair.value, names()));
    let list = did_you_mean(near, &format!("it makes {}", systems.allowed.join(", ")));
    Some(Refusal {
        rule: if systems.refused { &table::UNKNOWN_FILE_SYSTEM } else { &table::LIKELY_REFUSED },
        place: Place::Parameter(pair.key.to_owned()),
        message: format!("the driver makes no file system `{}`", pair.value),
        help: format!("{}; {list}", Stage::Node.says()),
    })
}

/// A mount option that the driver reads, and cannot.
fn mount_option(given: &Given<'_>, index: usize, option: &str) -> Option<Refusal> {
    given.driver.mount_options.iter().find_map(|known| {
        let value = option.strip_prefix(known.prefix.as_str()).filter(|value| !value.is_empty())?;
        let wrong = shape::check(&known.shape, value, given).err()?;
        Some(Refusal {
            rule: &table::MOUNT_OPTION,
            place: Place::Option(index),
            message: wrong.message,
            help: format!("{}; {}", known.stage.says(), wrong.help),
        })
    })
}
