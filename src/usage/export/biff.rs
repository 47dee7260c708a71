//! How far out the cells of a workbook of Excel before 2007 lie, before it is read: a few bytes may claim a sheet for which there is
//! no memory.
//!
//! Its records lie in a stream of a compound file ([MS-CFB], [MS-XLS]). What is broken in either is left to who reads the workbook.
//! Deliberately absent: what its cells hold.

use std::ops::Range;

/// The columns and the rows of a sheet.
const COLUMNS: u32 = 256;
const ROWS: u32 = 65_536;
/// Cells of the rectangles around the cells of all sheets that are few enough.
const FEW_CELLS: u64 = 100_000_000;
/// The beginning of a compound file.
const MAGIC: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/// Sectors from here on are marks and no places.
const NO_SECTOR: u32 = 0xffff_fffa;
/// Bytes of an entry of the directory, and of a sector of small streams.
const ENTRY: usize = 128;
const SMALL_SECTOR: usize = 64;

/// What is wrong with a workbook whose sheets claim more than sheets have, or together more than can be held; `None` where
/// nothing is, or it is none.
pub(super) fn too_far(bytes: &[u8]) -> Option<String> {
    let stream = workbook_stream(bytes)?;
    let mut cells = 0_u64;
    for sheet in sheets(&stream) {
        let mut extent = SheetExtent::default();
        for (kind, data) in SheetRecords::at(&stream, sheet).until_end() {
            if extent.see(kind, data).is_none() {
                return Some(format!(
                    "a sheet claims cells beyond its {COLUMNS} columns and {ROWS} rows, so that the file is broken; open it and \
                     save it again, or save the sheet as CSV"
                ));
            }
        }
        cells = cells.saturating_add(extent.cells());
    }
    (cells > FEW_CELLS).then(|| {
        "the cells of its sheets lie so far apart that they cannot be held; delete the cells far from the table, or save the \
         sheet as CSV"
            .to_owned()
    })
}

/// The records of a stream: their kinds and what they hold.
struct SheetRecords<'b> {
    rest: &'b [u8],
}

impl<'b> SheetRecords<'b> {
    /// Those from a place on.
    fn at(stream: &'b [u8], place: usize) -> SheetRecords<'b> {
        SheetRecords { rest: stream.get(place..).unwrap_or_default() }
    }

    /// Those before the end of a sheet, with what is embedded in it.
    fn until_end(self) -> impl Iterator<Item = (u16, &'b [u8])> {
        let mut depth = 0_u32;
        self.take_while(move |(kind, _)| {
            match kind {
                0x0809 => depth += 1,
                0x000a => depth = depth.saturating_sub(1),
                _ => {}
            }
            *kind != 0x000a || depth > 0
        })
    }
}

impl<'b> Iterator for SheetRecords<'b> {
    type Item = (u16, &'b [u8]);

    fn next(&mut self) -> Option<(u16, &'b [u8])> {
        let (kind, length) = (u16_at(self.rest, 0)?, u16_at(self.rest, 2)?);
        let data = self.rest.get(4..4 + usize::from(length))?;
        self.rest = self.rest.get(4 + data.len()..)?;
        Some((kind, data))
    }
}

/// The places of the sheets in a stream.
fn sheets(stream: &[u8]) -> Vec<usize> {
    let records = SheetRecords::at(stream, 0).take_while(|(kind, _)| *kind != 0x000a);
    let places =
        records.filter(|(kind, _)| *kind == 0x0085).filter_map(|(_, data)| u32_at(data, 0));
    places.filter_map(|place| usize::try_from(place).ok()).collect()
}

/// The rectangle around the cells of a sheet.
#[derive(Clone, Copy, Debug, Default)]
struct SheetExtent {
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

impl SheetExtent {
    /// Looks at a record; `None` if it claims what no sheet has.
    fn see(&mut self, kind: u16, data: &[u8]) -> Option<()> {
        match kind {
            0x0200 => {
                let [rows, columns] = claimed(data);
                let is_possible = |claimed: &Range<u32>, most| {
                    claimed.start <= claimed.end && claimed.end <= most
                };
                (is_possible(&rows, ROWS) && is_possible(&columns, COLUMNS)).then_some(())
            }
            0x0203 | 0x0204 | 0x00d6 | 0x0205 | 0x027e | 0x00fd | 0x00bd | 0x0006 => {
                let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else {
                    return Some(());
                };
                self.add(row, column);
                if kind == 0x00bd
                    && let Some(last) = data.len().checked_sub(2)
                {
                    self.add(row, u16_at(data, last)?);
                }
                self.columns.is_none_or(|(_, last)| u32::from(last) < COLUMNS).then_some(())
            }
            _ => Some(()),
        }
    }

