//! The pods that an operator makes of templates, containers and references to claims.

use std::collections::BTreeMap;

use super::draft::Draft;
use super::facts::claim_of_uri;
use super::maker::Maker;
use super::place::Place;
use super::tree::{ADDED, entry, is_on, table, text};
use crate::catalog::custom_kind::{Holds, Location, Per};
use crate::document::Derived;
use crate::yaml::node::Node;

impl<'d, 't> Maker<'d, 't> {
    /// The pod of a template, or of a specification.
    pub(super) fn pod(&self, location: &'static Location, place: &Place<'d, 't>) -> Derived<'t> {
        let mut draft = Draft::new(place.node.span);
        match location.holds {
            Holds::PodTemplateSpec => {
                let at = |field: &str| format!("{}.{field}", place.path);
                draft.metadata(place.node.get("metadata"), &at("metadata"));
                let empty = table(Vec::new(), place.node.span);
                draft.spec(
                    place.node.get("spec").unwrap_or(&empty),
                    &at("spec"),
                    location.inline || location.partial,
                );
            }
            _ => draft.spec(place.node, &place.path, location.inline || location.partial),
        }
        let mut sources = location.volumes.clone();
        for inner in self.locations().filter(|inner| is_inside(inner, location)) {
            for found in place.select(&self.document.root, &location.path, &inner.path) {
                match inner.holds {
                    Holds::Container => {
                        draft.container(found.node, &found.path, false);
                        draft.complete(inner);
                        if self.has_image_elsewhere(inner, &found) {
                            draft.bring_image(false);
                        }
                        sources.extend(inner.volumes.iter().filter(|path| !is_of(path, location)).cloned());
                    }
                    Holds::StorageUri => self.uri_mount(&mut draft, inner, &found),
                    _ => {}
                }
            }
        }
        draft.complete(location);
        if let Some(extra) = &location.extra_mounts {
            self.extra_mounts(&mut draft, location, place, extra);
        }
        self.finish(draft, location, place, &sources)
    }

    /// Mounts a claim that a URI names in the container that has the URI.
    fn uri_mount(&self, draft: &mut Draft<'t>, location: &Location, place: &Place<'d, 't>) {
        let Some(claim) = place.node.as_str().and_then(claim_of_uri).filter(|name| !name.is_empty()) else {
            return;
        };
        let (Some(container), Some(mount)) = (draft.container_at(place.parent()), &location.mount) else {
            return;
        };
        let name = format!("{}-{}", ADDED, draft.containers());
        draft.volume(
            claim_volume(text(name.clone(), place.node.span), claim, place.node),
            &[(".persistentVolumeClaim.claimName", &place.path)],
        );
        draft.mount(
            container,
            &name,
            text(mount.clone(), place.node.span),
            self.is_read_only(location),
            None,
        );
    }

    /// Whether a claim behind a URI is mounted for reading only.
    fn is_read_only(&self, location: &Location) -> bool {
        let writable = location.writable_when.as_deref().and_then(|text| text.split_once('='));
        let metadata = self.document.root.get("metadata").and_then(|node| node.get("annotations"));
        location.holds == Holds::StorageUri
            && !writable.is_some_and(|(annotation, value)| {
                metadata.and_then(|node| node.get(annotation)?.as_str()) == Some(value)
            })
    }

    /// Mounts the claims of a list in every container.
    fn extra_mounts(&self, draft: &mut Draft<'t>, location: &Location, place: &Place<'d, 't>, list: &str) {
        for (number, found) in place.select(&self.document.root, &location.path, list).iter().enumerate() {
            let Some(path) = found.node.get("mountPath") else { continue };
            let name = format!("{ADDED}-{number}");
            let claim = found.node.get("volumeClaimName").and_then(|node| Some((node, node.as_str()?)));
            if let Some((node, claim)) = claim {
                let at = format!("{}.volumeClaimName", found.path);
                draft.volume(
                    claim_volume(text(name.clone(), node.span), claim, node),
                    &[(".persistentVolumeClaim.claimName", &at)],
                );
            } else if let Some(node) = found.node.get("volumeClaim") {
                let at = format!("{}.volumeClaim", found.path);
                let claim = self.claim_name(&at, "");
                draft.volume(
                    claim_volume(text(name.clone(), node.span), &claim, node),
                    &[(".persistentVolumeClaim", &at)],
                );
            } else {
                continue;
            }
            let at = format!("{}.mountPath", found.path);
            for container in 0..draft.containers() {
                draft.mount(container, &name, path.clone(), false, Some(&at));
            }
        }
    }

    /// The pods of containers that are not in a pod: one for each item that holds some.
    pub(super) fn container_groups(&self, made: &mut Vec<Derived<'t>>) {
        let is_part = |location: &&'static Location| {
            let is_held = || self.locations().any(|pod| is_inside(location, pod));
            matches!(location.holds, Holds::Container | Holds::VolumeMount) && !is_held()
        };
        let mut groups: BTreeMap<String, Vec<(&'static Location, Place<'d, 't>)>> = BTreeMap::new();
        for location in self.locations().filter(is_part) {
            for place in self.places(location) {
                groups.entry(place.group(&location.path)).or_default().push((location, place));
            }
        }
        for members in groups.into_values() {
            let Some((first, place)) = members.first() else { continue };
            let mut draft = Draft::new(place.node.span);
            let mut sources = Vec::new();
            for (location, member) in &members {
                if location.holds == Holds::Container {
                    let is_init = location.path.contains("initContainers");
                    draft.container(member.node, &member.path, is_init);
                    draft.complete(location);
                    if self.has_image_elsewhere(location, member) {
                        draft.bring_image(is_init);
                    }
                }
                for source in &location.volumes {
                    if !sources.contains(source) {
                        sources.push(source.clone());
                    }
                }
            }
            if draft.containers() == 0 {
                draft.add_container();
            }
            for fields in &first.pod_fields {
                for found in place.select(&self.document.root, &first.path, fields) {
                    draft.fields(found.node, &found.path, found.path == place.path);
                }
            }
            for (_, member) in members.iter().filter(|(location, _)| location.holds == Holds::VolumeMount) {
                let name = member.node.get("name").and_then(Node::as_str);
                if let (Some(name), Some(path)) = (name, member.node.get("mountPath")) {
                    let at = format!("{}.mountPath", member.path);
                    draft.mount(
                        0,
                        name,
                        path.clone(),
                        member.node.get("readOnly").is_some_and(is_on),
                        Some(&at),
                    );
                }
            }
            made.push(self.finish(draft, first, place, &sources));
        }
    }

    /// Whether the image of a container without one comes from another place of the object.
    fn has_image_elsewhere(&self, location: &Location, place: &Place<'d, 't>) -> bool {
        let is_set = |path: &String| place.first(&self.document.root, &location.path, path).is_some();
        location.image_elsewhere.iter().any(is_set)
    }

    /// A pod that mounts the claim that a location names, unless a pod of another location does.
    pub(super) fn claim_user(
        &self,
        location: &'static Location,
        place: &Place<'d, 't>,
    ) -> Option<Derived<'t>> {
        let given = place.node.as_str()?;
        let is_uri = location.holds != Holds::ClaimName;
        let claim = if is_uri { claim_of_uri(given)? } else { given };
        let is_held = location.mounted
            || is_uri
                && location.mount.is_some()
                && self.locations().any(|other| {
                    other.holds == Holds::Container
                        && location.path.rsplit_once('.').map(|(parent, _)| parent) == Some(&*other.path)
                });
        if claim.is_empty() || is_held {
            return None;
        }
        let mut draft = Draft::new(place.node.span);
        draft.add_container();
        draft.volume(
            claim_volume(text(ADDED, place.node.span), claim, place.node),
            &[("", &place.path), (".persistentVolumeClaim.claimName", &place.path)],
        );
        let mount = text("/mnt", place.node.span);
        draft.mount(0, ADDED, mount, self.is_read_only(location), None);
        Some(self.finish(draft, location, place, &[]))
    }

