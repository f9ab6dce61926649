//! Keys and texts as TOML writes them.

/// Whether a key needs no quotes.
pub(crate) fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// A key of a table.
pub(crate) fn bare_or_quoted(key: &str) -> String {
    if is_bare(key) { key.to_owned() } else { quoted(key) }
}

/// Whether a text may have strings of several lines, in which a line may look like anything.
pub(crate) fn may_have_long_strings(text: &str) -> bool {
    text.contains("\"\"\"") || text.contains("'''")
}

/// A text as a string on one line.
pub(crate) fn quoted(text: &str) -> String {
    // The escapes of JSON are those of TOML, which also requires one for DEL.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}
