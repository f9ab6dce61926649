//! Annotations of claims that had an effect once.

use super::table;
use crate::catalog::driver;
use crate::document::reporter::Reporter;
use crate::yaml::node::Node;
use crate::yaml::path::Path;

/// Reports the first such annotation of a claim's `metadata`.
pub(super) fn check(metadata: Option<&Node<'_>>, path: &Path<'_>, out: &mut Reporter<'_>) {
    let Some(annotations) = metadata.and_then(|metadata| metadata.get("annotations")) else { return };
    let retired = annotations.entries().iter().find_map(|entry| {
        let key = entry.key.value.as_ref();
        let (prefix, _) = key.split_once('/')?;
        let driver = driver::find(prefix).filter(|driver| driver.provisioner == prefix)?;
        Some((key, driver.retired_annotations.as_ref()?))
    });
    let Some((key, retired)) = retired else { return };
    let message = format!("the annotation `{key}` has no effect: {}", retired.why);
    out.report_at_key(&table::PARAMETER_WITHOUT_EFFECT, &path.field("annotations").key(key), message)
        .help(retired.help);
}
