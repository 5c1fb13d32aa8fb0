//! Reads of what people left behind.

use comptoir_domain::values::PersonId;
use sqlx::PgPool;
use uuid::Uuid;

use crate::listing::QueryError;

/// In which way somebody had to do with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceKind {
    /// They wrote the review.
    ReviewWritten,
    /// They answered or reported the review, or found it helpful.
    ReviewJoined,
    /// They passed the licence on, or it was passed on to them.
    LicencePassed,
    /// They asked for the refund.
    RefundAsked,
    /// They said who they are, as a seller who invoices.
    SellerIdentified,
}

impl TraceKind {
    /// The name in the table.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::ReviewWritten => "review_written",
            Self::ReviewJoined => "review_joined",
            Self::LicencePassed => "licence_passed",
            Self::RefundAsked => "refund_asked",
            Self::SellerIdentified => "seller_identified",
        }
    }
}

/// The ids of what a person had to do with, behind `after`, at most `limit`. The sequence is that of the ids.
pub async fn traces(
    pool: &PgPool,
    person_id: PersonId,
    kind: TraceKind,
    after: Option<Uuid>,
    limit: u16,
) -> Result<Vec<Uuid>, QueryError> {
    let ids = sqlx::query_scalar!(
        "SELECT subject_id FROM read_persons.person_traces
         WHERE person_id = $1 AND kind = $2 AND subject_id > $3 ORDER BY subject_id LIMIT $4",
        person_id.as_uuid(),
        kind.as_str(),
        after.unwrap_or_default(),
        i64::from(limit)
    )
    .fetch_all(pool)
    .await?;
    Ok(ids)
}

/// Whether any read model names the person.
pub async fn is_known(pool: &PgPool, person_id: PersonId) -> Result<bool, QueryError> {
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM read_persons.person_traces WHERE person_id = $1)
               OR EXISTS (SELECT FROM read_orders.orders WHERE buyer_id = $1)
               OR EXISTS (SELECT FROM read_licences.licences WHERE holder_id = $1)
               OR EXISTS (SELECT FROM read_products.products WHERE seller_id = $1)
               OR EXISTS (SELECT FROM read_promotions.promotions WHERE created_by = $1) AS "known!""#,
        person_id.as_uuid()
    )
    .fetch_one(pool)
    .await?;
    Ok(known)
}
