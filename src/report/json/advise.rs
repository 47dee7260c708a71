//! The result of advice for programs: the paragraph, the settings of each vendor, and the last study.

use schemars::JsonSchema;
use serde::Serialize;

use crate::figures::Figure;
use crate::inquiry::{Flip, Neighbour, Neighbours, Premise, StableRange, Today};
use crate::report::advise::{AdviceReport, LeftOutVendor, VendorAdvice};
use crate::scenario::Setting;
use crate::study::{Estimate, Runs};

use super::study::{SettingMap, StudyResult};

/// The name of the schema.
pub const SCHEMA: &str = "recharge.advise/1";

/// The settings of a vendor that suit a usage file best, or the vendor.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "Result of recharge advise")]
pub struct AdviceResult<'r> {
    /// The name and version of this schema.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// The title of the report; `null` if none was given.
    title: Option<&'r str>,
    /// The question of the customer; `null` if none was given.
    question: Option<&'r str>,
    /// The advice in one paragraph of at most five sentences.
    paragraph: String,
    /// How the advice was found, sentence by sentence.
    found: Vec<String>,
    /// What the advice rests on, sentence by sentence.
    basis: Vec<String>,
    /// The advised vendor.
    vendor: &'r str,
    /// The names of the vendors, the best first.
    ranking: Vec<&'r str>,
    /// The vendors in the order of the command.
    vendors: Vec<VendorAdviceResult<'r>>,
    /// Vendors of the command that are not ranked; empty where all are.
    left_out: Vec<LeftOutVendorResult<'r>>,
    /// The command that writes the scenario behind the advice.
    write: &'r str,
    /// The last study: of the vendor's settings, or of several vendors.
    study: StudyResult<'r>,
}

/// A vendor that is not ranked.
#[derive(Serialize, JsonSchema)]
struct LeftOutVendorResult<'r> {
    /// Its name.
    name: &'r str,
    /// The product.
    title: &'r str,
    /// Why it is left out, and the ways out.
    reason: &'r str,
}

/// The advice on one vendor's settings.
#[derive(Serialize, JsonSchema)]
struct VendorAdviceResult<'r> {
    /// Its name.
    name: &'r str,
    /// The product.
    title: &'r str,
    /// The advised value of each setting that an owner may choose: path and value.
    settings: SettingMap<Vec<Setting>>,
    /// True if today's settings of the account were given and are kept.
    keeps_today: bool,
    /// The cost per period.
    cost: Estimate,
    /// True if everything that must hold holds by the values.
    feasible: bool,
    /// Combinations that were tried.
    tried: usize,
    /// Combinations of the values worth trying; those of all that may be chosen can be more.
    lattice: u64,
    /// Runs of the search.
    runs: usize,
    /// The values next to the advised ones that were tried.
    neighbours: Vec<NeighboursResult<'r>>,
    /// The advised settings on the history as it was.
    as_it_was: AsItWasResult,
    /// The range of each assumption over which the advice stays best; empty where they were not asked for, or where
    /// nothing keeps what must hold.
    ranges: Vec<StableRangeResult>,
    /// The settings that rest on an assumption of this program.
    assumed: Vec<String>,
    /// The date on which the vendor's sources were read.
    checked: &'r str,
}

/// The values next to an advised one.
#[derive(Serialize, JsonSchema)]
struct NeighboursResult<'r> {
    /// The setting.
    setting: String,
    /// The candidate with the next lower value; `null` at the lowest.
    lower: Option<&'r str>,
    /// The candidate with the next higher value; `null` at the highest.
    upper: Option<&'r str>,
}

/// The range of an assumption over which the advice stays best.
#[derive(Serialize, JsonSchema)]
struct StableRangeResult {
    /// `usage` in times that of the history, `declines` as a share, `latency` in seconds, `refused_credit` in the
    /// currency.
    assumption: &'static str,
    /// What is assumed.
    today: f64,
    /// The least that was tried.
    least: f64,
    /// The most that was tried; `null` without a limit.
    most: Option<f64>,
    /// The least at which the advice stays best; `null` if it stays at all that was tried.
    low: Option<f64>,
    /// The most at which it stays best; `null` if it stays at all that was tried.
    high: Option<f64>,
    /// What is best below: setting by setting; `null` where nothing that was compared keeps what must hold, or
    /// where the advice stays.
    best_below: Option<SettingMap<Vec<Setting>>>,
    /// The same above.
    best_above: Option<SettingMap<Vec<Setting>>>,
}

