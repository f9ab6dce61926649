//! Built-in profiles as Rust literals: parsing one as TOML would take a sixth of the instructions of a render.

use std::fmt::Write as _;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::Done;

/// A text as a `BuiltIn` of `src/profile/builtin.rs`.
pub(crate) fn literal(text: &str) -> Done<String> {
    node(0..text.len(), &DeValue::Table(DeTable::parse(text)?.into_inner()))
}

fn node(span: Range<usize>, value: &DeValue<'_>) -> Done<String> {
    let value = match value {
        DeValue::String(text) => format!("String({text:?})"),
        DeValue::Boolean(value) => format!("Bool({value})"),
        DeValue::Integer(number) => {
            format!("Integer({})", i64::from_str_radix(number.as_str(), number.radix())?)
        }
        DeValue::Array(items) => {
            let items: Done<Vec<_>> = items.iter().map(|item| node(item.span(), item.get_ref())).collect();
            format!("Sequence(&[{}])", items?.join(", "))
        }
        DeValue::Table(table) => format!("Mapping(&[{}])", entries(table)?),
        DeValue::Float(_) | DeValue::Datetime(_) => {
            return Err(
                format!("bytes {span:?}: a value of a type that no built-in profile has had so far").into()
            );
        }
    };
    Ok(format!("BuiltIn {{ span: ({}, {}), value: BuiltInValue::{value} }}", span.start, span.end))
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
