//! The meaning of a tree, with every rule that the types of values do not express.
//!
//! One file for each part of a scenario, in reading order: [`catalogue`] → [`account`] (with its
//! [`past`]) → [`recharge`] → [`payment`] → [`service`] → [`gift`] → [`usage`] → [`actions`] → [`study`] → [`gates`]; then the rules
//! that concern several of them: [`timeline`] (rules in force at each instant) and [`doubts`]
//! (warnings).

mod account;
mod actions;
mod catalogue;
mod doubts;
mod gates;
mod gift;
mod past;
mod payment;
mod recharge;
mod reversals;
mod service;
mod study;
mod timeline;
mod usage;

use std::sync::Arc;

use crate::domain::{Credits, Currency, Cycles, Duration, Instant, Share, Window, Zone};
use crate::engine::setup::Setup;
use crate::policy::{
    Action, Contract, Eligibility, Gift, Lifetime, Plan, Policy, Purchase, Rollover, Service,
    StandingCharge,
};
use crate::usage::csv::CsvSettings;
use crate::usage::meaning::ScenarioUnit;

use self::reversals::Reversals;
use super::declare::Declaration;
use super::diagnostic::{Diagnostic, Spot};
use super::gate::GateTable;
use super::keys::{ROOT, root};
use super::read::{Found, ReadContext, Reported};
use super::reader::Reader;
use super::setting::NotAPath;
use super::study::StudyTable;
use super::tree::Node;
use super::usage::UsageSource;
use super::{Assumption, Meaning, Origin, path};

use self::account::OpeningAccount;
use self::actions::ActionStep;
use self::catalogue::Catalogues;
use self::payment::Payment;
use self::recharge::Recharge;
use self::usage::StatedUsage;

pub use self::study::usual as usual_study;

/// The horizon, and where its ends were written.
#[derive(Clone, Copy)]
struct Horizon {
    window: Window,
    start: Option<Spot>,
    end: Option<Spot>,
}

/// Reads a whole scenario. All errors are noted; without any, the meaning is returned.
pub fn scenario(ctx: &ReadContext, tree: &Node) -> Result<Meaning, Reported> {
    let root = Reader::open(ctx, &ROOT, tree, None, String::new())?;
    let parts = ScenarioParts::read(&root);
    assumed(&root, tree);
    parts.check(ctx);
    parts.meaning()
}

/// The parts of a scenario, each unless it has errors.
struct ScenarioParts {
    head: Result<Head, Reported>,
    horizon: Result<Horizon, Reported>,
    catalogues: Catalogues,
    plan: Result<Arc<Plan>, Reported>,
    rollover: Result<Rollover, Reported>,
    tax: Result<Found<Share>, Reported>,
    standing: Result<Vec<StandingCharge>, Reported>,
    gifts: Result<Vec<Gift>, Reported>,
    cycles: Result<Cycles, Reported>,
    account: Result<OpeningAccount, Reported>,
    eligibility: Result<Found<Eligibility>, Reported>,
    recharge: Result<Option<Recharge>, Reported>,
    payment: Result<Payment, Reported>,
    service: Result<Found<Service>, Reported>,
    usage: Result<StatedUsage, Reported>,
    actions: Result<Vec<ActionStep>, Reported>,
    reversals: Result<Reversals, Reported>,
    study: Result<Option<StudyTable>, Reported>,
    gates: Result<GateTable, Reported>,
}

impl ScenarioParts {
    fn read(root: &Reader<'_>) -> ScenarioParts {
        // First what all others are read with: currency and zone.
        let head = head(root);
        let horizon = horizon(root);
        let within = horizon.as_ref().ok();
        let catalogues = Catalogues::read(root);
        let reversals = reversals::reversals(root);
        ScenarioParts {
            plan: catalogues.plan_at_start(root),
            rollover: catalogue::rollover(root),
            tax: root.get(&root::TAX),
            standing: service::standing(root),
            gifts: gift::gifts(root, within),
            cycles: account::cycles(root, within),
            account: account::account(root, within),
            eligibility: account::eligibility(root),
            recharge: recharge::recharge(root, &catalogues),
            payment: payment::payment(root, &reversals, within),
            service: service::service(root, &reversals),
            usage: usage::usage(root, within),
            actions: actions::actions(root, &catalogues, &reversals, within),
            study: study::study(root),
            gates: gates::gates(root),
            head,
            horizon,
            catalogues,
            reversals,
        }
    }

