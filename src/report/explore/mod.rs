//! The page of `recharge explore`, one HTML file with the engine inside, and of `recharge serve`, which asks the program.
//!
//! The story of the data stands in the page itself; then every change of a setting is answered by a replay, in the browser or
//! by the server. In a file nothing is fetched: module (`packages/module`), scenario and usage are inside, and its policy allows no
//! other source. `form.js` writes numbers and times, `chart.js` draws, `page.js` holds the state and the sections; a carrier brings
//! questions to the engine: `inside.js` (with `engine.js`, which talks to the module, and `worker.js`, which lives through
//! futures in the background) or `served.js`. Deliberately absent: figures, which the engine computes, and markup from texts
//! of files, which is escaped here and set as text there.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::Money;
use crate::engine::State;
use crate::explore::{ExploreSubject, Knob};
use crate::figures::{Figure, Unit};
use crate::scenario::Scenario;
use crate::study::MOST_PATHS;

use super::bundle::MADE_BY;
use super::words;

/// The engine as WebAssembly, packed with gzip; `packages/module/build` makes it.
pub const ENGINE: &[u8] = include_bytes!("../../../packages/module/engine.wasm.gz");

/// Talks to an instance of the engine.
pub const ENGINE_SCRIPT: &str = include_str!("engine.js");
const WORKER_SCRIPT: &str = include_str!("worker.js");
/// The script of a page with the engine inside, which is one, so that its parts share their names.
const INSIDE_SCRIPT: &str = concat!(
    include_str!("form.js"),
    include_str!("chart.js"),
    include_str!("inside.js"),
    include_str!("page.js")
);
/// The script of a page that asks a server.
const SERVED_SCRIPT: &str = concat!(
    include_str!("form.js"),
    include_str!("chart.js"),
    include_str!("served.js"),
    include_str!("page.js")
);

/// Futures that a page lives through before it asks.
const FUTURES: usize = 200;

/// The figures that a page compares, most telling first.
const SHOWN: [&str; 9] = [
    "total_spend",
    "recharges",
    "refused",
    "fill_rate",
    "outages",
    "downtime_ms",
    "failed_attempts",
    "demanded",
    "price_per_1000_served",
];

/// The figures of what was paid for and not used.
const WASTE: [&str; 4] = ["expired", "expired_cost", "forfeited", "closing_balance"];

/// What a page is made of.
pub struct ExplorePage<'p> {
    /// The scenario as it is today.
    pub scenario: &'p Scenario,
    /// The same as the page carries it.
    pub subject: &'p ExploreSubject,
    /// What can be moved.
    pub knobs: &'p [Knob],
    /// The story of the data: what happened today, then what the usage is.
    pub story: &'p [String],
    /// Changes that would have avoided the outages.
    pub trials: &'p [OfferedChange],
    /// `recharge run` with all that was given, to which a page adds its settings.
    pub command: &'p str,
    /// Who answers.
    pub carrier: Carrier<'p>,
}

/// A change that is offered to be tried.
#[derive(Clone, Debug, Serialize)]
pub struct OfferedChange {
    /// The change in words.
    pub label: String,
    /// Its settings, each `PATH=VALUE`.
    pub set: Vec<String>,
}

/// Who answers the questions of a page.
#[derive(Clone, Copy, Debug)]
pub enum Carrier<'p> {
    /// The engine inside it, with this packed usage.
    Inside {
        /// The usage.
        usage: &'p [u8],
    },
    /// The server that the page comes from.
    Served,
}

impl Carrier<'_> {
    /// Sources that a page may use: its own scripts by their digests, and its server.
    pub fn policy(self) -> String {
        let hashes = |scripts: &[&str]| {
            let hash = |script: &&str| format!(" 'sha256-{}'", sha(script));
            scripts.iter().map(hash).collect::<String>()
        };
        let usual = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; script-src";
        match self {
            Carrier::Inside { .. } => {
                let scripts = hashes(&[ENGINE_SCRIPT, INSIDE_SCRIPT]);
                format!("{usual} 'wasm-unsafe-eval'{scripts}; worker-src blob:")
            }
            Carrier::Served => format!("{usual}{}; connect-src 'self'", hashes(&[SERVED_SCRIPT])),
        }
    }
}

/// What the script reads.
#[derive(Serialize)]
struct PageData<'p> {
    subject: &'p ExploreSubject,
    knobs: &'p [Knob],
    figures: Vec<FigureData>,
    waste: Vec<FigureData>,
    trials: &'p [OfferedChange],
    states: serde_json::Map<String, serde_json::Value>,
    unit: &'p str,
    /// How money is written: `$¤`.
    mark: String,
    minor: u32,
    zone: &'static str,
    command: &'p str,
    futures: usize,
    /// The most futures that a fan is of.
    paths: usize,
}

