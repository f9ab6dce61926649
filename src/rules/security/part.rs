//! What the standards look at in a container of any of a pod's three lists.

use k8s_openapi::api::core::v1::{
    Container, ContainerPort, EphemeralContainer, Lifecycle, Probe, SecurityContext,
};

/// The parts of a container that the standards look at: regular, init and ephemeral ones alike.
pub(super) struct Part<'a> {
    pub(super) security: Option<&'a SecurityContext>,
    pub(super) host_ports: Vec<i32>,
    pub(super) probes: [(&'static str, Option<&'a Probe>); 3],
    pub(super) lifecycle: Option<&'a Lifecycle>,
}

/// The types of the API have the same fields, and no common trait.
macro_rules! of_container {
    ($($container:ty),*) => {$(
        impl<'a> From<&'a $container> for Part<'a> {
            fn from(container: &'a $container) -> Self {
                Self {
                    security: container.security_context.as_ref(),
                    host_ports: ports(container.ports.as_deref()),
                    probes: [
                        ("livenessProbe", container.liveness_probe.as_ref()),
                        ("readinessProbe", container.readiness_probe.as_ref()),
                        ("startupProbe", container.startup_probe.as_ref()),
                    ],
                    lifecycle: container.lifecycle.as_ref(),
                }
            }
        }
    )*};
}

of_container!(Container, EphemeralContainer);

fn ports(ports: Option<&[ContainerPort]>) -> Vec<i32> {
    ports.unwrap_or_default().iter().map(|port| port.host_port.unwrap_or(0)).collect()
}
