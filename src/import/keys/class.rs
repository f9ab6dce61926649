//! Classes, and the kinds whose keys refer to other objects.

use super::super::step::Step;
use super::Entry;
use super::value::scalars;
use crate::context::{DEFAULT_CLASS, file_system_parameter};
use crate::yaml::node::{Node, Value};

impl Entry<'_> {
    /// A storage class: its driver, its file system, and whether it is the default.
    pub(super) fn class(&mut self) {
        let provisioner =
            self.fields.get("provisioner").and_then(Node::as_str).unwrap_or_default().to_owned();
        self.driver("provisioner");
        if self.step > Step::Shortcuts {
            return;
        }
        let key = file_system_parameter(&provisioner);
        if let Some(mut parameters) = self.fields.take("parameters") {
            if let Value::Mapping(entries) = &mut parameters.value.value
                && let Some(at) = entries.iter().position(|entry| entry.key.value == key)
                && entries[at].value.as_str().is_some()
            {
                let file_system = entries.remove(at);
                self.out.put_as("fsType", file_system);
            }
            let is_empty = parameters.value.entries().is_empty();
            if !is_empty || self.out.get("fsType").is_none() {
                self.fields.entries.push(parameters);
            }
        }
        let Some(mut annotations) = self.out.take("annotations") else { return };
        if let Value::Mapping(entries) = &mut annotations.value.value {
            let is_default = |value: &Node<'_>| match value.as_str() {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => None,
            };
            let found = entries.iter().position(|entry| entry.key.value == DEFAULT_CLASS);
            if let Some(at) = found
                && let Some(value) = is_default(&entries[at].value)
            {
                let mut entry = entries.remove(at);
                entry.value.value = Value::Bool(value);
                self.out.put_as("default", entry);
                if entries.is_empty() {
                    return;
                }
            }
        }
        self.out.entries.push(annotations);
    }

    /// The driver, unless it is that of the profile.
    pub(super) fn driver(&mut self, field: &str) {
        let is_shared =
            self.fields.get(field).and_then(Node::as_str).is_some_and(|driver| self.scope.is_driver(driver));
        if is_shared {
            self.fields.take(field);
        }
    }

    /// Parameters that are numbers or booleans, as such.
    pub(super) fn parameters(&mut self) {
        if self.step == Step::Shortcuts
            && let Some(parameters) = self.out.take("parameters")
        {
            self.out.put_as(
                "parameters",
                crate::yaml::node::Entry { value: scalars(parameters.value), ..parameters },
            );
        }
    }

    /// The keys of snapshots, services and volumes that do not mirror a field.
    pub(super) fn references(&mut self) {
        let namespace = self.object.namespace.as_deref();
        match self.section.name {
            "volumeSnapshots" => {
                if let Some(source) = self.fields.take("source") {
                    match super::value::only(&source.value) {
                        Some(entry) if entry.key.value == "persistentVolumeClaimName" => {
                            let claim = self.scope.reference("claims", namespace, &entry.value);
                            self.out.put("claim", entry.key.span, claim);
                        }
                        Some(entry) if entry.key.value == "volumeSnapshotContentName" => {
                            self.out.put("content", entry.key.span, entry.value.clone());
                        }
                        _ => self.fields.entries.push(source),
                    }
                }
                if let Some(class) = self.fields.take("volumeSnapshotClassName") {
                    let value = self.scope.reference("volumeSnapshotClasses", None, &class.value);
                    self.out.put("class", class.key.span, value);
                }
            }
            "persistentVolumes" => {
                if let Some(capacity) = self.fields.take("capacity") {
                    match super::value::only(&capacity.value) {
                        Some(entry) if entry.key.value == "storage" => {
                            self.out.put("size", entry.key.span, entry.value.clone());
                        }
                        _ => self.fields.entries.push(capacity),
                    }
                }
            }
            "services" if self.step == Step::Shortcuts => {
                let selector = self.fields.get("selector");
                let workload = selector.and_then(|labels| self.scope.workload(namespace, labels));
                if let Some(workload) = workload
                    && let Some(selector) = self.fields.take("selector")
                {
                    self.out.put(
                        "workload",
                        selector.key.span,
                        super::super::tree::text(workload, selector.key.span),
                    );
                }
            }
            _ => {}
        }
    }
}
