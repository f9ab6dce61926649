//! Where pods, volumes and claims are in custom resources: rows of `custom_kinds/*.toml`, each parsed when a document of its
//! kind is read.

use std::sync::{Mutex, OnceLock, RwLock};

use serde::Deserialize;

use crate::embedded::CUSTOM_KINDS;
use crate::lookup::Lookup;
use crate::sync;

/// A kind of custom resource whose objects contain pods, volumes or claims.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CustomKind {
    /// The name, such as `JobSet`.
    pub kind: String,
    /// The API group.
    pub group: String,
    /// The versions that the row describes, the preferred one first; any version if empty.
    #[serde(default)]
    pub versions: Vec<String>,
    /// The resource in the plural.
    #[serde(default)]
    pub plural: String,
    /// Whether its objects have a namespace.
    #[serde(default = "yes")]
    pub namespaced: bool,
    /// How much of the locations the definition describes.
    #[serde(default)]
    pub schema: Coverage,
    /// Whether the operator mounts shared memory at `/dev/shm`.
    #[serde(default)]
    pub shared_memory: bool,
    /// Names of volumes that the operator adds.
    #[serde(default)]
    pub operator_volumes: Vec<String>,
    /// How an expression starts that is replaced later: a value that contains it is not checked.
    #[serde(default)]
    pub placeholders: Option<String>,
    /// Whether a mount may name a volume of another object, which is merged with this one.
    #[serde(default)]
    pub volumes_elsewhere: bool,
    /// Keys of an object whose presence means that another object may mount its volumes.
    #[serde(default)]
    pub mounts_elsewhere: Vec<String>,
    /// How names of volumes begin that need no mount.
    #[serde(default)]
    pub unmounted: Vec<String>,
    /// Whether the pods of an update run at the same time as those before it.
    #[serde(default)]
    pub overlaps: bool,
    /// The steps of a graph of tasks, of which several may run at a time.
    #[serde(default)]
    pub tasks: Option<String>,
    /// The number of pods of those jobs that have a label, instead of their own.
    #[serde(default)]
    pub nodes: Option<Nodes>,
    /// The number of pods, for kinds without a pod template: the product of these.
    #[serde(default)]
    pub count: Vec<Count>,
    /// The path of the upper bound under autoscaling.
    #[serde(default)]
    pub most: Option<String>,
    /// Fields that do not change once they are set.
    #[serde(default)]
    pub immutable: Vec<Immutable>,
    /// Fields that the definition requires and the operator's webhook sets, which runs before the API server validates.
    #[serde(default)]
    pub defaulted: Vec<String>,
    /// Where the row is from: repository, file and commit.
    #[serde(default)]
    pub source: String,
    /// The locations.
    pub locations: Vec<Location>,
}

/// A field that does not change once it is set.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Immutable {
    /// The path.
    pub path: String,
    /// A path that is true, before or after, if the field may change.
    #[serde(default)]
    pub unless: Option<String>,
    /// Fields in it, at any depth, that may change.
    #[serde(default)]
    pub except: Vec<String>,
}

/// How much of the locations a definition describes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Coverage {
    /// Every field, so the API server rejects an unknown one.
    #[default]
    Full,
    /// A part of the fields, or the locations are patches.
    Partial,
    /// Nothing: only the operator reads the fields.
    Open,
}

