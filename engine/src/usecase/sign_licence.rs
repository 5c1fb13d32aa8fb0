//! A holder takes a licence along, for programs that are offline.

use comptoir_domain::licence::{LicenceError, UseRefusal};
use comptoir_domain::values::{ActivationId, LicenceId, Role};

use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::licence::PublicKey;

impl Engine {
    /// The signed file of a live licence, for its holder or an admin; with a device named, for that device alone.
    #[tracing::instrument(name = "engine.licence.sign", skip_all, fields(%licence_id))]
    pub async fn sign_licence(
        &self,
        request: &RequestContext,
        licence_id: LicenceId,
        device: Option<ActivationId>,
    ) -> Result<String, UseCaseError> {
        let licence = self.fresh_licence(licence_id).await?;
        let held = licence.state.held().ok_or(LicenceError::NotFound)?;
        if !request.actor.may_act_for(held.holder_id, Role::Buyer) {
            return Err(LicenceError::NotYours.into());
        }
        let now = self.now();
        held.only_live(now)?;
        if device.is_some_and(|id| !held.activations.contains_key(&id)) {
            return Err(LicenceError::from(UseRefusal::ActivationUnknown).into());
        }
        let signed = self.licence_signer.sign(held, device, now);
        signed.map_err(|error| UseCaseError::Unreadable(error.to_string()))
    }

    /// The keys that licence files are verified with: the one that signs first.
    pub fn licence_public_keys(&self) -> Vec<PublicKey> {
        self.licence_signer.public_keys()
    }
}
