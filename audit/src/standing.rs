//! How events stand to the newest signed checkpoint: each is hashed anew, and its hash led to the root that was signed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use comptoir_ledger::{Ledger, Position, ProofRefusal, RecordedEvent, SignedCheckpoint};
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{Note, PublicKey};
use comptoir_proof::tree::{Hash, verify_inclusion};

use crate::timeline::TimelineError;

/// What a proof came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// The event is the one that was signed.
    Proven,
    /// It was recorded behind the checkpoint, which follows within a second.
    NotYet,
    /// It does not lead to the root of the checkpoint, because it or an event beside it in the tree was changed, or no key that is
    /// known has signed that root.
    Failed,
}

/// How some events stand to a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The size of the checkpoint and when it was signed; none, as long as nothing was signed.
    pub signed: Option<(Position, DateTime<Utc>)>,
    /// By event.
    pub proofs: BTreeMap<Position, Proof>,
}

/// Proves each of these events against the newest checkpoint, which one of the keys must have signed.
pub async fn standing(
    ledger: &Ledger,
    keys: &[PublicKey],
    positions: &[Position],
) -> Result<Standing, TimelineError> {
    let Some(signed) = ledger.newest_checkpoint().await? else {
        let proofs = positions.iter().map(|position| (*position, Proof::NotYet));
        return Ok(Standing {
            signed: None,
            proofs: proofs.collect(),
        });
    };
    let events = ledger.read_positions(positions).await?;
    let within: Vec<Position> = events
        .iter()
        .map(|event| event.position)
        .filter(|position| *position <= signed.size)
        .collect();
    let paths = match ledger.prove_inclusions(&within, signed.size).await {
        Ok(paths) => paths,
        Err(ProofRefusal::Database(error)) => return Err(error.into()),
        // The tree that is stored is not the one that was signed: nothing in it can be proven.
        Err(ProofRefusal::Damaged | ProofRefusal::OutOfRange { .. }) => Vec::new(),
    };
    let mut paths = paths.iter();
    let checkpoint = signed_by(&signed, keys);
    let proofs = events.iter().map(|event| {
        if event.position > signed.size {
            return (event.position, Proof::NotYet);
        }
        let proof = match (&checkpoint, paths.next()) {
            (Some(checkpoint), Some(inclusion)) if leads_to(event, &inclusion.path, checkpoint) => {
                Proof::Proven
            }
            (_, _) => Proof::Failed,
        };
        (event.position, proof)
    });
    Ok(Standing {
        proofs: proofs.collect(),
        signed: Some((signed.size, signed.signed_at)),
    })
}

/// What the note says, if it is signed by one of the keys.
fn signed_by(signed: &SignedCheckpoint, keys: &[PublicKey]) -> Option<Checkpoint> {
    let note: Note = signed.note.parse().ok()?;
    let checkpoint = Checkpoint::of(&note).ok()?;
    let is_signed = !note.signed_by(keys).is_empty();
    (is_signed && checkpoint.size == signed.size.get().unsigned_abs()).then_some(checkpoint)
}

fn leads_to(event: &RecordedEvent, path: &[Hash], checkpoint: &Checkpoint) -> bool {
    let index = event.position.get().unsigned_abs().checked_sub(1);
    index.is_some_and(|index| {
        let leaf = event.leaf().hash();
        verify_inclusion(index, &leaf, checkpoint.size, path, &checkpoint.root).is_ok()
    })
}
