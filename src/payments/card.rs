//! A card whose state changes over time: healthy, soft-failing, dead.
//!
//! An independent coin for each attempt overstates failures for an account that recharges often:
//! published decline rates are for one charge a month, and a card that works today mostly works
//! tomorrow. Here failures come in spells, so the frequency of recharges hardly changes the rate of
//! declines.
//!
//! The state at an instant is a function of the address (seed, replication, card, epoch) and of the
//! instant alone, where an epoch is the time from one repair to the next: two policies meet the
//! same card as long as neither repaired it. Only the time since the last decline depends on the
//! policy.

use crate::domain::{Duration, Instant, Share};
use crate::policy::Decline;
use crate::streams::{Purpose, Stream, Streams};

use super::{Repair, Wait, happens};

/// A month of 30.4375 days, the unit of rates.
const MONTH: Duration = Duration::from_millis(2_629_800_000);

/// The failure model of a card.
#[derive(Clone, Debug, PartialEq)]
pub struct CardModel {
    /// An instant at which the card is known to work: the start of the horizon.
    pub healthy_at: Instant,
    /// The rate at which a working card begins to fail, per month of 30.4375 days: the hazard
    /// of an exponential law.
    pub failures_per_month: Share,
    /// The share of those failures that are soft ones; the rest are dead cards.
    pub soft_share: Share,
    /// Time until a soft-failing card works again by itself.
    pub recovers_after: Wait,
    /// The probability that a soft-failing card accepts a retry within an hour of the last decline.
    pub retry_soon: Share,
    /// The same for 24 hours after the last decline or later; in between it grows linearly with
    /// time.
    pub retry_later: Share,
    /// The time from a card's death until the owner replaces it, and the probability of ever doing
    /// so without a suspension. `None`: only when repairing a suspension.
    pub replacement: Option<Repair>,
}

impl CardModel {
    /// A card with typical figures, healthy at `healthy_at`.
    ///
    /// All of them are assumptions. 7 % a month: subscribers at risk of involuntary churn in
    /// Recurly's benchmarks; 70 % soft: Recurly 2018; retries 3 % and 24 %: vendors' own blogs; a
    /// dead card is replaced after a median of 3 days, within 10 days in 90 % of cases, and never
    /// in 30 %; a soft spell lasts 7 days on average.
    pub fn usual(healthy_at: Instant) -> CardModel {
        let percent = |percent: i64| {
            Share::from_millionths(percent * 10_000).expect("a percentage is a share")
        };
        let days = |days: i64| Duration::from_millis(days * Duration::DAY.millis());
        CardModel {
            healthy_at,
            failures_per_month: percent(7),
            soft_share: percent(70),
            recovers_after: Wait::Exponential { mean: days(7) },
            retry_soon: percent(3),
            retry_later: percent(24),
            replacement: Some(Repair {
                // ln(10/3) / z(0.90)
                after: Wait::LogNormal { median: days(3), sigma: 0.939_5 },
                probability: percent(70),
            }),
        }
    }

    /// The probability that a soft-failing card accepts a retry this long after a decline.
    fn retry(&self, since: Duration) -> Share {
        let (soon, later) = (Duration::HOUR.millis(), Duration::DAY.millis());
        let passed = since.millis().clamp(soon, later) - soon;
        let (from, to) = (self.retry_soon.millionths(), self.retry_later.millionths());
        let grown = (to - from) * passed / (later - soon);
        Share::from_millionths(from + grown).expect("between two shares lies a share")
    }
}

/// The state of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Health {
    Healthy,
    SoftFailing,
    Dead,
}

/// One state and when it began and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct HealthSpell {
    health: Health,
    from: Instant,
    to: Instant,
}

/// The state of a card in one replication.
#[derive(Clone, Debug)]
pub(super) struct Card<'m> {
    model: &'m CardModel,
    streams: Streams,
    epoch: u64,
    epoch_from: Instant,
    /// The stream of this epoch, up to the present spell.
    stream: Stream,
    spell: HealthSpell,
    declined_at: Option<Instant>,
}

impl<'m> Card<'m> {
    pub(super) fn new(model: &'m CardModel, streams: Streams) -> Self {
        let from = model.healthy_at;
        let mut card = Card {
            model,
            streams,
            epoch: 0,
            epoch_from: from,
            stream: streams.at(Purpose::Card, 0),
            spell: HealthSpell { health: Health::Healthy, from, to: from },
            declined_at: None,
        };
        card.begin();
        card
    }

