//! The grammar of Go's `text/template`, as far as tags use it.

use super::tokens::{self, Token};

/// What one piece of a template says.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// An action that is replaced by its result.
    Action(Pipeline),
    /// `if`, `with` or `range`: what is asked, what is done then, and otherwise.
    Branch(Branch, Pipeline, Vec<Self>, Vec<Self>),
    /// `template`, `define`, `block`, `break` or `continue`: what they do is not followed.
    Unfollowed,
}

/// Which words open a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Branch {
    /// `if`.
    If,
    /// `with`.
    With,
    /// `range`.
    Range,
}

/// Commands, each of which is handed what the one before it gave.
#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    /// The variable that takes the result, without its `$`.
    pub(super) variable: Option<String>,
    /// The commands: each its first operand and the arguments.
    pub(super) commands: Vec<Vec<Operand>>,
    /// The text between the braces.
    pub(super) text: String,
}

/// One word of a command.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// `.`, and the fields after it.
    Dot(Vec<String>),
    /// `$name`, and the fields after it.
    Variable(String, Vec<String>),
    /// A function's name.
    Function(String),
    /// A text in quotes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Another constant.
    Constant,
    /// `true` or `false`.
    Truth(bool),
    /// A pipeline in brackets.
    Inner(Pipeline),
}

/// The functions of Go's templates, and those that the driver adds.
const FUNCTIONS: [&str; 25] = [
    "and",
    "call",
    "contains",
    "eq",
    "field",
    "ge",
    "gt",
    "html",
    "index",
    "js",
    "lastIndex",
    "le",
    "len",
    "lt",
    "ne",
    "not",
    "or",
    "print",
    "printf",
    "println",
    "slice",
    "substring",
    "toLower",
    "toUpper",
    "urlquery",
];

/// Reads a template.
///
/// # Errors
///
/// Why Go's parser refuses it.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, String> {
    let mut actions = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("{{") {
        let trimmed = after.strip_prefix("- ").unwrap_or(after);
        if let Some(comment) = trimmed.strip_prefix("/*") {
            let end = comment.split_once("*/").map(|(_, end)| end.trim_start().trim_start_matches('-'));
            rest =
                end.and_then(|end| end.strip_prefix("}}")).ok_or("a comment in the template has no end")?;
            continue;
        }
        let (tokens, length) = tokens::tokens(trimmed)?;
        actions.push((tokens, trimmed[..length].trim_end_matches('-').trim().to_owned()));
        rest = &trimmed[length + 2..];
    }
    let mut reader = Reader { actions: actions.into_iter(), variables: vec![String::new()] };
    let (nodes, end) = reader.list()?;
    match end {
        Some(word) => Err(format!("the template has `{{{{ {word} }}}}` without anything to end")),
        None => Ok(nodes),
    }
}

type Actions = std::vec::IntoIter<(Vec<Token>, String)>;

struct Reader {
    actions: Actions,
    /// The variables in scope; `$` itself is the empty name.
    variables: Vec<String>,
}

impl Reader {
    /// Nodes up to `end` or `else`, and which of them it was.
    fn list(&mut self) -> Result<(Vec<Node>, Option<String>), String> {
        let mut nodes = Vec::new();
        while let Some((tokens, text)) = self.actions.next() {
            let start = tokens.iter().position(|token| *token != Token::Space).unwrap_or(tokens.len());
            let tokens = &tokens[start..];
            let word = match tokens.first() {
                Some(Token::Word(word)) => word.as_str(),
                _ => "",
            };
            let branch = match word {
                "end" | "else" => return Ok((nodes, Some(text))),
                "if" => Branch::If,
                "with" => Branch::With,
                "range" => Branch::Range,
                "define" | "block" => {
                    self.body()?;
                    nodes.push(Node::Unfollowed);
                    continue;
                }
                "template" | "break" | "continue" => {
                    nodes.push(Node::Unfollowed);
                    continue;
                }
                _ => {
                    nodes.push(Node::Action(self.pipeline(tokens, &text)?));
                    continue;
                }
            };
            nodes.push(self.branch(branch, &tokens[1..], &text)?);
        }
        Ok((nodes, None))
    }

    fn branch(&mut self, branch: Branch, tokens: &[Token], text: &str) -> Result<Node, String> {
        let scope = self.variables.len();
        if branch == Branch::Range {
            // A range may declare an index and an element, which are all that is taken from it.
            for token in tokens {
                if let Token::Variable(name) = token {
                    self.variables.push(name.clone());
                }
            }
        }
        let pipeline = if branch == Branch::Range {
            Pipeline { variable: None, commands: Vec::new(), text: text.to_owned() }
        } else {
            self.pipeline(tokens, text)?
        };
        let (then, mut end) = self.list()?;
        let mut otherwise = Vec::new();
        if let Some(rest) = end.as_deref().and_then(|end| end.strip_prefix("else")) {
            let rest = rest.trim().to_owned();
            if let Some(asked) = rest.strip_prefix("if").or_else(|| rest.strip_prefix("with")) {
                let kind = if rest.starts_with("if") { Branch::If } else { Branch::With };
                let (words, _) = tokens::tokens(&format!("{asked}}}}}"))?;
                otherwise.push(self.branch(kind, &words, &rest)?);
                end = Some("end".to_owned());
            } else {
                (otherwise, end) = self.list()?;
            }
        }
        self.variables.truncate(scope);
        match end.as_deref() {
            Some(end) if !end.starts_with("else") => Ok(Node::Branch(branch, pipeline, then, otherwise)),
            _ => Err(format!("the template's `{{{{ {text} }}}}` has no `{{{{ end }}}}`")),
        }
    }

