//! That no task is lost between whoever tries it and whoever has news of it. Both are played step by step, in the order in
//! which it used to go wrong.

use std::sync::Arc;
use std::time::Duration;

use comptoir_domain::tax::TaxSettings;
use comptoir_domain::values::{CountryCode, DocumentId, OrderId, PersonId};
use comptoir_ledger::clock::{ManualClock, SeededIds};
use comptoir_ledger::{Ledger, LedgerOptions, MIGRATOR};
use comptoir_sandbox::postgres::TestDatabase;
use uuid::Uuid;

use super::{DueTask, LEASE, Task};
use crate::config::EngineConfig;
use crate::engine::{Engine, EngineOptions};
use crate::files::FileStore;
use crate::gateway::hyperswitch::{Hyperswitch, HyperswitchConfig, HyperswitchTimeouts};
use crate::secret::Secret;
use crate::vault::{MasterKey, Vault, VaultOptions};

/// An engine that is asked for nothing but its list of tasks.
struct Desk {
    engine: Engine,
    clock: Arc<ManualClock>,
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        let database = TestDatabase::create(&MIGRATOR).await.unwrap();
        let pool = database.pool().await;
        let clock = Arc::new(ManualClock::at("2026-06-01T12:00:00Z".parse().unwrap()));
        let options = LedgerOptions {
            clock: clock.clone(),
            ids: Arc::new(SeededIds::new(1)),
            ..LedgerOptions::default()
        };
        let ledger = Ledger::start(pool.clone(), options).await.unwrap();
        let vault = Vault::start(pool, MasterKey::new(&[7; 32]), VaultOptions::default());
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(EngineOptions {
            ledger,
            vault: vault.await.unwrap(),
            hyperswitch: Hyperswitch::new(nobody()).unwrap(),
            files: FileStore::folder(folder.path()).unwrap(),
            config: EngineConfig::new(TaxSettings::of(CountryCode::FR)),
        });
        Self {
            engine,
            clock,
            _database: database,
            _folder: folder,
        }
    }

    async fn take(&self) -> Vec<DueTask> {
        let names = ["issue", "render"].map(str::to_owned);
        self.engine.take_due_tasks(&names).await.unwrap()
    }

    async fn take_one(&self) -> DueTask {
        let taken = self.take().await;
        let [due] = taken.as_slice() else {
            panic!("one task was expected: {taken:?}")
        };
        *due
    }

    fn wait(&self, time: Duration) {
        self.clock.advance(chrono::TimeDelta::from_std(time).unwrap());
    }
}

/// A payment provider that nobody calls.
fn nobody() -> HyperswitchConfig {
    HyperswitchConfig {
        base_url: "http://127.0.0.1:9".to_owned(),
        api_key: Secret::new("key"),
        publishable_key: "key".to_owned(),
        profile_id: None,
        webhook_secret: None,
        live_mode: false,
        timeouts: HyperswitchTimeouts::default(),
    }
}

fn order() -> OrderId {
    OrderId::from_uuid(Uuid::from_u128(1))
}

fn seller() -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(2))
}

#[tokio::test]
async fn a_mandate_that_comes_while_its_order_is_being_tried_is_not_lost() {
    let desk = Desk::new().await;
    let engine = &desk.engine;
    engine.note_task(Task::Issue(order())).await.unwrap();
    desk.wait(engine.config.workers.document_retry_after);
    // The sweep tries it, and finds no mandate at its second look.
    let tried = desk.take_one().await;
    engine.note_waiting(seller(), order()).await.unwrap();
    // Now the mandate comes, and the sweep has nothing more to do.
    engine.release_waiting(seller()).await.unwrap();
    engine.end_task(tried).await.unwrap();
    let again = desk.take_one().await;
    assert_eq!((again.task, again.attempts), (Task::Issue(order()), 0));
    engine.end_task(again).await.unwrap();
    desk.wait(Duration::from_hours(1));
    assert_eq!(desk.take().await, []);
}

#[tokio::test]
async fn a_mandate_that_comes_while_its_order_is_being_tried_is_not_put_off_either() {
    let desk = Desk::new().await;
    let engine = &desk.engine;
    engine.note_task(Task::Issue(order())).await.unwrap();
    desk.wait(engine.config.workers.document_retry_after);
    let tried = desk.take_one().await;
    engine.note_waiting(seller(), order()).await.unwrap();
    engine.release_waiting(seller()).await.unwrap();
    engine.postpone_task(tried).await.unwrap();
    assert_eq!(desk.take_one().await.attempts, 0);
}

#[tokio::test]
async fn a_step_that_fails_elsewhere_while_it_is_being_tried_comes_again() {
    let desk = Desk::new().await;
    let engine = &desk.engine;
    let task = Task::Render(DocumentId::from_uuid(Uuid::from_u128(3)));
    engine.note_task(task).await.unwrap();
    desk.wait(engine.config.workers.document_retry_after);
    let tried = desk.take_one().await;
    engine.note_task(task).await.unwrap();
    engine.end_task(tried).await.unwrap();
    assert_eq!(desk.take().await, [], "it keeps its pause");
    desk.wait(LEASE.to_std().unwrap());
    assert_eq!(desk.take_one().await.task, task);
}

#[tokio::test]
async fn who_took_too_long_neither_ends_nor_postpones_what_another_one_took_up() {
    let desk = Desk::new().await;
    let engine = &desk.engine;
    engine.note_task(Task::Issue(order())).await.unwrap();
    desk.wait(engine.config.workers.document_retry_after);
    let slow = desk.take_one().await;
    desk.wait(LEASE.to_std().unwrap());
    let other = desk.take_one().await;
    engine.end_task(slow).await.unwrap();
    engine.postpone_task(slow).await.unwrap();
    desk.wait(LEASE.to_std().unwrap());
    let third = desk.take_one().await;
    assert_eq!(third.attempts, other.attempts, "nothing of it was noted");
    engine.end_task(third).await.unwrap();
    desk.wait(LEASE.to_std().unwrap());
    assert_eq!(desk.take().await, []);
}
