//! The claims and other objects that an operator makes.

use super::maker::Maker;
use super::place::Place;
use super::tree::{ADDED, entry, is_on, list, table, text};
use crate::catalog::custom_kind::{Holds, Location, Per};
use crate::document::Derived;
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

impl<'d, 't> Maker<'d, 't> {
    /// The claim of a template.
    pub(super) fn claim(&self, location: &'static Location, place: &Place<'d, 't>) -> Option<Derived<'t>> {
        let span = place.node.span;
        let mut paths = vec![(String::new(), Some(place.path.clone()))];
        let (metadata, mut spec) = if location.holds == Holds::PersistentVolumeClaim {
            (place.node.get("metadata").cloned(), place.node.get("spec").cloned())
        } else {
            paths = vec![(String::new(), None), ("spec".to_owned(), Some(place.path.clone()))];
            (None, Some(place.node.clone()))
        };
        let name = self.template_name(location, place).map(str::to_owned);
        let has_name = location.claim.as_deref().is_some_and(|claim| claim.contains("{template}"))
            || location.per == Some(Per::Pod)
                && location.holds == Holds::PersistentVolumeClaim
                && !is_ephemeral(location);
        let metadata = match metadata {
            Some(node) if name.is_some() || has_name => node,
            Some(mut node) => {
                if let Value::Mapping(fields) = &mut node.value {
                    fields.push(entry("name", text(ADDED, span)));
                }
                node
            }
            None if has_name && location.name_at.is_none() => table(Vec::new(), span),
            None => {
                let name = name.clone().unwrap_or_else(|| ADDED.to_owned());
                table(vec![entry("name", text(name, span))], span)
            }
        };
        if location.all_optional
            && let Some(Node { value: Value::Mapping(fields), .. }) = &mut spec
        {
            complete(fields, span);
            for field in ["accessModes", "resources"] {
                let is_given = place.node.get(field).is_some_and(|node| node.value != Value::Null);
                if !is_given {
                    paths.push((format!("spec.{field}"), None));
                }
            }
        }
        let mut fields =
            vec![entry("apiVersion", text("v1", span)), entry("kind", text("PersistentVolumeClaim", span))];
        fields.push(entry("metadata", metadata));
        fields.extend(spec.map(|spec| entry("spec", spec)));
        let mut made = self.made(location, &place.path, table(fields, span), paths);
        made.document.name = self.claim_name(&place.path, name.as_deref().unwrap_or_default()).into();
        made.count = self.count(location, place);
        Some(made)
    }

    /// The claim that an operator makes with a size at a place, or none if the quantity has nothing to do with one.
    pub(super) fn quantity(&self, location: &'static Location, place: &Place<'d, 't>) -> Option<Derived<'t>> {
        if location.alone {
            return None;
        }
        let (parent, _) = location.path.rsplit_once('.')?;
        let sibling = |holds: Holds| {
            let near = |other: &&'static Location| {
                other.holds == holds && other.path.rsplit_once('.').is_some_and(|(other, _)| other == parent)
            };
            let found = self.locations().find(near)?;
            Some((found, place.first(&self.document.root, &location.path, &found.path)))
        };
        let name = sibling(Holds::ClaimName);
        let is_made = |name: &Location| {
            name.made_when.as_deref().map(|path| {
                place.first(&self.document.root, &location.path, path).is_some_and(|found| is_on(found.node))
            })
        };
        if let Some((named, given)) = &name
            && !is_made(named).unwrap_or(given.is_none())
        {
            // The claim exists.
            return None;
        }
        let span = place.node.span;
        let at = place.path.clone();
        let mut paths = vec![
            (String::new(), None),
            ("spec.resources".to_owned(), Some(at.clone())),
            ("spec.resources.requests[storage]".to_owned(), Some(at)),
        ];
        let requests = table(vec![entry("storage", place.node.clone())], span);
        let mut spec = vec![entry("resources", table(vec![entry("requests", requests)], span))];
        // Operators omit an empty class, so that the claim has the default one.
        if let Some((_, Some(class))) = sibling(Holds::ClassName)
            && class.node.as_str() != Some("")
        {
            spec.push(entry("storageClassName", class.node.clone()));
            paths.push(("spec.storageClassName".to_owned(), Some(class.path)));
        }
        if let Some((_, Some(modes))) = sibling(Holds::AccessModes) {
            spec.push(entry("accessModes", modes.node.clone()));
            paths.push(("spec.accessModes".to_owned(), Some(modes.path)));
        } else if let Some((_, Some(mode))) = sibling(Holds::AccessMode) {
            spec.push(entry("accessModes", list(vec![mode.node.clone()], span)));
            paths.push(("spec.accessModes".to_owned(), Some(mode.path)));
        }
        complete(&mut spec, span);
        let given = name.as_ref().and_then(|(_, given)| given.as_ref()).and_then(|given| given.node.as_str());
        let default = name.as_ref().and_then(|(named, _)| named.claim_default.as_deref());
        let claim = match (given, default) {
            (Some(name), _) => name.to_owned(),
            (None, Some(default)) => default.replace("{object}", &self.document.name),
            (None, None) => self.claim_name(&place.path, ""),
        };
        let metadata = table(vec![entry("name", text(ADDED, span))], span);
        let root = table(
            vec![
                entry("apiVersion", text("v1", span)),
                entry("kind", text("PersistentVolumeClaim", span)),
                entry("metadata", metadata),
                entry("spec", table(spec, span)),
            ],
            span,
        );
        let mut made = self.made(location, &place.path, root, paths);
        made.document.name = claim.into();
        if let Some((named, None)) = &name
            && named.made_when.is_some()
        {
            // Pods mount the claim under its default name.
            made.count = self.count(named, place);
        }
        Some(made)
    }

    /// The Job of a template.
    pub(super) fn job(&self, location: &'static Location, place: &Place<'d, 't>) -> Derived<'t> {
        let span = place.node.span;
        let name = table(vec![entry("name", text(ADDED, span))], span);
        let mut fields = vec![entry("apiVersion", text("batch/v1", span)), entry("kind", text("Job", span))];
        fields.push(entry("metadata", name));
        fields.extend(place.node.get("spec").map(|spec| entry("spec", job_spec(spec))));
        let paths = vec![
            (String::new(), Some(place.path.clone())),
            ("metadata".to_owned(), None),
            // The pod has a location of its own.
            ("spec.template".to_owned(), None),
        ];
        self.made(location, &place.path, table(fields, span), paths)
    }

    /// A whole object, whose name the operator may give.
    pub(super) fn resource(&self, location: &'static Location, place: &Place<'d, 't>) -> Derived<'t> {
        let span = place.node.span;
        let mut root = place.node.clone();
        let mut paths = vec![(String::new(), Some(place.path.clone()))];
        if let Value::Mapping(fields) = &mut root.value {
            let at = fields.iter().position(|field| field.key.value == "metadata");
            let at = at.unwrap_or_else(|| {
                fields.push(entry("metadata", table(Vec::new(), span)));
                fields.len() - 1
            });
            if let Value::Mapping(metadata) = &mut fields[at].value.value
                && !metadata.iter().any(|field| matches!(field.key.value.as_ref(), "name" | "generateName"))
            {
                metadata.push(entry("name", text(ADDED, span)));
                paths.push(("metadata.name".to_owned(), None));
            }
        }
        let mut made = self.made(location, &place.path, root, paths);
        made.count = self.count(location, place);
        made
    }

    /// The name of a claim template.
    pub(super) fn template_name<'n>(&self, location: &Location, place: &Place<'n, 't>) -> Option<&'n str> {
        let name = match &location.name_at {
            Some(field) => place.node.get(field),
            None => place.node.get("metadata").and_then(|metadata| metadata.get("name")),
        };
        name.and_then(Node::as_str).filter(|name| !name.is_empty())
    }

    /// The name of the claim that is made at a path; one that no manifest contains if it is not known before.
    pub(super) fn claim_name(&self, path: &str, template: &str) -> String {
        let location = self.locations().find(|location| {
            let start = location.path.split(['[', '{']).next().unwrap_or_default();
            location.claim.is_some() && path.starts_with(start) && location.per != Some(Per::Pod)
        });
        match location
            .and_then(|location| location.claim.as_deref())
            .filter(|claim| !claim.contains("{random}"))
        {
            Some(claim) => claim.replace("{template}", template).replace("{object}", &self.object_name()),
            None => format!("{} {path}", self.document.name),
        }
    }
}

impl Maker<'_, '_> {
    /// The name of the object; one that no manifest contains if the API server completes it.
    fn object_name(&self) -> String {
        let prefix =
            self.document.root.get("metadata").and_then(|metadata| metadata.get("generateName")?.as_str());
        match prefix {
            Some(prefix) if self.document.name.is_empty() => format!("{prefix}*"),
            _ => self.document.name.to_string(),
        }
    }
}

/// The specification of a job, with only those fields of the containers of its pod that the rules for jobs read: the pod has a
/// location of its own.
fn job_spec<'t>(spec: &Node<'t>) -> Node<'t> {
    fn reduced<'t>(node: &Node<'t>, key: &str, reduce: &dyn Fn(&Node<'t>) -> Node<'t>) -> Node<'t> {
        let fields = node.entries().iter().map(|field| match field.key.value == key {
            true => Entry { key: field.key.clone(), value: reduce(&field.value) },
            false => field.clone(),
        });
        match &node.value {
            Value::Mapping(_) => table(fields.collect(), node.span),
            _ => node.clone(),
        }
    }
    fn container<'t>(node: &Node<'t>) -> Node<'t> {
        const READ: [&str; 5] = ["name", "image", "restartPolicy", "volumeMounts", "volumeDevices"];
        let fields = node.entries().iter().filter(|field| READ.contains(&field.key.value.as_ref()));
        table(fields.cloned().collect(), node.span)
    }
    let containers = |node: &Node<'t>| match &node.value {
        Value::Sequence(items) => list(items.iter().map(container).collect(), node.span),
        _ => node.clone(),
    };
    let pod = |node: &Node<'t>| {
        let node = reduced(node, "containers", &containers);
        reduced(&node, "initContainers", &containers)
    };
    reduced(spec, "template", &|template| reduced(template, "spec", &pod))
}

fn is_ephemeral(location: &Location) -> bool {
    location.path.contains("ephemeral")
}

/// Adds the fields that every claim has.
fn complete<'t>(fields: &mut Vec<Entry<'t>>, span: Span) {
    let has = |fields: &[Entry<'t>], key: &str| {
        fields.iter().any(|field| field.key.value == key && field.value.value != Value::Null)
    };
    if !has(fields, "accessModes") {
        fields.push(entry("accessModes", list(vec![text("ReadWriteMany", span)], span)));
    }
    if !has(fields, "resources") {
        let requests = table(vec![entry("storage", text("1Gi", span))], span);
        fields.push(entry("resources", table(vec![entry("requests", requests)], span)));
    }
}