    /// A pod of a volume that no pod of another location has.
    pub(super) fn volume_user(&self, location: &'static Location, place: &Place<'d, 't>) -> Derived<'t> {
        let mut draft = Draft::new(place.node.span);
        draft.add_container();
        if location.holds == Holds::Volume {
            draft.volume(place.node.clone(), &[("", &place.path)]);
        } else {
            let mut fields = vec![entry("name", text(ADDED, place.node.span))];
            fields.extend(place.node.entries().iter().cloned());
            draft.volume(table(fields, place.node.span), &[("", &place.path)]);
        }
        self.finish(draft, location, place, &[])
    }

    /// Adds what the pod's mounts name and the operator adds.
    fn finish(
        &self,
        mut draft: Draft<'t>,
        location: &'static Location,
        place: &Place<'d, 't>,
        sources: &[String],
    ) -> Derived<'t> {
        let mounted = draft.mounted();
        for source in sources {
            let of = self.locations().find(|other| other.path == *source);
            for found in place.select(&self.document.root, &location.path, source) {
                let is_template = of.is_some_and(|of| of.holds == Holds::PersistentVolumeClaim);
                let name = match of.filter(|_| is_template) {
                    Some(of) => self.template_name(of, &found),
                    None => found.node.get("name").and_then(Node::as_str),
                };
                let Some(name) = name else { continue };
                let is_mounted = mounted.iter().any(|mounted| mounted == name);
                if is_template {
                    let claim = || self.claim_name(&found.path, name);
                    let per_pod = of.and_then(|of| of.per) == Some(Per::Pod);
                    if let Some((own, path)) = draft.own_volume(name) {
                        // Of a StatefulSet's pods the claim replaces the volume; otherwise there are two.
                        if !per_pod {
                            draft.volume(
                                claim_volume(text(name.to_owned(), own), &claim(), found.node),
                                &[("", &path)],
                            );
                        }
                    } else if is_mounted {
                        draft.volume(
                            claim_volume(text(name.to_owned(), found.node.span), &claim(), found.node),
                            &[],
                        );
                    }
                } else if is_mounted && !draft.has_volume(name) {
                    draft.volume(found.node.clone(), &[("", &found.path)]);
                }
            }
        }
        let elsewhere = self.kind.volumes_elsewhere
            || location.partial && sources.is_empty() && location.holds != Holds::PodSpec;
        for name in &mounted {
            let is_added = elsewhere
                || self.kind.operator_volumes.contains(name)
                || self.is_placeholder(name)
                || location.holds == Holds::Container && sources.is_empty();
            if is_added && !name.is_empty() && !draft.has_volume(name) {
                draft.operator_volume(name);
            }
        }
        let unless = location.shared_memory_unless.as_deref();
        let has_no_memory = unless.is_some_and(|path| {
            place.first(&self.document.root, &location.path, path).is_some_and(|found| is_on(found.node))
        });
        if (self.kind.shared_memory || location.shared_memory) && !has_no_memory {
            draft.shared_memory(location.container.as_deref());
        }
        let together = location.together_when.as_deref();
        if location.together
            || together
                .and_then(|path| place.first(&self.document.root, &location.path, path))
                .is_some_and(|found| is_on(found.node))
        {
            draft.on_one_node();
        }
        let restart = self.restart_policy(location, place);
        if let Some(policy) = location.restart.as_ref().filter(|restart| restart.path.is_none())
            && let Some(policy) = policy.default.as_deref().filter(|_| !draft.has_restart_policy())
        {
            draft.restart_policy(policy);
        }
        if let Some((_, policy)) = &restart {
            let known = matches!(policy.as_str(), "Always" | "OnFailure" | "Never");
            draft.restart_policy(if known { policy } else { "Never" });
        }
        let (root, paths) = draft.finish();
        let mut made = self.made(location, &place.path, root, paths);
        made.document.kind.clone_from(&self.document.kind);
        made.document.api_version.clone_from(&self.document.api_version);
        made.document.name.clone_from(&self.document.name);
        made.count = self.count(location, place);
        made.restart = restart.and_then(|(path, policy)| Some((path?, policy)));
        made
    }

