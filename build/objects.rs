//! Code that reads checked trees into the API's types, field by field, from the table of fields.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::Done;
use crate::fields::{Types, short_name};

/// The code for the types `kinds` and all that they consist of.
pub(crate) fn write<'t>(types: &Types<'t>, kinds: &[&'t str]) -> Done<String> {
    let (mut waiting, mut known) = (kinds.to_vec(), BTreeSet::new());
    let mut code = String::new();
    while let Some(name) = waiting.pop() {
        if !known.insert(name) {
            continue;
        }
        // The types are those of the newest version.
        let fields = types.get(name).ok_or_else(|| format!("no type `{name}`"))?;
        let fields = || fields.iter().filter(|field| field.until.is_none());
        // What a whole object is has been checked before, and its type has no fields for it. No rule reads a status, or a field
        // that may be anything.
        let is_whole =
            ["apiVersion", "kind", "metadata"].iter().all(|name| fields().any(|field| field.name == *name));
        writeln!(code, "object!({} {{", short_name(name))?;
        for field in fields() {
            let is_known = is_whole && ["apiVersion", "kind", "status"].contains(&field.name);
            if !is_known && field.shape != "any" {
                writeln!(code, "    {:?} => {},", field.name, identifier(field.name))?;
                let kind = field.shape.trim_start_matches(['[', ']', '{', '}']);
                waiting.extend(types.get_key_value(kind).map(|(kind, _)| *kind));
            }
        }
        writeln!(code, "}});")?;
    }
    Ok(code)
}

/// The name of a field in Rust, as k8s-openapi makes it: `hostIPC` is `host_ipc`, `podIPs` is `pod_ips`.
fn identifier(field: &str) -> String {
    let letters: Vec<char> = field.chars().collect();
    let mut name = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let is_small = |at: usize| letters.get(at).is_some_and(|letter| !letter.is_ascii_uppercase());
        let is_plural = letters.get(at + 1) == Some(&'s') && at + 2 == letters.len();
        let begins_word = is_small(at.wrapping_sub(1)) || (is_small(at + 1) && !is_plural);
        if letter.is_ascii_uppercase() && at > 0 && begins_word {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    // Words of the language.
    if ["type", "ref", "continue", "enum", "as"].contains(&field) { name + "_" } else { name }
}
