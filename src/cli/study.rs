//! `recharge study`: settings tried over many runs, and what to choose.

use std::slice;

use crate::inquiry::StudyQuestion;

use super::args::{StudyArgs, StudySource};
use super::exit::Failure;
use super::{manifest, many, question, spec, telling};

/// Runs what the `[study]` table and the command line ask.
pub fn study(args: &StudyArgs, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let StudySource { usage, columns } = &args.source;
    let (path, settings) = (&args.scenario, &args.settings);
    let scenario = question::scenario_with_usage(path, usage.as_deref(), columns, settings)?;
    manifest::study(args, &scenario)?;
    let spec = spec::of(&scenario, &args.many)?;
    let spec = spec::varying(spec, &args.vary, args.map.as_deref())?;
    let pool = many::pool(&args.many, &spec)?;
    let usage = question::model(&scenario, &args.source, &spec)?;
    let question = StudyQuestion::of(&scenario, &spec, &usage);
    let question =
        question.map_err(|error| many::refused(error, &scenario, &spec, &usage, &pool))?;
    let context = many::StudyContext {
        name: &scenario.name,
        scenarios: slice::from_ref(&scenario),
        usage: &usage,
        spec: &spec,
        many: &args.many,
        telling: &args.telling,
        command,
    };
    many::answer(question, context, &pool)
}