/// A location in a kind of objects, and what the operator makes of it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Location {
    /// A dotted path; `[]` after a field means any item of a list, `{}` any key of a map.
    pub path: String,
    /// What is there.
    #[serde(rename = "type")]
    pub holds: Holds,
    /// The number of pods: the product of these.
    #[serde(default)]
    pub count: Vec<Count>,
    /// The path of a number that replaces `count` if it is set.
    #[serde(default)]
    pub count_first: Option<String>,
    /// The path of the upper bound under autoscaling.
    #[serde(default)]
    pub most: Option<String>,
    /// The path that must be true for `most` to apply.
    #[serde(default)]
    pub most_when: Option<String>,
    /// The name of the container that the operator looks for.
    #[serde(default)]
    pub container: Option<String>,
    /// Whether the operator's webhook rejects a pod without that container.
    #[serde(default)]
    pub container_required: bool,
    /// Where the restart policy comes from, and which are allowed.
    #[serde(default)]
    pub restart: Option<Restart>,
    /// Other locations whose volumes, or claim templates by name, a mount may name.
    #[serde(default)]
    pub volumes: Vec<String>,
    /// Tables with fields of the pod of a container, such as its tolerations; the first that has a field counts.
    #[serde(default)]
    pub pod_fields: Vec<String>,
    /// Fields that the operator completes, so that they are not checked.
    #[serde(default)]
    pub completed: Vec<String>,
    /// Whether the table has further keys than the type.
    #[serde(default)]
    pub inline: bool,
    /// Whether it is merged with another pod, so that images and containers may be missing.
    #[serde(default)]
    pub partial: bool,
    /// Whether the operator adds the containers.
    #[serde(default)]
    pub containers_optional: bool,
    /// Whether the operator adds the image.
    #[serde(default)]
    pub image_optional: bool,
    /// Paths that provide the image of a container without one, if they are set.
    #[serde(default)]
    pub image_elsewhere: Vec<String>,
    /// Whether the operator adds the name of the container.
    #[serde(default)]
    pub name_optional: bool,
    /// Whether every field of the claim may be missing.
    #[serde(default)]
    pub all_optional: bool,
    /// The name of the claim that a template makes, with `{template}` and `{object}`.
    #[serde(default)]
    pub claim: Option<String>,
    /// For whom a claim template makes a claim.
    #[serde(default)]
    pub per: Option<Per>,
    /// The name of the claim if the location has none.
    #[serde(default)]
    pub claim_default: Option<String>,
    /// The path that is true if the operator makes the claim.
    #[serde(default)]
    pub made_when: Option<String>,
    /// Whether the operator's webhook rejects a template that nothing mounts.
    #[serde(default)]
    pub must_be_mounted: bool,
    /// The most characters of a claim's name that the operator accepts.
    #[serde(default)]
    pub longest_name: Option<usize>,
    /// The field of a claim template that holds its name, instead of `metadata.name`.
    #[serde(default)]
    pub name_at: Option<String>,
    /// Claims that are mounted in every container of the pod: the path of a list of `mountPath` and `volumeClaimName`.
    #[serde(default)]
    pub extra_mounts: Option<String>,
    /// Whether the claim is among the extra mounts of another location.
    #[serde(default)]
    pub mounted: bool,
    /// Where the operator mounts the claim.
    #[serde(default)]
    pub mount: Option<String>,
    /// `ANNOTATION=VALUE` of an object whose claim is mounted for writing.
    #[serde(default)]
    pub writable_when: Option<String>,
    /// A path that is true if the operator keeps the pod on the node of the claim's other pods.
    #[serde(default)]
    pub together_when: Option<String>,
    /// Whether the operator keeps the pods of a claim on one node, or they are one pod.
    #[serde(default)]
    pub together: bool,
    /// Whether the operator mounts shared memory at `/dev/shm` here.
    #[serde(default)]
    pub shared_memory: bool,
    /// A path that is set if the operator does not do so.
    #[serde(default)]
    pub shared_memory_unless: Option<String>,
    /// Only these versions have the location.
    #[serde(default)]
    pub versions: Vec<String>,
    /// A list of tables of the same form, to any depth.
    #[serde(default)]
    pub recursive: Option<String>,
    /// Whether the value is required if the operator makes the claim.
    #[serde(default)]
    pub required: bool,
    /// Whether the quantity has nothing to do with a claim.
    #[serde(default)]
    pub alone: bool,
}

/// What a location holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Holds {
    /// A pod template.
    PodTemplateSpec,
    /// A pod's specification.
    PodSpec,
    /// A container.
    Container,
    /// A volume.
    Volume,
    /// The source of a volume, without a name.
    VolumeSource,
    /// A mount of a volume.
    VolumeMount,
    /// The template of a Job.
    JobTemplateSpec,
    /// A claim template: metadata and spec.
    PersistentVolumeClaim,
    /// The specification of a claim.
    PersistentVolumeClaimSpec,
    /// The name of a claim that pods mount.
    ClaimName,
    /// The name of a StorageClass.
    ClassName,
    /// `pvc://CLAIM/PATH`, mounted for reading, or another URI.
    StorageUri,
    /// `pvc://CLAIM/PATH`, mounted for writing, or another URI.
    ClaimUri,
    /// A quantity.
    Quantity,
    /// An access mode.
    AccessMode,
    /// A list of access modes.
    AccessModes,
    /// A whole object of any kind.
    Resource,
}

/// A factor of a number of pods.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Count {
    /// A fixed number.
    Fixed(i64),
    /// `nodes`: a pod on each node.
    Nodes(String),
    /// The number at a path.
    Path(PathCount),
    /// The number in an annotation of the object's pods.
    Annotation(AnnotationCount),
}

/// A number at a path.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PathCount {
    /// The path.
    pub path: String,
    /// The number if the path is not set; none if it is unknown.
    #[serde(default)]
    pub default: Option<i64>,
    /// A path that makes the number one less if it is set.
    #[serde(default)]
    pub less_when: Option<String>,
}

/// A number in an annotation of the pods.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnnotationCount {
    /// The annotation.
    pub annotation: String,
    /// The number if it is not set.
    #[serde(default)]
    pub default: Option<i64>,
}

/// The number of pods of jobs with a label.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nodes {
    /// The path of the number.
    pub path: String,
    /// The number if the path is not set.
    pub default: i64,
    /// The path of the labels.
    pub of: String,
    /// The label.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// Where the restart policy of pods comes from.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restart {
    /// The path of the policy that replaces the pod's.
    #[serde(default)]
    pub path: Option<String>,
    /// The policy if none is set; none if one must be set.
    #[serde(default)]
    pub default: Option<String>,
    /// The policies that the operator accepts.
    #[serde(default)]
    pub allowed: Vec<String>,
}

