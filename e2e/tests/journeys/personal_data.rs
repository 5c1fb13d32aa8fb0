//! A person's data stands nowhere in plain form: not in the database, not in the logs. Neither do secrets.

use comptoir_sandbox::hyperswitch::StandInOptions;
use hyper::Method;
use serde_json::{Value, json};

use crate::world::World;
use crate::world::node::{JWT_SECRET, MASTER_KEY};
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, id, payment_id};

/// Words that occur nowhere else, nor by chance in a number, in hex or in base64: each has letters and a space or a sign.
const PERSON: [&str; 5] = [
    "Zebulon Quackenbush",
    "zebulon.quackenbush@example.net",
    "17 Passage des Panoramas",
    "75-Q ZEBULONIA",
    "Vieux-Bourgneuf",
];
const EVERYTHING: &str = "info,comptoir_api=trace,comptoir_engine=trace,comptoir_ledger=trace,comptoir_projections=trace,sqlx=debug";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_about_a_person_is_stored_or_logged_in_plain_form() {
    let world = World::with(&[("COMPTOIR_LOG", EVERYTHING)]).await;
    let seller = world.seller().await;
    let on_sale = world.on_sale_by(&seller, "basic").await;
    let buyer = world.buyer().await;
    let [name, email, street, postal_code, city] = PERSON;
    let mut order = on_sale.order(1);
    order["billing"] = json!({
        "name": name, "email": email, "address_line_1": street, "postal_code": postal_code, "city": city, "country": "FR",
    });
    let placed = world.post(&buyer, "/orders", &order).await.expect(201).body;
    // Orders that are refused, for several reasons.
    order["lines"][0]["quantity"] = json!(0);
    world.post(&buyer, "/orders", &order).await.expect(422);
    order["lines"][0]["quantity"] = json!(name);
    world.post(&buyer, "/orders", &order).await.expect(422);
    order["billing"]["email"] = json!(name);
    world.post(&buyer, "/orders", &order).await.expect(422);
    order["billing"][email] = json!(email);
    world.post(&buyer, "/orders", &order).await.expect(422);

    hyperswitch_repeats_it(&world, &buyer, &placed).await;
    world.pay(&placed, GOOD_CARD).await;
    let paid = world.paid_with_licences(&buyer, &id(&placed), 1).await;
    assert_eq!(paid["billing"]["name"], name, "the buyer sees their own data");

    let [key, link] = use_the_licence(
        &world,
        &seller,
        &buyer,
        &on_sale.product,
        &id(&paid["licences"][0]),
    )
    .await;
    let secret = placed["payment"]["client_secret"].as_str().expect("there is one");
    let account = StandInOptions::default();
    let secrets = [
        secret,
        &key,
        &key.replace('-', ""),
        &link,
        &buyer.token,
        &account.api_key,
        &account.webhook_secret,
        JWT_SECRET,
        MASTER_KEY,
    ];
    let rows = world.all_rows().await;
    assert!(
        rows.len() > 10 && rows.iter().any(|row| row.contains(&*on_sale.product)),
        "the rows were not read"
    );
    let log = world.node.log();
    assert!(
        log.contains("\"level\":\"TRACE\"") || log.contains("\"level\":\"DEBUG\""),
        "the log says too little"
    );
    let is_json = |line: &str| serde_json::from_str::<Value>(line).is_ok();
    assert_eq!(
        log.lines().find(|line| !is_json(line)),
        None,
        "a line of the log is no JSON"
    );
    let lines = log.lines().map(|line| format!("log: {line}"));
    for text in rows.into_iter().chain(lines) {
        let in_lower_case = text.to_lowercase();
        for word in PERSON.iter().chain(&secrets) {
            let as_bytes = hex::encode(word);
            let found = in_lower_case.contains(&word.to_lowercase()) || in_lower_case.contains(&as_bytes);
            assert!(!found, "{word} stands in {text}");
        }
    }
}

/// Hyperswitch repeats what the buyer's browser told it, and what the processor says when it declines.
async fn hyperswitch_repeats_it(world: &World, buyer: &Person, placed: &Value) {
    let [name, email, street, postal_code, city] = PERSON;
    let payment = payment_id(placed);
    let mut webhook = json!({
        "merchant_id": "m", "event_id": "evt_person", "event_type": "payment_processing",
        "timestamp": "2026-06-25T08:14:52.700Z",
        "content": { "type": "payment_details", "object": {
            "payment_id": payment, "status": "processing", "amount": 2_990, "currency": "EUR",
            "updated": "2026-06-25T08:14:52.600Z", "email": email, "name": name,
            "client_secret": placed["payment"]["client_secret"],
            "billing": { "address": { "line1": street, "zip": postal_code, "city": city } },
            "error_message": null,
        } },
    });
    world.deliver_signed(&webhook).await.expect(200);
    webhook["event_id"] = json!("evt_declined");
    webhook["event_type"] = json!("payment_failed");
    let object = &mut webhook["content"]["object"];
    object["status"] = json!("failed");
    object["updated"] = json!("2026-06-25T08:14:53.600Z");
    object["error_code"] = json!(format!("declined for {name}"));
    object["error_message"] = json!(format!("The card of {name} was declined; ask {email}"));
    object["unified_code"] = json!("UE_9000");
    world.deliver_signed(&webhook).await.expect(200);
    world
        .order_until(buyer, &id(placed), "its payment has failed", |order| {
            order["status"] == "payment_failed"
        })
        .await;
    let failed = world.events("order.payment_failed").await;
    assert_eq!(failed[0]["unified_code"], "UE_9000");
    assert_eq!(failed[0]["code"], Value::Null, "words are no code");
}

/// Lets a program of the person use the licence, and downloads a file; answers with the key and the link's token.
async fn use_the_licence(
    world: &World,
    seller: &Person,
    buyer: &Person,
    product: &str,
    licence: &str,
) -> [String; 2] {
    let [name, email, street, ..] = PERSON;
    let file = format!("/products/{product}/files/a.wav");
    world.put_file(seller, &file, b"RIFF").await.expect(200);
    let read = world
        .get(buyer, &format!("/licences/{licence}"))
        .await
        .expect(200);
    let key = read.body["key"]
        .as_str()
        .expect("its holder sees the key")
        .to_owned();
    let mut ask = json!({ "key": key, "product_id": product, "device": street, "label": name });
    let activated = world.ask("/licences/activate", &ask).await.expect(200);
    assert_eq!(activated.body["code"], "activated");
    ask[email] = json!(name);
    world.ask("/licences/activate", &ask).await.expect(422);
    let link = format!("/licences/{licence}/files/a.wav/link");
    let link = world.post(buyer, &link, &json!({})).await.expect(200);
    let url = link.body["url"].as_str().expect("a link has an address");
    let (_, token) = url.rsplit_once('/').expect("its last part is the token");
    let path = format!("/downloads/{token}");
    let address = world.node.url(&path);
    let file = world.client.send(Method::GET, &address, &[], "".into()).await;
    assert_eq!(file.expect(200).bytes, "RIFF");
    world.get(buyer, &format!("{path}x")).await.expect(403);
    [key, token.to_owned()]
}
