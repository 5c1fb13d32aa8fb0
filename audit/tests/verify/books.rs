//! Histories that are well-formed, whose hashes all fit, and whose books do not balance: each rule finds its own.

use std::collections::HashMap;

use chrono::TimeDelta;
use comptoir_audit::verify::{Rule, VerifyOptions};
use comptoir_domain::testing::market::Row;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, history, nth, places};

/// A history that somebody writes as they like.
struct Forged(Vec<Row>);

impl Forged {
    /// Changes a payload, and says where it is.
    fn edit(&mut self, event_type: &str, n: usize, change: impl FnOnce(&mut Value)) -> usize {
        let position = nth(&self.0, event_type, n);
        let row = &mut self.0[position - 1];
        let mut data = serde_json::from_str(&row.data).unwrap();
        change(&mut data);
        row.data = data.to_string();
        position
    }

    /// Leaves an event out, and says where it was.
    fn remove(&mut self, event_type: &str, n: usize) -> usize {
        let position = nth(&self.0, event_type, n);
        self.0.remove(position - 1);
        position
    }

    /// Repeats an event right behind itself, and says where the repeat is.
    fn repeat(&mut self, event_type: &str, n: usize) -> usize {
        let position = nth(&self.0, event_type, n);
        let row = self.0[position - 1].clone();
        self.insert(position, row)
    }

    fn insert(&mut self, behind: usize, mut row: Row) -> usize {
        row.event_id = Uuid::from_u128(0xfff0_0000 + u128::try_from(behind).unwrap());
        self.0.insert(behind, row);
        behind + 1
    }

    /// Something that happens to the stream of another event.
    fn happen(&mut self, event_type: &str, n: usize, happened: &str, data: &Value) -> usize {
        let position = nth(&self.0, event_type, n);
        let row = Row {
            event_type: happened.to_owned(),
            schema_version: 1,
            data: data.to_string(),
            ..self.0[position - 1].clone()
        };
        self.insert(position, row)
    }

    fn said_by_nobody(&mut self, event_type: &str, n: usize) -> usize {
        let position = nth(&self.0, event_type, n);
        r#"{"actor":"person_01jd3e8m6xf2r9kq7v5t4w8zab"}"#.clone_into(&mut self.0[position - 1].metadata);
        position
    }

    fn place(&self, event_type: &str, n: usize) -> usize {
        nth(&self.0, event_type, n)
    }

    /// Revisions are dense, whatever was done.
    fn rows(mut self) -> Vec<Row> {
        let mut revisions: HashMap<String, i64> = HashMap::new();
        for row in &mut self.0 {
            let next = revisions.entry(row.stream.clone()).or_default();
            row.revision = *next;
            *next += 1;
        }
        self.0
    }
}

/// What is forged, and where the rule must find it.
type Forgery = (Rule, fn(&mut Forged) -> usize);

fn add(value: &mut Value, by: i64) {
    *value = json!(value.as_i64().unwrap() + by);
}

const OF_ORDERS: [Forgery; 9] = [
    (Rule::EventReadable, |forged| {
        forged.edit("order.paid", 0, |data| *data = json!({}))
    }),
    (Rule::EventFits, |forged| {
        let placed = forged.remove("order.placed", 1);
        assert!(placed > 0);
        forged.place("order.payment_initiated", 1)
    }),
    (Rule::EventFits, |forged| forged.repeat("licence.issued", 0)),
    (Rule::EventFits, |forged| {
        forged.happen(
            "order.paid",
            0,
            "order.expired",
            &json!({"at": "2026-06-01T12:00:00Z"}),
        )
    }),
    (Rule::OrderAmounts, |forged| {
        forged.edit("order.placed", 0, |data| add(&mut data["total"]["amount"], 1))
    }),
    (Rule::OrderAmounts, |forged| {
        forged.edit("order.placed", 0, |data| {
            add(&mut data["total"]["amount"], -1);
            add(&mut data["lines"][0]["total"]["amount"], -1);
        })
    }),
    (Rule::OrderPaid, |forged| {
        forged.edit("order.paid", 0, |data| add(&mut data["amount"]["amount"], -1))
    }),
    (Rule::OrderPaid, |forged| forged.repeat("order.paid", 0)),
    (Rule::PaymentWord, |forged| forged.said_by_nobody("order.paid", 1)),
];

const OF_REFUNDS: [Forgery; 9] = [
    (Rule::PaymentWord, |forged| {
        forged.said_by_nobody("refund.succeeded", 0)
    }),
    (Rule::PaymentWord, |forged| {
        let webhook = forged.remove("webhook.received", 0);
        assert!(webhook > 0);
        forged.place("order.paid", 0)
    }),
    (Rule::RefundWithinPayment, |forged| {
        forged.edit("order.refund_opened", 1, |data| {
            data["amount"]["amount"] = json!(100_000);
            data["parts"][0]["amount"]["amount"] = json!(100_000);
        })
    }),
    (Rule::RefundWithinPayment, |forged| {
        forged.edit("order.refund_opened", 1, |data| {
            add(&mut data["parts"][0]["amount"]["amount"], -1);
        })
    }),
    (Rule::RefundAsked, |forged| {
        forged.remove("order.refund_opened", 0);
        forged.place("refund.requested", 0)
    }),
    (Rule::RefundAsked, |forged| {
        forged.edit("refund.requested", 0, |data| {
            add(&mut data["amount"]["amount"], -1);
        })
    }),
    (Rule::RefundOutcome, |forged| {
        forged.remove("order.refund_settled", 0);
        forged.place("refund.succeeded", 0)
    }),
    (Rule::RefundOutcome, |forged| {
        forged.remove("refund.succeeded", 0);
        forged.place("order.refund_settled", 0)
    }),
    (Rule::RefundOutcome, |forged| {
        forged.edit("order.refund_settled", 0, |data| {
            add(&mut data["amount"]["amount"], -1);
        })
    }),
];

