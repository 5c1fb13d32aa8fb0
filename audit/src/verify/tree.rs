//! The Merkle tree of the events, held against everything that names one of its roots.

use std::collections::VecDeque;

use comptoir_proof::checkpoint::Checkpoint;
use comptoir_proof::note::{KeyKind, Note, PublicKey};
use comptoir_proof::tree::{Frontier, Hash};
use serde::Serialize;
use sqlx::PgPool;
use tokio::runtime::Handle;

use super::finding::Findings;
use super::kept::KeptCheckpoint;
use super::rule::Rule;
use super::stored::{self, StoredPlace, StoredTree};

const CHECKPOINTS_PER_PAGE: i64 = 1000;
/// Stored nodes have 256^level leaves.
const LEVEL_BITS: u32 = 8;
/// So many are compared at a time.
const NODES_PER_PAGE: usize = 512;

/// Which checkpoints were held against the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckpointSummary {
    /// How many of those in the database.
    pub stored: u64,
    /// How many that the auditor kept.
    pub kept: u64,
    /// The size of the newest one that holds; 0 if none does.
    pub newest_size: i64,
    /// Whether their signatures were checked: not without keys.
    pub signatures_checked: bool,
}

/// The tree so far, and what is still to be compared.
#[derive(Debug)]
pub(super) struct Tree {
    frontier: Frontier,
    keys: Vec<PublicKey>,
    page: VecDeque<(i64, Vec<u8>)>,
    paged_through: i64,
    is_last_page: bool,
    kept: VecDeque<KeptCheckpoint>,
    stored: Option<StoredTree>,
    stored_size: i64,
    places: VecDeque<StoredPlace>,
    nodes: Vec<(u32, u64, Hash)>,
    summary: CheckpointSummary,
}

impl Tree {
    pub(super) async fn open(
        pool: &PgPool,
        keys: Vec<PublicKey>,
        mut kept: Vec<KeptCheckpoint>,
        findings: &mut Findings,
    ) -> Result<Self, sqlx::Error> {
        let keys: Vec<PublicKey> = keys
            .into_iter()
            .filter(|key| key.kind() == KeyKind::Log)
            .collect();
        for checkpoint in &kept {
            if !keys.is_empty() && checkpoint.note.signed_by(&keys).is_empty() {
                findings.general(Rule::CheckpointSignature, || {
                    format!("{}: signed by none of the keys given", checkpoint.name)
                });
            }
        }
        kept.sort_by_key(|checkpoint| checkpoint.checkpoint.size);
        let stored = stored::tree(pool).await?;
        if stored.is_none() {
            findings.general(Rule::StoredTree, || {
                "the row of `ledger_tree` is missing".to_owned()
            });
        }
        Ok(Self {
            frontier: Frontier::default(),
            page: VecDeque::new(),
            paged_through: 0,
            is_last_page: false,
            stored_size: stored.as_ref().map_or(0, |tree| tree.size),
            stored: stored.filter(|tree| tree.size > 0 || !tree.peaks.is_empty()),
            places: stored::places(pool).await?.into(),
            nodes: Vec::new(),
            summary: CheckpointSummary {
                stored: 0,
                kept: kept.len() as u64,
                newest_size: 0,
                signatures_checked: !keys.is_empty(),
            },
            kept: kept.into(),
            keys,
        })
    }

    /// The root of all leaves so far.
    pub(super) fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Adds the leaf of the event at a position, and compares what names this place.
    pub(super) fn push(
        &mut self,
        position: i64,
        leaf: Hash,
        database: &Database,
        findings: &mut Findings,
    ) -> Result<(), sqlx::Error> {
        let nodes = &mut self.nodes;
        self.frontier.push_noting(leaf, |level, index, root| {
            if level > 0 && level % LEVEL_BITS == 0 {
                nodes.push((level / LEVEL_BITS, index, *root));
            }
        });
        if self.nodes.len() >= NODES_PER_PAGE {
            self.compare_nodes(database, findings)?;
        }
        self.compare_checkpoints(position, database, findings)?;
        self.compare_tree(position, &leaf, findings);
        self.compare_places(position, &leaf, findings);
        Ok(())
    }

