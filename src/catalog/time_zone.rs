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

/// Whether a time zone has this name, in this spelling. Full installations of the database have every zone twice more: with
/// POSIX time under `posix/`, and with leap seconds under `right/`.
#[must_use]
pub fn exists(name: &str) -> bool {
    let zone = name.strip_prefix("posix/").or_else(|| name.strip_prefix("right/")).unwrap_or(name);
    all().binary_search(&zone).is_ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_names_are_sorted() {
        assert!(super::all().is_sorted());
        assert!(super::exists("posix/UTC") && super::exists("right/Europe/Berlin"));
        assert!(!super::exists("posix/Nowhere") && !super::exists("posix/posix/UTC"));
        assert!(super::exists("Etc/UTC") && super::exists("Europe/Berlin"));
        assert!(!super::exists("europe/berlin") && !super::exists("Local"));
    }
}
