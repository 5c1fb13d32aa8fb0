//! A row of `disputes`, typed.

use chrono::{DateTime, Utc};
use comptoir_domain::order::{DisputeStage, DisputeStatus};
use comptoir_domain::values::{Currency, DisputeId, Money, OrderId, PersonId, ProviderCode};
use comptoir_ledger::Position;
use uuid::Uuid;

use crate::listing::QueryError;
use crate::text::from_name;

/// A dispute, with those whom it concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeView {
    /// The dispute.
    pub dispute: DisputeRow,
    /// Who bought; unknown only while the orders are behind.
    pub buyer_id: Option<PersonId>,
    /// Who sold the lines of the order.
    pub sellers: Vec<PersonId>,
}

/// What is known of a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeRow {
    /// The dispute.
    pub dispute_id: DisputeId,
    /// The order whose payment is disputed.
    pub order_id: OrderId,
    /// The provider's id.
    pub provider_dispute_id: ProviderCode,
    /// What the bank wants, in the bank's currency.
    pub amount: Money,
    /// How far the procedure is.
    pub stage: DisputeStage,
    /// Where it stands there.
    pub status: DisputeStatus,
    /// The bank's reason.
    pub reason: Option<ProviderCode>,
    /// Until when it can be challenged.
    pub respond_by: Option<DateTime<Utc>>,
    /// When we first heard of it.
    pub opened_at: DateTime<Utc>,
    /// Where the event that says so stands in the ledger.
    pub opened_position: Position,
    /// When we learnt of its end, if it has ended.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it changed last.
    pub updated_at: DateTime<Utc>,
    /// The newest event that this row knows.
    pub position: Position,
}

/// The columns as the database has them.
#[derive(Debug)]
pub(super) struct DisputeColumns {
    pub(super) id: Uuid,
    pub(super) order_id: Uuid,
    pub(super) provider_dispute_id: String,
    pub(super) amount_minor: i64,
    pub(super) currency: String,
    pub(super) stage: String,
    pub(super) status: String,
    pub(super) reason: Option<String>,
    pub(super) respond_by: Option<DateTime<Utc>>,
    pub(super) opened_at: DateTime<Utc>,
    pub(super) opened_position: i64,
    pub(super) closed_at: Option<DateTime<Utc>>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) position: i64,
    pub(super) buyer_id: Option<Uuid>,
    pub(super) sellers: Option<Vec<Uuid>>,
}

/// Reads [`DisputeColumns`]: first the expressions of buyer and sellers, then all from `FROM` on, with its arguments.
macro_rules! select_disputes {
    ($people:literal, $from:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            DisputeColumns,
            "SELECT d.id, d.order_id, d.provider_dispute_id, d.amount_minor, d.currency, d.stage, d.status, d.reason,
                 d.respond_by, d.opened_at, d.opened_position, d.closed_at, d.updated_at, d.position, "
                + $people + " " + $from
            $(, $argument)*
        )
    };
}
pub(super) use select_disputes;

impl TryFrom<DisputeColumns> for DisputeView {
    type Error = QueryError;

    fn try_from(mut columns: DisputeColumns) -> Result<Self, QueryError> {
        let sellers = columns.sellers.take().unwrap_or_default();
        Ok(Self {
            buyer_id: columns.buyer_id.map(PersonId::from_uuid),
            sellers: sellers.into_iter().map(PersonId::from_uuid).collect(),
            dispute: DisputeRow::try_from(columns)?,
        })
    }
}

impl TryFrom<DisputeColumns> for DisputeRow {
    type Error = QueryError;

    fn try_from(columns: DisputeColumns) -> Result<Self, QueryError> {
        let unreadable = QueryError::unreadable("disputes", columns.id);
        let currency: Currency = from_name(&columns.currency).map_err(|error| unreadable(&error))?;
        let provider_dispute_id = from_name(&columns.provider_dispute_id);
        let reason = columns.reason.as_deref().map(from_name).transpose();
        Ok(Self {
            dispute_id: DisputeId::from_uuid(columns.id),
            order_id: OrderId::from_uuid(columns.order_id),
            provider_dispute_id: provider_dispute_id.map_err(|error| unreadable(&error))?,
            amount: Money::new(columns.amount_minor, currency),
            stage: columns.stage.parse().map_err(|error| unreadable(&error))?,
            status: columns.status.parse().map_err(|error| unreadable(&error))?,
            reason: reason.map_err(|error| unreadable(&error))?,
            respond_by: columns.respond_by,
            opened_at: columns.opened_at,
            opened_position: Position::new(columns.opened_position),
            closed_at: columns.closed_at,
            updated_at: columns.updated_at,
            position: Position::new(columns.position),
        })
    }
}
