//! What an operator requires of the pods that it makes: their restart policy, and the container that it looks for.

use crate::catalog::custom_kind::{Holds, Restart};
use crate::document::derived::facts::{is_claim_uri_without_name, missing, uris};
use crate::document::reporter::Reporter;
use crate::document::rules::{INVALID_VALUE, REQUIRED_FIELD, UNSUPPORTED_VALUE};
use crate::document::{Derived, Document};
use crate::yaml::path::Path;

pub(super) fn check(document: &Document<'_>, out: &mut Reporter<'_>) {
    for derived in &document.derived {
        if derived.location.container_required {
            container(derived, out);
        }
        if let Some(restart) = &derived.location.restart {
            restart_policy(derived, restart, out);
        }
    }
    for path in missing(document) {
        Path::parse(&path, &mut |path| {
            out.report(&REQUIRED_FIELD, path, "the operator cannot make the claim without this value")
                .help("set it, or name a claim that exists and turn `create` off");
        });
    }
    for (path, uri) in uris(document) {
        if is_claim_uri_without_name(uri) {
            Path::parse(&path, &mut |path| {
                out.report(&INVALID_VALUE, path, "the URI does not name a claim")
                    .help("write `pvc://CLAIM/PATH`: the operator rejects the object");
            });
        }
    }
}

/// Reports a pod without the container that the operator looks for.
fn container(derived: &Derived<'_>, out: &mut Reporter<'_>) {
    let (Some(name), Some(pod)) = (derived.location.container.as_deref(), derived.document.object.pod())
    else {
        return;
    };
    let names = || pod.spec.containers.iter().map(|container| container.name.as_str());
    if pod.spec.containers.is_empty() || names().any(|known| known == name) {
        return;
    }
    let Some(path) = derived.path_of("spec.containers") else { return };
    let kind = out.kind();
    let given = names().collect::<Vec<_>>().join("`, `");
    Path::parse(&path, &mut |path| {
        out.report(&INVALID_VALUE, path, format!("no container is named `{name}`, but `{given}`")).help(
            format!("the webhook of the operator rejects a {kind} without it; rename the main container"),
        );
    });
}

/// Reports a restart policy that the operator does not accept.
fn restart_policy(derived: &Derived<'_>, restart: &Restart, out: &mut Reporter<'_>) {
    let (path, policy) = match &derived.restart {
        Some((path, policy)) => (Some(path.clone()), Some(policy.as_str())),
        None if restart.path.is_some() => return,
        None => {
            let pod = derived.document.object.pod();
            let own =
                pod.and_then(|pod| pod.spec.restart_policy.as_deref()).filter(|policy| !policy.is_empty());
            (derived.path_of("spec.restartPolicy"), own)
        }
    };
    let Some(path) = path.filter(|_| derived.location.holds != Holds::Container) else { return };
    if restart.allowed.is_empty() {
        return;
    }
    let allowed = restart.allowed.join("` or `");
    let kind = out.kind();
    match policy {
        Some(policy) if restart.path.is_none() && !matches!(policy, "Always" | "OnFailure" | "Never") => {}
        Some(policy) if !restart.allowed.iter().any(|known| known == policy) => {
            Path::parse(&path, &mut |path| {
                out.report(
                    &UNSUPPORTED_VALUE,
                    path,
                    format!("the pods of a {kind} cannot have `restartPolicy: {policy}`"),
                )
                .help(format!("write `{allowed}`"));
            });
        }
        None if restart.default.is_none() => Path::parse(&path, &mut |path| {
            out.report(&REQUIRED_FIELD, path, format!("the pods of a {kind} require a restart policy")).help(
                format!("write `restartPolicy: {allowed}`; the default of pods, `Always`, is rejected"),
            );
        }),
        _ => {}
    }
}
