//! The parser of CEL.

use super::expression::{Bind, Comprehension, Expression, Field, Macro, Operator};
use super::function::Function;
use super::resolve::resolve;
use super::token::{Token, tokens};
use crate::schema::pattern::Pattern;

/// How deep an expression may nest: evaluation recurses. The server's own limit for parsing is 250.
const DEEPEST: usize = 200;

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let (mut expression, _) = parser.expression()?;
    if parser.at < parser.tokens.len() {
        return Err("unexpected text after the expression".to_owned());
    }
    resolve(&mut expression, &mut vec!["self".into(), "oldSelf".into()])?;
    Ok(expression)
}

/// An expression and how deep it is.
type Tree = (Expression, usize);

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    /// Skips a symbol if it comes next.
    fn skip(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Symbol(next)) if *next == symbol);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, symbol: &str) -> Result<(), String> {
        if self.skip(symbol) { Ok(()) } else { Err(format!("`{symbol}` is missing")) }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.tokens.get(self.at) {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name.clone())
            }
            _ => Err("a name is missing".to_owned()),
        }
    }

    fn expression(&mut self) -> Result<Tree, String> {
        self.depth += 1;
        if self.depth > DEEPEST / 4 {
            return Err("the expression is nested too deeply".to_owned());
        }
        let condition = self.chain("||", Expression::Or, |parser| {
            parser.chain("&&", Expression::And, |parser| parser.binary(0))
        })?;
        let tree = if self.skip("?") {
            let yes = self.chain("||", Expression::Or, |parser| {
                parser.chain("&&", Expression::And, |parser| parser.binary(0))
            })?;
            self.expect(":")?;
            let no = self.expression()?;
            let height = condition.1.max(yes.1).max(no.1);
            above(height, Expression::Conditional(Box::new([condition.0, yes.0, no.0])))?
        } else {
            condition
        };
        self.depth -= 1;
        Ok(tree)
    }

    /// Terms between one operator; a single term is returned as it is.
    fn chain(
        &mut self,
        symbol: &str,
        build: fn(Vec<Expression>) -> Expression,
        term: impl Fn(&mut Self) -> Result<Tree, String>,
    ) -> Result<Tree, String> {
        let (first, mut height) = term(self)?;
        let mut terms = vec![first];
        while self.skip(symbol) {
            let (next, deep) = term(self)?;
            height = height.max(deep);
            terms.push(next);
        }
        match (terms.len(), terms.pop()) {
            (1, Some(only)) => Ok((only, height)),
            (_, Some(last)) => {
                terms.push(last);
                above(height, build(terms))
            }
            (_, None) => Err("a term is missing".to_owned()),
        }
    }

    /// Operators of at least this precedence.
    fn binary(&mut self, least: u8) -> Result<Tree, String> {
        let (mut left, mut height) = self.unary()?;
        while let Some((operator, precedence)) = self.operator().filter(|found| found.1 >= least) {
            self.at += 1;
            let (right, deep) = self.binary(precedence + 1)?;
            let binary = Expression::Binary(operator, Box::new(left), Box::new(right));
            (left, height) = above(height.max(deep), binary)?;
        }
        Ok((left, height))
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        Some(match self.peek()? {
            Token::Name(name) if name == "in" => (Operator::In, 0),
            Token::Symbol(symbol) => match *symbol {
                "==" => (Operator::Equal, 0),
                "!=" => (Operator::NotEqual, 0),
                "<" => (Operator::Less, 0),
                "<=" => (Operator::LessOrEqual, 0),
                ">" => (Operator::Greater, 0),
                ">=" => (Operator::GreaterOrEqual, 0),
                "+" => (Operator::Add, 1),
                "-" => (Operator::Subtract, 1),
                "*" => (Operator::Multiply, 2),
                "/" => (Operator::Divide, 2),
                "%" => (Operator::Remainder, 2),
                _ => return None,
            },
            _ => return None,
        })
    }

    fn unary(&mut self) -> Result<Tree, String> {
        if self.skip("!") {
            let (of, height) = self.nested(Self::unary)?;
            return above(height, Expression::Not(Box::new(of)));
        }
        if self.skip("-") {
            // The sign is part of a literal.
            match self.peek() {
                Some(Token::Int(number)) => {
                    let literal = Expression::Int(number.wrapping_neg());
                    self.at += 1;
                    return self.members((literal, 1));
                }
                Some(Token::Double(number)) => {
                    let literal = Expression::Double(-number);
                    self.at += 1;
                    return self.members((literal, 1));
                }
                _ => {}
            }
            let (of, height) = self.nested(Self::unary)?;
            return above(height, Expression::Negate(Box::new(of)));
        }
        let primary = self.primary()?;
        self.members(primary)
    }

    /// Parses one level deeper.
    fn nested(&mut self, parse: fn(&mut Self) -> Result<Tree, String>) -> Result<Tree, String> {
        self.depth += 1;
        if self.depth > DEEPEST / 4 {
            return Err("the expression is nested too deeply".to_owned());
        }
        let tree = parse(self)?;
        self.depth -= 1;
        Ok(tree)
    }

    /// Selections, indexes and method calls after an expression.
    fn members(&mut self, (mut of, mut height): Tree) -> Result<Tree, String> {
        loop {
            let optional = matches!(self.peek(), Some(Token::Symbol(".?" | "[?")));
            if self.skip(".") || self.skip(".?") {
                let name = self.name()?;
                (of, height) = if !optional && self.skip("(") {
                    let (arguments, deep) = self.list(")")?;
                    above(height.max(deep), method(of, &name, arguments)?)?
                } else {
                    above(
                        height,
                        Expression::Select { of: Box::new(of), field: Field::new(&name), optional },
                    )?
                };
            } else if self.skip("[") || self.skip("[?") {
                let (index, deep) = self.expression()?;
                self.expect("]")?;
                let index = Expression::Index { of: Box::new(of), index: Box::new(index), optional };
                (of, height) = above(height.max(deep), index)?;
            } else {
                return Ok((of, height));
            }
        }
    }

    /// Expressions between commas, up to a closing symbol.
    fn list(&mut self, close: &str) -> Result<(Vec<Expression>, usize), String> {
        let (mut items, mut height) = (Vec::new(), 0);
        while !self.skip(close) {
            let (item, deep) = self.expression()?;
            height = height.max(deep);
            items.push(item);
            if !self.skip(",") {
                self.expect(close)?;
                break;
            }
        }
        Ok((items, height))
    }

    fn primary(&mut self) -> Result<Tree, String> {
        let token = self.tokens.get(self.at).cloned().ok_or("the expression ends too early")?;
        self.at += 1;
        let literal = match token {
            Token::Int(i64::MIN) => return Err("a number is too large".to_owned()),
            Token::Int(number) => Expression::Int(number),
            Token::UInt(number) => Expression::UInt(number),
            Token::Double(number) => Expression::Double(number),
            Token::String(text) => Expression::String(text.into()),
            Token::Bytes(bytes) => Expression::Bytes(bytes.into()),
            Token::Symbol("(") => {
                let tree = self.expression()?;
                self.expect(")")?;
                return Ok(tree);
            }
            Token::Symbol("[") => return self.list_literal(),
            // `[?` and `{?` are single tokens.
            Token::Symbol("[?") => {
                self.at -= 1;
                self.tokens[self.at] = Token::Symbol("?");
                return self.list_literal();
            }
            Token::Symbol("{") => return self.map_literal(),
            Token::Symbol("{?") => {
                self.at -= 1;
                self.tokens[self.at] = Token::Symbol("?");
                return self.map_literal();
            }
            Token::Symbol(".") => return self.primary(),
            Token::Symbol(symbol) => return Err(format!("unexpected `{symbol}`")),
            Token::Name(name) => match name.as_str() {
                "true" => Expression::Bool(true),
                "false" => Expression::Bool(false),
                "null" => Expression::Null,
                "in" => return Err("unexpected `in`".to_owned()),
                _ if self.skip("(") => {
                    let (arguments, height) = self.list(")")?;
                    return above(height, global(&name, arguments)?);
                }
                _ => Expression::Variable(name.into()),
            },
        };
        Ok((literal, 1))
    }

    fn list_literal(&mut self) -> Result<Tree, String> {
        let (mut items, mut height) = (Vec::new(), 0);
        while !self.skip("]") {
            let optional = self.skip("?");
            let (item, deep) = self.expression()?;
            height = height.max(deep);
            items.push((optional, item));
            if !self.skip(",") {
                self.expect("]")?;
                break;
            }
        }
        above(height, Expression::List(items))
    }

    fn map_literal(&mut self) -> Result<Tree, String> {
        let (mut entries, mut height) = (Vec::new(), 0);
        while !self.skip("}") {
            let optional = self.skip("?");
            let (key, deep) = self.expression()?;
            self.expect(":")?;
            let (value, deeper) = self.expression()?;
            height = height.max(deep).max(deeper);
            entries.push((optional, key, value));
            if !self.skip(",") {
                self.expect("}")?;
                break;
            }
        }
        above(height, Expression::Map(entries))
    }
}

