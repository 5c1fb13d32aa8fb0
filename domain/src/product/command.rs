//! What can be asked of a product.

use chrono::{DateTime, Utc};

use super::event::ExclusiveReleaseReason;
use crate::values::{
    Actor, Description, FileContent, FileId, LicenceKind, LicenceTerms, Money, OfferId, OrderId, ProductId,
    TaxCategory, Title, UseTerms,
};

/// What is to become of a product's description.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum DescriptionChange {
    /// It stays.
    #[default]
    Keep,
    /// There is none any more.
    Remove,
    /// Another one takes its place.
    Replace(Description),
}

impl DescriptionChange {
    /// What the description is after it.
    pub(super) fn applied_to(self, current: Option<&Description>) -> Option<Description> {
        match self {
            Self::Keep => current.cloned(),
            Self::Remove => None,
            Self::Replace(description) => Some(description),
        }
    }
}

/// A command to a product. Those with an actor are asked by a person, who must own the product or be an admin; the
/// exclusive ones follow from what happens to an order and are appended together with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductCommand {
    /// Start a product, not yet on sale. The actor becomes its seller.
    Create {
        /// The new product.
        product_id: ProductId,
        /// The seller.
        actor: Actor,
        /// Its title.
        title: Title,
        /// Its description, if there is one yet.
        description: Option<Description>,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Change the title, the description, or both; what is not named stays as it is when this is decided.
    Describe {
        /// Who asks.
        actor: Actor,
        /// The new title.
        title: Option<Title>,
        /// What is to become of the description.
        description: DescriptionChange,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Offer a licence at a price.
    AddOffer {
        /// Who asks.
        actor: Actor,
        /// The new offer.
        offer_id: OfferId,
        /// What the licence allows.
        kind: LicenceKind,
        /// The price of one unit, tax included; zero gives it away.
        price: Money,
        /// The wording.
        terms: LicenceTerms,
        /// How it is taxed.
        tax_category: TaxCategory,
        /// How the licence may be used.
        use_terms: UseTerms,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Change the price of an offer, for orders to come.
    RepriceOffer {
        /// Who asks.
        actor: Actor,
        /// Which offer.
        offer_id: OfferId,
        /// The new price of one unit, tax included.
        price: Money,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take an offer back, for orders to come.
    WithdrawOffer {
        /// Who asks.
        actor: Actor,
        /// Which offer.
        offer_id: OfferId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Add a file that buyers will receive, in the place of one with the same name.
    AttachFile {
        /// Who asks.
        actor: Actor,
        /// The file.
        file_id: FileId,
        /// What is known of its bytes, which are stored already.
        content: FileContent,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Put the product on sale.
    Publish {
        /// Who asks.
        actor: Actor,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Take the product off sale; orders already placed keep their right.
    Withdraw {
        /// Who asks.
        actor: Actor,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Keep the exclusive licence for an order that was placed.
    ReserveExclusive {
        /// The exclusive offer.
        offer_id: OfferId,
        /// For which order.
        order_id: OrderId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// Give the exclusive licence free again: its order expired or was cancelled, or its licence was taken back.
    ReleaseExclusive {
        /// The order that had it.
        order_id: OrderId,
        /// Why.
        reason: ExclusiveReleaseReason,
        /// Now.
        at: DateTime<Utc>,
    },
    /// The order that had reserved the exclusive licence was paid: the product goes off sale.
    SellExclusive {
        /// The exclusive offer.
        offer_id: OfferId,
        /// The paid order.
        order_id: OrderId,
        /// Now.
        at: DateTime<Utc>,
    },
    /// An order whose licence had been taken back has it again, and with it the exclusive right, if that is free.
    RetakeExclusive {
        /// The exclusive offer.
        offer_id: OfferId,
        /// The order.
        order_id: OrderId,
        /// Now.
        at: DateTime<Utc>,
    },
}
