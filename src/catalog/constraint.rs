//! What the API server requires of the fields of built-in kinds: rows of `constraints.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use crate::embedded::CONSTRAINTS;

/// The constraints of some kinds.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Group {
    /// The kinds.
    pub kinds: Vec<String>,
    /// The API versions; empty if the constraints apply to all of them.
    #[serde(default)]
    pub api_versions: Vec<String>,
    /// What precedes each path; by default nothing.
    #[serde(default)]
    pub bases: Vec<String>,
    /// Where the facts are from.
    pub source: String,
    /// The constraints.
    pub fields: Vec<Constraint>,
}

/// A constraint on the value at a path. See `constraints.toml` for the notation of paths.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub struct Constraint {
    /// The path from the base.
    pub path: String,
    /// A value is required.
    pub required: bool,
    /// A value that is given must not be the empty text.
    pub not_blank: bool,
    /// The value must not be set.
    pub forbidden: bool,
    /// The supported texts.
    pub values: Vec<String>,
    /// The form of the text, of a map of labels, or of a quantity.
    pub format: Option<Format>,
    /// A missing text or number is checked as the empty text or as 0.
    pub empty: bool,
    /// A number of 0 is checked, because the field is a pointer in the API.
    pub zero: bool,
    /// The smallest number.
    pub min: Option<i64>,
    /// The largest number.
    pub max: Option<i64>,
    /// The largest number of bytes of a text.
    pub max_length: Option<usize>,
    /// The largest number of items of a list.
    pub max_items: Option<usize>,
    /// The field by which the items of a list must differ; empty if the items themselves must.
    pub unique: Option<String>,
    /// The value is a label selector.
    pub selector: bool,
    /// Fields of the object at the path, of which one must be set.
    pub one_of: Vec<String>,
    /// What the server reports if none of them is set.
    pub none: Option<Cause>,
    /// What the server reports if several of them are set.
    pub many: Option<Cause>,
    /// What the server reports instead of the usual cause.
    pub cause: Option<Cause>,
    /// Where the server reports it: `list`, `parent` or the name of a field next to the value.
    pub at: Option<String>,
    /// Fields next to the value and their texts, for which the constraint applies; a missing field has the empty text.
    pub when: BTreeMap<String, Vec<String>>,
    /// The constraint applies if one of these fields next to the value is set.
    pub when_set: Vec<String>,
    /// The constraint does not apply if one of these fields next to the value is set.
    pub unless_set: Vec<String>,
    /// The first minor version that has the constraint.
    pub since: u8,
    /// What to write instead, or why.
    pub help: Option<String>,
}

/// The error types of the server (apimachinery, `field.ErrorType`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cause {
    /// A value is missing.
    Required,
    /// A value does not have the form that it needs.
    Invalid,
    /// A value is not one of a fixed set.
    NotSupported,
    /// A value must not be set.
    Forbidden,
}

/// The form of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Format {
    /// A DNS label.
    Label,
    /// A DNS label that begins with a letter.
    Label1035,
    /// The name of a Service: a DNS label, which must begin with a letter before 1.36.
    ServiceName,
    /// A DNS subdomain.
    Subdomain,
    /// A DNS subdomain, or `*` for all.
    SubdomainOrAll,
    /// A DNS subdomain whose first part can be `*`.
    Host,
    /// A DNS subdomain of at least three parts.
    FullyQualifiedName,
    /// A name with an optional domain.
    QualifiedName,
    /// A domain, `/` and a path.
    DomainPrefixedPath,
    /// One segment of a path.
    PathSegment,
    /// A path that begins with `/`.
    AbsolutePath,
    /// A path of URLs without empty, `.` and `..` segments.
    PlainPath,
    /// The name of a port.
    PortName,
    /// The number or the name of a port.
    Port,
    /// A key of a ConfigMap or Secret.
    ConfigMapKey,
    /// An IP address.
    Ip,
    /// An IP address that is not of the local host or link.
    EndpointIp,
    /// A network, such as `10.0.0.0/8`.
    Cidr,
    /// The name of a CSI driver.
    CsiDriver,
    /// The name of a certificate signer.
    Signer,
    /// A finalizer.
    Finalizer,
    /// The name of a device resource: a name with a domain that is not of Kubernetes.
    ExtendedResource,
    /// The domain and the name of an attribute of a device.
    DeviceAttribute,
    /// A map of labels.
    Labels,
    /// A number of pods or a percentage.
    CountOrShare,
    /// A quantity that is not negative.
    NonNegativeQuantity,
    /// A quantity above 0.
    PositiveQuantity,
}

#[derive(Deserialize)]
struct File {
    groups: Vec<Group>,
}

/// Every group of constraints.
#[must_use]
pub fn all() -> &'static [Group] {
    static ALL: OnceLock<Vec<Group>> = OnceLock::new();
    ALL.get_or_init(|| {
        serde_json::from_str::<File>(CONSTRAINTS).map_or_else(|_| Vec::new(), |file| file.groups)
    })
}

/// The groups of a kind in one of its API versions; the empty one means any.
pub fn of<'k>(kind: &'k str, api_version: &'k str) -> impl Iterator<Item = &'static Group> + 'k {
    all().iter().filter(move |group| {
        group.kinds.iter().any(|name| name == kind)
            && (group.api_versions.is_empty()
                || api_version.is_empty()
                || group.api_versions.iter().any(|version| version == api_version))
    })
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::catalog::kind;

    #[test]
    fn every_group_has_kinds_and_a_source() {
        assert!(all().len() > 30);
        for group in all() {
            assert!(!group.source.is_empty() && !group.fields.is_empty(), "{:?}", group.kinds);
            assert!(group.kinds.iter().all(|name| kind::find(name).is_some()), "{:?}", group.kinds);
        }
    }
}
