//! Email addresses as Go's `net/mail.ParseAddress` reads them.

/// Whether a text is an address: `a@b`, `<a@b>` or `Name <a@b>`.
#[must_use]
pub(super) fn is_address(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t']);
    if is_spec(text) {
        return true;
    }
    let Some(rest) = text.strip_suffix('>') else { return false };
    let Some((name, spec)) = rest.rsplit_once('<') else { return false };
    is_spec(spec) && is_phrase(name.trim_matches([' ', '\t']))
}

/// A local part, `@` and a domain.
fn is_spec(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_domain = match domain.strip_prefix('[') {
        Some(literal) => {
            literal.strip_suffix(']').is_some_and(|text| text.parse::<std::net::IpAddr>().is_ok())
        }
        None => is_dot_atom(domain),
    };
    is_domain && (is_dot_atom(local) || is_quoted(local))
}

fn is_dot_atom(text: &str) -> bool {
    text.split('.').all(is_atom)
}

fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|letter| {
            letter.is_alphanumeric() && letter.is_ascii()
                || !letter.is_ascii()
                || "!#$%&'*+-/=?^_`{|}~".contains(letter)
        })
}

fn is_quoted(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.next().is_some() => {}
            '"' | '\\' => return false,
            letter if letter.is_control() && letter != '\t' => return false,
            _ => {}
        }
    }
    true
}

/// The words before an address in angle brackets.
fn is_phrase(text: &str) -> bool {
    text.is_empty()
        || is_quoted(text)
        || text
            .split([' ', '\t'])
            .filter(|word| !word.is_empty())
            .all(|word| is_atom(&word.replace('.', "x")))
}
