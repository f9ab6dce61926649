//! The way back: from the path of a field in a rendered object to the key of the profile that sets it.

use super::pod::{CONTAINER, POD};
use crate::finding::fix::{Step, Steps};
use crate::profile::{Section, sections};

/// Fields that the profile writes in another form than the API.
const OTHER_FORM: [&str; 7] = [
    "env",
    "imagePullSecrets",
    "initContainers",
    "name",
    "volumeClaimTemplates",
    "volumeDevices",
    "volumeMounts",
];

/// The keys from the root of a profile that set the field `steps` of the object `key` of a section. `None` if no key sets
/// this field alone in the form of the API.
#[must_use]
pub fn profile_path(section: &Section, key: &str, steps: &Steps) -> Option<Vec<String>> {
    let mut path = vec![section.name.to_owned(), key.to_owned()];
    let mut rest = steps.0.as_slice();
    let has = |name: &str| section.table.key(name).is_some();
    if let [Step::Key(metadata), Step::Key(list), ..] = rest
        && metadata == "metadata"
        && has(list)
    {
        rest = &rest[1..];
    } else if section.kind.is_custom() {
        return None;
    } else if section.name == sections::OBJECTS {
        // Written as the API has it.
    } else if section.kind.has_pods()
        && let Some(of_pod) = below(rest, &section.kind.pod_spec())
    {
        let (field, first) = match of_pod {
            [Step::Key(containers), Step::Index(0), inner @ ..] if containers == "containers" => {
                let field = first_key(inner)?;
                rest = inner;
                (
                    field,
                    CONTAINER
                        .iter()
                        .find(|(known, _)| *known == field)
                        .map_or("containerSpec", |known| known.1),
                )
            }
            _ => {
                let field = first_key(of_pod)?;
                rest = of_pod;
                (field, POD.iter().find(|known| **known == field).map_or("podSpec", |known| *known))
            }
        };
        if OTHER_FORM.contains(&field) || field == "volumes" {
            return None;
        }
        path.push(first.to_owned());
        if !matches!(first, "podSpec" | "containerSpec") {
            rest = &rest[1..];
        }
    } else if section.is_class() {
        if !has(first_key(rest)?) {
            path.push("spec".to_owned());
        }
    } else {
        let inner = below(rest, &["spec"])?;
        if has(first_key(inner)?) {
            rest = inner;
        }
    }
    for step in rest {
        match step {
            Step::Key(key) => path.push(key.clone()),
            Step::Index(_) => return None,
        }
    }
    Some(path)
}

fn first_key(steps: &[Step]) -> Option<&str> {
    match steps.first()? {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    }
}

/// The steps below some keys, if they begin with them.
fn below<'s>(mut steps: &'s [Step], keys: &[&str]) -> Option<&'s [Step]> {
    for wanted in keys {
        match steps {
            [Step::Key(key), rest @ ..] if key == wanted => steps = rest,
            _ => return None,
        }
    }
    Some(steps)
}
