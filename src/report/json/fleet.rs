//! The result of `recharge fleet` for programs.
//!
//! Credits and money are exact decimal strings, counts and milliseconds integers, shares numbers.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::domain::{CreditTotal, Duration, Instant, Money};
use crate::figures::{Figure, Unit};
use crate::fleet::{
    Breakage, CountedDeclines, FleetFold, FleetFutures, FleetSide, MoneyRoll, MonthNumber,
    MoreAndLess, Outstanding, OutstandingBy, RollForward, SegmentSums, ShareBasis, Sketch,
    VintageBreakage, VintageFlow, network_limits, spread_figures,
};
use crate::report::fleet::{FleetReport, FutureFigure, FuturesSpread};

use super::figures::{ReadingFigures, RunFigures};

/// The name of the schema.
pub const SCHEMA: &str = "recharge.fleet/1";

/// What many accounts come to.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge fleet")]
pub struct FleetResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The name of the base.
    scenario: &'r str,
    /// The name of the changed scenario; `null` if there is none.
    against: Option<&'r str>,
    /// The name of credits.
    unit: &'r str,
    /// The currency's ISO 4217 code.
    currency: &'static str,
    /// The finding in a sentence.
    finding: String,
    /// Number of accounts.
    accounts: u64,
    /// Those of the list of accounts.
    listed: u64,
    /// Those of the list without a row of usage.
    without_usage: u64,
    /// Those with usage that are not in the list.
    unlisted: u64,
    /// As it is.
    base: SideResult<'r>,
    /// With the change; `null` if there is none.
    changed: Option<SideResult<'r>>,
    /// The change of each figure by account; empty without a change.
    changes: Vec<AccountChangeResult>,
    /// Totals over futures; `null` without `--replications`.
    futures: Option<FuturesResult>,
    /// The accounts by segment; those without one under the empty name.
    segments: Vec<SegmentResult<'r>>,
    /// Accounts that stand out, the first most.
    outstanding: Vec<RankingResult<'r>>,
    /// Settings that both the list and the change set: accounts of the list keep theirs.
    kept_settings: Vec<KeptSetting>,
    /// What became of the rows of usage.
    usage: FleetUsageResult<'r>,
    /// What was found of the usage, in sentences.
    reading: Vec<&'r str>,
    /// The origin of this result.
    provenance: super::ProvenanceJson,
}

/// What became of the rows of usage: of all of them, and the accounts with some of a kind.
#[derive(Serialize, JsonSchema)]
struct FleetUsageResult<'r> {
    /// Of all accounts together.
    figures: ReadingFigures<'r>,
    /// Accounts with rows that repeat another.
    accounts_repeated: u64,
    /// Accounts with rows below zero that were taken out of their other usage.
    accounts_netted: u64,
    /// Accounts whose rows below zero exceed all of their usage.
    accounts_excess: u64,
    /// Accounts with rows below zero that undo their usage before.
    accounts_reversed: u64,
    /// Accounts with rows outside their horizon.
    accounts_outside: u64,
    /// The first instant of a row outside; `null` without any.
    outside_from: Option<String>,
    /// The last instant of a row outside; `null` without any.
    outside_to: Option<String>,
}

/// The sums of all accounts over futures. Each account's usage is drawn by itself from a model of its own rows: what
/// moves all of them together is not in the ranges.
#[derive(Serialize, JsonSchema)]
struct FuturesResult {
    /// Number of futures.
    replications: u64,
    /// Accounts whose usage is drawn.
    accounts_drawn: u64,
    /// Those of them with fewer than two whole weeks of usage, whose futures tell little.
    accounts_short: u64,
    /// Accounts without usage to learn from, which have none in any future.
    accounts_silent: u64,
    /// The figures that are something in any future.
    figures: Vec<FutureFigureResult>,
}

/// A figure over futures.
#[derive(Serialize, JsonSchema)]
struct FutureFigureResult {
    /// The figure.
    figure: &'static str,
    /// As it is.
    base: FutureSpreadResult,
    /// With the change; `null` without one.
    changed: Option<FutureSpreadResult>,
    /// The change in the same future; `null` without one.
    change: Option<FutureSpreadResult>,
}

