//! How the catalogue writes conditions: one key says what is tested, and for a value others say how.

use crate::Done;
use crate::driver::pattern_literal;
use crate::row::{Row, literal, variant};

/// The keys that say what is tested.
const SUBJECTS: [&str; 16] = [
    "key",
    "option",
    "field",
    "label",
    "of",
    "any_parameter",
    "types",
    "not_types",
    "file_systems",
    "volume_mode",
    "size_below",
    "size_from",
    "size_above_key",
    "from_source",
    "from_clone",
    "read_only",
];

pub(crate) fn condition(row: &mut Row) -> Done<()> {
    let mut found = SUBJECTS.into_iter().filter(|key| row.has(key));
    let subject = found.next().ok_or("the condition tests nothing")?;
    if found.next().is_some() {
        return Err("a condition tests one thing; write two conditions".into());
    }
    match subject {
        "key" => {
            for form in ["from_attributes_class", "differs_from_source"] {
                if row.take_flag(form, false)? {
                    return text(row, subject, &form.replace('_', "-"));
                }
            }
            row.is("parameter");
            row.texts(&["key"])?;
            let exact = row.take_flag("exact_key", false)?;
            row.field("exact", &exact.to_string());
            tests(row)
        }
        "option" => {
            row.is("mount-option");
            row.texts(&["option"])?;
            tests(row)
        }
        "field" => {
            row.is("field");
            row.required_variant("field", "Field")?;
            tests(row)
        }
        "label" => {
            row.is("label");
            row.texts(&["label"])?;
            let is = row.take_list("is")?;
            let [is] = &is[..] else { return Err("a condition on a label needs one value".into()) };
            row.field("is", &format!("{is:?}"));
            Ok(())
        }
        "of" => {
            let keys = row.take_list("of")?;
            let (form, number) =
                if row.has("filled_above") { ("filled-above", "above") } else { ("filled-below", "below") };
            let limit = row.take_number(&form.replace('-', "_"))?;
            let limit = limit.ok_or("`of` needs one of `filled_above` and `filled_below`")?;
            row.is(form);
            row.field("keys", &format!("&{keys:?}"));
            row.field(number, &limit.to_string());
            Ok(())
        }
        "types" | "not_types" => {
            row.is(if subject == "types" { "disk-type" } else { "other-disk-type" });
            let list = row.take_list(subject)?;
            let any_case = row.take_flag("any_case", false)?;
            row.value(words(&list, any_case, None));
            Ok(())
        }
        "file_systems" => {
            row.is("file-system");
            let list = row.take_list(subject)?;
            row.value(format!("&{list:?}"));
            Ok(())
        }
        "volume_mode" | "size_above_key" => text(row, subject, &subject.replace('_', "-")),
        "size_below" | "size_from" => {
            row.is(&subject.replace('_', "-"));
            let size = row.take_number(subject)?.unwrap_or_default();
            row.value(size.to_string());
            Ok(())
        }
        _ => {
            row.is(&subject.replace('_', "-"));
            let flag = row.take_flag(subject, false)?;
            row.value(flag.to_string());
            Ok(())
        }
    }
}

/// A variant that holds a text.
fn text(row: &mut Row, key: &str, form: &str) -> Done<()> {
    row.is(form);
    let text = row.take_text(key)?.unwrap_or_default();
    row.value(format!("{text:?}"));
    Ok(())
}

fn words(list: &[String], any_case: bool, default: Option<&str>) -> String {
    format!("Words {{ list: &{list:?}, any_case: {any_case}, default: {default:?} }}")
}

/// The tests of a value, at least one.
fn tests(row: &mut Row) -> Done<()> {
    let (any_case, default) = (row.take_flag("any_case", false)?, row.take_text("default")?);
    let mut tests = Vec::new();
    let mut test = |key: &str, value: String| {
        tests.push(format!("{}({value})", variant("Test", &key.replace('_', "-"))));
    };
    for key in ["given", "filled"] {
        if row.has(key) {
            test(key, row.take_flag(key, false)?.to_string());
        }
    }
    for key in ["is", "not"] {
        let list = row.take_list(key)?;
        if !list.is_empty() {
            test(key, words(&list, any_case, default.as_deref()));
        }
    }
    for key in ["matches", "mismatches"] {
        if let Some(pattern) = pattern_literal(row, key)? {
            test(key, pattern);
        }
    }
    for key in ["above", "below"] {
        if let Some(number) = row.take_number(key)? {
            test(key, number.to_string());
        }
    }
    if let Some(value) = row.take("above_each") {
        let each = literal(value, "AboveEach", |row| {
            row.texts(&["key"])?;
            row.require("each")?;
            row.default_floats(&["each"])?;
            row.numbers(&["least"])
        });
        test("above_each", each?);
    }
    for key in ["not_above", "above_mebibytes_of", "above_quantity_of"] {
        if let Some(other) = row.take_text(key)? {
            test(key, format!("{other:?}"));
        }
    }
    if let Some(field) = row.take_text("not_part_of")? {
        test("not_part_of", variant("Field", &field));
    }
    if row.has("boolean") {
        test("boolean", row.take_flag("boolean", false)?.to_string());
    }
    if tests.is_empty() {
        return Err("the condition tests no value".into());
    }
    row.field("tests", &format!("&[{}]", tests.join(", ")));
    Ok(())
}
