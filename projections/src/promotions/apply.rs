//! How events change promotions: what a batch leads to is gathered in memory and stored at its end.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use comptoir_domain::promo::{PromoCreated, PromoEvent, UseCount};
use comptoir_domain::values::{OrderId, PersonId};
use comptoir_ledger::{Position, RecordedEvent, Revision};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::UseStandingName;
use super::store;
use crate::runner::{ApplyError, Behind, Projection, RowValues, Rows, decode, misplaced};

/// The projection of the read model `promotions`.
#[derive(Debug, Clone, Copy)]
pub struct Promotions;

impl Projection for Promotions {
    const NAME: &'static str = "promotions";
    const VERSION: i32 = 1;
    const SCHEMA: &'static str = "read_promotions";
    const ROWS: Rows = Rows::OfOneStream;

    fn event_types(&self) -> Vec<&'static str> {
        PromoEvent::WIRE.iter().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut batch = Batch::default();
        for recorded in events {
            batch.apply(recorded, decode(recorded)?)?;
        }
        store::insert(connection, &batch.created).await?;
        store::change(connection, &batch.changed).await?;
        store::put_uses(connection, &batch.uses).await?;
        store::drop_uses(connection, &batch.uses).await?;
        Ok(())
    }

    fn behind(table: &str, row: &RowValues<'_>) -> Behind {
        let id = if table == "promotions" {
            "id"
        } else {
            "promotion_id"
        };
        Behind::stream("promo", row, id)
    }
}

/// What the events of a batch lead to.
#[derive(Default)]
struct Batch {
    created: Vec<(Position, PromoCreated)>,
    changed: BTreeMap<Uuid, Change>,
    uses: Uses,
}

/// The orders that use a promotion after a batch, or no longer do, by promotion and order.
pub(super) type Uses = BTreeMap<(Uuid, OrderId), Option<(PersonId, UseStandingName)>>;

/// What a batch changes of a promotion.
#[derive(Debug, Clone, Copy)]
pub(super) struct Change {
    pub(super) deactivated_at: Option<DateTime<Utc>>,
    pub(super) updated_at: DateTime<Utc>,
    pub(super) revision: Revision,
    pub(super) position: Position,
}

impl Batch {
    fn apply(&mut self, recorded: &RecordedEvent, event: PromoEvent) -> Result<(), ApplyError> {
        let id = recorded
            .aggregate_id()
            .ok_or_else(|| misplaced(recorded, "its stream is not named after a promotion"))?;
        let before = self.changed.get(&id).and_then(|change| change.deactivated_at);
        let mut change = Change {
            deactivated_at: before,
            updated_at: recorded.recorded_at,
            revision: recorded.revision,
            position: recorded.position,
        };
        match event {
            PromoEvent::Created(created) => self.created.push((recorded.position, created)),
            PromoEvent::Reserved(reserved) => {
                let now = (reserved.buyer_id, UseStandingName::Reserved);
                self.uses.insert((id, reserved.order_id), Some(now));
            }
            PromoEvent::Redeemed(redeemed) => {
                let standing = match redeemed.count {
                    UseCount::WithinCaps => UseStandingName::Redeemed,
                    UseCount::BeyondCaps => UseStandingName::RedeemedBeyondCaps,
                };
                let now = (redeemed.buyer_id, standing);
                self.uses.insert((id, redeemed.order_id), Some(now));
            }
            PromoEvent::Released(released) => {
                self.uses.insert((id, released.order_id), None);
            }
            PromoEvent::Deactivated(deactivated) => change.deactivated_at = Some(deactivated.at),
        }
        self.changed.insert(id, change);
        Ok(())
    }
}
