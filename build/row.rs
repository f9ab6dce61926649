//! Tables of TOML on their way to Rust literals.

use std::fmt::{Debug, Write as _};

use toml::{Table, Value};

use crate::Done;

/// A table on its way to a literal: its name, what is left of it, and the fields so far.
pub(crate) struct Row {
    name: String,
    fields: Table,
    code: String,
    /// The value of a variant that holds one without a name.
    value: Option<String>,
}

/// A table as a literal of the type `name`; `fields` takes every key that the type knows.
pub(crate) fn literal(value: Value, name: &str, fields: impl Fn(&mut Row) -> Done<()>) -> Done<String> {
    let Value::Table(table) = value else { return Err(format!("{name}: {value:?} is not a table").into()) };
    let own = ["name", "key", "provisioner"].into_iter().find_map(|key| table.get(key)?.as_str());
    let about = own.map_or_else(|| name.to_owned(), |own| format!("{name} `{own}`"));
    let mut row = Row { name: name.to_owned(), fields: table, code: String::new(), value: None };
    fields(&mut row).and_then(|()| row.finish()).map_err(|error| format!("{about}: {error}").into())
}

/// A list of tables as a slice; empty if missing.
pub(crate) fn slice(list: Option<Value>, name: &str, fields: impl Fn(&mut Row) -> Done<()>) -> Done<String> {
    let mut code = String::from("&[");
    let Value::Array(list) = list.unwrap_or_else(|| Value::Array(Vec::new())) else {
        return Err(format!("the list of `{name}` is not a list").into());
    };
    for value in list {
        write!(code, "{}, ", literal(value, name, &fields)?)?;
    }
    Ok(code + "]")
}

/// The variant of an enumeration: `claimTemplates` and `claim-templates` are `ClaimTemplates`.
pub(crate) fn variant(name: &str, text: &str) -> String {
    let words = text.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    });
    format!("{name}::{}", words.collect::<String>())
}

