//! Exports in the dresses they come in, read as tables.

use std::sync::Arc;

use crate::usage::csv::InputSource;

use super::{
    BesideTable, Charset, ExportError, ExportTable, FileFormat, FoundLayout, HeaderPlace, Layout,
    Row, ShortRows,
};

/// A table as text: the header and the rows, each with its line.
fn read_with(
    bytes: &[u8],
    layout: &Layout,
) -> Result<(Vec<String>, FoundLayout, BesideTable), ExportError> {
    let mut table = ExportTable::open(&InputSource::Bytes(Arc::from(bytes)), layout)?;
    let mut lines = vec![table.header().join(" · ")];
    let mut row = Row::new();
    while table.next(&mut row)? {
        lines.push(format!("{}: {}", row.line(), row.iter().collect::<Vec<_>>().join(" · ")));
    }
    Ok((lines, table.layout().clone(), table.left_out().clone()))
}

fn read(text: &str) -> (Vec<String>, FoundLayout, BesideTable) {
    read_with(text.as_bytes(), &Layout::default()).unwrap()
}

fn refused(text: &str) -> String {
    read_with(text.as_bytes(), &Layout::default()).unwrap_err().to_string()
}

#[test]
fn a_table_after_lines_of_its_account_begins_at_its_header() {
    let (rows, found, left_out) = read(
        "Name,TEST CUSTOMER\nAccount Number,000000001\nService,Service 1\n\n\
         TYPE,DATE,IMPORT (kWh),NOTES\nElectric usage,2026-03-08,0.25,\nElectric usage,2026-03-09,0.50,estimated\n",
    );
    assert_eq!(
        rows,
        [
            "TYPE · DATE · IMPORT (kWh) · NOTES",
            "6: Electric usage · 2026-03-08 · 0.25 · ",
            "7: Electric usage · 2026-03-09 · 0.50 · estimated"
        ]
    );
    assert_eq!(found.header_line, Some(5));
    assert_eq!(left_out.above_count, 3);
    assert_eq!(left_out.above[1].text, "Account Number, 000000001");
}

#[test]
fn lines_above_of_the_width_of_the_table_are_told_from_its_header() {
    let (rows, found, left_out) =
        read("Account,Test\nNumber,17\ntime,credits\n2026-03-08,5\n2026-03-09,6\n");
    assert_eq!(rows, ["time · credits", "4: 2026-03-08 · 5", "5: 2026-03-09 · 6"]);
    assert_eq!((found.header_line, left_out.above_count), (Some(3), 2));
}

#[test]
fn lines_below_the_table_are_kept_apart() {
    for below in ["\nGenerated on 2026-04-01\n", "Total: 11\n", "\n\nTotal,,11\nEnd of report"] {
        let (rows, _, left_out) =
            read(&format!("time,credits\n2026-03-08,5\n2026-03-09,6\n{below}"));
        assert_eq!(rows.len(), 3, "{below:?}");
        assert_eq!(left_out.below.len(), below.trim().lines().count(), "{below:?}");
    }
}

#[test]
fn a_row_of_another_width_among_the_rows_is_refused_with_its_line() {
    let error = refused("time,credits\n2026-03-08,5\n2026-03-09\n2026-03-10,6\n");
    assert!(
        error.starts_with("memory, line 3: 1 cells where the header has 2: 2026-03-09"),
        "{error}"
    );
    let error = refused("time,credits\n2026-03-08,5\n2026-03-09,1,23\n2026-03-10,6\n");
    assert!(error.contains("line 3: 3 cells where the header has 2"), "{error}");
    // A file that was cut within its last row.
    let error = refused("time,credits,who\n2026-03-08,5,a\n2026-03-09,6,a\n2026-03-10,6");
    assert!(error.contains("line 4: 2 cells where the header has 3"), "{error}");
}

