//! `recharge readings`: what a vendor's text leaves open, and what each way to read it costs or spares.

use std::slice;

use crate::engine::Pace;
use crate::inquiry::{self, InquiryError};
use crate::report::json;
use crate::report::provenance::Provenance;
use crate::report::readings::ReadingsReport;
use crate::scenario::Scenario;
use crate::vendors::{self, Reading, usual_readings};

use super::args::ReadingsArgs;
use super::exit::Failure;
use super::given::GivenVendors;
use super::{Called, interrupt, manifest, question, telling};

/// Replays the usage once for each reading.
pub fn readings(args: &ReadingsArgs, command: &Called) -> Result<(), Failure> {
    telling::look(&args.telling)?;
    let (scenario, open) = asked(args, command.quiet)?;
    manifest::readings(args, &scenario)?;
    let given = args.rules.usage.as_deref();
    let usage = question::usage(&scenario, given, &args.columns.columns)?;
    if !usage.can_be_read_again() {
        return Err(Failure::Input(
            "each reading is a run of its own, and standard input can be read only once; give the usage as a file"
                .to_owned(),
        ));
    }
    let stop = interrupt::asked;
    let answer = inquiry::readings(&usage, &open, &stop)?;
    let nothing = || Ok::<_, InquiryError>(());
    let (outcome, ()) = inquiry::run(&usage, Pace::Skip, nothing, &stop)?;
    let provenance = Provenance::of(&scenario, &outcome.usage, command);
    let report = ReadingsReport {
        scenario: &scenario,
        answer: &answer,
        usage: &outcome.usage,
        provenance: &provenance,
    };
    telling::document(&args.telling, args.format, &report, || {
        json::text(&json::readings::result(&report))
    })
}

/// The rules as they are read at present, and what of them is open.
fn asked(args: &ReadingsArgs, quiet: bool) -> Result<(Scenario, Vec<Reading>), Failure> {
    let given = args.rules.usage.as_deref();
    match (&args.rules.scenario, &args.rules.vendor) {
        (None, Some(name)) => {
            let vendor = vendors::find(name)?;
            let file = given.expect("clap requires a usage file beside a vendor");
            let given = GivenVendors::of(slice::from_ref(name), &args.settings)?;
            let mut scenarios = given.over_file(file, &args.columns, &args.settings)?;
            let scenario = scenarios.pop().expect("one vendor makes one scenario");
            let open = vendor.open_readings(&scenario);
            Ok((scenario, open))
        }
        (Some(path), _) => {
            let scenario =
                question::scenario_with_usage(path, given, &args.columns, &args.settings, quiet)?;
            let open = usual_readings(&scenario);
            Ok((scenario, open))
        }
        (None, None) => Err(Failure::Input("name a scenario, or --vendor NAME".to_owned())),
    }
}
