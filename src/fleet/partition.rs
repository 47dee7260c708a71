//! Usage put aside on disk by account: each account's events are together in one of many files, so that a file in
//! any order is replayed with the memory that one of them takes.
//!
//! An event takes some eight bytes: the number of its account in the file, the distance from the event before it,
//! and its amount, each in as few groups of seven bits as it needs (LEB128). Deliberately absent: what the rows mean.

use std::collections::HashMap;
use std::fs::{self, File};
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::domain::Instant;
use crate::usage::meaning::number::Atto;
use crate::usage::meaning::{AccountEvent, AccountEvents, AccountSink, Keep};

use super::error::FleetError;
use super::rules::account_seed;

/// Parts of a file that is put aside.
pub(super) const PARTS: usize = 256;
/// Bytes that are written at once.
const AT_ONCE: usize = 32 << 10;
/// The longest number in groups of seven bits.
const LONGEST: usize = 19;

/// The part that an account is in, of so many. It depends on nothing but its name.
pub(super) fn part_of(account: &str, parts: usize) -> usize {
    (account_seed(0, account) % parts as u64) as usize
}

/// The file of a part.
pub(super) fn part_path(folder: &Path, part: usize) -> PathBuf {
    folder.join(format!("usage-{part:04}.bin"))
}

/// Where an account is written to.
#[derive(Clone, Copy)]
struct PlaceOfAccount {
    part: u32,
    /// Its number in the part, from 1.
    number: u32,
}

/// A hash map of a fixed hash function.
type Places = HashMap<Box<str>, PlaceOfAccount, BuildHasherDefault<DefaultHasher>>;

/// A file that is written.
struct PartWriter {
    path: PathBuf,
    file: File,
    buffer: Vec<u8>,
    accounts: u32,
    last: i64,
}

/// Writes the events of accounts to files.
pub(super) struct PartitionWriter<'w> {
    folder: PathBuf,
    parts: Vec<PartWriter>,
    count: usize,
    places: Places,
    keep: Keep,
    stop: &'w (dyn Fn() -> bool + Sync),
    events: u64,
    latest: Option<Instant>,
}

impl<'w> PartitionWriter<'w> {
    /// Writes into `folder`, in so many parts.
    pub(super) fn new(
        folder: &Path,
        parts: usize,
        stop: &'w (dyn Fn() -> bool + Sync),
    ) -> PartitionWriter<'w> {
        PartitionWriter {
            folder: folder.to_owned(),
            parts: Vec::new(),
            count: parts,
            places: Places::default(),
            keep: Keep::First,
            stop,
            events: 0,
            latest: None,
        }
    }

    /// Completes the files; returns which of rows with one identity counts, and the last instant of any event.
    pub(super) fn finish(mut self) -> Result<(Keep, Option<Instant>), FleetError> {
        for part in &mut self.parts {
            part.flush()?;
        }
        Ok((self.keep, self.latest))
    }
}

impl AccountSink for PartitionWriter<'_> {
    type Error = FleetError;

    fn begin(&mut self, keep: Keep) -> Result<(), FleetError> {
        (self.keep, self.places, self.events) = (keep, Places::default(), 0);
        self.latest = None;
        let open = |part| {
            let path = part_path(&self.folder, part);
            let file = File::create(&path).map_err(|cause| failed(&path, cause))?;
            let buffer = Vec::with_capacity(AT_ONCE + 4 * LONGEST);
            Ok(PartWriter { path, file, buffer, accounts: 0, last: 0 })
        };
        self.parts = (0..self.count).map(open).collect::<Result<_, FleetError>>()?;
        Ok(())
    }

    fn take(&mut self, account: &str, event: AccountEvent) -> Result<(), FleetError> {
        /// Events after which an interrupt is noticed.
        const OFTEN: u64 = 1 << 16;
        self.events += 1;
        self.latest = self.latest.max(Some(event.at));
        if self.events.is_multiple_of(OFTEN) && (self.stop)() {
            return Err(FleetError::Interrupted { accounts: 0, keeps: false });
        }
        let place = match self.places.get(account) {
            Some(place) => *place,
            None => {
                let part = part_of(account, self.count);
                let writer = &mut self.parts[part];
                writer.accounts += 1;
                writer.name(account);
                let place = PlaceOfAccount { part: part as u32, number: writer.accounts };
                self.places.insert(account.into(), place);
                place
            }
        };
        self.parts[place.part as usize].event(place.number, event)
    }
}