impl Row {
    /// Writes a field.
    pub(crate) fn field(&mut self, key: &str, code: &str) {
        let mut name = String::new();
        for letter in key.chars() {
            if letter.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        self.code += &format!("{name}: {code}, ");
    }

    /// Writes the value of a variant that holds one without a name.
    pub(crate) fn value(&mut self, code: String) {
        self.value = Some(code);
    }

    /// Makes the literal this variant of its type.
    pub(crate) fn is(&mut self, text: &str) {
        self.name = variant(&self.name, text);
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.fields.contains_key(key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        self.fields.get(key)
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<Value> {
        self.fields.remove(key)
    }

    pub(crate) fn require(&self, key: &str) -> Done<()> {
        if self.has(key) { Ok(()) } else { Err(format!("`{key}` is missing").into()) }
    }

    /// What is missing does not pass.
    pub(crate) fn take_required(&mut self, key: &str) -> Done<Value> {
        self.take(key).ok_or_else(|| format!("`{key}` is missing").into())
    }

    pub(crate) fn take_text(&mut self, key: &str) -> Done<Option<String>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{key}` must be text").into()),
        }
    }

    /// A list of texts; empty if missing.
    pub(crate) fn take_list(&mut self, key: &str) -> Done<Vec<String>> {
        let list = self.take(key).unwrap_or_else(|| Value::Array(Vec::new()));
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let texts = list.as_array().and_then(|list| list.iter().map(text).collect());
        texts.ok_or_else(|| format!("`{key}` must be a list of texts").into())
    }

    pub(crate) fn take_flag(&mut self, key: &str, default: bool) -> Done<bool> {
        let value = self.take(key).unwrap_or(Value::Boolean(default));
        value.as_bool().ok_or_else(|| format!("`{key}` must be true or false").into())
    }

    pub(crate) fn take_number(&mut self, key: &str) -> Done<Option<i64>> {
        let number = |value: Value| value.as_integer().ok_or_else(|| format!("`{key}` must be a number"));
        Ok(self.take(key).map(number).transpose()?)
    }

    /// A number that may have a fraction.
    fn take_float(&mut self, key: &str) -> Done<Option<f64>> {
        match self.take(key) {
            None => Ok(None),
            Some(Value::Float(number)) => Ok(Some(number)),
            Some(Value::Integer(number)) => Ok(Some(number as f64)),
            Some(_) => Err(format!("`{key}` must be a number").into()),
        }
    }

    pub(crate) fn texts(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            self.require(key)?;
            self.default_text(key)?;
        }
        Ok(())
    }

    /// A text, empty if missing.
    pub(crate) fn default_text(&mut self, key: &str) -> Done<()> {
        let text = self.take_text(key)?.unwrap_or_default();
        self.field(key, &format!("{text:?}"));
        Ok(())
    }

    /// Values that may be missing; `take` reads one.
    fn optional<T: Debug>(
        &mut self,
        keys: &[&str],
        take: impl Fn(&mut Self, &str) -> Done<Option<T>>,
    ) -> Done<()> {
        for key in keys {
            let value = take(self, key)?;
            self.field(key, &format!("{value:?}"));
        }
        Ok(())
    }

    pub(crate) fn optional_texts(&mut self, keys: &[&str]) -> Done<()> {
        self.optional(keys, Self::take_text)
    }

    pub(crate) fn lists(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            self.require(key)?;
        }
        self.optional_lists(keys)
    }

    pub(crate) fn optional_lists(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let texts = self.take_list(key)?;
            self.field(key, &format!("&{texts:?}"));
        }
        Ok(())
    }

    /// Flags with what they are if missing.
    pub(crate) fn flags(&mut self, keys: &[(&str, bool)]) -> Done<()> {
        for (key, default) in keys {
            let flag = self.take_flag(key, *default)?;
            self.field(key, &flag.to_string());
        }
        Ok(())
    }

    /// Flags that are false if missing.
    pub(crate) fn marks(&mut self, keys: &[&str]) -> Done<()> {
        keys.iter().try_for_each(|key| self.flags(&[(key, false)]))
    }

    pub(crate) fn required_flag(&mut self, key: &str) -> Done<()> {
        self.require(key)?;
        self.marks(&[key])
    }

    pub(crate) fn numbers(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            self.require(key)?;
            self.default_number(key, 0)?;
        }
        Ok(())
    }

    pub(crate) fn default_number(&mut self, key: &str, default: i64) -> Done<()> {
        let number = self.take_number(key)?.unwrap_or(default);
        self.field(key, &number.to_string());
        Ok(())
    }

    pub(crate) fn optional_numbers(&mut self, keys: &[&str]) -> Done<()> {
        self.optional(keys, Self::take_number)
    }

    /// Numbers with a fraction, 0 if missing.
    pub(crate) fn default_floats(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let number = self.take_float(key)?.unwrap_or_default();
            self.field(key, &format!("{number:?}"));
        }
        Ok(())
    }

    pub(crate) fn optional_floats(&mut self, keys: &[&str]) -> Done<()> {
        self.optional(keys, Self::take_float)
    }

    /// A list of numbers; empty if missing.
    pub(crate) fn number_list(&mut self, key: &str) -> Done<()> {
        let list = self.take(key).unwrap_or_else(|| Value::Array(Vec::new()));
        self.field(key, &format!("&{}", numbers(&list).ok_or_else(|| format!("`{key}` must be numbers"))?));
        Ok(())
    }

    /// Exactly so many numbers as the type says.
    pub(crate) fn array(&mut self, key: &str) -> Done<()> {
        let list = self.take_required(key)?;
        self.field(key, &numbers(&list).ok_or_else(|| format!("`{key}` must be numbers"))?);
        Ok(())
    }

    /// A list of pairs of numbers; empty if missing.
    pub(crate) fn number_pairs(&mut self, key: &str) -> Done<()> {
        let list = self.take(key).unwrap_or_else(|| Value::Array(Vec::new()));
        let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
            Some([Value::Integer(left), Value::Integer(right)]) => Some((*left, *right)),
            _ => None,
        };
        let pairs: Option<Vec<_>> = list.as_array().and_then(|list| list.iter().map(pair).collect());
        self.field(key, &format!("&{:?}", pairs.ok_or_else(|| format!("`{key}` must be pairs of numbers"))?));
        Ok(())
    }

    /// Tables of texts or numbers, as pairs in the order of their keys.
    pub(crate) fn pairs(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let table = self.take(key).unwrap_or_else(|| Table::new().into());
            let mut pairs = Vec::new();
            for (name, value) in table.as_table().ok_or_else(|| format!("`{key}` must be a table"))? {
                pairs.push(match value {
                    Value::String(text) => format!("({name:?}, {text:?})"),
                    Value::Integer(number) => format!("({name:?}, {number})"),
                    _ => return Err(format!("`{key}.{name}` must be text or a number").into()),
                });
            }
            pairs.sort();
            self.field(key, &format!("&[{}]", pairs.join(", ")));
        }
        Ok(())
    }

    /// A table of any rows as a `Map`; empty if missing.
    pub(crate) fn map(&mut self, key: &str, row: impl Fn(Value) -> Done<String>) -> Done<()> {
        let Value::Table(table) = self.take(key).unwrap_or_else(|| Table::new().into()) else {
            return Err(format!("`{key}` must be a table").into());
        };
        let mut rows: Vec<_> = table.into_iter().collect();
        rows.sort_by(|left, right| left.0.cmp(&right.0));
        let mut code = String::from("Map(&[");
        for (name, value) in rows {
            let row = row(value).map_err(|error| format!("`{key}.{name}`: {error}"))?;
            write!(code, "({name:?}, {row}), ")?;
        }
        self.field(key, &(code + "])"));
        Ok(())
    }

    /// Tables of any values, as JSON; empty if missing.
    pub(crate) fn json(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let text = self.take(key).map(|value| serde_json::to_string(&value)).transpose()?;
            self.field(key, &format!("{:?}", text.unwrap_or_default()));
        }
        Ok(())
    }

    pub(crate) fn optional_variant(&mut self, key: &str, name: &str) -> Done<()> {
        let variant = self.take_text(key)?.map(|text| format!("Some({})", variant(name, &text)));
        self.field(key, variant.as_deref().unwrap_or("None"));
        Ok(())
    }

    pub(crate) fn required_variant(&mut self, key: &str, name: &str) -> Done<()> {
        self.require(key)?;
        self.variant(key, name, "")
    }

    pub(crate) fn variant(&mut self, key: &str, name: &str, default: &str) -> Done<()> {
        let text = self.take_text(key)?.unwrap_or_else(|| default.to_owned());
        self.field(key, &variant(name, &text));
        Ok(())
    }

    pub(crate) fn row(&mut self, key: &str, name: &str, fields: impl Fn(&mut Self) -> Done<()>) -> Done<()> {
        let value = self.take_required(key)?;
        self.field(key, &literal(value, name, fields)?);
        Ok(())
    }

    pub(crate) fn optional_row(
        &mut self,
        key: &str,
        name: &str,
        fields: impl Fn(&mut Self) -> Done<()>,
    ) -> Done<()> {
        let code = self.take(key).map(|value| literal(value, name, fields)).transpose()?;
        self.field(key, &code.map_or_else(|| "None".to_owned(), |code| format!("Some({code})")));
        Ok(())
    }

    /// A row; an empty one if missing.
    pub(crate) fn default_row(
        &mut self,
        key: &str,
        name: &str,
        fields: impl Fn(&mut Self) -> Done<()>,
    ) -> Done<()> {
        let value = self.take(key).unwrap_or_else(|| Table::new().into());
        self.field(key, &literal(value, name, fields)?);
        Ok(())
    }

    pub(crate) fn rows(&mut self, key: &str, name: &str, fields: impl Fn(&mut Self) -> Done<()>) -> Done<()> {
        let list = self.take(key);
        let code = slice(list, name, &fields)?;
        self.field(key, &code);
        Ok(())
    }

    /// The literal; a key that is left is an error.
    fn finish(self) -> Done<String> {
        match self.fields.keys().next() {
            Some(key) => Err(format!("unknown key `{key}`").into()),
            None => Ok(match self.value {
                Some(value) => format!("{}({value})", self.name),
                None => format!("{} {{ {} }}", self.name, self.code),
            }),
        }
    }

    /// What is left is the value of the variant.
    pub(crate) fn inner(&mut self, name: &str, fields: impl Fn(&mut Self) -> Done<()>) -> Done<()> {
        let rest = std::mem::take(&mut self.fields);
        self.value = Some(literal(rest.into(), name, fields)?);
        Ok(())
    }
}

fn numbers(list: &Value) -> Option<String> {
    let numbers = list.as_array()?.iter().map(Value::as_integer).collect::<Option<Vec<_>>>()?;
    Some(format!("{numbers:?}"))
}
