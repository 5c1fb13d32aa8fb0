//! How events change licences: the rows of a batch are loaded, changed in memory, event by event, and stored.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use comptoir_domain::licence::{LicenceCause, LicenceEvent, LicenceIssued};
use comptoir_domain::values::{ActivationId, LicenceId};
use comptoir_ledger::RecordedEvent;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{ActivationRow, CauseBearing, CauseRow, LicenceRow, LicenceStatus};
use super::store;
use crate::runner::{ApplyError, Behind, Projection, RowValues, Rows, decode, misplaced};

/// The projection of the read model `licences`.
#[derive(Debug, Clone, Copy)]
pub struct Licences;

impl Projection for Licences {
    const NAME: &'static str = "licences";
    const VERSION: i32 = 4;
    const SCHEMA: &'static str = "read_licences";
    const ROWS: Rows = Rows::OfOneStream;

    fn event_types(&self) -> Vec<&'static str> {
        LicenceEvent::WIRE.iter().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut batch = Batch::default();
        // Licences that begin in this batch are not there yet.
        let later = events.iter().filter(|event| event.revision.get() > 0);
        let ids: BTreeSet<Uuid> = later.filter_map(RecordedEvent::aggregate_id).collect();
        if !ids.is_empty() {
            let ids: Vec<Uuid> = ids.into_iter().collect();
            for row in store::load(connection, &ids).await? {
                batch.rows.insert(row.licence_id.as_uuid(), row);
            }
        }
        for recorded in events {
            batch.apply(recorded, decode(recorded)?)?;
        }
        let rows: Vec<&LicenceRow> = batch.rows.values().collect();
        store::upsert(connection, &rows).await?;
        store::forget_devices(connection, &batch.cleared, &batch.gone()).await?;
        store::upsert_devices(connection, &batch.present()).await?;
        Ok(())
    }

    fn behind(table: &str, row: &RowValues<'_>) -> Behind {
        let id = if table == "licences" { "id" } else { "licence_id" };
        Behind::stream("licence", row, id)
    }
}

/// The licences that a batch of events is about.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) rows: BTreeMap<Uuid, LicenceRow>,
    /// Licences all of whose devices of before are gone.
    cleared: BTreeSet<LicenceId>,
    /// Devices that came, or went.
    devices: BTreeMap<(LicenceId, ActivationId), Option<ActivationRow>>,
}

impl Batch {
    pub(super) fn apply(&mut self, recorded: &RecordedEvent, event: LicenceEvent) -> Result<(), ApplyError> {
        let id = recorded
            .aggregate_id()
            .ok_or_else(|| misplaced(recorded, "its stream is not named after a licence"))?;
        if let LicenceEvent::Issued(issued) = event {
            if self.rows.contains_key(&id) {
                return Err(misplaced(recorded, "the licence was issued already"));
            }
            self.rows.insert(id, new_row(recorded, issued));
            return Ok(());
        }
        let row = self
            .rows
            .get_mut(&id)
            .ok_or_else(|| misplaced(recorded, "the licence was never issued"))?;
        row.revision = recorded.revision;
        row.position = recorded.position;
        let licence_id = row.licence_id;
        match event {
            LicenceEvent::Issued(_) => return Err(misplaced(recorded, "the licence was issued already")),
            LicenceEvent::Activated(activated) => {
                let activation_id = activated.activation_id;
                row.activations_count += 1;
                let device = ActivationRow {
                    activation_id,
                    label: activated.label,
                    activated_at: activated.at,
                };
                self.devices.insert((licence_id, activation_id), Some(device));
            }
            LicenceEvent::Deactivated(deactivated) => {
                row.activations_count = row.activations_count.saturating_sub(1);
                self.devices.insert((licence_id, deactivated.activation_id), None);
            }
            LicenceEvent::KeyRotated(rotated) => row.key = Some(rotated.key),
            LicenceEvent::Transferred(transferred) => {
                row.holder_id = transferred.to;
                row.key = Some(transferred.key);
                row.activations_count = 0;
                self.cleared.insert(licence_id);
                self.devices.retain(|(licence, _), _| *licence != licence_id);
            }
            LicenceEvent::FileAccessed(accessed) => {
                row.accesses_count += 1;
                row.first_access_at.get_or_insert(accessed.at);
            }
            // Which files there are of it, and whether an order is about to upgrade it, is asked of its stream.
            LicenceEvent::OfflineFileIssued(_) | LicenceEvent::UpgradeReserved(_) => {}
            LicenceEvent::UpgradeReleased(_) => {
                row.superseded_by = None;
                row.status = LicenceStatus::of(row);
            }
            LicenceEvent::Superseded(superseded) => {
                row.superseded_by = Some(superseded.by);
                row.status = LicenceStatus::of(row);
            }
            LicenceEvent::Suspended(suspended) => {
                stand(row, suspended.cause, CauseBearing::Suspends, suspended.at);
            }
            LicenceEvent::Revoked(revoked) => stand(row, revoked.cause, CauseBearing::Revokes, revoked.at),
            LicenceEvent::Reinstated(reinstated) => {
                row.causes.retain(|known| known.cause != reinstated.cause);
                row.status = LicenceStatus::of(row);
            }
        }
        Ok(())
    }

    fn gone(&self) -> Vec<(LicenceId, ActivationId)> {
        let gone = self.devices.iter().filter(|(_, device)| device.is_none());
        gone.map(|(id, _)| *id).collect()
    }

    fn present(&self) -> Vec<(LicenceId, &ActivationRow)> {
        let devices = self.devices.iter();
        devices
            .filter_map(|((licence, _), device)| Some((*licence, device.as_ref()?)))
            .collect()
    }
}

fn stand(row: &mut LicenceRow, cause: LicenceCause, bearing: CauseBearing, at: DateTime<Utc>) {
    row.causes.retain(|known| known.cause != cause);
    row.causes.push(CauseRow { cause, bearing, at });
    row.status = LicenceStatus::of(row);
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
        use_terms: grant.use_terms,
        upgrade_of: grant.upgrade_of,
        superseded_by: None,
        status: LicenceStatus::Issued,
        causes: Vec::new(),
        key: issued.key,
        activations_count: 0,
        accesses_count: 0,
        first_access_at: None,
        issued_at: issued.at,
        expires_at: grant.use_terms.expires_at(issued.at),
        issued_position: recorded.position,
        revision: recorded.revision,
        position: recorded.position,
    }
}
