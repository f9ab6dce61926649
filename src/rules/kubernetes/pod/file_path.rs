//! Paths of files inside volumes, and their permission bits.

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Permission bits lie between 0 and 0777, which is 511 (validation.go, `fileModeErrorMsg`).
pub(in crate::rules::kubernetes) fn mode(out: &mut Reporter<'_>, path: &Path<'_>, mode: Option<i32>) {
    if let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) {
        report::invalid(out, path, format!("{mode} is not a valid file mode")).help(
            "file modes go from 0 to 0777; YAML reads 0644 as octal and 644 as decimal, and JSON has decimal only (420 is 0644)",
        );
    }
}

/// No element of the path is `..` (`validatePathNoBacksteps`).
pub(in crate::rules::kubernetes) fn no_backsteps(
    out: &mut Reporter<'_>,
    path: &Path<'_>,
    value: &str,
) -> bool {
    let steps_back = value.split('/').any(|element| element == "..");
    if steps_back {
        report::invalid(out, path, format!("`{value}` contains `..`"));
    }
    !steps_back
}

/// A relative path without `..` (`validateLocalDescendingPath`).
pub(in crate::rules::kubernetes) fn descending(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) -> bool {
    let absolute = value.starts_with('/');
    if absolute {
        report::invalid(out, path, format!("`{value}` is absolute, and must be relative"));
    }
    let stays = no_backsteps(out, path, value);
    stays && !absolute
}

/// A relative path without `..` that does not begin with two dots: those names are the kubelet's own
/// (`ValidateLocalNonReservedPath`).
pub(in crate::rules::kubernetes) fn local(out: &mut Reporter<'_>, path: &Path<'_>, value: &str) {
    if descending(out, path, value) && value.starts_with("..") {
        report::invalid(out, path, format!("`{value}` begins with `..`"))
            .help("the kubelet keeps such names for itself");
    }
}
