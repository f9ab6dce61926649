//! A class alone: its keys, its values, and what its parameters refuse together.

use k8s_openapi::api::storage::v1::StorageClass;

use super::given::{Classes, Pair};
use super::{Given, go_template, mount, shape, table, topology};
use crate::bundle::Bundle;
use crate::catalog::driver::{self, Driver, InTree, Shape, Stage, TemplateField};
use crate::document::reporter::Reporter;
use crate::nearest::{capitalize, did_you_mean, nearest};
use crate::yaml::path::Path;

pub(super) fn check(class: &StorageClass, bundle: &Bundle<'_>, out: &mut Reporter<'_>) {
    let Some(driver) = driver::find(&class.provisioner) else { return };
    let given = Given::of_class(driver, class);
    if let Some(in_tree) = given.in_tree {
        in_tree_provisioner(driver, in_tree, out);
    }
    check_parameters(&given, out);
    mount::check_class(&given, class, bundle, out);
    topology::check(&given, class.allowed_topologies.as_deref().unwrap_or_default(), out);
}

fn in_tree_provisioner(driver: &Driver, in_tree: &InTree, out: &mut Reporter<'_>) {
    let root = Path::root();
    out.report(
        &table::IN_TREE_PROVISIONER,
        &root.field("provisioner"),
        format!("`{}` is no longer part of Kubernetes", in_tree.provisioner),
    )
    .help(format!(
        "the class works only where the CSI driver is installed and takes it over; write `provisioner: {}` ({})",
        driver.provisioner, in_tree.translation
    ));
}

/// Judges the parameters of a class of any kind, without a claim.
pub(super) fn check_parameters(given: &Given<'_>, out: &mut Reporter<'_>) {
    let root = Path::root();
    let path = root.field("parameters");
    for (index, pair) in given.list.iter().enumerate() {
        let at = path.key(pair.key);
        if given.is_file_system_key(pair.key) {
            file_system(given, pair, &at, out);
            continue;
        }
        if let Some(reserved) = &given.parameters.reserved
            && let Some(rest) = pair.key.strip_prefix(reserved.prefix.as_str())
        {
            if !reserved.names.iter().any(|name| name == rest) {
                let near = nearest(rest, reserved.names.iter().map(String::as_str));
                let near = near
                    .map_or_else(String::new, |near| format!("; did you mean `{}{near}`?", reserved.prefix));
                out.report_at_key(
                    &table::UNKNOWN_PARAMETER,
                    &at,
                    format!("`{}` is not a key of the sidecars", pair.key),
                )
                .help(format!("{}{near}", given.says(Stage::Sidecar)));
            } else if let Some(other) = other_half(pair.key)
                && given.list.iter().all(|pair| pair.key != other)
            {
                out.report_at_key(&table::LIKELY_REFUSED, &at, format!("`{}` needs `{other}`", pair.key))
                    .help(format!(
                        "{}; name both, or take it out: this driver uses no secret",
                        given.says(Stage::Sidecar)
                    ));
            }
            continue;
        }
        match pair.name {
            None => unknown(given, pair, &at, out),
            Some(name) => known(given, pair, name, index, &at, out),
        }
    }
    check_refusals(given, None, None, out);
}

/// A secret is named by two keys, its name and its namespace.
fn other_half(key: &str) -> Option<String> {
    let name = key.strip_suffix("-secret-name").map(|start| format!("{start}-secret-namespace"));
    name.or_else(|| key.strip_suffix("-secret-namespace").map(|start| format!("{start}-secret-name")))
}

fn unknown(given: &Given<'_>, pair: &Pair<'_>, at: &Path<'_>, out: &mut Reporter<'_>) {
    let stage = given.parameters.stage;
    let driver = given.driver;
    let finding = out.report_at_key(
        &table::UNKNOWN_PARAMETER,
        at,
        format!("`{}` is not a parameter of {}", pair.key, driver.provisioner),
    );
    let names = given.parameters.list.keys().map(String::as_str);
    let near =
        names.clone().find(|name| name.eq_ignore_ascii_case(pair.key)).or_else(|| nearest(pair.key, names));
    let other = || {
        driver::all()
            .into_iter()
            .find(|other| other.name != driver.name && other.class.find(pair.key).is_some())
    };
    // The file system is what people look for by many names.
    let squeezed: String = pair.key.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let help = match (near, squeezed.as_str()) {
        (_, "fstype" | "filesystem" | "filesystemtype") => format!("write `{}`", driver.file_system_key),
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, _) => match other() {
            Some(other) => format!("it is one of {}", other.provisioner),
            None => format!("`volwright drivers {}` lists them all", driver.name),
        },
    };
    finding.help(format!("{}; {help}", given.says(stage)));
}

