//! The page of a replay: one HTML file that can be attached to a mail. No script, no network, no
//! font; light, dark and print.
//!
//! What was found comes first, then the figures with their meaning in place, what deserves
//! attention, the charts, the tables, the assumptions, and where it all comes from. Whatever came
//! from a file is text: `maud` escapes it.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::domain::money::grouped;
use crate::scenario::Origin;

use super::charts::{Chart, ink};
use super::folder::MADE_BY;
use super::journal::reason;
use super::provenance::Provenance;
use super::summary::{in_words, purchase_cells};
use super::words::{about, count, credits, percent};
use super::{Subject, attention, finding};

/// Rows of a table listed one by one.
const LISTED: usize = 200;

/// The page as HTML.
pub fn of_run(subject: Subject<'_>, charts: &[Chart], provenance: &Provenance) -> String {
    let scenario = subject.scenario;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            (head(&scenario.name, provenance.version))
            body {
                main {
                    (opening(subject))
                    (cards(subject))
                    (list("Attention", &attention::lines(scenario, subject.outcome)))
                    (pictures(charts))
                    (figures(subject))
                    (cycles(subject))
                    (outages(subject))
                    (purchases(subject))
                    (failures(subject))
                    (list("How the usage came about", &attention::choices(subject.outcome)))
                    (assumptions(subject))
                    (source(subject, provenance))
                }
            }
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
            style { (PreEscaped(include_str!("page.css"))) (PreEscaped(ink::style())) }
        }
    }
}

fn opening(subject: Subject<'_>) -> Markup {
    let scenario = subject.scenario;
    let horizon = scenario.setup.horizon;
    let total = subject.outcome.metrics.total();
    html! {
        h1 { (scenario.name) }
        @if let Some(question) = &scenario.question { p.question { (question) } }
        p.finding { strong { (finding::run(scenario, subject.outcome, subject.series)) } }
        p.muted.small {
            (scenario.zone.show_local(horizon.from)) " to " (scenario.zone.show_local(horizon.to))
            ", time in " (scenario.zone.name()) ". "
            (count(total.usage_events, "usage event")) " asking for " (credits(total.demanded)) " "
            (scenario.unit) "."
        }
    }
}

/// A figure that is seen first.
struct Card {
    name: &'static str,
    value: String,
    means: String,
    alarm: bool,
}

fn cards(subject: Subject<'_>) -> Markup {
    html! {
        dl.cards {
            @for card in first_figures(subject) {
                div.card {
                    dt { (card.name) }
                    dd.value.alarm[card.alarm] { (card.value) }
                    dd.muted.small { (card.means) }
                }
            }
        }
    }
}

