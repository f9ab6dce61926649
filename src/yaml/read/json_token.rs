//! The tokens of JSON by Go's rules.

/// The first byte from `at` that is not white space in JSON, or the end of the text.
#[inline]
#[must_use]
pub fn skip_space(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b' ' | b'\t' | b'\n' | b'\r') => skip_more_space(bytes, at + 1),
        _ => at,
    }
}

fn skip_more_space(bytes: &[u8], mut at: usize) -> usize {
    const SPACES: u64 = 0x2020_2020_2020_2020;
    loop {
        // The indentation of a line, up to eight spaces at a time.
        while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let spaces = (u64::from_le_bytes(*block) ^ SPACES).trailing_zeros() as usize / 8;
            at += spaces;
            if spaces < 8 {
                break;
            }
        }
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\n' | b'\r') => at += 1,
            _ => return at,
        }
    }
}

/// A string, a number or a word of the text.
pub(super) enum Token {
    /// It ends before this byte.
    End(usize),
    /// It goes on behind the text; a scan may continue here.
    More(usize),
    /// It is not JSON.
    Bad,
}

/// The end of the scalar at `at`, if it is valid.
pub(super) fn scalar_end(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    match rest.first()? {
        b'"' => match string_end(bytes, at + 1) {
            Token::End(end) => Some(end),
            Token::More(_) | Token::Bad => None,
        },
        b't' => rest.starts_with(b"true").then_some(at + 4),
        b'f' => rest.starts_with(b"false").then_some(at + 5),
        b'n' => rest.starts_with(b"null").then_some(at + 4),
        _ => number_end(bytes, at),
    }
}

/// The end of a string, whose first bytes are known.
pub(super) fn string_end(bytes: &[u8], mut at: usize) -> Token {
    loop {
        at = plain_end(bytes, at);
        match bytes.get(at) {
            None => return Token::More(at),
            Some(b'"') => return Token::End(at + 1),
            Some(b'\\') => match bytes.get(at + 1) {
                None => return Token::More(at),
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                Some(b'u') => match bytes.get(at + 2..at + 6) {
                    None => return Token::More(at),
                    Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => at += 6,
                    Some(_) => return Token::Bad,
                },
                Some(_) => return Token::Bad,
            },
            Some(0..=0x1f) => return Token::Bad,
            Some(_) => at += 1,
        }
    }
}

/// The end of the value at `at`, which is known to be JSON.
pub(super) fn valid_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at)? {
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            b',' | b':' => {
                at += 1;
                continue;
            }
            _ => at = scalar_end(bytes, at)?,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The first quote, backslash or control character, or at most seven bytes before it: eight bytes are looked at at once.
#[inline]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    while let Some(block) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*block);
        // A quote becomes a blank, and control characters stay below it: all are less than 0x21. A blank becomes a quote.
        let quote = (word ^ (ONES * 2)).wrapping_sub(ONES * 0x21);
        let backslash = (word ^ (ONES * u64::from(b'\\'))).wrapping_sub(ONES);
        let special = (quote | backslash) & !word & HIGHS;
        if special != 0 {
            // The lowest mark is never too early.
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

fn number_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let digits = |mut at: usize| {
        let start = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        (at > start).then_some(at)
    };
    if bytes.get(at) == Some(&b'-') {
        at += 1;
    }
    at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        at = digits(at)?;
    }
    Some(at)
}
