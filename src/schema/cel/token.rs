//! Tokens of CEL.

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name or a keyword.
    Name(String),
    /// An operator or a separator.
    Symbol(&'static str),
    /// A whole number.
    Int(i64),
    /// A whole number without a sign.
    UInt(u64),
    /// A number with a fraction or an exponent.
    Double(f64),
    /// A string.
    String(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 31] = [
    "[?", ".?", "{?", "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":",
    ".", ",", "(", ")", "[", "]", "{", "}", "=", ";", "@", "~",
];

/// Splits a text.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if matches!(first, ' ' | '\t' | '\n' | '\r' | '\x0c') {
            rest = &rest[1..];
        } else if rest.starts_with("//") {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
        } else if let Some((token, behind)) = string(rest)? {
            found.push(token);
            rest = behind;
        } else if first.is_ascii_alphabetic() || first == '_' {
            let end = rest.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
            let (name, behind) = rest.split_at(end.unwrap_or(rest.len()));
            found.push(Token::Name(name.to_owned()));
            rest = behind;
        } else if first == '`' {
            let end = rest[1..].find('`').ok_or("an escaped name does not end")?;
            found.push(Token::Name(rest[1..=end].to_owned()));
            rest = &rest[end + 2..];
        } else if first.is_ascii_digit()
            || (first == '.' && rest[1..].starts_with(|next: char| next.is_ascii_digit()))
        {
            let (token, behind) = number(rest)?;
            found.push(token);
            rest = behind;
        } else {
            let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            let symbol = symbol.ok_or_else(|| format!("unexpected character {first:?}"))?;
            found.push(Token::Symbol(symbol));
            rest = &rest[symbol.len()..];
        }
    }
    Ok(found)
}

fn number(text: &str) -> Result<(Token, &str), String> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let end = hex.find(|letter: char| !letter.is_ascii_hexdigit()).unwrap_or(hex.len());
        let wrong = |_| "a number is too large".to_owned();
        let value = u64::from_str_radix(&hex[..end], 16).map_err(wrong)?;
        return match hex[end..].strip_prefix(['u', 'U']) {
            Some(rest) => Ok((Token::UInt(value), rest)),
            None => Ok((Token::Int(i64::try_from(value).map_err(|_| "a number is too large")?), &hex[end..])),
        };
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(text);
    let mut is_double = false;
    if text[end..].starts_with('.') && digits(&text[end + 1..]) > 0 {
        end += 1 + digits(&text[end + 1..]);
        is_double = true;
    }
    if let Some(exponent) = text[end..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['+', '-']));
        let count = digits(&exponent[sign..]);
        if count > 0 {
            end += 1 + sign + count;
            is_double = true;
        }
    }
    let (number, rest) = text.split_at(end);
    if is_double {
        return Ok((Token::Double(number.parse().map_err(|_| "a number is not valid")?), rest));
    }
    if let Some(rest) = rest.strip_prefix(['u', 'U']) {
        return Ok((Token::UInt(number.parse().map_err(|_| "a number is too large")?), rest));
    }
    match number.parse() {
        Ok(value) => Ok((Token::Int(value), rest)),
        // The magnitude of the least integer; the sign comes before it.
        Err(_) if number == "9223372036854775808" => Ok((Token::Int(i64::MIN), rest)),
        Err(_) => Err("a number is too large".to_owned()),
    }
}

/// A string or bytes at the beginning of a text: `'…'`, `"…"`, `'''…'''`, `r'…'`, `b'…'`.
fn string(text: &str) -> Result<Option<(Token, &str)>, String> {
    // At most two letters before the quote: a search of the whole text would make reading quadratic.
    let prefix = text.bytes().take(3).position(|byte| matches!(byte, b'\'' | b'"'));
    let Some(at) = prefix else { return Ok(None) };
    let (mut is_raw, mut is_bytes) = (false, false);
    for letter in text[..at].chars() {
        match letter {
            'r' | 'R' if !is_raw => is_raw = true,
            'b' | 'B' if !is_bytes => is_bytes = true,
            _ => return Ok(None),
        }
    }
    let quoted = &text[at..];
    let quote =
        [r#"""""#, "'''", "\"", "'"].into_iter().find(|quote| quoted.starts_with(quote)).unwrap_or("'");
    let mut rest = &quoted[quote.len()..];
    let mut bytes = Vec::new();
    loop {
        if let Some(behind) = rest.strip_prefix(quote) {
            let token = if is_bytes {
                Token::Bytes(bytes)
            } else {
                Token::String(String::from_utf8(bytes).map_err(|_| "a string is not valid UTF-8")?)
            };
            return Ok(Some((token, behind)));
        }
        let letter = rest.chars().next().ok_or("a string does not end")?;
        rest = &rest[letter.len_utf8()..];
        if letter == '\\' && !is_raw {
            rest = escape(rest, is_bytes, &mut bytes)?;
        } else {
            bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

/// Reads what follows a backslash.
fn escape<'t>(text: &'t str, is_bytes: bool, bytes: &mut Vec<u8>) -> Result<&'t str, String> {
    let wrong = || "a string has an invalid escape".to_owned();
    let letter = text.chars().next().ok_or_else(wrong)?;
    let plain = match letter {
        'a' => Some(7),
        'b' => Some(8),
        'f' => Some(12),
        'n' => Some(b'\n'),
        'r' => Some(b'\r'),
        't' => Some(b'\t'),
        'v' => Some(11),
        '\\' | '\'' | '"' | '`' | '?' => Some(letter as u8),
        _ => None,
    };
    if let Some(byte) = plain {
        bytes.push(byte);
        return Ok(&text[1..]);
    }
    let (skip, length, radix) = match letter {
        'x' | 'X' => (1, 2, 16),
        'u' => (1, 4, 16),
        'U' => (1, 8, 16),
        '0'..='3' => (0, 3, 8),
        _ => return Err(wrong()),
    };
    let digits = text.get(skip..skip + length).ok_or_else(wrong)?;
    let value = u32::from_str_radix(digits, radix).map_err(|_| wrong())?;
    if is_bytes && length < 4 {
        bytes.push(u8::try_from(value).map_err(|_| wrong())?);
    } else {
        let letter = char::from_u32(value).ok_or_else(wrong)?;
        bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
    }
    Ok(&text[skip + length..])
}
