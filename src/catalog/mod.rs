//! Facts: what Kubernetes versions and CSI drivers take, each with its source.

pub mod accelerator;
pub mod cache;
pub mod driver;
pub mod kubernetes;
pub mod live;
pub mod pod_security;
pub mod time_zone;
pub mod volume_source;
