//! A page of `recharge explore` in a browser: sliders, links, futures, a phone, names with markup.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::dom_of;

/// A page in a folder, beside a page that does something to it in a frame and writes down what it sees.
pub struct Explored(tempfile::TempDir);

/// What a driving page does: `page` is the document in the frame, `see` writes down, `until` waits and tells if it waited in vain.
const DRIVING: &str = r"
const see = (text) => { seen.append(text + '\n'); };
const until = async (held) => {
  // A browser without a screen lets its clock run while nothing waits for it, so that each round is short.
  for (let i = 0; i < 4000000; i++) {
    try { if (held()) return; } catch {}
    await new Promise((go) => setTimeout(go, 20));
  }
  see('waited in vain for ' + held);
};
const frame = document.querySelector('iframe');
let page;
const figure = (name, column) => page.querySelector(`#figures tr[data-figure=${name}]`).children[column].textContent;
const knob = (name) => [...page.querySelectorAll('.knob')].find((row) => row.querySelector('label').textContent === name);
// Moves to a place, or to the value that a setting names.
const slide = (name, wanted) => {
  const input = knob(name).querySelector('input,select');
  const { knobs } = JSON.parse(page.getElementById('page').textContent);
  const values = knobs.find((one) => one.name === name).values;
  input.value = typeof wanted === 'number' ? wanted : values.findIndex(({ set }) => set === wanted);
  for (const kind of ['input', 'change']) input.dispatchEvent(new Event(kind, { bubbles: true }));
};
const sentence = () => page.getElementById('sentence').textContent;
const count = (many) => [...many].length;
const text = (id) => page.getElementById(id).textContent;
const click = (id) => page.getElementById(id).click();
const root = () => page.documentElement;
const opened = async (how) => {
  const other = document.createElement('iframe');
  Object.assign(other, { width: frame.width, height: 900 }, how);
  document.body.append(other);
  await until(() => other.contentDocument.documentElement.dataset.ready);
  await until(() => other.contentDocument.getElementById('sentence').textContent === sentence());
  return other.contentDocument;
};
// The page that its button saves, opened elsewhere; and the same by its link.
const saved = async () => {
  const { URL } = frame.contentWindow;
  const made = URL.createObjectURL;
  let blob;
  URL.createObjectURL = (one) => { blob = one; return made.call(URL, one); };
  click('page-file');
  await until(() => blob);
  URL.createObjectURL = made;
  return opened({ srcdoc: await blob.text() });
};
const linked = () => opened({ src: 'page.html' + frame.contentWindow.location.hash });
onload = async () => {
  try {
    page = frame.contentDocument;
    await until(() => page.documentElement.dataset.ready);
    see(page.documentElement.dataset.ready);
    await steps();
    see('done');
  } catch (error) { see('stopped: ' + error.stack); }
};
";

impl Explored {
    pub fn new(words: &[&str]) -> Explored {
        let place = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
        command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("explore").args(words);
        command.arg("--out").arg(place.path().join("page.html"));
        assert!(command.output().unwrap().status.success());
        Explored(place)
    }

    /// The page.
    pub fn path(&self) -> PathBuf {
        self.0.path().join("page.html")
    }

    /// What `steps` write down of the page at a hash, in a frame of so many pixels: first whether the engine is ready, last that all is
    /// done.
    pub fn seen(&self, browser: &Path, width: u32, hash: &str, steps: &str) -> Vec<String> {
        let driving = format!(
            "<!DOCTYPE html><meta charset=utf-8><body>\
             <iframe width={width} height=900 src=\"page.html#{hash}\"></iframe><pre id=seen></pre>\
             <script>const steps=async()=>{{{steps}}};{DRIVING}</script>"
        );
        let place = self.0.path().join("driving.html");
        fs::write(&place, driving).unwrap();
        let options = ["--allow-file-access-from-files", "--virtual-time-budget=100000000"];
        let dom = dom_of(browser, &place, &options);
        let seen =
            dom.split_once("<pre id=\"seen\">").and_then(|(_, rest)| rest.split_once("</pre>"));
        let plain =
            |line: &str| line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
        seen.map_or_else(Vec::new, |(seen, _)| seen.lines().map(plain).collect())
    }
}

pub const BURST: &str = "scenarios/connector-apps-burst.toml";
pub const STUDY: &str = "scenarios/product-classifier-study.toml";

/// The figures of a run as programs read them.
pub fn ran(words: &[&str]) -> Value {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).arg("run").args(words);
    serde_json::from_slice(&command.args(["--format", "json"]).output().unwrap().stdout).unwrap()
}

/// Spend as people read it.
pub fn spend(ran: &Value) -> String {
    format!("${}", recharge::domain::grouped(ran["total_spend"].as_str().unwrap()))
}