fn known(
    given: &Given<'_>,
    pair: &Pair<'_>,
    name: &'static str,
    index: usize,
    at: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(parameter) = given.parameters.list.get(name) else { return };
    let earlier = given.list[..index].iter().find(|other| other.name == Some(name));
    if let Some(earlier) = earlier.filter(|_| !parameter.prefix) {
        out.report_at_key(
            &table::DUPLICATE_PARAMETER,
            at,
            format!("`{}` and `{}` are one parameter", earlier.key, pair.key),
        )
        .help("the driver takes whichever its language happens to read last; keep one");
    }
    if let Some(most) = parameter.most_given {
        let count = given.list[..=index].iter().filter(|other| other.name == Some(name)).count();
        if count == most + 1 {
            out.report_at_key(&table::PARAMETER_VALUE, at, format!("there are more than {most} of `{name}`"))
                .help(format!("{}; take some out", given.says(Stage::Cloud)));
        }
    }
    let yields = parameter.yields_to.as_deref().is_some_and(|other| given.pair(other).is_some());
    if let Shape::DiskType = parameter.shape {
        if !yields {
            disk_type(given, pair, at, out);
        }
    } else if let Err(wrong) = shape::check(&parameter.shape, pair.value, given) {
        out.report(&table::PARAMETER_VALUE, at, wrong.message).help(format!(
            "{}; {}",
            given.says(wrong.stage.unwrap_or(parameter.stage)),
            wrong.help
        ));
    } else if let Some(misread) = shape::misread(&parameter.shape, pair.value) {
        out.report(&table::MISREAD_BOOLEAN, at, format!("`{}` is read as {misread}", pair.value)).help(
            match &parameter.shape {
                Shape::Switch { off: Some(off), .. } => format!("only `{off}`, in quotes, turns it off"),
                _ => "only `true`, in quotes, turns it on".to_owned(),
            },
        );
    }
    if let Some(why) = &parameter.ignored {
        out.report_at_key(&table::PARAMETER_WITHOUT_EFFECT, at, format!("`{}` does nothing", pair.key))
            .help(format!("{why}; take it out"));
    }
    if let Some(why) = &parameter.deprecated {
        out.report_at_key(&table::DEPRECATED_PARAMETER, at, format!("`{}` is deprecated", pair.key))
            .help(why.clone());
    }
}

fn disk_type(given: &Given<'_>, pair: &Pair<'_>, at: &Path<'_>, out: &mut Reporter<'_>) {
    let driver = given.driver;
    if pair.value.is_empty() {
        return;
    }
    let names = || driver.types.iter().map(|disk_type| disk_type.name.as_str());
    let Some(disk_type) = driver.find_type(pair.value) else {
        let near = names()
            .find(|name| name.eq_ignore_ascii_case(pair.value))
            .or_else(|| nearest(pair.value, names()));
        // How the cloud reads the name in another case is not written anywhere.
        let only_case = near.is_some_and(|near| near.eq_ignore_ascii_case(pair.value));
        let disputed = only_case && driver.disk_type.stage == Stage::Cloud;
        let rule = if disputed { &table::LIKELY_REFUSED } else { &table::UNKNOWN_DISK_TYPE };
        let other = driver::all()
            .into_iter()
            .find(|other| other.name != driver.name && other.find_type(pair.value).is_some());
        let list = format!("there is {}", names().collect::<Vec<_>>().join(", "));
        let help = match other.filter(|_| !only_case) {
            Some(other) => format!("it is one of {}. {}", other.provisioner, capitalize(&list)),
            None => did_you_mean(near, &list),
        };
        out.report(rule, at, format!("there is no disk type `{}`", pair.value))
            .help(format!("{}; {help}", given.says(driver.disk_type.stage)));
        return;
    };
    if let Some(why) = &disk_type.superseded {
        out.report(
            &table::PREVIOUS_GENERATION_DISK,
            at,
            format!("`{}` is a disk type of the past", pair.value),
        )
        .help(why.clone());
    }
}

