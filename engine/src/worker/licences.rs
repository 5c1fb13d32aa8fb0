//! Licences are issued once each, whatever is repeated or restarted: with the payment of their order, and where they are
//! too many for that, right after it. A licence's stream and its event's id both follow from the order, its line and the
//! unit. Its key is drawn anew at each attempt; the one that is recorded first stays, and nobody has seen the others.

use comptoir_domain::licence::{Licence, LicenceCommand, LicenceEvent, LicenceGrant, LicenceState};
use comptoir_domain::{Decider, DomainEvent};
use comptoir_ledger::{Append, AppendError, ExpectedRevision, Metadata, StreamName};
use uuid::Uuid;

use crate::engine::Engine;
use crate::error::UseCaseError;

/// How many licences are issued in one append.
const LICENCES_PER_APPEND: usize = 100;

impl Engine {
    /// Issues licences, leaving out those that were issued before.
    pub(super) async fn issue_licences(
        &self,
        grants: Vec<LicenceGrant>,
        metadata: &Metadata,
    ) -> Result<(), UseCaseError> {
        for grants in grants.chunks(LICENCES_PER_APPEND) {
            if self.issue_together(grants, metadata).await? == Issued::SomeWereBefore && grants.len() > 1 {
                for grant in grants {
                    self.issue_together(std::slice::from_ref(grant), metadata).await?;
                }
            }
        }
        Ok(())
    }

    async fn issue_together(
        &self,
        grants: &[LicenceGrant],
        metadata: &Metadata,
    ) -> Result<Issued, UseCaseError> {
        let append = self.add_licences(Append::new(metadata), grants).await?;
        match self.ledger.append(append).await {
            Ok(_) => Ok(Issued::All),
            Err(AppendError::WrongExpectedRevision { .. } | AppendError::DuplicateEventId) => {
                Ok(Issued::SomeWereBefore)
            }
            Err(
                failed @ (AppendError::IdempotencyKeyUsed
                | AppendError::Invalid(_)
                | AppendError::Overloaded
                | AppendError::Unavailable { .. }
                | AppendError::OutcomeUnknown),
            ) => Err(failed.into()),
        }
    }

    /// Adds the issue of licences to an append.
    pub(crate) async fn add_licences(
        &self,
        mut append: Append,
        grants: &[LicenceGrant],
    ) -> Result<Append, UseCaseError> {
        for grant in grants {
            let id = grant.licence_id.as_uuid();
            let command = LicenceCommand::Issue {
                key: self.new_licence_key(grant.buyer_id).await?,
                grant: grant.clone(),
                at: self.now(),
            };
            let events = Licence::decide(&LicenceState::default(), command)
                .map_err(|error| UseCaseError::Unreadable(error.to_string()))?;
            append = append.write_with_ids(
                StreamName::of::<Licence>(id),
                ExpectedRevision::NoStream,
                &with_ids(id, events),
            );
        }
        Ok(append)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Issued {
    All,
    SomeWereBefore,
}

fn with_ids(licence: Uuid, events: Vec<LicenceEvent>) -> Vec<(Uuid, LicenceEvent)> {
    let id_of = |event: &LicenceEvent| Uuid::new_v5(&licence, event.event_type().as_bytes());
    events.into_iter().map(|event| (id_of(&event), event)).collect()
}
