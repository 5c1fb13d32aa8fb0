//! The decisions about a seller.

use super::command::{IdentifySeller, SellerCommand};
use super::error::SellerError;
use super::event::{SellerEvent, SellerIdentified, SellerMandateAccepted, SellerMandateWithdrawn};
use super::state::{SellerFacts, SellerState};
use crate::values::{Actor, PersonId, Role, SellerId, SubjectId};

type Decision = Result<Vec<SellerEvent>, SellerError>;

/// The events that follow from a command.
pub(super) fn decide(state: &SellerState, command: SellerCommand) -> Decision {
    match (state, command) {
        (SellerState::Absent, SellerCommand::Identify(identify)) => decide_identify(identify),
        (
            SellerState::Identified(facts) | SellerState::Mandating(facts, _),
            SellerCommand::Identify(identify),
        ) => {
            if facts.says_the_same(&identify) {
                only_for(facts.seller_id, &identify.actor).map(|()| vec![])
            } else {
                decide_identify(identify)
            }
        }
        (
            SellerState::Absent,
            SellerCommand::AcceptMandate { .. } | SellerCommand::WithdrawMandate { .. },
        ) => Err(SellerError::NotIdentified),
        (
            SellerState::Mandating(facts, mandate),
            SellerCommand::AcceptMandate {
                text_hash,
                version,
                actor,
                at: _,
            },
        ) if mandate.text_hash == text_hash && mandate.version == version => {
            only_for(facts.seller_id, &actor).map(|()| vec![])
        }
        (
            SellerState::Identified(facts) | SellerState::Mandating(facts, _),
            SellerCommand::AcceptMandate {
                text_hash,
                version,
                actor,
                at,
            },
        ) => {
            let seller_id = facts.seller_id;
            only_for(seller_id, &actor)?;
            Ok(vec![
                SellerMandateAccepted {
                    seller_id,
                    text_hash,
                    version,
                    by: actor.person_id,
                    at,
                }
                .into(),
            ])
        }
        (SellerState::Identified(facts), SellerCommand::WithdrawMandate { actor, at: _ }) => {
            only_for(facts.seller_id, &actor).map(|()| vec![])
        }
        (SellerState::Mandating(facts, _), SellerCommand::WithdrawMandate { actor, at }) => {
            let seller_id = facts.seller_id;
            only_for(seller_id, &actor)?;
            let by = actor.person_id;
            Ok(vec![SellerMandateWithdrawn { seller_id, by, at }.into()])
        }
    }
}

fn decide_identify(identify: IdentifySeller) -> Decision {
    let IdentifySeller {
        seller_id,
        identity,
        country,
        vat,
        actor,
        at,
    } = identify;
    only_for(seller_id, &actor)?;
    if identity.subject != SubjectId::from(PersonId::from(seller_id)) {
        return Err(SellerError::SealedForAnother);
    }
    Ok(vec![
        SellerIdentified {
            seller_id,
            identity,
            country,
            vat,
            by: actor.person_id,
            at,
        }
        .into(),
    ])
}

fn only_for(seller_id: SellerId, actor: &Actor) -> Result<(), SellerError> {
    if actor.may_act_for(seller_id.into(), Role::Seller) {
        Ok(())
    } else {
        Err(SellerError::NotYours)
    }
}

impl SellerFacts {
    fn says_the_same(&self, identify: &IdentifySeller) -> bool {
        self.seller_id == identify.seller_id
            && self.identity == identify.identity
            && self.country == identify.country
            && self.vat == identify.vat
    }
}
