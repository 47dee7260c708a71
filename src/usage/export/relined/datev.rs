//! Batches of bookings in the format of DATEV, whose dates have neither year nor marks: `1002` is 10 February in the period that the first
//! line says.

use std::sync::Arc;

use super::{CellRule, Relining, TextStart, cells_of, columns_of, named};

/// Cells of the first line: the beginning of the business year, and of the period with its end.
const YEAR_FROM: usize = 12;
const FROM: usize = 14;
const TO: usize = 15;
/// The column of dates.
const DATES: &str = "Belegdatum";

/// A day as its year, month and number.
type Day = (u32, u32, u32);

/// How such a batch is read.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    let first = start.text.lines().next()?;
    if !(first.starts_with("\"EXTF\";") || first.starts_with("EXTF;")) {
        return None;
    }
    let cells = cells_of(first, ';')?;
    let day = |cell: usize| whole_day(&cells.get(cell)?.text);
    let from = day(FROM).or(day(YEAR_FROM))?;
    let to = day(TO).unwrap_or((from.0 + 1, from.1, from.2));
    let columns = columns_of(start, ';', 1, |cell| day_and_month(cell).is_some());
    let columns: Vec<_> = columns.into_iter().filter(|column| column.header == DATES).collect();
    let [column] = columns.as_slice() else { return None };
    let write = move |cell: &str| {
        let (month, day) = day_and_month(cell)?;
        let year = (from.0..=to.0).find(|year| (from..=to).contains(&(*year, month, day)))?;
        Some(format!("{day:02}.{month:02}.{year}"))
    };
    Some(Relining {
        delimiter: Some((b';', true)),
        remark: format!(
            "Dates without a year in column {}, such as `{}`, are in the period of the first line, which begins on {:02}.{:02}.{}.",
            named(&columns),
            column.example,
            from.2,
            from.1,
            from.0
        ),
        rule: Arc::new(CellRule { delimiter: ';', columns: vec![column.column], write }),
    })
}

/// `20260201`
fn whole_day(text: &str) -> Option<Day> {
    let digits = Some(text).filter(|text| text.len() == 8)?.parse::<u32>().ok()?;
    let day = (digits / 10_000, digits / 100 % 100, digits % 100);
    ((1..=12).contains(&day.1) && (1..=31).contains(&day.2)).then_some(day)
}

/// The month and the day of `1002`, or of `102`, which lacks its zero.
fn day_and_month(text: &str) -> Option<(u32, u32)> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let digits = Some(text).filter(|_| is_digits && (3..=4).contains(&text.len()))?;
    let digits: u32 = digits.parse().ok()?;
    let (day, month) = (digits / 100, digits % 100);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((month, day))
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn days_are_in_the_period_of_the_first_line() {
        let first = |period: &str| {
            format!(
                "\"EXTF\";700;21;\"Buchungsstapel\";12;2026;;\"RE\";\"\";\"\";1;1;20251001;4;{period};\"x\""
            )
        };
        let read = |period: &str| {
            let text = format!("{}\nUmsatz;Belegdatum\n1,50;1011\n2,50;301\n", first(period));
            let all = relined_text(&text)?;
            Some(all.lines().skip(1).collect::<Vec<_>>().join("|"))
        };
        let both = Some("Umsatz;Belegdatum|1,50;10.11.2025|2,50;03.01.2026".to_owned());
        assert_eq!(read("20251101;20260131"), both);
        assert_eq!(read(";"), both, "the business year");
        assert_eq!(
            read("20260101;20260131").unwrap().matches("2026").count(),
            1,
            "beyond the period"
        );
        assert_eq!(relined_text("Umsatz;Belegdatum\n1,50;1011\n"), None);
    }
}
