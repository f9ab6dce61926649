//! The extent of a JSON value by Go's rules, found while the text is still being read, and the items of a List in it.

use super::json_token::{Token, scalar_end, skip_space, string_end};
use super::json_tokens::Tokens;

/// The maximum depth of Go's decoder.
const DEEPEST: usize = 10_000;

/// How far a scan has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The value goes on behind the text.
    More,
    /// The value is complete; it ends before this byte.
    Complete(usize),
    /// The text is not JSON.
    Invalid,
}

/// The end of an item of a List at which a part may end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Where the item ends.
    pub end: usize,
    /// The tokens of the items between the cut before and this one, counted from there; empty if they are not known.
    pub tokens: Tokens,
}

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Value,
    FirstItem,
    Key,
    FirstKey,
    Colon,
    AfterValue,
}

/// A scan of one value, which continues if the text grows at its end or shrinks at its beginning.
#[derive(Clone, Debug)]
pub struct JsonScan {
    open: Vec<u8>,
    state: State,
    at: usize,
    /// Whether `at` is inside a string.
    in_string: bool,
    list: List,
}

/// What is known of a value that may be a List.
#[derive(Clone, Debug, Default)]
struct List {
    /// The distance of the cuts, in bytes; 0 for none.
    distance: usize,
    stops_at_items: bool,
    /// The key of the value that is being scanned, if it is one of the object itself.
    key: Option<RootKey>,
    seen: [bool; 4],
    /// Whether it has other keys, or one twice.
    is_plain: bool,
    has_items: bool,
    in_items: bool,
    is_kind: Option<bool>,
    last_cut: usize,
    last_item: usize,
    cuts: Vec<Cut>,
    /// The tokens of the items since the last cut.
    tokens: Tokens,
    /// How many words the tokens of all cuts have.
    waiting: usize,
    /// Whether some of these items are not there any more.
    lacks_items: bool,
}

/// The keys that a List has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RootKey {
    ApiVersion,
    Items,
    Kind,
    Metadata,
}

impl JsonScan {
    /// A scan of the value at `start`; the items of a List are cut into parts of about `distance` bytes.
    #[must_use]
    pub fn new(start: usize, distance: usize) -> Self {
        let list = List { distance, last_cut: start, ..List::default() };
        Self { open: Vec::new(), state: State::Value, at: start, in_string: false, list }
    }

