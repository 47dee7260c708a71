//! What if: a scenario with its usage in memory, replayed anew for every change of its settings.
//!
//! It is what a page of `recharge explore` computes while a slider moves, so it reads no file, and a change costs one
//! replay. In reading order: `packed` (usage as bytes) → `subject` (what is explored, as a page carries it) → `view` (a replay as
//! data of a page) → `steps` (its journal, a few entries at a time) → `futures` (many runs, a few at a time) → `knob` (what can be moved, and how far) → `respond` (the same
//! by texts). Deliberately absent: sentences, and the page.

mod futures;
mod knob;
mod packed;
mod respond;
mod steps;
mod subject;
mod view;

pub use futures::{FanView, FuturesSide, FuturesView};
pub use knob::{Knob, KnobGroup, KnobValue, knobs};
pub use packed::{NotPacked, pack, unpack};
pub use respond::{ExploreRequest, Explorer};
pub use steps::{StepsFrom, StepsView};
pub use subject::{Exploration, ExploreError, ExploreSubject};
pub use view::View;
