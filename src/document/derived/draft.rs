//! A pod while it is put together from the parts of a custom resource.

use super::tree::{ADDED, entry, list, table, text};
use crate::catalog::custom_kind::Location;
use crate::document::fields;
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// Where programs look for shared memory.
const SHARED_MEMORY: &str = "/dev/shm";

/// A pod while it is put together.
pub(super) struct Draft<'t> {
    span: Span,
    metadata: Option<Node<'t>>,
    /// Fields of the pod's specification except its volumes and containers.
    spec: Vec<Entry<'t>>,
    volumes: Vec<Node<'t>>,
    containers: Vec<Node<'t>>,
    init_containers: Vec<Node<'t>>,
    paths: Vec<(String, Option<String>)>,
}

impl<'t> Draft<'t> {
    /// An empty pod.
    pub(super) fn new(span: Span) -> Self {
        let paths = vec![("spec".to_owned(), None), ("metadata".to_owned(), None)];
        Self {
            span,
            metadata: None,
            spec: Vec::new(),
            volumes: Vec::new(),
            containers: Vec::new(),
            init_containers: Vec::new(),
            paths,
        }
    }

    /// Gives the pod its metadata, which is at `path`.
    pub(super) fn metadata(&mut self, node: Option<&Node<'t>>, path: &str) {
        self.metadata = node.cloned();
        self.map("metadata".to_owned(), path);
    }

    /// Gives the pod the fields of a specification at `path`; only those of the type if the table has others.
    pub(super) fn spec(&mut self, node: &Node<'t>, path: &str, inline: bool) {
        self.map("spec".to_owned(), path);
        let kind = if inline { fields::find("PodSpec") } else { None };
        for field in node.entries() {
            let key = field.key.value.as_ref();
            let list = match key {
                "volumes" => &mut self.volumes,
                "containers" => &mut self.containers,
                "initContainers" => &mut self.init_containers,
                _ if kind.is_some_and(|kind| kind.field(key).is_none()) => continue,
                _ => {
                    self.spec.push(field.clone());
                    continue;
                }
            };
            if let Value::Sequence(items) = &field.value.value {
                let to = format!("spec.{key}");
                for (index, item) in items.iter().enumerate() {
                    list.push(item.clone());
                    self.paths.push((format!("{to}[{index}]"), Some(format!("{path}.{key}[{index}]"))));
                }
                self.paths.push((to, Some(format!("{path}.{key}"))));
            } else {
                // Decoding reports the type.
                self.spec.push(field.clone());
            }
        }
    }

    /// Adds those fields of a table that are fields of the pod and that it does not have yet; those that containers have,
    /// too, only if the table is not a container.
    pub(super) fn fields(&mut self, node: &Node<'t>, path: &str, is_container: bool) {
        const FIELDS: [&str; 8] = [
            "securityContext",
            "nodeSelector",
            "tolerations",
            "affinity",
            "serviceAccountName",
            "hostNetwork",
            "priorityClassName",
            "resourceClaims",
        ];
        for field in node.entries() {
            let key = field.key.value.as_ref();
            let is_known = self.spec.iter().any(|known| known.key.value == key);
            if FIELDS.contains(&key) && !is_known && !(is_container && key == "securityContext") {
                self.spec.push(field.clone());
                self.paths.push((format!("spec.{key}"), Some(format!("{path}.{key}"))));
            }
        }
    }

    /// Adds a container at `path`, without what a container cannot have.
    pub(super) fn container(&mut self, node: &Node<'t>, path: &str, is_init: bool) {
        let kind = fields::find("Container");
        let known = |field: &&Entry<'t>| kind.is_none_or(|kind| kind.field(&field.key.value).is_some());
        let fields = node.entries().iter().filter(known).cloned().collect();
        let (key, list) = if is_init {
            ("initContainers", &mut self.init_containers)
        } else {
            ("containers", &mut self.containers)
        };
        list.push(table(fields, node.span));
        let own = format!("spec.{key}[{}]", list.len() - 1);
        self.map(own, path);
    }

