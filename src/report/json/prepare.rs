//! The result of `recharge prepare` for programs.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Number;

use crate::domain::Credits;
use crate::engine::CapLeft;
use crate::inquiry::{Basket, TriedTopUp};
use crate::policy::Limit;
use crate::report::prepare::{PrepareReport, per};

/// The name of the schema.
pub const SCHEMA: &str = "recharge.prepare/1";

/// The smallest top-up by hand before an event with much usage.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge prepare")]
pub struct PrepareResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The scenario's name.
    scenario: &'r str,
    /// The name of credits.
    unit: &'r str,
    /// The finding in a sentence.
    finding: String,
    /// The numbers behind it, sentence by sentence.
    reasons: Vec<String>,
    /// Credits to add before the event, from which on all numbers that were tried do, 0 if none are needed; `null` where no top-up does.
    top_up: Option<u64>,
    /// The smallest number that does; numbers between it and `top_up` do not all.
    smallest: Option<u64>,
    /// The balance when the event begins, before the top-up.
    balance: Number,
    /// Futures that each top-up was tried on.
    futures: usize,
    /// Credits asked for during the event.
    demand: DemandResult,
    /// What each cap on the number of recharges leaves.
    caps: Vec<CapResult>,
    /// The most recharges that all caps together, those on money and credits too, allow during the event, and what they
    /// bring; `null` where there is no cap, or where the size of a recharge may change.
    caps_allow: Option<RoomResult>,
    /// The number of uses of those caps from which no top-up is needed; `null` where none is needed anyway, where
    /// there is no such cap, or where no number does.
    cap_needed: Option<u64>,
    /// The cheapest packs on sale that keep what must hold, which may be fewer credits than `top_up`; `null` where none is needed
    /// or sold, or where none of those that were tried does.
    packs: Option<BasketResult<'r>>,
    /// What was tried, by the size of the top-up.
    tried: Vec<TriedResult>,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// Credits asked for during the event, over the futures.
#[derive(Serialize, JsonSchema)]
struct DemandResult {
    /// In the middle one.
    median: f64,
    /// What 95 of 100 stay within.
    p95: f64,
    /// What 99 of 100 stay within.
    p99: f64,
}

/// A cap on the number of recharges.
#[derive(Serialize, JsonSchema)]
struct CapResult {
    /// Its window: `day`, `month`, `cycle`, or the length of a rolling one.
    per: String,
    /// The most.
    limit: u64,
    /// Those used when the event begins.
    used: u64,
    /// Windows that the event touches, each of which begins anew; `null` of a rolling one.
    windows: Option<u64>,
    /// The most recharges that it allows by itself during the event; `null` where their size may change.
    allows: Option<u64>,
}

/// Recharges and what they bring.
#[derive(Serialize, JsonSchema)]
struct RoomResult {
    /// Recharges.
    recharges: u64,
    /// Their credits.
    credits: String,
}

/// Packs that are bought together.
#[derive(Serialize, JsonSchema)]
struct BasketResult<'r> {
    /// The packs of each package.
    packs: Vec<PacksResult<'r>>,
    /// Credits of all of them.
    credits: u64,
    /// Price of all of them.
    price: String,
}

/// Packs of one package.
#[derive(Serialize, JsonSchema)]
struct PacksResult<'r> {
    /// The vendor's name for one.
    package: &'r str,
    /// Number of packs.
    packs: u64,
}

/// What became of a top-up.
#[derive(Serialize, JsonSchema)]
struct TriedResult {
    /// Credits added before the event.
    credits: u64,
    /// Futures with an outage.
    outages: usize,
    /// Credits refused on average.
    refused: f64,
    /// Recharges on average.
    recharges: f64,
    /// True if what must hold holds.
    is_enough: bool,
}

fn basket(basket: &Basket, minor: u32) -> BasketResult<'_> {
    let each = basket.packs.iter();
    BasketResult {
        packs: each.map(|one| PacksResult { package: &one.package, packs: one.packs }).collect(),
        credits: basket.credits,
        price: basket.price.text(minor),
    }
}

/// A cap, if it is on the number of recharges.
fn cap(left: &CapLeft) -> Option<CapResult> {
    let Limit::Recharges(limit) = left.cap.limit else { return None };
    Some(CapResult {
        per: per(left.cap.window),
        limit,
        used: left.used.recharges,
        windows: left.windows,
        allows: left.most,
    })
}

/// The result of a preparation.
pub fn result<'r>(told: &PrepareReport<'r>) -> PrepareResult<'r> {
    let answer = told.answer;
    let room = answer.room.together.as_ref();
    let tried = |one: &TriedTopUp| TriedResult {
        credits: one.credits,
        outages: one.outages,
        refused: one.refused,
        recharges: one.recharges,
        is_enough: one.is_enough,
    };
    let [median, p95, p99] = answer.demand;
    PrepareResult {
        schema: SCHEMA,
        scenario: &told.scenario.name,
        unit: &told.scenario.unit,
        finding: told.headline(),
        reasons: told.reasons(),
        top_up: answer.top_up,
        smallest: answer.smallest,
        balance: whole(answer.balance),
        futures: answer.futures,
        demand: DemandResult { median, p95, p99 },
        caps: answer.room.caps.iter().filter_map(cap).collect(),
        caps_allow: room.map(|room| RoomResult {
            recharges: room.recharges,
            credits: room.credits.to_string(),
        }),
        cap_needed: answer.cap_needed,
        packs: answer.packs.as_ref().map(|one| basket(one, told.scenario.currency.minor())),
        tried: answer.tried.iter().map(tried).collect(),
        provenance: told.provenance.into(),
    }
}

/// Credits as a number, without a point where they are whole.
fn whole(credits: Credits) -> Number {
    let whole = credits.decimal();
    let text = whole.normalize().to_string();
    text.parse().expect("a decimal number is one in JSON")
}
