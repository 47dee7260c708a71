//! `recharge compare`: whole scenarios on the same usage and the same luck.

use crate::inquiry::{StudyQuestion, comparable};

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
        name: &format!("{} candidates on the usage of {}", scenarios.len(), first.file),
        scenarios: &scenarios,
        usage: &usage,
        spec: &spec,
        many: &args.many,
        telling: &args.telling,
        command,
    };
    many::answer(question, context, &pool)
}
