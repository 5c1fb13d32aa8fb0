//! The page of auditors in a real browser, with scripts and without; and the same timeline by the command line.

use serde_json::Value;

use crate::world::browser::{Browser, Scripts};
use crate::world::people::Person;
use crate::world::shop::{GOOD_CARD, id};
use crate::world::{World, eventually};

/// A paid order whose timeline is whole, and an auditor.
struct Sold {
    world: World,
    buyer: Person,
    auditor: Person,
    order: String,
    paid: Value,
}

async fn sold() -> Sold {
    let world = World::invoicing().await;
    let buyer = world.buyer().await;
    let on_sale = world.on_sale("basic").await;
    let placed = world.post(&buyer, "/orders", &on_sale.order(1)).await.expect(201);
    let order = id(&placed.body);
    world.pay(&placed.body, GOOD_CARD).await;
    let paid = world.paid_with_licences(&buyer, &order, 1).await;
    let auditor = Person::new(&world.binary, "auditor").await;
    eventually("the timeline has its links", async || {
        let history = world
            .get(&auditor, &format!("/orders/{order}/history"))
            .await
            .expect(200);
        (history.body["related"].as_array()?.len() >= 2).then_some(())
    })
    .await;
    Sold {
        world,
        buyer,
        auditor,
        order,
        paid,
    }
}

async fn sign_in(browser: &Browser, world: &World, auditor: &Person) {
    browser.go(&format!("{}/audit", world.node.base_url())).await;
    browser.write("#token", &auditor.token).await;
    browser.click("main button").await;
    browser.shows("h1", "What happened, and when").await;
    // That nobody was signed in at first is no fault of the page.
    browser.complaints().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_finds_an_order_and_moves_through_its_states_with_and_without_scripts() {
    let sold = sold().await;
    let Sold {
        world,
        auditor,
        order,
        ..
    } = &sold;
    for scripts in [Scripts::On, Scripts::Off] {
        let browser = Browser::open(scripts).await;
        sign_in(&browser, world, auditor).await;
        browser.picture(&format!("audit-home-{scripts:?}.png")).await;
        let models = browser.text("table").await;
        assert!(
            models.contains("history") && models.contains("up to date"),
            "{models}"
        );

        browser.write("#q", order).await;
        browser.click(".search button").await;
        browser.shows("h1", order).await;
        browser.picture(&format!("audit-order-{scripts:?}.png")).await;
        let newest = browser.text(".state:not([hidden])").await;
        assert!(
            newest.contains("paid") && newest.contains("29.90 EUR"),
            "{newest}"
        );
        let timeline = browser.text(".timeline").await;
        assert!(!timeline.contains("Not what was signed"), "{timeline}");
        // To the first state: with scripts at once, without them by the button.
        browser.write("#step", "\u{e011}").await;
        match scripts {
            Scripts::On => assert!(!browser.is_seen("#go").await),
            Scripts::Off => browser.click("#go").await,
        }
        browser.shows("#shown", "1").await;
        let first = browser.text(".state:not([hidden])").await;
        assert!(
            first.contains("awaiting payment") && !first.contains("kept"),
            "{first}"
        );

        // From the order to what it led to, by links alone.
        let licence = sold.paid["licences"][0]["id"].as_str().expect("a licence");
        browser
            .click(&format!("a[href='/audit/show?id={licence}']"))
            .await;
        browser.shows("h1", licence).await;
        browser.click(&format!("a[href='/audit/show?id={order}']")).await;
        browser.shows("h1", order).await;

        assert!(
            !browser.address().await.contains(&auditor.token[..20]),
            "no token in an address"
        );
        let cookies = browser.cookies().await;
        assert_eq!(
            (&cookies[0]["httpOnly"], &cookies[0]["sameSite"]),
            (&true.into(), &"Strict".into())
        );
        assert_eq!(
            browser.complaints().await,
            serde_json::json!([]),
            "the policy lets all of the page work"
        );
        browser.click("form[action='/audit/sign-out'] button").await;
        browser.shows("h1", "Sign in").await;
        browser
            .go(&format!("{}/audit/show?id={order}", world.node.base_url()))
            .await;
        // Signed out is signed out.
        browser.shows("h1", "Sign in").await;
    }
    assert!(!world.node.log().contains(&auditor.token), "no token in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_tells_the_same() {
    let Sold {
        world, buyer, order, ..
    } = sold().await;
    let told = world.binary.run_well(&["audit", "show", &order]).await;
    for expected in [
        "placed: 1 line for 29.90 EUR",
        "paid 29.90 EUR, as Hyperswitch's webhook said",
        "because of #",
        "status: awaiting payment -> paid",
        "what belongs to it",
    ] {
        assert!(told.contains(expected), "{expected} in\n{told}");
    }
    let json = world.binary.run_well(&["audit", "show", &order, "--json"]).await;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let first = json["entries"][0]["position"].to_string();
    let early = world
        .binary
        .run_well(&["audit", "show", &order, "--position", &first])
        .await;
    assert!(
        early.contains("awaiting payment") && !early.contains("paid 29.90"),
        "{early}"
    );
    // Whoever holds an invoice has its number, and nothing else.
    let invoice = world.invoice_of(&buyer, &order).await;
    let number = invoice["number"].as_str().expect("a number");
    let by_number = world.binary.run_well(&["audit", "show", number]).await;
    for expected in [
        format!("invoice {number} drawn up over 29.90 EUR for order {order}"),
        "its files were stored".to_owned(),
    ] {
        assert!(by_number.contains(&expected), "{expected} in\n{by_number}");
    }
    let missing = world
        .binary
        .run(&["audit", "show", "order_01jd3e8m6xf2r9kq7v5t4w8zab"])
        .await;
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("ask for an id"));
}
