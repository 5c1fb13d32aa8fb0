//! What becomes of a licence when its holder buys a bigger one of the same product for the difference.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::event::{LicenceEvent, LicenceSuperseded, UpgradeReleased, UpgradeReserved};
use super::state::HeldLicence;
use super::{LicenceCommand, LicenceError};
use crate::values::{LicenceId, OrderId, PersonId};

/// Whether a bigger licence takes, or has taken, the place of this one. One order can do so at a time, which is decided
/// here, in the stream of the licence that is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Succession {
    /// None does.
    #[default]
    Open,
    /// An order that waits for its payment will.
    Reserved {
        /// The order.
        order_id: OrderId,
    },
    /// One has. This licence has ended, and comes back should that one be taken back.
    Superseded {
        /// The order.
        order_id: OrderId,
        /// The bigger licence.
        by: LicenceId,
    },
}

impl Succession {
    /// The order that upgrades, or has upgraded, the licence.
    pub const fn order_id(self) -> Option<OrderId> {
        match self {
            Self::Open => None,
            Self::Reserved { order_id } | Self::Superseded { order_id, by: _ } => Some(order_id),
        }
    }

    /// The bigger licence that has taken its place.
    pub const fn superseded_by(self) -> Option<LicenceId> {
        match self {
            Self::Open | Self::Reserved { .. } => None,
            Self::Superseded { order_id: _, by } => Some(by),
        }
    }
}

/// Why an order no longer upgrades a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpgradeReleaseReason {
    /// The order was closed before it was paid.
    NotPaid,
    /// The bigger licence was taken back.
    TakenBack,
}

/// What an order that upgrades a licence asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpgradeStep {
    /// It was placed, by this person, who must hold the licence.
    Reserve {
        /// The buyer.
        buyer_id: PersonId,
    },
    /// The bigger licence takes its place. An order that had to let go may take it again, if it is still the same person's.
    Supersede {
        /// The buyer.
        buyer_id: PersonId,
        /// The bigger licence.
        by: LicenceId,
    },
    /// The order lets go of it.
    Release(UpgradeReleaseReason),
}

impl UpgradeStep {
    /// The command for an order.
    pub const fn of_order(self, order_id: OrderId, at: DateTime<Utc>) -> LicenceCommand {
        LicenceCommand::Upgrade {
            order_id,
            step: self,
            at,
        }
    }
}

/// A release concerns what the order has, and nothing else; what was paid for is only given back with its licence.
pub(super) fn upgrade(
    held: &HeldLicence,
    order_id: OrderId,
    step: UpgradeStep,
    at: DateTime<Utc>,
) -> Result<Vec<LicenceEvent>, LicenceError> {
    let is_elsewhere = held.succession.order_id().is_some_and(|other| other != order_id);
    match (step, held.succession) {
        (UpgradeStep::Release(_), Succession::Open) => Ok(vec![]),
        (UpgradeStep::Release(_), _) if is_elsewhere => Ok(vec![]),
        (UpgradeStep::Release(UpgradeReleaseReason::NotPaid), Succession::Superseded { .. }) => {
            Err(LicenceError::BeingUpgraded)
        }
        (UpgradeStep::Release(reason), Succession::Reserved { .. } | Succession::Superseded { .. }) => {
            Ok(vec![UpgradeReleased { order_id, reason, at }.into()])
        }
        (UpgradeStep::Reserve { .. } | UpgradeStep::Supersede { .. }, _) if is_elsewhere => {
            Err(LicenceError::BeingUpgraded)
        }
        (UpgradeStep::Reserve { .. }, Succession::Reserved { .. } | Succession::Superseded { .. })
        | (UpgradeStep::Supersede { .. }, Succession::Superseded { .. }) => Ok(vec![]),
        (UpgradeStep::Reserve { buyer_id }, Succession::Open) => {
            held.only_held_by(buyer_id)?;
            held.only_live(at)?;
            Ok(vec![UpgradeReserved { order_id, at }.into()])
        }
        (UpgradeStep::Supersede { buyer_id, by }, Succession::Open | Succession::Reserved { .. }) => {
            held.only_held_by(buyer_id)?;
            Ok(vec![LicenceSuperseded { order_id, by, at }.into()])
        }
    }
}

impl HeldLicence {
    fn only_held_by(&self, person_id: PersonId) -> Result<(), LicenceError> {
        if self.holder_id == person_id {
            Ok(())
        } else {
            Err(LicenceError::NotYours)
        }
    }
}