/// A sum over futures. A quantile without a future on its far side is `null`.
#[derive(Serialize, JsonSchema)]
struct FutureSpreadResult {
    /// The mean, rounded.
    mean: FigureNumber,
    /// What 5 of 100 futures do not exceed.
    p5: FigureNumber,
    /// What 50 of 100 futures do not exceed.
    p50: FigureNumber,
    /// What 95 of 100 futures do not exceed.
    p95: FigureNumber,
}

/// What the accounts come to with one scenario.
#[derive(Serialize, JsonSchema)]
struct SideResult<'r> {
    /// The sums of the figures.
    figures: RunFigures<'r>,
    /// Accounts with an outage.
    accounts_with_outage: u64,
    /// Accounts of which anything was refused.
    accounts_refused: u64,
    /// Accounts whose auto-recharge was suspended.
    accounts_suspended: u64,
    /// The distribution of figures over accounts.
    distribution: Vec<SpreadResult>,
    /// Hours in which there were charges.
    hours: Vec<HourResult>,
    /// Declined charges against limits of card networks.
    card_limits: Vec<LimitResult<'r>>,
    /// The books by calendar month.
    roll_forward: Vec<MonthResult>,
    /// Purchased credits left at the end, by month of expiry.
    unexpired: Vec<UnexpiredResult>,
    /// What is never used of purchased credits, and when it is revenue.
    breakage: BreakageResult,
}

/// Breakage by month of purchase, by two methods: *remote*, recognised when credits expire, and *proportional*, the
/// expected breakage recognised in proportion to use.
#[derive(Serialize, JsonSchema)]
struct BreakageResult {
    /// The share of what is paid that is expected to be never used, of 1; `null` if it is not known.
    expected_share: Option<f64>,
    /// Where the share is from: `stated`, or `run_out` for that of months whose purchases have all passed their expiry; `null` if it is
    /// not known.
    share_from: Option<&'static str>,
    /// The months whose purchases the share is from.
    months_run_out: Option<usize>,
    /// The credits bought in each month, the oldest first.
    vintages: Vec<VintageResult>,
    /// The roll-forward in money with breakage by the proportional method as `expired`; `null` if no share is known. That
    /// of `roll_forward` is the remote method.
    proportional: Option<Vec<ProportionalResult>>,
}

/// The credits bought in a month, in money: paid − used − expired − refunded − taken out = left.
#[derive(Serialize, JsonSchema)]
struct VintageResult {
    /// The month; `null` for what accounts held when they began.
    bought: Option<String>,
    /// Paid for them, and brought in by accounts that begin.
    paid: String,
    /// What used credits had cost.
    used: String,
    /// What expired credits had cost: breakage by the remote method.
    expired: String,
    /// Paid back by refunds and chargebacks.
    refunded: String,
    /// Left on accounts that end before others.
    taken_out: String,
    /// Left at the end: deferred by the remote method.
    left: String,
    /// Breakage by the proportional method; `null` if no share is known.
    breakage_proportional: Option<String>,
    /// Deferred at the end by the proportional method; `null` if no share is known.
    deferred_proportional: Option<String>,
    /// What became of them month by month.
    months: Vec<VintageMonthResult>,
}

/// A month of the credits bought in a month.
#[derive(Serialize, JsonSchema)]
struct VintageMonthResult {
    /// The month: `2026-03`.
    month: String,
    /// Paid, and brought in.
    paid: String,
    /// What used credits had cost.
    used: String,
    /// What expired credits had cost.
    expired: String,
    /// Paid back.
    refunded: String,
}

/// A month of the roll-forward by the proportional method.
#[derive(Serialize, JsonSchema)]
struct ProportionalResult {
    /// The month: `2026-03`.
    month: String,
    /// The value of purchased credits.
    money: MoneyRollResult,
}

/// A figure over accounts. Quantiles are too near to zero by less than a thousandth of themselves.
#[derive(Serialize, JsonSchema)]
struct SpreadResult {
    /// The figure.
    figure: &'static str,
    /// The least.
    least: FigureNumber,
    /// What 10 of 100 accounts do not exceed.
    p10: FigureNumber,
    /// What 50 of 100 accounts do not exceed.
    p50: FigureNumber,
    /// What 90 of 100 accounts do not exceed.
    p90: FigureNumber,
    /// What 99 of 100 accounts do not exceed.
    p99: FigureNumber,
    /// The greatest.
    most: FigureNumber,
}

