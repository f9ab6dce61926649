//! Addresses and networks.

use std::net::{IpAddr, Ipv4Addr};

use super::mismatch::{Mismatch, mismatch};

pub(super) fn ip_address(value: &str, v4_only: bool) -> Result<(), Mismatch> {
    let sound = if v4_only { value.parse::<Ipv4Addr>().is_ok() } else { value.parse::<IpAddr>().is_ok() };
    if sound {
        Ok(())
    } else {
        mismatch(
            format!("`{value}` is not an IP address"),
            "write an address such as `10.0.0.2`, not a host name",
        )
    }
}

pub(super) fn cidr(value: &str, prefix: u32) -> Result<(), Mismatch> {
    let read = value.split_once('/').and_then(|(address, width)| {
        let width = width.bytes().all(|byte| byte.is_ascii_digit()).then(|| width.parse::<u32>().ok())??;
        Some((address.parse::<Ipv4Addr>().ok()?, width)).filter(|(_, width)| *width <= 32)
    });
    let Some((address, width)) = read else {
        return mismatch(
            format!("`{value}` is not an IPv4 network"),
            format!("write one such as `10.0.0.0/{prefix}`"),
        );
    };
    if width > prefix {
        return mismatch(
            format!("the network `{value}` is too small"),
            format!("write a /{prefix} or larger network"),
        );
    }
    let host = if prefix == 0 { u32::MAX } else { (1u64 << (32 - prefix)) as u32 - 1 };
    if u32::from(address) & host != 0 {
        let aligned = Ipv4Addr::from(u32::from(address) & !host);
        return mismatch(
            format!("`{address}` is not on a /{prefix} boundary"),
            format!("write `{aligned}/{width}`"),
        );
    }
    Ok(())
}