impl PartWriter {
    /// Names the next account: a zero, then the name.
    fn name(&mut self, account: &str) {
        number(&mut self.buffer, 0);
        number(&mut self.buffer, account.len() as u128);
        self.buffer.extend_from_slice(account.as_bytes());
    }

    fn event(&mut self, account: u32, event: AccountEvent) -> Result<(), FleetError> {
        number(&mut self.buffer, u128::from(account));
        let apart = event.at.millis().wrapping_sub(self.last);
        self.last = event.at.millis();
        number(&mut self.buffer, zigzag(i128::from(apart)));
        let (unit, amount) = shortest(event.amount);
        let head = (zigzag(amount) << 3)
            | u128::from(event.identity.is_some()) << 2
            | u128::from(unit as u8);
        number(&mut self.buffer, head);
        if let Some(identity) = event.identity {
            self.buffer.extend_from_slice(&identity.to_le_bytes());
        }
        if self.buffer.len() >= AT_ONCE { self.flush() } else { Ok(()) }
    }

    #[cold]
    fn flush(&mut self) -> Result<(), FleetError> {
        self.file.write_all(&self.buffer).map_err(|cause| failed(&self.path, cause))?;
        self.buffer.clear();
        Ok(())
    }
}

/// The unit in which an amount is whole.
#[derive(Clone, Copy)]
enum AmountUnit {
    Whole = 0,
    Millionths = 1,
    Finest = 2,
}

/// Steps of [`Atto`] in a millionth and in a whole one.
const MILLIONTH: i128 = 1_000_000_000_000;
const WHOLE: i128 = 1_000_000 * MILLIONTH;

fn shortest(amount: Atto) -> (AmountUnit, i128) {
    let steps = amount.steps();
    match () {
        () if steps % WHOLE == 0 => (AmountUnit::Whole, steps / WHOLE),
        () if steps % MILLIONTH == 0 => (AmountUnit::Millionths, steps / MILLIONTH),
        () => (AmountUnit::Finest, steps),
    }
}

/// Small numbers for those near zero.
fn zigzag(number: i128) -> u128 {
    ((number << 1) ^ (number >> 127)).cast_unsigned()
}

fn unzigzag(number: u128) -> i128 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}

/// Writes a number in groups of seven bits, the lowest first.
#[inline]
fn number(buffer: &mut Vec<u8>, mut number: u128) {
    while number >= 0x80 {
        buffer.push(number as u8 | 0x80);
        number >>= 7;
    }
    buffer.push(number as u8);
}

/// The accounts of a part with their events, in the order of their first rows.
pub(super) fn read_part(path: &Path) -> Result<Vec<(String, AccountEvents)>, FleetError> {
    let bytes = fs::read(path).map_err(|cause| failed(path, cause))?;
    let accounts = PartReader { rest: &bytes }.accounts();
    accounts.ok_or_else(|| failed(path, damaged()))
}

/// Reads a part; `None` if it is damaged.
struct PartReader<'b> {
    rest: &'b [u8],
}

