//! Pages: one HTML file each, that can be attached to a mail. No script, no network, no font;
//! light, dark and print.
//!
//! In reading order: this page (what every page is made of) → [`plan`]. What was found comes first, then
//! the figures with their meaning in place, the charts, the tables, the
//! assumptions, and where it all comes from. Whatever came from a file is text: `maud` escapes it.
//! Deliberately absent: anything that computes a figure.

pub mod plan;

pub use plan::of_plan;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::domain::text::visible;
use crate::files::folder::MADE_BY;
use crate::scenario::{Assumption, Origin, Scenario};

use super::charts::{Chart, ink};
use super::provenance::{self, Provenance};
use super::words::count;

/// A page: its name in the head, and what `main` holds.
fn page(name: &str, version: &str, inside: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(name, version))
            body { main { (inside) } }
        }
    };
    page.into_string()
}

fn head(name: &str, version: &str) -> Markup {
    // Nothing may be fetched and no script may run, should any of it slip in.
    let policy = "default-src 'none'; style-src 'unsafe-inline'";
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            (PreEscaped(MADE_BY)) (version) (PreEscaped("\">"))
            meta http-equiv="Content-Security-Policy" content=(policy);
            meta name="color-scheme" content="light dark";
            title { (name) }
            style { (PreEscaped(include_str!("../document/page.css"))) (PreEscaped(ink::style())) }
        }
    }
}

/// What a reader sees first: what it is called, the question, the finding, and on what it rests.
fn opening(name: &str, question: Option<&str>, finding: &str, rests_on: &str) -> Markup {
    html! {
        h1 { (name) }
        @if let Some(question) = question { p.question { (question) } }
        p.finding { strong { (finding) } }
        @if !rests_on.is_empty() { p.muted.small { (rests_on) } }
    }
}

/// A figure that is seen first.
struct Card {
    name: String,
    value: String,
    means: String,
    alarm: bool,
}

fn cards(cards: &[Card]) -> Markup {
    html! {
        dl.cards {
            @for card in cards {
                div.card {
                    dt { (card.name) }
                    dd.value.alarm[card.alarm] { (card.value) }
                    dd.muted.small { (card.means) }
                }
            }
        }
    }
}

/// A title and lines under it; nothing where there are none.
fn list(title: &str, lines: &[String]) -> Markup {
    html! {
        @if !lines.is_empty() {
            h2 { (title) }
            ul { @for line in lines { li { (line) } } }
        }
    }
}

fn pictures(charts: &[Chart]) -> Markup {
    html! {
        @if !charts.is_empty() {
            h2 { "In pictures" }
        }
        @for chart in charts {
            figure {
                figcaption { h3 { (chart.title) } }
                div.wide { (PreEscaped(&chart.wide)) }
                div.narrow { (PreEscaped(&chart.narrow)) }
                p.muted.small { (chart.description) }
            }
        }
    }
}

/// A figure, its value, and what it means.
type Row = (&'static str, String, &'static str);

/// Figures under a title, with what they mean.
fn table_of(title: &str, rows: &[Row]) -> Markup {
    html! {
        div.scroll {
            table.figures {
                thead { tr { th { (title) } th.number { } th { } } }
                tbody {
                    @for (name, value, means) in rows {
                        tr { th scope="row" { (name) } td.number { (value) } td.means { (means) } }
                    }
                }
            }
        }
    }
}

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// Numbers, to the right.
    Number,
    /// An instant, on one line.
    Date,
    /// Words, on as many lines as they take.
    Text,
}

/// A column: its name, and what it holds.
type Head<'a> = (&'a str, Holds);

/// Rows under a title. `more` says what is not among them, if anything is not.
fn table(title: &str, heads: &[Head<'_>], rows: &[Vec<String>], more: Option<&str>) -> Markup {
    let class = |index: usize| match heads.get(index) {
        Some((_, Holds::Number)) => "number",
        Some((_, Holds::Date)) => "date",
        Some((_, Holds::Text)) | None => "text",
    };
    html! {
        h2 { (title) }
        div.scroll tabindex="0" {
            table {
                thead { tr { @for (index, (name, _)) in heads.iter().enumerate() { th class=(class(index)) scope="col" { (name) } } } }
                tbody {
                    @for row in rows {
                        tr { @for (index, cell) in row.iter().enumerate() { td class=(class(index)) { (cell) } } }
                    }
                }
            }
        }
        @if let Some(more) = more { p.muted.small { (more) } }
    }
}

/// Every value that was assumed, named as such; of several scenarios, one after another.
fn assumptions(scenarios: &[&Scenario]) -> Markup {
    html! { @for scenario in scenarios {
        @if !scenario.assumptions.is_empty() {
            h2 { "Assumptions" @if scenarios.len() > 1 { " of " (scenario.file) } }
            (assumed(
                &scenario.assumptions,
                "Assumed by this scenario",
                "The vendor does not document these; whoever wrote the scenario chose them.",
                Origin::Declared,
            ))
            (assumed(
                &scenario.assumptions,
                "Left out of the scenario",
                "The vendor does not document these either; the values are the defaults of this program.",
                Origin::Default,
            ))
        }
    } }
}

/// The assumptions of one origin, under a title that names it.
fn assumed(all: &[Assumption], title: &str, means: &str, origin: Origin) -> Markup {
    let some: Vec<_> = all.iter().filter(|one| one.origin == origin).collect();
    html! { @if !some.is_empty() {
        h3 { (title) }
        p.muted.small { (means) }
        div.scroll {
            table {
                thead { tr { th scope="col" { "setting" } th scope="col" { "assumed value" } } }
                tbody { @for one in some {
                    tr { th scope="row" { code { (one.path) } } td.text { code { (one.value) } } }
                } }
            }
        }
    } }
}

/// Where it all comes from: enough to make it again. `scenarios` are those whose text it rests on.
fn source(scenarios: &[&Scenario], provenance: &Provenance) -> Markup {
    let usage_hash = provenance.usage_hash.as_deref();
    html! {
        h2 { "Where this comes from" }
        dl.source {
            dt { "made by" } dd { "recharge " (provenance.version) }
            dt { "command" } dd { code { (provenance.command_line()) } }
            @for scenario in scenarios {
                dt { "scenario" } dd { (scenario.file) br; code { "sha256 " (provenance::hash(scenario.text.as_bytes())) } }
            }
            dt { "seed" } dd { (provenance.seed) }
            dt { "usage" } dd {
                (provenance.usage)
                @if let Some(rows) = provenance.usage_rows { ", " (count(rows, "row")) }
                @if let Some(hash) = usage_hash { br; code { "sha256 " (hash) } }
            }
        }
        @for scenario in scenarios {
            details {
                summary {
                    @if scenarios.len() == 1 { "The scenario, word for word" }
                    @else { (scenario.file) ", word for word" }
                }
                pre { (visible(&scenario.text)) }
            }
        }
    }
}
