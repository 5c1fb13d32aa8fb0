//! The append-only event store of Comptoir, on PostgreSQL.
//!
//! Every business fact is an event in a stream. Streams have dense revisions, the whole ledger has dense
//! positions, and whoever has seen position N has seen all before it: with any number of writers and nodes,
//! and after a crash. Concurrent appends are gathered and committed together; an append that is refused leaves
//! its neighbours alone. Nobody is answered, and nothing is read, before it is safe on disk.
//!
//! ```no_run
//! # use comptoir_ledger::*;
//! # async fn example(pool: sqlx::PgPool) -> Result<(), Box<dyn std::error::Error>> {
//! let ledger = Ledger::start(pool, LedgerOptions::default()).await?;
//! let event = NewEvent {
//!     event_id: ledger.ids().uuid_v7(),
//!     event_type: "note.taken".into(),
//!     schema_version: 1,
//!     data: r#"{"text":"hello"}"#.into(),
//! };
//! let stream = StreamName::new("note", ledger.ids().uuid_v7());
//! let append = Append::new(&Metadata::default()).write_raw(stream.clone(), ExpectedRevision::NoStream, vec![event]);
//! let appended = ledger.append(append).await?;
//! assert_eq!(ledger.read_stream(&stream, Revision::FIRST).await?[0].position, appended.position);
//! # Ok(()) }
//! ```
//!
//! Where to look: [`Ledger`] is the handle; [`Append`] says what to write; `appender` gathers and commits;
//! `flusher` makes durable and answers; [`Subscription`] follows the ledger; `checkpoints` keeps the Merkle tree, signs
//! and proves; [`EsrsStore`] lets an
//! `esrs::AggregateManager` drive any aggregate; `docs/LEDGER-FORMAT.md` pins the bytes.

mod aggregate;
mod announcer;
mod append;
mod appender;
mod checkpoints;
pub mod clock;
mod connection;
mod esrs_store;
mod event;
mod flusher;
mod idempotency;
mod ledger;
mod listener;
mod names;
mod options;
mod read;
mod recent;
pub mod replica;
mod subscription;
mod validate;

pub use aggregate::Loaded;
pub use comptoir_proof::leaf;

pub use append::{Append, AppendError, Appended, Idempotency, StreamWrite};
pub use checkpoints::{CheckpointSigning, Inclusion, ProofRefusal, SignedCheckpoint, TreeError};
pub use connection::with_session_settings;
pub use esrs_store::{EsrsAggregate, EsrsStore, EsrsStoreError};
pub use event::{Metadata, NewEvent, RecordedEvent};
pub use idempotency::RecordedAnswer;
pub use ledger::{Ledger, LedgerError};
pub use names::{ExpectedRevision, Position, Revision, STREAM_NAME_BYTES_MAX, StreamName};
pub use options::LedgerOptions;
pub use read::{Bulk, Filter, Page, Rows};
pub use subscription::{
    AtLeastOnceHandler, Checkpoint, HandlerError, RewindError, Subscription, TransactionalHandler,
};
pub use validate::{ANSWER_BYTES_MAX, APPEND_EVENTS_MAX, DATA_BYTES_MAX, InvalidAppend, METADATA_BYTES_MAX};

/// The schema of the whole project, in order: the ledger first, then what is built on it.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");
