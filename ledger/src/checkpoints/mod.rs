//! The Merkle tree over the ledger, its signed checkpoints, and proofs (docs/LEDGER-FORMAT.md, section 4).
//!
//! The tree grows behind the durable horizon. One node at a time keeps it (advisory lock): it reads the leaf hashes that are new,
//! stores the roots of the subtrees that they complete, signs the root of all, and commits this in one transaction. Nothing that
//! a crash could take back is ever signed.

mod proofs;
mod signing;
mod stored;
mod tree;

pub use proofs::{Inclusion, ProofRefusal};
pub use signing::CheckpointSigning;
pub use stored::SignedCheckpoint;
pub use tree::TreeError;
