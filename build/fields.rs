//! The table of fields as Rust literals: reading it costs nothing at run time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::Done;
use crate::row::variant;

/// A line of the table.
pub(crate) struct Field<'t> {
    pub(crate) name: &'t str,
    /// `[]` for a list and `{}` for a map of what follows, which is a scalar or the name of a type.
    pub(crate) shape: &'t str,
    since: u8,
    /// The last minor version that has the field, if the newest one has not.
    pub(crate) until: Option<u8>,
    kept_since: u8,
}

/// The fields of each type, by its name.
pub(crate) type Types<'t> = BTreeMap<&'t str, Vec<Field<'t>>>;

/// Reads the table: a paragraph that tells what it is, then one for each type.
pub(crate) fn types(text: &str) -> Done<Types<'_>> {
    let mut types = Types::new();
    for paragraph in text.split("\n\n").skip(1) {
        let (name, lines) = paragraph.split_once('\n').unwrap_or((paragraph, ""));
        let fields: Done<Vec<_>> = lines.lines().map(|line| field(line.trim())).collect();
        types.insert(name.trim(), fields.map_err(|error| format!("{name}: {error}"))?);
    }
    // No field ends with the newest version.
    let newest = types.values().flatten().filter_map(|field| field.until).max();
    types.values_mut().flatten().filter(|field| field.until == newest).for_each(|field| field.until = None);
    Ok(types)
}

fn field(line: &str) -> Done<Field<'_>> {
    let mut words = line.split(' ');
    let (Some(name), Some(shape)) = (words.next(), words.next()) else {
        return Err(format!("`{line}` has no shape").into());
    };
    let mut field = Field { name, shape, since: 0, until: None, kept_since: 0 };
    for word in words {
        if let Some(version) = word.strip_prefix("kept:") {
            field.kept_since = if version == "never" { u8::MAX } else { version.parse()? };
        } else {
            let (first, last) = word.split_once('-').ok_or_else(|| format!("`{word}` is not a range"))?;
            (field.since, field.until) = (first.parse()?, Some(last.parse()?));
        }
    }
    Ok(field)
}

/// The types as a literal for `document::fields`, and how many places for a field they have: the first one of an object, and that
/// behind each field.
pub(crate) fn literal(types: &Types<'_>) -> Done<(String, usize)> {
    let positions: BTreeMap<&str, usize> = types.keys().enumerate().map(|(at, name)| (*name, at)).collect();
    let mut code = String::from("[\n");
    let mut places = 0;
    for (name, fields) in types {
        let short_name = short_name(name);
        let has_namesakes = types.keys().any(|other| other != name && self::short_name(other) == short_name);
        write!(code, "Type {{ name: {name:?}, short_name: {short_name:?}, has_namesakes: {has_namesakes}, ")?;
        write!(code, "behind: {places}, fields: &[")?;
        places += 1 + fields.len();
        for Field { name, shape, since, until, kept_since } in fields {
            let (shape, until) = (self::shape(shape, &positions)?, until.unwrap_or(u8::MAX));
            write!(code, "Field {{ name: {name:?}, shape: {shape}, since: {since}, until: {until}, ")?;
            write!(code, "kept_since: {kept_since} }}, ")?;
        }
        writeln!(code, "] }},")?;
    }
    Ok((code + "]", places))
}

/// The name of a type without group and version.
pub(crate) fn short_name(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn shape(shape: &str, positions: &BTreeMap<&str, usize>) -> Done<String> {
    if let Some(item) = shape.strip_prefix("[]") {
        return Ok(format!("Shape::List(&{})", self::shape(item, positions)?));
    }
    if let Some(item) = shape.strip_prefix("{}") {
        return Ok(format!("Shape::Map(&{})", self::shape(item, positions)?));
    }
    Ok(match shape {
        "float64" => variant("Shape", "float"),
        "string" | "bool" | "int32" | "int64" | "quantity" | "intOrString" | "time" | "bytes" | "any" => {
            variant("Shape", shape)
        }
        name => match positions.get(name) {
            Some(at) => format!("Shape::Object(&ALL[{at}])"),
            None => return Err(format!("no type `{name}`").into()),
        },
    })
}
