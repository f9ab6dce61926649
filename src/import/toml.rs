//! Trees as TOML text: short tables inline, long ones as dotted keys, lists of long tables as `[[…]]`.

use super::comments::Comments;

use crate::profile::sections::section;
use crate::profile::toml_text::{bare_or_quoted, quoted};
use crate::source::Span;
use crate::yaml::node::{Entry, Node, Value};

/// The longest line of a key with its value, in bytes.
const WIDTH: usize = 110;
/// The indentation of the items of a list, in spaces.
const INDENT: usize = 4;

/// A profile as text.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) text: String,
    /// The start of each object's table, with the section and the key.
    pub(super) starts: Vec<(usize, String, String)>,
    /// How many comments the text has.
    pub(super) comments: usize,
}

impl Written {
    /// Section and key of the object whose table contains a byte.
    pub(super) fn object_at(&self, byte: usize) -> Option<(&str, &str)> {
        let at = self.starts.partition_point(|(start, ..)| *start <= byte).checked_sub(1)?;
        self.starts.get(at).map(|(_, section, key)| (section.as_str(), key.as_str()))
    }
}

/// Writes a profile: the keys of the top, then a table for each object.
pub(super) fn write(root: &Node<'static>, comments: &mut Comments) -> Written {
    let mut written = Written::default();
    let mut writer = Writer { out: String::new(), comments, count: 0 };
    let is_section =
        |entry: &&Entry<'static>| entry.key.value == "defaults" || section(&entry.key.value).is_some();
    let top = root.entries().iter().filter(|entry| !is_section(entry)).cloned().collect();
    writer.body(&mut Vec::new(), &Node::new(Value::Mapping(top), root.span));
    for entry in root.entries().iter().filter(is_section) {
        for object in entry.value.entries() {
            let mut path = vec![entry.key.value.to_string(), object.key.value.to_string()];
            let header = format!("[{}]\n", dotted(&path));
            // The object's first comment is about the whole.
            let at = object.key.span;
            let head = writer.comments.take(Span { end: at.start + 1, ..at });
            let before = std::mem::take(&mut writer.out);
            writer.body(&mut path, &object.value);
            let body = std::mem::replace(&mut writer.out, before);
            writer.blank();
            written.starts.push((
                writer.out.len(),
                entry.key.value.to_string(),
                object.key.value.to_string(),
            ));
            // What has no place of its own, such as a comment on `spec:`, goes above the object.
            let rest = writer.comments.rest_of(object.key.span);
            writer.lines(&[head.before, head.behind, rest].concat(), 0);
            writer.out += &header;
            writer.out += &body;
        }
    }
    written.comments = writer.count;
    written.text = writer.out;
    written
}

fn dotted(path: &[String]) -> String {
    path.iter().map(|part| bare_or_quoted(part)).collect::<Vec<_>>().join(".")
}

struct Writer<'c> {
    out: String,
    comments: &'c mut Comments,
    count: usize,
}

