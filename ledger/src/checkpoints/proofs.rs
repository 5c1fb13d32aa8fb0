//! Proofs for outsiders: that an event is in a signed ledger, and that one signed ledger begins with another.
//!
//! The hashes come from blocks of 256: leaf hashes from the events, the roots of larger subtrees from where the tree keeps them.
//! A proof about a ledger of any length reads a handful of blocks.

use std::collections::BTreeMap;
use std::ops::Range;

use comptoir_proof::tree::{self, Hash, Subtree, fold, leaf_range, subtrees};
use sqlx::PgConnection;

use super::tree::{LEVELS_APART, hashes, leaves};
use crate::ledger::Ledger;
use crate::names::Position;

/// What proves that an event is in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// Where it stands. It is leaf `position` - 1.
    pub position: Position,
    /// Its leaf hash.
    pub leaf_hash: Hash,
    /// The path from the leaf to the root.
    pub path: Vec<Hash>,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofRefusal {
    /// The tree has not come that far, or never will.
    #[error("there is no proof of {asked} in a ledger of {size}")]
    OutOfRange {
        /// What was asked for.
        asked: Position,
        /// The size that was asked for, or has been reached.
        size: Position,
    },
    /// The database refused or could not be reached.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// What is stored of the tree has holes.
    #[error("the stored tree is damaged; `comptoir audit verify` says more")]
    Damaged,
}

impl Ledger {
    /// How far the tree has grown: proofs reach no further.
    pub async fn tree_size(&self) -> Result<Position, sqlx::Error> {
        let size = sqlx::query_scalar!("SELECT size FROM ledger_tree")
            .fetch_one(self.pool())
            .await?;
        Ok(Position::new(size))
    }

    /// Proves that the event at a position is in the ledger of the first `size` events.
    pub async fn prove_inclusion(
        &self,
        position: Position,
        size: Position,
    ) -> Result<Inclusion, ProofRefusal> {
        let mut proofs = self.prove_inclusions(&[position], size).await?;
        proofs.pop().ok_or(ProofRefusal::Damaged)
    }

    /// The same for several events, in the order in which they are asked for. What one proof is made of is read once for all.
    pub async fn prove_inclusions(
        &self,
        positions: &[Position],
        size: Position,
    ) -> Result<Vec<Inclusion>, ProofRefusal> {
        let mut connection = self.pool().acquire().await?;
        let asked = positions.iter().copied().max().unwrap_or(Position::START);
        let mut blocks = Blocks::open(&mut connection, asked, size).await?;
        let mut proofs = Vec::with_capacity(positions.len());
        for &position in positions {
            let no_proof = || ProofRefusal::OutOfRange {
                asked: position,
                size,
            };
            let index = leaf_index(position).ok_or_else(no_proof)?;
            let ranges = tree::inclusion_ranges(index, number(size)).map_err(|_| no_proof())?;
            proofs.push(Inclusion {
                position,
                leaf_hash: blocks.subtree(Subtree { level: 0, index }).await?,
                path: blocks.roots(ranges).await?,
            });
        }
        Ok(proofs)
    }

    /// Proves that the ledger of the first `size` events begins with that of the first `earlier` ones.
    pub async fn prove_consistency(
        &self,
        earlier: Position,
        size: Position,
    ) -> Result<Vec<Hash>, ProofRefusal> {
        let mut connection = self.pool().acquire().await?;
        let mut blocks = Blocks::open(&mut connection, earlier, size).await?;
        let ranges = tree::consistency_ranges(number(earlier), number(size))
            .map_err(|_| ProofRefusal::OutOfRange { asked: earlier, size })?;
        blocks.roots(ranges).await
    }
}

fn number(position: Position) -> u64 {
    position.get().unsigned_abs()
}

fn leaf_index(position: Position) -> Option<u64> {
    number(position).checked_sub(1)
}

/// The blocks that one proof was made of so far.
struct Blocks<'c> {
    connection: &'c mut PgConnection,
    /// How many leaves the tree has.
    size: u64,
    read: BTreeMap<(u32, u64), Vec<Hash>>,
}

impl<'c> Blocks<'c> {
    async fn open(
        connection: &'c mut PgConnection,
        asked: Position,
        size: Position,
    ) -> Result<Self, ProofRefusal> {
        let reached = sqlx::query_scalar!("SELECT size FROM ledger_tree")
            .fetch_one(&mut *connection)
            .await?;
        if size.get() > reached {
            return Err(ProofRefusal::OutOfRange {
                asked: asked.max(size),
                size: Position::new(reached),
            });
        }
        Ok(Self {
            connection,
            size: reached.unsigned_abs(),
            read: BTreeMap::new(),
        })
    }

    async fn roots(&mut self, ranges: Vec<Range<u64>>) -> Result<Vec<Hash>, ProofRefusal> {
        let mut roots = Vec::with_capacity(ranges.len());
        for range in ranges {
            let mut parts = Vec::new();
            for subtree in subtrees(range) {
                parts.push(self.subtree(subtree).await?);
            }
            roots.push(fold(&parts));
        }
        Ok(roots)
    }

    /// The root of a full subtree, made of the stored ones just below it.
    async fn subtree(&mut self, subtree: Subtree) -> Result<Hash, ProofRefusal> {
        let stored = subtree.level / LEVELS_APART;
        let above = subtree.level % LEVELS_APART;
        let first = subtree.index << above;
        let block = first >> LEVELS_APART;
        let start = first - (block << LEVELS_APART);
        let end = start + (1 << above);
        let roots = self.block(stored, block).await?;
        if (roots.len() as u64) < end {
            return Err(ProofRefusal::Damaged);
        }
        Ok(leaf_range(roots, start..end))
    }

    /// The 256 roots of a block, or as many as there are.
    async fn block(&mut self, level: u32, block: u64) -> Result<&[Hash], ProofRefusal> {
        if !self.read.contains_key(&(level, block)) {
            let roots = self.read_block(level, block).await?;
            self.read.insert((level, block), roots);
        }
        Ok(self.read.get(&(level, block)).map_or(&[], Vec::as_slice))
    }

    async fn read_block(&mut self, level: u32, block: u64) -> Result<Vec<Hash>, ProofRefusal> {
        let entries = self.size >> (level * LEVELS_APART);
        let first = block << LEVELS_APART;
        let end = entries.min(first + (1 << LEVELS_APART));
        let bounds = i64::try_from(first).ok().zip(i64::try_from(end).ok());
        let (first, end) = bounds.ok_or(ProofRefusal::Damaged)?;
        let found = if level == 0 {
            leaves(self.connection, first, end).await?
        } else {
            let level = i16::try_from(level).unwrap_or(i16::MAX);
            let roots = sqlx::query_scalar!(
                "SELECT string_agg(root, '' ORDER BY index) FROM ledger_tree_nodes
                 WHERE level = $1 AND index >= $2 AND index < $3",
                level,
                first,
                end
            )
            .fetch_one(&mut *self.connection)
            .await?;
            hashes(&roots.unwrap_or_default()).filter(|roots| i64::try_from(roots.len()) == Ok(end - first))
        };
        found.ok_or(ProofRefusal::Damaged)
    }
}
