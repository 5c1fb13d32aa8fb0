//! A node on a database of its own, and requests to its router.

mod call;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::{Method, StatusCode};
use chrono::{DateTime, Utc};
use comptoir_api::config::{Config, Secret, Source};
use comptoir_api::http::{mint, router};
use comptoir_api::node::{Duties, Node};
use comptoir_domain::values::{PersonId, Role};
use comptoir_ledger::clock::{Clock, IdSource as _, SystemClock, SystemIds};
use comptoir_ledger::{Filter, Ledger, LedgerOptions, MIGRATOR, Position};
use comptoir_sandbox::postgres::TestDatabase;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};

pub(crate) use self::call::{Answer, Call};

pub(crate) const JWT_SECRET: &str = "test-secret-test-secret-test-secret";
pub(crate) const WEBHOOK_SECRET: &str = "test-webhook-secret";
/// SHA-256 of nothing in particular.
pub(crate) const TEXT_HASH: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// How long anything may take that a node does by itself: only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(40);

/// Asks until there is an answer. A node tells nobody outside of it when it has done something: it has to be asked again.
pub(crate) async fn eventually<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await;
    answer.unwrap_or_else(|_| panic!("it did not come to this: {what}"))
}

/// A running node without a payment provider: every payment stays pending.
pub(crate) struct Api {
    pub(crate) router: Router,
    pub(crate) node: Node,
    database: TestDatabase,
    folder: tempfile::TempDir,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    pub(crate) async fn start_with(settings: &[(&'static str, &str)]) -> Self {
        Self::start_at(Arc::new(SystemClock), settings).await
    }

    /// A node whose time is the test's.
    pub(crate) async fn start_at(clock: Arc<dyn Clock>, settings: &[(&'static str, &str)]) -> Self {
        let database = TestDatabase::create(&MIGRATOR).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self::over(database, folder, clock, settings).await
    }

    /// The same database and files after the node was stopped, and started with other settings.
    pub(crate) async fn restarted(self, settings: &[(&'static str, &str)]) -> Self {
        let Self {
            router,
            node,
            database,
            folder,
        } = self;
        drop(router);
        let clock = Arc::clone(node.engine().ledger().clock());
        node.stop().await;
        Self::over(database, folder, clock, settings).await
    }

    async fn over(
        database: TestDatabase,
        folder: tempfile::TempDir,
        clock: Arc<dyn Clock>,
        settings: &[(&'static str, &str)],
    ) -> Self {
        let config = config(database.url(), folder.path(), settings);
        let options = LedgerOptions {
            clock,
            ..LedgerOptions::default()
        };
        let ledger = Ledger::start(database.pool().await, options).await.unwrap();
        let node = Node::over(ledger, &config, Duties::All).await.unwrap();
        Self {
            router: router(node.app().clone()),
            node,
            database,
            folder,
        }
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        Call::new(self.router.clone(), method, path)
    }

    pub(crate) fn get(&self, path: &str) -> Call {
        Call::new(self.router.clone(), Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        Call::new(self.router.clone(), Method::POST, path)
    }

    pub(crate) fn options(&self, path: &str) -> Call {
        Call::new(self.router.clone(), Method::OPTIONS, path)
    }

    pub(crate) fn put(&self, path: &str) -> Call {
        Call::new(self.router.clone(), Method::PUT, path)
    }

    pub(crate) fn head_of(&self, path: &str) -> Call {
        Call::new(self.router.clone(), Method::HEAD, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call {
        Call::new(self.router.clone(), Method::DELETE, path)
    }

    pub(crate) fn patch(&self, path: &str) -> Call {
        Call::new(self.router.clone(), Method::PATCH, path)
    }

    /// How many events there are.
    pub(crate) fn head(&self) -> i64 {
        self.node.engine().ledger().horizon().get()
    }

    /// What only somebody with every right over the database can do.
    pub(crate) async fn as_superuser(&self, statements: &'static str) {
        let mut superuser = PgConnection::connect(self.database.superuser_url())
            .await
            .unwrap();
        sqlx::raw_sql(statements).execute(&mut superuser).await.unwrap();
    }

    /// How often a licence was used, or its key was changed.
    pub(crate) async fn uses(&self) -> usize {
        let filter = Filter::types([
            "licence.activated",
            "licence.file_accessed",
            "licence.key_rotated",
        ]);
        let ledger = self.node.engine().ledger();
        let page = ledger.read_page(Position::START, &filter, 1_000).await.unwrap();
        page.events.len()
    }

    /// Waits for the first event of a type: its position.
    pub(crate) async fn recorded(&self, event_type: &str) -> i64 {
        self.recorded_times(event_type, 1).await
    }

    /// Waits for so many events of a type, and until the node has heard of them: the position of the last one.
    pub(crate) async fn recorded_times(&self, event_type: &str, times: usize) -> i64 {
        let ledger = self.node.engine().ledger();
        let mut horizon = ledger.watch_horizon();
        let filter = Filter::types([event_type]);
        let looking = async {
            loop {
                horizon.mark_unchanged();
                let page = ledger.read_page(Position::START, &filter, times).await.unwrap();
                if let Some(event) = page.events.get(times - 1) {
                    let position = event.position;
                    horizon.wait_for(|heard| *heard >= position).await.unwrap();
                    return position.get();
                }
                horizon.changed().await.unwrap();
            }
        };
        tokio::time::timeout(Duration::from_secs(30), looking)
            .await
            .expect("it is recorded in time")
    }

    /// How many keys of persons there are.
    pub(crate) async fn person_keys(&self) -> i64 {
        let pool = self.node.engine().ledger().pool();
        sqlx::query_scalar("SELECT count(*) FROM person_keys WHERE subject LIKE 'subject%'")
            .fetch_one(pool)
            .await
            .unwrap()
    }

    /// Does what needs no content, such as publishing.
    pub(crate) async fn act(&self, person: &Person, path: &str) -> Answer {
        self.post(path).by(person).send().await.expect(StatusCode::OK)
    }

    /// A product that nobody else sees yet.
    pub(crate) async fn draft(&self, seller: &Person) -> Answer {
        let draft = json!({"title": "Unfinished"});
        let draft = self.post("/api/v1/products").by(seller).json(&draft).send().await;
        draft.expect(StatusCode::CREATED)
    }

    /// A product with one offer, on sale.
    pub(crate) async fn product(&self, seller: &Person, kind: &str, price: i64) -> Listed {
        let create = json!({"title": "Night Drive"});
        let product = self
            .post("/api/v1/products")
            .by(seller)
            .json(&create)
            .send()
            .await
            .expect(StatusCode::CREATED);
        let id = product.body["id"].as_str().unwrap().to_owned();
        let offer = json!({
            "kind": kind,
            "price": {"amount": price, "currency": "EUR"},
            "terms": {"version": "1", "text": "Use it well."},
        });
        let path = format!("/api/v1/products/{id}/offers");
        let offer = self
            .post(&path)
            .by(seller)
            .json(&offer)
            .send()
            .await
            .expect(StatusCode::CREATED);
        let publish = format!("/api/v1/products/{id}/publish");
        let published = self.act(seller, &publish).await;
        Listed {
            id,
            offer_id: offer.body["id"].as_str().unwrap().to_owned(),
            position: published.position(),
        }
    }

    pub(crate) async fn order(&self, buyer: &Person, listed: &Listed) -> Answer {
        let order = order_of(listed);
        self.post("/api/v1/orders")
            .by(buyer)
            .json(&order)
            .send()
            .await
            .expect(StatusCode::CREATED)
    }
}

fn config(database_url: &str, folder: &Path, settings: &[(&'static str, &str)]) -> Config {
    let mut variables = BTreeMap::from([
        ("DATABASE_URL", database_url.to_owned()),
        ("COMPTOIR_JWT_SECRET", JWT_SECRET.to_owned()),
        (
            "COMPTOIR_MASTER_KEY",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned(),
        ),
        ("COMPTOIR_FILES_FOLDER", folder.display().to_string()),
        // Nothing listens there.
        ("HYPERSWITCH_BASE_URL", "http://127.0.0.1:1".to_owned()),
        ("HYPERSWITCH_API_KEY", "snd_test".to_owned()),
        ("HYPERSWITCH_PUBLISHABLE_KEY", "pk_snd_test".to_owned()),
        ("HYPERSWITCH_WEBHOOK_SECRET", WEBHOOK_SECRET.to_owned()),
    ]);
    for (name, value) in settings {
        variables.insert(name, (*value).to_owned());
    }
    Source::from_variables(|name| variables.get(name).cloned())
        .unwrap()
        .config()
        .unwrap()
}

/// A product on sale.
pub(crate) struct Listed {
    pub(crate) id: String,
    pub(crate) offer_id: String,
    pub(crate) position: i64,
}

/// What a buyer sends to order it once.
pub(crate) fn order_of(listed: &Listed) -> Value {
    json!({
        "lines": [{"product_id": listed.id, "offer_id": listed.offer_id, "quantity": 1}],
        "currency": "EUR",
        "billing": {
            "name": "Ada Lovelace",
            "email": "ada@example.org",
            "address_line_1": "12 St James's Square",
            "postal_code": "75001",
            "city": "Paris",
            "country": "FR",
        },
        "consent": {"kind": "withdrawal_waiver", "text_hash": TEXT_HASH},
    })
}

/// Somebody with a token.
pub(crate) struct Person {
    pub(crate) id: PersonId,
    pub(crate) token: String,
}

impl Person {
    pub(crate) fn with(roles: &[Role]) -> Self {
        let id = PersonId::from_uuid(SystemIds.uuid_v7());
        Self::known(id, roles, SystemClock.now())
    }

    /// Somebody whose token is made at a moment, and good for an hour.
    pub(crate) fn known(id: PersonId, roles: &[Role], now: DateTime<Utc>) -> Self {
        let expires_at = now + chrono::TimeDelta::hours(1);
        Self {
            id,
            token: mint(&Secret::new(JWT_SECRET), id, roles, expires_at).unwrap(),
        }
    }

    pub(crate) fn buyer() -> Self {
        Self::with(&[Role::Buyer])
    }

    pub(crate) fn seller() -> Self {
        Self::with(&[Role::Seller])
    }

    pub(crate) fn admin() -> Self {
        Self::with(&[Role::Admin])
    }

    pub(crate) fn auditor() -> Self {
        Self::with(&[Role::Auditor])
    }
}
