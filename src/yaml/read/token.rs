//! The tokens that the scanner hands to the parser.

use std::borrow::Cow;

/// A token and its bytes.
#[derive(Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The kind of a token; the names are those of the YAML 1.1 productions.
#[derive(Debug)]
pub(super) enum Kind<'t> {
    StreamEnd,
    /// `%YAML`; whether it names version 1.1.
    VersionDirective(bool),
    /// `%TAG`, with its handle and prefix.
    TagDirective(Box<(&'t str, Cow<'t, str>)>),
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias(&'t str),
    Anchor(&'t str),
    /// The handle of a tag, empty for a whole tag, and the rest of the tag.
    Tag(&'t str, Cow<'t, str>),
    /// A scalar's text, and whether it was plain.
    Scalar(Cow<'t, str>, bool),
}

impl Kind<'_> {
    /// The name of the token in messages.
    pub(super) fn describe(&self) -> &'static str {
        match self {
            Self::StreamEnd => "the end of the document",
            Self::VersionDirective(_) | Self::TagDirective(_) => "a directive",
            Self::DocumentStart => "`---`",
            Self::DocumentEnd => "`...`",
            Self::BlockSequenceStart => "a list",
            Self::BlockMappingStart => "a mapping",
            Self::BlockEnd => "the end of the block",
            Self::FlowSequenceStart => "`[`",
            Self::FlowSequenceEnd => "`]`",
            Self::FlowMappingStart => "`{`",
            Self::FlowMappingEnd => "`}`",
            Self::BlockEntry => "`-`",
            Self::FlowEntry => "`,`",
            Self::Key => "a key",
            Self::Value => "`:`",
            Self::Alias(_) => "an alias",
            Self::Anchor(_) => "an anchor",
            Self::Tag(..) => "a tag",
            Self::Scalar(..) => "text",
        }
    }
}

/// The possible start of a simple key.
#[derive(Clone, Copy, Debug)]
pub(super) struct SimpleKey {
    pub(super) possible: bool,
    pub(super) required: bool,
    pub(super) token_number: usize,
    pub(super) at: usize,
    pub(super) line: usize,
    pub(super) column: isize,
}

/// The properties of a node: an anchor and a tag.
#[derive(Debug, Default)]
pub(super) struct Properties<'t> {
    pub(super) anchor: Option<&'t str>,
    /// The whole tag, or empty.
    pub(super) tag: Cow<'t, str>,
}