    /// Adds a volume; parts of it are at `places`.
    pub(super) fn volume(&mut self, node: Node<'t>, places: &[(&str, &str)]) {
        let own = format!("spec.volumes[{}]", self.volumes.len());
        self.paths.push((own.clone(), None));
        for (part, place) in places {
            self.map(format!("{own}{part}"), place);
        }
        self.volumes.push(node);
    }

    /// Adds a mount to a container; its path is at `place`.
    pub(super) fn mount(
        &mut self,
        container: usize,
        name: &str,
        path: Node<'t>,
        read_only: bool,
        place: Option<&str>,
    ) {
        let span = path.span;
        let mut fields = vec![entry("name", text(name.to_owned(), span)), entry("mountPath", path)];
        if read_only {
            fields.push(entry("readOnly", Node::new(Value::Bool(true), span)));
        }
        let Some(node) = self.containers.get_mut(container) else { return };
        let Value::Mapping(entries) = &mut node.value else { return };
        let at = entries.iter().position(|field| field.key.value == "volumeMounts");
        let at = at.unwrap_or_else(|| {
            entries.push(entry("volumeMounts", list(Vec::new(), span)));
            entries.len() - 1
        });
        let mounts = &mut entries[at].value.value;
        if *mounts == Value::Null {
            *mounts = Value::Sequence(Vec::new());
        }
        let Value::Sequence(mounts) = mounts else { return };
        mounts.push(table(fields, span));
        let own = format!("spec.containers[{container}].volumeMounts[{}]", mounts.len() - 1);
        self.paths.push((own.clone(), None));
        if let Some(place) = place {
            self.map(format!("{own}.mountPath"), place);
        }
    }

    /// The containers' number.
    pub(super) fn containers(&self) -> usize {
        self.containers.len()
    }

    /// The position of the container at a path.
    pub(super) fn container_at(&self, path: &str) -> Option<usize> {
        (0..self.containers.len()).find(|index| {
            let own = format!("spec.containers[{index}]");
            self.paths.iter().any(|(from, place)| *from == own && place.as_deref() == Some(path))
        })
    }

    /// The names that mounts and devices give.
    pub(super) fn mounted(&self) -> Vec<String> {
        let mut names = Vec::new();
        for container in self.containers.iter().chain(&self.init_containers) {
            for key in ["volumeMounts", "volumeDevices"] {
                let items = container.get(key).map(Node::items).unwrap_or_default();
                names.extend(items.iter().filter_map(|item| item.get("name")?.as_str()).map(str::to_owned));
            }
        }
        names
    }

    /// Whether the pod has a volume of this name.
    pub(super) fn has_volume(&self, name: &str) -> bool {
        self.volumes.iter().any(|volume| volume.get("name").and_then(Node::as_str) == Some(name))
    }

    /// The name's place in the text, and the path, of the volume of this name that the custom resource has.
    pub(super) fn own_volume(&self, name: &str) -> Option<(Span, String)> {
        let named = |volume: &Node<'_>| volume.get("name").and_then(Node::as_str) == Some(name);
        let index = self.volumes.iter().position(named)?;
        let own = format!("spec.volumes[{index}]");
        let (_, path) = self.paths.iter().find(|(known, _)| *known == own)?;
        Some((self.volumes[index].get("name")?.span, path.clone()?))
    }

    /// Adds a volume that the operator brings, about which nothing is known.
    pub(super) fn operator_volume(&mut self, name: &str) {
        let span = self.span;
        let secret = table(vec![entry("secretName", text(ADDED, span))], span);
        let volume = table(vec![entry("name", text(name.to_owned(), span)), entry("secret", secret)], span);
        self.volume(volume, &[]);
    }

