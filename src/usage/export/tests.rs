//! Exports in the dresses they come in, read as tables.

use std::sync::Arc;

use crate::usage::csv::InputSource;

use super::{BesideTable, ExportError, ExportTable, FoundLayout, Layout, Row};

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
    let error = refused("time,credits\n2026-03-08,5\n2026-03-09,1,234\n2026-03-10,6\n");
    assert!(error.contains("line 3: 3 cells where the header has 2"), "{error}");
    // A file that was cut within its last row.
    let error = refused("time,credits,who\n2026-03-08,5,a\n2026-03-09,6,a\n2026-03-10,6");
    assert!(error.contains("line 4: 2 cells where the header has 3"), "{error}");
}
