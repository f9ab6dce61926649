//! Combinations that a driver rejects: parameters with one another, with mount options, and with the claim.

use super::parameters::check_shape;
use super::request::VolumeRequest;
use super::request::{Classes, Pair};
use super::table;
use crate::catalog::driver::{Condition, Refusal};
use crate::document::reporter::Reporter;
use crate::rule::Rule;
use crate::yaml::path::Path;

/// Reports what an object by itself combines. `path` is that of its parameters, `options` that of its mount options.
pub(super) fn check_object(
    request: &VolumeRequest<'_>,
    path: &Path<'_>,
    options: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    for refusal in request.parameters.refusals {
        let about_claim = refusal.when.iter().any(Condition::is_about_claim);
        if about_claim && request.claim.is_none() || !holds(refusal, request) {
            continue;
        }
        if tested(refusal, request)
            .any(|pair| is_wrong(pair, request) || out.is_undecoded(&path.key(pair.key)))
        {
            continue;
        }
        let (rule, help) = describe(refusal, request);
        let option = refusal.when.iter().find_map(Condition::option);
        let option = option.and_then(|name| request.options.iter().find(|option| option.name == Some(name)));
        let message = refusal.message;
        match (pair(refusal, request), option) {
            (_, Some(option)) if refusal.at.is_none() => {
                out.report(rule, &options.index(option.entry), message)
            }
            (Some(pair), _) => out.report(rule, &path.key(pair.key), message),
            (None, _) => out.report_at_key(rule, path, message),
        }
        .help(help);
    }
}

/// Reports what a claim and its class combine: what concerns the claim, or is not there in the class `alone`.
pub(super) fn check_claim(
    request: &VolumeRequest<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    alone: Option<&VolumeRequest<'_>>,
    out: &mut Reporter<'_>,
) {
    for refusal in request.parameters.refusals {
        let about = |is: fn(&Condition) -> bool| refusal.when.iter().any(is);
        let about_claim = about(Condition::is_about_claim);
        let brought = alone.is_some_and(|alone| !about_claim && !holds(refusal, alone));
        if !about_claim && !brought || !holds(refusal, request) {
            continue;
        }
        let is_undecoded =
            |pair: &Pair<'_>| pair.name.is_some_and(|name| classes.set_undecoded(request, name));
        if tested(refusal, request).any(|pair| is_wrong(pair, request) || is_undecoded(pair)) {
            continue;
        }
        let (rule, help) = describe(refusal, request);
        let field = if about(|condition| matches!(condition, Condition::VolumeMode(_))) {
            "volumeMode"
        } else if about(|condition| {
            matches!(condition, Condition::SizeBelow(_) | Condition::SizeFrom(_) | Condition::SizeAboveKey(_))
        }) {
            "resources"
        } else if brought || about(|condition| matches!(condition, Condition::FromAttributesClass(_))) {
            "volumeAttributesClassName"
        } else if about(|condition| {
            matches!(condition, Condition::FromSource(true) | Condition::FromClone(true))
        }) && pair(refusal, request).is_none()
        {
            "dataSource"
        } else {
            "storageClassName"
        };
        let finding = out.report(rule, &path.field(field), refusal.message);
        finding.help(help);
        finding.related(classes.place(pair(refusal, request)), "the class");
    }
}

fn holds(refusal: &Refusal, request: &VolumeRequest<'_>) -> bool {
    refusal.when.iter().all(|condition| condition.holds(request))
}

/// The parameters that are given and that a refusal tests.
fn tested<'r, 'a>(
    refusal: &'r Refusal,
    request: &'r VolumeRequest<'a>,
) -> impl Iterator<Item = &'r Pair<'a>> {
    refusal.when.iter().filter_map(Condition::key).filter_map(|key| request.pair(key))
}

/// Whether the value of a parameter is reported by itself.
fn is_wrong(pair: &Pair<'_>, request: &VolumeRequest<'_>) -> bool {
    let row = pair.name.and_then(|name| request.parameters.list.get(name));
    row.is_some_and(|row| check_shape(&row.shape, pair.value, request).is_err())
}

fn describe(refusal: &Refusal, request: &VolumeRequest<'_>) -> (&'static Rule, String) {
    if refusal.without_effect {
        return (&table::PARAMETER_WITHOUT_EFFECT, refusal.help.to_owned());
    }
    let rule = if refusal.disputed { &table::LIKELY_REFUSED } else { &table::CONFLICTING_PARAMETERS };
    (rule, format!("{}; {}", request.rejection(refusal.stage), refusal.help))
}

/// The parameter to point at.
fn pair<'r, 'a>(refusal: &Refusal, request: &'r VolumeRequest<'a>) -> Option<&'r Pair<'a>> {
    let key = refusal.at.or_else(|| refusal.when.iter().find_map(Condition::key));
    key.and_then(|key| request.pair(key)).or_else(|| request.disk_type_pair())
}
