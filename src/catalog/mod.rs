//! Facts: what Kubernetes versions and CSI drivers take, each with its source.

pub mod kubernetes;
