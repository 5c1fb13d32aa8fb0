//! Who asks: a person with roles.

use serde::{Deserialize, Serialize};

use super::ids::PersonId;

/// What a person may do, from their token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Buys, and sees their own orders and licences.
    Buyer,
    /// Offers products, and sees what concerns them.
    Seller,
    /// Acts for the platform.
    Admin,
    /// Reads everything, changes nothing.
    Auditor,
}

/// The person who asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub person_id: PersonId,
    /// In which roles.
    pub roles: Vec<Role>,
}

impl Actor {
    /// Whether the person has a role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether the person may act on what the owner owns: the owner in the role that owning takes, or an admin.
    pub fn may_act_for(&self, owner: PersonId, role: Role) -> bool {
        self.is(Role::Admin) || (self.is(role) && self.person_id == owner)
    }
}
