//! The three schemas of a rebuild: the one in use, the one that grows beside it, and the one that is put aside.
//!
//! Names of schemas and tables cannot be parameters, so these statements are put together at run time: of constants of
//! the code, and of names that PostgreSQL has quoted itself.

use sqlx::{AssertSqlSafe, PgConnection};

pub(in crate::runner) struct Schemas {
    live: &'static str,
    purpose: &'static str,
    next: String,
    old: String,
}

impl Schemas {
    /// Beside a schema, one that grows for a purpose: `next` to take its place, `check` to be compared with it.
    pub(in crate::runner) fn of(live: &'static str, purpose: &'static str) -> Self {
        Self {
            live,
            purpose,
            next: format!("{live}_{purpose}"),
            old: format!("{live}_old"),
        }
    }

    pub(super) const fn purpose(&self) -> &'static str {
        self.purpose
    }

    pub(in crate::runner) fn next(&self) -> &str {
        &self.next
    }

    /// Drops what grew beside the schema in use.
    pub(in crate::runner) async fn drop_next(
        &self,
        connection: &mut PgConnection,
    ) -> Result<(), sqlx::Error> {
        drop_schema(connection, &self.next).await
    }

    /// Drops what was put aside.
    pub(super) async fn drop_old(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        drop_schema(connection, &self.old).await
    }

    /// Makes empty tables of the same shape as those in use, with their storage settings and with what keeps keys unique.
    pub(super) async fn create_next(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { live, next, .. } = self;
        execute(connection, format!("CREATE SCHEMA {next}")).await?;
        for table in tables(connection, live).await? {
            let (name, settings) = (table.name, table.settings);
            let like = format!(
                "CREATE TABLE {next}.{name} (LIKE {live}.{name} INCLUDING ALL EXCLUDING INDEXES) {settings}"
            );
            execute(connection, like).await?;
        }
        let constraints = sqlx::query!(
            r#"SELECT quote_ident(t.relname) AS "table!", quote_ident(c.conname) AS "name!",
                   pg_get_constraintdef(c.oid) AS "definition!"
               FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
               WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.contype IN ('p', 'u')
               ORDER BY t.relname, c.conname"#,
            live
        )
        .fetch_all(&mut *connection)
        .await?;
        for made in constraints {
            let (table, name, definition) = (made.table, made.name, made.definition);
            execute(
                connection,
                format!("ALTER TABLE {next}.{table} ADD CONSTRAINT {name} {definition}"),
            )
            .await?;
        }
        for index in indexes(connection, live)
            .await?
            .iter()
            .filter(|index| index.is_unique)
        {
            execute(connection, index.statement(next)).await?;
        }
        Ok(())
    }

    /// Makes the indexes that only readers need, as the tables in use have them.
    pub(super) async fn create_indexes(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let made = indexes(connection, self.live).await?;
        for index in made.iter().filter(|index| !index.is_unique) {
            execute(connection, index.statement(&self.next)).await?;
        }
        Ok(())
    }

    /// Lets the planner know the new tables before anybody reads them.
    pub(in crate::runner) async fn analyse_next(
        &self,
        connection: &mut PgConnection,
    ) -> Result<(), sqlx::Error> {
        for table in tables(connection, &self.next).await? {
            execute(connection, format!("ANALYZE {}.{}", self.next, table.name)).await?;
        }
        Ok(())
    }

    /// Puts the new tables in the place of those in use. Statements that are under way finish on the old ones.
    pub(super) async fn rename(&self, transaction: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { live, next, old, .. } = self;
        execute(transaction, format!("ALTER SCHEMA {live} RENAME TO {old}")).await?;
        execute(transaction, format!("ALTER SCHEMA {next} RENAME TO {live}")).await
    }

    /// Whether the schema that grows has all the tables of the one in use.
    pub(super) async fn next_is_there(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let (live, next) = (
            tables(connection, self.live).await?,
            tables(connection, &self.next).await?,
        );
        let same_name = |(live, next): (&Table, &Table)| live.name == next.name;
        Ok(live.len() == next.len() && live.iter().zip(&next).all(same_name))
    }

    /// The shape of the tables in use, as text: columns, settings, indexes.
    pub(super) async fn shape(&self, connection: &mut PgConnection) -> Result<String, sqlx::Error> {
        sqlx::query_scalar!(
            r#"SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') AS "shape!" FROM (
                   SELECT format('%s.%s %s %s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                       a.attnotnull, c.reloptions) AS line
                   FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                   WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND c.relkind = 'r'
                   UNION ALL
                   SELECT pg_get_indexdef(i.indexrelid)
                   FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid
                   WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
               ) AS lines"#,
            self.live
        )
        .fetch_one(connection)
        .await
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

/// An index that no constraint has made.
struct Index {
    name: String,
    table: String,
    /// From its method on.
    definition: String,
    is_unique: bool,
}

impl Index {
    fn statement(&self, schema: &str) -> String {
        let Self {
            name,
            table,
            definition,
            is_unique,
        } = self;
        let unique = if *is_unique { "UNIQUE " } else { "" };
        format!("CREATE {unique}INDEX {name} ON {schema}.{table} {definition}")
    }
}

async fn indexes(connection: &mut PgConnection, schema: &str) -> Result<Vec<Index>, sqlx::Error> {
    sqlx::query_as!(
        Index,
        r#"SELECT quote_ident(x.relname) AS "name!", quote_ident(t.relname) AS "table!",
               substr(pg_get_indexdef(x.oid), strpos(pg_get_indexdef(x.oid), ' USING ')) AS "definition!",
               i.indisunique AS "is_unique!"
           FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid
           WHERE t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)
               AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.oid)
           ORDER BY t.relname, x.relname"#,
        schema
    )
    .fetch_all(connection)
    .await
}

/// One table at a time, outside any transaction: a reader that is still on the old tables locks them one after the other, in an
/// order of its own.
async fn drop_schema(connection: &mut PgConnection, schema: &str) -> Result<(), sqlx::Error> {
    for table in tables(connection, schema).await? {
        execute(connection, format!("DROP TABLE {schema}.{}", table.name)).await?;
    }
    execute(connection, format!("DROP SCHEMA IF EXISTS {schema} CASCADE")).await
}

async fn execute(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}
