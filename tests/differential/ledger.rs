//! The journal as a ledger: what its columns add up to, held against the figures of a run, and each
//! row's balance against the one before it.

use recharge::books::Books;
use recharge::domain::{CreditTotal, Credits, Instant, Money};
use recharge::engine::{Chunk, Engine, EngineError, Pace};
use recharge::metrics::Metrics;
use recharge::report::journal::Journal;

use crate::books;
use crate::case::Case;
use crate::naive::units;
use crate::processor;

/// Decimals that the journals of cases are written with: prices of cases have no more.
const DECIMALS: u32 = 6;

/// The columns of a journal by name.
struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(text: &str) -> Table {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let head = reader.headers().expect("a header").iter().map(str::to_owned).collect();
        let row = |row: Result<csv::StringRecord, csv::Error>| {
            row.expect("a row").iter().map(str::to_owned).collect()
        };
        Table { head, rows: reader.records().map(row).collect() }
    }

    fn index(&self, name: &str) -> usize {
        self.head.iter().position(|column| column == name).expect("a column of a journal")
    }

    /// The cells of a column that are not empty.
    fn column(&self, name: &str) -> impl Iterator<Item = &str> {
        let index = self.index(name);
        self.rows.iter().map(move |row| row[index].as_str()).filter(|cell| !cell.is_empty())
    }

    fn credits(&self, name: &str) -> CreditTotal {
        let mut sum = CreditTotal::ZERO;
        for cell in self.column(name) {
            sum += cell.parse::<Credits>().expect("credits");
        }
        sum
    }
}

/// Runs a case with a journal and says what does not add up in it.
pub fn complaints(case: &Case) -> Result<Vec<String>, EngineError> {
    let setup = &case.setup;
    let journal = Journal::new(Vec::new(), setup.policy.contract.zone, DECIMALS);
    let books = Books::new(setup, setup.policy.contract.zone, DECIMALS);
    let listener = (Metrics::new(setup.horizon), (journal, books));
    let mut engine = Engine::start(setup, Pace::Skip, processor(case), listener)?;
    let (usage, taken_back) = case.read();
    engine.takes_back(&taken_back);
    let mut chunk = Chunk::new();
    for (at, asked) in usage {
        chunk.push(at, asked).expect("a chunk of a case is small");
    }
    engine.feed(&chunk)?;
    let (metrics, (journal, books)) = engine.finish()?;
    let text = String::from_utf8(journal.finish().expect("memory")).expect("text");
    let mut found = sums(&text, &metrics);
    found.extend(continuity(&Table::read(&text)));
    let order = setup.policy.contract.burn_order;
    found.extend(books::recounted(&text, order, DECIMALS, &books));
    found.extend(books::untied(&books, &metrics, DECIMALS));
    Ok(found)
}

/// The columns that do not add up to their figure.
fn sums(text: &str, metrics: &Metrics) -> Vec<String> {
    let (table, total) = (Table::read(text), metrics.total());
    let mut money = Money::ZERO;
    for cell in table.column("money") {
        let amount = match cell.strip_prefix('-') {
            Some(back) => back.parse::<Money>().expect("money").negative(),
            None => cell.parse().expect("money"),
        };
        money = money.plus(amount).expect("a sum of money");
    }
    let events: u64 = table.column("usage_events").map(|n| n.parse::<u64>().expect("events")).sum();
    let refused = total.demanded - total.served;
    let mut found = Vec::new();
    for (column, sum, figure) in [
        ("money", units(money).to_string(), units(total.total_spend()).to_string()),
        ("usage_events", events.to_string(), total.usage_events.to_string()),
        ("demanded", table.credits("demanded").to_string(), total.demanded.to_string()),
        ("served", table.credits("served").to_string(), total.served.to_string()),
        ("refused", table.credits("refused").to_string(), refused.to_string()),
    ] {
        if sum != figure {
            found.push(format!("the column {column} adds up to {sum}, and the figure is {figure}"));
        }
    }
    found
}

/// Rows that do not begin where the row before ended, in balance or in time.
fn continuity(table: &Table) -> Vec<String> {
    let pools = |row: &[String], when: &str| -> Vec<String> {
        let column = |pool: &str| row[table.index(&format!("{pool}_{when}"))].clone();
        ["allowance", "purchased", "owed"].map(column).to_vec()
    };
    let instant = |row: &[String], name: &str| row[table.index(name)].clone();
    let mut found = Vec::new();
    for pair in table.rows.windows(2) {
        if pools(&pair[0], "after") != pools(&pair[1], "before") {
            found.push(format!("{:?} does not begin where {:?} ended", pair[1], pair[0]));
        }
        let since = instant(&pair[1], "since");
        let begins = if since.is_empty() { instant(&pair[1], "instant") } else { since };
        let parsed = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect("an instant");
        if parsed(&begins) < parsed(&instant(&pair[0], "instant")) {
            found.push(format!("{:?} begins before {:?}", pair[1], pair[0]));
        }
    }
    found
}

#[test]
fn a_journal_that_does_not_add_up_is_complained_about() {
    let mut case = crate::case::generate(0);
    case.usage = vec![(Instant::from_millis(case.setup.horizon.from.millis() + 1), Credits::ZERO)];
    assert_eq!(complaints(&case).expect("a run"), Vec::<String>::new());
    let metrics = Metrics::new(case.setup.horizon);
    let head = recharge::report::journal::COLUMNS.join(",");
    let row = |money: &str, events: &str, balance: [&str; 2], since: &str| {
        let [before, after] = balance;
        format!(
            "2026-01-02T00:00:00Z,x,x,off,,,{money},0,{before},0,0,{after},0,{since},{events},,,"
        )
    };
    let text = |rows: &[String]| format!("{head}\n{}\n", rows.join("\n"));
    for (rows, complaint) in [
        (vec![row("1", "", ["0", "0"], "")], "column money"),
        (vec![row("", "2", ["0", "0"], "")], "column usage_events"),
        (vec![row("", "", ["0", "1"], ""), row("", "", ["0", "0"], "")], "ended"),
        (
            vec![row("", "", ["0", "0"], ""), row("", "", ["0", "0"], "2026-01-01T00:00:00Z")],
            "begins before",
        ),
    ] {
        let text = text(&rows);
        let mut found = sums(&text, &metrics);
        found.extend(continuity(&Table::read(&text)));
        assert!(found.iter().any(|one| one.contains(complaint)), "{complaint}: {found:?}");
    }
}
