//! The signed states of the ledger: with which keys they are signed, and who signs them too.

mod witnessing;

use std::fmt;
use std::time::Duration;

use comptoir_ledger::CheckpointSigning;
use comptoir_proof::note::{KeyKind, NoteError, PublicKey, Signer};
use tokio_util::sync::CancellationToken;

pub use crate::gateway::witness::WitnessConfig;

use crate::engine::Engine;
use crate::vault::MasterKey;

/// How checkpoints are signed and by whom they are countersigned.
#[derive(Clone)]
pub struct CheckpointsConfig {
    /// The name of the ledger in the world: an address without its scheme. It is also the name of its keys.
    pub origin: String,
    /// The seed of the key that signs; none for one that follows from the master key.
    pub signing_seed: Option<[u8; 32]>,
    /// The seed of the key before it, which goes on signing too, for those who do not know the new one yet.
    pub former_seed: Option<[u8; 32]>,
    /// Public keys that signed before, and do not any more.
    pub earlier: Vec<[u8; 32]>,
    /// Who countersigns.
    pub witnesses: Vec<WitnessConfig>,
    /// The shortest time from one checkpoint to the next: it must stay below a second.
    pub interval: Duration,
    /// How often the newest checkpoint is shown to the witnesses.
    pub witness_interval: Duration,
    /// How long a witness may take.
    pub witness_timeout: Duration,
}

impl Default for CheckpointsConfig {
    fn default() -> Self {
        Self {
            origin: "127.0.0.1:8080/ledger".to_owned(),
            signing_seed: None,
            former_seed: None,
            earlier: Vec::new(),
            witnesses: Vec::new(),
            interval: Duration::from_millis(400),
            witness_interval: Duration::from_secs(5),
            witness_timeout: Duration::from_secs(5),
        }
    }
}

impl fmt::Debug for CheckpointsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckpointsConfig")
            .field("origin", &self.origin)
            .field("witnesses", &self.witnesses)
            .finish_non_exhaustive()
    }
}

/// The keys of the ledger.
#[derive(Debug, Clone)]
pub struct LedgerKeys {
    /// The ledger's name.
    pub origin: String,
    /// Those that sign every checkpoint, the current one first.
    pub signing: Vec<PublicKey>,
    /// Those that signed before.
    pub earlier: Vec<PublicKey>,
    /// Those of the witnesses.
    pub witnesses: Vec<PublicKey>,
}

impl LedgerKeys {
    /// All keys that may have signed a checkpoint of this ledger.
    pub fn all(&self) -> impl Iterator<Item = &PublicKey> {
        self.signing.iter().chain(&self.earlier).chain(&self.witnesses)
    }
}

/// What the key that signs is derived for, where none is set.
const PURPOSE: &str = "ledger checkpoint signature";

impl CheckpointsConfig {
    /// The keys, for whoever has the master key.
    pub fn keys(&self, master_key: &MasterKey) -> Result<LedgerKeys, NoteError> {
        self.keys_with(master_key.derive(PURPOSE))
    }

    fn keys_with(&self, derived: [u8; 32]) -> Result<LedgerKeys, NoteError> {
        let signers = self.signers(derived)?;
        let earlier = self
            .earlier
            .iter()
            .map(|key| PublicKey::try_new(&self.origin, KeyKind::Log, key));
        Ok(LedgerKeys {
            origin: self.origin.clone(),
            signing: signers.iter().map(|signer| signer.public_key().clone()).collect(),
            earlier: earlier.collect::<Result<_, _>>()?,
            witnesses: self.witnesses.iter().map(|witness| witness.key.clone()).collect(),
        })
    }

    /// Those that sign, with their secret halves; `derived` is used where no seed is set.
    fn signers(&self, derived: [u8; 32]) -> Result<Vec<Signer>, NoteError> {
        let seeds = std::iter::once(self.signing_seed.unwrap_or(derived)).chain(self.former_seed);
        seeds
            .map(|seed| Signer::try_new(&self.origin, KeyKind::Log, &seed))
            .collect()
    }
}

impl Engine {
    /// The keys that the ledger's checkpoints are verified with.
    pub fn ledger_keys(&self) -> Result<LedgerKeys, NoteError> {
        self.config.checkpoints.keys_with(self.vault.derived_key(PURPOSE))
    }

    /// Keeps the tree of the ledger and signs it, until `stop`.
    pub async fn sign_checkpoints(&self, stop: CancellationToken) {
        let config = &self.config.checkpoints;
        match config.signers(self.vault.derived_key(PURPOSE)) {
            Ok(signers) => {
                let signing = CheckpointSigning {
                    origin: config.origin.clone(),
                    signers,
                    interval: config.interval,
                };
                self.ledger.sign_checkpoints(&signing, &stop).await;
            }
            Err(error) => {
                tracing::error!(%error, "the ledger's checkpoints are not signed: its name is no name of a key");
                stop.cancelled().await;
            }
        }
    }
}
