//! Addresses and ranges (apiserver, pkg/cel/library).

use std::net::IpAddr;

use super::error::Error;
use super::function::Function;
use super::value::{Value, no_overload};

/// Reads an address: no zone, and no IPv4 address in IPv6 form.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    let address: IpAddr = text.parse().ok()?;
    let is_mapped = matches!(address, IpAddr::V6(address) if address.to_ipv4_mapped().is_some());
    (!is_mapped).then_some(address)
}

/// Reads an address and a prefix length.
pub(super) fn range(text: &str) -> Option<(IpAddr, u8)> {
    let (base, length) = text.rsplit_once('/')?;
    let address = address(base)?;
    let digits = !length.is_empty()
        && length.bytes().all(|byte| byte.is_ascii_digit())
        && (length.len() == 1 || !length.starts_with('0'));
    let length: u8 = if digits { length.parse().ok()? } else { return None };
    (length <= bits(address)).then_some((address, length))
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The network part of an address, as a number.
fn prefix(address: IpAddr, length: u8) -> u128 {
    let number = match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    };
    if length == 0 { 0 } else { number >> (128 - u32::from(length)) }
}

/// Whether a range contains an address, or a smaller range.
pub(super) fn contains((base, length): (IpAddr, u8), inner: IpAddr, inner_length: Option<u8>) -> bool {
    base.is_ipv4() == inner.is_ipv4()
        && inner_length.is_none_or(|inner| length <= inner)
        && prefix(base, length) == prefix(inner, length)
}

/// The range without the bits behind its prefix.
pub(super) fn masked(address: IpAddr, length: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0);
            IpAddr::V4((address.to_bits() & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0);
            IpAddr::V6((address.to_bits() & mask).into())
        }
    }
}

/// The address that an expression passes, or its text.
pub(super) fn address_of(value: &Value<'_>) -> Result<IpAddr, Error> {
    match value {
        Value::Ip(address) => Ok(*address),
        Value::String(text) => address(text).ok_or_else(|| {
            Error::failed(format!("IP Address {text:?} parse error during conversion from string"))
        }),
        _ => Err(no_overload(&[value])),
    }
}

/// The range that an expression passes, or its text.
pub(super) fn range_of(value: &Value<'_>) -> Result<(IpAddr, u8), Error> {
    match value {
        Value::Cidr(address, length) => Ok((*address, *length)),
        Value::String(text) => range(text)
            .ok_or_else(|| Error::failed("network address parse error during conversion from string")),
        _ => Err(no_overload(&[value])),
    }
}

/// What kind of address it is, by the name of the function that tests for it.
pub(super) fn is(function: Function, address: IpAddr) -> bool {
    use Function::{IsGlobalUnicast, IsLinkLocalMulticast, IsLinkLocalUnicast, IsLoopback, IsUnspecified};
    let link_local_unicast = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.segments()[0] & 0xffc0 == 0xfe80,
    };
    match function {
        IsUnspecified => address.is_unspecified(),
        IsLoopback => address.is_loopback(),
        IsLinkLocalUnicast => link_local_unicast,
        IsLinkLocalMulticast => match address {
            IpAddr::V4(address) => address.octets()[..3] == [224, 0, 0],
            IpAddr::V6(address) => address.segments()[0] & 0xff0f == 0xff02,
        },
        IsGlobalUnicast => {
            let is_broadcast = matches!(address, IpAddr::V4(address) if address.is_broadcast());
            !address.is_unspecified()
                && !address.is_loopback()
                && !address.is_multicast()
                && !link_local_unicast
                && !is_broadcast
        }
        _ => false,
    }
}
