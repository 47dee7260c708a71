//! Supply: the outcome of each charge attempt.
//!
//! The answer to attempt 5 of replication 12 is a pure function of (seed, 12, purpose, 5) and of
//! the instant at which it settles, so two policies meet the same luck. Source: contract §8.

use std::sync::Arc;

use rand::{Rng, RngExt};

use crate::domain::{Duration, Instant, Share};
use crate::engine::{Answer, Payments, Undoing};
use crate::policy::Decline;
use crate::streams::ziggurat::Normal;
use crate::streams::{FirstWords, Indexed, Purpose, Stream, Streams};

mod card;
mod script;

use card::Card;
pub use card::CardModel;
pub use script::{Attempts, Outages};

/// The chances that decide the outcome of charges.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Luck {
    /// Duration of a charge.
    pub latency: Wait,
    /// The probability that an attempt fails.
    pub fail_probability: Share,
    /// The share of those failures that are hard declines.
    pub hard_share: Share,
    /// Attempts that fail with a soft decline.
    pub fail_attempts: Attempts,
    /// Attempts that fail with a hard decline.
    pub hard_fail_attempts: Attempts,
    /// Outages of the payment processor.
    pub outages: Outages,
    /// The probability that the bank requires verification.
    pub verify_probability: Share,
    /// Attempts for which the bank requires verification.
    pub verify_attempts: Attempts,
    /// Duration of a verification.
    pub verification: Wait,
    /// The probability that a verification is abandoned or fails.
    pub verification_fail_probability: Share,
    /// Attempts whose verification fails.
    pub verification_fail_attempts: Attempts,
    /// The owner's repair of the payment method after a suspension; never if `None`.
    pub repair: Option<Repair>,
    /// A card whose state changes over time; one that always works if `None`.
    pub card: Option<CardModel>,
    /// Refunds of recharges; none if `None`.
    pub refunds: Option<UndoingChance>,
    /// Chargebacks of recharges, and the disputes about them; none if `None`.
    pub chargebacks: Option<ChargebackChance>,
}

/// A chance that a recharge is undone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct UndoingChance {
    /// The probability, of each recharge.
    pub probability: Share,
    /// The time from the recharge to that.
    pub after: Wait,
}

/// A chance that the bank takes a recharge back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChargebackChance {
    /// The chargeback.
    pub undoing: UndoingChance,
    /// The probability that the vendor wins the dispute.
    pub won: Share,
    /// The time from the chargeback to the end of the dispute.
    pub decided_after: Wait,
}

impl UndoingChance {
    /// Draws whether a recharge is undone, and when.
    fn draw(&self, stream: &mut Stream) -> Option<Duration> {
        happens(self.probability, stream).then(|| self.after.draw(stream))
    }
}

impl Luck {
    /// Returns true if a charge that succeeds takes no time.
    pub fn settles_at_once(&self) -> bool {
        self.latency == Wait::Fixed(Duration::ZERO)
    }

    /// Returns true if nothing decides on a charge but the probability that it fails.
    fn is_plain(&self) -> bool {
        let scripted = [&self.fail_attempts, &self.hard_fail_attempts, &self.verify_attempts];
        scripted.into_iter().all(Attempts::is_empty)
            && self.outages.windows().is_empty()
            && self.verify_probability == Share::NONE
            && self.card.is_none()
    }

    /// Returns true if nothing of it is drawn, so that the same usage always goes the same way.
    pub fn is_certain(&self) -> bool {
        let is_decided = |share: Share| share == Share::NONE || share == Share::ALL;
        let never = |undoing: &UndoingChance| undoing.probability == Share::NONE;
        let shares =
            [self.fail_probability, self.verify_probability, self.verification_fail_probability];
        shares.into_iter().all(is_decided)
            && (self.fail_probability == Share::NONE || is_decided(self.hard_share))
            && [&self.latency, &self.verification].into_iter().all(Wait::is_fixed)
            && self.repair.is_none_or(|one| one.after.is_fixed() && is_decided(one.probability))
            && self.card.as_ref().is_none_or(|card| card.failures_per_month == Share::NONE)
            && self.refunds.is_none_or(|one| never(&one))
            && self.chargebacks.is_none_or(|one| never(&one.undoing))
    }
}

