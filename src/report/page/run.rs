//! The page of a replay: what was found, the figures with their meaning in place, what deserves
//! attention, the charts, and the tables of what happened.

use maud::{Markup, html};

use crate::domain::money::grouped;
use crate::report::charts::Chart;
use crate::report::journal::reason;
use crate::report::provenance::Provenance;
use crate::report::summary::{cycle_cells, in_words, purchase_cells};
use crate::report::words::{about, capital, count, credits, percent};
use crate::report::{Subject, attention, finding};

use super::{Card, Holds, LISTED, Row, cards, list, page, pictures, table, table_of};

/// The page as HTML.
pub fn of_run(subject: Subject<'_>, charts: &[Chart], provenance: &Provenance) -> String {
    let scenario = subject.scenario;
    let inside = html! {
        (opening(subject))
        (cards(&first_figures(subject)))
        (list("Attention", &attention::lines(scenario, subject.outcome)))
        (pictures(charts))
        (figures(subject))
        (cycles(subject))
        (outages(subject))
        (purchases(subject))
        (failures(subject))
        (list("How the usage came about", &attention::choices(&subject.outcome.usage)))
        (super::assumptions(&[scenario]))
        (super::source(&[scenario], provenance))
    };
    page(&scenario.name, provenance.version, &inside)
}

fn opening(subject: Subject<'_>) -> Markup {
    let scenario = subject.scenario;
    let horizon = scenario.setup.horizon;
    let total = subject.outcome.metrics.total();
    let rests_on = format!(
        "{} to {}, time in {}. {} asking for {} {}.",
        scenario.zone.show_local(horizon.from),
        scenario.zone.show_local(horizon.to),
        scenario.zone.name(),
        count(total.usage_events, "usage event"),
        credits(total.demanded),
        scenario.unit
    );
    let finding = finding::run(scenario, subject.outcome, subject.series);
    super::opening(&scenario.name, scenario.question.as_deref(), &finding, &rests_on)
}

fn first_figures(subject: Subject<'_>) -> Vec<Card> {
    let scenario = subject.scenario;
    let total = subject.outcome.metrics.total();
    let show = |money| scenario.currency.show(money);
    let card =
        |name: &str, value, means, alarm| Card { name: name.to_owned(), value, means, alarm };
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

fn figures(subject: Subject<'_>) -> Markup {
    html! {
        h2 { "Figures, and what they mean" }
        (table_of("Spend", &spend(subject)))
        (table_of("Service", &service(subject)))
        (table_of("Auto-recharge", &behaviour(subject)))
        (table_of(&format!("Where the {} went", subject.scenario.unit), &ledger(subject)))
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

/// What is not listed, and where it is.
fn more(number: u64, noun: &str) -> Option<String> {
    let more = || {
        let what = count(number, noun);
        format!("And {what} more; a journal (--journal FILE) has all of them.")
    };
    (number > 0).then(more)
}

fn cycles(subject: Subject<'_>) -> Markup {
    let scenario = subject.scenario;
    let heads = [
        ("cycle from", Holds::Date),
        ("fees", Holds::Number),
        ("recharges", Holds::Number),
        ("top-ups", Holds::Number),
        ("total", Holds::Number),
        ("served", Holds::Number),
        ("refused", Holds::Number),
        ("outages", Holds::Number),
        ("down", Holds::Number),
        ("expired", Holds::Number),
        ("forfeited", Holds::Number),
        ("balance", Holds::Number),
    ];
    let all = subject.outcome.metrics.cycles();
    let rows: Vec<Vec<String>> =
        all.iter().take(LISTED).map(|cycle| cycle_cells(scenario, cycle, about).to_vec()).collect();
    let more = more(all.len().saturating_sub(LISTED) as u64, "cycle");
    table("By cycle", &heads, &rows, more.as_deref())
}

fn outages(subject: Subject<'_>) -> Markup {
    let zone = subject.scenario.zone;
    let list = &subject.outcome.chronicle.outages;
    let heads = [
        ("outage from", Holds::Date),
        ("to", Holds::Text),
        ("length", Holds::Number),
        ("events refused", Holds::Number),
        ("refused", Holds::Number),
        ("auto-recharge was", Holds::Text),
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
    let more = more(list.count() - rows.len() as u64, "outage");
    html! { @if !rows.is_empty() { (table("Outages", &heads, &rows, more.as_deref())) } }
}

fn purchases(subject: Subject<'_>) -> Markup {
    let scenario = subject.scenario;
    let list = &subject.outcome.chronicle.purchases;
    let heads = [
        ("bought", Holds::Date),
        ("how", Holds::Text),
        (scenario.unit.as_str(), Holds::Number),
        ("price", Holds::Number),
        ("balance after", Holds::Number),
        ("valid until", Holds::Text),
    ];
    let rows: Vec<Vec<String>> = list
        .first()
        .iter()
        .take(LISTED)
        .map(|purchase| purchase_cells(scenario, purchase).to_vec())
        .collect();
    let more = more(list.count() - rows.len() as u64, "purchase");
    html! { @if !rows.is_empty() { (table("Purchases", &heads, &rows, more.as_deref())) } }
}

fn failures(subject: Subject<'_>) -> Markup {
    let zone = subject.scenario.zone;
    let list = &subject.outcome.chronicle.failures;
    let heads = [
        ("failed", Holds::Date),
        ("attempt", Holds::Number),
        ("why", Holds::Text),
        ("and then", Holds::Text),
    ];
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
    let more = more(list.count() - rows.len() as u64, "failed charge");
    html! { @if !rows.is_empty() { (table("Failed charges", &heads, &rows, more.as_deref())) } }
}
