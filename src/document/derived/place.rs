//! Finds the nodes at a pattern such as `spec.replicaSpecs{}.template`.

use crate::yaml::node::{Node, Value};

/// A node that a pattern leads to.
#[derive(Clone, Debug)]
pub(super) struct Place<'n, 't> {
    /// The node.
    pub node: &'n Node<'t>,
    /// Its path, in the notation of the API server.
    pub path: String,
    /// The items and map values on the way: how many steps of the pattern lead there, and the node and path.
    bounds: Vec<(usize, &'n Node<'t>, String)>,
}

/// The nodes at `pattern`, in their order.
pub(super) fn select<'n, 't>(root: &'n Node<'t>, pattern: &str) -> Vec<Place<'n, 't>> {
    let start = Place { node: root, path: String::new(), bounds: Vec::new() };
    steps(start, pattern, 0)
}

impl<'n, 't> Place<'n, 't> {
    /// The nodes at `pattern`, in the same items and map values as this place, which is at `own`.
    pub(super) fn select(&self, root: &'n Node<'t>, own: &str, pattern: &str) -> Vec<Self> {
        let shared = own.split('.').zip(pattern.split('.')).take_while(|(one, other)| one == other).count();
        let bounds: Vec<_> = self.bounds.iter().filter(|(steps, ..)| *steps <= shared).cloned().collect();
        match bounds.last().cloned() {
            Some((taken, node, path)) => steps(Place { node, path, bounds }, pattern, taken),
            None => select(root, pattern),
        }
    }

    /// The first node at `pattern`, as [`Self::select`] finds it.
    pub(super) fn first(&self, root: &'n Node<'t>, own: &str, pattern: &str) -> Option<Self> {
        self.select(root, own, pattern).into_iter().next()
    }

    /// The path of what holds this place and its siblings: the innermost item or map value, or else the parent.
    pub(super) fn group(&self, own: &str) -> String {
        let all = own.split('.').count();
        let is_item = own.ends_with("[]");
        match self.bounds.iter().rev().find(|(steps, ..)| *steps < all) {
            Some((_, _, path)) => path.clone(),
            None if is_item => self.path.rsplit_once('.').map_or("", |(parent, _)| parent).to_owned(),
            None => self.path.clone(),
        }
    }

    /// The path of the parent.
    pub(super) fn parent(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }
}

/// Follows the steps of a pattern from the one at `taken`.
fn steps<'n, 't>(start: Place<'n, 't>, pattern: &str, taken: usize) -> Vec<Place<'n, 't>> {
    let mut places = vec![start];
    for (number, step) in pattern.split('.').enumerate().skip(taken) {
        let name = step.trim_end_matches(['[', ']', '{', '}']);
        let mut next = Vec::new();
        for place in places {
            let Some(node) = place.node.get(name).filter(|node| node.value != Value::Null) else { continue };
            let path = if place.path.is_empty() { name.to_owned() } else { format!("{}.{name}", place.path) };
            if step.ends_with("[]") {
                for (index, node) in node.items().iter().enumerate() {
                    next.push(place.item(node, format!("{path}[{index}]"), number));
                }
            } else if step.ends_with("{}") {
                for entry in node.entries() {
                    next.push(place.item(&entry.value, format!("{path}[{}]", entry.key.value), number));
                }
            } else {
                next.push(Place { node, path, bounds: place.bounds });
            }
        }
        places = next;
    }
    places
}

impl<'n, 't> Place<'n, 't> {
    fn item(&self, node: &'n Node<'t>, path: String, number: usize) -> Self {
        let mut bounds = self.bounds.clone();
        bounds.push((number + 1, node, path.clone()));
        Self { node, path, bounds }
    }
}
