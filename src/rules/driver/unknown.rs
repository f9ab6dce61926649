//! Parameters that a driver does not know, and where they belong.

use super::request::{Pair, VolumeRequest};
use super::table;
use crate::catalog::driver::{self, KeyCase, UnknownKeys};
use crate::catalog::misplaced_key;
use crate::document::reporter::Reporter;
use crate::finding::fix::{Applicability, Fix};
use crate::nearest::{misspelled, nearest};
use crate::yaml::path::Path;

/// Reports a key that the driver does not know.
pub(super) fn check(request: &VolumeRequest<'_>, pair: &Pair<'_>, at: &Path<'_>, out: &mut Reporter<'_>) {
    let parameters = request.parameters;
    let rule = match parameters.unknown {
        UnknownKeys::Rejected => &table::UNKNOWN_PARAMETER,
        UnknownKeys::LikelyRejected => &table::LIKELY_REFUSED,
        UnknownKeys::Ignored => &table::PARAMETER_WITHOUT_EFFECT,
        UnknownKeys::PassedOn => return,
    };
    let what = match parameters.prefix {
        Some(_) => "an annotation",
        None if request.is_of_class() => "a parameter",
        None => "a volume attribute",
    };
    let message = format!("`{}` is not {what} of {}", pair.key, request.driver.provisioner);
    let Advice { help, key } = advice(request, pair);
    let help = match parameters.unknown {
        UnknownKeys::Ignored => format!("the driver ignores it silently; {help}"),
        _ => format!("{}; {help}", request.rejection(parameters.stage)),
    };
    // A parameter that is given already would be given twice.
    let key = key.filter(|key| {
        let is_other_file_system =
            *key == request.driver.file_system_key && request.file_system_pairs().next().is_some();
        request.pair(key).is_none() && !is_other_file_system
    });
    let fix = key.map(|key| Fix::rename(at, &key, Applicability::of_spelling(pair.key, &key)));
    out.report_at_key(rule, at, message).help(help).with_fix(fix.map(Box::new));
}

/// Names under which users look for the file system, without dashes and in lower case.
const FILE_SYSTEM: [&str; 3] = ["fstype", "filesystem", "filesystemtype"];

/// What to do about an unknown key.
struct Advice {
    help: String,
    /// The key that was meant.
    key: Option<String>,
}

impl Advice {
    fn meant(key: &str) -> Self {
        Self { help: format!("did you mean `{key}`?"), key: Some(key.to_owned()) }
    }

    fn write(key: &str) -> Self {
        Self { help: format!("write `{key}`"), key: Some(key.to_owned()) }
    }
}

impl From<String> for Advice {
    fn from(help: String) -> Self {
        Self { help, key: None }
    }
}

fn advice(request: &VolumeRequest<'_>, pair: &Pair<'_>) -> Advice {
    let (driver, parameters) = (request.driver, request.parameters);
    let row = pair.name.and_then(|name| parameters.list.get(name));
    if let Some(row) = row.filter(|row| !row.when.is_empty()) {
        let when = row.when.iter().map(ToString::to_string).collect::<Vec<_>>();
        return format!("it exists only with {}", when.join(" and ")).into();
    }
    let names = || parameters.list.iter().filter(|(_, row)| row.refused.is_none()).map(|(name, _)| name);
    if let Some(same) = names().find(|name| KeyCase::Squeezed.same(name, pair.key)) {
        return Advice::meant(same);
    }
    // What belongs elsewhere is known by its name; a similar name is a guess.
    let in_class = std::ptr::eq(parameters, &driver.class);
    if request.is_of_class() && !in_class {
        // A key may have another name in a class of this kind.
        if let Some(name) =
            misplaced_key::find(pair.key).and_then(|row| counterpart(request, &row.parameters))
        {
            return Advice::write(name);
        }
        if driver.class.find(pair.key).is_some() || request.is_file_system(pair) {
            return "it belongs to the StorageClass: set it there, for new volumes, because it cannot be changed later"
                .to_owned()
                .into();
        }
    }
    if in_class && driver.attributes.find(pair.key).is_some_and(|(_, row)| row.ignored.is_none()) {
        let of_class = misplaced_key::find(pair.key).is_some_and(|row| row.help.is_some());
        if !of_class {
            return "it belongs to a VolumeAttributesClass, which changes volumes that exist"
                .to_owned()
                .into();
        }
    }
    // The file system is what users look for by many names.
    let squeezed: String = pair.key.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let is_file_system =
        FILE_SYSTEM.contains(&squeezed.as_str()) || misspelled(&squeezed, FILE_SYSTEM).is_some();
    if is_file_system && driver.file_systems.is_some() && in_class {
        return Advice::write(driver.file_system_key);
    }
    if let Some(advice) = elsewhere(request, pair.key) {
        return advice;
    }
    let useful = parameters.list.iter().filter(|(_, row)| row.refused.is_none() && row.ignored.is_none());
    if let Some(near) = nearest(pair.key, useful.map(|(name, _)| name)) {
        return Advice::meant(near);
    }
    let other = driver::all().iter().find(|other| {
        other.name != driver.name && request.is_of_class() && other.class.find(pair.key).is_some()
    });
    match other {
        Some(other) => format!("it is a parameter of {}", other.provisioner).into(),
        None => format!("`volwright drivers {}` lists all of them", driver.name).into(),
    }
}

/// The first of these parameters that exists in a class of this kind.
fn counterpart<'p>(request: &VolumeRequest<'_>, names: &'p [String]) -> Option<&'p str> {
    let known = |name: &&String| request.parameters.list.contains_key(name);
    names.iter().find(known).map(String::as_str)
}

/// Where a key that users look for under this name belongs.
fn elsewhere(request: &VolumeRequest<'_>, key: &str) -> Option<Advice> {
    if !request.is_of_class() {
        return None;
    }
    let row = misplaced_key::find(key)?;
    let driver = request.driver;
    let Some(help) = &row.help else {
        return counterpart(request, &row.parameters).map(Advice::write);
    };
    let topology = driver.topology.as_ref().and_then(|topology| topology.keys.first());
    let disk_type = driver.disk_type.as_ref().and_then(|keys| keys.keys.first());
    let mut help = help.clone();
    for (mark, value) in [("{topology}", topology), ("{type}", disk_type)] {
        if help.contains(mark) {
            help = help.replace(mark, value?);
        }
    }
    Some(help.into())
}
