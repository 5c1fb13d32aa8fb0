//! How a ledger is verified.

use std::fmt;
use std::sync::Arc;

use chrono::TimeDelta;
use comptoir_ledger::Position;
use comptoir_proof::note::PublicKey;

use super::kept::KeptCheckpoint;

/// How a ledger is verified.
#[derive(Clone)]
pub struct VerifyOptions {
    /// The keys that checkpoints may be signed with. Without any, signatures are not checked, and the report says so.
    pub keys: Vec<PublicKey>,
    /// Checkpoints that were kept outside the database.
    pub kept: Vec<KeptCheckpoint>,
    /// How long the engine's workers may take. What is older is a finding.
    pub patience: TimeDelta,
    /// How many findings of one rule are told in full; all are counted.
    pub findings_of_rule_max: usize,
    /// Is told how far the reading has come.
    pub progress: Arc<dyn Fn(Position) + Send + Sync>,
}

impl Default for VerifyOptions {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            kept: Vec::new(),
            patience: TimeDelta::hours(1),
            findings_of_rule_max: 20,
            progress: Arc::new(|_| {}),
        }
    }
}

impl fmt::Debug for VerifyOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyOptions")
            .field("keys", &self.keys)
            .field("kept", &self.kept)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
