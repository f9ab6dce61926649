//! GitHub's workflow commands: `::error file=…,line=…::message`, one on each line.

use super::{OLD_COMMAND, terminal};

/// Builds workflow commands.
#[derive(Clone, Debug, Default)]
pub struct Commands(String);

impl Commands {
    /// Adds one command with its properties.
    pub fn command(
        &mut self,
        command: &'static str,
        properties: &[(&'static str, &str)],
        message: &str,
    ) -> &mut Self {
        self.0.push_str("::");
        self.0.push_str(command);
        for (index, (key, value)) in properties.iter().enumerate() {
            self.0.push(if index == 0 { ' ' } else { ',' });
            self.0.push_str(key);
            self.0.push('=');
            self.0.push_str(&property(value));
        }
        self.0.push_str("::");
        self.0.push_str(&data(message));
        self.0.push('\n');
        self
    }

    /// All commands.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }
}

/// The message of a command. Line ends are escaped, and so shown; all other controls are replaced.
fn data(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, part) in text.split('\n').enumerate() {
        if index > 0 {
            out.push_str("%0A");
        }
        out.push_str(&escaped(part.trim_end_matches('\r')));
    }
    out
}

/// Text without line ends.
fn escaped(text: &str) -> String {
    terminal::line(text).replace(OLD_COMMAND, terminal::NEUTRAL_OLD_COMMAND).replace('%', "%25")
}

/// A property: colons and commas end it.
fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
