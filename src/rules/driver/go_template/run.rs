//! What a template gives, as far as its values are known: an action that cannot be followed says nothing.

use super::parse::{Branch, Node, Operand, Pipeline};

/// Why a template has no result.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) message: String,
    /// Whether an unknown field is used.
    pub(super) is_field: bool,
}

/// A value of a template.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// A text.
    Text(Text),
    /// A whole number.
    Number(Option<i64>),
    /// A boolean.
    Truth(Option<bool>),
    /// The record of all fields.
    Fields,
    /// Anything.
    Any,
}

/// A text, where it is known.
#[derive(Clone, Debug)]
pub(super) struct Text {
    value: Option<String>,
    /// Whether it is only an example, so that nothing is concluded from its content.
    is_sample: bool,
}

impl Text {
    pub(super) fn known(value: String) -> Self {
        Self { value: Some(value), is_sample: false }
    }

    pub(super) fn unknown() -> Self {
        Self { value: None, is_sample: false }
    }

    pub(super) fn sample(value: &str) -> Self {
        Self { value: Some(value.to_owned()), is_sample: true }
    }

    fn map(&self, to: impl FnOnce(&str) -> String) -> Value {
        Value::Text(Self { value: self.value.as_deref().map(to), is_sample: self.is_sample })
    }

    /// The text where its letters count.
    fn letters(&self) -> Option<&str> {
        self.value.as_deref().filter(|_| !self.is_sample)
    }
}

/// Fills a template in with fields.
pub(super) fn run(nodes: &[Node], fields: &dyn Fn(&str) -> Option<Value>) -> Result<(), Failure> {
    Run { fields, variables: Vec::new() }.nodes(nodes, &Value::Fields)
}

struct Run<'a> {
    fields: &'a dyn Fn(&str) -> Option<Value>,
    variables: Vec<(String, Value)>,
}

type Outcome = Result<Value, Failure>;

fn fail(message: String) -> Outcome {
    Err(Failure { message, is_field: false })
}

impl Run<'_> {
    fn nodes(&mut self, nodes: &[Node], dot: &Value) -> Result<(), Failure> {
        for node in nodes {
            match node {
                Node::Unfollowed | Node::Branch(Branch::Range, ..) => {}
                Node::Action(pipeline) => {
                    self.pipeline(pipeline, dot)?;
                }
                Node::Branch(branch, asked, then, otherwise) => {
                    let scope = self.variables.len();
                    let value = self.pipeline(asked, dot)?;
                    let inner = if *branch == Branch::With { &value } else { dot };
                    match is_true(&value) {
                        Some(true) => self.nodes(then, inner)?,
                        Some(false) => self.nodes(otherwise, dot)?,
                        None => {}
                    }
                    self.variables.truncate(scope);
                }
            }
        }
        Ok(())
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Outcome {
        let mut value = None;
        for command in &pipeline.commands {
            let given = value.take();
            let outcome = self.command(command, given, dot);
            value = Some(outcome.map_err(|failure| Failure {
                message: if failure.is_field {
                    failure.message
                } else {
                    format!(
                        "the template `{{{{ {} }}}}` cannot be filled in: {}",
                        pipeline.text, failure.message
                    )
                },
                ..failure
            })?);
        }
        let value = value.unwrap_or(Value::Any);
        if let Some(variable) = &pipeline.variable {
            self.variables.push((variable.clone(), value.clone()));
        }
        Ok(value)
    }

    fn command(&mut self, command: &[Operand], given: Option<Value>, dot: &Value) -> Outcome {
        let Some((first, rest)) = command.split_first() else { return Ok(Value::Any) };
        let Operand::Function(name) = first else {
            let value = self.operand(first, dot)?;
            return if rest.is_empty() && given.is_none() {
                Ok(value)
            } else {
                fail("a value is passed to something that is not a function".to_owned())
            };
        };
        let mut values = Vec::with_capacity(rest.len() + 1);
        for operand in rest {
            values.push(self.operand(operand, dot)?);
        }
        values.extend(given);
        call(name, &values)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value) -> Outcome {
        Ok(match operand {
            Operand::Text(text) => Value::Text(Text::known(text.clone())),
            Operand::Number(number) => Value::Number(Some(*number)),
            Operand::Truth(truth) => Value::Truth(Some(*truth)),
            Operand::Constant => Value::Any,
            Operand::Inner(pipeline) => return self.pipeline(pipeline, dot),
            Operand::Function(name) => return call(name, &[]),
            Operand::Dot(names) => return self.field(dot.clone(), names),
            Operand::Variable(name, names) => {
                let value = self.variables.iter().rev().find(|(known, _)| known == name);
                let value = value.map_or(Value::Fields, |(_, value)| value.clone());
                return self.field(value, names);
            }
        })
    }

    fn field(&self, value: Value, names: &[String]) -> Outcome {
        names.iter().try_fold(value, |value, name| match value {
            Value::Fields => (self.fields)(name).ok_or_else(|| Failure {
                message: format!("a template has no field `.{name}` here"),
                is_field: true,
            }),
            Value::Any => Ok(Value::Any),
            _ => fail(format!("a text or a number has no field `.{name}`")),
        })
    }
}

