//! Gates: conditions on figures of results.

use crate::domain::text::excerpt;
use crate::scenario::declare::{Key, Optional};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::gate::{Gate, GateOf, GateTable};
use crate::scenario::keys::{gates, root};
use crate::scenario::read::Reported;
use crate::scenario::reader::Reader;

pub fn gates(root: &Reader<'_>) -> Result<GateTable, Reported> {
    let Some(reader) = root.table(&root::GATES)? else { return Ok(GateTable::default()) };
    let run = list(&reader, &gates::RUN, GateOf::Run);
    let study = list(&reader, &gates::STUDY, GateOf::Study);
    let plan = list(&reader, &gates::PLAN, GateOf::Plan);
    let diff = list(&reader, &gates::DIFF, GateOf::Diff);
    let forecast = list(&reader, &gates::FORECAST, GateOf::Forecast);
    let fleet = list(&reader, &gates::FLEET, GateOf::Fleet);
    Ok(GateTable {
        run: run?,
        study: study?,
        plan: plan?,
        diff: diff?,
        forecast: forecast?,
        fleet: fleet?,
    })
}

/// The gates of a list; every one that cannot be read is noted.
fn list(
    reader: &Reader<'_>,
    key: &'static Key<Vec<String>, Optional>,
    of: GateOf,
) -> Result<Vec<Gate>, Reported> {
    let Some(found) = reader.get(key)? else { return Ok(Vec::new()) };
    let (mut gates, mut wrong) = (Vec::new(), None);
    for text in &found.value {
        match Gate::from_text(text, of) {
            Ok(gate) => gates.push(gate),
            Err(why) => {
                let title = format!("`{}` has `{}`", reader.path(key), excerpt(text));
                let error = Diagnostic::value(title).at(found.spot, why);
                wrong = Some(reader.ctx().note(error));
            }
        }
    }
    wrong.map_or(Ok(gates), Err)
}
