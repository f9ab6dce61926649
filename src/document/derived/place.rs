//! Finds the nodes at a pattern such as `spec.replicaSpecs{}.template`.

use crate::yaml::node::{Node, Value};

/// A node that a pattern leads to.
#[derive(Clone, Debug)]
pub(super) struct Place<'n, 't> {
    /// The node.
    pub node: &'n Node<'t>,
    /// Its path, in the notation of the API server.
    pub path: String,
    /// The items and map values on the way.
    bounds: Vec<Bound<'n, 't>>,
}

/// An item of a list, or a value of a map, on the way to a node.
#[derive(Clone, Copy, Debug)]
struct Bound<'n, 't> {
    /// How many steps of the pattern lead there.
    steps: usize,
    node: &'n Node<'t>,
    /// The length of its path, with which the paths of all nodes below it start.
    length: usize,
}

/// The nodes at `pattern`, in their order.
pub(super) fn select<'n, 't>(root: &'n Node<'t>, pattern: &str) -> Vec<Place<'n, 't>> {
    Walk::new(usize::MAX).run(root, pattern)
}

impl<'n, 't> Place<'n, 't> {
    /// The nodes at `pattern`, in the same items and map values as this place, which is at `own`.
    pub(super) fn select(&self, root: &'n Node<'t>, own: &str, pattern: &str) -> Vec<Self> {
        self.select_some(root, own, pattern, usize::MAX)
    }

    /// The first node at `pattern`, as [`Self::select`] finds it.
    pub(super) fn first(&self, root: &'n Node<'t>, own: &str, pattern: &str) -> Option<Self> {
        self.select_some(root, own, pattern, 1).pop()
    }

    fn select_some(&self, root: &'n Node<'t>, own: &str, pattern: &str, most: usize) -> Vec<Self> {
        let shared = own.split('.').zip(pattern.split('.')).take_while(|(one, other)| one == other).count();
        let known = self.bounds.iter().take_while(|bound| bound.steps <= shared).count();
        let mut walk = Walk::new(most);
        let Some(last) = self.bounds[..known].last() else { return walk.run(root, pattern) };
        walk.path.push_str(&self.path[..last.length]);
        walk.bounds.extend_from_slice(&self.bounds[..known]);
        let mut rest = Some(pattern);
        for _ in 0..last.steps {
            rest = rest.and_then(|rest| Some(rest.split_once('.')?.1));
        }
        walk.taken = last.steps;
        match rest {
            Some(rest) => walk.run(last.node, rest),
            // The place itself is what the pattern leads to.
            None => vec![walk.place(last.node)],
        }
    }

    /// The path of what holds this place and its siblings: the innermost item or map value, or else the parent.
    pub(super) fn group(&self, own: &str) -> String {
        let all = own.split('.').count();
        let is_item = own.ends_with("[]");
        match self.bounds.iter().rev().find(|bound| bound.steps < all) {
            Some(bound) => self.path[..bound.length].to_owned(),
            None if is_item => self.path.rsplit_once('.').map_or("", |(parent, _)| parent).to_owned(),
            None => self.path.clone(),
        }
    }

    /// The path of the parent.
    pub(super) fn parent(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }
}

/// A walk along a pattern, depth first. Paths are only kept where the pattern ends.
struct Walk<'n, 't> {
    path: String,
    bounds: Vec<Bound<'n, 't>>,
    /// How many steps lead to the node at hand.
    taken: usize,
    found: Vec<Place<'n, 't>>,
    most: usize,
}

impl<'n, 't> Walk<'n, 't> {
    fn new(most: usize) -> Self {
        Self { path: String::new(), bounds: Vec::new(), taken: 0, found: Vec::new(), most }
    }

    fn place(&self, node: &'n Node<'t>) -> Place<'n, 't> {
        Place { node, path: self.path.clone(), bounds: self.bounds.clone() }
    }

    fn run(mut self, node: &'n Node<'t>, pattern: &str) -> Vec<Place<'n, 't>> {
        self.step(node, pattern);
        self.found
    }

    /// Follows the first step of `pattern` from a node, and then the others.
    fn step(&mut self, node: &'n Node<'t>, pattern: &str) {
        let (step, rest) = match pattern.split_once('.') {
            Some((step, rest)) => (step, Some(rest)),
            None => (pattern, None),
        };
        let name = step.trim_end_matches(['[', ']', '{', '}']);
        let Some(node) = node.get(name).filter(|node| node.value != Value::Null) else { return };
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        self.taken += 1;
        if step.ends_with("[]") {
            for (index, node) in node.items().iter().enumerate() {
                self.item(node, &index.to_string(), rest);
            }
        } else if step.ends_with("{}") {
            for entry in node.entries() {
                self.item(&entry.value, &entry.key.value, rest);
            }
        } else {
            self.follow(node, rest);
        }
        self.taken -= 1;
        self.path.truncate(length);
    }

    /// Goes on from an item of a list, or a value of a map.
    fn item(&mut self, node: &'n Node<'t>, key: &str, rest: Option<&str>) {
        let length = self.path.len();
        for part in ["[", key, "]"] {
            self.path.push_str(part);
        }
        self.bounds.push(Bound { steps: self.taken, node, length: self.path.len() });
        self.follow(node, rest);
        self.bounds.pop();
        self.path.truncate(length);
    }

    fn follow(&mut self, node: &'n Node<'t>, rest: Option<&str>) {
        if self.found.len() >= self.most {
            return;
        }
        match rest {
            Some(rest) => self.step(node, rest),
            None => {
                let place = self.place(node);
                self.found.push(place);
            }
        }
    }
}
