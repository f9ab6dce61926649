//! Field paths in the notation of the API server, built without allocation.

use std::fmt;

use crate::finding::fix::{Step, Steps};

/// One step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// A field: `.image`.
    Field(&'a str),
    /// An item of a list: `[0]`.
    Index(usize),
    /// A key of a map with arbitrary keys: `[type]`, as in `parameters[type]`.
    Key(&'a str),
}

/// A path from the object's root, each step borrowed from the one before it.
///
/// ```
/// use volwright::yaml::path::Path;
/// let root = Path::root();
/// let spec = root.field("spec");
/// let containers = spec.field("containers");
/// let first = containers.index(0);
/// assert_eq!(first.field("image").to_string(), "spec.containers[0].image");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Path<'a> {
    parent: Option<&'a Self>,
    segment: Option<Segment<'a>>,
}

impl<'a> Path<'a> {
    /// The object itself.
    #[must_use]
    pub const fn root() -> Path<'static> {
        Path { parent: None, segment: None }
    }

    /// A field below this path.
    #[must_use]
    pub const fn field(&'a self, name: &'a str) -> Self {
        Self { parent: Some(self), segment: Some(Segment::Field(name)) }
    }

    /// An item below this path.
    #[must_use]
    pub const fn index(&'a self, index: usize) -> Self {
        Self { parent: Some(self), segment: Some(Segment::Index(index)) }
    }

    /// An arbitrary map key below this path.
    #[must_use]
    pub const fn key(&'a self, key: &'a str) -> Self {
        Self { parent: Some(self), segment: Some(Segment::Key(key)) }
    }

    /// Calls `visit` with the path that `text` writes, in the notation of [`fmt::Display`]. A number in brackets is an index.
    pub fn parse(text: &str, visit: &mut dyn FnMut(&Path<'_>)) {
        fn step(base: &Path<'_>, text: &str, visit: &mut dyn FnMut(&Path<'_>)) {
            let text = text.strip_prefix('.').unwrap_or(text);
            if text.is_empty() {
                return visit(base);
            }
            if let Some((key, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
                return match key.parse() {
                    Ok(index) => step(&base.index(index), rest, visit),
                    Err(_) => step(&base.key(key), rest, visit),
                };
            }
            let end = text.find(['.', '[']).unwrap_or(text.len());
            step(&base.field(&text[..end]), &text[end..], visit);
        }
        step(&Self::root(), text, visit);
    }

    /// Calls `step` for each segment, root first.
    pub fn walk(&self, step: &mut dyn FnMut(Segment<'a>)) {
        if let Some(parent) = self.parent {
            parent.walk(step);
        }
        if let Some(segment) = self.segment {
            step(segment);
        }
    }
}

impl From<&Path<'_>> for Steps {
    fn from(path: &Path<'_>) -> Self {
        let mut steps = Vec::new();
        path.walk(&mut |segment| {
            steps.push(match segment {
                Segment::Field(name) | Segment::Key(name) => Step::Key(name.to_owned()),
                Segment::Index(index) => Step::Index(index),
            });
        });
        Self(steps)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut result = Ok(());
        let mut first = true;
        self.walk(&mut |segment| {
            if result.is_ok() {
                result = match segment {
                    Segment::Field(name) if first => f.write_str(name),
                    Segment::Field(name) => write!(f, ".{name}"),
                    Segment::Index(index) => write!(f, "[{index}]"),
                    Segment::Key(key) => write!(f, "[{key}]"),
                };
                first = false;
            }
        });
        result
    }
}
