//! Built-in profiles as Rust literals: parsing one as TOML would take a sixth of the instructions of a render.

use std::fmt::Write as _;
use std::fs;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Done;

/// The files as a slice of pairs: name, and the tree of its text, as `src/profile/builtin.rs` declares it.
pub(crate) fn literal<'a>(files: impl Iterator<Item = (&'a Path, String)>) -> Done<String> {
    let mut code = String::from("&[");
    for (file, name) in files {
        let text = fs::read_to_string(file)?;
        let table = DeTable::parse(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        let (root, whole) = (table.into_inner(), 0..text.len());
        let tree =
            node(whole, &DeValue::Table(root)).map_err(|error| format!("{}: {error}", file.display()))?;
        writeln!(code, "({name:?}, {tree}),")?;
    }
    Ok(code + "]")
}

fn node(span: Range<usize>, value: &DeValue<'_>) -> Done<String> {
    let value = match value {
        DeValue::String(text) => format!("String({text:?})"),
        DeValue::Boolean(value) => format!("Bool({value})"),
        DeValue::Integer(number) => {
            format!("Integer({})", i64::from_str_radix(number.as_str(), number.radix())?)
        }
        DeValue::Array(items) => format!("Sequence(&[{}])", nodes(items.iter())?),
        DeValue::Table(table) => format!("Mapping(&[{}])", entries(table)?),
        DeValue::Float(_) | DeValue::Datetime(_) => {
            return Err(
                format!("bytes {span:?}: a value of a type that no built-in profile has had so far").into()
            );
        }
    };
    Ok(format!("BuiltIn {{ span: ({}, {}), value: BuiltInValue::{value} }}", span.start, span.end))
}

fn nodes<'a>(items: impl Iterator<Item = &'a Spanned<DeValue<'a>>>) -> Done<String> {
    let mut code = String::new();
    for item in items {
        write!(code, "{}, ", node(item.span(), item.get_ref())?)?;
    }
    Ok(code)
}

/// The entries of a table in the order of the text: the library sorts them by key.
fn entries(table: &DeTable<'_>) -> Done<String> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut code = String::new();
    for (key, value) in entries {
        let (name, span) = (key.get_ref(), key.span());
        let value = node(value.span(), value.get_ref())?;
        write!(
            code,
            "BuiltInEntry {{ key: {name:?}, span: ({}, {}), value: {value} }}, ",
            span.start, span.end
        )?;
    }
    Ok(code)
}
