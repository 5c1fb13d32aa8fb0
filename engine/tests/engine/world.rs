//! One engine with its own database and stand-in, and short words for what tests do with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::Decider;
use comptoir_domain::licence::Licence;
use comptoir_domain::order::{LineRequest, Order, OrderEvent, OrderState, OrderStatus};
use comptoir_domain::product::{Product, ProductState};
use comptoir_domain::refund::{Refund, RefundEvent};
use comptoir_domain::values::{
    Actor, BasisPoints, BillingDetails, CountryCode, Currency, Email, LicenceKind, LicenceTerms, Line, Money, OfferId,
    OrderId, PaymentId, PersonId, ProductId, RefundId, Role, Sha256Hex, SupplierOfRecord, TaxCategory, TaxSettings,
    TermsText, TermsVersion, Title,
};
use comptoir_engine::gateway::hyperswitch::{Hyperswitch, HyperswitchConfig, HyperswitchTimeouts};
use comptoir_engine::vault::{MasterKey, RandomError, RandomSource, Vault, VaultOptions};
use comptoir_engine::worker::PolicyWorker;
use comptoir_engine::{
    AddOffer, Answered, CreateProduct, Engine, EngineConfig, EngineOptions, IdempotencyKey, OrderPlaced, PlaceOrder,
    RequestContext, Secret, UseCaseError, WebhookReceipt,
};
use comptoir_ledger::clock::{ManualClock, SeededIds};
use comptoir_ledger::{Filter, Ledger, LedgerOptions, MIGRATOR, Position, RecordedEvent, Revision, StreamName};
use comptoir_sandbox::hyperswitch::{PaymentStatus, StandIn, StandInOptions};
use comptoir_sandbox::postgres::TestDatabase;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// Different bytes at each call, the same ones in each run.
#[derive(Debug, Default)]
struct CountingRandom(AtomicU64);

