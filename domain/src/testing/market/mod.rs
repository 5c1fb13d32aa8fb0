//! Whole sales, event by event, as the engine records them: for whoever needs a ledger of any length whose books balance.
//!
//! Everything is decided by the aggregates and policies themselves; ids and times follow from counters, so that the same calls
//! make the same rows.

mod refunds;
mod sales;

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

pub use self::sales::{Sold, Wish};
use crate::decider::{Decider, DomainEvent};
use crate::document::{DocumentKind, Supplier, SupplierTerms};
use crate::invoicing::InvoicingState;
use crate::product::{Product, ProductEvent, ProductState};
use crate::promo::{Promo, PromoState, PromoTerms};
use crate::testing::samples::documents::platform_terms;
use crate::testing::samples::{at, product_created, promo_code, promo_created, published_product};
use crate::values::{ProductId, PromoId};

/// The first 64 bits of the ids made here: a version 7 of the samples' day.
const ID_BASE: u128 = 0x0198_c0de_7a00_7000_8000_0000_0000_0000;

/// An event as a row of the ledger, without position and leaf hash, which follow from its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The stream.
    pub stream: String,
    /// Its place there.
    pub revision: i64,
    /// Its id.
    pub event_id: Uuid,
    /// Its wire name.
    pub event_type: String,
    /// The version of its payload.
    pub schema_version: i32,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The payload.
    pub data: String,
    /// The metadata.
    pub metadata: String,
}

/// A market with one track on sale, a code, and the platform's invoices.
#[derive(Debug)]
pub struct Market {
    rows: Vec<Row>,
    revisions: HashMap<String, i64>,
    ids: u128,
    appends: i64,
    product_id: ProductId,
    product: ProductState,
    promo: PromoState,
    invoices: InvoicingState,
    credit_notes: InvoicingState,
    supplier: SupplierTerms,
}

/// What led to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A request.
    Person,
    /// A worker, by itself.
    Worker,
    /// A worker, because of another event.
    Because(Uuid),
}

impl Market {
    /// Opens it, with these terms of its code.
    pub fn open(terms: PromoTerms) -> Self {
        let mut market = Self {
            rows: Vec::new(),
            revisions: HashMap::new(),
            ids: ID_BASE,
            appends: 0,
            product_id: ProductId::from_uuid(Uuid::nil()),
            product: ProductState::Absent,
            promo: PromoState::Absent,
            invoices: InvoicingState::Absent,
            credit_notes: InvoicingState::Absent,
            supplier: platform_terms(),
        };
        let created = promo_created(terms);
        let promo_id = PromoId::of_code(&promo_code());
        market.append::<Promo>(promo_id.as_uuid(), &created, Origin::Person);
        market.promo = Promo::replay(&created);
        market.new_product();
        market
    }

    /// Puts another track on sale, which is sold from now on.
    pub fn new_product(&mut self) -> ProductId {
        let product_id = ProductId::from_uuid(self.next_id());
        let mut events = published_product();
        if let Some(first) = events.first_mut() {
            let mut created = product_created();
            created.product_id = product_id;
            *first = ProductEvent::Created(created);
        }
        self.append::<Product>(product_id.as_uuid(), &events, Origin::Person);
        self.product_id = product_id;
        self.product = Product::replay(&events);
        product_id
    }

    /// The rows so far, in the order of their positions; they are not made again.
    pub fn take_rows(&mut self) -> Vec<Row> {
        std::mem::take(&mut self.rows)
    }

    fn next_id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }

    /// A new append: later than the one before.
    fn later(&mut self) {
        self.appends += 1;
    }

    /// Writes events to a stream, in an append of their own.
    fn append<D: Decider>(&mut self, id: Uuid, events: &[D::Event], origin: Origin) -> Option<Uuid> {
        self.later();
        self.write::<D>(id, events, origin)
    }

    /// Writes events to a stream, in the append that is under way. The last one's id is answered.
    fn write<D: Decider>(&mut self, id: Uuid, events: &[D::Event], origin: Origin) -> Option<Uuid> {
        let mut last = None;
        for event in events {
            let event_id = self.next_id();
            let stream = format!("{}-{id}", D::NAME);
            let revision = self.revisions.entry(stream.clone()).or_insert(0);
            let row = Row {
                revision: *revision,
                stream,
                event_id,
                event_type: event.event_type().to_owned(),
                schema_version: event.schema_version(),
                recorded_at: at(0) + TimeDelta::milliseconds(20 * self.appends),
                data: event.to_json(),
                metadata: origin.metadata(),
            };
            *revision += 1;
            self.rows.push(row);
            last = Some(event_id);
        }
        last
    }

    fn series(&mut self, kind: DocumentKind) -> &mut InvoicingState {
        match kind {
            DocumentKind::Invoice => &mut self.invoices,
            DocumentKind::CreditNote => &mut self.credit_notes,
        }
    }
}

impl Origin {
    fn metadata(self) -> String {
        match self {
            Self::Person => r#"{"actor":"person_01jd3e8m6xf2r9kq7v5t4w8zab","request_id":"019aa1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"}"#.to_owned(),
            Self::Worker => r#"{"actor":"worker:reconciler"}"#.to_owned(),
            Self::Because(event_id) => format!(
                r#"{{"actor":"worker:policy","correlation_id":"{event_id}","causation_id":"{event_id}"}}"#
            ),
        }
    }
}

/// Whose invoices they are.
const SUPPLIER: Supplier = Supplier::Platform;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::{OrderState, RefundScope};
    use crate::testing::samples::promo_terms;
    use crate::values::LicenceKind;

    #[test]
    fn the_same_calls_make_the_same_rows_and_everything_that_follows_is_there() {
        let history = || {
            let mut market = Market::open(promo_terms());
            let mut sold = market.sell(Wish::Units(LicenceKind::Basic, 2));
            market.refund(&mut sold, RefundScope::Whole);
            assert!(matches!(sold.order, OrderState::Paid(_)));
            market.sell(Wish::WithCode);
            let mut late = market.place(Wish::Units(LicenceKind::Premium, 1));
            market.pay_too_late(&mut late);
            market.take_rows()
        };
        let rows = history();
        assert_eq!(rows, history());
        for (event_type, count) in [
            ("order.paid", 2),
            ("licence.issued", 3),
            ("licence.revoked", 2),
            ("invoicing.invoice_issued", 2),
            ("invoicing.credit_note_issued", 1),
            ("document.credited", 1),
            ("order.refund_settled", 2),
            ("promo.redeemed", 1),
        ] {
            let found = rows.iter().filter(|row| row.event_type == event_type).count();
            assert_eq!(found, count, "{event_type}");
        }
    }
}