/// The change of a figure by account.
#[derive(Serialize, JsonSchema)]
struct AccountChangeResult {
    /// Accounts for which it is less.
    accounts_less: u64,
    /// Accounts for which it is the same.
    accounts_same: u64,
    /// Accounts for which it is more.
    accounts_more: u64,
    /// The changes over accounts.
    change: SpreadResult,
}

/// Charges of all accounts in an hour.
#[derive(Serialize, JsonSchema)]
struct HourResult {
    /// The beginning of the hour.
    from: String,
    /// Recharges.
    recharges: u64,
    /// Charges that failed.
    failed: u64,
}

/// Declined charges against a limit, as if every card were of that network.
#[derive(Serialize, JsonSchema)]
struct LimitResult<'r> {
    /// The network, and which of its limits.
    network: &'r str,
    /// Declined charges that are allowed in the window.
    attempts: u32,
    /// The length of the window, in hours.
    hours: i64,
    /// Which declines count: `any` since the last success, or those from a `hard` one on.
    counts: &'static str,
    /// The page that states it.
    source: &'r str,
    /// Accounts with a charge beyond it.
    accounts: u64,
    /// Charges beyond it.
    beyond: u64,
    /// The most declined charges of one account in the window.
    most: u64,
}

/// A month of the roll-forward.
#[derive(Serialize, JsonSchema)]
struct MonthResult {
    /// The month: `2026-03`.
    month: String,
    /// The balances in credits.
    credits: CreditRollResult,
    /// The value of purchased credits.
    money: MoneyRollResult,
    /// Plan fees charged.
    plan_fees: String,
    /// Overage billed.
    overage: String,
}

/// Balances in credits: opening + brought in + sold + granted free + forgiven + restored − used − expired − forfeited −
/// taken back − taken out = closing.
#[derive(Serialize, JsonSchema)]
struct CreditRollResult {
    /// At its start.
    opening: String,
    /// Of accounts that begin in it.
    brought_in: String,
    /// Bought.
    sold: String,
    /// Allowance and gifts.
    granted_free: String,
    /// Debt forgiven.
    forgiven: String,
    /// Used.
    used: String,
    /// Expired.
    expired: String,
    /// Allowance forfeited.
    forfeited: String,
    /// Taken back by refunds and chargebacks.
    taken_back: String,
    /// Restored by disputes that were won.
    restored: String,
    /// Of accounts that end in it.
    taken_out: String,
    /// At its end.
    closing: String,
}

/// The value of purchased credits: opening + brought in + sold − used − expired − refunded − taken out =
/// closing.
#[derive(Serialize, JsonSchema)]
struct MoneyRollResult {
    /// At its start.
    opening: String,
    /// Of accounts that begin in it.
    brought_in: String,
    /// Cash paid.
    sold: String,
    /// Revenue recognised.
    used: String,
    /// Breakage.
    expired: String,
    /// Paid back by refunds and chargebacks.
    refunded: String,
    /// Of accounts that end in it.
    taken_out: String,
    /// Deferred at its end.
    closing: String,
}

/// Purchased credits that are left.
#[derive(Serialize, JsonSchema)]
struct UnexpiredResult {
    /// The month in which they expire; `null` if never.
    month: Option<String>,
    /// The credits.
    credits: String,
    /// What they had cost.
    value: String,
}

/// A segment.
#[derive(Serialize, JsonSchema)]
struct SegmentResult<'r> {
    /// Its name.
    segment: &'r str,
    /// Its accounts.
    accounts: u64,
    /// The sums of the figures.
    base: RunFigures<'r>,
    /// With the change; `null` without one.
    changed: Option<RunFigures<'r>>,
    /// Accounts that pay more with the change.
    pay_more: u64,
    /// Accounts that pay less.
    pay_less: u64,
    /// Accounts of which more is refused.
    refused_more: u64,
    /// Accounts of which less is refused.
    refused_less: u64,
}

/// A list of accounts that stand out.
#[derive(Serialize, JsonSchema)]
struct RankingResult<'r> {
    /// By what: `spend`, `refused`, `pays_more`, `pays_less`, `refused_more`, `refused_less`.
    by: OutstandingBy,
    /// The accounts.
    accounts: Vec<OutstandingResult<'r>>,
}

