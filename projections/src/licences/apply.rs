//! How events change licences.

use comptoir_domain::licence::{LicenceEvent, LicenceIssued};
use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;

use super::row::{LicenceRow, LicenceStatus};
use super::store;
use crate::runner::{ApplyError, Projection, decode};

/// The projection of the read model `licences`.
#[derive(Debug, Clone, Copy)]
pub struct Licences;

impl Projection for Licences {
    const NAME: &'static str = "licences";
    const VERSION: i32 = 1;
    const SCHEMA: &'static str = "read_licences";

    fn event_types(&self) -> Vec<&'static str> {
        LicenceEvent::WIRE.iter().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut issued = Vec::with_capacity(events.len());
        for recorded in events {
            match decode(recorded)? {
                LicenceEvent::Issued(event) => issued.push(new_row(recorded, event)),
            }
        }
        store::insert(connection, &issued).await?;
        Ok(())
    }
}

fn new_row(recorded: &RecordedEvent, issued: LicenceIssued) -> LicenceRow {
    let grant = issued.grant;
    LicenceRow {
        licence_id: grant.licence_id,
        order_id: grant.order_id,
        line: grant.line,
        unit: grant.unit,
        holder_id: grant.buyer_id,
        seller_id: grant.seller_id,
        product_id: grant.product_id,
        offer_id: grant.offer_id,
        title: grant.title,
        kind: grant.kind,
        terms_version: grant.terms_version,
        terms_hash: grant.terms_hash,
        status: LicenceStatus::Issued,
        issued_at: issued.at,
        issued_position: recorded.position,
        revision: recorded.revision,
        position: recorded.position,
    }
}
