//! Ctrl-C and SIGTERM: the first asks the work in hand to stop, the second ends the process.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::files;

static ASKED: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// Starts listening. Where the system does not allow it, interrupts end the process as ever.
pub fn listen() {
    LISTENING.call_once(|| {
        let _ = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::SeqCst) {
                let _nothing_appears_now = files::discard_unfinished();
                std::process::exit(130);
            }
        });
    });
}

/// Whether the work in hand was asked to stop.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