    /// The position that the scan has reached.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.at
    }

    /// Whether the value, as far as it is scanned, may be a List whose items have begun.
    #[must_use]
    pub fn may_be_list(&self) -> bool {
        self.list.has_items && !self.list.is_plain && self.list.is_kind != Some(false)
    }

    /// Whether the complete value is a List.
    #[must_use]
    pub fn is_list(&self) -> bool {
        self.may_be_list() && self.list.is_kind == Some(true)
    }

    /// The ends of those items at which a part may end, from the first one; they are forgotten.
    pub fn take_cuts(&mut self) -> Vec<Cut> {
        self.list.waiting = 0;
        std::mem::take(&mut self.list.cuts)
    }

    /// The end of the last complete item.
    #[must_use]
    pub fn last_item(&self) -> usize {
        self.list.last_item
    }

    /// Looks only for the end of the value from now on.
    pub fn forget_items(&mut self) {
        (self.list.is_plain, self.list.distance) = (true, 0);
    }

    /// The first bytes of the text, which are scanned, were removed.
    pub fn removed(&mut self, bytes: usize) {
        self.at -= bytes;
        self.list.lacks_items |= bytes > self.list.last_cut;
        self.list.last_cut = self.list.last_cut.saturating_sub(bytes);
        self.list.last_item = self.list.last_item.saturating_sub(bytes);
    }

    /// Scans as far as the first item of a List that `bytes` begin with.
    pub(super) fn run_to_items(&mut self, bytes: &[u8]) {
        self.list.stops_at_items = true;
        self.run(bytes, true);
    }

    /// Continues in `bytes`, which are the whole text if it `is_whole`.
    pub fn run(&mut self, bytes: &[u8], is_whole: bool) -> Progress {
        let more = if is_whole { Progress::Invalid } else { Progress::More };
        loop {
            if !self.in_string {
                self.at = skip_space(bytes, self.at);
            }
            let Some(byte) = bytes.get(self.at).copied() else { return more };
            let byte = if self.in_string { b'"' } else { byte };
            let is_done = match (self.state, byte) {
                (State::Key | State::FirstKey, b'"') => match self.string(bytes) {
                    Token::End(end) => {
                        if self.open.len() == 1 {
                            self.list.key(bytes.get(self.at..end).unwrap_or_default());
                        }
                        // In most texts the colon follows at once.
                        let has_colon = bytes.get(end) == Some(&b':');
                        self.at = end + usize::from(has_colon);
                        self.state = if has_colon { State::Value } else { State::Colon };
                        false
                    }
                    Token::More(_) => return more,
                    Token::Bad => return Progress::Invalid,
                },
                (State::FirstKey, b'}') | (State::FirstItem, b']') => self.close(),
                (State::Colon, b':') => {
                    self.at += 1;
                    self.state = State::Value;
                    false
                }
                (State::AfterValue, b',') => {
                    self.at += 1;
                    self.state = if self.open.last() == Some(&b'{') { State::Key } else { State::Value };
                    false
                }
                (State::AfterValue, _) if self.open.last().is_some_and(|open| byte == closing(*open)) => {
                    self.close()
                }
                (State::Value | State::FirstItem, b'{') if self.is_item() && self.whole_item(bytes) => false,
                (State::Value | State::FirstItem, b'{' | b'[') => {
                    if self.open.len() >= DEEPEST {
                        return Progress::Invalid;
                    }
                    if self.open.len() == 1 {
                        self.list.open(byte);
                    }
                    self.open.push(byte);
                    self.at += 1;
                    self.state = if byte == b'{' { State::FirstKey } else { State::FirstItem };
                    self.list.stops_at_items && self.list.in_items
                }
                (State::Value | State::FirstItem, _) => match self.scalar(bytes, byte, is_whole) {
                    Token::End(end) => {
                        if self.open.len() == 1 {
                            self.list.scalar(bytes.get(self.at..end).unwrap_or_default());
                        }
                        self.at = end;
                        self.value_done()
                    }
                    Token::More(_) => return more,
                    Token::Bad => return Progress::Invalid,
                },
                _ => return Progress::Invalid,
            };
            if is_done {
                return Progress::Complete(self.at);
            }
        }
    }

    /// A scalar that begins, or goes on, here.
    fn scalar(&mut self, bytes: &[u8], first: u8, is_whole: bool) -> Token {
        if first == b'"' {
            return self.string(bytes);
        }
        let end = scalar_end(bytes, self.at);
        // A number or a word may go on behind the text.
        let is_cut = |end: Option<usize>| end.is_none_or(|end| end == bytes.len());
        if !is_whole && is_cut(end) && bytes.len() - self.at < LONGEST_SCALAR {
            return Token::More(self.at);
        }
        end.map_or(Token::Bad, Token::End)
    }

    /// A string that begins, or goes on, here.
    fn string(&mut self, bytes: &[u8]) -> Token {
        let from = if self.in_string { self.at } else { self.at + 1 };
        let token = string_end(bytes, from);
        self.in_string = false;
        // The keys of the object itself are needed as a whole.
        if let Token::More(at) = token
            && (self.open.len() != 1 || self.list.is_plain)
        {
            (self.in_string, self.at) = (true, at);
        }
        token
    }

    /// Whether an item of a List begins here, whose tokens are wanted.
    fn is_item(&self) -> bool {
        self.list.in_items && self.open.len() == 2 && self.list.distance > 0
    }

    /// Scans a usual item as a whole, if all of it is there.
    fn whole_item(&mut self, bytes: &[u8]) -> bool {
        let Some(end) = self.list.tokens.record(bytes, self.at, self.list.last_cut) else { return false };
        self.at = end;
        self.state = State::AfterValue;
        self.list.item_done(end);
        true
    }

    fn close(&mut self) -> bool {
        self.open.pop();
        self.at += 1;
        self.value_done()
    }

    /// Whether the value that ends here is the whole one.
    fn value_done(&mut self) -> bool {
        self.state = State::AfterValue;
        match self.open.len() {
            0 => return true,
            1 => self.list.in_items = false,
            2 if self.list.in_items => {
                self.list.tokens.push_unknown();
                self.list.item_done(self.at);
            }
            _ => {}
        }
        false
    }
}

/// The longest number or word that is waited for, in bytes.
const LONGEST_SCALAR: usize = 4096;

/// The maximum number of words of tokens that wait until it is known whether a value is a List: 4 MiB.
const MOST_WAITING: usize = 1 << 19;

impl List {
    /// An item ends here.
    fn item_done(&mut self, end: usize) {
        self.last_item = end;
        if self.distance == 0 {
            self.tokens.clear();
        } else if end - self.last_cut >= self.distance {
            let count = self.waiting + self.tokens.len();
            let is_lost = std::mem::take(&mut self.lacks_items) || count > MOST_WAITING;
            let tokens = if is_lost {
                self.tokens.clear();
                Tokens::default()
            } else {
                self.waiting = count;
                let room = self.tokens.with_same_room();
                std::mem::replace(&mut self.tokens, room)
            };
            self.cuts.push(Cut { end, tokens });
            self.last_cut = end;
        }
    }

