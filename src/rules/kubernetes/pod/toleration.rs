//! Tolerations.

use k8s_openapi::api::core::v1::Toleration;

use crate::document::reporter::Reporter;
use crate::rules::kubernetes::report;
use crate::yaml::path::Path;

/// Checks the tolerations of a pod: `path` is `spec.tolerations` (validation.go, `ValidateTolerations`).
pub(in crate::rules::kubernetes) fn check(
    tolerations: &[Toleration],
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for (index, toleration) in tolerations.iter().enumerate() {
        let path = path.index(index);
        let key = toleration.key.as_deref().unwrap_or_default();
        let operator = toleration.operator.as_deref().unwrap_or_default();
        let value = toleration.value.as_deref().unwrap_or_default();
        let effect = toleration.effect.as_deref().unwrap_or_default();
        if !key.is_empty() {
            report::qualified_name(out, &path.field("key"), key);
        } else if operator != "Exists" {
            report::invalid(out, &path.field("operator"), "without a `key` the operator is `Exists`")
                .help("a toleration without a key stands for every taint");
        }
        if toleration.toleration_seconds.is_some() && effect != "NoExecute" {
            report::invalid(
                out,
                &path.field("effect"),
                "`tolerationSeconds` goes with `effect: NoExecute` only",
            );
        }
        match operator {
            // The server reports the value at the operator.
            "" | "Equal" => report::label_value(out, &path.field("operator"), value),
            "Exists" if !value.is_empty() => {
                report::invalid(out, &path.field("operator"), "operator `Exists` takes no `value`");
            }
            "Exists" => {}
            other => report::one_of(out, &path.field("operator"), other, &["Equal", "Exists"]),
        }
        if !effect.is_empty() {
            let allowed = ["NoExecute", "NoSchedule", "PreferNoSchedule"];
            report::one_of(out, &path.field("effect"), effect, &allowed);
        }
    }
}
