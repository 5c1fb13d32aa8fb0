//! Ids: one type per kind of thing, a UUID inside, `TypeID` text outside.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::code_word::ProjectionName;
use super::parsed::parsed;
use super::promo_code::PromoCode;
use super::typeid;
pub use super::typeid::IdError;
use crate::document::{DocumentKind, Supplier};

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
                parsed(deserializer, concat!("an id such as ", $prefix, "_01jd3e8m6xf2r9kq7v5t4w8zab"))
            }
        }
    )+

        /// An id of whatever kind, as somebody pastes it into a search.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum AnyId {
            $($(#[$meta])* $name($name),)+
        }

        impl AnyId {
            /// What stands before the underscore in the text form of each kind.
            pub const PREFIXES: &'static [&'static str] = &[$($prefix),+];

            /// The 128 bits.
            pub const fn as_uuid(self) -> Uuid {
                match self { $(Self::$name(id) => id.as_uuid(),)+ }
            }
        }

        impl FromStr for AnyId {
            type Err = UnknownId;

            fn from_str(text: &str) -> Result<Self, UnknownId> {
                match text.split_once('_').map(|(prefix, _)| prefix) {
                    $(Some($prefix) => text.parse().map(Self::$name).map_err(|_| UnknownId),)+
                    Some(_) | None => Err(UnknownId),
                }
            }
        }
    };
}

/// The text is not an id of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of any kind")]
pub struct UnknownId;

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
    /// A seller: the person who sells, the same 128 bits under another prefix.
    SellerId = "seller";
    /// What an auditor looked at in a day, or what was exported in a day.
    AccessId = "access";
    /// A file, opaque to the domain.
    FileId = "file";
    /// What was decided about a read model.
    ProjectionId = "projection";
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

impl ProjectionId {
    /// The one stream of decisions about a read model.
    pub fn of(projection: &ProjectionName) -> Self {
        Self(derive("projection", projection.as_str()))
    }
}

impl DocumentId {
    /// The first invoice that one of the suppliers of an order owes for it.
    pub fn of_order(order: OrderId, supplier: Supplier) -> Self {
        Self(derive("invoice", &format!("{order}:{supplier}")))
    }

    /// The credit note for a refund against an invoice. `earlier` is how many credit notes the refund has against this
    /// invoice already: one that failed after it had succeeded may succeed again.
    pub fn of_refund(refund: RefundId, invoice: Self, earlier: u32) -> Self {
        Self(derive("credit_note", &format!("{refund}:{invoice}:{earlier}")))
    }

    /// What the correction of an invoice brings about: the credit note over what was left of it, and the new invoice.
    pub fn of_correction(invoice: Self, kind: DocumentKind) -> Self {
        Self(derive("correction", &format!("{invoice}:{}", kind.as_str())))
    }

    /// The invoice that follows a credit note whose refund has failed after all.
    pub fn of_undone_refund(credit_note: Self) -> Self {
        Self(derive("undone_refund_invoice", &credit_note.to_string()))
    }
}

impl InvoicingId {
    /// The one series of a supplier for a kind of document and a year.
    pub fn of_series(supplier: Supplier, kind: DocumentKind, year: i32) -> Self {
        Self(derive("series", &format!("{supplier}:{}:{year}", kind.as_str())))
    }
}

impl AccessId {
    pub(crate) fn derived(kind: &str, parts: &str) -> Self {
        Self(derive(kind, parts))
    }
}

impl SellerId {
    /// How many characters a [`SellerId::code`] has.
    pub(crate) const CODE_LENGTH: usize = 10;

    /// Ten capital letters and digits that stand for the seller in the numbers of their documents.
    pub fn code(self) -> String {
        let suffix = typeid::suffix(derive("seller_code", &self.to_string()));
        let last = suffix.iter().skip(suffix.len() - Self::CODE_LENGTH);
        last.map(|digit| char::from(digit.to_ascii_uppercase())).collect()
    }
}

impl From<PersonId> for SellerId {
    fn from(person: PersonId) -> Self {
        Self(person.0)
    }
}

impl From<SellerId> for PersonId {
    fn from(seller: SellerId) -> Self {
        Self(seller.0)
    }
}

impl From<PersonId> for SubjectId {
    fn from(person: PersonId) -> Self {
        Self(person.0)
    }
}

impl From<DocumentId> for SubjectId {
    /// The document's own key, which outlives the keys of those who stand on it.
    fn from(document: DocumentId) -> Self {
        Self(document.0)
    }
}
