//! URLs as Go's `net/url` reads them, for the `uri` format and the URL functions of CEL.

use std::borrow::Cow;

/// The parts of a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Url {
    /// The scheme in lower case; may be empty.
    pub scheme: String,
    /// Host and port, unescaped.
    pub host: String,
    /// The path as it is written.
    pub path: String,
    /// What follows `?`.
    pub query: String,
    /// The whole text.
    pub text: String,
}

impl Url {
    /// Reads an absolute URI or an absolute path (`url.ParseRequestURI`).
    #[must_use]
    pub(super) fn parse_request(text: &str) -> Option<Self> {
        if text.is_empty() || text.bytes().any(|byte| byte < 0x20 || byte == 0x7f) {
            return None;
        }
        let whole = text.to_owned();
        if text == "*" {
            let path = text.to_owned();
            return Some(Self {
                scheme: String::new(),
                host: String::new(),
                path,
                query: String::new(),
                text: whole,
            });
        }
        let (scheme, rest) = split_scheme(text)?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        if !rest.starts_with('/') {
            // `mailto:a@b` is opaque; a relative path is not a request URI.
            return (!scheme.is_empty()).then(|| Self {
                scheme: scheme.to_ascii_lowercase(),
                host: String::new(),
                path: String::new(),
                query: query.to_owned(),
                text: whole,
            });
        }
        let (host, path) = match rest.strip_prefix("//").filter(|_| !scheme.is_empty()) {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                (authority(&rest[..end])?, &rest[end..])
            }
            None => (String::new(), rest),
        };
        unescape(path)?;
        Some(Self {
            scheme: scheme.to_ascii_lowercase(),
            host,
            path: path.to_owned(),
            query: query.to_owned(),
            text: whole,
        })
    }

    /// Reads what a rule passes to `url()`: a request URI, whose fragment is then cut off.
    #[must_use]
    pub(super) fn parse(text: &str) -> Option<Self> {
        Self::parse_request(text)?;
        let without_fragment = text.split_once('#').map_or(text, |(before, _)| before);
        let url = Self::parse_request(without_fragment)?;
        Some(Self { text: text.to_owned(), ..url })
    }

    /// The host without its port and without the brackets of an IPv6 address.
    #[must_use]
    pub(super) fn hostname(&self) -> &str {
        let (host, _) = self.split_port();
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    /// The port; empty if absent.
    #[must_use]
    pub(super) fn port(&self) -> &str {
        self.split_port().1
    }

    fn split_port(&self) -> (&str, &str) {
        match self.host.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !port.contains(']') => {
                (host, port)
            }
            _ => (&self.host, ""),
        }
    }

    /// The query's values by key, in the order of the query.
    #[must_use]
    pub(super) fn query_values(&self) -> Vec<(String, Vec<String>)> {
        let mut values: Vec<(String, Vec<String>)> = Vec::new();
        for pair in self.query.split('&').filter(|pair| !pair.is_empty() && !pair.contains(';')) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (Some(key), Some(value)) =
                (unescape(&key.replace('+', " ")), unescape(&value.replace('+', " ")))
            else {
                continue;
            };
            match values.iter_mut().find(|(known, _)| *known == key) {
                Some((_, values)) => values.push(value),
                None => values.push((key, vec![value])),
            }
        }
        values
    }
}

/// The scheme and what follows its colon; none if the text begins with a colon.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at > 0 => return Some((&text[..at], &text[at + 1..])),
            b':' => return None,
            _ => break,
        }
    }
    Some(("", text))
}

/// The host and port of an authority, unescaped; none if it is not valid.
fn authority(text: &str) -> Option<String> {
    let (user, host) = match text.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, text),
    };
    if let Some(user) = user {
        let sound = |letter: char| letter.is_ascii_alphanumeric() || "-._:~!$&'()*+,;=%@".contains(letter);
        if !user.chars().all(sound) {
            return None;
        }
        unescape(user)?;
    }
    let port = if host.starts_with('[') {
        let end = host.rfind(']')?;
        &host[end + 1..]
    } else {
        host.rfind(':').map_or("", |at| &host[at..])
    };
    let sound_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    let sound = |letter: char| {
        letter.is_ascii_alphanumeric() || !letter.is_ascii() || "-_.~!$&'()*+,;=:[]<>\"%".contains(letter)
    };
    if !sound_port || !host.chars().all(sound) {
        return None;
    }
    // An escape in a host may only stand for a byte that is not ASCII (`%25` begins a zone).
    let mut rest = host;
    while let Some(at) = rest.find('%') {
        let hex = rest.get(at + 1..at + 3)?;
        if u8::from_str_radix(hex, 16).ok()? < 0x80 && hex != "25" {
            return None;
        }
        rest = &rest[at + 3..];
    }
    unescape(host)
}

/// Replaces `%XX`; none if an escape is not valid.
fn unescape(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        if *first == b'%' {
            let digits = behind.get(..2).filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = &behind[2..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    Some(match String::from_utf8_lossy(&bytes) {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    })
}
