//! What the keys of an object can refer to, and what the objects of a profile share.

use std::collections::BTreeMap;

use super::super::names::Names;
use super::super::object::Object;
use super::super::step::Step;
use super::super::tree::{Table, text, text_at};
use crate::source::Span;
use crate::yaml::node::Node;

/// What the keys of an object refer to.
#[derive(Debug)]
pub(in crate::import) struct Scope<'a> {
    pub(super) names: &'a Names,
    objects: &'a [Object],
    /// The driver of most classes.
    driver: Option<String>,
}

impl<'a> Scope<'a> {
    pub(in crate::import) fn new(
        objects: &'a [Object],
        steps: &[Step],
        names: &'a Names,
        driver: Option<&str>,
    ) -> Self {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (object, _) in objects.iter().zip(steps).filter(|(_, step)| **step < Step::Verbatim) {
            let field = match object.kind.as_str() {
                "StorageClass" => "provisioner",
                "VolumeAttributesClass" => "driverName",
                "VolumeSnapshotClass" => "driver",
                _ => continue,
            };
            if let Some(driver) = text_at(&object.plain, &[field]) {
                *counts.entry(driver).or_default() += 1;
            }
        }
        let most = counts.into_iter().max_by_key(|(driver, count)| (*count, std::cmp::Reverse(*driver)));
        let driver = driver.or(most.map(|(driver, _)| driver)).map(str::to_owned);
        Self { names, objects, driver }
    }

    /// The keys at the top of the profile.
    pub(in crate::import) fn top(&self, at: Span, top: &mut Table) {
        if let Some(driver) = &self.driver {
            top.put("driver", at, text(driver, at));
        }
    }

    /// Whether a class without a driver of its own gets this one.
    pub(super) fn is_driver(&self, driver: &str) -> bool {
        self.driver.as_deref() == Some(driver)
    }

    /// A reference to the object of a section by its key, or to one of the cluster by its name.
    pub(super) fn reference(
        &self,
        section: &str,
        namespace: Option<&str>,
        name: &Node<'static>,
    ) -> Node<'static> {
        match name.as_str().and_then(|own| self.key(section, namespace, own)) {
            Some(key) => text(key, name.span),
            None => {
                let mut table = Table::new(name.span);
                table.put("existing", name.span, name.clone());
                table.node()
            }
        }
    }

    /// The key of the object of this name.
    pub(super) fn key(&self, section: &str, namespace: Option<&str>, name: &str) -> Option<&str> {
        let found = self.objects.iter().zip(&self.names.places).find(|(object, (own, _))| {
            *own == section
                && object.name == name
                && (section.ends_with("Classes") || object.namespace.as_deref() == namespace)
        });
        found.map(|(_, (_, key))| key.as_str())
    }

    /// The workload of the same namespace that selects pods by these labels, as `section.key`.
    pub(super) fn workload(&self, namespace: Option<&str>, labels: &Node<'_>) -> Option<String> {
        let mut found = self.objects.iter().zip(&self.names.places).filter(|(object, (section, key))| {
            let selector = object.plain.get("spec").and_then(|spec| spec.get("selector")?.get("matchLabels"));
            object.namespace.as_deref() == namespace
                && matches!(*section, "deployments" | "statefulSets" | "daemonSets")
                && !key.contains('.')
                && selector.is_some_and(|selector| selector.has_same_value(labels))
        });
        let (_, (section, key)) = found.next()?;
        found.next().is_none().then(|| format!("{section}.{key}"))
    }
}
