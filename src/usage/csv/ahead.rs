//! Rows of a long file that are read ahead in pieces on several threads, and taken in file order.
//!
//! A piece ends at a line end with an even number of quotes before it, which is no proof that a record ends there; the
//! proof is that its records end where it ends. A piece in which anything is odd (a row that cannot be read, one that is
//! out of the order that is expected, a quote that is open at its end) goes back whole, with those after it, and is read
//! one row after another, so that every error is found where it is found without pieces.
//! Deliberately absent: what becomes of the events.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use rayon::{ThreadPool, ThreadPoolBuilder};

use super::columns::Columns;
use super::plain::PlainRows;
use super::records::{self, Records};
use super::{fine, next_event};
use crate::domain::{Credits, Instant, Window, Zone};
use crate::usage::Outside;
use crate::usage::doubt::{MovedUsage, RepeatedRows};
use crate::usage::pieces::{PieceSizes, PiecesUnderWay, threads};
use crate::usage::suspicion::AmountSigns;
use crate::usage::time::{MetTimes, TimeReader};

/// What the rows of a piece are read with.
pub(super) struct AheadRules {
    pub(super) columns: Arc<Columns>,
    /// The reader of the commonest rows, where columns allow one.
    pub(super) plain: Option<PlainRows>,
    pub(super) delimiter: u8,
    /// A reader whose form is decided.
    pub(super) times: TimeReader,
    pub(super) zone: Zone,
    pub(super) horizon: Window,
    /// Whether rows have to be in time order.
    pub(super) in_order: bool,
}

/// The rows of a piece.
pub(super) struct EventPiece {
    /// The piece as it was cut.
    bytes: Vec<u8>,
    /// The lines in it, where all is known of its rows.
    lines: u64,
    /// Whether all is known of its rows; otherwise they are to be read one after another.
    is_whole: bool,
    pub(super) rows: u64,
    /// The events inside the horizon, in file order.
    pub(super) events: Vec<(Instant, Credits)>,
    pub(super) outside: Outside,
    /// The amounts outside the horizon.
    pub(super) beyond: AmountSigns,
    pub(super) rounded: u64,
    pub(super) met: MetTimes,
    pub(super) moved: MovedUsage,
    /// The hashes by which rows are compared: of all events where these may be in any order, and otherwise of the first.
    hashes: Vec<u64>,
    /// In time order: the events at the instant of the one before, with the hashes of the two.
    at_once: Vec<(Instant, [u64; 2])>,
    /// The text of the last row inside the horizon.
    pub(super) last: Vec<u8>,
}

/// Pieces that are read ahead.
pub(super) struct RowsAhead {
    sizes: PieceSizes,
    /// Those under way, and what they are read with.
    under_way: Option<(Arc<AheadRules>, PiecesUnderWay<EventPiece>)>,
    /// A pool of its own where there is none, as a process that forks has lost the threads of the one that all share.
    pool: Option<ThreadPool>,
    /// The piece whose events are being taken, and the next of them.
    piece: Option<EventPiece>,
    next: usize,
    /// The memory of a piece that was taken.
    spare: Vec<u8>,
}

impl RowsAhead {
    /// No pieces yet.
    pub(super) fn new(sizes: PieceSizes) -> RowsAhead {
        let (under_way, pool, piece) = (None, None, None);
        RowsAhead { sizes, under_way, pool, piece, next: 0, spare: Vec::new() }
    }

    /// Whether so many bytes were read row by row that the rest is worth cutting.
    #[inline]
    pub(super) fn is_worth_it(&self, passed: u64) -> bool {
        passed >= self.sizes.after
    }

    /// Whether rows before those that are read one after another are still to be taken.
    #[inline]
    pub(super) fn is_under_way(&self) -> bool {
        self.under_way.is_some()
    }

