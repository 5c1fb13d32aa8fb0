//! The Merkle tree of RFC 6962, section 2.1, over leaf hashes: roots as it grows, the parts that a proof is made of, and how
//! proofs are checked (RFC 9162, sections 2.1.3.2 and 2.1.4.2).

use std::ops::Range;

use sha2::{Digest, Sha256};

/// SHA-256.
pub type Hash = [u8; 32];

/// The root of two subtrees: `SHA-256(01 || left || right)`.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x01]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The root of a tree without leaves: the SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// A growing tree, as the roots of its full subtrees, largest first: as many as its size has binary ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// A tree of which the roots of the full subtrees are known; none, if their number does not fit the size.
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (u32::try_from(peaks.len()).ok()? == size.count_ones()).then_some(Self { size, peaks })
    }

    /// How many leaves it has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of its full subtrees, largest first.
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds a leaf.
    pub fn push(&mut self, leaf: Hash) {
        self.push_noting(leaf, |_, _, _| {});
    }

    /// The same, and tells of each subtree that the leaf completes: its level (it has 2^level leaves), its index among those
    /// of its level, its root. Level 0 is the leaf itself.
    pub fn push_noting(&mut self, leaf: Hash, mut complete: impl FnMut(u32, u64, &Hash)) {
        let index = self.size;
        let mut root = leaf;
        complete(0, index, &root);
        for level in 1..=index.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                root = node(&left, &root);
                complete(level, index >> level, &root);
            }
        }
        self.peaks.push(root);
        self.size += 1;
    }

    /// The root of all leaves so far.
    pub fn root(&self) -> Hash {
        fold(&self.peaks)
    }
}

/// The root of neighbouring subtrees, each of which is larger than the next.
pub fn fold(peaks: &[Hash]) -> Hash {
    let Some((last, rest)) = peaks.split_last() else {
        return empty_root();
    };
    rest.iter().rev().fold(*last, |root, left| node(left, &root))
}

/// The root over a range of the leaves that are given.
pub fn leaf_range(leaves: &[Hash], range: Range<u64>) -> Hash {
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(leaves.len());
    let mut tree = Frontier::default();
    for leaf in &leaves[place(range.start)..place(range.end)] {
        tree.push(*leaf);
    }
    tree.root()
}

/// A full subtree: 2^level leaves from the leaf `index << level` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subtree {
    /// How high it is: 0 is a single leaf.
    pub level: u32,
    /// Its place among the subtrees of its level, from 0.
    pub index: u64,
}

impl Subtree {
    /// Its leaves.
    pub const fn leaves(self) -> Range<u64> {
        (self.index << self.level)..((self.index + 1) << self.level)
    }
}

/// The full subtrees that a range of a proof consists of, largest first; [`fold`] makes its root of theirs.
pub fn subtrees(range: Range<u64>) -> Vec<Subtree> {
    let mut found = Vec::new();
    let mut start = range.start;
    while start < range.end {
        let room = (range.end - start).ilog2();
        let level = if start == 0 {
            room
        } else {
            room.min(start.trailing_zeros())
        };
        found.push(Subtree {
            level,
            index: start >> level,
        });
        start += 1 << level;
    }
    found
}

/// What there is no proof of: a leaf that the tree does not have, or a tree that is not part of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tree of {size} leaves has no {asked}")]
pub struct NoProof {
    /// How many leaves the tree has.
    pub size: u64,
    /// What was asked for: the index of a leaf, or the size of an earlier tree.
    pub asked: u64,
}

/// The parts of a tree of `size` leaves whose roots prove that the leaf with this index, from 0, is in it.
pub fn inclusion_ranges(index: u64, size: u64) -> Result<Vec<Range<u64>>, NoProof> {
    if index >= size {
        return Err(NoProof { size, asked: index });
    }
    let (mut low, mut high, mut path) = (0, size, Vec::new());
    while high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            path.push(middle..high);
            high = middle;
        } else {
            path.push(low..middle);
            low = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The parts of a tree of `size` leaves whose roots prove that it begins with the tree of `earlier` leaves.
pub fn consistency_ranges(earlier: u64, size: u64) -> Result<Vec<Range<u64>>, NoProof> {
    if earlier == 0 || earlier > size {
        return Err(NoProof { size, asked: earlier });
    }
    let (mut low, mut high, mut is_known) = (0, size, true);
    let mut path = Vec::new();
    while high != earlier {
        let middle = low + split(high - low);
        if earlier <= middle {
            path.push(middle..high);
            high = middle;
        } else {
            path.push(low..middle);
            low = middle;
            is_known = false;
        }
    }
    if !is_known {
        path.push(low..high);
    }
    path.reverse();
    Ok(path)
}

/// The largest power of two below a number above 1.
const fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// It is about a leaf that such a tree does not have.
    #[error("the tree is too small for what the proof is about")]
    OutOfRange,
    /// It has too few or too many hashes.
    #[error("the proof has the wrong number of hashes")]
    WrongLength,
    /// It leads to another root.
    #[error("the proof leads to another root")]
    OtherRoot,
}

/// Checks that a leaf is in a tree with this root, at this index, from 0.
pub fn verify_inclusion(
    index: u64,
    leaf: &Hash,
    size: u64,
    path: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange);
    }
    let (mut place, mut last, mut reached) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if place & 1 == 1 || place == last {
            reached = node(sibling, &reached);
            let climb = if place == 0 { 0 } else { place.trailing_zeros() };
            place >>= climb;
            last >>= climb;
        } else {
            reached = node(&reached, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    ended(last, reached, root)
}

/// Checks that a tree begins with an earlier one, by the roots of both.
pub fn verify_consistency(
    earlier: u64,
    size: u64,
    path: &[Hash],
    earlier_root: &Hash,
    root: &Hash,
) -> Result<(), ProofError> {
    if earlier == 0 || earlier > size {
        return Err(ProofError::OutOfRange);
    }
    if earlier == size {
        return match (path.is_empty(), earlier_root == root) {
            (false, _) => Err(ProofError::WrongLength),
            (true, false) => Err(ProofError::OtherRoot),
            (true, true) => Ok(()),
        };
    }
    let mut hashes = path.iter();
    let first = if earlier.is_power_of_two() {
        earlier_root
    } else {
        hashes.next().ok_or(ProofError::WrongLength)?
    };
    let climb = (earlier - 1).trailing_ones();
    let (mut place, mut last) = ((earlier - 1) >> climb, (size - 1) >> climb);
    let (mut reached_earlier, mut reached) = (*first, *first);
    for sibling in hashes {
        if last == 0 {
            return Err(ProofError::WrongLength);
        }
        if place & 1 == 1 || place == last {
            reached_earlier = node(sibling, &reached_earlier);
            reached = node(sibling, &reached);
            let climb = if place == 0 { 0 } else { place.trailing_zeros() };
            place >>= climb;
            last >>= climb;
        } else {
            reached = node(&reached, sibling);
        }
        place >>= 1;
        last >>= 1;
    }
    if reached_earlier != *earlier_root {
        return Err(ProofError::OtherRoot);
    }
    ended(last, reached, root)
}

fn ended(last: u64, reached: Hash, root: &Hash) -> Result<(), ProofError> {
    if last != 0 {
        Err(ProofError::WrongLength)
    } else if reached == *root {
        Ok(())
    } else {
        Err(ProofError::OtherRoot)
    }
}

#[cfg(test)]
mod tests;