    /// Notes contradictions between the parts, as far as these have no errors.
    fn check(&self, ctx: &ReadContext) {
        let (Some(currency), Ok(recharge)) = (ctx.currency.get(), &self.recharge) else { return };
        let bounds = timeline::TimelineContext {
            currency,
            tax: self.tax.as_ref().map_or(Share::NONE, |tax| tax.value),
            cycles: self.cycles.as_ref().ok().copied(),
            start: self.horizon.as_ref().ok().map(|horizon| horizon.window.from),
            plan: self.plan.as_ref().ok(),
            account: self.account.as_ref().ok(),
        };
        let steps = self.actions.as_ref().ok().map(Vec::as_slice);
        timeline::check(ctx, &bounds, recharge.as_ref(), steps);
        if let (Ok(reversals), Some(Ok(caps))) =
            (&self.reversals, recharge.as_ref().map(|recharge| &recharge.caps))
        {
            reversals.check(ctx, caps);
        }
        let Ok(account) = &self.account else { return };
        account.check_enabled(ctx, recharge.is_some());
        check_grace(ctx, account, recharge.as_ref());
        let terms = self.payment.as_ref().ok().map(|payment| &payment.terms);
        past::check(ctx, account, recharge.as_ref(), terms, steps.unwrap_or_default());
        let (Ok(eligibility), Ok(service), Ok(usage), Some(recharge)) =
            (&self.eligibility, &self.service, &self.usage, recharge)
        else {
            return;
        };
        let grain = self.grain(account, recharge, steps);
        // Nothing is doubted of amounts that are not those of the source.
        let usage = if usage.changes.is_none() { &usage.source } else { &UsageSource::None };
        let parts = doubts::DoubtContext { account, eligibility, recharge, service, usage, grain };
        doubts::note(ctx, &parts);
        let (Ok(payment), Some(steps)) = (&self.payment, steps) else { return };
        doubts::note_lacking(ctx, &parts, payment.terms.needs, self.pays_plans(steps), steps);
    }

    /// The largest quantity that all grants are multiples of: the least there is where a grant may be any
    /// quantity (what a cap clips, a rollover keeps, an upgrade prorates, or a purchase fills up).
    fn grain(
        &self,
        account: &OpeningAccount,
        recharge: &Recharge,
        steps: Option<&[ActionStep]>,
    ) -> Credits {
        const ANY: Credits = Credits::from_micro(1);
        let (Ok(plan), Ok(rollover), Ok(packages), Some([])) =
            (&self.plan, &self.rollover, &self.catalogues.packages.entries, steps)
        else {
            return ANY;
        };
        let (Ok(purchase), Ok(caps), Ok(gifts)) = (&recharge.purchase, &recharge.caps, &self.gifts)
        else {
            return ANY;
        };
        let is_whole = matches!(purchase.value, Purchase::Packs { .. })
            && *rollover == Rollover::default()
            && recharge.terms.as_ref().is_ok_and(|terms| terms.pricing.sizes.is_empty())
            && !caps.iter().any(|cap| cap.value.clips());
        if !is_whole {
            return ANY;
        }
        let held = account.opening.iter().flat_map(|opening| {
            opening.purchased.iter().map(|grant| grant.credits).chain([opening.allowance])
        });
        let sold = packages.iter().map(|(_, package)| package.credits);
        let given = gifts.iter().map(|gift| gift.credits);
        let all = held.chain(sold).chain(given).chain([plan.allowance]);
        Credits::from_micro(all.fold(0, |grain, credits| doubts::gcd(grain, credits.micro())))
    }

    /// Returns true if any plan of the run charges a fee or grants an allowance, which requires a
    /// subscription.
    fn pays_plans(&self, steps: &[ActionStep]) -> bool {
        let gives = |plan: &Plan| plan.fee.is_positive() || plan.allowance.is_positive();
        let later = steps.iter().filter_map(|step| match &step.action {
            Action::ChangePlan { plan, .. } => Some(plan),
            _ => None,
        });
        later.chain(self.plan.as_ref()).any(|plan| gives(plan))
    }

    fn meaning(self) -> Result<Meaning, Reported> {
        let (head, horizon) = (self.head?, self.horizon?);
        let (account, recharge) = (self.account?, self.recharge?);
        let usage = self.usage?;
        let payment = self.payment?;
        let enabled = account.wants_enabled() && recharge.is_some();
        let eligibility = self.eligibility?.value;
        let lifetime = match &recharge {
            Some(recharge) => recharge.lifetime()?,
            None => Lifetime::Never,
        };
        let contract = Contract {
            zone: head.zone,
            minor: head.currency.minor(),
            cycles: self.cycles?,
            plan: Plan::clone(&*self.plan?),
            rollover: self.rollover?,
            lifetime,
            top_up_lifetime: account.top_up_lifetime.unwrap_or(lifetime),
            grace: account.grace,
            burn_order: account.burn_order,
            tax: self.tax?.value,
            standing: self.standing?,
            gifts: self.gifts?,
        };
        let rules = |recharge: Recharge| recharge.rules(payment.terms, eligibility);
        let recharge = recharge.map(rules).transpose()?;
        let policy = Policy { contract, recharge, service: self.service?.value };
        let (opening, past, facts) = (account.opening, account.past.past, account.facts);
        let horizon = horizon.window;
        let (notes, actions) = timetable(self.actions?);
        Ok(Meaning {
            name: head.name.unwrap_or_default(),
            question: head.question,
            unit: head.unit.name.clone(),
            currency: head.currency,
            zone: head.zone,
            seed: head.seed,
            setup: Setup { horizon, policy, opening, enabled, facts, past, actions },
            notes,
            luck: payment.luck,
            usage: usage.source,
            model: usage.model,
            changes: usage.changes,
            csv: CsvSettings { unit: Some(head.unit), ..usage.csv },
            packages: self.catalogues.packages.entries?.into_iter().map(|(_, one)| one).collect(),
            plans: self.catalogues.plans.entries?,
            study: self.study?,
            gates: self.gates?,
        })
    }
}

