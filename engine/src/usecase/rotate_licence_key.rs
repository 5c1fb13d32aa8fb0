//! A holder replaces the key of a licence.

use std::sync::Arc;

use comptoir_domain::licence::{Licence, LicenceCommand, LicenceError};
use comptoir_domain::values::LicenceId;
use comptoir_ledger::Loaded;
use serde::{Deserialize, Serialize};

use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;

/// What is recorded for a repeat of the request: the key is opened anew.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Recorded {
    pub(super) licence_id: LicenceId,
}

impl Engine {
    /// Gives a licence a new key. The one before is worth nothing from then on; the licence's devices stay active.
    #[tracing::instrument(name = "engine.licence.rotate_key", skip_all, fields(%licence_id))]
    pub async fn rotate_licence_key(
        &self,
        request: &RequestContext,
        licence_id: LicenceId,
    ) -> Result<Answered<Arc<Loaded<Licence>>>, UseCaseError> {
        let first = async {
            let licence = self.fresh_licence(licence_id).await?;
            let held = licence.state.held().ok_or(LicenceError::NotFound)?;
            self.refuse_erased(request.actor.person_id).await?;
            let command = LicenceCommand::RotateKey {
                actor: request.actor.clone(),
                key: self.new_licence_key(held.holder_id).await?,
                at: self.now(),
            };
            self.append_to_licence(request, "rotate_licence_key", licence_id, command)
                .await
        };
        let rotated = self.once(request, "rotate_licence_key", first).await?;
        self.answered_licence(rotated).await
    }

    /// Appends what follows from a command that may only take effect once for each idempotency key.
    pub(super) async fn append_to_licence(
        &self,
        request: &RequestContext,
        operation: &'static str,
        licence_id: LicenceId,
        command: LicenceCommand,
    ) -> Result<Answered<Recorded>, UseCaseError> {
        let answer = Recorded { licence_id };
        let recorded =
            serde_json::to_string(&answer).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let change = self
            .change_licence(licence_id, command, &request.metadata(), |append| {
                match request.recording(operation, recorded.clone()) {
                    Some(idempotency) => append.idempotent(idempotency),
                    None => append,
                }
            })
            .await?;
        Ok(Answered::first(answer, change.position))
    }

    pub(super) async fn answered_licence(
        &self,
        answered: Answered<Recorded>,
    ) -> Result<Answered<Arc<Loaded<Licence>>>, UseCaseError> {
        Ok(Answered {
            answer: self.fresh_licence(answered.answer.licence_id).await?,
            position: answered.position,
            occasion: answered.occasion,
        })
    }
}
