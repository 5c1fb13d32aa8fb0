//! The decisions about a promotion.

use chrono::{DateTime, Utc};

use super::Promo;
use super::command::{CreatePromo, PromoCommand};
use super::error::{PromoError, PromoRefusal};
use super::event::{
    PromoCreated, PromoDeactivated, PromoEvent, PromoRedeemed, PromoReleased, PromoReserved, UseCount,
};
use super::state::{PromoFacts, PromoState, UseStanding};
use super::terms::{Benefit, PromoScope, PromoTerms};
use crate::values::{Actor, OrderId, PersonId, PromoId, Role};

type Decision = Result<Vec<PromoEvent>, PromoError>;

/// The events that follow from a command.
pub(super) fn decide(state: &PromoState, command: PromoCommand) -> Decision {
    match (state, command) {
        (PromoState::Absent, PromoCommand::Create(create)) => decide_create(create),
        (PromoState::Active(facts) | PromoState::Deactivated(facts), PromoCommand::Create(create)) => {
            let same = facts.terms == create.terms && facts.created_by == create.actor.person_id;
            if same {
                Ok(vec![])
            } else {
                Err(PromoError::AlreadyExists)
            }
        }
        (PromoState::Absent, PromoCommand::Reserve { .. }) => Err(PromoRefusal::Unknown.into()),
        (
            PromoState::Active(facts) | PromoState::Deactivated(facts),
            PromoCommand::Reserve {
                order_id,
                buyer_id,
                at,
            },
        ) => {
            if facts.uses.contains_key(&order_id) {
                return Ok(vec![]);
            }
            state.usable(buyer_id, at)?;
            Ok(vec![
                PromoReserved {
                    order_id,
                    buyer_id,
                    at,
                }
                .into(),
            ])
        }
        (
            PromoState::Active(facts) | PromoState::Deactivated(facts),
            PromoCommand::Redeem {
                order_id,
                buyer_id,
                at,
            },
        ) => Ok(decide_redeem(facts, order_id, buyer_id, at)),
        (
            PromoState::Active(facts) | PromoState::Deactivated(facts),
            PromoCommand::Release { order_id, reason, at },
        ) => {
            if facts.uses.contains_key(&order_id) {
                Ok(vec![PromoReleased { order_id, reason, at }.into()])
            } else {
                Ok(vec![])
            }
        }
        (PromoState::Active(facts), PromoCommand::Deactivate { actor, at }) => {
            facts.only_for(&actor)?;
            let by = actor.person_id;
            Ok(vec![PromoDeactivated { by, at }.into()])
        }
        (PromoState::Deactivated(facts), PromoCommand::Deactivate { actor, at: _ }) => {
            facts.only_for(&actor)?;
            Ok(vec![])
        }
        (
            PromoState::Absent,
            PromoCommand::Redeem { .. } | PromoCommand::Release { .. } | PromoCommand::Deactivate { .. },
        ) => Err(PromoError::NotFound),
    }
}

fn decide_create(create: CreatePromo) -> Decision {
    sound(&create.terms)?;
    known_and_own(&create)?;
    let CreatePromo {
        code,
        terms,
        actor,
        at,
        ..
    } = create;
    Ok(vec![
        PromoCreated {
            promo_id: PromoId::of_code(&code),
            code,
            terms,
            created_by: actor.person_id,
            at,
        }
        .into(),
    ])
}

/// Whether the terms make sense by themselves.
fn sound(terms: &PromoTerms) -> Result<(), PromoError> {
    let currency = match terms.benefit {
        Benefit::Percent { basis_points } if basis_points.get() > 0 => None,
        Benefit::Fixed { amount } if amount.amount > 0 => Some(amount.currency),
        Benefit::Percent { .. } | Benefit::Fixed { .. } => return Err(PromoError::NothingOff),
    };
    if terms.ends_at.is_some_and(|ends_at| ends_at <= terms.starts_at) {
        return Err(PromoError::EndsBeforeStart);
    }
    if terms.uses_max == Some(0) || terms.uses_per_buyer_max == Some(0) {
        return Err(PromoError::NoUses);
    }
    let minimum_fits = terms.minimum.is_none_or(|minimum| {
        minimum.amount > 0 && currency.is_none_or(|currency| currency == minimum.currency)
    });
    if !minimum_fits {
        return Err(PromoError::WrongMinimum);
    }
    let size_fits = match &terms.scope {
        PromoScope::Everything => true,
        PromoScope::Products { product_ids } => (1..=Promo::SCOPE_LIMIT).contains(&product_ids.len()),
        PromoScope::Sellers { seller_ids } => (1..=Promo::SCOPE_LIMIT).contains(&seller_ids.len()),
    };
    if size_fits {
        Ok(())
    } else {
        Err(PromoError::ScopeSize)
    }
}

/// Whether all products exist, and are the actor's where the actor is no admin.
fn known_and_own(create: &CreatePromo) -> Result<(), PromoError> {
    let unknown = |product_id: &_| !create.product_sellers.contains_key(product_id);
    if let Some(product_id) = create.terms.scope.products().find(unknown) {
        return Err(PromoError::UnknownProduct(product_id));
    }
    let own = |owner: &PersonId| create.actor.may_act_for(*owner, Role::Seller);
    let allowed = match &create.terms.scope {
        PromoScope::Everything => create.actor.is(Role::Admin),
        PromoScope::Products { .. } => create.product_sellers.values().all(own),
        PromoScope::Sellers { seller_ids } => seller_ids.iter().all(own),
    };
    if allowed {
        Ok(())
    } else {
        Err(PromoError::NotYours)
    }
}

/// Money has come for the order, so that its price holds whatever has become of the promotion.
fn decide_redeem(
    facts: &PromoFacts,
    order_id: OrderId,
    buyer_id: PersonId,
    at: DateTime<Utc>,
) -> Vec<PromoEvent> {
    let redeemed = |count| {
        PromoEvent::from(PromoRedeemed {
            order_id,
            buyer_id,
            count,
            at,
        })
    };
    match facts.uses.get(&order_id).map(|held| held.standing) {
        Some(UseStanding::Reserved) => vec![redeemed(UseCount::WithinCaps)],
        Some(UseStanding::Redeemed(_)) => vec![],
        None => match facts.room_for(buyer_id) {
            Ok(()) => vec![
                PromoReserved {
                    order_id,
                    buyer_id,
                    at,
                }
                .into(),
                redeemed(UseCount::WithinCaps),
            ],
            Err(_) => vec![redeemed(UseCount::BeyondCaps)],
        },
    }
}

impl PromoFacts {
    fn only_for(&self, actor: &Actor) -> Result<(), PromoError> {
        if actor.may_act_for(self.created_by, Role::Seller) {
            Ok(())
        } else {
            Err(PromoError::NotYours)
        }
    }
}
