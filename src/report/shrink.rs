//! What is left of a dispute over a bill, in a sentence.
//!
//! Deliberately absent: what is left out, which is the inquiry's.

use chrono::NaiveDate;

use crate::domain::grouped;
use crate::domain::text::listed;
use crate::inquiry::{BillCover, BilledDay, ChargeKind, ShrinkAnswer};
use crate::scenario::Scenario;

use super::provenance::Provenance;
use super::words::count;

/// The material of the report.
#[derive(Clone, Copy, Debug)]
pub struct ShrinkReport<'a> {
    /// The scenario as it was.
    pub scenario: &'a Scenario,
    /// Usage events that a run of it meets.
    pub events_before: usize,
    /// The answer.
    pub answer: &'a ShrinkAnswer,
    /// The origin of the result.
    pub provenance: &'a Provenance,
}

impl ShrinkReport<'_> {
    /// The difference: `On 2026-01-15 the bill has $18.00 of recharges, and the rules charge $9.00`.
    pub fn difference(&self) -> String {
        let BilledDay { date, kind, billed, charged } = self.answer.difference;
        let show = |money| self.scenario.currency.show(money);
        let of = kind.map(|kind| format!(" of {}", ChargeKind::plural(kind))).unwrap_or_default();
        format!(
            "On {date} the bill has {}{of}, and the rules charge {}",
            show(billed),
            show(charged)
        )
    }

    /// What is left that shows it.
    pub fn left(&self) -> String {
        let ShrinkAnswer {
            events, events_left, joins, draft, settings_before, runs, is_least, ..
        } = self.answer;
        let joined = match (joins, events.len()) {
            (true, one) if one == *events_left && one > 1 => {
                ", of which no neighbours can be joined,".to_owned()
            }
            (true, some) if some < *events_left => {
                format!(" (joined into {})", grouped(&some.to_string()))
            }
            _ => String::new(),
        };
        let part = |left: usize, before: usize, noun: &str| match left {
            0 => format!("none of {}", count(before as u64, noun)),
            left => format!("{} of {}", grouped(&left.to_string()), count(before as u64, noun)),
        };
        let rest = match is_least {
            true => "none of them can be left out by itself".to_owned(),
            false => {
                format!("the search ended after {}, so fewer may do", count(*runs as u64, "run"))
            }
        };
        format!(
            "{}{joined} and {} still show it, and {rest}",
            part(*events_left, self.events_before, "usage event"),
            part(draft.values().len(), *settings_before, "setting")
        )
    }

    /// Both in one sentence.
    pub fn sentence(&self) -> String {
        format!("{}: {}.", self.difference(), self.left())
    }

    /// What was not compared; `None` where the bill has days of all that the rules charge.
    pub fn uncompared(&self) -> Option<String> {
        uncompared(&self.answer.cover)
    }

    /// How many differences there are; `None` if it is the only one.
    pub fn others(&self) -> Option<String> {
        let others = self.answer.differences.checked_sub(1).filter(|others| *others > 0)?;
        Some(format!(
            "The bill and the rules differ in {} besides; --date names the day that is looked at.",
            count(others as u64, "other sum")
        ))
    }
}

/// That the rules and a bill agree.
pub fn agreed(cover: &BillCover) -> String {
    let Some(uncompared) = uncompared(cover) else {
        return "The rules charge what the bill has on every day, so nothing is written."
            .to_owned();
    };
    let [first, last] = ends(cover);
    format!(
        "The rules charge what the bill has on every day from {first} to {last}, so nothing is written.\n{uncompared}"
    )
}

/// The first and the last day that a bill is of.
fn ends(cover: &BillCover) -> [NaiveDate; 2] {
    let [first, after] = cover.days;
    [first, after.pred_opt().unwrap_or(after)]
}

/// That the rules charge on days that a bill is not of.
fn uncompared(cover: &BillCover) -> Option<String> {
    let [first, last] = ends(cover);
    let sums = |number: usize, side: &str| {
        (number > 0).then(|| format!("{} {side}", count(number as u64, "sum")))
    };
    let both = [
        sums(cover.before, &format!("before the bill begins on {first}")),
        sums(cover.after, &format!("after the bill ends on {last}")),
    ];
    let both: Vec<String> = both.into_iter().flatten().collect();
    let are = if cover.before + cover.after == 1 { "it is" } else { "they are" };
    (!both.is_empty()).then(|| {
        format!(
            "The rules charge {}: {are} not compared; `--date` names a day there if the bill is of it as well.",
            listed(&both)
        )
    })
}
