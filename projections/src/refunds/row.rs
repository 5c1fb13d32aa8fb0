//! A row of `refunds`, typed.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{RefundPart, RefundReason};
use comptoir_domain::values::{Currency, Money, OrderId, PersonId, ProviderCode, RefundId, Sealed};
use comptoir_ledger::Position;
use sqlx::types::Json;
use uuid::Uuid;

use crate::listing::QueryError;
use crate::text::from_name;

/// A refund, with those whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundView {
    /// The refund.
    pub refund: RefundRow,
    /// Who bought; unknown only while the orders are behind.
    pub buyer_id: Option<PersonId>,
    /// Who sold each line of the order, in the order of the lines.
    pub sellers: Vec<PersonId>,
}

impl RefundView {
    /// Who sold a line of the order.
    pub fn seller_of(&self, line: u32) -> Option<PersonId> {
        usize::try_from(line)
            .ok()
            .and_then(|line| self.sellers.get(line))
            .copied()
    }

    /// Whether it is about a line of this seller.
    pub fn concerns_seller(&self, seller_id: PersonId) -> bool {
        if self.refund.parts.is_empty() {
            self.sellers.contains(&seller_id)
        } else {
            self.refund
                .parts
                .iter()
                .any(|part| self.seller_of(part.line) == Some(seller_id))
        }
    }
}

/// What is known of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRow {
    /// The refund.
    pub refund_id: RefundId,
    /// The order.
    pub order_id: OrderId,
    /// How much.
    pub amount: Money,
    /// What of it belongs to which line; none for what the first release opened.
    pub parts: Vec<RefundPart>,
    /// Why.
    pub reason: RefundReason,
    /// The same in words, sealed with the key of who wrote them.
    pub note: Option<Sealed>,
    /// Who asked; nobody, if it followed from something else.
    pub requested_by: Option<PersonId>,
    /// How far it is.
    pub status: RefundProgress,
    /// Why it failed.
    pub failure_code: Option<ProviderCode>,
    /// When it was asked for.
    pub opened_at: DateTime<Utc>,
    /// Where the event that opened it stands in the ledger.
    pub opened_position: Position,
    /// When we learnt that the money has gone back.
    pub settled_at: Option<DateTime<Utc>>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
    /// The newest event that this row knows.
    pub position: Position,
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundProgress {
    /// Asked for here.
    Requested,
    /// The provider has it.
    Submitted,
    /// Somebody at the provider looks at it.
    UnderReview,
    /// The money has gone back.
    Succeeded,
    /// It has not, and can be asked for again.
    Failed,
}

impl RefundProgress {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::Requested,
        Self::Submitted,
        Self::UnderReview,
        Self::Succeeded,
        Self::Failed,
    ];

    /// The name as the API shows it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Submitted => "submitted",
            Self::UnderReview => "under_review",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|status| status.as_str() == name)
    }
}

/// The columns as the database has them.
#[derive(Debug)]
pub(super) struct RefundColumns {
    pub(super) id: Uuid,
    pub(super) order_id: Uuid,
    pub(super) amount_minor: i64,
    pub(super) currency: String,
    pub(super) parts: Json<Vec<RefundPart>>,
    pub(super) reason: String,
    pub(super) note: Option<Json<Sealed>>,
    pub(super) requested_by: Option<Uuid>,
    pub(super) status: String,
    pub(super) failure_code: Option<String>,
    pub(super) opened_at: DateTime<Utc>,
    pub(super) opened_position: i64,
    pub(super) settled_at: Option<DateTime<Utc>>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) position: i64,
    pub(super) buyer_id: Option<Uuid>,
    pub(super) sellers: Option<Vec<Uuid>>,
}

/// Reads [`RefundColumns`]: first the expressions of buyer and sellers, then all from `FROM` on, with its arguments.
macro_rules! select_refunds {
    ($people:literal, $from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            RefundColumns,
            r#"SELECT r.id, r.order_id, r.amount_minor, r.currency, r.parts AS "parts: _", r.reason,
                   r.note AS "note: _", r.requested_by, r.status, r.failure_code, r.opened_at,
                   r.opened_position, r.settled_at, r.updated_at, r.position, "#
                + $people + " " + $from
            $(, $argument)*
        )
    };
}
pub(super) use select_refunds;

/// The status column holds a name that no release has written.
#[derive(Debug, thiserror::Error)]
#[error("unknown refund status")]
struct UnknownRefundProgress;

impl TryFrom<RefundColumns> for RefundView {
    type Error = QueryError;

    fn try_from(mut columns: RefundColumns) -> Result<Self, QueryError> {
        let sellers = columns.sellers.take().unwrap_or_default();
        Ok(Self {
            buyer_id: columns.buyer_id.map(PersonId::from_uuid),
            sellers: sellers.into_iter().map(PersonId::from_uuid).collect(),
            refund: RefundRow::try_from(columns)?,
        })
    }
}

impl TryFrom<RefundColumns> for RefundRow {
    type Error = QueryError;

    fn try_from(columns: RefundColumns) -> Result<Self, QueryError> {
        let unreadable = QueryError::unreadable("refunds", columns.id);
        let currency: Currency = from_name(&columns.currency).map_err(|error| unreadable(&error))?;
        let failure_code = columns.failure_code.as_deref().map(from_name).transpose();
        Ok(Self {
            refund_id: RefundId::from_uuid(columns.id),
            order_id: OrderId::from_uuid(columns.order_id),
            amount: Money::new(columns.amount_minor, currency),
            parts: columns.parts.0,
            reason: from_name(&columns.reason).map_err(|error| unreadable(&error))?,
            note: columns.note.map(|Json(note)| note),
            requested_by: columns.requested_by.map(PersonId::from_uuid),
            status: RefundProgress::named(&columns.status)
                .ok_or_else(|| unreadable(&UnknownRefundProgress))?,
            failure_code: failure_code.map_err(|error| unreadable(&error))?,
            opened_at: columns.opened_at,
            opened_position: Position::new(columns.opened_position),
            settled_at: columns.settled_at,
            updated_at: columns.updated_at,
            position: Position::new(columns.position),
        })
    }
}