    /// The next event that was read ahead.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(Instant, Credits)> {
        let event = *self.events().first()?;
        self.next += 1;
        Some(event)
    }

    /// The events that were not yet taken of the present piece.
    #[inline]
    pub(super) fn events(&self) -> &[(Instant, Credits)] {
        let piece = self.piece.as_ref();
        piece.and_then(|piece| piece.events.get(self.next..)).unwrap_or_default()
    }

    /// Passes over events that were taken.
    #[inline]
    pub(super) fn pass(&mut self, count: usize) {
        self.next += count;
    }

    /// Goes on to the next piece, if all is known of its rows and `fits` says that they follow those before;
    /// otherwise gives back what was read ahead. `None` where rows are to be read one after another.
    pub(super) fn advance(
        &mut self,
        records: &mut Records,
        rules: impl FnOnce() -> AheadRules,
        fits: impl FnOnce(&EventPiece) -> bool,
    ) -> Option<&EventPiece> {
        if let Some(taken) = self.piece.take() {
            self.spare = taken.bytes;
        }
        self.begin(records, rules);
        let (_, pieces) = self.under_way.as_mut()?;
        let Some(piece) = pieces.next() else {
            self.under_way = None;
            records.after_pieces();
            return None;
        };
        if piece.is_whole && fits(&piece) {
            self.next = 0;
            records.pass_lines(piece.lines);
            return Some(self.piece.insert(piece));
        }
        let mut bytes = piece.bytes;
        while let Some(next) = pieces.next() {
            bytes.extend(next.bytes);
        }
        self.under_way = None;
        records.give_back(&bytes);
        records.after_pieces();
        None
    }

    /// Begins as many pieces as there is room for.
    fn begin(&mut self, records: &mut Records, rules: impl FnOnce() -> AheadRules) {
        let is_in_pool = rayon::current_thread_index().is_some();
        if !is_in_pool && self.pool.is_none() {
            // Rows are read one after another where the system has no threads to give.
            let Ok(pool) = ThreadPoolBuilder::new().num_threads(threads()).build() else {
                self.sizes.after = u64::MAX;
                return;
            };
            self.pool = Some(pool);
        }
        let sizes = self.sizes;
        let begun = || (Arc::new(rules()), PiecesUnderWay::new(sizes));
        let (rules, pieces) = self.under_way.get_or_insert_with(begun);
        while pieces.has_room()
            && let Some(bytes) = records.cut(sizes.bytes, &mut self.spare)
        {
            let length = bytes.len();
            let pool = self.pool.as_ref().filter(|_| !is_in_pool);
            pieces.push(length, start(pool, bytes, Arc::clone(rules)));
        }
    }
}

/// Starts to read a piece.
fn start(
    pool: Option<&ThreadPool>,
    bytes: Vec<u8>,
    rules: Arc<AheadRules>,
) -> Receiver<EventPiece> {
    let (sender, receiver) = sync_channel(1);
    let read = move || {
        // Nobody waits for it after an error.
        let _: Result<(), _> = sender.send(EventPiece::read(bytes, &rules));
    };
    match pool {
        Some(pool) => pool.spawn_fifo(read),
        None => rayon::spawn_fifo(read),
    }
    receiver
}

impl EventPiece {
    /// Reads the rows of a piece.
    fn read(bytes: Vec<u8>, rules: &AheadRules) -> EventPiece {
        let mut records = Records::of_piece(bytes, rules.delimiter);
        let mut piece = EventPiece {
            bytes: Vec::new(),
            lines: 0,
            is_whole: false,
            rows: 0,
            events: Vec::new(),
            outside: Outside::default(),
            beyond: AmountSigns::default(),
            rounded: 0,
            met: MetTimes::default(),
            moved: MovedUsage::from(rules.zone),
            hashes: Vec::new(),
            at_once: Vec::new(),
            last: Vec::new(),
        };
        piece.is_whole = piece.take_rows(&mut records, rules).is_some();
        piece.lines = records.lines();
        piece.bytes = records.into_bytes();
        piece
    }

    /// Takes all rows; `None` if one of them has to be read where it stands.
    fn take_rows(&mut self, records: &mut Records, rules: &AheadRules) -> Option<()> {
        /// A row with a time is rarely shorter.
        const SHORT_ROW: usize = 22;
        self.events.reserve(records.unread().len() / SHORT_ROW);
        let mut times = rules.times.clone();
        let mut last = Instant::EARLIEST;
        loop {
            self.take_plain(records, rules, &mut times, &mut last);
            let next = next_event(records, &rules.columns, &mut times, &mut self.rounded).ok()?;
            let Some((record, read)) = next else { break };
            self.rows += 1;
            let (at, amount) = read.ok()?;
            if !rules.horizon.contains(at) {
                self.outside.add(at);
                self.beyond.see(amount);
                continue;
            }
            self.compare(rules, at, last, (records, records.text(record)))?;
            records.keep(record);
            last = at;
            self.events.push((at, amount));
            if let Some(local) = times.local() {
                self.moved.add(local, || fine(amount));
            }
        }
        self.met = times.met();
        self.last = records.kept().to_vec();
        Some(())
    }

