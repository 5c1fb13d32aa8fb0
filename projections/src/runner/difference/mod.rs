//! Builds a read model anew beside the one in use, at the same position, and says in which rows the two differ.
//!
//! Most of it is built while the runner goes on. Then one transaction with a snapshot of its own (`REPEATABLE READ`) sees the
//! tables in use and their checkpoint as they belong together, applies what is left up to that checkpoint, and compares: the
//! runner is not kept waiting. No rebuild takes over meanwhile, since it would need the lock that is held here.

mod compare;

use comptoir_domain::values::Sha256Hex;
use comptoir_ledger::{Ledger, Position, StreamName};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

pub(super) use self::compare::compare;
use super::rebuild::building::Building;
use super::rebuild::schema::Schemas;
use super::rebuild::{RebuildError, RebuildOptions, RebuildProgress, connect, take_lock};
use super::{ApplyError, Behind, Projection, quarantine, state};

/// How many rows a refusal carries; all of them count for its digest.
pub(super) const SHOWN_ROWS_MAX: usize = 20;

/// How a rebuilt read model differs from the one in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The version that was rebuilt.
    pub version: i32,
    /// Up to here events are in both.
    pub position: Position,
    /// In how many rows they differ.
    pub rows: u64,
    /// Names the whole difference: tables, keys, columns and values.
    pub digest: Sha256Hex,
    /// The first of the rows that differ, by table and key.
    pub shown: Vec<RowDifference>,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDifference {
    /// Its table.
    pub table: String,
    /// Its primary key, column by column.
    pub key: Vec<(String, String)>,
    /// Where it is.
    pub sides: Sides,
    /// What differs; where the row is on one side alone, all of it.
    pub columns: Vec<ColumnDifference>,
    /// Which events made it.
    pub behind: Behind,
}

/// On which sides a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sides {
    /// In both models, with different values.
    Both,
    /// In the model in use alone: no event has made it.
    LiveAlone,
    /// In the rebuilt model alone: it is missing from the one in use.
    RebuiltAlone,
}

impl Sides {
    /// In a word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Both => "changed",
            Self::LiveAlone => "extra",
            Self::RebuiltAlone => "missing",
        }
    }
}

/// A column that differs. Texts are as PostgreSQL writes them; personal data is sealed in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDifference {
    /// The column.
    pub column: String,
    /// Its value in the model in use; none for NULL and where there is no row.
    pub live: Option<String>,
    /// Its value in the rebuilt model; likewise.
    pub rebuilt: Option<String>,
}

/// Builds the read model of a projection anew and compares; at most so many rows are shown.
pub async fn difference<P: Projection>(
    ledger: &Ledger,
    projection: P,
    shown_max: usize,
    mut progress: impl FnMut(RebuildProgress) + Send,
) -> Result<Difference, RebuildError> {
    let mut connection = connect(ledger).await?;
    take_lock(&mut connection, P::NAME).await?;
    state::ensure::<P>(&mut connection).await?;
    let schemas = Schemas::of(P::SCHEMA, "check");
    schemas.drop_next(&mut connection).await?;
    let left_out = quarantine::in_force(&mut connection, P::NAME).await?;
    let options = RebuildOptions::default();
    let mut building = Building::open(ledger, projection, schemas, left_out, &options, connection).await?;
    let live = ledger.checkpoint(P::NAME).await?;
    let live = live.map_or(Position::START, |live| live.position);
    building.fill(live.min(ledger.horizon()), &mut progress).await?;
    building.schemas.analyse_next(&mut building.connection).await?;
    let found = compare_at_live(&mut building, shown_max).await;
    building.discard().await?;
    found
}

async fn compare_at_live<P: Projection>(
    building: &mut Building<'_, P>,
    shown_max: usize,
) -> Result<Difference, RebuildError> {
    let mut connection = connect(building.ledger()).await?;
    let mut snapshot = connection
        .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ")
        .await?;
    let live = sqlx::query!(
        r#"SELECT c.position AS "position: Position", s.version
           FROM subscription_checkpoints c JOIN projection_state s USING (name) WHERE name = $1"#,
        P::NAME
    )
    .fetch_one(&mut *snapshot)
    .await?;
    if live.version != P::VERSION {
        return Err(ApplyError::OtherVersion {
            stored: live.version,
            known: P::VERSION,
        }
        .into());
    }
    // What came to be left out meanwhile begins behind what is built already.
    building.left_out = quarantine::in_force(&mut snapshot, P::NAME).await?;
    building.apply_rest(&mut snapshot, live.position).await?;
    let mut difference = compare::<P>(&mut snapshot, building.schemas.next(), shown_max).await?;
    difference.position = live.position;
    find_streams(&mut snapshot, building.schemas.next(), &mut difference).await?;
    snapshot.rollback().await?;
    Ok(difference)
}

/// Rows that are sums over others are explained by the streams of those others, as the rebuilt tables have them.
async fn find_streams(
    snapshot: &mut PgConnection,
    rebuilt: &str,
    difference: &mut Difference,
) -> Result<(), sqlx::Error> {
    for row in &mut difference.shown {
        if let Behind::Rows {
            category,
            table,
            column,
            value,
        } = &row.behind
        {
            // Put together of constants of the code, since names cannot be parameters.
            let statement = format!("SELECT id FROM {rebuilt}.{table} WHERE {column} = $1 ORDER BY id");
            let ids: Vec<Uuid> = sqlx::query_scalar(AssertSqlSafe(statement))
                .bind(value)
                .fetch_all(&mut *snapshot)
                .await?;
            let streams = ids.into_iter().map(|id| StreamName::new(category, id));
            row.behind = Behind::Streams(streams.collect());
        }
    }
    Ok(())
}
