//! One engine with its own database and stand-in, and short words for what tests do with it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::Decider;
use comptoir_domain::licence::Licence;
use comptoir_domain::order::{CancelReason, Order, OrderEvent, OrderState, OrderStatus};
use comptoir_domain::product::{Product, ProductState};
use comptoir_domain::refund::{Refund, RefundEvent};
use comptoir_domain::values::{LicenceKind, OfferId, OrderId, PaymentId, ProductId, RefundId, Title};
use comptoir_engine::files::{FileStore, FilesConfig};
use comptoir_engine::gateway::hyperswitch::Hyperswitch;
use comptoir_engine::vault::{MasterKey, Vault, VaultOptions};
use comptoir_engine::worker::{PolicyWorker, Sweep, SweepReport};
use comptoir_engine::{
    CreateProduct, Engine, EngineConfig, EngineOptions, OrderPlaced, RequestContext, WebhookReceipt,
};
use comptoir_ledger::clock::{ManualClock, SeededIds};
use comptoir_ledger::{
    Filter, Ledger, LedgerOptions, MIGRATOR, Position, RecordedEvent, Revision, StreamName,
};
use comptoir_projections::{Projections, ReadModel, WaitOutcome};
use comptoir_sandbox::hyperswitch::{PaymentStatus, StandIn, StandInOptions};
use comptoir_sandbox::postgres::TestDatabase;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::given::{buyer, hyperswitch_config, offer, order_id, place, seller, tax};
use crate::randomness::{CountingRandom, Stop};

