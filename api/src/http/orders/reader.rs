//! Who reads an order, and what of it they may see.

use comptoir_domain::values::{PersonId, Role};
use comptoir_projections::orders::OrderView;

use crate::http::auth::Caller;

/// Who reads an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// Its buyer, or an admin: everything.
    OwnerOrAdmin,
    /// An auditor: everything but the person.
    Auditor,
    /// One of its sellers: their lines.
    Seller(PersonId),
}

impl Reader {
    /// What the caller is to the order; none, if it does not concern them.
    pub(super) fn of(caller: &Caller, view: &OrderView) -> Option<Self> {
        let person_id = caller.person_id();
        if caller.is(Role::Admin) || (caller.is(Role::Buyer) && view.order.buyer_id == person_id) {
            Some(Self::OwnerOrAdmin)
        } else if caller.is(Role::Auditor) {
            Some(Self::Auditor)
        } else {
            let sells = caller.is(Role::Seller) && view.lines.iter().any(|line| line.seller_id == person_id);
            sells.then_some(Self::Seller(person_id))
        }
    }

    /// Whether a line of this seller is theirs to see.
    pub(super) fn sees_lines_of(self, seller_id: PersonId) -> bool {
        match self {
            Self::OwnerOrAdmin | Self::Auditor => true,
            Self::Seller(person_id) => person_id == seller_id,
        }
    }
}
