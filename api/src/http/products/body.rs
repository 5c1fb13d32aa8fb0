//! A product as the API shows it.

use chrono::{DateTime, Utc};
use comptoir_domain::product::{Offer, OfferStanding, Product, ProductState, SaleStatus};
use comptoir_domain::values::{
    Description, FileContent, FileId, FileName, LicenceKind, MediaType, OfferId, PersonId, ProductId,
    RatingSummary, Sha256Hex, TaxCategory, TermsHash, TermsVersion, Title, UseTerms,
};
use comptoir_engine::Answered;
use comptoir_ledger::Position;
use comptoir_projections::products::{OfferRow, ProductView};
use comptoir_projections::reviews;
use serde::{Deserialize, Serialize};

use crate::http::App;
use crate::http::amount::Amount;
use crate::http::answer::Answer;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::reviews::rating::RatingBody;

/// A product.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Product)]
pub(crate) struct ProductBody {
    /// Its id.
    #[schema(value_type = String, example = "product_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: ProductId,
    /// Whose it is.
    #[schema(value_type = String, example = "person_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) seller_id: PersonId,
    /// Its title.
    #[schema(value_type = String)]
    pub(crate) title: Title,
    /// What it is.
    #[schema(value_type = Option<String>)]
    pub(crate) description: Option<Description>,
    /// Whether it can be ordered.
    pub(crate) status: ProductStatus,
    /// Its offers, withdrawn ones included, in the order of their ids.
    pub(crate) offers: Vec<OfferBody>,
    /// The files that buyers receive, in the order of their ids.
    pub(crate) files: Vec<FileBody>,
    /// What the ratings of its reviews say together.
    pub(crate) rating: RatingBody,
    /// When it was started.
    pub(crate) created_at: DateTime<Utc>,
    /// When it was last put on sale.
    pub(crate) published_at: Option<DateTime<Utc>>,
    /// When it last changed.
    pub(crate) updated_at: DateTime<Utc>,
    /// The position that it is shown as of, where `as_of` asked for a past moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of_position: Option<i64>,
}

/// A file that buyers receive.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = File)]
pub(crate) struct FileBody {
    /// Its id. Other bytes under the same name are another file.
    #[schema(value_type = String, example = "file_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: FileId,
    /// Its name; `null` for files of earlier releases, as all that follows.
    #[schema(value_type = Option<String>, example = "Night Drive.wav")]
    pub(crate) name: Option<FileName>,
    /// What is in it.
    #[schema(value_type = Option<String>, example = "audio/wav")]
    media_type: Option<MediaType>,
    /// How many bytes it has.
    bytes: Option<u64>,
    /// SHA-256 of its bytes, in hex.
    #[schema(value_type = Option<String>)]
    sha256: Option<Sha256Hex>,
}

impl FileBody {
    /// What is known of a file.
    pub(crate) fn new(id: FileId, content: Option<FileContent>) -> Self {
        match content {
            Some(content) => Self {
                id,
                name: Some(content.name),
                media_type: Some(content.media_type),
                bytes: Some(content.bytes),
                sha256: Some(content.sha256),
            },
            None => Self {
                id,
                name: None,
                media_type: None,
                bytes: None,
                sha256: None,
            },
        }
    }
}

/// Whether a product can be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProductStatus {
    /// Not published yet; only its seller sees it.
    Draft,
    /// It can.
    OnSale,
    /// Somebody is about to buy it exclusively.
    Reserved,
    /// It was sold exclusively.
    Sold,
    /// Its seller took it off sale.
    Withdrawn,
}

impl From<SaleStatus> for ProductStatus {
    fn from(status: SaleStatus) -> Self {
        match status {
            SaleStatus::Draft => Self::Draft,
            SaleStatus::OnSale => Self::OnSale,
            SaleStatus::Reserved => Self::Reserved,
            SaleStatus::Sold => Self::Sold,
            SaleStatus::Withdrawn => Self::Withdrawn,
        }
    }
}

/// A licence at a price.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Offer)]
pub(crate) struct OfferBody {
    /// Its id.
    #[schema(value_type = String, example = "offer_01jd3e8m6xf2r9kq7v5t4w8zab")]
    pub(crate) id: OfferId,
    /// What the licence allows.
    #[schema(value_type = LicenceKindName)]
    pub(crate) kind: LicenceKind,
    /// The price of one unit, tax included.
    pub(crate) price: Amount,
    /// The wording of the licence.
    pub(crate) terms: TermsBody,
    /// How it is taxed.
    #[schema(value_type = TaxCategoryName)]
    pub(crate) tax_category: TaxCategory,
    /// How the licence may be used.
    #[schema(value_type = UseTermsBody)]
    pub(crate) use_terms: UseTerms,
    /// Whether it can still be ordered.
    pub(crate) status: OfferStatus,
}

/// The wording of a licence, by version and hash.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Terms)]
pub(crate) struct TermsBody {
    /// The seller's name of this wording.
    #[schema(value_type = String, example = "2026-03")]
    pub(crate) version: TermsVersion,
    /// SHA-256 of the wording, in hex.
    #[schema(value_type = String)]
    pub(crate) hash: TermsHash,
}

