//! How events change disputes: the rows of a batch are loaded, changed in memory, event by event, and stored.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use comptoir_domain::order::{DisputeStanding, DisputeWord, OrderEvent};
use comptoir_domain::values::{DisputeId, OrderId};
use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;

use super::row::DisputeRow;
use super::store;
use crate::runner::{ApplyError, Behind, Projection, RowValues, Rows, decode, misplaced};

/// The projection of the read model `disputes`.
#[derive(Debug, Clone, Copy)]
pub struct Disputes;

impl Projection for Disputes {
    const NAME: &'static str = "disputes";
    const VERSION: i32 = 1;
    const SCHEMA: &'static str = "read_disputes";
    const ROWS: Rows = Rows::OfOneStream;

    fn event_types(&self) -> Vec<&'static str> {
        vec!["order.disputed", "order.dispute_changed", "order.dispute_closed"]
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut words = Vec::with_capacity(events.len());
        for recorded in events {
            words.extend(word_of(decode(recorded)?).map(|(word, at)| (recorded, word, at)));
        }
        let ids: Vec<_> = words
            .iter()
            .map(|(_, word, _)| word.dispute_id.as_uuid())
            .collect();
        let mut rows: BTreeMap<DisputeId, DisputeRow> = store::load(connection, &ids)
            .await?
            .into_iter()
            .map(|row| (row.dispute_id, row))
            .collect();
        for (recorded, word, at) in words {
            let row = match rows.remove(&word.dispute_id) {
                Some(known) => known,
                None => new_row(recorded, &word, at)?,
            };
            rows.insert(word.dispute_id, changed(row, recorded, word, at));
        }
        store::upsert(connection, &rows.into_values().collect::<Vec<_>>()).await?;
        Ok(())
    }

    fn behind(_table: &str, row: &RowValues<'_>) -> Behind {
        Behind::stream("order", row, "order_id")
    }
}

fn word_of(event: OrderEvent) -> Option<(DisputeWord, DateTime<Utc>)> {
    match event {
        OrderEvent::Disputed(disputed) => Some((disputed.word, disputed.at)),
        OrderEvent::DisputeChanged(changed) => Some((changed.word, changed.at)),
        OrderEvent::DisputeClosed(closed) => Some((closed.word, closed.at)),
        OrderEvent::Placed(_)
        | OrderEvent::PaymentInitiated(_)
        | OrderEvent::PaymentAwaiting(_)
        | OrderEvent::PaymentProcessing(_)
        | OrderEvent::PaymentFailed(_)
        | OrderEvent::Paid(_)
        | OrderEvent::Cancelled(_)
        | OrderEvent::Expired(_)
        | OrderEvent::FlaggedForReview(_)
        | OrderEvent::RefundOpened(_)
        | OrderEvent::RefundSettled(_)
        | OrderEvent::RefundDeclined(_)
        | OrderEvent::DeliveryBegan(_)
        | OrderEvent::WithdrawalDeclared(_)
        | OrderEvent::WithdrawalConfirmed(_) => None,
    }
}

fn new_row(
    recorded: &RecordedEvent,
    word: &DisputeWord,
    at: DateTime<Utc>,
) -> Result<DisputeRow, ApplyError> {
    let order_id = recorded
        .aggregate_id()
        .ok_or_else(|| misplaced(recorded, "its stream is not named after an order"))?;
    Ok(DisputeRow {
        dispute_id: word.dispute_id,
        order_id: OrderId::from_uuid(order_id),
        provider_dispute_id: word.provider_dispute_id.clone(),
        amount: word.amount,
        stage: word.stage,
        status: word.status,
        reason: None,
        respond_by: None,
        opened_at: at,
        opened_position: recorded.position,
        closed_at: None,
        updated_at: recorded.recorded_at,
        position: recorded.position,
    })
}

fn changed(row: DisputeRow, recorded: &RecordedEvent, word: DisputeWord, at: DateTime<Utc>) -> DisputeRow {
    DisputeRow {
        amount: word.amount,
        stage: word.stage,
        status: word.status,
        reason: word.reason,
        respond_by: word.respond_by,
        closed_at: match word.status.standing() {
            DisputeStanding::Open => None,
            DisputeStanding::Closed(_) => Some(at),
        },
        updated_at: recorded.recorded_at,
        position: recorded.position,
        ..row
    }
}