impl RandomSource for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        let call = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        bytes.iter_mut().zip(call.iter().cycle()).for_each(|(byte, from)| *byte = *from);
        Ok(())
    }
}

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) ledger: Ledger,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) stand_in: StandIn,
    pub(crate) database: TestDatabase,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::create(&MIGRATOR).await.unwrap();
        let stand_in = StandIn::start(StandInOptions::default()).await.unwrap();
        let clock = Arc::new(ManualClock::at("2026-06-01T12:00:00Z".parse::<DateTime<Utc>>().unwrap()));
        let (ledger, engine) = node(&database, &stand_in, &clock, 1).await;
        Self { engine, ledger, clock, stand_in, database }
    }

    /// A further engine over the same database, as after a restart or on another node.
    pub(crate) async fn another_node(&self, seed: u32) -> Engine {
        node(&self.database, &self.stand_in, &self.clock, seed).await.1
    }

    pub(crate) fn advance(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// A published product with one offer.
    pub(crate) async fn product(&self, kind: LicenceKind, price_minor: i64) -> (ProductId, OfferId) {
        let seller = seller();
        let create = CreateProduct { title: Title::try_new("Night Drive").unwrap(), description: None };
        let product_id = self.engine.create_product(&seller, create).await.unwrap().answer.product_id;
        let offer_id = self.offer(product_id, kind, price_minor).await;
        self.engine.publish_product(&seller, product_id).await.unwrap();
        (product_id, offer_id)
    }

    pub(crate) async fn offer(&self, product_id: ProductId, kind: LicenceKind, price_minor: i64) -> OfferId {
        self.engine.add_offer(&seller(), product_id, offer(kind, price_minor)).await.unwrap().answer.offer_id
    }

    /// An order of one unit by a buyer.
    pub(crate) async fn order(&self, buyer: &RequestContext, product: (ProductId, OfferId)) -> OrderPlaced {
        self.engine.place_order(buyer, place(&[product])).await.unwrap().answer
    }

    pub(crate) async fn order_state(&self, order_id: OrderId) -> OrderState {
        self.ledger.load::<Order>(order_id.as_uuid()).await.unwrap().state
    }

    pub(crate) async fn status(&self, order_id: OrderId) -> Option<OrderStatus> {
        self.order_state(order_id).await.status()
    }

    pub(crate) async fn product_state(&self, product_id: ProductId) -> ProductState {
        self.ledger.load::<Product>(product_id.as_uuid()).await.unwrap().state
    }

    /// The names of the events of one aggregate, in order.
    pub(crate) async fn names<D: Decider>(&self, id: Uuid) -> Vec<String> {
        let events = self.ledger.read_stream(&StreamName::of::<D>(id), Revision::FIRST).await.unwrap();
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
        self.ledger.read_page(Position::START, &filter, 10_000).await.unwrap().events
    }

    /// The provider moves a payment, and the webhook of it arrives here.
    pub(crate) async fn payment_becomes(&self, payment_id: PaymentId, status: PaymentStatus) -> WebhookReceipt {
        let (body, signature) = self.webhook_of(payment_id, status, None);
        self.engine.receive_webhook(&body, Some(&signature), None).await.unwrap()
    }

    /// The signed webhook of a payment that moves; it does not arrive by itself.
    pub(crate) fn webhook_of(
        &self,
        payment_id: PaymentId,
        status: PaymentStatus,
        paid: Option<(i64, &str)>,
    ) -> (Vec<u8>, String) {
        self.stand_in.settle_payment(&payment_id.to_string(), status, paid).unwrap();
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
}

/// Lets the policy workers of an engine work until each has come to the end of the ledger.
pub(crate) async fn work(engine: &Engine) {
    let stop = CancellationToken::new();
    let mut running = tokio::task::JoinSet::new();
    for worker in PolicyWorker::ALL {
        let (engine, stop) = (engine.clone(), stop.clone());
        running.spawn(async move { engine.run_policy_worker(worker, stop).await });
    }
    tokio::time::timeout(PATIENCE, caught_up(engine)).await.expect("the workers come to the end of the ledger");
    stop.cancel();
    running.join_all().await;
}

async fn caught_up(engine: &Engine) {
    let ledger = engine.ledger();
    loop {
        let horizon = ledger.horizon();
        let behind: i64 = sqlx::query_scalar(
            "SELECT $1 - count(*) FROM subscription_checkpoints
             WHERE name LIKE 'policy\\_%' AND position >= $2 AND failed_position IS NULL",
        )
        .bind(i64::try_from(PolicyWorker::ALL.len()).unwrap())
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
    database: &TestDatabase,
    stand_in: &StandIn,
    clock: &Arc<ManualClock>,
    seed: u32,
) -> (Ledger, Engine) {
    let pool = database.pool().await;
    let options =
        LedgerOptions { clock: clock.clone(), ids: Arc::new(SeededIds::new(seed)), ..LedgerOptions::default() };
    let ledger = Ledger::start(pool.clone(), options).await.unwrap();
    let random = CountingRandom(AtomicU64::new(u64::from(seed) << 32));
    let options = VaultOptions { random: Arc::new(random), clock: clock.clone(), ..VaultOptions::default() };
    let vault = Vault::start(pool, MasterKey::new(&[7; 32]), options).await.unwrap();
    let hyperswitch = Hyperswitch::new(hyperswitch_config(stand_in.base_url())).unwrap();
    let config = EngineConfig::new(tax());
    let engine = Engine::start(EngineOptions { ledger: ledger.clone(), vault, hyperswitch, config });
    (ledger, engine)
}

pub(crate) fn hyperswitch_config(base_url: &str) -> HyperswitchConfig {
    let StandInOptions { api_key, publishable_key, profile_id, webhook_secret, .. } = StandInOptions::default();
    HyperswitchConfig {
        base_url: base_url.to_owned(),
        api_key: Secret::new(api_key),
        publishable_key,
        profile_id: Some(profile_id),
        webhook_secret: Some(Secret::new(webhook_secret)),
        live_mode: false,
        timeouts: HyperswitchTimeouts { call: Duration::from_millis(600), ..HyperswitchTimeouts::default() },
    }
}

fn tax() -> TaxSettings {
    TaxSettings {
        country: CountryCode::FR,
        standard_rate: BasisPoints::try_new(2000).unwrap(),
        supplier_of_record: SupplierOfRecord::Platform,
    }
}

pub(crate) fn person(number: u128, role: Role) -> RequestContext {
    let person_id = PersonId::from_uuid(Uuid::from_u128(number));
    RequestContext::of(Actor { person_id, roles: vec![role] })
}

pub(crate) fn seller() -> RequestContext {
    person(1, Role::Seller)
}

pub(crate) fn buyer(number: u128) -> RequestContext {
    person(1000 + number, Role::Buyer)
}

/// The same request again, or another one, under an idempotency key.
pub(crate) fn keyed(request: RequestContext, key: &str, fingerprint: u8) -> RequestContext {
    let idempotency = Some(IdempotencyKey { key: key.to_owned(), fingerprint: [fingerprint; 32] });
    RequestContext { idempotency, ..request }
}

pub(crate) fn offer(kind: LicenceKind, price_minor: i64) -> AddOffer {
    let version = TermsVersion::try_new("2026-03").unwrap();
    AddOffer {
        kind,
        price: Money::new(price_minor, Currency::EUR),
        terms: LicenceTerms::new(version, TermsText::try_new("All uses but resale.").unwrap()),
        tax_category: TaxCategory::Standard,
    }
}

/// An order of one unit of each.
pub(crate) fn place(products: &[(ProductId, OfferId)]) -> PlaceOrder {
    let line = |(product_id, offer_id): &(ProductId, OfferId)| LineRequest {
        product_id: *product_id,
        offer_id: *offer_id,
        quantity: 1,
        expected_unit_price_minor: None,
    };
    PlaceOrder {
        lines: products.iter().map(line).collect(),
        currency: Currency::EUR,
        billing: billing(),
        consent_text_hash: Sha256Hex::of("I agree to immediate delivery."),
    }
}

pub(crate) fn billing() -> BillingDetails {
    let line = |text: &str| Line::try_new(text).unwrap();
    BillingDetails {
        name: line("Ada Lovelace"),
        email: Email::try_new("ada@analytical.example").unwrap(),
        address_line_1: line("12 St James's Square"),
        address_line_2: None,
        postal_code: line("SW1Y 4JH"),
        city: line("London"),
        country: CountryCode::FR,
    }
}

pub(crate) fn order_id(placed: &OrderPlaced) -> OrderId {
    placed.order.state.facts().unwrap().order_id
}

pub(crate) fn payment_id(placed: &OrderPlaced) -> PaymentId {
    placed.order.state.facts().unwrap().payment_id
}

pub(crate) fn refusal<T: std::fmt::Debug>(answered: Result<Answered<T>, UseCaseError>) -> UseCaseError {
    answered.expect_err("a refusal was expected")
}
