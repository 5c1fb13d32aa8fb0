//! `GET /api/v1/orders/{order_id}/history`

use axum::extract::State;
use chrono::{DateTime, Utc};
use comptoir_audit::timeline::{
    ActorKind, Entry, Link, Part, Related, StateLine, Subject, Timeline, Wanted, timeline,
};
use comptoir_domain::order::{Order, OrderEvent};
use comptoir_domain::values::{PersonId, RefundId};
use comptoir_ledger::{Position, RecordedEvent, StreamName};
use comptoir_projections::ReadModel;
use comptoir_projections::orders::OrderView;
use serde::Serialize;

use super::OrderPath;
use super::reader::Reader;
use crate::http::App;
use crate::http::answer::Answer;
use crate::http::as_of::{AsOf, History, Moment, PastQuery, folded};
use crate::http::auth::{CallerAs, Readers};
use crate::http::min_position::MinPosition;
use crate::http::parameters::{Path, Query};
use crate::http::problem::{Problem, ProblemKind};

/// How many events an order can have here: far more than any has.
const EVENTS_MAX: usize = 10_000;

/// What happened to an order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderHistory)]
pub(crate) struct OrderHistoryBody {
    /// The position that it stands for.
    as_of_position: i64,
    /// What happened, the oldest first.
    data: Vec<HistoryEntryBody>,
    /// What else belongs to the order, by the time it came: for admins and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    related: Option<Vec<RelatedBody>>,
}

/// One thing that happened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OrderHistoryEntry)]
pub(crate) struct HistoryEntryBody {
    /// Its place in the ledger, which `as_of` takes.
    position: i64,
    /// What it is called, such as `order.paid`.
    #[serde(rename = "type")]
    event_type: String,
    /// When it was recorded.
    at: DateTime<Utc>,
    /// Who acted.
    actor: HistoryActorBody,
    /// What happened, in words: not for sellers, to whom only their lines are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    sentence: Option<String>,
    /// What was so after it: for sellers, the status alone.
    state: Vec<StateLineBody>,
    /// The event that it follows from: for admins and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<LinkBody>,
    /// The events that follow from it: for admins and auditors.
    #[serde(skip_serializing_if = "Option::is_none")]
    effects: Option<Vec<LinkBody>>,
}

/// Who acted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = HistoryActor)]
pub(crate) struct HistoryActorBody {
    /// In which role: `buyer`, `seller`, `platform`, `payment_provider`, `engine` (by itself, or because of another event).
    #[schema(example = "buyer")]
    role: &'static str,
    /// Which person: themselves, and for admins and auditors anybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    person_id: Option<String>,
}

/// A line about a state.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = StateLine)]
pub(crate) struct StateLineBody {
    /// What it is about.
    label: &'static str,
    /// What it is.
    value: String,
    /// Whether the event made it so.
    changed: bool,
}

/// Another event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = EventLink)]
pub(crate) struct LinkBody {
    /// Its place in the ledger.
    position: i64,
    /// What it is called.
    #[serde(rename = "type")]
    event_type: String,
    /// What it happened to.
    object: String,
    /// What happened.
    sentence: String,
}

/// Another thing that belongs to the order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = RelatedThing)]
pub(crate) struct RelatedBody {
    /// What it is: `refund`, `licence`, `document`, `webhook`, and so on.
    kind: String,
    /// Its id.
    id: String,
    /// Its first event.
    position: i64,
    /// What that says.
    sentence: String,
}

/// Read what happened to an order
///
/// Each event with who acted and what was so after it, the oldest first; `as_of` ends it at a past moment. A buyer reads it in
/// words, with actors by their roles. A seller sees what concerns their lines, without the amounts of others. Admins and auditors see
/// people, causes, effects, and what else belongs to the order.
#[utoipa::path(get, path = "/orders/{order_id}/history", tag = "orders", params(OrderPath, PastQuery), responses(
    (status = 200, description = "The history", body = OrderHistoryBody),
    (status = 404, description = "`order_not_found`: there is none, or it is somebody else's"),
))]
pub(crate) async fn read_order_history(
    caller: CallerAs<Readers>,
    State(app): State<App>,
    Path(OrderPath { order_id }): Path<OrderPath>,
    Query(wanted): Query<PastQuery>,
    min: MinPosition,
) -> Result<Answer<OrderHistoryBody>, Problem> {
    let now = AsOf::Position(app.engine().ledger().horizon());
    let moment = Moment::find(&app, wanted.as_of.unwrap_or(now), min).await?;
    let history = History::read::<Order>(&app, order_id.as_uuid(), moment).await?;
    let view = folded(OrderView::of_events(history.then()))?;
    let found = view.and_then(|view| Some((Reader::of(&caller, &view)?, view)));
    let (reader, view) = found.ok_or_else(|| Problem::new(ProblemKind::OrderNotFound))?;
    let audience = Audience {
        reader,
        sees_all: caller.sees_all(),
        person_id: caller.person_id(),
    };
    if audience.sees_all {
        let upto = MinPosition(Some(moment.position));
        app.reads().reach(&[ReadModel::History], upto).await?;
    }
    let subject = Subject::Thing(StreamName::of::<Order>(order_id.as_uuid()));
    let wanted = Wanted {
        through: moment.position,
        entries_max: EVENTS_MAX,
        before: None,
    };
    let timeline = timeline(app.engine().ledger(), &subject, &wanted).await?;
    Ok(Answer::ok(
        audience.body(timeline, &view, history.then())?,
        moment.position,
    ))
}