/// Warns of a grace where nothing that is bought expires.
fn check_grace(ctx: &ReadContext, account: &OpeningAccount, recharge: Option<&Recharge>) {
    let lifetime = recharge.map_or(Ok(Lifetime::Never), Recharge::lifetime);
    let (Ok(lifetime), Some(spot)) = (lifetime, account.grace_spot) else { return };
    let top_ups = account.top_up_lifetime.unwrap_or(lifetime);
    if (lifetime, top_ups) == (Lifetime::Never, Lifetime::Never) {
        let warning = Diagnostic::warning("`account.expiry_grace` has no effect")
            .at(Some(spot), "nothing that is bought expires")
            .help("leave `expiry_grace` out if that is intended");
        ctx.note(warning);
    }
}

/// Splits the steps into the reasons and the actions.
fn timetable(steps: Vec<ActionStep>) -> (Vec<Option<String>>, Vec<(Instant, Action)>) {
    steps.into_iter().map(|step| (step.note, (step.at, step.action))).unzip()
}

/// The settings at the top level.
struct Head {
    name: Option<String>,
    question: Option<String>,
    unit: ScenarioUnit,
    currency: Currency,
    zone: Zone,
    seed: u64,
}

/// Reads the settings at the top level. The currency and the zone are needed to read anything else.
fn head(root: &Reader<'_>) -> Result<Head, Reported> {
    let ctx = root.ctx();
    let currency = root.get(&root::CURRENCY);
    let zone = root.get(&root::ZONE);
    ctx.currency.set(currency.as_ref().ok().map(|found| found.value));
    if let Ok(zone) = &zone {
        ctx.zone.set(zone.value);
    }
    let name = root.get(&root::NAME);
    let question = root.get(&root::QUESTION);
    let unit = root.get(&root::UNIT);
    let seed = root.get(&root::SEED);
    Ok(Head {
        name: name?.map(|found| found.value),
        question: question?.map(|found| found.value),
        unit: ScenarioUnit {
            name: unit?.value,
            is_said: root.has(&root::UNIT),
            others: Vec::new(),
        },
        currency: currency?.value,
        zone: zone?.value,
        seed: seed?.value,
    })
}

fn horizon(root: &Reader<'_>) -> Result<Horizon, Reported> {
    let (start, end) = (root.get(&root::START), root.get(&root::END));
    let (start, end): (Found<Instant>, Found<Instant>) = (start?, end?);
    if end.value <= start.value {
        let error = Diagnostic::error("`end` must lie after `start`")
            .at(end.spot, "the first instant after the run")
            .at(start.spot, "the first instant of the run")
            .help("a run of January ends on 1 February");
        return Err(root.ctx().note(error));
    }
    if end.value.since(start.value) > Duration::LONGEST {
        let error = Diagnostic::error("the run is longer than 1,000 years")
            .at(end.spot, "")
            .at(start.spot, "")
            .help("choose a shorter period: a year shows every season");
        return Err(root.ctx().note(error));
    }
    let window = Window { from: start.value, to: end.value };
    Ok(Horizon { window, start: start.spot, end: end.spot })
}

/// Notes the settings that the vendor does not document; each must be in the file. Runs after
/// everything else, when misspelt keys are known.
fn assumed(root: &Reader<'_>, tree: &Node) {
    let Ok(found) = root.get(&root::ASSUMED) else { return };
    for to in found.value {
        let (why, help) = match to.path {
            Err(_) => ("not a path".to_owned(), NotAPath::HELP.to_owned()),
            Ok(path) => match path::find(tree, &path) {
                // All of it was replaced.
                Ok(node) if root.ctx().displaced.get() && node.is_empty_table() => continue,
                Ok(node) => {
                    root.ctx().assume(Assumption {
                        path: path.to_string(),
                        value: node.text(),
                        origin: Origin::Declared,
                    });
                    continue;
                }
                // It was present under another name, or something else replaced it.
                Err(path::Lost::Absent(_)) if root.ctx().displaced.get() => continue,
                Err(lost) => lost.advice(tree, "left out of this file"),
            },
        };
        let error = Diagnostic::error("`assumed` names no setting of this file");
        root.ctx().note(error.at(to.spot, why).help(help));
    }
}

/// Notes settings that are present but have no effect, and the reason.
fn without_effect(reader: &Reader<'_>, keys: &[&Declaration], why: &str, because: Option<Spot>) {
    for key in keys {
        let Some((path, spot)) = reader.standing(key) else { continue };
        let warning = Diagnostic::warning(format!("`{path}` has no effect"))
            .at(spot, why)
            .at(because, "because of this");
        reader.ctx().note(warning.help(format!("leave `{}` out if that is intended", key.name)));
    }
}
