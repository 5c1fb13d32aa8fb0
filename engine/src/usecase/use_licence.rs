//! A program shows the key of a licence: may it run here?

use std::sync::Arc;

use chrono::{DateTime, Utc};
use comptoir_domain::licence::{
    Device, HeldLicence, Licence, LicenceCommand, LicenceError, LicenceStanding, UseRefusal,
};
use comptoir_domain::values::{ActivationId, KeyDigest, LicenceId, LicenceKey, LicenceKind, Line, ProductId};
use comptoir_ledger::{Loaded, Metadata, Position};
use comptoir_projections::licences::query;

use crate::engine::Engine;
use crate::error::UseCaseError;

/// A key that was shown, for a product, and the licence that it was found to belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownKey {
    /// The licence that had this key when it was looked up.
    pub licence_id: LicenceId,
    /// The digest of the key.
    pub digest: KeyDigest,
    /// The product that the program is.
    pub product_id: ProductId,
}

/// A device that a licence is to be used on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivateLicence {
    /// What the device says of itself, the same each time; only a keyed hash of it is kept.
    pub device: Line,
    /// What its owner calls it. Sealed before it is stored.
    pub label: Option<Line>,
}

/// Whether a licence may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenceUse {
    /// The refusal, or the device that was activated or deactivated or asked about.
    pub outcome: Result<Option<ActivationId>, UseRefusal>,
    /// What whoever has the key may know of the licence; nothing, where the key or the product is not its own.
    pub licence: Option<LicenceInUse>,
    /// Up to where the ledger was read or written.
    pub position: Position,
}

/// What whoever has the key of a licence may know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenceInUse {
    /// The licence.
    pub licence_id: LicenceId,
    /// The product.
    pub product_id: ProductId,
    /// What it allows.
    pub kind: LicenceKind,
    /// Whether it may be used now.
    pub standing: LicenceStanding,
    /// When it ends; none for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// On how many devices it is active.
    pub activations: usize,
    /// On how many it may be.
    pub activations_max: usize,
}

impl LicenceInUse {
    fn of(held: &HeldLicence, now: DateTime<Utc>) -> Self {
        Self {
            licence_id: held.grant.licence_id,
            product_id: held.grant.product_id,
            kind: held.grant.kind,
            standing: held.standing(now),
            expires_at: held.expires_at,
            activations: held.activations.len(),
            activations_max: held.activations_max(),
        }
    }
}

impl Engine {
    /// Finds the licence that has a key, as far as the read model has come.
    pub async fn find_licence(
        &self,
        key: &LicenceKey,
        product_id: ProductId,
    ) -> Result<Option<ShownKey>, UseCaseError> {
        let digest = self.licence_secrets.digest(key);
        let found = query::find_by_key(self.ledger.pool(), digest).await?;
        Ok(found.map(|licence_id| ShownKey {
            licence_id,
            digest,
            product_id,
        }))
    }

    /// Whether a licence may be used; with a device named, on that device. Changes nothing.
    #[tracing::instrument(name = "engine.licence.validate", skip_all, fields(licence_id = %shown.licence_id))]
    pub async fn validate_licence(
        &self,
        shown: ShownKey,
        device: Device,
    ) -> Result<LicenceUse, UseCaseError> {
        let licence = self.fresh_licence(shown.licence_id).await?;
        let held = licence.state.held().ok_or(LicenceError::NotFound)?;
        let checked = held.check_use(shown.digest, shown.product_id, device, self.now());
        let asked = match device {
            Device::Any => None,
            Device::Named(id) => Some(id),
        };
        Ok(self.licence_use(shown, &licence, checked.map(|()| asked), self.ledger.horizon()))
    }

    /// Uses a licence on a device. A device that uses it already goes on doing so, so that a repeat is harmless.
    #[tracing::instrument(name = "engine.licence.activate", skip_all, fields(licence_id = %shown.licence_id))]
    pub async fn activate_licence(
        &self,
        shown: ShownKey,
        activate: ActivateLicence,
        request_id: Option<String>,
    ) -> Result<LicenceUse, UseCaseError> {
        let licence = self.fresh_licence(shown.licence_id).await?;
        let held = licence.state.held().ok_or(LicenceError::NotFound)?;
        let at = self.now();
        // What is refused seals nothing.
        if let Err(refusal) = held.check_use(shown.digest, shown.product_id, Device::Any, at) {
            return Ok(self.licence_use(shown, &licence, Err(refusal), self.ledger.horizon()));
        }
        let activation_id = self
            .licence_secrets
            .activation_id(shown.licence_id, &activate.device);
        let label = self.sealed_label(held.holder_id, activate.label.as_ref()).await?;
        let command = LicenceCommand::Activate {
            key: shown.digest,
            product_id: shown.product_id,
            activation_id,
            label,
            at,
        };
        drop(licence);
        self.use_licence(shown, activation_id, command, request_id).await
    }

    /// Stops using a licence on a device, whatever the licence's standing.
    #[tracing::instrument(name = "engine.licence.deactivate", skip_all, fields(licence_id = %shown.licence_id))]
    pub async fn deactivate_licence(
        &self,
        shown: ShownKey,
        activation_id: ActivationId,
        request_id: Option<String>,
    ) -> Result<LicenceUse, UseCaseError> {
        let command = LicenceCommand::Deactivate {
            key: shown.digest,
            product_id: shown.product_id,
            activation_id,
            at: self.now(),
        };
        self.use_licence(shown, activation_id, command, request_id).await
    }

    async fn use_licence(
        &self,
        shown: ShownKey,
        activation_id: ActivationId,
        command: LicenceCommand,
        request_id: Option<String>,
    ) -> Result<LicenceUse, UseCaseError> {
        let metadata = Metadata {
            actor: Some("licence_key".to_owned()),
            request_id,
            ..Metadata::default()
        };
        let changed = self
            .change_licence(shown.licence_id, command, &metadata, |append| append)
            .await;
        match changed {
            Ok(change) => {
                Ok(self.licence_use(shown, &change.licence, Ok(Some(activation_id)), change.position))
            }
            Err(UseCaseError::Licence(LicenceError::Refused(refusal))) => {
                let licence = self.fresh_licence(shown.licence_id).await?;
                Ok(self.licence_use(shown, &licence, Err(refusal), self.ledger.horizon()))
            }
            Err(error) => Err(error),
        }
    }

    fn licence_use(
        &self,
        shown: ShownKey,
        licence: &Arc<Loaded<Licence>>,
        outcome: Result<Option<ActivationId>, UseRefusal>,
        position: Position,
    ) -> LicenceUse {
        let held = licence.state.held();
        let known = held.filter(|held| held.check_key(shown.digest, shown.product_id).is_ok());
        LicenceUse {
            outcome,
            licence: known.map(|held| LicenceInUse::of(held, self.now())),
            position,
        }
    }
}
