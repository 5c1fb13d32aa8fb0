//! Ids: one type per kind of thing, a UUID inside, `TypeID` text outside.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::promo_code::PromoCode;
use super::typeid;
pub use super::typeid::IdError;

macro_rules! typed_ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// What stands before the underscore in the text form.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps a UUID made by the id source, or derived from another id.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID inside, which names the stream.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let suffix = typeid::suffix(self.0);
                write!(f, concat!($prefix, "_{}"), std::str::from_utf8(&suffix).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                typeid::parse($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text;
                impl Visitor<'_> for Text {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str(concat!("an id such as ", $prefix, "_01jd3e8m6xf2r9kq7v5t4w8zab"))
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_str(Text)
            }
        }
    )+};
}

typed_ids! {
    /// A product in the catalogue.
    ProductId = "product";
    /// An offer of a product: a licence kind at a price.
    OfferId = "offer";
    /// An order.
    OrderId = "order";
    /// The payment of an order at Hyperswitch: the order's own 128 bits under another prefix, 30 characters long.
    PaymentId = "pay";
    /// A refund, which carries the same id at Hyperswitch.
    RefundId = "ref";
    /// A dispute: a buyer's bank wants money back.
    DisputeId = "dispute";
    /// A licence that a buyer holds.
    LicenceId = "licence";
    /// A device that a licence is active on.
    ActivationId = "activation";
    /// A link that a file is downloaded by.
    DownloadId = "download";
    /// A review: one for each buyer and product.
    ReviewId = "review";
    /// A received webhook.
    WebhookId = "webhook";
    /// A promotion code.
    PromoId = "promo";
    /// An invoice or a credit note.
    DocumentId = "document";
    /// A series of numbers: one for each supplier, kind of document and year.
    InvoicingId = "series";
    /// A file, opaque to the domain.
    FileId = "file";
    /// Someone who buys, sells or administers.
    PersonId = "person";
    /// Whose key seals a piece of personal data.
    SubjectId = "subject";
}

/// The namespace of all ids derived by this crate. Changing it would break every derived id ever stored.
const DERIVED: Uuid = Uuid::from_u128(0x6f1d_2c9e_6a54_4d0b_9c37_51c8_5fd7_2ab4);

fn derive(kind: &str, parts: &str) -> Uuid {
    Uuid::new_v5(&DERIVED, format!("{kind}:{parts}").as_bytes())
}

impl PaymentId {
    /// The one payment of an order.
    pub const fn of(order: OrderId) -> Self {
        Self(order.0)
    }

    /// The order that this payment is for, if it is one of ours.
    pub const fn order_id(self) -> OrderId {
        OrderId(self.0)
    }
}

impl RefundId {
    /// The refund of a payment that came too late: one per order, whoever finds out and however often.
    pub fn of_late_payment(order: OrderId) -> Self {
        Self(derive("late_payment_refund", &order.to_string()))
    }

    /// The refund that follows from a buyer's withdrawal, by the withdrawal's number within its order.
    pub fn of_withdrawal(order: OrderId, number: u32) -> Self {
        Self(derive("withdrawal_refund", &format!("{order}:{number}")))
    }
}

impl DisputeId {
    /// The dispute of an order that the provider knows under this id.
    pub fn of_provider(order: OrderId, provider_dispute_id: &str) -> Self {
        Self(derive("dispute", &format!("{order}:{provider_dispute_id}")))
    }
}

impl LicenceId {
    /// The licence for one unit of one order line (both counted from 0), the same however often it is issued.
    pub fn of_unit(order: OrderId, line: u32, unit: u32) -> Self {
        Self(derive("licence", &format!("{order}:{line}:{unit}")))
    }
}

impl ReviewId {
    /// The one review of a product by a person.
    pub fn of(author: PersonId, product: ProductId) -> Self {
        Self(derive("review", &format!("{author}:{product}")))
    }
}

impl WebhookId {
    /// The webhook with the provider's event id: a repeated delivery meets its own stream.
    pub fn of_provider_event(provider_event_id: &str) -> Self {
        Self(derive("webhook", provider_event_id))
    }
}

impl PromoId {
    /// The promotion with a code: who creates the same code twice meets its own stream.
    pub fn of_code(code: &PromoCode) -> Self {
        Self(derive("promo", code.as_str()))
    }
}

impl From<PersonId> for SubjectId {
    fn from(person: PersonId) -> Self {
        Self(person.0)
    }
}