/// An account that stands out.
#[derive(Serialize, JsonSchema)]
struct OutstandingResult<'r> {
    /// The account.
    account: &'r str,
    /// Its segment.
    segment: Option<&'r str>,
    /// Its figures.
    base: SpreadNumbers,
    /// With the change; `null` without one.
    changed: Option<SpreadNumbers>,
}

/// A figure's value or its change: exact decimals in quotes, counts and milliseconds whole; `null` if there is none.
#[derive(Serialize)]
#[serde(transparent)]
struct FigureNumber(Value);

impl JsonSchema for FigureNumber {
    fn schema_name() -> Cow<'static, str> {
        "FigureNumber".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Exact decimals in quotes, counts and milliseconds whole, shares of 1; null if there is none",
            "type": ["string", "number", "null"],
        })
    }
}

/// The figures of distributions, by name.
struct SpreadNumbers(Vec<(Figure, FigureNumber)>);

impl Serialize for SpreadNumbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(figure, value)| (figure.name(), value)))
    }
}

impl JsonSchema for SpreadNumbers {
    fn schema_name() -> Cow<'static, str> {
        "SpreadNumbers".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<FigureNumber>();
        let properties: serde_json::Map<String, Value> = spread_figures()
            .map(|figure| (figure.name().to_owned(), number.clone().to_value()))
            .collect();
        let names: Vec<&String> = properties.keys().collect();
        json_schema!({ "type": "object", "required": names, "properties": properties })
    }
}

/// A setting that both the list and the change set.
#[derive(Serialize, JsonSchema)]
struct KeptSetting {
    /// Its path.
    path: String,
    /// Accounts that keep their own.
    accounts: u64,
}

/// The result of a report.
pub fn result<'r>(report: &FleetReport<'r>) -> FleetResult<'r> {
    let FleetReport { base, changed, answer, kept, breakage_share: _, top, provenance } = *report;
    let fold = &answer.fold;
    let minor = base.currency.minor();
    let change = |(figure, sketch): (Figure, &Sketch)| {
        let (accounts_less, accounts_same, accounts_more) = sketch.signs();
        let change = spread(figure, sketch, minor);
        AccountChangeResult { accounts_less, accounts_same, accounts_more, change }
    };
    let ranking = |(by, list): (&OutstandingBy, &'r Vec<Outstanding>)| RankingResult {
        by: *by,
        accounts: list.iter().take(top).map(|one| outstanding(one, minor)).collect(),
    };
    let segment =
        |(name, sums): (&'r String, &'r SegmentSums)| segment(name, sums, changed.is_some(), minor);
    let summary = &answer.read.summary;
    FleetResult {
        schema: SCHEMA,
        scenario: &base.name,
        against: changed.map(|changed| changed.name.as_str()),
        unit: &base.unit,
        currency: base.currency.code(),
        finding: report.headline(),
        accounts: fold.accounts,
        listed: fold.listed,
        without_usage: fold.without_usage,
        unlisted: fold.unlisted,
        base: side(report, &fold.base),
        changed: fold.changed.as_ref().map(|changed| side(report, changed)),
        changes: spread_figures().zip(&fold.change).map(change).collect(),
        futures: fold.futures.as_ref().map(|futures| self::futures(report, futures)),
        segments: fold.segments.iter().map(segment).collect(),
        outstanding: fold.outstanding.iter().map(ranking).collect(),
        kept_settings: kept
            .iter()
            .map(|(path, accounts)| KeptSetting { path: path.to_string(), accounts: *accounts })
            .collect(),
        usage: usage(fold, minor),
        reading: summary.chosen.iter().chain(&summary.doubts).map(String::as_str).collect(),
        provenance: provenance.into(),
    }
}

fn usage(fold: &FleetFold, minor: u32) -> FleetUsageResult<'_> {
    let (rows, span) = (&fold.rows, fold.rows.outside_span());
    FleetUsageResult {
        figures: ReadingFigures(RunFigures { figures: &fold.base.figures, minor }),
        accounts_repeated: rows.repeated,
        accounts_netted: rows.netted,
        accounts_excess: rows.excess,
        accounts_reversed: rows.reversed,
        accounts_outside: rows.outside,
        outside_from: span.map(|(first, _)| first.to_string()),
        outside_to: span.map(|(_, last)| last.to_string()),
    }
}

