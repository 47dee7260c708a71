//! From a tree to what it means, with every rule that the types of values do not express.
//!
//! One file for each part of a scenario, in reading order: [`catalogue`] → [`account`] →
//! [`recharge`] → [`payment`] → [`service`] → [`usage`] → [`actions`]; then what concerns several of
//! them: [`timeline`] (rules in force at each instant) and [`doubts`] (warnings).

mod account;
mod actions;
mod catalogue;
mod doubts;
mod payment;
mod recharge;
mod service;
mod timeline;
mod usage;

use std::sync::Arc;

use crate::domain::{Currency, Duration, Instant, Window, Zone};
use crate::engine::setup::Setup;
use crate::payments::Luck;
use crate::policy::{Package, Plan, Policy};

use super::diagnostic::{Diagnostic, Spot};
use super::keys::ROOT;
use super::read::{Context, Found, Reader, Reported};
use super::tree::{Node, Value};
use super::usage::UsageSource;
use super::{Assumption, Origin, path};
use crate::usage::csv::CsvSettings;

use self::catalogue::Catalogues;

/// What a tree means.
pub struct Meaning {
    pub name: Option<String>,
    pub question: Option<String>,
    pub unit: String,
    pub currency: Currency,
    pub zone: Zone,
    pub horizon: Window,
    pub seed: u64,
    pub setup: Setup,
    pub luck: Luck,
    pub usage: UsageSource,
    pub csv: CsvSettings,
    pub packages: Vec<Package>,
    pub plans: Vec<(String, Arc<Plan>)>,
    pub study: Option<toml::Table>,
}

/// The horizon, and where its ends were written.
#[derive(Clone, Copy)]
struct Horizon {
    window: Window,
    start: Option<Spot>,
    end: Option<Spot>,
}

/// Reads a whole scenario.
pub fn scenario(ctx: &Context, tree: &Node) -> Result<Meaning, Reported> {
    let root = Reader::open(ctx, &ROOT, tree, None, String::new())?;
    let head = head(&root);
    let horizon = horizon(&root);
    let catalogues = Catalogues::read(&root);
    let plan = catalogues.plan_at_start(&root);
    let rollover = catalogue::rollover(&root);
    let cycles = account::cycles(&root, horizon.as_ref().ok());
    let account = account::account(&root);
    let eligibility = account::eligibility(&root);
    let recharge = recharge::recharge(&root, &catalogues);
    let payment = payment::payment(&root, horizon.as_ref().ok());
    let service = service::service(&root);
    let usage = usage::usage(&root, horizon.as_ref().ok());
    let actions = actions::actions(&root, &catalogues, horizon.as_ref().ok());
    let study = study(&root);
    assumed(&root, tree);

    // From here on everything is needed, and all of its errors are noted.
    let (head, horizon, plan, rollover, cycles) = (head?, horizon?, plan?, rollover?, cycles?);
    let (account, eligibility, recharge, payment) = (account?, eligibility?, recharge?, payment?);
    let (service, usage, actions, study) = (service?, usage?, actions?, study?);
    let (packages, plans) = (catalogues.packages.entries?, catalogues.plans.entries?);

    let minor = head.currency.minor();
    let bounds = timeline::Bounds { minor, cycles, plan: &plan, account: &account };
    timeline::check(ctx, &bounds, recharge.as_ref(), &actions)?;
    doubts::note(
        ctx,
        &doubts::Parts {
            account: &account,
            eligibility: &eligibility,
            recharge: recharge.as_ref(),
            service: &service,
            usage: &usage.0,
        },
    );
    let enabled = account.enabled(ctx, recharge.is_some())?;
    let recharge = recharge.map_or_else(recharge::none, recharge::Recharge::rules);
    let policy = Policy {
        zone: head.zone,
        minor,
        cycles,
        plan: Plan::clone(&plan),
        rollover,
        trigger: recharge.trigger,
        firing: recharge.firing,
        poll: recharge.poll,
        cooldown: recharge.cooldown,
        purchase: recharge.purchase,
        caps: recharge.caps,
        lifetime: recharge.lifetime,
        burn_order: account.burn_order,
        terms: payment.terms,
        eligibility: eligibility.value,
        service: service.value,
    };
    let setup = Setup {
        horizon: horizon.window,
        policy,
        opening: account.opening,
        enabled,
        facts: account.facts,
        actions: actions.into_iter().map(|step| (step.at, step.action)).collect(),
    };
    Ok(Meaning {
        name: head.name,
        question: head.question,
        unit: head.unit,
        currency: head.currency,
        zone: head.zone,
        horizon: horizon.window,
        seed: head.seed,
        setup,
        luck: payment.luck,
        usage: usage.0,
        csv: usage.1,
        packages: packages.into_iter().map(|(_, package)| package).collect(),
        plans,
        study,
    })
}

