//! Each event in one sentence, and each state in a few labelled lines: for people. One file for each aggregate.
//!
//! A sentence has no subject: who acted stands beside it. It names no person, and never opens what is sealed.

mod access;
mod document;
mod invoicing;
mod licence;
mod order;
mod person;
mod product;
mod projection;
mod promo;
mod refund;
mod review;
mod seller;
mod webhook;
pub(super) mod words;

use comptoir_domain::Decider;
use comptoir_domain::access::Access;
use comptoir_domain::document::Document;
use comptoir_domain::invoicing::Invoicing;
use comptoir_domain::licence::Licence;
use comptoir_domain::order::Order;
use comptoir_domain::person::Person;
use comptoir_domain::product::Product;
use comptoir_domain::projection::Projection;
use comptoir_domain::promo::Promo;
use comptoir_domain::refund::Refund;
use comptoir_domain::review::Review;
use comptoir_domain::seller::Seller;
use comptoir_domain::values::PersonId;
use comptoir_domain::webhook::Webhook;
use comptoir_ledger::RecordedEvent;
use serde::Serialize;

/// A line about a state: what it is about, and what it is.
pub(super) type Line = (&'static str, String);

/// An aggregate that can be told.
pub(super) trait Told: Decider {
    /// What happened, in one sentence without a subject.
    fn sentence(event: &Self::Event) -> String;

    /// What is so, in a few lines; none, if there is nothing.
    fn lines(state: &Self::State) -> Vec<Line>;

    /// Who has which part in it.
    fn people(state: &Self::State) -> Vec<(PersonId, Part)>;
}

/// The part that a person has in a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// They buy it.
    Buyer,
    /// They sell it.
    Seller,
    /// They hold it.
    Holder,
    /// They wrote it.
    Author,
    /// It is they.
    Themselves,
    /// They made it.
    Maker,
}

impl Part {
    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buyer => "the buyer",
            Self::Seller => "a seller",
            Self::Holder => "the holder",
            Self::Author => "the author",
            Self::Themselves => "themselves",
            Self::Maker => "its maker",
        }
    }
}

/// An event of a stream, told: what happened, and what is so after it.
#[derive(Debug, Clone, Default)]
pub(super) struct Step {
    pub(super) sentence: String,
    pub(super) lines: Vec<Line>,
    pub(super) people: Vec<(PersonId, Part)>,
}

/// The kinds of things that there are, by the category of their streams.
pub const CATEGORIES: [&str; 13] = [
    Order::NAME,
    Refund::NAME,
    Licence::NAME,
    Product::NAME,
    Promo::NAME,
    Review::NAME,
    Document::NAME,
    Invoicing::NAME,
    Seller::NAME,
    Person::NAME,
    Webhook::NAME,
    Access::NAME,
    Projection::NAME,
];

macro_rules! by_category {
    ($category:expr, $told:ident => $do:expr, else $other:expr) => {
        match $category {
            Order::NAME => {
                type $told = Order;
                $do
            }
            Refund::NAME => {
                type $told = Refund;
                $do
            }
            Licence::NAME => {
                type $told = Licence;
                $do
            }
            Product::NAME => {
                type $told = Product;
                $do
            }
            Promo::NAME => {
                type $told = Promo;
                $do
            }
            Review::NAME => {
                type $told = Review;
                $do
            }
            Document::NAME => {
                type $told = Document;
                $do
            }
            Invoicing::NAME => {
                type $told = Invoicing;
                $do
            }
            Seller::NAME => {
                type $told = Seller;
                $do
            }
            Person::NAME => {
                type $told = Person;
                $do
            }
            Webhook::NAME => {
                type $told = Webhook;
                $do
            }
            Access::NAME => {
                type $told = Access;
                $do
            }
            Projection::NAME => {
                type $told = Projection;
                $do
            }
            _ => $other,
        }
    };
}

/// What one event says, whatever came before it.
pub(super) fn sentence_of(recorded: &RecordedEvent) -> String {
    by_category!(recorded.category(), D => alone::<D>(recorded), else unknown(recorded))
}

/// The stream of one aggregate from its first event on, step by step.
pub(super) fn steps_of(category: &str, events: &[RecordedEvent]) -> Vec<Step> {
    by_category!(category, D => steps::<D>(events), else events.iter().map(|event| Step {
        sentence: unknown(event),
        ..Step::default()
    }).collect())
}

fn alone<D: Told>(recorded: &RecordedEvent) -> String {
    match recorded.decode::<D::Event>() {
        Ok(event) => D::sentence(&event),
        Err(_) => unknown(recorded),
    }
}

fn steps<D: Told>(events: &[RecordedEvent]) -> Vec<Step> {
    let mut state = D::State::default();
    let mut steps = Vec::with_capacity(events.len());
    for recorded in events {
        let sentence = match recorded.decode::<D::Event>() {
            Ok(event) => {
                state = D::evolve(state, &event);
                D::sentence(&event)
            }
            // What cannot be read changes nothing here, and says so.
            Err(_) => unknown(recorded),
        };
        steps.push(Step {
            sentence,
            lines: D::lines(&state),
            people: D::people(&state),
        });
    }
    steps
}

fn unknown(recorded: &RecordedEvent) -> String {
    let (name, version) = (&recorded.event_type, recorded.schema_version);
    format!("{name} (version {version}), which this release cannot read")
}

#[cfg(test)]
mod tests {
    use comptoir_domain::testing::samples::events;

    use super::*;

    /// The sentences of a kind's samples, each event once.
    fn sentences<D: Told>(samples: &[D::Event]) -> Vec<String> {
        let mut state = D::State::default();
        let mut said = Vec::new();
        for event in samples {
            state = D::evolve(state, event);
            said.push(D::sentence(event));
            said.extend(
                D::lines(&state)
                    .into_iter()
                    .map(|(label, value)| format!("{label}: {value}")),
            );
        }
        assert!(said.len() >= samples.len());
        said
    }

    #[test]
    fn every_event_and_every_state_is_told_in_words_of_one_line() {
        let all = [
            sentences::<Order>(&events::order()),
            sentences::<Refund>(&events::refund()),
            sentences::<Licence>(&events::licence()),
            sentences::<Product>(&events::product()),
            sentences::<Promo>(&events::promo()),
            sentences::<Review>(&events::review()),
            sentences::<Document>(&events::document()),
            sentences::<Invoicing>(&events::invoicing()),
            sentences::<Seller>(&events::seller()),
            sentences::<Person>(&events::person()),
            sentences::<Webhook>(&events::webhook()),
            sentences::<Access>(&events::access()),
            sentences::<Projection>(&events::projection()),
        ];
        for sentence in all.iter().flatten() {
            let is_raw = sentence.contains("Some(") || sentence.contains("\":") || sentence.contains('\n');
            assert!(!sentence.is_empty() && !is_raw, "{sentence}");
        }
    }

    #[test]
    fn sentences_name_no_person_for_buyers_read_them() {
        for event in events::order() {
            let sentence = <Order as Told>::sentence(&event);
            assert!(!sentence.contains("person_"), "{sentence}");
        }
    }
}
