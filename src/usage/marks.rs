//! The cells of a row on one line, found many bytes at a time in one pass with its end.
//!
//! Both readers of delimited text find nearly all rows like this; a row in which anything is odd, such as a quote inside a
//! cell in quotes or a line end, is left to them. Deliberately absent: what the cells mean.

use super::buffer::MarkPlaces;

/// Where a row on one line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineEnd {
    /// Its bytes before the line end.
    pub(super) length: usize,
    /// Its bytes with the line end.
    pub(super) whole: usize,
}

/// Adds the cells of the row at the start of `text`, those in quotes without them. `None`, with no cell added, unless it
/// is on one line that ends here with LF or CRLF, and has no quotes but those around a whole cell and those that are text.
/// A CR by itself is text, or with `RETURNS` odd.
#[inline]
pub(super) fn line_cells<const RETURNS: bool>(
    text: &[u8],
    delimiter: u8,
    cells: &mut Vec<(usize, usize)>,
) -> Option<LineEnd> {
    let before = cells.len();
    #[cfg(target_arch = "x86_64")]
    {
        if let Some(end) = blocks::line_cells::<RETURNS>(text, delimiter, cells) {
            return Some(end);
        }
        cells.truncate(before);
    }
    let end = line_cells_by_words::<RETURNS>(text, delimiter, cells);
    if end.is_none() {
        cells.truncate(before);
    }
    end
}

/// The same near the end of a text, where quotes are text, and on processors without registers of sixteen bytes.
fn line_cells_by_words<const RETURNS: bool>(
    text: &[u8],
    delimiter: u8,
    cells: &mut Vec<(usize, usize)>,
) -> Option<LineEnd> {
    let (words, _) = text.as_chunks::<8>();
    let (mut from, mut seen, mut is_quoted) = (0, 0, false);
    for (index, word) in words.iter().enumerate() {
        let mut places = match RETURNS {
            true => MarkPlaces::in_word(*word, [delimiter, b'\n', b'"', b'\r']),
            false => MarkPlaces::in_word(*word, [delimiter, b'\n', b'"']),
        };
        while let Some(found) = places.next() {
            let at = 8 * index + found;
            if at < seen {
                continue;
            }
            match *text.get(at)? {
                b'"' if is_quoted => {
                    cells.push((from, at));
                    match text.get(at + 1..)? {
                        [b'\n', ..] => return Some(LineEnd { length: at + 1, whole: at + 2 }),
                        [b'\r', b'\n', ..] => {
                            return Some(LineEnd { length: at + 1, whole: at + 3 });
                        }
                        [byte, b'"', ..] if *byte == delimiter => from = at + 3,
                        [byte, ..] if *byte == delimiter => (from, is_quoted) = (at + 2, false),
                        _ => return None,
                    }
                    seen = from;
                }
                b'"' if at == from => (from, is_quoted) = (at + 1, true),
                // Blanks may stand before an opening quote; elsewhere in a plain cell it is text.
                b'"' if text.get(from) == Some(&b' ') => return None,
                b'"' => {}
                b'\n' if is_quoted => return None,
                b'\r' if RETURNS => {
                    if is_quoted || text.get(at + 1) != Some(&b'\n') {
                        return None;
                    }
                }
                _ if is_quoted => {}
                b'\n' => {
                    let is_cut = text.get(from..at)?.last() == Some(&b'\r');
                    let length = at - usize::from(is_cut);
                    cells.push((from, length));
                    return Some(LineEnd { length, whole: at + 1 });
                }
                _ => {
                    cells.push((from, at));
                    from = at + 1;
                }
            }
        }
    }
    None
}

/// Marks in sixty-four bytes at once, by registers that every processor of this kind has.
#[cfg(target_arch = "x86_64")]
pub(super) mod blocks {
    use safe_arch::{
        bitor_m128i, cmp_eq_mask_i8_m128i, m128i, min_u8_m128i, move_mask_i8_m128i,
        set_splat_i8_m128i, zeroed_m128i,
    };

    use super::LineEnd;

    /// Bytes of a register.
    const PART: usize = 16;
    /// Bytes that are looked at together.
    pub(super) const BLOCK: usize = 4 * PART;
    /// The bytes of a row from which on it is looked at in another way.
    const LONG: usize = 64 << 10;

