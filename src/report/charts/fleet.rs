//! Many accounts: what each pays, or pays more with a change; recharges and failed charges of all of them by the hour; and
//! the roll-forward in money.

use std::collections::BTreeMap;

use crate::domain::text::counted;
use crate::domain::{Duration, Instant, Money, Window, Zone, grouped};
use crate::figures::Figure;
use crate::fleet::{FleetSide, HourCharges, MoneyRoll, Sketch, spread_figures};
use crate::report::fleet::{FleetReport, accounts_told};
use crate::report::words::{count, number};

use super::Chart;
use super::frame::{End, Frame, Panel};
use super::ink::Ink;
use super::key::{KeyEntry, Patch};
use super::mark::{Mark, steps};
use super::measure::{AxisNotation, Ends, Measure, Quantity, at};

/// AmountColumns of a distribution, about.
const COLUMNS: i128 = 40;
/// Counts up to which an axis has whole numbers anyway.
const FEW: u64 = 5;
/// The most stretches of time of a chart by the hour.
const STRETCHES: i64 = 200;

/// The charts of many accounts: those that have something to show.
pub(super) fn charts(report: &FleetReport<'_>) -> Vec<Chart> {
    [accounts(report), hours(report), roll(report)].into_iter().flatten().collect()
}

fn show(report: &FleetReport<'_>, minor: i128) -> String {
    report.base.currency.show(Money::of_minor(minor, report.base.currency.minor()))
}

/// Minor units as an amount on an axis.
fn amount(report: &FleetReport<'_>, minor: i128) -> f64 {
    Money::of_minor(minor, report.base.currency.minor()).to_f64()
}

/// The base, or both sides, by name and ink.
fn sides<'r>(report: &FleetReport<'r>) -> Vec<(&'static str, Ink, &'r FleetSide)> {
    let fold = &report.answer.fold;
    let changed = fold.changed.as_ref().map(|side| ("changed", Ink::Blue, side));
    std::iter::once(("base", Ink::Orange, &fold.base)).chain(changed).collect()
}

// ---- Spend by account ----

/// AmountColumns of equal width over amounts, the outer ones with what is beyond them.
struct AmountColumns {
    /// In minor units.
    step: i128,
    /// Number of accounts by the column's place: amounts from `place × step` on.
    accounts: BTreeMap<i128, u64>,
    /// Whether the outer columns have any beyond them.
    is_cut: bool,
}

impl AmountColumns {
    /// The values of a sketch that are not left out; the outer hundredths are beyond the columns.
    fn of(sketch: &Sketch, is_shown: impl Fn(i128) -> bool) -> Option<AmountColumns> {
        let shown: Vec<(i128, u64)> =
            sketch.counts().filter(|(value, _)| is_shown(*value)).collect();
        let all: u64 = shown.iter().map(|(_, accounts)| accounts).sum();
        let at = |share: u64| {
            let (wanted, mut passed) = ((all * share).div_ceil(100).max(1), 0);
            let is_there = |(_, accounts): &&(i128, u64)| {
                passed += accounts;
                passed >= wanted
            };
            shown.iter().find(is_there).map(|(value, _)| *value)
        };
        let (low, high) = (at(1)?, at(99)?);
        // Amounts are read from zero on.
        let step = round_up((high.max(0) - low.min(0)).max(COLUMNS) / COLUMNS);
        let place = |value: i128| value.clamp(low, high).div_euclid(step);
        let mut accounts = BTreeMap::new();
        let is_cut = shown.iter().any(|(value, _)| place(*value) != value.div_euclid(step));
        for (value, more) in shown {
            *accounts.entry(place(value)).or_default() += more;
        }
        Some(AmountColumns { step, accounts, is_cut })
    }

    fn ends(&self) -> (i128, i128) {
        let first = self.accounts.keys().next().copied().unwrap_or_default();
        let last = self.accounts.keys().next_back().copied().unwrap_or_default();
        (first, last)
    }
}

