//! The types of columns of rows whose values are exact: what a program reads from the text of CSV.
//!
//! A column has one type, whatever its values. Deliberately absent: formats.

use crate::books::Statement;
use crate::figures::{Figure, Unit};

/// Digits after the point of money: as many as the currency of a country has at most (ISO 4217).
const MONEY: u8 = 4;
/// Digits after the point of credits.
const CREDITS: u8 = 6;

/// The type of a column of exact values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExactType {
    /// Text.
    Text,
    /// A whole number.
    Count,
    /// A decimal number with so many digits after the point.
    Decimal(u8),
    /// A number with fifteen digits that are sure.
    Double,
}

impl ExactType {
    /// The type of the column under a header.
    pub fn of(header: &str) -> ExactType {
        let name = header.strip_prefix("changed_").unwrap_or(header);
        let mut figures = Figure::of_runs().chain(Figure::of_reading());
        if let Some(figure) = figures.find(|figure| figure.name() == name) {
            return match figure.unit() {
                Unit::Money => ExactType::Decimal(MONEY),
                Unit::Credits => ExactType::Decimal(CREDITS),
                Unit::Count | Unit::Duration => ExactType::Count,
                Unit::Share | Unit::Price => ExactType::Double,
            };
        }
        match Statement::MONEY.iter().any(|(money, _)| *money == name) {
            true => ExactType::Decimal(MONEY),
            false => ExactType::Text,
        }
    }
}

/// A decimal number with its point moved `scale` digits to the right; `None` if the text is none, or has more digits
/// after its point.
pub fn moved_point(text: &str, scale: u8) -> Option<i128> {
    if text.is_empty() {
        return None;
    }
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let zeros = usize::from(scale).checked_sub(part.len())?;
    format!("{whole}{part}{}", "0".repeat(zeros)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_the_type_of_its_figure_and_a_decimal_all_its_digits() {
        for (header, of) in [
            ("account_id", ExactType::Text),
            ("seed", ExactType::Text),
            ("total_spend", ExactType::Decimal(4)),
            ("changed_refused", ExactType::Decimal(6)),
            ("downtime_ms", ExactType::Count),
            ("changed_fill_rate", ExactType::Double),
            ("outside_rows", ExactType::Count),
            ("excess_corrections", ExactType::Decimal(6)),
        ] {
            assert_eq!(ExactType::of(header), of, "{header}");
        }
        assert_eq!(moved_point("12.5", 4), Some(125_000));
        assert_eq!(moved_point("-0.000001", 6), Some(-1));
        assert_eq!((moved_point("1.23456", 4), moved_point("", 4)), (None, None));
    }
}
