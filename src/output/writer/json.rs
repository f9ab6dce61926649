//! JSON in which no character steers a terminal or a log, and every string still reads back as it was.

use std::fmt::Write as _;
use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::{OLD_COMMAND, is_unsafe};

/// A value on one line, without a line end.
#[must_use]
pub fn compact(value: &impl Serialize) -> String {
    written(value, Escaped(CompactFormatter))
}

/// A value on indented lines, without a line end.
#[must_use]
pub fn pretty(value: &impl Serialize) -> String {
    written(value, Escaped(PrettyFormatter::new()))
}

/// Writes a value on one line, with a line end.
///
/// # Errors
///
/// If `out` cannot be written to.
pub fn write_line(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Escaped(CompactFormatter)))?;
    out.write_all(b"\n")
}

fn written(value: &impl Serialize, formatter: impl Formatter) -> String {
    let mut out = Vec::new();
    // Writing into memory does not fail, and every key of a report is a text.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut out, formatter));
    String::from_utf8(out).unwrap_or_default()
}

/// Escapes what `serde_json` leaves as it is: it escapes only what JSON requires.
struct Escaped<F>(F);

/// Forwards the calls that lay out lists and objects.
macro_rules! forward {
    ($($name:ident($($argument:ident: $type:ty),*));* $(;)?) => {
        $(fn $name<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
            self.0.$name(writer $(, $argument)*)
        })*
    };
}

impl<F: Formatter> Formatter for Escaped<F> {
    forward! {
        begin_array(); end_array(); begin_array_value(first: bool); end_array_value();
        begin_object(); end_object(); begin_object_key(first: bool); end_object_key();
        begin_object_value(); end_object_value();
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if !fragment.contains(is_unsafe) && !fragment.contains(OLD_COMMAND) {
            return writer.write_all(fragment.as_bytes());
        }
        let mut out = String::with_capacity(fragment.len() + 8);
        for (at, letter) in fragment.char_indices() {
            let is_command = letter == '[' && fragment[..at].ends_with(&OLD_COMMAND[..2]);
            if is_command || is_unsafe(letter) {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            } else {
                out.push(letter);
            }
        }
        writer.write_all(out.as_bytes())
    }
}
