//! As much of signed notes as a witness needs (C2SP signed-note and tlog-cosignature).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest, Sha256};

const COSIGNATURE: u8 = 4;

/// A note, with its text apart. That its log has signed it is for the log's followers to check.
pub(super) struct Note {
    text: String,
}

/// What a checkpoint says.
pub(super) struct Checkpoint {
    pub(super) origin: String,
    pub(super) size: u64,
    pub(super) root: [u8; 32],
}

impl Note {
    pub(super) fn read(note: &str) -> Option<Self> {
        let (text, signatures) = note.rsplit_once("\n\n")?;
        let is_signed = signatures.lines().all(|line| line.starts_with("— ")) && !signatures.is_empty();
        is_signed.then(|| Self {
            text: format!("{text}\n"),
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn checkpoint(&self) -> Option<Checkpoint> {
        let mut lines = self.text.lines();
        let origin = lines.next()?.to_owned();
        let size = lines.next()?.parse().ok()?;
        let root = STANDARD.decode(lines.next()?).ok()?.try_into().ok()?;
        Some(Checkpoint { origin, size, root })
    }
}

/// A witness's key.
pub(super) struct WitnessKey {
    name: &'static str,
    key: SigningKey,
}

impl WitnessKey {
    pub(super) fn of(name: &'static str, seed: [u8; 32]) -> Self {
        Self {
            name,
            key: SigningKey::from_bytes(&seed),
        }
    }

    fn with_algorithm(&self) -> Vec<u8> {
        let mut bytes = vec![COSIGNATURE];
        bytes.extend(self.key.verifying_key().to_bytes());
        bytes
    }

    fn id(&self) -> [u8; 4] {
        let mut hasher = Sha256::new();
        hasher.update(self.name);
        hasher.update([b'\n']);
        hasher.update(self.with_algorithm());
        let hash = hasher.finalize();
        [hash[0], hash[1], hash[2], hash[3]]
    }

    pub(super) fn public(&self) -> String {
        format!(
            "{}+{}+{}",
            self.name,
            hex::encode(self.id()),
            STANDARD.encode(self.with_algorithm())
        )
    }

    /// One line of signature, at a time in seconds since 1970.
    pub(super) fn cosign(&self, text: &str, seconds: u64) -> String {
        let message = format!("cosignature/v1\ntime {seconds}\n{text}");
        let mut bytes = self.id().to_vec();
        bytes.extend(seconds.to_be_bytes());
        bytes.extend(self.key.sign(message.as_bytes()).to_bytes());
        format!("— {} {}\n", self.name, STANDARD.encode(bytes))
    }
}