    fn key(&mut self, raw: &[u8]) {
        self.key = match raw {
            b"\"apiVersion\"" => Some(RootKey::ApiVersion),
            b"\"items\"" => Some(RootKey::Items),
            b"\"kind\"" => Some(RootKey::Kind),
            b"\"metadata\"" => Some(RootKey::Metadata),
            _ => None,
        };
        match self.key.map(|key| &mut self.seen[key as usize]) {
            Some(seen) if !*seen => *seen = true,
            _ => self.is_plain = true,
        }
    }

    fn open(&mut self, byte: u8) {
        match self.key {
            Some(RootKey::Items) if byte == b'[' => (self.has_items, self.in_items) = (true, true),
            Some(RootKey::Metadata) if byte == b'{' => {}
            _ => self.is_plain = true,
        }
    }

    fn scalar(&mut self, raw: &[u8]) {
        match self.key {
            Some(RootKey::Kind) => self.is_kind = Some(raw.ends_with(b"List\"")),
            Some(RootKey::Items) => self.is_plain = true,
            _ => {}
        }
    }
}

fn closing(opening: u8) -> u8 {
    if opening == b'{' { b'}' } else { b']' }
}

#[cfg(test)]
mod tests {
    use super::{JsonScan, MOST_WAITING, Progress};

    /// Scans a text that grows byte by byte.
    fn grown(text: &str) -> Progress {
        let mut scan = JsonScan::new(0, 1);
        for end in 0..text.len() {
            match scan.run(&text.as_bytes()[..end], false) {
                Progress::More => {}
                early => return early,
            }
        }
        scan.run(text.as_bytes(), true)
    }

    #[test]
    fn a_text_that_grows_is_scanned_as_the_whole() {
        for text in [
            r#"{"a":[1,-2.5e+3,true,false,null,"x\\\"\u00e9\\"],"b":{"c\\":{}, "d": [] }}"#,
            r#"{"a":["\\\\\\", "\\\"", "long enough for a block of eight \n bytes"]}"#,
            r#"[[[["a"]]]]"#,
            r#"{"a" 1}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":tru}"#,
            r#"{"a":01}"#,
            r#"{"a":1,}"#,
            r#"{"a":[1,]}"#,
            "{\"a\":\"\n\"}",
            r#"{"a":"#,
        ] {
            assert_eq!(grown(text), JsonScan::new(0, 0).run(text.as_bytes(), true), "{text}");
        }
    }

    #[test]
    fn the_items_of_a_list_are_found_wherever_its_kind_is() {
        for (text, is_list) in [
            (r#"{"apiVersion":"v1","items":[{"a":1},{"b":[2]}],"kind":"List"}"#, true),
            (r#"{"kind":"PodList","items":[{"a":1},{"b":[2]}]}"#, true),
            (r#"{"kind":"PodList","items":[{"a":1},{"b":[2]}],"metadata":{"items":[]}}"#, true),
            (r#"{"kind":"Pod","items":[{"a":1},{"b":[2]}]}"#, false),
            (r#"{"kind":"List","items":[{"a":1},{"b":[2]}],"items":[]}"#, false),
            (r#"{"kind":"List","items":{"a":1}}"#, false),
            (r#"{"kind":"List","other":[{"a":1}]}"#, false),
        ] {
            let mut scan = JsonScan::new(0, 1);
            assert_eq!(scan.run(text.as_bytes(), true), Progress::Complete(text.len()));
            assert_eq!(scan.is_list(), is_list, "{text}");
            if is_list {
                let cuts = scan.take_cuts();
                let ends: Vec<&str> = cuts.iter().map(|cut| &text[cut.end - 1..cut.end]).collect();
                assert_eq!(ends, ["}", "}"]);
            }
        }
    }

    #[test]
    fn the_tokens_that_wait_are_limited() {
        let item = format!("{{\"a\":[{}1]}}", "1,".repeat(10_000));
        let text = format!("{{\"kind\":\"List\",\"items\":[{}]}}", vec![item; 80].join(","));
        let mut scan = JsonScan::new(0, 1);
        let mut words = |end: usize| {
            scan.run(&text.as_bytes()[..end], end == text.len());
            scan.take_cuts().iter().map(|cut| cut.tokens.len()).sum::<usize>()
        };
        let (first, others) = (words(text.len() * 3 / 4), words(text.len()));
        assert!((MOST_WAITING / 2..=MOST_WAITING).contains(&first) && others > 0, "{first}, {others}");
    }
}
