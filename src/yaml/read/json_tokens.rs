//! The tokens of JSON, recorded while a text is checked, so that a tree is built without reading the text again.

use super::json_token::{Token, plain_end, scalar_end, skip_space, string_end};

/// The depth to which tokens are recorded; it is far below the limit on documents.
const DEEPEST: usize = 64;

/// The maximum number of words for one value: it has fewer nodes than a document may have.
const MOST_WORDS: usize = 1 << 19;

/// The largest position that fits in a word with its form.
const LAST: usize = 1 << 28;

/// The tokens of some values that follow each other: the items of a List. One word for each, its form, its start and its end, and
/// behind that of a collection a second, the number of its items or entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens(Vec<u64>);

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
    /// A token of this form as a word.
    #[inline]
    fn word(self, start: usize, end: usize) -> u64 {
        self as u64 | (start as u64) << 3 | (end as u64) << 32
    }

    #[inline]
    fn of(word: u64) -> Self {
        match word & 7 {
            0 => Self::Plain,
            1 => Self::Escaped,
            2 => Self::Word,
            3 => Self::Mapping,
            4 => Self::Sequence,
            _ => Self::Unknown,
        }
    }
}

impl Tokens {
    /// Records the value at `start` of a text, whose tokens count from `origin`. Returns its end; nothing, with nothing recorded,
    /// if it is unusual (large or deep), not JSON, or goes on behind the text.
    pub(super) fn record(&mut self, bytes: &[u8], start: usize, origin: usize) -> Option<usize> {
        let before = self.0.len();
        let most = before + MOST_WORDS;
        let mut recorder = Recorder { bytes, origin, words: std::mem::take(&mut self.0), most };
        let end = recorder.value(start, 0);
        self.0 = recorder.words;
        let end = end.filter(|end| end - origin <= LAST);
        if end.is_none() {
            self.0.truncate(before);
        }
        end
    }

    /// Says that a value follows whose tokens are not known.
    pub(super) fn push_unknown(&mut self) {
        self.0.push(Form::Unknown.word(0, 0));
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
pub(super) struct Words<'w>(std::slice::Iter<'w, u64>);

impl Words<'_> {
    /// The next token: what it is, its start and its end.
    #[inline]
    pub(super) fn token(&mut self) -> Option<(Form, usize, usize)> {
        let word = *self.0.next()?;
        Some((Form::of(word), word as u32 as usize >> 3, (word >> 32) as usize))
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
    words: Vec<u64>,
    /// How many words there may be.
    most: usize,
}

impl Recorder<'_> {
    #[inline]
    fn push(&mut self, form: Form, start: usize, end: usize) -> Option<usize> {
        self.words.push(form.word(start - self.origin, end - self.origin));
        Some(end)
    }

    fn value(&mut self, at: usize, depth: usize) -> Option<usize> {
        match self.bytes.get(at)? {
            b'"' => self.string(at),
            b'{' => self.collection::<true>(at, depth),
            b'[' => self.collection::<false>(at, depth),
            _ => {
                let end = scalar_end(self.bytes, at)?;
                self.push(Form::Word, at, end)
            }
        }
    }

    #[inline]
    fn string(&mut self, start: usize) -> Option<usize> {
        let at = plain_end(self.bytes, start + 1);
        if *self.bytes.get(at)? == b'"' {
            self.push(Form::Plain, start, at + 1)
        } else {
            self.unusual_string(start, at)
        }
    }

    /// A string with something but plain characters at `at`, or with its last bytes there.
    #[inline(never)]
    fn unusual_string(&mut self, start: usize, at: usize) -> Option<usize> {
        let Token::End(end) = string_end(self.bytes, at) else { return None };
        let is_escaped = self.bytes.get(at..end)?.contains(&b'\\');
        self.push(if is_escaped { Form::Escaped } else { Form::Plain }, start, end)
    }

    /// A mapping or a list.
    fn collection<const IS_MAPPING: bool>(&mut self, start: usize, depth: usize) -> Option<usize> {
        let (form, closing) = if IS_MAPPING { (Form::Mapping, b'}') } else { (Form::Sequence, b']') };
        let place = self.words.len();
        if depth > DEEPEST {
            return None;
        }
        self.words.extend([0; 2]);
        let mut count = 0;
        let mut at = skip_space(self.bytes, start + 1);
        if *self.bytes.get(at)? != closing {
            loop {
                if IS_MAPPING {
                    at = self.key(at)?;
                }
                // Most values are strings, and a comma follows at once.
                at = if *self.bytes.get(at)? == b'"' {
                    self.string(at)?
                } else {
                    self.value(skip_space(self.bytes, at), depth + 1)?
                };
                count += 1;
                if self.words.len() > self.most {
                    return None;
                }
                if *self.bytes.get(at)? != b',' {
                    at = skip_space(self.bytes, at);
                    match *self.bytes.get(at)? {
                        b',' => {}
                        byte if byte == closing => break,
                        _ => return None,
                    }
                }
                at = skip_space(self.bytes, at + 1);
            }
        }
        self.words[place] = form.word(start - self.origin, at + 1 - self.origin);
        self.words[place + 1] = count;
        Some(at + 1)
    }

    /// The key of an entry. Returns the end of its colon, or of a space behind it.
    #[inline]
    fn key(&mut self, at: usize) -> Option<usize> {
        if *self.bytes.get(at)? != b'"' {
            return None;
        }
        let end = self.string(at)?;
        // In most texts the colon follows at once, and one space follows it.
        if self.bytes.get(end..end + 2)? == b": " {
            return Some(end + 2);
        }
        let colon = skip_space(self.bytes, end);
        (*self.bytes.get(colon)? == b':').then_some(colon + 1)
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
        let large = format!("[{}1]", "1,".repeat(MOST_WORDS));
        let deep = "[".repeat(DEEPEST + 2) + &"]".repeat(DEEPEST + 2);
        let others = ["[1", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "{1:2}", "\"\u{1}\"", "\"\\x\"", "tru", ""];
        for text in [large.as_str(), &deep].into_iter().chain(others) {
            assert_eq!(tokens.record(text.as_bytes(), 0, 0), None, "{}", &text[..text.len().min(20)]);
            assert_eq!(tokens, before);
        }
        let words = before.words();
        assert_eq!(words.0.len(), 2 + 1 + 2 + 1 + 1);
    }
}
