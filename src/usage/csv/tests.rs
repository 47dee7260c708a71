//! The promises of the CSV reader, as tables of files and their results.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use tempfile::TempDir;

use super::super::Held;
use super::*;

const HORIZON: Window = Window { from: Instant::EARLIEST, to: Instant::NEVER };

fn settings() -> CsvSettings {
    CsvSettings { skip_limit: Share::ALL, ..CsvSettings::new(Zone::UTC, HORIZON) }
}

fn file(directory: &TempDir, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = directory.path().join("usage.csv");
    std::fs::write(&path, bytes).unwrap();
    path
}

/// All events as `instant amount` and the summary at the end.
fn drain(feed: &mut impl Feed) -> Result<Vec<String>, UsageError> {
    let (mut chunk, mut events) = (Chunk::new(), Vec::new());
    loop {
        feed.fill(&mut chunk)?;
        if chunk.is_empty() {
            return Ok(events);
        }
        events.extend((0..chunk.len()).map(|i| format!("{} {}", chunk.at(i), chunk.amount(i))));
    }
}

fn load_path(path: &Path, with: CsvSettings) -> Result<(Vec<String>, UsageSummary), UsageError> {
    let mut feed = open(InputSource::File(path.to_owned()), with)?;
    let events = drain(&mut feed)?;
    Ok((events, feed.summary().clone()))
}

fn load_with(
    bytes: impl AsRef<[u8]>,
    with: CsvSettings,
) -> Result<(Vec<String>, UsageSummary), UsageError> {
    let directory = TempDir::new().unwrap();
    load_path(&file(&directory, bytes), with)
}

fn events(bytes: impl AsRef<[u8]>) -> Vec<String> {
    load_with(bytes, settings()).unwrap().0
}

fn error(bytes: impl AsRef<[u8]>, with: CsvSettings) -> String {
    load_with(bytes, with).unwrap_err().to_string()
}

/// The problem holds each of these words.
fn assert_says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "{word:?} is not in {text:?}");
    }
}

const TWO: [&str; 2] = ["2026-01-01T00:00:00Z 1.5", "2026-01-02T00:00:00Z 2"];

fn packed(parts: &[&str]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        let mut encoder = GzEncoder::new(&mut bytes, Compression::fast());
        encoder.write_all(part.as_bytes()).unwrap();
        encoder.finish().unwrap();
    }
    bytes
}

#[test]
fn the_same_usage_is_read_from_every_way_of_writing_it() {
    for text in [
        "time,credits\n2026-01-01,1.5\n2026-01-02,2\n",
        "time,credits\n2026-01-01,1.5\n2026-01-02,2",
        "time,credits\r\n2026-01-01,1.5\r\n2026-01-02,2\r\n",
        "\u{feff}time,credits\n2026-01-01,1.5\n2026-01-02,2\n",
        "\n\nTime,CREDITS\n\n2026-01-01,1.5\n  \n\r\n2026-01-02,2\n\n",
        "\n \n\r\ntime;credits\n2026-01-01;1.5\n2026-01-02;2\n",
        "time\tcredits\n2026-01-01\t1.5\n2026-01-02\t2\n",
        "time|credits\n2026-01-01|1.5\n2026-01-02|2\n",
        "\"time\",\"credits\"\n\"2026-01-01\",\"1.5\"\n\"2026-01-02\",2\n",
        " time , credits \n 2026-01-01 , 1.5 \n 2026-01-02, \"2\"\n",
        "id,note,Timestamp,Value\n1,\"a, \"\"b\"\"\nc\",2026-01-01,1.5\n2,x,2026-01-02,2\n",
        "time,credits,\n2026-01-01,1.5\n2026-01-02,2,,\n",
        "created_at,tokens\n1767225600,1.5\n1767312000,2e0\n",
        "date,quantity\n1767225600000,1.5\n1767312000000,2\n",
        "datetime,amount\n2026-01-01T00:00:00Z,1.5\n2026-01-02 01:00:00+01:00,2\n",
    ] {
        assert_eq!(events(text), TWO, "{text:?}");
    }
    let two_members = packed(&["time,credits\n2026-01-0", "1,1.5\n2026-01-02,2\n"]);
    assert_eq!(events(two_members), TWO);
}

