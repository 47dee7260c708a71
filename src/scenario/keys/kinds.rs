//! Kinds of values, each with the type that it is read as.

use chrono::NaiveDateTime;
use rust_decimal::Decimal;

use crate::domain::{Credits, Currency, Duration, Instant, Money, Share, Zone};
use crate::scenario::declare::{
    InnerTable, KeyTable, KindOf, NamedTables, OpenTable, TableList, ValueKind,
};
use crate::scenario::scalar::MonthlyGrowth;
use crate::scenario::words::{self, Choice};

pub const TEXT: KindOf<String> = KindOf::new(ValueKind::Text);
pub const FLAG: KindOf<bool> = KindOf::new(ValueKind::Flag);
pub const FACTOR: KindOf<Decimal> = KindOf::new(ValueKind::Factor);
pub const POSITIVE: KindOf<Credits> = KindOf::new(ValueKind::Credits { positive: true });
pub const CREDITS: KindOf<Credits> = KindOf::new(ValueKind::Credits { positive: false });
pub const PRICE: KindOf<Money> = KindOf::new(ValueKind::Money { minor: true });
pub const UNIT_PRICE: KindOf<Money> = KindOf::new(ValueKind::Money { minor: false });
pub const SHARE: KindOf<Share> = KindOf::new(ValueKind::Share);
pub const GROWTH: KindOf<MonthlyGrowth> = KindOf::new(ValueKind::Growth);
pub const ANY_LENGTH: KindOf<Duration> = KindOf::new(ValueKind::Length { least: 0 });
pub const SOME_LENGTH: KindOf<Duration> = KindOf::new(ValueKind::Length { least: 1 });
pub const FROM_A_SECOND: KindOf<Duration> = KindOf::new(ValueKind::Length { least: 1_000 });
pub const MOMENT: KindOf<Instant> = KindOf::new(ValueKind::Moment);
pub const LOCAL_MOMENT: KindOf<NaiveDateTime> = KindOf::new(ValueKind::LocalMoment);
pub const CURRENCY: KindOf<Currency> = KindOf::new(ValueKind::Currency);
pub const ZONE: KindOf<Zone> = KindOf::new(ValueKind::Zone);
pub const TIMES: KindOf<f64> = number(0.0, 1_000_000.0);
pub const OPEN: KindOf<OpenTable> = KindOf::new(ValueKind::Open);

/// A whole number in a range, both ends inside.
pub const fn count(least: u64, most: u64) -> KindOf<u64> {
    KindOf::new(ValueKind::Count { least, most })
}

/// The same in 32 bits.
pub const fn small_count(least: u32, most: u32) -> KindOf<u32> {
    KindOf::new(ValueKind::Count { least: least as u64, most: most as u64 })
}

/// A number in a range, both ends inside.
pub const fn number(least: f64, most: f64) -> KindOf<f64> {
    KindOf::new(ValueKind::Number { least, most })
}

/// The name of an entry of a catalogue.
pub const fn name_in(catalogue: &'static str) -> KindOf<String> {
    KindOf::new(ValueKind::Reference(catalogue))
}

/// One of the words of a choice.
pub const fn words<T: Choice>() -> KindOf<T> {
    KindOf::new(ValueKind::Words(words::words::<T>))
}

/// A list of `least` to `most` values.
pub const fn list<T>(of: &'static KindOf<T>, least: usize, most: usize) -> KindOf<Vec<T>> {
    KindOf::new(ValueKind::List { of: &of.kind, least, most })
}

/// A table.
pub const fn table(table: &'static KeyTable) -> KindOf<InnerTable> {
    KindOf::new(ValueKind::Table(table))
}

/// A list of `least` to `most` tables.
pub const fn rows(of: &'static ValueKind, least: usize, most: usize) -> KindOf<TableList> {
    KindOf::new(ValueKind::List { of, least, most })
}

/// A table of tables with names chosen by the author.
pub const fn named(of: &'static ValueKind) -> KindOf<NamedTables> {
    KindOf::new(ValueKind::Catalogue(of))
}
