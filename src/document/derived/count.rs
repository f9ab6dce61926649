//! How many pods an operator makes of a pod template.

use super::maker::Maker;
use super::place::Place;
use super::tree::is_on;
use crate::catalog::custom_kind::{Count, Holds, Location};
use crate::document::Factor;
use crate::yaml::node::{Node, Value};

impl<'d, 't> Maker<'d, 't> {
    /// The factors of the number of pods at a place.
    pub(super) fn count(&self, location: &Location, place: &Place<'d, 't>) -> Vec<Factor> {
        let root = &self.document.root;
        let number = |pattern: &str| {
            let found = place.first(root, &location.path, pattern)?;
            integer(found.node).map(|number| Factor { path: Some(found.path), number })
        };
        if let Some(nodes) = &self.kind.nodes
            && place
                .first(root, &location.path, &nodes.of)
                .and_then(|labels| Some(labels.node.get(&nodes.label)?.as_str() == Some(&nodes.value)))
                == Some(true)
        {
            return vec![number(&nodes.path).unwrap_or(Factor { path: None, number: nodes.default })];
        }
        let (counts, most) = self.counts(location);
        let mut factors: Vec<Factor> = counts
            .iter()
            .map(|count| match count {
                Count::Fixed(number) => Factor { path: None, number: *number },
                Count::Nodes(_) => Factor { path: None, number: i64::MAX },
                Count::Annotation(count) => {
                    let annotations = place.node.get("metadata").and_then(|node| node.get("annotations"));
                    let value = annotations.and_then(|node| node.get(&count.annotation));
                    let given = value.and_then(|node| node.as_str()?.parse().ok());
                    Factor { path: None, number: given.or(count.default).unwrap_or(1) }
                }
                Count::Path(count) => {
                    let mut factor = number(&count.path)
                        .unwrap_or(Factor { path: None, number: count.default.unwrap_or(1) });
                    let less = count.less_when.as_deref();
                    if less.is_some_and(|path| place.first(root, &location.path, path).is_some()) {
                        factor.number -= 1;
                    }
                    factor
                }
            })
            .collect();
        if let Some(first) = location.count_first.as_deref().and_then(number) {
            factors = vec![first];
        }
        let is_scaled = location.most_when.as_deref().is_none_or(|path| {
            place.first(root, &location.path, path).is_some_and(|found| is_on(found.node))
        });
        if let Some(most) = most.filter(|_| is_scaled).and_then(number)
            && let Some(first) = factors.first_mut()
            && most.number > first.number
        {
            *first = most;
        }
        factors
    }

    /// The counts of a location: its own, those of the pod that it belongs to, or those of the kind.
    fn counts(&self, location: &Location) -> (&'static [Count], Option<&'static str>) {
        let pods = |other: &&'static Location| {
            matches!(other.holds, Holds::PodTemplateSpec | Holds::PodSpec | Holds::Container)
                && !other.count.is_empty()
        };
        let own = self.locations().find(|other| other.path == location.path && !other.count.is_empty());
        let near = || {
            let shared = |other: &&'static Location| {
                location
                    .path
                    .split('.')
                    .zip(other.path.split('.'))
                    .take_while(|(one, two)| one == two)
                    .count()
            };
            self.locations().filter(pods).filter(|other| shared(other) > 0).max_by_key(|other| {
                // Of equals the first.
                (shared(other), std::cmp::Reverse(other.path.len()))
            })
        };
        match own.or_else(|| if self.kind.count.is_empty() && is_use(location) { near() } else { None }) {
            Some(other) => (&other.count, other.most.as_deref()),
            None if is_use(location) || location.holds == Holds::PodTemplateSpec => {
                (&self.kind.count, self.kind.most.as_deref())
            }
            None => (&[], None),
        }
    }
}

/// Whether a location names a claim that pods of another location mount.
fn is_use(location: &Location) -> bool {
    matches!(location.holds, Holds::ClaimName | Holds::StorageUri | Holds::ClaimUri)
}

fn integer(node: &Node<'_>) -> Option<i64> {
    match &node.value {
        Value::Integer(number) => Some(*number),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}
