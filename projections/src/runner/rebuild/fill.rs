//! Fills new tables: one task reads the ledger and deals events out, and each lane applies the streams that fall to it, in
//! large pieces, on a connection of its own.
//!
//! The events of a stream stay in order, since they go to one lane. A lane's piece and its place are written in one
//! transaction, so that each event counts once, whatever dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use comptoir_ledger::{Position, RecordedEvent};
use sqlx::{Connection, PgConnection};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use super::building::Building;
use super::options::RebuildProgress;
use super::{PoisonEvent, RebuildError, connect, stored};
use crate::runner::{ApplyError, Projection, state};

/// What a lane does next.
struct Piece {
    events: Vec<RecordedEvent>,
    /// Everything of the lane up to here is in this piece or in an earlier one.
    through: Position,
}

/// The reader's end of a lane.
struct Inlet {
    pieces: mpsc::Sender<Piece>,
    pending: Vec<RecordedEvent>,
    /// What the lane has applied already.
    applied: Position,
}

impl Inlet {
    /// Hands on what is pending; false, if the lane has ended.
    async fn send(&mut self, through: Position) -> bool {
        let events = std::mem::take(&mut self.pending);
        self.pieces.send(Piece { events, through }).await.is_ok()
    }
}

impl<P: Projection> Building<'_, P> {
    /// Applies everything up to a position.
    pub(in crate::runner) async fn fill(
        &mut self,
        through: Position,
        progress: &mut (impl FnMut(RebuildProgress) + Send),
    ) -> Result<(), RebuildError> {
        if through <= self.position() {
            return Ok(());
        }
        let places: Arc<[AtomicI64]> = self.lanes.iter().map(|at| AtomicI64::new(at.get())).collect();
        let (mut inlets, mut lanes) = (Vec::new(), Vec::new());
        for (number, applied) in (0..).zip(&self.lanes) {
            let (pieces, outlet) = mpsc::channel(1);
            let lane = Lane {
                number,
                name: self.name.clone(),
                schema: self.schemas.next().to_owned(),
                projection: self.projection.clone(),
                connection: connect(self.ledger).await?,
                places: Arc::clone(&places),
                events: 0,
            };
            lanes.push(AbortOnDropHandle::new(tokio::spawn(lane.run(outlet))));
            inlets.push(Inlet {
                pieces,
                pending: Vec::new(),
                applied: *applied,
            });
        }
        let dealt = self.deal(through, inlets, &places, progress).await;
        let mut failed = None;
        for lane in lanes {
            match lane.await {
                Ok(Ok(events)) => self.events += events,
                Ok(Err(error)) => failed = Some(first_of(failed, error)),
                Err(panic) => failed = Some(RebuildError::BrokenOff(panic.to_string())),
            }
        }
        self.lanes = places
            .iter()
            .map(|place| Position::new(place.load(Ordering::Relaxed)))
            .collect();
        failed.map_or(dealt, Err)
    }

    /// Reads, and deals out. It ends early where a lane has ended.
    async fn deal(
        &self,
        through: Position,
        mut inlets: Vec<Inlet>,
        places: &[AtomicI64],
        progress: &mut (impl FnMut(RebuildProgress) + Send),
    ) -> Result<(), RebuildError> {
        let mut bulk = self.ledger.read_bulk(self.position(), through, &self.filter);
        while let Some(batch) = bulk.next().await? {
            for event in batch {
                let (read, lane) = (event.position, lane_of(&event.stream, inlets.len()));
                if read > inlets[lane].applied && !self.left_out.has(&event) {
                    inlets[lane].pending.push(event);
                }
                // All at once, so that no lane with few events stays behind.
                if inlets[lane].pending.len() >= self.piece_events {
                    for inlet in &mut inlets {
                        if !inlet.send(read).await {
                            return Ok(());
                        }
                    }
                }
            }
            let slowest = places.iter().map(|place| place.load(Ordering::Relaxed)).min();
            self.tell_of(Position::new(slowest.unwrap_or(0)), progress);
        }
        for inlet in &mut inlets {
            if !inlet.send(through).await {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// The lane that a stream falls to, the same in every process: FNV-1a, with its bits mixed at the end.
fn lane_of(stream: &str, lanes: usize) -> usize {
    let hash = stream.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    usize::try_from((mixed >> 33) % lanes.max(1) as u64).unwrap_or(0)
}

/// The error that names the earlier event.
fn first_of(known: Option<RebuildError>, other: RebuildError) -> RebuildError {
    match (known, other) {
        (
            Some(RebuildError::Poison { event: known, source }),
            RebuildError::Poison { event, source: other },
        ) => {
            if known.position <= event.position {
                RebuildError::Poison { event: known, source }
            } else {
                RebuildError::Poison { event, source: other }
            }
        }
        (Some(known), _) => known,
        (None, other) => other,
    }
}

/// Applies the streams that fall to it.
struct Lane<P> {
    number: i16,
    name: String,
    schema: String,
    projection: P,
    connection: PgConnection,
    places: Arc<[AtomicI64]>,
    events: u64,
}

impl<P: Projection> Lane<P> {
    async fn run(mut self, mut pieces: mpsc::Receiver<Piece>) -> Result<u64, RebuildError> {
        while let Some(Piece { events, through }) = pieces.recv().await {
            let Err(error) = self.apply(&events, through).await else {
                continue;
            };
            // A connection that is gone is no event's fault.
            self.connection.ping().await?;
            return Err(self.find_poison(&events).await.unwrap_or(error.into()));
        }
        Ok(self.events)
    }

    /// Applies a piece; all of it or nothing.
    async fn apply(&mut self, events: &[RecordedEvent], through: Position) -> Result<(), ApplyError> {
        let mut transaction = self.connection.begin().await?;
        if !events.is_empty() {
            state::set_up(&mut transaction, &self.schema).await?;
            self.projection.apply(&mut transaction, events).await?;
        }
        stored::reach(&mut transaction, &self.name, self.number, through).await?;
        transaction.commit().await?;
        self.events += events.len() as u64;
        if let Some(place) = usize::try_from(self.number)
            .ok()
            .and_then(|number| self.places.get(number))
        {
            place.store(through.get(), Ordering::Relaxed);
        }
        Ok(())
    }

    /// Applies events one by one until one fails: that one is to blame. All before it are in the tables then.
    async fn find_poison(&mut self, events: &[RecordedEvent]) -> Option<RebuildError> {
        for event in events {
            let alone = std::slice::from_ref(event);
            if let Err(source) = self.apply(alone, event.position).await {
                if let Err(lost) = self.connection.ping().await {
                    return Some(lost.into());
                }
                return Some(poison::<P>(event, source));
            }
        }
        None
    }
}

/// The event cannot be applied.
pub(super) fn poison<P: Projection>(event: &RecordedEvent, source: ApplyError) -> RebuildError {
    RebuildError::Poison {
        event: Box::new(PoisonEvent {
            projection: P::NAME,
            position: event.position,
            stream: event.stream.clone(),
            event_type: event.event_type.clone(),
        }),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_always_falls_to_the_same_lane_and_each_lane_gets_some() {
        let lanes: Vec<usize> = (0..1000)
            .map(|number| lane_of(&format!("order-{number}"), 2))
            .collect();
        let first = lanes.iter().filter(|lane| **lane == 0).count();
        assert!(
            (400..600).contains(&first),
            "{first} of 1000 fall to the first lane"
        );
        assert_eq!(lane_of("order-1", 1), 0);
        let again: Vec<usize> = (0..1000)
            .map(|number| lane_of(&format!("order-{number}"), 2))
            .collect();
        assert_eq!(again, lanes);
    }
}
