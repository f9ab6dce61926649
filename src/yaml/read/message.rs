//! The problems that the scanner reports, and their texts.

use crate::yaml::read::problem::Problem;
use crate::yaml::read::scanner::Scanner;
use crate::yaml::rules::{DOCUMENT_LIMIT, SYNTAX, TAB_INDENTATION};

impl Scanner<'_> {
    pub(super) fn not_here(&self, what: &str) -> Box<Problem> {
        let help =
            "a line contains one `key: value`; quote text that contains `: `, and check the indentation";
        Problem::new(&SYNTAX, self.at, self.at + 1, format!("{what} is not allowed here"), help)
    }

    pub(super) fn too_deep(&self, start: usize) -> Box<Problem> {
        let limit = self.depth_limit;
        let help = format!("volwright reads documents up to {limit} levels deep");
        Problem::new(&DOCUMENT_LIMIT, start, start + 1, "the document is nested too deeply", help)
    }

    pub(super) fn cannot_start(&self, start: usize) -> Box<Problem> {
        let char = self.text.get(start..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
        let help = format!("quote the text: \"{char}…\"");
        Problem::new(
            &SYNTAX,
            start,
            start + char.len_utf8(),
            format!("a value cannot start with `{char}`"),
            help,
        )
    }

    pub(super) fn tab(&self, start: usize) -> Box<Problem> {
        let help = "YAML does not allow tabs for indentation; use spaces";
        Problem::new(&TAB_INDENTATION, start, start + 1, "tab used for indentation", help)
    }
}
