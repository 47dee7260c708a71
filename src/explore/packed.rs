//! Usage as few bytes: columns of differences, each number as short as it is.
//!
//! Rows of an export are mostly evenly apart and ask for whole credits, so the change of the distance between two rows is
//! mostly zero, and amounts have a common divisor. Nothing is compressed: compressors choose other bytes on other
//! processors. Deliberately absent: the meaning of rows.

use crate::domain::{Credits, Instant};

/// Reason why bytes hold no usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the usage in the page is damaged; write the page again with recharge explore")]
pub struct NotPacked;

/// Rows in time order as bytes: their number, the common divisor of their amounts, all instants, all amounts.
pub fn pack(rows: &[(Instant, Credits)]) -> Vec<u8> {
    let divisor = rows.iter().fold(0, |divisor, &(_, amount)| common(divisor, amount.micro()));
    let divisor = divisor.max(1);
    let mut bytes = Vec::new();
    write(&mut bytes, rows.len() as u64);
    write(&mut bytes, divisor.unsigned_abs());
    let (mut last, mut apart) = (0_i64, 0_i64);
    for &(at, _) in rows {
        let next = at.millis().wrapping_sub(last);
        write(&mut bytes, folded(next.wrapping_sub(apart)));
        (last, apart) = (at.millis(), next);
    }
    for &(_, amount) in rows {
        write(&mut bytes, folded(amount.micro() / divisor));
    }
    bytes
}

/// The rows of [`pack`].
pub fn unpack(bytes: &[u8]) -> Result<Vec<(Instant, Credits)>, NotPacked> {
    let mut rest = bytes;
    let count = read(&mut rest)?;
    let divisor = i64::try_from(read(&mut rest)?).map_err(|_| NotPacked)?;
    // Every row takes two bytes at least, so a wrong count reserves no more memory than there are bytes.
    let count = usize::try_from(count).ok().filter(|&count| count <= rest.len() / 2);
    let count = count.ok_or(NotPacked)?;
    let mut rows = Vec::with_capacity(count);
    let (mut last, mut apart) = (0_i64, 0_i64);
    for _ in 0..count {
        apart = apart.wrapping_add(unfolded(read(&mut rest)?));
        last = last.wrapping_add(apart);
        rows.push((Instant::from_millis(last), Credits::ZERO));
    }
    for (_, amount) in &mut rows {
        let micro = unfolded(read(&mut rest)?).checked_mul(divisor).ok_or(NotPacked)?;
        *amount = Credits::from_micro(micro);
    }
    if rest.is_empty() { Ok(rows) } else { Err(NotPacked) }
}

/// The greatest common divisor, where 0 divides by everything.
fn common(one: i64, other: i64) -> i64 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one.saturating_abs()
}

/// A number near zero as a small one without a sign.
fn folded(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

fn unfolded(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn write(bytes: &mut Vec<u8>, number: u64) {
    let mut rest = number;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}

fn read(bytes: &mut &[u8]) -> Result<u64, NotPacked> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(NotPacked)?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(NotPacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(at: i64, micro: i64) -> (Instant, Credits) {
        (Instant::from_millis(at), Credits::from_micro(micro))
    }

    #[test]
    fn rows_come_back_as_they_were_whatever_they_hold() {
        for rows in [
            vec![],
            vec![row(0, 0)],
            vec![row(-5, 1), row(-5, 0), row(7, 3)],
            vec![row(1, 1_000_000), row(1_767_225_600_000, Credits::LARGEST.micro())],
            (0..1_000).map(|i| row(i * i * 977, (i % 17) * 250_000)).collect(),
        ] {
            assert_eq!(unpack(&pack(&rows)), Ok(rows));
        }
    }

    #[test]
    fn evenly_spaced_rows_take_three_bytes_each() {
        let rows: Vec<_> =
            (0..10_000).map(|i| row(i * 300_000, (100 + i % 90) * 1_000_000)).collect();
        assert!(pack(&rows).len() < 30_100, "{}", pack(&rows).len());
    }

    #[test]
    fn damaged_bytes_are_refused_and_take_no_memory() {
        let whole = pack(&[row(1, 5), row(2, 7)]);
        for cut in 0..whole.len() {
            assert_eq!(unpack(&whole[..cut]), Err(NotPacked), "{cut}");
        }
        assert_eq!(unpack(&[&whole[..], &[0]].concat()), Err(NotPacked));
        let many = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 0, 0];
        assert_eq!(unpack(&many), Err(NotPacked));
    }
}
