//! Histories at random: what happens to several products and what is sold of them, each thing in its own order, and mixed as
//! chance has it.

use comptoir_domain::document::Document;
use comptoir_domain::invoicing::Invoicing;
use comptoir_domain::licence::Licence;
use comptoir_domain::order::{Order, OrderEvent};
use comptoir_domain::person::Person;
use comptoir_domain::product::Product;
use comptoir_domain::projection::Projection as Decisions;
use comptoir_domain::promo::Promo;
use comptoir_domain::refund::Refund;
use comptoir_domain::review::Review;
use comptoir_domain::seller::Seller;
use comptoir_domain::testing::samples;
use comptoir_domain::values::{LicenceId, RefundId};
use comptoir_domain::webhook::Webhook;
use comptoir_domain::{Decider, DomainEvent};
use comptoir_ledger::{Append, ExpectedRevision, Ledger, Metadata, NewEvent, Position, StreamName};
use uuid::Uuid;

use super::renamed::{
    document_events, invoice_number, licence_events, licence_issued, order_events, order_number,
    product_events, product_number, refund_events, review_events,
};

/// What happens, one event after the other.
pub(crate) struct Story(Vec<(StreamName, NewEvent)>);

impl Story {
    fn tell<D: Decider>(&mut self, ledger: &Ledger, id: Uuid, events: &[D::Event])
    where
        D::Event: DomainEvent,
    {
        let stream = StreamName::of::<D>(id);
        let told = events
            .iter()
            .map(|event| (stream.clone(), NewEvent::of(ledger.ids().uuid_v7(), event)));
        self.0.extend(told);
    }

    /// An order with every kind of event, its licence, its refund and its invoice.
    pub(crate) fn of_order(ledger: &Ledger, number: u128) -> Self {
        let mut story = Self(Vec::new());
        let order_id = order_number(number);
        for event in order_events(order_id, samples::events::order()) {
            story.tell::<Order>(ledger, order_id.as_uuid(), std::slice::from_ref(&event));
            if matches!(event, OrderEvent::Paid(_)) {
                let issued = licence_issued(order_id);
                let id = issued.grant.licence_id.as_uuid();
                story.tell::<Licence>(ledger, id, &licence_events(&issued));
                let invoice = invoice_number(number);
                story.tell::<Document>(ledger, invoice.document_id.as_uuid(), &document_events(&invoice));
            }
            if matches!(event, OrderEvent::RefundOpened(_)) {
                let refund_id = RefundId::of_late_payment(order_id);
                story.tell::<Refund>(ledger, refund_id.as_uuid(), &refund_events(refund_id, order_id));
            }
            if matches!(event, OrderEvent::DisputeClosed(_)) {
                let id = LicenceId::of_unit(order_id, 0, 0).as_uuid();
                let samples = samples::events::licence();
                let (_, about_causes) = samples.split_at(samples.len() - 3);
                story.tell::<Licence>(ledger, id, about_causes);
            }
        }
        story
    }

    /// A product, and a review of it.
    pub(crate) fn of_product(ledger: &Ledger, number: u128) -> Self {
        let mut story = Self(Vec::new());
        let product_id = product_number(number);
        story.tell::<Product>(
            ledger,
            product_id.as_uuid(),
            &product_events(product_id, samples::events::product()),
        );
        let (review_id, events) = review_events(number);
        story.tell::<Review>(ledger, review_id.as_uuid(), &events);
        story
    }

    /// The things of which the samples have one.
    pub(crate) fn of_the_rest(ledger: &Ledger) -> Self {
        let mut story = Self(Vec::new());
        story.tell::<Promo>(ledger, samples::uuid(0x3000), &samples::events::promo());
        story.tell::<Seller>(ledger, samples::uuid(0x3001), &samples::events::seller());
        story.tell::<Person>(ledger, samples::uuid(0x3002), &samples::events::person());
        story.tell::<Invoicing>(ledger, samples::uuid(0x3003), &samples::events::invoicing());
        story.tell::<Webhook>(ledger, samples::uuid(0x3004), &samples::events::webhook());
        story.tell::<Decisions>(ledger, samples::uuid(0x3005), &samples::events::projection());
        story
    }
}

/// Appends what happens in several stories, mixed as the choices say: each names a story, and how much of it comes next.
pub(crate) async fn weave(ledger: &Ledger, stories: Vec<Story>, choices: &[(u8, u8)]) -> Position {
    let mut left: Vec<_> = stories
        .into_iter()
        .map(|story| story.0.into_iter().peekable())
        .collect();
    let mut last = Position::START;
    let mut choices = choices.iter().cycle();
    while !left.is_empty() {
        let (which, how_much) = choices.next().copied().unwrap_or((0, 1));
        let place = usize::from(which) % left.len();
        let story = &mut left[place];
        for _ in 0..=how_much % 8 {
            let Some((stream, event)) = story.next() else {
                break;
            };
            let append =
                Append::new(&Metadata::default()).write_raw(stream, ExpectedRevision::Any, vec![event]);
            last = ledger.append(append).await.expect("the append succeeds").position;
        }
        if story.peek().is_none() {
            drop(left.remove(place));
        }
    }
    last
}

/// So many orders and products, mixed.
pub(crate) async fn history(ledger: &Ledger, things: u128, choices: &[(u8, u8)]) -> Position {
    let orders = (0..things).map(|number| Story::of_order(ledger, number));
    let products = (0..things).map(|number| Story::of_product(ledger, number));
    let stories = orders
        .chain(products)
        .chain([Story::of_the_rest(ledger)])
        .collect();
    weave(ledger, stories, choices).await
}
