//! Rows of `products` and `offers`, typed.

use chrono::{DateTime, Utc};
use comptoir_domain::product::{OfferStanding, SaleStatus};
use comptoir_domain::values::{
    Currency, Description, FileContent, FileId, LicenceKind, Money, OfferId, OrderId, PersonId, ProductId,
    TaxCategory, TermsHash, TermsVersion, Title, UseTerms,
};
use comptoir_ledger::{Position, Revision};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

use crate::listing::QueryError;
use crate::text::from_name;

/// A product with its offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductView {
    /// All but the offers.
    pub product: ProductRow,
    /// Its offers in the order they were added, withdrawn ones included.
    pub offers: Vec<OfferRow>,
}

impl ProductView {
    /// Whether an offer of this product can be ordered now, by an order that has not reserved it yet.
    pub const fn availability(&self, offer: &OfferRow) -> OfferAvailability {
        match (self.product.exclusive, self.product.publication, offer.standing) {
            (ExclusiveStanding::Sold { .. }, _, _) => OfferAvailability::Sold,
            (_, Publication::Draft | Publication::Withdrawn, _) => OfferAvailability::NotOnSale,
            (_, Publication::Published, OfferStanding::Withdrawn) => OfferAvailability::Withdrawn,
            (ExclusiveStanding::Reserved { .. }, Publication::Published, OfferStanding::Open) => {
                OfferAvailability::Reserved
            }
            (ExclusiveStanding::Free, Publication::Published, OfferStanding::Open) => {
                OfferAvailability::Available
            }
        }
    }
}

/// What is known of a product, its offers apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductRow {
    /// The product.
    pub product_id: ProductId,
    /// Whose it is.
    pub seller_id: PersonId,
    /// Its title.
    pub title: Title,
    /// Its description.
    pub description: Option<Description>,
    /// Whether its seller has put it on sale.
    pub publication: Publication,
    /// Who has it alone, or may soon.
    pub exclusive: ExclusiveStanding,
    /// The files that buyers receive, in the order they were attached.
    pub files: Vec<ProductFile>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it went on sale last.
    pub published_at: Option<DateTime<Utc>>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
    /// The newest event of its stream that this row knows.
    pub revision: Revision,
    /// Where that event stands.
    pub position: Position,
}

impl ProductRow {
    /// What a buyer would be told.
    pub const fn sale_status(&self) -> SaleStatus {
        match (self.exclusive, self.publication) {
            (ExclusiveStanding::Sold { .. }, _) => SaleStatus::Sold,
            (_, Publication::Draft) => SaleStatus::Draft,
            (_, Publication::Withdrawn) => SaleStatus::Withdrawn,
            (ExclusiveStanding::Reserved { .. }, Publication::Published) => SaleStatus::Reserved,
            (ExclusiveStanding::Free, Publication::Published) => SaleStatus::OnSale,
        }
    }
}

/// A file that buyers receive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductFile {
    /// The file.
    pub file_id: FileId,
    /// What is known of its bytes; nothing of files of earlier releases.
    pub content: Option<FileContent>,
}

/// Whether the seller has put a product on sale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// Not yet.
    Draft,
    /// Yes.
    Published,
    /// Not any more.
    Withdrawn,
}

/// Who has a product alone: nobody, perhaps an order soon, or an order for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExclusiveStanding {
    /// Nobody.
    Free,
    /// An order that waits for its payment.
    Reserved {
        /// The exclusive offer.
        offer_id: OfferId,
        /// The order.
        order_id: OrderId,
    },
    /// A paid order.
    Sold {
        /// The exclusive offer.
        offer_id: OfferId,
        /// The order.
        order_id: OrderId,
    },
}

impl ExclusiveStanding {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Reserved { .. } => "reserved",
            Self::Sold { .. } => "sold",
        }
    }

    pub(super) const fn offer_and_order(self) -> Option<(OfferId, OrderId)> {
        match self {
            Self::Free => None,
            Self::Reserved { offer_id, order_id } | Self::Sold { offer_id, order_id } => {
                Some((offer_id, order_id))
            }
        }
    }

    fn from_columns(name: &str, offer_id: Option<Uuid>, order_id: Option<Uuid>) -> Option<Self> {
        let offer_id = offer_id.map(OfferId::from_uuid);
        let order_id = order_id.map(OrderId::from_uuid);
        match (name, offer_id, order_id) {
            ("free", None, None) => Some(Self::Free),
            ("reserved", Some(offer_id), Some(order_id)) => Some(Self::Reserved { offer_id, order_id }),
            ("sold", Some(offer_id), Some(order_id)) => Some(Self::Sold { offer_id, order_id }),
            (_, _, _) => None,
        }
    }
}

/// A licence at a price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferRow {
    /// The offer.
    pub offer_id: OfferId,
    /// What the licence allows.
    pub kind: LicenceKind,
    /// The price of one unit, tax included.
    pub price: Money,
    /// The seller's name of the wording.
    pub terms_version: TermsVersion,
    /// SHA-256 of the wording, which [`super::query::terms`] reads.
    pub terms_hash: TermsHash,
    /// How it is taxed.
    pub tax_category: TaxCategory,
    /// How the licence may be used.
    pub use_terms: UseTerms,
    /// Whether its seller still offers it.
    pub standing: OfferStanding,
    /// When it was added.
    pub added_at: DateTime<Utc>,
}