/// How long a test waits for something that must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) ledger: Ledger,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) stand_in: StandIn,
    pub(crate) database: TestDatabase,
    /// Where the first engine can be held up.
    pub(crate) stop: Arc<Stop>,
    folder: tempfile::TempDir,
    config: EngineConfig,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_files(|_| {}).await
    }

    /// The same with other rules for files.
    pub(crate) async fn with_files(change: impl FnOnce(&mut FilesConfig)) -> Self {
        Self::with(|config| change(&mut config.files)).await
    }

    /// The same, told otherwise.
    pub(crate) async fn with(change: impl FnOnce(&mut EngineConfig)) -> Self {
        let mut config = EngineConfig::new(tax());
        change(&mut config);
        let database = TestDatabase::create(&MIGRATOR).await.unwrap();
        let stand_in = StandIn::start(StandInOptions::default()).await.unwrap();
        let clock = Arc::new(ManualClock::at(
            "2026-06-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap(),
        ));
        let folder = tempfile::tempdir().unwrap();
        let random = CountingRandom::new(1);
        let stop = random.stop.clone();
        let place = (&database, folder.path());
        let (ledger, engine) = node(place, &stand_in, &clock, random, 1, config.clone()).await;
        Self {
            engine,
            ledger,
            clock,
            stand_in,
            database,
            stop,
            folder,
            config,
        }
    }

    /// How it was told to work.
    pub(crate) fn config(&self) -> EngineConfig {
        self.config.clone()
    }

    /// A further engine over the same database, as after a restart or on another node.
    pub(crate) async fn another_node(&self, seed: u32) -> Engine {
        self.another_node_with(seed, self.config()).await
    }

    /// Where the bytes of files lie.
    pub(crate) fn files_folder(&self) -> &Path {
        self.folder.path()
    }

    /// The same, told otherwise.
    pub(crate) async fn another_node_with(&self, seed: u32, config: EngineConfig) -> Engine {
        let random = CountingRandom::new(seed);
        let place = (&self.database, self.folder.path());
        node(place, &self.stand_in, &self.clock, random, seed, config)
            .await
            .1
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// A published product with one offer.
    pub(crate) async fn product(&self, kind: LicenceKind, price_minor: i64) -> (ProductId, OfferId) {
        let seller = seller();
        let create = CreateProduct {
            title: Title::try_new("Night Drive").unwrap(),
            description: None,
        };
        let product_id = self
            .engine
            .create_product(&seller, create)
            .await
            .unwrap()
            .answer
            .product_id;
        let offer_id = self.offer(product_id, kind, price_minor).await;
        self.engine.publish_product(&seller, product_id).await.unwrap();
        (product_id, offer_id)
    }

    pub(crate) async fn offer(&self, product_id: ProductId, kind: LicenceKind, price_minor: i64) -> OfferId {
        self.engine
            .add_offer(&seller(), product_id, offer(kind, price_minor))
            .await
            .unwrap()
            .answer
            .offer_id
    }

    /// An order of one unit by a buyer.
    pub(crate) async fn order(&self, buyer: &RequestContext, product: (ProductId, OfferId)) -> OrderPlaced {
        self.engine
            .place_order(buyer, place(&[product]))
            .await
            .unwrap()
            .answer
    }

    /// The first buyer calls an order off.
    pub(crate) async fn cancel(&self, placed: &OrderPlaced, reason: CancelReason) {
        let cancelled = self
            .engine
            .cancel_order(&buyer(1), order_id(placed), reason)
            .await;
        cancelled.unwrap();
    }

    /// An order that the first buyer called off, of a product that was withdrawn: money for it can only go back.
    pub(crate) async fn order_beyond_revival(&self) -> OrderPlaced {
        let product = self.product(LicenceKind::Basic, 2990).await;
        let placed = self.order(&buyer(1), product).await;
        self.cancel(&placed, CancelReason::Mistake).await;
        self.called("POST /payments/{payment_id}/cancel").await;
        self.engine.withdraw_product(&seller(), product.0).await.unwrap();
        placed
    }

    /// The provider reports something, signed.
    pub(crate) async fn deliver(&self, body: impl AsRef<[u8]>, signature: &str) -> WebhookReceipt {
        let received = self
            .engine
            .receive_webhook(body.as_ref(), Some(signature), None)
            .await;
        received.unwrap()
    }

    /// The workers have forgotten how far they had come.
    pub(crate) async fn begin_again(&self) {
        sqlx::query("UPDATE subscription_checkpoints SET position = 0")
            .execute(self.ledger.pool())
            .await
            .unwrap();
    }

    pub(crate) async fn order_state(&self, order_id: OrderId) -> OrderState {
        self.ledger.load::<Order>(order_id.as_uuid()).await.unwrap().state
    }

    pub(crate) async fn status(&self, order_id: OrderId) -> Option<OrderStatus> {
        self.order_state(order_id).await.status()
    }

    pub(crate) async fn product_state(&self, product_id: ProductId) -> ProductState {
        self.ledger
            .load::<Product>(product_id.as_uuid())
            .await
            .unwrap()
            .state
    }

    /// The names of the events of one aggregate, in order.
    pub(crate) async fn names<D: Decider>(&self, id: Uuid) -> Vec<String> {
        let events = self
            .ledger
            .read_stream(&StreamName::of::<D>(id), Revision::FIRST)
            .await
            .unwrap();
        events.into_iter().map(|event| event.event_type).collect()
    }

    pub(crate) async fn order_names(&self, order_id: OrderId) -> Vec<String> {
        self.names::<Order>(order_id.as_uuid()).await
    }

    pub(crate) async fn order_events(&self, order_id: OrderId) -> Vec<OrderEvent> {
        let stream = StreamName::of::<Order>(order_id.as_uuid());
        let events = self.ledger.read_stream(&stream, Revision::FIRST).await.unwrap();
        events.iter().map(|event| event.decode().unwrap()).collect()
    }

    pub(crate) async fn refund_events(&self, refund_id: RefundId) -> Vec<RefundEvent> {
        let stream = StreamName::of::<Refund>(refund_id.as_uuid());
        let events = self.ledger.read_stream(&stream, Revision::FIRST).await.unwrap();
        events.iter().map(|event| event.decode().unwrap()).collect()
    }

    pub(crate) async fn licences(&self) -> Vec<RecordedEvent> {
        self.category(Licence::NAME).await
    }

    pub(crate) async fn category(&self, category: &str) -> Vec<RecordedEvent> {
        let filter = Filter::Category(category.to_owned());
        self.ledger
            .read_page(Position::START, &filter, 10_000)
            .await
            .unwrap()
            .events
    }

    /// The provider moves a payment, and the webhook of it arrives here.
    pub(crate) async fn payment_becomes(
        &self,
        payment_id: PaymentId,
        status: PaymentStatus,
    ) -> WebhookReceipt {
        let (body, signature) = self.webhook_of(payment_id, status, None);
        self.engine
            .receive_webhook(&body, Some(&signature), None)
            .await
            .unwrap()
    }

    /// The signed webhook of a payment that moves; it does not arrive by itself.
    pub(crate) fn webhook_of(
        &self,
        payment_id: PaymentId,
        status: PaymentStatus,
        paid: Option<(i64, &str)>,
    ) -> (Vec<u8>, String) {
        self.stand_in
            .settle_payment(&payment_id.to_string(), status, paid)
            .unwrap();
        let delivery = self.stand_in.deliveries().pop().unwrap();
        self.stand_in.signed_webhook(&delivery.event_id).unwrap()
    }

    /// Lets the policy workers work until they have nothing left to do.
    pub(crate) async fn work(&self) {
        work(&self.engine).await;
    }

    /// How often a route of the stand-in was called.
    pub(crate) fn calls(&self, route: &str) -> u64 {
        self.stand_in.calls().get(route).copied().unwrap_or_default()
    }

    /// Waits until a route of the stand-in was called.
    pub(crate) async fn called(&self, route: &str) {
        let call = async {
            while self.calls(route) == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, call)
            .await
            .expect("the call comes");
    }

    /// Waits until so many licences are issued.
    pub(crate) async fn until_licences(&self, count: usize) {
        let issued = async {
            let mut horizon = self.ledger.watch_horizon();
            while self.licences().await.len() < count {
                horizon.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, issued)
            .await
            .expect("the licences are issued");
    }

    /// Brings the read models up to date, and sweeps.
    pub(crate) async fn sweep(&self, sweep: Sweep) -> SweepReport {
        let stop = CancellationToken::new();
        let projections = Projections::start(&self.ledger, &stop);
        for model in [ReadModel::Orders, ReadModel::Disputes] {
            let reached = projections
                .wait_until(model, self.ledger.horizon(), PATIENCE)
                .await;
            assert_eq!(reached, WaitOutcome::Reached);
        }
        stop.cancel();
        self.engine.sweep(sweep).await.unwrap()
    }
}

/// Lets the policy workers of an engine work until each has come to the end of the ledger.
pub(crate) async fn work(engine: &Engine) {
    let stop = CancellationToken::new();
    let mut running = tokio::task::JoinSet::new();
    for worker in engine.policy_workers() {
        let (engine, stop) = (engine.clone(), stop.clone());
        running.spawn(async move { engine.run_policy_worker(worker, stop).await });
    }
    tokio::time::timeout(PATIENCE, caught_up(engine))
        .await
        .expect("the workers come to the end of the ledger");
    stop.cancel();
    running.join_all().await;
}

async fn caught_up(engine: &Engine) {
    let ledger = engine.ledger();
    let workers: Vec<&str> = engine
        .policy_workers()
        .into_iter()
        .map(PolicyWorker::subscription)
        .collect();
    loop {
        let horizon = ledger.horizon();
        let behind: i64 = sqlx::query_scalar(
            "SELECT cardinality($1) - count(*) FROM subscription_checkpoints
             WHERE name = ANY($1) AND position >= $2 AND failed_position IS NULL",
        )
        .bind(&workers)
        .bind(horizon.get())
        .fetch_one(ledger.pool())
        .await
        .unwrap();
        if behind == 0 && ledger.horizon() == horizon {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn node(
    (database, folder): (&TestDatabase, &Path),
    stand_in: &StandIn,
    clock: &Arc<ManualClock>,
    random: CountingRandom,
    seed: u32,
    config: EngineConfig,
) -> (Ledger, Engine) {
    let pool = database.pool().await;
    let options = LedgerOptions {
        clock: clock.clone(),
        ids: Arc::new(SeededIds::new(seed)),
        ..LedgerOptions::default()
    };
    let ledger = Ledger::start(pool.clone(), options).await.unwrap();
    let options = VaultOptions {
        random: Arc::new(random),
        clock: clock.clone(),
        ..VaultOptions::default()
    };
    let vault = Vault::start(pool, MasterKey::new(&[7; 32]), options)
        .await
        .unwrap();
    let hyperswitch = Hyperswitch::new(hyperswitch_config(stand_in.base_url())).unwrap();
    let engine = Engine::start(EngineOptions {
        ledger: ledger.clone(),
        vault,
        hyperswitch,
        files: FileStore::folder(folder).unwrap(),
        config,
    });
    (ledger, engine)
}
