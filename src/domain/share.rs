//! Shares of a whole, as settings name them: exact, in millionths.

use std::fmt;
use std::str::FromStr;

use super::credits::Credits;

/// Millionths in the whole.
const WHOLE: i64 = 1_000_000;

/// A share between 0 and 1 in steps of a millionth; written `90%` or `0.9`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share(i64);

/// Reason why a text is not a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a share between 0% and 100%")]
pub struct ShareError;

impl Share {
    /// Nothing of it.
    pub const NONE: Share = Share(0);
    /// All of it.
    pub const ALL: Share = Share(WHOLE);

    /// Converts from millionths; `None` outside 0 to 1,000,000.
    pub fn from_millionths(millionths: i64) -> Option<Share> {
        (0..=WHOLE).contains(&millionths).then_some(Share(millionths))
    }

    /// Returns the share in millionths.
    pub const fn millionths(self) -> i64 {
        self.0
    }

    /// The rest of `whole` after this share of it is removed, rounded down to the last decimal.
    pub fn left_of(self, whole: Credits) -> Credits {
        let left = i128::from(whole.micro()) * i128::from(WHOLE - self.0);
        // A part of an `i64` is no larger than the `i64`.
        Credits::from_micro(left.div_euclid(i128::from(WHOLE)) as i64)
    }

    /// This share of `whole`, rounded down to the last decimal.
    pub fn of(self, whole: Credits) -> Credits {
        let part = i128::from(whole.micro()) * i128::from(self.0);
        // A part of an `i64` is no larger than the `i64`.
        Credits::from_micro(part.div_euclid(i128::from(WHOLE)) as i64)
    }

    /// Converts to a probability.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / WHOLE as f64
    }
}

impl FromStr for Share {
    type Err = ShareError;

    fn from_str(text: &str) -> Result<Share, ShareError> {
        let (digits, percent) = match text.strip_suffix('%') {
            Some(digits) => (digits.trim_end(), true),
            None => (text, false),
        };
        // A share has the exact decimals of credits: both are counted in millionths.
        let number: Credits = digits.parse().map_err(|_| ShareError)?;
        let millionths = match percent {
            false => number.micro(),
            true if number.micro() % 100 == 0 => number.micro() / 100,
            true => return Err(ShareError),
        };
        Share::from_millionths(millionths).ok_or(ShareError)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", Credits::from_micro(self.0 * 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_written_as_percent_or_as_a_fraction() {
        for (text, shown) in [("90%", "90%"), ("0.9", "90%"), ("12.5 %", "12.5%"), ("1", "100%")] {
            assert_eq!(text.parse::<Share>().unwrap().to_string(), shown);
        }
        for text in ["101%", "1.1", "-1%", "ninety", "NaN", "0.0000001", "12.34567%"] {
            assert!(text.parse::<Share>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_left_is_rounded_down() {
        let share: Share = "90%".parse().unwrap();
        assert_eq!(share.left_of(Credits::whole(5_000)), Credits::whole(500));
        assert_eq!(share.left_of(Credits::from_micro(19)), Credits::from_micro(1));
        assert_eq!(share.of(Credits::from_micro(19)), Credits::from_micro(17));
        assert_eq!(Share::ALL.of(Credits::LARGEST), Credits::LARGEST);
    }
}
