//! After an edit of one object of a profile, validates only the objects that it can affect, and keeps the other findings.
//!
//! The objects that the edit cannot affect are replaced by spaces, so that what is left keeps its place in the text. A
//! claim, or an object with pods, affects those that mention its key or its name, and those that it mentions. Everything
//! else (classes, defaults, further layers) is always validated: if its findings depend on the edit, or if anything else is
//! in doubt, the whole text is validated.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::analysis::{Analysis, Raw};
use crate::profile::sections;
use crate::profile::toml_text::{is_bare, may_have_long_strings};
use crate::source::shift::same_start;
use crate::source::{SourceId, Span};

/// The most parts, between hyphens, of a word that may contain the key of an object.
const MOST_PARTS: usize = 12;

/// A part of a text: one object, or something that is always validated.
#[derive(Debug)]
struct Part<'t> {
    range: Range<usize>,
    /// The header's section and key if it is a claim or an object with pods.
    object: Option<(&'t str, &'t str)>,
}

/// A text before and after an edit, without the objects that the edit cannot affect.
#[derive(Debug)]
pub(super) struct Reduced {
    pub(super) before: String,
    pub(super) after: String,
    /// The edited part before the edit.
    edited: Range<usize>,
    /// How far the text after that part moved, in bytes.
    by: i64,
    /// The parts after the edit, each with its role.
    parts: Vec<(Range<usize>, Role)>,
}

/// What happens to the findings of a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// The edit can affect them.
    Affected,
    /// The edit must not affect them.
    Shared,
    /// The edit cannot affect them.
    Hidden,
}

/// What to validate again after an edit; nothing if it is the whole text.
pub(super) fn reduce(before: &str, after: &str) -> Option<Reduced> {
    if !is_in_object(before, after) {
        return None;
    }
    // A part for another base is validated with other layers.
    let may_have_parts = |text: &str| text.contains("[on") || text.contains("on.");
    if [before, after].into_iter().any(|text| may_have_long_strings(text) || may_have_parts(text)) {
        return None;
    }
    let (old, new) = (parts(before), parts(after));
    let at = edited(before, after, &old, &new)?;
    let affected = affected(before, after, &old, &new, at)?;
    let role = |(index, part): (usize, &Part<'_>)| match part.object {
        None => Role::Shared,
        Some(_) if affected.contains(&index) => Role::Affected,
        Some(_) => Role::Hidden,
    };
    let roles: Vec<Role> = new.iter().enumerate().map(role).collect();
    let hidden: usize = new
        .iter()
        .zip(&roles)
        .filter(|(_, role)| **role == Role::Hidden)
        .map(|(part, _)| part.range.len())
        .sum();
    if hidden < after.len() / 2 {
        return None;
    }
    Some(Reduced {
        before: without(before, &old, &roles),
        after: without(after, &new, &roles),
        edited: old[at].range.clone(),
        by: after.len() as i64 - before.len() as i64,
        parts: new.into_iter().map(|part| part.range).zip(roles).collect(),
    })
}

/// Whether the first difference is below the header of an object.
fn is_in_object(before: &str, after: &str) -> bool {
    let start = same_start(before.as_bytes(), after.as_bytes());
    let whole = before.as_bytes()[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let above = before.get(..whole).unwrap_or_default().lines().rev();
    let header = above.map(str::trim).find(|line| line.starts_with('['));
    header.and_then(object).is_some()
}

/// The parts of a text. Comments directly above a header belong to it.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = vec![Part { range: 0..text.len(), object: None }];
    let mut at = 0;
    let mut comment = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim();
        if content.starts_with('#') {
            comment = comment.or(Some(at));
        } else {
            let start = comment.take().unwrap_or(at);
            let object = object(content);
            let last = parts.len() - 1;
            if content.starts_with('[') && (object.is_none() || parts[last].object != object) {
                parts[last].range.end = start;
                parts.push(Part { range: start..text.len(), object });
            }
        }
        at += line.len();
    }
    parts
}

