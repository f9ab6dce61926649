//! The evaluator: an expression and variables to a value.

use super::access::{entries, index, is_list, items, select};
use super::arithmetic::apply;
use super::call::call;
use super::equality::{contains, equal};
use super::error::Error;
use super::expression::{Bind, Comprehension, Expression, Field, Macro, Operator};
use super::program::Program;
use super::value::{Value, no_overload};
use crate::schema::structural::Schema;
use crate::schema::value::Value as Json;

/// An object, or a part of it, with its schema.
#[derive(Clone, Copy, Debug)]
pub(in crate::schema) struct Typed<'v> {
    /// The value as the server sees it.
    pub(in crate::schema) value: &'v Json<'v>,
    /// Its schema.
    pub(in crate::schema) schema: &'v Schema,
}

/// Evaluates an expression for `value`, and for its `old` value if there is one; with `optional`, `oldSelf` is an optional
/// value.
///
/// # Errors
///
/// If the expression has no value; see [`Error`].
pub(in crate::schema) fn evaluate<'v>(
    program: &'v Program,
    value: Typed<'v>,
    old: Option<Typed<'v>>,
    optional: bool,
) -> Result<Value<'v>, Error> {
    let parsed = program.parsed()?;
    let view = |typed: Typed<'v>| Value::view(typed.value, typed.schema);
    let current = view(value)?;
    let old = old.map(view).transpose()?;
    let old = if optional { Some(Value::optional(old)) } else { old };
    Evaluator::new(current, old).evaluate(&parsed.expression)
}

/// How many steps one expression may take. The server limits the cost of an expression, too, and much more tightly.
const STEPS: u32 = 2_000_000;

/// Evaluates one expression.
struct Evaluator<'v> {
    variables: Vec<(&'v str, Value<'v>)>,
    steps: u32,
}

impl<'v> Evaluator<'v> {
    /// An evaluator with `self`, and `oldSelf` if there is one.
    fn new(current: Value<'v>, old: Option<Value<'v>>) -> Self {
        let mut variables = vec![("self", current)];
        variables.extend(old.map(|old| ("oldSelf", old)));
        Self { variables, steps: STEPS }
    }