    fn compare_checkpoints(
        &mut self,
        position: i64,
        database: &Database,
        findings: &mut Findings,
    ) -> Result<(), sqlx::Error> {
        loop {
            self.next_page(database, findings)?;
            match self.page.front() {
                Some((size, _)) if *size <= position => {}
                _ => break,
            }
            if let Some((size, root)) = self.page.pop_front() {
                self.compare_root(size, &root, position, "the checkpoint", findings);
            }
        }
        let at = u64::try_from(position).unwrap_or_default();
        while self.kept.front().is_some_and(|kept| kept.checkpoint.size <= at) {
            if let Some(KeptCheckpoint { name, checkpoint, .. }) = self.kept.pop_front() {
                let size = i64::try_from(checkpoint.size).unwrap_or(i64::MAX);
                let what = format!("the checkpoint kept in {name}");
                self.compare_root(size, &checkpoint.root, position, &what, findings);
            }
        }
        Ok(())
    }

    fn compare_root(&mut self, size: i64, root: &[u8], position: i64, what: &str, findings: &mut Findings) {
        let held = self.summary.newest_size;
        if size < position && size > 0 {
            findings.at(Rule::CheckpointRoot, size, "", || {
                format!("{what} of size {size} ends with an event that is not there")
            });
        } else if size > 0 && self.root() != root {
            findings.at(Rule::CheckpointRoot, size, "", || {
                format!(
                    "{what} of size {size} names another root than the events have, {}: something up to there was \
                     changed after it was signed; the newest one before it that holds has size {held}",
                    hex::encode(self.root())
                )
            });
        } else {
            self.summary.newest_size = held.max(size);
        }
    }

    /// Fetches further checkpoints once those at hand are used up.
    fn next_page(&mut self, database: &Database, findings: &mut Findings) -> Result<(), sqlx::Error> {
        if !self.page.is_empty() || self.is_last_page {
            return Ok(());
        }
        let signed = database.run(stored::checkpoints(
            &database.pool,
            self.paged_through,
            CHECKPOINTS_PER_PAGE,
        ))?;
        self.is_last_page = signed.is_empty();
        for signed in signed {
            let size = signed.size.get();
            self.paged_through = size;
            self.summary.stored += 1;
            self.check_note(size, &signed.root, &signed.note, findings);
            self.page.push_back((size, signed.root));
        }
        Ok(())
    }

    fn check_note(&self, size: i64, root: &[u8], note: &str, findings: &mut Findings) {
        let read = note
            .parse::<Note>()
            .and_then(|note| Ok((Checkpoint::of(&note)?, note)));
        match read {
            Err(error) => findings.at(Rule::CheckpointNote, size, "", || {
                format!("the checkpoint of size {size} cannot be read: {error}")
            }),
            Ok((checkpoint, note)) => {
                if i64::try_from(checkpoint.size) != Ok(size) || checkpoint.root != root {
                    findings.at(Rule::CheckpointNote, size, "", || {
                        format!("the note of the checkpoint of size {size} says something else than its row")
                    });
                }
                if !self.keys.is_empty() && note.signed_by(&self.keys).is_empty() {
                    findings.at(Rule::CheckpointSignature, size, "", || {
                        format!("the checkpoint of size {size} is signed by none of the keys given")
                    });
                }
            }
        }
    }

    fn compare_tree(&mut self, position: i64, leaf: &Hash, findings: &mut Findings) {
        let Some(stored) = self.stored.take_if(|tree| tree.size <= position) else {
            return;
        };
        let size = stored.size;
        let is_here = size == position
            && stored.peaks == self.frontier.peaks().concat()
            && stored.newest.as_deref().is_none_or(|newest| newest == leaf);
        if !is_here {
            findings.at(Rule::StoredTree, size, "", || {
                format!("the stored tree of size {size} is not that of the events")
            });
        }
    }

