//! Ctrl-C and SIGTERM: the first asks the present work to stop, the second ends the process.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::files;

static ASKED: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// Installs the handler. If the system does not allow it, interrupts end the process as usual.
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

/// Asks the present work to stop, all of it in this process.
pub fn ask() {
    ASKED.store(true, Ordering::SeqCst);
}

/// Lets work go on that comes after what was asked to stop.
pub fn forget() {
    ASKED.store(false, Ordering::SeqCst);
}

/// Returns true if the present work was interrupted.
pub fn asked() -> bool {
    ASKED.load(Ordering::SeqCst)
}
