//! `recharge compare`: whole scenarios on the same usage and the same luck.

use crate::inquiry::{InquiryError, StudyQuestion, comparable};
use crate::scenario::{GateOf, Scenario, Setting};

use super::args::CompareArgs;
use super::exit::Failure;
use super::given::GivenVendors;
use super::{Called, gate, manifest, many, question, spec, telling};

/// Compares scenarios with the first, on the usage of the first.
pub fn compare(args: &CompareArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let gates = gate::typed(&args.gates, GateOf::Study)?;
    let scenarios = scenarios(args, command.quiet)?;
    manifest::compare(args, &scenarios)?;
    let first = comparable(&scenarios)?;
    let gates = gate::given(gates, GateOf::Study, first)?;
    let spec = spec::of(first, &args.many)?;
    let pool = many::pool(&args.many, &spec)?;
    let usage = question::metered_model(&scenarios, &args.source, &spec)?;
    let question = StudyQuestion::comparing(&scenarios, &spec, &usage)?;
    let context = many::StudyContext {
        subcommand: "compare",
        name: &against(&scenarios),
        scenarios: &scenarios,
        usage: &usage,
        spec: &spec,
        many: &args.many,
        telling: &args.telling,
        command,
        gates: &gates,
        gate_args: &args.gates,
        settle: args.settle.settle,
    };
    many::answer(question, context, &pool)
}

/// The scenarios of the files, and after them those of the vendors: in the calendar of the first, over the time of the
/// files, or over the days of the usage file where there are only vendors.
fn scenarios(args: &CompareArgs, quiet: bool) -> Result<Vec<Scenario>, Failure> {
    let (source, settings) = (&args.source, &args.settings);
    if args.vendor.is_empty() {
        let scenarios = question::scenarios(&args.scenarios, source, settings, quiet)?;
        question::own_factors(&scenarios, &source.columns.columns, &settings.set)?;
        return Ok(scenarios);
    }
    let vendors = GivenVendors::of(&args.vendor, settings)?;
    let typed = settings;
    let file = source.usage.as_deref().expect("clap requires a usage file beside vendors");
    let settings = vendors.for_files(settings);
    let mut scenarios = question::scenarios(&args.scenarios, source, &settings, quiet)?;
    match scenarios.first() {
        None => {
            let [first, others @ ..] = &mut *vendors.over_file(file, &source.columns, typed)?
            else {
                return Err(InquiryError::NothingToCompare.into());
            };
            let first = first.clone();
            let others: Result<Vec<Scenario>, _> =
                others.iter().map(|other| other.in_calendar(first.zone)).collect();
            let others = others.map_err(|errors| Failure::Input(errors.to_string()))?;
            Ok([vec![first], others].concat())
        }
        Some(first) => {
            let days = question::days_of(first, first.setup.horizon);
            let zone = Setting::new(["zone"], first.zone.name());
            let further: Vec<Setting> = days.into_iter().chain([zone]).collect();
            let usage = question::usage(first, Some(file), &source.columns.columns)?;
            let beside = vendors.scenarios_beside(&usage, &further)?;
            scenarios.extend(beside);
            question::own_factors(&scenarios, &source.columns.columns, &typed.set)?;
            Ok(scenarios)
        }
    }
}

/// The names of the scenarios: `Starter against Pro`. Two of one name are told apart by their files.
fn against(scenarios: &[Scenario]) -> String {
    let name = |scenario: &Scenario| {
        let alike = scenarios.iter().filter(|other| other.name == scenario.name);
        match alike.count() {
            1 => scenario.name.clone(),
            _ => scenario.file.clone(),
        }
    };
    let names: Vec<String> = scenarios.iter().map(name).collect();
    names.join(" against ")
}
