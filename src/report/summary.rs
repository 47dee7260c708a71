//! The summary of a replay that a person reads in a terminal.

use std::fmt::Write;

use comfy_table::{CellAlignment, Table, presets};

use crate::chronicle::{Listed, Outage, Purchase};
use crate::domain::{Duration, Instant};
use crate::engine::State;
use crate::figures::Figures;
use crate::metrics::CycleFigures;
use crate::replay::Outcome;
use crate::scenario::{Origin, Scenario};

use super::attention;
use super::provenance::Provenance;
use super::words::{count, credits, percent};

/// Outages and recharges listed one by one.
const LISTED: usize = 20;
/// Cycles listed one by one.
const CYCLES: usize = 36;

/// The summary as plain text, ending with a newline.
pub fn text(scenario: &Scenario, outcome: &Outcome, provenance: &Provenance) -> String {
    let total = outcome.metrics.total();
    let mut out = String::new();
    head(&mut out, scenario, total);
    spend(&mut out, scenario, total);
    service(&mut out, scenario, total);
    behaviour(&mut out, total);
    waste(&mut out, scenario, total);
    cycles(&mut out, scenario, outcome);
    outages(&mut out, scenario, &outcome.chronicle.outages);
    recharges(&mut out, scenario, outcome);
    list(&mut out, "Attention", attention::lines(scenario, outcome));
    list(&mut out, "How the usage came about", attention::choices(&outcome.usage));
    assumptions(&mut out, scenario);
    line(&mut out, format!("\n{}", provenance.line()));
    out
}

fn line(out: &mut String, text: impl AsRef<str>) {
    out.push_str(text.as_ref());
    out.push('\n');
}

/// A name and its value, in two columns, with a remark.
fn row(out: &mut String, name: &str, value: &str, remark: &str) {
    // Writing to a string cannot fail.
    let _ = write!(out, "  {name:<22}{value:>16}");
    if !remark.is_empty() {
        let _ = write!(out, "   {remark}");
    }
    out.push('\n');
}

fn head(out: &mut String, scenario: &Scenario, total: &Figures) {
    line(out, &scenario.name);
    if let Some(question) = &scenario.question {
        line(out, question);
    }
    let horizon = scenario.setup.horizon;
    line(
        out,
        format!(
            "{} to {} {} · {} asking for {} {}",
            scenario.zone.show_local(horizon.from),
            scenario.zone.show_local(horizon.to),
            scenario.zone.name(),
            count(total.usage_events, "usage event"),
            credits(total.demanded),
            scenario.unit,
        ),
    );
}

fn spend(out: &mut String, scenario: &Scenario, total: &Figures) {
    let show = |money| scenario.currency.show(money);
    line(out, "\nSpend");
    row(out, "plan fees", &show(total.plan_fees), "");
    row(out, "recharges", &show(total.recharge_spend), &count(total.recharges, "recharge"));
    row(out, "manual top-ups", &show(total.top_up_spend), &count(total.top_ups, "top-up"));
    row(out, "total", &show(total.total_spend()), "");
    if let Some(price) = total.price_per_1000() {
        let shown = format!("{price:.*}", scenario.currency.minor() as usize);
        let remark = format!("for 1,000 {} served", scenario.unit);
        row(out, "price", &format!("{shown} {}", scenario.currency.code()), &remark);
    }
}

fn service(out: &mut String, scenario: &Scenario, total: &Figures) {
    line(out, "\nService");
    let fill = format!("fill rate {}", percent(total.fill_rate()));
    row(out, &format!("served {}", scenario.unit), &credits(total.served), &fill);
    let events = format!("in {}", count(total.refused_events, "usage event"));
    row(out, &format!("refused {}", scenario.unit), &credits(total.refused()), &events);
    if total.unmetered.micro() != 0 {
        row(out, "served, not deducted", &credits(total.unmetered), "");
    }
    let down = format!("down for {}", total.downtime);
    row(out, "outages", &total.outages.to_string(), &down);
    let empty = format!("balance at zero for {}", total.exhausted);
    row(out, "ready rate", &percent(total.ready_rate()), &empty);
    let stockouts = format!("{} of {}", total.cycles - total.cycles_with_outage, total.cycles);
    row(out, "stockout-free cycles", &percent(total.stockout_free_cycles()), &stockouts);
}

fn behaviour(out: &mut String, total: &Figures) {
    line(out, "\nAuto-recharge");
    row(out, "recharges", &total.recharges.to_string(), "");
    row(out, "failed attempts", &total.failed_attempts.to_string(), "");
    row(out, "verifications", &total.verifications.to_string(), "");
    row(out, "suspensions", &total.suspensions.to_string(), "");
    row(out, "cap blocks", &total.cap_blocks.to_string(), "");
    row(out, "notifications", &total.notifications.to_string(), "");
}

fn waste(out: &mut String, scenario: &Scenario, total: &Figures) {
    line(out, format!("\nWhere the {} went", scenario.unit));
    row(out, "opening balance", &credits(total.opening_balance), "");
    row(out, "+ allowance", &credits(total.granted_allowance), "");
    row(out, "+ recharges", &credits(total.granted_recharge), "");
    row(out, "+ manual top-ups", &credits(total.granted_top_up), "");
    if total.forgiven.micro() != 0 {
        row(out, "+ forgiven debt", &credits(total.forgiven), "");
    }
    row(out, "- served", &credits(total.served - total.unmetered), "");
    let cost = match total.expired_cost.is_positive() {
        true => format!("had cost {}", scenario.currency.show(total.expired_cost)),
        false => String::new(),
    };
    row(out, "- expired", &credits(total.expired), &cost);
    row(out, "- forfeited allowance", &credits(total.forfeited), "");
    row(out, "= closing balance", &credits(total.closing_balance), "");
}

