//! Reads a text again after an edit below one header: only that part is parsed, and the rest of the tree moves.
//!
//! A line that begins with a bare name in brackets is a header: in a text without strings of several lines it can be nothing
//! else, because the only bare words that are values are those of booleans and special numbers.

use super::{literal, sections, text, toml_text};
use crate::source::shift::Shift;
use crate::source::{SourceId, Span};
use crate::yaml::node::{Entry, Node, Value};

/// The tree of a text, from that of the text before an edit; nothing if the edit may concern more than one table, or if the
/// text has mistakes.
pub(super) fn reread(
    source: SourceId,
    before: &str,
    tree: &Node<'static>,
    after: &str,
) -> Option<Node<'static>> {
    let shift = Shift::new(source, before, after);
    let edited = shift.edited();
    let line = before.get(..edited.start)?.rfind('\n').map_or(0, |at| at + 1);
    let is_header = |at: &usize| path(&before[*at..]).is_some();
    // What is written directly before a header belongs to the table above.
    let start = lines_above(before, line).find(|at| *at < edited.start && is_header(at)).unwrap_or(0);
    let end = lines_below(before, edited.end).find(is_header).unwrap_or(before.len());
    let part = before.get(start..end)?;
    let new = after.get(start..usize::try_from(end as i64 + shift.by()).ok()?)?;
    let is_whole = new.is_empty() || new.ends_with('\n') || end == before.len();
    if !is_whole || ![part, new].iter().all(|part| is_one_table(part)) || path(part) != path(new) {
        return None;
    }
    if [before, after].into_iter().any(toml_text::may_have_long_strings) {
        return None;
    }
    let mut findings = Vec::new();
    let mut read = text::read(source, new, &mut findings).into_owned();
    if !findings.is_empty() {
        return None;
    }
    read.spans_mut(&mut |span| {
        span.start += start as u32;
        span.end += start as u32;
    });
    literal::keep(&mut read, sections::top(), after);
    let path: Vec<&str> = path(part).into_iter().flat_map(|path| path.split('.')).collect();
    let own = table_at(&mut read, &path)?;
    let mut tree = tree.clone();
    let known = table_at(&mut tree, &path)?;
    // The tables of dotted keys may have more keys elsewhere.
    let is_dotted = |entry: &Entry<'_>| {
        matches!(entry.value.value, Value::Mapping(_)) && entry.value.span == entry.key.span
    };
    let is_old = |entry: &Entry<'_>| (start..end).contains(&(entry.key.span.start as usize));
    if own.iter().any(is_dotted) || known.iter().any(|entry| is_old(entry) && is_dotted(entry)) {
        return None;
    }
    known.retain(|entry| !is_old(entry));
    if own.iter().any(|entry| known.iter().any(|other| other.key.value == entry.key.value)) {
        return None;
    }
    let own = std::mem::take(own);
    tree.spans_mut(&mut |span| shift.apply(span));
    tree.span = Span::new(source, 0, after.len());
    let known = table_at(&mut tree, &path)?;
    known.extend(own);
    known.sort_by_key(|entry| entry.key.span.start);
    debug_assert_eq!(tree, whole(source, after), "{after}");
    Some(tree)
}

/// The tree of a whole text.
fn whole(source: SourceId, text: &str) -> Node<'static> {
    let mut root = text::read(source, text, &mut Vec::new()).into_owned();
    literal::keep(&mut root, sections::top(), text);
    root
}

/// The starts of the lines from one at `at` to the first.
fn lines_above(text: &str, at: usize) -> impl Iterator<Item = usize> {
    let above = move |at: &usize| {
        let end = at.checked_sub(1)?;
        Some(text[..end].rfind('\n').map_or(0, |at| at + 1))
    };
    std::iter::successors(Some(at), above)
}

/// The starts of the lines that begin at `at` or below.
fn lines_below(text: &str, at: usize) -> impl Iterator<Item = usize> {
    let first = (at == 0 || text.as_bytes()[at - 1] == b'\n').then_some(at);
    let below = memchr::memchr_iter(b'\n', &text.as_bytes()[at..]).map(move |end| at + end + 1);
    first.into_iter().chain(below)
}

/// The bare, dotted name of the header that a text begins with.
fn path(text: &str) -> Option<&str> {
    let line = text.lines().next().unwrap_or_default();
    let (path, rest) = line.strip_prefix('[')?.split_once(']')?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let is_name = path.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && !["true", "false", "inf", "nan"].contains(&path)
        && path.split('.').all(toml_text::is_bare);
    (is_name && (rest.is_empty() || rest.starts_with('#'))).then_some(path)
}

/// Whether a part has no line after the first that may be a header.
fn is_one_table(part: &str) -> bool {
    let is_header = |line: &str| line.trim_start().starts_with('[');
    let is_first = path(part).is_some();
    !part.split('\n').skip(usize::from(is_first)).any(is_header)
}

/// The entries of the table at a path.
fn table_at<'n>(root: &'n mut Node<'static>, path: &[&str]) -> Option<&'n mut Vec<Entry<'static>>> {
    let Value::Mapping(entries) = &mut root.value else { return None };
    let Some((first, rest)) = path.split_first() else { return Some(entries) };
    table_at(&mut entries.iter_mut().find(|entry| entry.key.value == *first)?.value, rest)
}

#[cfg(test)]
mod tests {
    use super::{reread, whole};
    use crate::source::SourceId;

    const TEXT: &str = "name = \"a\"\n\n[labels]\nteam = \"b\"\n\n# c\n[claims.data] # d\nsize = \"1Gi\"\nlabels = { x = \"y\" }\n\n\
                        [claims.data.annotations]\nz = \"1\"\n\n[pods.worker]\nimage = \"e\"\n";

    #[test]
    fn an_edit_below_one_header_is_read_alone() {
        let source = SourceId::new(0);
        let tree = whole(source, TEXT);
        let cases = [
            ("\"a\"", "\"longer\"", true),
            ("name = \"a\"\n", "", true),
            ("size = \"1Gi\"", "size = \"20Gi\"\nmode = 1.50", true),
            ("size = \"1Gi\"\n", "", true),
            ("\"e\"\n", "\"e\"", true),
            ("[pods", "y = \"2\"\n[pods", true),
            ("[labels]", "y = \"2\"\n[labels]", true),
            ("name", "other = \"2\"\nname", true),
            ("# d", "# other", true),
            ("z = \"1\"\n\n", "", true),
            // Mistakes.
            ("\"1Gi\"", "\"1Gi", false),
            ("\"1\"\n\n[pods", "\"1\"[pods", false),
            ("size = \"1Gi\"", "size = \"1Gi\"\nsize = \"1Gi\"", false),
            ("size = \"1Gi\"", "annotations = { a = \"b\" }", false),
            // More than one table.
            ("[claims.data] # d", "[claims.other]", false),
            ("size = \"1Gi\"", "[claims.more]\nsize = \"1Gi\"", false),
            ("size = \"1Gi\"", "annotations.a = \"b\"", false),
            ("[claims.data.annotations]\n", "", false),
            // Strings of several lines.
            ("\"b\"", "\"\"\"b\n[claims.none]\n\"\"\"", false),
        ];
        for (old, new, is_alone) in cases {
            let after = TEXT.replacen(old, new, 1);
            let read = reread(source, TEXT, &tree, &after);
            assert_eq!(read.is_some(), is_alone, "{new}");
            if let Some(read) = read {
                assert_eq!(read, whole(source, &after), "{new}");
            }
        }
    }
}