/// Whether an offer can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferAvailability {
    /// It can.
    Available,
    /// An order for the exclusive licence waits for its payment.
    Reserved,
    /// The exclusive licence is sold.
    Sold,
    /// The seller took the offer back.
    Withdrawn,
    /// The product is a draft or was withdrawn.
    NotOnSale,
}

impl OfferAvailability {
    /// The name as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Reserved => "reserved",
            Self::Sold => "sold",
            Self::Withdrawn => "withdrawn",
            Self::NotOnSale => "not_on_sale",
        }
    }
}

pub(super) const fn sale_status_name(status: SaleStatus) -> &'static str {
    match status {
        SaleStatus::Draft => "draft",
        SaleStatus::OnSale => "on_sale",
        SaleStatus::Reserved => "reserved",
        SaleStatus::Sold => "sold",
        SaleStatus::Withdrawn => "withdrawn",
    }
}

pub(super) const fn standing_name(standing: OfferStanding) -> &'static str {
    match standing {
        OfferStanding::Open => "open",
        OfferStanding::Withdrawn => "withdrawn",
    }
}

/// The columns of `products` as the database has them, the offers gathered beside them.
#[derive(Debug)]
pub(super) struct ProductColumns {
    pub(super) id: Uuid,
    pub(super) seller_id: Uuid,
    pub(super) title: String,
    pub(super) description: Option<String>,
    pub(super) publication: String,
    pub(super) exclusive_standing: String,
    pub(super) exclusive_offer_id: Option<Uuid>,
    pub(super) exclusive_order_id: Option<Uuid>,
    pub(super) files: Json<Vec<ProductFile>>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) published_at: Option<DateTime<Utc>>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) revision: i64,
    pub(super) position: i64,
    pub(super) offers: Option<Json<Vec<OfferColumns>>>,
}

/// The columns of `offers` as the database has them.
#[derive(Debug, Deserialize)]
pub(super) struct OfferColumns {
    offer_id: Uuid,
    kind: LicenceKind,
    price_minor: i64,
    currency: Currency,
    terms_version: TermsVersion,
    terms_hash: TermsHash,
    tax_category: TaxCategory,
    use_terms: UseTerms,
    standing: StoredStanding,
    added_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StoredStanding {
    Open,
    Withdrawn,
}

impl From<OfferColumns> for OfferRow {
    fn from(columns: OfferColumns) -> Self {
        Self {
            offer_id: OfferId::from_uuid(columns.offer_id),
            kind: columns.kind,
            price: Money::new(columns.price_minor, columns.currency),
            terms_version: columns.terms_version,
            terms_hash: columns.terms_hash,
            tax_category: columns.tax_category,
            use_terms: columns.use_terms,
            standing: match columns.standing {
                StoredStanding::Open => OfferStanding::Open,
                StoredStanding::Withdrawn => OfferStanding::Withdrawn,
            },
            added_at: columns.added_at,
        }
    }
}

/// Reads [`ProductColumns`]: first the expression that gathers the offers, then all from `FROM` on, with its arguments.
macro_rules! select_products {
    ($offers:literal, $from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            ProductColumns,
            r#"SELECT p.id, p.seller_id, p.title, p.description, p.publication, p.exclusive_standing,
                   p.exclusive_offer_id, p.exclusive_order_id, p.files AS "files: _", p.created_at, p.published_at,
                   p.updated_at, p.revision, p.position, "# + $offers + r#" AS "offers: _" "# + $from
            $(, $argument)*
        )
    };
}
pub(super) use select_products;

/// The columns that say who has the product alone contradict each other.
#[derive(Debug, thiserror::Error)]
#[error("the exclusive standing is not one that can be")]
struct ImpossibleExclusive;

impl TryFrom<ProductColumns> for ProductView {
    type Error = QueryError;

    fn try_from(columns: ProductColumns) -> Result<Self, QueryError> {
        let unreadable = QueryError::unreadable("products", columns.id);
        let description = columns.description.as_deref().map(from_name).transpose();
        let exclusive = ExclusiveStanding::from_columns(
            &columns.exclusive_standing,
            columns.exclusive_offer_id,
            columns.exclusive_order_id,
        );
        let offers = columns.offers.map(|Json(offers)| offers).unwrap_or_default();
        let product = ProductRow {
            product_id: ProductId::from_uuid(columns.id),
            seller_id: PersonId::from_uuid(columns.seller_id),
            title: from_name(&columns.title).map_err(|error| unreadable(&error))?,
            description: description.map_err(|error| unreadable(&error))?,
            publication: from_name(&columns.publication).map_err(|error| unreadable(&error))?,
            exclusive: exclusive.ok_or_else(|| unreadable(&ImpossibleExclusive))?,
            files: columns.files.0,
            created_at: columns.created_at,
            published_at: columns.published_at,
            updated_at: columns.updated_at,
            revision: Revision::new(columns.revision),
            position: Position::new(columns.position),
        };
        let offers = offers.into_iter().map(OfferRow::from).collect();
        Ok(Self { product, offers })
    }
}
