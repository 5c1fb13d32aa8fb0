//! The workers that follow the ledger.

use std::collections::BTreeMap;
use std::time::Duration;

use comptoir_domain::Decider;
use comptoir_domain::DomainEvent;
use comptoir_domain::order::{Order, OrderEvent};
use comptoir_domain::person::PersonEvent;
use comptoir_domain::policy::{
    Instruction, on_order_event, on_person_event, on_refund_event, on_webhook, refunds_after_order_event,
    reviews_after_order_event,
};
use comptoir_domain::refund::{Refund, RefundEvent};
use comptoir_domain::values::PaymentId;
use comptoir_domain::webhook::{WebhookContent, WebhookEvent};
use comptoir_ledger::{
    AtLeastOnceHandler, Filter, HandlerError, LedgerError, Loaded, Metadata, RecordedEvent,
};
use futures::{StreamExt, TryStreamExt, stream};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::documents::DocumentsHandler;
use crate::aggregates::{Aggregates, Freshness};
use crate::context::caused_by;
use crate::engine::Engine;
use crate::error::UseCaseError;

/// A worker that follows the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyWorker {
    /// Applies what webhooks report.
    Webhooks,
    /// Carries out what follows from orders.
    Orders,
    /// Carries out what follows from refunds.
    Refunds,
    /// Lets the ratings of what was bought count, or not, as the order stands.
    Reviews,
    /// Destroys the keys of those who were erased.
    Persons,
    /// Issues the invoices and credit notes that orders owe.
    Documents,
    /// Makes the files of documents.
    Renderings,
    /// Sends documents to buyers.
    Mails,
    /// Hands documents over to an e-invoicing platform.
    HandOvers,
}

impl PolicyWorker {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Webhooks,
        Self::Orders,
        Self::Refunds,
        Self::Reviews,
        Self::Persons,
        Self::Documents,
        Self::Renderings,
        Self::Mails,
        Self::HandOvers,
    ];

    /// The name of its subscription. Changing it would make it begin at the start of the ledger again.
    pub const fn subscription(self) -> &'static str {
        match self {
            Self::Webhooks => "policy_webhooks",
            Self::Orders => "policy_orders",
            Self::Refunds => "policy_refunds",
            Self::Reviews => "policy_reviews",
            Self::Persons => "policy_persons",
            Self::Documents => "policy_documents",
            Self::Renderings => "policy_renderings",
            Self::Mails => "policy_mails",
            Self::HandOvers => "policy_hand_overs",
        }
    }

    /// How long it lets the ledger move on between two turns. Somebody waits for what a webhook brings, and may look for the
    /// invoice at once; refunds are rare and in no hurry.
    const fn pace(self) -> Duration {
        match self {
            Self::Webhooks => Duration::from_millis(1),
            Self::Orders => Duration::from_millis(5),
            Self::Documents | Self::Renderings => Duration::from_millis(20),
            Self::Refunds | Self::Reviews | Self::Persons | Self::Mails | Self::HandOvers => {
                Duration::from_millis(50)
            }
        }
    }

    /// The events it follows: all that something follows from. That an order was placed is not among them, since whoever
    /// places it asks for its payment at once, and the sweep for payments does later.
    fn filter(self) -> Filter {
        match self {
            Self::Webhooks => Filter::types(["webhook.received"]),
            Self::Orders => Filter::types([
                "order.paid",
                "order.refund_opened",
                "order.refund_settled",
                "order.refund_declined",
                "order.disputed",
                "order.dispute_changed",
                "order.dispute_closed",
                "order.withdrawal_confirmed",
                "order.flagged_for_review",
            ]),
            Self::Refunds => Filter::types([
                "order.refund_settled",
                "order.refund_declined",
                "order.dispute_closed",
                "refund.requested",
                "refund.refused",
                "refund.succeeded",
                "refund.failed",
                "refund.flagged_for_review",
            ]),
            Self::Reviews => Filter::types([
                "order.refund_settled",
                "order.refund_declined",
                "order.disputed",
                "order.dispute_changed",
                "order.dispute_closed",
            ]),
            Self::Persons => Filter::types(PersonEvent::WIRE.iter().map(|(name, _)| *name)),
            Self::Documents => Filter::types([
                "order.paid",
                "order.refund_settled",
                "order.refund_declined",
                "seller.identified",
                "seller.mandate_accepted",
            ]),
            Self::Renderings => Filter::types(["document.drawn_up"]),
            Self::Mails | Self::HandOvers => Filter::types(["document.rendered"]),
        }
    }
}

