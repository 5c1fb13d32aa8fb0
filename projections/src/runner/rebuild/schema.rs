//! The three schemas of a rebuild: the one in use, the one that grows beside it, and the one that is put aside.
//!
//! Names of schemas and tables cannot be parameters, so these statements are put together at run time: of constants of
//! the code, and of names that PostgreSQL has quoted itself.

use sqlx::{AssertSqlSafe, PgConnection};

pub(super) struct Schemas {
    live: &'static str,
    next: String,
    old: String,
}

impl Schemas {
    pub(super) fn of(live: &'static str) -> Self {
        Self {
            live,
            next: format!("{live}_next"),
            old: format!("{live}_old"),
        }
    }

    pub(super) fn next(&self) -> &str {
        &self.next
    }

    /// Drops what stands beside the schema in use. One table at a time, outside any transaction: a reader that is still on
    /// the old tables locks them one after the other, in an order of its own.
    pub(super) async fn drop_leftovers(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { next, old, live: _ } = self;
        for schema in [next, old] {
            for table in tables(connection, schema).await? {
                execute(connection, format!("DROP TABLE {schema}.{}", table.name)).await?;
            }
        }
        execute(connection, format!("DROP SCHEMA IF EXISTS {next}, {old} CASCADE")).await
    }

    /// Makes empty tables of the same shape as those in use, with their indexes and their storage settings.
    pub(super) async fn create_next(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { live, next, old: _ } = self;
        execute(connection, format!("CREATE SCHEMA {next}")).await?;
        for table in tables(connection, live).await? {
            let (name, settings) = (table.name, table.settings);
            let like = format!("CREATE TABLE {next}.{name} (LIKE {live}.{name} INCLUDING ALL) {settings}");
            execute(connection, like).await?;
        }
        Ok(())
    }

    /// Lets the planner know the new tables before anybody reads them.
    pub(super) async fn analyse_next(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        for table in tables(connection, &self.next).await? {
            execute(connection, format!("ANALYZE {}.{}", self.next, table.name)).await?;
        }
        Ok(())
    }

    /// Puts the new tables in the place of those in use. Statements that are under way finish on the old ones.
    pub(super) async fn rename(&self, transaction: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { live, next, old } = self;
        execute(transaction, format!("ALTER SCHEMA {live} RENAME TO {old}")).await?;
        execute(transaction, format!("ALTER SCHEMA {next} RENAME TO {live}")).await
    }
}

struct Table {
    /// As SQL wants it, quoted where needed.
    name: String,
    /// The `WITH` clause, which `LIKE` leaves out.
    settings: String,
}

async fn tables(connection: &mut PgConnection, schema: &str) -> Result<Vec<Table>, sqlx::Error> {
    sqlx::query_as!(
        Table,
        r#"SELECT quote_ident(relname) AS "name!",
               coalesce('WITH (' || array_to_string(reloptions, ', ') || ')', '') AS "settings!"
           FROM pg_class
           WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind = 'r'
           ORDER BY relname"#,
        schema
    )
    .fetch_all(connection)
    .await
}

async fn execute(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}