/// The section and the key of a header, if it is of a claim or an object with pods.
fn object(header: &str) -> Option<(&str, &str)> {
    let (section, key) = named(header)?;
    let section_of = sections::sections().iter().find(|known| known.name == section)?;
    let is_claim = section_of.kind.name == "PersistentVolumeClaim";
    (is_claim || section_of.kind.has_pods()).then_some((section, key))
}

/// The first two parts of a header, if they are bare.
fn named(header: &str) -> Option<(&str, &str)> {
    let inside = header.strip_prefix('[')?.split_once(']')?.0;
    let (section, rest) = inside.split_once('.')?;
    let key = rest.split('.').next()?;
    (is_bare(section) && is_bare(key)).then_some((section, key))
}

/// The only part that differs, if it is an object and its header is the same.
fn edited(before: &str, after: &str, old: &[Part<'_>], new: &[Part<'_>]) -> Option<usize> {
    if old.len() != new.len() || old.iter().zip(new).any(|(old, new)| old.object != new.object) {
        return None;
    }
    let differs = |(old, new): (&Part<'_>, &Part<'_>)| before[old.range.clone()] != after[new.range.clone()];
    let at = old.iter().zip(new).position(differs)?;
    let rest = old[at + 1..].iter().zip(&new[at + 1..]);
    (old[at].object.is_some() && !rest.into_iter().any(differs)).then_some(at)
}

