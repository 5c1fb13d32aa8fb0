//! Noting what became of one document: decided on its stream, appended to it, and tried again if it moved.

use comptoir_domain::document::DocumentCommand;
use comptoir_domain::values::DocumentId;
use comptoir_ledger::{Append, Metadata};

use crate::aggregates::Attempts;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// Whether a command to a document had an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It had.
    Now,
    /// It had had it before.
    Before,
}

impl Engine {
    /// Carries out a command that concerns one document alone.
    pub(crate) async fn change_document(
        &self,
        document_id: DocumentId,
        command: DocumentCommand,
        metadata: &Metadata,
    ) -> Result<Effect, UseCaseError> {
        let id = document_id.as_uuid();
        let mut attempts = Attempts::new();
        loop {
            let document = self.documents.get(id, attempts.freshness()).await?;
            let events = match document.decide(command.clone()) {
                Ok(events) if !events.is_empty() => events,
                _ if attempts.confirm() => continue,
                Ok(_) => return Ok(Effect::Before),
                Err(refused) => return Err(refused.into()),
            };
            let append = Append::new(metadata).write(&document, &events, self.ledger.ids());
            match self.ledger.append(append).await {
                Ok(_) => {
                    self.documents.remember_after(document, &events);
                    return Ok(Effect::Now);
                }
                Err(failed) => {
                    let forget = || self.documents.forget(id);
                    self.retry_after(failed, &mut attempts, forget).await?;
                }
            }
        }
    }
}
