//! Named formats (apiserver, pkg/cel/library/format.go).

use crate::grammar;
use crate::schema::format::Format;
use crate::schema::url::Url;

/// A named format: its name and what a text of it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::schema) struct NamedFormat(&'static str);

/// The named formats.
const FORMATS: [&str; 13] = [
    "dns1123Label",
    "dns1123Subdomain",
    "dns1035Label",
    "qualifiedName",
    "dns1123LabelPrefix",
    "dns1123SubdomainPrefix",
    "dns1035LabelPrefix",
    "labelValue",
    "uri",
    "uuid",
    "byte",
    "date",
    "datetime",
];

impl NamedFormat {
    /// The format of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        FORMATS.into_iter().find(|known| *known == name).map(Self)
    }

    /// What is wrong with a text; none if nothing is.
    pub(super) fn validate(self, text: &str) -> Option<&'static str> {
        let check = |accepted: bool, message| (!accepted).then_some(message);
        // What the server appends makes a trailing hyphen valid.
        let masked = || match text.strip_suffix('-') {
            Some(rest) if !rest.is_empty() => {
                format!("{}a", &rest[..rest.len() - rest.chars().last().map_or(0, char::len_utf8)])
            }
            _ => text.to_owned(),
        };
        match self.0 {
            "dns1123Label" => grammar::dns_label(text),
            "dns1123Subdomain" => grammar::dns_subdomain(text),
            "dns1035Label" => grammar::dns_1035_label(text),
            "qualifiedName" => grammar::qualified_name(text),
            "dns1123LabelPrefix" => grammar::dns_label(&masked()),
            "dns1123SubdomainPrefix" => grammar::dns_subdomain(&masked()),
            "dns1035LabelPrefix" => grammar::dns_1035_label(&masked()),
            "labelValue" => grammar::label_value(text),
            "uri" => check(Url::parse_request(text).is_some(), "is not a valid URI"),
            "uuid" => check(Format::Uuid.accepts(text), "does not match the UUID format"),
            "byte" => check(Format::Byte.accepts(text), "invalid base64"),
            "date" => check(Format::Date.accepts(text), "invalid date"),
            _ => check(Format::Datetime.accepts(text), "invalid datetime"),
        }
    }
}