    /// Takes rows as long as they are of the commonest form, in the horizon and in order.
    fn take_plain(
        &mut self,
        records: &mut Records,
        rules: &AheadRules,
        times: &mut TimeReader,
        last: &mut Instant,
    ) {
        let Some(plain) = rules.plain else { return };
        let rows = plain.take(records, times, |records, row, text| {
            let is_next = rules.horizon.contains(row.at)
                && self.compare(rules, row.at, *last, (records, text)).is_some();
            if is_next {
                *last = row.at;
                self.events.push((row.at, row.amount));
            }
            is_next
        });
        self.rows += rows;
    }

    /// Notes the hashes of an event and of the one before, as far as they decide whether rows repeat others; nothing, and `None`, if
    /// it is out of order.
    #[inline]
    fn compare(
        &mut self,
        rules: &AheadRules,
        at: Instant,
        last: Instant,
        (records, text): (&Records, &[u8]),
    ) -> Option<()> {
        if rules.in_order && at < last {
            return None;
        }
        let hash = |text: &[u8]| records::hash_of_row(text, rules.delimiter);
        if !rules.in_order || self.events.is_empty() {
            self.hashes.push(hash(text));
        }
        if rules.in_order && at == last && !self.events.is_empty() {
            self.at_once.push((last, [hash(text), hash(records.kept())]));
        }
        Some(())
    }

    /// Its rows as they are written.
    pub(super) fn text(&self) -> &[u8] {
        &self.bytes
    }

