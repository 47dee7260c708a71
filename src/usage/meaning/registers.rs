//! A few readings of a meter, which only rise: `kWh` 10,237, 10,548, 10,933 from month to month. Usage is what lies between them.
//!
//! Deliberately absent: many amounts that only rise, whatever they count, which [`super::tally`] looks at.

use super::headers::{self, header_argument};
use super::number::Atto;
use super::shown::{RowProblem, ShownPart, ShownRows};
use super::tally::{FEWEST_ASKED, FEWEST_STEADY};

/// Readings that must rise.
const FEWEST: usize = 5;

/// Units that meters count in, in small letters.
const UNITS: [&str; 17] = [
    "kwh", "wh", "mwh", "m3", "m³", "cbm", "therm", "therms", "ccf", "ft3", "gallons", "litres",
    "liters", "liter", "km", "miles", "kvarh",
];

/// Whether a header names such a unit.
fn is_metered(header: &str) -> bool {
    let small = header.to_lowercase();
    let is_letter = |c: char| c.is_alphanumeric();
    small.split(|c| !is_letter(c)).any(|word| UNITS.contains(&word))
}

/// The problem of amounts that may be such readings: of the few rows of a file, each is more than the one before it, by little
/// beside what the first is.
pub(super) fn problem(shown: &ShownRows<'_>) -> Option<RowProblem> {
    let columns = shown.columns;
    let [amount] = columns.amounts()[..] else { return None };
    let is_settled = columns.filters.iter().any(|filter| filter.columns().contains(&&amount));
    let name = columns.name(amount);
    // Many of them are looked at with all rows.
    let many = if headers::is_register(name) { FEWEST_STEADY } else { FEWEST_ASKED };
    let is_few = shown.part == ShownPart::Whole && (shown.rows.len() as u64) < many;
    if is_settled || !is_metered(name) || !is_few {
        return None;
    }
    let amounts: Option<Vec<Atto>> = shown.numbers(amount).iter().copied().collect();
    let mut amounts = amounts?;
    if amounts.first() > amounts.last() {
        amounts.reverse();
    }
    are_readings(&amounts).then(|| {
        RowProblem::of(format!(
            "the amount: each number in column `{name}` is more than the one before it, by little beside what it is, as in readings of \
             a meter, of which the usage is the differences and not the sum. If each is the amount of its row, `--amount-column {}` \
             (or `[usage] amount`) reads them; if not, write the differences into a column",
            header_argument(name)
        ))
    })
}

/// Whether amounts rise by now more and now less, and by less in all than the first of them is.
fn are_readings(amounts: &[Atto]) -> bool {
    let steps: Option<Vec<Atto>> = amounts.windows(2).map(|pair| pair[1].minus(pair[0])).collect();
    let (Some(steps), Some(first)) = (steps, amounts.first()) else { return false };
    let risen = amounts.last().and_then(|last| last.minus(*first));
    amounts.len() >= FEWEST
        && steps.iter().all(|step| *step > Atto::ZERO)
        && steps.windows(2).any(|pair| pair[0] != pair[1])
        && risen.is_some_and(|risen| risen < *first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_rise_by_little_and_unevenly() {
        let are = |amounts: &[i128]| {
            let amounts: Vec<Atto> =
                amounts.iter().map(|&amount| Atto::from_steps(amount)).collect();
            are_readings(&amounts)
        };
        assert!(are(&[100, 103, 107, 109, 114]));
        assert!(!are(&[100, 103, 107, 109]), "too few");
        assert!(!are(&[100, 103, 107, 106, 114]), "one is less");
        assert!(!are(&[100, 110, 120, 130, 140]), "by as much each time");
        assert!(!are(&[10, 13, 17, 19, 24]), "by more than the first");
    }

    #[test]
    fn units_of_meters_are_words_of_headers() {
        assert!(is_metered("kWh") && is_metered("Gas (m³)") && is_metered("consumption_kwh"));
        assert!(!is_metered("Credits") && !is_metered("Whales") && !is_metered("Minutes"));
    }
}