/// The objects that an edit of the one at `at` can affect, before or after it.
fn affected(
    before: &str,
    after: &str,
    old: &[Part<'_>],
    new: &[Part<'_>],
    at: usize,
) -> Option<BTreeSet<usize>> {
    // The edited part counts twice: as it was and as it is.
    let texts: Vec<(usize, &str, bool)> = new
        .iter()
        .enumerate()
        .map(|(index, part)| (index, &after[part.range.clone()], part.object.is_some()))
        .chain([(at, &before[old[at].range.clone()], true)])
        .collect();
    let mut names: HashMap<&str, BTreeSet<usize>> = HashMap::new();
    for (index, text, is_object) in &texts {
        if *is_object {
            for name in new[*index].object.map(|(_, key)| key).into_iter().chain(own_names(text)) {
                names.entry(name).or_default().insert(*index);
            }
        }
    }
    let mut links: HashMap<usize, BTreeSet<usize>> = HashMap::new();
    let mut pinned = BTreeSet::new();
    for (index, text, is_object) in &texts {
        for word in words(text, *is_object) {
            for other in mentioned(word, &names)? {
                if !is_object {
                    pinned.insert(other);
                } else if other != *index {
                    links.entry(*index).or_default().insert(other);
                    links.entry(other).or_default().insert(*index);
                }
            }
        }
    }
    let mut affected = BTreeSet::from([at]);
    let mut open = vec![at];
    while let Some(one) = open.pop() {
        for other in links.get(&one).into_iter().flatten() {
            if affected.insert(*other) {
                open.push(*other);
            }
        }
    }
    // What the rest mentions, all objects may depend on.
    affected.is_disjoint(&pinned).then_some(affected)
}

/// The names that a text gives to its object. Those in tables below it are of other things, such as containers.
fn own_names(text: &str) -> impl Iterator<Item = &str> {
    let is_header = |line: &&str| line.trim_start().starts_with('[');
    let lines = text.lines().skip_while(move |line| !is_header(line)).skip(1);
    let own = lines.take_while(move |line| !is_header(line));
    let values =
        own.filter_map(|line| line.trim_start().strip_prefix("name")?.trim_start().strip_prefix('='));
    values.flat_map(words_of)
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let is_inside = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    text.split(move |letter| !is_inside(letter)).filter(|word| !word.is_empty())
}

/// The words by which a part may mention objects. The header of a class is not a mention.
fn words(text: &str, is_object: bool) -> impl Iterator<Item = &str> {
    let is_class = move |line: &str| {
        !is_object
            && named(line.trim())
                .is_some_and(|(section, _)| sections::sections().iter().any(|known| known.name == section))
    };
    text.lines().filter(move |line| !is_class(line)).flat_map(words_of)
}

/// The objects whose name is a word, or some of the parts between its hyphens; nothing if it has too many of them.
fn mentioned(word: &str, names: &HashMap<&str, BTreeSet<usize>>) -> Option<BTreeSet<usize>> {
    let mut found = BTreeSet::new();
    let bounds = || {
        let hyphens = word.match_indices('-').map(|(at, _)| at);
        hyphens.chain([word.len()])
    };
    if bounds().count() > MOST_PARTS {
        return None;
    }
    for start in std::iter::once(0).chain(word.match_indices('-').map(|(at, _)| at + 1)) {
        for end in bounds().filter(|end| *end > start) {
            found.extend(names.get(&word[start..end]).into_iter().flatten());
        }
    }
    Some(found)
}

/// A text with spaces in place of its hidden parts.
fn without(text: &str, parts: &[Part<'_>], roles: &[Role]) -> String {
    let mut out = String::with_capacity(text.len());
    for (part, role) in parts.iter().zip(roles) {
        let written = &text[part.range.clone()];
        match role {
            Role::Hidden => {
                out.extend(written.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            }
            Role::Affected | Role::Shared => out.push_str(written),
        }
    }
    out
}

impl Reduced {
    /// The findings of the whole text after the edit: those of the objects that it affects from `after`, the others from
    /// `base`. Nothing if the edit affects more than these.
    pub(super) fn combine(
        &self,
        source: SourceId,
        base: &Analysis,
        before: &Analysis,
        after: &Analysis,
    ) -> Option<Vec<Raw>> {
        let moved = |raw: &Raw| self.moved(source, raw);
        let shared = |raw: &&Raw| self.role(source, raw.finding.primary.span) != Role::Affected;
        let was: Vec<Raw> = self.unaffected(source, before).map(moved).collect::<Option<_>>()?;
        let is: Vec<&Raw> = after.raw.iter().filter(shared).collect();
        if was.len() != is.len() || was.iter().zip(is).any(|(was, is)| !was.is_alike(is)) {
            return None;
        }
        let mut list: Vec<Raw> = self.unaffected(source, base).map(moved).collect::<Option<_>>()?;
        list.extend(after.raw.iter().filter(|raw| !shared(raw)).cloned());
        Some(list)
    }

    /// The findings, from before the edit, of what it does not affect.
    fn unaffected<'a>(&self, source: SourceId, analysis: &'a Analysis) -> impl Iterator<Item = &'a Raw> {
        analysis.raw.iter().filter(move |raw| {
            let span = raw.finding.primary.span;
            let is_edited = span.source == source && self.edited.contains(&(span.start as usize));
            let there = self.shifted(source, span).unwrap_or(span);
            !is_edited && self.role(source, there) != Role::Affected
        })
    }

    /// The role of the part that contains the start of a span.
    fn role(&self, source: SourceId, span: Span) -> Role {
        if span.source != source {
            return Role::Shared;
        }
        let at = self.parts.partition_point(|(range, _)| range.start <= span.start as usize);
        at.checked_sub(1).map_or(Role::Shared, |at| self.parts[at].1)
    }

    /// A finding after the edit; nothing if one of its places is in the edited part.
    fn moved(&self, source: SourceId, raw: &Raw) -> Option<Raw> {
        let mut raw = raw.clone();
        for span in raw.finding.spans_mut() {
            *span = self.shifted(source, *span)?;
        }
        Some(raw)
    }

    fn shifted(&self, source: SourceId, span: Span) -> Option<Span> {
        let (start, end) = (span.start as usize, span.end as usize);
        if span.source != source || end <= self.edited.start && start < self.edited.start {
            return Some(span);
        }
        if start < self.edited.end {
            return None;
        }
        let at = |offset: usize| usize::try_from(offset as i64 + self.by).ok();
        Some(Span::new(source, at(start)?, at(end)?))
    }
}
