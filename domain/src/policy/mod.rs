//! Policies: what follows from an event. Pure functions; the engine's workers carry the instructions out, at least
//! once, with ids that make a repeat harmless.
//!
//! Some things follow at once and not later, in one append with their cause: an order moves together with the exclusive right
//! it holds ([`exclusive_moves`]), with the licences it upgrades ([`upgrade_moves`]) and with its use of a promotion code
//! ([`promo_moves`]), so that no other order can come between; a licence that is taken back gives back what it had taken
//! ([`claims`]), so that no two are live that exclude each other; what is paid has its licences ([`licences_with`]), and what a licence gives access to is delivered
//! ([`delivery_with`]), so that no crash can come between.

mod claims;
mod deliveries;
mod documents;
mod exclusives;
mod instruction;
mod licence_causes;
mod licences;
mod on_order;
mod on_person;
mod on_refund;
mod on_seller;
mod on_webhook;
mod promotions;
mod reviews;
mod rights;
#[cfg(test)]
mod tests;
mod upgrades;

pub use claims::{Claims, claims, from_base};
pub use deliveries::delivery_with;
pub use documents::{DocumentInstruction, documents_after_order_event};
pub use exclusives::{ExclusiveMove, exclusive_moves};
pub use instruction::{Instruction, Notice};
pub use licence_causes::licence_causes;
pub use licences::{LICENCES_WITH_PAYMENT_MAX, licences_with};
pub use on_order::{on_order_event, refunds_after_order_event};
pub use on_person::on_person_event;
pub use on_refund::on_refund_event;
pub use on_seller::on_seller_event;
pub use on_webhook::{on_dispute_read, on_payment_read, on_refund_read, on_webhook};
pub use promotions::{PromoMove, promo_moves};
pub use reviews::reviews_after_order_event;
pub use upgrades::{UpgradeMove, upgrade_base, upgrade_moves};
