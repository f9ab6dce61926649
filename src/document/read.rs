//! Reads a checked tree into the API's types. As in Go, `null` is the zero value of a type.
//!
//! Objects are filled in place: `serde` would keep every field of a type on the stack and copy each object several times.

#![allow(clippy::wildcard_imports, reason = "the generated code names about 150 types")]

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::*;
use k8s_openapi::api::batch::v1::*;
use k8s_openapi::api::core::v1::*;
use k8s_openapi::api::scheduling::v1alpha3::{
    TopologyConstraint, WorkloadPodGroupAllDisruptionMode, WorkloadPodGroupBasicSchedulingPolicy,
    WorkloadPodGroupDisruptionMode, WorkloadPodGroupGangSchedulingPolicy, WorkloadPodGroupResourceClaim,
    WorkloadPodGroupSchedulingConstraints, WorkloadPodGroupSchedulingPolicy,
    WorkloadPodGroupSingleDisruptionMode,
};
use k8s_openapi::api::storage::v1::*;
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::*;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::texts::{self, Texts};
use crate::yaml::node::{Node, Value};

/// A type that a tree can be read into.
pub(crate) trait Read {
    /// The zero value.
    fn zero() -> Self;

    /// Reads a tree into a zero value; nothing if the tree is of another type.
    fn read(&mut self, node: &Node<'_>) -> Option<()>;

    /// Leaves the memory of its texts to the next objects. What else it holds is not needed any more.
    fn give_back(&mut self, texts: &mut Texts);
}

/// Reads a part of a checked object that is not read as a whole; nothing if it is of another type.
pub(crate) fn part<T: Read>(node: &Node<'_>) -> Option<T> {
    let mut value = T::zero();
    value.read(node)?;
    Some(value)
}

macro_rules! object {
    ($kind:ident { $($name:literal => $field:ident,)* }) => {
        impl Read for $kind {
            fn zero() -> Self {
                Self::default()
            }

            fn read(&mut self, node: &Node<'_>) -> Option<()> {
                let Value::Mapping(entries) = &node.value else { return node.is_null().then_some(()) };
                for entry in entries {
                    match &*entry.key.value {
                        $($name => self.$field.read(&entry.value)?,)*
                        _ => {}
                    }
                }
                Some(())
            }

            #[allow(unused_variables, reason = "some types have no fields")]
            fn give_back(&mut self, texts: &mut Texts) {
                $(self.$field.give_back(texts);)*
            }
        }
    };
}

include!(concat!(env!("OUT_DIR"), "/objects.rs"));

impl<T: Read> Read for Option<T> {
    fn zero() -> Self {
        None
    }

    fn read(&mut self, node: &Node<'_>) -> Option<()> {
        if node.is_null() { Some(()) } else { self.insert(T::zero()).read(node) }
    }

    fn give_back(&mut self, texts: &mut Texts) {
        if let Some(value) = self {
            value.give_back(texts);
        }
    }
}

impl<T: Read> Read for Vec<T> {
    fn zero() -> Self {
        Self::new()
    }

    fn read(&mut self, node: &Node<'_>) -> Option<()> {
        let Value::Sequence(items) = &node.value else { return node.is_null().then_some(()) };
        self.reserve_exact(items.len());
        for item in items {
            self.push(T::zero());
            self.last_mut()?.read(item)?;
        }
        Some(())
    }

    fn give_back(&mut self, texts: &mut Texts) {
        self.iter_mut().for_each(|item| item.give_back(texts));
    }
}

impl<T: Read> Read for BTreeMap<String, T> {
    fn zero() -> Self {
        Self::new()
    }

    fn read(&mut self, node: &Node<'_>) -> Option<()> {
        let Value::Mapping(entries) = &node.value else { return node.is_null().then_some(()) };
        for entry in entries {
            let mut value = T::zero();
            value.read(&entry.value)?;
            self.insert(texts::copy(&entry.key.value), value);
        }
        Some(())
    }

    fn give_back(&mut self, texts: &mut Texts) {
        for (key, mut value) in std::mem::take(self) {
            texts.add(key);
            value.give_back(texts);
        }
    }
}

impl Read for Quantity {
    fn zero() -> Self {
        Self::default()
    }

    fn read(&mut self, node: &Node<'_>) -> Option<()> {
        if node.is_null() {
            self.0.push('0');
            return Some(());
        }
        self.0.read(node)
    }

    fn give_back(&mut self, texts: &mut Texts) {
        self.0.give_back(texts);
    }
}

impl Read for String {
    fn zero() -> Self {
        Self::new()
    }

    fn read(&mut self, node: &Node<'_>) -> Option<()> {
        *self = match &node.value {
            Value::Null => return Some(()),
            Value::String(text) => texts::copy(text),
            // The digits of a number are a quantity.
            Value::Integer(value) => value.to_string(),
            Value::Float(value) => value.to_string(),
            _ => return None,
        };
        Some(())
    }

    fn give_back(&mut self, texts: &mut Texts) {
        texts.add(std::mem::take(self));
    }
}

macro_rules! scalar {
    ($kind:ty, $value:ident => $read:expr) => {
        impl Read for $kind {
            fn zero() -> Self {
                Self::default()
            }

            fn read(&mut self, node: &Node<'_>) -> Option<()> {
                let $value = &node.value;
                if !matches!($value, Value::Null) {
                    *self = $read;
                }
                Some(())
            }

            fn give_back(&mut self, _: &mut Texts) {}
        }
    };
}

scalar!(bool, value => if let Value::Bool(value) = value { *value } else { return None });
scalar!(i32, value => integer(value)?.try_into().ok()?);
scalar!(i64, value => integer(value)?);
scalar!(IntOrString, value => match value {
    Value::String(text) => Self::String(text.as_ref().to_owned()),
    value => Self::Int(integer(value)?.try_into().ok()?),
});

impl Read for Time {
    fn zero() -> Self {
        Self(Default::default())
    }

    /// Rules look only at whether there is a time, and its text has been checked: Go reads some that a library rejects.
    fn read(&mut self, _: &Node<'_>) -> Option<()> {
        Some(())
    }

    fn give_back(&mut self, _: &mut Texts) {}
}

fn integer(value: &Value<'_>) -> Option<i64> {
    if let Value::Integer(value) = value { Some(*value) } else { None }
}
