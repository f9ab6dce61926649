//! Tables of the catalogue as Rust literals: reading them costs nothing at run time.

use std::path::Path;

use toml::Table;

use crate::row::{Row, literal, slice};
use crate::{Done, read};

/// Writes a file of the catalogue as a Rust literal.
type Literals = fn(Table) -> Done<String>;

/// The tables that become literals, by the name of their files.
pub(crate) const TABLES: [(&str, Literals); 9] = [
    ("kinds", kinds),
    ("api_versions", api_versions),
    ("machines", machines),
    ("volume_sources", volume_sources),
    ("persistent_volume_sources", volume_sources),
    ("accelerators", accelerators),
    ("data_directories", data_directories),
    ("sidecar_volumes", sidecar_volumes),
    ("other_drivers", other_drivers),
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
        row.default_number("since", 0)?;
        row.optional_numbers(&["deprecated", "removed"])?;
        row.flags(&[("opt_in", false)])
    })
}

fn machines(file: Table) -> Done<String> {
    literal(file.into(), "Machines", |all| {
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
        })
    })
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

fn accelerators(file: Table) -> Done<String> {
    literal(file.into(), "Accelerators", |all| {
        all.require("accelerators")?;
        all.rows("accelerators", "Accelerator", |row| row.texts(&["vendor", "resource", "taint", "source"]))?;
        all.require("untainted")?;
        all.rows("untainted", "Untainted", |row| row.texts(&["key_prefix", "source"]))
    })
}

fn data_directories(mut file: Table) -> Done<String> {
    rows(&mut file, "databases", "Database", |row| {
        row.texts(&["image", "directory", "source"])?;
        row.optional_texts(&["variable", "argument"])?;
        row.optional_numbers(&["until"])
    })
}

fn sidecar_volumes(mut file: Table) -> Done<String> {
    rows(&mut file, "volumes", "SidecarVolume", |row| row.texts(&["name", "source"]))
}

fn other_drivers(file: Table) -> Done<String> {
    literal(file.into(), "Others", |row| row.lists(&["names"]))
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