impl From<&StableRange> for StableRangeResult {
    fn from(range: &StableRange) -> StableRangeResult {
        let at = |flip: &Option<Flip>| flip.as_ref().map(|flip| flip.at);
        let better = |flip: &Option<Flip>| flip.as_ref()?.better.clone().map(SettingMap);
        let [least, most] = range.tried;
        StableRangeResult {
            assumption: match range.assumption {
                Premise::Usage => "usage",
                Premise::Growth => "growth_per_month",
                Premise::Declines => "declines",
                Premise::Latency => "latency",
                Premise::RefusedCredit => "refused_credit",
            },
            today: range.today,
            least,
            most: most.is_finite().then_some(most),
            low: at(&range.low),
            high: at(&range.high),
            best_below: better(&range.low),
            best_above: better(&range.high),
        }
    }
}

/// One run on the history as it was.
#[derive(Serialize, JsonSchema)]
struct AsItWasResult {
    /// Plan fees, recharges and top-ups.
    total_spend: f64,
    /// Charges that succeeded.
    recharges: f64,
    /// Credits asked for.
    demanded: f64,
    /// Credits served.
    served: f64,
    /// Credits refused.
    refused: f64,
}

/// The result of advice.
pub fn result<'r>(told: &'r AdviceReport<'r>) -> AdviceResult<'r> {
    let advices = told.advices;
    let ranking = match told.ranking {
        Some(ranking) => {
            let before = ranking.scenarios.len() - advices.len();
            ranking.order.iter().map(|&place| &*advices[place - before].vendor.name).collect()
        }
        None => advices.iter().map(|advice| &*advice.vendor.name).collect(),
    };
    AdviceResult {
        schema: SCHEMA,
        title: told.title,
        question: told.question,
        paragraph: told.paragraph(),
        found: told.found(),
        basis: told.basis(),
        vendor: &told.advices[told.best()].vendor.name,
        ranking,
        vendors: advices.iter().map(vendor).collect(),
        left_out: told.left_out.iter().map(left_out).collect(),
        write: &told.command,
        study: super::study::result(&told.study),
    }
}

fn left_out<'r>(one: &'r LeftOutVendor<'r>) -> LeftOutVendorResult<'r> {
    LeftOutVendorResult { name: &one.vendor.name, title: &one.vendor.title, reason: &one.why }
}

fn vendor<'r>(advice: &'r VendorAdvice<'r>) -> VendorAdviceResult<'r> {
    let (answer, judged) = (advice.answer, advice.judged());
    let name = |found: &Option<Neighbour>| {
        let found = found.as_ref()?;
        Some(&*answer.search.study.candidates[found.candidate].name)
    };
    let next = |next: &'r Neighbours| NeighboursResult {
        setting: next.path.to_string(),
        lower: name(&next.lower),
        upper: name(&next.upper),
    };
    VendorAdviceResult {
        name: &advice.vendor.name,
        title: &advice.vendor.title,
        settings: SettingMap(advice.settings()),
        keeps_today: advice.today == Today::Known && answer.advised == 0,
        cost: judged.cost,
        feasible: judged.is_feasible(),
        tried: answer.search.tried,
        lattice: u64::try_from(answer.search.lattice).unwrap_or(u64::MAX),
        runs: answer.search.runs,
        neighbours: answer.around().neighbours.iter().map(next).collect(),
        as_it_was: AsItWasResult::from(&answer.as_it_was.advised),
        ranges: answer.ranges.iter().map(StableRangeResult::from).collect(),
        assumed: advice.assumed(),
        checked: &advice.vendor.checked,
    }
}

impl From<&Runs> for AsItWasResult {
    /// Of the only run.
    fn from(runs: &Runs) -> Self {
        let of = |figure: Figure| runs.column(figure)[0];
        AsItWasResult {
            total_spend: of(Figure::TOTAL_SPEND),
            recharges: of(Figure::RECHARGES),
            demanded: of(Figure::DEMANDED),
            served: of(Figure::SERVED),
            refused: of(Figure::REFUSED),
        }
    }
}
