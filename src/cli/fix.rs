//! The arguments that apply fixes.

use clap::Args;

/// Whether and how fixes are applied.
#[derive(Args, Clone, Copy, Debug, Default)]
pub struct FixArgs {
    /// Apply the safe fixes of the reported findings to the files
    ///
    /// Everything else in the files keeps its form: comments, quotes, line endings. Unsafe fixes are guesses, or change what
    /// cannot be changed in place once the object is applied.
    #[arg(long)]
    pub fix: bool,
    /// With --fix, apply unsafe fixes, too
    #[arg(long, requires = "fix")]
    pub unsafe_fixes: bool,
    /// With --fix, write nothing; print the changes as a diff and exit with 1 if there are any
    #[arg(long, requires = "fix")]
    pub diff: bool,
}