pub fn a_slider_is_moved_and_the_figures_are_those_of_the_command(browser: &Path) {
    let seen = Explored::new(&[BURST]).seen(
        browser,
        1200,
        "",
        "see(sentence()); see(figure('total_spend', 1) + '|' + figure('outages', 1));
         slide('packs at a time', 2); await until(() => sentence().startsWith('With'));
         see(figure('total_spend', 1) + '|' + figure('total_spend', 2) + '|' + figure('outages', 2));
         see(page.getElementById('command').textContent); see(frame.contentWindow.location.hash);
         page.getElementById('undo').click(); await until(() => sentence().startsWith('Move'));
         see(figure('total_spend', 2) + '|' + frame.contentWindow.location.hash);",
    );
    let [today, changed] = [ran(&[BURST]), ran(&[BURST, "--set", "recharge.packs=3"])];
    let wanted = [
        "yes".to_owned(),
        "Move a slider: today stays beside it.".to_owned(),
        format!("{}|{}", spend(&today), today["outages"]),
        format!("{}|{}|{}", spend(&today), spend(&changed), changed["outages"]),
        format!("recharge run {BURST} --set recharge.packs=3"),
        "#recharge.packs=3".to_owned(),
        format!("{}|", spend(&today)),
        "done".to_owned(),
    ];
    assert_eq!(seen, wanted);
}

pub fn lengths_shares_and_prices_read_as_in_a_terminal(browser: &Path) {
    const FIGURES: [(&str, &str); 3] = [
        ("downtime_ms", "downtime"),
        ("fill_rate", "fill rate"),
        ("price_per_1000_served", "price per 1,000 served"),
    ];
    let see: Vec<String> =
        FIGURES.iter().map(|(name, _)| format!("see(figure('{name}', 1));")).collect();
    let seen = Explored::new(&[BURST]).seen(browser, 1200, "", &see.concat());
    let mut command = Command::new(env!("CARGO_BIN_EXE_recharge"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(["run", BURST]);
    let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let told = |label: &str| {
        let line = text.lines().find_map(|line| line.trim_start().strip_prefix(label)).unwrap();
        line.trim().split("  ").next().unwrap().to_owned()
    };
    let wanted: Vec<String> = FIGURES.iter().map(|(_, label)| told(label)).collect();
    assert_eq!(seen[1..=FIGURES.len()], wanted);
}

pub fn a_link_opens_as_it_was_sent_and_says_what_it_does_not_know(browser: &Path) {
    let seen = Explored::new(&[BURST]).seen(
        browser,
        1200,
        "recharge.packs=3&amp;usage.scale=1.5&amp;nothing=1",
        "await until(() => sentence().startsWith('With')); see(sentence());
         see(knob('packs at a time').querySelector('output').textContent);
         see(knob('usage level').querySelector('input').getAttribute('aria-valuetext'));
         see(page.getElementById('said').textContent); see(figure('total_spend', 2));",
    );
    let changed = ran(&[BURST, "--set", "recharge.packs=3", "--set", "usage.scale=1.5"]);
    assert!(seen[1].starts_with("With 3 packs at a time and usage × 1.5: "), "{seen:?}");
    let said = "The link sets what this page does not have: nothing=1.";
    assert_eq!(seen[2..], ["3", "× 1.5", said, &spend(&changed), "done"]);
}

pub fn a_page_with_the_engine_is_no_wider_than_a_phone_and_fetches_nothing(browser: &Path) {
    let page = Explored::new(&[STUDY]);
    for width in [390, 834, 1280] {
        let seen = page.seen(
            browser,
            width,
            "recharge.package=9000",
            "const root = page.documentElement; see(root.scrollWidth - root.clientWidth);
             const fetched = frame.contentWindow.performance.getEntriesByType('resource');
             see(count(fetched.filter(({ name }) => !name.startsWith('blob:'))));
             const named = (one) => one.labels.length || one.getAttribute('aria-label');
             see(count([...page.querySelectorAll('input,select,textarea')].filter((one) => !named(one))));
             see(count([...page.querySelectorAll('svg')].filter((one) => !one.getAttribute('aria-label'))));
             see(page.getElementById('sentence').getAttribute('aria-live'));",
        );
        assert_eq!(seen, ["yes", "0", "0", "0", "0", "polite", "done"], "{width}");
    }
}

pub fn futures_come_in_the_background_until_there_are_enough(browser: &Path) {
    let seen = Explored::new(&[STUDY]).seen(
        browser,
        1200,
        "recharge.package=9000",
        "const box = page.getElementById('futures'); await until(() => +box.dataset.replications >= 200);
         see(box.dataset.replications); see(count(page.querySelectorAll('#futures .bar')));
         see(page.getElementById('futures-said').textContent.split('.')[0]);",
    );
    assert_eq!(seen, ["yes", "200", "2", "200 futures, 95% intervals", "done"]);
}

pub fn markup_in_names_is_text_in_the_page(browser: &Path) {
    let place = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scenario = fs::read_to_string(root.join("scenarios/worked-example.toml")).unwrap();
    let is_name = |line: &&str| line.starts_with("name =") || line.starts_with("unit =");
    let lines = scenario.lines().filter(|line| !is_name(line)).map(|line| line.to_owned() + "\n");
    let name = "</script><img src=x onerror=alert(1)>";
    let head = format!("name = '{name}'\nunit = '<i>tasks</i>'\n");
    let path = place.path().join("s.toml");
    fs::write(&path, lines.fold(head, |text, line| text + &line)).unwrap();
    let seen = Explored::new(&[path.to_str().unwrap()]).seen(
        browser,
        1200,
        "usage.scale=2",
        "await until(() => sentence().startsWith('With')); see(page.title.endsWith(': what if'));
         see(count(page.querySelectorAll('img, #results i:not(.key i)'))); see(page.querySelector('h1').textContent);",
    );
    assert_eq!(seen, ["yes", "true", "0", name, "done"]);
}
