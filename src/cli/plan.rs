//! `recharge plan`: the cheapest choice of plan and package along levels of usage, and the level at
//! which the bigger plan begins to pay.

use crate::inquiry::{Means, PlanQuestion, PlanSpec, plan as answer};
use crate::report::advice::Words;
use crate::report::plan::PlanReport;
use crate::report::provenance::Provenance;
use crate::report::words;
use crate::scenario::GateOf;

use super::args::{PlanArgs, StudySource};
use super::exit::Failure;
use super::progress::Progress;
use super::{Called, gate, manifest, many, question, spec, telling};

/// What is to be planned.
fn wanted(args: &PlanArgs) -> Result<PlanSpec, Failure> {
    Ok(PlanSpec {
        levels: args.levels.as_deref().map_or(Ok(Vec::new()), spec::levels)?,
        plans: args.plans.clone(),
        packages: args.packages.clone(),
        detail: telling::detail(&args.telling),
    })
}

/// Runs every plan with every package at every level.
pub fn plan(args: &PlanArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let gates = gate::typed(&args.gates, GateOf::Plan)?;
    let StudySource { usage, columns } = &args.source;
    let usage = usage.as_deref();
    let scenario = question::scenario_with_usage(
        &args.scenario,
        usage,
        columns,
        &args.settings,
        command.quiet,
    )?;
    let gates = gate::given(gates, GateOf::Plan, &scenario)?;
    manifest::plan(args, &scenario)?;
    let study = spec::of(&scenario, &args.many)?;
    let pool = many::pool(&args.many, &study)?;
    let wanted = wanted(args)?;
    let usage = question::model(&scenario, &args.source, &study)?;
    let question = PlanQuestion::of(&scenario, &study, &wanted, &usage)?
        .with_gates(&gates.gates, args.settle.settle)?;
    let lived = usage.lived_through();
    question::warn_of_cuts(&question.cut_cycles(), lived, scenario.zone, command.quiet);
    let objective = question.objective().clone();
    let means = Means { pool: &pool, watch: &Progress::new(command.quiet) };
    let plans = answer(question, means)?;
    let tested = usage.tested(scenario.seed);
    let provenance = Provenance::of_study(&scenario, &usage, command);
    let report = PlanReport {
        scenario: &scenario,
        words: Words {
            currency: scenario.currency,
            unit: &scenario.unit,
            candidates: &[],
            objective: &objective,
        },
        plans: &plans,
        usage: words::usage_model(&usage),
        tested: tested.as_ref(),
        future: usage.future(),
        otherwise: words::drawn_otherwise(&usage),
        read: usage.read(),
        provenance: &provenance,
    };
    let gated = gate::Gated {
        command: "plan",
        name: &scenario.name,
        scenario: &scenario,
        sample: Some((plans.gates.replications, plans.gates.confidence.probability())),
    };
    let held = gates.report(plans.gates.checks.clone(), &gated);
    telling::write(&args.telling, &report)?;
    telling::tables(&report, &args.many, &|format| gate::in_format(format, &held, &provenance))?;
    telling::open(&args.telling);
    gate::tell(&held, &provenance, &args.gates)
}
