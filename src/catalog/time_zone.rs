//! The names of time zones: facts in `time_zones.txt`.

use std::sync::OnceLock;

/// Every name of the IANA time zone database, sorted.
#[must_use]
pub fn all() -> &'static [&'static str] {
    static ALL: OnceLock<Vec<&'static str>> = OnceLock::new();
    ALL.get_or_init(|| {
        let lines = include_str!("time_zones.txt").lines();
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    })
}

/// Whether there is a time zone of this name, in this spelling.
#[must_use]
pub fn exists(name: &str) -> bool {
    all().binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_names_are_sorted() {
        assert!(super::all().is_sorted());
        assert!(super::exists("Etc/UTC") && super::exists("Europe/Berlin"));
        assert!(!super::exists("europe/berlin") && !super::exists("Local"));
    }
}
