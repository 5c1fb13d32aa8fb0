//! What the decisions about a product need to know.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use thiserror::Error;

use super::event::{OfferAdded, ProductEvent};
use crate::values::{
    Description, FileContent, FileId, FileName, LicenceKind, Money, OfferId, OrderId, PersonId, ProductId,
    TaxCategory, TermsHash, TermsVersion, Title, UseTerms,
};

/// Where a product stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProductState {
    /// Not there.
    #[default]
    Absent,
    /// Being prepared; only its seller sees it.
    Draft(ProductFacts),
    /// In the catalogue. Whether it can be bought also depends on its [`ExclusiveRight`].
    Published(ProductFacts),
    /// Taken off sale by its seller, who may publish it again.
    Withdrawn(ProductFacts),
}

/// What is known of a product once it exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductFacts {
    /// The product.
    pub product_id: ProductId,
    /// Whose it is.
    pub seller_id: PersonId,
    /// Its title.
    pub title: Title,
    /// Its description.
    pub description: Option<Description>,
    /// Its offers, withdrawn ones included.
    pub offers: BTreeMap<OfferId, Offer>,
    /// The files that buyers receive, and what is known of them.
    pub files: BTreeMap<FileId, Option<FileContent>>,
    /// Who has it alone, or may soon.
    pub exclusive: ExclusiveRight,
    /// When it was started.
    pub created_at: DateTime<Utc>,
    /// When it was last put on sale.
    pub published_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A licence at a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What the licence allows.
    pub kind: LicenceKind,
    /// The price of one unit, tax included.
    pub price: Money,
    /// The seller's name of the wording.
    pub terms_version: TermsVersion,
    /// SHA-256 of the wording.
    pub terms_hash: TermsHash,
    /// How it is taxed.
    pub tax_category: TaxCategory,
    /// How the licence may be used.
    pub use_terms: UseTerms,
    /// Whether it can still be ordered.
    pub standing: OfferStanding,
}

/// Whether an offer can still be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferStanding {
    /// It can.
    Open,
    /// The seller took it back.
    Withdrawn,
}

/// Who has the product alone: nobody, perhaps an order soon, or an order that was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExclusiveRight {
    /// Nobody.
    Free,
    /// An order that waits for its payment. Until then nothing of the product can be ordered by others.
    Reserved {
        /// The exclusive offer.
        offer_id: OfferId,
        /// The order.
        order_id: OrderId,
    },
    /// A paid order. The product is off sale unless its licence is taken back.
    Sold {
        /// The exclusive offer.
        offer_id: OfferId,
        /// The order.
        order_id: OrderId,
    },
}

/// What a buyer would be told about a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaleStatus {
    /// Not published yet.
    Draft,
    /// Can be ordered.
    OnSale,
    /// Somebody is about to buy it exclusively.
    Reserved,
    /// Sold exclusively.
    Sold,
    /// Taken off sale by its seller.
    Withdrawn,
}

impl SaleStatus {
    /// The name as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::OnSale => "on_sale",
            Self::Reserved => "reserved",
            Self::Sold => "sold",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// An offer as it stands now, ready to be copied into an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferSnapshot {
    /// The product.
    pub product_id: ProductId,
    /// The offer.
    pub offer_id: OfferId,
    /// Whose product it is.
    pub seller_id: PersonId,
    /// The product's title.
    pub title: Title,
    /// The offer.
    pub offer: Offer,
}

/// Why an offer cannot be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OfferUnavailable {
    /// There is no such product.
    #[error("the product does not exist")]
    UnknownProduct,
    /// The product is a draft or was withdrawn.
    #[error("the product is not on sale")]
    ProductNotOnSale,
    /// The product has no such offer.
    #[error("the product has no such offer")]
    UnknownOffer,
    /// The offer was taken back.
    #[error("the offer was withdrawn")]
    OfferWithdrawn,
    /// Another order is about to buy the product exclusively.
    #[error("the product is reserved by an order for its exclusive licence")]
    ExclusiveReserved,
    /// The product was sold exclusively.
    #[error("the product was sold exclusively")]
    ExclusiveSold,
}

impl ProductState {
    /// What is known, if the product exists.
    pub const fn facts(&self) -> Option<&ProductFacts> {
        match self {
            Self::Absent => None,
            Self::Draft(facts) | Self::Published(facts) | Self::Withdrawn(facts) => Some(facts),
        }
    }

    /// What a buyer would be told, if the product exists.
    pub const fn sale_status(&self) -> Option<SaleStatus> {
        Some(match (self, self.facts()) {
            (_, None) | (Self::Absent, _) => return None,
            (
                _,
                Some(ProductFacts {
                    exclusive: ExclusiveRight::Sold { .. },
                    ..
                }),
            ) => SaleStatus::Sold,
            (Self::Draft(_), _) => SaleStatus::Draft,
            (Self::Withdrawn(_), _) => SaleStatus::Withdrawn,
            (
                Self::Published(_),
                Some(ProductFacts {
                    exclusive: ExclusiveRight::Reserved { .. },
                    ..
                }),
            ) => SaleStatus::Reserved,
            (
                Self::Published(_),
                Some(ProductFacts {
                    exclusive: ExclusiveRight::Free,
                    ..
                }),
            ) => SaleStatus::OnSale,
        })
    }