struct Head {
    name: Option<String>,
    question: Option<String>,
    unit: String,
    currency: Currency,
    zone: Zone,
    seed: u64,
}

/// What stands at the top. The currency and the zone are needed to read anything else.
fn head(root: &Reader<'_>) -> Result<Head, Reported> {
    let ctx = root.ctx();
    let currency = root.required::<Currency>("currency");
    let zone = root.or_default::<Zone>("zone");
    ctx.currency.set(currency.as_ref().ok().map(|found| found.value));
    if let Ok(zone) = &zone {
        ctx.zone.set(zone.value);
    }
    let name = root.optional::<String>("name");
    let question = root.optional::<String>("question");
    let unit = root.or_default::<String>("unit");
    let seed = root.or_default::<u64>("seed");
    Ok(Head {
        name: name?.map(|found| found.value),
        question: question?.map(|found| found.value),
        unit: unit?.value,
        currency: currency?.value,
        zone: zone?.value,
        seed: seed?.value,
    })
}

fn horizon(root: &Reader<'_>) -> Result<Horizon, Reported> {
    let (start, end) = (root.required::<Instant>("start"), root.required::<Instant>("end"));
    let (start, end): (Found<Instant>, Found<Instant>) = (start?, end?);
    if end.value <= start.value {
        let error = Diagnostic::error("`end` must lie after `start`")
            .at(end.spot, "the first instant after the run")
            .at(start.spot, "the first instant of the run")
            .help("a run of January ends at the first of February");
        return Err(root.ctx().note(error));
    }
    if end.value.since(start.value) > Duration::LONGEST {
        let error = Diagnostic::error("the run is longer than 1,000 years")
            .at(end.spot, "")
            .at(start.spot, "")
            .help("look at a shorter time: a year shows every season");
        return Err(root.ctx().note(error));
    }
    let window = Window { from: start.value, to: end.value };
    Ok(Horizon { window, start: start.spot, end: end.spot })
}

/// Notes the settings that the vendor does not document; each must stand in the file. Comes after
/// everything else, when misspelt keys are known.
fn assumed(root: &Reader<'_>, tree: &Node) {
    let Ok(found) = root.or_default::<Vec<PathTo>>("assumed") else { return };
    for to in found.value {
        match path::find(tree, &to.text) {
            Ok(node) => root.ctx().assume(Assumption {
                path: to.text,
                value: node.text(),
                origin: Origin::Declared,
            }),
            // It was there under another name, or something else has taken its place.
            Err(path::Lost::Absent(_)) if root.ctx().displaced.get() => {}
            Err(lost) => {
                let (why, help) = lost.advice(tree, "left out of this file");
                let error = Diagnostic::error("`assumed` names no setting of this file")
                    .at(to.spot, why)
                    .help(help);
                root.ctx().note(error);
            }
        }
    }
}

/// A path that is to name a setting.
struct PathTo {
    text: String,
    spot: Spot,
}

impl super::read::FromNode for PathTo {
    fn from_node(at: &super::read::At<'_>, node: &Node) -> Result<Self, Reported> {
        match &node.value {
            Value::Text(text) => Ok(PathTo { text: text.clone(), spot: node.spot }),
            _ => Err(at.wrong(node, format!("found {}", node.found()))),
        }
    }
}

fn study(root: &Reader<'_>) -> Result<Option<toml::Table>, Reported> {
    let Some(node) = root.open_node("study") else { return Ok(None) };
    match (&node.value, node.to_toml()) {
        (Value::Table(_), toml::Value::Table(table)) => Ok(Some(table)),
        _ => Err(root.ctx().note(Diagnostic::value("`study` must be a table").at(node.spot, ""))),
    }
}

/// Notes settings that stand but change nothing, and why.
fn without_effect(reader: &Reader<'_>, keys: &[&str], why: &str, because: Option<Spot>) {
    for key in keys.iter().filter(|key| reader.has(key)) {
        let warning = Diagnostic::warning(format!("`{}` has no effect", reader.path(key)))
            .at(reader.whole_spot(key), why)
            .at(because, "because of this");
        reader.ctx().note(warning.help(format!("leave `{key}` out if that is meant")));
    }
}
