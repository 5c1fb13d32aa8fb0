//! Every node forgets the keys of those who are erased, and of documents that are no longer kept, whichever node erased them.
//!
//! A key that was used lately stays in a node's memory for a while. Who follows the ledger here shortens that while to about
//! a second; it is bounded by the vault itself, should this not get through.

use std::time::Duration;

use comptoir_domain::person::PersonEvent;
use comptoir_domain::values::{DocumentId, SubjectId};
use comptoir_ledger::{Filter, Position, RecordedEvent};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::policy::decode;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// How often it is looked for those who were erased, if there are new events at all.
const PACE: Duration = Duration::from_secs(1);
/// How many of them are taken at once.
const PAGE_EVENTS: usize = 100;
/// The event by which a document is forgotten.
const RETENTION_ENDED: &str = "document.retention_ended";

impl Engine {
    /// Follows who is erased from now on, until `stop`.
    pub(super) async fn follow_erasures(&self, stop: CancellationToken) {
        let persons = PersonEvent::WIRE.iter().map(|(name, _)| *name);
        let filter = Filter::types(persons.chain([RETENTION_ENDED]));
        let mut through = self.ledger.horizon();
        let mut ticks = tokio::time::interval(PACE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            match self.forget_erased(through, &filter).await {
                Ok(reached) => through = reached,
                Err(error) => {
                    tracing::warn!(%error, "it is not known who was erased; keys in memory end by themselves");
                }
            }
        }
    }

    /// Forgets the keys of those who were erased behind a position, and says how far it has come. Destroying them once more
    /// does no harm, and keeps a key that is not destroyed yet from coming back into memory.
    async fn forget_erased(&self, mut through: Position, filter: &Filter) -> Result<Position, UseCaseError> {
        loop {
            let page = self.ledger.read_page(through, filter, PAGE_EVENTS).await?;
            for event in &page.events {
                self.vault.destroy(subject_of(event)?).await?;
            }
            if page.through == through {
                return Ok(through);
            }
            through = page.through;
        }
    }
}

/// Whose key ends by an event.
fn subject_of(event: &RecordedEvent) -> Result<SubjectId, UseCaseError> {
    if event.event_type == RETENTION_ENDED {
        let id = event.aggregate_id().map(DocumentId::from_uuid);
        let unreadable = || UseCaseError::Unreadable(event.stream.clone());
        return id.map(SubjectId::from).ok_or_else(unreadable);
    }
    let PersonEvent::Erased(erased) = decode(event)?;
    Ok(erased.person_id.into())
}
