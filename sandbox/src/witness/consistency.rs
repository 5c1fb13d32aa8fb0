//! Checks consistency proofs (RFC 9162, section 2.1.4.2).

use sha2::{Digest, Sha256};

type Hash = [u8; 32];

fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// Whether a tree of `second` leaves provably begins with one of `first`.
pub(super) fn holds(first: u64, second: u64, proof: &[Hash], first_root: &Hash, second_root: &Hash) -> bool {
    if first == second {
        return proof.is_empty() && first_root == second_root;
    }
    let mut path: Vec<Hash> = proof.to_vec();
    if first.is_power_of_two() {
        path.insert(0, *first_root);
    }
    let Some((start, rest)) = path.split_first() else {
        return false;
    };
    let (mut first_node, mut second_node) = (first - 1, second - 1);
    while first_node % 2 == 1 {
        first_node /= 2;
        second_node /= 2;
    }
    let (mut first_hash, mut second_hash) = (*start, *start);
    for sibling in rest {
        if second_node == 0 {
            return false;
        }
        if first_node % 2 == 1 || first_node == second_node {
            first_hash = node(sibling, &first_hash);
            second_hash = node(sibling, &second_hash);
            while first_node.is_multiple_of(2) && first_node != 0 {
                first_node /= 2;
                second_node /= 2;
            }
        } else {
            second_hash = node(&second_hash, sibling);
        }
        first_node /= 2;
        second_node /= 2;
    }
    second_node == 0 && first_hash == *first_root && second_hash == *second_root
}