#[test]
fn nothing_is_guessed_silently() {
    let chosen = |text: &str| load_with(text, settings()).unwrap().1.chosen.join(" ");
    assert_says(
        &chosen("Timestamp;value\n100000000000;1\n"),
        &[
            "semicolons (guessed",
            "`Timestamp` (guessed",
            "`value` (guessed",
            "milliseconds (guessed",
        ],
    );
    let set = CsvSettings {
        time: Some("when".to_owned()),
        time_form: TimeForm::Seconds,
        amounts: Amounts::EachRow(Credits::whole(3)),
        delimiter: Delimiter::Bar,
        ..settings()
    };
    let (events, summary) = load_with("when|a,b;c\n5|x\n", set).unwrap();
    assert_eq!(events, ["1970-01-01T00:00:05Z 3"]);
    assert!(!summary.chosen.join(" ").contains("guessed"), "{:?}", summary.chosen);
}

#[test]
fn columns_that_cannot_be_guessed_are_listed_with_the_way_to_choose() {
    let text = error("when,tokens_in,tokens_out\n2026-01-01,1,2\n", settings());
    assert_says(&text, &["line 1", "`when`, `tokens_in`, `tokens_out`", "--time-column"]);
    assert_says(&text, &["--amount-column", "[usage] time", "[usage] amount", "amount_per_row"]);
    let two = error("time,date,credits\n", settings());
    assert_says(&two, &["2 headers are among timestamp, time", "--time-column"]);
    let wanted = CsvSettings { time: Some("x".to_owned()), ..settings() };
    assert_says(&error("time,credits\n", wanted.clone()), &["no column with the header `x`"]);
    assert_says(&error("x,x,credits\n", wanted), &["2 columns with the header `x`"]);
}

#[test]
fn a_header_is_matched_as_written_before_in_any_case() {
    let wanted = CsvSettings { time: Some("Time".to_owned()), ..settings() };
    let (events, _) = load_with("TIME,Time,value\nx,2026-01-01,1\n", wanted).unwrap();
    assert_eq!(events, ["2026-01-01T00:00:00Z 1"]);
}

#[test]
fn several_columns_are_added_up_with_exact_factors() {
    let column = |name: &str, factor| (name.to_owned(), Decimal::from_str(factor).unwrap());
    let amounts = Amounts::Columns(vec![column("in", "0.0015"), column("OUT", "0.006")]);
    let with = CsvSettings { amounts, ..settings() };
    let text = "TIMESTAMP,in,out\n2023-11-16 18:17:03.9799600,4808,10\n";
    let (events, summary) = load_with(text, with).unwrap();
    assert_eq!(events, ["2023-11-16T18:17:03.979Z 7.272"]);
    assert_says(&summary.chosen.join(" "), &["0.0015 × column `in` + 0.006 × column `OUT`"]);
    let negative = Amounts::Columns(vec![column("in", "-1")]);
    let text = error("time,in\n", CsvSettings { amounts: negative, ..settings() });
    assert_says(&text, &["the factor -1 of column `in`"]);
}

#[test]
fn how_many_amounts_are_rounded_is_told_and_nothing_where_none_is() {
    let chosen = |rows: &str| {
        load_with(format!("time,credits\n{rows}"), settings()).unwrap().1.chosen.join(" ")
    };
    let (fine, exact) = ("2026-01-02T00:00:00Z,0.0000001\n", "2026-01-02T00:00:00Z,0.0000010\n");
    assert_says(&chosen(&format!("{fine}{exact}{fine}")), &["2 of 3 rows", "rounded"]);
    assert!(!chosen(exact).contains("rounded"));
}