/// What Go's `if` makes of a value, where that is known.
fn is_true(value: &Value) -> Option<bool> {
    match value {
        Value::Text(text) => text.value.as_ref().map(|text| !text.is_empty()),
        Value::Number(number) => number.map(|number| number != 0),
        Value::Truth(truth) => *truth,
        Value::Fields => Some(true),
        Value::Any => None,
    }
}

/// What a function gives.
fn call(name: &str, values: &[Value]) -> Outcome {
    match name {
        "toUpper" | "toLower" => {
            let [text] = arguments(name, values)?;
            let text = as_text(name, text)?;
            Ok(text.map(|text| if name == "toUpper" { text.to_uppercase() } else { text.to_lowercase() }))
        }
        "contains" | "index" | "lastIndex" => {
            let [part, whole] = arguments(name, values)?;
            let (part, whole) = (as_text(name, part)?, as_text(name, whole)?);
            let letters = whole.letters().zip(part.letters());
            let at = |at: Option<usize>| at.map_or(-1, |at| i64::try_from(at).unwrap_or(-1));
            Ok(match name {
                "contains" => Value::Truth(letters.map(|(whole, part)| whole.contains(part))),
                "index" => Value::Number(letters.map(|(whole, part)| at(whole.find(part)))),
                _ => Value::Number(letters.map(|(whole, part)| at(whole.rfind(part)))),
            })
        }
        "substring" => {
            let [start, end, text] = arguments(name, values)?;
            substring(as_number(name, start)?, as_number(name, end)?, as_text(name, text)?)
        }
        "field" => {
            let [separator, index, text] = arguments(name, values)?;
            part(as_text(name, separator)?, as_number(name, index)?, as_text(name, text)?)
        }
        "html" | "js" | "call" | "urlquery" => fail(format!("the driver has taken `{name}` away")),
        "not" => {
            let [value] = arguments(name, values)?;
            Ok(Value::Truth(is_true(value).map(|truth| !truth)))
        }
        "print" | "printf" | "println" => Ok(Value::Text(Text::unknown())),
        "len" => {
            let [value] = arguments(name, values)?;
            match value {
                Value::Text(text) => {
                    Ok(Value::Number(text.letters().and_then(|text| i64::try_from(text.len()).ok())))
                }
                Value::Any => Ok(Value::Number(None)),
                _ => fail("only a text has a length".to_owned()),
            }
        }
        // Comparisons, `and`, `or` and `slice`.
        _ => Ok(Value::Any),
    }
}

fn arguments<'v, const COUNT: usize>(name: &str, values: &'v [Value]) -> Result<&'v [Value; COUNT], Failure> {
    values.try_into().map_err(|_| Failure {
        message: format!("`{name}` takes {COUNT} values, and is given {}", values.len()),
        is_field: false,
    })
}

fn as_text(name: &str, value: &Value) -> Result<Text, Failure> {
    match value {
        Value::Text(text) => Ok(text.clone()),
        Value::Any => Ok(Text::unknown()),
        _ => Err(Failure { message: format!("`{name}` takes a text there"), is_field: false }),
    }
}

fn as_number(name: &str, value: &Value) -> Result<Option<i64>, Failure> {
    match value {
        Value::Number(number) => Ok(*number),
        Value::Any => Ok(None),
        _ => Err(Failure { message: format!("`{name}` takes a whole number there"), is_field: false }),
    }
}

fn substring(start: Option<i64>, end: Option<i64>, text: Text) -> Outcome {
    let (Some(start), Some(end), Some(value)) = (start, end, &text.value) else {
        return Ok(Value::Text(Text { value: None, ..text }));
    };
    let length = i64::try_from(value.len()).unwrap_or(i64::MAX);
    // A negative start is invalid, and so is an end that is negative or out of range.
    let range = match (start < 0, end < 0 || end > length) {
        (true, _) => 0..end,
        (false, true) => start..length,
        (false, false) => start..end,
    };
    let slice = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
    match slice.and_then(|(start, end)| value.get(start..end)) {
        Some(slice) => Ok(text.map(|_| slice.to_owned())),
        None if text.is_sample => fail(format!("hardly any value has more than {length} characters")),
        None => fail(format!("`{value}` has {length} characters")),
    }
}

fn part(separator: Text, index: Option<i64>, text: Text) -> Outcome {
    let (Some(separator), Some(index), Some(value)) = (&separator.value, index, &text.value) else {
        return Ok(Value::Text(Text { value: None, ..text }));
    };
    let parts: Vec<&str> = if separator.is_empty() {
        value.split("").filter(|letter| !letter.is_empty()).collect()
    } else {
        value.split(separator.as_str()).collect()
    };
    match usize::try_from(index).ok().and_then(|index| parts.get(index)) {
        Some(part) => Ok(text.map(|_| (*part).to_owned())),
        None if text.is_sample => fail(format!(
            "hardly any value has more than {} parts between `{separator}`, counted from 0",
            parts.len()
        )),
        None => fail(format!("`{value}` has {} parts between `{separator}`, counted from 0", parts.len())),
    }
}
