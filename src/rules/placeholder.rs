//! Placeholders that are not filled in: the findings that they cause are merged into one.

use std::collections::BTreeMap;

use crate::document::rules::{INVALID_VALUE, PLACEHOLDER, UNSUPPORTED_VALUE, WRONG_TYPE};
use crate::finding::Finding;
use crate::lines::{line_end, line_start};
use crate::profile::rules::INVALID_PROFILE_VALUE;
use crate::rule::{Rule, Severity};
use crate::rules::driver::UNKNOWN_PARAMETER;
use crate::source::{SourceId, Span};

/// Parts of names in capitals that stand for something of the user.
const IDENTITIES: [&str; 10] =
    ["ADDRESS", "ARN", "BUCKET", "ID", "IDS", "IP", "KEY", "NAME", "REGION", "ZONE"];
/// How many placeholders a message lists.
const LISTED: usize = 3;
/// The longest value that is searched for placeholders, in bytes: a longer one is a whole object.
const LONGEST_VALUE: usize = 512;
/// The longest placeholder, in bytes.
const LONGEST: usize = 80;

/// Replaces errors about values that are placeholders: for each file that was only found in a directory by one warning, and
/// otherwise by one error for each field of a document and placeholder in it. The server reports each field, too.
/// `text_of` returns the text of a source, which is a profile or a manifest.
pub fn merge<'t>(
    findings: &mut Vec<Finding>,
    text_of: impl Fn(SourceId) -> Option<&'t str>,
    is_found: &dyn Fn(SourceId) -> bool,
    is_profile: bool,
) {
    if findings.iter().all(|finding| finding.severity < Severity::Error) {
        return;
    }
    let mut merged: BTreeMap<(SourceId, Option<Field>), Merged> = BTreeMap::new();
    let mut kept = Vec::with_capacity(findings.len());
    for mut finding in findings.drain(..) {
        let source = finding.primary.span.source;
        let Some(placeholder) = text_of(source).and_then(|text| placeholder_of(&finding, text)) else {
            kept.push(finding);
            continue;
        };
        let found = is_found(source);
        let document = finding.document.unwrap_or_default();
        let key = (source, (!found).then(|| (document, finding.path.clone(), placeholder.clone())));
        let (at, names) = merged.entry(key).or_insert_with(|| (kept.len(), Vec::new()));
        if *at == kept.len() {
            finding.rule = &PLACEHOLDER;
            finding.severity = if found { Severity::Warning } else { Severity::Error };
            finding.fix = None;
            finding.primary.text.clear();
            finding.related.clear();
            kept.push(finding);
        }
        if !names.contains(&placeholder) {
            names.push(placeholder);
        }
    }
    *findings = kept;
    for (at, names) in merged.into_values() {
        describe(&mut findings[at], &names, is_profile);
    }
}

/// The position of a document, the path of a field, and a placeholder in it.
type Field = (usize, Option<String>, String);

/// The position of the finding that is kept, and the placeholders of all.
type Merged = (usize, Vec<String>);

fn describe(finding: &mut Finding, names: &[String], is_profile: bool) {
    let listed: Vec<_> = names.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
    let more = match names.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (verb, subject) =
        if names.len() == 1 { ("is", "a placeholder that is") } else { ("are", "placeholders that are") };
    finding.message = format!("{}{more} {verb} {subject} not filled in", listed.join(", "));
    finding.help(match is_profile {
        true => "the object would be rejected; write the value here, in an overlay, or with `--set`",
        false => {
            "the object is rejected as it is; write the value, or fill in the file first and validate the result: \
             `envsubst < FILE | volwright validate -`"
        }
    });
}

