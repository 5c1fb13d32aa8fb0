//! The states of streams, as many as memory should hold: who has not moved for a while is forgotten, and read anew when it moves.

use std::collections::HashMap;

use uuid::Uuid;

/// States by the id of their stream, in two generations: when the newer one is full, the older one is dropped. That happens between
/// batches only, so that what a batch needs is there until its end.
#[derive(Debug)]
pub(super) struct States<S> {
    generation_max: usize,
    newer: HashMap<Uuid, S>,
    older: HashMap<Uuid, S>,
}

impl<S> States<S> {
    /// Holds at most twice so many, and those that one batch moves.
    pub(super) fn new(generation_max: usize) -> Self {
        Self {
            generation_max,
            newer: HashMap::new(),
            older: HashMap::new(),
        }
    }

    pub(super) fn holds(&self, id: Uuid) -> bool {
        self.newer.contains_key(&id) || self.older.contains_key(&id)
    }

    pub(super) fn get(&self, id: Uuid) -> Option<&S> {
        self.newer.get(&id).or_else(|| self.older.get(&id))
    }

    /// Takes a state out, to be put back after it has moved.
    pub(super) fn take(&mut self, id: Uuid) -> Option<S> {
        self.newer.remove(&id).or_else(|| self.older.remove(&id))
    }

    pub(super) fn put(&mut self, id: Uuid, state: S) {
        self.newer.insert(id, state);
    }

    /// Forgets the older generation, if the newer one is full.
    pub(super) fn make_room(&mut self) {
        if self.newer.len() >= self.generation_max {
            self.older = std::mem::take(&mut self.newer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_states_are_held_and_no_more_than_two_generations() {
        let mut states = States::new(10);
        for n in 0..100_u128 {
            states.make_room();
            states.put(Uuid::from_u128(n), n);
            assert!(states.newer.len() + states.older.len() <= 20);
        }
        assert!((90..100).all(|n| states.holds(Uuid::from_u128(n))));
        assert!(!states.holds(Uuid::from_u128(0)));
        assert_eq!(states.take(Uuid::from_u128(95)), Some(95));
        assert_eq!(states.take(Uuid::from_u128(95)), None);
    }

    #[test]
    fn what_is_held_when_a_batch_begins_is_held_until_its_end() {
        let mut states = States::new(10);
        states.put(Uuid::nil(), 0);
        states.make_room();
        for n in 1..100_u128 {
            states.put(Uuid::from_u128(n), n);
        }
        assert!(states.holds(Uuid::nil()));
    }
}