    fn body(&mut self) -> Result<(), String> {
        let (_, end) = self.list()?;
        end.map(|_| ()).ok_or_else(|| "a part of the template has no `{{ end }}`".to_owned())
    }

    fn pipeline(&mut self, tokens: &[Token], text: &str) -> Result<Pipeline, String> {
        let (pipeline, rest) = self.commands(tokens, text)?;
        if rest.is_empty() {
            Ok(pipeline)
        } else {
            Err(format!("the template's `{{{{ {text} }}}}` has a bracket too many"))
        }
    }

    /// A pipeline, up to the bracket that closes it or the end.
    fn commands<'t>(
        &mut self,
        mut tokens: &'t [Token],
        text: &str,
    ) -> Result<(Pipeline, &'t [Token]), String> {
        let mut variable = None;
        let plain: Vec<&Token> = tokens.iter().filter(|token| **token != Token::Space).take(2).collect();
        if let [Token::Variable(name), Token::Sign(":=" | "=")] = plain.as_slice() {
            let sign =
                tokens.iter().position(|token| matches!(token, Token::Sign(":=" | "="))).unwrap_or_default();
            if tokens[sign] == Token::Sign("=") {
                self.known(name)?;
            }
            variable = Some(name.clone());
            tokens = &tokens[sign + 1..];
        }
        let mut commands = vec![Vec::new()];
        while let Some((token, mut rest)) = tokens.split_first() {
            let fields = |rest: &mut &'t [Token]| {
                let mut fields = Vec::new();
                while let Some((Token::Field(field), after)) = rest.split_first() {
                    fields.push(field.clone());
                    *rest = after;
                }
                fields
            };
            let operand = match token {
                Token::Space => {
                    tokens = rest;
                    continue;
                }
                Token::Sign("|") => {
                    commands.push(Vec::new());
                    tokens = rest;
                    continue;
                }
                Token::Sign(")") => break,
                Token::Sign("(") => {
                    let (inner, after) = self.commands(rest, text)?;
                    let Some((Token::Sign(")"), after)) = after.split_first() else {
                        return Err(format!("the template's `{{{{ {text} }}}}` has an open bracket"));
                    };
                    rest = after;
                    fields(&mut rest);
                    Operand::Inner(inner)
                }
                Token::Sign(sign) => {
                    return Err(format!("the template holds `{sign}` where Go does not know it"));
                }
                Token::Field(field) if field.is_empty() => Operand::Dot(Vec::new()),
                Token::Field(field) => {
                    let mut all = vec![field.clone()];
                    all.extend(fields(&mut rest));
                    Operand::Dot(all)
                }
                Token::Variable(name) => {
                    self.known(name)?;
                    Operand::Variable(name.clone(), fields(&mut rest))
                }
                Token::Word(word) => match word.as_str() {
                    "true" | "false" => Operand::Truth(word == "true"),
                    "nil" => Operand::Constant,
                    word if FUNCTIONS.contains(&word) => Operand::Function(word.to_owned()),
                    word => return Err(format!("a template has no function `{word}` here")),
                },
                Token::Text(text) => Operand::Text(text.clone()),
                Token::Number(number) => Operand::Number(*number),
                Token::Constant => Operand::Constant,
            };
            if let Some(command) = commands.last_mut() {
                command.push(operand);
            }
            tokens = rest;
        }
        if commands.iter().any(Vec::is_empty) {
            return Err(format!("the template's `{{{{ {text} }}}}` lacks a value"));
        }
        let constant = commands.iter().skip(1).any(|command| {
            matches!(
                command[0],
                Operand::Text(_)
                    | Operand::Number(_)
                    | Operand::Constant
                    | Operand::Truth(_)
                    | Operand::Dot(_)
            )
        });
        if constant {
            return Err(format!(
                "the template's `{{{{ {text} }}}}` passes a value to something that is not a function"
            ));
        }
        if let Some(name) = &variable {
            self.variables.push(name.clone());
        }
        Ok((Pipeline { variable, commands, text: text.to_owned() }, tokens))
    }

    fn known(&self, name: &str) -> Result<(), String> {
        if self.variables.iter().any(|known| known == name) {
            Ok(())
        } else {
            Err(format!("the template has no variable `${name}`"))
        }
    }
}
