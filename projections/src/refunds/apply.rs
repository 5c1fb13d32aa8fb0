//! How events change refunds: the rows of a batch are loaded, changed in memory, event by event, and stored.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use comptoir_domain::order::{OrderEvent, OrderRefundOpened};
use comptoir_domain::refund::RefundEvent;
use comptoir_domain::values::{OrderId, RefundId};
use comptoir_ledger::{RecordedEvent, StreamName};
use sqlx::PgConnection;

use super::row::{RefundProgress, RefundRow};
use super::store;
use crate::runner::{ApplyError, Behind, Projection, RowValues, decode, misplaced};

/// The event by which an order opens a refund.
const OPENED: &str = "order.refund_opened";

/// The projection of the read model `refunds`.
#[derive(Debug, Clone, Copy)]
pub struct Refunds;

impl Projection for Refunds {
    const NAME: &'static str = "refunds";
    const VERSION: i32 = 2;
    const SCHEMA: &'static str = "read_refunds";

    fn event_types(&self) -> Vec<&'static str> {
        let of_refunds = RefundEvent::WIRE.iter().map(|(name, _)| *name);
        [OPENED].into_iter().chain(of_refunds).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let ids: Vec<_> = events.iter().filter_map(RecordedEvent::aggregate_id).collect();
        let mut rows: BTreeMap<RefundId, RefundRow> = store::load(connection, &ids)
            .await?
            .into_iter()
            .map(|row| (row.refund_id, row))
            .collect();
        for recorded in events {
            if recorded.event_type == OPENED {
                if let OrderEvent::RefundOpened(opened) = decode(recorded)? {
                    let row = new_row(recorded, opened)?;
                    rows.insert(row.refund_id, row);
                }
                continue;
            }
            let event = decode::<RefundEvent>(recorded)?;
            let row = recorded
                .aggregate_id()
                .and_then(|id| rows.get_mut(&RefundId::from_uuid(id)))
                .ok_or_else(|| misplaced(recorded, "no order has opened the refund"))?;
            change(row, event);
            row.updated_at = recorded.recorded_at;
            row.position = recorded.position;
        }
        store::upsert(connection, &rows.into_values().collect::<Vec<_>>()).await?;
        Ok(())
    }

    fn behind(_table: &str, row: &RowValues<'_>) -> Behind {
        let order = row.uuid("order_id").map(|id| StreamName::new("order", id));
        let refund = row.uuid("id").map(|id| StreamName::new("refund", id));
        Behind::Streams(order.into_iter().chain(refund).collect())
    }
}

fn new_row(recorded: &RecordedEvent, opened: OrderRefundOpened) -> Result<RefundRow, ApplyError> {
    let order_id = recorded
        .aggregate_id()
        .ok_or_else(|| misplaced(recorded, "its stream is not named after an order"))?;
    Ok(RefundRow {
        refund_id: opened.refund_id,
        order_id: OrderId::from_uuid(order_id),
        amount: opened.amount,
        parts: opened.parts,
        reason: opened.reason,
        note: opened.note,
        requested_by: opened.requested_by,
        status: RefundProgress::Requested,
        failure_code: None,
        opened_at: opened.at,
        opened_position: recorded.position,
        settled_at: None,
        updated_at: recorded.recorded_at,
        position: recorded.position,
    })
}

fn change(row: &mut RefundRow, event: RefundEvent) {
    match event {
        RefundEvent::Requested(_) | RefundEvent::FlaggedForReview(_) => {}
        // The answer to our own call says less than what the provider may have told us meanwhile.
        RefundEvent::Submitted(_) => match row.status {
            RefundProgress::Requested => row.status = RefundProgress::Submitted,
            RefundProgress::Submitted
            | RefundProgress::UnderReview
            | RefundProgress::Succeeded
            | RefundProgress::Failed => {}
        },
        RefundEvent::UnderReview(_) => end(row, RefundProgress::UnderReview, None),
        RefundEvent::Succeeded(succeeded) => end(row, RefundProgress::Succeeded, Some(succeeded.at)),
        RefundEvent::Failed(failed) => {
            end(row, RefundProgress::Failed, None);
            row.failure_code = failed.code;
        }
        RefundEvent::Refused(refused) => {
            end(row, RefundProgress::Failed, None);
            row.failure_code = refused.code;
        }
    }
}

fn end(row: &mut RefundRow, status: RefundProgress, settled_at: Option<DateTime<Utc>>) {
    row.status = status;
    row.settled_at = settled_at;
    row.failure_code = None;
}
