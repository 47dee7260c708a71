//! Quotas of the plan: usage that is served without credits, in windows that begin with a use.
//! Contract §4.

use crate::domain::{Credits, Instant, Window};
use crate::policy::Quota;

use super::setup::Setup;

/// What is used of each quota in its window.
#[derive(Clone, Debug)]
pub(super) struct QuotaMeter {
    windows: Vec<QuotaWindow>,
    /// True in a cycle or a term that is subscribed.
    in_force: bool,
}

/// A quota and its window.
#[derive(Clone, Copy, Debug)]
struct QuotaWindow {
    quota: Quota,
    used: Credits,
    /// The first use in it, while it is open.
    opened: Instant,
    /// Its end; [`Instant::NEVER`] while none is open.
    ends: Instant,
}

impl QuotaMeter {
    /// Before the first use; `None` if no plan of the run has quotas.
    pub(super) fn new(setup: &Setup) -> Option<QuotaMeter> {
        let asked = setup.plans().any(|plan| !plan.quotas.is_empty());
        let windows = setup.policy.contract.plan.quotas.iter().map(QuotaWindow::closed).collect();
        asked.then_some(QuotaMeter { windows, in_force: setup.opening.is_some() })
    }

    /// The usage that all quotas leave.
    pub(super) fn room(&self) -> Credits {
        let left = |window: &QuotaWindow| window.quota.credits.micro() - window.used.micro();
        match self.windows.iter().map(left).min() {
            Some(least) if self.in_force => Credits::from_micro(least.max(0)),
            _ => Credits::ZERO,
        }
    }

    /// Counts usage within the room; returns the windows that it opens.
    pub(super) fn take(&mut self, amount: Credits, now: Instant) -> Vec<(usize, Window)> {
        let mut opened = Vec::new();
        for (index, window) in self.windows.iter_mut().enumerate() {
            if window.ends == Instant::NEVER {
                (window.opened, window.ends) = (now, now.plus(window.quota.length));
                opened.push((index, Window { from: now, to: window.ends }));
            }
            window.used = Credits::from_micro(window.used.micro() + amount.micro());
        }
        opened
    }

    /// Usage of an instant is undone: in the windows that were open then and still are, it counts no more.
    pub(super) fn give_back(&mut self, used_at: Instant, amount: Credits) {
        let was_open = |window: &&mut QuotaWindow| window.opened <= used_at;
        for window in self.windows.iter_mut().filter(was_open) {
            let left = window.used.micro() - amount.micro();
            window.used = Credits::from_micro(left.max(0));
        }
    }

    /// The next end of a window.
    pub(super) fn next_end(&self) -> Instant {
        self.windows.iter().map(|window| window.ends).min().unwrap_or(Instant::NEVER)
    }

    /// Closes the windows that end by `now`; returns them with what was used.
    pub(super) fn end(&mut self, now: Instant) -> Vec<(usize, Credits)> {
        let mut ended = Vec::new();
        for (index, window) in self.windows.iter_mut().enumerate() {
            if window.ends <= now {
                ended.push((index, window.used));
                *window = QuotaWindow::closed(&window.quota);
            }
        }
        ended
    }

    /// The quotas of a plan that takes effect. A window of the same length goes on.
    pub(super) fn change(&mut self, quotas: &[Quota]) {
        let next = |quota: &Quota| {
            let same = |window: &&QuotaWindow| window.quota.length == quota.length;
            let open = self.windows.iter().find(same);
            open.map_or(QuotaWindow::closed(quota), |open| QuotaWindow { quota: *quota, ..*open })
        };
        self.windows = quotas.iter().map(next).collect();
    }

    /// A cycle starts that is subscribed or not.
    pub(super) fn set_in_force(&mut self, in_force: bool) {
        self.in_force = in_force;
    }
}

impl QuotaWindow {
    fn closed(quota: &Quota) -> QuotaWindow {
        let (opened, ends) = (Instant::NEVER, Instant::NEVER);
        QuotaWindow { quota: *quota, used: Credits::ZERO, opened, ends }
    }
}
