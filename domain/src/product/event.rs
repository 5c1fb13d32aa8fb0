//! What can have happened to a product.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::decider::UpcastError;
use crate::values::{
    Description, FileContent, FileId, LicenceKind, LicenceTerms, Money, OfferId, OrderId, PersonId,
    ProductId, TaxCategory, Title, UseTerms,
};
use crate::wire_events;

wire_events! {
    /// An event of a product's stream.
    pub enum ProductEvent {
        /// A seller started it.
        Created(ProductCreated) => ("product.created", 1),
        /// Its title and description changed.
        Described(ProductDescribed) => ("product.described", 1),
        /// A licence is offered.
        OfferAdded(OfferAdded) => ("product.offer_added", 2, [without_use_terms]),
        /// An offer has a new price.
        OfferRepriced(OfferRepriced) => ("product.offer_repriced", 1),
        /// An offer was taken back.
        OfferWithdrawn(OfferWithdrawn) => ("product.offer_withdrawn", 1),
        /// Buyers will receive one more file.
        FileAttached(FileAttached) => ("product.file_attached", 2, [without_content]),
        /// It went on sale.
        Published(ProductPublished) => ("product.published", 1),
        /// It went off sale.
        Withdrawn(ProductWithdrawn) => ("product.withdrawn", 1),
        /// An order keeps the exclusive licence.
        ExclusiveReserved(ExclusiveReserved) => ("product.exclusive_reserved", 1),
        /// The exclusive licence is free again.
        ExclusiveReleased(ExclusiveReleased) => ("product.exclusive_released", 2, [not_paid]),
        /// The exclusive licence is sold.
        ExclusiveSold(ExclusiveSold) => ("product.exclusive_sold", 1),
    }
}

impl ProductEvent {
    /// When it happened.
    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Created(event) => event.at,
            Self::Described(event) => event.at,
            Self::OfferAdded(event) => event.at,
            Self::OfferRepriced(event) => event.at,
            Self::OfferWithdrawn(event) => event.at,
            Self::FileAttached(event) => event.at,
            Self::Published(event) => event.at,
            Self::Withdrawn(event) => event.at,
            Self::ExclusiveReserved(event) => event.at,
            Self::ExclusiveReleased(event) => event.at,
            Self::ExclusiveSold(event) => event.at,
        }
    }
}

/// A seller started a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCreated {
    /// The product.
    pub product_id: ProductId,
    /// Whose it is.
    pub seller_id: PersonId,
    /// Its title.
    pub title: Title,
    /// Its description.
    pub description: Option<Description>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Title and description changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductDescribed {
    /// The new title.
    pub title: Title,
    /// The new description.
    pub description: Option<Description>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A licence is offered at a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferAdded {
    /// The offer.
    pub offer_id: OfferId,
    /// What the licence allows.
    pub kind: LicenceKind,
    /// The price of one unit, tax included.
    pub price: Money,
    /// The wording.
    pub terms: LicenceTerms,
    /// How it is taxed.
    pub tax_category: TaxCategory,
    /// How the licence may be used. Offers of version 1 set no bounds.
    pub use_terms: UseTerms,
    /// When.
    pub at: DateTime<Utc>,
}

/// An offer has a new price, for orders to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferRepriced {
    /// The offer.
    pub offer_id: OfferId,
    /// The new price of one unit, tax included.
    pub price: Money,
    /// When.
    pub at: DateTime<Utc>,
}

/// An offer was taken back, for orders to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferWithdrawn {
    /// The offer.
    pub offer_id: OfferId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Buyers will receive one more file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileAttached {
    /// The file. A new content has a new id.
    pub file_id: FileId,
    /// What is known of its bytes. It takes the place of an earlier file of the same name. Files of version 1 are
    /// kept elsewhere, and nothing is known of them.
    pub content: Option<FileContent>,
    /// When.
    pub at: DateTime<Utc>,
}

/// The product went on sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductPublished {
    /// When.
    pub at: DateTime<Utc>,
}

/// The product went off sale; orders already placed keep their right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductWithdrawn {
    /// When.
    pub at: DateTime<Utc>,
}

/// An order keeps the exclusive licence while it waits for its payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusiveReserved {
    /// The exclusive offer.
    pub offer_id: OfferId,
    /// The order.
    pub order_id: OrderId,
    /// When.
    pub at: DateTime<Utc>,
}

/// The exclusive licence is free again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusiveReleased {
    /// The exclusive offer.
    pub offer_id: OfferId,
    /// The order that had it.
    pub order_id: OrderId,
    /// Why. Version 1 only knew orders that were not paid.
    pub reason: ExclusiveReleaseReason,
    /// When.
    pub at: DateTime<Utc>,
}

/// Why an order no longer has the exclusive licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusiveReleaseReason {
    /// It was closed before it was paid.
    NotPaid,
    /// Its licence was taken back: refunded, withdrawn from, or lost to the buyer's bank.
    TakenBack,
}

/// The exclusive licence is sold, and the product off sale as long as it is; licences sold before stay valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusiveSold {
    /// The exclusive offer.
    pub offer_id: OfferId,
    /// The paid order.
    pub order_id: OrderId,
    /// When.
    pub at: DateTime<Utc>,
}

/// Version 1 knew of no bounds.
fn without_use_terms(mut old: Value) -> Result<Value, UpcastError> {
    let fields = object(&mut old)?;
    let unbounded = json!({ "activations_max": null, "valid_days": null, "transferable": false });
    fields.insert("use_terms".to_owned(), unbounded);
    Ok(old)
}

/// Version 1 gave no reason, since there was but one.
fn not_paid(mut old: Value) -> Result<Value, UpcastError> {
    object(&mut old)?.insert("reason".to_owned(), json!("not_paid"));
    Ok(old)
}

/// Version 1 held a reference alone.
fn without_content(mut old: Value) -> Result<Value, UpcastError> {
    object(&mut old)?.insert("content".to_owned(), Value::Null);
    Ok(old)
}

fn object(old: &mut Value) -> Result<&mut serde_json::Map<String, Value>, UpcastError> {
    old.as_object_mut()
        .ok_or_else(|| UpcastError("the payload is no object".to_owned()))
}
