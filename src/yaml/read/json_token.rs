//! The tokens of JSON by Go's rules.

use wide::u8x16;

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
    loop {
        // The indentation of a line.
        while let Some(block) = block(bytes, at) {
            let spaces = block.simd_eq(u8x16::splat(b' ')).to_bitmask().trailing_ones() as usize;
            at += spaces;
            if spaces < 16 {
                break;
            }
        }
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\n' | b'\r') => at += 1,
            _ => return at,
        }
    }
}

/// The 16 bytes from `at`; nothing if there are fewer.
#[inline]
fn block(bytes: &[u8], at: usize) -> Option<u8x16> {
    let chunk = bytes.get(at..at.wrapping_add(16))?;
    Some(u8x16::new(chunk.try_into().ok()?))
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

/// The first quote, backslash or control character, or at most 15 bytes before it: 16 bytes are looked at at once.
#[inline]
pub(super) fn plain_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(block) = block(bytes, at) {
        let is_control = block.min(u8x16::splat(0x1f)).simd_eq(block);
        let is_special = block.simd_eq(u8x16::splat(b'"')) | block.simd_eq(u8x16::splat(b'\\')) | is_control;
        let special = is_special.to_bitmask();
        if special != 0 {
            return at + special.trailing_zeros() as usize;
        }
        at += 16;
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