    /// Where each of some bytes stands in a block, the first place as the lowest bit.
    #[inline(always)]
    pub(super) fn places<const N: usize>(block: &[u8; BLOCK], bytes: [u8; N]) -> [u64; N] {
        let mut found = [0; N];
        for (index, part) in block.as_chunks::<PART>().0.iter().enumerate() {
            let part = m128i::from(*part);
            for (places, byte) in found.iter_mut().zip(bytes) {
                *places |= u64::from(bits(equal(part, byte))) << (PART * index);
            }
        }
        found
    }

    /// The place of the first of some bytes in a register, or of the first control character where these are looked for, too.
    #[inline(always)]
    pub(in crate::usage) fn first_in_part<const N: usize, const CONTROLS: bool>(
        part: &[u8; PART],
        bytes: [u8; N],
    ) -> Option<usize> {
        let part = m128i::from(*part);
        let controls = match CONTROLS {
            true => cmp_eq_mask_i8_m128i(part, min_u8_m128i(part, set_splat_i8_m128i(0x1f))),
            false => zeroed_m128i(),
        };
        let add = |found, byte| bitor_m128i(found, equal(part, byte));
        let found = bits(bytes.into_iter().fold(controls, add));
        (found != 0).then_some(found.trailing_zeros() as usize)
    }

    /// All bits of the bytes that are this one.
    #[inline(always)]
    fn equal(part: m128i, byte: u8) -> m128i {
        cmp_eq_mask_i8_m128i(part, set_splat_i8_m128i(byte.cast_signed()))
    }

    /// One bit of each byte.
    #[inline(always)]
    fn bits(part: m128i) -> u32 {
        move_mask_i8_m128i(part).cast_unsigned()
    }

    /// See [`super::line_cells`]; `None` also near the end of a text, and where a quote is text.
    #[inline]
    pub(super) fn line_cells<const RETURNS: bool>(
        text: &[u8],
        delimiter: u8,
        cells: &mut Vec<(usize, usize)>,
    ) -> Option<LineEnd> {
        // All bits where a block begins inside quotes; the lowest where it begins a cell, and behind a closing quote.
        let (mut inside, mut begins, mut behind_quote) = (0_u64, 1, 0);
        let (mut base, mut from) = (0, 0);
        while base < LONG {
            let block = text.get(base..)?.first_chunk::<BLOCK>()?;
            let [parts, feeds, quotes] = places(block, [delimiter, b'\n', b'"']);
            let quoted = if quotes | inside == 0 { 0 } else { parity(quotes) ^ inside };
            let ending = feeds & !quoted;
            let last = ending & ending.wrapping_neg();
            // All bits where the row goes on behind the block.
            let row = last | last.wrapping_sub(1);
            let ends = (parts & !quoted | last) & row;
            let feed = base + last.trailing_zeros() as usize;
            let is_cut = last != 0 && feed > 0 && text.get(feed - 1) == Some(&b'\r');
            let own = if is_cut { last >> 1 } else { 0 };
            let (opening, closing) = (quotes & quoted & row, quotes & !quoted & row);
            let behind = (closing << 1 | behind_quote) & row;
            let returns = match RETURNS {
                true => places(block, [b'\r'])[0] & row,
                false => 0,
            };
            let odd = returns & !own
                | opening & !(ends << 1 | begins)
                | behind & !(ends | own)
                | feeds & quoted & row;
            if odd != 0 {
                return None;
            }
            let mut left = ends & !last;
            while left != 0 {
                let end = base + left.trailing_zeros() as usize;
                cells.push(without_quotes(text, from, end));
                from = end + 1;
                left &= left - 1;
            }
            if last != 0 {
                let length = feed - usize::from(is_cut);
                cells.push(without_quotes(text, from, length));
                return Some(LineEnd { length, whole: feed + 1 });
            }
            inside = (quoted.cast_signed() >> (BLOCK - 1)).cast_unsigned();
            (begins, behind_quote) = (ends >> (BLOCK - 1), closing >> (BLOCK - 1));
            base += BLOCK;
        }
        None
    }

    /// A cell without the quotes around it.
    #[inline(always)]
    fn without_quotes(text: &[u8], from: usize, to: usize) -> (usize, usize) {
        match text.get(from) {
            Some(b'"') => (from + 1, to - 1),
            _ => (from, to),
        }
    }

