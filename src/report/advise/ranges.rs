//! What would change advice, in words: the range of each assumption over which it stays best.

use crate::domain::Duration;
use crate::inquiry::{Flip, Premise, StableRange};

use super::super::words::about;
use super::{AdviceReport, joined, phrase};

impl AdviceReport<'_> {
    /// What would change the advice, a sentence for each assumption; none where it was not asked for, and why there are none
    /// where the advised settings do not certainly keep what must hold.
    pub fn ranges(&self) -> Vec<String> {
        let answer = self.advice().answer;
        if answer.with_ranges && answer.ranges.is_empty() {
            return vec![format!(
                "The advised settings do not certainly keep {} as things are, so that there is no range of usage, declines or \
                 other assumptions over which they stay best.",
                self.study.words.wanted()
            )];
        }
        answer.ranges.iter().map(|range| self.range(range)).collect()
    }

    fn range(&self, range: &StableRange) -> String {
        let [least, most] = range.tried;
        let low = range.low.as_ref().map_or(least, |flip| flip.at);
        let high = range.high.as_ref().map_or(most, |flip| flip.at);
        let stays = match (range.assumption, low <= 0.0, high.is_finite()) {
            (Premise::Usage, ..) => {
                format!("The advice stays best from {} this usage", self.span(range, low, high))
            }
            (Premise::Growth, ..) => {
                format!("It stays best while usage {} a month", self.growth(range, low, high))
            }
            (_, true, true) => format!("It stays best {}", self.up_to(range, high)),
            (_, true, false) => format!("It stays best whatever {}", subject(range.assumption)),
            (_, false, false) => format!(
                "It stays best where {} {} or more",
                subject(range.assumption),
                self.value(range.assumption, low)
            ),
            (_, false, true) => format!(
                "It stays best where {} {}",
                subject(range.assumption),
                self.span(range, low, high)
            ),
        };
        let sides = [("below", &range.low), ("above", &range.high)];
        let sides: Vec<String> = sides
            .into_iter()
            .filter_map(|(side, flip)| Some(format!("{side} that {}", self.beyond(flip.as_ref()?))))
            .collect();
        match sides.is_empty() {
            true => format!("{stays}, and no more was tried."),
            false => format!("{stays}; {}.", sides.join("; ")),
        }
    }

    /// `grows by 0% to 20%`; less than no growth is a fall.
    fn growth(&self, range: &StableRange, low: f64, high: f64) -> String {
        let value = |value: f64| self.value(Premise::Growth, value.abs());
        match (low < 0.0, high > 0.0) {
            (true, true) => {
                format!("falls by up to {} or grows by up to {}", value(low), value(high))
            }
            (true, false) => format!("falls by {} to {}", value(high), value(low)),
            (false, _) => format!("grows by {}", self.span(range, low, high)),
        }
    }

    fn span(&self, range: &StableRange, low: f64, high: f64) -> String {
        let value = |value| self.value(range.assumption, value);
        match range.assumption {
            Premise::Usage => format!("{} to {} times", value(low), value(high)),
            _ => format!("{} to {}", value(low), value(high)),
        }
    }

    fn up_to(&self, range: &StableRange, high: f64) -> String {
        let value = match range.high.as_ref().map(|flip| self.value(range.assumption, flip.gone)) {
            Some(gone) if gone != self.value(range.assumption, high) => {
                format!("some {} to {gone}", self.value(range.assumption, high))
            }
            _ => self.value(range.assumption, high),
        };
        match range.assumption {
            Premise::Usage => format!("up to {value} times this usage"),
            Premise::Growth => format!("while usage grows by up to {value} a month"),
            Premise::Declines => format!("while up to {value} of charges are declined"),
            Premise::Latency => format!("while charges take up to {value}"),
            Premise::RefusedCredit => {
                format!("while a refused credit is worth up to {value}")
            }
        }
    }

    /// A value of an assumption, without its unit where that is a number of times.
    pub(crate) fn value(&self, assumption: Premise, value: f64) -> String {
        match assumption {
            Premise::Usage => format!("{}", libm::round(value * 100.0) / 100.0),
            Premise::Growth => format!("{}%", libm::round(value * 1e3) / 10.0),
            Premise::Declines => self.study.words.percent(value),
            Premise::Latency => about(Duration::from_millis(libm::round(value * 1e3) as i64)),
            Premise::RefusedCredit => self.study.words.money(value),
        }
    }

    /// What is better beyond a flip.
    fn beyond(&self, flip: &Flip) -> String {
        let Some(settings) = &flip.better else {
            return "nothing that was compared keeps what must hold".to_owned();
        };
        let advised = self.advice().settings();
        let scenario = &self.advice().answer.scenario;
        let changed = settings.iter().filter(|one| !advised.contains(one));
        let words: Vec<String> = changed.map(|one| phrase(one, scenario)).collect();
        match words.is_empty() {
            true => "today's settings are better".to_owned(),
            false => {
                format!("{} {} better", joined(&words), if words.len() > 1 { "are" } else { "is" })
            }
        }
    }

    /// The range of each assumption in one clause, for a picture: the assumption, and what it is.
    #[cfg(feature = "html")]
    pub(crate) fn assumed(&self, range: &StableRange) -> String {
        let today = self.value(range.assumption, range.today);
        crate::report::words::capital(&match range.assumption {
            Premise::Usage => "usage, in times that of the history".to_owned(),
            Premise::Growth => format!("growth of usage in a month ({today} assumed)"),
            Premise::Declines => format!("charges declined ({today} assumed)"),
            Premise::Latency => format!("time that a charge takes ({today} assumed)"),
            Premise::RefusedCredit => format!("price of a refused credit ({today} assumed)"),
        })
    }
}

fn subject(assumption: Premise) -> &'static str {
    match assumption {
        Premise::Usage => "usage is",
        Premise::Growth => "growth of usage in a month is",
        Premise::Declines => "the share of declined charges is",
        Premise::Latency => "charges take",
        Premise::RefusedCredit => "a refused credit is worth",
    }
}
