//! Regular expressions of schemas and rules: RE2 as Go reads it, compiled when first used.

use std::sync::OnceLock;

use regex::Regex;

/// A regular expression in Go's syntax, compiled when it is first used.
#[derive(Debug)]
pub(super) struct Pattern {
    /// The expression as the schema states it.
    pub text: Box<str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// An expression that is not compiled yet.
    #[must_use]
    pub(super) fn new(text: &str) -> Self {
        Self { text: text.into(), compiled: OnceLock::new() }
    }

    /// The compiled expression; none if it is not valid or too large.
    #[must_use]
    pub(super) fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| compile(&self.text)).as_ref()
    }
}

/// Compiles an expression in Go's syntax.
#[must_use]
pub(super) fn compile(text: &str) -> Option<Regex> {
    Regex::new(&translate(text)).ok()
}

/// Rewrites what Go and the regex crate read differently: Go's Perl classes and word boundaries are ASCII, it escapes
/// any punctuation, and a bracket inside brackets is a literal, not a nested class.
fn translate(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut letters = text.chars().peekable();
    // Whether the letter is within brackets, and how many characters of the class came before it.
    let (mut in_class, mut read) = (false, 0_usize);
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            let Some(escaped) = letters.next() else {
                out.push('\\');
                break;
            };
            read += 1;
            escape(escaped, in_class, &mut letters, &mut out);
        } else if !in_class {
            out.push(letter);
            if letter == '[' {
                (in_class, read) = (true, 0);
                if letters.next_if_eq(&'^').is_some() {
                    out.push('^');
                }
            }
        } else if letter == ']' && read > 0 {
            in_class = false;
            out.push(']');
        } else if letter == '[' && letters.peek() == Some(&':') {
            // A named class such as `[:alpha:]`.
            read += 1;
            out.push('[');
            for letter in letters.by_ref() {
                out.push(letter);
                if letter == ']' {
                    break;
                }
            }
        } else {
            // At either end of a class a hyphen is a literal, and so is a bracket at its beginning.
            let is_literal = matches!(letter, '[' | ']' | '&' | '~')
                || (letter == '-' && (read == 0 || letters.peek() == Some(&']')));
            if is_literal {
                out.push('\\');
            }
            out.push(letter);
            read += 1;
        }
    }
    out
}

/// Writes what a backslash before `escaped` means in Go.
fn escape(
    escaped: char,
    in_class: bool,
    letters: &mut std::iter::Peekable<std::str::Chars<'_>>,
    out: &mut String,
) {
    const SPACE: &str = r"\t\n\f\r\x20";
    let (set, negated) = match escaped {
        'd' | 'D' => ("0-9", escaped == 'D'),
        'w' | 'W' => ("0-9A-Za-z_", escaped == 'W'),
        's' | 'S' => (SPACE, escaped == 'S'),
        'b' | 'B' if !in_class => {
            out.push_str("(?-u:\\");
            out.push(escaped);
            out.push(')');
            return;
        }
        'Q' => {
            let mut literal = String::new();
            while let Some(letter) = letters.next() {
                if letter == '\\' && letters.next_if_eq(&'E').is_some() {
                    break;
                }
                literal.push(letter);
            }
            out.push_str(&regex::escape(&literal));
            return;
        }
        'E' => return,
        // The crate reserves these two.
        '<' | '>' => {
            out.push(escaped);
            return;
        }
        _ => {
            out.push('\\');
            out.push(escaped);
            return;
        }
    };
    match (negated, in_class) {
        (true, _) => {
            out.push_str("[^");
            out.push_str(set);
            out.push(']');
        }
        (false, true) => out.push_str(set),
        (false, false) => {
            out.push('[');
            out.push_str(set);
            out.push(']');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn patterns_match_as_in_go() {
        for (pattern, text, matches) in [
            (r"^\d+$", "12", true),
            (r"^\d+$", "१२", false),
            (r"^[\w.-]+$", "a-b.c", true),
            (r"^[[]$", "[", true),
            (r"^[]a]+$", "]a", true),
            (r"^[^]a]+$", "b", true),
            (r"^[a-]+$", "-", true),
            (r"^[-a&&b]+$", "&", true),
            (r"\bfoo\b", "a foo b", true),
            (r"^\Qa.b\E$", "a.b", true),
            (r"^\Qa.b\E$", "axb", false),
            (r"^[[:alpha:]]+$", "ab", true),
            (r"^\/a\<$", "/a<", true),
            ("^a$", "a\n", false),
            (r"^\S+$", "\u{a0}", true),
            (r"^\pL+$", "é", true),
        ] {
            let regex = compile(pattern).unwrap_or_else(|| panic!("{pattern} is not valid"));
            assert_eq!(regex.is_match(text), matches, "{pattern} on {text:?}");
        }
    }
}