#[test]
fn a_file_without_a_header_is_an_error_that_asks_for_one() {
    for text in ["2026-01-01,5\n2026-01-02,6\n", "1700000000,5\n", "5,2026-01-01T00:00:00Z\n"] {
        assert_says(&error(text, settings()), &["header line is needed", "time,credits"]);
    }
}

#[test]
fn a_file_without_rows_holds_no_usage_and_says_so() {
    for text in ["", "\n\n", "\u{feff}", "time,credits", "time,credits\n\n"] {
        let (events, summary) = load_with(text, settings()).unwrap();
        assert!(events.is_empty());
        assert_says(&summary.chosen.join(" "), &["no row of usage"]);
    }
}

#[test]
fn all_bad_rows_are_told_at_once_with_line_column_and_value() {
    let rows = "time,credits,note\n2026-01-01,1,\n2026-01-02,-1,\n2026-13-01,1,\n2026-01-03,,\n\
                2026-01-04,NaN,\"two\nlines\"\n2026-01-05\n2026-01-06,1,000,\n2026-01-07,7,x\n\
                1700000000,1,\n";
    let text = error(rows, settings());
    assert_says(&text, &["line 3, column `credits`: `-1`", "line 4, column `time`: `2026-13-01`"]);
    assert_says(&text, &["line 5, column `credits`: ``: the amount is empty", "line 6", "`NaN`"]);
    assert_says(&text, &["line 8, column `credits`", "1 fields, the header 3"]);
    assert_says(&text, &["line 11, column `time`: `1700000000`: a number among dates"]);
    assert_says(&text, &["--skip-bad-rows", "[usage] skip_bad_rows = true"]);
    assert!(!text.contains("perhaps more"));
    let skip = CsvSettings { skip_bad_rows: true, ..settings() };
    let (events, summary) = load_with(rows, skip).unwrap();
    assert_eq!(
        events,
        ["2026-01-01T00:00:00Z 1", "2026-01-06T00:00:00Z 1", "2026-01-07T00:00:00Z 7"]
    );
    assert_eq!((summary.rows, summary.events, summary.bad_rows.count), (9, 3, 6));
}

#[test]
fn a_thousands_separator_in_the_last_column_is_not_read_as_less() {
    let text = error("time,credits\n2026-01-01,1,000\n", settings());
    assert_says(&text, &["line 2", "3 fields, the header only 2", "thousands separators"]);
}

#[test]
fn one_row_in_a_thousand_may_be_skipped_and_one_always() {
    let skip = CsvSettings {
        skip_bad_rows: true,
        skip_limit: CsvSettings::new(Zone::UTC, settings().horizon).skip_limit,
        ..settings()
    };
    let read = |good: usize, bad: usize| {
        let rows = "2026-01-01,1\n".repeat(good) + &"x,1\n".repeat(bad);
        load_with(format!("time,credits\n{rows}"), skip.clone()).map(|(_, summary)| summary)
    };
    assert_eq!(read(1, 1).unwrap().bad_rows.count, 1);
    assert_eq!(read(1_998, 2).unwrap().bad_rows.count, 2);
    let said = read(1_997, 2).unwrap_err().to_string();
    assert_says(
        &said,
        &["2 of 1,999 rows cannot be read", "at most 0.1 % may be skipped", "--skip-limit"],
    );
}

#[test]
fn the_first_20_of_many_bad_rows_are_listed() {
    let rows = "time,credits\n".to_owned() + &"x,1\n".repeat(50);
    assert_says(&error(&rows, settings()), &["line 21", "perhaps more"]);
    assert!(!error(&rows, settings()).contains("line 22"));
    let skip = CsvSettings { skip_bad_rows: true, ..settings() };
    let bad = load_with(&rows, skip).unwrap().1.bad_rows;
    assert_eq!((bad.count, bad.first.len()), (50, 20));
}

