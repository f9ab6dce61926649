//! Facts about Kubernetes versions and CSI drivers, each with its source.

pub mod accelerator;
pub mod api_version;
pub mod billing;
pub mod cache;
pub mod cluster_class;
pub mod constraint;
pub mod custom_kind;
pub mod data_directory;
pub mod driver;
pub mod feature_gate;
pub mod kind;
pub mod kubernetes;
pub mod live;
pub mod machine;
pub mod misplaced_key;
pub mod pod_security;
pub mod price;
pub mod sidecar_volume;
pub mod time_zone;
pub mod volume_source;
