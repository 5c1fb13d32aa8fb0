//! Samples of what is noted about those who look.

use std::collections::BTreeMap;

use super::super::{at, auditor, order_id};
use crate::access::{AccessExported, AccessQueried, AccessText};

fn text(text: &str) -> AccessText {
    AccessText::try_new(text).expect("a short line")
}

/// An auditor read an order as it was.
pub fn access_queried() -> AccessQueried {
    let parameters = [
        ("order_id".to_owned(), text(&order_id().to_string())),
        ("as_of".to_owned(), text("1200")),
    ];
    AccessQueried {
        auditor_id: auditor().person_id,
        route: text("GET /api/v1/orders/{order_id}"),
        parameters: BTreeMap::from(parameters),
        request_id: Some(text("req-7")),
        at: at(95),
    }
}

/// The orders of the ledger's beginning were exported.
pub fn access_exported() -> AccessExported {
    AccessExported {
        format: text("jsonl"),
        parameters: BTreeMap::from([("category".to_owned(), text("order"))]),
        from_position: 1,
        through_position: 4000,
        events: Some(1250),
        manifest_digest: None,
        at: at(96),
    }
}
