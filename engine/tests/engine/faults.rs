//! What a test can forbid the database.

use crate::world::{PATIENCE, World};

impl World {
    /// From now on no event of this type can be stored.
    pub(crate) async fn forbid(&self, event_type: &str) {
        let when = format!("INSERT ON events FOR EACH ROW WHEN (NEW.event_type = '{event_type}')");
        self.refuse(&when).await;
    }

    /// From now on no key can be destroyed.
    pub(crate) async fn keep_keys(&self) {
        self.refuse("UPDATE ON person_keys FOR EACH ROW").await;
    }

    async fn refuse(&self, when: &str) {
        self.execute(format!(
            "CREATE SEQUENCE refusals;
             CREATE FUNCTION forbid_step() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN PERFORM nextval('refusals'); RAISE EXCEPTION 'forbidden by the test'; END $$;
             CREATE TRIGGER forbid_step BEFORE {when} EXECUTE FUNCTION forbid_step()"
        ))
        .await;
    }

    /// Everything can be done again.
    pub(crate) async fn allow_all(&self) {
        self.execute("DROP FUNCTION forbid_step() CASCADE; DROP SEQUENCE refusals".to_owned())
            .await;
    }

    /// Waits until so many attempts were refused. (A sequence counts what is rolled back, too.)
    pub(crate) async fn refused(&self, times: i64) {
        let pool = self.engine.ledger().pool();
        let refused = async {
            let query = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM refusals";
            while sqlx::query_scalar::<_, i64>(query).fetch_one(pool).await.unwrap() < times {}
        };
        tokio::time::timeout(PATIENCE, refused)
            .await
            .expect("the attempts come");
    }

    async fn execute(&self, statements: String) {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
            .execute(self.engine.ledger().pool())
            .await
            .unwrap();
    }
}
