//! The syntax tree of CEL, with macros already recognized.

use super::function::Function;
use crate::schema::pattern::Pattern;

/// An expression.
#[derive(Debug)]
pub(super) enum Expression {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A whole number without a sign.
    UInt(u64),
    /// A number.
    Double(f64),
    /// A string.
    String(Box<str>),
    /// Bytes.
    Bytes(Box<[u8]>),
    /// A variable.
    Variable(Box<str>),
    /// A type, such as `string`.
    Type(&'static str),
    /// `of.field`, or `of.?field`.
    Select { of: Box<Self>, field: Field, optional: bool },
    /// `has(of.field)`.
    Has { of: Box<Self>, field: Field },
    /// `of[index]`, or `of[?index]`.
    Index { of: Box<Self>, index: Box<Self>, optional: bool },
    /// `[items]`; an item may be optional.
    List(Vec<(bool, Self)>),
    /// `{keys: values}`; a value may be optional.
    Map(Vec<(bool, Self, Self)>),
    /// `!of`.
    Not(Box<Self>),
    /// `-of`.
    Negate(Box<Self>),
    /// `one operator other`.
    Binary(Operator, Box<Self>, Box<Self>),
    /// All of them.
    And(Vec<Self>),
    /// One of them.
    Or(Vec<Self>),
    /// `condition ? yes : no`.
    Conditional(Box<[Self; 3]>),
    /// A function; a method's target is its first argument.
    Call { function: Function, arguments: Vec<Self>, pattern: Option<Pattern> },
    /// A macro over the items of a list or a map.
    Comprehension(Box<Comprehension>),
    /// A value under a name: `cel.bind`, `optMap`, `optFlatMap`.
    Bind { how: Bind, variable: Box<str>, value: Box<Self>, body: Box<Self> },
}

/// How a value is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bind {
    /// `cel.bind(variable, value, body)`.
    Plain,
    /// `value.optMap(variable, body)`.
    OptionalMap,
    /// `value.optFlatMap(variable, body)`.
    OptionalFlatMap,
}

/// A field's name as a rule writes it, and as the object has it.
#[derive(Debug)]
pub(super) struct Field {
    /// As written.
    pub(super) name: Box<str>,
    /// As the object has it (`a__dash__b` is `a-b`); none if no field has such a name.
    pub(super) unescaped: Option<Box<str>>,
}

/// A macro over the items of a list or a map.
#[derive(Debug)]
pub(super) struct Comprehension {
    /// Which one.
    pub(super) kind: Macro,
    /// The list or the map.
    pub(super) of: Expression,
    /// The item, or the index or key in a macro of two variables.
    pub(super) first: Box<str>,
    /// The item or value in a macro of two variables.
    pub(super) second: Option<Box<str>>,
    /// The condition of `map` and of the transforms with one.
    pub(super) filter: Option<Expression>,
    /// What is evaluated for each item.
    pub(super) body: Expression,
}

/// A macro's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Macro {
    /// `all`.
    All,
    /// `exists`.
    Exists,
    /// `exists_one`, `existsOne`.
    ExistsOne,
    /// `map`, `transformList`.
    Map,
    /// `filter`.
    Filter,
    /// `transformMap`.
    TransformMap,
    /// `transformMapEntry`.
    TransformMapEntry,
}

/// An operator between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is named after its sign")]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Expression {
    /// Whether the expression contains a variable of this name.
    pub(super) fn mentions(&self, name: &str) -> bool {
        let any = |list: &[Self]| list.iter().any(|expression| expression.mentions(name));
        match self {
            Self::Variable(variable) => &**variable == name,
            Self::Select { of, .. } | Self::Has { of, .. } | Self::Not(of) | Self::Negate(of) => {
                of.mentions(name)
            }
            Self::Index { of, index, .. } => of.mentions(name) || index.mentions(name),
            Self::List(items) => items.iter().any(|(_, item)| item.mentions(name)),
            Self::Map(entries) => {
                entries.iter().any(|(_, key, value)| key.mentions(name) || value.mentions(name))
            }
            Self::Binary(_, one, other) => one.mentions(name) || other.mentions(name),
            Self::And(terms) | Self::Or(terms) => any(terms),
            Self::Conditional(parts) => any(&parts[..]),
            Self::Call { arguments, .. } => any(arguments),
            Self::Comprehension(inner) => {
                inner.of.mentions(name)
                    || inner.body.mentions(name)
                    || inner.filter.as_ref().is_some_and(|filter| filter.mentions(name))
            }
            Self::Bind { value, body, .. } => value.mentions(name) || body.mentions(name),
            _ => false,
        }
    }
}