/// The least of 1, 2 or 5 times a power of ten that is not less.
fn round_up(amount: i128) -> i128 {
    let mut power = 1;
    loop {
        for times in [1, 2, 5] {
            if times * power >= amount {
                return times * power;
            }
        }
        power *= 10;
    }
}

/// What accounts pay, or pay more with a change.
fn accounts(report: &FleetReport<'_>) -> Option<Chart> {
    let fold = &report.answer.fold;
    let place = spread_figures().position(|figure| figure == Figure::TOTAL_SPEND)?;
    let is_change = report.changed.is_some();
    let sketch = if is_change { fold.change.get(place)? } else { fold.base.spread.get(place)? };
    let (less, same, more) = sketch.signs();
    let columns = AmountColumns::of(sketch, |value| !is_change || value != 0)?;
    let title = match is_change {
        true if more + less == 0 => "Every account pays the same with the change".to_owned(),
        true => {
            let told = accounts_told([(more, "pay", "more"), (less, "pay", "less")]);
            format!("{told} with the change")
        }
        false => {
            let of = |share| sketch.quantile(share).map(|value| show(report, value));
            format!(
                "Half of the accounts pay at most {}, nine in ten at most {}",
                of(500)?,
                of(900)?
            )
        }
    };
    let description = match is_change {
        true => format!(
            "Accounts by how much more or less they pay with the change.{}",
            match same {
                0 => String::new(),
                same => format!(" Not shown: {} that pay the same.", count(same, "account")),
            }
        ),
        false => format!("{} by what they pay over the horizon.", number(fold.accounts, "account")),
    };
    let beyond = match columns.is_cut {
        true => " The outer columns have the hundredth of accounts that is beyond them, too.",
        false => "",
    };
    let frame =
        Frame { panels: vec![columns_panel(report, &columns, is_change)], ..Frame::default() };
    Some(Chart::new("accounts", title, description + beyond, |_| frame.clone()))
}

fn columns_panel(report: &FleetReport<'_>, columns: &AmountColumns, is_change: bool) -> Panel {
    let edge = |place: i128| amount(report, place * columns.step);
    let (first, last) = columns.ends();
    let most = columns.accounts.values().copied().max().unwrap_or_default();
    let x = Quantity {
        low: edge(first.min(0)),
        high: edge((last + 1).max(0)),
        notation: AxisNotation::Money(report.base.currency),
        ends: Ends::Exact,
    };
    let y = Measure::from_zero(0.0, most.max(FEW) as f64, AxisNotation::Plain);
    let mut panel = Panel::new(Measure::Quantity(x), y, [220.0, 190.0]);
    panel.head = "accounts".to_owned();
    panel.foot = match is_change {
        true => "paid more (less below zero) with the change".to_owned(),
        false => "paid over the horizon".to_owned(),
    };
    for (&place, &accounts) in &columns.accounts {
        let (from, to) = (place * columns.step, (place + 1) * columns.step);
        let ink = match is_change {
            false => Ink::Blue,
            true if to <= 0 => Ink::Blue,
            true if from >= 0 => Ink::Vermillion,
            true => Ink::Muted,
        };
        let beyond = match place {
            place if columns.is_cut && place == last && place != first => ", or more",
            place if columns.is_cut && place == first && place != last => ", or less",
            _ => "",
        };
        let words = format!(
            "{} to {}{beyond}: {}",
            show(report, from),
            show(report, to),
            count(accounts, "account")
        );
        let x = [edge(place), edge(place + 1)];
        panel.marks.push(Mark::column(x, [0.0, accounts as f64], ink).saying(words));
    }
    panel
}

// ---- Charges by the hour ----

/// Recharges, or failed charges, of an hour.
type ChargesOf = fn(&HourCharges) -> u64;

