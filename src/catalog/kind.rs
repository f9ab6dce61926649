//! The kinds of objects that volwright validates and renders: rows of `kinds.toml`.

use std::str::FromStr;
use std::sync::OnceLock;

use crate::lookup::Lookup;
use crate::nearest::{did_you_mean, nearest};

/// A kind of the Kubernetes API.
#[derive(Debug)]
pub struct Kind {
    /// The name, such as `StatefulSet`; also the name of its type.
    pub name: &'static str,
    /// Group and version, such as `apps/v1`. The first is the one that is rendered.
    pub api_versions: &'static [&'static str],
    /// The resource and its group, as kubectl prints them before a name: `statefulset.apps`.
    pub resource: &'static str,
    /// The resource in the plural, as kubectl accepts it: `statefulsets`.
    pub plural: &'static str,
    /// Short names that kubectl accepts: `sts`.
    pub short_names: &'static [&'static str],
    /// Whether its objects have a namespace.
    pub namespaced: bool,
    /// Whether it is decoded into the API's type.
    pub typed: bool,
    /// The grammar of its names.
    pub names: Names,
    /// Whether the server keeps the generation of a new object, and so validates it; for other kinds it starts counting anew.
    pub keeps_generation: bool,
    /// Whether its finalizers need no domain.
    pub any_finalizers: bool,
    /// The dotted path of the pod template in an object; empty if the object is a pod itself.
    pub pod_template: Option<&'static str>,
    /// Whether `spec.selector` must match the labels of the pod template.
    pub selector: bool,
    /// The profile's section of such objects.
    pub section: Option<&'static str>,
    /// What the section's objects accept in addition to the keys of their form.
    pub keys: &'static [Key],
    /// The keys of the section's objects that insert pods of the profile; the kind is a custom one then.
    pub pods: &'static [Role],
}

/// A key of a section's objects that inserts a pod of the profile.
#[derive(Debug)]
pub struct Role {
    /// The key.
    pub name: &'static str,
    /// Where the pod goes; `[]` is an item of a list, and the value of the key is then a table of them by name.
    pub path: &'static str,
    /// What is there.
    pub holds: Part,
    /// The field of an item that gets its name.
    pub naming: Option<&'static str>,
    /// The name of the first container.
    pub container: Option<&'static str>,
    /// Fields next to the pod, unless the profile sets them: JSON, or empty.
    pub beside: &'static str,
    /// The paths of fields that are not next to the pod.
    pub at: &'static [(&'static str, &'static str)],
    /// Fields of the pod that are not rendered.
    pub drop: &'static [&'static str],
    /// Fields of the pod that are rendered; all if empty.
    pub keep: &'static [&'static str],
    /// Fields of its containers that are rendered; all if empty.
    pub keep_in_container: &'static [&'static str],
    /// The paths of fields of the first container that are rendered elsewhere.
    pub lift: &'static [(&'static str, &'static str)],
    /// Fields of the pod that replace those of the profile: JSON, or empty.
    pub pod: &'static str,
    /// Further fields, by path.
    pub set: &'static [(&'static str, &'static str)],
    /// What it means.
    pub about: &'static str,
}

/// What of a pod a location holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// The pod template.
    #[default]
    Template,
    /// The specification.
    Spec,
    /// The first container; the rest of the pod goes next to it.
    Container,
}

/// The grammar of the names of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// A DNS subdomain.
    #[default]
    Subdomain,
    /// A DNS label.
    Label,
    /// A DNS label that begins with a letter; from 1.36, any DNS label.
    Service,
    /// Anything that can be one segment of a path.
    PathSegment,
    /// An IP address.
    Address,
    /// A DNS subdomain, which the server makes up if it is missing.
    Optional,
    /// The metadata is not validated: the server answers a request and stores nothing.
    None,
}

/// A key of a section's objects that mirrors a field of the kind.
#[derive(Debug)]
pub struct Key {
    /// The key, which is also the name of the field.
    pub name: &'static str,
    /// The form of the value, unless `values` lists the values.
    pub value: Option<Form>,
    /// The texts to choose from.
    pub values: &'static [&'static str],
    /// Whether an object must have it.
    pub required: bool,
    /// Dotted paths that replace it if it is required and missing.
    pub instead: &'static [&'static str],
    /// The path of the field, for custom kinds.
    pub path: Option<&'static str>,
    /// What it means; by default the field of its name.
    pub about: Option<&'static str>,
}

