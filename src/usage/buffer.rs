//! Bytes of a source, read in large pieces and used from the front.
//!
//! Deliberately absent: what the bytes mean.

use std::io::{self, ErrorKind, Read};

#[cfg(target_arch = "x86_64")]
use super::marks::blocks;

/// Bytes requested from the source at once.
const READ: usize = 256 * 1024;

/// Bytes that were read; those in `[start, end)` are not yet used.
pub(super) struct ReadBuffer {
    input: Box<dyn Read + Send>,
    pub(super) bytes: Vec<u8>,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether the source has no more.
    pub(super) ended: bool,
}

impl ReadBuffer {
    /// An empty buffer before a source.
    pub(super) fn new(input: Box<dyn Read + Send>) -> ReadBuffer {
        ReadBuffer { input, bytes: vec![0; READ], start: 0, end: 0, ended: false }
    }

    /// A buffer of bytes behind which nothing comes.
    pub(super) fn holding(bytes: Vec<u8>) -> ReadBuffer {
        let end = bytes.len();
        ReadBuffer { input: Box::new(io::empty()), bytes, start: 0, end, ended: true }
    }

    /// The bytes that are not yet used.
    #[inline]
    pub(super) fn unread(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Reads more behind what is not yet used, which moves to the front; nothing at the end of the source.
    #[cold]
    pub(super) fn refill(&mut self) -> io::Result<()> {
        if self.ended {
            return Ok(());
        }
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.bytes.len() < self.end + READ {
            // At most one row, whose length is limited, and one read.
            self.bytes.resize(self.end + READ, 0);
        }
        let free = self.bytes.get_mut(self.end..).unwrap_or_default();
        let count = loop {
            match self.input.read(free) {
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end += count;
        self.ended = count == 0;
        Ok(())
    }
}

impl ReadBuffer {
    /// Takes back bytes that were used last.
    #[cold]
    pub(super) fn give_back(&mut self, bytes: &[u8]) {
        let all = [bytes, self.unread()].concat();
        (self.start, self.end) = (0, all.len());
        self.bytes = all;
    }
}

/// The places of some ASCII characters in eight bytes, in order.
pub(super) struct MarkPlaces {
    /// The high bit of each byte that is one of them.
    found: u64,
}

impl MarkPlaces {
    /// Finds all of them.
    #[inline(always)]
    pub(super) fn in_word<const N: usize>(word: [u8; 8], marks: [u8; N]) -> MarkPlaces {
        /// All bits of a byte but the highest, in each byte.
        const LOW: u64 = u64::from_le_bytes([0x7f; 8]);
        let word = u64::from_le_bytes(word);
        // No byte overflows into the next, so that each is judged by itself: its high bit is set where it differs.
        let differs = |mark: &u8| ((word & LOW) ^ (u64::from(*mark) * ONES)) + LOW;
        let other = marks.iter().fold(u64::MAX, |other, mark| other & differs(mark));
        MarkPlaces { found: !(other | word) & HIGH }
    }

    /// The place of the next.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<usize> {
        let place = self.found.trailing_zeros() as usize / 8;
        self.found &= self.found.wrapping_sub(1);
        (place < 8).then_some(place)
    }
}

/// One in each byte, and the high bit of each.
const ONES: u64 = u64::from_le_bytes([1; 8]);
const HIGH: u64 = ONES << 7;

/// Bytes in which a word at a time is looked at: a search by wider registers costs more to begin than it saves.
const NEAR: usize = 48;

/// The place of the first of some bytes in a text.
#[inline(always)]
pub(super) fn first_of<const N: usize>(bytes: [u8; N], text: &[u8]) -> Option<usize> {
    first_where::<N, false>(bytes, text)
}

/// The place of the first of some bytes in a text, or of the first control character.
#[inline(always)]
pub(super) fn first_of_or_control<const N: usize>(bytes: [u8; N], text: &[u8]) -> Option<usize> {
    first_where::<N, true>(bytes, text)
}

#[inline(always)]
fn first_where<const N: usize, const CONTROLS: bool>(bytes: [u8; N], text: &[u8]) -> Option<usize> {
    let near = text.get(..NEAR).unwrap_or(text);
    let mut passed = 0;
    #[cfg(target_arch = "x86_64")]
    for part in near.as_chunks().0 {
        match blocks::first_in_part::<N, CONTROLS>(part, bytes) {
            Some(found) => return Some(passed + found),
            None => passed += part.len(),
        }
    }
    let (words, rest) = near.get(passed..).unwrap_or_default().as_chunks::<8>();
    for word in words {
        let word = u64::from_le_bytes(*word);
        // The lowest high bit that is set is that of the first byte that is zero.
        let zeros = |value: u64| value.wrapping_sub(ONES) & !value & HIGH;
        let controls = match CONTROLS {
            true => word.wrapping_sub(ONES << 5) & !word & HIGH,
            false => 0,
        };
        let one = |found, &byte: &u8| found | zeros(word ^ (ONES * u64::from(byte)));
        let found = bytes.iter().fold(controls, one);
        if found != 0 {
            return Some(passed + found.trailing_zeros() as usize / 8);
        }
        passed += 8;
    }
    if near.len() < text.len() {
        return far_where::<N, CONTROLS>(bytes, text.get(passed..)?).map(|found| passed + found);
    }
    let is_it = |byte: &u8| bytes.contains(byte) || (CONTROLS && *byte < b' ');
    rest.iter().position(is_it).map(|found| passed + found)
}

/// The same in a long text.
#[cold]
fn far_where<const N: usize, const CONTROLS: bool>(bytes: [u8; N], text: &[u8]) -> Option<usize> {
    match bytes.as_slice() {
        [one, other] if !CONTROLS => memchr::memchr2(*one, *other, text),
        [one, other, third] if !CONTROLS => memchr::memchr3(*one, *other, *third, text),
        _ => text.iter().position(|byte| bytes.contains(byte) || (CONTROLS && *byte < b' ')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_in_every_place_beside_any_byte() {
        let marks = [b',', b'\n', b'"'];
        let found = |word: [u8; 8]| {
            let (mut places, mut found) = (MarkPlaces::in_word(word, marks), Vec::new());
            while let Some(place) = places.next() {
                found.push(place);
            }
            found
        };
        for beside in 0..=u8::MAX {
            for other in 0..=u8::MAX {
                let word = [beside, other, other, beside, other, beside, beside, other];
                let expected: Vec<usize> =
                    (0..8).filter(|&place| marks.contains(&word[place])).collect();
                assert_eq!(found(word), expected, "{word:?}");
            }
        }
    }

    #[test]
    fn the_first_of_two_bytes_is_found_wherever_it_is() {
        for length in 0..120 {
            let blank = vec![0x81; length];
            assert_eq!(first_of([b',', 0x80], &blank), None);
            for place in 0..length {
                for byte in [b',', 0x80] {
                    let mut text = blank.clone();
                    text[place] = byte;
                    for other in place + 1..length.min(place + 9) {
                        text[other] = b',' ^ 0x80 ^ byte;
                        assert_eq!(first_of([b',', 0x80], &text), Some(place), "{text:?}");
                    }
                    assert_eq!(first_of([b',', 0x80], &text), Some(place), "{text:?}");
                    assert_eq!(first_of([b',', 0x80, 1], &text), Some(place), "{text:?}");
                    assert_eq!(first_of_or_control([b',', 0x80], &text), Some(place));
                    for (control, found) in [(0, true), (0x1f, true), (b' ', false)] {
                        text[place] = control;
                        let other = text.iter().position(|byte| [b',', 0x80].contains(byte));
                        let expected = if found { Some(place) } else { other };
                        assert_eq!(first_of_or_control([b',', 0x80], &text), expected);
                    }
                }
            }
        }
    }
}
