//! The Merkle tree of the copy, grown from its own leaf hashes, and held against what was signed.

use comptoir_ledger::{Ledger, Position};
use comptoir_proof::tree::{Frontier, Hash};
use futures::TryStreamExt as _;
use sqlx::{PgConnection, PgPool};

use super::error::ReplayError;

/// The tables keep the roots of subtrees of 256^n leaves: of every eighth level.
const LEVELS: u32 = 8;
/// How often progress is told.
const TOLD_LEAVES: u64 = 10_000;

/// A subtree whose root the tables keep.
struct Node {
    level: i16,
    index: i64,
    root: Hash,
}

/// Grows the tree over the events of the target.
pub(super) async fn grow(
    source: &Ledger,
    target: &PgPool,
    through: Position,
    mut progress: impl FnMut(Position) + Send,
) -> Result<(), ReplayError> {
    let signed = source.newest_checkpoint_within(through).await?;
    let (mut tree, mut nodes, mut newest) = (Frontier::default(), Vec::new(), None);
    let mut reading = target.acquire().await?;
    let mut leaves = sqlx::query!(
        "SELECT position, leaf_hash FROM events WHERE position <= $1 ORDER BY position",
        through.get()
    )
    .fetch(&mut *reading);
    while let Some(row) = leaves.try_next().await? {
        let after = Position::new(row.position - 1);
        let leaf: Hash = row
            .leaf_hash
            .try_into()
            .map_err(|_| ReplayError::Unsound { after })?;
        if row.position.unsigned_abs() != tree.size() + 1 {
            return Err(ReplayError::Unsound { after });
        }
        tree.push_noting(leaf, |level, index, root| nodes.extend(node(level, index, root)));
        newest = Some(leaf);
        if signed
            .as_ref()
            .is_some_and(|signed| signed.size.get() == row.position && signed.root != tree.root())
        {
            return Err(ReplayError::OtherRoot {
                size: Position::new(row.position),
            });
        }
        if tree.size().is_multiple_of(TOLD_LEAVES) {
            progress(Position::new(row.position));
        }
    }
    drop(leaves);
    store(&mut reading, &tree, newest, nodes).await?;
    Ok(())
}

/// The subtree, if it is one of those that are kept.
fn node(level: u32, index: u64, root: &Hash) -> Option<Node> {
    if level == 0 || !level.is_multiple_of(LEVELS) {
        return None;
    }
    Some(Node {
        level: i16::try_from(level / LEVELS).ok()?,
        index: i64::try_from(index).ok()?,
        root: *root,
    })
}

async fn store(
    connection: &mut PgConnection,
    tree: &Frontier,
    newest: Option<Hash>,
    nodes: Vec<Node>,
) -> Result<(), sqlx::Error> {
    let levels: Vec<i16> = nodes.iter().map(|node| node.level).collect();
    let indexes: Vec<i64> = nodes.iter().map(|node| node.index).collect();
    let roots: Vec<Vec<u8>> = nodes.iter().map(|node| node.root.to_vec()).collect();
    sqlx::query!(
        "INSERT INTO ledger_tree_nodes (level, index, root)
         SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[]) ON CONFLICT DO NOTHING",
        &levels,
        &indexes,
        &roots
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE ledger_tree SET size = $1, peaks = $2, newest = $3",
        i64::try_from(tree.size()).unwrap_or(i64::MAX),
        tree.peaks().concat(),
        newest.map(|newest| newest.to_vec())
    )
    .execute(connection)
    .await?;
    Ok(())
}