/// Whether an offer can still be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OfferStatus {
    /// It can.
    Open,
    /// The seller took it back.
    Withdrawn,
}

/// What a licence allows.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LicenceKind)]
pub(crate) enum LicenceKindName {
    /// The smallest: limited copies and streams.
    Basic,
    /// Higher limits, better files.
    Premium,
    /// No limits, but not alone.
    Unlimited,
    /// Sold once: it takes the product off sale.
    Exclusive,
    /// As the terms say.
    Custom,
}

/// How a licence may be used.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = UseTerms)]
pub(crate) struct UseTermsBody {
    /// On how many devices at once, 1 to 1,000; `null` for as many as the platform bears.
    #[schema(minimum = 1, maximum = 1000)]
    activations_max: Option<u32>,
    /// For how many days from the day it is issued, 1 to 36,500; `null` for ever.
    #[schema(minimum = 1, maximum = 36500)]
    valid_days: Option<u32>,
    /// Whether its holder may pass it on.
    transferable: bool,
}

/// Which tax rate applies.
#[derive(Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TaxCategory)]
pub(crate) enum TaxCategoryName {
    /// The country's standard rate, as for downloads.
    Standard,
}

impl From<OfferRow> for OfferBody {
    fn from(offer: OfferRow) -> Self {
        Self {
            id: offer.offer_id,
            kind: offer.kind,
            price: offer.price.into(),
            terms: TermsBody {
                version: offer.terms_version,
                hash: offer.terms_hash,
            },
            tax_category: offer.tax_category,
            use_terms: offer.use_terms,
            status: offer.standing.into(),
        }
    }
}

impl From<OfferStanding> for OfferStatus {
    fn from(standing: OfferStanding) -> Self {
        match standing {
            OfferStanding::Open => Self::Open,
            OfferStanding::Withdrawn => Self::Withdrawn,
        }
    }
}

impl OfferBody {
    fn new(id: OfferId, offer: &Offer) -> Self {
        Self {
            id,
            kind: offer.kind,
            price: offer.price.into(),
            terms: TermsBody {
                version: offer.terms_version.clone(),
                hash: offer.terms_hash,
            },
            tax_category: offer.tax_category,
            use_terms: offer.use_terms,
            status: offer.standing.into(),
        }
    }
}

impl ProductBody {
    /// The product as the read model shows it.
    pub(crate) fn of_view(view: ProductView, ratings: RatingSummary) -> Self {
        let status = view.product.sale_status().into();
        let ProductView {
            mut product,
            mut offers,
        } = view;
        offers.sort_unstable_by_key(|offer| offer.offer_id);
        product.files.sort_unstable_by_key(|file| file.file_id);
        Self {
            id: product.product_id,
            seller_id: product.seller_id,
            title: product.title,
            description: product.description,
            status,
            offers: offers.into_iter().map(OfferBody::from).collect(),
            files: product
                .files
                .into_iter()
                .map(|file| FileBody::new(file.file_id, file.content))
                .collect(),
            rating: ratings.into(),
            created_at: product.created_at,
            published_at: product.published_at,
            updated_at: product.updated_at,
            as_of_position: None,
        }
    }

    /// Says which past moment it shows.
    pub(super) fn of_moment(self, position: Position) -> Self {
        Self {
            as_of_position: Some(position.get()),
            ..self
        }
    }

    /// The product as its stream says, if it exists.
    pub(crate) fn of_state(state: &ProductState, ratings: RatingSummary) -> Option<Self> {
        let (facts, status) = (state.facts()?, state.sale_status()?);
        Some(Self {
            id: facts.product_id,
            seller_id: facts.seller_id,
            title: facts.title.clone(),
            description: facts.description.clone(),
            status: status.into(),
            offers: facts
                .offers
                .iter()
                .map(|(id, offer)| OfferBody::new(*id, offer))
                .collect(),
            files: facts
                .files
                .iter()
                .map(|(id, content)| FileBody::new(*id, content.clone()))
                .collect(),
            rating: ratings.into(),
            created_at: facts.created_at,
            published_at: facts.published_at,
            updated_at: facts.updated_at,
            as_of_position: None,
        })
    }
}

/// The product as the ledger has it now: what a write answers with, whatever the read models have seen.
pub(crate) async fn load(app: &App, product_id: ProductId) -> Result<ProductBody, Problem> {
    let loaded = app.engine().ledger().load::<Product>(product_id.as_uuid()).await;
    let loaded = loaded.map_err(comptoir_engine::UseCaseError::from)?;
    let ratings = reviews::query::ratings(app.reads().pool(), product_id).await?;
    ProductBody::of_state(&loaded.state, ratings).ok_or_else(|| Problem::new(ProblemKind::ProductNotFound))
}

/// The answer to a change of a product.
pub(crate) async fn changed<T>(
    app: &App,
    product_id: ProductId,
    answered: Answered<T>,
) -> Result<Answer<ProductBody>, Problem> {
    let body = load(app, product_id).await?;
    Ok(Answer::ok(body, answered.position).on(answered.occasion))
}
