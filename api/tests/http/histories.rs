//! What happened to an order, for each reader; and the events of the ledger, for those who see everything.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::support::{Api, Person};

pub(crate) async fn history(sale: &Sale, by: &Person) -> Value {
    let path = format!("/api/v1/orders/{}/history", sale.order);
    sale.read(by, &path).await.expect(StatusCode::OK).body
}

/// Type, role and sentence of each entry.
fn told(history: &Value) -> String {
    let entries = history["data"].as_array().unwrap().iter().map(|entry| {
        let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        format!(
            "{} | {} | {}",
            text(&entry["type"]),
            text(&entry["actor"]["role"]),
            text(&entry["sentence"])
        )
    });
    entries.collect::<Vec<_>>().join("\n")
}

/// The same without ids, which differ each time.
fn anonymous(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.split_once('_') {
        Some((prefix, id)) if id.trim_end_matches([':', ',']).len() == 26 => format!("{prefix}_..."),
        Some(_) | None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

pub(crate) async fn refunded() -> Sale {
    let sale = Sale::paid().await;
    sale.refund_in_full().await;
    sale.until(|order| order["refund_status"] == "refunded" && order["licences"][0]["status"] == "revoked")
        .await;
    sale
}

#[tokio::test]
async fn a_buyer_reads_what_happened_in_words_with_actors_as_roles() {
    let sale = refunded().await;
    let own = history(&sale, &sale.buyer).await;
    insta::assert_snapshot!(anonymous(&told(&own)), @r"
    order.placed | buyer | placed: 2 lines for 39.90 EUR, 6.65 EUR of it tax
    order.paid | engine | paid 39.90 EUR, as Hyperswitch's webhook said
    order.refund_opened | platform | refund ref_... of 39.90 EUR opened: customer request
    order.refund_settled | engine | refund ref_... of 39.90 EUR settled
    ");
    let last = own["data"].as_array().unwrap().last().unwrap();
    let kept = last["state"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["label"] == "kept");
    assert_eq!(
        kept.unwrap(),
        &json!({"label": "kept", "value": "0.00 EUR", "changed": false})
    );
    for entry in own["data"].as_array().unwrap() {
        assert_eq!((entry.get("cause"), entry.get("effects")), (None, None));
        let person = entry["actor"].get("person_id");
        assert!(
            person.is_none_or(|person| *person == sale.buyer.id.to_string()),
            "{entry}"
        );
    }
    assert_eq!(own.get("related"), None);
    let stranger = sale
        .read(
            &Person::buyer(),
            &format!("/api/v1/orders/{}/history", sale.order),
        )
        .await;
    assert_eq!(stranger.refusal(), "404 order_not_found");
}

#[tokio::test]
async fn a_seller_reads_what_concerns_their_lines_without_the_amounts_of_others() {
    let sale = Sale::paid().await;
    let part = json!({"lines": [0], "reason": "other", "note": "By letter."});
    sale.refund(&Person::admin(), &part)
        .await
        .expect(StatusCode::CREATED);
    let (own, others) = (
        history(&sale, &sale.seller).await,
        history(&sale, &sale.other_seller).await,
    );
    assert_eq!(
        told(&own),
        "order.placed | buyer | -\norder.paid | engine | -\norder.refund_opened | platform | -"
    );
    assert_eq!(told(&others), "order.placed | buyer | -\norder.paid | engine | -");
    let text = own.to_string();
    assert!(!text.contains("EUR") && !text.contains("person_"), "{text}");
}

#[tokio::test]
async fn an_auditor_reads_people_causes_effects_and_what_belongs_to_the_order() {
    let sale = refunded().await;
    let seen = history(&sale, &Person::auditor()).await;
    let entries = seen["data"].as_array().unwrap();
    assert_eq!(entries[0]["actor"]["person_id"], sale.buyer.id.to_string());
    let paid = entries
        .iter()
        .find(|entry| entry["type"] == "order.paid")
        .unwrap();
    assert_eq!(paid["cause"]["type"], "webhook.received");
    let opened = entries
        .iter()
        .find(|entry| entry["type"] == "order.refund_opened")
        .unwrap();
    assert_eq!(opened["effects"][0]["type"], "refund.requested");
    let kinds: Vec<_> = seen["related"]
        .as_array()
        .unwrap()
        .iter()
        .map(|thing| thing["kind"].as_str().unwrap())
        .collect();
    for kind in ["webhook", "licence", "refund"] {
        assert!(kinds.contains(&kind), "{kind} of {kinds:?}");
    }
    let early = format!("/api/v1/orders/{}/history?as_of={}", sale.order, paid["position"]);
    let early = sale
        .api
        .get(&early)
        .by(&Person::auditor())
        .send()
        .await
        .expect(StatusCode::OK)
        .body;
    assert_eq!(
        early["data"].as_array().unwrap().last().unwrap()["type"],
        "order.paid"
    );
}

async fn events(api: &Api, by: &Person, query: &str) -> Value {
    let path = format!("/api/v1/audit/events?min_position={}&{query}", api.head());
    api.get(&path).by(by).send().await.expect(StatusCode::OK).body
}

fn types(page: &Value) -> Vec<String> {
    let events = page["data"].as_array().unwrap().iter();
    events
        .map(|event| event["type"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn events_are_found_by_each_filter_and_in_either_sequence() {
    let sale = refunded().await;
    let (api, admin) = (&sale.api, Person::admin());
    let all = events(api, &admin, "order=oldest&limit=100").await;
    let positions: Vec<i64> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["position"].as_i64().unwrap())
        .collect();
    assert_eq!(positions, (1..=api.head()).collect::<Vec<_>>());
    assert_eq!(all["has_more"], false);
    let newest = events(api, &admin, "limit=1").await;
    assert_eq!(
        (&newest["data"][0]["position"], &newest["has_more"]),
        (&json!(api.head()), &json!(true))
    );

    assert_eq!(
        types(&events(api, &admin, "type=order.paid").await),
        ["order.paid"]
    );
    let refunds = events(api, &admin, "category=refund&order=oldest").await;
    assert_eq!(types(&refunds).first().unwrap(), "refund.requested");
    let by_buyer = events(api, &admin, &format!("actor={}", sale.buyer.id)).await;
    assert_eq!(types(&by_buyer), ["order.placed"]);
    let about = events(
        api,
        &admin,
        &format!("person={}&category=licence&type=licence.issued", sale.buyer.id),
    )
    .await;
    assert_eq!(types(&about), ["licence.issued", "licence.issued"]);
    let by_engine = events(api, &admin, "actor=hyperswitch").await;
    assert_eq!(types(&by_engine), ["webhook.received", "webhook.received"]);
    assert_eq!(
        types(&events(api, &admin, "to=2000-01-01T00:00:00Z").await),
        [""; 0]
    );
    assert_eq!(
        types(&events(api, &admin, "from=2999-01-01T00:00:00Z").await),
        [""; 0]
    );

    let stored = api
        .node
        .engine()
        .ledger()
        .read_positions(&[comptoir_ledger::Position::new(1)])
        .await
        .unwrap();
    let first = &all["data"][0];
    assert_eq!(
        first["data"],
        serde_json::from_str::<Value>(&stored[0].data).unwrap()
    );
    assert_eq!(first["leaf_hash"], hex::encode(&stored[0].leaf_hash));
}

#[tokio::test]
async fn pages_of_events_meet_without_gap_or_overlap() {
    let sale = Sale::paid().await;
    let (api, auditor) = (&sale.api, Person::admin());
    for query in [
        "",
        "category=product",
        "type=product.published",
        &format!("person={}", sale.seller.id),
    ] {
        for order in ["newest", "oldest"] {
            let whole = events(api, &auditor, &format!("limit=100&order={order}&{query}")).await;
            let (mut pages, mut after) = (Vec::new(), None);
            loop {
                let cursor = after
                    .map(|next: i64| format!("&starting_after={next}"))
                    .unwrap_or_default();
                let page = events(api, &auditor, &format!("limit=2&order={order}&{query}{cursor}")).await;
                pages.extend(
                    page["data"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|event| event["position"].clone()),
                );
                after = page["next"].as_i64();
                if page["has_more"] == false {
                    break;
                }
            }
            let expected: Vec<_> = whole["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["position"].clone())
                .collect();
            assert_eq!(pages, expected, "{query} {order}");
        }
    }
}

#[tokio::test]
async fn events_are_for_those_who_see_everything_and_wrong_filters_are_named() {
    let api = Api::start().await;
    for person in [Person::buyer(), Person::seller()] {
        let answer = api.get("/api/v1/audit/events").by(&person).send().await;
        assert_eq!(answer.refusal(), "403 forbidden");
    }
    let mut refusals = Vec::new();
    for query in [
        "category=orders",
        "order=random",
        "limit=0",
        "limit=101",
        "starting_after=-1",
        "person=order_1",
        "from=yesterday",
        "from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
        "colour=red",
    ] {
        let answer = api
            .get(&format!("/api/v1/audit/events?{query}"))
            .by(&Person::auditor())
            .send()
            .await;
        refusals.push(format!(
            "{query}: {} {}",
            answer.refusal(),
            answer.body["errors"][0]["parameter"]
        ));
    }
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    category=orders: 400 invalid_parameter "category"
    order=random: 400 invalid_parameter "order"
    limit=0: 400 invalid_parameter "limit"
    limit=101: 400 invalid_parameter "limit"
    starting_after=-1: 400 invalid_parameter "starting_after"
    person=order_1: 400 invalid_parameter "person"
    from=yesterday: 400 invalid_parameter "from"
    from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z: 400 invalid_parameter "to"
    colour=red: 400 invalid_parameter "colour"
    "#);
}
