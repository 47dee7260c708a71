//! The workbook of a replay: summary, cycles, recharges, outages, assumptions.

use std::io;

use crate::domain::Instant;
use crate::figures::Figures;
use crate::metrics::CycleFigures;
use crate::report::provenance::Provenance;
use crate::report::summary::in_words;
use crate::report::{Subject, attention, finding};

use super::{
    Cell, Kind, Line, Rows, Summary, Table, assumptions, book, count, credits, hours, money, text,
};

/// The workbook as bytes.
pub fn of_run(subject: Subject<'_>, provenance: &Provenance) -> io::Result<Vec<u8>> {
    let scenario = subject.scenario;
    let summary = Summary { name: &scenario.name, lines: lines(subject, provenance) };
    let tables = [cycles(subject), recharges(subject), outages(subject), assumptions(&[scenario])];
    book(scenario, &summary, &tables)
}

/// The columns of the sheet of cycles, with how each is read off figures.
type Column = (&'static str, Kind, fn(&Figures) -> Cell);

const CYCLES: [Column; 13] = [
    ("plan fees", Kind::Money, |f| money(f.plan_fees)),
    ("recharges", Kind::Money, |f| money(f.recharge_spend)),
    ("manual top-ups", Kind::Money, |f| money(f.top_up_spend)),
    ("total spend", Kind::Money, |f| money(f.total_spend())),
    ("recharges, number", Kind::Count, |f| count(f.recharges)),
    ("failed attempts", Kind::Count, |f| count(f.failed_attempts)),
    ("asked for", Kind::Credits, |f| credits(f.demanded)),
    ("served", Kind::Credits, |f| credits(f.served)),
    ("refused", Kind::Credits, |f| credits(f.refused())),
    ("outages", Kind::Count, |f| count(f.outages)),
    ("hours down", Kind::Hours, |f| hours(f.downtime)),
    ("expired", Kind::Credits, |f| credits(f.expired)),
    ("forfeited", Kind::Credits, |f| credits(f.forfeited)),
];

fn cycles(subject: Subject<'_>) -> Table<'_> {
    let mut columns = vec![("from", Kind::Instant), ("to", Kind::Instant)];
    columns.extend(CYCLES.map(|(name, kind, _)| (name, kind)));
    columns.push(("closing balance", Kind::Credits));
    let row = |cycle: &CycleFigures| {
        let mut row = vec![Cell::Instant(cycle.window.from), Cell::Instant(cycle.window.to)];
        row.extend(CYCLES.map(|(_, _, of)| of(&cycle.figures)));
        row.push(credits(cycle.figures.closing_balance));
        row
    };
    let total = subject.outcome.metrics.total();
    let mut sums = vec![None, None];
    sums.extend(CYCLES.map(|(_, _, of)| Some(of(total))));
    let rows = subject.outcome.metrics.cycles().iter().map(row).collect();
    Table { name: "cycles", columns, rows, sums, note: None }
}

fn recharges(subject: Subject<'_>) -> Table<'_> {
    let scenario = subject.scenario;
    let list = &subject.outcome.chronicle.purchases;
    let columns = vec![
        ("bought", Kind::Instant),
        ("how", Kind::Text),
        ("attempt", Kind::Count),
        (scenario.unit.as_str(), Kind::Credits),
        ("price", Kind::Money),
        ("balance after", Kind::Credits),
        ("valid until", Kind::Instant),
    ];
    let rows = list.first().iter().map(|purchase| {
        vec![
            Cell::Instant(purchase.at),
            text(if purchase.attempt.is_some() { "recharge" } else { "manual top-up" }),
            purchase.attempt.map_or(Cell::Empty, count),
            credits(purchase.credits),
            money(purchase.price),
            credits(purchase.balance),
            match purchase.expires {
                Instant::NEVER => Cell::Empty,
                at => Cell::Instant(at),
            },
        ]
    });
    // A sum over a part of the purchases would not be the total.
    let sums = match list.more() {
        0 => {
            let total = subject.outcome.metrics.total();
            let spent = total.recharge_spend.plus(total.top_up_spend).unwrap_or_default();
            let bought = total.granted_recharge + total.granted_top_up;
            vec![None, None, None, Some(credits(bought)), Some(money(spent))]
        }
        _ => Vec::new(),
    };
    Table {
        name: "recharges",
        columns,
        rows: rows.collect(),
        sums,
        note: more(list.more(), "purchases"),
    }
}

fn outages(subject: Subject<'_>) -> Table<'_> {
    let list = &subject.outcome.chronicle.outages;
    let columns = vec![
        ("from", Kind::Instant),
        ("to", Kind::Instant),
        ("hours", Kind::Hours),
        ("events refused", Kind::Count),
        ("refused", Kind::Credits),
        ("auto-recharge was", Kind::Text),
    ];
    let rows = list.first().iter().map(|outage| {
        vec![
            Cell::Instant(outage.from),
            Cell::Instant(outage.to),
            hours(outage.length()),
            count(outage.refused_events),
            credits(outage.refused),
            text(in_words(outage.state)),
        ]
    });
    let total = subject.outcome.metrics.total();
    let sums = match list.more() {
        0 => vec![
            None,
            None,
            Some(hours(total.downtime)),
            Some(count(total.refused_events)),
            Some(credits(total.refused())),
        ],
        _ => Vec::new(),
    };
    Table {
        name: "outages",
        columns,
        rows: rows.collect(),
        sums,
        note: more(list.more(), "outages"),
    }
}

fn more(number: u64, noun: &str) -> Option<String> {
    (number > 0)
        .then(|| format!("{number} more {noun}; a journal (--journal FILE) has all of them"))
}

fn lines(subject: Subject<'_>, provenance: &Provenance) -> Vec<Line> {
    let scenario = subject.scenario;
    let total = subject.outcome.metrics.total();
    let mut lines: Vec<Line> = scenario.question.iter().cloned().map(Line::Text).collect();
    lines.push(Line::Text(finding::run(scenario, subject.outcome, subject.series)));
    lines.extend([
        Line::Title(""),
        Line::Value("from", Kind::Instant, Cell::Instant(scenario.setup.horizon.from)),
        Line::Value("to", Kind::Instant, Cell::Instant(scenario.setup.horizon.to)),
        Line::Value("time zone", Kind::Text, text(scenario.zone.name())),
        Line::Title(""),
    ]);
    let count = subject.outcome.metrics.cycles().len() as u32;
    // The first two columns of the sheet are from when to when.
    lines.extend((2..).zip(&CYCLES).map(|(column, (name, kind, of))| {
        Line::Total(name, *kind, of(total), Rows { sheet: "cycles", column, count })
    }));
    let price = total.price_per_1000().map_or(Cell::Empty, Cell::Number);
    lines.extend([
        Line::Value("fill rate", Kind::Share, Cell::Number(total.fill_rate())),
        Line::Value("ready rate", Kind::Share, Cell::Number(total.ready_rate())),
        Line::Value("price per 1,000 served", Kind::Money, price),
        Line::Value("what expired had cost", Kind::Money, money(total.expired_cost)),
        Line::Value("opening balance", Kind::Credits, credits(total.opening_balance)),
        Line::Value("closing balance", Kind::Credits, credits(total.closing_balance)),
    ]);
    let attention = attention::lines(scenario, subject.outcome);
    if !attention.is_empty() {
        lines.extend([Line::Title(""), Line::Title("Attention")]);
        lines.extend(attention.into_iter().map(Line::Text));
    }
    lines.extend([Line::Title(""), Line::Title("Where this comes from")]);
    lines.push(Line::Text(provenance.line()));
    lines
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::engine::Pace;
    use crate::replay::{self, Outcome};
    use crate::report::rows::inert;
    use crate::scenario::Scenario;
    use crate::series::Series;
    use crate::usage::csv::Mode;

    /// A quarter with recharges, expiry, failed payments and an outage.
    const SCENARIO: &str = r#"
name = "=1+1"
currency = "USD"
start = 2026-01-01
end = 2026-04-01
plan = "p"
[plans.p]
fee = "19.00"
allowance = 3000
[packages.a]
credits = 1000
price = "7.01"
[recharge]
at_or_below = 100
package = "a"
credits_expire = "cycle_end"
[payment]
fail_attempts = [2]
disable_after = 1
repair_after = "2 days"
[usage.generate]
every = "1h"
amount = 10
"#;

    fn run(scenario: &Scenario) -> (Outcome, Series) {
        let mut feed = replay::feed(scenario, 0, Mode::Stream).unwrap();
        let series = Series::new(scenario.setup.horizon, scenario.zone);
        replay::replay(scenario, &mut *feed, Pace::Skip, series, &|| false).unwrap()
    }

    fn with_subject(test: impl Fn(Subject<'_>)) {
        let scenario = Scenario::from_text("=x.toml", SCENARIO, Path::new(".")).unwrap();
        let (outcome, series) = run(&scenario);
        test(Subject { scenario: &scenario, outcome: &outcome, series: &series });
    }

    #[test]
    fn sums_of_rows_are_the_totals_that_are_stored_with_them() {
        with_subject(|subject| {
            let mut compared = 0;
            for table in [cycles(subject), recharges(subject), outages(subject)] {
                for (column, sum) in table.sums.iter().enumerate() {
                    let Some(Cell::Number(stored)) = sum else { continue };
                    let numbers = table.rows.iter().map(|row| match row[column] {
                        Cell::Number(number) => number,
                        _ => 0.0,
                    });
                    let summed: f64 = numbers.sum();
                    let (name, _) = table.columns[column];
                    assert!((summed - stored).abs() < 1e-6, "{} {name}: {summed}", table.name);
                    compared += 1;
                }
            }
            assert_eq!(compared, CYCLES.len() + 2 + 3);
            let spent = subject.outcome.metrics.total().total_spend();
            assert!(spent.to_f64() > 57.0, "something was bought");
        });
    }

    #[test]
    fn no_cell_of_text_begins_a_formula() {
        with_subject(|subject| {
            assert_eq!(inert(&subject.scenario.name), "'=1+1");
            for table in [
                cycles(subject),
                recharges(subject),
                outages(subject),
                assumptions(&[subject.scenario]),
            ] {
                for cell in table.rows.iter().flatten() {
                    if let Cell::Text(text) = cell {
                        assert_eq!(&inert(text), text);
                    }
                }
            }
        });
    }

    #[test]
    fn the_same_replay_makes_the_same_bytes() {
        with_subject(|subject| {
            let provenance = Provenance::of(subject.scenario, &subject.outcome.usage, &[]);
            let made = || of_run(subject, &provenance).unwrap();
            assert!(made() == made());
        });
    }
}
