//! What makes the ledger provable to somebody who trusts neither the engine nor its database.
//!
//! Every event has a leaf hash; the leaf hashes are the leaves of a Merkle tree (RFC 6962); the roots of that tree are signed
//! as checkpoints (C2SP tlog-checkpoint). With a checkpoint, a short list of hashes proves that an event is in the ledger,
//! or that a later ledger contains an earlier one unchanged. Nothing here reads a file, a database or a clock.
//!
//! ```
//! use comptoir_proof::tree::{Frontier, leaf_range, verify_inclusion};
//!
//! let leaves: Vec<[u8; 32]> = (0..5).map(|n| [n; 32]).collect();
//! let mut tree = Frontier::default();
//! for leaf in &leaves {
//!     tree.push(*leaf);
//! }
//! // The path of the third leaf: the root of each part of the tree that it is not in.
//! let path: Vec<_> = comptoir_proof::tree::inclusion_ranges(2, 5)
//!     .map(|ranges| ranges.into_iter().map(|range| leaf_range(&leaves, range)).collect())
//!     .unwrap();
//! assert_eq!(verify_inclusion(2, &leaves[2], 5, &path, &tree.root()), Ok(()));
//! assert!(verify_inclusion(1, &leaves[2], 5, &path, &tree.root()).is_err());
//! ```
//!
//! | module | holds |
//! | --- | --- |
//! | [`leaf`] | the leaf hash of an event (docs/LEDGER-FORMAT.md, section 3) |
//! | [`tree`] | the Merkle tree: roots as it grows, which nodes a proof is made of, and how it is checked |
//! | [`note`] | signed notes: Ed25519 keys, signatures, cosignatures of witnesses |
//! | [`checkpoint`] | what a checkpoint says |
//! | [`bundle`] | events with all that proves them, which `comptoir-verify` checks |

pub mod bundle;
pub mod checkpoint;
pub mod leaf;
pub mod note;
pub mod tree;