#[test]
fn usage_outside_the_horizon_is_counted_and_its_end_is_outside() {
    let day = |day: i64| Instant::from_millis(1_767_225_600_000 + day * 86_400_000);
    let with = CsvSettings { horizon: Window { from: day(1), to: day(3) }, ..settings() };
    let rows = "time,credits\n2026-01-01,1\n2026-01-02,2\n2026-01-03,0\n2026-01-04,4\n";
    let (events, summary) = load_with(rows, with).unwrap();
    assert_eq!(events, ["2026-01-02T00:00:00Z 2"]);
    assert_eq!((summary.events, summary.zeros, summary.total.to_string()), (2, 1, "2".to_owned()));
    assert_eq!(summary.span, Some((day(1), day(1))));
    assert_eq!((summary.outside.count, summary.outside.span), (2, Some((day(0), day(3)))));
}

#[test]
fn a_stream_refuses_disorder_and_the_sorted_feed_keeps_file_order_at_one_instant() {
    let rows = "time,credits\n2026-01-02,1\n2026-01-01,2\n2026-01-02,3\n2026-01-01,4\n";
    let directory = TempDir::new().unwrap();
    let path = file(&directory, rows);
    let failed = load_path(&path, settings()).unwrap_err();
    assert_says(&failed.to_string(), &["line 3", "--sort", "sort -t, -k1,1"]);
    assert!(matches!(failed, UsageError::Unsorted { line: 3, again: true, .. }));
    let mut feed = open_sorted(InputSource::File(path.clone()), settings()).unwrap();
    let amounts: Vec<String> =
        drain(&mut feed).unwrap().iter().map(|event| event[21..].to_owned()).collect();
    assert_eq!(amounts, ["2", "4", "1", "3"]);
    assert!(feed.summary().sorted && feed.summary().hash.is_some());
    for (limit, fits) in [(3, false), (4, true)] {
        let with = CsvSettings { sort_limit: limit, ..settings() };
        let mut feed = open_sorted(InputSource::File(path.clone()), with).unwrap();
        match drain(&mut feed) {
            Ok(_) => assert!(fits),
            Err(error) => {
                assert!(!fits);
                assert_says(&error.to_string(), &["more than 3 events", "sort_limit"]);
            }
        }
    }
}

#[test]
fn local_times_follow_the_clock_changes_of_the_zone() {
    let with = CsvSettings { zone: Zone::from_name("America/New_York").unwrap(), ..settings() };
    let rows = "timestamp,value\n2014-11-02 00:30:00,1\n2014-11-02 01:30:00,2\n\
                2014-11-02 02:00:00,3\n2015-03-08 02:15:00,4\n2015-03-08 03:00:00,5\n";
    let (events, summary) = load_with(rows, with).unwrap();
    assert_eq!(
        events,
        [
            "2014-11-02T04:30:00Z 1",
            "2014-11-02T05:30:00Z 2",
            "2014-11-02T07:00:00Z 3",
            "2015-03-08T07:00:00Z 4",
            "2015-03-08T07:00:00Z 5"
        ]
    );
    assert_says(&summary.chosen.join(" "), &["dates and times, local ones in America/New_York"]);
}

#[test]
fn an_hour_that_is_written_twice_when_clocks_go_back_is_sorted_and_said_so() {
    let with = CsvSettings { zone: Zone::from_name("America/New_York").unwrap(), ..settings() };
    let rows = "timestamp,value\n2014-11-02 01:00,1\n2014-11-02 01:30,2\n2014-11-02 01:00,3\n\
                2014-11-02 01:30,4\n2014-11-02 02:00,5\n";
    assert_says(&error(rows, with.clone()), &["line 4", "clocks went back", "offset"]);
    let (events, summary) = load_with(rows, CsvSettings { mode: Mode::Sort, ..with }).unwrap();
    assert!(summary.sorted);
    let amounts: Vec<&str> = events.iter().map(|event| &event[21..]).collect();
    assert_eq!(amounts, ["1", "3", "2", "4", "5"]);
}

#[test]
fn a_header_far_down_is_named_by_its_line_and_marks_without_end_are_no_header() {
    assert_says(&error("\n\nwhen,credits\n", settings()), &["line 3: the time"]);
    assert_says(&error("\u{feff}".repeat(300_000), settings()), &["line 1"]);
}

