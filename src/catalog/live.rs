//! What a live object has beside what was applied: facts in `live.toml`.

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
    /// Where, with `[]` after a list's name.
    pub path: String,
    /// What.
    pub value: Value,
}

impl Live {
    /// The keys that tell the items of this list apart, if any.
    #[must_use]
    pub fn keys(&self, list: &str) -> Option<&[String]> {
        self.keys.get(list).map(Vec::as_slice)
    }

    /// Whether the field's zero value differs from no value.
    #[must_use]
    pub fn is_significant(&self, field: &str) -> bool {
        self.significant.fields.iter().any(|name| name == field)
    }

    /// Whether an empty table in the field is the same as none.
    #[must_use]
    pub fn is_empty(&self, field: &str) -> bool {
        self.empty.fields.iter().any(|name| name == field)
    }

    /// Whether a server of 1.`minor` drops the field in silence.
    #[must_use]
    pub fn is_dropped(&self, field: &str, minor: u8) -> bool {
        self.dropped.get(field).is_some_and(|last| minor <= *last)
    }
}

/// The facts.
#[must_use]
pub fn facts() -> &'static Live {
    static FACTS: OnceLock<Live> = OnceLock::new();
    FACTS.get_or_init(|| serde_json::from_str(LIVE).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_facts_can_be_read() {
        assert!(super::facts().defaults.len() > 40);
        assert_eq!(super::facts().keys("volumes"), Some(&["name".to_owned()][..]));
    }
}
