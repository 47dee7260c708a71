//! What the rows of an export mean: how its numbers and dates are written, which of its columns count,
//! and what becomes of corrections, repeats, totals and blanks.
//!
//! In reading order: this page → `number` → `moment` → `blank` → `formula`. Deliberately absent: bytes, delimiters
//! and documents, which [`super::export`] turns into rows of named text.

pub mod blank;
pub mod formula;
pub mod moment;
pub mod number;
