//! The caller of a request, and who may call what.

use std::marker::PhantomData;
use std::ops::Deref;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use comptoir_domain::values::{Actor, PersonId, Role};

use crate::http::problem::{Problem, ProblemKind};

/// The person a verified token speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller(pub(crate) Actor);

impl Caller {
    pub(crate) fn person_id(&self) -> PersonId {
        self.0.person_id
    }

    pub(crate) fn is(&self, role: Role) -> bool {
        self.0.is(role)
    }

    /// Whether the caller sees everything.
    pub(crate) fn sees_all(&self) -> bool {
        self.is(Role::Admin) || self.is(Role::Auditor)
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let caller = parts.extensions.get::<Self>().cloned();
        caller
            .ok_or_else(|| Problem::new(ProblemKind::Internal).cause("the route has no authentication layer"))
    }
}

/// Those who may call a route.
pub(crate) trait Audience: Send {
    /// Any of these roles will do.
    const ROLES: &'static [Role];
}

macro_rules! audiences {
    ($($(#[$meta:meta])* $name:ident = [$($role:ident),+];)+) => {$(
        $(#[$meta])*
        #[derive(Debug)]
        pub(crate) struct $name;

        impl Audience for $name {
            const ROLES: &'static [Role] = &[$(Role::$role),+];
        }
    )+};
}

audiences! {
    /// Those who buy.
    Buyers = [Buyer];
    /// Those who buy, and those who act for the platform.
    BuyersAndAdmins = [Buyer, Admin];
    /// Those who sell, and those who act for the platform.
    Sellers = [Seller, Admin];
    /// Those who sell, and those who see everything.
    SellersAndAuditors = [Seller, Admin, Auditor];
    /// Those who see everything.
    Overseers = [Admin, Auditor];
    /// Those who act for the platform.
    Admins = [Admin];
    /// Everybody who may change something.
    Participants = [Buyer, Seller, Admin];
    /// Everybody with a role.
    Readers = [Buyer, Seller, Admin, Auditor];
}

/// A caller who has a role of the audience; others get 403.
#[derive(Debug)]
pub(crate) struct CallerAs<A>(Caller, PhantomData<A>);

impl<A> Deref for CallerAs<A> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<S: Sync, A: Audience> FromRequestParts<S> for CallerAs<A> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let caller = Caller::from_request_parts(parts, state).await?;
        if A::ROLES.iter().any(|role| caller.is(*role)) {
            return Ok(Self(caller, PhantomData));
        }
        let roles: Vec<&str> = A::ROLES.iter().map(|role| role_name(*role)).collect();
        Err(Problem::new(ProblemKind::Forbidden).detail(format!("a role is needed: {}", roles.join(", "))))
    }
}

/// The name of a role as tokens have it.
pub(crate) const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Buyer => "buyer",
        Role::Seller => "seller",
        Role::Admin => "admin",
        Role::Auditor => "auditor",
    }
}
