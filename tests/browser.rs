//! A page in a browser: nothing is wider than a phone, and nothing is fetched; a page of `explore` answers. Where no browser is
//! installed these tests are counted as ignored, and fail when they are asked for (`--ignored`).

#[path = "browser/explored.rs"]
mod explored;
#[path = "browser/stories.rs"]
mod stories;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use libtest_mimic::{Arguments, Failed, Trial};

/// The browsers that can be asked, by the names of their programs.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

fn browser() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let places: Vec<PathBuf> = env::split_paths(&path).collect();
    let programs =
        BROWSERS.iter().flat_map(|name| places.iter().map(move |place| place.join(name)));
    programs.into_iter().find(|program| program.is_file())
}

/// The document after its scripts have run, as the browser sees it.
fn dom(browser: &Path, page: &Path) -> String {
    dom_of(browser, page, &["--virtual-time-budget=5000"])
}

/// How long a browser is waited for, and how often one that does not end is started anew: on a busy machine it sometimes
/// never comes to the end of its virtual time.
const PATIENCE: Duration = Duration::from_secs(90);
const STARTS: usize = 3;

/// The same of a browser with further options.
fn dom_of(browser: &Path, page: &Path, options: &[&str]) -> String {
    let dom = (0..STARTS).find_map(|_| dom_in_time(browser, page, options));
    dom.unwrap_or_else(|| panic!("{} did not end in {STARTS} starts", browser.display()))
}