#[test]
fn json_lines_are_rows_under_the_names_of_all_of_them() {
    let (rows, found, _) = read(
        "{\"type\":\"user\",\"at\":\"2026-06-09T09:59:58Z\"}\n\n\
         {\"at\":\"2026-06-09T10:00:00Z\",\"message\":{\"id\":\"a\\u00e9\\n\",\"usage\":{\"tokens\":0.8999999999999999}}}\r\n\
         {\"at\":null,\"message\":{\"usage\":{\"tokens\":123456789012345678901234567890}},\"flag\":true}",
    );
    assert_eq!(found.format, FileFormat::JsonLines);
    assert_eq!(
        rows,
        [
            "type · at · message.id · message.usage.tokens · flag",
            "1: user · 2026-06-09T09:59:58Z ·  ·  · ",
            "3:  · 2026-06-09T10:00:00Z · aé · 0.8999999999999999 · ",
            "4:  ·  ·  · 123456789012345678901234567890 · true",
        ]
    );
}

#[test]
fn the_only_array_of_records_of_a_document_is_its_table_wherever_it_stands() {
    let document = "{\n \"meta\": {\"ids\": [1, 2]},\n \"report\": {\"daily\": [\n  {\"date\": \"2026-06-16\",\n   \"tokens\": 5, \"models\": [{\"name\": \"m\"}]},\n  {\"date\": \"2026-06-17\", \"tokens\": 6}\n ]}\n}\n";
    let (rows, found, _) = read(document);
    assert_eq!(found.place.as_deref(), Some("report.daily"));
    assert_eq!(
        rows,
        [
            "date · tokens · models",
            "4: 2026-06-16 · 5 · [{\"name\": \"m\"}]",
            "6: 2026-06-17 · 6 · "
        ]
    );
    assert!(
        found.evidence.iter().any(|told| told.contains("`models` holds records of its own")),
        "{found:?}"
    );
    let (rows, ..) = read("[{\"a\":1},{\"a\":2}]");
    assert_eq!(rows, ["a", "1: 1", "1: 2"]);
    let (rows, ..) = read("{\n\"data\": []\n}");
    assert_eq!(rows, [""]);
}

#[test]
fn records_within_records_are_rows_that_repeat_what_stands_above_them() {
    let document = "{\"object\":\"page\",\"data\":[\
        {\"start\":1,\"results\":[{\"tokens\":5},{\"tokens\":6}],\"end\":2},{\"start\":2,\"results\":[],\"end\":3}]}";
    let layout = Layout { records: Some("data.results".to_owned()), ..Layout::default() };
    let (rows, ..) = read_with(document.as_bytes(), &layout).unwrap();
    assert_eq!(rows, ["start · end · results.tokens", "1: 1 · 2 · 5", "1: 1 · 2 · 6"]);
}

#[test]
fn several_arrays_of_records_are_refused_until_one_is_chosen() {
    let document = "{\"daily\":[{\"t\":1}],\"monthly\":[{\"t\":2}]}";
    let error = refused(document);
    assert!(
        error.ends_with(
            "2 arrays of records (`daily`, `monthly`); choose one (`--records daily`, or `records` in `[usage]`)"
        ),
        "{error}"
    );
    let layout = Layout { records: Some("monthly".to_owned()), ..Layout::default() };
    assert_eq!(read_with(document.as_bytes(), &layout).unwrap().0, ["t", "1: 2"]);
}

