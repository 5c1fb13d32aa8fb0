//! An admin has a person's data forgotten.
//!
//! First the event, then the key: should the engine die in between, the worker that follows the event destroys the key. The
//! answer is given when the key is gone. Before all that, what a business has bought is invoiced, since its invoice must name it.

use comptoir_domain::person::{Acquaintance, ErasedPerson, ErasureReason, PersonCommand, PersonError};
use comptoir_domain::values::PersonId;
use comptoir_ledger::Append;
use comptoir_projections::persons::query;
use serde::{Deserialize, Serialize};

use crate::aggregates::{Attempts, Freshness};
use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::idempotency::Answered;
use crate::vault::KeyStanding;

/// The answer: a person was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonErasure {
    /// The person.
    pub person_id: PersonId,
    /// When and why.
    pub erased: ErasedPerson,
}

/// What is recorded for a repeat of the request.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Recorded {
    person_id: PersonId,
}

impl Engine {
    /// Forgets the personal data of a person. Once more changes nothing, and answers what the first time did.
    #[tracing::instrument(name = "engine.person.erase", skip_all, fields(%person_id))]
    pub async fn erase_person(
        &self,
        request: &RequestContext,
        person_id: PersonId,
        acquaintance: Acquaintance,
        reason: Option<ErasureReason>,
    ) -> Result<Answered<PersonErasure>, UseCaseError> {
        let command = PersonCommand::Erase {
            person_id,
            acquaintance,
            actor: request.actor.clone(),
            reason,
            at: self.now(),
        };
        let first = self.append_erasure(request, person_id, command);
        let recorded = self.once(request, "erase_person", first).await?;
        self.vault.destroy(person_id.into()).await?;
        let erased = self.erasure(person_id).await?.ok_or(PersonError::NotFound)?;
        Ok(recorded.map(|Recorded { person_id }| PersonErasure { person_id, erased }))
    }

    /// When and why a person was erased, if they were.
    pub async fn erasure(&self, person_id: PersonId) -> Result<Option<ErasedPerson>, UseCaseError> {
        let person = self.persons.get(person_id.as_uuid(), Freshness::Fresh).await?;
        Ok(person.state.erased())
    }

    /// Whether anything is known of a person: a key, or an event that names them, as far as the read models have come.
    pub async fn acquaintance(&self, person_id: PersonId) -> Result<Acquaintance, UseCaseError> {
        let known = match self.vault.standing(person_id.into()).await? {
            KeyStanding::Held | KeyStanding::Destroyed => true,
            KeyStanding::Missing => query::is_known(self.ledger.pool(), person_id).await?,
        };
        Ok(if known {
            Acquaintance::Known
        } else {
            Acquaintance::Unknown
        })
    }

    /// Refuses what a person who was erased would begin anew.
    pub(crate) async fn refuse_erased(&self, person_id: PersonId) -> Result<(), UseCaseError> {
        match self.vault.standing(person_id.into()).await? {
            KeyStanding::Destroyed => Err(UseCaseError::Erased),
            KeyStanding::Held | KeyStanding::Missing => Ok(()),
        }
    }

    async fn append_erasure(
        &self,
        request: &RequestContext,
        person_id: PersonId,
        command: PersonCommand,
    ) -> Result<Answered<Recorded>, UseCaseError> {
        let answer = Recorded { person_id };
        let recorded =
            serde_json::to_string(&answer).map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
        let mut attempts = Attempts::new();
        loop {
            let person = self.persons.get(person_id.as_uuid(), Freshness::Fresh).await?;
            let events = person.decide(command.clone())?;
            if events.is_empty() {
                return Ok(Answered::unchanged(answer, self.ledger.horizon()));
            }
            let owing = self
                .invoice_before_erasure(person_id, &request.metadata())
                .await?;
            if !owing.is_empty() {
                return Err(UseCaseError::InvoicesOwed(owing));
            }
            let mut append = Append::new(&request.metadata()).write(&person, &events, self.ledger.ids());
            if let Some(idempotency) = request.recording("erase_person", recorded.clone()) {
                append = append.idempotent(idempotency);
            }
            match self.ledger.append(append).await {
                Ok(appended) => {
                    self.persons.remember_after(person, &events);
                    return Ok(Answered::first(answer, appended.position));
                }
                Err(failed) => {
                    let forget = || self.persons.forget(person_id.as_uuid());
                    self.retry_after(failed, &mut attempts, forget).await?;
                }
            }
        }
    }
}
