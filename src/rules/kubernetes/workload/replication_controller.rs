//! `ReplicationController` (k8s.io/kubernetes, pkg/apis/core/validation, `ValidateReplicationController`).

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{ReplicationController, ReplicationControllerSpec};

use crate::document::reporter::Reporter;
use crate::grammar;
use crate::rules::kubernetes::context::Context;
use crate::rules::kubernetes::workload;
use crate::rules::kubernetes::{metadata, report};
use crate::yaml::path::Path;

pub(in crate::rules::kubernetes) fn check(
    controller: &ReplicationController,
    context: &Context,
    out: &mut Reporter<'_>,
) {
    metadata::check(&controller.metadata, grammar::dns_subdomain, true, out);
    let root = Path::root();
    let path = root.field("spec");
    let empty = ReplicationControllerSpec::default();
    let spec = controller.spec.as_ref().unwrap_or(&empty);
    workload::not_negative(
        &[
            ("replicas", spec.replicas.map(i64::from)),
            ("minReadySeconds", spec.min_ready_seconds.map(i64::from)),
        ],
        &path,
        out,
    );
    let at = path.field("template");
    let Some(template) = &spec.template else {
        // Without a template there are no labels from which the server could take the selector.
        if spec.selector.as_ref().is_none_or(BTreeMap::is_empty) {
            report::required(out, &path.field("selector"), "the selector is missing");
        }
        report::required(out, &at, "the template of the pods is missing");
        return;
    };
    let none = BTreeMap::new();
    let labels = workload::labels(template).unwrap_or(&none);
    // The selector defaults to the labels of the template.
    let selector = spec.selector.as_ref().filter(|selector| !selector.is_empty()).unwrap_or(labels);
    if selector.is_empty() {
        report::required(
            out,
            &path.field("selector"),
            "the selector is missing, and the template has no labels",
        );
    } else if !selector.iter().all(|(key, value)| labels.get(key) == Some(value)) {
        workload::unmatched(&at, out);
    }
    workload::template(template, &[], &at, context, out);
    workload::runs_for_ever(template, &at, out);
}
