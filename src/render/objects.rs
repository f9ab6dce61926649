//! The objects of a profile as their templates render them.

use std::collections::{BTreeMap, HashSet};

use super::last::{Documents, Facts, Taken};
use crate::catalog::kind;
use crate::context::{Removed, context, custom, object, with_further_fields};
use crate::document::object::Object as DecodedObject;
use crate::document::{Document, written};
use crate::finding::Finding;
use crate::hash::FastMap;
use crate::parallel;
use crate::profile::rules::INVALID_PROFILE_VALUE;
use crate::profile::{Object, Profile, path_parts, sections};
use crate::source::{Sources, Span};
use crate::template::rules::TEMPLATE_FAILURE;
use crate::template::{Memo, Templates};
use crate::yaml::node::{Node, Value};

/// An object of a profile, and what its template renders.
pub(super) struct RenderedObject<'p> {
    pub(super) object: Object<'p>,
    pub(super) made: Made,
    /// Whether it refers to objects that are rendered only if something does.
    pub(super) refers: bool,
}

/// What a template renders.
pub(super) enum Made {
    /// The objects of this render.
    Now(Vec<Node<'static>>),
    /// The object of the last render, whose tree has its new name, which so many of its texts begin with.
    Renamed(Box<Document<'static>>, usize, Facts),
    /// The object of the last render, which would be the same.
    Before(Box<Document<'static>>, Facts),
}

impl Made {
    /// Whether the last render found no reference to an object that is rendered only if something refers to it.
    fn refers_to_nothing(&self) -> bool {
        matches!(
            self,
            Self::Renamed(.., Facts { refers: false, .. }) | Self::Before(_, Facts { refers: false, .. })
        )
    }

    /// The decoded object that needs another name, and the number of texts that begin with it.
    pub(super) fn to_rename(&self) -> Option<(&DecodedObject, usize)> {
        match self {
            Self::Renamed(document, count, _) => Some((&document.object, *count)),
            _ => None,
        }
    }

    fn roots(&self) -> &[Node<'static>] {
        match self {
            Self::Now(roots) => roots,
            Self::Renamed(document, ..) | Self::Before(document, _) => std::slice::from_ref(&document.root),
        }
    }
}

/// Every object that is rendered, in the order of the profile; the paths of `unset` that applied; and what failed. `documents`
/// are those of the last render.
pub(super) fn objects<'p>(
    profile: &'p Profile,
    documents: &mut Documents,
    templates: &Templates,
    sources: &Sources,
    memo: Option<&Memo>,
) -> (Vec<RenderedObject<'p>>, Removed, Vec<Finding>) {
    let (mut removed, mut findings) = (Removed::new(), Vec::new());
    let mut found: Vec<usize> = Vec::new();
    let mut rendered = BTreeMap::new();
    // A claim that exists in the cluster is only referred to.
    let inserted = object::inserted_pods(profile);
    let is_inserted =
        |object: &Object<'_>| object.section.name == sections::PODS && inserted.contains(&object.key);
    let objects: Vec<Object<'p>> = profile
        .objects()
        .filter(|object| object.node.get("existing").is_none() && !is_inserted(object))
        .collect();
    let (mut wanted, mut catalogue): (Vec<usize>, Vec<usize>) =
        (0..objects.len()).partition(|at| !profile.is_in_catalogue(&objects[*at]));
    // Few names matter: those of objects that are rendered only if something refers to them.
    let offered: Offered<'_> = catalogue
        .iter()
        .map(|at| ((objects[*at].section.kind.name, objects[*at].name.as_str()), *at))
        .rev()
        .collect();
    // What an object of the catalogue refers to is rendered in turn.
    while !wanted.is_empty() {
        let render = |at: &usize| {
            let object = &objects[*at];
            let mut removed = Removed::new();
            let rendered_roots = if object.section.name == sections::OBJECTS {
                Ok(vec![object::object(profile, object, &mut removed)])
            } else if object.section.kind.is_custom() {
                Ok(vec![custom::object(profile, object, &mut removed)])
            } else {
                let template = object.section.kind.name.to_ascii_lowercase();
                let context = context(profile, object, &mut removed);
                templates.render(&template, context, object.span, sources, memo)
            };
            let roots = rendered_roots.map(|roots| -> Vec<_> {
                let mut further = |root| {
                    let mut root = with_further_fields(root, profile, object, &mut removed);
                    written::keep(&mut root, sources);
                    root
                };
                roots.into_iter().map(&mut further).collect()
            });
            (*at, roots.map(Made::Now), removed)
        };
        let mut done = Vec::new();
        if let Some(same) = profile.same() {
            wanted.retain(|at| {
                let object = &objects[*at];
                let known = documents.take(same, object.section.name, object.key);
                let is_known = known.is_some();
                done.extend(known.map(|taken| {
                    let made = match taken {
                        Taken::Document(document, facts) => Made::Before(Box::new(document), facts),
                        Taken::Renamed(document, count, facts) => {
                            Made::Renamed(Box::new(document), count, facts)
                        }
                    };
                    (*at, Ok(made), Removed::new())
                }));
                !is_known
            });
        }
        // After a template of the user that exceeds the limit of time, none is started.
        match templates.are_built_in() {
            true => done.extend(parallel::map_small(&wanted, render)),
            false => done.extend(wanted.iter().map(render)),
        }
        done.sort_by_key(|(at, ..)| *at);
        for (at, made, further) in done {
            let object = &objects[at];
            removed.extend(further);
            match made {
                Ok(made) => {
                    let roots = made.roots();
                    findings.extend(roots.iter().filter_map(|root| malformed(root, object.span)));
                    findings.extend(roots.iter().flat_map(|root| lost_nulls(root, object.node)));
                    let before = found.len();
                    if !made.refers_to_nothing() {
                        roots.iter().for_each(|root| refer(root, &offered, &mut found));
                    }
                    let refers = found.len() > before;
                    rendered.insert(at, (made, refers));
                }
                Err(wrong) => findings.extend(wrong),
            }
        }
        let references: HashSet<usize> = found.iter().copied().collect();
        let is_used = |at: &usize| {
            let object = &objects[*at];
            let first = offered.get(&(object.section.kind.name, object.name.as_str()));
            first.is_some_and(|first| references.contains(first))
        };
        (wanted, catalogue) = catalogue.into_iter().partition(is_used);
    }
    let with_object = |(at, (made, refers)): (usize, _)| {
        let object = objects[at].clone();
        RenderedObject { object, made, refers }
    };
    let rendered = rendered.into_iter().map(with_object).collect();
    (rendered, removed, findings)
}

/// A finding for rendered text that is not an object. Objects of decoded kinds are validated later.
fn malformed(root: &Node<'_>, owner: Span) -> Option<Finding> {
    let text = |path: &[&str]| {
        let node = path.iter().try_fold(root, |node, field| node.get(field));
        node.and_then(Node::as_str).is_some_and(|text| !text.is_empty())
    };
    let kind = root.get("kind").and_then(Node::as_str).unwrap_or_default();
    if kind::find(kind).is_some() {
        return None;
    }
    let named = text(&["metadata", "name"]) || text(&["metadata", "generateName"]);
    let missing = match (text(&["apiVersion"]), text(&["kind"]), named) {
        (false, ..) => "apiVersion",
        (_, false, _) => "kind",
        (.., false) => "metadata.name",
        _ => return None,
    };
    let mut finding =
        Finding::new(&TEMPLATE_FAILURE, owner, format!("the template renders an object without `{missing}`"));
    finding.help("every object has `apiVersion`, `kind` and `metadata.name`, each of which is text");
    Some(finding)
}

/// The paths of `nulls` that lead to no field of the rendered object, because a list has no such item.
fn lost_nulls(root: &Node<'_>, node: &Node<'static>) -> Vec<Finding> {
    let is_null = |path: &str| {
        let parts = path_parts(path)?;
        let found = parts.iter().try_fold(root, |node, part| {
            let index = part.strip_prefix('[').and_then(|part| part.strip_suffix(']')?.parse::<usize>().ok());
            index.map_or_else(|| node.get(part), |index| node.items().get(index))
        });
        Some(found?.value == Value::Null)
    };
    let paths = node.get("nulls").map(Node::items).unwrap_or_default();
    let lost = paths.iter().filter(|path| path.as_str().and_then(is_null) != Some(true));
    lost.map(|path| {
        let shown = path.as_str().unwrap_or_default();
        let message = format!("`nulls` matches nothing: the object has no place for `{shown}`");
        let mut finding = Finding::new(&INVALID_PROFILE_VALUE, path.span, message);
        finding.help("write a path of the rendered object, such as `spec.template.spec.volumes[0].emptyDir`");
        finding
    })
    .collect()
}

/// The kind of the objects that a field refers to by name, wherever it is.
fn referred_kind(field: &str) -> Option<&'static str> {
    Some(match field {
        "storageClassName" | "volume.beta.kubernetes.io/storage-class" => "StorageClass",
        "volumeAttributesClassName" => "VolumeAttributesClass",
        "volumeSnapshotClassName" => "VolumeSnapshotClass",
        "claimName" | "persistentVolumeClaimName" => "PersistentVolumeClaim",
        "volumeName" => "PersistentVolume",
        _ => return None,
    })
}

/// Objects that are rendered only if something refers to them, by kind and name.
type Offered<'n> = FastMap<(&'n str, &'n str), usize>;

/// Collects the offered objects that a tree refers to, once for each reference.
fn refer<'n>(node: &'n Node<'_>, offered: &Offered<'n>, references: &mut Vec<usize>) {
    let mut add = |kind: &'n str, name: &'n str| references.extend(offered.get(&(kind, name)));
    for entry in node.entries() {
        let key = entry.key.value.as_ref();
        if let Some(kind) = referred_kind(key)
            && let Some(name) = entry.value.as_str()
        {
            add(kind, name);
        }
        if matches!(key, "dataSource" | "dataSourceRef")
            && let Some(kind) = entry.value.get("kind").and_then(Node::as_str)
            && let Some(kind) = kind::all().iter().find(|known| known.name == kind)
            && let Some(name) = entry.value.get("name").and_then(Node::as_str)
        {
            add(kind.name, name);
        }
    }
    node.entries().iter().for_each(|entry| refer(&entry.value, offered, references));
    node.items().iter().for_each(|item| refer(item, offered, references));
}
