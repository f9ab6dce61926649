//! What the keys of an object can refer to, and what the objects of a profile share.

use std::collections::{BTreeMap, HashMap};

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
    /// The objects that others refer to, by section, namespace and name, with their positions.
    known: HashMap<(&'a str, Option<&'a str>, &'a str), usize>,
    /// The workloads by namespace, with their selectors.
    selectors: Vec<(Option<&'a str>, &'a Node<'static>, usize)>,
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
        let (mut known, mut selectors) = (HashMap::new(), Vec::new());
        for (at, (object, (section, key))) in objects.iter().zip(&names.places).enumerate() {
            let namespace = object.namespace.as_deref().filter(|_| !section.ends_with("Classes"));
            known.entry((*section, namespace, object.name.as_str())).or_insert(at);
            let selector = object.plain.get("spec").and_then(|spec| spec.get("selector")?.get("matchLabels"));
            if let Some(selector) = selector
                && matches!(*section, "deployments" | "statefulSets" | "daemonSets")
                && !key.contains('.')
            {
                selectors.push((namespace, selector, at));
            }
        }
        Self { names, known, selectors, driver }
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
        let namespace = namespace.filter(|_| !section.ends_with("Classes"));
        let at = self.known.get(&(section, namespace, name))?;
        self.names.places.get(*at).map(|(_, key)| key.as_str())
    }

    /// The workload of the same namespace that selects pods by these labels, as `section.key`.
    pub(super) fn workload(&self, namespace: Option<&str>, labels: &Node<'_>) -> Option<String> {
        let is_it = |(own, selector, _): &&(Option<&str>, &Node<'_>, usize)| {
            *own == namespace && selector.has_same_value(labels)
        };
        let mut found = self.selectors.iter().filter(is_it);
        let (_, _, at) = found.next()?;
        let (section, key) = self.names.places.get(*at)?;
        found.next().is_none().then(|| format!("{section}.{key}"))
    }
}