    fn add(&mut self, row: u16, column: u16) {
        let widened = |of: Option<(u16, u16)>, one: u16| {
            of.map_or((one, one), |(first, last)| (first.min(one), last.max(one)))
        };
        self.rows = Some(widened(self.rows, row));
        self.columns = Some(widened(self.columns, column));
    }

    fn cells(self) -> u64 {
        let length =
            |of: Option<(u16, u16)>| of.map_or(0, |(first, last)| u64::from(last - first) + 1);
        length(self.rows) * length(self.columns)
    }
}

/// The rows and the columns that a sheet says it has.
fn claimed(data: &[u8]) -> [Range<u32>; 2] {
    let short = |place: usize| u16_at(data, place).map_or(0, u32::from);
    let long = |place: usize| u32_at(data, place).unwrap_or_default();
    let (rows, columns) = match data.len() {
        10 => (short(0)..short(2), short(4)..short(6)),
        _ => (long(0)..long(4), short(8)..short(10)),
    };
    // An empty sheet ends before it begins; a first column beyond those of a sheet counts as the first of all.
    let first =
        if columns.start >= COLUMNS || columns.end < columns.start { 0 } else { columns.start };
    [if rows.end == 0 { 0..0 } else { rows }, first..columns.end]
}

/// The stream of a compound file with the records of a workbook.
fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let file = CompoundFile::of(bytes)?;
    let directory = file.chain(u32_at(bytes, 48)?);
    let entries = || directory.chunks_exact(ENTRY);
    let is_named =
        |entry: &&[u8]| ["workbook", "book"].contains(&name_of(entry).to_lowercase().as_str());
    let entry = entries().find(is_named)?;
    let (start, size) = (u32_at(entry, 116)?, usize::try_from(u32_at(entry, 120)?).ok()?);
    let mut stream = match u32_at(bytes, 56)? as usize > size {
        true => {
            let root = entries().find(|entry| entry.get(66) == Some(&5))?;
            let (small, places) = (file.chain(u32_at(root, 116)?), file.chain(u32_at(bytes, 60)?));
            let sector = |at: u32| small.get(at as usize * SMALL_SECTOR..)?.get(..SMALL_SECTOR);
            followed(start, &places, sector)
        }
        false => file.chain(start),
    };
    stream.truncate(size);
    Some(stream)
}

/// The name of an entry of a directory.
fn name_of(entry: &[u8]) -> String {
    let length = u16_at(entry, 64).map_or(0, usize::from).saturating_sub(2).min(ENTRY / 2);
    let units = entry.get(..length).unwrap_or_default().chunks_exact(2);
    char::decode_utf16(units.map(|pair| u16::from_le_bytes([pair[0], pair[1]])))
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// A file of sectors, each of which says which one follows it.
struct CompoundFile<'b> {
    bytes: &'b [u8],
    /// Bytes of a sector.
    sector: usize,
    /// The sector that follows each.
    places: Vec<u8>,
}

impl<'b> CompoundFile<'b> {
    fn of(bytes: &'b [u8]) -> Option<CompoundFile<'b>> {
        let power = u16_at(bytes, 30).filter(|power| [9, 12].contains(power))?;
        let mut file = CompoundFile { bytes, sector: 1 << power, places: Vec::new() };
        if !bytes.starts_with(&MAGIC) {
            return None;
        }
        let mut lists: Vec<u32> =
            (0..109).filter_map(|index| u32_at(bytes, 76 + 4 * index)).collect();
        let (mut next, mut left) = (u32_at(bytes, 68)?, bytes.len() / file.sector);
        while next < NO_SECTOR && left > 0 {
            let sector = file.sector_at(next)?;
            let last = sector.len() / 4 - 1;
            lists.extend((0..last).filter_map(|index| u32_at(sector, 4 * index)));
            (next, left) = (u32_at(sector, 4 * last)?, left - 1);
        }
        for list in lists.into_iter().filter(|list| *list < NO_SECTOR) {
            let sector = file.sector_at(list).unwrap_or_default();
            file.places.extend_from_slice(sector);
        }
        Some(file)
    }

    fn sector_at(&self, place: u32) -> Option<&'b [u8]> {
        let from = (place as usize).checked_add(1)?.checked_mul(self.sector)?;
        let rest = self.bytes.get(from..)?;
        // The last one may be cut.
        Some(rest.get(..self.sector).unwrap_or(rest))
    }