/// Who reads, and what they may see.
struct Audience {
    reader: Reader,
    sees_all: bool,
    person_id: PersonId,
}

impl Audience {
    fn body(
        &self,
        timeline: Timeline,
        view: &OrderView,
        events: &[RecordedEvent],
    ) -> Result<OrderHistoryBody, Problem> {
        let mut data = Vec::with_capacity(timeline.entries.len());
        for (entry, recorded) in timeline.entries.into_iter().zip(events) {
            let event = recorded
                .decode()
                .map_err(|error| Problem::new(ProblemKind::Internal).cause(error))?;
            if self.concerns(&event, view) {
                data.push(self.entry(entry));
            }
        }
        let related = timeline.related.into_iter().map(RelatedBody::from);
        Ok(OrderHistoryBody {
            as_of_position: timeline.as_of_position.get(),
            data,
            related: self.sees_all.then(|| related.collect()),
        })
    }

    fn entry(&self, entry: Entry) -> HistoryEntryBody {
        let effects = entry.effects.into_iter().map(LinkBody::from);
        let is_seller = self.is_seller();
        let state = entry
            .state
            .into_iter()
            .filter(|line| !is_seller || line.label == "status");
        // What a human must look at is the platform's business, here as in the order itself.
        let state = state.filter(|line| self.sees_all || line.label != "for a human");
        HistoryEntryBody {
            position: entry.position.get(),
            event_type: entry.event_type,
            at: entry.recorded_at,
            actor: HistoryActorBody {
                role: role_of(entry.actor.kind, entry.actor.part),
                person_id: entry
                    .actor
                    .person_id
                    .filter(|person| self.sees_all || *person == self.person_id.to_string()),
            },
            sentence: (!is_seller).then_some(entry.sentence),
            state: state.map(StateLineBody::from).collect(),
            cause: entry.cause.filter(|_| self.sees_all).map(LinkBody::from),
            effects: self.sees_all.then(|| effects.collect()),
        }
    }

    fn is_seller(&self) -> bool {
        !self.sees_all
            && match self.reader {
                Reader::OwnerOrAdmin | Reader::Auditor => false,
                Reader::Seller(_) => true,
            }
    }

    /// Whether an event is for the reader: a seller sees what is about the order as a whole, or about a line of theirs.
    fn concerns(&self, event: &OrderEvent, view: &OrderView) -> bool {
        let theirs = |line: u32| {
            let sold = usize::try_from(line).ok().and_then(|index| view.lines.get(index));
            sold.is_some_and(|sold| self.reader.sees_lines_of(sold.seller_id))
        };
        let of_refund = |refund_id: RefundId| {
            let refund = view
                .order
                .refunds
                .iter()
                .find(|refund| refund.refund_id == refund_id);
            refund.is_some_and(|refund| {
                refund.parts.is_empty() || refund.parts.iter().any(|part| theirs(part.line))
            })
        };
        match event {
            OrderEvent::FlaggedForReview(_) => self.sees_all,
            OrderEvent::RefundOpened(opened) => of_refund(opened.refund_id),
            OrderEvent::RefundSettled(settled) => of_refund(settled.refund_id),
            OrderEvent::RefundDeclined(declined) => of_refund(declined.refund_id),
            OrderEvent::DeliveryBegan(began) => theirs(began.line),
            OrderEvent::WithdrawalDeclared(declared) => declared.lines.iter().any(|line| theirs(*line)),
            OrderEvent::WithdrawalConfirmed(confirmed) => confirmed.lines.iter().any(|line| theirs(*line)),
            OrderEvent::Placed(_)
            | OrderEvent::PaymentInitiated(_)
            | OrderEvent::PaymentAwaiting(_)
            | OrderEvent::PaymentProcessing(_)
            | OrderEvent::PaymentFailed(_)
            | OrderEvent::Paid(_)
            | OrderEvent::Cancelled(_)
            | OrderEvent::Expired(_)
            | OrderEvent::Disputed(_)
            | OrderEvent::DisputeChanged(_)
            | OrderEvent::DisputeClosed(_) => true,
        }
    }
}

/// In which role somebody acted on an order. Who is neither its buyer nor one of its sellers acts for the platform.
const fn role_of(kind: ActorKind, part: Option<Part>) -> &'static str {
    match (kind, part) {
        (ActorKind::Person, Some(Part::Buyer | Part::Holder)) => "buyer",
        (ActorKind::Person, Some(Part::Seller)) => "seller",
        (ActorKind::Person, Some(Part::Author | Part::Themselves | Part::Maker) | None)
        | (ActorKind::Operator, _) => "platform",
        (ActorKind::PaymentProvider, _) => "payment_provider",
        (ActorKind::Engine | ActorKind::Unknown, _) => "engine",
    }
}

impl From<StateLine> for StateLineBody {
    fn from(line: StateLine) -> Self {
        Self {
            label: line.label,
            value: line.value,
            changed: line.changed,
        }
    }
}

impl From<Link> for LinkBody {
    fn from(link: Link) -> Self {
        Self {
            position: Position::get(link.position),
            event_type: link.event_type,
            object: link.object,
            sentence: link.sentence,
        }
    }
}

impl From<Related> for RelatedBody {
    fn from(related: Related) -> Self {
        Self {
            kind: related.kind,
            id: related.id,
            position: related.position.get(),
            sentence: related.sentence,
        }
    }
}
