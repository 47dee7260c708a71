//! Questions and their answers: one function for each, from scenarios and usage to an answer that
//! is computed but not worded.
//!
//! | question | input | function |
//! |---|---|---|
//! | what happens? | [`UsageInput`] | [`run()`] |
//! | what would have prevented the outages? | [`UsageInput`] | [`preventions`] |
//! | why, and by how much? | [`UsageInput`] | [`explain()`] |
//! | why, over many runs? | [`ManyQuestion`] | [`explain_many()`] |
//! | what does each way to read the vendor's text come to? | [`UsageInput`] | [`readings()`] |
//! | which settings? | [`StudyQuestion::of`] | [`study()`] |
//! | which scenario? | [`StudyQuestion::comparing`] | [`study()`] |
//! | what does a change change? | [`DiffQuestion`] | [`diff()`] |
//! | which settings, of very many? | [`SearchQuestion::of`] | [`search()`] |
//! | which settings of a vendor, for this history? | [`AdviceQuestion`] | [`advise()`] |
//! | which plan and package, from which usage on? | [`PlanQuestion::of`] | [`plan()`] |
//! | what is the least that shows a difference from a bill? | [`ShrinkQuestion`] | [`shrink()`] |
//! | what happens to many accounts? | [`FleetWork`](crate::fleet::FleetWork) | [`fleet()`] |
//!
//! Answers depend on nothing but the question: what an inquiry works with ([`Means`]) are threads,
//! whose number changes no result, and a watch, which alone knows a clock. In reading order: `pool` →
//! `usage` → `run` (`entries`: what programs read of it) → `changes` (what an owner can change) → `prevention` → `explain` (`factors`; `shapley`; `explain_many`) → `study` (`assess`: each candidate against the first and against what must
//! hold; `breach`: how far it is from that; `verdict`; `remedy`: what would keep it where nothing that was tried
//! does; `neglect`: poor service that nothing forbids; `frontier`; `reversal`; `roles`; `cuts`) → `gates` (`foreseen`: of futures) → `settle` → `bill` → `diff` → `search` → `compare` → `advise` (`size`: how often usage makes an owner buy; `space`: the values that may matter) → `plan` (`levels`; `break_even`; `refine`;
//! `answer`; `envelope`) → `charges` → `shrink` (`reduce`) → `fleet` → `error`. Deliberately absent: sentences and tables, which are the
//! report's.

mod advise;
mod answer;
mod assess;
mod backtest;
mod basket;
mod bill;
mod breach;
mod break_even;
mod changes;
mod charges;
mod compare;
mod cuts;
mod diff;
mod entries;
mod envelope;
mod error;
mod explain;
mod explain_many;
mod factors;
mod fleet;
mod forecast;
mod foreseen;
mod frontier;
mod gates;
#[cfg(any(test, feature = "fixtures"))]
pub mod judged;
mod levels;
mod neglect;
mod plan;
mod pool;
mod prepare;
mod prevention;
mod readings;
mod reduce;
mod refine;
mod remedy;
mod reversal;
mod roles;
mod run;
mod score;
mod search;
mod sensitivity;
mod settle;
mod shapley;
mod shrink;
mod size;
mod space;
mod study;
mod surroundings;
mod usage;
mod verdict;

pub use advise::{AdviceAnswer, AdviceQuestion, AsItWas, Ranking, advise, enough, ranking};
pub use answer::{LeftOut, Omission, PlanAnswer, ServiceGap, UnfitChoice};
pub use assess::{
    Assessment, Bridge, ConstraintCheck, CostParts, FEWEST_FOR_A_PROBABILITY, Judgement,
    KeepReason, Stakes, Today, Verdict,
};
pub use backtest::{
    BacktestAnswer, BacktestOrigin, BacktestQuestion, ChoiceForecast, FORECAST_FIGURES,
    USUAL_FUTURES, USUAL_ORIGINS, backtest,
};
pub use basket::{Basket, PacksOf};
pub use bill::{BillDifference, GroupPart, SettingGroup};
pub use breach::Breach;
pub use break_even::{BreakEven, Crossover, Side};
pub use charges::{Bill, BillCover, BilledDay, ChargeDay, ChargeKind, days_of};
pub use compare::comparable;
pub use cuts::{CutCycle, HorizonEnd, cut_cycles};
pub use diff::{AdviceOf, DiffAnswer, DiffQuestion, FigureChange, diff};
pub use entries::{CauseResult, OutageResult, PurchaseKind, PurchaseResult, StatementResult};
pub use envelope::Envelope;
pub use error::{InquiryError, OtherUnit, OutsideHorizon, SharedFactor, TooSmallPurchase};
pub use explain::{
    AskedCause, Explanation, FigureCauses, IncidentCauses, PartValue, explain, explain_briefly,
    explain_with, units, value_of,
};
pub use explain_many::{ManyCauses, ManyQuestion, MeanDivision, explain_many, most_causes};
pub use factors::{Circumstances, Factor};
pub use fleet::{check_fleet, fleet, fleet_days, fleet_portion, fleet_shard, fleet_sum};
pub use forecast::{
    CycleAhead, CycleForecast, DateForecast, ForecastAnswer, ForecastFan, ForecastQuestion,
    ForeseenRange, PresentOutage, SHOWN_RANGES, forecast, from, over_cycles, until,
};
pub use gates::{
    GateCheck, GateOutcome, GateValue, GatedAnswer, HeldGates, find_baseline, find_gated,
    find_today, gates_of_fleet, gates_of_run, gates_of_study,
};
pub use levels::{ChoiceRuns, Crossing, Level, LevelRuns, PlanChoice, crossings};
pub use neglect::Neglect;
pub use plan::{MOST_LEVELS, PlanQuestion, PlanSpec, plan};
pub use pool::{Means, PoolError, WorkerPool};
pub use prepare::{Allowances, PrepareAnswer, PrepareQuestion, TriedTopUp, prepare};
pub use prevention::{Prevention, Preventions, TRIAL_CHARGES, preventions};
pub use readings::{ChoiceOutcome, Combined, PlaceOutcome, ReadingRun, ReadingsAnswer, readings};
pub use remedy::{Beyond, Further, MOST_FURTHER, Remedy, RemedySearch};
pub use reversal::{Reversal, reversal};
pub use roles::{Role, shown};
pub use run::run;
pub use search::{SearchAnswer, SearchQuestion, search};
pub use sensitivity::{Flip, Premise, StableRange};
pub use settle::{GatedStudy, gated_study};
pub use shapley::{Division, Interaction, MOST_FACTORS, Worths};
pub use shrink::{ShrinkAnswer, ShrinkQuestion, Shrunk, shrink};
pub use space::space;
pub use study::{Detail, Pictures, StudyAnswer, StudyQuestion, study, trial};
pub use surroundings::{Alternative, Neighbour, Neighbours, Surroundings};
pub use usage::{UsageInput, history_of, own_factors, same_unit, same_unit_among, states_amounts};