    /// Another card, which works: the next epoch.
    pub(super) fn replace(&mut self, at: Instant) {
        self.epoch += 1;
        self.epoch_from = at;
        self.declined_at = None;
        self.begin();
    }

    /// Starts the first spell of the epoch.
    fn begin(&mut self) {
        self.stream = self.streams.at(Purpose::Card, self.epoch);
        self.spell = self.healthy(self.epoch_from);
    }

    fn healthy(&mut self, from: Instant) -> HealthSpell {
        let rate = self.model.failures_per_month.millionths();
        let to = match MONTH
            .millis()
            .checked_mul(Share::ALL.millionths())
            .map(|m| m.checked_div(rate))
        {
            Some(Some(mean)) => {
                let lasts = Wait::Exponential { mean: Duration::from_millis(mean) };
                from.plus(lasts.draw(&mut self.stream))
            }
            _ => Instant::NEVER,
        };
        HealthSpell { health: Health::Healthy, from, to }
    }

    /// The spell after the present one.
    fn next(&mut self) -> HealthSpell {
        let from = self.spell.to;
        if self.spell.health != Health::Healthy {
            return self.healthy(from);
        }
        if happens(self.model.soft_share, &mut self.stream) {
            let lasts = self.model.recovers_after.draw(&mut self.stream);
            return HealthSpell { health: Health::SoftFailing, from, to: from.plus(lasts) };
        }
        let replaced = self.model.replacement.and_then(|replacement| {
            let ever = happens(replacement.probability, &mut self.stream);
            ever.then(|| replacement.after.draw(&mut self.stream))
        });
        let to = replaced.map_or(Instant::NEVER, |after| from.plus(after));
        HealthSpell { health: Health::Dead, from, to }
    }

    fn spell_at(&mut self, at: Instant) -> HealthSpell {
        if at < self.spell.from {
            self.begin();
        }
        while self.spell.to <= at && self.spell.to < Instant::NEVER {
            self.spell = self.next();
        }
        self.spell
    }

