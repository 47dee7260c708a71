//! `--parquet`: the rows of accounts for data platforms, where the program is built with the feature `parquet`.

use std::path::Path;

use super::args::FleetOutputArgs;
use super::exit::Failure;

/// Refuses what cannot be written, before anything is replayed.
pub fn look(output: &FleetOutputArgs) -> Result<(), Failure> {
    let is_parquet = |path: &&Path| path.extension().is_some_and(|end| end == "parquet");
    if let Some(path) = output.csv.as_deref().filter(is_parquet) {
        let path = path.display();
        return Err(Failure::Input(format!(
            "--csv {path}: would write text into a file of that name; give --parquet {path}"
        )));
    }
    match &output.parquet {
        Some(path) if cfg!(not(feature = "parquet")) => Err(Failure::Input(missing(path))),
        _ => Ok(()),
    }
}

/// The message about a program without Parquet.
fn missing(path: &Path) -> String {
    let csv = path.with_extension("csv");
    let (path, csv) = (path.display(), csv.display());
    format!(
        "--parquet {path}: this program is built without Parquet; give --csv {csv} and convert it, with \
         `duckdb -c \"copy (from '{csv}') to '{path}'\"`, or build it with `cargo build --release --features parquet`"
    )
}

/// Writes the rows of accounts.
#[cfg(feature = "parquet")]
pub fn write(
    path: &Path,
    roster: &crate::fleet::Roster,
    names: &str,
    rows: &crate::fleet::AccountRows,
) -> Result<(), Failure> {
    let names = cells(names);
    // Names as they are, not as a spreadsheet has to have them.
    let row = |(account, row): &(String, String)| {
        let mut cells = cells(row);
        let segment = roster.get(account).and_then(|listed| listed.segment.clone());
        cells[0].clone_from(account);
        cells[1] = segment.unwrap_or_default();
        cells
    };
    let mut file = crate::files::Output::create(path)?;
    crate::report::parquet::write(&mut file, &names, rows.iter().map(row))?;
    Ok(file.keep()?)
}

/// The cells of a line of CSV.
#[cfg(feature = "parquet")]
fn cells(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let record = reader.records().next().expect("a row is a line");
    record.expect("this program wrote it").iter().map(str::to_owned).collect()
}

/// Writes nothing: [`look`] has refused it.
#[cfg(not(feature = "parquet"))]
pub fn write(
    path: &Path,
    _: &crate::fleet::Roster,
    _: &str,
    _: &crate::fleet::AccountRows,
) -> Result<(), Failure> {
    Err(Failure::Input(missing(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_without_parquet_names_both_ways_out() {
        let told = missing(Path::new("out/rows.parquet"));
        for part in [
            "--csv out/rows.csv",
            "`duckdb -c \"copy (from 'out/rows.csv') to 'out/rows.parquet'\"`",
            "--features parquet",
        ] {
            assert!(told.contains(part), "{told}");
        }
    }
}
