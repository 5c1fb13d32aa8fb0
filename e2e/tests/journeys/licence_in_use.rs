//! A licence in use: a file is uploaded and sold, a program is activated with the key, and the file is downloaded.

use comptoir_sandbox::sha256_hex;
use hyper::Method;
use serde_json::{Value, json};

use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, OnSale, PRICE, id};
use crate::world::{World, run_together};

const RECORDING: &[u8] = b"RIFF, and then the recording of a drive by night";

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_uploaded_sold_activated_and_downloaded() {
    let world = World::new().await;
    let (seller, buyer) = (world.seller().await, world.buyer().await);
    let on_sale = offer_for_two_devices(&world, &seller).await;
    let file = format!("/products/{}/files/Night%20Drive.wav", on_sale.product);
    let sent = world.put_file(&seller, &file, RECORDING).await.expect(200);
    assert_eq!(sent.body["sha256"], sha256_hex(RECORDING));
    assert!(world.binary.files().join("products").is_dir());

    let placed = world.place(&buyer, &on_sale).await;
    world.pay(&placed, GOOD_CARD).await;
    let paid = world.paid_with_licences(&buyer, &id(&placed), 1).await;
    let licence = id(&paid["licences"][0]);
    let read = world
        .get(&buyer, &format!("/licences/{licence}"))
        .await
        .expect(200);
    let key = read.body["key"].as_str().expect("its holder sees the key");

    devices_up_to_the_limit(&world, key, &on_sale.product).await;
    let devices = format!(
        "/licences/{licence}/activations?min_position={}",
        world.count_all_events().await
    );
    let devices = world.get(&buyer, &devices).await.expect(200);
    assert_eq!(devices.body["data"].as_array().map(Vec::len), Some(2));

    download(&world, &buyer, &licence).await;
    let after = format!(
        "/licences/{licence}?min_position={}",
        world.count_all_events().await
    );
    let after = world.get(&buyer, &after).await.expect(200);
    assert!(after.body["first_access_at"].is_string(), "{}", after.body);
    world.assert_ledger_is_dense().await;
}

async fn offer_for_two_devices(world: &World, seller: &Person) -> OnSale {
    let on_sale = world.on_sale_by(seller, "basic").await;
    let offer = json!({
        "kind": "premium",
        "price": { "amount": PRICE, "currency": "EUR" },
        "terms": { "version": "2026-01", "text": "The buyer may use the recording." },
        "use_terms": { "activations_max": 2, "valid_days": 365 },
    });
    let path = format!("/products/{}/offers", on_sale.product);
    let offer = world.post(seller, &path, &offer).await.expect(201);
    OnSale {
        offer: id(&offer.body),
        ..on_sale
    }
}

/// Ten devices ask at once; two may.
async fn devices_up_to_the_limit(world: &World, key: &str, product: &str) {
    let ask = json!({ "key": key, "product_id": product });
    let valid = world.ask("/licences/validate", &ask).await.expect(200);
    assert_eq!(valid.body["code"], "valid");
    let asking = (0..10).map(|number| {
        let device = json!({ "key": key, "product_id": product, "device": format!("machine {number}") });
        async move { world.ask("/licences/activate", &device).await.expect(200).body }
    });
    let answers = run_together(asking).await;
    let with = |code: &str| answers.iter().filter(|answer| answer["code"] == code).count();
    assert_eq!((with("activated"), with("activation_limit_reached")), (2, 8));
}

async fn download(world: &World, buyer: &Person, licence: &str) {
    let link = format!("/licences/{licence}/files/Night%20Drive.wav/link");
    let link: Value = world.post(buyer, &link, &json!({})).await.expect(200).body;
    let url = link["url"].as_str().expect("a link has an address");
    let (_, token) = url.rsplit_once('/').expect("its last part is the token");
    let address = world.node.url(&format!("/downloads/{token}"));
    let get =
        async |headers: &[(&str, &str)]| world.client.send(Method::GET, &address, headers, "".into()).await;
    assert_eq!(get(&[]).await.expect(200).bytes, RECORDING);
    let part = get(&[("range", "bytes=0-3")]).await.expect(206);
    assert_eq!(
        (&part.bytes[..], part.header("content-range")),
        (&b"RIFF"[..], Some("bytes 0-3/48"))
    );
}
