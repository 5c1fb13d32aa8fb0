//! The pure rules of Comptoir: what may happen in a marketplace that sells licences, and what follows from it.
//!
//! Nothing here reads a clock, draws a random number, logs or touches a network: time, ids and prices arrive in
//! commands, and the same history always gives the same answer.
//!
//! ```
//! use comptoir_domain::{Decider, DomainEvent};
//! use comptoir_domain::product::{Product, ProductCommand, ProductError};
//! use comptoir_domain::values::{Actor, PersonId, ProductId, Role, Title};
//! use chrono::DateTime;
//! use uuid::Uuid;
//!
//! let seller = Actor { person_id: PersonId::from_uuid(Uuid::from_u128(1)), roles: vec![Role::Seller] };
//! let at = DateTime::UNIX_EPOCH;
//! let create = ProductCommand::Create {
//!     product_id: ProductId::from_uuid(Uuid::from_u128(2)),
//!     actor: seller.clone(),
//!     title: Title::try_new("Night Drive").unwrap(),
//!     description: None,
//!     at,
//! };
//! let events = Product::decide(&Default::default(), create).unwrap();
//! assert_eq!(events[0].event_type(), "product.created");
//!
//! // A product goes on sale only with something to sell.
//! let draft = Product::replay(&events);
//! let refused = Product::decide(&draft, ProductCommand::Publish { actor: seller, at });
//! assert_eq!(refused, Err(ProductError::NothingOffered));
//! ```
//!
//! # Map
//!
//! | module | holds |
//! | --- | --- |
//! | [`decider`] | the shape of every aggregate: decide, evolve; and of every event |
//! | [`product`] | what is offered, under which licences, and who has it alone |
//! | [`order`] | what was bought at which price, and whether it was paid |
//! | [`promo`] | what a code takes off the price, how often, and who has used it |
//! | [`licence`] | the right a buyer holds |
//! | [`refund`] | money on its way back |
//! | [`review`] | what a buyer says about a product they bought |
//! | [`invoicing`] | the numbers of invoices and credit notes, without gap |
//! | [`document`] | what stands on an invoice or credit note, and what became of it |
//! | [`locale`] | the languages of documents, each of which is one file |
//! | [`seller`] | who a seller is in the sense of tax law, and whether we may invoice in their name |
//! | [`person`] | that somebody's personal data was erased |
//! | [`projection`] | what operators decided about a read model: streams that it leaves out, differences that it may have |
//! | [`access`] | what auditors looked at |
//! | [`webhook`] | what the payment provider told us |
//! | [`policy`] | what follows from an event |
//! | [`tax`] | EU VAT: rates and references as dated data, place of supply, VAT ids |
//! | [`values`] | ids, money, texts and facts that are right by construction |
//! | [`wire`] | stored names and versions of events, upcasting |
//! | `testing` | given/when/then, behind the feature of that name |

pub mod access;
pub mod decider;
pub mod document;
pub mod invoicing;
pub mod licence;
pub mod locale;
pub mod order;
pub mod person;
pub mod policy;
pub mod product;
pub mod projection;
pub mod promo;
pub mod refund;
pub mod review;
pub mod seller;
pub mod tax;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod values;
pub mod webhook;
pub mod wire;

#[cfg(test)]
mod golden_tests;
pub use decider::{Decider, DecodeError, DomainEvent, UpcastError};
