//! Tables of the catalogue as Rust literals: reading them costs nothing at run time.

use std::fmt::Write as _;
use std::path::Path;

use toml::{Table, Value};

use crate::{Done, read};

/// Writes a file of the catalogue as a Rust literal.
type Literals = fn(Table) -> Done<String>;

/// The tables that become literals, by the name of their files.
pub(crate) const TABLES: [(&str, Literals); 5] = [
    ("kinds", kinds),
    ("api_versions", api_versions),
    ("machines", machines),
    ("volume_sources", volume_sources),
    ("persistent_volume_sources", volume_sources),
];

/// Writes these tables, each for the module that includes it.
pub(crate) fn write(catalog: &Path, out: &Path) -> Done<()> {
    for (name, literals) in TABLES {
        let file = catalog.join(name).with_extension("toml");
        let code = literals(read(&file)?).map_err(|error| format!("{}: {error}", file.display()))?;
        std::fs::write(out.join(name).with_extension("rs"), code)?;
    }
    Ok(())
}

fn kinds(mut file: Table) -> Done<String> {
    rows(&mut file, "kinds", "Kind", |row| {
        row.texts(&["name", "resource", "plural"])?;
        row.optional_texts(&["podTemplate", "section"])?;
        row.lists(&["apiVersions"])?;
        row.optional_lists(&["shortNames"])?;
        row.flags(&[
            ("typed", true),
            ("keepsGeneration", false),
            ("anyFinalizers", false),
            ("selector", false),
        ])?;
        row.required_flag("namespaced")?;
        row.variant("names", "Names", "Subdomain")?;
        row.rows("keys", "Key", |key| {
            key.texts(&["name"])?;
            key.optional_texts(&["path", "about"])?;
            key.optional_lists(&["values", "instead"])?;
            key.flags(&[("required", false)])?;
            key.optional_variant("value", "Form")
        })?;
        row.rows("pods", "Role", |role| {
            role.texts(&["name", "path", "about"])?;
            role.optional_texts(&["naming", "container"])?;
            role.optional_lists(&["drop", "keep", "keepInContainer"])?;
            role.variant("holds", "Part", "Template")?;
            role.pairs(&["at", "lift", "set"])?;
            role.json(&["beside", "pod"])
        })
    })
}

fn api_versions(mut file: Table) -> Done<String> {
    rows(&mut file, "versions", "ApiVersion", |row| {
        row.texts(&["kind", "api_version"])?;
        row.default_number("since")?;
        row.optional_numbers(&["deprecated", "removed"])?;
        row.flags(&[("opt_in", false)])
    })
}

fn machines(file: Table) -> Done<String> {
    let mut all = Row { fields: file, code: String::new() };
    for key in ["labels", "disks", "nodes", "restricted"] {
        all.require(key)?;
    }
    all.rows("labels", "MachineLabel", |row| {
        row.texts(&["key", "source"])?;
        row.pairs(&["machines"])
    })?;
    all.rows("disks", "Unattachable", |row| {
        row.texts(&["provisioner", "source"])?;
        row.optional_texts(&["instead"])?;
        row.lists(&["types", "machines"])?;
        row.pairs(&["least_cpus"])
    })?;
    let label = |row: &mut Row| {
        row.default_text("key")?;
        row.optional_texts(&["key_prefix", "value"])
    };
    all.rows("nodes", "NodeGroup", |row| {
        row.texts(&["name", "why", "help", "source"])?;
        row.lists(&["drivers"])?;
        row.optional_lists(&["pod_labels", "schedulers"])?;
        row.require("selectors")?;
        row.rows("selectors", "NodeLabel", label)
    })?;
    all.rows("restricted", "RestrictedDriver", |row| {
        row.texts(&["provisioner", "why", "source"])?;
        row.row("label", "NodeLabel", label)
    })?;
    Ok(format!("Machines {{ {} }}", all.finish()?))
}

fn volume_sources(mut file: Table) -> Done<String> {
    rows(&mut file, "sources", "VolumeSource", |row| {
        row.texts(&["field"])?;
        row.optional_texts(&["at", "conflict"])?;
        row.optional_lists(&["required", "filled", "absolute", "label"])?;
        row.rows("range", "Range", |range| {
            range.texts(&["field"])?;
            range.numbers(&["min", "max"])
        })?;
        row.rows("values", "Values", |values| {
            values.texts(&["field"])?;
            values.lists(&["allowed"])
        })?;
        row.rows("prefix", "Prefix", |prefix| {
            prefix.texts(&["field", "prefix", "when", "default"])?;
            prefix.optional_texts(&["equals", "differs"])
        })
    })
}

/// The only list of a file, as a slice.
fn rows(file: &mut Table, key: &str, name: &str, fields: impl Fn(&mut Row) -> Done<()>) -> Done<String> {
    let list = file.remove(key).ok_or_else(|| format!("`{key}` is missing"))?;
    let code = slice(Some(list), name, &fields)?;
    if let Some(key) = file.keys().next() {
        return Err(format!("unknown key `{key}`").into());
    }
    Ok(code)
}

fn slice(list: Option<Value>, name: &str, fields: &impl Fn(&mut Row) -> Done<()>) -> Done<String> {
    let mut code = String::from("&[");
    let list = list.unwrap_or_else(|| Value::Array(Vec::new()));
    for value in list.as_array().ok_or_else(|| format!("the list of `{name}` is not a list"))? {
        write!(code, "{}, ", literal(value, name, fields)?)?;
    }
    Ok(code + "]")
}