    fn compare_places(&mut self, position: i64, leaf: &Hash, findings: &mut Findings) {
        while self
            .places
            .front()
            .is_some_and(|place| place.position <= position)
        {
            let Some(place) = self.places.pop_front() else {
                return;
            };
            let noted = place.leaf_hash.filter(|_| place.position > 0);
            if noted.is_some_and(|noted| place.position < position || noted != leaf) {
                findings.at(Rule::SubscriptionPlace, place.position, "", || {
                    format!(
                        "the subscription `{}` stands behind another event than this one",
                        place.name
                    )
                });
            }
        }
    }

    fn compare_nodes(&mut self, database: &Database, findings: &mut Findings) -> Result<(), sqlx::Error> {
        let nodes = std::mem::take(&mut self.nodes);
        let levels: Vec<i16> = nodes
            .iter()
            .map(|(level, ..)| i16::try_from(*level).unwrap_or(0))
            .collect();
        let indexes: Vec<i64> = nodes.iter().map(|(_, index, _)| index.cast_signed()).collect();
        let mut known = std::collections::HashMap::new();
        for node in database.run(stored::nodes(&database.pool, &levels, &indexes))? {
            known.insert((i64::from(node.level), node.index), node.root);
        }
        for (level, index, root) in nodes {
            let leaves = 1_u64.checked_shl(level * LEVEL_BITS).unwrap_or(u64::MAX);
            let end = (index + 1).saturating_mul(leaves).cast_signed();
            let stored = known.get(&(i64::from(level), index.cast_signed()));
            // One that the stored tree has not come to is not there yet.
            if stored.is_some_and(|stored| *stored != root) || (stored.is_none() && end <= self.stored_size) {
                findings.at(Rule::StoredTree, end, "", || {
                    format!(
                        "the stored subtree {index} of level {level} is missing or not that of the events"
                    )
                });
            }
        }
        Ok(())
    }

    /// What no event was met for. What was signed meanwhile reaches as far as the horizon of now.
    pub(super) fn finish(
        mut self,
        last: i64,
        database: &Database,
        findings: &mut Findings,
    ) -> Result<CheckpointSummary, sqlx::Error> {
        self.compare_nodes(database, findings)?;
        // What was not fetched yet.
        self.compare_checkpoints(last, database, findings)?;
        let beyond: Vec<i64> = self.page.iter().map(|(size, _)| *size).collect();
        let end = database.run(stored::ends(&database.pool))?;
        let reaches = end.horizon.min(end.newest);
        for size in beyond.into_iter().filter(|size| *size > reaches) {
            findings.at(Rule::CheckpointRoot, size, "", || {
                format!("a checkpoint of size {size} was signed, but the ledger ends at {reaches}: its end is missing")
            });
        }
        for kept in std::mem::take(&mut self.kept) {
            let (name, size) = (kept.name, kept.checkpoint.size);
            if size > reaches.cast_unsigned() {
                findings.at(Rule::CheckpointRoot, size.cast_signed(), "", || {
                    format!("the checkpoint kept in {name} has size {size}, but the ledger ends at {reaches}: its end is missing")
                });
            }
        }
        if self.stored.is_some_and(|tree| tree.size > reaches) {
            findings.at(Rule::StoredTree, self.stored_size, "", || {
                format!(
                    "the stored tree has size {}, but the ledger ends at {reaches}",
                    self.stored_size
                )
            });
        }
        let nodes = database.run(stored::nodes_beyond(&database.pool, reaches))?;
        if nodes > 0 {
            findings.general(Rule::StoredTree, || {
                format!("{nodes} stored subtrees reach beyond the end of the ledger, {reaches}")
            });
        }
        for place in self.places {
            if place.position > reaches {
                findings.at(Rule::SubscriptionPlace, place.position, "", || {
                    format!(
                        "the subscription `{}` has come further than the ledger, which ends at {reaches}",
                        place.name
                    )
                });
            }
        }
        Ok(self.summary)
    }
}

/// The database, for a thread that may block.
#[derive(Debug, Clone)]
pub(super) struct Database {
    pub(super) pool: PgPool,
    pub(super) runtime: Handle,
}

impl Database {
    pub(super) fn run<T>(
        &self,
        query: impl Future<Output = Result<T, sqlx::Error>>,
    ) -> Result<T, sqlx::Error> {
        self.runtime.block_on(query)
    }
}
