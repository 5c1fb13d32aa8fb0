//! The stored form of every event, pinned: one file for each event type and version, in `golden/`.
//!
//! A file is written once, when its version is new, by running these tests with `UPDATE_GOLDEN=1`; it is never changed
//! afterwards. Whoever needs another form raises the version and adds an upcaster.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::access::AccessEvent;
use crate::decider::DomainEvent;
use crate::document::DocumentEvent;
use crate::invoicing::InvoicingEvent;
use crate::licence::LicenceEvent;
use crate::order::OrderEvent;
use crate::person::PersonEvent;
use crate::product::ProductEvent;
use crate::projection::ProjectionEvent;
use crate::promo::PromoEvent;
use crate::refund::RefundEvent;
use crate::review::ReviewEvent;
use crate::seller::SellerEvent;
use crate::testing::samples::events;
use crate::webhook::WebhookEvent;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

fn file_name(event_type: &str, version: i32) -> String {
    format!("{event_type}.v{version}.json")
}

fn may_write() -> bool {
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch for whoever adds an event, not configuration"
    )]
    std::env::var("UPDATE_GOLDEN").is_ok_and(|value| value == "1")
}

fn hold<E: DomainEvent + Debug + PartialEq>(wire: &[(&str, i32)], samples: &[E]) {
    for (event_type, newest) in wire {
        let sample = samples
            .iter()
            .find(|sample| sample.event_type() == *event_type)
            .unwrap_or_else(|| panic!("add a sample of {event_type} to testing/samples/events.rs"));
        for version in 1..=*newest {
            let path = folder().join(file_name(event_type, version));
            if !path.exists() && version == *newest && may_write() {
                let pretty: Value = serde_json::from_str(&sample.to_json()).unwrap();
                fs::write(&path, format!("{pretty:#}\n")).unwrap();
            }
            let stored = fs::read_to_string(&path).unwrap_or_else(|error| {
                panic!(
                    "{}: {error}; run the tests once with UPDATE_GOLDEN=1 and commit the file",
                    path.display()
                )
            });
            let event = E::from_json(event_type, version, &stored)
                .unwrap_or_else(|error| panic!("{} can no longer be read: {error}", path.display()));
            if version == *newest {
                assert_eq!(
                    &event,
                    sample,
                    "{} says something else than the sample",
                    path.display()
                );
                let [again, stored] =
                    [event.to_json(), stored].map(|json| serde_json::from_str::<Value>(&json).unwrap());
                assert_eq!(
                    again,
                    stored,
                    "{} is written differently now: raise the version",
                    path.display()
                );
            }
        }
    }
}

#[test]
fn every_event_is_read_from_its_golden_file_and_written_the_same() {
    hold(ProductEvent::WIRE, &events::product());
    hold(OrderEvent::WIRE, &events::order());
    hold(PromoEvent::WIRE, &events::promo());
    hold(LicenceEvent::WIRE, &events::licence());
    hold(RefundEvent::WIRE, &events::refund());
    hold(ReviewEvent::WIRE, &events::review());
    hold(InvoicingEvent::WIRE, &events::invoicing());
    hold(DocumentEvent::WIRE, &events::document());
    hold(SellerEvent::WIRE, &events::seller());
    hold(PersonEvent::WIRE, &events::person());
    hold(ProjectionEvent::WIRE, &events::projection());
    hold(WebhookEvent::WIRE, &events::webhook());
    hold(AccessEvent::WIRE, &events::access());
}

#[test]
fn no_golden_file_is_left_without_its_event() {
    let wire = [
        ProductEvent::WIRE,
        OrderEvent::WIRE,
        PromoEvent::WIRE,
        LicenceEvent::WIRE,
        RefundEvent::WIRE,
        ReviewEvent::WIRE,
        InvoicingEvent::WIRE,
        DocumentEvent::WIRE,
        SellerEvent::WIRE,
        PersonEvent::WIRE,
        ProjectionEvent::WIRE,
        WebhookEvent::WIRE,
        AccessEvent::WIRE,
    ];
    let expected: BTreeSet<String> = wire
        .iter()
        .copied()
        .flatten()
        .flat_map(|(event_type, newest)| (1..=*newest).map(|version| file_name(event_type, version)))
        .collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            expected.contains(&name),
            "golden/{name} belongs to no event: stored names are for ever"
        );
    }
}