    /// For each bit whether an odd number is set up to it, itself counted.
    #[inline(always)]
    fn parity(bits: u64) -> u64 {
        [1, 2, 4, 8, 16, 32].into_iter().fold(bits, |bits, shift| bits ^ bits << shift)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bytes behind a row, so that all of it lies in whole words and blocks.
    const BEHIND: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

    type FoundCells = Option<(Vec<(usize, usize)>, LineEnd)>;
    type CellFinder = fn(&[u8], u8, &mut Vec<(usize, usize)>) -> Option<LineEnd>;

    /// The cells that one of the ways finds in a row.
    fn found(find: CellFinder, text: &str) -> FoundCells {
        let mut cells = Vec::new();
        find(text.as_bytes(), b',', &mut cells).map(|end| (cells, end))
    }

    /// The cells of a row as it reads, and where it ends; in all ways, which must be the same where no CR is text.
    fn read(text: &str) -> Option<(Vec<&str>, LineEnd)> {
        let (cells, end) = found(line_cells::<true>, text)?;
        let same = Some((cells.clone(), end));
        assert_eq!(found(line_cells::<false>, text), same);
        assert_eq!(found(line_cells_by_words::<true>, text), same);
        #[cfg(target_arch = "x86_64")]
        {
            let blocks = [blocks::line_cells::<true>, blocks::line_cells::<false>];
            // Quotes that are text, and a CR that ends a block before its LF, are left to words.
            let is_left = text.contains("\" disk") || text[..end.whole].ends_with("\r\n");
            for found in blocks.map(|find| found(find, text)) {
                assert!(found == same || (found.is_none() && is_left), "{text:?}");
            }
        }
        Some((cells.into_iter().map(|(from, to)| &text[from..to]).collect(), end))
    }

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn bytes_are_found_in_every_place_of_a_block() {
        for place in 0..blocks::BLOCK {
            for byte in [0, b'"', 0x7f, 0x80, 0xff] {
                let mut block = [byte ^ 0x41; blocks::BLOCK];
                block[place] = byte;
                let expected = [1 << place, 0, !(1 << place)];
                let bytes = [byte, byte ^ 1, byte ^ 0x41];
                assert_eq!(blocks::places(&block, bytes), expected, "{byte} in {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_row_has_the_same_cells_in_blocks_and_by_words(
            parts in prop::collection::vec(
                prop_oneof![
                    6 => prop::sample::select(vec![",", "\"", "\n", "a", "\",\"", "\"\"", " "]),
                    1 => prop::sample::select(vec!["\r\n", "\r", "é"]),
                    3 => Just("2026-01-01T00:00:00Z"),
                ],
                0..20,
            ),
        ) {
            let text = format!("{}\n{BEHIND}", parts.concat());
            let expected = found(line_cells_by_words::<false>, &text);
            prop_assert_eq!(&found(line_cells::<false>, &text), &expected, "{:?}", text);
            let expected = found(line_cells_by_words::<true>, &text);
            prop_assert_eq!(&found(line_cells::<true>, &text), &expected, "{:?}", text);
        }
    }

    #[test]
    fn rows_of_any_length_are_found_and_odd_ones_are_left() {
        for note in 0..140 {
            let note = "n".repeat(note);
            for (row, cells) in [
                (format!("a,{note},b"), vec!["a", &note, "b"]),
                (format!("\"{note}\",\"b,c\""), vec![&note, "b,c"]),
                (note.clone(), vec![&note]),
                (format!("{note},,"), vec![&note, "", ""]),
                (format!("\"\",\"{note}\",5"), vec!["", &note, "5"]),
                (format!("{note}x\" disk,1"), vec![&format!("{note}x\" disk"), "1"]),
            ] {
                for end in ["\n", "\r\n"] {
                    let whole = row.len() + end.len();
                    let end = LineEnd { length: row.len(), whole };
                    let text = format!("{row}{}{BEHIND}", &"\r\n"[2 - (whole - row.len())..]);
                    assert_eq!(read(&text), Some((cells.clone(), end)), "{text:?}");
                }
            }
            for odd in [
                "\"a\nb\"\n",
                "\"a\"b\n",
                "\"a\"\"b\"\n",
                " \"a\"\n",
                "\"a\" \n",
                "a\rb\n",
                "\"a\"\r,b\n",
                "\"a\r\"\n",
                "\"a\n",
                "a",
            ] {
                assert_eq!(read(&format!("{note},{odd}{BEHIND}")), None, "{note},{odd}");
            }
        }
    }
}
