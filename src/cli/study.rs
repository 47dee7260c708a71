//! `recharge study`: settings tried over many runs, and what to choose.

use std::slice;

use crate::inquiry::StudyQuestion;
use crate::scenario::GateOf;

use super::args::{StudyArgs, StudySource};
use super::exit::Failure;
use super::{Called, gate, manifest, many, question, spec, telling};

/// Runs what the `[study]` table and the command line ask.
pub fn study(args: &StudyArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let gates = gate::typed(&args.gates, GateOf::Study)?;
    let StudySource { usage, columns } = &args.source;
    let (path, settings) = (&args.scenario, &args.settings);
    let scenario =
        question::scenario_with_usage(path, usage.as_deref(), columns, settings, command.quiet)?;
    let gates = gate::given(gates, GateOf::Study, &scenario)?;
    manifest::study(args, &scenario)?;
    let spec = spec::of(&scenario, &args.many)?;
    let spec = spec::varying(spec, &args.vary, args.map.as_deref())?;
    let pool = many::pool(&args.many, &spec)?;
    let usage = question::model(&scenario, &args.source, &spec)?;
    let question = StudyQuestion::of(&scenario, &spec, &usage);
    let question =
        question.map_err(|error| many::refused(error, &scenario, &spec, &usage, &pool))?;
    let context = many::StudyContext {
        subcommand: "study",
        name: &scenario.name,
        scenarios: slice::from_ref(&scenario),
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
