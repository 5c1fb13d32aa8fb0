//! How events change documents: the rows of a batch are loaded, changed in memory, event by event, and stored.

use std::collections::BTreeMap;

use comptoir_domain::document::{DocumentContent, DocumentCredited, DocumentEvent, Mailing};
use comptoir_domain::values::{Money, MoneyError};
use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::DocumentRow;
use super::store;
use crate::runner::{ApplyError, Behind, Projection, RowValues, Rows, decode, misplaced};

/// The projection of the read model `documents`.
#[derive(Debug, Clone, Copy)]
pub struct Documents;

impl Projection for Documents {
    const NAME: &'static str = "documents";
    const VERSION: i32 = 1;
    const SCHEMA: &'static str = "read_documents";
    const ROWS: Rows = Rows::OfOneStream;

    fn event_types(&self) -> Vec<&'static str> {
        DocumentEvent::WIRE.iter().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let ids: Vec<_> = events.iter().filter_map(RecordedEvent::aggregate_id).collect();
        let mut rows: BTreeMap<Uuid, DocumentRow> = store::load(connection, &ids)
            .await?
            .into_iter()
            .map(|row| (row.document_id.as_uuid(), row))
            .collect();
        for recorded in events {
            apply_one(&mut rows, recorded, decode(recorded)?)?;
        }
        store::upsert(connection, &rows.into_values().collect::<Vec<_>>()).await?;
        Ok(())
    }

    fn behind(_table: &str, row: &RowValues<'_>) -> Behind {
        Behind::stream("document", row, "id")
    }
}

fn apply_one(
    rows: &mut BTreeMap<Uuid, DocumentRow>,
    recorded: &RecordedEvent,
    event: DocumentEvent,
) -> Result<(), ApplyError> {
    let id = recorded
        .aggregate_id()
        .ok_or_else(|| misplaced(recorded, "its stream is not named after a document"))?;
    if let DocumentEvent::DrawnUp(drawn_up) = event {
        rows.insert(id, new_row(recorded, *drawn_up.content));
        return Ok(());
    }
    let row = rows
        .get_mut(&id)
        .ok_or_else(|| misplaced(recorded, "the document was never drawn up"))?;
    change(row, event).map_err(|_| misplaced(recorded, "it credits more than an amount can say"))?;
    row.updated_at = recorded.recorded_at;
    row.position = recorded.position;
    Ok(())
}

fn new_row(recorded: &RecordedEvent, content: DocumentContent) -> DocumentRow {
    let totals = content.totals;
    DocumentRow {
        document_id: content.document_id,
        kind: content.kind,
        series: content.series,
        number: content.number,
        order_id: content.order_id,
        buyer_id: content.buyer_id,
        customer: content.customer,
        supplier: content.supplier,
        issued_on: content.issued_on,
        locale: content.locale,
        net: totals.net,
        tax: totals.tax,
        gross: totals.gross,
        preceding: content.preceding,
        reason: content.reason,
        refund_id: content.payment.refund_id,
        credited: Money::zero(content.currency),
        replaced_by: None,
        undone_by: None,
        rendering: None,
        mailing: Mailing::NotYet,
        handed_over: None,
        retention_ended_at: None,
        issued_at: content.at,
        issued_position: recorded.position,
        updated_at: recorded.recorded_at,
        position: recorded.position,
    }
}

fn change(row: &mut DocumentRow, event: DocumentEvent) -> Result<(), MoneyError> {
    match event {
        // It has begun a row of its own.
        DocumentEvent::DrawnUp(_) => {}
        DocumentEvent::Credited(credited) => row.credited = row.credited.plus(gross_of(row, &credited)?)?,
        DocumentEvent::CreditUndone(undone) => row.undone_by = Some(undone.by),
        // The credit note of a correction takes back all that was left.
        DocumentEvent::Replaced(replaced) => {
            row.credited = row.gross;
            row.replaced_by = Some(replaced.by);
        }
        DocumentEvent::Rendered(rendered) => row.rendering = Some(rendered.rendering),
        DocumentEvent::Mailed(mailed) => row.mailing = Mailing::Sent { at: mailed.at },
        DocumentEvent::MailFailed(failed) => {
            let (reason, attempts) = (failed.reason, failed.attempts);
            row.mailing = Mailing::Failed { reason, attempts };
        }
        DocumentEvent::HandedOver(handed) => row.handed_over = Some((handed.way, handed.at)),
        DocumentEvent::RetentionEnded(ended) => row.retention_ended_at = Some(ended.at),
    }
    Ok(())
}

fn gross_of(row: &DocumentRow, credited: &DocumentCredited) -> Result<Money, MoneyError> {
    Money::sum(row.gross.currency, credited.parts.iter().map(|part| part.gross))
}
