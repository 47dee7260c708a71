//! `recharge study`: settings tried over many runs, and what to choose.

use std::path::Path;
use std::slice;

use crate::inquiry::StudyQuestion;

use super::args::{Many, Study, Telling};
use super::exit::Failure;
use super::{many, question, spec, telling};

/// Runs what the `[study]` table and the command line ask.
pub fn study(args: &Study, command: &[String]) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let scenario = question::scenario(&args.scenario, &args.settings)?;
    let spec = spec::of(&scenario, &args.many)?;
    let spec = spec::varying(spec, &args.vary, args.map.as_deref())?;
    let pool = many::pool(&args.many, &spec)?;
    let usage = question::model(&scenario, &args.source, &spec)?;
    let inputs = [Some(&*args.scenario), question::file(&scenario, args.source.usage.as_deref())];
    apart(&args.many, &args.telling, &inputs)?;
    let question = StudyQuestion::of(&scenario, &spec, &usage);
    let question =
        question.map_err(|error| many::refused(error, &scenario, &spec, &usage, &pool))?;
    let context = many::Context {
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

/// Refuses outputs that would take the place of what is read.
fn apart(many: &Many, telling: &Telling, inputs: &[Option<&Path>]) -> Result<(), Failure> {
    let inputs: Vec<&Path> = inputs.iter().copied().flatten().collect();
    let outputs = [(&many.csv, "--csv"), (&many.samples, "--samples"), (&telling.xlsx, "--xlsx")];
    for (path, option) in outputs {
        if let Some(path) = path {
            question::check_apart(path, option, &inputs)?;
        }
    }
    Ok(())
}