#[test]
fn the_hash_is_of_the_bytes_as_stored_and_can_be_left_out() {
    let hash = |bytes: &[u8], kind| {
        let settings = CsvSettings { hash: Some(kind), ..settings() };
        load_with(bytes, settings).unwrap().1.hash.unwrap()
    };
    // In the format of `printf time,credits | sha256sum`.
    let known = "3a9c91753150f8da952dd632b70dc5cd8aef7ce46d1cfb862c1fa6afb3d8d4df";
    assert_eq!(hash(b"time,credits", HashKind::Sha256).hex, known);
    assert_ne!(hash(&packed(&["time,credits"]), HashKind::Sha256).hex, known);
    assert_eq!(settings().hash, Some(HashKind::Blake3), "it is quick on any processor");
    let without = CsvSettings { hash: None, ..settings() };
    assert_eq!(load_with("time,credits", without).unwrap().1.hash, None);
}

#[test]
fn hostile_files_are_errors_that_say_what_they_are() {
    let long = |byte: u8| [b"time,credits\n".as_slice(), &vec![byte; 3 << 20]].concat();
    for (bytes, words) in [
        (long(b'x'), vec!["line 2", "more than 1 MiB"]),
        (long(b'\n'), vec![]),
        (vec![b'x'; 3 << 20], vec!["line 1", "more than 1 MiB"]),
        ([long(b'x'), vec![b'"']].concat(), vec!["line 2", "more than 1 MiB"]),
        (b"time,credits\n\"2026-01-01,5\n\n".to_vec(), vec!["line 2", "never closes"]),
        (b"time,credits\n2026-01-01,5\0\n".to_vec(), vec!["line 2", "`5\\0`"]),
        (b"ti\0me,credits\n".to_vec(), vec!["NUL"]),
        (b"\xff\xfet\0i\0m\0e\0".to_vec(), vec!["UTF-16", "UTF-8"]),
        (b"PK\x03\x04xxxx".to_vec(), vec!["workbook"]),
        (b"\x1f\x8b\x08garbage".to_vec(), vec!["cannot be read"]),
        (b"time,credits\n0001-01-01T00:00:00+10:00,1\n".to_vec(), vec!["years 1 to 9999"]),
        (b"time,credits\n2026-01-01,1000000000001\n".to_vec(), vec!["more than 1,000,000,000,000"]),
    ] {
        match load_with(&bytes, settings()) {
            Ok(_) => assert!(words.is_empty(), "{words:?}"),
            Err(error) => assert_says(&error.to_string(), &words),
        }
    }
}

#[test]
fn a_record_of_one_mebibyte_is_read_and_one_more_byte_is_refused() {
    for (note, fits) in [((1 << 20) - 13, true), ((1 << 20) - 12, false)] {
        for quote in ["", "\""] {
            let note = "x".repeat(note - 2 * quote.len());
            let text =
                format!("time,credits,note\n2026-01-01,1,{quote}{note}{quote}\n2026-01-02,2,\n");
            assert_eq!(load_with(&text, settings()).is_ok(), fits, "{} {quote}", note.len());
        }
    }
}

#[test]
fn a_directory_and_a_missing_file_are_told_apart() {
    let directory = TempDir::new().unwrap();
    let text = |path: &Path| load_path(path, settings()).unwrap_err().to_string();
    assert_says(&text(directory.path()), &["is a directory"]);
    assert_says(&text(&directory.path().join("none.csv")), &["none.csv", "cannot be opened"]);
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_a_stream_that_cannot_be_opened_again() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let writer = std::thread::spawn({
        let path = path.clone();
        move || std::fs::write(path, "time,credits\n2026-01-02,2\n2026-01-01,1\n").unwrap()
    });
    let failed = load_path(&path, settings()).unwrap_err();
    writer.join().unwrap();
    assert!(matches!(failed, UsageError::Unsorted { again: false, .. }), "{failed}");
}

