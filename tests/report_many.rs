//! Reports of comparisons and of plans: what is in them, what is not, and how they are asked for.
#![cfg(feature = "html")]

use std::fs;
#[cfg(feature = "xlsx")]
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A shop all of whose words are unkind, on one plan or the other.
fn shop(plan: &str, name: &str) -> String {
    format!(
        r#"
name = {name:?}
question = "</title><img src=x onerror=alert(1)>?"
unit = "<b>credits</b>"
currency = "USD"
start = 2026-01-01
end = 2026-03-01
plan = {plan:?}
assumed = ["payment.latency"]
[plans."<script>alert(1)</script>"]
fee = "19.00"
allowance = 3000
[plans."=1+1"]
fee = "39.00"
allowance = 8000
[packages."<i>1000</i>"]
credits = 1000
price = "7.00"
[recharge]
at_or_below = 100
package = "<i>1000</i>"
[payment]
latency = "5s"
[usage.generate]
per_day = 200.0
amount = 1
"#
    )
}

const SMALL: &str = "<script>alert(1)</script>";
const BIG: &str = "=1+1";

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        fs::write(folder.path("small.toml"), shop(SMALL, "<script>small</script>")).unwrap();
        fs::write(folder.path("big.toml"), shop(BIG, "<script>big</script>")).unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.current_dir(self.0.path()).stdin(Stdio::null());
        command.args(words).args(["--replications", "4", "--quiet"]).output().unwrap()
    }

    /// What was printed, the command left out.
    fn printed(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let printed = String::from_utf8(output.stdout).unwrap();
        printed.rsplit_once(" · recharge ").unwrap().0.to_owned()
    }

    fn page(&self) -> String {
        fs::read_to_string(self.path("report/index.html")).unwrap()
    }
}

/// The files of a folder, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

const COMPARE: [&str; 3] = ["compare", "small.toml", "big.toml"];
const PLAN: [&str; 4] = ["plan", "small.toml", "--levels", "4000,8000"];

#[test]
fn a_report_appears_whole_beside_the_same_words() {
    for words in [&COMPARE[..], &PLAN] {
        let folder = Folder::new();
        let printed = folder.printed(words);
        for threads in ["1", "2"] {
            let more = ["--report", "report", "--threads", threads];
            assert_eq!(folder.printed(&[words, &more].concat()), printed, "{words:?}");
            let found = files(&folder.path("report"));
            let chart = if words == COMPARE { "differences.svg" } else { "plans.svg" };
            assert!(found.iter().any(|(name, _)| name == chart), "{words:?}");
            // Any number of threads writes the same bytes, and nothing is left beside it.
            let kept = folder.path("kept");
            if threads == "1" {
                fs::rename(folder.path("report"), &kept).unwrap();
            } else {
                assert_eq!(found, files(&kept), "{words:?}");
                assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 4);
            }
        }
    }
}

#[test]
fn whatever_came_from_a_file_is_shown_as_text_and_nothing_is_fetched() {
    for words in [&COMPARE[..], &PLAN] {
        let folder = Folder::new();
        folder.printed(&[words, &["--report", "report"]].concat());
        for (name, bytes) in files(&folder.path("report")) {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("&lt;script&gt;"), "{name}");
            // A title of ours is followed by a description or a style sheet.
            let text = text.replace("</title><desc>", "").replace("</title><style>", "");
            // Links to its own sections lead nowhere else.
            let text =
                text.replace("xmlns=\"http://www.w3.org/2000/svg\"", "").replace(" href=\"#", " ");
            for wrong in [
                "<script",
                "<img",
                "<b>",
                "<i>",
                "</title><img",
                "href=",
                "src=\"",
                "url(",
                "http://",
                "https://",
            ] {
                assert!(!text.contains(wrong), "{name}: {wrong}");
            }
        }
    }
}

#[test]
fn a_page_of_a_comparison_tells_every_scenario_and_every_assumption() {
    let folder = Folder::new();
    let more = ["--report", "report", "--set", "seed=7"];
    folder.printed(&[&COMPARE[..], &more].concat());
    let page = folder.page();
    for file in ["small.toml", "big.toml"] {
        let name = file.trim_end_matches(".toml");
        assert!(page.contains(&format!("{file}, word for word")), "{file}");
        assert!(page.contains(&format!("name = &quot;&lt;script&gt;{name}&lt;/script&gt;&quot;")));
    }
    assert_eq!(page.matches("<dd>7</dd>").count(), 1, "the seed");
    assert!(page.contains("recharge compare small.toml big.toml"));
    assert!(page.contains("payment.latency"));
    let title =
        page.split("<figcaption>").nth(1).and_then(|rest| rest.split("</figcaption>").next());
    assert!(title.is_some_and(|title| title.contains("&lt;script&gt;big&lt;/script&gt;")));
}