/// An expression over others of this height.
fn above(height: usize, expression: Expression) -> Result<Tree, String> {
    if height >= DEEPEST {
        return Err("the expression is nested too deeply".to_owned());
    }
    Ok((expression, height + 1))
}

fn unknown(name: &str) -> String {
    format!("the function `{name}` is not known")
}

fn call(function: Function, arguments: Vec<Expression>) -> Expression {
    // The expression of `matches`, `find` and `findAll` is usually a literal: it is compiled once.
    let pattern = match (function, arguments.get(1)) {
        (Function::Matches | Function::Find | Function::FindAll, Some(Expression::String(text))) => {
            Some(Pattern::new(text))
        }
        _ => None,
    };
    Expression::Call { function, arguments, pattern }
}

fn global(name: &str, mut arguments: Vec<Expression>) -> Result<Expression, String> {
    if name == "has" {
        return match (arguments.pop(), arguments.is_empty()) {
            (Some(Expression::Select { of, field, optional: false }), true) => {
                Ok(Expression::Has { of, field })
            }
            _ => Err("`has` requires a field".to_owned()),
        };
    }
    Function::named(name).map(|function| call(function, arguments)).ok_or_else(|| unknown(name))
}

fn method(of: Expression, name: &str, mut arguments: Vec<Expression>) -> Result<Expression, String> {
    if let Expression::Variable(namespace) = &of {
        let qualified = format!("{namespace}.{name}");
        if qualified == "cel.bind" {
            let [variable, value, body] =
                <[Expression; 3]>::try_from(arguments).map_err(|_| "`cel.bind` has three arguments")?;
            return bind(Bind::Plain, variable, value, body);
        }
        if let Some(function) = Function::named(&qualified) {
            return Ok(call(function, arguments));
        }
    }
    let count = arguments.len();
    let kind = match (name, count) {
        ("all", 2 | 3) => Macro::All,
        ("exists", 2 | 3) => Macro::Exists,
        ("exists_one" | "existsOne", 2 | 3) => Macro::ExistsOne,
        ("map", 2 | 3) | ("transformList", 3 | 4) => Macro::Map,
        ("filter", 2) => Macro::Filter,
        ("transformMap", 3 | 4) => Macro::TransformMap,
        ("transformMapEntry", 3 | 4) => Macro::TransformMapEntry,
        ("optMap" | "optFlatMap", 2) => {
            let how = if name == "optMap" { Bind::OptionalMap } else { Bind::OptionalFlatMap };
            let [variable, body] = <[Expression; 2]>::try_from(arguments).map_err(|_| unknown(name))?;
            return bind(how, variable, of, body);
        }
        _ => {
            let function = Function::named(name).ok_or_else(|| unknown(name))?;
            arguments.insert(0, of);
            return Ok(call(function, arguments));
        }
    };
    let has_two_variables = name.starts_with("transform") || (count == 3 && name != "map");
    let has_filter = (name == "map" && count == 3) || count == 4;
    let mut arguments = arguments.into_iter();
    let mut next = || arguments.next().ok_or_else(|| unknown(name));
    let first = variable(next()?)?;
    let second = if has_two_variables { Some(variable(next()?)?) } else { None };
    let filter = if has_filter { Some(next()?) } else { None };
    let body = next()?;
    Ok(Expression::Comprehension(Box::new(Comprehension { kind, of, first, second, filter, body })))
}

fn bind(how: Bind, name: Expression, value: Expression, body: Expression) -> Result<Expression, String> {
    Ok(Expression::Bind { how, variable: variable(name)?, value: Box::new(value), body: Box::new(body) })
}

fn variable(expression: Expression) -> Result<Box<str>, String> {
    match expression {
        Expression::Variable(name) => Ok(name),
        _ => Err("a macro requires a variable".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn deep_and_broken_expressions_are_errors() {
        for text in
            ["", "self.", "self ==", "has(self)", "unknown", "self.foo()", "'a", "1 2", "9223372036854775808"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"(".repeat(10_000)).is_err());
        assert!(parse(&"!".repeat(10_000)).is_err());
        assert!(parse(&format!("1{}", "+1".repeat(10_000))).is_err());
        assert!(parse(&format!("true{}", " || true".repeat(10_000))).is_ok());
        assert!(parse("-9223372036854775808 < 1").is_ok());
    }
}
