//! How events are linked: each to its cause, to the request that it comes from, to what it names, and to the people it concerns.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_domain::access::AccessEvent;
use comptoir_domain::document::DocumentEvent;
use comptoir_domain::invoicing::{Invoicing, InvoicingEvent};
use comptoir_domain::licence::LicenceEvent;
use comptoir_domain::order::OrderEvent;
use comptoir_domain::person::PersonEvent;
use comptoir_domain::product::ProductEvent;
use comptoir_domain::projection::ProjectionEvent;
use comptoir_domain::promo::{Promo, PromoEvent};
use comptoir_domain::refund::RefundEvent;
use comptoir_domain::review::ReviewEvent;
use comptoir_domain::seller::SellerEvent;
use comptoir_domain::webhook::WebhookEvent;
use comptoir_domain::{Decider as _, DecodeError};
use comptoir_ledger::RecordedEvent;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::ids::{Named, named, person_of};
use crate::runner::{ApplyError, Projection};
use crate::text::column;

/// The projection of the read model `history`.
#[derive(Debug, Clone, Copy)]
pub struct History;

impl Projection for History {
    const NAME: &'static str = "history";
    const VERSION: i32 = 1;
    const SCHEMA: &'static str = "read_history";

    fn event_types(&self) -> Vec<&'static str> {
        let all = [
            OrderEvent::WIRE,
            RefundEvent::WIRE,
            LicenceEvent::WIRE,
            ProductEvent::WIRE,
            PromoEvent::WIRE,
            ReviewEvent::WIRE,
            DocumentEvent::WIRE,
            InvoicingEvent::WIRE,
            SellerEvent::WIRE,
            PersonEvent::WIRE,
            WebhookEvent::WIRE,
            AccessEvent::WIRE,
            ProjectionEvent::WIRE,
        ];
        all.into_iter().flatten().map(|(name, _)| *name).collect()
    }

    async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[RecordedEvent],
    ) -> Result<(), ApplyError> {
        let mut read = Vec::with_capacity(events.len());
        for recorded in events {
            read.push((recorded, read_named(recorded)?));
        }
        let mut people = load_people(connection, &subjects(&read)).await?;
        let (mut links, mut new_people) = (Vec::new(), Vec::new());
        for (recorded, named) in &read {
            let concerned = people.concerned(recorded, named);
            new_people.extend(people.join(recorded, &concerned));
            let found_by = found_by(recorded, named, concerned);
            links.extend(
                found_by
                    .into_iter()
                    .map(|subject| (subject, recorded.position.get())),
            );
        }
        store(connection, &links, &new_people).await?;
        Ok(())
    }
}

fn read_named(recorded: &RecordedEvent) -> Result<Named, ApplyError> {
    let payload: Value = serde_json::from_str(&recorded.data).map_err(|source| ApplyError::Decode {
        position: recorded.position,
        source: DecodeError::Payload {
            event_type: recorded.event_type.clone(),
            version: recorded.schema_version,
            source,
        },
    })?;
    Ok(named(recorded.category(), &payload))
}

/// The streams and orders whose people a batch may need.
fn subjects(read: &[(&RecordedEvent, Named)]) -> Vec<Uuid> {
    let own = read.iter().filter_map(|(recorded, _)| recorded.aggregate_id());
    let orders = read.iter().flat_map(|(_, named)| named.orders.iter().copied());
    let subjects: BTreeSet<Uuid> = own.chain(orders).collect();
    subjects.into_iter().collect()
}

/// Whom the events of a stream concern, by the id of its aggregate.
struct People(BTreeMap<Uuid, BTreeSet<Uuid>>);

impl People {
    /// Whom an event concerns: those it names, those of its stream, and those of the orders that it names.
    fn concerned(&self, recorded: &RecordedEvent, named: &Named) -> BTreeSet<Uuid> {
        let mut concerned: BTreeSet<Uuid> = named.people.iter().copied().collect();
        for subject in recorded.aggregate_id().iter().chain(&named.orders) {
            concerned.extend(self.0.get(subject).into_iter().flatten());
        }
        concerned
    }

    /// Those whom all that follows in the stream concerns too. Many orders meet in a promotion and in a series of numbers:
    /// what happens there concerns those alone whom it names.
    fn join(&mut self, recorded: &RecordedEvent, concerned: &BTreeSet<Uuid>) -> Vec<(Uuid, Uuid)> {
        let begins = recorded.revision.get() == 0 || recorded.event_type == "licence.transferred";
        let is_shared = [Promo::NAME, Invoicing::NAME].contains(&recorded.category());
        match recorded.aggregate_id() {
            Some(subject) if begins && !is_shared => {
                self.0.entry(subject).or_default().extend(concerned);
                concerned.iter().map(|person| (subject, *person)).collect()
            }
            Some(_) | None => Vec::new(),
        }
    }
}

/// The ids that an event is found by, besides the name of its stream.
fn found_by(recorded: &RecordedEvent, named: &Named, concerned: BTreeSet<Uuid>) -> BTreeSet<Uuid> {
    let mut found_by = concerned;
    found_by.extend(&named.things);
    // Metadata that cannot be read leads nowhere; the event itself is found all the same.
    let metadata = recorded.decode_metadata().unwrap_or_default();
    found_by.extend(metadata.causation_id);
    found_by.extend(metadata.correlation_id);
    found_by.extend(metadata.actor.as_deref().and_then(person_of));
    if let Some(own) = recorded.aggregate_id() {
        // Its stream leads to it anyhow; a person's and a seller's have the ids of people.
        if !["person", "seller"].contains(&recorded.category()) {
            found_by.remove(&own);
        }
    }
    found_by
}

async fn load_people(connection: &mut PgConnection, subjects: &[Uuid]) -> Result<People, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT subject, person_id FROM people WHERE subject = ANY($1)",
        subjects
    )
    .fetch_all(connection)
    .await?;
    let mut people: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for row in rows {
        people.entry(row.subject).or_default().insert(row.person_id);
    }
    Ok(People(people))
}

async fn store(
    connection: &mut PgConnection,
    links: &[(Uuid, i64)],
    people: &[(Uuid, Uuid)],
) -> Result<(), sqlx::Error> {
    if !people.is_empty() {
        sqlx::query!(
            "INSERT INTO people (subject, person_id) SELECT * FROM unnest($1::uuid[], $2::uuid[])
             ON CONFLICT DO NOTHING",
            &column(people, |(subject, _)| *subject),
            &column(people, |(_, person_id)| *person_id),
        )
        .execute(&mut *connection)
        .await?;
    }
    if links.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO links (subject, position) SELECT * FROM unnest($1::uuid[], $2::bigint[])
         ON CONFLICT DO NOTHING",
        &column(links, |(subject, _)| *subject),
        &column(links, |(_, position)| *position),
    )
    .execute(connection)
    .await?;
    Ok(())
}