/// A length of time: fixed or drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wait {
    /// Always the same.
    Fixed(Duration),
    /// Uniform in `[least, most)`.
    Uniform {
        /// The least.
        least: Duration,
        /// The bound above.
        most: Duration,
    },
    /// Exponential.
    Exponential {
        /// Its mean.
        mean: Duration,
    },
    /// Lognormal.
    LogNormal {
        /// Its median.
        median: Duration,
        /// The standard deviation of its logarithm.
        sigma: f64,
    },
}

impl Default for Wait {
    fn default() -> Self {
        Wait::Fixed(Duration::ZERO)
    }
}

impl Wait {
    /// Returns true if every draw is the same length.
    fn is_fixed(&self) -> bool {
        match *self {
            Wait::Fixed(_) => true,
            Wait::Uniform { least, most } => least == most,
            Wait::Exponential { mean } => mean == Duration::ZERO,
            Wait::LogNormal { sigma, .. } => sigma == 0.0,
        }
    }

    /// Draws a length from `stream`, rounded down to whole milliseconds and limited to
    /// [`Duration::LONGEST`].
    pub fn draw(&self, stream: &mut Stream) -> Duration {
        let millis = match *self {
            Wait::Fixed(length) => return length,
            Wait::Uniform { least, most } => {
                let span = (most.millis() - least.millis()) as f64;
                least.millis() as f64 + stream.random::<f64>() * span
            }
            Wait::Exponential { mean } => {
                -libm::log1p(-stream.random::<f64>()) * mean.millis() as f64
            }
            Wait::LogNormal { median, sigma } => {
                median.millis() as f64 * libm::exp(sigma * Normal::new().next(stream))
            }
        };
        // A float beyond the range of the integer saturates.
        Duration::from_millis(millis as i64).min(Duration::LONGEST)
    }
}

/// The owner's repair of a suspended payment method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Repair {
    /// The time from the suspension to the repair; at least a second.
    pub after: Wait,
    /// The probability of a repair.
    pub probability: Share,
}

/// What all accounts of one replication draw alike, drawn once.
#[derive(Debug)]
pub struct SharedLuck {
    streams: Streams,
    failures: FirstWords,
}

impl SharedLuck {
    /// The luck of a replication, of which nothing is drawn yet.
    pub fn new(streams: Streams) -> SharedLuck {
        SharedLuck { streams, failures: FirstWords::new(streams.of(Purpose::Failure)) }
    }
}

/// The luck of one replication.
#[derive(Clone, Debug)]
pub struct Processor<'l> {
    luck: &'l Luck,
    streams: Streams,
    failures: Indexed,
    /// What others draw too.
    shared: Option<Arc<SharedLuck>>,
    card: Option<Card<'l>>,
    /// Whether nothing decides on a charge but the probability that it fails.
    is_plain: bool,
}

impl<'l> Processor<'l> {
    /// The luck drawn for one replication.
    pub fn new(luck: &'l Luck, streams: Streams) -> Self {
        let card = luck.card.as_ref().map(|model| Card::new(model, streams));
        let is_plain = luck.is_plain();
        let failures = streams.of(Purpose::Failure);
        Processor { luck, streams, failures, shared: None, card, is_plain }
    }

    /// The same among many that meet the luck of one replication.
    pub fn among(luck: &'l Luck, shared: &Arc<SharedLuck>) -> Self {
        Processor { shared: Some(Arc::clone(shared)), ..Processor::new(luck, shared.streams) }
    }

