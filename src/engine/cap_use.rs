//! The use of each cap, and the instant at which a blocked recharge may become possible again.

use std::collections::VecDeque;

use crate::domain::{Instant, Share, Window, Zone};
use crate::policy::{Cap, CapWindow, Counts, Exceeding, Headroom, Offer, Order, Overflow, Used};

use super::past::{CapsUsed, Settled};

/// A cap and what has been used of it in its present window.
#[derive(Clone, Debug)]
pub(super) struct CapUse {
    cap: Cap,
    window: Window,
    used: Used,
    /// The charges that count in a rolling window, oldest first.
    recent: VecDeque<(Instant, Order)>,
}

/// The verdict of the caps on a recharge.
#[derive(Debug)]
pub(super) enum CapAnswer {
    /// It may start, buying this.
    Allowed(Order),
    /// Blocked, by these caps, until the earliest instant at which none of them would block it.
    Blocked { caps: Vec<usize>, until: Instant },
}

/// What caps leave to charges that are alike.
#[derive(Clone, Copy, Debug)]
pub(super) struct AlikeRoom {
    /// Charges that may succeed.
    pub(super) recharges: u64,
    /// Charges that may start.
    pub(super) attempts: u64,
    /// Until when.
    pub(super) until: Instant,
}

/// The present instant and the windows of caps around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct WindowPlace {
    pub(super) at: Instant,
    pub(super) zone: Zone,
    pub(super) cycle: Window,
}

/// The caps in force at an instant, copied only where somebody looks.
#[derive(Clone, Copy, Debug)]
pub struct CapsNow<'a> {
    pub(super) caps: &'a [CapUse],
    pub(super) place: WindowPlace,
}

/// The caps as they are until the next fact.
#[derive(Clone, Debug)]
pub struct CapsSince {
    caps: Vec<CapUse>,
    place: WindowPlace,
}

/// A cap at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapState {
    /// The rule.
    pub cap: Cap,
    /// What has been used of it.
    pub used: Used,
    /// The instant from which less of it is used: the end of the window, or when the oldest charge leaves a rolling one.
    /// [`Instant::NEVER`] for a rolling window without charges.
    pub until: Instant,
}

impl CapsNow<'_> {
    /// A copy to look at later.
    pub fn keep(self) -> CapsSince {
        CapsSince { caps: self.caps.to_vec(), place: self.place }
    }
}

impl CapsSince {
    /// The caps at an instant since then, in the order in which facts number them.
    pub fn states(&self, at: Instant) -> impl Iterator<Item = CapState> {
        let place = WindowPlace { at, ..self.place };
        self.caps.iter().map(move |cap| cap.state(place))
    }
}

/// What is known of charges before a cap came to be in force.
#[derive(Clone, Copy, Debug)]
pub(super) struct CapHistory<'a> {
    /// Charges, the oldest first.
    pub(super) charges: &'a [Settled],
    /// Use in the windows around the start, where it is known besides.
    pub(super) used: &'a CapsUsed,
    /// The start of the run.
    pub(super) start: Instant,
}

impl CapUse {
    /// A cap with what of `history` still counts at `place`.
    pub(super) fn new(
        cap: Cap,
        place: WindowPlace,
        history: CapHistory<'_>,
    ) -> Result<CapUse, Overflow> {
        let window = Window { from: Instant::NEVER, to: Instant::EARLIEST };
        let mut fresh = CapUse { cap, window, used: Used::default(), recent: VecDeque::new() };
        fresh.refresh(place)?;
        let mut from = fresh.window.from;
        if let Some(used) =
            history.used.of(cap.window).filter(|_| fresh.window.contains(history.start))
        {
            fresh.used = cap.measured(used);
            from = from.max(history.start);
        }
        let left = |settled: &Settled| match cap.window {
            CapWindow::Rolling(length) => settled.at.plus(length) <= place.at,
            CapWindow::Day | CapWindow::Month | CapWindow::Cycle => settled.at < from,
        };
        // The history is in time order, so charges that left the window are skipped.
        for settled in &history.charges[history.charges.partition_point(left)..] {
            fresh.count(*settled)?;
        }
        Ok(fresh)
    }