/// The same of a browser that is started once; `None` if it does not end.
fn dom_in_time(browser: &Path, page: &Path, options: &[&str]) -> Option<String> {
    let place = tempfile::tempdir().unwrap();
    let dumped = place.path().join("dom.html");
    let mut running = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--dump-dom",
        ])
        .args(options)
        .arg(format!("--user-data-dir={}", place.path().join("profile").display()))
        .arg(format!("file://{}", page.display()))
        .stdout(fs::File::create(&dumped).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while running.try_wait().unwrap().is_none() {
        if started.elapsed() > PATIENCE {
            running.kill().unwrap();
            running.wait().unwrap();
            return None;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Some(String::from_utf8_lossy(&fs::read(&dumped).unwrap()).into_owned())
}

/// A page around `inner` that measures it in frames of several widths and writes down what it sees:
/// `width:what stands out of it:resources fetched`.
fn measuring(inner: &str, widths: &[u32]) -> String {
    let inner = inner.replace('&', "&amp;").replace('"', "&quot;");
    let frame = |width: u32| {
        format!("<iframe width={width} height=800 style=\"border:0\" srcdoc=\"{inner}\"></iframe>")
    };
    let frames: String = widths.iter().copied().map(frame).collect();
    format!(
        "<!DOCTYPE html><body>{frames}<p id=seen></p><script>\
         onload=()=>{{seen.textContent=[...document.querySelectorAll('iframe')].map(f=>[f.width,\
         f.contentDocument.documentElement.scrollWidth-f.contentDocument.documentElement.clientWidth,\
         f.contentWindow.performance.getEntriesByType('resource').length].join(':')).join(' ')}}\
         </script>"
    )
}

/// A sheet of A4 between the margins of a page of ours, in pixels.
const PAPER: u32 = 688;

/// A page as it is printed, for a browser that shows it on a screen.
fn printed(page: &str) -> String {
    page.replace("@media print", "@media all").replace("@media screen", "@media not all")
}

/// What was measured of a page on a phone, a tablet and a laptop.
fn measured(browser: &Path, inner: &str) -> String {
    measured_at(browser, inner, &[390, 834, 1280])
}

/// What was measured of a page: one entry a width.
fn measured_at(browser: &Path, inner: &str, widths: &[u32]) -> String {
    let place = tempfile::tempdir().unwrap();
    let page = place.path().join("measuring.html");
    fs::write(&page, measuring(inner, widths)).unwrap();
    let dom = dom(browser, &page);
    let seen = dom.rsplit_once("<p id=\"seen\">").and_then(|(_, rest)| rest.split_once("</p>"));
    seen.map_or_else(String::new, |(seen, _)| seen.to_owned())
}

/// The commands whose pages are looked at.
const PAGES: [&[&str]; 8] = [
    &["run", "scenarios/worked-example.toml"],
    &["run", "scenarios/connector-apps-burst.toml"],
    &["explain", "scenarios/connector-apps-burst.toml"],
    &["run", "scenarios/a2v2-biggest-day.toml"],
    &[
        "compare",
        "scenarios/product-classifier-starter.toml",
        "scenarios/product-classifier-pro.toml",
        "--replications=5",
    ],
    &[
        "compare",
        "scenarios/connector-apps.toml",
        "scenarios/connector-apps-one-pack.toml",
        "scenarios/connector-apps-four-packs.toml",
        "scenarios/connector-apps-burst.toml",
        "--start=2026-01-01",
        "--end=2026-02-01",
        "--replications=2",
    ],
    &["study", "scenarios/product-classifier-study.toml", "--replications=20"],
    &["plan", "scenarios/product-classifier-study.toml", "--levels=5000,9000", "--replications=2"],
];

/// The page that a command writes.
fn page(words: &[&str]) -> String {
    let place = tempfile::tempdir().unwrap();
    let report = place.path().join("report");
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.args(words).arg("--report").arg(&report);
    assert!(command.output().unwrap().status.success());
    fs::read_to_string(report.join("index.html")).unwrap()
}

fn a_page_is_no_wider_than_a_phone_and_fetches_nothing(browser: &Path) {
    for words in PAGES {
        let page = page(words);
        assert_eq!(measured(browser, &page), "390:0:0 834:0:0 1280:0:0", "{words:?}");
        let printed = printed(&page);
        assert_ne!(printed, page, "{words:?}");
        assert_eq!(measured_at(browser, &printed, &[PAPER]), "688:0:0", "{words:?}");
    }
}

fn a_link_of_an_outage_leads_to_the_row_of_the_journal_it_names(browser: &Path) {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("page.html"), page(&["explain", "scenarios/worked-example.toml"]))
        .unwrap();
    let driving = "<!DOCTYPE html><body><iframe width=390 height=600 src=\"page.html\"></iframe><p id=seen></p><script>\
         onload=()=>{const {contentDocument:page}=document.querySelector('iframe');\
         const link=[...page.querySelectorAll('td a')].find(one=>one.textContent==='20 outage_opened');link.click();\
         setTimeout(()=>{const row=page.querySelector('tr:has(:target)');const {top,bottom}=row.getBoundingClientRect();\
         seen.textContent=[row.textContent.slice(0,2),row.querySelector('code').textContent,top>=0&&bottom<=600].join(':')},200)}\
         </script>";
    let driven = place.path().join("driving.html");
    fs::write(&driven, driving).unwrap();
    let options = ["--allow-file-access-from-files", "--virtual-time-budget=5000"];
    let dom = dom_of(browser, &driven, &options);
    assert!(dom.contains("<p id=\"seen\">20:outage_opened:true</p>"), "{dom}");
}

fn every_column_of_a_wide_table_is_seen_on_a_small_screen(browser: &Path) {
    let place = tempfile::tempdir().unwrap();
    let words =
        ["study", "scenarios/product-classifier-study.toml", "--replications", "60", "--quiet"];
    fs::write(place.path().join("page.html"), page(&words)).unwrap();
    let driving = "<!DOCTYPE html><body><iframe width=1100 height=600 src=\"page.html\"></iframe><p id=seen></p><script>\
         onload=()=>{const {contentDocument:page}=document.querySelector('iframe');\
         const frame=page.querySelector('[aria-label=Candidates]');const {right}=frame.getBoundingClientRect();\
         const last=[...frame.querySelectorAll('th')].pop();\
         seen.textContent=[last.textContent,last.getBoundingClientRect().right<=right].join(':')}</script>";
    let driven = place.path().join("driving.html");
    fs::write(&driven, driving).unwrap();
    let options = ["--allow-file-access-from-files", "--virtual-time-budget=5000"];
    let dom = dom_of(browser, &driven, &options);
    assert!(dom.contains("<p id=\"seen\">remarks:true</p>"), "{dom}");
}

fn a_page_that_is_too_wide_would_be_noticed(browser: &Path) {
    let seen = measured(browser, "<!DOCTYPE html><div style=\"width:900px\">wide</div>");
    assert!(seen.starts_with("390:5"), "{seen}");
}

/// A test that needs a browser, ignored where there is none.
fn trial(name: &str, test: fn(&Path)) -> Trial {
    let run = move || {
        let none = || Failed::from(format!("none of {} is installed", BROWSERS.join(", ")));
        test(&browser().ok_or_else(none)?);
        Ok(())
    };
    Trial::test(name, run).with_ignored_flag(browser().is_none())
}

fn main() -> ExitCode {
    if browser().is_none() {
        eprintln!("none of {} is installed: what needs a browser is ignored", BROWSERS.join(", "));
    }
    let trials = vec![
        trial(
            "a_page_is_no_wider_than_a_phone_and_fetches_nothing",
            a_page_is_no_wider_than_a_phone_and_fetches_nothing,
        ),
        trial(
            "a_link_of_an_outage_leads_to_the_row_of_the_journal_it_names",
            a_link_of_an_outage_leads_to_the_row_of_the_journal_it_names,
        ),
        trial(
            "every_column_of_a_wide_table_is_seen_on_a_small_screen",
            every_column_of_a_wide_table_is_seen_on_a_small_screen,
        ),
        trial("a_page_that_is_too_wide_would_be_noticed", a_page_that_is_too_wide_would_be_noticed),
        trial(
            "a_slider_is_moved_and_the_figures_are_those_of_the_command",
            explored::a_slider_is_moved_and_the_figures_are_those_of_the_command,
        ),
        trial(
            "lengths_shares_and_prices_read_as_in_a_terminal",
            explored::lengths_shares_and_prices_read_as_in_a_terminal,
        ),
        trial(
            "a_link_opens_as_it_was_sent_and_says_what_it_does_not_know",
            explored::a_link_opens_as_it_was_sent_and_says_what_it_does_not_know,
        ),
        trial(
            "a_page_with_the_engine_is_no_wider_than_a_phone_and_fetches_nothing",
            explored::a_page_with_the_engine_is_no_wider_than_a_phone_and_fetches_nothing,
        ),
        trial(
            "futures_come_in_the_background_until_there_are_enough",
            explored::futures_come_in_the_background_until_there_are_enough,
        ),
        trial("markup_in_names_is_text_in_the_page", explored::markup_in_names_is_text_in_the_page),
        trial(
            "a_customer_who_is_out_of_tasks_is_told_why_and_sent_a_page",
            stories::a_customer_who_is_out_of_tasks_is_told_why_and_sent_a_page,
        ),
        trial(
            "a_budget_for_next_year_is_planned_and_sent_as_a_link",
            stories::a_budget_for_next_year_is_planned_and_sent_as_a_link,
        ),
        trial(
            "a_threshold_is_moved_pinned_and_compared_and_sent_as_a_page",
            stories::a_threshold_is_moved_pinned_and_compared_and_sent_as_a_page,
        ),
        trial(
            "the_pictures_of_the_guide_are_there_and_small",
            stories::the_pictures_of_the_guide_are_there_and_small,
        ),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
