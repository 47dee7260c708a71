//! Events gathered from rows, of one file or of several as one history: which row counts where several have one
//! identity, the order of their times, and where they are held.
//!
//! Deliberately absent: reading rows, and what they mean.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::Keep;
use super::choose::ChosenColumns;
use super::net::FineEvent;
use super::number::Atto;
use super::spool::EventSpool;
use super::tally;
use crate::domain::Instant;
use crate::usage::export::RowView;
use crate::usage::{UsageError, memory};

/// The order in which a pass takes rows to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowOrder {
    /// In time order: only rows of one instant are compared, and many events need not be held.
    InTime,
    /// In any order.
    Any,
}

/// What becomes of a row of usage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It counts.
    Counts,
    /// Another row of its file stands for it.
    Repeats,
    /// It is the first of its identity in its file, and another file has one too.
    RepeatsElsewhere,
    /// It is out of time order, or corrects an event that is not held.
    OutOfOrder,
}

/// Bounds of what is held.
#[derive(Clone, Copy, Debug)]
pub(super) struct HeldBounds {
    /// Events beyond which all are put aside, if that is possible.
    pub(super) held: usize,
    /// The most events that may be held.
    pub(super) limit: u64,
    /// Whether no row is known by an identity, so that events need not be held.
    pub(super) can_spool: bool,
}

/// The row that counts of an identity.
#[derive(Clone, Copy, Debug)]
struct KnownIdentity {
    /// The place of its event.
    place: usize,
    /// The file in which it was seen last.
    file: u32,
}

/// The events of a pass so far.
pub(super) struct Gathered {
    order: RowOrder,
    bounds: HeldBounds,
    name: String,
    /// The events, in the order of their rows; none of them if they are in `spool`.
    pub(super) events: Vec<FineEvent>,
    identities: HashMap<u128, KnownIdentity>,
    /// The instant of the last event.
    last: Instant,
    /// Whether an event was below zero.
    corrects: bool,
    /// Where they are if there are too many to hold, and holding them is not needed.
    pub(super) spool: Option<EventSpool>,
    /// The file that is read.
    file: FileInPass,
}

/// What is known of the file that a pass reads.
#[derive(Clone, Copy, Debug, Default)]
struct FileInPass {
    number: u32,
    /// The place of its first event.
    from: usize,
    /// Tells its identities from those of files in which other columns are the identity.
    salt: u128,
    /// The earliest of its rows with an identity.
    earliest: Option<Instant>,
    /// What the rows that another file has too are worth more than the first of each.
    elsewhere: Atto,
}

/// A file whose rows were taken.
pub(super) struct GatheredFile<'g> {
    /// Its events; `None` if they were put aside.
    pub(super) events: Option<&'g [FineEvent]>,
    /// The earliest of its rows with an identity.
    pub(super) earliest: Option<Instant>,
    /// See [`Tally::repeats_elsewhere`](super::tally::Tally::repeats_elsewhere): what later rows of an identity, which
    /// take the place of the first, are worth more.
    pub(super) elsewhere: Atto,
}

impl Gathered {
    pub(super) fn new(order: RowOrder, name: &str, bounds: HeldBounds) -> Gathered {
        Gathered {
            order,
            bounds,
            name: name.to_owned(),
            events: Vec::new(),
            identities: HashMap::new(),
            last: Instant::EARLIEST,
            corrects: false,
            spool: None,
            file: FileInPass::default(),
        }
    }

    /// Goes on with the rows of the next file.
    pub(super) fn begin_file(&mut self, salt: u128) {
        let (number, from) = (self.file.number + 1, self.events.len());
        self.file = FileInPass { number, from, salt, ..FileInPass::default() };
    }

    /// What the rows of the file come to that was begun last.
    pub(super) fn of_file(&self) -> GatheredFile<'_> {
        let events = self.events.get(self.file.from..).filter(|_| self.spool.is_none());
        let FileInPass { earliest, elsewhere, .. } = self.file;
        GatheredFile { events, earliest, elsewhere }
    }

    /// Takes a row of usage.
    #[inline]
    pub(super) fn take(
        &mut self,
        columns: &ChosenColumns,
        row: RowView<'_>,
        event: FineEvent,
    ) -> Result<Taken, UsageError> {
        if !columns.identity.is_empty()
            && let Some(taken) = self.repeats(columns, row, event)
        {
            return Ok(taken);
        }
        self.hold(event)
    }

    /// Whether a row repeats an earlier one; the last takes the place of the first if that is chosen.
    fn repeats(
        &mut self,
        columns: &ChosenColumns,
        row: RowView<'_>,
        event: FineEvent,
    ) -> Option<Taken> {
        let Gathered { events, identities, file, .. } = self;
        file.earliest = Some(file.earliest.map_or(event.0, |earliest| earliest.min(event.0)));
        let identity = tally::identity(&columns.identity, row)? ^ file.salt;
        let place = match identities.entry(identity) {
            Entry::Vacant(vacant) => {
                vacant.insert(KnownIdentity { place: events.len(), file: file.number });
                return None;
            }
            Entry::Occupied(mut occupied) => {
                let known = *occupied.get();
                occupied.get_mut().file = file.number;
                known
            }
        };
        let is_here = place.file == file.number;
        if columns.keep == Keep::Last
            && let Some(known) = events.get_mut(place.place)
        {
            let before = std::mem::replace(known, event);
            if is_here && place.place < file.from {
                let more = event.1.minus(before.1).and_then(|more| file.elsewhere.plus(more));
                file.elsewhere = more.unwrap_or(file.elsewhere);
            }
        }
        Some(if is_here { Taken::Repeats } else { Taken::RepeatsElsewhere })
    }

    /// Holds an event, unless events flow.
    fn hold(&mut self, event: FineEvent) -> Result<Taken, UsageError> {
        let HeldBounds { held, limit, can_spool } = self.bounds;
        if self.order == RowOrder::InTime {
            self.corrects |= event.1.is_negative();
            if event.0 < self.last || (self.spool.is_some() && self.corrects) {
                return Ok(Taken::OutOfOrder);
            }
            self.last = event.0;
            let can_spool = can_spool && !self.corrects;
            if self.spool.is_none() && can_spool && self.events.len() >= held {
                self.put_aside()?;
            }
            if let Some(spool) = &mut self.spool {
                spool.push(event)?;
                return Ok(Taken::Counts);
            }
        }
        if self.events.len() as u64 >= limit {
            return Err(UsageError::TooManyToSort { name: self.name.clone(), limit });
        }
        memory::reserve(&mut self.events, 1, &self.name)?;
        self.events.push(event);
        Ok(Taken::Counts)
    }

    /// Puts the events aside that are held, and those to come.
    #[cold]
    fn put_aside(&mut self) -> Result<(), UsageError> {
        let mut spool = EventSpool::new(&self.name);
        std::mem::take(&mut self.events).into_iter().try_for_each(|event| spool.push(event))?;
        self.spool = Some(spool);
        Ok(())
    }
}
