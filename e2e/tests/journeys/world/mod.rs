//! A marketplace on this machine, and short words for what its people do.

pub(crate) mod browser;
pub(crate) mod client;
pub(crate) mod database;
pub(crate) mod invoicing;
pub(crate) mod node;
pub(crate) mod people;
pub(crate) mod shop;
pub(crate) mod verified;
pub(crate) mod webhook;

use std::future::poll_fn;
use std::task::Poll;
use std::time::{Duration, Instant};

use comptoir_sandbox::hyperswitch::{Faults, StandIn, StandInOptions, WebhookMode, WebhookSettings};
use comptoir_sandbox::postgres::TestDatabase;

use client::Client;
use node::{Binary, Node};
use verified::VerifiedAtTheEnd;

/// The longest that a test waits for something that must come.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL_INTERVAL: Duration = Duration::from_millis(15);
/// The stand-in repeats a webhook that nobody took that many times sooner than Hyperswitch: after a tenth of a second.
const WEBHOOK_RETRY_SPEED_UP: u32 = 600;

/// Everything that a journey walks through. Parts end in the order of the fields.
pub(crate) struct World {
    pub(crate) verified: VerifiedAtTheEnd,
    pub(crate) node: Node,
    pub(crate) stand_in: StandIn,
    pub(crate) binary: Binary,
    pub(crate) client: Client,
    pub(crate) database: TestDatabase,
}

impl World {
    /// A migrated database, a stand-in, and one node that its webhooks go to.
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// The same with further settings of the engine.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let database = database::migrated().await;
        let stand_in = stand_in().await;
        let binary = Binary::new(database.url(), stand_in.base_url()).with(settings);
        let node = binary.serve().await;
        let world = Self {
            verified: VerifiedAtTheEnd::with(&binary),
            node,
            stand_in,
            binary,
            client: Client::new(),
            database,
        };
        world.send_webhooks_to(&world.node);
        world
    }

    pub(crate) fn send_webhooks_to(&self, node: &Node) {
        self.stand_in
            .send_webhooks_to(Some(node.webhook_url()))
            .expect("a node's address is one");
    }

    /// From now on webhooks are made and kept, and the test delivers them.
    pub(crate) fn hold_webhooks(&self) {
        self.stand_in.set_webhooks(WebhookSettings {
            mode: WebhookMode::Off,
            ..WebhookSettings::default()
        });
    }

    pub(crate) fn set_faults(&self, faults: Faults) {
        self.stand_in.set_faults(faults);
    }
}

/// A stand-in that knows no address for its webhooks yet.
pub(crate) async fn stand_in() -> StandIn {
    let options = StandInOptions {
        retry_speed_up: WEBHOOK_RETRY_SPEED_UP,
        settle_delay: Duration::from_millis(50),
        ..StandInOptions::default()
    };
    StandIn::start(options).await.expect("the stand-in starts")
}

/// Asks until there is an answer; fails with `what` if none comes in time.
pub(crate) async fn eventually<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    eventually_within(PATIENCE, what, ask).await
}

/// The same with a time of its own.
pub(crate) async fn eventually_within<T>(
    patience: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(
            start.elapsed() < patience,
            "it did not come to this in {} s: {what}",
            patience.as_secs()
        );
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Runs futures side by side to their ends.
pub(crate) async fn run_together<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs = Vec::new();
    poll_fn(|context| {
        running.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                outputs.push(output);
                false
            }
            Poll::Pending => true,
        });
        if running.is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    outputs
}
