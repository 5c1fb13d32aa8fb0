//! What a read model leaves out says so, wherever it stands in an answer.

use std::time::Duration;

use axum::http::StatusCode;
use comptoir_domain::order::Order;
use comptoir_domain::values::{OperatorName, OrderId};
use comptoir_ledger::{Append, ExpectedRevision, Metadata, NewEvent, Position, Revision, StreamName};
use comptoir_projections::ReadModel;
use comptoir_projections::runner::{ApplyError, Operator, RetryOutcome, ask_retry, quarantine};
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Person, eventually};

const PATIENCE: Duration = Duration::from_secs(30);

/// The order is placed once more, which no read model of orders can take; an operator leaves it out.
async fn leave_out(sale: &Sale) {
    let ledger = sale.api.node.engine().ledger();
    let id: OrderId = sale.order.parse().unwrap();
    let stream = StreamName::of::<Order>(id.as_uuid());
    let first = ledger
        .read_stream_page(&stream, Revision::FIRST, 1)
        .await
        .unwrap()
        .remove(0);
    let again = NewEvent {
        event_id: ledger.ids().uuid_v7(),
        event_type: first.event_type,
        schema_version: first.schema_version,
        data: first.data,
    };
    let append =
        Append::new(&Metadata::default()).write_raw(stream, ExpectedRevision::StreamExists, vec![again]);
    let position = ledger.append(append).await.unwrap().position;
    let reason = until_stuck(sale, position).await;
    let operator = Operator {
        name: OperatorName::try_new("ops-anna").unwrap(),
        at: ledger.clock().now(),
    };
    let event = ledger.read_positions(&[position]).await.unwrap().remove(0);
    let (name, cause) = (ReadModel::Orders.name(), ApplyError::cause_of(&reason));
    quarantine(ledger, name, &event, cause, &operator).await.unwrap();
    assert_eq!(
        ask_retry(ledger, name, PATIENCE).await.unwrap(),
        RetryOutcome::Passed
    );
}

async fn until_stuck(sale: &Sale, position: Position) -> String {
    let stuck = eventually("the orders are stuck", async || {
        let status = ReadModel::Orders.status(sale.api.node.engine().ledger()).await;
        status.unwrap().stuck
    })
    .await;
    assert_eq!(stuck.position, position);
    stuck.reason
}

async fn until_stale(sale: &Sale, path: &str) -> Value {
    eventually("it says that it is stale", async || {
        let answer = sale.api.get(path).by(&sale.buyer).send().await;
        let body = answer.expect(StatusCode::OK).body;
        body.to_string().contains("stale_in").then_some(body)
    })
    .await
}

#[tokio::test]
async fn an_order_that_is_left_out_says_so_alone_and_in_lists_and_everything_else_does_not() {
    let sale = Sale::unpaid().await;
    let path = format!("/api/v1/orders/{}", sale.order);
    let whole = sale.read(&sale.buyer, &path).await.expect(StatusCode::OK);
    let moment = sale.api.head();
    assert_eq!(whole.body["stale_in"], Value::Null);
    leave_out(&sale).await;

    let mut body = until_stale(&sale, &path).await;
    let mark = body.as_object_mut().unwrap().remove("stale_in");
    assert_eq!(mark, Some(json!(["orders"])));
    assert_eq!(body, whole.body, "nothing else of it is different");
    let list = until_stale(&sale, "/api/v1/orders").await;
    assert_eq!(list["data"][0]["stale_in"], json!(["orders"]));
    assert_eq!(list["stale_in"], Value::Null);

    let of_then = format!("{path}?as_of={moment}");
    for (path, by) in [
        (of_then.as_str(), &sale.buyer),
        ("/api/v1/products", &sale.buyer),
        ("/api/v1/orders", &Person::buyer()),
    ] {
        let answer = sale.api.get(path).by(by).send().await.expect(StatusCode::OK);
        assert!(!answer.body.to_string().contains("stale_in"), "{}", answer.body);
    }
}