    /// The reason why attempt `attempt` fails at `at`, if it does. The first charge that meets a
    /// spell of soft failure is always declined; later ones are retries.
    pub(super) fn decline(&mut self, attempt: u64, at: Instant) -> Option<Decline> {
        let spell = self.spell_at(at);
        let decline = match spell.health {
            Health::Healthy => return None,
            Health::Dead => Decline::Hard,
            Health::SoftFailing => {
                let before = self.declined_at.filter(|&declined| declined >= spell.from);
                let chance = before.map_or(Share::NONE, |last| self.model.retry(at.since(last)));
                if happens(chance, &mut self.streams.at(Purpose::CardRetry, attempt)) {
                    return None;
                }
                Decline::Soft
            }
        };
        self.declined_at = Some(at);
        Some(decline)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_millis(1_700_000_000_000);

    fn streams(replication: u64) -> Streams {
        Streams { seed: 11, replication }
    }

    fn percent(percent: i64) -> Share {
        Share::from_millionths(percent * 10_000).unwrap()
    }

    fn hours(hours: i64) -> Duration {
        Duration::from_millis(hours * 3_600_000)
    }

    fn after(hours_passed: i64) -> Instant {
        START.plus(hours(hours_passed))
    }

    /// Shows the state every six hours for four years: `.` healthy, `s` soft-failing, `D` dead.
    fn history(card: &mut Card<'_>) -> String {
        let shown = |health| match health {
            Health::Healthy => '.',
            Health::SoftFailing => 's',
            Health::Dead => 'D',
        };
        (0..5_844).map(|i| shown(card.spell_at(after(i * 6)).health)).collect()
    }

    #[test]
    fn the_state_is_the_same_whoever_asks_and_in_whatever_order() {
        let model = CardModel::usual(START);
        let mut seen = String::new();
        for replication in 0..20 {
            let wanted = history(&mut Card::new(&model, streams(replication)));
            let mut card = Card::new(&model, streams(replication));
            for i in (0..5_844).rev() {
                card.decline(i as u64, after(i * 6));
            }
            assert_eq!(history(&mut card), wanted);
            seen.push_str(&wanted);
        }
        assert!(['.', 's', 'D'].iter().all(|&state| seen.contains(state)));
    }

    #[test]
    fn spells_come_at_their_rate_and_in_their_shares() {
        let model = CardModel { replacement: None, ..CardModel::usual(START) };
        let (mut soft, mut dead, mut healthy) = (0_u32, 0_u32, 0_i64);
        for replication in 0..4_000 {
            let mut card = Card::new(&model, streams(replication));
            let first = card.spell;
            healthy += first.to.since(first.from).millis();
            match card.next().health {
                Health::SoftFailing => soft += 1,
                Health::Dead => dead += 1,
                Health::Healthy => unreachable!(),
            }
        }
        // Mean 1/0.07 months; four standard errors of an exponential and of a proportion.
        let months = healthy as f64 / 4_000.0 / MONTH.millis() as f64;
        assert!((months * 0.07 - 1.0).abs() < 4.0 / 4_000_f64.sqrt(), "{months}");
        let share = f64::from(soft) / f64::from(soft + dead);
        assert!((share - 0.7).abs() < 4.0 * (0.21_f64 / 4_000.0).sqrt(), "{share}");
    }

    #[test]
    fn a_retry_helps_rarely_within_the_hour_and_more_often_after_a_day() {
        let model = CardModel::usual(START);
        for (passed, chance) in [
            (Duration::ZERO, 30_000),
            (hours(1), 30_000),
            (Duration::from_millis(45_000_000), 135_000), // halfway between: 12.5 h
            (hours(24), 240_000),
            (hours(1_000), 240_000),
        ] {
            assert_eq!(model.retry(passed).millionths(), chance, "{passed}");
        }
    }

    #[test]
    fn the_first_charge_of_a_soft_spell_is_declined_and_retries_are_drawn_by_attempt() {
        let model = CardModel {
            failures_per_month: Share::ALL,
            soft_share: Share::ALL,
            recovers_after: Wait::Fixed(Duration::LONGEST),
            retry_later: percent(24),
            ..CardModel::usual(START)
        };
        let mut through = 0;
        for replication in 0..2_000 {
            let mut card = Card::new(&model, streams(replication));
            let begins = card.next().from;
            assert_eq!(card.decline(1, begins), Some(Decline::Soft));
            through += u32::from(card.decline(2, begins.plus(hours(24))).is_none());
        }
        let share = f64::from(through) / 2_000.0;
        assert!((share - 0.24).abs() < 4.0 * (0.24 * 0.76 / 2_000.0_f64).sqrt(), "{share}");
    }

    #[test]
    fn a_dead_card_declines_hard_until_its_owner_acts() {
        let model = CardModel {
            failures_per_month: Share::ALL,
            soft_share: Share::NONE,
            replacement: Some(Repair { after: Wait::Fixed(hours(72)), probability: Share::ALL }),
            ..CardModel::usual(START)
        };
        let mut card = Card::new(&model, streams(0));
        let dies = card.spell.to;
        assert_eq!(card.decline(1, Instant::from_millis(dies.millis() - 1)), None);
        for passed in [0, 71] {
            assert_eq!(card.decline(2, dies.plus(hours(passed))), Some(Decline::Hard));
        }
        assert_eq!(card.decline(3, dies.plus(hours(72))), None);
        let never = CardModel { replacement: None, ..model };
        let mut card = Card::new(&never, streams(0));
        assert_eq!(card.decline(4, dies.plus(hours(1_000_000))), Some(Decline::Hard));
        card.replace(dies.plus(hours(1_000_001)));
        assert_eq!(card.decline(5, dies.plus(hours(1_000_001))), None);
    }

    #[test]
    fn a_repair_starts_an_epoch_with_luck_of_its_own() {
        let model = CardModel::usual(START);
        let mut card = Card::new(&model, streams(1));
        let before = history(&mut card);
        card.replace(START);
        assert_ne!(history(&mut card), before);
        assert_eq!(card.spell_at(START).health, Health::Healthy);
    }

    #[test]
    fn a_card_that_never_fails_never_fails() {
        let model = CardModel { failures_per_month: Share::NONE, ..CardModel::usual(START) };
        let mut card = Card::new(&model, streams(0));
        assert_eq!(card.decline(1, Instant::NEVER), None);
    }

    #[test]
    fn recharging_daily_is_declined_hardly_more_often_than_weekly() {
        // An independent coin for each attempt would decline the daily account seven times as
        // often.
        let model = CardModel::usual(START);
        let spells_met = |every: i64| -> u32 {
            (0..300)
                .map(|replication| {
                    let mut card = Card::new(&model, streams(replication));
                    let mut met = None;
                    let mut spells = 0;
                    for at in (0..8_766).step_by(every as usize).map(after) {
                        let spell = card.spell_at(at);
                        if spell.health != Health::Healthy && met != Some(spell.from) {
                            met = Some(spell.from);
                            spells += 1;
                        }
                    }
                    spells
                })
                .sum()
        };
        let (weekly, daily) = (spells_met(168), spells_met(24));
        assert!(daily < 2 * weekly, "{daily} against {weekly}");
    }
}
