//! Folders that programs write to while they run: facts in `caches.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::CACHES;

/// A folder that a program writes to, by the environment variable that names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cache {
    /// The environment variable.
    pub variable: String,
    /// Variables that make the program only read what is there, where one of them is on.
    pub offline: Vec<String>,
    /// Where the fact is from.
    pub source: String,
}

#[derive(Deserialize)]
struct File {
    caches: Vec<Cache>,
}

/// Every such folder that volwright knows.
#[must_use]
pub fn all() -> &'static [Cache] {
    static ALL: OnceLock<Vec<Cache>> = OnceLock::new();
    ALL.get_or_init(|| serde_json::from_str::<File>(CACHES).map_or_else(|_| Vec::new(), |file| file.caches))
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_cache_has_a_source() {
        assert!(super::all().len() > 3);
        assert!(super::all().iter().all(|cache| !cache.source.is_empty()));
    }
}
