//! Download links: who may have which file until when, in a token that only this engine can make.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use comptoir_domain::values::{DownloadId, FileId, LicenceId, PersonId};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::error::FileError;
use crate::licence::key::hmac_sha256;
use crate::vault::Vault;

/// Version, four ids, and the second at which it ends.
const CONTENT_BYTES: usize = 1 + 4 * 16 + 8;
const TOKEN_BYTES: usize = CONTENT_BYTES + 32;
const VERSION: u8 = 1;

/// What a link says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// The link itself, by which it is counted once.
    pub(crate) download_id: DownloadId,
    /// The licence it was made for.
    pub(crate) licence_id: LicenceId,
    /// Who held the licence then.
    pub(crate) holder_id: PersonId,
    /// The file.
    pub(crate) file_id: FileId,
    /// When it ends, in whole seconds.
    pub(crate) expires_at: DateTime<Utc>,
}

/// The secret that links are made and recognised with. It follows from the master key.
#[derive(Clone)]
pub(crate) struct LinkSecret([u8; 32]);

impl LinkSecret {
    pub(crate) fn of(vault: &Vault) -> Self {
        Self(vault.derived_key("download link"))
    }

    /// The token of a link, safe in a URL.
    pub(crate) fn token(&self, link: &Link) -> String {
        let mut bytes = Vec::with_capacity(TOKEN_BYTES);
        bytes.push(VERSION);
        for id in [
            link.download_id.as_uuid(),
            link.licence_id.as_uuid(),
            link.holder_id.as_uuid(),
            link.file_id.as_uuid(),
        ] {
            bytes.extend_from_slice(id.as_bytes());
        }
        bytes.extend_from_slice(&link.expires_at.timestamp().to_be_bytes());
        let signature = hmac_sha256(&self.0, &[&bytes]);
        bytes.extend_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The link of a token that was made here and has not ended.
    pub(crate) fn read(&self, token: &str, now: DateTime<Utc>) -> Result<Link, FileError> {
        let link = self.recognise(token).ok_or(FileError::LinkForged)?;
        if link.expires_at <= now {
            return Err(FileError::LinkEnded);
        }
        Ok(link)
    }

    fn recognise(&self, token: &str) -> Option<Link> {
        // No token is longer; whatever is, need not be decoded.
        if token.len() > TOKEN_BYTES * 2 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (content, signature) = bytes.split_at_checked(CONTENT_BYTES)?;
        let expected = hmac_sha256(&self.0, &[content]);
        if !bool::from(expected.as_slice().ct_eq(signature)) || content.first() != Some(&VERSION) {
            return None;
        }
        let id = |place: usize| Uuid::from_slice(content.get(1 + place * 16..)?.get(..16)?).ok();
        let seconds = content.get(1 + 4 * 16..)?.try_into().ok()?;
        Some(Link {
            download_id: DownloadId::from_uuid(id(0)?),
            licence_id: LicenceId::from_uuid(id(1)?),
            holder_id: PersonId::from_uuid(id(2)?),
            file_id: FileId::from_uuid(id(3)?),
            expires_at: DateTime::from_timestamp(i64::from_be_bytes(seconds), 0)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn link() -> Link {
        let id = Uuid::from_u128;
        Link {
            download_id: DownloadId::from_uuid(id(1)),
            licence_id: LicenceId::from_uuid(id(2)),
            holder_id: PersonId::from_uuid(id(3)),
            file_id: FileId::from_uuid(id(4)),
            expires_at: DateTime::UNIX_EPOCH + TimeDelta::minutes(15),
        }
    }

    #[test]
    fn a_link_is_good_until_it_ends() {
        let (secret, link) = (LinkSecret([7; 32]), link());
        let token = secret.token(&link);
        let before = link.expires_at - TimeDelta::microseconds(1);
        assert_eq!(secret.read(&token, before).unwrap(), link);
        assert!(matches!(
            secret.read(&token, link.expires_at),
            Err(FileError::LinkEnded)
        ));
    }

    #[test]
    fn a_link_that_was_changed_or_made_elsewhere_is_none() {
        let (secret, now) = (LinkSecret([7; 32]), DateTime::UNIX_EPOCH);
        let token = secret.token(&link());
        let forged = |token: &str| matches!(secret.read(token, now), Err(FileError::LinkForged));
        assert!(forged(&LinkSecret([8; 32]).token(&link())));
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert!(forged(&URL_SAFE_NO_PAD.encode(changed)), "byte {index}");
            assert!(forged(&URL_SAFE_NO_PAD.encode(&bytes[..index])), "length {index}");
        }
        for wrong in ["", "a", "\0", "=", &"A".repeat(1000), &format!("{token}A")] {
            assert!(forged(wrong), "{wrong:?}");
        }
    }
}
