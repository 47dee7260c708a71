//! The vocabulary: credits, money, instants, calendar windows, grants, the account's balance.
//!
//! In reading order: `credits` → `money` → `share` → `instant` → `calendar` →
//! `account` → [`text`] → [`suggest`]. Deliberately absent: randomness, files, serialisation, and floats other than for
//! display.

mod account;
mod calendar;
mod credits;
mod instant;
mod money;
mod share;
pub mod suggest;
pub mod text;

pub use account::{Account, BurnOrder, BurnRank, Expiry, GiftPlace, Grant, Pool, Pools, Source};
pub use calendar::{CycleLength, Cycles, Window, Zone, month_named};
pub use credits::{CreditTotal, Credits, CreditsError, CreditsOverflow};
pub use instant::{Duration, Instant};
pub use money::{
    Currency, Money, MoneyError, MoneyOverflow, grouped, is_currency_sign, is_like_currency_code,
};
pub use share::Share;