#[test]
fn a_page_of_a_plan_tells_the_finding_the_levels_and_where_they_come_from() {
    let folder = Folder::new();
    folder.printed(&[&PLAN[..], &["--report", "report"]].concat());
    let page = folder.page();
    let (opening, rest) = page.split_once("<figure ").unwrap();
    assert!(opening.contains("&lt;b&gt;credits&lt;/b&gt; per cycle the cheapest is"), "{opening}");
    for part in [
        "Cheapest today",
        "Set today",
        "Next change",
        "Per 1,000 asked for",
        "Where the bigger plan becomes cheaper",
    ] {
        assert!(opening.contains(part), "{part}");
    }
    for part in [
        "Cost per cycle at each level",
        "Break-evens",
        "How costs are compared",
        "Assumed by this scenario",
        "payment.latency",
        "Source</h2>",
        "recharge plan small.toml --levels 4000,8000",
        "drawn anew for each replication",
        "small.toml, word for word",
    ] {
        assert!(rest.contains(part), "{part}");
    }
}

#[test]
fn usage_from_a_file_is_told_with_its_hash_and_its_rows() {
    let folder = Folder::new();
    let mut rows = "time,credits\n".to_owned();
    for day in 0..70 {
        let date = chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap() + chrono::Days::new(day);
        rows.push_str(&format!("{date}T12:00:00Z,{}\n", 150 + day % 9));
    }
    fs::write(folder.path("usage.csv"), &rows).unwrap();
    let hash = recharge::report::provenance::hash(rows.as_bytes());
    for words in [&COMPARE[..], &PLAN] {
        let usage = ["--usage", "usage.csv", "--report", "report"];
        folder.printed(&[words, &usage, &["--hash", "sha256"]].concat());
        assert!(folder.page().contains(&format!("sha256 {hash}")), "{words:?}");
        folder.printed(&[words, &usage].concat());
        let page = folder.page();
        assert!(page.contains("<code>blake3 ") && !page.contains(&hash), "{words:?}");
        assert!(page.contains("usage.csv, 70 rows"), "{words:?}");
    }
}

#[test]
fn a_folder_with_other_files_is_refused_before_anything_runs() {
    for words in [&COMPARE[..], &PLAN] {
        let folder = Folder::new();
        fs::create_dir(folder.path("mine")).unwrap();
        fs::write(folder.path("mine/thesis.txt"), "mine").unwrap();
        let output = folder.run(&[words, &["--report", "mine", "--csv", "rows.csv"]].concat());
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(output.stdout.is_empty() && !folder.path("rows.csv").exists(), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("thesis.txt"), "{words:?}");
        assert_eq!(files(&folder.path("mine")).len(), 1);
    }
}

#[test]
fn a_report_that_cannot_be_told_leaves_the_earlier_one() {
    let folder = Folder::new();
    folder.printed(&[&PLAN[..], &["--report", "report"]].concat());
    let earlier = files(&folder.path("report"));
    let none = folder.run(&["plan", "small.toml", "--levels", "-1", "--report", "report"]);
    assert_eq!(none.status.code(), Some(2));
    let other = ["compare", "small.toml", "missing.toml", "--report", "report"];
    assert_eq!(folder.run(&other).status.code(), Some(2));
    assert_eq!(files(&folder.path("report")), earlier);
}

#[test]
fn a_gate_that_says_no_says_so_beside_a_report() {
    let folder = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(folder.0.path());
    let words = ["run", "small.toml", "--report", "report", "--gate", "total_spend <= 1"];
    let output = command.args(words).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(folder.page().contains("small.toml"));
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_is_written_and_has_the_same_bytes_for_the_same_question() {
    for words in [&COMPARE[..], &PLAN] {
        let folder = Folder::new();
        let made = || {
            folder.printed(&[words, &["--xlsx", "book.xlsx"]].concat());
            fs::read(folder.path("book.xlsx")).unwrap()
        };
        let book = made();
        assert!(book.starts_with(b"PK") && book == made(), "{words:?}");
    }
}

/// The text of a part of a workbook.
#[cfg(feature = "xlsx")]
fn part(book: &[u8], name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
    let mut text = String::new();
    archive.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text.replace("&apos;", "'"))
}

/// What stands between two texts, each time.
#[cfg(feature = "xlsx")]
fn between<'t>(text: &'t str, from: &'t str, to: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(from).skip(1).map(move |rest| rest.split(to).next().unwrap())
}

#[cfg(feature = "xlsx")]
#[test]
fn formulas_of_a_workbook_name_its_sheets_in_quotes() {
    let mut count = 0;
    for words in [&COMPARE[..], &PLAN] {
        let folder = Folder::new();
        folder.printed(&[words, &["--xlsx", "book.xlsx"]].concat());
        let book = fs::read(folder.path("book.xlsx")).unwrap();
        let list = part(&book, "xl/workbook.xml").unwrap();
        let sheets: Vec<&str> = between(&list, "<sheet name=\"", "\"").collect();
        assert!(sheets.iter().any(|name| name.contains('-')), "{sheets:?}");
        let texts = (1..).map_while(|n| part(&book, &format!("xl/worksheets/sheet{n}.xml")));
        let texts: String = texts.collect();
        for formula in between(&texts, "<f>", "</f>").filter(|formula| formula.contains('!')) {
            count += 1;
            let name = formula.split('\'').nth(1).unwrap_or_default();
            assert!(sheets.contains(&name), "{formula}");
            assert!(formula.contains(&format!("'{name}'!")), "{formula}");
        }
    }
    assert!(count > 10, "{count}");
}
