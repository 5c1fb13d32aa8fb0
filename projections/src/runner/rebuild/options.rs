//! What can be asked of a rebuild, and what it says of itself.

use std::num::NonZeroUsize;
use std::time::Duration;

use comptoir_domain::values::StreamKey;
use comptoir_ledger::Position;

use crate::runner::Rows;

/// Lanes on a large machine: with more of them PostgreSQL, which needs as much, has nothing left.
const LANES_MAX: usize = 4;

/// How many events a lane applies together: so many that most things begin and end within one piece, and their rows are
/// inserted once and never looked for again.
const PIECE_EVENTS: usize = 10_000;

/// Under which conditions a rebuild takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebuildOptions {
    /// Whether it may differ from the model in use.
    pub gate: Gate,
    /// Which stream counts again with it.
    pub release: Release,
    /// How many lanes it has; as many as suit the machine, unless it is said.
    pub lanes: Lanes,
    /// How many events a lane applies together; fewer take less memory, and more time.
    pub piece_events: usize,
}

impl Default for RebuildOptions {
    fn default() -> Self {
        Self {
            gate: Gate::default(),
            release: Release::default(),
            lanes: Lanes::default(),
            piece_events: PIECE_EVENTS,
        }
    }
}

/// Whether a rebuilt model may differ from the one in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gate {
    /// Whatever differs, it takes over.
    #[default]
    Open,
    /// It takes over if nothing differs, or if the difference was accepted on record.
    Guarded,
}

/// Which stream counts again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Release {
    /// None that is left out by decision.
    #[default]
    Nothing,
    /// This one.
    Stream(StreamKey),
}

/// How many lanes a rebuild has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lanes {
    /// As many as suit the machine.
    #[default]
    Suitable,
    /// So many.
    Exactly(usize),
}

impl RebuildOptions {
    pub(in crate::runner) fn lanes_for(&self, rows: Rows) -> usize {
        match (rows, self.lanes) {
            (Rows::OfSeveralStreams, _) => 1,
            (Rows::OfOneStream, Lanes::Suitable) => {
                let cores = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
                cores.clamp(2, LANES_MAX)
            }
            (Rows::OfOneStream, Lanes::Exactly(lanes)) => lanes.max(1),
        }
    }
}

/// How a rebuild began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// With the first event.
    Anew,
    /// With the first event, although an interrupted one was there.
    AnewBecause(Misfit),
    /// Where an interrupted one had come to.
    Continued(Position),
}

/// Why what an interrupted rebuild has left is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misfit {
    /// Another version of the program has built it.
    OtherProgram,
    /// The tables have changed, or other streams are left out.
    OtherTables,
    /// The ledger is not the one that it was built from.
    OtherLedger,
}

impl Misfit {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OtherProgram => "another version of the program had begun it",
            Self::OtherTables => "the tables have changed since, or other streams are left out",
            Self::OtherLedger => "the ledger is not the one that it was built from",
        }
    }
}

/// What a rebuild is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RebuildStage {
    /// It applies events.
    Filling,
    /// It makes the indexes that readers need.
    Indexing,
    /// It applies what has come meanwhile.
    CatchingUp,
    /// It stops the runner, compares if that is asked for, and takes over.
    Switching,
}

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildProgress {
    /// Everything up to here is in the new tables.
    pub position: Position,
    /// Where the ledger ends at present.
    pub horizon: Position,
    /// How it began.
    pub beginning: Beginning,
    /// What it is at.
    pub stage: RebuildStage,
}

/// What a rebuild has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RebuildReport {
    /// The version that the tables have now.
    pub version: i32,
    /// How many events were applied; those that were applied before an interruption are not counted.
    pub events: u64,
    /// Everything up to here was in the new tables when they were switched in.
    pub position: Position,
    /// How it began.
    pub beginning: Beginning,
    /// How long it took.
    pub duration: Duration,
}
