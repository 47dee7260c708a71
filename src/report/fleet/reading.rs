//! What became of the rows of all accounts, in sentences: what was left out, and what was taken out of other usage.

use crate::domain::grouped;
use crate::domain::text::counted_are;
use crate::inquiry::cut_cycles;

use super::super::cuts::{self, CutIn};
use super::super::usage::extent;
use super::super::words::{count, credits, number, percent};
use super::FleetReport;

impl FleetReport<'_> {
    /// What rows below zero correct beyond all usage of their accounts.
    pub(super) fn excess_told(&self) -> Option<String> {
        let fold = &self.answer.fold;
        let excess =
            format!("{} {}", credits(fold.base.figures.excess_corrections), self.base.unit);
        match fold.rows.excess {
            0 => None,
            1 => Some(format!(
                "The rows below zero of one account exceed all of its usage; the excess, {excess}, is left out."
            )),
            accounts => Some(format!(
                "The rows below zero of {} exceed all of their usage; the excess, {excess} in all, is left out.",
                count(accounts, "account")
            )),
        }
    }

    /// How many rows are outside the horizon of their accounts.
    pub(super) fn outside_told(&self) -> Option<String> {
        let (fold, rows) = (&self.answer.fold, self.answer.read.summary.rows);
        let (first, last) = fold.rows.outside_span()?;
        let at = |instant| self.base.zone.show_local(instant);
        if !fold.has_usage() {
            return Some(format!(
                "No row of usage is in the horizon, they are from {} to {}: all that is told beside futures is of accounts \
                 that ask for nothing.",
                at(first),
                at(last)
            ));
        }
        let outside = fold.base.figures.outside_rows;
        if fold.futures.is_some() && self.is_ahead() {
            let inside = rows.saturating_sub(outside);
            return Some(format!(
                "Only {} of {} of usage {} in the horizon, and the others, from {} to {}, are outside it: all that is told beside \
                 futures is of accounts that ask for nothing more.",
                grouped(&inside.to_string()),
                count(rows, "row"),
                if inside == 1 { "is" } else { "are" },
                at(first),
                at(last)
            ));
        }
        let (are, they) = match outside {
            1 => ("is", format!("it is of {}", at(first))),
            _ => ("are", format!("they are from {} to {}", at(first), at(last))),
        };
        Some(format!(
            "{} of {} of usage ({}), of {}, {are} outside the horizon and left out; {they}.",
            grouped(&outside.to_string()),
            count(rows, "row"),
            percent(outside as f64 / rows.max(outside) as f64),
            count(fold.rows.outside, "account"),
        ))
    }

    /// Which cycles of the base the horizon cuts, whose fees the sums have in full.
    pub(super) fn cuts_told(&self) -> Option<String> {
        let setups = [Some(self.base), self.changed].into_iter().flatten().map(|one| &one.setup);
        let usage = extent(&self.answer.read.summary);
        cuts::sentence(&cut_cycles(setups), CutIn::Run, usage, self.base.zone)
    }

    /// What became of rows that repeat or correct others.
    pub(super) fn rows_told(&self) -> Vec<String> {
        let (rows, figures) = (&self.answer.fold.rows, &self.answer.fold.base.figures);
        let told = |accounts: u64, what: [&str; 2], rows: u64, done: &str| {
            let (have, what) = if accounts == 1 { ("has", what[0]) } else { ("have", what[1]) };
            let rows = counted_are(grouped(&rows.to_string()), "row");
            format!("{} {have} {what}: {rows} {done}.", number(accounts, "account"))
        };
        let repeated = ["rows that repeat another, of which one counts"; 2];
        let netted = ["its", "their"]
            .map(|their| format!("rows below zero, which were taken out of {their} other usage"));
        let reversed = ["its", "their"]
            .map(|their| format!("rows below zero, which undo {their} usage before"));
        let all = [
            (rows.repeated, repeated, figures.duplicate_rows, "left out"),
            (rows.netted, [&*netted[0], &*netted[1]], figures.netted_rows, "below zero"),
            (rows.reversed, [&*reversed[0], &*reversed[1]], figures.reversed_rows, "below zero"),
        ];
        let some = all.into_iter().filter(|(accounts, ..)| *accounts > 0);
        some.map(|(accounts, what, rows, done)| told(accounts, what, rows, done)).collect()
    }
}
