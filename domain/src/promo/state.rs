//! What the decisions about a promotion need to know.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::error::PromoRefusal;
use super::event::{PromoCreated, PromoEvent, UseCount};
use super::terms::PromoTerms;
use crate::values::{OrderId, PersonId, PromoCode, PromoId};

/// Where a promotion stands. Whether its time has come is asked of its terms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PromoState {
    /// Not there.
    #[default]
    Absent,
    /// In use.
    Active(PromoFacts),
    /// Ended; orders that have it keep it.
    Deactivated(PromoFacts),
}

/// What is known of a promotion once it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromoFacts {
    /// The promotion.
    pub promo_id: PromoId,
    /// What buyers type.
    pub code: PromoCode,
    /// What it is worth, and where.
    pub terms: PromoTerms,
    /// Who made it.
    pub created_by: PersonId,
    /// The orders that use it now.
    pub uses: BTreeMap<OrderId, PromoUse>,
    /// How many of them count towards the caps, in all and by buyer.
    counted: u32,
    counted_by_buyer: BTreeMap<PersonId, u32>,
}

/// An order's use of a promotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromoUse {
    /// Who buys.
    pub buyer_id: PersonId,
    /// How far the order is.
    pub standing: UseStanding,
}

/// How far an order with a promotion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UseStanding {
    /// Placed.
    Reserved,
    /// Paid.
    Redeemed(UseCount),
}

impl PromoState {
    /// What is known, if the promotion exists.
    pub const fn facts(&self) -> Option<&PromoFacts> {
        match self {
            Self::Absent => None,
            Self::Active(facts) | Self::Deactivated(facts) => Some(facts),
        }
    }

    /// Its facts, if a new order of a buyer may use it now.
    pub fn usable(&self, buyer_id: PersonId, at: DateTime<Utc>) -> Result<&PromoFacts, PromoRefusal> {
        let facts = match self {
            Self::Absent => return Err(PromoRefusal::Unknown),
            Self::Deactivated(_) => return Err(PromoRefusal::Deactivated),
            Self::Active(facts) => facts,
        };
        let PromoTerms {
            starts_at, ends_at, ..
        } = facts.terms;
        if at < starts_at {
            return Err(PromoRefusal::NotStarted { starts_at });
        }
        if let Some(ended_at) = ends_at.filter(|ends_at| *ends_at <= at) {
            return Err(PromoRefusal::Ended { ended_at });
        }
        facts.room_for(buyer_id)?;
        Ok(facts)
    }

    fn map(self, change: impl FnOnce(PromoFacts) -> PromoFacts) -> Self {
        match self {
            Self::Absent => Self::Absent,
            Self::Active(facts) => Self::Active(change(facts)),
            Self::Deactivated(facts) => Self::Deactivated(change(facts)),
        }
    }
}

impl PromoFacts {
    /// How many orders count towards the caps.
    pub const fn counted(&self) -> u32 {
        self.counted
    }

    /// How many orders of a buyer do.
    pub fn counted_of(&self, buyer_id: PersonId) -> u32 {
        self.counted_by_buyer.get(&buyer_id).copied().unwrap_or_default()
    }

    /// Whether the caps leave room for another order of a buyer.
    pub fn room_for(&self, buyer_id: PersonId) -> Result<(), PromoRefusal> {
        let reached = |count: u32, cap: Option<u32>| cap.is_some_and(|cap| count >= cap);
        if reached(self.counted, self.terms.uses_max) {
            return Err(PromoRefusal::Exhausted);
        }
        if reached(self.counted_of(buyer_id), self.terms.uses_per_buyer_max) {
            return Err(PromoRefusal::BuyerLimit);
        }
        Ok(())
    }

    fn created(created: &PromoCreated) -> Self {
        Self {
            promo_id: created.promo_id,
            code: created.code.clone(),
            terms: created.terms.clone(),
            created_by: created.created_by,
            uses: BTreeMap::new(),
            counted: 0,
            counted_by_buyer: BTreeMap::new(),
        }
    }

    /// The same with this use of an order, or without one.
    fn with_use(mut self, order_id: OrderId, now: Option<PromoUse>) -> Self {
        let before = match now {
            Some(now) => self.uses.insert(order_id, now),
            None => self.uses.remove(&order_id),
        };
        if let Some(before) = before.filter(PromoUse::counts) {
            self.counted -= 1;
            if let Some(of_buyer) = self.counted_by_buyer.get_mut(&before.buyer_id) {
                *of_buyer -= 1;
            }
            if self.counted_of(before.buyer_id) == 0 {
                self.counted_by_buyer.remove(&before.buyer_id);
            }
        }
        if let Some(now) = now.filter(PromoUse::counts) {
            self.counted += 1;
            *self.counted_by_buyer.entry(now.buyer_id).or_default() += 1;
        }
        self
    }
}

impl PromoUse {
    fn counts(&self) -> bool {
        match self.standing {
            UseStanding::Reserved | UseStanding::Redeemed(UseCount::WithinCaps) => true,
            UseStanding::Redeemed(UseCount::BeyondCaps) => false,
        }
    }
}

/// The state after an event.
pub(super) fn evolve(state: PromoState, event: &PromoEvent) -> PromoState {
    match event {
        PromoEvent::Created(created) => PromoState::Active(PromoFacts::created(created)),
        PromoEvent::Reserved(reserved) => state.map(|facts| {
            let now = PromoUse {
                buyer_id: reserved.buyer_id,
                standing: UseStanding::Reserved,
            };
            facts.with_use(reserved.order_id, Some(now))
        }),
        PromoEvent::Redeemed(redeemed) => state.map(|facts| {
            let now = PromoUse {
                buyer_id: redeemed.buyer_id,
                standing: UseStanding::Redeemed(redeemed.count),
            };
            facts.with_use(redeemed.order_id, Some(now))
        }),
        PromoEvent::Released(released) => state.map(|facts| facts.with_use(released.order_id, None)),
        PromoEvent::Deactivated(_) => match state {
            PromoState::Absent => PromoState::Absent,
            PromoState::Active(facts) | PromoState::Deactivated(facts) => PromoState::Deactivated(facts),
        },
    }
}
