//! Debts: what one event promises and another one keeps. Only what is open takes memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::event::Since;

/// What one side says and the other has to say too: each saying of the one counts up, each of the other down.
#[derive(Debug)]
pub(super) struct Differences<K>(HashMap<K, (i32, Since)>);

impl<K> Default for Differences<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq> Differences<K> {
    /// The side that promises said one thing, and says another now.
    pub(super) fn promises(
        &mut self,
        was: impl IntoIterator<Item = K>,
        is: impl IntoIterator<Item = K>,
        since: Since,
    ) {
        self.moves(was, is, 1, since);
    }

    /// The side that keeps did.
    pub(super) fn keeps(
        &mut self,
        was: impl IntoIterator<Item = K>,
        is: impl IntoIterator<Item = K>,
        since: Since,
    ) {
        self.moves(was, is, -1, since);
    }

    fn moves(
        &mut self,
        was: impl IntoIterator<Item = K>,
        is: impl IntoIterator<Item = K>,
        by: i32,
        since: Since,
    ) {
        for key in was {
            self.add(key, -by, since);
        }
        for key in is {
            self.add(key, by, since);
        }
    }

    fn add(&mut self, key: K, by: i32, since: Since) {
        match self.0.entry(key) {
            Entry::Vacant(vacant) => drop(vacant.insert((by, since))),
            Entry::Occupied(mut occupied) => {
                occupied.get_mut().0 += by;
                if occupied.get().0 == 0 {
                    occupied.remove();
                }
            }
        }
    }

    /// What is still open, with what each side has said more than the other.
    pub(super) fn open(self) -> impl Iterator<Item = (K, Balance, Since)> {
        self.0.into_iter().map(|(key, (difference, since))| {
            let balance = if difference > 0 {
                Balance::Promised
            } else {
                Balance::Kept
            };
            (key, balance, since)
        })
    }

    pub(super) fn is_open(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }
}

/// Which side has said more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Balance {
    /// It is promised, and not kept.
    Promised,
    /// It is there, and nobody had promised it.
    Kept,
}