    /// Counts work that grows with the input.
    fn spend(&mut self, steps: usize) -> Result<(), Error> {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps.checked_sub(steps));
        self.steps = left.ok_or_else(|| Error::unsupported("it takes too many steps"))?;
        Ok(())
    }

    /// The value of an expression.
    fn evaluate(&mut self, expression: &'v Expression) -> Result<Value<'v>, Error> {
        self.spend(1)?;
        Ok(match expression {
            Expression::Null => Value::Null,
            Expression::Bool(value) => Value::Bool(*value),
            Expression::Int(number) => Value::Int(*number),
            Expression::UInt(number) => Value::UInt(*number),
            Expression::Double(number) => Value::Double(*number),
            Expression::String(text) => Value::String((&**text).into()),
            Expression::Bytes(bytes) => Value::Bytes((&**bytes).into()),
            Expression::Type(name) => Value::Type(name),
            Expression::Variable(name) => {
                let found = self.variables.iter().rev().find(|(variable, _)| *variable == &**name);
                found
                    .map(|(_, value)| value.clone())
                    .ok_or_else(|| Error::unsupported(format!("`{name}` has no value")))?
            }
            Expression::Select { of, field, optional } => {
                let of = self.evaluate(of)?;
                access(select(&of, field)?, &of, *optional, || no_such_key(&field.name))?
            }
            Expression::Index { of, index: at, optional } => {
                let of = self.evaluate(of)?;
                let at = self.evaluate(at)?;
                let missing = || match &at {
                    Value::String(key) => no_such_key(key),
                    Value::Int(at) if is_list(&of) => Error::failed(format!("index out of bounds: {at}")),
                    _ => Error::failed("no such key"),
                };
                access(index(&of, &at)?, &of, *optional, missing)?
            }
            Expression::Has { of, field } => Value::Bool(self.has(of, field)?),
            Expression::List(parts) => {
                let mut list = Vec::with_capacity(parts.len());
                for (optional, part) in parts {
                    match (optional, self.evaluate(part)?) {
                        (true, Value::Optional(None)) => {}
                        (true, Value::Optional(Some(value))) => list.push((*value).clone()),
                        (_, value) => list.push(value),
                    }
                }
                Value::list(list)
            }
            Expression::Map(parts) => {
                let mut map = Vec::with_capacity(parts.len());
                for (optional, key, part) in parts {
                    let key = self.evaluate(key)?;
                    match (optional, self.evaluate(part)?) {
                        (true, Value::Optional(None)) => {}
                        (true, Value::Optional(Some(value))) => map.push((key, (*value).clone())),
                        (_, value) => map.push((key, value)),
                    }
                }
                Value::Map(map.into())
            }
            Expression::Not(of) => Value::Bool(!self.bool(of)?),
            Expression::Negate(of) => match self.evaluate(of)? {
                Value::Int(number) => {
                    Value::Int(number.checked_neg().ok_or_else(|| Error::failed("integer overflow"))?)
                }
                Value::Double(number) => Value::Double(-number),
                value => return Err(no_overload(&[&value])),
            },
            Expression::And(terms) => Value::Bool(self.logical(terms, false)?),
            Expression::Or(terms) => Value::Bool(self.logical(terms, true)?),
            Expression::Conditional(parts) => {
                let [condition, yes, no] = &**parts;
                if self.bool(condition)? { self.evaluate(yes)? } else { self.evaluate(no)? }
            }
            Expression::Binary(operator, one, other) => {
                let one = self.evaluate(one)?;
                let other = self.evaluate(other)?;
                self.binary(*operator, one, other)?
            }
            Expression::Call { function, arguments, pattern } => {
                let mut values = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    values.push(self.evaluate(argument)?);
                }
                self.spend(values.iter().map(weight).sum())?;
                call(*function, values, pattern.as_ref())?
            }
            Expression::Comprehension(inner) => self.comprehension(inner)?,
            Expression::Bind { how, variable, value, body } => {
                let value = self.evaluate(value)?;
                let inner = match (how, value) {
                    (Bind::Plain, value) => value,
                    (_, Value::Optional(None)) => return Ok(Value::Optional(None)),
                    (_, Value::Optional(Some(value))) => (*value).clone(),
                    (_, value) => return Err(no_overload(&[&value])),
                };
                self.variables.push((variable, inner));
                let result = self.evaluate(body);
                self.variables.pop();
                match how {
                    Bind::OptionalMap => Value::optional(Some(result?)),
                    _ => result?,
                }
            }
        })
    }

    /// The value of an expression that must be a boolean.
    fn bool(&mut self, expression: &'v Expression) -> Result<bool, Error> {
        match self.evaluate(expression)? {
            Value::Bool(value) => Ok(value),
            value => Err(no_overload(&[&value])),
        }
    }

    fn binary(&mut self, operator: Operator, one: Value<'v>, other: Value<'v>) -> Result<Value<'v>, Error> {
        self.spend(weight(&one) + weight(&other))?;
        Ok(match operator {
            Operator::Equal => Value::Bool(equal(&one, &other)?),
            Operator::NotEqual => Value::Bool(!equal(&one, &other)?),
            Operator::In => Value::Bool(contains(&other, &one)?),
            _ => apply(operator, one, other)?,
        })
    }

    /// `&&` (which `false` decides) or `||` (which `true` decides): a term that decides hides the failures of others.
    fn logical(&mut self, terms: &'v [Expression], decisive: bool) -> Result<bool, Error> {
        let mut failure: Option<Error> = None;
        for term in terms {
            match self.bool(term) {
                Ok(value) if value == decisive => return Ok(decisive),
                Ok(_) => {}
                Err(error) => failure = Some(worse(failure, error)),
            }
        }
        failure.map_or(Ok(!decisive), Err)
    }

    fn has(&mut self, of: &'v Expression, field: &'v Field) -> Result<bool, Error> {
        let of = self.evaluate(of)?;
        Ok(match select(&of, field)? {
            Some(Value::Optional(value)) if matches!(of, Value::Optional(_)) => value.is_some(),
            found => found.is_some(),
        })
    }

    fn comprehension(&mut self, inner: &'v Comprehension) -> Result<Value<'v>, Error> {
        let of = self.evaluate(&inner.of)?;
        // What the variables are for each step.
        let steps: Vec<(Value<'v>, Option<Value<'v>>)> = match (items(&of)?, &inner.second) {
            (Some(items), None) => items.into_iter().map(|item| (item, None)).collect(),
            (Some(items), Some(_)) => {
                (0..).zip(items).map(|(at, item)| (Value::Int(at), Some(item))).collect()
            }
            (None, second) => match entries(&of)? {
                Some(entries) => {
                    entries.into_iter().map(|(key, value)| (key, second.as_ref().map(|_| value))).collect()
                }
                None => {
                    return Err(Error::unsupported(format!("it visits a value of type {}", of.type_name())));
                }
            },
        };
        self.spend(steps.len())?;
        let depth = self.variables.len();
        let mut outcome = Outcome { failure: None, count: 0, list: Vec::new(), map: Vec::new() };
        for (first, second) in steps {
            let item = first.clone();
            self.variables.push((&inner.first, first));
            if let (Some(name), Some(value)) = (&inner.second, second) {
                self.variables.push((name, value));
            }
            let decided = self.step(inner, item, &mut outcome);
            self.variables.truncate(depth);
            if let Some(value) = decided? {
                return Ok(value);
            }
        }
        Ok(match (inner.kind, outcome.failure) {
            (Macro::All | Macro::Exists, Some(error)) => return Err(error),
            (Macro::All, None) => Value::Bool(true),
            (Macro::Exists, None) => Value::Bool(false),
            (Macro::ExistsOne, _) => Value::Bool(outcome.count == 1),
            (Macro::Map | Macro::Filter, _) => Value::list(outcome.list),
            (Macro::TransformMap | Macro::TransformMapEntry, _) => Value::Map(outcome.map.into()),
        })
    }

    /// One step of a macro; the value of the whole if it is decided.
    fn step(
        &mut self,
        inner: &'v Comprehension,
        item: Value<'v>,
        outcome: &mut Outcome<'v>,
    ) -> Result<Option<Value<'v>>, Error> {
        if let Some(filter) = &inner.filter
            && !self.bool(filter)?
        {
            return Ok(None);
        }
        match inner.kind {
            Macro::All | Macro::Exists => {
                let decisive = inner.kind == Macro::Exists;
                match self.bool(&inner.body) {
                    Ok(value) if value == decisive => return Ok(Some(Value::Bool(decisive))),
                    Ok(_) => {}
                    Err(error) => outcome.failure = Some(worse(outcome.failure.take(), error)),
                }
            }
            Macro::ExistsOne => outcome.count += usize::from(self.bool(&inner.body)?),
            Macro::Filter => {
                if self.bool(&inner.body)? {
                    outcome.list.push(item);
                }
            }
            Macro::Map => outcome.list.push(self.evaluate(&inner.body)?),
            Macro::TransformMap => outcome.map.push((item, self.evaluate(&inner.body)?)),
            Macro::TransformMapEntry => match self.evaluate(&inner.body)? {
                Value::Map(entries) => outcome.map.extend(entries.iter().cloned()),
                value => return Err(no_overload(&[&value])),
            },
        }
        Ok(None)
    }
}