#[test]
fn json_that_is_broken_or_cut_is_refused_on_its_line() {
    for (text, expected) in [
        ("{\"a\":1}\n{\"a\":", "line 2: ends within a value; if the file was cut"),
        ("[\n{\"a\":1},\n{\"a\":", "line 3: ends within a value; if the file was cut"),
        ("{\"a\":1}\n{a:1}\n", "line 2: no JSON from column 2"),
        ("{\"a\":1}\n[1]\n", "line 2: a record is no object"),
        ("{\"a\":1,\"a\":2}\n{}\n", "line 1: the name `a` stands twice"),
        ("[[1,2],[3,4]]", "line 1: the document holds other things than objects"),
        ("{\"rows\":[[1,2],[3,4]]}", "(`jq -r '.rows[] | @csv' FILE > usage.csv`)"),
    ] {
        let error = refused(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
}

#[test]
fn a_period_above_the_header_and_words_for_missing_amounts_below_it_are_no_headers() {
    let days: String = (1..20).map(|day| format!("2026-03-{day:02},5\n")).collect();
    let (rows, found, _) =
        read(&format!("Report,March\n2026-03-01,2026-03-31\nDate,Credits\n{days}"));
    assert_eq!((found.header_line, rows.len()), (Some(3), 20));
    let (rows, found, _) = read("Date,Credits\n2026-03-01,Included\n--,Included\n2026-03-03,5\n");
    assert_eq!((found.header_line, rows.len()), (Some(1), 4));
}

#[test]
fn a_table_without_a_header_is_refused_until_its_columns_are_numbered() {
    let text = "2026-03-01,5\n2026-03-02,6\n";
    let error = refused(text);
    assert!(
        error.contains("line 1: a header line is needed, and none was found: 2026-03-01, 5"),
        "{error}"
    );
    let nowhere = Layout { header: Some(HeaderPlace::Nowhere), ..Layout::default() };
    let (rows, ..) = read_with(text.as_bytes(), &nowhere).unwrap();
    assert_eq!(rows, ["column_1 · column_2", "1: 2026-03-01 · 5", "2: 2026-03-02 · 6"]);
}

#[test]
fn a_header_stands_on_the_line_that_is_set_and_nowhere_else() {
    let text = "Date,Credits\nUTC,hundreds\n2026-03-01,5\n";
    let at = |line| Layout { header: Some(HeaderPlace::Line(line)), ..Layout::default() };
    let (rows, _, beside) = read_with(text.as_bytes(), &at(2)).unwrap();
    assert_eq!(
        (rows, beside.above_count),
        (vec!["UTC · hundreds".to_owned(), "3: 2026-03-01 · 5".to_owned()], 1)
    );
    let error = read_with(text.as_bytes(), &at(7)).unwrap_err().to_string();
    assert_eq!(error, "memory: no row starts on line 7, which `header_line` names");
}

#[test]
fn missing_cells_are_blank_only_by_choice_and_blank_ones_beyond_the_header_are_none() {
    let short = "time,credits,note\n2026-03-01,5\n2026-03-02,6,late\n";
    assert!(refused(short).contains("give `--pad-short-rows`"));
    let pad = Layout { short_rows: ShortRows::Pad, ..Layout::default() };
    let (rows, _, beside) = read_with(short.as_bytes(), &pad).unwrap();
    assert_eq!(rows[1..], ["2: 2026-03-01 · 5 · ", "3: 2026-03-02 · 6 · late"]);
    assert_eq!(beside.padded_rows, 1);
    let (rows, _, beside) = read("time,credits\n2026-03-01,5,\n,,\n2026-03-02,6,");
    assert_eq!(rows, ["time · credits", "2: 2026-03-01 · 5", "4: 2026-03-02 · 6"]);
    assert_eq!((beside.trimmed_rows, beside.blank_rows, beside.no_last_line_end), (3, 1, true));
}

#[test]
fn text_that_is_no_utf_8_is_windows_1252_unless_it_is_broken_utf_8() {
    let (rows, found, _) =
        read_with(b"Tag,Betr\xe4ge\n2026-03-01,5\n", &Layout::default()).unwrap();
    assert_eq!(rows[0], "Tag · Beträge");
    assert_eq!(found.encoding, Some(Charset::Windows1252));
    assert_eq!(found.evidence[0], "Windows-1252: the byte E4 on line 1 is no UTF-8");
    let broken = "Tag,Beträge\n2026-03-01,5 \u{20ac}\n".replace('\u{20ac}', "#").into_bytes();
    let broken: Vec<u8> =
        broken.into_iter().map(|byte| if byte == b'#' { 0xe2 } else { byte }).collect();
    let error = read_with(&broken, &Layout::default()).unwrap_err().to_string();
    assert!(error.starts_with("memory, line 2: not UTF-8 text"), "{error}");
}

#[test]
fn formats_that_are_not_read_are_named_with_the_way_out() {
    for (bytes, what, way_out) in [
        (&b"\xfd7zXZ\0"[..], "packed with xz", "xz -dk"),
        (b"PK\x03\x04\x14\0\0\0usage.csv", "a zip archive", "unzip"),
        (b"%PDF-1.7\n", "a PDF document", "CSV"),
        (b"\n<!DOCTYPE html><html>", "a web page without a table", "sign in"),
        (b"<table><tr><td> </td></tr></table>", "a web page without a table", "sign in"),
        (b"<?xml version=\"1.0\"?><usage/>", "an XML document", "CSV"),
        (b"SQLite format 3\0", "an SQLite database", "sqlite3"),
        (b"a\0b\x01c", "is no text", "export it as CSV"),
    ] {
        let error = read_with(bytes, &Layout::default()).unwrap_err().to_string();
        assert!(error.contains(what) && error.contains(way_out), "{error}");
    }
}

#[test]
fn a_page_is_read_in_the_encoding_that_it_says() {
    let page = |charset: &str, byte: u8| {
        let mut text =
            format!("<html><meta charset={charset}><table><tr><th>Tag<th>f").into_bytes();
        text.push(byte);
        text.extend_from_slice(b"r<tr><td>2026-03-01<td>5</table>");
        read_with(&text, &Layout::default())
    };
    let (rows, found, _) = page("\"iso-8859-1\"", 0xfc).unwrap();
    assert_eq!(rows, ["Tag · für", "2: 2026-03-01 · 5"]);
    assert_eq!((found.encoding, found.format), (Some(Charset::Windows1252), FileFormat::Html));
    let error = page("shift_jis", 0xfc).unwrap_err().to_string();
    assert!(error.contains("is in another encoding"), "{error}");
    let utf16: Vec<u8> = "\u{feff}<table><tr><th>Tag<th>für<tr><td>2026-03-01<td>5</table>"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read_with(&utf16, &Layout::default()).unwrap().0[0], "Tag · für");
}

#[test]
fn a_file_without_a_row_is_a_table_without_names() {
    for text in ["", "\n\n", "\u{feff}"] {
        assert_eq!(read(text).0, [""]);
    }
    assert_eq!(read("time,credits\n").0, ["time · credits"]);
}

#[test]
fn a_second_table_below_the_first_is_refused_and_neither_is_lost() {
    let two =
        "Date,Credits\n2026-05-01,5\n2026-05-02,6\n\nDate,Requests\n2026-05-01,70\n2026-05-02,80\n";
    let said = refused(two);
    assert!(said.contains("headers in lines 1 and 5"), "{said}");
    assert!(said.contains("`--header-line 5`") && said.contains("sed -n '1,3p'"), "{said}");
    let layout = Layout { header: Some(HeaderPlace::Line(5)), ..Layout::default() };
    let (rows, ..) = read_with(two.as_bytes(), &layout).unwrap();
    assert_eq!(rows, ["Date · Requests", "6: 2026-05-01 · 70", "7: 2026-05-02 · 80"]);
}

#[test]
fn a_second_table_far_below_the_first_is_read_by_the_line_of_its_header() {
    let row = |number: usize| format!("2026-05-01,{number}\n");
    for rows in [60, 1_500, 30_000] {
        let first: String = (0..rows).map(row).collect();
        let two = format!("Date,Credits\n{first}Date,Model,Credits\n2026-05-02,a,6\n");
        let at = |line: usize| Layout {
            header: Some(HeaderPlace::Line(line as u64)),
            ..Layout::default()
        };
        let (found, layout, _) = read_with(two.as_bytes(), &at(rows + 2)).unwrap();
        assert_eq!(
            found,
            ["Date · Model · Credits".to_owned(), format!("{}: 2026-05-02 · a · 6", rows + 3)]
        );
        assert_eq!(layout.header_line, Some(rows as u64 + 2));
        assert!(read_with(two.as_bytes(), &at(rows + 9)).is_err());
    }
}

#[test]
fn files_that_were_joined_with_their_headers_and_their_byte_order_marks_are_one_table() {
    for text in [
        "\u{feff}Date,Credits\n2026-05-01,5\n2026-05-02,6\n\u{feff}Date,Credits\n2026-05-03,7\n",
        "\u{feff}\"Date\",\"Credits\"\n2026-05-01,5\n2026-05-02,6\n\u{feff}\"Date\",\"Credits\"\n2026-05-03,7\n",
    ] {
        let (rows, found, left_out) = read(text);
        assert_eq!(
            rows,
            ["Date · Credits", "2: 2026-05-01 · 5", "3: 2026-05-02 · 6", "5: 2026-05-03 · 7"]
        );
        assert_eq!((found.header_line, left_out.repeated_headers), (Some(1), 1));
    }
}

#[test]
fn lists_of_json_without_names_are_refused_with_the_way_to_name_them() {
    let said = refused("[\"2026-05-01T00:00:00Z\",5]\n[\"2026-05-02T00:00:00Z\",6]\n");
    assert!(said.contains("whose columns have no names") && said.contains("jq -s"), "{said}");
    // A header of a log in brackets is none.
    let (rows, ..) = read("[a] time,credits\n2026-05-01,5\n2026-05-02,6\n");
    assert_eq!(rows.len(), 3);
}

#[test]
fn records_under_keys_of_projects_say_their_key_and_keep_their_lines() {
    let (rows, found, _) = read(
        "{\n\"projects\": {\n \"a.b\": [{\"date\":\"2026-05-01\",\"n\":1}],\n \"none\": [],\n \"c\": [\n  \
         {\"date\":\"2026-05-02\",\"n\":2}, {}]}, \"all\": 3}",
    );
    assert_eq!(
        rows,
        ["project · date · n", "3: a.b · 2026-05-01 · 1", "6: c · 2026-05-02 · 2", "6: c ·  · "]
    );
    assert_eq!(found.place.as_deref(), Some("projects.*"));
    assert_eq!(found.around, [("all".to_owned(), "3".to_owned())]);
    // A name that the records have is not taken twice.
    let (rows, ..) = read(
        r#"{"users":{"a":[{"user":"x","date":"2026-05-01","n":1}],"b":[{"user":"y","date":"2026-05-01","n":2}]}}"#,
    );
    assert_eq!(rows[0], "user_key · user · date · n");
}

#[test]
fn keys_that_may_be_kinds_are_asked_about_and_a_star_reads_all_of_them() {
    let text = r#"{"by":{"actual":{"days":[{"date":"2026-05-01","n":1}]},"plan":{"days":[{"date":"2026-05-02","n":2}]}}}"#;
    assert!(refused(text).contains("(`by.actual.days`, `by.plan.days`); choose one"));
    let of = |records: &str| Layout { records: Some(records.to_owned()), ..Layout::default() };
    let (rows, ..) = read_with(text.as_bytes(), &of("by.*.days")).unwrap();
    assert_eq!(rows, ["by · date · n", "1: actual · 2026-05-01 · 1", "1: plan · 2026-05-02 · 2"]);
    let why = |records: &str| read_with(text.as_bytes(), &of(records)).unwrap_err().to_string();
    assert!(
        why("by.*").contains("under the key `actual` is no array at `by.*`"),
        "{}",
        why("by.*")
    );
    assert!(why("x.*").contains("has nothing at `x`"), "{}", why("x.*"));
}

#[test]
fn parts_of_records_are_read_the_same_whatever_way_they_go() {
    let (rows, ..) = read(
        r#"{"data":[{"day":"2026-05-01","r":[{"a":1,"b":"x"},{"b":" y","a":2},{"a":3,"c":{"d":4}},{"a":null,"b":"q\"z"}]},
            {"day":"2026-05-02","r":[]},{"day":"2026-05-03","note":"n","r":[{"a":5,"b":"w"},{"a":6,"b":"v"}]}]}"#,
    );
    assert_eq!(
        rows,
        [
            "day · r.a · r.b · r.c.d · note",
            "1: 2026-05-01 · 1 · x ·  · ",
            "1: 2026-05-01 · 2 · y ·  · ",
            "1: 2026-05-01 · 3 ·  · 4 · ",
            "1: 2026-05-01 ·  · q\"z ·  · ",
            "2: 2026-05-03 · 5 · w ·  · n",
            "2: 2026-05-03 · 6 · v ·  · n",
        ]
    );
}

#[test]
fn a_line_about_the_meter_above_few_readings_is_no_header() {
    let about = "PRM;Type;Unite;Pas\n00001;Energie;kWh;\n";
    let (rows, found, left_out) =
        read(&format!("{about}Horodate;Valeur\n2026-05-01T00:30:00+02:00;400\n"));
    assert_eq!(rows, ["Horodate · Valeur", "4: 2026-05-01T00:30:00+02:00 · 400"]);
    assert_eq!((found.header_line, left_out.above_count), (Some(3), 2));
    // A row of its own with a date is not lost.
    let (rows, ..) = read("Date;User;Credits\n2026-05-01;a;5\nNote;Value\nMade by;hand\n");
    assert_eq!(rows[1], "2: 2026-05-01 · a · 5");
}