fn literal(value: &Value, name: &str, fields: &impl Fn(&mut Row) -> Done<()>) -> Done<String> {
    let table = value.as_table().ok_or_else(|| format!("{value:?} is not a table"))?;
    let mut row = Row { fields: table.clone(), code: String::new() };
    fields(&mut row)
        .and_then(|()| Ok(format!("{name} {{ {} }}", row.finish()?)))
        .map_err(|error| format!("{value:?}: {error}").into())
}

/// A table on its way to a literal: what is left of it, and the fields so far.
struct Row {
    fields: Table,
    code: String,
}

impl Row {
    fn field(&mut self, key: &str, code: &str) {
        let mut name = String::new();
        for letter in key.chars() {
            if letter.is_ascii_uppercase() {
                name.push('_');
            }
            name.push(letter.to_ascii_lowercase());
        }
        self.code += &format!("{name}: {code}, ");
    }

    fn take_text(&mut self, key: &str) -> Done<Option<String>> {
        match self.fields.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("`{key}` must be text").into()),
        }
    }

    fn texts(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            self.require(key)?;
            self.default_text(key)?;
        }
        Ok(())
    }

    /// A text, empty if missing.
    fn default_text(&mut self, key: &str) -> Done<()> {
        let text = self.take_text(key)?.unwrap_or_default();
        self.field(key, &format!("{text:?}"));
        Ok(())
    }

    fn optional_texts(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let text = self.take_text(key)?;
            self.field(key, &format!("{text:?}"));
        }
        Ok(())
    }

    fn lists(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            self.require(key)?;
        }
        self.optional_lists(keys)
    }

    fn optional_lists(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let list = self.fields.remove(*key).unwrap_or_else(|| Value::Array(Vec::new()));
            let texts: Option<Vec<_>> =
                list.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
            let texts = texts.ok_or_else(|| format!("`{key}` must be a list of texts"))?;
            self.field(key, &format!("&{texts:?}"));
        }
        Ok(())
    }

    fn require(&self, key: &str) -> Done<()> {
        if self.fields.contains_key(key) { Ok(()) } else { Err(format!("`{key}` is missing").into()) }
    }

    fn flags(&mut self, keys: &[(&str, bool)]) -> Done<()> {
        for (key, default) in keys {
            let value = self.fields.remove(*key).unwrap_or(Value::Boolean(*default));
            self.field(
                key,
                &value.as_bool().ok_or_else(|| format!("`{key}` must be true or false"))?.to_string(),
            );
        }
        Ok(())
    }

    fn required_flag(&mut self, key: &str) -> Done<()> {
        self.require(key)?;
        self.flags(&[(key, false)])
    }

    fn numbers(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            self.require(key)?;
            self.default_number(key)?;
        }
        Ok(())
    }

    /// A number, 0 if missing.
    fn default_number(&mut self, key: &str) -> Done<()> {
        let value = self.fields.remove(key).unwrap_or(Value::Integer(0));
        self.field(key, &value.as_integer().ok_or_else(|| format!("`{key}` must be a number"))?.to_string());
        Ok(())
    }

    fn optional_numbers(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let number = self
                .fields
                .remove(*key)
                .map(|value| value.as_integer().ok_or(format!("`{key}` must be a number")));
            let number = number.transpose()?;
            self.field(key, &format!("{number:?}"));
        }
        Ok(())
    }

    /// Tables of texts or numbers, as pairs in the order of their keys.
    fn pairs(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let table = self.fields.remove(*key).unwrap_or_else(|| Table::new().into());
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

    /// Tables of any values, as JSON; empty if missing.
    fn json(&mut self, keys: &[&str]) -> Done<()> {
        for key in keys {
            let text = self.fields.remove(*key).map(|value| serde_json::to_string(&value)).transpose()?;
            self.field(key, &format!("{:?}", text.unwrap_or_default()));
        }
        Ok(())
    }

    fn optional_variant(&mut self, key: &str, name: &str) -> Done<()> {
        let variant = self.take_text(key)?.map(|text| format!("Some({name}::{})", capitalised(&text)));
        self.field(key, variant.as_deref().unwrap_or("None"));
        Ok(())
    }

    fn variant(&mut self, key: &str, name: &str, default: &str) -> Done<()> {
        let variant = self.take_text(key)?.map_or_else(|| default.to_owned(), |text| capitalised(&text));
        self.field(key, &format!("{name}::{variant}"));
        Ok(())
    }

    fn row(&mut self, key: &str, name: &str, fields: impl Fn(&mut Self) -> Done<()>) -> Done<()> {
        self.require(key)?;
        let value = self.fields.remove(key).unwrap_or_else(|| Table::new().into());
        let code = literal(&value, name, &fields)?;
        self.field(key, &code);
        Ok(())
    }

    fn rows(&mut self, key: &str, name: &str, fields: impl Fn(&mut Self) -> Done<()>) -> Done<()> {
        let list = self.fields.remove(key);
        let code = slice(list, name, &fields)?;
        self.field(key, &code);
        Ok(())
    }

    /// The fields; a key that is left is an error.
    fn finish(self) -> Done<String> {
        match self.fields.keys().next() {
            Some(key) => Err(format!("unknown key `{key}`").into()),
            None => Ok(self.code),
        }
    }
}

/// The name of a variant: `claimTemplates` is `ClaimTemplates`.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
