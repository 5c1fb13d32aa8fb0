//! Sellers who invoice in their own name: who they are, their mandate, and the invoices that wait for both.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::after_sale::Sale;
use crate::invoices::{PLATFORM, once_there};
use crate::persons::erase;
use crate::support::{Answer, Api, Person, TEXT_HASH};

pub(crate) fn identity() -> Value {
    json!({
        "name": "Studio Nocturne SARL",
        "legal_form": "SARL au capital de 2 000 €",
        "address": {"line_1": "3 place du Capitole", "postal_code": "31000", "city": "Toulouse", "country": "FR"},
        "company_number": "100200302",
        "vat_id": "FR52100200302",
        "vat": "registered",
    })
}

pub(crate) fn mandate() -> Value {
    json!({"text_hash": TEXT_HASH, "version": "2026-01"})
}

fn path_of(seller: &Person) -> String {
    format!("/api/v1/sellers/{}", seller.id)
}

pub(crate) async fn identify(api: &Api, by: &Person, seller: &Person, body: &Value) -> Answer {
    api.put(&path_of(seller)).by(by).json(body).send().await
}

async fn mandated(api: &Api, seller: &Person) {
    identify(api, seller, seller, &identity())
        .await
        .expect(StatusCode::OK);
    let path = format!("{}/mandate", path_of(seller));
    let given = api.post(&path).by(seller).json(&mandate()).send().await;
    given.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_seller_says_who_they_are_and_gives_and_takes_back_the_mandate() {
    let api = Api::start_with(&PLATFORM).await;
    let seller = Person::seller();
    let unknown = api.get(&path_of(&seller)).by(&seller).send().await;
    assert_eq!(unknown.problem(), "404 seller_not_found");
    let said = identify(&api, &seller, &seller, &identity())
        .await
        .expect(StatusCode::OK);
    assert_eq!(said.body["identity"]["name"], "Studio Nocturne SARL");
    assert_eq!(said.body["person_id"], seller.id.to_string());
    assert_eq!(
        (&said.body["country"], &said.body["vat"], &said.body["mandate"]),
        (&json!("FR"), &json!("registered"), &Value::Null)
    );
    let head = api.head();
    identify(&api, &seller, &seller, &identity())
        .await
        .expect(StatusCode::OK);
    assert_eq!(api.head(), head, "the same again changes nothing");

    let path = format!("{}/mandate", path_of(&seller));
    let give = || api.post(&path).by(&seller).header("idempotency-key", "k1");
    let given = give().json(&mandate()).send().await.expect(StatusCode::OK);
    assert_eq!(given.body["mandate"]["version"], "2026-01");
    let again = give().json(&mandate()).send().await.expect(StatusCode::OK);
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let other = give()
        .json(&json!({"text_hash": TEXT_HASH, "version": "2"}))
        .send()
        .await;
    assert_eq!(other.refusal(), "422 idempotency_key_reused");

    let by_seller_id = format!("/api/v1/sellers/{}", given.body["id"].as_str().unwrap());
    let read = api
        .get(&by_seller_id)
        .by(&seller)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(read.body, given.body);
    let withdrawn = api.delete(&path).by(&seller).send().await.expect(StatusCode::OK);
    assert_eq!(withdrawn.body["mandate"], Value::Null);
    let head = api.head();
    api.delete(&path).by(&seller).send().await.expect(StatusCode::OK);
    assert_eq!(api.head(), head);
}

#[tokio::test]
async fn what_the_law_wants_to_be_named_is_asked_for_field_by_field() {
    let api = Api::start_with(&PLATFORM).await;
    let seller = Person::seller();
    let head = api.head();
    let with = |changes: Value| {
        let mut body = identity();
        for (field, value) in changes.as_object().unwrap() {
            body[field] = value.clone();
        }
        body
    };
    let mut refusals = Vec::new();
    for wrong in [
        json!({"company_number": null, "vat_id": null}),
        json!({"company_number": "100200303", "establishment_number": "12345"}),
        json!({"establishment_number": "12345678200010", "vat_id": "DE136695976"}),
        json!({"address": {"line_1": "1 Main St", "postal_code": "1", "city": "Reno", "country": "US"},
            "vat": "small_seller_exemption"}),
    ] {
        let refused = identify(&api, &seller, &seller, &with(wrong)).await;
        refusals.push(refused.problem());
    }
    insta::assert_snapshot!(refusals.join("\n"), @r"
    422 invalid_request: particulars of the supplier are missing or wrong
    /company_number missing: is needed of a supplier in France: the SIREN, nine digits
    /vat_id missing: is needed of a supplier in FR who charges VAT
    422 invalid_request: particulars of the supplier are missing or wrong
    /company_number not_a_siren: is not a SIREN: nine digits, of which the last one checks the others
    /establishment_number not_a_siret: is not a SIRET: fourteen digits, of which the last one checks the others
    422 invalid_request: particulars of the supplier are missing or wrong
    /establishment_number siret_of_another_company: is the SIRET of another company: it must begin with the SIREN
    /vat_id vat_id_of_another_country: must be a VAT id of FR, where the supplier is established
    422 invalid_request: particulars of the supplier are missing or wrong
    /vat not_in_the_union: cannot be the exemption for small enterprises: US is not in the European Union
    ");
    assert_eq!(api.head(), head, "nothing is stored");
}

#[tokio::test]
async fn others_neither_read_nor_change_a_seller() {
    let api = Api::start_with(&PLATFORM).await;
    let (seller, admin, auditor) = (Person::seller(), Person::admin(), Person::auditor());
    identify(&api, &admin, &seller, &identity())
        .await
        .expect(StatusCode::OK);
    let seen = api
        .get(&path_of(&seller))
        .by(&admin)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(seen.body["identity"]["name"], "Studio Nocturne SARL");
    let audited = api
        .get(&path_of(&seller))
        .by(&auditor)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(audited.body.get("identity"), None);
    assert!(!audited.text.contains("Nocturne"));
    let head = api.head();
    let (other, buyer) = (Person::seller(), Person::buyer());
    let mandate_path = format!("{}/mandate", path_of(&seller));
    let mut refusals = Vec::new();
    for by in [&other, &buyer, &auditor] {
        refusals.push(identify(&api, by, &seller, &identity()).await.problem());
        refusals.push(
            api.post(&mandate_path)
                .by(by)
                .json(&mandate())
                .send()
                .await
                .problem(),
        );
        refusals.push(api.delete(&mandate_path).by(by).send().await.problem());
    }
    for by in [&other, &buyer] {
        refusals.push(api.get(&path_of(&seller)).by(by).send().await.problem());
    }
    refusals.dedup();
    insta::assert_snapshot!(refusals.join("\n"), @r"
    404 seller_not_found
    403 forbidden: a role is needed: seller, admin
    404 seller_not_found
    403 forbidden: a role is needed: seller, admin, auditor
    ");
    assert_eq!(api.head(), head, "nothing is stored");
}

#[tokio::test]
async fn what_is_no_identity_and_no_mandate_is_refused_with_its_place() {
    let api = Api::start_with(&PLATFORM).await;
    let seller = Person::seller();
    let mandate_path = format!("{}/mandate", path_of(&seller));
    let early = api.post(&mandate_path).by(&seller).json(&mandate()).send().await;
    assert_eq!(
        early.problem(),
        "409 seller_not_identified: the seller has not said who they are"
    );
    let early = api.delete(&mandate_path).by(&seller).send().await;
    assert_eq!(early.refusal(), "409 seller_not_identified");
    for (pointer, wrong) in [
        ("/name", json!("")),
        ("/address/postal_code", json!("\u{7}")),
        ("/vat_id", json!("FR0")),
        ("/vat", json!("perhaps")),
        ("/address", json!([])),
    ] {
        let mut body = identity();
        *body.pointer_mut(pointer).unwrap() = wrong;
        let refused = identify(&api, &seller, &seller, &body).await;
        assert_eq!(refused.refusal(), "422 invalid_request", "{pointer}");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.text);
    }
    let mut body = identity();
    body["issuer"] = json!("Somebody else");
    let refused = identify(&api, &seller, &seller, &body).await;
    assert_eq!(refused.body["errors"][0]["pointer"], "/issuer");
    let nonsense = api
        .put("/api/v1/sellers/nonsense")
        .by(&seller)
        .json(&identity())
        .send()
        .await;
    assert_eq!(nonsense.refusal(), "400 invalid_parameter");
    identify(&api, &seller, &seller, &identity())
        .await
        .expect(StatusCode::OK);
    let wrong = json!({"text_hash": "abc", "version": "1"});
    let wrong = api.post(&mandate_path).by(&seller).json(&wrong).send().await;
    assert_eq!(wrong.body["errors"][0]["pointer"], "/text_hash");
}

#[tokio::test]
async fn the_invoices_of_sellers_wait_for_them_and_each_sees_their_own() {
    let settings = [PLATFORM.as_slice(), &[("COMPTOIR_SUPPLIER_OF_RECORD", "seller")]].concat();
    let sale = Sale::unpaid_at(Api::start_with(&settings).await, json!({}))
        .await
        .pay()
        .await;
    let read = |by| {
        sale.api
            .get(&sale.invoice_path())
            .by(by)
            .header("accept", "application/json")
    };
    let waiting = read(&sale.buyer).send().await.expect(StatusCode::ACCEPTED);
    assert_eq!(waiting.body["code"], "waits_for_seller");
    assert_eq!(waiting.headers["retry-after"], "3600");

    mandated(&sale.api, &sale.seller).await;
    sale.api.recorded("document.drawn_up").await;
    // One invoice is there, and it is not the one of the order: another waits for its seller.
    let one = read(&sale.buyer).send().await;
    assert_eq!(
        one.body["detail"],
        "the order has several invoices; name one with the parameter document; \
         one more waits for its seller"
    );
    let [candidate] = one.body["errors"].as_array().unwrap().as_slice() else {
        panic!("{}", one.text)
    };
    let listed = sale.listed(&sale.buyer, "invoices").await;
    let id = listed[0]["id"].as_str().unwrap();
    assert!(candidate["detail"].as_str().unwrap().ends_with(id), "{candidate}");
    let named = format!("{}?document={id}", sale.invoice_path());
    let named = sale
        .api
        .get(&named)
        .by(&sale.buyer)
        .header("accept", "application/json");
    let first = named.send().await.expect(StatusCode::OK).body;
    assert_eq!(first["supplier"]["name"], "Studio Nocturne SARL");
    assert_eq!(first["supplied_by"]["seller_id"], sale.seller.id.to_string());
    let own = read(&sale.seller).send().await.expect(StatusCode::OK).body;
    assert_eq!(own["id"], first["id"], "to its seller it is the only one");
    let waits = sale
        .api
        .get(&path_of(&sale.other_seller))
        .by(&sale.other_seller)
        .send()
        .await;
    assert_eq!(waits.problem(), "404 seller_not_found");

    // Now it is due, and as long as it is not there, there is nothing to choose from.
    sale.api.forbid("invoicing.invoice_issued").await;
    mandated(&sale.api, &sale.other_seller).await;
    let due = read(&sale.buyer).send().await.expect(StatusCode::ACCEPTED);
    assert_eq!(due.body["code"], "not_yet_issued");
    assert_eq!(due.headers["retry-after"], "1");
    let own = read(&sale.seller).send().await.expect(StatusCode::OK).body;
    assert_eq!(own["id"], first["id"]);
    sale.api.forbid("nothing").await;
    let several = once_there(|| read(&sale.buyer)).await;
    assert_eq!(
        several.body["detail"],
        "the order has several invoices; name one with the parameter document"
    );
    let errors = several.body["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["parameter"] == "document"));
    // Streams are read before the node has heard of the append, the list is not.
    sale.api.recorded_times("document.drawn_up", 2).await;
    let listed = sale.listed(&sale.buyer, "invoices").await;
    assert_eq!((listed.len(), errors.len()), (2, 2));
    for invoice in &listed {
        let id = invoice["id"].as_str().unwrap();
        let named = format!("{}?document={id}", sale.invoice_path());
        let named = sale
            .api
            .get(&named)
            .by(&sale.buyer)
            .header("accept", "application/json")
            .send()
            .await;
        assert_eq!(named.expect(StatusCode::OK).body["id"], invoice["id"]);
    }
    for seller in [&sale.seller, &sale.other_seller] {
        let own = read(seller).send().await.expect(StatusCode::OK).body;
        assert_eq!(own["supplied_by"]["seller_id"], seller.id.to_string());
        assert_eq!(own["buyer"]["name"], "Ada Lovelace");
        let listed = sale.listed(seller, "invoices").await;
        assert_eq!((listed.len(), &listed[0]["id"]), (1, &own["id"]));
    }
}

#[tokio::test]
async fn an_erased_seller_is_shown_as_erased() {
    let api = Api::start_with(&PLATFORM).await;
    let seller = Person::seller();
    mandated(&api, &seller).await;
    erase(&api, seller.id).await;
    for by in [&seller, &Person::admin()] {
        let read = api
            .get(&path_of(&seller))
            .by(by)
            .send()
            .await
            .expect(StatusCode::OK);
        assert_eq!(
            (&read.body["identity"], &read.body["identity_erased"]),
            (&Value::Null, &json!(true))
        );
    }
    let again = identify(&api, &seller, &seller, &identity()).await;
    assert_eq!(again.refusal(), "409 person_erased");
}
