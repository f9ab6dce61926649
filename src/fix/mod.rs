//! Fixes of findings as edits of the user's files: byte ranges in manifests and in the layers of profiles.

pub mod diff;
pub mod layers;
mod place;
pub mod round;
mod toml;
mod value;
mod yaml;

use std::ops::Range;

pub use place::locate;

use crate::finding::fix::{Change, Edit, Fix, Place};
use crate::profile;
use crate::source::{Source, SourceId, SourceKind, Sources, Span};

/// The edits that carry out a fix, in the order of their places; none if it cannot be carried out: the value comes from a
/// template or from the command line, or is written in a form that is not changed.
#[must_use]
pub fn edits(fix: &Fix, sources: &Sources) -> Vec<Edit> {
    let mut edits = Vec::new();
    for change in &fix.changes {
        match of_change(change, sources) {
            Some(Planned { source, edits: planned, .. }) => edits.extend(
                planned
                    .into_iter()
                    .map(|(range, text)| Edit { span: Span::new(source, range.start, range.end), text }),
            ),
            None => return Vec::new(),
        }
    }
    edits.sort_by_key(|edit| (edit.span.source, edit.span.start, edit.span.end));
    let overlap = |pair: &[Edit]| match pair {
        [one, other] => {
            one.span.source == other.span.source
                && (other.span.start < one.span.end || other.span.start == one.span.start)
        }
        _ => false,
    };
    if edits.windows(2).any(overlap) { Vec::new() } else { edits }
}

/// A change, planned.
struct Planned {
    source: SourceId,
    /// Byte ranges of the source, and what replaces them.
    edits: Vec<(Range<usize>, String)>,
    /// The place that the edits rely on.
    place: Place,
}

fn of_change(change: &Change, sources: &Sources) -> Option<Planned> {
    let place = change.place.as_ref()?;
    let place = in_one_file(place, sources)?;
    let id = place.value.or(place.key).or_else(|| place.siblings.first().map(|(key, _)| *key))?.source;
    let source = sources.get(id);
    let edits = match source.kind {
        SourceKind::Manifest => yaml::edits(&source.text, &change.intent, &place)?,
        SourceKind::Profile if is_file(source) => toml::edits(&source.text, &change.intent, &place)?,
        _ => return None,
    };
    let fits = |(range, _): &(Range<usize>, String)| source.text.get(range.clone()).is_some();
    // A table cannot be extended by a header if it is written with dotted keys.
    let is_header = |(_, new): &(Range<usize>, String)| new.trim_start().starts_with('[');
    if source.kind == SourceKind::Profile
        && let [edit @ (range, new)] = edits.as_slice()
        && is_header(edit)
    {
        let mut text = source.text.to_string();
        text.get(range.clone())?;
        text.replace_range(range.clone(), new);
        profile::tree(id, &text)?;
    }
    edits.iter().all(fits).then_some(Planned { source: id, edits, place })
}

/// Whether a text is a file of the user.
fn is_file(source: &Source) -> bool {
    !source.name.starts_with('<') && !source.name.starts_with("--")
}

/// The place without what is in other texts: the values of one mapping may come from several layers.
fn in_one_file(place: &Place, sources: &Sources) -> Option<Place> {
    let mut place = place.clone();
    if place.siblings.is_empty() {
        return Some(place);
    }
    let is_users = |span: Span| {
        let source = sources.get(span.source);
        matches!(source.kind, SourceKind::Manifest | SourceKind::Profile) && is_file(source)
    };
    // The highest layer comes last, and wins.
    let of = place
        .siblings
        .iter()
        .map(|(key, _)| *key)
        .filter(|key| is_users(*key))
        .map(|key| key.source)
        .max()?;
    place.siblings.retain(|(key, value)| key.source == of && value.source == of);
    if place.value.is_some_and(|value| value.source != of) {
        place.value = None;
    }
    (!place.siblings.is_empty()).then_some(place)
}
