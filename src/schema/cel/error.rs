//! Why an expression has no value.

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The server fails in the same way, which rejects the object.
    Failed(String),
    /// The expression uses something that is not implemented here, or costs too much; the server decides.
    Unsupported(String),
}

impl Error {
    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::Failed(message.into())
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::Unsupported(message.into())
    }
}
