//! Names in CEL: variables, types, and fields whose names are escaped.

use super::expression::{Expression, Field};

/// Replaces names of types, and finds variables that do not exist.
pub(super) fn resolve(expression: &mut Expression, scope: &mut Vec<Box<str>>) -> Result<(), String> {
    match expression {
        Expression::Variable(name) if !scope.contains(name) => {
            const TYPES: [&str; 11] = [
                "bool",
                "bytes",
                "double",
                "int",
                "list",
                "map",
                "null_type",
                "string",
                "type",
                "uint",
                "optional_type",
            ];
            let known = TYPES.into_iter().find(|known| *known == &**name);
            *expression = Expression::Type(known.ok_or_else(|| format!("the name `{name}` is not known"))?);
            Ok(())
        }
        Expression::Select { of, .. }
        | Expression::Has { of, .. }
        | Expression::Not(of)
        | Expression::Negate(of) => resolve(of, scope),
        Expression::Index { of, index, .. } => {
            resolve(of, scope)?;
            resolve(index, scope)
        }
        Expression::List(items) => items.iter_mut().try_for_each(|(_, item)| resolve(item, scope)),
        Expression::Map(entries) => entries.iter_mut().try_for_each(|(_, key, value)| {
            resolve(key, scope)?;
            resolve(value, scope)
        }),
        Expression::Binary(_, one, other) => {
            resolve(one, scope)?;
            resolve(other, scope)
        }
        Expression::And(terms) | Expression::Or(terms) => {
            terms.iter_mut().try_for_each(|term| resolve(term, scope))
        }
        Expression::Conditional(parts) => parts.iter_mut().try_for_each(|part| resolve(part, scope)),
        Expression::Call { arguments, .. } => {
            arguments.iter_mut().try_for_each(|argument| resolve(argument, scope))
        }
        Expression::Comprehension(inner) => {
            resolve(&mut inner.of, scope)?;
            let outer = scope.len();
            scope.push(inner.first.clone());
            scope.extend(inner.second.clone());
            if let Some(filter) = &mut inner.filter {
                resolve(filter, scope)?;
            }
            resolve(&mut inner.body, scope)?;
            scope.truncate(outer);
            Ok(())
        }
        Expression::Bind { variable, value, body, .. } => {
            resolve(value, scope)?;
            scope.push(variable.clone());
            resolve(body, scope)?;
            scope.pop();
            Ok(())
        }
        _ => Ok(()),
    }
}

impl Field {
    /// A field by the name that a rule writes.
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.into(), unescaped: unescape(name).map(Into::into) }
    }
}

/// Words that cannot be names in CEL; as fields they are written `__word__`.
const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// The field for an escaped name (apiserver, pkg/cel/escaping.go).
fn unescape(name: &str) -> Option<String> {
    if !name.contains("__") {
        return Some(name.to_owned());
    }
    let inner = name.strip_prefix("__").and_then(|rest| rest.strip_suffix("__"));
    if let Some(word) = inner.filter(|word| RESERVED.contains(word)) {
        return Some(word.to_owned());
    }
    let mut plain = String::new();
    let mut rest = name;
    while let Some(at) = rest.find("__") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let escapes = [("__underscores__", "__"), ("__dot__", "."), ("__dash__", "-"), ("__slash__", "/")];
        let (escape, meaning) = escapes.into_iter().find(|(escape, _)| rest.starts_with(escape))?;
        plain.push_str(meaning);
        rest = &rest[escape.len()..];
    }
    plain.push_str(rest);
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn names_are_unescaped() {
        for (name, field) in [
            ("a_b", Some("a_b")),
            ("a__dash__b", Some("a-b")),
            ("__namespace__", Some("namespace")),
            ("__underscores__u", Some("__u")),
            ("a__dot__b__slash__c", Some("a.b/c")),
            ("a__b", None),
        ] {
            assert_eq!(unescape(name).as_deref(), field, "{name}");
        }
    }
}