    /// The offer as an order would copy it, if this order may have it: the product is on sale, the offer open, and the
    /// product not promised to another order alone.
    pub fn orderable(&self, offer_id: OfferId, order_id: OrderId) -> Result<OfferSnapshot, OfferUnavailable> {
        let facts = match self {
            Self::Absent => return Err(OfferUnavailable::UnknownProduct),
            Self::Draft(facts) | Self::Published(facts) | Self::Withdrawn(facts) => facts,
        };
        match facts.exclusive {
            ExclusiveRight::Sold { order_id: owner, .. } if owner != order_id => {
                return Err(OfferUnavailable::ExclusiveSold);
            }
            ExclusiveRight::Reserved { order_id: owner, .. } if owner != order_id => {
                return Err(OfferUnavailable::ExclusiveReserved);
            }
            ExclusiveRight::Free | ExclusiveRight::Reserved { .. } | ExclusiveRight::Sold { .. } => {}
        }
        match self {
            Self::Absent | Self::Draft(_) | Self::Withdrawn(_) => {
                return Err(OfferUnavailable::ProductNotOnSale);
            }
            Self::Published(_) => {}
        }
        let offer = facts
            .offers
            .get(&offer_id)
            .ok_or(OfferUnavailable::UnknownOffer)?;
        match offer.standing {
            OfferStanding::Withdrawn => Err(OfferUnavailable::OfferWithdrawn),
            OfferStanding::Open => Ok(OfferSnapshot {
                product_id: facts.product_id,
                offer_id,
                seller_id: facts.seller_id,
                title: facts.title.clone(),
                offer: offer.clone(),
            }),
        }
    }
}

impl From<&OfferAdded> for Offer {
    fn from(added: &OfferAdded) -> Self {
        Self {
            kind: added.kind,
            price: added.price,
            terms_version: added.terms.version.clone(),
            terms_hash: added.terms.hash,
            tax_category: added.tax_category,
            use_terms: added.use_terms,
            standing: OfferStanding::Open,
        }
    }
}

/// The state after an event.
pub(super) fn evolve(state: ProductState, event: &ProductEvent) -> ProductState {
    match event {
        ProductEvent::Created(created) => ProductState::Draft(ProductFacts {
            product_id: created.product_id,
            seller_id: created.seller_id,
            title: created.title.clone(),
            description: created.description.clone(),
            offers: BTreeMap::new(),
            files: BTreeMap::new(),
            exclusive: ExclusiveRight::Free,
            created_at: created.at,
            published_at: None,
            updated_at: created.at,
        }),
        ProductEvent::Published(_) => match state {
            ProductState::Absent => ProductState::Absent,
            ProductState::Draft(facts) | ProductState::Published(facts) | ProductState::Withdrawn(facts) => {
                ProductState::Published(facts.after(event))
            }
        },
        ProductEvent::Withdrawn(_) => match state {
            ProductState::Absent => ProductState::Absent,
            ProductState::Draft(facts) | ProductState::Published(facts) | ProductState::Withdrawn(facts) => {
                ProductState::Withdrawn(facts.after(event))
            }
        },
        ProductEvent::Described(_)
        | ProductEvent::OfferAdded(_)
        | ProductEvent::OfferRepriced(_)
        | ProductEvent::OfferWithdrawn(_)
        | ProductEvent::FileAttached(_)
        | ProductEvent::ExclusiveReserved(_)
        | ProductEvent::ExclusiveReleased(_)
        | ProductEvent::ExclusiveSold(_) => match state {
            ProductState::Absent => ProductState::Absent,
            ProductState::Draft(facts) => ProductState::Draft(facts.after(event)),
            ProductState::Published(facts) => ProductState::Published(facts.after(event)),
            ProductState::Withdrawn(facts) => ProductState::Withdrawn(facts.after(event)),
        },
    }
}

impl ProductFacts {
    /// The file of a name, if the product has one now.
    pub fn file_named(&self, name: &FileName) -> Option<(FileId, &FileContent)> {
        let known = self
            .files
            .iter()
            .filter_map(|(id, content)| Some((*id, content.as_ref()?)));
        known.into_iter().find(|(_, content)| content.name == *name)
    }

    fn after(mut self, event: &ProductEvent) -> Self {
        match event {
            ProductEvent::Described(described) => {
                self.title = described.title.clone();
                self.description.clone_from(&described.description);
            }
            ProductEvent::OfferAdded(added) => {
                self.offers.insert(added.offer_id, Offer::from(added));
            }
            ProductEvent::OfferRepriced(repriced) => {
                if let Some(offer) = self.offers.get_mut(&repriced.offer_id) {
                    offer.price = repriced.price;
                }
            }
            ProductEvent::OfferWithdrawn(withdrawn) => {
                if let Some(offer) = self.offers.get_mut(&withdrawn.offer_id) {
                    offer.standing = OfferStanding::Withdrawn;
                }
            }
            ProductEvent::FileAttached(attached) => {
                if let Some(replaced) = attached
                    .content
                    .as_ref()
                    .and_then(|new| self.file_named(&new.name))
                {
                    self.files.remove(&replaced.0);
                }
                self.files.insert(attached.file_id, attached.content.clone());
            }
            ProductEvent::ExclusiveReserved(reserved) => {
                self.exclusive = ExclusiveRight::Reserved {
                    offer_id: reserved.offer_id,
                    order_id: reserved.order_id,
                };
            }
            ProductEvent::ExclusiveReleased(_) => self.exclusive = ExclusiveRight::Free,
            ProductEvent::ExclusiveSold(sold) => {
                self.exclusive = ExclusiveRight::Sold {
                    offer_id: sold.offer_id,
                    order_id: sold.order_id,
                };
            }
            ProductEvent::Published(published) => self.published_at = Some(published.at),
            ProductEvent::Created(_) | ProductEvent::Withdrawn(_) => {}
        }
        self.updated_at = event.at();
        self
    }
}
