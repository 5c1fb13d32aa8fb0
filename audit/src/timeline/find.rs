//! Finds a thing by whatever names it: an id of any kind, a stream, an event, an invoice number, a position.

use comptoir_domain::Decider as _;
use comptoir_domain::access::Access;
use comptoir_domain::document::Document;
use comptoir_domain::invoicing::Invoicing;
use comptoir_domain::licence::Licence;
use comptoir_domain::order::Order;
use comptoir_domain::product::Product;
use comptoir_domain::projection::Projection;
use comptoir_domain::promo::Promo;
use comptoir_domain::refund::Refund;
use comptoir_domain::review::Review;
use comptoir_domain::values::{
    AccessId, AnyId, DocumentId, InvoicingId, LicenceId, OrderId, PersonId, ProductId, ProjectionId, PromoId,
    RefundId, ReviewId, SellerId, WebhookId,
};
use comptoir_domain::webhook::Webhook;
use comptoir_ledger::{Ledger, Position, StreamName};
use comptoir_projections::documents::query::ids_of_number;
use comptoir_projections::history::query::oldest;
use uuid::Uuid;

use super::TimelineError;
use super::told::CATEGORIES;

/// What a timeline is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A thing with a stream of its own.
    Thing(StreamName),
    /// A person: as a buyer, a seller, a holder, or whoever else they are.
    Person(PersonId),
}

/// There is nothing of that name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing in the ledger goes by {text:?}; ask for an id ({}_...), the number of an invoice or credit note, the id or \
     position of an event, or a stream such as order-<uuid>",
    AnyId::PREFIXES.join("_..., ")
)]
pub struct NotFound {
    /// What was asked for, shortened.
    pub text: String,
}

/// How much of what was asked for an error repeats.
const SHOWN_CHARS_MAX: usize = 60;

/// Finds what a text names. It reads a few rows by their keys, however long the ledger is.
pub async fn find(ledger: &Ledger, text: &str) -> Result<Subject, TimelineError> {
    let text = text.trim();
    let found = match text.parse::<AnyId>() {
        Ok(id) => by_id(ledger, id).await?,
        Err(_) => by_other_name(ledger, text).await?,
    };
    let missing = || NotFound {
        text: text.chars().take(SHOWN_CHARS_MAX).collect(),
    };
    Ok(found.ok_or_else(missing)?)
}

async fn by_id(ledger: &Ledger, id: AnyId) -> Result<Option<Subject>, TimelineError> {
    let category = match id {
        AnyId::OrderId(_) | AnyId::PaymentId(_) => Order::NAME,
        AnyId::RefundId(_) => Refund::NAME,
        AnyId::LicenceId(_) => Licence::NAME,
        AnyId::ProductId(_) => Product::NAME,
        AnyId::PromoId(_) => Promo::NAME,
        AnyId::ReviewId(_) => Review::NAME,
        AnyId::DocumentId(_) => Document::NAME,
        AnyId::InvoicingId(_) => Invoicing::NAME,
        AnyId::WebhookId(_) => Webhook::NAME,
        AnyId::AccessId(_) => Access::NAME,
        AnyId::ProjectionId(_) => Projection::NAME,
        AnyId::PersonId(_) | AnyId::SellerId(_) | AnyId::SubjectId(_) => {
            return person(ledger, PersonId::from_uuid(id.as_uuid())).await;
        }
        // Parts of something: the first event that names them is one of it.
        AnyId::OfferId(_)
        | AnyId::FileId(_)
        | AnyId::ActivationId(_)
        | AnyId::DownloadId(_)
        | AnyId::DisputeId(_) => return by_link(ledger, id.as_uuid()).await,
    };
    thing(ledger, StreamName::new(category, id.as_uuid())).await
}

async fn by_other_name(ledger: &Ledger, text: &str) -> Result<Option<Subject>, TimelineError> {
    let stream = StreamName::from_name(text);
    if let Some(id) = stream.aggregate_id()
        && CATEGORIES.contains(&stream.category())
    {
        return if stream.category() == "person" {
            person(ledger, PersonId::from_uuid(id)).await
        } else {
            thing(ledger, stream).await
        };
    }
    if let Ok(id) = Uuid::try_parse(text) {
        let events = ledger.read_events(&[id]).await?;
        return Ok(events.first().map(|event| subject_of(&event.stream)));
    }
    if let [id] = ids_of_number(ledger.pool(), text, 2).await?.as_slice() {
        return thing(ledger, StreamName::of::<Document>(id.as_uuid())).await;
    }
    if let Ok(position) = text.trim_start_matches('#').parse::<i64>() {
        let events = ledger.read_positions(&[Position::new(position)]).await?;
        return Ok(events.first().map(|event| subject_of(&event.stream)));
    }
    let webhook = WebhookId::of_provider_event(text);
    thing(ledger, StreamName::of::<Webhook>(webhook.as_uuid())).await
}

async fn thing(ledger: &Ledger, stream: StreamName) -> Result<Option<Subject>, TimelineError> {
    let first = ledger
        .read_stream_page(&stream, comptoir_ledger::Revision::FIRST, 1)
        .await?;
    Ok((!first.is_empty()).then_some(Subject::Thing(stream)))
}

async fn person(ledger: &Ledger, person_id: PersonId) -> Result<Option<Subject>, TimelineError> {
    let (pool, id) = (ledger.pool(), person_id.as_uuid());
    let linked = oldest(pool, id, Position::START, Position::END, 1).await?;
    Ok((!linked.is_empty()).then_some(Subject::Person(person_id)))
}

async fn by_link(ledger: &Ledger, id: Uuid) -> Result<Option<Subject>, TimelineError> {
    let first = oldest(ledger.pool(), id, Position::START, Position::END, 1).await?;
    let events = ledger.read_positions(&first).await?;
    Ok(events.first().map(|event| subject_of(&event.stream)))
}

fn subject_of(stream: &str) -> Subject {
    let stream = StreamName::from_name(stream);
    match (stream.category(), stream.aggregate_id()) {
        ("person" | "seller", Some(id)) => Subject::Person(PersonId::from_uuid(id)),
        (_, _) => Subject::Thing(stream),
    }
}

/// The id of the thing that a stream is about, as people know it; the name of the stream, where it is about none.
pub fn object_id(stream: &str) -> String {
    let name = StreamName::from_name(stream);
    let Some(id) = name.aggregate_id() else {
        return stream.to_owned();
    };
    match name.category() {
        "order" => OrderId::from_uuid(id).to_string(),
        "refund" => RefundId::from_uuid(id).to_string(),
        "licence" => LicenceId::from_uuid(id).to_string(),
        "product" => ProductId::from_uuid(id).to_string(),
        "promo" => PromoId::from_uuid(id).to_string(),
        "review" => ReviewId::from_uuid(id).to_string(),
        "document" => DocumentId::from_uuid(id).to_string(),
        "invoicing" => InvoicingId::from_uuid(id).to_string(),
        "seller" => SellerId::from_uuid(id).to_string(),
        "person" => PersonId::from_uuid(id).to_string(),
        "webhook" => WebhookId::from_uuid(id).to_string(),
        "access" => AccessId::from_uuid(id).to_string(),
        "projection" => ProjectionId::from_uuid(id).to_string(),
        _ => stream.to_owned(),
    }
}
