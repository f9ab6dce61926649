//! The values that templates see: those of the profile, each with its place.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};

use super::memo;
use crate::source::Span;
use crate::yaml::node::{Node, Value as NodeValue};

/// Identifies a place in a context.
pub(super) type Place = u32;

/// The values of one render and their places.
#[derive(Debug)]
pub(super) struct Context {
    root: Value,
    pub(super) places: Arc<Places>,
}

/// The places of values. Strings are identified by their address, which minijinja preserves; numbers and
/// booleans are copied, so the place of the last lookup is used if the value is equal.
#[derive(Debug, Default)]
pub(super) struct Places {
    spans: Vec<Span>,
    /// By address.
    texts: Vec<(usize, Place)>,
    /// By place.
    scalars: Vec<(Place, Value)>,
    last: AtomicU32,
}

impl Context {
    pub(super) fn new(node: &Node<'_>) -> Self {
        let mut places = Places::default();
        let plan = Plan::new(node, &mut places);
        Self::planned(plan, places)
    }

    /// The same with the number of each place as its span.
    pub(super) fn numbered(node: &Node<'_>) -> Self {
        let mut places = Places::default();
        let plan = Plan::new(node, &mut places);
        places.spans.iter_mut().enumerate().for_each(|(number, span)| *span = memo::numbered(number));
        Self::planned(plan, places)
    }

    fn planned(plan: Plan, mut places: Places) -> Self {
        // Objects need the places, which are complete only after all objects are planned.
        places.texts.sort_unstable();
        let places = Arc::new(places);
        Self { root: plan.value(&places), places }
    }

    pub(super) fn value(&self) -> Value {
        self.root.clone()
    }

    /// The keys one and two levels down, for "did you mean".
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let keys = |value: &Value| -> Vec<String> {
            value.try_iter().into_iter().flatten().filter_map(|key| key.as_str().map(str::to_owned)).collect()
        };
        for key in keys(&self.root) {
            if let Ok(value) = self.root.get_attr(&key)
                && value.downcast_object_ref::<Table>().is_some()
            {
                names.extend(keys(&value));
            }
            names.push(key);
        }
        names
    }
}

impl Places {
    fn add(&mut self, span: Span) -> Place {
        self.spans.push(span);
        self.spans.len() as Place - 1
    }

    pub(super) fn span(&self, place: Place) -> Option<Span> {
        self.spans.get(place as usize).copied()
    }

    /// The place of a formatted value.
    pub(super) fn find(&self, value: &Value) -> Option<Place> {
        if let Some(text) = value.as_str() {
            let address = text.as_ptr() as usize;
            let at = self.texts.binary_search_by_key(&address, |(known, _)| *known).ok()?;
            return self.texts.get(at).map(|(_, place)| *place);
        }
        if let Some(table) = value.downcast_object_ref::<Table>() {
            return Some(table.place);
        }
        if let Some(list) = value.downcast_object_ref::<List>() {
            return Some(list.place);
        }
        let last = self.last.load(Ordering::Relaxed);
        let at = self.scalars.binary_search_by_key(&last, |(place, _)| *place).ok()?;
        self.scalars.get(at).is_some_and(|(_, scalar)| scalar == value).then_some(last)
    }
}

/// A value with its place, before the objects are built.
struct Plan {
    place: Place,
    kind: PlanKind,
}

enum PlanKind {
    Scalar(Value),
    List(Vec<Plan>),
    Table(Vec<(Arc<str>, Plan)>),
}

impl Plan {
    fn new(node: &Node<'_>, places: &mut Places) -> Self {
        let place = places.add(node.span);
        let mut scalar = |value: Value| {
            places.scalars.push((place, value.clone()));
            PlanKind::Scalar(value)
        };
        let kind = match &node.value {
            NodeValue::Null => scalar(Value::from(())),
            NodeValue::Bool(value) => scalar(Value::from(*value)),
            NodeValue::Integer(value) => scalar(Value::from(*value)),
            NodeValue::Float(value) => scalar(Value::from(*value)),
            NodeValue::String(text) => PlanKind::Scalar(Value::from(known(text, place, places))),
            NodeValue::Sequence(items) => {
                PlanKind::List(items.iter().map(|item| Self::new(item, places)).collect())
            }
            NodeValue::Mapping(entries) => PlanKind::Table(
                entries
                    .iter()
                    .map(|entry| {
                        let key = places.add(entry.key.span);
                        (known(&entry.key.value, key, places), Self::new(&entry.value, places))
                    })
                    .collect(),
            ),
        };
        Self { place, kind }
    }

    fn value(self, places: &Arc<Places>) -> Value {
        let place = self.place;
        match self.kind {
            PlanKind::Scalar(value) => value,
            PlanKind::List(items) => {
                let items = items.into_iter().map(|item| (item.place, item.value(places))).collect();
                Value::from_object(List { place, items, places: Arc::clone(places) })
            }
            PlanKind::Table(entries) => {
                let entries =
                    entries.into_iter().map(|(key, item)| (key, item.place, item.value(places))).collect();
                Value::from_object(Table { place, entries, places: Arc::clone(places) })
            }
        }
    }
}

/// A string that is identified by its address.
fn known(text: &str, place: Place, places: &mut Places) -> Arc<str> {
    let text: Arc<str> = Arc::from(text);
    places.texts.push((text.as_ptr() as usize, place));
    text
}

/// A table of the profile.
#[derive(Debug)]
pub(super) struct Table {
    place: Place,
    pub(super) entries: Vec<(Arc<str>, Place, Value)>,
    places: Arc<Places>,
}

/// A list of the profile.
#[derive(Debug)]
pub(super) struct List {
    place: Place,
    pub(super) items: Vec<(Place, Value)>,
    places: Arc<Places>,
}

impl Object for Table {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let (_, place, value) = self.entries.iter().find(|(name, _, _)| name.as_ref() == key)?;
        self.places.last.store(*place, Ordering::Relaxed);
        Some(value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.entries.iter().map(|(key, _, _)| Value::from(Arc::clone(key))).collect())
    }
}

impl Object for List {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let (place, value) = self.items.get(key.as_usize()?)?;
        self.places.last.store(*place, Ordering::Relaxed);
        Some(value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.items.len())
    }
}
