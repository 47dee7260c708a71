//! How numbers become words: shares, counts, credits with their unit. Used by every report.

use crate::domain::CreditTotal;
use crate::domain::money::grouped;

/// A share between 0 and 1 as percent with two decimals; all and nothing only where they are
/// exactly that.
pub fn percent(share: f64) -> String {
    let shown = format!("{:.2}%", share * 100.0);
    match shown.as_str() {
        "100.00%" if share < 1.0 => "99.99%".to_owned(),
        "0.00%" if share > 0.0 => "0.01%".to_owned(),
        _ => shown,
    }
}

/// A count and its noun, in the plural unless there is one: `1 outage`, `3 outages`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    let noun = if number == 1 { noun } else { &plural };
    format!("{} {noun}", grouped(&number.to_string()))
}

/// Credits in groups of three digits: `7,440.5`.
pub fn credits(total: impl Into<CreditTotal>) -> String {
    grouped(&total.into().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_all_is_not_all_and_nearly_nothing_not_nothing() {
        for (share, text) in [
            (1.0, "100.00%"),
            (0.999_999, "99.99%"),
            (0.948_92, "94.89%"),
            (1e-9, "0.01%"),
            (0.0, "0.00%"),
        ] {
            assert_eq!(percent(share), text);
        }
    }

    #[test]
    fn nouns_agree_with_their_count() {
        assert_eq!(count(1, "outage"), "1 outage");
        assert_eq!(count(0, "recharge"), "0 recharges");
        assert_eq!(count(1_234, "delivery"), "1,234 deliveries");
        assert_eq!(count(2, "day"), "2 days");
    }
}
