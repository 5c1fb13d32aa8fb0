//! Debts: what one event promises and another one keeps. Only what is open takes memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::event::Since;

/// How soon something must be settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// In the same append.
    AtOnce,
    /// By a worker, some time later.
    Soon,
}

/// What one side says and the other has to say too: each saying of the one counts up, each of the other down.
#[derive(Debug)]
pub(super) struct Differences<K> {
    term: fn(&K) -> Term,
    open: HashMap<K, (i32, Since)>,
    /// What belongs into one append, and was settled by a later one.
    late: Vec<(K, Since)>,
}

impl<K: Hash + Eq> Differences<K> {
    pub(super) fn new(term: fn(&K) -> Term) -> Self {
        Self {
            term,
            open: HashMap::new(),
            late: Vec::new(),
        }
    }

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
        match self.open.entry(key) {
            Entry::Vacant(vacant) => drop(vacant.insert((by, since))),
            Entry::Occupied(mut occupied) => {
                occupied.get_mut().0 += by;
                if occupied.get().0 == 0 {
                    let (key, (_, opened)) = occupied.remove_entry();
                    // The events of one append have one time.
                    if (self.term)(&key) == Term::AtOnce && opened.at != since.at {
                        self.late.push((key, opened));
                    }
                }
            }
        }
    }

    /// What is still open, with what each side has said more than the other; and what was settled too late.
    pub(super) fn open(self) -> impl Iterator<Item = (K, Balance, Since)> {
        let open = self.open.into_iter().map(|(key, (difference, since))| {
            let balance = if difference > 0 {
                Balance::Promised
            } else {
                Balance::Kept
            };
            (key, balance, since)
        });
        let late = self.late.into_iter();
        open.chain(late.map(|(key, since)| (key, Balance::Late, since)))
    }

    /// Takes all of it out.
    pub(super) fn take(&mut self) -> Self {
        let term = self.term;
        std::mem::replace(self, Self::new(term))
    }

    pub(super) fn is_open(&self, key: &K) -> bool {
        self.open.contains_key(key)
    }
}

/// Which side has said more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Balance {
    /// It is promised, and not kept.
    Promised,
    /// It is there, and nobody had promised it.
    Kept,
    /// Neither, but for a while it was so: what belongs into one append came in two.
    Late,
}