    /// Adds shared memory to the container that the operator looks for, or else the first, unless it has some.
    pub(super) fn shared_memory(&mut self, name: Option<&str>) {
        let named = |node: &Node<'_>| node.get("name").and_then(Node::as_str) == name;
        let index = name.and_then(|_| self.containers.iter().position(named)).unwrap_or(0);
        let Some(container) = self.containers.get(index) else { return };
        let mounts = container.get("volumeMounts").map(Node::items).unwrap_or_default();
        let is_shared = |mount: &Node<'_>| {
            mount.get("mountPath").and_then(Node::as_str).map(|path| path.trim_end_matches('/'))
                == Some(SHARED_MEMORY)
        };
        if !mounts.iter().any(is_shared) {
            self.operator_volume(ADDED);
            let path = text(SHARED_MEMORY, self.span);
            self.mount(index, ADDED, path, false, None);
        }
    }

    /// Adds names, images and containers that the operator adds.
    pub(super) fn complete(&mut self, location: &Location) {
        let images = location.partial || location.image_optional || location.containers_optional;
        let names = location.name_optional;
        for list in [&mut self.containers, &mut self.init_containers] {
            for (index, node) in list.iter_mut().enumerate() {
                let span = node.span;
                let Value::Mapping(entries) = &mut node.value else { continue };
                for (key, is_added) in [("image", images), ("name", names)] {
                    if is_added {
                        let value =
                            if key == "image" { format!("{ADDED}:1") } else { format!("{ADDED}-{index}") };
                        give(entries, key, value, span);
                    }
                }
            }
        }
        if self.containers.is_empty() && (location.partial || location.containers_optional) {
            self.add_container();
        }
    }

    /// Gives the container that was added last an image, unless it has one.
    pub(super) fn bring_image(&mut self, is_init: bool) {
        let list = if is_init { &mut self.init_containers } else { &mut self.containers };
        if let Some(Node { value: Value::Mapping(entries), span }) = list.last_mut() {
            give(entries, "image", format!("{ADDED}:1"), *span);
        }
    }

    /// Adds a container that the operator brings.
    pub(super) fn add_container(&mut self) {
        let span = self.span;
        let fields = vec![entry("name", text(ADDED, span)), entry("image", text(format!("{ADDED}:1"), span))];
        self.containers.push(table(fields, span));
        self.paths.push((format!("spec.containers[{}]", self.containers.len() - 1), None));
    }

    /// Keeps the pod on the node of others, as the operator does.
    pub(super) fn on_one_node(&mut self) {
        let span = self.span;
        let term = table(vec![entry("topologyKey", text("kubernetes.io/hostname", span))], span);
        let required = entry("requiredDuringSchedulingIgnoredDuringExecution", list(vec![term], span));
        let affinity = table(vec![entry("podAffinity", table(vec![required], span))], span);
        self.spec.retain(|field| field.key.value != "affinity");
        self.spec.push(entry("affinity", affinity));
        self.paths.push(("spec.affinity".to_owned(), None));
    }

    /// Replaces the restart policy.
    pub(super) fn restart_policy(&mut self, policy: &str) {
        self.spec.retain(|field| field.key.value != "restartPolicy");
        self.spec.push(entry("restartPolicy", text(policy.to_owned(), self.span)));
        self.paths.push(("spec.restartPolicy".to_owned(), None));
    }

    /// Whether the pod has a restart policy of its own.
    pub(super) fn has_restart_policy(&self) -> bool {
        self.spec.iter().any(|field| field.key.value == "restartPolicy" && field.value.as_str() != Some(""))
    }

    fn map(&mut self, own: String, path: &str) {
        self.paths.retain(|(known, _)| *known != own);
        self.paths.push((own, Some(path.to_owned())));
    }

    /// The pod as a tree, and the places of its values.
    pub(super) fn finish(self) -> (Node<'t>, Vec<(String, Option<String>)>) {
        let span = self.span;
        let mut spec = self.spec;
        for (key, items) in [
            ("volumes", self.volumes),
            ("initContainers", self.init_containers),
            ("containers", self.containers),
        ] {
            if !items.is_empty() {
                spec.push(entry(key, list(items, span)));
            }
        }
        let mut fields = vec![entry("apiVersion", text("v1", span)), entry("kind", text("Pod", span))];
        fields.extend(self.metadata.map(|node| entry("metadata", node)));
        fields.push(entry("spec", table(spec, span)));
        (table(fields, span), self.paths)
    }
}

/// Sets a text unless the table has one that is not empty under this key.
fn give<'t>(entries: &mut Vec<Entry<'t>>, key: &'static str, value: String, span: Span) {
    let is_given = |field: &Entry<'_>| {
        field.key.value == key && field.value.value != Value::Null && field.value.as_str() != Some("")
    };
    if !entries.iter().any(is_given) {
        entries.retain(|field| field.key.value != key);
        entries.push(entry(key, text(value, span)));
    }
}