fn side<'r>(report: &FleetReport<'_>, side: &'r FleetSide) -> SideResult<'r> {
    let minor = report.base.currency.minor();
    let hour = |(hour, charges): (&i64, &crate::fleet::HourCharges)| HourResult {
        from: Instant::from_millis(hour * Duration::HOUR.millis()).to_string(),
        recharges: charges.recharges,
        failed: charges.failed,
    };
    let limits = network_limits().iter().zip(&side.limits);
    let limit = |(limit, found): (&'static crate::fleet::NetworkLimit, &crate::fleet::LimitUse)| {
        LimitResult {
            network: &limit.network,
            attempts: limit.attempts,
            hours: limit.hours,
            counts: match limit.after {
                CountedDeclines::Any => "any",
                CountedDeclines::Hard => "hard",
            },
            source: &limit.source,
            accounts: found.accounts,
            beyond: found.beyond,
            most: found.most,
        }
    };
    let months = side.books.months();
    let left = side.books.unexpired().iter();
    SideResult {
        figures: RunFigures { figures: &side.figures, minor },
        accounts_with_outage: side.accounts_with_outage,
        accounts_refused: side.accounts_refused,
        accounts_suspended: side.accounts_suspended,
        distribution: spread_figures()
            .zip(&side.spread)
            .map(|(figure, sketch)| spread(figure, sketch, minor))
            .collect(),
        hours: side.hours.iter().map(hour).collect(),
        card_limits: limits.map(limit).collect(),
        roll_forward: months
            .iter()
            .map(|(month, row)| rolled(month.to_string(), row, minor))
            .collect(),
        unexpired: left
            .map(|(month, left)| UnexpiredResult {
                month: month.map(|month| month.to_string()),
                credits: left.credits.to_string(),
                value: Money::of_minor(left.value, minor).text(minor),
            })
            .collect(),
        breakage: breakage(&report.breakage(side), minor),
    }
}

fn futures(report: &FleetReport<'_>, futures: &FleetFutures) -> FuturesResult {
    let minor = report.base.currency.minor();
    let figure = |one: FutureFigure| {
        let of = |spread: FuturesSpread| {
            let unit = one.figure.unit();
            let number = |value: Option<i128>| {
                FigureNumber(value.map_or(Value::Null, |value| whole_number(unit, value, minor)))
            };
            FutureSpreadResult {
                mean: number(Some(spread.mean)),
                p5: number(spread.p5),
                p50: number(spread.p50),
                p95: number(spread.p95),
            }
        };
        FutureFigureResult {
            figure: one.figure.name(),
            base: of(one.base),
            changed: one.changed.map(of),
            change: one.change.map(of),
        }
    };
    FuturesResult {
        replications: futures.base.len() as u64,
        accounts_drawn: futures.drawn,
        accounts_short: futures.short,
        accounts_silent: futures.silent,
        figures: report.future_figures().into_iter().map(figure).collect(),
    }
}

fn breakage(found: &Breakage, minor: u32) -> BreakageResult {
    let share = found.share.ok();
    let (share_from, months_run_out) = match share.map(|share| share.basis) {
        None => (None, None),
        Some(ShareBasis::Stated) => (Some("stated"), None),
        Some(ShareBasis::RunOut(months)) => (Some("run_out"), Some(months)),
    };
    BreakageResult {
        expected_share: share.map(|share| share.unused as f64 / share.of as f64),
        share_from,
        months_run_out,
        vintages: found.vintages.iter().map(|one| vintage(one, minor)).collect(),
        proportional: found.proportional.as_ref().map(|months| {
            let month = |(month, row): &(MonthNumber, MoneyRoll)| ProportionalResult {
                month: month.to_string(),
                money: money_rolled(row, minor),
            };
            months.iter().map(month).collect()
        }),
    }
}

