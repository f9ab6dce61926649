//! The tokens of JSON, recorded while a text is checked, so that a tree is built without reading the text again.

use super::json_token::{Token, plain_end, scalar_end, skip_space, string_end};

/// The depth to which tokens are recorded; it is far below the limit on documents.
const DEEPEST: usize = 64;

/// The maximum number of words for one value: it has fewer nodes than a document may have.
const MOST_WORDS: usize = 1 << 20;

/// The largest position that fits in a word with its form.
const LAST: usize = 1 << 28;

/// The tokens of some values that follow each other: the items of a List. Two words for each, its start with its form and
/// its end, and behind those of a collection a third, the number of its items or entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens(Vec<u32>);

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A string without escapes.
    Plain,
    /// A string with escapes.
    Escaped,
    /// A number or a word.
    Word,
    Mapping,
    Sequence,
    /// A value whose tokens are not recorded.
    Unknown,
}

impl Form {
    const ALL: [Self; 6] =
        [Self::Plain, Self::Escaped, Self::Word, Self::Mapping, Self::Sequence, Self::Unknown];
}

impl Tokens {
    /// Records the value at `start` of a text, whose tokens count from `origin`. Returns its end; nothing, with nothing recorded,
    /// if it is unusual (large or deep), not JSON, or goes on behind the text.
    pub(super) fn record(&mut self, bytes: &[u8], start: usize, origin: usize) -> Option<usize> {
        let before = self.0.len();
        let most = before + MOST_WORDS;
        let end = Recorder { bytes, origin, words: &mut self.0, most }.value(start, 0);
        let end = end.filter(|end| end - origin <= LAST);
        if end.is_none() {
            self.0.truncate(before);
        }
        end
    }

    /// Says that a value follows whose tokens are not known.
    pub(super) fn push_unknown(&mut self) {
        self.0.extend([Form::Unknown as u32, 0]);
    }

    /// No tokens, with room for as many as there are here.
    pub(super) fn with_same_room(&self) -> Self {
        Self(Vec::with_capacity(self.0.len() + self.0.len() / 8))
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The tokens in order.
    pub(super) fn words(&self) -> Words<'_> {
        Words(self.0.iter())
    }
}

/// Tokens that are read in order.
#[derive(Clone, Debug)]
pub(super) struct Words<'w>(std::slice::Iter<'w, u32>);

impl Words<'_> {
    /// The next token: what it is, its start and its end.
    #[inline]
    pub(super) fn token(&mut self) -> Option<(Form, usize, usize)> {
        let (head, end) = (*self.0.next()?, *self.0.next()?);
        Some((*Form::ALL.get(head as usize & 7)?, head as usize >> 3, end as usize))
    }

    /// The number of items or entries of the collection whose token was read last.
    #[inline]
    pub(super) fn count(&mut self) -> Option<usize> {
        self.0.next().map(|count| *count as usize)
    }

    /// Goes behind the tokens of a value that ends at `end`.
    pub(super) fn skip_to(&mut self, end: usize) {
        let mut rest = self.clone();
        while let Some((form, start, _)) = rest.token()
            && start < end
            && form != Form::Unknown
        {
            if let Form::Mapping | Form::Sequence = form {
                rest.count();
            }
            *self = rest.clone();
        }
    }
}

/// Checks a value and records its tokens; `None` from its functions ends the attempt.
struct Recorder<'b> {
    bytes: &'b [u8],
    origin: usize,
    words: &'b mut Vec<u32>,
    /// How many words there may be.
    most: usize,
}

impl Recorder<'_> {
    fn push(&mut self, form: Form, start: usize, end: usize) -> Option<usize> {
        if self.words.len() > self.most {
            return None;
        }
        let word = |at: usize| (at - self.origin) as u32;
        self.words.push(word(start) << 3 | form as u32);
        self.words.push(word(end));
        Some(end)
    }

    fn value(&mut self, at: usize, depth: usize) -> Option<usize> {
        match self.bytes.get(at)? {
            b'"' => self.string(at),
            b'{' => self.collection(at, depth, Form::Mapping),
            b'[' => self.collection(at, depth, Form::Sequence),
            _ => {
                let end = scalar_end(self.bytes, at)?;
                self.push(Form::Word, at, end)
            }
        }
    }

    #[inline]
    fn string(&mut self, start: usize) -> Option<usize> {
        let mut at = start + 1;
        loop {
            at = plain_end(self.bytes, at);
            match self.bytes.get(at)? {
                b'"' => return self.push(Form::Plain, start, at + 1),
                b'\\' => match string_end(self.bytes, at) {
                    Token::End(end) => return self.push(Form::Escaped, start, end),
                    Token::More(_) | Token::Bad => return None,
                },
                0..=0x1f => return None,
                _ => at += 1,
            }
        }
    }

    /// A mapping or a list.
    fn collection(&mut self, start: usize, depth: usize, form: Form) -> Option<usize> {
        let place = self.words.len();
        if depth > DEEPEST {
            return None;
        }
        self.push(form, start, start)?;
        self.words.push(0);
        let (mut count, closing) = (0, self.bytes[start] + 2);
        let mut at = skip_space(self.bytes, start + 1);
        if *self.bytes.get(at)? != closing {
            loop {
                if form == Form::Mapping {
                    if *self.bytes.get(at)? != b'"' {
                        return None;
                    }
                    at = skip_space(self.bytes, self.string(at)?);
                    if *self.bytes.get(at)? != b':' {
                        return None;
                    }
                    at = skip_space(self.bytes, at + 1);
                }
                at = skip_space(self.bytes, self.value(at, depth + 1)?);
                count += 1;
                match *self.bytes.get(at)? {
                    b',' => at = skip_space(self.bytes, at + 1),
                    byte if byte == closing => break,
                    _ => return None,
                }
            }
        }
        self.words[place + 1] = (at + 1 - self.origin) as u32;
        self.words[place + 2] = count;
        Some(at + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, MOST_WORDS, Tokens};

    #[test]
    fn only_whole_and_usual_values_are_recorded() {
        let mut tokens = Tokens::default();
        assert_eq!(tokens.record(b" {\"a\" : [1, \"\\n\"]} ", 1, 0), Some(18));
        let before = tokens.clone();
        let large = format!("[{}1]", "1,".repeat(MOST_WORDS / 2));
        let deep = "[".repeat(DEEPEST + 2) + &"]".repeat(DEEPEST + 2);
        let others = ["[1", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{1:2}", "\"\u{1}\"", "\"\\x\"", "tru", ""];
        for text in [large.as_str(), &deep].into_iter().chain(others) {
            assert_eq!(tokens.record(text.as_bytes(), 0, 0), None, "{}", &text[..text.len().min(20)]);
            assert_eq!(tokens, before);
        }
        let words = before.words();
        assert_eq!(words.0.len(), 3 + 2 + 3 + 2 + 2);
    }
}