    /// The restart policy that replaces the pod's own: its path if it is set, and its value.
    fn restart_policy(&self, location: &Location, place: &Place<'d, 't>) -> Option<(Option<String>, String)> {
        let restart = location.restart.as_ref()?;
        let given = place.first(&self.document.root, &location.path, restart.path.as_deref()?);
        match given.as_ref().and_then(|given| Some((given.path.clone(), given.node.as_str()?.to_owned()))) {
            Some((path, policy)) => Some((Some(path), policy)),
            None => Some((None, restart.default.clone()?)),
        }
    }

    /// Whether a text contains an expression that is replaced later.
    fn is_placeholder(&self, text: &str) -> bool {
        self.kind.placeholders.as_deref().is_some_and(|start| text.contains(start))
    }
}

/// A volume of a claim.
fn claim_volume<'t>(name: Node<'t>, claim: &str, node: &Node<'t>) -> Node<'t> {
    let span = node.span;
    let source = table(vec![entry("claimName", text(claim.to_owned(), span))], span);
    table(vec![entry("name", name), entry("persistentVolumeClaim", source)], span)
}

/// Whether a location is inside the pod of another.
fn is_inside(inner: &Location, pod: &Location) -> bool {
    matches!(pod.holds, Holds::PodSpec | Holds::PodTemplateSpec) && is_of(&inner.path, pod)
}

/// Whether a path is below that of a location.
fn is_of(path: &str, pod: &Location) -> bool {
    path.strip_prefix(pod.path.as_str()).is_some_and(|rest| rest.starts_with('.'))
}
