//! Keys of licences: drawn at random, found by a keyed hash, and sealed for their holder.

use comptoir_domain::licence::KeyFacts;
use comptoir_domain::values::{
    ActivationId, KeyDigest, LicenceId, LicenceKey, Line, PersonId, Sealed, Sha256Hex, SubjectId,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::engine::Engine;
use crate::error::UseCaseError;
use crate::vault::{Vault, VaultError};

/// The context under which keys are sealed.
const KEY_CONTEXT: &str = "licence.key";
/// The context under which the names of devices are sealed.
const LABEL_CONTEXT: &str = "licence.activation.label";

/// The secrets by which keys are found and devices recognised. Both follow from the master key.
#[derive(Clone)]
pub(crate) struct LicenceSecrets {
    lookup: [u8; 32],
    devices: [u8; 32],
}

impl LicenceSecrets {
    pub(crate) fn of(vault: &Vault) -> Self {
        Self {
            lookup: vault.derived_key("licence key lookup"),
            devices: vault.derived_key("licence device"),
        }
    }

    /// What a key is stored and found by. Without the secret nothing can be tried against a stolen table.
    pub(crate) fn digest(&self, key: &LicenceKey) -> KeyDigest {
        Sha256Hex::from_bytes(hmac_sha256(&self.lookup, &[key.expose().as_bytes()]))
    }

    /// The device of a licence: the same whenever it says the same of itself, and telling nothing of what it says.
    pub(crate) fn activation_id(&self, licence: LicenceId, device: &Line) -> ActivationId {
        let licence = licence.as_uuid();
        let mac = hmac_sha256(&self.devices, &[licence.as_bytes(), device.as_str().as_bytes()]);
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&mac[..16]);
        ActivationId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

/// HMAC-SHA-256 over parts that follow each other. All but the last must be of one length each.
pub(crate) fn hmac_sha256(secret: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes keys of any length, so that there always is one.
    let mac = Hmac::<Sha256>::new_from_slice(secret).map(|mac| {
        let mac = parts.iter().fold(mac, Mac::chain_update);
        mac.finalize().into_bytes()
    });
    mac.map_or([0; 32], Into::into)
}

impl Engine {
    /// A new key for a person, and what is stored of it.
    pub(crate) async fn new_licence_key(&self, holder: PersonId) -> Result<KeyFacts, UseCaseError> {
        let key = LicenceKey::from_entropy(self.vault.draw()?);
        Ok(KeyFacts {
            digest: self.licence_secrets.digest(&key),
            hint: key.hint(),
            sealed: self.sealed_for(holder, KEY_CONTEXT, &key.expose()).await?,
        })
    }

    /// The whole key, for its holder; none if it was never made or its holder's data was erased.
    pub async fn open_licence_key(&self, key: &KeyFacts) -> Result<Option<String>, UseCaseError> {
        self.opened(key.sealed.as_ref(), KEY_CONTEXT).await
    }

    /// What the owner of a device calls it, for the holder of its licence.
    pub async fn open_device_label(&self, label: Option<&Sealed>) -> Result<Option<String>, UseCaseError> {
        self.opened(label, LABEL_CONTEXT).await
    }

    pub(crate) async fn sealed_label(
        &self,
        holder: PersonId,
        label: Option<&Line>,
    ) -> Result<Option<Sealed>, UseCaseError> {
        match label {
            Some(label) => self.sealed_for(holder, LABEL_CONTEXT, label.as_str()).await,
            None => Ok(None),
        }
    }

    /// Nothing is kept for a person who was erased.
    async fn sealed_for(
        &self,
        person: PersonId,
        context: &str,
        text: &str,
    ) -> Result<Option<Sealed>, UseCaseError> {
        match self
            .vault
            .seal(SubjectId::from(person), context, text.as_bytes())
            .await
        {
            Ok(sealed) => Ok(Some(sealed)),
            Err(VaultError::Erased) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    async fn opened(&self, sealed: Option<&Sealed>, context: &str) -> Result<Option<String>, UseCaseError> {
        let Some(sealed) = sealed else { return Ok(None) };
        match self.vault.open(sealed, context).await {
            Ok(bytes) => Ok(String::from_utf8(bytes).ok()),
            Err(VaultError::Erased) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const SECRETS: LicenceSecrets = LicenceSecrets {
        lookup: [1; 32],
        devices: [2; 32],
    };

    #[test]
    fn a_key_is_found_by_its_digest_and_only_with_the_secret() {
        let key = LicenceKey::from_entropy([7; 16]);
        let again = key.expose().to_lowercase().parse::<LicenceKey>().unwrap();
        assert_eq!(SECRETS.digest(&key), SECRETS.digest(&again));
        let other = LicenceSecrets {
            lookup: [9; 32],
            ..SECRETS
        };
        assert_ne!(SECRETS.digest(&key), other.digest(&key));
        assert_ne!(SECRETS.digest(&key), Sha256Hex::of(key.expose()));
    }

    #[test]
    fn a_device_is_the_same_for_one_licence_and_another_for_the_next() {
        let licence = |number| LicenceId::from_uuid(Uuid::from_u128(number));
        let device = |text: &str| Line::try_new(text).unwrap();
        let first = SECRETS.activation_id(licence(1), &device("studio"));
        assert_eq!(first, SECRETS.activation_id(licence(1), &device("studio")));
        assert_ne!(first, SECRETS.activation_id(licence(1), &device("laptop")));
        assert_ne!(first, SECRETS.activation_id(licence(2), &device("studio")));
    }
}
