//! The components that reject a value.

/// The component that rejects a value, and so when the user notices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// The sidecar next to the driver, before it calls the driver.
    Sidecar,
    /// The driver itself.
    #[default]
    Driver,
    /// The cloud's API, called by the driver.
    Cloud,
    /// The driver on the node, when a pod starts.
    Node,
    /// The driver's admission webhook, when the object is created.
    Webhook,
}

impl Stage {
    /// The component that rejects.
    #[must_use]
    pub fn component(self) -> &'static str {
        match self {
            Self::Sidecar => "the external-provisioner",
            Self::Driver => "the driver",
            Self::Cloud => "the cloud's API",
            Self::Node => "the driver on the node",
            Self::Webhook => "the driver's admission webhook",
        }
    }

    /// The component that rejects, and how that shows for a class and its claims.
    #[must_use]
    pub fn rejection(self) -> &'static str {
        match self {
            Self::Sidecar => "the external-provisioner rejects it, and claims stay Pending",
            Self::Driver => "the driver rejects it, and claims stay Pending",
            Self::Cloud => "the cloud's API rejects it, and claims stay Pending",
            Self::Node => "the driver on the node rejects it, and pods do not start",
            Self::Webhook => "the driver's admission webhook rejects it",
        }
    }
}
