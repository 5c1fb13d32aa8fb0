//! Compares the tables of two schemas, row by row.
//!
//! Names of schemas, tables and columns cannot be parameters, so these statements are put together at run time: of constants
//! of the code, and of names of the catalogue, quoted. Rows are compared as text, byte by byte.

use comptoir_domain::values::Sha256Hex;
use comptoir_ledger::Position;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, PgConnection, Row as _};

use super::{ColumnDifference, Difference, RowDifference, Sides};
use crate::runner::{Projection, RowValues};

/// A table of the model: its columns and those of its primary key.
struct Table {
    name: String,
    columns: Vec<String>,
    key: Vec<String>,
}

/// How the tables of `rebuilt` differ from those in use. The caller's transaction says at which position they stand.
pub(in crate::runner) async fn compare<P: Projection>(
    transaction: &mut PgConnection,
    rebuilt: &str,
    shown_max: usize,
) -> Result<Difference, sqlx::Error> {
    // Whole tables are read and joined here, and the same row is the same text wherever it is compared.
    sqlx::query!(
        "SELECT ARRAY[
             set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
             set_config('enable_mergejoin', 'on', true), set_config('TimeZone', 'UTC', true),
             set_config('DateStyle', 'ISO, YMD', true), set_config('plan_cache_mode', 'auto', true)
         ] AS settings"
    )
    .fetch_one(&mut *transaction)
    .await?;
    let position = sqlx::query_scalar!(
        "SELECT position FROM public.subscription_checkpoints WHERE name = $1",
        P::NAME
    )
    .fetch_one(&mut *transaction)
    .await?;
    let mut found = Found {
        hasher: Sha256::new(),
        rows: 0,
        shown: Vec::new(),
        shown_max,
    };
    found.absorb(Some(P::NAME));
    for table in tables(transaction, P::SCHEMA).await? {
        let statement = table.statement(P::SCHEMA, rebuilt);
        let mut rows = sqlx::query(AssertSqlSafe(statement)).fetch(&mut *transaction);
        while let Some(row) = rows.try_next().await? {
            let live: Option<Vec<Option<String>>> = row.try_get("live")?;
            let rebuilt: Option<Vec<Option<String>>> = row.try_get("rebuilt")?;
            found.take_in::<P>(&table, live.as_deref(), rebuilt.as_deref());
        }
    }
    Ok(Difference {
        version: P::VERSION,
        position: Position::new(position),
        rows: found.rows,
        digest: Sha256Hex::from_bytes(found.hasher.finalize().into()),
        shown: found.shown,
    })
}

impl Table {
    fn statement(&self, live: &str, rebuilt: &str) -> String {
        let (columns, key) = (quoted(&self.columns), quoted(&self.key));
        let each = |what: &dyn Fn(&String) -> String, names: &[String], between: &str| {
            names.iter().map(what).collect::<Vec<_>>().join(between)
        };
        let (name, first) = (quote(&self.name), &key[0]);
        let of_live = each(&|column| format!("live_row.{column}::text"), &columns, ", ");
        let of_rebuilt = each(&|column| format!("new_row.{column}::text"), &columns, ", ");
        let joined = each(
            &|column| format!("live_row.{column} = new_row.{column}"),
            &key,
            " AND ",
        );
        let sorted = each(
            &|column| format!("coalesce(live_row.{column}, new_row.{column})"),
            &key,
            ", ",
        );
        format!(
            "SELECT CASE WHEN live_row.{first} IS NOT NULL THEN ARRAY[{of_live}] END AS live,
                 CASE WHEN new_row.{first} IS NOT NULL THEN ARRAY[{of_rebuilt}] END AS rebuilt
             FROM {live}.{name} live_row FULL JOIN {rebuilt}.{name} new_row ON {joined}
             WHERE (live_row.*)::text IS DISTINCT FROM (new_row.*)::text
             ORDER BY {sorted}"
        )
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quoted(names: &[String]) -> Vec<String> {
    names.iter().map(|name| quote(name)).collect()
}

/// What was found so far.
struct Found {
    hasher: Sha256,
    rows: u64,
    shown: Vec<RowDifference>,
    shown_max: usize,
}

impl Found {
    /// Adds a text to the digest; its length stands before it, so that no two differences look alike.
    fn absorb(&mut self, text: Option<&str>) {
        match text {
            None => self.hasher.update([0]),
            Some(text) => {
                self.hasher.update([1]);
                self.hasher.update((text.len() as u64).to_be_bytes());
                self.hasher.update(text);
            }
        }
    }

    fn take_in<P: Projection>(
        &mut self,
        table: &Table,
        live: Option<&[Option<String>]>,
        rebuilt: Option<&[Option<String>]>,
    ) {
        let sides = match (live, rebuilt) {
            (Some(_), Some(_)) => Sides::Both,
            (Some(_), None) => Sides::LiveAlone,
            (None, _) => Sides::RebuiltAlone,
        };
        let values = rebuilt.or(live).unwrap_or_default();
        let row = RowValues {
            columns: &table.columns,
            values,
        };
        let key: Vec<(String, String)> = table
            .key
            .iter()
            .map(|column| (column.clone(), row.text(column).unwrap_or_default().to_owned()))
            .collect();
        let value = |side: Option<&[Option<String>]>, place: usize| {
            side.and_then(|values| values.get(place).cloned().flatten())
        };
        let columns: Vec<ColumnDifference> = table
            .columns
            .iter()
            .enumerate()
            .map(|(place, column)| ColumnDifference {
                column: column.clone(),
                live: value(live, place),
                rebuilt: value(rebuilt, place),
            })
            .filter(|column| column.live != column.rebuilt)
            .collect();
        self.rows += 1;
        self.absorb(Some(&table.name));
        self.absorb(Some(sides.as_str()));
        for (_, text) in &key {
            self.absorb(Some(text));
        }
        for column in &columns {
            self.absorb(Some(&column.column));
            self.absorb(column.live.as_deref());
            self.absorb(column.rebuilt.as_deref());
        }
        if self.shown.len() < self.shown_max {
            let behind = P::behind(&table.name, &row);
            self.shown.push(RowDifference {
                table: table.name.clone(),
                key,
                sides,
                columns,
                behind,
            });
        }
    }
}

/// The tables of a schema, with what their rows are told apart by.
async fn tables(connection: &mut PgConnection, schema: &str) -> Result<Vec<Table>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT t.relname::text AS "name!",
               ARRAY(SELECT a.attname::text FROM pg_attribute a
                     WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS "columns!",
               ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY AS k (number, place)
                     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.place) AS "key!"
           FROM pg_class t JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
           WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND t.relkind = 'r'
           ORDER BY t.relname"#,
        schema
    )
    .fetch_all(connection)
    .await?;
    let table = |(name, columns, key)| Table { name, columns, key };
    Ok(rows
        .into_iter()
        .map(|row| table((row.name, row.columns, row.key)))
        .collect())
}
