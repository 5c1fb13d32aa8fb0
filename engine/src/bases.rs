//! The licences that an order upgrades, with the orders that paid for them: what a difference is reckoned from.

use std::collections::BTreeMap;
use std::sync::Arc;

use comptoir_domain::licence::Licence;
use comptoir_domain::order::{Order, UpgradeBase};
use comptoir_domain::policy::upgrade_base;
use comptoir_domain::values::LicenceId;
use comptoir_ledger::Loaded;
use uuid::Uuid;

use crate::aggregates::Freshness;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// How many upgrades in a row are counted together. The ladder of kinds has four rungs; only custom licences, each dearer
/// than the one before, could go on.
const CHAIN_MAX: usize = 16;

/// The licences that are upgraded, those that they were upgrades of themselves, and the orders of all.
#[derive(Default)]
pub(crate) struct LoadedBases {
    /// What the rules need to know of each licence that an order names; without those that do not exist.
    pub(crate) bases: BTreeMap<LicenceId, UpgradeBase>,
    /// The licences, whose revisions the append checks.
    pub(crate) licences: BTreeMap<LicenceId, Arc<Loaded<Licence>>>,
    /// The orders, whose revisions the append checks.
    pub(crate) orders: BTreeMap<Uuid, Arc<Loaded<Order>>>,
}

impl Engine {
    /// Loads licences that are to be upgraded, with all that was paid for them.
    pub(crate) async fn load_bases(
        &self,
        ids: Vec<LicenceId>,
        freshness: Freshness,
    ) -> Result<LoadedBases, UseCaseError> {
        let mut loaded = LoadedBases::default();
        for id in ids {
            self.load_base(id, &mut loaded, freshness).await?;
        }
        Ok(loaded)
    }

    async fn load_base(
        &self,
        licence_id: LicenceId,
        loaded: &mut LoadedBases,
        freshness: Freshness,
    ) -> Result<(), UseCaseError> {
        let (mut next, mut links) = (Some(licence_id), Vec::new());
        while let Some(id) = next.filter(|_| links.len() < CHAIN_MAX) {
            let licence = self.licences.get(id.as_uuid(), freshness).await?;
            let Some(held) = licence.state.held() else { break };
            let order = self.orders.get(held.grant.order_id.as_uuid(), freshness).await?;
            next = held.grant.upgrade_of;
            links.push((id, licence, order));
        }
        let chain: Option<Vec<_>> = links
            .iter()
            .map(|(_, licence, order)| Some((licence.state.held()?, order.state.facts()?)))
            .collect();
        // One that goes on without an end in sight counts as none.
        if next.is_none()
            && let Some(base) = chain.as_deref().and_then(upgrade_base)
        {
            loaded.bases.insert(licence_id, base);
        }
        for (id, licence, order) in links {
            loaded.orders.insert(order.id, order);
            loaded.licences.insert(id, licence);
        }
        Ok(())
    }
}