/// For whom a claim template makes a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Per {
    /// One for each pod.
    Pod,
    /// One for all pods of an object.
    Object,
    /// One for a namespace.
    Namespace,
}

const fn yes() -> bool {
    true
}

impl CustomKind {
    /// Whether the row describes objects of this version.
    fn has_version(&self, version: &str) -> bool {
        self.versions.is_empty() || self.versions.iter().any(|known| known == version)
    }
}

impl Location {
    /// Whether a mount of another location may name what is here.
    #[must_use]
    pub fn is_mounted_by_name(&self, kind: &CustomKind) -> bool {
        kind.locations.iter().any(|other| other.volumes.contains(&self.path))
    }
}

/// The row of a kind and version, if it has one. A version without a row of its own has that of another version.
#[must_use]
pub fn find(api_version: &str, kind: &str) -> Option<&'static CustomKind> {
    static ROWS: OnceLock<Vec<OnceLock<Option<CustomKind>>>> = OnceLock::new();
    static LOOKUP: OnceLock<Lookup> = OnceLock::new();
    let (group, version) = api_version.split_once('/')?;
    let declared = *sync::read(&DECLARED);
    let is_declared = |row: &&CustomKind| row.kind == kind && row.group == group && row.has_version(version);
    if let Some(row) = declared.iter().find(is_declared) {
        return Some(row);
    }
    let lookup = LOOKUP.get_or_init(|| Lookup::new(CUSTOM_KINDS.iter().map(|(key, _)| *key)));
    let rows = ROWS.get_or_init(|| CUSTOM_KINDS.iter().map(|_| OnceLock::new()).collect());
    let row =
        |place: usize| rows[place].get_or_init(|| serde_json::from_str(CUSTOM_KINDS[place].1).ok()).as_ref();
    let place = lookup.find(&[group, "/", kind].concat(), |place| CUSTOM_KINDS[place].0)?;
    // Several versions of a kind may have rows of their own, one after the other.
    let is_same = |other: &usize| CUSTOM_KINDS[*other].0 == CUSTOM_KINDS[place].0;
    let mut all = (place..CUSTOM_KINDS.len()).filter(is_same).filter_map(row);
    all.find(|row| row.has_version(version)).or_else(|| row(place))
}

/// Whether a path is one of those that a pattern describes: `[]` fits any item of a list.
#[must_use]
pub fn fits(pattern: &str, path: &str) -> bool {
    let mut rest = path;
    let mut parts = pattern.split("[]").peekable();
    while let Some(part) = parts.next() {
        let Some(after) = rest.strip_prefix(part) else { return false };
        rest = after;
        if parts.peek().is_some() {
            let Some((_, after)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
                return false;
            };
            rest = after;
        }
    }
    rest.is_empty()
}

/// Every row of the catalogue: API group and name of the kind.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    CUSTOM_KINDS.iter().filter_map(|(key, _)| key.split_once('/'))
}

/// The kinds that the user declares, which go before those of the catalogue.
static DECLARED: RwLock<&[CustomKind]> = RwLock::new(&[]);
/// All lists of kinds that were declared: they live as long as the program, since documents refer to their rows.
static KNOWN: Mutex<Vec<&'static [CustomKind]>> = Mutex::new(Vec::new());

/// Declares kinds of the user, in place of those that were declared before.
pub fn declare(kinds: &[CustomKind]) {
    if *sync::read(&DECLARED) == kinds {
        return;
    }
    let mut known = sync::lock(&KNOWN);
    let list = known.iter().copied().find(|list| *list == kinds).unwrap_or_else(|| {
        let list: &'static [CustomKind] = kinds.to_vec().leak();
        known.push(list);
        list
    });
    *sync::write(&DECLARED) = list;
}

#[cfg(test)]
mod tests {
    use super::{CustomKind, find};
    use crate::embedded::CUSTOM_KINDS;

    #[test]
    fn every_row_is_read_and_has_a_source() {
        assert!(CUSTOM_KINDS.len() > 80);
        for (key, row) in CUSTOM_KINDS {
            let row: CustomKind = serde_json::from_str(row).unwrap_or_else(|error| panic!("{key}: {error}"));
            assert!(!row.source.is_empty() && !row.versions.is_empty() && !row.locations.is_empty(), "{key}");
            assert_eq!(*key, format!("{}/{}", row.group, row.kind));
        }
    }

    #[test]
    fn rows_are_found_by_version() {
        let volumes = |version: &str| find(version, "MPIJob").map(|row| row.versions.clone());
        assert_eq!(volumes("kubeflow.org/v1"), Some(vec!["v1".to_owned()]));
        assert_eq!(volumes("kubeflow.org/v2beta1"), Some(vec!["v2beta1".to_owned()]));
        assert!(volumes("example.com/v1").is_none());
    }
}
