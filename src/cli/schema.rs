//! `recharge schema`: the JSON Schema of scenario files, for editors, and of results, for programs.

use crate::report::json;
use crate::scenario;

use super::args::{SchemaArgs, SchemaKind};
use super::exit::Failure;
use super::print;

/// Prints the requested schema.
pub fn schema(args: &SchemaArgs) -> Result<(), Failure> {
    print(&match args.of {
        SchemaKind::Scenario => json::text(&scenario::schema()),
        SchemaKind::Run => json::text(&json::schema::<json::run::RunResult<'_>>()),
        SchemaKind::Study | SchemaKind::Compare => {
            json::text(&json::schema::<json::study::StudyResult<'_>>())
        }
        SchemaKind::Advise => json::text(&json::schema::<json::advise::AdviceResult<'_>>()),
        SchemaKind::Forecast => json::text(&json::schema::<json::forecast::ForecastResult<'_>>()),
        SchemaKind::Backtest => json::text(&json::schema::<json::forecast::BacktestResult<'_>>()),
        SchemaKind::Fleet => json::text(&json::schema::<json::fleet::FleetResult<'_>>()),
        SchemaKind::Fit => json::text(&json::schema::<json::forecast::FitResult<'_>>()),
        SchemaKind::Prepare => json::text(&json::schema::<json::prepare::PrepareResult<'_>>()),
        SchemaKind::Readings => json::text(&json::schema::<json::readings::ReadingsResult<'_>>()),
        SchemaKind::Explain => json::text(&json::schema::<json::explain::ExplainResult<'_>>()),
        SchemaKind::Inspect => json::text(&json::schema::<json::inspect::InspectResult<'_>>()),
        SchemaKind::Check => json::text(&json::schema::<json::check::CheckResult<'_>>()),
        SchemaKind::Diff => json::text(&json::schema::<json::diff::DiffResult<'_>>()),
        SchemaKind::Baseline => json::text(&json::schema::<json::diff::BaselineResult<'_>>()),
        SchemaKind::Gates => json::text(&json::schema::<json::gates::GatesResult<'_>>()),
        SchemaKind::Vendors => json::text(&json::schema::<json::vendors::VendorsResult<'_>>()),
        SchemaKind::Capsule => json::text(&json::schema::<json::capsule::CapsuleJson>()),
        SchemaKind::Shrink => json::text(&json::schema::<json::shrink::ShrinkResult<'_>>()),
        SchemaKind::Replay => json::text(&json::schema::<json::capsule::ReplayResult<'_>>()),
        SchemaKind::Plan => json::text(&json::schema::<json::plan::PlanResult<'_>>()),
    }?)
}
