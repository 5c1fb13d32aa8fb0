//! Why a replay could not be carried out.

use comptoir_ledger::{LedgerError, Position};
use comptoir_projections::{ReadModel, RebuildError};

/// Why a replay could not be carried out. What is copied is kept: the same command goes on.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// A database could not be reached, or refused.
    #[error("a database of the replay failed; the same command goes on")]
    Database(#[from] sqlx::Error),
    /// The ledger could not be read.
    #[error("the ledger could not be read; the same command goes on")]
    Ledger(#[from] LedgerError),
    /// The target could not be migrated.
    #[error("the target could not be given the schema")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The target is the source.
    #[error("the target is the very database that is to be replayed; name another one")]
    SourceItself,
    /// Another process fills it.
    #[error("another process fills the target at present; wait for it, or take another database")]
    Busy,
    /// The target holds something.
    #[error("the target is not empty: it holds {what}; name an empty database, which its user owns")]
    NotEmpty {
        /// What, as a person would look for it.
        what: String,
    },
    /// The target holds another replay.
    #[error(
        "the target holds a replay up to position {through} with keys {keys}; ask the same, or name an empty database"
    )]
    OtherReplay {
        /// Its newest position.
        through: Position,
        /// Whether with keys.
        keys: String,
    },
    /// The events that were copied are not those of the source.
    #[error(
        "the ledger is not the one that this replay was begun from (see position {position}); take another database"
    )]
    LedgerChanged {
        /// Where they differ.
        position: Position,
    },
    /// An event is missing, or has no leaf hash.
    #[error(
        "the events behind position {after} cannot be copied: some are missing, or damaged; `comptoir audit verify` finds them"
    )]
    Unsound {
        /// From where on.
        after: Position,
    },
    /// The tree is not the one that was signed.
    #[error(
        "the events up to position {size} do not have the root that was signed for them; `comptoir audit verify` finds why"
    )]
    OtherRoot {
        /// The size of the checkpoint.
        size: Position,
    },
    /// A read model could not be built.
    #[error("the read model {model} could not be built; the same command goes on")]
    ReadModel {
        /// Which.
        model: ReadModel,
        /// Why.
        source: RebuildError,
    },
}
