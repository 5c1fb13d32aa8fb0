//! Who calls: bearer tokens, verified on every route but the public ones.

mod caller;
mod key_set;
mod layer;
mod noted;
mod token;

pub(crate) use caller::{
    Admins, Audience, Buyers, BuyersAndAdmins, Caller, CallerAs, Overseers, Participants, Readers, Sellers,
    SellersAndAuditors,
};
pub(crate) use layer::require_token;
pub use token::{Authenticator, MintError, TokenError, mint};
