//! An event read as what it is: the one place that lists every aggregate.

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
use comptoir_domain::webhook::Webhook;
use comptoir_domain::{Decider, DomainEvent};
use comptoir_ledger::RecordedEvent;

macro_rules! aggregates {
    ($($aggregate:ident),+ $(,)?) => {
        /// An event of one of the aggregates.
        #[derive(Debug)]
        pub(super) enum Known {
            $($aggregate(Box<<$aggregate as Decider>::Event>),)+
        }

        impl Known {
            /// The event, or why it cannot be read. The reason names no part of the payload.
            pub(super) fn read(event: &RecordedEvent) -> Result<Self, String> {
                $(if event.category() == $aggregate::NAME {
                    let read = <$aggregate as Decider>::Event::from_json(&event.event_type, event.schema_version, &event.data);
                    return read.map(|event| Self::$aggregate(Box::new(event))).map_err(|error| error.to_string());
                })+
                Err(format!("no aggregate has streams of the category `{}`", event.category()))
            }
        }
    };
}

aggregates!(
    Order, Webhook, Licence, Refund, Document, Invoicing, Product, Promo, Review, Seller, Person, Access,
    Projection
);