    /// What has been used of it at `place`, whether or not its window has been opened.
    fn state(&self, place: WindowPlace) -> CapState {
        let mut now = self.clone();
        now.refresh(place).expect("what was counted can be taken away again");
        let until = match now.cap.window {
            CapWindow::Rolling(length) => {
                now.recent.front().map_or(Instant::NEVER, |&(at, _)| at.plus(length))
            }
            CapWindow::Day | CapWindow::Month | CapWindow::Cycle => now.window.to,
        };
        CapState { cap: now.cap, used: now.used, until }
    }

    /// What counts of it at `place`.
    pub(super) fn used_at(&self, place: WindowPlace) -> Used {
        self.state(place).used
    }

    /// Opens the window around `place` unless it is open. A rolling window is never open.
    #[inline]
    fn refresh(&mut self, place: WindowPlace) -> Result<(), Overflow> {
        if self.window.contains(place.at) { Ok(()) } else { self.open_window(place) }
    }

    fn open_window(&mut self, place: WindowPlace) -> Result<(), Overflow> {
        if let CapWindow::Rolling(length) = self.cap.window {
            while let Some(&(at, order)) = self.recent.front() {
                if at.plus(length) > place.at {
                    break;
                }
                self.cap.forget(&mut self.used, order)?;
                self.recent.pop_front();
            }
            return Ok(());
        }
        self.used = Used::default();
        self.window = match self.cap.window {
            CapWindow::Day => place.zone.day(place.at),
            CapWindow::Month => place.zone.month(place.at),
            CapWindow::Cycle | CapWindow::Rolling(_) => place.cycle,
        };
        Ok(())
    }

    /// Counts a charge that settled in the present window.
    fn count(&mut self, settled: Settled) -> Result<(), Overflow> {
        if !settled.succeeded && self.cap.counts == Counts::Successes {
            return Ok(());
        }
        self.cap.count(&mut self.used, settled.order)?;
        if matches!(self.cap.window, CapWindow::Rolling(_)) {
            self.recent.push_back((settled.at, settled.order));
        }
        Ok(())
    }

    /// Returns true if a recharge that does not fit turns auto-recharge off.
    pub(super) fn disables(&self) -> bool {
        self.cap.exceeding == Exceeding::Disable
    }

    /// Number of charges held to look back at.
    pub(super) fn remembers(&self) -> usize {
        self.recent.len()
    }

    /// The earliest instant at which `order` would be allowed if nothing else counted until then;
    /// [`Instant::NEVER`] if it is larger than the cap.
    fn reopens(&self, order: Order) -> Result<Instant, Overflow> {
        let CapWindow::Rolling(length) = self.cap.window else {
            let alone = self.cap.allows(Used::default(), order)?;
            return Ok(if alone { self.window.to } else { Instant::NEVER });
        };
        // An order larger than the cap never fits, so no search is needed.
        if !self.cap.allows(Used::default(), order)? {
            return Ok(Instant::NEVER);
        }
        let mut used = self.used;
        for &(at, counted) in &self.recent {
            self.cap.forget(&mut used, counted)?;
            if self.cap.allows(used, order)? {
                return Ok(at.plus(length));
            }
        }
        Ok(Instant::NEVER)
    }
}

/// Counts a settled charge for every cap.
pub(super) fn count(
    caps: &mut [CapUse],
    place: WindowPlace,
    settled: Settled,
) -> Result<(), Overflow> {
    for cap in caps {
        cap.refresh(place)?;
        cap.count(settled)?;
    }
    Ok(())
}

/// What the caps leave to charges of `order` one after another; `None` where that has to be asked anew for each: in a
/// rolling window, or where part of a recharge is bought.
pub(super) fn room(caps: &mut [CapUse], place: WindowPlace, order: Order) -> Option<AlikeRoom> {
    let mut room = AlikeRoom { recharges: u64::MAX, attempts: u64::MAX, until: Instant::NEVER };
    for cap in caps {
        if matches!(cap.cap.window, CapWindow::Rolling(_)) || cap.cap.clips() {
            return None;
        }
        cap.refresh(place).ok()?;
        let most = match cap.cap.counts {
            Counts::Successes => &mut room.recharges,
            Counts::Attempts => &mut room.attempts,
        };
        *most = (*most).min(cap.cap.room(cap.used, order).ok()?);
        room.until = room.until.min(cap.window.to);
    }
    Some(room)
}