    /// The outcome of charge `attempt` at `at`. Sources of failure decide first; only a charge that none of them fails can
    /// require verification by the bank.
    #[inline(never)]
    fn settle_any(&mut self, attempt: u64, at: Instant) -> Answer {
        let luck = self.luck;
        if let Some(decline) = self.decline(attempt, at) {
            return Answer::Declined(decline);
        }
        let scripted = luck.verify_attempts.contains(attempt);
        if !scripted && luck.verify_probability == Share::NONE {
            return Answer::Approved;
        }
        let mut stream = self.streams.at(Purpose::Verification, attempt);
        let drawn = happens(luck.verify_probability, &mut stream);
        match scripted || drawn {
            true => Answer::Verify(luck.verification.draw(&mut stream)),
            false => Answer::Approved,
        }
    }

    /// The reason why attempt `attempt` fails at `at`, if it does. Any source of failure is enough;
    /// an outage takes precedence over a hard decline, and a hard decline over a soft one.
    fn decline(&mut self, attempt: u64, at: Instant) -> Option<Decline> {
        let luck = self.luck;
        if luck.outages.contain(at) {
            return Some(Decline::Outage);
        }
        // The card must see every attempt, because its state depends on them.
        let card = self.card.as_mut().and_then(|card| card.decline(attempt, at));
        if card == Some(Decline::Hard) || luck.hard_fail_attempts.contains(attempt) {
            return Some(Decline::Hard);
        }
        let drawn = self.drawn(attempt);
        if drawn == Some(Decline::Hard) {
            return drawn;
        }
        let scripted = luck.fail_attempts.contains(attempt).then_some(Decline::Soft);
        scripted.or(card).or(drawn)
    }

    /// The failure drawn for an attempt by its probability.
    #[inline(always)]
    fn drawn(&self, attempt: u64) -> Option<Decline> {
        let probability = self.luck.fail_probability;
        if probability == Share::NONE {
            return None;
        }
        let word = match &self.shared {
            Some(shared) => shared.failures.first(attempt),
            None => self.failures.first(attempt),
        };
        is_below(word, probability).then(|| self.drawn_kind(attempt))
    }

    /// The kind of a failure that was drawn.
    #[cold]
    fn drawn_kind(&self, attempt: u64) -> Decline {
        if self.luck.hard_share == Share::NONE {
            return Decline::Soft;
        }
        let mut stream = self.failures.at(attempt);
        stream.next_u64();
        let hard = happens(self.luck.hard_share, &mut stream);
        if hard { Decline::Hard } else { Decline::Soft }
    }
}

/// Draws an event of this probability.
fn happens(probability: Share, stream: &mut Stream) -> bool {
    is_below(stream.next_u64(), probability)
}

/// Returns true if a random word falls below this probability: exact, because a share is a count of
/// millionths.
#[inline]
fn is_below(word: u64, probability: Share) -> bool {
    let drawn = (u128::from(word) * u128::from(Share::ALL.millionths() as u64)) >> 64;
    drawn < u128::from(probability.millionths() as u64)
}

