//! A holder takes a licence along, for programs that are offline.

use chrono::{DateTime, Utc};
use comptoir_domain::licence::{HeldLicence, LicenceCommand, LicenceError};
use comptoir_domain::values::{ActivationId, LicenceId};

use crate::context::RequestContext;
use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::licence::PublicKey;

impl Engine {
    /// The signed file of a live licence, for its holder or an admin; with a device named, for that device alone. It is
    /// recorded before it is handed out: a program works by it until it ends, whatever becomes of the licence.
    #[tracing::instrument(name = "engine.licence.sign", skip_all, fields(%licence_id))]
    pub async fn sign_licence(
        &self,
        request: &RequestContext,
        licence_id: LicenceId,
        device: Option<ActivationId>,
    ) -> Result<String, UseCaseError> {
        let licence = self.fresh_licence(licence_id).await?;
        let held = licence.state.held().ok_or(LicenceError::NotFound)?;
        let at = self.now();
        let command = self.issue_file(request, held, device, at);
        let change = self
            .change_licence(licence_id, command, &request.metadata(), |append| append)
            .await?;
        let held = change.licence.state.held().ok_or(LicenceError::NotFound)?;
        let signed = self.licence_signer.sign(held, device, at);
        signed.map_err(|error| UseCaseError::Unreadable(error.to_string()))
    }

    /// Whether there is such a file to be had. Nothing is handed out, and nothing recorded.
    #[tracing::instrument(name = "engine.licence.check_file", skip_all, fields(%licence_id))]
    pub async fn check_licence_file(
        &self,
        request: &RequestContext,
        licence_id: LicenceId,
        device: Option<ActivationId>,
    ) -> Result<(), UseCaseError> {
        let licence = self.fresh_licence(licence_id).await?;
        let held = licence.state.held().ok_or(LicenceError::NotFound)?;
        licence.decide(self.issue_file(request, held, device, self.now()))?;
        Ok(())
    }

    fn issue_file(
        &self,
        request: &RequestContext,
        held: &HeldLicence,
        device: Option<ActivationId>,
        at: DateTime<Utc>,
    ) -> LicenceCommand {
        LicenceCommand::IssueOfflineFile {
            actor: request.actor.clone(),
            device,
            file_expires_at: self.licence_signer.end_of_file(held, at),
            at,
        }
    }

    /// The keys that licence files are verified with: the one that signs first.
    pub fn licence_public_keys(&self) -> Vec<PublicKey> {
        self.licence_signer.public_keys()
    }
}
