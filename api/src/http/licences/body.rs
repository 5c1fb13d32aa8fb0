//! A licence as the API shows it.

use chrono::{DateTime, Utc};
use comptoir_domain::values::{
    LicenceId, LicenceKind, OfferId, OrderId, PersonId, ProductId, TermsHash, TermsVersion, Title,
};
use comptoir_projections::licences::LicenceRow;
use serde::Serialize;

use crate::http::products::body::LicenceKindName;

/// The right a buyer holds for one unit of one line of a paid order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Licence)]
pub(crate) struct LicenceBody {
    /// Its id.
    #[schema(value_type = String, example = "licence_01jd3e8m6xf2r9kq7v5t4w8zab")]
    id: LicenceId,
    /// Where it stands: `issued`, `suspended` (a dispute is open) or `revoked` (refunded, withdrawn from, or lost to the
    /// buyer's bank). What is revoked may come back, as the same licence, if that is undone.
    status: &'static str,
    /// The order it was bought with.
    #[schema(value_type = String)]
    order_id: OrderId,
    /// The line of the order, counted from 0.
    line: u32,
    /// The unit of the line, counted from 0.
    unit: u32,
    /// Who holds it.
    #[schema(value_type = String)]
    holder_id: PersonId,
    /// Who sold it.
    #[schema(value_type = String)]
    seller_id: PersonId,
    /// The product.
    #[schema(value_type = String)]
    product_id: ProductId,
    /// The offer.
    #[schema(value_type = String)]
    offer_id: OfferId,
    /// The product's title when it was ordered.
    #[schema(value_type = String)]
    title: Title,
    /// What it allows.
    #[schema(value_type = LicenceKindName)]
    kind: LicenceKind,
    /// The seller's name of the wording.
    #[schema(value_type = String)]
    terms_version: TermsVersion,
    /// SHA-256 of the wording, in hex.
    #[schema(value_type = String)]
    terms_hash: TermsHash,
    /// When it was issued.
    issued_at: DateTime<Utc>,
}

impl From<LicenceRow> for LicenceBody {
    fn from(licence: LicenceRow) -> Self {
        Self {
            id: licence.licence_id,
            status: licence.status.as_str(),
            order_id: licence.order_id,
            line: licence.line,
            unit: licence.unit,
            holder_id: licence.holder_id,
            seller_id: licence.seller_id,
            product_id: licence.product_id,
            offer_id: licence.offer_id,
            title: licence.title,
            kind: licence.kind,
            terms_version: licence.terms_version,
            terms_hash: licence.terms_hash,
            issued_at: licence.issued_at,
        }
    }
}
