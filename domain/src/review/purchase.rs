//! The purchase that a review rests on: what an order says about a product its buyer wants to review.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::error::NotPurchased;
use crate::order::{LineBalance, OrderFacts, OrderState};
use crate::values::{OrderId, PersonId, ProductId};

/// A paid order that contains a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Purchase {
    /// The order.
    pub order_id: OrderId,
    /// Who sold the product.
    pub seller_id: PersonId,
    /// When it was paid.
    pub purchased_at: DateTime<Utc>,
}

/// Whether the money of a purchase is still where it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurchaseStanding {
    /// At least a part of it.
    Stands,
    /// All of it is back with the buyer.
    Undone(PurchaseUndone),
}

/// What brought all the money of a purchase back to the buyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseUndone {
    /// Refunds.
    Refunded,
    /// A dispute that was lost.
    ChargedBack,
}

impl PurchaseStanding {
    /// The name, as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stands => "stands",
            Self::Undone(PurchaseUndone::Refunded) => "refunded",
            Self::Undone(PurchaseUndone::ChargedBack) => "charged_back",
        }
    }

    /// The standing with that name.
    pub fn of_name(name: &str) -> Option<Self> {
        let undone = [PurchaseUndone::Refunded, PurchaseUndone::ChargedBack].map(Self::Undone);
        [Self::Stands]
            .into_iter()
            .chain(undone)
            .find(|standing| standing.as_str() == name)
    }
}

/// The purchase of a product by a person, as an order shows it: paid, with the product in it, and the money not all back.
pub fn purchase_of(
    order: &OrderState,
    buyer_id: PersonId,
    product_id: ProductId,
) -> Result<Purchase, NotPurchased> {
    let facts = order.facts().filter(|facts| facts.buyer_id == buyer_id);
    // Whose order it is concerns nobody else: a foreign order does not exist.
    let facts = facts.ok_or(NotPurchased::NoSuchOrder)?;
    let line = facts.lines.iter().find(|line| line.product_id == product_id);
    let line = line.ok_or(NotPurchased::NotInOrder)?;
    let purchased_at = paid_at(order).ok_or(NotPurchased::NotPaid)?;
    match standing_of(facts, product_id) {
        PurchaseStanding::Stands => Ok(Purchase {
            order_id: facts.order_id,
            seller_id: line.seller_id,
            purchased_at,
        }),
        PurchaseStanding::Undone(PurchaseUndone::Refunded) => Err(NotPurchased::Refunded),
        PurchaseStanding::Undone(PurchaseUndone::ChargedBack) => Err(NotPurchased::ChargedBack),
    }
}

/// Whether the money that was paid for a product is still here, by where the money of its lines is. It follows from how things
/// stand and not from how they came to, so that whatever is undone, the rating comes back.
///
/// One line that is not gone is enough. What was free goes with the rest of the order.
pub fn standing_of(order: &OrderFacts, product_id: ProductId) -> PurchaseStanding {
    let balances = order.balances();
    let has_money = |line: &&LineBalance| line.paid.amount > 0;
    let of_order: Vec<_> = balances.iter().filter(has_money).map(line_standing).collect();
    let of_product: Vec<_> = balances
        .iter()
        .zip(&order.lines)
        .filter(|(_, line)| line.product_id == product_id)
        .map(|(balance, _)| balance)
        .collect();
    if of_product.iter().any(|line| !has_money(line)) {
        return together(&of_order);
    }
    let of_product: Vec<_> = of_product.into_iter().map(line_standing).collect();
    together(&of_product)
}

/// Undone only if all of them are; by refunds only if all of them by refunds.
fn together(standings: &[PurchaseStanding]) -> PurchaseStanding {
    let refunded = PurchaseStanding::Undone(PurchaseUndone::Refunded);
    if standings.is_empty() || standings.contains(&PurchaseStanding::Stands) {
        PurchaseStanding::Stands
    } else if standings.iter().all(|standing| *standing == refunded) {
        refunded
    } else {
        PurchaseStanding::Undone(PurchaseUndone::ChargedBack)
    }
}

fn line_standing(line: &LineBalance) -> PurchaseStanding {
    let (paid, refunded, lost) = (line.paid.amount, line.refunded.amount, line.lost.amount);
    if refunded >= paid {
        PurchaseStanding::Undone(PurchaseUndone::Refunded)
    } else if refunded.saturating_add(lost) >= paid {
        PurchaseStanding::Undone(PurchaseUndone::ChargedBack)
    } else {
        PurchaseStanding::Stands
    }
}

fn paid_at(order: &OrderState) -> Option<DateTime<Utc>> {
    match order {
        OrderState::Paid(facts) => facts.paid_at,
        OrderState::Absent
        | OrderState::AwaitingPayment(_)
        | OrderState::Processing(_)
        | OrderState::PaymentFailed(_)
        | OrderState::Cancelled(_)
        | OrderState::Expired(_) => None,
    }
}
