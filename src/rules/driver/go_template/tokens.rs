//! The words of an action in a Go template.

/// A word or a sign.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Separators between words.
    Space,
    /// `.name`, or `.` where the name is empty.
    Field(String),
    /// `$name`.
    Variable(String),
    /// A word.
    Word(String),
    /// A text in quotes.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Another constant.
    Constant,
    /// `|`, `(`, `)`, `,`, `=` or `:=`.
    Sign(&'static str),
}

/// The tokens of an action, and the position of its `}}`.
///
/// # Errors
///
/// What Go cannot read.
pub(super) fn tokens(text: &str) -> Result<(Vec<Token>, usize), String> {
    const SIGNS: [&str; 6] = ["|", "(", ")", ",", ":=", "="];
    let mut list = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        if rest.starts_with("}}") || rest.starts_with("-}}") && list.last() == Some(&Token::Space) {
            return Ok((list, at + usize::from(rest.starts_with('-'))));
        }
        let Some(first) = rest.chars().next() else {
            return Err("the template has no end: close it with `}}`".to_owned());
        };
        let word = |from: &str| {
            from.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(from.len())
        };
        let (token, length) = match first {
            _ if first.is_whitespace() => (Token::Space, rest.len() - rest.trim_start().len()),
            '"' => quoted(rest)?,
            '`' => {
                let end = rest[1..].find('`').ok_or("a text in the template has no end")?;
                (Token::Text(rest[1..=end].to_owned()), end + 2)
            }
            '\'' => {
                let inner = rest[1..].split_once('\'').map(|(inner, _)| inner).unwrap_or_default();
                let sound = inner.chars().count() == 1 || inner.starts_with('\\') && inner.len() > 1;
                if !sound {
                    return Err("a string in the template is in single quotes; write `\"`".to_owned());
                }
                (Token::Constant, inner.len() + 2)
            }
            '.' if !rest[1..].starts_with(|letter: char| letter.is_ascii_digit()) => {
                let end = word(&rest[1..]);
                (Token::Field(rest[1..=end].to_owned()), end + 1)
            }
            '$' => {
                let end = word(&rest[1..]);
                (Token::Variable(rest[1..=end].to_owned()), end + 1)
            }
            '0'..='9' | '.' | '+' | '-' => {
                let end = rest[1..]
                    .find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '.' | '_'))
                    .map_or(rest.len(), |end| end + 1);
                let number = &rest[..end];
                let plain = number.trim_start_matches(['+', '-']);
                let token = number.parse().map_or(Token::Constant, Token::Number);
                if !plain.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.') {
                    return Err(format!("the template holds `{number}`, which is not a number"));
                }
                (token, end)
            }
            _ if first.is_alphabetic() || first == '_' => {
                let end = word(rest);
                (Token::Word(rest[..end].to_owned()), end)
            }
            _ => {
                let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
                let sign = sign
                    .ok_or_else(|| format!("the template holds `{first}`, which Go does not know there"))?;
                (Token::Sign(sign), sign.len())
            }
        };
        list.push(token);
        at += length;
    }
}

/// A text in double quotes, with the commonest escapes undone.
fn quoted(rest: &str) -> Result<(Token, usize), String> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((Token::Text(text), at + 1)),
            '\\' => match letters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, next)) => text.push(next),
                None => break,
            },
            '\n' => break,
            _ => text.push(letter),
        }
    }
    Err("a text in the template has no closing `\"`".to_owned())
}
