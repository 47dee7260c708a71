//! `recharge compare`: whole scenarios on the same usage and the same luck.

use crate::inquiry::{StudyQuestion, comparable};
use crate::scenario::Scenario;

use super::args::CompareArgs;
use super::exit::Failure;
use super::{manifest, many, question, spec, telling};

/// Compares scenarios with the first, on the usage of the first.
pub fn compare(args: &CompareArgs, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let scenarios = question::scenarios(&args.scenarios, &args.source, &args.settings)?;
    manifest::compare(args, &scenarios)?;
    let first = comparable(&scenarios)?;
    let spec = spec::of(first, &args.many)?;
    let pool = many::pool(&args.many, &spec)?;
    let usage = question::metered_model(&scenarios, &args.source, &spec)?;
    let question = StudyQuestion::comparing(&scenarios, &spec, &usage)?;
    let context = many::StudyContext {
        name: &against(&scenarios),
        scenarios: &scenarios,
        usage: &usage,
        spec: &spec,
        many: &args.many,
        telling: &args.telling,
        command,
    };
    many::answer(question, context, &pool)
}

/// The names of the scenarios: `Starter against Pro`.
fn against(scenarios: &[Scenario]) -> String {
    let names: Vec<&str> = scenarios.iter().map(|scenario| scenario.name.as_str()).collect();
    names.join(" against ")
}
