//! Objects with pods: the selector, the labels and annotations of the pods, and what is around them.

use super::super::step::Step;
use super::super::tree::{Table, joined, text_at};
use super::value::{has_only, mirror, put_at};
use super::{Entry, claim, pod};
use crate::context::NAME_LABEL;
use crate::profile::sections::PODS;
use crate::source::Span;
use crate::yaml::node::{self, Node, Value};

/// What the pods of a workload are made from.
struct Template {
    /// `metadata` of the template.
    metadata: Option<Node<'static>>,
    /// `spec` of the template.
    spec: Node<'static>,
    /// Where it is.
    span: Span,
}

impl Entry<'_> {
    /// A pod, or a workload around one.
    pub(super) fn workload(&mut self) -> Option<()> {
        if self.section.name == PODS {
            let spec = std::mem::replace(&mut self.fields, Table::new(self.object.span()));
            self.fields = pod::keys(self, spec, &[]);
            return Some(());
        }
        let template = self.template()?;
        let claims = self.claim_templates();
        self.selector(template.metadata.as_ref())?;
        self.pod_metadata(&template);
        // Its keys have the names of fields of the workload, such as `selector`, and none of the pod's.
        let keys = self.section.kind.keys.iter().filter_map(|key| self.section.table.key(key.name));
        mirror(keys, &mut self.fields, &mut self.out);
        let further = pod::keys(self, Table::of(&template.spec), &claims);
        if !further.is_empty() {
            self.out.put("podSpec", further.span, further.node());
        }
        Some(())
    }

    /// Takes the template out of the fields. What a key cannot hold stays.
    fn template(&mut self) -> Option<Template> {
        let mut outer = Table::new(self.object.span());
        std::mem::swap(&mut outer, &mut self.fields);
        let is_cron = self.section.name == "cronJobs";
        let template = if is_cron {
            let job = outer.take("jobTemplate")?;
            for further in job.value.entries().iter().filter(|entry| entry.key.value != "spec") {
                put_at(&mut outer, &["jobTemplate"], further.clone());
            }
            let mut spec = Table::of(job.value.get("spec")?);
            let template = spec.take("template")?;
            if !spec.is_empty() {
                self.out.put("jobSpec", spec.span, spec.node());
            }
            template
        } else {
            outer.take("template")?
        };
        self.fields = outer;
        if !has_only(&template.value, &["metadata", "spec"]) {
            return None;
        }
        let metadata = template.value.get("metadata").cloned();
        let spec = template.value.get("spec")?.clone();
        matches!(spec.value, Value::Mapping(_)).then_some(Template {
            metadata,
            spec,
            span: template.key.span,
        })
    }

    /// Moves the claim templates, and returns their names.
    fn claim_templates(&mut self) -> Vec<String> {
        let Some(list) = self.fields.get("volumeClaimTemplates") else { return Vec::new() };
        let Some(table) = claim::templates(list, self.object, self.scope) else { return Vec::new() };
        let names = table.entries().iter().map(|entry| entry.key.value.to_string()).collect();
        if let Some(entry) = self.fields.take("volumeClaimTemplates") {
            self.out.put("volumeClaimTemplates", entry.key.span, table);
        }
        names
    }

    /// All labels of the object.
    fn labels(&self) -> Option<&Node<'static>> {
        self.object.plain.get("metadata")?.get("labels").filter(|labels| !labels.entries().is_empty())
    }

    /// The selector, unless it is the one that a profile renders by default.
    fn selector(&mut self, metadata: Option<&Node<'static>>) -> Option<()> {
        if !self.section.kind.selector {
            return Some(());
        }
        let selector = self.fields.take("selector")?;
        let labels = selector.value.get("matchLabels");
        let is_plain = has_only(&selector.value, &["matchLabels"]) && labels.is_some();
        let name = labels.and_then(super::value::only).filter(|label| label.key.value == NAME_LABEL);
        let of_pods = metadata.and_then(|metadata| text_at(metadata, &["labels", NAME_LABEL]));
        let of_object = self.labels().and_then(|labels| text_at(labels, &[NAME_LABEL]));
        let is_default = name.and_then(|label| label.value.as_str()).is_some_and(|label| {
            let own = of_object.unwrap_or(&self.object.name);
            own == label && of_pods == Some(label)
        });
        if is_plain && is_default {
            return Some(());
        }
        let value = match labels.filter(|_| is_plain) {
            Some(labels)
                if labels.get("matchLabels").is_none() && labels.get("matchExpressions").is_none() =>
            {
                labels.clone()
            }
            _ => selector.value.clone(),
        };
        self.out.put("selector", selector.key.span, value);
        Some(())
    }

    /// Labels and annotations of the pods, unless they are those of the object; other metadata goes to `spec`.
    fn pod_metadata(&mut self, template: &Template) {
        let empty = || Table::new(template.span).node();
        let metadata = template.metadata.as_ref();
        let own = |field: &str| metadata.and_then(|metadata| metadata.get(field));
        let matched = match self.out.get("selector") {
            Some(selector)
                if selector.get("matchExpressions").is_some() || selector.get("matchLabels").is_some() =>
            {
                selector.get("matchLabels").cloned().unwrap_or_else(empty)
            }
            Some(labels) => labels.clone(),
            None if self.section.kind.selector => {
                let mut table = Table::new(template.span);
                let label = own("labels").and_then(|labels| labels.entry(NAME_LABEL));
                table.entries.extend(label.cloned());
                table.node()
            }
            None => empty(),
        };
        let of_object = self.labels().cloned();
        let rendered =
            of_object.as_ref().map_or_else(|| matched.clone(), |labels| joined(matched.clone(), labels));
        let labels = own("labels").cloned().unwrap_or_else(empty);
        if !labels.has_same_value(&rendered) {
            let mut further = Table::of(&labels);
            further.entries.retain(|label| {
                matched.get(&label.key.value).is_none_or(|own| !own.has_same_value(&label.value))
            });
            if !further.is_empty() || of_object.is_some() {
                self.out.put("podLabels", labels.span, further.node());
            }
        }
        let annotations = own("annotations").cloned().unwrap_or_else(empty);
        let of_object = self.object.plain.get("metadata").and_then(|metadata| metadata.get("annotations"));
        if !annotations.has_same_value(of_object.unwrap_or(&empty())) {
            self.out.put("podAnnotations", annotations.span, annotations);
        }
        for further in metadata.map(Node::entries).unwrap_or_default() {
            // An empty table means none in `podLabels`.
            let is_empty = further.value.entries().is_empty();
            if is_empty || !matches!(&*further.key.value, "labels" | "annotations") {
                let path: &[&str] = match self.section.name {
                    "cronJobs" => &["jobTemplate", "spec", "template", "metadata"],
                    _ => &["template", "metadata"],
                };
                put_at(&mut self.fields, path, node::Entry::clone(further));
            }
        }
    }

    /// Whether shortcuts may be used.
    pub(super) fn has_shortcuts(&self) -> bool {
        self.step == Step::Shortcuts
    }
}