/// What a macro has gathered so far.
struct Outcome<'v> {
    failure: Option<Error>,
    count: usize,
    list: Vec<Value<'v>>,
    map: Vec<(Value<'v>, Value<'v>)>,
}

/// Of two failures the one that decides less: an unsupported term might be the one that hides the other.
fn worse(one: Option<Error>, other: Error) -> Error {
    match one {
        Some(error @ Error::Unsupported(_)) => error,
        Some(error) if matches!(other, Error::Failed(_)) => error,
        _ => other,
    }
}

fn no_such_key(name: &str) -> Error {
    Error::failed(format!("no such key: {name}"))
}

/// A field or an item that may be missing.
fn access<'v>(
    found: Option<Value<'v>>,
    of: &Value<'v>,
    optional: bool,
    missing: impl FnOnce() -> Error,
) -> Result<Value<'v>, Error> {
    match (found, of) {
        (Some(found), Value::Optional(_)) => Ok(found),
        (found, _) if optional => Ok(Value::optional(found)),
        (found, _) => found.ok_or_else(missing),
    }
}

/// How much work a value may cause in one operation.
fn weight(value: &Value<'_>) -> usize {
    match value {
        Value::String(text) => text.len() / 16,
        _ => super::access::size(value).unwrap_or_default(),
    }
}