    /// The bytes of a sector and of those that follow it.
    fn chain(&self, start: u32) -> Vec<u8> {
        followed(start, &self.places, |place| self.sector_at(place))
    }
}

/// The bytes of a sector and of those that follow it by `places`, each at most once.
fn followed<'b>(start: u32, places: &[u8], sector: impl Fn(u32) -> Option<&'b [u8]>) -> Vec<u8> {
    let (mut all, mut place, mut left) = (Vec::new(), start, places.len() / 4 + 1);
    while place < NO_SECTOR && left > 0 {
        let Some(bytes) = sector(place) else { break };
        all.extend_from_slice(bytes);
        left -= 1;
        place = u32_at(places, 4 * place as usize).unwrap_or(NO_SECTOR);
    }
    all
}

fn u16_at(bytes: &[u8], place: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(place..place.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(place..place.checked_add(4)?)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes(), &length.to_le_bytes(), data].concat()
    }

    fn dimensions(rows: u32, columns: u16) -> Vec<u8> {
        let end = [&rows.to_le_bytes()[..], &[0, 0], &columns.to_le_bytes(), &[0, 0]].concat();
        record(0x0200, &[&[0; 4], &end[..]].concat())
    }

    fn number(row: u16, column: u16) -> Vec<u8> {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 10]].concat())
    }

    /// A compound file whose directory is in sector 1, and the workbook from sector 2 on.
    fn workbook(sheets: u32, sheet: &[Vec<u8>]) -> Vec<u8> {
        let place = (4 + 8 + 4) * sheets + 4;
        let globals =
            record(0x0085, &[&place.to_le_bytes()[..], &[0; 8]].concat()).repeat(sheets as usize);
        let mut stream = [
            globals,
            record(0x000a, &[]),
            record(0x0809, &[0; 4]),
            sheet.concat(),
            record(0x000a, &[]),
        ]
        .concat();
        stream.resize(stream.len().max(4_096).next_multiple_of(512), 0);
        let sectors = u32::try_from(stream.len() / 512).unwrap();
        let mut header = [&MAGIC[..], &[0; 504]].concat();
        let mut set = |place: usize, value: u32| {
            header[place..place + 4].copy_from_slice(&value.to_le_bytes())
        };
        set(30, 9);
        for (place, value) in [(48, 1), (56, 4_096), (60, u32::MAX), (68, u32::MAX), (76, 0)] {
            set(place, value);
        }
        (1..109).for_each(|index| set(76 + 4 * index, u32::MAX));
        let mut places: Vec<u32> = vec![u32::MAX - 2, u32::MAX - 1];
        places.extend(
            (0..sectors).map(|index| if index + 1 < sectors { index + 3 } else { u32::MAX - 1 }),
        );
        places.resize(128, u32::MAX);
        let places: Vec<u8> = places.iter().flat_map(|place| place.to_le_bytes()).collect();
        let mut entry: Vec<u8> = "Workbook".encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry.resize(512, 0);
        entry[64] = 18;
        entry[66] = 2;
        entry[116] = 2;
        entry[120..124].copy_from_slice(&u32::try_from(stream.len()).unwrap().to_le_bytes());
        [header, places, entry, stream].concat()
    }

    #[test]
    fn a_sheet_that_claims_more_than_sheets_have_is_refused_before_it_is_read() {
        let whole = [dimensions(65_536, 256), number(0, 0), number(65_535, 255)];
        for (claim, sheets, sheet) in [
            (None, 1, vec![dimensions(3, 2), number(0, 0), number(2, 1)]),
            (None, 1, vec![dimensions(0, 0)]),
            (None, 5, whole.to_vec()),
            (Some("lie so far apart"), 6, whole.to_vec()),
            (Some("beyond its 256 columns and 65536 rows"), 1, vec![dimensions(u32::MAX, 2)]),
            (Some("beyond its 256 columns and 65536 rows"), 1, vec![dimensions(2, u16::MAX)]),
            (Some("beyond its 256 columns and 65536 rows"), 1, vec![number(0, 256)]),
        ] {
            let found = too_far(&workbook(sheets, &sheet));
            match claim {
                Some(words) => {
                    assert!(found.as_ref().is_some_and(|why| why.contains(words)), "{found:?}")
                }
                None => assert_eq!(found, None),
            }
        }
    }

    #[test]
    fn what_is_no_compound_file_or_a_broken_one_is_left_to_others() {
        let whole = workbook(1, &[dimensions(3, 2)]);
        for bytes in [&b"PK\x03\x04"[..], &[], &whole[..100], &whole[..700], &whole[..1_400]] {
            assert_eq!(too_far(bytes), None);
        }
    }
}