/// The form of a value in a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// A list of texts.
    Texts,
    /// A table of texts, such as labels.
    Labels,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A quantity.
    Quantity,
    /// A table that mirrors an object of the API.
    Object,
    /// A list of such tables.
    Objects,
    /// The claim templates of a stateful set, by name.
    ClaimTemplates,
    /// When claims made from templates are deleted.
    Retention,
    /// A list of access modes.
    AccessModes,
    /// A claim of the profile, or of the cluster.
    Claim,
    /// A volume snapshot class of the profile, or of the cluster.
    SnapshotClass,
}

static ALL: &[Kind] = include!(concat!(env!("OUT_DIR"), "/kinds.rs"));

/// Every kind, in the order in which objects are applied.
#[must_use]
pub fn all() -> &'static [Kind] {
    ALL
}

/// The kind of this name, if it is decoded.
#[must_use]
pub fn find(name: &str) -> Option<&'static Kind> {
    static LOOKUP: OnceLock<Lookup> = OnceLock::new();
    let lookup = LOOKUP.get_or_init(|| Lookup::new(all().iter().map(|kind| kind.name)));
    lookup.find(name, |at| all()[at].name).map(|at| &all()[at]).filter(|kind| kind.typed)
}

/// The kind that `text` names as kubectl or a profile does.
///
/// # Errors
///
/// If no kind has the name; the text says what to write instead.
pub fn called(text: &str) -> Result<&'static Kind, String> {
    all().iter().find(|kind| kind.is_called(text)).ok_or_else(|| {
        let names = all().iter().flat_map(|kind| kind.section.into_iter().chain([kind.plural, kind.name]));
        let sections = all().iter().filter_map(|kind| kind.section).collect::<Vec<_>>().join(", ");
        did_you_mean(nearest(text, names), &format!("known kinds: {sections}"))
    })
}

/// Whether objects of this kind have no namespace.
#[must_use]
pub fn is_cluster_scoped(kind: &str) -> bool {
    all().iter().any(|known| known.name == kind && !known.namespaced)
}

/// Which objects of a render to output.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only objects of these kinds, unless empty.
    pub only: Vec<&'static Kind>,
    /// Only objects of this scope.
    pub scope: Option<Scope>,
}

/// Who can apply an object: an administrator of the cluster, or a team in its namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Objects of the cluster, such as classes.
    Cluster,
    /// Objects in a namespace, such as claims and pods.
    Namespaced,
}

impl Filter {
    /// Whether an object of this kind is output. A kind that is not in the catalogue counts as namespaced.
    #[must_use]
    pub fn accepts(&self, kind: &str) -> bool {
        let known = all().iter().find(|known| known.name == kind);
        let namespaced = known.is_none_or(|known| known.namespaced);
        // The catalogue row for objects of any kind applies to kinds without a row.
        let only = |only: &Kind| only.name == kind || (known.is_none() && only.api_versions.is_empty());
        (self.only.is_empty() || self.only.iter().any(|row| only(row)))
            && self.scope.is_none_or(|scope| namespaced == (scope == Scope::Namespaced))
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "cluster" => Ok(Self::Cluster),
            "namespaced" => Ok(Self::Namespaced),
            _ => Err("write `cluster` or `namespaced`".to_owned()),
        }
    }
}

impl Kind {
    /// Whether `text` names the kind as kubectl or a profile does: `PersistentVolumeClaim`, `persistentvolumeclaims`,
    /// `pvc`, `claims`. Letter case does not matter.
    #[must_use]
    pub fn is_called(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        let resource = self.resource.split('.').next().unwrap_or_default();
        let section = self.section.unwrap_or_default().to_lowercase();
        text == self.name.to_lowercase()
            || text == resource
            || text == self.plural
            || text == self.resource
            || (!section.is_empty() && (text == section || format!("{text}s") == section))
            || self.short_names.contains(&text.as_str())
    }

    /// Whether its objects are custom resources, rendered without a template.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        !self.pods.is_empty()
    }

    /// Whether its objects are, or create, pods.
    #[must_use]
    pub fn has_pods(&self) -> bool {
        self.pod_template.is_some()
    }

    /// The fields that lead from an object to the specification of its pods.
    #[must_use]
    pub fn pod_spec(&self) -> Vec<&str> {
        let template = self.pod_template.unwrap_or_default();
        template.split('.').filter(|part| !part.is_empty()).chain(["spec"]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::all;

    #[test]
    fn every_row_is_read_and_no_two_share_a_name() {
        assert!(all().len() > 10);
        for (index, kind) in all().iter().enumerate() {
            assert!(all()[..index].iter().all(|other| !other.is_called(kind.name)), "{}", kind.name);
            assert!(
                kind.keys.iter().all(|key| key.value.is_some() == key.values.is_empty()),
                "{}",
                kind.name
            );
        }
    }
}
