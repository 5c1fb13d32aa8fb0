//! Licences that are suspended or revoked, over HTTP: refused everywhere at once, and the same as before once they are back.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::{Sale, reason};
use crate::licences::{code, used};

/// The first licence of a sale, with a device and a link to its file.
struct InUse {
    sale: Sale,
    licence: String,
    ask: Value,
    device: Value,
    link: String,
}

impl InUse {
    async fn start() -> Self {
        let sale = Sale::paid().await;
        let order = sale.until(|order| order["licences"].is_array()).await;
        let product = order["lines"][0]["product_id"].as_str().unwrap();
        let path = format!("/api/v1/products/{product}/files/a.wav");
        let sent = sale.api.put(&path).by(&sale.seller);
        let sent = sent.header("content-type", "audio/wav").bytes(b"0123".to_vec());
        sent.send().await.expect(StatusCode::OK);
        let licence = format!(
            "/api/v1/licences/{}",
            order["licences"][0]["id"].as_str().unwrap()
        );
        let read = sale.read(&sale.buyer, &licence).await.expect(StatusCode::OK);
        let ask = json!({"key": read.body["key"], "product_id": product});
        let mut device = ask.clone();
        device["device"] = json!("machine 1");
        let link = sale
            .api
            .post(&format!("{licence}/files/a.wav/link"))
            .by(&sale.buyer);
        let link = link.send().await.expect(StatusCode::OK);
        let url = link.body["url"].as_str().unwrap();
        let (_, path) = url.split_once("/api/v1/").unwrap();
        Self {
            link: format!("/api/v1/{path}"),
            sale,
            licence,
            ask,
            device,
        }
    }

    async fn is_refused(&self, status: &str) {
        let api = &self.sale.api;
        self.sale
            .until(|order| order["licences"][0]["status"] == status)
            .await;
        // Meanwhile the other licence of the order may follow this one.
        let uses = api.uses().await;
        for (action, body) in [("validate", &self.ask), ("activate", &self.device)] {
            let said = used(api, action, body).await;
            assert_eq!(
                (code(&said), &said["allowed"]),
                (status, &json!(false)),
                "{action}"
            );
            assert_eq!(said["licence"]["standing"], status);
        }
        let download = api.get(&self.link).send().await;
        let why = format!("403 licence_not_live: the licence is {status}");
        assert_eq!(download.problem(), why);
        for (call, name) in [
            (api.post(&format!("{}/files/a.wav/link", self.licence)), "link"),
            (api.post(&format!("{}/rotate-key", self.licence)), "rotate"),
        ] {
            let refused = call.by(&self.sale.buyer).send().await;
            assert_eq!(refused.refusal(), "403 licence_not_live", "{name}");
        }
        assert_eq!(api.uses().await, uses);
    }

    async fn works(&self) {
        let api = &self.sale.api;
        self.sale
            .until(|order| order["licences"][0]["status"] == "issued")
            .await;
        assert_eq!(code(&used(api, "validate", &self.ask).await), "valid");
        assert_eq!(code(&used(api, "activate", &self.device).await), "activated");
        let download = api.get(&self.link).send().await.expect(StatusCode::OK);
        assert_eq!(download.text, "0123");
    }
}

#[tokio::test]
async fn a_disputed_licence_is_refused_and_comes_back_when_the_dispute_is_won() {
    let used = InUse::start().await;
    used.works().await;
    used.sale.dispute("dispute_opened").await;
    used.is_refused("suspended").await;
    used.sale.dispute("dispute_won").await;
    used.works().await;
}

#[tokio::test]
async fn a_withdrawn_or_lost_licence_is_revoked_and_what_was_used_cannot_be_withdrawn() {
    let used = InUse::start().await;
    used.works().await;
    let order = used.sale.until(|order| order["withdrawal"].is_object()).await;
    assert_eq!(order["licences"][0]["activations_count"], 1);
    let refused = used
        .sale
        .withdraw(&used.sale.buyer, "", &json!({"lines": [0]}))
        .await;
    assert_eq!(refused.refusal(), "409 withdrawal_not_possible");
    used.sale.dispute("dispute_opened").await;
    used.sale.dispute("dispute_lost").await;
    used.is_refused("revoked").await;
    let refund = used.sale.refund(&used.sale.seller, &reason()).await;
    assert_ne!(refund.status, StatusCode::CREATED);

    let unused = InUse::start().await;
    let (sale, lines) = (&unused.sale, json!({"lines": [0]}));
    sale.withdraw(&sale.buyer, "", &lines)
        .await
        .expect(StatusCode::OK);
    sale.withdraw(&sale.buyer, "/confirm", &json!({}))
        .await
        .expect(StatusCode::OK);
    unused.is_refused("revoked").await;
}

/// A link that had been given out before went on working.
#[tokio::test]
async fn a_full_refund_ends_a_link_that_was_made_before() {
    let used = InUse::start().await;
    used.works().await;
    used.sale.refund_in_full().await;
    used.is_refused("revoked").await;
    let licence = used.sale.read(&used.sale.buyer, &used.licence).await;
    assert_eq!(licence.body["causes"], json!(["refund"]));
}
