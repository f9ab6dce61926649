//! What a live object has in addition to what was applied: data in `live.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::Value;

use crate::embedded::LIVE;

/// How the API server completes and compares objects.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Live {
    keys: BTreeMap<String, Vec<String>>,
    significant: Fields,
    atomic: Fields,
    empty: Fields,
    dropped: BTreeMap<String, u8>,
    /// Values that the server fills in below a pod's `spec`.
    pub defaults: Vec<DefaultValue>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    fields: Vec<String>,
}

/// A value that the server fills in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DefaultValue {
    /// The path, with `[]` after a list's name.
    pub path: String,
    /// The value.
    pub value: Value,
    /// Whether only Pods get it, not templates of pods.
    #[serde(default)]
    pub pod: bool,
}

impl Live {
    /// The keys that identify the items of this list, if any.
    #[must_use]
    pub fn keys(&self, list: &str) -> Option<&[String]> {
        self.keys.get(list).map(Vec::as_slice)
    }

    /// Whether the field's zero value differs from no value.
    #[must_use]
    pub fn is_significant(&self, field: &str) -> bool {
        self.significant.fields.iter().any(|name| name == field)
    }

    /// Whether server-side apply replaces the struct in the field as a whole.
    #[must_use]
    pub fn is_atomic(&self, field: &str) -> bool {
        self.atomic.fields.iter().any(|name| name == field)
    }

    /// Whether an empty table in the field is the same as none.
    #[must_use]
    pub fn is_empty(&self, field: &str) -> bool {
        self.empty.fields.iter().any(|name| name == field)
    }

    /// Whether a server of 1.`minor` silently drops the field.
    #[must_use]
    pub fn is_dropped(&self, field: &str, minor: u8) -> bool {
        self.dropped.get(field).is_some_and(|last| minor <= *last)
    }
}

/// How the API server completes, merges and compares objects on update.
#[must_use]
pub fn update_rules() -> &'static Live {
    static FACTS: OnceLock<Live> = OnceLock::new();
    FACTS.get_or_init(|| serde_json::from_str(LIVE).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_data_can_be_read() {
        assert!(super::update_rules().defaults.len() > 40);
        assert_eq!(super::update_rules().keys("volumes"), Some(&["name".to_owned()][..]));
    }
}