/// A figure that is compared.
#[derive(Serialize)]
struct FigureData {
    name: &'static str,
    label: &'static str,
    meaning: &'static str,
    unit: &'static str,
}

/// The page.
pub fn page(made: &ExplorePage<'_>) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                (PreEscaped(MADE_BY)) (env!("CARGO_PKG_VERSION")) (PreEscaped("\">"))
                meta http-equiv="Content-Security-Policy" content=(made.carrier.policy());
                meta name="color-scheme" content="light dark";
                title { (made.scenario.name) ": what if" }
                style { (PreEscaped(include_str!("../document/page.css"))) (PreEscaped(include_str!("page.css"))) }
            }
            body.explore { main {
                (head(made))
                (body(made))
                (source(made))
            }
                script type="application/json" id="page" { (PreEscaped(data(made))) }
                (scripts(made.carrier))
            }
        }
    };
    page.into_string()
}

fn scripts(carrier: Carrier<'_>) -> Markup {
    match carrier {
        Carrier::Inside { usage } => html! {
            script type="text/plain" id="usage" { (base64(usage)) }
            script type="text/plain" id="engine" { (base64(ENGINE)) }
            script type="text/plain" id="worker-script" { (PreEscaped(WORKER_SCRIPT)) }
            script id="engine-script" { (PreEscaped(ENGINE_SCRIPT)) }
            script { (PreEscaped(INSIDE_SCRIPT)) }
        },
        Carrier::Served => html! { script { (PreEscaped(SERVED_SCRIPT)) } },
    }
}

fn head(made: &ExplorePage<'_>) -> Markup {
    let loading = match made.carrier {
        Carrier::Inside { .. } => {
            "Starting the engine… It needs scripts, and nothing else: no network, no server."
        }
        Carrier::Served => "Asking recharge on this machine… It needs scripts.",
    };
    html! {
        h1 { (made.scenario.name) }
        @if let Some(question) = made.scenario.question_of_usage() { p.question { (question) } }
        @for (place, sentence) in made.story.iter().enumerate() {
            @if place == 0 { p.finding { strong { "Today: " } (sentence) } } @else { p.advice { (sentence) } }
        }
        div.buttons #trials {}
        p.muted #loading { (loading) }
        div.answer { p #sentence role="status" aria-live="polite" {} p #error role="alert" hidden {} }
    }
}

fn body(made: &ExplorePage<'_>) -> Markup {
    html! {
        div.layout {
            form.side #controls hidden aria-label="Settings" {
                fieldset #owner { legend { "What you can set" } }
                fieldset #unknown { legend { "What you do not know" } }
                div.buttons {
                    button type="button" #undo disabled { "Undo" }
                    button type="button" #reset disabled { "As today" }
                    button type="button" #pin aria-pressed="false" { "Pin and compare" }
                }
                div.buttons {
                    button type="button" #page-file { "Save page" }
                    button type="button" #link { "Copy link" }
                    button type="button" #say { "Copy sentence" }
                    button type="button" #copy { "Copy command" }
                    button type="button" #save { "Save scenario" }
                }
                p.small.muted #said role="status" {}
                textarea #given hidden readonly rows="3" aria-label="Text to copy" {}
            }
            div #results hidden { (results(&made.scenario.unit)) (futures()) }
        }
    }
}

fn results(unit: &str) -> Markup {
    html! {
        h2 #figures-part { "Today and what if" }
        p.small.muted #pinned {}
        div.scroll tabindex="0" role="region" aria-label="Figures" #figures {}
        h2 #balance-part { "Balance" }
        p.small.muted { "In " (unit) ". Drag over the chart to look closer, click to step from there; below it, outages." }
        (key(&[("today", "today"), ("change", "what if"), ("level", "threshold, what if")]))
        div #balance {}
        p.small #balance-read {}
        div.buttons {
            button type="button" #closer { "Closer" }
            button type="button" #wider disabled { "Wider" }
            button type="button" #earlier disabled { "Earlier" }
            button type="button" #later disabled { "Later" }
            button type="button" #whole disabled { "Whole time" }
        }
        h2 #steps-part { "Step by step" }
        p.small.muted { "Every event, as in the journal of the command below, with what is used of each cap." }
        div.buttons {
            select #step-side aria-label="Steps of" { option value="change" { "what if" } option value="today" { "today" } }
            button type="button" #step-first { "First" }
            button type="button" #step-back { "Back" }
            button type="button" #step-on { "Next" }
            button type="button" #step-outage { "Next outage" }
        }
        div #step role="status" aria-live="polite" {}
        div #caps {}
        div.scroll tabindex="0" role="region" aria-label="Events" #steps {}
        h2 #causes-part { "Outages by cause" }
        p.small.muted { "What auto-recharge was doing while service was down." }
        div #causes {}
        p.small.muted #outage-note {}
        div.scroll tabindex="0" role="region" aria-label="Outages" #outages {}
        h2 #spend-part { "Spend to date" }
        (key(&[("today", "today"), ("change", "what if"), ("fan", "nine of ten futures, what if")]))
        div #spend {}
        p.small #spend-read {}
        p.small.muted #fan-said {}
        h2 #months-part { "Month by month" }
        (key(&[("bar-today", "today"), ("bar-change", "what if"), ("bar-waste", "of it expired unused")]))
        div #month-bars {}
        div.scroll tabindex="0" role="region" aria-label="Months" #months {}
        h2 #waste-part { "Waste" }
        p #waste-said {}
        div.scroll tabindex="0" role="region" aria-label="Waste" #waste {}
    }
}