impl Payments for Processor<'_> {
    #[inline(always)]
    fn latency(&mut self, attempt: u64) -> Duration {
        match self.luck.latency {
            Wait::Fixed(length) => length,
            drawn => drawn.draw(&mut self.streams.at(Purpose::Latency, attempt)),
        }
    }

    // An account asks for every charge, and most answers are a word and a comparison.
    #[inline(always)]
    fn settle(&mut self, attempt: u64, at: Instant) -> Answer {
        match self.is_plain {
            true => self.drawn(attempt).map_or(Answer::Approved, Answer::Declined),
            false => self.settle_any(attempt, at),
        }
    }

    fn verified(&mut self, attempt: u64) -> bool {
        if self.luck.verification_fail_attempts.contains(attempt) {
            return false;
        }
        // A separate address, so that the duration of a verification does not shift its outcome.
        let mut stream = self.streams.at(Purpose::VerificationOutcome, attempt);
        !happens(self.luck.verification_fail_probability, &mut stream)
    }

    fn repair_after(&mut self, suspension: u64) -> Option<Duration> {
        let repair = self.luck.repair?;
        let mut stream = self.streams.at(Purpose::Repair, suspension);
        let ever = happens(repair.probability, &mut stream);
        ever.then(|| repair.after.draw(&mut stream).max(Duration::SECOND))
    }

    fn remembers(&self) -> bool {
        self.card.is_some()
    }

    fn undoes(&self) -> bool {
        self.luck.refunds.is_some() || self.luck.chargebacks.is_some()
    }

    fn undoing(&mut self, attempt: u64) -> Undoing {
        let streams = self.streams;
        let at = |purpose: Purpose| streams.at(purpose, attempt);
        let refunded = self.luck.refunds.and_then(|chance| chance.draw(&mut at(Purpose::Refund)));
        let Some(chance) = self.luck.chargebacks else {
            return Undoing { refunded, ..Undoing::default() };
        };
        let mut stream = at(Purpose::Chargeback);
        let charged_back = chance.undoing.draw(&mut stream);
        let won = charged_back.filter(|_| happens(chance.won, &mut stream)).map(|after| {
            let decided = chance.decided_after.draw(&mut stream);
            Duration::from_millis(after.millis() + decided.millis()).min(Duration::LONGEST)
        });
        Undoing { refunded, charged_back, won }
    }

    fn repaired(&mut self, at: Instant) {
        if let Some(card) = &mut self.card {
            card.replace(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Window;

    fn share(text: &str) -> Share {
        text.parse().unwrap()
    }

    const STREAMS: Streams = Streams { seed: 7, replication: 0 };

    #[test]
    fn where_only_the_probability_of_failure_decides_the_answer_is_that_of_all_sources() {
        let at = Instant::from_millis(0);
        for (failing, hard) in [("0%", "0%"), ("30%", "0%"), ("30%", "50%"), ("100%", "100%")] {
            let (fail_probability, hard_share) = (share(failing), share(hard));
            let luck = Luck { fail_probability, hard_share, ..Luck::default() };
            let mut processor = Processor::new(&luck, STREAMS);
            let mut other = Processor::among(&luck, &Arc::new(SharedLuck::new(STREAMS)));
            assert!(processor.is_plain && !processor.remembers());
            for attempt in 1..200 {
                let answer = processor.settle(attempt, at);
                assert_eq!(answer, processor.settle_any(attempt, at));
                assert_eq!(answer, other.settle(attempt, at));
            }
        }
    }

    #[test]
    fn the_answer_depends_on_the_attempt_and_not_on_what_was_asked_before() {
        let luck = Luck { fail_probability: share("30%"), ..Luck::default() };
        let at = Instant::from_millis(0);
        let mut forward = Processor::new(&luck, STREAMS);
        let answers: Vec<_> = (1..50).map(|n| forward.settle(n, at)).collect();
        let mut backward = Processor::new(&luck, STREAMS);
        let mut reversed: Vec<_> = (1..50).rev().map(|n| backward.settle(n, at)).collect();
        reversed.reverse();
        assert_eq!(answers, reversed);
    }

    #[test]
    fn luck_of_which_anything_is_drawn_is_not_certain() {
        assert!(Luck::default().is_certain());
        let (some, all) = (share("30%"), Share::ALL);
        let drawn = Wait::Exponential { mean: Duration::HOUR };
        let undone = UndoingChance { probability: some, after: Wait::default() };
        let lost =
            ChargebackChance { undoing: undone, won: Share::NONE, decided_after: Wait::default() };
        let never = UndoingChance { probability: Share::NONE, after: drawn };
        let uniform = |least: i64, most: i64| {
            let [least, most] = [least, most].map(Duration::from_millis);
            Wait::Uniform { least, most }
        };
        let spread = |sigma: f64| Wait::LogNormal { median: Duration::HOUR, sigma };
        let repair = |after: Wait, probability: Share| Some(Repair { after, probability });
        let usual = Luck::default;
        for (what, luck, is_certain) in [
            ("all fail", Luck { fail_probability: all, ..usual() }, true),
            ("some fail", Luck { fail_probability: some, ..usual() }, false),
            ("some fail hard", Luck { fail_probability: all, hard_share: some, ..usual() }, false),
            ("a latency", Luck { latency: drawn, ..usual() }, false),
            ("some are verified", Luck { verify_probability: some, ..usual() }, false),
            ("verification takes time", Luck { verification: drawn, ..usual() }, false),
            ("verifications fail", Luck { verification_fail_probability: some, ..usual() }, false),
            ("sure repair", Luck { repair: repair(Wait::default(), all), ..usual() }, true),
            ("late repair", Luck { repair: repair(drawn, all), ..usual() }, false),
            ("rare repair", Luck { repair: repair(Wait::default(), some), ..usual() }, false),
            ("a latency of one value", Luck { latency: uniform(5, 5), ..usual() }, true),
            ("a latency of two values", Luck { latency: uniform(5, 6), ..usual() }, false),
            ("a median that all have", Luck { latency: spread(0.0), ..usual() }, true),
            ("a median that half have", Luck { latency: spread(0.1), ..usual() }, false),
            ("no refunds", Luck { refunds: Some(never), ..usual() }, true),
            ("refunds", Luck { refunds: Some(undone), ..usual() }, false),
            ("chargebacks", Luck { chargebacks: Some(lost), ..usual() }, false),
            (
                "a card",
                Luck { card: Some(CardModel::usual(Instant::from_millis(0))), ..usual() },
                false,
            ),
        ] {
            assert_eq!(luck.is_certain(), is_certain, "{what}");
        }
    }

    #[test]
    fn failures_happen_as_often_as_their_probability_says() {
        let luck =
            Luck { fail_probability: share("30%"), hard_share: share("25%"), ..Luck::default() };
        let mut processor = Processor::new(&luck, STREAMS);
        let count = |wanted: Answer, processor: &mut Processor<'_>| {
            let at = Instant::from_millis(0);
            (1..=10_000).filter(|&n| processor.settle(n, at) == wanted).count()
        };
        // Four standard errors: 4·√(n·p·(1−p)).
        let soft = count(Answer::Declined(Decline::Soft), &mut processor);
        let hard = count(Answer::Declined(Decline::Hard), &mut processor);
        assert!(soft.abs_diff(2_250) < 168, "{soft}");
        assert!(hard.abs_diff(750) < 106, "{hard}");
    }

    #[test]
    fn recharges_are_undone_as_often_and_as_late_as_their_chances_say_whoever_asks_first() {
        let hour = Duration::from_millis(3_600_000);
        let chance = |text: &str| UndoingChance {
            probability: share(text),
            after: Wait::Uniform { least: hour, most: Duration::DAY },
        };
        let (won, decided_after) = (share("40%"), Wait::Fixed(hour));
        let chargebacks = ChargebackChance { undoing: chance("30%"), won, decided_after };
        let luck = Luck {
            refunds: Some(chance("10%")),
            chargebacks: Some(chargebacks),
            ..Luck::default()
        };
        let mut processor = Processor::new(&luck, STREAMS);
        let all: Vec<Undoing> = (1..=10_000).map(|n| processor.undoing(n)).collect();
        let count = |is: fn(&&Undoing) -> bool| all.iter().filter(is).count();
        // Four standard errors: 4·√(n·p·(1−p)).
        assert!(count(|one| one.refunded.is_some()).abs_diff(1_000) < 120);
        assert!(count(|one| one.charged_back.is_some()).abs_diff(3_000) < 184);
        assert!(count(|one| one.won.is_some()).abs_diff(1_200) < 130);
        for one in &all {
            let later = |after: Duration| Duration::from_millis(after.millis() + hour.millis());
            assert!(one.won.is_none() || one.won == one.charged_back.map(later));
            let after = one.charged_back.unwrap_or(hour);
            assert!(after >= hour && after < Duration::DAY);
        }
        let mut other = Processor::new(&luck, STREAMS);
        assert_eq!((other.undoing(77), other.undoing(5)), (all[76], all[4]));
        assert!(processor.undoes() && !Processor::new(&Luck::default(), STREAMS).undoes());
    }

    #[test]
    fn an_outage_counts_at_the_instant_the_attempt_settles_and_is_half_open() {
        let window = Window { from: Instant::from_millis(10), to: Instant::from_millis(20) };
        let luck = Luck { outages: Outages::new(vec![window]), ..Luck::default() };
        let mut processor = Processor::new(&luck, STREAMS);
        for (millis, fails) in [(9, false), (10, true), (19, true), (20, false)] {
            let answer = processor.settle(1, Instant::from_millis(millis));
            assert_eq!(answer == Answer::Declined(Decline::Outage), fails, "{millis}");
        }
    }

    #[test]
    fn a_scripted_failure_wins_over_a_scripted_verification() {
        let luck = Luck {
            fail_attempts: Attempts::new(vec![1]),
            verify_attempts: Attempts::new(vec![1, 2]),
            ..Luck::default()
        };
        let mut processor = Processor::new(&luck, STREAMS);
        let at = Instant::from_millis(0);
        assert_eq!(processor.settle(1, at), Answer::Declined(Decline::Soft));
        assert_eq!(processor.settle(2, at), Answer::Verify(Duration::ZERO));
        assert_eq!(processor.settle(3, at), Answer::Approved);
    }

    #[test]
    fn of_several_reasons_the_hardest_is_told() {
        let luck = Luck {
            fail_attempts: Attempts::new(vec![1, 2]),
            hard_fail_attempts: Attempts::new(vec![2]),
            fail_probability: Share::ALL,
            hard_share: Share::NONE,
            ..Luck::default()
        };
        let at = Instant::from_millis(0);
        let answers = |luck: &Luck| [1, 2, 3].map(|n| Processor::new(luck, STREAMS).settle(n, at));
        let (soft, hard) = (Answer::Declined(Decline::Soft), Answer::Declined(Decline::Hard));
        assert_eq!(answers(&luck), [soft, hard, soft]);
        let drawn_hard = Luck { hard_share: Share::ALL, ..luck.clone() };
        assert_eq!(answers(&drawn_hard), [hard, hard, hard]);
        let card = CardModel { failures_per_month: Share::ALL, ..CardModel::usual(at) };
        let dead = CardModel { soft_share: Share::NONE, replacement: None, ..card };
        let dead =
            Luck { card: Some(dead), fail_attempts: Attempts::new(vec![1]), ..Luck::default() };
        let late = Instant::NEVER;
        assert_eq!(Processor::new(&dead, STREAMS).settle(1, late), hard);
        assert_eq!(Processor::new(&dead, STREAMS).settle(2, late), hard);
    }

    #[test]
    fn drawn_waits_have_the_median_or_mean_they_are_given() {
        let draw = |wait: Wait| -> Vec<i64> {
            (0..4_000).map(|n| wait.draw(&mut STREAMS.at(Purpose::Latency, n)).millis()).collect()
        };
        let mean = |drawn: &[i64]| drawn.iter().sum::<i64>() as f64 / drawn.len() as f64;
        let minute = Duration::from_millis(60_000);
        let exponential = mean(&draw(Wait::Exponential { mean: minute }));
        assert!((exponential - 60_000.0).abs() < 4.0 * 60_000.0 / 4_000f64.sqrt(), "{exponential}");
        let mut lognormal = draw(Wait::LogNormal { median: minute, sigma: 1.0 });
        lognormal.sort_unstable();
        assert!((lognormal[2_000] - 60_000).abs() < 5_000, "{}", lognormal[2_000]);
        let uniform = draw(Wait::Uniform { least: Duration::SECOND, most: minute });
        assert!(uniform.iter().all(|&millis| (1_000..60_000).contains(&millis)));
    }
}