fn vintage(one: &VintageBreakage, minor: u32) -> VintageResult {
    let money = |value: i128| Money::of_minor(value, minor).text(minor);
    let month = |flow: &VintageFlow| VintageMonthResult {
        month: flow.month.to_string(),
        paid: money(flow.came),
        used: money(flow.used),
        expired: money(flow.expired),
        refunded: money(flow.refunded),
    };
    VintageResult {
        bought: one.bought.map(|month| month.to_string()),
        paid: money(one.came),
        used: money(one.used),
        expired: money(one.expired),
        refunded: money(one.refunded),
        taken_out: money(one.taken_out),
        left: money(one.left),
        breakage_proportional: one.proportional.map(money),
        deferred_proportional: one.deferred.map(money),
        months: one.months.iter().map(month).collect(),
    }
}

fn spread(figure: Figure, sketch: &Sketch, minor: u32) -> SpreadResult {
    let of = |value: Option<i128>| {
        let number = value.map(|value| whole_number(figure.unit(), value, minor));
        FigureNumber(number.unwrap_or(Value::Null))
    };
    SpreadResult {
        figure: figure.name(),
        least: of(sketch.least()),
        p10: of(sketch.quantile(100)),
        p50: of(sketch.quantile(500)),
        p90: of(sketch.quantile(900)),
        p99: of(sketch.quantile(990)),
        most: of(sketch.most()),
    }
}

/// An integer of a unit, as results write it.
fn whole_number(unit: Unit, value: i128, minor: u32) -> Value {
    match unit {
        Unit::Money => json!(Money::of_minor(value, minor).text(minor)),
        Unit::Credits => json!(CreditTotal::from_micro(value).to_string()),
        Unit::Count | Unit::Duration => json!(i64::try_from(value).unwrap_or(i64::MAX)),
        Unit::Share | Unit::Price => json!(value as f64 / 1e6),
    }
}

fn rolled(month: String, row: &RollForward, minor: u32) -> MonthResult {
    let money = |value: i128| Money::of_minor(value, minor).text(minor);
    let movement = &row.credits.movement;
    MonthResult {
        month,
        credits: CreditRollResult {
            opening: movement.opening.to_string(),
            brought_in: row.credits.brought_in.to_string(),
            sold: movement.sold.to_string(),
            granted_free: movement.granted_free.to_string(),
            forgiven: movement.forgiven.to_string(),
            used: movement.used.to_string(),
            expired: movement.expired.to_string(),
            forfeited: movement.forfeited.to_string(),
            taken_back: movement.taken_back.to_string(),
            restored: movement.restored.to_string(),
            taken_out: row.credits.taken_out.to_string(),
            closing: movement.closing.to_string(),
        },
        money: money_rolled(&row.money, minor),
        plan_fees: money(row.plan_fees),
        overage: money(row.overage),
    }
}

fn money_rolled(row: &MoneyRoll, minor: u32) -> MoneyRollResult {
    let money = |value: i128| Money::of_minor(value, minor).text(minor);
    MoneyRollResult {
        opening: money(row.opening),
        brought_in: money(row.brought_in),
        sold: money(row.sold),
        used: money(row.used),
        expired: money(row.expired),
        refunded: money(row.refunded),
        taken_out: money(row.taken_out),
        closing: money(row.closing),
    }
}

fn segment<'r>(
    segment: &'r str,
    sums: &'r SegmentSums,
    is_changed: bool,
    minor: u32,
) -> SegmentResult<'r> {
    let MoreAndLess { more: pay_more, less: pay_less } = sums.pay;
    let MoreAndLess { more: refused_more, less: refused_less } = sums.refused;
    SegmentResult {
        segment,
        accounts: sums.accounts,
        base: RunFigures { figures: &sums.base, minor },
        changed: is_changed.then_some(RunFigures { figures: &sums.changed, minor }),
        pay_more,
        pay_less,
        refused_more,
        refused_less,
    }
}

fn outstanding(one: &Outstanding, minor: u32) -> OutstandingResult<'_> {
    let values = |all: &[i128]| {
        let number = |(figure, value): (Figure, &i128)| {
            (figure, FigureNumber(whole_number(figure.unit(), *value, minor)))
        };
        SpreadNumbers(spread_figures().zip(all).map(number).collect())
    };
    OutstandingResult {
        account: &one.account,
        segment: one.segment.as_deref(),
        base: values(&one.base),
        changed: (!one.changed.is_empty()).then(|| values(&one.changed)),
    }
}