    /// Hands on the hashes by which rows are compared, in file order; with the instant of the event before and the hash of
    /// its row where they have to be in time order.
    pub(super) fn tell_hashes(
        &self,
        last: Option<Instant>,
        repeated: &mut RepeatedRows,
        kept: impl Fn() -> u64,
    ) {
        let events = self.events.iter().zip(&self.hashes);
        let Some(last) = last else {
            for (&(at, _), &hash) in events {
                repeated.add(at, at, || hash, || hash);
            }
            return;
        };
        for (&(at, _), &hash) in events {
            repeated.add(at, last, || hash, &kept);
        }
        for &(at, [this, before]) in &self.at_once {
            repeated.add(at, at, || this, || before);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use proptest::prelude::*;

    use super::super::{
        Amounts, CsvFeed, CsvSettings, InputSource, Mode, open_in_pieces, open_with,
    };
    use super::*;
    use crate::domain::Share;
    use crate::engine::trace::Chunk;
    use crate::usage::{Feed, UsageError};

    /// All chunks of a feed, why there are no more, and its summary.
    fn told(feed: Result<CsvFeed, UsageError>) -> String {
        let mut feed = match feed {
            Ok(feed) => feed,
            Err(error) => return error.to_string(),
        };
        let (mut chunk, mut told) = (Chunk::new(), String::new());
        let ended = loop {
            match feed.fill(&mut chunk) {
                Err(error) => break error.to_string(),
                Ok(()) if chunk.is_empty() => break format!("{:?}", feed.summary()),
                Ok(()) => {}
            }
            let event = |i: usize| format!("{} {}; ", chunk.at(i), chunk.amount(i));
            told.extend((0..chunk.len()).map(event));
            told += &format!("{:?}\n", chunk.zeros());
        };
        told + &ended
    }

    fn never() -> PieceSizes {
        PieceSizes { after: u64::MAX, ..PieceSizes::of(1) }
    }

    fn pools() -> Vec<ThreadPool> {
        let pool = |threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        [1, 3].map(pool).into()
    }

    /// Holds what is read in pieces of these sizes to what is read row by row, streamed and sorted; returns that.
    fn hold(
        pools: &[ThreadPool],
        text: &[u8],
        settings: &CsvSettings,
        sizes: &[usize],
    ) -> Result<[String; 2], TestCaseError> {
        let source = InputSource::Bytes(text.into());
        let expected = [Mode::Stream, Mode::Sort].map(|mode| {
            let settings = CsvSettings { mode, ..settings.clone() };
            let expected = told(open_with(never(), source.clone(), settings.clone()));
            (settings, expected)
        });
        for (settings, expected) in &expected {
            for pool in pools {
                for &bytes in sizes {
                    let read = || told(open_in_pieces(source.clone(), settings.clone(), bytes));
                    let found = pool.install(read);
                    let text = String::from_utf8_lossy(text);
                    prop_assert_eq!(&found, expected, "{} in pieces of {}", text, bytes);
                }
            }
            // On threads of its own.
            let found = told(open_in_pieces(source.clone(), settings.clone(), 100));
            prop_assert_eq!(&found, expected);
        }
        Ok(expected.map(|(_, told)| told))
    }

    const SIZES: [usize; 4] = [1, 30, 200, 1_000];
    const ALWAYS: Window = Window { from: Instant::EARLIEST, to: Instant::NEVER };

    fn settings() -> CsvSettings {
        let settings = CsvSettings::new(Zone::from_name("America/New_York").unwrap(), ALWAYS);
        CsvSettings { skip_limit: Share::ALL, ..settings }
    }

    /// The same with two columns that are added up.
    fn two() -> CsvSettings {
        let column = |name: &str, factor: &str| (name.to_owned(), factor.parse().unwrap());
        let amounts = Amounts::Columns(vec![column("a", "0.0001"), column("b", "2.5")]);
        CsvSettings { amounts, ..settings() }
    }

    fn at(row: i64) -> Instant {
        Instant::from_millis(1_767_225_600_000 + row * 600_000)
    }

    /// Rows of two amounts and a note.
    fn rows(row: impl Fn(i64) -> String) -> Vec<u8> {
        format!("time,note,a,b\n{}", (0..300).map(row).collect::<String>()).into_bytes()
    }

    #[test]
    fn several_meters_a_row_are_the_same_in_pieces_of_any_size_on_any_number_of_threads() {
        let pools = pools();
        let late = |n| if n == 250 { at(3) } else { at(n) };
        let mut outcomes = std::collections::BTreeSet::new();
        for text in [
            rows(|n| format!("{},x,{n},{}\n", at(n), n % 7)),
            rows(|n| format!("{},x,{n},{}\r\n", late(n), n % 7)),
            // At one instant, identical or not, across pieces.
            rows(|n| format!("{},x,{},1\n", at(n / 50), n % 3)),
            rows(|n| format!("{},{},1,1\n", at(n / 3), n % 2)),
            // Quotes with line ends, doubled quotes, quotes that are text, blank lines.
            rows(|n| format!("{},\"x, {n}\",1,2\n", at(n))),
            rows(|n| match n % 60 {
                59 => format!("{},\"x\n\n{n}\",1,2\n", at(n)),
                _ => format!("{},x,1,2\n", at(n)),
            }),
            rows(|n| match n % 60 {
                59 => format!("{},\"say \"\"{n}\"\"\",1,2\n\n \n", at(n)),
                _ => format!("{},5\" disk,1,2\n", at(n)),
            }),
            // Rows that cannot be read, totals, rows of another width, and an open quote.
            rows(|n| format!("{},x,{},1\n", at(n), if n % 90 == 70 { "?" } else { "1" })),
            rows(|n| format!("{},{},1,1\n", at(n), if n == 280 { "Total" } else { "x" })),
            rows(|n| format!("{},x,1,1{}\n", at(n), if n == 280 { ",7" } else { "" })),
            rows(|n| format!("{},{}x,1,1\n", at(n), if n == 280 { "\"" } else { "" })),
            rows(|n| format!("{},x,{},1\n", at(n), if n == 280 { "-1" } else { "1" })),
            // Local times that clocks skip, or that lie in other months in UTC, and times with and without an offset.
            rows(|n| format!("2026-03-08 {:02}:{:02},x,{n},1\n", n / 60, n % 60)),
            rows(|n| format!("2026-02-{:02} 23:30,x,{n},1\n", 1 + n / 11)),
            rows(|n| {
                format!(
                    "{},x,{n},1\n",
                    if n % 9 == 8 { "2026-01-01" } else { "2026-01-01T05:00:00Z" }
                )
            }),
            // No line end, bytes that are no text, amounts of zero and the largest.
            rows(|n| format!("{},x,1,1{}", at(n), if n == 299 { "" } else { "\n" })),
            rows(|n| format!("{},x,1,1{}", at(n), if n == 299 { "5" } else { "\n" })),
            [rows(|n| format!("{},x,1,1\n", at(n))), b"2026-06-01,\xff,1,1\n".repeat(30)].concat(),
            rows(|n| format!("{},x,0,{}\n", at(n), if n % 3 == 0 { 0 } else { 4 })),
            rows(|n| format!("{},x,0,{}\n", at(n), if n == 200 { "400000000000" } else { "1" })),
            rows(|n| format!("{},x,0,{}\n", at(n), if n == 200 { "400000000001" } else { "1" })),
        ] {
            for skip_bad_rows in [false, true] {
                let all = CsvSettings { skip_bad_rows, ..two() };
                let some = Window { from: at(40), to: at(240) };
                for settings in [CsvSettings { horizon: some, ..all.clone() }, all] {
                    outcomes.extend(hold(&pools, &text, &settings, &SIZES).unwrap());
                }
            }
        }
        assert!(outcomes.len() > 40, "{} outcomes", outcomes.len());
    }

    #[test]
    fn two_columns_plain_or_rarely_so_are_the_same_in_pieces() {
        let pools = pools();
        let file = |row: &dyn Fn(i64) -> String| -> Vec<u8> {
            format!("time,credits\n{}", (0..300).map(row).collect::<String>()).into_bytes()
        };
        for text in [
            file(&|n| format!("{},{n}\n", at(n))),
            file(&|n| format!("{},{n}\r\n", at(n / 50))),
            file(&|n| format!("{},1\n", at(n / 3))),
            file(&|n| format!("{},{n}\n", if n == 200 { at(3) } else { at(n) })),
            file(&|n| format!("{},{}\n", at(n), if n == 280 { "?" } else { "7" })),
            file(&|n| format!("{},7{}\n", at(n), if n % 90 == 70 { ".25" } else { "" })),
            file(&|n| format!("{},{n}\n{}", at(n), if n % 60 == 59 { "\n \n" } else { "" })),
            file(&|n| format!("{},{n}{}", at(n), if n == 299 { "" } else { "\n" })),
            file(&|n| format!("{},{n}.5\n", at(n))),
            file(&|n| format!("{},{n}{}\n", at(n), if n % 4 == 3 { "" } else { ".5" })),
            file(&|n| format!("{},1{}\n", at(n / 7), if n % 4 == 3 { "" } else { ".0" })),
            file(&|n| format!("{},1.5\n", if n == 200 { at(3) } else { at(n) })),
        ] {
            for horizon in [ALWAYS, Window { from: at(40), to: at(240) }] {
                let settings = CsvSettings { horizon, ..settings() };
                hold(&pools, &text, &settings, &SIZES).unwrap();
            }
        }
    }

    proptest! {
        #[test]
        fn any_rows_are_the_same_in_pieces(
            parts in prop::collection::vec(
                prop_oneof![
                    8 => Just("2026-01-01T00:00:00Z,1,2,x\n"), 4 => Just("2026-01-01T00:00:01Z,1,2.5,x\n"),
                    2 => Just("2026-01-02,3,4,\"y\n\"\n"), 3 => Just("\n"), 2 => Just("\""), 2 => Just(","),
                    1 => Just("\"\""), 1 => Just("\r\n"), 1 => Just("x"), 1 => Just(" "), 1 => Just("é"),
                ],
                0..40,
            ),
            skip_bad_rows in any::<bool>(),
        ) {
            let text = format!("time,a,b,note\n2026-01-01T00:00:00Z,1,2,x\n{}", parts.concat());
            let pools = pools();
            hold(&pools[1..2], text.as_bytes(), &CsvSettings { skip_bad_rows, ..two() }, &[1, 9, 40, 90])?;
        }
    }

    /// Bytes, and then an error.
    struct Torn(io::Cursor<Vec<u8>>);

    impl Read for Torn {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.read(buffer)? {
                0 => Err(io::Error::other("torn")),
                count => Ok(count),
            }
        }
    }

    #[test]
    fn a_source_that_fails_does_so_behind_the_rows_before() {
        let text = rows(|n| format!("{},x,1,2\n", at(n))).repeat(40);
        let mut records = Records::new(Box::new(Torn(io::Cursor::new(text.clone()))), "a".into());
        let (mut spare, mut read) = (Vec::new(), Vec::new());
        while let Some(piece) = records.cut(5_000, &mut spare) {
            assert!(piece.len() <= 5_000 && piece.ends_with(b"\n"));
            records.pass_lines(piece.iter().filter(|&&byte| byte == b'\n').count() as u64);
            read.extend(piece);
        }
        let error = loop {
            match records.next() {
                Ok(Some(record)) => {
                    read.extend_from_slice(records.text(record));
                    read.push(b'\n');
                }
                Ok(None) => panic!("it is torn"),
                Err(error) => break error.to_string(),
            }
        };
        assert!(read == text && error.contains("torn"), "{error}");
        assert!(error.contains(&format!("line {}", 301 * 40)), "{error}");
    }

    #[test]
    fn a_record_that_is_longer_than_a_piece_is_read_and_one_beyond_a_mebibyte_is_refused() {
        let pools = pools();
        for length in [1 << 19, (1 << 20) - 40, (1 << 20) + 40] {
            let note = "n".repeat(length);
            let text = rows(|n| format!("{},{},1,2\n", at(n), if n == 100 { &note } else { "x" }));
            let [told, _] = hold(&pools[1..2], &text, &two(), &[500, 200_000]).unwrap();
            assert_eq!(told.contains("1 MiB"), length > 1 << 20);
        }
    }
}
