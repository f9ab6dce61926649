//! Ctrl-C while files are written: what has been begun is taken back first.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::error::Error;

/// The signals that ask a program to stop.
const SIGNALS: [i32; 2] = [SIGINT, SIGTERM];

/// Notes the signals that ask the program to stop; a second one stops it at once.
#[derive(Debug)]
pub(super) struct Interrupt {
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    pub(super) fn watch() -> Self {
        let (signal, again) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        for number in SIGNALS {
            // Where the system lets no signal be watched, it ends the program as it always did.
            let _ = flag::register_conditional_shutdown(number, 128 + number, Arc::clone(&again));
            let _ = flag::register(number, Arc::clone(&again));
            let _ = flag::register_usize(number, Arc::clone(&signal), number as usize);
        }
        Self { signal }
    }

    /// # Errors
    ///
    /// Where a signal has come.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.signal.load(Ordering::Relaxed) {
            0 => Ok(()),
            signal => Err(Error::Interrupted { signal: signal as i32 }),
        }
    }
}

/// Ends the program as the signal would have, so that a shell's loop ends with it.
pub fn end(signal: i32) {
    let _ = low_level::emulate_default_handler(signal);
}
