//! The notation of values, the same in every medium.

use rust_decimal::Decimal;

use crate::domain::grouped;
use crate::domain::{Currency, Instant, Money, Zone};
use crate::report::words;

use super::cell::{Cell, CellKind, LinkedText, Mean, Spread};

/// The settings that the notation depends on.
#[derive(Clone, Copy, Debug)]
pub struct Notation {
    /// The currency of all money.
    pub currency: Currency,
    /// The zone of all instants.
    pub zone: Zone,
}

impl Notation {
    /// Formats a value for people; empty for an empty cell.
    pub fn show(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => String::new(),
            Cell::Unknown => "unknown".to_owned(),
            Cell::Text(text) => text.clone(),
            Cell::Linked(parts) => LinkedText::joined(parts),
            Cell::Money(money) => self.currency.show(*money),
            Cell::Price(price) => rounded_price(self.currency, *price),
            Cell::Credits(credits) => words::credits(*credits),
            Cell::Count(count) => grouped(&count.to_string()),
            Cell::Share(share) => rounded_share(*share),
            Cell::Length(millis) => words::about_signed(*millis),
            Cell::Instant(Instant::NEVER) => "no expiry".to_owned(),
            Cell::Instant(at) => words::second(self.zone, *at),
            Cell::Mean(mean) => self.mean(*mean),
            Cell::Derived(cell, _) => self.show(cell),
        }
    }

    /// A value with all its digits, where [`Notation::show`] leaves some out.
    #[cfg(feature = "html")]
    pub fn exactly(&self, cell: &Cell) -> Option<String> {
        let exact = match cell {
            Cell::Length(millis) if *millis >= 0 => {
                crate::domain::Duration::from_millis(*millis).to_string()
            }
            Cell::Instant(at) if *at != Instant::NEVER => self.zone.show_local(*at),
            Cell::Derived(cell, _) => return self.exactly(cell),
            _ => return None,
        };
        (exact != self.show(cell)).then_some(exact)
    }

    /// A mean with how sure it is; limits that are not resolved are question marks.
    fn mean(&self, mean: Mean) -> String {
        let show = |value: f64| self.quantity(mean.kind, value);
        let limit = |limit: Option<f64>| limit.map_or("?".to_owned(), show);
        let value = show(mean.value);
        match mean.spread {
            Spread::Alone => value,
            // Half an interval that is shown as nothing is no news.
            Spread::Half(Some(half)) if show(half) == show(0.0) => value,
            Spread::Half(half) => format!("{value} ± {}", limit(half)),
            Spread::Limits(low, high) => match (limit(low), limit(high)) {
                (low, high) if low == value && high == value => value,
                (low, high) => format!("{value} ({low} to {high})"),
            },
        }
    }

    /// A rounded quantity.
    pub fn quantity(&self, kind: CellKind, value: f64) -> String {
        match kind {
            CellKind::Money => rounded_amount(self.currency, value),
            CellKind::Price => rounded_price(self.currency, value),
            CellKind::Share => rounded_share(value),
            CellKind::Credits => rounded_credits(value),
            CellKind::Hours | CellKind::Length => format!("{} h", hundredths(value)),
            CellKind::Text
            | CellKind::Code
            | CellKind::Figure
            | CellKind::Count
            | CellKind::Instant => hundredths(value),
        }
    }
}

/// A mean amount of money, rounded to the minor unit.
pub fn rounded_amount(currency: Currency, amount: f64) -> String {
    let Some(exact) = Decimal::from_f64_retain(amount) else {
        return "beyond counting".to_owned();
    };
    let rounded = Money::new(exact.abs()).rounded(currency.minor());
    let sign = if amount < 0.0 && rounded.is_positive() { "-" } else { "" };
    format!("{sign}{}", currency.show(rounded))
}

/// A unit price: in the minor unit, or with the three digits that matter where that is too coarse.
pub fn rounded_price(currency: Currency, price: f64) -> String {
    let decimals = price_decimals(currency, price);
    currency.mark(&grouped(&format!("{price:.decimals$}")))
}

