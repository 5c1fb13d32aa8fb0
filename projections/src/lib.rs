//! The read models of Comptoir and the runner that builds them from the ledger.
//!
//! A read model is a copy of what events say, shaped for reading. It is written by its projection only, in the same
//! transaction as the projection's checkpoint, so that each event counts exactly once, whatever dies; and it can be
//! built anew from events alone while the one in use goes on answering.
//!
//! ```no_run
//! # use std::time::Duration;
//! # use comptoir_ledger::{Ledger, Position};
//! # use comptoir_projections::products::query::ProductShelf;
//! # use comptoir_projections::{PageRequest, Projections, ReadModel, WaitOutcome, products};
//! # use tokio_util::sync::CancellationToken;
//! # async fn example(ledger: Ledger, my_write: Position) -> Result<(), Box<dyn std::error::Error>> {
//! let stop = CancellationToken::new();
//! let projections = Projections::start(&ledger, &stop);
//! // A client that must see its own write waits for it, and reads.
//! let patience = Duration::from_secs(2);
//! let outcome = projections.wait_until(ReadModel::Products, my_write, patience).await;
//! assert_eq!(outcome, WaitOutcome::Reached);
//! let page = products::query::list(ledger.pool(), ProductShelf::Catalogue, PageRequest::default()).await?;
//! assert!(page.items.iter().all(|view| !view.offers.is_empty()));
//! # stop.cancel();
//! # Ok(()) }
//! ```
//!
//! # Map
//!
//! | module | holds |
//! | --- | --- |
//! | [`orders`], [`products`], [`licences`], [`promotions`], [`refunds`], [`disputes`], [`reviews`], [`documents`], [`persons`], [`history`] | a read model each: its rows, how events change them, its queries |
//! | [`runner`] | follows the ledger, tells how far it has come, rebuilds |
//! | [`Projections`] | all read models together, as `comptoir serve` runs them |

pub mod disputes;
pub mod documents;
pub mod history;
pub mod licences;
mod listing;
pub mod orders;
pub mod persons;
pub mod products;
pub mod promotions;
mod read_model;
pub mod refunds;
pub mod reviews;
pub mod runner;
#[cfg(test)]
mod testing;
mod text;

pub use listing::{ListPage, PageLimit, PageLimitError, PageRequest, QueryError, Side};
pub use read_model::{Projections, ReadModel, UnknownReadModel, statuses};
pub use runner::status::{
    ProjectionStatus, QuarantineStanding, QuarantinedStream, StuckProjection, UnfinishedRebuild,
};
pub use runner::{
    Beginning, Behind, ChangeMark, Difference, Gate, Lanes, Misfit, RebuildError, RebuildOptions,
    RebuildProgress, RebuildReport, RebuildStage, Release, RowDifference, Sides, StaleStreams, Standing,
    WaitOutcome,
};
