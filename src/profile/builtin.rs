//! The built-in profiles, embedded from `profiles/`.

use crate::embedded::PROFILES;
use crate::error::Error;
use crate::nearest::nearest;

/// The names of the built-in profiles, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(name, _)| *name)
}

/// The text of a built-in profile.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The built-in profile that a part of a layer is for: by its name, or by the name of its driver.
#[must_use]
pub fn base(name: &str) -> Option<&'static str> {
    let line = format!("driver = \"{name}\"");
    names()
        .find(|known| *known == name || text(known).is_some_and(|text| text.lines().any(|own| own == line)))
}

/// The summary of a built-in profile: the first line of its text, which is a comment.
#[must_use]
pub fn summary(name: &str) -> &'static str {
    let first = text(name).and_then(|text| text.lines().next()).unwrap_or_default();
    first.trim_start_matches('#').trim()
}

/// The usage error for a name that is neither built in nor a file.
#[must_use]
pub fn unknown(name: &str) -> Error {
    Error::usage(format!("unknown profile `{name}`: it is neither built in nor a file"), choices(name))
}

/// The profiles to choose from instead of `name`.
#[must_use]
pub fn choices(name: &str) -> String {
    let list: Vec<String> = names().map(|name| format!("`{name}`")).collect();
    let list = list.join(", ");
    match nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`? the built-in profiles are {list}"),
        None => format!("the built-in profiles are {list}; any other profile is the path of a TOML file"),
    }
}
