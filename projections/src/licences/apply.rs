//! How events change licences: those of a batch are loaded, changed in memory, event by event, and stored.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use comptoir_domain::licence::{LicenceCause, LicenceEvent, LicenceIssued};
use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{CauseBearing, CauseRow, LicenceRow, LicenceStatus};
use super::store;
use crate::runner::{ApplyError, Projection, decode, misplaced};

/// The projection of the read model `licences`.
#[derive(Debug, Clone, Copy)]
pub struct Licences;

impl Projection for Licences {
    const NAME: &'static str = "licences";
    const VERSION: i32 = 2;
    const SCHEMA: &'static str = "read_licences";

    fn event_types(&self) -> Vec<&'static str> {
        LicenceEvent::WIRE.iter().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut batch = Batch::default();
        let mut decoded = Vec::with_capacity(events.len());
        for recorded in events {
            decoded.push((recorded, decode::<LicenceEvent>(recorded)?));
        }
        for row in store::load(connection, &ids_to_load(&decoded)).await? {
            batch.stored.insert(row.licence_id.as_uuid(), row);
        }
        for (recorded, event) in decoded {
            batch.apply(recorded, event)?;
        }
        store::insert(connection, &batch.issued.into_values().collect::<Vec<_>>()).await?;
        store::update(connection, &batch.stored.into_values().collect::<Vec<_>>()).await?;
        Ok(())
    }
}

/// The licences that are changed here but issued before.
fn ids_to_load(events: &[(&RecordedEvent, LicenceEvent)]) -> Vec<Uuid> {
    let later = events.iter().filter(|(recorded, _)| recorded.revision.get() > 0);
    let mut ids: Vec<Uuid> = later
        .filter_map(|(recorded, _)| recorded.aggregate_id())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The licences that a batch of events is about.
#[derive(Default)]
struct Batch {
    stored: BTreeMap<Uuid, LicenceRow>,
    issued: BTreeMap<Uuid, LicenceRow>,
}

impl Batch {
    fn apply(&mut self, recorded: &RecordedEvent, event: LicenceEvent) -> Result<(), ApplyError> {
        let id = recorded
            .aggregate_id()
            .ok_or_else(|| misplaced(recorded, "its stream is not named after a licence"))?;
        let licence = self.issued.get_mut(&id).or_else(|| self.stored.get_mut(&id));
        match (licence, event) {
            (None, LicenceEvent::Issued(issued)) => {
                self.issued.insert(id, new_row(recorded, issued));
                Ok(())
            }
            (Some(_), LicenceEvent::Issued(_)) => Err(misplaced(recorded, "the licence is issued already")),
            (None, LicenceEvent::Suspended(_) | LicenceEvent::Revoked(_) | LicenceEvent::Reinstated(_)) => {
                Err(misplaced(recorded, "the licence was never issued"))
            }
            (Some(licence), event) => {
                change(licence, event);
                licence.revision = recorded.revision;
                licence.position = recorded.position;
                Ok(())
            }
        }
    }
}

fn change(licence: &mut LicenceRow, event: LicenceEvent) {
    match event {
        LicenceEvent::Issued(_) => {}
        LicenceEvent::Suspended(suspended) => {
            stand(licence, suspended.cause, CauseBearing::Suspends, suspended.at);
        }
        LicenceEvent::Revoked(revoked) => stand(licence, revoked.cause, CauseBearing::Revokes, revoked.at),
        LicenceEvent::Reinstated(reinstated) => {
            licence.causes.retain(|known| known.cause != reinstated.cause);
        }
    }
    licence.status = LicenceStatus::of(&licence.causes);
}

fn stand(licence: &mut LicenceRow, cause: LicenceCause, bearing: CauseBearing, at: DateTime<Utc>) {
    licence.causes.retain(|known| known.cause != cause);
    licence.causes.push(CauseRow { cause, bearing, at });
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
        causes: Vec::new(),
        issued_at: issued.at,
        issued_position: recorded.position,
        revision: recorded.revision,
        position: recorded.position,
    }
}
