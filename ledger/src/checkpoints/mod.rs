//! Signed checkpoints of the ledger's Merkle tree (docs/LEDGER-FORMAT.md, section 4).

mod stored;

pub use stored::SignedCheckpoint;