#[test]
fn more_rows_than_a_chunk_holds_and_totals_beyond_one_chunk_are_all_there() {
    let mut text = "time,credits\n".to_owned();
    for row in 0..40_000 {
        text.push_str(&format!("{},{}\n", 1_700_000_000 + row / 2, 1_000_000_000_000_i64 - row));
    }
    let (events, summary) = load_with(&text, settings()).unwrap();
    assert_eq!((events.len(), summary.events, summary.rows), (40_000, 40_000, 40_000));
    assert_eq!(summary.total.to_string(), "39999999200020000");
    assert_eq!(summary.largest, Credits::LARGEST);
}

/// Reads a file both as a stream and sorted: only the stream has a fast path for plain rows.
fn both_ways(text: &str, with: CsvSettings) -> [Result<(Vec<String>, UsageSummary), String>; 2] {
    [Mode::Stream, Mode::Sort].map(|mode| {
        let read = || {
            let source = InputSource::Bytes(text.as_bytes().into());
            let mut feed = open(source, CsvSettings { mode, ..with.clone() })?;
            Ok((drain(&mut feed)?, feed.summary().clone()))
        };
        read().map_err(|error: UsageError| error.to_string())
    })
}

#[test]
fn a_row_a_hair_from_plain_is_read_as_without_the_shorter_way() {
    let plain = "2026-01-01T10:00:00Z,5\n";
    let places = plain.len();
    let mut read = [0, 0];
    for place in 0..places {
        for byte in
            [" ", ",", ";", ".", "-", "0", "9", ":", "T", "Z", "z", "\"", "\n", "\r\n", "\0", "é"]
        {
            for (from, to) in [(place, place), (place, place + 1)] {
                let row = format!("{}{byte}{}", &plain[..from], &plain[to..]);
                let text = format!("time,credits\n2026-01-01T00:00:00Z,1\n{row}{row}");
                let [streamed, sorted] = both_ways(&text, settings());
                if streamed.as_ref().is_err_and(|error| error.contains("not in time order")) {
                    continue;
                }
                read[usize::from(streamed.is_ok())] += 1;
                assert_eq!(streamed, sorted, "{row:?}");
            }
        }
    }
    assert!(read.iter().all(|&count| count > 40), "{read:?}");
}

#[test]
fn plain_rows_outside_the_horizon_are_counted_and_disorder_is_told_with_its_line() {
    let at = |hour: i64| Instant::from_millis(1_767_225_600_000 + hour * 3_600_000);
    let day = CsvSettings { horizon: Window { from: at(1), to: at(3) }, ..settings() };
    let rows: Vec<String> =
        (0..5).map(|hour| format!("2026-01-01T0{hour}:00:00Z,{hour}\n")).collect();
    let (events, summary) = load_with(format!("time,credits\n{}", rows.concat()), day).unwrap();
    assert_eq!(events, ["2026-01-01T01:00:00Z 1", "2026-01-01T02:00:00Z 2"]);
    assert_eq!((summary.rows, summary.events, summary.outside.count), (5, 2, 3));
    assert_eq!(summary.outside.span, Some((at(0), at(4))));
    let text = format!("time,credits\n{}{}", rows.concat(), rows[2]);
    let failed = load_with(text, settings()).unwrap_err();
    assert!(matches!(failed, UsageError::Unsorted { line: 7, .. }), "{failed}");
}