fn cycles(out: &mut String, scenario: &Scenario, outcome: &Outcome) {
    let mut table = plain_table(
        &[
            "cycle from",
            "fees",
            "recharges",
            "top-ups",
            "total",
            "served",
            "refused",
            "outages",
            "down",
            "expired",
            "forfeited",
            "balance",
        ],
        Last::Numbers,
    );
    for cycle in outcome.metrics.cycles().iter().take(CYCLES) {
        table.add_row(cycle_cells(scenario, cycle, |down| down.to_string()));
    }
    line(out, "\nBy cycle");
    put_table(out, table);
    more(out, outcome.metrics.cycles().len().saturating_sub(CYCLES) as u64, "cycle");
}

fn outages(out: &mut String, scenario: &Scenario, outages: &Listed<Outage>) {
    if outages.count() == 0 {
        return;
    }
    let mut table = plain_table(
        &["from", "to", "length", "events refused", "refused", "auto-recharge was"],
        Last::Words,
    );
    for outage in outages.first().iter().take(LISTED) {
        table.add_row([
            scenario.zone.show_local(outage.from),
            if outage.cut { "(end)".to_owned() } else { scenario.zone.show_local(outage.to) },
            outage.length().to_string(),
            outage.refused_events.to_string(),
            credits(outage.refused),
            in_words(outage.state).to_owned(),
        ]);
    }
    line(out, "\nOutages");
    put_table(out, table);
    more(out, outages.count().saturating_sub(LISTED as u64), "outage");
}

/// What auto-recharge was doing when an outage opened.
pub fn in_words(state: State) -> &'static str {
    match state {
        State::Off => "off",
        State::Armed => "watching, and saw no reason to buy",
        State::Capped => "capped",
        State::Cooling => "in its cooldown",
        State::Charging => "waiting for a charge",
        State::Verifying => "waiting for the bank's verification",
        State::Backoff => "waiting to retry a failed payment",
        State::Suspended => "suspended after failed payments",
    }
}

fn recharges(out: &mut String, scenario: &Scenario, outcome: &Outcome) {
    let purchases = &outcome.chronicle.purchases;
    if purchases.count() == 0 {
        return;
    }
    let mut table = plain_table(
        &["bought", "how", &scenario.unit, "price", "balance after", "until"],
        Last::Words,
    );
    for purchase in purchases.first().iter().take(LISTED) {
        table.add_row(purchase_cells(scenario, purchase));
    }
    line(out, "\nPurchases");
    put_table(out, table);
    more(out, purchases.count().saturating_sub(LISTED as u64), "purchase");
}

/// A cycle as the cells of a row: when it starts, fees, recharges, top-ups, total, credits served and
/// refused, outages, for how long, credits expired and forfeited, balance.
pub fn cycle_cells(
    scenario: &Scenario,
    cycle: &CycleFigures,
    length: impl Fn(Duration) -> String,
) -> [String; 12] {
    let show = |money| scenario.currency.show(money);
    let figures = &cycle.figures;
    [
        scenario.zone.show_local(cycle.window.from),
        show(figures.plan_fees),
        show(figures.recharge_spend),
        show(figures.top_up_spend),
        show(figures.total_spend()),
        credits(figures.served),
        credits(figures.refused()),
        figures.outages.to_string(),
        length(figures.downtime),
        credits(figures.expired),
        credits(figures.forfeited),
        credits(figures.closing_balance),
    ]
}

/// A purchase as the cells of a row: when, how, credits, price, balance after, until when.
pub fn purchase_cells(scenario: &Scenario, purchase: &Purchase) -> [String; 6] {
    [
        scenario.zone.show_local(purchase.at),
        match purchase.attempt {
            Some(attempt) => format!("recharge, attempt {attempt}"),
            None => "manual top-up".to_owned(),
        },
        credits(purchase.credits),
        scenario.currency.show(purchase.price),
        credits(purchase.balance),
        match purchase.expires {
            Instant::NEVER => "used".to_owned(),
            at => scenario.zone.show_local(at),
        },
    ]
}

fn more(out: &mut String, number: u64, noun: &str) {
    if number > 0 {
        line(
            out,
            format!("  and {} more; the journal and the JSON list them", count(number, noun)),
        );
    }
}

fn list(out: &mut String, title: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    line(out, format!("\n{title}"));
    for text in lines {
        line(out, format!("  {text}"));
    }
}

fn assumptions(out: &mut String, scenario: &Scenario) {
    let declared =
        scenario.assumptions.iter().filter(|assumption| assumption.origin == Origin::Declared);
    let lines = declared.map(|one| format!("{} = {}", one.path, one.value)).collect();
    list(out, "Assumed by this scenario, not documented by the vendor", lines);
}

/// What the last column of a table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    /// Numbers, aligned to the right.
    Numbers,
    /// Words, aligned to the left.
    Words,
}

/// A table without lines; every column but the first is aligned to the right, and the last only if
/// it holds numbers.
pub fn plain_table(header: &[&str], last: Last) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(header.to_vec());
    let words = (last == Last::Words).then_some(header.len().saturating_sub(1));
    for (index, column) in table.column_iter_mut().enumerate() {
        if index > 0 && Some(index) != words {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn put_table(out: &mut String, table: Table) {
    for text in table.to_string().lines() {
        line(out, format!(" {}", text.trim_end()));
    }
}