impl Engine {
    /// Runs one worker until `stop`. On all nodes together one of each kind is at work; the others wait to take over.
    pub async fn run_policy_worker(&self, worker: PolicyWorker, stop: CancellationToken) {
        let config = &self.config.workers;
        let subscription = self
            .ledger
            .subscription(worker.subscription())
            .filter(worker.filter())
            .batch_events_max(config.batch_events_max)
            .pace(worker.pace())
            .lock_retry(config.lock_retry)
            .failure_retry(config.failure_retry);
        let engine = self.clone();
        match worker {
            PolicyWorker::Webhooks
            | PolicyWorker::Orders
            | PolicyWorker::Refunds
            | PolicyWorker::Reviews
            | PolicyWorker::Persons => {
                let handler = Handler { engine, worker };
                subscription.run_at_least_once(handler, stop).await;
            }
            PolicyWorker::Documents
            | PolicyWorker::Renderings
            | PolicyWorker::Mails
            | PolicyWorker::HandOvers => {
                let handler = DocumentsHandler { engine, worker };
                subscription.run_at_least_once(handler, stop).await;
            }
        }
    }

    /// The workers that have something to do by the configuration. What one that is not among them would follow stays where
    /// it is, and is worked on from there once it is switched on.
    pub fn policy_workers(&self) -> Vec<PolicyWorker> {
        let invoicing = self.invoicing();
        let is_on = |worker: &PolicyWorker| match worker {
            PolicyWorker::Webhooks
            | PolicyWorker::Orders
            | PolicyWorker::Refunds
            | PolicyWorker::Reviews
            | PolicyWorker::Persons => true,
            PolicyWorker::Documents | PolicyWorker::Renderings => invoicing.is_some(),
            PolicyWorker::Mails => invoicing.is_some() && self.mailer.is_some(),
            PolicyWorker::HandOvers => invoicing.is_some_and(|invoicing| invoicing.hand_over.is_some()),
        };
        PolicyWorker::ALL.into_iter().filter(is_on).collect()
    }

    /// What follows from one event.
    async fn instructions(
        &self,
        event: &RecordedEvent,
        news: &News,
    ) -> Result<Vec<Instruction>, UseCaseError> {
        match news {
            News::Webhook(WebhookEvent::Received(received)) => Ok(on_webhook(received)),
            News::Order(news) => {
                let order = loaded_since::<Order>(&self.orders, event).await?;
                Ok(on_order_event(&order.state, news))
            }
            News::RefundsOfOrder(news) => {
                let order = loaded_since::<Order>(&self.orders, event).await?;
                Ok(refunds_after_order_event(&order.state, news))
            }
            News::Money(news) => {
                let order = loaded_since::<Order>(&self.orders, event).await?;
                Ok(reviews_after_order_event(&order.state, news))
            }
            News::Person(news) => Ok(on_person_event(news)),
            News::Refund(news) => {
                let refund = loaded_since::<Refund>(&self.refunds, event).await?;
                Ok(on_refund_event(&refund.state, news))
            }
        }
    }

    async fn follow(
        &self,
        worker: PolicyWorker,
        events: Vec<(&RecordedEvent, News)>,
    ) -> Result<(), HandlerError> {
        for (event, news) in events {
            let instructions = self.instructions(event, &news).await?;
            let correlation_id = event
                .decode_metadata()
                .unwrap_or_else(|_| Metadata::default())
                .correlation_id;
            let metadata = caused_by(worker.subscription(), event.event_id, correlation_id);
            self.carry_out_all(instructions, &metadata).await?;
        }
        Ok(())
    }
}

