//! Feature gates and the fields they guard: facts in `feature_gates.toml`.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::FEATURE_GATES;

/// A feature gate of the API server that is off by default in some known version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureGate {
    /// The name, as in `--feature-gates`.
    pub name: String,
    /// The first minor version in which the gate is on by default; none if it is off in every known version.
    pub since: Option<u8>,
    /// The guarded fields, as `Type.field` of the field table.
    pub fields: Vec<String>,
    /// What happens without the field, as the end of a sentence.
    pub effect: String,
}

impl FeatureGate {
    /// Whether the gate is on by default in 1.`minor`.
    #[must_use]
    pub fn is_on(&self, minor: u8) -> bool {
        self.since.is_some_and(|since| minor >= since)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    gates: Vec<FeatureGate>,
}

/// Every gate, by name.
#[must_use]
pub fn all() -> &'static [FeatureGate] {
    static TABLE: OnceLock<Table> = OnceLock::new();
    &TABLE.get_or_init(|| serde_json::from_str(FEATURE_GATES).unwrap_or_default()).gates
}

/// The gate of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static FeatureGate> {
    all().iter().find(|gate| gate.name == name)
}

/// The gate that guards `field` of the type `kind`.
#[must_use]
pub fn guarding(kind: &str, field: &str) -> Option<&'static FeatureGate> {
    let guards = |path: &String| {
        path.split_once('.').is_some_and(|(owner, guarded)| owner == kind && guarded == field)
    };
    all().iter().find(|gate| gate.fields.iter().any(guards))
}