#[test]
fn rows_identical_to_an_earlier_one_are_told_and_counted_sorted_or_not() {
    let one = "1 row is identical to an earlier one in every column; all were counted.";
    let doubts = |text: &str, mode| {
        let mut feed =
            open(InputSource::Bytes(text.as_bytes().into()), CsvSettings { mode, ..settings() })
                .unwrap();
        drain(&mut feed).unwrap();
        feed.summary().doubts.clone()
    };
    for (text, expected) in [
        ("time,credits\n2026-01-01T00:00:00Z,5\n2026-01-01T00:00:00Z,5\n", Some(one)),
        ("time,credits\n2026-01-01,5\n2026-01-01,5\n", Some(one)),
        ("time,credits,model\n2026-01-01,5,a\n2026-01-01,5,b\n2026-01-01,5,a\n", Some(one)),
        ("time,credits,model\n2026-01-01,5,a\n2026-01-01,5,b\n", None),
        ("time,credits\n2026-01-01T00:00:00Z,5\n2026-01-01T00:00:00Z,6\n", None),
        ("time,credits\n2026-01-01T00:00:00Z,5\n2026-01-01T00:00:01Z,5\n", None),
    ] {
        for mode in [Mode::Stream, Mode::Sort] {
            let told = doubts(text, mode);
            assert_eq!(told.len(), usize::from(expected.is_some()), "{text}: {told:?}");
            assert!(told.iter().all(|told| told.starts_with(one)), "{told:?}");
        }
    }
}

#[test]
fn a_file_of_exactly_ten_thousand_rows_is_a_likely_cut_and_one_more_is_not() {
    let rows = |count: i64| -> String {
        let row = |n: i64| format!("{},1\n", Instant::from_millis(1_767_225_600_000 + n * 1_000));
        format!("time,credits\n{}", (0..count).map(row).collect::<String>())
    };
    let (_, cut) = load_with(rows(10_000), settings()).unwrap();
    assert_says(&cut.doubts.concat(), &["exactly 10,000 rows", "check that it reaches to the end"]);
    for count in [9_999, 10_001] {
        assert_eq!(load_with(rows(count), settings()).unwrap().1.doubts, Vec::<String>::new());
    }
}

#[test]
fn local_times_tell_what_would_move_if_they_were_utc_and_times_with_an_offset_do_not() {
    let zone = Zone::from_name("America/New_York").unwrap();
    let there = CsvSettings { zone, ..settings() };
    let text = |mark: &str| {
        format!(
            "time,credits\n2026-03-31 23:00{mark},4\n2026-04-01 03:59{mark},7\n2026-04-01 04:00{mark},9\n"
        )
    };
    let (_, told) = load_with(text(""), there.clone()).unwrap();
    assert_says(
        &told.doubts.concat(),
        &["would move into another month, 7 from 2026-04 to 2026-03:"],
    );
    assert_eq!(load_with(text("Z"), there).unwrap().1.doubts, Vec::<String>::new());
    assert_eq!(load_with(text(""), settings()).unwrap().1.doubts, Vec::<String>::new());
}

