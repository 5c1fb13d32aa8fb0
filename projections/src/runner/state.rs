//! The stored state of projections: which version built the tables in use, and what changed them last.

use comptoir_ledger::Position;
use sqlx::{PgConnection, PgPool};

use super::{ApplyError, Projection};

/// Makes the state and the checkpoint of a projection that has never run here.
pub(super) async fn ensure<P: Projection>(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO projection_state (name, version) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        P::NAME,
        P::VERSION
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO subscription_checkpoints (name) VALUES ($1) ON CONFLICT DO NOTHING",
        P::NAME
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The version that built the tables in use; none, if the projection has never run here.
pub(super) async fn stored_version<P: Projection>(pool: &PgPool) -> Result<Option<i32>, sqlx::Error> {
    sqlx::query_scalar!("SELECT version FROM projection_state WHERE name = $1", P::NAME)
        .fetch_optional(pool)
        .await
}

/// Whether the events of a batch are still to be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// They are; the tables are of this generation.
    Ours {
        /// How often they were replaced by a rebuild.
        generation: i64,
        /// How often somebody has asked for a retry.
        retries_asked: i64,
    },
    /// A rebuild that was switched in meanwhile has applied them.
    Overtaken,
}

/// Begins a batch of the runner: takes the projection's row first, as the switch of a rebuild does, so that one waits
/// for the other; and sets what [`set_up`] sets.
pub(super) async fn begin_batch<P: Projection>(
    transaction: &mut PgConnection,
    first: Position,
    last: Position,
) -> Result<Turn, ApplyError> {
    let state = sqlx::query!(
        r#"WITH mine AS (
               UPDATE projection_state SET changed_position = $2 WHERE name = $1
               RETURNING version, generation, rebuilt_position, retries_asked
           )
           SELECT version AS "version!", generation AS "generation!", rebuilt_position AS "rebuilt_position!",
               retries_asked AS "retries_asked!",
               ARRAY[
                   set_config('search_path', $3, true), set_config('enable_seqscan', 'off', true),
                   set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
               ] AS settings
           FROM mine"#,
        P::NAME,
        last.get(),
        search_path(P::SCHEMA)
    )
    .fetch_one(&mut *transaction)
    .await?;
    if state.version != P::VERSION {
        return Err(ApplyError::OtherVersion {
            stored: state.version,
            known: P::VERSION,
        });
    }
    let ours = Turn::Ours {
        generation: state.generation,
        retries_asked: state.retries_asked,
    };
    if state.rebuilt_position < first.get() {
        return Ok(ours);
    }
    let checkpoint = sqlx::query_scalar!(
        "SELECT position FROM subscription_checkpoints WHERE name = $1",
        P::NAME
    )
    .fetch_one(transaction)
    .await?;
    Ok(if checkpoint < first.get() {
        ours
    } else {
        Turn::Overtaken
    })
}

fn search_path(schema: &str) -> String {
    format!("{schema}, public")
}

/// Lets unqualified table names mean those of a schema, until the transaction ends. Batches look for a few keys, and
/// their plans are kept: they must not be made for a table that was small at first.
pub(super) async fn set_up(transaction: &mut PgConnection, schema: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT ARRAY[
             set_config('search_path', $1, true), set_config('enable_seqscan', 'off', true),
             set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
         ] AS settings",
        search_path(schema)
    )
    .fetch_one(transaction)
    .await?;
    Ok(())
}
