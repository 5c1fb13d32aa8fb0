//! A whole engine as it stood, in another database: to look around in, with nothing that acts.
//!
//! The target gets the events byte for byte up to a position, head, horizon and Merkle tree, the checkpoints that were signed up
//! to there, and every read model, built from these events alone. It is marked as a copy: a node that is started on it answers
//! reads and nothing else, and the database itself takes no further event. Secrets stay where they are: idempotent answers, and
//! the keys of persons unless they are asked for.
//!
//! | file | does |
//! | --- | --- |
//! | `target` | looks at the database that is to be filled, and refuses one that holds anything else |
//! | `copy` | copies the events |
//! | `tree` | grows the Merkle tree over them, and holds it against the newest checkpoint |
//! | `settle` | puts in what stands beside the events, and marks the copy |

mod copy;
mod error;
mod settle;
mod target;
mod tree;

pub use error::ReplayError;

use comptoir_ledger::{Ledger, MIGRATOR, Position};
use comptoir_projections::{ReadModel, RebuildOptions};
use sqlx::PgPool;

/// Whether personal data can be read in the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// No: everybody reads as if they had been erased.
    LeftOut,
    /// Yes, by whoever has the master key, except of those who were erased since.
    Copied,
}

impl Keys {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::LeftOut => "left_out",
            Self::Copied => "copied",
        }
    }
}

/// What a replay is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It copies events.
    Events,
    /// It grows the tree.
    Tree,
    /// It builds a read model.
    ReadModel(ReadModel),
}

/// How far a replay is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplayProgress {
    /// What it is at.
    pub phase: Phase,
    /// Up to which position.
    pub done: Position,
    /// Of which.
    pub through: Position,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct ReplayAsked<'a> {
    /// The newest position to copy.
    pub through: Position,
    /// Whether personal data can be read in the copy.
    pub keys: Keys,
    /// The subscriptions whose handlers act: none of them has anything to do in the copy.
    pub followers: &'a [&'a str],
}

/// What a replay has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// The newest position that is in the copy.
    pub through: Position,
    /// How many events were copied now, and not by an earlier attempt.
    pub events_copied: u64,
}

/// Fills `target` from `source`. One that was interrupted goes on; one that is finished is left as it is.
pub async fn replay(
    source: &Ledger,
    target: &PgPool,
    asked: &ReplayAsked<'_>,
    mut progress: impl FnMut(ReplayProgress) + Send,
) -> Result<Replayed, ReplayError> {
    let through = asked.through;
    let _held = target::hold(source.pool(), target).await?;
    let found = target::look(source.pool(), target).await?;
    if found == target::Found::Empty {
        MIGRATOR.run(target).await?;
    }
    if target::mark_begun(target, asked).await? == target::Begun::Finished {
        return Ok(Replayed {
            through,
            events_copied: 0,
        });
    }
    let tell = |phase, done| ReplayProgress { phase, done, through };
    let events_copied = copy::copy_events(source, target, through, |done| {
        progress(tell(Phase::Events, done));
    })
    .await?;
    tree::grow(source, target, through, |done| progress(tell(Phase::Tree, done))).await?;
    settle::settle(source.pool(), target, asked).await?;
    let copy = Ledger::read_only(target.clone()).await?;
    for model in ReadModel::ALL {
        let built = copy.checkpoint(model.name()).await?;
        if built.is_some_and(|built| built.position == through) && through > Position::START {
            continue;
        }
        model
            .rebuild(&copy, &RebuildOptions::default(), |built| {
                progress(tell(Phase::ReadModel(model), built.position));
            })
            .await
            .map_err(|source| ReplayError::ReadModel { model, source })?;
    }
    settle::mark_finished(target, asked).await?;
    Ok(Replayed {
        through,
        events_copied,
    })
}
