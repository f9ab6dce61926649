//! The forms of values that constraints name.

use std::cmp::Ordering;
use std::net::IpAddr;

use crate::catalog::constraint::Format;
use crate::catalog::kubernetes::KubernetesVersion;
use crate::grammar;
use crate::quantity::Quantity;
use crate::yaml::node::{Node, Value};

/// From this version on, the name of a Service can begin with a digit (feature gate `RelaxedServiceNameValidation`).
pub(super) const RELAXED_SERVICE_NAMES: u8 = 36;

/// What is wrong with a value, or with the key of a map.
pub(super) fn check(
    format: Format,
    key: Option<&str>,
    value: Option<&Node<'_>>,
    version: KubernetesVersion,
) -> Option<String> {
    match (format, value.map(|node| &node.value)) {
        (Format::Labels, Some(Value::Mapping(entries))) => {
            return entries.iter().find_map(|entry| {
                let key = entry.key.value.as_ref();
                let value = entry.value.as_str().unwrap_or_default();
                let wrong = |text: &str, wrong: Option<&str>| wrong.map(|wrong| format!("`{text}` {wrong}"));
                wrong(key, grammar::qualified_name(key)).or_else(|| wrong(value, grammar::label_value(value)))
            });
        }
        (Format::Port | Format::CountOrShare, Some(Value::Integer(number))) => {
            let range = if format == Format::Port { 1..=65535 } else { 0..=i64::from(i32::MAX) };
            return (!range.contains(number)).then(|| format!("{number} is out of range"));
        }
        (Format::NonNegativeQuantity | Format::PositiveQuantity, Some(value)) => {
            let sign = match value {
                Value::Integer(number) => Quantity::parse(&number.to_string()),
                Value::Float(number) => Quantity::parse(&number.to_string()),
                Value::String(text) => Quantity::parse(text),
                _ => return None,
            };
            let sign = sign.ok()?.sign();
            return match format {
                _ if sign == Ordering::Less => Some("the quantity is below zero".to_owned()),
                Format::PositiveQuantity if sign == Ordering::Equal => {
                    Some("the quantity is zero".to_owned())
                }
                _ => None,
            };
        }
        _ => {}
    }
    let text = key.or_else(|| value.and_then(Node::as_str)).unwrap_or_default();
    let wrong = text_form(format, text, version)?;
    Some(if text.is_empty() { format!("the empty text {wrong}") } else { format!("`{text}` {wrong}") })
}

fn text_form(format: Format, text: &str, version: KubernetesVersion) -> Option<&'static str> {
    match format {
        Format::Label => grammar::dns_label(text),
        Format::Label1035 => grammar::dns_1035_label(text),
        Format::ServiceName if version.at_least(RELAXED_SERVICE_NAMES) => grammar::dns_label(text),
        Format::ServiceName => grammar::dns_1035_label(text),
        Format::SubdomainOrAll if text == "*" => None,
        Format::Subdomain | Format::SubdomainOrAll => grammar::dns_subdomain(text),
        Format::Host if grammar::is_lax_ip(text) => Some("is an IP address, and a host name is required"),
        Format::Host => grammar::dns_subdomain(text.strip_prefix("*.").unwrap_or(text)),
        Format::FullyQualifiedName => grammar::dns_subdomain(text).or_else(|| {
            (text.split('.').count() < 3)
                .then_some("is not a domain of at least three parts, such as `a.example.com`")
        }),
        Format::QualifiedName => grammar::qualified_name(text),
        Format::DomainPrefixedPath => grammar::domain_prefixed_path(text),
        Format::PathSegment => grammar::path_segment(text),
        Format::AbsolutePath => (!text.starts_with('/')).then_some("does not begin with `/`"),
        Format::PlainPath => plain_path(text),
        Format::PortName | Format::Port => grammar::port_name(text),
        Format::ConfigMapKey => grammar::config_map_key(text),
        Format::Ip => (!is_ip(text, version)).then_some("is not an IP address"),
        Format::EndpointIp if !is_ip(text, version) => Some("is not an IP address"),
        Format::EndpointIp => special_ip(text),
        Format::Cidr => {
            (!is_cidr(text)).then_some("is not an IP address with a prefix length, such as `10.0.0.0/8`")
        }
        Format::CsiDriver if text.len() > 63 => Some("is longer than the 63 characters of a driver's name"),
        Format::CsiDriver => grammar::dns_subdomain(&text.to_lowercase()),
        Format::Signer => (text.split_once('/').is_none_or(|(domain, name)| {
            !domain.contains('.') || grammar::dns_subdomain(domain).is_some() || name.is_empty()
        }))
        .then_some("is not a signer name, such as `example.com/signer`"),
        Format::Finalizer => grammar::qualified_name(text).or_else(|| {
            let is_known =
                text.contains('/') || matches!(text, "kubernetes" | "orphan" | "foregroundDeletion");
            (!is_known).then_some("has no domain, such as `example.com/` in `example.com/cleanup`")
        }),
        Format::ExtendedResource => {
            let sound = text.contains('/')
                && grammar::qualified_name(text).is_none()
                && !text.contains("kubernetes.io/")
                && !text.starts_with("requests.");
            (!sound).then_some("is not a resource with a domain of its own, such as `example.com/gpu`")
        }
        Format::DeviceAttribute => {
            let sound = text.split_once('/').is_some_and(|(domain, id)| {
                grammar::dns_subdomain(&domain.to_lowercase()).is_none() && !id.is_empty()
            });
            (!sound).then_some("is not a domain and a name, such as `gpu.example.com/numa`")
        }
        Format::CountOrShare => grammar::percent(text).or_else(|| {
            let digits = text.trim_end_matches('%').trim_start_matches('0');
            (digits.len() > 3 || digits.parse::<u16>().is_ok_and(|share| share > 100))
                .then_some("is more than all pods")
        }),
        Format::Labels | Format::NonNegativeQuantity | Format::PositiveQuantity => None,
    }
}

/// From this version on, addresses must be in their usual notation.
const STRICT_ADDRESSES: u8 = 36;

fn is_ip(text: &str, version: KubernetesVersion) -> bool {
    if version.at_least(STRICT_ADDRESSES) { grammar::is_ip(text) } else { grammar::is_lax_ip(text) }
}

/// Addresses that no other host can reach (core/validation/validation.go, `ValidateNonSpecialIP`).
fn special_ip(text: &str) -> Option<&'static str> {
    let is_special = match text.parse().ok()? {
        IpAddr::V4(address) => {
            address.is_unspecified()
                || address.is_loopback()
                || address.is_link_local()
                || address.octets()[..3] == [224, 0, 0]
        }
        IpAddr::V6(address) => {
            address.is_unspecified()
                || address.is_loopback()
                || address.is_unicast_link_local()
                || address.segments()[0] & 0xff0f == 0xff02
        }
    };
    is_special.then_some("is not an address that other hosts can reach")
}

/// Whether a text is a network for a lenient reader.
pub(super) fn is_cidr(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, length)| {
        let most = if address.contains(':') { 128 } else { 32 };
        grammar::is_lax_ip(address)
            && !length.is_empty()
            && length.bytes().all(|byte| byte.is_ascii_digit())
            && length.parse::<u8>().is_ok_and(|length| length <= most)
    })
}

fn plain_path(text: &str) -> Option<&'static str> {
    let is_bad = ["//", "/./", "/../", "%2f", "%2F"].iter().any(|part| text.contains(part))
        || text.ends_with("/..")
        || text.ends_with("/.");
    is_bad.then_some("contains an empty, `.` or `..` segment, or an encoded `/`")
}