/// Counts charges for which there was [`room`]: so many recharges, and so many that failed.
pub(super) fn count_often(caps: &mut [CapUse], order: Order, recharges: u32, failed: u32) {
    for CapUse { cap, used, .. } in caps {
        let charges = match cap.counts {
            Counts::Successes => recharges,
            Counts::Attempts => recharges + failed,
        };
        let counted = cap.count_often(used, order, u64::from(charges));
        counted.expect("a cap with room for them counts them");
    }
}

/// The same, with the warnings that it gives rise to: caps and shares of them.
pub(super) fn count_and_warn(
    caps: &mut [CapUse],
    place: WindowPlace,
    settled: Settled,
    warnings: &mut Vec<(usize, Share)>,
) -> Result<(), Overflow> {
    for (index, cap) in caps.iter_mut().enumerate() {
        cap.refresh(place)?;
        let before = cap.cap.reached(cap.used)?;
        cap.count(settled)?;
        let after = cap.cap.reached(cap.used)?;
        let reached = &cap.cap.warn_at.shares()[before..after];
        warnings.extend(reached.iter().map(|share| (index, *share)));
    }
    Ok(())
}

/// Returns the verdict of the caps on a recharge that would buy so many packs or increments.
pub(super) fn judge(
    caps: &mut [CapUse],
    place: WindowPlace,
    offer: Offer<'_>,
    count: i128,
) -> Result<CapAnswer, Overflow> {
    for cap in caps.iter_mut() {
        cap.refresh(place)?;
    }
    let order = match caps.iter().any(|cap| cap.cap.clips()) {
        true => clipped(caps, offer, count)?,
        false => offer.order(count)?,
    };
    let mut all = true;
    for cap in caps.iter() {
        all &= cap.cap.allows(cap.used, order)?;
    }
    if all {
        return Ok(CapAnswer::Allowed(order));
    }
    blocked(caps, place, offer, order)
}

/// Returns the part of a recharge that the clipping caps leave. If nothing fits, the smallest
/// recharge is checked instead.
fn clipped(caps: &[CapUse], offer: Offer<'_>, count: i128) -> Result<Order, Overflow> {
    let mut room = Headroom::default();
    for cap in caps {
        room = room.and(cap.cap.headroom(cap.used)?);
    }
    if room.is_unlimited() {
        return offer.order(count);
    }
    match offer.clipped(count, room)? {
        Some(order) => Ok(order),
        None => offer.smallest(),
    }
}

