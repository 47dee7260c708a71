//! A vendor's bill as a file: CSV with a date, an amount and, where the vendor says it, what the charge is for.
//!
//! Deliberately absent: what the bill is compared with.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord, Trim};

use crate::domain::Money;
use crate::domain::text::excerpt;
use crate::inquiry::{Bill, ChargeKind};

use super::exit::Failure;

/// The columns of a bill; the last may be missing.
const COLUMNS: [&str; 3] = ["date", "amount", "kind"];
/// Mistakes that are told one by one.
const TOLD: usize = 20;

/// The columns of a bill by their places.
#[derive(Clone, Copy)]
struct BillColumns {
    date: usize,
    amount: usize,
    kind: Option<usize>,
}

/// Reads a bill. The error lists what is wrong with it, line by line.
pub fn read(path: &Path) -> Result<Bill, Failure> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).map_err(|cause| {
        Failure::Input(format!(
            "{name}: cannot be read as text: {cause}; check the path given as `--bill`"
        ))
    })?;
    parse(&text).map_err(|wrong| {
        let lines: Vec<String> =
            wrong.iter().map(|(line, why)| format!("{name}:{line}: {why}")).collect();
        Failure::Input(lines.join("\n"))
    })
}

/// The bill of a text, or what is wrong with which line.
fn parse(text: &str) -> Result<Bill, Vec<(u64, String)>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = ReaderBuilder::new().trim(Trim::All).from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        (line, format!("is no row of CSV: {error}"))
    };
    let head = rows.headers().map_err(|error| vec![unreadable(error)])?;
    let columns = columns(head).map_err(|why| vec![(1, why)])?;
    let (mut bill, mut wrong, mut count) = (Bill::default(), Vec::new(), 0);
    for row in rows.records() {
        count += 1;
        let added = row.map_err(unreadable).and_then(|row| {
            let line = row.position().map_or(1, csv::Position::line);
            add(&mut bill, &row, columns).map_err(|why| (line, why))
        });
        if let Err(mistake) = added {
            wrong.push(mistake);
        }
        if wrong.len() == TOLD {
            break;
        }
    }
    match (wrong.is_empty(), count) {
        (true, 0) => Err(vec![(1, "the bill has no lines".to_owned())]),
        (true, _) => Ok(bill),
        (false, _) => Err(wrong),
    }
}

fn columns(head: &StringRecord) -> Result<BillColumns, String> {
    let place = |name: &str| head.iter().position(|cell| cell.eq_ignore_ascii_case(name));
    let needed = |name| {
        place(name).ok_or_else(|| {
            format!(
                "a bill has the columns {}, the last if the vendor says it; `{name}` is missing",
                COLUMNS.join(", ")
            )
        })
    };
    Ok(BillColumns { date: needed("date")?, amount: needed("amount")?, kind: place("kind") })
}

fn add(bill: &mut Bill, row: &StringRecord, columns: BillColumns) -> Result<(), String> {
    let cell = |place: usize| row.get(place).unwrap_or_default();
    let (date, amount) = (cell(columns.date), cell(columns.amount));
    let date: NaiveDate = date
        .parse()
        .map_err(|_| format!("`{}` is no date; write one such as 2026-01-31", excerpt(date)))?;
    let money: Money = amount.parse().map_err(|error| {
        format!("`{}` is no amount: {error}; write digits only", excerpt(amount))
    })?;
    if money < Money::ZERO {
        return Err(format!("`{}` is below zero; leave out what was paid back", excerpt(amount)));
    }
    let kind = columns.kind.map(|place| kind(cell(place))).transpose()?;
    bill.add((date, kind), money).ok_or_else(|| "the sum of this day is too large".to_owned())
}

fn kind(word: &str) -> Result<ChargeKind, String> {
    let known = ChargeKind::ALL.into_iter().find(|kind| kind.word() == word);
    known.ok_or_else(|| {
        let words = ChargeKind::ALL.map(ChargeKind::word);
        format!("`{}` is no kind of charge; there are {}", excerpt(word), words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_day_add_up_and_the_kind_may_be_missing() {
        let day = |text: &str| text.parse().unwrap();
        let bill = parse("\u{feff}Date, Amount\n2026-01-02,9.00\n2026-01-02, 1\n").unwrap();
        assert_eq!(bill.sum((day("2026-01-02"), None)), "10".parse().unwrap());
        assert!(!bill.has_kinds());
        let bill = parse("kind,amount,date,note\nrecharge,9,2026-01-02,x\ntop_up,5,2026-01-02,y\n")
            .unwrap();
        assert_eq!(bill.sum((day("2026-01-02"), Some(ChargeKind::TopUp))), "5".parse().unwrap());
        assert!(bill.has_kinds());
    }

    #[test]
    fn what_is_wrong_is_told_by_its_line_and_all_at_once() {
        let said = |text: &str| {
            let wrong = parse(text).unwrap_err();
            wrong.into_iter().map(|(line, why)| format!("{line}: {why}")).collect::<Vec<_>>()
        };
        let many = said(
            "date,amount,kind\n2026-1-40,9,recharge\n2026-01-02,$9,recharge\n2026-01-02,-9,recharge\n2026-01-02,9,refund\n",
        );
        assert!(many[0].starts_with("2: `2026-1-40` is no date"), "{many:?}");
        assert!(many[1].starts_with("3: `$9` is no amount"), "{many:?}");
        assert!(many[2].starts_with("4: `-9` is no amount: money is never negative"), "{many:?}");
        assert!(many[3].contains("there are plan_fee, recharge, top_up, overage"), "{many:?}");
        assert_eq!(said("date,amount\n"), ["1: the bill has no lines"]);
        assert!(said("when,amount\n2026-01-02,9\n")[0].contains("`date` is missing"));
        assert!(said("date,amount\n2026-01-02\n")[0].starts_with("2: is no row of CSV"));
        let row = "soon,9\n".repeat(100);
        assert_eq!(said(&format!("date,amount\n{row}")).len(), TOLD);
    }
}
