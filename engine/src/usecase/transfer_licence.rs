//! A holder passes a licence on.

use std::sync::Arc;

use comptoir_domain::licence::{KeyFacts, Licence, LicenceCommand, LicenceError};
use comptoir_domain::values::{LicenceId, LicenceKey, PersonId, Sha256Hex};
use comptoir_ledger::Loaded;

use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

impl Engine {
    /// Passes a licence on to another person, in one step: they hold it from then on, with a new key that only they can
    /// see, and it is active on no device any more.
    #[tracing::instrument(name = "engine.licence.transfer", skip_all, fields(%licence_id))]
    pub async fn transfer_licence(
        &self,
        request: &RequestContext,
        licence_id: LicenceId,
        to: PersonId,
    ) -> Result<Answered<Arc<Loaded<Licence>>>, UseCaseError> {
        let first = async {
            let licence = self.fresh_licence(licence_id).await?;
            let transfer = |key| LicenceCommand::Transfer {
                actor: request.actor.clone(),
                to,
                key,
                at: self.now(),
            };
            let held = licence.state.held().ok_or(LicenceError::NotFound)?;
            let known = held.key.clone();
            // What is refused stores nothing, not even a key for the person it names.
            licence.decide(transfer(known.unwrap_or_else(no_key)))?;
            match self.refuse_erased(to).await {
                Err(UseCaseError::Erased) => return Err(UseCaseError::RecipientErased),
                otherwise => otherwise?,
            }
            let command = transfer(self.new_licence_key(to).await?);
            self.append_to_licence(request, "transfer_licence", licence_id, command)
                .await
        };
        let transferred = self.once(request, "transfer_licence", first).await?;
        self.answered_licence(transferred).await
    }
}

/// Stands for the key of a licence that has none, while it is only asked whether it may be passed on.
fn no_key() -> KeyFacts {
    KeyFacts {
        digest: Sha256Hex::from_bytes([0; 32]),
        hint: LicenceKey::from_entropy([0; 16]).hint(),
        sealed: None,
    }
}
