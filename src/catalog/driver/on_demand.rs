//! A part of a driver's file that few runs need.

use std::ops::Deref;
use std::sync::OnceLock;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A value that is parsed when it is first used: a run uses few parts of a driver's file, and parsing all of them would
/// take most of a short run.
#[derive(Clone, Debug)]
pub struct OnDemand<T> {
    text: Box<RawValue>,
    value: OnceLock<T>,
}

impl<T: DeserializeOwned> OnDemand<T> {
    /// Parses the text.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(&self) -> Result<T, String> {
        serde_json::from_str(self.text.get()).map_err(|error| error.to_string())
    }

    /// Whether `value` is the value of this part, and not an equal one. Does not parse the text.
    #[must_use]
    pub fn is(&self, value: &T) -> bool {
        self.value.get().is_some_and(|own| std::ptr::eq(own, value))
    }
}

impl<T: DeserializeOwned + Default> Deref for OnDemand<T> {
    type Target = T;

    /// The value. A test parses every file, so that no text is replaced by an empty value.
    fn deref(&self) -> &T {
        self.value.get_or_init(|| self.parse().unwrap_or_default())
    }
}

impl<'de, T> Deserialize<'de> for OnDemand<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { text: Box::deserialize(deserializer)?, value: OnceLock::new() })
    }
}