fn first_figures(subject: Subject<'_>) -> Vec<Card> {
    let scenario = subject.scenario;
    let total = subject.outcome.metrics.total();
    let show = |money| scenario.currency.show(money);
    let card = |name, value, means, alarm| Card { name, value, means, alarm };
    let down = match total.outages {
        0 => "Service was never refused.".to_owned(),
        _ => format!(
            "Down for {} in all: from the first refusal until service was back.",
            about(total.downtime)
        ),
    };
    let price = total.price_per_1000().map_or_else(
        || "–".to_owned(),
        |price| {
            let minor = scenario.currency.minor() as usize;
            format!("{} {}", grouped(&format!("{price:.minor$}")), scenario.currency.code())
        },
    );
    let failed = match total.failed_attempts {
        0 => "No charge failed.".to_owned(),
        failed => format!("{} failed besides.", count(failed, "charge")),
    };
    vec![
        card(
            "Total spend",
            show(total.total_spend()),
            "Plan fees, recharges and manual top-ups.".to_owned(),
            false,
        ),
        card(
            "Fill rate",
            percent(total.fill_rate()),
            format!("{} served of those asked for.", capital(&scenario.unit)),
            total.refused().micro() > 0,
        ),
        card("Outages", grouped(&total.outages.to_string()), down, total.outages > 0),
        card("Recharges", grouped(&total.recharges.to_string()), failed, false),
        card(
            "Per 1,000 served",
            price,
            format!("Total spend for each 1,000 {} served.", scenario.unit),
            false,
        ),
        card(
            "Expired unused",
            credits(total.expired),
            format!("Bought {} that had cost {}.", scenario.unit, show(total.expired_cost)),
            false,
        ),
    ]
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

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
        h2 { "In pictures" }
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

fn figures(subject: Subject<'_>) -> Markup {
    html! {
        h2 { "Figures, and what they mean" }
        (table_of("Spend", &spend(subject)))
        (table_of("Service", &service(subject)))
        (table_of("Auto-recharge", &behaviour(subject)))
        (table_of(&format!("Where the {} went", subject.scenario.unit), &ledger(subject)))
    }
}

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

fn spend(subject: Subject<'_>) -> Vec<Row> {
    let total = subject.outcome.metrics.total();
    let show = |money| subject.scenario.currency.show(money);
    vec![
        (
            "plan fees",
            show(total.plan_fees),
            "charged at the start of each cycle, and for upgrades",
        ),
        ("recharges", show(total.recharge_spend), "bought automatically"),
        ("manual top-ups", show(total.top_up_spend), "bought by hand"),
        ("total", show(total.total_spend()), "all three together"),
        (
            "expired unused",
            show(total.expired_cost),
            "the part of it that bought what expired, each at its own price",
        ),
    ]
}

fn service(subject: Subject<'_>) -> Vec<Row> {
    let total = subject.outcome.metrics.total();
    vec![
        ("served", credits(total.served), "of what usage asked for"),
        ("refused", credits(total.refused()), "of what usage asked for, lost unless it came back"),
        (
            "refused events",
            grouped(&total.refused_events.to_string()),
            "usage events of which anything was refused",
        ),
        ("fill rate", percent(total.fill_rate()), "served ÷ asked for"),
        (
            "outages",
            total.outages.to_string(),
            "each from its first refused event until credits arrived or an event was served again",
        ),
        ("downtime", total.downtime.to_string(), "the length of all outages"),
        (
            "time at zero",
            total.exhausted.to_string(),
            "with a balance of zero or less, whether anybody asked or not",
        ),
        ("ready rate", percent(total.ready_rate()), "share of the time with a balance above zero"),
        (
            "stockout-free cycles",
            percent(total.stockout_free_cycles()),
            "share of billing cycles without an outage",
        ),
    ]
}

fn behaviour(subject: Subject<'_>) -> Vec<Row> {
    let total = subject.outcome.metrics.total();
    vec![
        ("recharges", total.recharges.to_string(), "charges that succeeded"),
        ("manual top-ups", total.top_ups.to_string(), "bought by hand"),
        ("failed attempts", total.failed_attempts.to_string(), "charges that failed"),
        ("verifications", total.verifications.to_string(), "times the bank asked the cardholder"),
        (
            "suspensions",
            total.suspensions.to_string(),
            "times auto-recharge was turned off after failures",
        ),
        ("cap blocks", total.cap_blocks.to_string(), "times a cap forbade a recharge that was due"),
        ("notifications", total.notifications.to_string(), "messages to the owner"),
    ]
}

fn ledger(subject: Subject<'_>) -> Vec<Row> {
    let total = subject.outcome.metrics.total();
    let mut rows = vec![
        ("opening balance", credits(total.opening_balance), "what the account held before"),
        ("+ allowance", credits(total.granted_allowance), "granted by the plan"),
        ("+ recharges", credits(total.granted_recharge), "bought automatically"),
        ("+ manual top-ups", credits(total.granted_top_up), "bought by hand"),
    ];
    if total.forgiven.micro() != 0 {
        rows.push(("+ forgiven debt", credits(total.forgiven), "owed at a cycle start and let go"));
    }
    rows.extend([
        ("− served", credits(total.served - total.unmetered), "and deducted from the balance"),
        ("− expired", credits(total.expired), "purchased, and not used in time"),
        ("− forfeited", credits(total.forfeited), "allowance left at a cycle's end"),
        ("= closing balance", credits(total.closing_balance), "what was left at the end"),
    ]);
    rows
}

/// A column: its name, and whether it holds numbers.
type Head<'a> = (&'a str, bool);

