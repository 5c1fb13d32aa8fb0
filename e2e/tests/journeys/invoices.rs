//! Invoices and credit notes over HTTP: what a buyer downloads, and what becomes of it.

use comptoir_sandbox::sha256_hex;
use serde_json::{Value, json};

use crate::world::client::Answer;
use crate::world::invoicing::{JSON, PDF, XML, tag};
use crate::world::people::Person;
use crate::world::shop::{OnSale, PRICE, id};
use crate::world::{World, eventually};

struct Shop {
    world: World,
    seller: Person,
    buyer: Person,
    on_sale: OnSale,
}

impl Shop {
    async fn open() -> Self {
        Self::open_with(&[]).await
    }

    async fn open_with(settings: &[(&str, &str)]) -> Self {
        let world = World::invoicing_with(settings).await;
        let seller = world.seller().await;
        Self {
            on_sale: world.on_sale_by(&seller, "basic").await,
            buyer: world.buyer().await,
            seller,
            world,
        }
    }

    async fn sell(&self) -> String {
        self.world.sell(&self.buyer, &self.on_sale).await
    }

    async fn invoice(&self, order: &str) -> Value {
        self.world.invoice_of(&self.buyer, order).await
    }

    /// Page and XML of a document.
    async fn files(&self, path: &str) -> (Answer, Answer) {
        (
            self.world.get_as(&self.buyer, path, PDF).await.expect(200),
            self.world.get_as(&self.buyer, path, XML).await.expect(200),
        )
    }
}

