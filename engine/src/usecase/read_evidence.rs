//! What can be shown to a bank in a dispute, from the ledger itself.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use comptoir_domain::licence::{Licence, LicenceEvent};
use comptoir_domain::order::Order;
use comptoir_domain::review::Review;
use comptoir_domain::values::{FileId, LicenceId, OrderId, PersonId, ProductId, ReviewId};
use comptoir_ledger::{LedgerError, Loaded, Revision};
use futures::future::try_join_all;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// The order and its licences as they stand.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The order.
    pub order: Arc<Loaded<Order>>,
    /// Its licences that were issued, by line and unit.
    pub licences: Vec<Arc<Loaded<Licence>>>,
    /// What was done with these licences, the oldest first.
    pub accesses: Vec<LicenceAccess>,
    /// What the buyer has said about what they bought, by product.
    pub reviews: Vec<Arc<Loaded<Review>>>,
}

/// Something that was done with a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenceAccess {
    /// The licence.
    pub licence_id: LicenceId,
    /// Who held it then: the buyer, or whom they had passed it on to.
    pub holder_id: PersonId,
    /// What was done.
    pub kind: LicenceAccessKind,
    /// When.
    pub at: DateTime<Utc>,
}

/// What was done with a licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenceAccessKind {
    /// A file was downloaded.
    Download(FileId),
    /// A device began to use it.
    Activation,
    /// A signed file was handed out, by which programs work offline.
    OfflineFile,
}

impl Engine {
    /// Gathers what the ledger knows of an order; none, if there is no such order.
    #[tracing::instrument(name = "engine.order.read_evidence", skip_all, fields(%order_id))]
    pub async fn evidence(&self, order_id: OrderId) -> Result<Option<Evidence>, UseCaseError> {
        let order = self.orders.get(order_id.as_uuid(), Freshness::Fresh).await?;
        let Some(facts) = order.state.facts() else {
            return Ok(None);
        };
        let units = (0_u32..)
            .zip(&facts.lines)
            .flat_map(|(line, sold)| (0..sold.quantity.get()).map(move |unit| (line, unit)));
        let loads = units.map(|(line, unit)| {
            let id = LicenceId::of_unit(order_id, line, unit).as_uuid();
            self.licences.get(id, Freshness::Fresh)
        });
        let licences = try_join_all(loads).await?.into_iter();
        let licences: Vec<_> = licences.filter(|licence| licence.exists()).collect();
        let mut accesses = Vec::new();
        for licence in &licences {
            accesses.extend(self.accesses_of(licence).await?);
        }
        accesses.sort_by_key(|access| access.at);
        let products: BTreeSet<ProductId> = facts.lines.iter().map(|line| line.product_id).collect();
        let reviews = products.into_iter().map(|product_id| {
            let review_id = ReviewId::of(facts.buyer_id, product_id);
            self.reviews.get(review_id.as_uuid(), Freshness::Fresh)
        });
        let reviews = try_join_all(reviews).await?.into_iter();
        Ok(Some(Evidence {
            reviews: reviews.filter(|review| review.exists()).collect(),
            accesses,
            licences,
            order,
        }))
    }

    async fn accesses_of(&self, licence: &Loaded<Licence>) -> Result<Vec<LicenceAccess>, UseCaseError> {
        let Some(held) = licence.state.held() else {
            return Ok(Vec::new());
        };
        let licence_id = held.grant.licence_id;
        let events = self.ledger.read_stream(&licence.stream, Revision::FIRST).await?;
        let (mut accesses, mut holder_id) = (Vec::new(), held.grant.buyer_id);
        for event in &events {
            let decoded: LicenceEvent = event.decode().map_err(|source| LedgerError::Decode {
                position: event.position,
                source,
            })?;
            let (kind, at) = match decoded {
                LicenceEvent::FileAccessed(access) => {
                    (LicenceAccessKind::Download(access.file_id), access.at)
                }
                LicenceEvent::Activated(activated) => (LicenceAccessKind::Activation, activated.at),
                LicenceEvent::OfflineFileIssued(issued) if issued.to == holder_id => {
                    (LicenceAccessKind::OfflineFile, issued.at)
                }
                LicenceEvent::Transferred(transferred) => {
                    holder_id = transferred.to;
                    continue;
                }
                LicenceEvent::Issued(_)
                | LicenceEvent::Deactivated(_)
                | LicenceEvent::KeyRotated(_)
                | LicenceEvent::OfflineFileIssued(_)
                | LicenceEvent::UpgradeReserved(_)
                | LicenceEvent::UpgradeReleased(_)
                | LicenceEvent::Superseded(_)
                | LicenceEvent::Suspended(_)
                | LicenceEvent::Revoked(_)
                | LicenceEvent::Reinstated(_) => continue,
            };
            accesses.push(LicenceAccess {
                licence_id,
                holder_id,
                kind,
                at,
            });
        }
        Ok(accesses)
    }
}
