//! The vocabulary: credits, money, instants, calendar windows, grants, the account's balance.
//!
//! In reading order: [`credits`] → [`money`] → [`share`] → [`instant`] → [`calendar`] →
//! [`account`] → [`text`]. Deliberately absent: randomness, files, serialisation, and floats other than for
//! display.

pub mod account;
pub mod calendar;
pub mod credits;
pub mod instant;
pub mod money;
pub mod share;
pub mod text;

pub use account::{Account, BurnOrder, Expiry, Grant, Pool, Pools, Source};
pub use calendar::{Cycles, Window, Zone};
pub use credits::{CreditTotal, Credits, CreditsOverflow};
pub use instant::{Duration, Instant};
pub use money::{Currency, Money, MoneyOverflow};
pub use share::Share;
