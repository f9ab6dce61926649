//! Values of CEL, and how the values of an object are seen as them.

use std::borrow::Cow;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::OnceLock;

use super::error::Error;
use super::named_format::NamedFormat;
use super::semver::Semver;
use crate::quantity::Quantity;
use crate::schema::format::Format;
use crate::schema::structural::{Schema, Type};
use crate::schema::time::{self, Timestamp};
use crate::schema::url::Url;
use crate::schema::value::Value as Json;

/// A value of CEL.
#[derive(Clone, Debug)]
pub(in crate::schema) enum Value<'v> {
    /// `null`
    Null,
    /// `bool`
    Bool(bool),
    /// `int`
    Int(i64),
    /// `uint`
    UInt(u64),
    /// `double`
    Double(f64),
    /// `string`
    String(Cow<'v, str>),
    /// `bytes`
    Bytes(Rc<[u8]>),
    /// `timestamp`
    Timestamp(Timestamp),
    /// `duration`, in nanoseconds
    Duration(i64),
    /// A type.
    Type(&'static str),
    /// A list that an expression made.
    List(Rc<[Self]>),
    /// A map that an expression made.
    Map(Rc<[(Self, Self)]>),
    /// A list or an object of the input.
    Data(&'v Json<'v>, &'v Schema),
    /// Preserved unknown data, which can only be compared.
    Opaque(&'v Json<'v>),
    /// `optional_type`
    Optional(Option<Rc<Self>>),
    /// A quantity.
    Quantity(Quantity),
    /// An IP address.
    Ip(IpAddr),
    /// An address range: address and prefix length.
    Cidr(IpAddr, u8),
    /// A URL.
    Url(Rc<Url>),
    /// A semantic version.
    Semver(Rc<Semver>),
    /// A named format.
    Format(NamedFormat),
}

impl<'v> Value<'v> {
    /// An optional value.
    pub(super) fn optional(value: Option<Self>) -> Self {
        Self::Optional(value.map(Rc::new))
    }

    /// A string that an expression made.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::String(Cow::Owned(text.into()))
    }

    /// A list that an expression made.
    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(items.into())
    }

    /// A value of the input under its schema (apiserver, pkg/cel/common/valuesunstructured.go).
    pub(super) fn view(value: &'v Json<'v>, schema: &'v Schema) -> Result<Self, Error> {
        let wrong = |wanted: &str| Err(Error::failed(format!("invalid data, expected {wanted}")));
        if *value == Json::Null {
            return if schema.nullable { Ok(Self::Null) } else { wrong("a value that is not null") };
        }
        if schema.int_or_string {
            return match value {
                Json::String(text) => Ok(Self::String(Cow::Borrowed(text))),
                Json::Int(number) => Ok(Self::Int(*number)),
                Json::Float(number) if is_int(*number) => Ok(Self::Int(*number as i64)),
                _ => wrong("an integer or a string"),
            };
        }
        match (schema.kind, value) {
            (Some(Type::Object), Json::Map(_)) | (Some(Type::Array), Json::List(_)) => {
                Ok(Self::Data(value, schema))
            }
            (Some(Type::String), Json::String(text)) => string(text, schema.format()),
            (Some(Type::Number), Json::Int(number)) => Ok(Self::Double(*number as f64)),
            (Some(Type::Number), Json::Float(number)) => Ok(Self::Double(*number)),
            (Some(Type::Integer), Json::Int(number)) => Ok(Self::Int(*number)),
            (Some(Type::Integer), Json::Float(number)) if is_int(*number) => Ok(Self::Int(*number as i64)),
            (Some(Type::Boolean), Json::Bool(value)) => Ok(Self::Bool(*value)),
            (Some(kind), _) => wrong(kind.as_str()),
            (None, _) => Ok(Self::Opaque(value)),
        }
    }

    /// The name of the type, as `type()` returns it.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::UInt(_) => "uint",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::Type(_) => "type",
            Self::List(_) | Self::Data(Json::List(_), _) => "list",
            Self::Map(_) | Self::Data(..) => "map",
            Self::Opaque(_) => "unknown",
            Self::Optional(_) => "optional_type",
            Self::Quantity(_) => "kubernetes.Quantity",
            Self::Ip(_) => "net.IP",
            Self::Cidr(..) => "net.CIDR",
            Self::Url(_) => "kubernetes.URL",
            Self::Semver(_) => "kubernetes.Semver",
            Self::Format(_) => "kubernetes.NamedFormat",
        }
    }

    /// Whether this implementation covers all that the server does with a value of this type.
    pub(super) fn is_basic(&self) -> bool {
        matches!(
            self,
            Self::Null | Self::Bool(_) | Self::Int(_) | Self::UInt(_) | Self::Double(_) | Self::String(_)
        )
    }

    /// Whether it is the zero value of its type (`optional.ofNonZeroValue`).
    pub(super) fn is_zero(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Int(number) => *number == 0,
            Self::UInt(number) => *number == 0,
            Self::Double(number) => *number == 0.0,
            Self::String(text) => text.is_empty(),
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Duration(nanos) => *nanos == 0,
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            Self::Data(value, _) => value.items().is_empty() && value.members().is_empty(),
            Self::Optional(value) => value.is_none(),
            _ => false,
        }
    }
}

/// The failure that an operator has no meaning for these types; only of types that rules can mix without the server
/// noticing it in advance it is certain.
pub(super) fn no_overload(operands: &[&Value<'_>]) -> Error {
    if operands.iter().all(|operand| operand.is_basic()) {
        return Error::failed("no such overload");
    }
    let types: Vec<&str> = operands.iter().map(|operand| operand.type_name()).collect();
    Error::unsupported(format!("an operation on values of type {}", types.join(" and ")))
}

/// A string of the input; some formats make it a value of another type.
fn string<'v>(text: &'v str, format: Option<Format>) -> Result<Value<'v>, Error> {
    let wrong = |what: &str| Error::failed(format!("Invalid {what} {text}"));
    Ok(match format {
        Some(Format::Duration) => Value::Duration(time::duration(text).ok_or_else(|| wrong("duration"))?),
        Some(Format::Date) => {
            let days = time::date(text).ok_or_else(|| wrong("date"))?;
            Value::Timestamp(Timestamp { seconds: days * 86_400, nanos: 0 })
        }
        Some(Format::DateTime) => {
            Value::Timestamp(Timestamp::parse_lenient(text).ok_or_else(|| wrong("date-time"))?)
        }
        // The server decodes the alphabet of URLs, although the format is of the standard one.
        Some(Format::Byte) => Value::Bytes(base64_url(text).ok_or_else(|| wrong("bytes"))?.into()),
        _ => Value::String(Cow::Borrowed(text)),
    })
}

fn base64_url(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in digits.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n')) {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// Whether a number is written as a whole one when it is sent to the server.
fn is_int(number: f64) -> bool {
    number.fract() == 0.0 && number >= i64::MIN as f64 && number < i64::MAX as f64
}

/// The fields of an object's own metadata that rules can read, and its type.
pub(super) fn object_field(name: &str) -> Option<&'static Schema> {
    static SCHEMAS: OnceLock<[Schema; 2]> = OnceLock::new();
    let [string, metadata] = SCHEMAS.get_or_init(|| {
        let string = || Schema { kind: Some(Type::String), ..Schema::default() };
        let properties = vec![("generateName".into(), string()), ("name".into(), string())];
        [string(), Schema { kind: Some(Type::Object), properties, ..Schema::default() }]
    });
    match name {
        "apiVersion" | "kind" => Some(string),
        "metadata" => Some(metadata),
        _ => None,
    }
}