impl Writer<'_> {
    fn blank(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    /// The entries of a table whose header is written.
    fn body(&mut self, header: &mut Vec<String>, node: &Node<'static>) {
        let mut later = Vec::new();
        for entry in node.entries() {
            self.entry(&[], entry, &mut later);
        }
        for (path, value) in later {
            let length = header.len();
            header.extend(path);
            match &value.value {
                Value::Sequence(items) => {
                    for item in items {
                        self.blank();
                        self.out += &format!("[[{}]]\n", dotted(header));
                        self.body(header, item);
                    }
                }
                _ => {
                    let before = self.out.len();
                    self.blank();
                    self.out += &format!("[{}]\n", dotted(header));
                    let start = self.out.len();
                    self.body(header, &value);
                    // A table of tables needs no header of its own.
                    if self.out[start..].starts_with("\n[") {
                        self.out.replace_range(before..start, "");
                    }
                }
            }
            header.truncate(length);
        }
    }

    /// One entry below the keys `outer`; what needs a header is added to `later`.
    fn entry(
        &mut self,
        outer: &[String],
        entry: &Entry<'static>,
        later: &mut Vec<(Vec<String>, Node<'static>)>,
    ) {
        let path: Vec<String> = outer.iter().cloned().chain([entry.key.value.to_string()]).collect();
        if needs_header(&entry.value) {
            later.push((path, entry.value.clone()));
            return;
        }
        let own = self.comments.take(entry.key.span);
        self.lines(&own.before, 0);
        let key = dotted(&path);
        let start = self.out.len();
        match &entry.value.value {
            Value::String(text) if is_long(text) => self.out += &format!("{key} = {}", lines(text)),
            Value::Mapping(entries) if !entries.is_empty() => {
                let text = format!("{key} = {}", inline(&entry.value));
                if !self.fits(&text, &entry.value) {
                    self.lines(&own.behind, 0);
                    entries.iter().for_each(|inner| self.entry(&path, inner, later));
                    return;
                }
                self.out += &text;
            }
            Value::Sequence(items) if !items.is_empty() => {
                let text = format!("{key} = {}", inline(&entry.value));
                if self.fits(&text, &entry.value) {
                    self.out += &text;
                } else {
                    self.lines(&own.behind, 0);
                    self.list(&key, items);
                    return;
                }
            }
            _ => self.out += &format!("{key} = {}", inline(&entry.value)),
        }
        let mut behind = own.behind;
        behind.extend(self.comments.within(&entry.value));
        self.end(start, behind);
    }

    /// Whether a value may be written on one line.
    fn fits(&self, text: &str, value: &Node<'static>) -> bool {
        text.len() <= WIDTH && !has_lines(value) && self.comments.count_within(value) <= 1
    }

    fn list(&mut self, key: &str, items: &[Node<'static>]) {
        self.out += &format!("{key} = [\n");
        for item in items {
            let mut behind = self.comments.within(item);
            if behind.len() > 1 {
                let last = behind.pop();
                self.lines(&behind, INDENT);
                behind = last.into_iter().collect();
            }
            let start = self.out.len();
            self.out += &" ".repeat(INDENT);
            match &item.value {
                Value::String(text) if is_long(text) => self.out += &lines(text),
                _ => self.out += &inline(item),
            }
            self.out.push(',');
            self.end(start, behind);
        }
        self.out += "]\n";
    }

    /// Ends a line that begins at `start` with its comments; a long one goes above it.
    fn end(&mut self, start: usize, mut behind: Vec<String>) {
        if behind.len() == 1 && !self.out[start..].contains('\n') {
            let comment = behind.pop().unwrap_or_default();
            self.count += 1;
            self.out += &format!(" # {comment}\n");
            return;
        }
        self.out.push('\n');
        if !behind.is_empty() {
            let line = self.out.split_off(start);
            let indent = line.len() - line.trim_start_matches(' ').len();
            self.lines(&behind, indent);
            self.out += &line;
        }
    }

    fn lines(&mut self, comments: &[String], indent: usize) {
        self.count += comments.len();
        for comment in comments {
            let space = if comment.is_empty() { "" } else { " " };
            self.out += &format!("{}#{space}{comment}\n", " ".repeat(indent));
        }
    }
}

/// Whether a value is written under a header of its own, because a list in it holds tables that are too long for a line.
fn needs_header(node: &Node<'_>) -> bool {
    match &node.value {
        Value::Mapping(entries) => entries.iter().any(|entry| needs_header(&entry.value)),
        Value::Sequence(items) => {
            let is_table = |item: &Node<'_>| !item.entries().is_empty();
            let is_short = |item: &Node<'_>| inline(item).len() + INDENT < WIDTH && !has_lines(item);
            items.iter().all(is_table) && !items.iter().all(is_short)
        }
        _ => false,
    }
}

/// Whether a text is better written on several lines.
fn is_long(text: &str) -> bool {
    text.trim_end_matches('\n').contains('\n')
}

fn has_lines(node: &Node<'_>) -> bool {
    match &node.value {
        Value::String(text) => is_long(text),
        Value::Sequence(items) => items.iter().any(has_lines),
        Value::Mapping(entries) => entries.iter().any(|entry| has_lines(&entry.value)),
        _ => false,
    }
}

/// A value on one line.
fn inline(node: &Node<'_>) -> String {
    match &node.value {
        // What TOML cannot express is compared later, and found to differ.
        Value::Null => "\"\"".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::String(text) => quoted(text),
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Mapping(entries) if entries.is_empty() => "{}".to_owned(),
        Value::Mapping(entries) => {
            let entry = |entry: &Entry<'_>| {
                format!("{} = {}", bare_or_quoted(&entry.key.value), inline(&entry.value))
            };
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text on several lines, without escapes if possible.
fn lines(text: &str) -> String {
    let is_control = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    if !text.contains(is_control) && !text.contains("'''") && !text.ends_with('\'') {
        return format!("'''\n{text}'''");
    }
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            let line = quoted(line);
            line.get(1..line.len() - 1).unwrap_or_default().to_owned()
        })
        .collect();
    format!("\"\"\"\n{}\"\"\"", lines.join("\n"))
}
