//! Shows the newest checkpoint to the witnesses. They are optional: one that is away, or refuses, is reported and asked
//! again, and nothing waits for it.

use std::collections::BTreeMap;

use comptoir_ledger::{LedgerError, Position, ProofRefusal};
use comptoir_proof::note::Note;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::engine::Engine;
use crate::gateway::witness::{WitnessAnswer, WitnessConfig, WitnessError, Witnesses};

/// Why a witness's signature is not there.
#[derive(Debug, thiserror::Error)]
enum Unwitnessed {
    #[error(transparent)]
    Witness(#[from] WitnessError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Proof(#[from] ProofRefusal),
    #[error("the checkpoint that was signed cannot be read")]
    Note(#[from] comptoir_proof::note::NoteError),
    #[error(
        "it knows a ledger of {size} events, but this one has {ours}: this one has lost its end, or somebody signs another \
         ledger with its key"
    )]
    Ahead { size: u64, ours: u64 },
}

impl Engine {
    /// Shows each new checkpoint to the witnesses until `stop`.
    pub async fn ask_witnesses(&self, stop: CancellationToken) {
        let config = &self.config.checkpoints;
        if config.witnesses.is_empty() {
            return stop.cancelled().await;
        }
        let client = Witnesses::new(config.witness_timeout);
        let mut known: BTreeMap<String, u64> = BTreeMap::new();
        let mut ticks = tokio::time::interval(config.witness_interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            for witness in &config.witnesses {
                let known = known.entry(witness.key.to_string()).or_default();
                let asked = self.ask_witness(&client, witness, known);
                match stop.run_until_cancelled(asked).await {
                    None => return,
                    Some(Ok(())) => {}
                    Some(Err(error)) => {
                        let witness = witness.key.name();
                        tracing::warn!(witness, %error, "a witness has not signed the newest checkpoint");
                    }
                }
            }
        }
    }

    /// Has the newest checkpoint signed, unless it is; `known` is the size of the one that the witness signed last.
    async fn ask_witness(
        &self,
        client: &Witnesses,
        witness: &WitnessConfig,
        known: &mut u64,
    ) -> Result<(), Unwitnessed> {
        let Some(signed) = self.ledger.newest_checkpoint().await? else {
            return Ok(());
        };
        let note: Note = signed.note.parse()?;
        let ours = signed.size.get().unsigned_abs();
        if !note.signed_by([&witness.key]).is_empty() {
            *known = ours;
            return Ok(());
        }
        // The first answer may say where the witness stands; the second is final.
        for _ in 0..2 {
            let old = i64::try_from(*known).map_or(Position::END, Position::new);
            let proof = if *known == 0 || old == signed.size {
                Vec::new()
            } else {
                self.ledger.prove_consistency(old, signed.size).await?
            };
            match client.ask(witness, *known, &proof, &note).await? {
                WitnessAnswer::Signed(line) => {
                    self.ledger.add_cosignature(signed.size, line).await?;
                    *known = ours;
                    return Ok(());
                }
                WitnessAnswer::Knows { size } if size > ours => {
                    return Err(Unwitnessed::Ahead { size, ours });
                }
                WitnessAnswer::Knows { size } => *known = size,
            }
        }
        Err(WitnessError::Refused { status: 409 }.into())
    }
}