/// The placeholder that an error is about, if it is about one.
fn placeholder_of(finding: &Finding, text: &str) -> Option<String> {
    if finding.severity < Severity::Error {
        return None;
    }
    let code = finding.rule.code;
    let span = finding.primary.span;
    if code.starts_with('Y') {
        return template_in(line_at(text, span)?).map(str::to_owned);
    }
    let value = text.get(span.range()).filter(|value| value.len() <= LONGEST_VALUE)?;
    let is = |rules: &[&Rule]| rules.iter().any(|rule| rule.code == code);
    let values = [&INVALID_VALUE, &WRONG_TYPE, &UNSUPPORTED_VALUE, &INVALID_PROFILE_VALUE];
    let about_values = code.starts_with(['D', 'L']) || is(&values);
    if !about_values {
        return None;
    }
    // A label is reported at the key `labels`, and only the message has its value.
    let quoted = finding.message.split('`').nth(1).filter(|_| is(&[&INVALID_VALUE])).unwrap_or_default();
    let mut found = variable_in(value).or_else(|| variable_in(quoted));
    if code.starts_with('K') {
        found = found.or_else(|| template_in(value));
    }
    if is(&[&INVALID_VALUE, &WRONG_TYPE, &INVALID_PROFILE_VALUE]) {
        found = found.or_else(|| capitals_in(value));
    } else if code.starts_with('D') && code != UNKNOWN_PARAMETER.code {
        // An unknown parameter is reported at its key. The types and tiers of some clouds are names in capitals, too.
        let is_identity = |name: &&str| name.split('_').any(|part| IDENTITIES.contains(&part));
        found = found.or_else(|| capitals_in(value).filter(is_identity));
    }
    found.map(str::to_owned)
}

/// The line of a syntax error.
fn line_at(text: &str, span: Span) -> Option<&str> {
    let at = span.range().start.min(text.len());
    let line = text.get(line_start(text, at)..line_end(text, at))?;
    Some(line.strip_suffix('\n').unwrap_or(line)).filter(|line| line.len() <= LONGEST_VALUE)
}

/// The first tag of a template language: `{{ x }}`, `{% x %}`, `%{ x }`, `<% x %>`.
fn template_in(text: &str) -> Option<&str> {
    [("{{", "}}"), ("{%", "%}"), ("%{", "}"), ("<%", "%>")].into_iter().find_map(|(open, close)| {
        let start = text.find(open)?;
        let rest = text.get(start..)?;
        let end = rest.find(close).map_or(rest.trim_end().len(), |end| end + close.len());
        rest.get(..end).filter(|tag| tag.len() <= LONGEST)
    })
}

/// The first `<name>`, `${NAME}`, `${NAME:-default}` or `$NAME`.
fn variable_in(text: &str) -> Option<&str> {
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    for (start, sign) in text.char_indices() {
        let rest = text.get(start..)?;
        let inner = |open: &str, close: char| {
            let end = rest.find(close).filter(|end| *end <= LONGEST)?;
            Some((rest.get(open.len()..end)?, rest.get(..=end)?))
        };
        match sign {
            '<' => {
                let is_plain = |char: char| is_word(char) || " .-/".contains(char);
                let found = inner("<", '>').filter(|(name, _)| {
                    name.starts_with(|char: char| char.is_ascii_alphabetic()) && name.chars().all(is_plain)
                });
                if let Some((_, whole)) = found {
                    return Some(whole);
                }
            }
            '$' if rest.starts_with("${") => {
                let found = inner("${", '}').filter(|(name, _)| {
                    let name = name.split(":").next().unwrap_or_default();
                    name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
                        && name.chars().all(is_word)
                });
                if let Some((_, whole)) = found {
                    return Some(whole);
                }
            }
            '$' => {
                let end = rest[1..].find(|char| !is_word(char)).map_or(rest.len(), |end| end + 1);
                let name = rest.get(1..end)?;
                if name.starts_with(|char: char| char.is_ascii_uppercase()) && end <= LONGEST {
                    return rest.get(..end);
                }
            }
            _ => {}
        }
    }
    None
}

/// The first name in capitals of several words, such as `BUCKET_NAME`.
fn capitals_in(text: &str) -> Option<&str> {
    let is_part = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_';
    text.split(|char| !is_part(char)).find(|word| {
        let is_name = word.starts_with(|char: char| char.is_ascii_uppercase());
        is_name && word.len() <= LONGEST && word.split('_').filter(|part| !part.is_empty()).count() > 1
    })
}