/// Recharges and failed charges of all accounts by the hour.
fn hours(report: &FleetReport<'_>) -> Option<Chart> {
    let sides = sides(report);
    let hours = sides.iter().flat_map(|(_, _, side)| side.hours.keys());
    let first = *hours.clone().min()?;
    let last = *hours.max()?;
    let each = ((last - first + 1) as u64).div_ceil(STRETCHES as u64).max(1) as i64;
    let most = |of: ChargesOf| {
        let (_, _, side) = sides.last().expect("a fleet has a base");
        side.hours.values().map(of).max().unwrap_or_default()
    };
    let (recharges, failed) = (most(|hour| hour.recharges), most(|hour| hour.failed));
    let with = if sides.len() > 1 { "With the change at most" } else { "At most" };
    let title = format!(
        "{with} {} in an hour, and {}",
        count(recharges, "recharge"),
        match failed {
            0 => "no failed charge".to_owned(),
            failed => format!("at most {}", count(failed, "failed charge")),
        }
    );
    let description = format!(
        "Recharges and failed charges of all accounts together, as the payment provider sees them: {}, in UTC.",
        match each {
            1 => "each hour".to_owned(),
            each => format!("the busiest hour in every {}", counted(each, "hour")),
        }
    );
    let window = Window {
        from: Instant::from_millis(first * Duration::HOUR.millis()),
        to: Instant::from_millis(
            (first + ((last - first) / each + 1) * each) * Duration::HOUR.millis(),
        ),
    };
    let of: [(&str, ChargesOf, Ink); 2] = [
        ("recharges in an hour", |hour| hour.recharges, Ink::Green),
        ("failed charges in an hour", |hour| hour.failed, Ink::Vermillion),
    ];
    let panels = of.into_iter().filter(|(_, of, _)| {
        sides.iter().any(|(_, _, side)| side.hours.values().any(|hour| of(hour) > 0))
    });
    let panels = panels.map(|(head, of, ink)| hours_panel(&sides, window, each, (head, of, ink)));
    let mut panels: Vec<Panel> = panels.collect();
    let last_panel = panels.len().saturating_sub(1);
    for panel in &mut panels[..last_panel] {
        panel.has_ticks = false;
    }
    let frame = Frame { key: key(&sides), panels, ..Frame::default() };
    Some(Chart::new("charges", title, description, |_| frame.clone()))
}

