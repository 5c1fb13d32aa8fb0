//! What auditors ask of the ledger; and what proves that it is what it was, which anybody may know: only hashes and signatures.

pub(super) mod checkpoint;
pub(super) mod consistency;
pub(super) mod inclusion;
pub(super) mod keys;
pub(crate) mod list_events;
mod page;

use comptoir_ledger::{Position, ProofRefusal};
use comptoir_proof::tree::Hash;

pub(super) use self::page::pages;
use super::problem::{Problem, ProblemKind};

/// A number of events that a client names.
fn position(number: u64) -> Position {
    i64::try_from(number).map_or(Position::END, Position::new)
}

fn in_hex(path: &[Hash]) -> Vec<String> {
    path.iter().map(hex::encode).collect()
}

impl From<ProofRefusal> for Problem {
    fn from(refusal: ProofRefusal) -> Self {
        match refusal {
            ProofRefusal::OutOfRange { .. } => {
                Self::new(ProblemKind::ProofNotFound).detail(refusal.to_string())
            }
            ProofRefusal::Database(error) => {
                Self::new(ProblemKind::Unavailable).cause(error).retry_after_s(2)
            }
            ProofRefusal::Damaged => Self::new(ProblemKind::Internal).cause(refusal),
        }
    }
}
