//! The rules of a whole object, with the old object of an update next to it (apiextensions-apiserver,
//! pkg/apiserver/schema/cel/validation.go).

use super::cel::error::Error;
use super::cel::evaluate::{Typed, evaluate as value_of};
use super::cel::value::Value as Cel;
use super::rule::{Rule, Step, Verdict};
use super::structural::{Additional, ListType, Schema};
use super::value::Value;
use crate::yaml::path::Path;

/// Which rules to evaluate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those that look at one object: what a create is checked against.
    State,
    /// Those that compare with the old object.
    Transition,
}

/// Receives rules that do not hold: the value's path, the rule, the verdict.
pub type RuleSink<'s> = dyn FnMut(&Path<'_>, &Rule, Verdict) + 's;

/// Evaluates the rules of a schema for an object, and for its old state if there is one.
pub(super) fn evaluate<'v>(
    value: &'v Value<'v>,
    old: Option<&'v Value<'v>>,
    schema: &'v Schema,
    which: Which,
    sink: &mut RuleSink<'_>,
) {
    Walk { which, sink }.value(value, old, schema, &Path::root());
}

struct Walk<'s, 'k> {
    which: Which,
    sink: &'s mut RuleSink<'k>,
}

impl Walk<'_, '_> {
    fn value<'v>(
        &mut self,
        value: &'v Value<'v>,
        old: Option<&'v Value<'v>>,
        schema: &'v Schema,
        path: &Path<'_>,
    ) {
        if !schema.has_rules || *value == Value::Null {
            return;
        }
        let old = old.filter(|old| **old != Value::Null);
        for rule in &schema.rules {
            self.rule(rule, Typed { value, schema }, old.map(|value| Typed { value, schema }), path);
        }
        match value {
            Value::Map(members) => {
                for (key, value) in members {
                    let old = old.and_then(|old| old.get(key));
                    match (schema.property(key), &schema.additional) {
                        (Some(schema), _) => self.value(value, old, schema, &path.field(key)),
                        (None, Additional::Schema(schema)) => self.value(value, old, schema, &path.key(key)),
                        _ => {}
                    }
                }
            }
            Value::List(items) => {
                let Some(inner) = schema.items.as_deref().filter(|inner| inner.has_rules) else { return };
                let earlier = Earlier::new(old, schema);
                for (index, item) in items.iter().enumerate() {
                    self.value(item, earlier.find(item), inner, &path.index(index));
                }
            }
            _ => {}
        }
    }

    fn rule<'v>(&mut self, rule: &'v Rule, value: Typed<'v>, old: Option<Typed<'v>>, path: &Path<'_>) {
        let verdict = match rule.is_transition() {
            Ok(is_transition) => {
                // Without an old value only a rule whose `oldSelf` is optional runs.
                let runs = !is_transition || old.is_some() || rule.optional_old_self;
                let wanted = match self.which {
                    Which::State => !is_transition || rule.optional_old_self,
                    Which::Transition => is_transition,
                };
                if !runs || !wanted {
                    return;
                }
                outcome(rule, value, old)
            }
            Err(_) if self.which == Which::Transition => return,
            Err(_) => outcome(rule, value, None),
        };
        if verdict == Verdict::Holds {
            return;
        }
        if matches!(verdict, Verdict::Broken(_)) {
            follow(&rule.field_path, path, &mut |path| (self.sink)(path, rule, verdict_of(&verdict)));
        } else {
            (self.sink)(path, rule, verdict);
        }
    }
}

/// Evaluates a rule.
fn outcome<'v>(rule: &'v Rule, value: Typed<'v>, old: Option<Typed<'v>>) -> Verdict {
    match value_of(&rule.program, value, old, rule.optional_old_self) {
        Ok(Cel::Bool(true)) => Verdict::Holds,
        Ok(Cel::Bool(false)) => Verdict::Broken(explain(rule, value, old)),
        Ok(_) => Verdict::Unknown("the expression is not a condition".to_owned()),
        Err(Error::Failed(failure)) => Verdict::Fails(failure),
        Err(Error::Unsupported(reason)) => Verdict::Unknown(reason),
    }
}

/// The server's message for a broken rule.
fn explain<'v>(rule: &'v Rule, value: Typed<'v>, old: Option<Typed<'v>>) -> String {
    /// The longest message that an expression may make, in bytes (apiserver, pkg/apis/cel/config.go).
    const LONGEST: usize = 5120;
    let made =
        rule.message_expression.as_ref().and_then(|program| match value_of(program, value, old, false) {
            Ok(Cel::String(text)) => Some(text.trim().to_owned()),
            _ => None,
        });
    let usable = |text: &String| !text.is_empty() && text.len() <= LONGEST && !text.contains('\n');
    made.filter(usable).unwrap_or_else(|| {
        if rule.message.is_empty() {
            format!("failed rule: {}", rule.program.source)
        } else {
            rule.message.to_string()
        }
    })
}

fn verdict_of(verdict: &Verdict) -> Verdict {
    match verdict {
        Verdict::Broken(message) => Verdict::Broken(message.clone()),
        _ => Verdict::Holds,
    }
}

/// Calls `visit` with the path that some steps lead to.
fn follow(steps: &[Step], path: &Path<'_>, visit: &mut dyn FnMut(&Path<'_>)) {
    match steps {
        [] => visit(path),
        [Step::Field(name), rest @ ..] => follow(rest, &path.field(name), visit),
        [Step::Key(name), rest @ ..] => follow(rest, &path.key(name), visit),
    }
}

/// The items of an old list that new ones can be compared with: those of a list map, by their keys.
struct Earlier<'v> {
    keys: &'v [Box<str>],
    /// Sorted by key.
    items: Vec<&'v Value<'v>>,
}

impl<'v> Earlier<'v> {
    fn new(old: Option<&'v Value<'v>>, schema: &'v Schema) -> Self {
        let ListType::Map(keys) = &schema.list else { return Self { keys: &[], items: Vec::new() } };
        let mut items: Vec<_> = old.map(Value::items).unwrap_or_default().iter().collect();
        items.sort_by(|one, other| order(keys, one, other));
        Self { keys, items }
    }

    fn find(&self, item: &Value<'_>) -> Option<&'v Value<'v>> {
        let found = self.items.binary_search_by(|old| order(self.keys, old, item));
        found.ok().map(|at| self.items[at])
    }
}

/// The order of two items by their keys.
fn order(keys: &[Box<str>], one: &Value<'_>, other: &Value<'_>) -> std::cmp::Ordering {
    let by_key = |key: &str| match (one.get(key), other.get(key)) {
        (Some(one), Some(other)) => one.order(other),
        (one, other) => one.is_some().cmp(&other.is_some()),
    };
    keys.iter().map(|key| by_key(key)).fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
}