/// The names of the sides, where there are two.
fn key(sides: &[(&'static str, Ink, &FleetSide)]) -> Vec<KeyEntry> {
    match sides.len() {
        1 => Vec::new(),
        _ => sides.iter().map(|(name, ink, _)| KeyEntry::new(*ink, *name, Patch::Full)).collect(),
    }
}

fn hours_panel(
    sides: &[(&'static str, Ink, &FleetSide)],
    window: Window,
    each: i64,
    (head, of, alone): (&str, ChargesOf, Ink),
) -> Panel {
    let hour = |instant: Instant| instant.millis().div_euclid(Duration::HOUR.millis());
    let (first, end) = (hour(window.from), hour(window.to));
    let most = |side: &FleetSide, from: i64| {
        side.hours
            .range(from..from + each)
            .map(|(_, charges)| of(charges))
            .max()
            .unwrap_or_default()
    };
    let starts: Vec<i64> = (first..end).step_by(each as usize).collect();
    let high =
        sides.iter().flat_map(|(_, _, side)| starts.iter().map(|&from| most(side, from))).max();
    let x = Measure::Time(window, Zone::UTC);
    let y = Measure::from_zero(0.0, high.unwrap_or_default().max(FEW) as f64, AxisNotation::Plain);
    let mut panel = Panel::new(x, y, [110.0, 100.0]);
    panel.head = head.to_owned();
    let place = |hour: i64| at(Instant::from_millis(hour * Duration::HOUR.millis()));
    for &from in &starts {
        let time = Instant::from_millis(from * Duration::HOUR.millis()).to_utc();
        let told: Vec<String> = sides
            .iter()
            .map(|(name, _, side)| {
                let charges = grouped(&most(side, from).to_string());
                if sides.len() > 1 { format!("{name} {charges}") } else { charges }
            })
            .collect();
        let words = format!("from {}: {}", time.format("%Y-%m-%d %H:%M"), told.join(", "));
        panel.marks.push(Mark::sense([place(from), place(from + each)], words));
    }
    for (_, ink, side) in sides {
        let ink = if sides.len() > 1 { *ink } else { alone };
        let points = starts.iter().map(|&from| (place(from), most(side, from) as f64));
        let end = std::iter::once((place(end), 0.0));
        panel.marks.push(Mark::line(steps(points.chain(end)), 1.25, ink));
    }
    panel
}

// ---- The roll-forward ----

/// A part of the roll-forward: its ink, its name and how much it is.
type RollPart = (Ink, &'static str, fn(&MoneyRoll) -> i128);

/// The parts of a month, those that leave below zero.
const PARTS: [RollPart; 6] = [
    (Ink::Blue, "sold", |row| row.sold),
    (Ink::Purple, "brought in", |row| row.brought_in),
    (Ink::Sky, "used", |row| -row.used),
    (Ink::Vermillion, "expired", |row| -row.expired),
    (Ink::Orange, "refunded", |row| -row.refunded),
    (Ink::Muted, "taken out", |row| -row.taken_out),
];

/// What was paid for credits, used and lost by month, and what is deferred.
fn roll(report: &FleetReport<'_>) -> Option<Chart> {
    let sides = sides(report);
    let (_, _, side) = sides.last().expect("a fleet has a base");
    let rows = side.books.months();
    let sum = |of: fn(&MoneyRoll) -> i128| rows.iter().map(|(_, row)| of(&row.money)).sum::<i128>();
    let has_any = sides.iter().any(|(_, _, side)| {
        side.books.months().iter().any(|(_, row)| row.money.sold != 0 || row.money.brought_in != 0)
    });
    if !has_any {
        return None;
    }
    let some = |value: i128| match value {
        0 => "nothing".to_owned(),
        value => show(report, value),
    };
    let with = if sides.len() > 1 { "With the change " } else { "" };
    let title = format!(
        "{with}{} is paid for credits; {} is used, {} expires, and {} is deferred at the end",
        show(report, sum(|row| row.sold)),
        some(sum(|row| row.used)),
        some(sum(|row| row.expired)),
        some(rows.last().map_or(0, |(_, row)| row.money.closing))
    );
    let description = "The value of purchased credits by month: what comes in above the line, what leaves it below; and \
                       what is deferred at the end of each month, with breakage recognised when credits expire."
        .to_owned();
    let mut panels: Vec<Panel> = Vec::new();
    for (name, _, side) in &sides {
        let mut panel = flows_panel(report, side);
        panel.head = match sides.len() {
            1 => "by month".to_owned(),
            _ => format!("by month, {name}"),
        };
        panels.push(panel);
    }
    panels.push(deferred_panel(report, &sides));
    let is_there = |of: fn(&MoneyRoll) -> i128| {
        sides
            .iter()
            .any(|(_, _, side)| side.books.months().iter().any(|(_, row)| of(&row.money) != 0))
    };
    let parts = PARTS.iter().filter(|(_, _, of)| is_there(*of));
    let key = parts.map(|(ink, name, _)| KeyEntry::new(*ink, *name, Patch::Full)).collect();
    let frame = Frame { key, panels, ..Frame::default() };
    Some(Chart::new("roll_forward", title, description, |_| frame.clone()))
}

fn months(side: &FleetSide) -> Measure {
    Measure::Names(side.books.months().iter().map(|(month, _)| month.to_string()).collect())
}

fn flows_panel(report: &FleetReport<'_>, side: &FleetSide) -> Panel {
    let (mut low, mut high) = (0.0_f64, 0.0_f64);
    let mut marks = Vec::new();
    for (place, (month, row)) in (0_u32..).zip(side.books.months()) {
        let parts = PARTS.iter().map(|(ink, name, of)| (*ink, *name, of(&row.money)));
        let parts: Vec<_> = parts.filter(|(_, _, value)| *value != 0).collect();
        let told: Vec<String> = parts
            .iter()
            .map(|(_, name, value)| format!("{name} {}", show(report, value.abs())))
            .collect();
        let words = format!("{month}: {}", told.join(", "));
        let (mut above, mut below) = (0.0, 0.0);
        let x = [f64::from(place) + 0.15, f64::from(place) + 0.85];
        for (ink, _, value) in parts {
            let size = amount(report, value);
            let base = if value > 0 { &mut above } else { &mut below };
            let (from, to) = (*base, *base + size);
            marks.push(Mark::column(x, [from.min(to), from.max(to)], ink).saying(words.as_str()));
            *base = to;
        }
        (low, high) = (low.min(below), high.max(above));
    }
    let y = Measure::from_zero(low, high, AxisNotation::Money(report.base.currency));
    let mut panel = Panel::new(months(side), y, [200.0, 180.0]);
    panel.marks = marks;
    panel
}

fn deferred_panel(report: &FleetReport<'_>, sides: &[(&'static str, Ink, &FleetSide)]) -> Panel {
    let (_, _, first) = sides.first().expect("a fleet has a base");
    let closing = |side: &FleetSide| -> Vec<i128> {
        side.books.months().iter().map(|(_, row)| row.money.closing).collect()
    };
    let high = sides.iter().flat_map(|(_, _, side)| closing(side)).max().unwrap_or_default();
    let y =
        Measure::from_zero(0.0, amount(report, high), AxisNotation::Money(report.base.currency));
    let mut panel = Panel::new(months(first), y, [120.0, 110.0]);
    panel.head = "deferred at the end of the month".to_owned();
    for (name, ink, side) in sides {
        let ink = if sides.len() > 1 { *ink } else { Ink::Text };
        let values = closing(side);
        let point = |(place, value): (u32, &i128)| (f64::from(place) + 0.5, amount(report, *value));
        let points: Vec<(f64, f64)> = (0..).zip(&values).map(point).collect();
        for (point, value) in points.iter().zip(&values) {
            let words = format!("{name}: {}", show(report, *value));
            panel.marks.push(Mark::dot(*point, 3.0, ink).saying(words));
        }
        if sides.len() > 1
            && let Some((_, last)) = points.last()
        {
            let (name, rest) = ((*name).to_owned(), String::new());
            panel.ends.push(End { at: *last, name, rest, ink, bold: false });
        }
        panel.marks.push(Mark::line(points, 1.75, ink));
    }
    panel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_round_and_have_every_account_that_is_shown() {
        for (amount, step) in
            [(0, 1), (1, 1), (2, 2), (3, 5), (6, 10), (10, 10), (11, 20), (201, 500)]
        {
            assert_eq!(round_up(amount), step, "{amount}");
        }
        let mut sketch = Sketch::default();
        (-300..700).for_each(|value| sketch.add(value));
        sketch.add(1_000_000);
        let columns = AmountColumns::of(&sketch, |value| value != 0).unwrap();
        assert_eq!(columns.accounts.values().sum::<u64>(), 1_000);
        assert_eq!((columns.step, columns.is_cut), (50, true));
        // The hundredth beyond either end is in the outer columns.
        assert_eq!(columns.ends(), (-6, 13));
        let mut alike = Sketch::default();
        (0..3).for_each(|_| alike.add(2_000));
        let alike = AmountColumns::of(&alike, |_| true).unwrap();
        assert_eq!((alike.step, alike.ends(), alike.is_cut), (50, (40, 40), false));
        assert!(AmountColumns::of(&Sketch::default(), |_| true).is_none());
    }
}
