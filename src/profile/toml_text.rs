//! Keys and texts as TOML writes them.

/// A key of a table.
pub(crate) fn bare_or_quoted(key: &str) -> String {
    let bare = !key.is_empty()
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if bare { key.to_owned() } else { quoted(key) }
}

/// A text as a string on one line.
pub(crate) fn quoted(text: &str) -> String {
    // The escapes of JSON are those of TOML, which also requires one for DEL.
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007F")
}