fn table(title: &str, heads: &[Head<'_>], rows: &[Vec<String>], more: u64, noun: &str) -> Markup {
    let class = |index: usize| match heads.get(index) {
        Some((_, true)) => "number",
        _ if index == 0 => "date",
        _ => "text",
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
        @if more > 0 {
            p.muted.small { "And " (count(more, noun)) " more; a journal (--journal FILE) has all of them." }
        }
    }
}

fn cycles(subject: Subject<'_>) -> Markup {
    let scenario = subject.scenario;
    let show = |money| scenario.currency.show(money);
    let heads = [
        ("cycle from", false),
        ("fees", true),
        ("recharges", true),
        ("top-ups", true),
        ("total", true),
        ("served", true),
        ("refused", true),
        ("outages", true),
        ("down", true),
        ("expired", true),
        ("forfeited", true),
        ("balance", true),
    ];
    let all = subject.outcome.metrics.cycles();
    let rows: Vec<Vec<String>> = all
        .iter()
        .take(LISTED)
        .map(|cycle| {
            let figures = &cycle.figures;
            vec![
                scenario.zone.show_local(cycle.window.from),
                show(figures.plan_fees),
                show(figures.recharge_spend),
                show(figures.top_up_spend),
                show(figures.total_spend()),
                credits(figures.served),
                credits(figures.refused()),
                figures.outages.to_string(),
                about(figures.downtime),
                credits(figures.expired),
                credits(figures.forfeited),
                credits(figures.closing_balance),
            ]
        })
        .collect();
    table("By cycle", &heads, &rows, all.len().saturating_sub(LISTED) as u64, "cycle")
}

fn outages(subject: Subject<'_>) -> Markup {
    let zone = subject.scenario.zone;
    let list = &subject.outcome.chronicle.outages;
    let heads = [
        ("outage from", false),
        ("to", false),
        ("length", true),
        ("events refused", true),
        ("refused", true),
        ("auto-recharge was", false),
    ];
    let rows: Vec<Vec<String>> = list
        .first()
        .iter()
        .take(LISTED)
        .map(|outage| {
            vec![
                zone.show_local(outage.from),
                if outage.cut { "the end".to_owned() } else { zone.show_local(outage.to) },
                outage.length().to_string(),
                outage.refused_events.to_string(),
                credits(outage.refused),
                in_words(outage.state).to_owned(),
            ]
        })
        .collect();
    html! { @if !rows.is_empty() {
        (table("Outages", &heads, &rows, list.count() - rows.len() as u64, "outage"))
    } }
}

fn purchases(subject: Subject<'_>) -> Markup {
    let scenario = subject.scenario;
    let list = &subject.outcome.chronicle.purchases;
    let heads = [
        ("bought", false),
        ("how", false),
        (scenario.unit.as_str(), true),
        ("price", true),
        ("balance after", true),
        ("valid until", false),
    ];
    let rows: Vec<Vec<String>> = list
        .first()
        .iter()
        .take(LISTED)
        .map(|purchase| purchase_cells(scenario, purchase).to_vec())
        .collect();
    html! { @if !rows.is_empty() {
        (table("Purchases", &heads, &rows, list.count() - rows.len() as u64, "purchase"))
    } }
}

fn failures(subject: Subject<'_>) -> Markup {
    let zone = subject.scenario.zone;
    let list = &subject.outcome.chronicle.failures;
    let heads = [("failed", false), ("attempt", true), ("why", false), ("and then", false)];
    let rows: Vec<Vec<String>> = list
        .first()
        .iter()
        .take(LISTED)
        .map(|failure| {
            vec![
                zone.show_local(failure.at),
                failure.attempt.to_string(),
                reason(failure.decline).to_owned(),
                if failure.suspended { "auto-recharge was suspended" } else { "" }.to_owned(),
            ]
        })
        .collect();
    html! { @if !rows.is_empty() {
        (table("Failed charges", &heads, &rows, list.count() - rows.len() as u64, "failed charge"))
    } }
}

fn assumptions(subject: Subject<'_>) -> Markup {
    let all = &subject.scenario.assumptions;
    let told = |title: &str, means: &str, origin: Origin| {
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
    };
    html! { @if !all.is_empty() {
        h2 { "Assumptions" }
        (told(
            "Assumed by this scenario",
            "The vendor does not document these; whoever wrote the scenario chose them.",
            Origin::Declared,
        ))
        (told(
            "Left out of the scenario",
            "The vendor does not document these either; the values are the defaults of this program.",
            Origin::Default,
        ))
    } }
}

fn source(subject: Subject<'_>, provenance: &Provenance) -> Markup {
    let usage_hash = provenance.usage_hash.as_deref();
    html! {
        h2 { "Where this comes from" }
        dl.source {
            dt { "made by" } dd { "recharge " (provenance.version) }
            dt { "command" } dd { code { "recharge " (provenance.command.join(" ")) } }
            dt { "scenario" } dd { (provenance.scenario) br; code { "sha256 " (provenance.scenario_hash) } }
            dt { "seed" } dd { (provenance.seed) }
            dt { "usage" } dd {
                (provenance.usage) ", " (count(provenance.usage_rows, "row"))
                @if let Some(hash) = usage_hash { br; code { "sha256 " (hash) } }
            }
        }
        details {
            summary { "The scenario, word for word" }
            pre { (subject.scenario.text) }
        }
    }
}
