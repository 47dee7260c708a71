//! Dates with years of the Thai calendar, which are 543 ahead: `10/02/2569` is 10 February 2026. They are written with those of the common
//! era, and told.

use std::sync::Arc;

use super::{CellRule, Relining, TextStart, columns_of, digit_runs, named};

/// Dates of a column that show it.
const FEWEST: usize = 2;
/// How far the years are ahead.
const AHEAD: u32 = 543;
/// Years that usage may be of.
const YEARS: std::ops::Range<u32> = 2_543..2_643;

/// How a text is read in which a column has such dates.
pub(super) fn relining(start: TextStart<'_>) -> Option<Relining> {
    let is_year = |run: &[u8]| matches!(run, [b'2', b'5' | b'6', _, _]);
    if !start.has_line(|line| digit_runs(line).any(is_year)) {
        return None;
    }
    let delimiter = start.likely_delimiter()?;
    let columns = columns_of(start, delimiter, FEWEST, |cell| common(cell).is_some());
    let remark = format!(
        "Dates in column {} have years of the Thai calendar, such as `{}`, and are read with those of the common era, {AHEAD} before.",
        named(&columns),
        columns.first()?.example
    );
    let columns = columns.iter().map(|column| column.column).collect();
    let rule = Arc::new(CellRule { delimiter, columns, write: common });
    Some(Relining { rule, delimiter: None, remark })
}

/// A date of three numbers with the year of the common era.
fn common(cell: &str) -> Option<String> {
    let length = cell.find(' ').unwrap_or(cell.len());
    let (date, clock) = cell.split_at_checked(length)?;
    let mark = ['/', '-', '.'].into_iter().find(|mark| date.matches(*mark).count() == 2)?;
    let parts: Vec<&str> = date.split(mark).collect();
    let place = parts.iter().position(|part| part.len() == 4).filter(|place| *place != 1)?;
    let is_number =
        |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let year: u32 = parts.get(place)?.parse().ok()?;
    if !parts.iter().all(is_number) || !YEARS.contains(&year) {
        return None;
    }
    let year = (year - AHEAD).to_string();
    let part =
        |(at, part): (usize, &&str)| if at == place { year.clone() } else { (*part).to_owned() };
    let parts: Vec<String> = parts.iter().enumerate().map(part).collect();
    Some(parts.join(&mark.to_string()) + clock)
}

#[cfg(test)]
mod tests {
    use super::super::tests::relined_text;

    #[test]
    fn years_of_the_thai_calendar_become_those_of_the_common_era() {
        for (text, rows) in [
            ("วันที่,n\n10/02/2569,5\n11/02/2569,6\n", Some("วันที่,n\n10/02/2026,5\n11/02/2026,6\n")),
            (
                "d;n\n2569-02-10 10:00;5\n2569-02-11 10:00;6\n",
                Some("d;n\n2026-02-10 10:00;5\n2026-02-11 10:00;6\n"),
            ),
            ("d,n\n10/02/2026,2569\n11/02/2026,2570\n", None),
            ("d,n\n10/02/2026,5\n11/02/2025,6\n", None),
        ] {
            assert_eq!(relined_text(text).as_deref(), rows, "{text}");
        }
    }
}
