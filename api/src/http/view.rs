//! From whose side a list is read.

use comptoir_domain::values::Role;
use comptoir_projections::Side;
use serde::Deserialize;

use super::auth::Caller;
use super::problem::{Problem, ProblemKind};

/// From whose side a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum View {
    /// What the caller has bought.
    Buyer,
    /// What the caller has sold.
    Seller,
    /// Everything: for admins and auditors.
    All,
}

impl View {
    /// The side that was asked for, if the caller may take it; else the widest one that the caller has.
    pub(crate) fn of(wanted: Option<Self>, caller: &Caller) -> Result<Self, Problem> {
        let widest = if caller.sees_all() {
            Self::All
        } else if caller.is(Role::Buyer) {
            Self::Buyer
        } else {
            Self::Seller
        };
        let view = wanted.unwrap_or(widest);
        let allowed = match view {
            Self::Buyer => caller.is(Role::Buyer),
            Self::Seller => caller.is(Role::Seller),
            Self::All => caller.sees_all(),
        };
        if allowed {
            Ok(view)
        } else {
            Err(Problem::new(ProblemKind::Forbidden).detail("the caller's roles do not allow this view"))
        }
    }

    /// The same, as queries want it.
    pub(crate) fn side(self, caller: &Caller) -> Side {
        match self {
            Self::Buyer => Side::Buyer(caller.person_id()),
            Self::Seller => Side::Seller(caller.person_id()),
            Self::All => Side::All,
        }
    }
}
