//! Roots against the recursive definition; proofs against every root that they must not lead to.

use proptest::prelude::*;

use super::*;

/// The definition of RFC 6962, section 2.1, word by word.
fn root_by_definition(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            let middle = usize::try_from(split(leaves.len() as u64)).unwrap();
            node(
                &root_by_definition(&leaves[..middle]),
                &root_by_definition(&leaves[middle..]),
            )
        }
    }
}

fn leaves(count: u64) -> Vec<Hash> {
    (0..count)
        .map(|number| Sha256::digest(number.to_be_bytes()).into())
        .collect()
}

fn hashes(leaves: &[Hash], ranges: Vec<Range<u64>>) -> Vec<Hash> {
    ranges
        .into_iter()
        .map(|range| leaf_range(leaves, range))
        .collect()
}

#[test]
fn roots_are_those_of_the_definition_however_the_tree_grows() {
    let leaves = leaves(130);
    let mut tree = Frontier::default();
    for size in 0..=leaves.len() {
        assert_eq!(tree.root(), root_by_definition(&leaves[..size]), "{size} leaves");
        let again = Frontier::from_parts(tree.size(), tree.peaks().to_vec()).unwrap();
        assert_eq!(again, tree);
        if let Some(leaf) = leaves.get(size) {
            tree.push(*leaf);
        }
    }
    assert_eq!(Frontier::from_parts(3, vec![leaves[0]]), None);
}

#[test]
fn every_full_subtree_is_told_of_once() {
    let leaves = leaves(37);
    let (mut tree, mut told) = (Frontier::default(), Vec::new());
    for leaf in &leaves {
        tree.push_noting(*leaf, |level, index, root| {
            told.push((Subtree { level, index }, *root));
        });
    }
    let mut expected = Vec::new();
    for level in 0..6 {
        for index in 0..(37 >> level) {
            let subtree = Subtree { level, index };
            expected.push((subtree, leaf_range(&leaves, subtree.leaves())));
        }
    }
    told.sort_unstable();
    expected.sort_unstable();
    assert_eq!(told, expected);
}

#[test]
fn a_range_is_the_fold_of_its_subtrees() {
    let leaves = leaves(64);
    for size in 1..=64 {
        for range in inclusion_ranges(size / 2, size).unwrap() {
            let parts = subtrees(range.clone());
            let roots: Vec<Hash> = parts
                .iter()
                .map(|part| leaf_range(&leaves, part.leaves()))
                .collect();
            assert_eq!(fold(&roots), leaf_range(&leaves, range));
        }
    }
}

#[test]
fn every_leaf_of_every_small_tree_is_provably_in_it_and_nowhere_else() {
    let leaves = leaves(33);
    for size in 1..=33_u64 {
        let root = leaf_range(&leaves, 0..size);
        for index in 0..size {
            let leaf = leaves[usize::try_from(index).unwrap()];
            let path = hashes(&leaves, inclusion_ranges(index, size).unwrap());
            assert_eq!(
                verify_inclusion(index, &leaf, size, &path, &root),
                Ok(()),
                "{index} in {size}"
            );
            for other in (0..size).filter(|other| *other != index) {
                assert!(
                    verify_inclusion(other, &leaf, size, &path, &root).is_err(),
                    "{index} as {other} in {size}"
                );
            }
            assert!(verify_inclusion(index, &[0xee; 32], size, &path, &root).is_err());
            assert!(verify_inclusion(index, &leaf, size, &path, &[0xee; 32]).is_err());
            let longer: Vec<Hash> = path.iter().copied().chain([[0xee; 32]]).collect();
            assert_eq!(
                verify_inclusion(index, &leaf, size, &longer, &root),
                Err(ProofError::WrongLength)
            );
            if let Some((_, shorter)) = path.split_last() {
                assert!(verify_inclusion(index, &leaf, size, shorter, &root).is_err());
            }
        }
        assert_eq!(inclusion_ranges(size, size), Err(NoProof { size, asked: size }));
        assert_eq!(
            verify_inclusion(size, &leaves[0], size, &[], &root),
            Err(ProofError::OutOfRange)
        );
    }
}

#[test]
fn every_small_tree_provably_begins_with_each_earlier_one() {
    let leaves = leaves(33);
    for size in 1..=33_u64 {
        let root = leaf_range(&leaves, 0..size);
        for earlier in 1..=size {
            let earlier_root = leaf_range(&leaves, 0..earlier);
            let path = hashes(&leaves, consistency_ranges(earlier, size).unwrap());
            assert_eq!(
                verify_consistency(earlier, size, &path, &earlier_root, &root),
                Ok(()),
                "{earlier} in {size}"
            );
            assert!(verify_consistency(earlier, size, &path, &[0xee; 32], &root).is_err());
            assert!(verify_consistency(earlier, size, &path, &earlier_root, &[0xee; 32]).is_err());
            let longer: Vec<Hash> = path.iter().copied().chain([[0xee; 32]]).collect();
            assert_eq!(
                verify_consistency(earlier, size, &longer, &earlier_root, &root),
                Err(ProofError::WrongLength)
            );
            for at in 0..path.len() {
                let mut changed = path.clone();
                changed[at][0] ^= 1;
                assert!(verify_consistency(earlier, size, &changed, &earlier_root, &root).is_err());
            }
        }
        assert!(consistency_ranges(0, size).is_err());
        assert!(consistency_ranges(size + 1, size).is_err());
    }
}

proptest! {
    #[test]
    fn a_changed_history_is_consistent_with_nothing(size in 2..200_u64, earlier in 1..200_u64, changed in 0..200_u64) {
        let (earlier, changed) = (1 + earlier % size, changed % size);
        let honest = leaves(size);
        let mut forked = honest.clone();
        forked[usize::try_from(changed).unwrap()][7] ^= 1;
        let path = hashes(&forked, consistency_ranges(earlier, size).unwrap());
        let (seen, root) = (leaf_range(&honest, 0..earlier), leaf_range(&forked, 0..size));
        let verdict = verify_consistency(earlier, size, &path, &seen, &root);
        prop_assert_eq!(verdict.is_ok(), changed >= earlier);
    }
}