struct Handler {
    engine: Engine,
    worker: PolicyWorker,
}

impl AtLeastOnceHandler for Handler {
    async fn handle(&mut self, events: &[RecordedEvent]) -> Result<(), HandlerError> {
        let (engine, worker) = (&self.engine, self.worker);
        let mut groups: BTreeMap<Option<Uuid>, Vec<(&RecordedEvent, News)>> = BTreeMap::new();
        for event in events {
            let news = News::read(worker, event)?;
            groups
                .entry(news.subject().or_else(|| event.aggregate_id()))
                .or_default()
                .push((event, news));
        }
        let mut work = Vec::with_capacity(groups.len());
        for events in groups.into_values() {
            work.push(engine.follow(worker, events));
        }
        stream::iter(work)
            .buffer_unordered(engine.config.workers.concurrency)
            .try_collect()
            .await
    }
}

/// An event that a worker follows, decoded.
enum News {
    Webhook(WebhookEvent),
    Order(OrderEvent),
    RefundsOfOrder(OrderEvent),
    Refund(RefundEvent),
    Person(PersonEvent),
    /// The money of an order, as far as it concerns reviews.
    Money(OrderEvent),
}

impl News {
    fn read(worker: PolicyWorker, event: &RecordedEvent) -> Result<Self, UseCaseError> {
        match worker {
            PolicyWorker::Webhooks => decode(event).map(Self::Webhook),
            PolicyWorker::Orders => decode(event).map(Self::Order),
            PolicyWorker::Refunds if event.event_type.starts_with("order.") => {
                decode(event).map(Self::RefundsOfOrder)
            }
            PolicyWorker::Refunds => decode(event).map(Self::Refund),
            PolicyWorker::Reviews => decode(event).map(Self::Money),
            PolicyWorker::Persons => decode(event).map(Self::Person),
            PolicyWorker::Documents
            | PolicyWorker::Renderings
            | PolicyWorker::Mails
            | PolicyWorker::HandOvers => Err(UseCaseError::Unreadable(event.event_type.clone())),
        }
    }

    /// What it is about, unless that is the aggregate of its own stream. News of the same are handled one after the other.
    fn subject(&self) -> Option<Uuid> {
        let payment_id = match self {
            Self::Order(_) | Self::RefundsOfOrder(_) | Self::Refund(_) | Self::Person(_) | Self::Money(_) => {
                return None;
            }
            Self::Webhook(WebhookEvent::Received(received)) => match &received.content {
                WebhookContent::Payment(news) => Some(&news.payment_id),
                WebhookContent::Refund(news) => news.payment_id.as_ref(),
                WebhookContent::Dispute(news) => news.payment_id.as_ref(),
                WebhookContent::Other { object_type: _ } => None,
            },
        };
        payment_id?.as_str().parse().ok().map(PaymentId::as_uuid)
    }
}

pub(super) fn decode<E: DomainEvent>(event: &RecordedEvent) -> Result<E, UseCaseError> {
    let decoded = event.decode().map_err(|source| LedgerError::Decode {
        position: event.position,
        source,
    });
    Ok(decoded?)
}

/// The aggregate of an event, at that event or later.
pub(super) async fn loaded_since<D: Decider + 'static>(
    aggregates: &Aggregates<D>,
    event: &RecordedEvent,
) -> Result<std::sync::Arc<Loaded<D>>, UseCaseError> {
    let id = event
        .aggregate_id()
        .ok_or_else(|| UseCaseError::Unreadable(event.stream.clone()))?;
    let remembered = aggregates.get(id, Freshness::Remembered).await?;
    if remembered
        .revision
        .is_some_and(|revision| revision >= event.revision)
    {
        return Ok(remembered);
    }
    drop(remembered);
    Ok(aggregates.get(id, Freshness::Fresh).await?)
}