/// Returns the caps that block a recharge, and the instant until which they do.
fn blocked(
    caps: &[CapUse],
    place: WindowPlace,
    offer: Offer<'_>,
    order: Order,
) -> Result<CapAnswer, Overflow> {
    let (mut blocking, mut until) = (Vec::new(), place.at);
    for (index, cap) in caps.iter().enumerate() {
        if cap.cap.allows(cap.used, order)? {
            continue;
        }
        blocking.push(index);
        // A clipping cap reopens for the smallest recharge, any other for the whole one.
        let awaited = if cap.cap.clips() { offer.smallest()? } else { order };
        until = until.max(cap.reopens(awaited)?);
    }
    Ok(CapAnswer::Blocked { caps: blocking, until })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Credits, Duration};
    use crate::policy::{Limit, Package, Pricing, Purchase, Warnings};

    fn place(hour: i64) -> WindowPlace {
        let at = Instant::from_millis(hour * 3_600_000);
        let cycle = Window { from: Instant::from_millis(0), to: Instant::NEVER };
        WindowPlace { at, zone: Zone::UTC, cycle }
    }

    fn purchase() -> Purchase {
        let package =
            Package { name: "p".into(), credits: Credits::whole(1), price: "7".parse().unwrap() };
        Purchase::Packs { package, packs: 1 }
    }

    fn offer<'a>(purchase: &'a Purchase, pricing: &'a Pricing) -> Offer<'a> {
        Offer { purchase, closes_gap: false, pricing, tax: Share::NONE, minor: 2 }
    }

    fn verdict(caps: &mut [CapUse], hour: i64) -> String {
        let (purchase, pricing) = (purchase(), Pricing::default());
        match judge(caps, place(hour), offer(&purchase, &pricing), 1).unwrap() {
            CapAnswer::Allowed(order) => format!("buys {}", order.credits),
            CapAnswer::Blocked { caps, until } => {
                format!("{caps:?} until hour {}", until.millis() / 3_600_000)
            }
        }
    }

    fn settle(caps: &mut [CapUse], hour: i64, succeeded: bool) {
        let order = offer(&purchase(), &Pricing::default()).smallest().unwrap();
        count(caps, place(hour), Settled { at: place(hour).at, order, succeeded }).unwrap();
    }

    fn caps(caps: &[(Limit, CapWindow, Counts)]) -> Vec<CapUse> {
        let cap = |&(limit, window, counts)| {
            let (exceeding, warn_at) = (Exceeding::Skip, Warnings::NONE);
            let cap = Cap { limit, window, counts, exceeding, warn_at };
            let (charges, used) = (&[][..], &CapsUsed::default());
            let history = CapHistory { charges, used, start: place(0).at };
            CapUse::new(cap, place(0), history).unwrap()
        };
        caps.iter().map(cap).collect()
    }

    #[test]
    fn a_block_lasts_until_the_last_of_the_windows_reopens() {
        let mut caps = caps(&[
            (Limit::Recharges(1), CapWindow::Day, Counts::Successes),
            (
                Limit::Recharges(2),
                CapWindow::Rolling(Duration::from_millis(72 * 3_600_000)),
                Counts::Successes,
            ),
        ]);
        assert_eq!(verdict(&mut caps, 0), "buys 1");
        settle(&mut caps, 0, true);
        assert_eq!(verdict(&mut caps, 1), "[0] until hour 24");
        settle(&mut caps, 30, true);
        assert_eq!(verdict(&mut caps, 31), "[0, 1] until hour 72");
        assert_eq!(verdict(&mut caps, 71), "[1] until hour 72");
        assert_eq!(verdict(&mut caps, 72), "buys 1");
    }

    #[test]
    fn a_cap_is_looked_at_in_the_window_of_the_instant_and_stays_as_it_is() {
        let length = Duration::from_millis(72 * 3_600_000);
        let mut caps = caps(&[
            (Limit::Recharges(2), CapWindow::Day, Counts::Successes),
            (Limit::Recharges(2), CapWindow::Rolling(length), Counts::Successes),
        ]);
        let told = |caps: &[CapUse], hour: i64| {
            let kept = CapsNow { caps, place: place(0) }.keep();
            let told = kept.states(place(hour).at).map(|state| {
                let until = match state.until {
                    Instant::NEVER => "never".to_owned(),
                    at => (at.millis() / 3_600_000).to_string(),
                };
                format!("{} until {until}", state.used.recharges)
            });
            told.collect::<Vec<_>>().join(", ")
        };
        assert_eq!(told(&caps, 0), "0 until 24, 0 until never");
        settle(&mut caps, 1, true);
        for (hour, wanted) in [
            (1, "1 until 24, 1 until 73"),
            (23, "1 until 24, 1 until 73"),
            (24, "0 until 48, 1 until 73"),
            (72, "0 until 96, 1 until 73"),
            (73, "0 until 96, 0 until never"),
            // Looking ahead has changed nothing.
            (2, "1 until 24, 1 until 73"),
        ] {
            assert_eq!(told(&caps, hour), wanted, "{hour}");
        }
    }

    #[test]
    fn a_failure_counts_only_where_the_cap_counts_attempts() {
        for (counts, expected) in
            [(Counts::Successes, "buys 1"), (Counts::Attempts, "[0] until hour 24")]
        {
            let mut caps = caps(&[(Limit::Recharges(1), CapWindow::Day, counts)]);
            settle(&mut caps, 3, false);
            assert_eq!(verdict(&mut caps, 4), expected);
        }
    }
}
