//! The stored tree: as far as it has grown, and the roots of its large subtrees.

use comptoir_proof::tree::{Frontier, Hash};
use sqlx::PgConnection;

use crate::names::Position;

/// How many leaves are taken in together.
const CHUNK_LEAVES: i64 = 65_536;
/// Of each so many levels one is stored: subtrees of 256 leaves, of 65536, and so on.
pub(super) const LEVELS_APART: u32 = 8;

/// Why the tree does not grow.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// The database refused or could not be reached.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// The ledger ends before the tree does.
    #[error(
        "the tree has {size} leaves, but the ledger ends at position {end}: events that were signed are gone. Nothing is \
         signed until this is cleared up; `comptoir audit verify` says more"
    )]
    LostTail {
        /// How many leaves the tree has.
        size: u64,
        /// The durable horizon.
        end: Position,
    },
    /// The newest event that the tree knows is another one now.
    #[error(
        "the event at position {position} is not the one that was signed. Nothing is signed until this is cleared up; \
         `comptoir audit verify` says more"
    )]
    OtherEvent {
        /// Where it stands.
        position: Position,
    },
    /// Events are missing.
    #[error("events are missing between positions {after} and {through}; `comptoir audit verify` says which")]
    Gap {
        /// Behind this one.
        after: Position,
        /// Up to this one.
        through: Position,
    },
    /// What is stored of the tree makes no sense.
    #[error("the stored tree is damaged; `comptoir audit verify` says more")]
    Damaged,
}

/// The tree as it is stored, locked until the transaction ends.
pub(super) async fn lock(transaction: &mut PgConnection) -> Result<Frontier, TreeError> {
    let stored = sqlx::query!(
        "SELECT size, peaks, newest, (SELECT leaf_hash FROM events WHERE position = size) AS leaf_hash
         FROM ledger_tree FOR UPDATE"
    )
    .fetch_one(transaction)
    .await?;
    if stored.size > 0 && (stored.newest.is_none() || stored.newest != stored.leaf_hash) {
        let position = Position::new(stored.size);
        return Err(TreeError::OtherEvent { position });
    }
    let peaks = hashes(&stored.peaks).ok_or(TreeError::Damaged)?;
    let size = u64::try_from(stored.size).map_err(|_| TreeError::Damaged)?;
    Frontier::from_parts(size, peaks).ok_or(TreeError::Damaged)
}

/// Takes in the next leaves up to a position that is on disk, at most [`CHUNK_LEAVES`] of them.
pub(super) async fn grow(
    transaction: &mut PgConnection,
    tree: &mut Frontier,
    end: Position,
) -> Result<(), TreeError> {
    let after = i64::try_from(tree.size()).map_err(|_| TreeError::Damaged)?;
    if after > end.get() {
        return Err(TreeError::LostTail {
            size: tree.size(),
            end,
        });
    }
    let through = end.get().min(after.saturating_add(CHUNK_LEAVES));
    let leaves = leaves(transaction, after, through).await?.ok_or(TreeError::Gap {
        after: Position::new(after),
        through: Position::new(through),
    })?;
    let mut nodes = Nodes::default();
    for leaf in &leaves {
        tree.push_noting(*leaf, |level, index, root| nodes.note(level, index, root));
    }
    sqlx::query!(
        "INSERT INTO ledger_tree_nodes (level, index, root)
         SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])",
        &nodes.levels,
        &nodes.indexes,
        &nodes.roots
    )
    .execute(&mut *transaction)
    .await?;
    let newest = leaves.last().map(|leaf| leaf.to_vec());
    sqlx::query!(
        "UPDATE ledger_tree SET size = $1, peaks = $2, newest = coalesce($3, newest)",
        through,
        &tree.peaks().concat(),
        newest
    )
    .execute(transaction)
    .await?;
    Ok(())
}

/// The leaf hashes behind one position up to another; none, if one of them is missing or is no hash.
pub(super) async fn leaves(
    connection: &mut PgConnection,
    after: i64,
    through: i64,
) -> Result<Option<Vec<Hash>>, sqlx::Error> {
    let found = sqlx::query!(
        r#"SELECT count(*) AS "count!", string_agg(leaf_hash, '' ORDER BY position) AS leaves
           FROM events WHERE position > $1 AND position <= $2"#,
        after,
        through
    )
    .fetch_one(connection)
    .await?;
    let is_dense = found.count == through - after;
    let leaves = hashes(&found.leaves.unwrap_or_default());
    Ok(leaves.filter(|leaves| is_dense && i64::try_from(leaves.len()) == Ok(found.count)))
}

/// Hashes that stand one behind the other.
pub(super) fn hashes(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}

/// Subtrees that are to be stored, a column each.
#[derive(Default)]
struct Nodes {
    levels: Vec<i16>,
    indexes: Vec<i64>,
    roots: Vec<Vec<u8>>,
}

impl Nodes {
    fn note(&mut self, level: u32, index: u64, root: &Hash) {
        if level == 0 || !level.is_multiple_of(LEVELS_APART) {
            return;
        }
        self.levels
            .push(i16::try_from(level / LEVELS_APART).unwrap_or(i16::MAX));
        self.indexes.push(i64::try_from(index).unwrap_or(i64::MAX));
        self.roots.push(root.to_vec());
    }
}
