//! From documents to a graph, with the links that the rules follow.

use std::collections::HashMap;
use std::ptr;

use k8s_openapi::api::core::v1::PersistentVolumeClaimSpec;

use super::{Column, Edge, Graph, Refusal, Vertex};
use crate::bundle::Bundle;
use crate::bundle::node_labels::node_labels;
use crate::document::object::{Object, PodPart};
use crate::document::{Derived, Document};
use crate::finding::Finding;
use crate::rules::driver::Claim;
use crate::rules::links::storage::storages;

/// The graph of the documents of a bundle. The errors among `findings` refuse links and objects.
#[must_use]
pub fn graph(bundle: &Bundle<'_>, findings: &[Finding]) -> Graph {
    let mut builder =
        Builder { bundle, graph: Graph::default(), known: HashMap::new(), places: HashMap::new() };
    for document in bundle.documents {
        builder.objects(document);
    }
    for document in bundle.documents {
        builder.links(document);
    }
    builder.refuse(findings);
    builder.graph
}

/// What a vertex is found by.
#[derive(Hash, PartialEq, Eq)]
enum Key<'a> {
    /// A document of the input, or what an operator makes of it.
    Document(*const Document<'a>),
    /// What the input lacks: column, namespace and name.
    Missing(Column, Option<&'a str>, String),
}

/// A vertex or an edge.
#[derive(Clone, Copy)]
enum Part {
    Vertex(usize),
    Edge(usize),
}

struct Builder<'b, 'a> {
    bundle: &'b Bundle<'a>,
    graph: Graph,
    known: HashMap<Key<'a>, usize>,
    /// By the position of a document in the input: the document, paths in it, and what is there.
    places: HashMap<usize, Vec<(&'a Document<'a>, String, Part)>>,
}

impl<'a> Builder<'_, 'a> {
    /// Adds a vertex for a class or claim.
    fn objects(&mut self, document: &'a Document<'a>) {
        match &document.object {
            Object::StorageClass(class) => {
                self.add_own(document, Column::Class, format!("StorageClass, {}", class.provisioner));
            }
            Object::VolumeAttributesClass(class) => {
                self.add_own(
                    document,
                    Column::Class,
                    format!("VolumeAttributesClass, {}", class.driver_name),
                );
            }
            Object::PersistentVolumeClaim(claim) => {
                self.add_own(document, Column::Claim, claim_text("claim", claim.spec.as_ref()));
            }
            _ => {}
        }
        for derived in &document.derived {
            if let Object::PersistentVolumeClaim(claim) = &derived.document.object {
                let about = claim_text(&format!("claim of {}", document.kind), claim.spec.as_ref());
                let at = self.add(&derived.document, Column::Claim, about);
                self.place(document, derived.path.clone(), Part::Vertex(at));
            }
        }
    }

    /// Adds what a document refers to.
    fn links(&mut self, document: &'a Document<'a>) {
        if let Object::PersistentVolumeClaim(claim) = &document.object
            && let Some(spec) = &claim.spec
            && let Some(at) = self.find(document)
        {
            self.sources(document, document, spec, "spec", at);
        }
        if let Some(pod) = document.object.pod() {
            self.pod(document, None, &pod);
        }
        for derived in &document.derived {
            let own = &derived.document;
            if let Object::PersistentVolumeClaim(claim) = &own.object
                && let Some(spec) = &claim.spec
                && let Some(at) = self.find(own)
            {
                self.sources(own, document, spec, &derived.path, at);
            }
            if let Some(pod) = own.object.pod() {
                self.pod(document, Some(derived), &pod);
            }
        }
    }

    /// Links a claim at `path` of `owner` to its class, or to the volume that it names.
    fn sources(
        &mut self,
        from: &'a Document<'a>,
        owner: &'a Document<'a>,
        spec: &'a PersistentVolumeClaimSpec,
        path: &str,
        to: usize,
    ) {
        let given = |name: &'a Option<String>| name.as_deref().filter(|name| !name.is_empty());
        let index = &self.bundle.index;
        let source = if let Some(name) = given(&spec.volume_name) {
            let found = index.volume(from, name).map(|(document, _)| document);
            self.source(found, "PersistentVolume", name)
        } else if let Some(name) = given(&spec.storage_class_name) {
            let found = index.class(from, name).map(|(document, _)| document);
            self.source(found, "StorageClass", name)
        } else if spec.storage_class_name.is_none() {
            let found = index.only_default_class().map(|(document, _)| document);
            self.source(found, "StorageClass", "default class")
        } else {
            self.source(None, "PersistentVolume", "any volume without a class")
        };
        self.link(source, to, owner, path.to_owned());
        if let Some(name) = given(&spec.volume_attributes_class_name) {
            let found = self.bundle.index.attributes_class(from, name).map(|(document, _)| document);
            let source = self.source(found, "VolumeAttributesClass", name);
            self.link(source, to, owner, format!("{path}.volumeAttributesClassName"));
        }
    }

    /// The vertex of a class or volume.
    fn source(&mut self, found: Option<&'a Document<'a>>, kind: &str, name: &str) -> usize {
        match found {
            Some(document) => {
                self.find(document).unwrap_or_else(|| self.add_own(document, Column::Class, kind.to_owned()))
            }
            None => self.missing(Column::Class, None, name, format!("{kind} of the cluster")),
        }
    }

    /// Links the claims of a pod to the workload that creates it; a custom resource has `derived` pods.
    fn pod(&mut self, owner: &'a Document<'a>, derived: Option<&'a Derived<'a>>, pod: &PodPart<'a>) {
        let document = derived.map_or(owner, |derived| &derived.document);
        let prefix: String = pod.prefix.iter().map(|field| format!("{field}.")).collect();
        let place = |path: String| match derived {
            Some(derived) => derived.path_of(&path),
            None => Some(path),
        };
        let storages = storages(document, pod, self.bundle);
        let volumes = pod.spec.volumes.as_deref().unwrap_or_default();
        let mut claims: Vec<(usize, &str, Vec<String>)> = Vec::new();
        for (template, storage) in storages.iter().enumerate() {
            let volume = storage.volume.map(|volume| format!("{prefix}spec.volumes[{volume}]"));
            let at = match (storage.document, &volume) {
                (Some(claim), _) => self.find(claim),
                (None, volume) => {
                    let (about, path) = match volume {
                        Some(volume) => {
                            ("ephemeral claim", format!("{volume}.ephemeral.volumeClaimTemplate"))
                        }
                        // The storages begin with the templates, in order.
                        None => ("claim template", format!("spec.volumeClaimTemplates[{template}]")),
                    };
                    let at = self.graph.vertices.len();
                    self.graph.vertices.push(Vertex {
                        column: Column::Claim,
                        name: storage.name.to_owned(),
                        about: claim_text(about, Some(storage.claim)),
                        is_known: true,
                        refused: Vec::new(),
                    });
                    if let Some(path) = place(path) {
                        self.place(owner, path.clone(), Part::Vertex(at));
                        self.sources(document, owner, storage.claim, &format!("{path}.spec"), at);
                    }
                    Some(at)
                }
            };
            let Some(at) = at else { continue };
            claims.push((at, storage.name, volume.and_then(place).into_iter().collect()));
        }
        for (volume, value) in volumes.iter().enumerate() {
            let Some(source) = &value.persistent_volume_claim else { continue };
            if storages.iter().any(|storage| storage.name == value.name) || source.claim_name.is_empty() {
                continue;
            }
            let namespace = owner.namespace.as_deref();
            let at =
                self.missing(Column::Claim, namespace, &source.claim_name, "claim of the cluster".to_owned());
            let path = place(format!("{prefix}spec.volumes[{volume}]"));
            claims.push((at, value.name.as_str(), path.into_iter().collect()));
        }
        if claims.is_empty() {
            return;
        }
        // Mounts of a volume are places of its link, too.
        let lists = [
            ("initContainers", pod.spec.init_containers.as_deref()),
            ("containers", Some(&pod.spec.containers)),
        ];
        for (list, containers) in lists {
            for (index, container) in containers.unwrap_or_default().iter().enumerate() {
                let mounts = container.volume_mounts.iter().flatten().map(|mount| mount.name.as_str());
                let devices = container.volume_devices.iter().flatten().map(|device| device.name.as_str());
                let named = mounts.enumerate().map(|(at, name)| ("volumeMounts", at, name));
                let named = named.chain(devices.enumerate().map(|(at, name)| ("volumeDevices", at, name)));
                for (field, at, name) in named {
                    let path = place(format!("{prefix}spec.{list}[{index}].{field}[{at}]"));
                    let claim = claims.iter_mut().find(|(_, volume, _)| *volume == name);
                    if let Some((claim, path)) = claim.zip(path) {
                        claim.2.push(path);
                    }
                }
            }
        }
        let workload =
            self.find(owner).unwrap_or_else(|| self.add_own(owner, Column::Workload, owner.kind.to_string()));
        for (claim, _, paths) in claims {
            let edge = self.edge(claim, workload);
            for path in paths {
                self.place(owner, path, Part::Edge(edge));
            }
        }
        let fields = ["spec.nodeSelector", "spec.affinity.nodeAffinity", "spec.nodeName"];
        let paths: Vec<String> =
            fields.iter().filter_map(|field| place(format!("{prefix}{field}"))).collect();
        if let Some(nodes) = nodes(pod) {
            let nodes = self.missing(Column::Nodes, None, &nodes, "nodes that the pod selects".to_owned());
            let edge = self.edge(workload, nodes);
            for path in paths {
                self.place(owner, path, Part::Edge(edge));
            }
        }
    }

    fn find(&self, document: &'a Document<'a>) -> Option<usize> {
        self.known.get(&Key::Document(ptr::from_ref(document))).copied()
    }

    /// Adds an object of the input.
    fn add_own(&mut self, document: &'a Document<'a>, column: Column, about: String) -> usize {
        let at = self.add(document, column, about);
        self.place(document, String::new(), Part::Vertex(at));
        at
    }

    fn add(&mut self, document: &'a Document<'a>, column: Column, about: String) -> usize {
        let at = self.graph.vertices.len();
        let name = match &*document.name {
            "" => document.kind.to_string(),
            name => name.to_owned(),
        };
        self.graph.vertices.push(Vertex { column, name, about, is_known: true, refused: Vec::new() });
        self.known.insert(Key::Document(ptr::from_ref(document)), at);
        at
    }

    /// The vertex of something that the cluster must have.
    fn missing(&mut self, column: Column, namespace: Option<&'a str>, name: &str, about: String) -> usize {
        let at = self.graph.vertices.len();
        let key = Key::Missing(column, namespace, format!("{name} {about}"));
        let known = *self.known.entry(key).or_insert(at);
        if known == at {
            let name = name.to_owned();
            self.graph.vertices.push(Vertex { column, name, about, is_known: false, refused: Vec::new() });
        }
        known
    }

    /// The link between two vertices; two volumes of one claim are one link.
    fn edge(&mut self, from: usize, to: usize) -> usize {
        // The links of a workload are added together.
        let recent = self.graph.edges.iter().rev().take_while(|edge| edge.to == to || edge.from == to);
        let same =
            recent.enumerate().find(|(_, edge)| (edge.from, edge.to) == (from, to)).map(|(back, _)| back);
        if let Some(back) = same {
            return self.graph.edges.len() - 1 - back;
        }
        self.graph.edges.push(Edge { from, to, refused: Vec::new() });
        self.graph.edges.len() - 1
    }

    /// A link whose place is `path` of `owner`.
    fn link(&mut self, from: usize, to: usize, owner: &'a Document<'a>, path: String) {
        let edge = self.edge(from, to);
        self.place(owner, path, Part::Edge(edge));
    }

    fn place(&mut self, owner: &'a Document<'a>, path: String, part: Part) {
        self.places.entry(owner.index).or_default().push((owner, path, part));
    }

    /// Puts each error where it belongs: at the link or object with the longest path that leads to it. Only rules about
    /// links and drivers refuse a link.
    fn refuse(&mut self, findings: &[Finding]) {
        for finding in findings {
            let Some(refusal) = Refusal::of(finding) else { continue };
            let Some(places) = finding.document.and_then(|index| self.places.get(&index)) else { continue };
            let path = finding.path.as_deref().unwrap_or_default();
            let is_link = finding.rule.code.starts_with(['L', 'D']);
            let leads = |place: &str| {
                path.strip_prefix(place)
                    .is_some_and(|rest| place.is_empty() || rest.is_empty() || rest.starts_with(['.', '[']))
            };
            // The items of a list have one position.
            let inside = |document: &Document<'_>| {
                let (span, own) = (finding.primary.span, document.root.span);
                span.source == own.source && own.start <= span.start && span.end <= own.end
            };
            let is_list = places.iter().any(|(document, ..)| !ptr::eq(*document, places[0].0));
            let found = places
                .iter()
                .filter(|(document, place, part)| {
                    leads(place)
                        && (is_link || matches!(part, Part::Vertex(_)))
                        && (!is_list || inside(document))
                })
                .max_by_key(|(_, place, _)| place.len());
            let Some((.., part)) = found else { continue };
            let refused = match *part {
                Part::Vertex(at) => &mut self.graph.vertices[at].refused,
                Part::Edge(at) => &mut self.graph.edges[at].refused,
            };
            if !refused.contains(&refusal) {
                refused.push(refusal);
            }
        }
    }
}