/// The amounts of a document as its XML has them.
fn amounts(xml: &str) -> [Option<&str>; 4] {
    [
        "TaxBasisTotalAmount",
        "TaxTotalAmount",
        "GrandTotalAmount",
        "DuePayableAmount",
    ]
    .map(|name| tag(xml, name))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sale_has_an_invoice_with_the_same_figures_on_every_form() {
    let shop = Shop::open().await;
    let order = shop.sell().await;
    let invoice = shop.invoice(&order).await;
    let number = invoice["number"].as_str().expect("an invoice has a number");
    assert!(
        number.starts_with("FA-") && number.ends_with("-000001"),
        "{number}"
    );
    let totals = &invoice["totals"];
    let euros = |amount: i64| json!({ "amount": amount, "currency": "EUR" });
    assert_eq!(
        (
            &totals["net"],
            &totals["tax"],
            &totals["gross"],
            &totals["payable"]
        ),
        (&euros(2_492), &euros(498), &euros(PRICE), &euros(0))
    );
    assert_eq!(invoice["buyer"]["name"], "Ada Example");
    assert_eq!(invoice["supplier"]["name"], "Comptoir Musique SAS");

    let (page, xml) = shop.files(&format!("/orders/{order}/invoice")).await;
    assert!(page.bytes.starts_with(b"%PDF-"), "not a PDF");
    assert_eq!(page.header("content-type"), Some(PDF));
    let name = format!("attachment; filename=\"{number}.pdf\"");
    assert_eq!(page.header("content-disposition"), Some(name.as_str()));
    for (file, form) in [(&page, "pdf"), (&xml, "xml")] {
        let sha256 = sha256_hex(&file.bytes);
        assert_eq!(invoice["files"][form]["sha256"], sha256, "{form}");
        assert_eq!(file.header("etag"), Some(format!("\"{sha256}\"").as_str()));
    }
    let xml = String::from_utf8(xml.bytes.to_vec()).expect("the XML is UTF-8");
    assert_eq!(amounts(&xml), ["24.92", "4.98", "29.90", "0.00"].map(Some));
    assert!(xml.contains(number) && xml.contains("Ada Example"), "{xml}");

    let by_id = format!("/invoices/{}", id(&invoice));
    let again = shop.world.get_as(&shop.buyer, &by_id, PDF).await.expect(200);
    assert_eq!(again.bytes, page.bytes, "the same bytes at both addresses");
    let listed = shop
        .world
        .get(&shop.buyer, &format!("/invoices?number={number}"))
        .await;
    assert_eq!(listed.expect(200).body["data"][0]["id"], invoice["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_has_a_credit_note_that_cites_the_invoice() {
    let shop = Shop::open().await;
    let order = shop.sell().await;
    let invoice = shop.invoice(&order).await;
    shop.world.refund(&shop.seller, &order).await;
    let credit_note = shop.world.credit_note_of(&shop.buyer, &order).await;
    let number = credit_note["number"].as_str().expect("it has a number");
    assert!(
        number.starts_with("AV-") && number.ends_with("-000001"),
        "{number}"
    );
    let preceding = &credit_note["preceding"];
    assert_eq!(
        (&preceding["number"], &preceding["issued_on"]),
        (&invoice["number"], &invoice["issued_on"])
    );
    assert_eq!(credit_note["totals"]["gross"]["amount"], PRICE);
    assert_eq!(credit_note["reason"], "refund");
    let (page, xml) = shop.files(&format!("/credit-notes/{}", id(&credit_note))).await;
    assert!(page.bytes.starts_with(b"%PDF-"));
    let xml = String::from_utf8(xml.bytes.to_vec()).expect("the XML is UTF-8");
    assert_eq!(tag(&xml, "TypeCode"), Some("381"));
    assert!(xml.contains(invoice["number"].as_str().expect("a number")));
    let after = shop.invoice(&order).await;
    assert_eq!(after["credited"]["amount"], PRICE);
    assert_eq!(
        after["files"], invoice["files"],
        "the invoice itself has not changed"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_invoice_gives_its_place_to_another_and_stays_what_it_was() {
    let shop = Shop::open().await;
    let order = shop.sell().await;
    let first = shop.invoice(&order).await;
    let first_path = format!("/invoices/{}", id(&first));
    let (page, _) = shop.files(&first_path).await;
    let correction = json!({
        "name": "Example Films SARL",
        "address": { "line_1": "1 Rue de la Paix", "postal_code": "75002", "city": "Paris", "country": "FR" },
    });
    let corrected = shop
        .world
        .post(&shop.buyer, &format!("{first_path}/corrections"), &correction)
        .await
        .expect(201);
    let (credit_note, second) = (&corrected.body["credit_note"], &corrected.body["invoice"]);
    assert_eq!(credit_note["preceding"]["number"], first["number"]);
    assert_eq!(second["preceding"]["number"], first["number"]);
    assert_eq!(second["totals"], first["totals"]);
    let current = eventually("the new invoice is there", async || {
        let current = shop.invoice(&order).await;
        (current["id"] == second["id"]).then_some(current)
    })
    .await;
    assert_eq!(current["buyer"]["name"], "Example Films SARL");
    let replaced = shop.world.get(&shop.buyer, &first_path).await.expect(200).body;
    assert_eq!(
        (&replaced["replaced_by"], &replaced["buyer"]["name"]),
        (&second["id"], &json!("Ada Example"))
    );
    let (still, _) = shop.files(&first_path).await;
    assert_eq!(still.bytes, page.bytes);
    let named = format!("/orders/{order}/invoice?document={}", id(&first));
    let named = shop.world.get_as(&shop.buyer, &named, PDF).await.expect(200);
    assert_eq!(named.bytes, page.bytes);
    // All of it goes back: the new invoice is credited, the first one was.
    shop.world.refund(&shop.seller, &order).await;
    eventually("the new invoice is credited", async || {
        (shop.invoice(&order).await["credited"]["amount"] == PRICE).then_some(())
    })
    .await;
    assert_eq!(shop.world.count_events("invoicing.invoice_issued").await, 2);
    assert_eq!(shop.world.count_events("invoicing.credit_note_issued").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_who_is_the_supplier_invoices_by_a_mandate() {
    let shop = Shop::open_with(&[("COMPTOIR_SUPPLIER_OF_RECORD", "seller")]).await;
    let order = shop.sell().await;
    let path = format!("/orders/{order}/invoice");
    let waiting = eventually("the invoice waits for the seller", async || {
        let answer = shop.world.get_as(&shop.buyer, &path, PDF).await.expect(202);
        (answer.body["code"] == "waits_for_seller").then_some(answer)
    })
    .await;
    assert!(waiting.header("retry-after").is_some());

    let seller = shop
        .world
        .get(&shop.seller, &format!("/products/{}", shop.on_sale.product))
        .await;
    let seller = seller.expect(200).body["seller_id"]
        .as_str()
        .expect("a product has a seller")
        .to_owned();
    let identity = json!({
        "name": "Studio Nocturne SARL",
        "address": { "line_1": "3 place du Capitole", "postal_code": "31000", "city": "Toulouse", "country": "FR" },
        "company_number": "100200302", "vat_id": "FR52100200302", "vat": "registered",
    });
    let path_of_seller = format!("/sellers/{seller}");
    let said = shop
        .world
        .put(&shop.seller, &path_of_seller, &identity)
        .await
        .expect(200)
        .body;
    assert_eq!(
        (&said["identity"]["name"], &said["mandate"]),
        (&identity["name"], &Value::Null)
    );
    let mandate = json!({ "text_hash": sha256_hex(b"Invoice in my name."), "version": "2026-01" });
    let mandate_path = format!("{path_of_seller}/mandate");
    shop.world
        .post(&shop.seller, &mandate_path, &mandate)
        .await
        .expect(200);

    let invoice = shop.invoice(&order).await;
    assert!(
        invoice["number"]
            .as_str()
            .is_some_and(|number| number.starts_with("FM-")),
        "{invoice}"
    );
    assert_eq!(
        invoice["supplied_by"],
        json!({ "kind": "seller", "seller_id": seller })
    );
    assert_eq!(invoice["supplier"]["name"], "Studio Nocturne SARL");
    assert_eq!(invoice["supplier"]["issuer"], "Comptoir Musique SAS");
    let theirs = shop.world.get(&shop.seller, "/invoices").await.expect(200).body;
    assert_eq!(theirs["data"][0]["id"], invoice["id"]);
    let read = shop
        .world
        .get_as(&shop.seller, &format!("/invoices/{}", id(&invoice)), PDF)
        .await;
    assert!(read.expect(200).bytes.starts_with(b"%PDF-"));
    let stranger = shop.world.seller().await;
    let refused = shop
        .world
        .get(&stranger, &format!("/invoices/{}", id(&invoice)))
        .await;
    assert_eq!(refused.expect(404).code(), "document_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_invoice_of_an_erased_person_still_opens() {
    let mut shop = Shop::open().await;
    let order = shop.sell().await;
    let invoice = shop.invoice(&order).await;
    let path = format!("/invoices/{}", id(&invoice));
    let (page, _) = shop.files(&path).await;
    let admin = Person::new(&shop.world.binary, "admin").await;
    let person = invoice["buyer_id"]
        .as_str()
        .expect("an invoice has a buyer")
        .to_owned();
    let erase = format!("/persons/{person}/erase");
    shop.world.post(&admin, &erase, &json!({})).await.expect(200);
    shop.world.node.kill_hard().await;
    shop.world.node = shop.world.binary.serve().await;
    eventually("the order shows it", async || {
        let read = shop.world.get(&shop.buyer, &format!("/orders/{order}")).await;
        (read.body["billing_erased"] == true).then_some(())
    })
    .await;
    let after = shop.world.get_as(&admin, &path, JSON).await.expect(200).body;
    assert_eq!(after, invoice);
    let still = shop.world.get_as(&admin, &path, PDF).await.expect(200);
    assert_eq!(still.bytes, page.bytes);
    let export = shop
        .world
        .get(&admin, &format!("/persons/{person}/export"))
        .await
        .expect(200);
    assert_eq!(export.body["documents"][0]["buyer"]["name"], "Ada Example");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_that_is_not_rendered_yet_says_when_to_come_again() {
    let shop = Shop::open().await;
    shop.world.forbid("document.rendered").await;
    let order = shop.sell().await;
    let path = format!("/orders/{order}/invoice");
    let waiting = eventually("the invoice is issued", async || {
        let answer = shop.world.get_as(&shop.buyer, &path, PDF).await.expect(202);
        (answer.body["code"] == "not_yet_rendered").then_some(answer)
    })
    .await;
    assert_eq!(waiting.header("retry-after"), Some("1"));
    assert!(waiting.body["number"].is_string(), "{}", waiting.body);
    let figures = shop.world.get_as(&shop.buyer, &path, JSON).await.expect(200).body;
    assert_eq!(
        (&figures["number"], &figures["files"]),
        (&waiting.body["number"], &Value::Null)
    );
    shop.world.allow_all().await;
    let invoice = shop.invoice(&order).await;
    assert_eq!(invoice["number"], waiting.body["number"]);
}

/// An operator's own template, tried when the engine starts, in processes of its own with limits.
#[tokio::test(flavor = "multi_thread")]
async fn an_operators_template_makes_the_page_and_the_built_in_one_where_it_fails() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let body = "#let body(data) = {\n  assert(not data.document.number.ends-with(\"-000002\"))\n  [#data.document.title]\n}";
    std::fs::write(folder.path().join("body.typ"), body).expect("the template can be written");
    let path = folder.path().display().to_string();
    let shop = Shop::open_with(&[("COMPTOIR_INVOICING_TEMPLATE_FOLDER", path.as_str())]).await;
    let (first, second) = (shop.sell().await, shop.sell().await);
    let mut files = Vec::new();
    for order in [&first, &second] {
        let invoice = shop.invoice(order).await;
        files.push((invoice["number"].to_string(), invoice["files"].clone()));
    }
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    let [(_, own), (_, built_in)] = files.as_slice() else {
        panic!("two invoices, not {files:?}");
    };
    assert_eq!(
        (&own["template_failure"], &built_in["template_failure"]),
        (&Value::Null, &json!("failed"))
    );
    let bytes = |files: &Value| files["pdf"]["bytes"].as_u64().expect("a file has a size");
    assert!(bytes(own) < bytes(built_in), "{own} {built_in}");
    for order in [first, second] {
        let (page, _) = shop.files(&format!("/orders/{order}/invoice")).await;
        assert!(page.bytes.starts_with(b"%PDF-"), "not a PDF");
    }
}
