//! Progress of a study: a line that is overwritten on a terminal, or an occasional line elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::text::counted;
use crate::fleet::FleetWatch;
use crate::study::{StudyWatch, Until};

use super::interrupt;

/// Reports the progress of a study on standard error, and stops it when interrupted.
#[derive(Debug)]
pub struct Progress {
    style: Style,
    /// Replications finished in the study that is running.
    done: AtomicUsize,
    study: Mutex<Option<Running>>,
}

/// Reports the progress of a fleet on standard error, and stops it when interrupted.
#[derive(Debug)]
pub struct FleetProgress {
    style: Style,
    done: AtomicUsize,
    started: Instant,
    /// The instant of the last line.
    written: Mutex<Instant>,
}

impl FleetProgress {
    /// Silent, or as a terminal or a log takes it.
    pub fn new(quiet: bool) -> FleetProgress {
        let now = Instant::now();
        let style = Progress::new(quiet).style;
        FleetProgress { style, done: AtomicUsize::new(0), started: now, written: Mutex::new(now) }
    }

    /// Leaves the terminal as it was.
    pub fn end(&self) {
        if self.style == Style::Over {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }
}

impl FleetWatch for FleetProgress {
    fn done(&self, accounts: u64) {
        let accounts = accounts as usize;
        let done = self.done.fetch_add(accounts, Ordering::Relaxed) + accounts;
        let Some(every) = self.style.every() else { return };
        // Whoever is writing already writes for all.
        let Ok(mut written) = self.written.try_lock() else { return };
        if written.elapsed() < every {
            return;
        }
        *written = Instant::now();
        let rate = done as f64 / self.started.elapsed().as_secs_f64().max(1e-9);
        self.style.write(&format!("{} · {rate:.0}/s", counted(done, "account")));
    }

    fn stop(&self) -> bool {
        interrupt::asked()
    }
}

impl Style {
    /// The least time between two lines; `None` where there are none.
    fn every(self) -> Option<Duration> {
        match self {
            Style::Silent => None,
            Style::Over => Some(Duration::from_millis(100)),
            Style::Lines => Some(Duration::from_secs(5)),
        }
    }

    fn write(self, line: &str) {
        // Standard error may be closed, and there is no other place to report to.
        let _ = match self {
            Style::Over => write!(std::io::stderr().lock(), "\r\x1b[K{line}"),
            _ => writeln!(std::io::stderr().lock(), "{line}"),
        };
    }
}

/// A study that is running.
#[derive(Clone, Copy, Debug)]
struct Running {
    until: Until,
    started: Instant,
    /// The instant of the last line.
    written: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Silent,
    Over,
    Lines,
}

impl Progress {
    /// Silent, or as a terminal or a log takes it.
    pub fn new(quiet: bool) -> Progress {
        let style = match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Style::Silent,
            (false, true) => Style::Over,
            (false, false) => Style::Lines,
        };
        Progress { style, done: AtomicUsize::new(0), study: Mutex::new(None) }
    }
}

impl Running {
    fn line(&self, done: usize) -> String {
        let most = self.until.most();
        let seconds = self.started.elapsed().as_secs_f64().max(1e-9);
        let rate = done as f64 / seconds;
        let left = most.saturating_sub(done) as f64 / rate.max(1e-9);
        let bound = match self.until {
            Until::Replications(_) => "",
            Until::HalfWidth { .. } | Until::Selected { .. } => "at most ",
        };
        let left = Duration::from_secs_f64(left.clamp(0.0, 1e9)).as_secs();
        let most = counted(most, "replication");
        format!("{done} of {bound}{most} · {rate:.1}/s · {bound}{left} s left")
    }
}

impl StudyWatch for Progress {
    fn begin(&self, until: Until) {
        let now = Instant::now();
        self.done.store(0, Ordering::Relaxed);
        let running = Running { until, started: now, written: now };
        *self.study.lock().unwrap_or_else(PoisonError::into_inner) = Some(running);
    }

    fn done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let Some(every) = self.style.every() else { return };
        // Whoever is writing already writes for all.
        let Ok(mut study) = self.study.try_lock() else { return };
        let Some(running) = study.as_mut().filter(|study| study.written.elapsed() >= every) else {
            return;
        };
        running.written = Instant::now();
        self.style.write(&running.line(done));
    }

    /// Leaves the terminal as it was.
    fn end(&self) {
        *self.study.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if self.style == Style::Over {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }

    fn stop(&self) -> bool {
        interrupt::asked()
    }
}
