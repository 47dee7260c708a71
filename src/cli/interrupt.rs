//! Ctrl-C and SIGTERM: the first asks the present work to stop, the second ends the process, and so does the first where
//! nothing asks within some seconds whether it came: a pipe that gives nothing, or a file that takes long to look at.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::files;

/// How long work may take to notice that it is to stop.
const PATIENCE: Duration = Duration::from_secs(5);

static ASKED: AtomicBool = AtomicBool::new(false);
/// Whether the present work knows that it was asked to stop.
static NOTICED: AtomicBool = AtomicBool::new(false);
static LISTENING: Once = Once::new();

/// Installs the handler. If the system does not allow it, interrupts end the process as usual.
pub fn listen() {
    LISTENING.call_once(|| {
        let _ = ctrlc::set_handler(|| {
            if ASKED.swap(true, Ordering::SeqCst) {
                end();
            }
            std::thread::spawn(end_unless_noticed);
        });
    });
}

/// Ends the process, with what it has not finished removed.
fn end() -> ! {
    let _nothing_appears_now = files::discard_unfinished();
    std::process::exit(130);
}

fn end_unless_noticed() {
    std::thread::sleep(PATIENCE);
    if ASKED.load(Ordering::SeqCst) && !NOTICED.load(Ordering::SeqCst) {
        anstream::eprintln!("interrupted before the first result");
        end();
    }
}

/// Asks the present work to stop, all of it in this process.
pub fn ask() {
    ASKED.store(true, Ordering::SeqCst);
}

/// Lets work go on that comes after what was asked to stop.
pub fn forget() {
    NOTICED.store(false, Ordering::SeqCst);
    ASKED.store(false, Ordering::SeqCst);
}

/// Returns true if the present work was interrupted.
pub fn asked() -> bool {
    let asked = ASKED.load(Ordering::SeqCst);
    if asked {
        NOTICED.store(true, Ordering::SeqCst);
    }
    asked
}
