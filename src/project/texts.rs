//! Lists of texts.

use crate::source::Span;
use crate::yaml::node::Node;

/// The texts of a list, or the one text under the key's singular.
pub(super) fn texts<'n>(node: &'n Node<'static>, key: &str) -> impl Iterator<Item = (&'n str, Span)> {
    let items = node.get(key).map(Node::items).unwrap_or_default();
    let single = key.strip_suffix('s').and_then(|key| node.get(key));
    single.into_iter().chain(items).filter_map(|item| item.as_str().map(|text| (text, item.span)))
}