const OF_RIGHTS: [Forgery; 9] = [
    (Rule::LicencePaid, |forged| {
        forged.remove("licence.issued", 0);
        forged.place("order.paid", 0)
    }),
    (Rule::LicencePaid, |forged| {
        forged.edit("licence.issued", 0, |data| data["kind"] = json!("exclusive"))
    }),
    (Rule::LicencePaid, |forged| {
        forged.remove("order.paid", 0);
        forged.place("licence.issued", 0)
    }),
    (Rule::LicenceStanding, |forged| {
        forged.remove("licence.revoked", 0);
        forged.place("order.refund_settled", 0)
    }),
    (Rule::UpgradeClaim, |forged| {
        let data = json!({"order_id": "order_01jd3e8m6xf2r9kq7v5t4w8zab", "at": "2026-06-01T12:00:00Z"});
        forged.happen("licence.issued", 0, "licence.upgrade_reserved", &data)
    }),
    (Rule::PromotionCap, |forged| {
        forged.edit("promo.created", 0, |data| data["terms"]["uses_max"] = json!(1));
        forged.place("promo.reserved", 1)
    }),
    (Rule::PromotionUse, |forged| {
        forged.remove("promo.redeemed", 0);
        forged.place("order.paid", 3)
    }),
    (Rule::ExclusiveSale, |forged| {
        forged.remove("product.exclusive_released", 0);
        forged.place("product.exclusive_reserved", 1)
    }),
    (Rule::ExclusiveClaim, |forged| {
        forged.remove("product.exclusive_sold", 0);
        forged.place("order.paid", 4)
    }),
];

const OF_DOCUMENTS: [Forgery; 8] = [
    (Rule::NumberDense, |forged| {
        forged.remove("invoicing.invoice_issued", 1);
        forged.place("invoicing.invoice_issued", 1)
    }),
    (Rule::NumberDense, |forged| {
        forged.edit("invoicing.invoice_issued", 1, |data| {
            add(&mut data["sequence"], 1);
        })
    }),
    (Rule::NumberDense, |forged| {
        forged.repeat("invoicing.invoice_issued", 1)
    }),
    (Rule::NumberDocument, |forged| {
        forged.remove("invoicing.invoice_issued", 1);
        forged.place("document.drawn_up", 1)
    }),
    (Rule::DocumentAmounts, |forged| {
        forged.edit("document.drawn_up", 0, |data| {
            add(&mut data["totals"]["gross"]["amount"], 1);
        })
    }),
    (Rule::DocumentAmounts, |forged| {
        forged.remove("document.credited", 0);
        let credit_note = forged.place("invoicing.credit_note_issued", 0);
        credit_note + 1
    }),
    (Rule::CreditWithinInvoice, |forged| {
        forged.repeat("document.credited", 0)
    }),
    (Rule::DocumentBalance, |forged| {
        // The last credit note: no number is missing.
        let last = forged
            .0
            .iter()
            .filter(|row| row.event_type == "invoicing.credit_note_issued")
            .count()
            - 1;
        let number = forged.remove("invoicing.credit_note_issued", last);
        assert_eq!(forged.0[number - 1].event_type, "document.drawn_up");
        let credit_note = forged.0[number - 1].stream.clone();
        forged.remove("document.credited", last);
        forged.0.retain(|row| row.stream != credit_note);
        let settled = forged
            .0
            .iter()
            .filter(|row| row.event_type == "order.refund_settled")
            .count()
            - 1;
        forged.place("order.refund_settled", settled)
    }),
];

#[tokio::test]
async fn each_rule_of_the_books_finds_what_breaks_it() {
    let sound = history();
    let forgeries = OF_ORDERS
        .iter()
        .chain(&OF_REFUNDS)
        .chain(&OF_RIGHTS)
        .chain(&OF_DOCUMENTS);
    for (number, (rule, forge)) in forgeries.enumerate() {
        let mut forged = Forged(sound.clone());
        let position = i64::try_from(forge(&mut forged)).unwrap();
        let house = House::with(&forged.rows()).await;
        let report = house
            .verify_by(VerifyOptions {
                patience: TimeDelta::zero(),
                ..VerifyOptions::default()
            })
            .await;
        assert!(
            places(&report, *rule).contains(&position),
            "forgery {number}: {rule} at {position} is not found; {:#?}",
            report.findings
        );
        // The format has nothing against it: only the books show it.
        for finding in &report.findings {
            assert!(finding.rule >= Rule::EventReadable, "forgery {number}: {finding}");
        }
    }
}

/// An amount that arrives and is on no line shows in total as well.
#[tokio::test]
async fn money_that_is_nowhere_is_missed() {
    let mut forged = Forged(history());
    forged.edit("order.paid", 0, |data| add(&mut data["amount"]["amount"], 1));
    let report = House::with(&forged.rows()).await.verify().await;
    let missed = report
        .findings
        .iter()
        .filter(|finding| finding.rule == Rule::MoneyConserved);
    assert_eq!(missed.filter(|finding| finding.position.is_none()).count(), 1);
}

#[tokio::test]
async fn findings_of_one_rule_are_counted_and_the_first_ones_told() {
    let mut rows = history();
    for row in &mut rows {
        if row.event_type == "order.paid" {
            row.metadata = "{}".to_owned();
        }
    }
    let report = House::with(&rows)
        .await
        .verify_by(VerifyOptions {
            findings_of_rule_max: 2,
            ..VerifyOptions::default()
        })
        .await;
    assert_eq!(report.findings.len(), 2);
    assert_eq!(report.broken[&Rule::PaymentWord], 7);
}