/// The decimals that a unit price is written with.
pub(super) fn price_decimals(currency: Currency, price: f64) -> usize {
    const MOST: f64 = 12.0;
    let minor = currency.minor() as usize;
    match price.abs() {
        fine if fine > 0.0 && fine < 1.0 => {
            let decimals = (2.0 - libm::floor(libm::log10(fine))).min(MOST) as usize;
            decimals.max(minor)
        }
        _ => minor,
    }
}

/// A price as it was given, with the decimals of the currency at least.
pub fn given_price(currency: Currency, price: f64) -> String {
    let plain = price.to_string();
    let given = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let decimals = given.max(currency.minor() as usize);
    currency.mark(&grouped(&format!("{price:.decimals$}")))
}

/// With two decimals; nothing has no sign.
fn hundredths(value: f64) -> String {
    let shown = format!("{value:.2}");
    if shown == "-0.00" { "0.00".to_owned() } else { grouped(&shown) }
}

/// A share as percent: two decimals where they matter.
pub fn rounded_share(share: f64) -> String {
    match share * 100.0 {
        all if share == 0.0 || share == 1.0 => format!("{all:.0}%"),
        some if (1.0..=99.0).contains(&some) => {
            let shown = format!("{some:.1}");
            format!("{}%", shown.strip_suffix(".0").unwrap_or(&shown))
        }
        some if some > 99.99 => "99.99%".to_owned(),
        some if some < 0.01 => "0.01%".to_owned(),
        some => format!("{some:.2}%"),
    }
}

/// A mean number of credits: one decimal where it matters.
pub fn rounded_credits(credits: f64) -> String {
    let shown =
        if credits.abs() < 10.0 { format!("{credits:.1}") } else { format!("{credits:.0}") };
    let shown = grouped(&shown);
    let shown = shown.strip_suffix(".0").unwrap_or(&shown);
    // Nothing has no sign.
    if shown == "-0" { "0".to_owned() } else { shown.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_two_units_and_whole_seconds_and_pages_have_the_rest_on_request() {
        let notation = Notation { currency: Currency::from_code("USD").unwrap(), zone: Zone::UTC };
        let length = Cell::Length(2_061_127_267);
        let at = Cell::Instant(Instant::from_millis(1_767_715_719_999));
        let whole = Cell::Instant(Instant::from_millis(1_767_715_740_000));
        let told = [&length, &at, &whole, &Cell::Share(1.0), &Cell::Share(0.346)];
        assert_eq!(
            told.map(|cell| notation.show(cell)),
            ["23 d 21 h", "6 Jan 2026 16:08:39", "6 Jan 2026 16:09", "100%", "34.6%"]
        );
        #[cfg(feature = "html")]
        assert_eq!(
            [&length, &at, &whole].map(|cell| notation.exactly(cell)),
            [
                Some("23 d 20 h 32 min 7 s 267 ms".to_owned()),
                Some("6 Jan 2026 16:08:39.999".to_owned()),
                None
            ]
        );
    }

    #[test]
    fn a_unit_price_keeps_three_digits_however_small_it_is() {
        let currency = Currency::from_code("USD").unwrap();
        for (price, shown) in [
            (0.0, "$0.00"),
            (14.117_6, "$14.12"),
            (1_234.5, "$1,234.50"),
            (1.0, "$1.00"),
            (0.25, "$0.250"),
            (0.002_803_9, "$0.00280"),
            (0.000_000_123_4, "$0.000000123"),
        ] {
            assert_eq!(rounded_price(currency, price), shown, "{price}");
        }
        assert_eq!(rounded_price(Currency::from_code("JPY").unwrap(), 0.5), "0.500 JPY");
    }

    #[test]
    fn a_price_that_was_given_keeps_its_decimals_and_has_those_of_the_currency() {
        let currency = Currency::from_code("USD").unwrap();
        for (price, shown) in
            [(0.0, "$0.00"), (0.5, "$0.50"), (0.0062, "$0.0062"), (1_500.0, "$1,500.00")]
        {
            assert_eq!(given_price(currency, price), shown, "{price}");
        }
        assert_eq!(given_price(Currency::from_code("JPY").unwrap(), 3.0), "3 JPY");
    }
}
