//! The progress of operations that take longer than a second, on a terminal.

use std::env;
use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How long an operation runs before its progress is shown.
const DELAY: Duration = Duration::from_secs(1);
/// How often a second the line is drawn, at most.
const REDRAWS: u8 = 10;

/// A line on standard error that counts what is done. Threads share it. The line is removed when the operation ends.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Shows progress if standard error is a terminal that a person reads.
    #[must_use]
    pub fn on_terminal() -> Self {
        // CI systems set `CI`, also those that give a job a terminal. A dumb terminal cannot remove a line.
        let is_read = io::stderr().is_terminal()
            && env::var_os("CI").is_none_or(|value| value.is_empty())
            && env::var_os("TERM").is_none_or(|term| term != "dumb");
        if !is_read {
            return Self::default();
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { bar: Some(bar) }
    }

    /// Begins an operation, such as `validating`, on `total` things, such as `files`; none if it is not known how many there are.
    /// The operation lasts as long as the result.
    #[must_use]
    pub fn begin(
        &self,
        operation: &'static str,
        things: &'static str,
        total: Option<usize>,
    ) -> Operation<'_> {
        let begun = Operation { progress: self };
        let Some(bar) = &self.bar else { return begun };
        let count = if total.is_some() { "{human_pos} of {human_len}" } else { "{human_pos}" };
        let template = format!("{operation}: {count} {things}, {{elapsed}}");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar.reset();
        match total {
            Some(total) => bar.set_length(total as u64),
            None => bar.unset_length(),
        }
        begun
    }

    /// Counts some more things.
    pub fn advance(&self, count: usize) {
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && bar.elapsed() > DELAY {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(REDRAWS));
        }
        bar.inc(count as u64);
    }
}

/// An operation in progress. Its end removes the line.
#[derive(Debug)]
pub struct Operation<'p> {
    progress: &'p Progress,
}

impl Drop for Operation<'_> {
    fn drop(&mut self) {
        if let Some(bar) = &self.progress.bar {
            bar.finish_and_clear();
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
    }
}
