//! Semantic versions as the server's library reads them (blang/semver v4).

use std::cmp::Ordering;

/// A version.
#[derive(Clone, Debug)]
pub(in crate::schema) struct Semver {
    /// Major, minor and patch.
    pub(super) numbers: [u64; 3],
    prerelease: Vec<Identifier>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(u64),
    Text(String),
}

impl Semver {
    /// Reads `1.2.3-pre.1+build`; if `tolerant`, also `v1.02` and the like.
    pub(super) fn parse(text: &str, tolerant: bool) -> Option<Self> {
        if tolerant { Self::strict(&normalize(text)?) } else { Self::strict(text) }
    }

    fn strict(text: &str) -> Option<Self> {
        let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
        let (core, prerelease) = rest.split_once('-').map_or((rest, None), |(core, part)| (core, Some(part)));
        let mut parts = core.split('.');
        let mut number = || number(parts.next()?);
        let numbers = [number()?, number()?, number()?];
        if parts.next().is_some() {
            return None;
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        if build.is_some_and(|build| !build.split('.').all(is_word)) {
            return None;
        }
        let identifier = |word: &str| {
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                self::number(word).map(Identifier::Number)
            } else {
                is_word(word).then(|| Identifier::Text(word.to_owned()))
            }
        };
        let prerelease = match prerelease {
            Some(part) => part.split('.').map(identifier).collect::<Option<_>>()?,
            None => Vec::new(),
        };
        Some(Self { numbers, prerelease })
    }

    /// The precedence of two versions; what follows `+` does not count.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        let release = |version: &Self| version.prerelease.is_empty();
        self.numbers
            .cmp(&other.numbers)
            // A pre-release comes before its release.
            .then(release(self).cmp(&release(other)))
            .then_with(|| self.prerelease.cmp(&other.prerelease))
    }
}

/// Digits without leading zeros.
fn number(text: &str) -> Option<u64> {
    let sound = !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && (text.len() == 1 || !text.starts_with('0'));
    if sound { text.parse().ok() } else { None }
}

fn normalize(text: &str) -> Option<String> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let mut parts: Vec<String> = text.splitn(3, '.').map(str::to_owned).collect();
    for part in parts.iter_mut().filter(|part| part.len() > 1) {
        let trimmed = part.trim_start_matches('0');
        let zero = if trimmed.starts_with(|first: char| first.is_ascii_digit()) { "" } else { "0" };
        *part = format!("{zero}{trimmed}");
    }
    if parts.len() < 3 && parts.last()?.contains(['+', '-']) {
        return None;
    }
    parts.resize(3, "0".to_owned());
    Some(parts.join("."))
}