/// The nodes that a pod selects: labels, each with its values, or a name.
fn nodes(pod: &PodPart<'_>) -> Option<String> {
    if let Some(name) = pod.spec.node_name.as_deref().filter(|name| !name.is_empty()) {
        return Some(name.to_owned());
    }
    let mut labels: Vec<(&str, Vec<&str>)> = Vec::new();
    for (key, value) in node_labels(pod.spec) {
        match labels.iter_mut().find(|(known, _)| *known == key) {
            Some((_, values)) => values.push(value),
            None => labels.push((key, vec![value])),
        }
    }
    let text = |(key, values): &(&str, Vec<&str>)| match values.iter().all(|value| value.is_empty()) {
        true => (*key).to_owned(),
        false => format!("{key}={}", values.join("|")),
    };
    let texts: Vec<String> = labels.iter().map(text).collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// What a claim requests: `claim, 500Gi, ReadWriteOnce`.
fn claim_text(what: &str, spec: Option<&PersistentVolumeClaimSpec>) -> String {
    let Some(spec) = spec else { return what.to_owned() };
    let claim = Claim::new(spec);
    let mut parts = vec![what];
    parts.extend(Some(claim.size_text).filter(|size| !size.is_empty()));
    parts.extend(claim.modes.iter().map(String::as_str));
    parts.extend(Some(claim.volume_mode).filter(|mode| *mode != "Filesystem"));
    parts.join(", ")
}
