//! How far a study is: a line that is written over on a terminal, a line now and then elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::study::Watch;

use super::interrupt;

/// Tells standard error how far a study is, and stops it when interrupted.
#[derive(Debug)]
pub struct Progress {
    style: Style,
    most: usize,
    /// Whether `most` is what will be done, or the most that may be.
    exact: bool,
    done: AtomicUsize,
    started: Instant,
    told: Mutex<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Silent,
    Over,
    Lines,
}

impl Progress {
    /// For a study of `most` replications, or at most as many.
    pub fn new(most: usize, exact: bool, quiet: bool) -> Progress {
        let style = match (quiet, std::io::stderr().is_terminal()) {
            (true, _) => Style::Silent,
            (false, true) => Style::Over,
            (false, false) => Style::Lines,
        };
        let now = Instant::now();
        Progress {
            style,
            most,
            exact,
            done: AtomicUsize::new(0),
            started: now,
            told: Mutex::new(now),
        }
    }

    /// Leaves the terminal as it was.
    pub fn end(&self) {
        if self.style == Style::Over {
            let _ = write!(std::io::stderr().lock(), "\r\x1b[K");
        }
    }

    fn line(&self, done: usize) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(1e-9);
        let rate = done as f64 / seconds;
        let left = (self.most.saturating_sub(done)) as f64 / rate.max(1e-9);
        let bound = if self.exact { "" } else { "at most " };
        let left = Duration::from_secs_f64(left.clamp(0.0, 1e9)).as_secs();
        format!("{done} of {bound}{} replications · {rate:.1}/s · {bound}{left} s left", self.most)
    }
}

impl Watch for Progress {
    fn done(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let every = match self.style {
            Style::Silent => return,
            Style::Over => Duration::from_millis(100),
            Style::Lines => Duration::from_secs(5),
        };
        // Whoever is telling already tells for all.
        let Ok(mut told) = self.told.try_lock() else { return };
        if told.elapsed() < every {
            return;
        }
        *told = Instant::now();
        let line = self.line(done);
        // Nobody may be listening, and there is nobody else to tell.
        let _ = match self.style {
            Style::Over => write!(std::io::stderr().lock(), "\r\x1b[K{line}"),
            _ => writeln!(std::io::stderr().lock(), "{line}"),
        };
    }

    fn stop(&self) -> bool {
        interrupt::asked()
    }
}
