//! Manifests, and what rules find in them.

use volwright::bundle::Bundle;
use volwright::document::load::load;
use volwright::finding::Finding;
use volwright::rules;
use volwright::source::{SourceKind, Sources};

/// The API server that manifests are for.
pub(crate) const VERSION: &str = "1.36";

/// The codes and paths of what is found in `text` by rules whose codes begin with `family`.
pub(crate) fn found(text: &str, family: char) -> Vec<(&'static str, String)> {
    let mut sources = Sources::new();
    let id = sources.add("input.yaml", text, SourceKind::Manifest);
    let version = VERSION.parse().expect("a version");
    let loaded = load(&sources, &[id], version);
    assert!(loaded.findings.is_empty(), "{text}: {:?}", loaded.findings);
    sorted(rules::run(&Bundle::new(&loaded.documents, version, None)), family)
}

/// The codes and paths of findings by rules whose codes begin with `family`.
pub(crate) fn sorted(findings: Vec<Finding>, family: char) -> Vec<(&'static str, String)> {
    let ours = findings.into_iter().filter(|finding| finding.rule.code.starts_with(family));
    let mut found: Vec<_> =
        ours.map(|finding| (finding.rule.code, finding.path.unwrap_or_default())).collect();
    found.sort();
    found
}

/// A StatefulSet named `db`.
pub(crate) fn stateful_set(spec: &str, pod: &str, claims: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {{name: db}}\nspec:\n  {spec}\n  selector: {{matchLabels: {{app: db}}}}\n  \
         template:\n    metadata: {{labels: {{app: db}}}}\n    spec:\n      {pod}\n  volumeClaimTemplates: [{claims}]\n"
    )
}

/// A template of claims, in one line.
pub(crate) fn claim(name: &str, spec: &str) -> String {
    format!(
        "{{metadata: {{name: {name}}}, spec: {{accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Gi}}}}{spec}}}}}"
    )
}
