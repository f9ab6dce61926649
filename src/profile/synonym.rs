//! Help for unknown keys: the nearest keys, the keys of other tables, and words that users try.

use super::schema::{Section, Table};
use super::sections;
use crate::nearest::nearest;

/// Words that users try, and the key to set instead.
const WORDS: [(&str, &str, &str); 24] = [
    ("shm", "sharedMemory", "`sharedMemory = \"16Gi\"`"),
    ("shmSize", "sharedMemory", "`sharedMemory = \"16Gi\"`"),
    ("dshm", "sharedMemory", "`sharedMemory = \"16Gi\"`"),
    ("gpu", "gpus", "`gpus = 1`"),
    ("accelerators", "gpus", "`gpus = 1`"),
    ("cpu", "resources", "`resources = { requests = { cpu = \"4\" } }`"),
    ("cpus", "resources", "`resources = { requests = { cpu = \"4\" } }`"),
    (
        "memory",
        "resources",
        "`resources = { requests = { memory = \"8Gi\" }, limits = { memory = \"8Gi\" } }`",
    ),
    ("requests", "resources", "`resources = { requests = { … } }`"),
    ("limits", "resources", "`resources = { limits = { … } }`"),
    ("volumeMounts", "mounts", "`mounts = [{ claim = \"data\", mountPath = \"/data\" }]`"),
    (
        "volumes",
        "mounts",
        "`mounts = [{ claim = \"data\", mountPath = \"/data\" }]`; any other volume goes in `podSpec` or `spec`",
    ),
    ("environment", "env", "`env = { NAME = \"value\" }`"),
    ("containers", "containerSpec", "`spec.containers`, or `podSpec.containers` of a template"),
    ("serviceAccount", "serviceAccountName", "`serviceAccountName`"),
    ("sa", "serviceAccountName", "`serviceAccountName`"),
    ("capacity", "size", "`size = \"100Gi\"`"),
    ("storage", "size", "`size = \"100Gi\"`"),
    (
        "storageClassName",
        "storageClass",
        "`storageClass = \"standard\"`, or `{ existing = \"NAME\" }` for a class of the cluster",
    ),
    ("class", "storageClass", "`storageClass = \"standard\"`"),
    ("mode", "accessModes", "`accessModes = [\"ReadWriteOnce\"]`"),
    ("accessMode", "accessModes", "`accessModes = [\"ReadWriteOnce\"]`"),
    ("expandable", "allowVolumeExpansion", "`allowVolumeExpansion = true`"),
    ("fstype", "fsType", "`fsType = \"ext4\"`"),
];

/// What to write instead of an unknown key.
pub(super) fn help(key: &str, table: &'static Table) -> String {
    let known = |name: &str| table.key(name).is_some();
    if let Some(instead) = word(key, table) {
        return format!("write {instead}");
    }
    if let Some(near) = near(key, table) {
        return format!("did you mean `{near}`?");
    }
    let names: Vec<&str> = table.keys().map(|key| key.name).collect();
    let sections: Vec<String> = sections::sections()
        .iter()
        .filter(|section| !std::ptr::eq(section.table, table) && section.table.key(key).is_some())
        .map(|section| format!("`{}`", section.name))
        .collect();
    if !sections.is_empty() && sections.len() < sections::sections().len() / 2 {
        return format!("`{key}` is a key of {}", sections.join(", "));
    }
    let rest = if known("spec") { "; a field of the API that has no key goes under `spec`" } else { "" };
    if names.len() <= 8 {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        return format!("valid keys: {}{rest}", names.join(", "));
    }
    let similar = similar(key, &names);
    format!("similar keys: {similar}; `volwright explain` lists all keys{rest}")
}

/// The key that is probably meant, if the unknown one only has to be renamed.
pub(super) fn near(key: &str, table: &'static Table) -> Option<&'static str> {
    if word(key, table).is_some() {
        return None;
    }
    section(key, table).or_else(|| nearest(key, table.keys().map(|key| key.name)))
}

/// What to write instead of a word that users try.
fn word(key: &str, table: &Table) -> Option<&'static str> {
    let row =
        WORDS.iter().find(|(word, target, _)| word.eq_ignore_ascii_case(key) && table.key(target).is_some());
    row.map(|(.., instead)| *instead)
}

/// The section of the kind that kubectl knows by the name `key`: `claims` for `persistentVolumeClaims` and `pvc`.
fn section(key: &str, table: &Table) -> Option<&'static str> {
    let key = key.to_lowercase();
    let singular = key.strip_suffix('s').unwrap_or(&key);
    let named = |section: &&Section| {
        let kind = section.kind;
        kind.name.eq_ignore_ascii_case(&key)
            || kind.plural == key
            || kind.short_names.iter().any(|short| *short == key || *short == singular)
    };
    sections::sections()
        .iter()
        .find(named)
        .map(|section| section.name)
        .filter(|name| table.key(name).is_some())
}

/// The three most similar names.
fn similar(key: &str, names: &[&str]) -> String {
    let small = key.to_lowercase();
    let mut ranked: Vec<(usize, &str)> =
        names.iter().map(|name| (strsim::damerau_levenshtein(&small, &name.to_lowercase()), *name)).collect();
    ranked.sort();
    ranked.iter().take(3).map(|(_, name)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
