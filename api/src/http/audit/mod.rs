//! `/audit`: what proves that the ledger is what it was. Only hashes and signatures: anybody may know them.

pub(super) mod checkpoint;
pub(super) mod consistency;
pub(super) mod inclusion;
pub(super) mod keys;

use comptoir_ledger::{Position, ProofRefusal};
use comptoir_proof::tree::Hash;

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
