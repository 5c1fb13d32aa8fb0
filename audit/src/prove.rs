//! Makes bundles: the events of streams, with all that proves them to somebody who trusts nobody.

use comptoir_ledger::{Ledger, LedgerError, Position, ProofRefusal, Revision, SignedCheckpoint, StreamName};
use comptoir_proof::bundle::{Bundle, FORMAT, Hex, ProvenEvent, Since};
use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{Note, NoteError};
use comptoir_proof::tree::Hash;

/// What a bundle is to be about.
#[derive(Debug, Clone)]
pub struct ProofRequest {
    /// What was asked for, as whoever asked has written it.
    pub about: Vec<String>,
    /// The streams of it.
    pub streams: Vec<StreamName>,
    /// A checkpoint that somebody has kept: the bundle shows that the ledger continues it.
    pub since: Option<Note>,
    /// The keys that the platform signs with, in their text form.
    pub keys: Vec<String>,
}

/// Why there is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The ledger could not be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A proof could not be made.
    #[error(transparent)]
    Proof(#[from] ProofRefusal),
    /// Nothing was signed yet.
    #[error("no checkpoint was signed yet; a serving node signs one within a second of the first event")]
    NoCheckpoint,
    /// A checkpoint is not what it must be.
    #[error("the checkpoint cannot be read")]
    Checkpoint(#[from] NoteError),
    /// There is no event of it in the signed ledger.
    #[error("the signed ledger of {size} events has no event of {stream}")]
    Nothing {
        /// The stream.
        stream: StreamName,
        /// How far the ledger is signed.
        size: Position,
    },
    /// The checkpoint that was kept is of another ledger.
    #[error("the checkpoint that you keep is of `{kept}`, this ledger is `{ours}`")]
    OtherLedger {
        /// What the kept one says.
        kept: String,
        /// What ours says.
        ours: String,
    },
    /// The checkpoint that was kept is of a longer ledger than there is.
    #[error(
        "the checkpoint that you keep is of {kept} events, but only {size} are signed here: this ledger has lost its end, \
         or it is another one"
    )]
    KeptIsAhead {
        /// The size of the kept one.
        kept: u64,
        /// How far the ledger is signed.
        size: Position,
    },
}

/// Makes the bundle, of the newest checkpoint.
pub async fn prove(ledger: &Ledger, request: ProofRequest) -> Result<Bundle, ProveError> {
    let signed = ledger
        .newest_checkpoint()
        .await?
        .ok_or(ProveError::NoCheckpoint)?;
    let since = match &request.since {
        Some(kept) => Some(since(ledger, kept, &signed).await?),
        None => None,
    };
    let mut events = Vec::new();
    for stream in &request.streams {
        let recorded = ledger
            .read_stream_through(stream, Revision::FIRST, signed.size)
            .await?;
        if recorded.is_empty() {
            return Err(ProveError::Nothing {
                stream: stream.clone(),
                size: signed.size,
            });
        }
        events.extend(recorded);
    }
    events.sort_by_key(|event| event.position);
    let mut proven = Vec::with_capacity(events.len());
    for event in events {
        let path = ledger.prove_inclusion(event.position, signed.size).await?.path;
        proven.push(ProvenEvent {
            position: event.position.get(),
            revision: event.revision.get(),
            event_id: event.event_id,
            schema_version: event.schema_version,
            recorded_at_us: event.recorded_at.timestamp_micros(),
            stream: event.stream,
            event_type: event.event_type,
            data: event.data,
            metadata: event.metadata,
            path: in_hex(path),
        });
    }
    Ok(Bundle {
        format: FORMAT.to_owned(),
        about: request.about,
        streams: request.streams.iter().map(ToString::to_string).collect(),
        events: proven,
        checkpoint: signed.note,
        since,
        keys: request.keys,
    })
}

async fn since(ledger: &Ledger, kept: &Note, signed: &SignedCheckpoint) -> Result<Since, ProveError> {
    let earlier = Checkpoint::of(kept)?;
    let later = Checkpoint::of(&signed.note.parse()?)?;
    if earlier.origin != later.origin {
        return Err(ProveError::OtherLedger {
            kept: earlier.origin,
            ours: later.origin,
        });
    }
    if earlier.size > later.size {
        return Err(ProveError::KeptIsAhead {
            kept: earlier.size,
            size: signed.size,
        });
    }
    let size = i64::try_from(earlier.size).map_or(Position::END, Position::new);
    let path = ledger.prove_consistency(size, signed.size).await?;
    Ok(Since {
        checkpoint: kept.to_string(),
        path: in_hex(path),
    })
}

fn in_hex(path: Vec<Hash>) -> Vec<Hex> {
    path.into_iter().map(Hex).collect()
}