fn file_system(given: &Given<'_>, pair: &Pair<'_>, at: &Path<'_>, out: &mut Reporter<'_>) {
    // The translation makes one key of two, with the value of either.
    let translated = given.is_translated_file_system_key(pair.key);
    let first = given.file_system_pairs().next();
    let is_one = |first: &Pair<'_>| {
        first.value == pair.value && (translated || given.is_translated_file_system_key(first.key))
    };
    if let Some(first) = first.filter(|first| first.key != pair.key && !is_one(first)) {
        out.report_at_key(
            &table::DUPLICATE_PARAMETER,
            at,
            format!("`{}` and `{}` both name the file system", first.key, pair.key),
        )
        .help(if translated || given.is_translated_file_system_key(first.key) {
            format!(
                "the provisioner makes one of both, and takes whichever it happens to read last; keep `{}`",
                pair.key
            )
        } else {
            format!("{}; keep `{}`", given.says(Stage::Sidecar), given.driver.file_system_key)
        });
    } else if translated || given.is_legacy_file_system_key(pair.key) {
        out.report_at_key(&table::DEPRECATED_PARAMETER, at, format!("`{}` is deprecated", pair.key))
            .help(format!("write `{}`", given.driver.file_system_key));
    }
}

/// Fills the templates of a class's tags in for a claim, as far as its names are known.
pub(super) fn check_templates(
    given: &Given<'_>,
    classes: &Classes<'_>,
    path: &Path<'_>,
    out: &mut Reporter<'_>,
) {
    let Some(claim) = given.claim else { return };
    for pair in &given.list {
        let parameter = pair.name.and_then(|name| given.parameters.list.get(name));
        let Some(Shape::Tag { fields, .. }) = parameter.map(|parameter| &parameter.shape) else { continue };
        let value = |field: TemplateField| match field {
            TemplateField::ClaimName => claim.name.map(str::to_owned),
            TemplateField::ClaimNamespace => claim.namespace.map(str::to_owned),
            TemplateField::VolumeName | TemplateField::Unknown => None,
        };
        // Only the value of a tag is a template.
        let Some((_, template)) = pair.value.split_once('=') else { continue };
        if let Some(why) = go_template::failure(template, fields, value) {
            out.report(&table::PARAMETER_VALUE, &path.field("storageClassName"), why)
                .help(format!("{}; change the template, or name another class", Stage::Driver.says()))
                .related(classes.place(Some(pair)), "the template");
        }
    }
}

/// Reports what is refused together. Where there is a claim, only what asks about it, or what is not there in the class
/// `alone`, and at the claim.
pub(super) fn check_refusals(
    given: &Given<'_>,
    claim: Option<(&Classes<'_>, &Path<'_>)>,
    alone: Option<&Given<'_>>,
    out: &mut Reporter<'_>,
) {
    for refusal in &given.parameters.refusals {
        let holds = |given: &Given<'_>| refusal.when.iter().all(|condition| given.holds(condition));
        let about_claim = refusal.when.iter().any(driver::Condition::is_about_claim);
        let brought = alone.is_some_and(|alone| !about_claim && !holds(alone));
        if (about_claim || brought) != claim.is_some() || !holds(given) {
            continue;
        }
        let key = refusal
            .at
            .as_deref()
            .or_else(|| refusal.when.iter().find_map(|condition| condition.key.as_deref()));
        let pair = key.and_then(|key| given.pair(key));
        let (rule, help) = if refusal.without_effect {
            (&table::PARAMETER_WITHOUT_EFFECT, refusal.help.clone())
        } else {
            let rule = if refusal.disputed { &table::LIKELY_REFUSED } else { &table::CONFLICTING_PARAMETERS };
            (rule, format!("{}; {}", given.says(refusal.stage), refusal.help))
        };
        match claim {
            Some((classes, path)) => {
                let field = if refusal.when.iter().any(|condition| condition.volume_mode.is_some()) {
                    "volumeMode"
                } else if refusal
                    .when
                    .iter()
                    .any(|condition| condition.size_below.is_some() || condition.size_from.is_some())
                {
                    "resources"
                } else if brought || refusal.when.iter().any(|condition| condition.by_attributes) {
                    "volumeAttributesClassName"
                } else {
                    "storageClassName"
                };
                let finding = out.report(rule, &path.field(field), refusal.message.clone());
                finding.help(help);
                finding.related(classes.place(pair), "the class");
            }
            None => {
                let root = Path::root();
                let parameters = root.field("parameters");
                match pair.or_else(|| given.disk_type_pair()) {
                    Some(pair) => out.report(rule, &parameters.key(pair.key), refusal.message.clone()),
                    None => out.report_at_key(rule, &parameters, refusal.message.clone()),
                }
                .help(help);
            }
        }
    }
}