fn futures() -> Markup {
    html! {
        h2 #futures-part { "If usage and luck come otherwise" }
        p #futures-said role="status" {}
        progress #progress max="1" value="0" aria-label="Futures" {}
        div.scroll tabindex="0" role="region" aria-label="Futures" #futures {}
        div.buttons { button type="button" #more hidden { "Four times as many" } }
        p { label for="budget" { "Budget " span #budget-per {} " " } input #budget type="number" min="0" step="any" inputmode="decimal"; }
        p #budget-said role="status" {}
    }
}

fn key(entries: &[(&str, &str)]) -> Markup {
    html! { ul.key.small aria-hidden="true" { @for (class, name) in entries { li { i class=(class) {} (name) } } } }
}

fn source(made: &ExplorePage<'_>) -> Markup {
    html! {
        h2 { "The same on a command line" }
        p { code #command { (made.command) } }
        p.small.muted {
            "Figures are those of this command, to the last digit; in futures those of recharge study with as many replications. \
             Made by recharge " (env!("CARGO_PKG_VERSION")) "."
        }
        details.scenario { summary { (made.scenario.file) ", word for word" } pre { (crate::domain::text::visible(&made.scenario.text)) } }
    }
}

/// The data of the script as JSON that no tag can end.
fn data(made: &ExplorePage<'_>) -> String {
    let scenario = made.scenario;
    let figure = |name: &&str| {
        let figure = Figure::named(name).expect("a page shows figures of the catalogue");
        let (name, label, meaning) = (figure.name(), figure.label(), figure.meaning());
        FigureData { name, label, meaning, unit: unit(figure.unit()) }
    };
    let states = STATES.map(|state| (state.name().to_owned(), words::state(state).into()));
    let mark = scenario
        .currency
        .show(Money::ZERO)
        .replace(&Money::ZERO.text(scenario.currency.minor()), "¤");
    let data = PageData {
        subject: made.subject,
        knobs: made.knobs,
        figures: SHOWN.iter().map(figure).collect(),
        waste: WASTE.iter().map(figure).collect(),
        trials: made.trials,
        states: states.into_iter().collect(),
        unit: &scenario.unit,
        mark,
        minor: scenario.currency.minor(),
        zone: scenario.zone.name(),
        command: made.command,
        futures: FUTURES,
        paths: MOST_PATHS,
    };
    inert(&serde_json::to_string(&data).expect("texts and numbers are JSON"))
}

/// All states of auto-recharge.
const STATES: [State; 8] = [
    State::Off,
    State::Armed,
    State::Capped,
    State::Cooling,
    State::Charging,
    State::Verifying,
    State::Backoff,
    State::Suspended,
];

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Money => "money",
        Unit::Price => "price",
        Unit::Credits => "credits",
        Unit::Count => "count",
        Unit::Share => "share",
        Unit::Duration => "duration",
    }
}

/// JSON that says the same without a letter that HTML reads.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// SHA-256 of a script as a policy names it.
fn sha(script: &str) -> String {
    base64(&Sha256::digest(script.as_bytes()))
}

/// Bytes as text (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let number = three.iter().fold(0_u32, |number, &byte| number << 8 | u32::from(byte));
        let number = number << (8 * (3 - three.len()));
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place)) as usize & 63];
            text.push(if place > three.len() { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_in_the_standard() {
        // The test vectors of RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn no_text_of_a_file_can_end_the_script_it_is_in() {
        let told = inert(r#"{"name":"</script><img src=x onerror=alert(1)>&"}"#);
        assert!(!told.contains(['<', '>', '&']));
        let read: serde_json::Value = serde_json::from_str(&told).unwrap();
        assert_eq!(read["name"], "</script><img src=x onerror=alert(1)>&");
    }

    #[test]
    fn no_script_of_ours_ends_its_own_tag() {
        for script in [ENGINE_SCRIPT, WORKER_SCRIPT, INSIDE_SCRIPT, SERVED_SCRIPT] {
            assert!(!script.contains("</script") && !script.contains("<!--"));
        }
    }
}