proptest! {
    #[test]
    fn rows_of_many_kinds_are_read_as_without_the_shorter_way(
        kinds in prop::collection::vec((0..12_usize, 0..8_usize, 0..4_usize), 1..60), skip_bad_rows: bool
    ) {
        let mut text = "time,credits\n2025-12-31T23:59:59Z,1\n".to_owned();
        for (second, &(time, amount, end)) in kinds.iter().enumerate() {
            let clock = format!("10:00:{second:02}");
            let time = match time {
                0 => format!("2026-01-01 {clock}"),
                1 => format!("2026-01-01 {clock}Z"),
                2 => format!("2026-01-01T{clock}.250Z"),
                3 => format!("2026-01-01T{clock}.5Z"),
                4 => format!("2026-01-01T{clock}+00:00"),
                5 => format!("\"2026-01-01T{clock}Z\""),
                6 => format!("2026-01-01T{clock}.2x0Z"),
                _ => format!("2026-01-01T{clock}Z"),
            };
            let amount = ["0", "007", "1.5", "1e3", "999999999999", "1000000000000", "-1", "3"][amount];
            text.push_str(&format!("{time},{amount}{}", ["\n", "\r\n", " \n", "\n\n"][end]));
        }
        let [streamed, sorted] = both_ways(&text, CsvSettings { skip_bad_rows, ..settings() });
        prop_assert_eq!(streamed, sorted);
    }

    #[test]
    fn what_is_written_reads_back_as_the_same_trace(
        rows in prop::collection::vec((-60_000_000_000_000_i64..250_000_000_000_000, 1_i64..1_000_000_000_000_000), 0..60)
    ) {
        let rows: Vec<(Instant, Credits)> =
            rows.iter().map(|&(at, micro)| (Instant::from_millis(at), Credits::from_micro(micro))).collect();
        let mut held = Held::new(rows, HORIZON);
        let mut bytes = Vec::new();
        write(&mut bytes, &mut held).unwrap();
        held.rewind();
        prop_assert_eq!(events(bytes), drain(&mut held).unwrap());
    }

    #[test]
    fn no_bytes_make_the_reader_panic(
        bytes in prop::collection::vec(prop::sample::select(b"2026-01T:,;\"\"\n\n\r\0\xff1e.z x".to_vec()), 0..200)
    ) {
        let text = [b"time,credits\n".as_slice(), &bytes].concat();
        let _ = load_with(&text, CsvSettings { skip_bad_rows: true, ..settings() });
        let _ = load_with(&bytes, CsvSettings { mode: Mode::Sort, ..settings() });
    }

    // Of letters that no word is made of: the label of a total would be asked about.
    #[test]
    fn quoting_every_field_changes_nothing(
        notes in prop::collection::vec("[b-df-hj,;\"\n\r ]{0,12}", 1..20)
    ) {
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut text = "note,time,credits\n".to_owned();
        let mut expected = Vec::new();
        for (index, note) in notes.iter().enumerate() {
            text.push_str(&format!("{},{},{}\n", quoted(note), index, quoted(&(index + 1).to_string())));
            expected.push(format!("{} {}", Instant::from_millis(index as i64 * 1_000), index + 1));
        }
        prop_assert_eq!(events(text), expected);
    }
}

/// A start, then one line of a GB, returned `step` bytes at a time; counts the bytes taken.
struct Gigabyte {
    start: std::io::Cursor<Vec<u8>>,
    byte: u8,
    left: usize,
    step: usize,
    taken: std::sync::Arc<std::sync::atomic::AtomicUsize>,
}

impl std::io::Read for Gigabyte {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut count = std::io::Read::read(&mut self.start, buffer)?;
        if count == 0 {
            count = buffer.len().min(self.step).min(self.left);
            buffer[..count].fill(self.byte);
            self.left -= count;
        }
        self.taken.fetch_add(count, std::sync::atomic::Ordering::Relaxed);
        Ok(count)
    }
}

#[test]
fn a_line_of_a_gigabyte_is_refused_after_two_mebibytes_however_slowly_it_comes() {
    for (start, byte, line) in [
        ("", b'x', 1),
        ("time,credits\n", b'x', 2),
        ("time,credits\n", b',', 2),
        ("time,credits\n", b' ', 2),
        ("time,credits\n2026-01-01T00:00:00Z,1\n2026-01-02T00:00:00Z,\"", b'\n', 3),
        ("time,credits\n2026-01-01T00:00:00Z,1\n2026-01-02T00:00:00Z,\"", b'"', 3),
    ] {
        for step in [1, 3, 4_096, 1 << 30] {
            let taken = std::sync::Arc::default();
            let input = Gigabyte {
                start: std::io::Cursor::new(start.as_bytes().to_vec()),
                byte,
                left: 1 << 30,
                step,
                taken: std::sync::Arc::clone(&taken),
            };
            let mut records = records::Records::new(Box::new(input), "usage.csv".to_owned());
            let error = loop {
                match records.next() {
                    Ok(Some(_)) => {}
                    Ok(None) => panic!("{start:?} and {byte}: a record of a gigabyte was taken"),
                    Err(error) => break error.to_string(),
                }
            };
            assert!(error.contains("usage.csv") && error.contains("1 MiB"), "{error}");
            assert!(error.contains(&format!("line {line}")), "{error}");
            let taken = taken.load(std::sync::atomic::Ordering::Relaxed);
            assert!(taken <= 2 << 20, "{taken} bytes were taken of {start:?} and {byte}");
        }
    }
}
