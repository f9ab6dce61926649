//! Keys that users write among the parameters of a driver and that belong elsewhere: facts in `misplaced_keys.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::MISPLACED_KEYS;

/// Keys that belong elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MisplacedKey {
    /// The keys, in lower case and without punctuation.
    pub names: Vec<String>,
    /// The parameters that they mean: the first that the driver has is suggested.
    #[serde(default)]
    pub parameters: Vec<String>,
    /// Where they belong; `{topology}` is the label that the driver places volumes by, `{type}` the parameter that names
    /// the disk type.
    #[serde(default)]
    pub help: Option<String>,
}

/// What is known of a key, spelled in any case and with any punctuation.
#[must_use]
pub fn find(key: &str) -> Option<&'static MisplacedKey> {
    #[derive(Deserialize)]
    struct File {
        keys: Vec<MisplacedKey>,
    }
    static ALL: OnceLock<Vec<MisplacedKey>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        serde_json::from_str::<File>(MISPLACED_KEYS).map_or_else(|_| Vec::new(), |file| file.keys)
    });
    let squeezed: String =
        key.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    all.iter().find(|row| row.names.contains(&squeezed))
}