impl PartReader<'_> {
    fn accounts(&mut self) -> Option<Vec<(String, AccountEvents)>> {
        let mut accounts: Vec<(String, AccountEvents)> = Vec::new();
        let mut last = 0_i64;
        while !self.rest.is_empty() {
            let number = usize::try_from(self.number()?).ok()?;
            let Some(place) = number.checked_sub(1) else {
                let length = usize::try_from(self.number()?).ok()?;
                let name = String::from_utf8(self.bytes(length)?.to_vec()).ok()?;
                accounts.push((name, AccountEvents::default()));
                continue;
            };
            let apart = i64::try_from(unzigzag(self.number()?)).ok()?;
            last = last.wrapping_add(apart);
            let event = self.event(Instant::from_millis(last))?;
            accounts.get_mut(place)?.1.push(event);
        }
        Some(accounts)
    }

    fn event(&mut self, at: Instant) -> Option<AccountEvent> {
        let head = self.number()?;
        let unit = match head & 3 {
            0 => WHOLE,
            1 => MILLIONTH,
            2 => 1,
            _ => return None,
        };
        let steps = unzigzag(head >> 3).checked_mul(unit)?;
        let identity = match head & 4 {
            0 => None,
            _ => Some(u128::from_le_bytes(self.bytes(16)?.try_into().ok()?)),
        };
        Some(AccountEvent { at, amount: Atto::from_steps(steps), identity })
    }

    fn bytes(&mut self, count: usize) -> Option<&[u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    #[inline]
    fn number(&mut self) -> Option<u128> {
        let (mut number, mut shift) = (0_u128, 0);
        loop {
            let (&byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            number |= u128::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
            shift += 7;
            if shift >= 7 * LONGEST as u32 {
                return None;
            }
        }
    }
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "is damaged; make the plan again")
}

#[cold]
fn failed(path: &Path, cause: io::Error) -> FleetError {
    FleetError::Disk { path: path.to_owned(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_as_they_were_written_each_account_by_itself() {
        let folder = tempfile::tempdir().unwrap();
        let stop = || false;
        let mut writer = PartitionWriter::new(folder.path(), 3, &stop);
        writer.begin(Keep::First).unwrap();
        writer.take("left over", event(1, 5, None)).unwrap();
        writer.begin(Keep::Last).unwrap();
        let amounts = [0, 1, -1, MILLIONTH, 7 * MILLIONTH, WHOLE, -3 * WHOLE, i128::MAX / 16];
        let names = ["a", "b", "c", "ümlaut", "e"];
        let row = |n: usize| {
            let at = -62_135_596_800_000 + (n as i64 * 7_919) % 40_000_000_000;
            let identity = (n.is_multiple_of(3)).then_some(u128::MAX - n as u128);
            (names[n % names.len()], event(at, amounts[n % amounts.len()], identity))
        };
        for n in 0..20_000 {
            let (name, event) = row(n);
            writer.take(name, event).unwrap();
        }
        let (keep, latest) = writer.finish().unwrap();
        let last = (0..20_000).map(|n| row(n).1.at).max();
        assert_eq!((keep, latest), (Keep::Last, last));
        let mut seen = 0;
        for part in 0..3 {
            for (name, events) in read_part(&part_path(folder.path(), part)).unwrap() {
                assert_eq!(part_of(&name, 3), part);
                let wanted: Vec<_> = (0..20_000).map(row).filter(|(of, _)| *of == name).collect();
                let mut all = AccountEvents::default();
                wanted.iter().for_each(|(_, event)| all.push(*event));
                assert_eq!(format!("{events:?}"), format!("{all:?}"));
                seen += 1;
            }
        }
        assert_eq!(seen, 5);
    }

    fn event(at: i64, steps: i128, identity: Option<u128>) -> AccountEvent {
        AccountEvent { at: Instant::from_millis(at), amount: Atto::from_steps(steps), identity }
    }

    #[test]
    fn a_damaged_file_is_an_error_and_no_panic() {
        let folder = tempfile::tempdir().unwrap();
        let path = part_path(folder.path(), 0);
        for bytes in [&[5][..], &[1, 0, 0], &[0, 200, 1, 65], &[0xff; 64], &[0, 1, 65, 1, 0, 3]] {
            std::fs::write(&path, bytes).unwrap();
            assert!(read_part(&path).is_err(), "{bytes:?}");
        }
    }
}
