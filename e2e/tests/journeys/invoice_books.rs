//! What an operator does with issued documents on the command line: checks them, and exports a period for the accountants.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use comptoir_sandbox::sha256_hex;
use serde_json::Value;

use crate::world::people::Person;
use crate::world::{World, eventually};

const PERIOD: [&str; 4] = ["--from", "2000-01-01", "--to", "2999-12-31"];

/// Two sales, of which one is paid back: two invoices and a credit note, all rendered.
struct Books {
    world: World,
    documents: Vec<Value>,
}

impl Books {
    async fn kept() -> Self {
        let world = World::invoicing().await;
        let (seller, buyer) = (world.seller().await, world.buyer().await);
        let on_sale = world.on_sale_by(&seller, "basic").await;
        let mut documents = Vec::new();
        for _ in 0..2 {
            let order = world.sell(&buyer, &on_sale).await;
            documents.push(world.invoice_of(&buyer, &order).await);
        }
        let order = documents[1]["order_id"]
            .as_str()
            .expect("it has an order")
            .to_owned();
        world.refund(&seller, &order).await;
        documents.push(world.credit_note_of(&buyer, &order).await);
        Self { world, documents }
    }

    async fn export(&self, folder: &Path, more: &[&str]) -> std::process::Output {
        let folder = folder.display().to_string();
        let arguments = [&["invoice", "export", "--output", &folder], &PERIOD[..], more].concat();
        self.world.binary.run(&arguments).await
    }

    async fn export_well(&self, folder: &Path) -> String {
        let output = self.export(folder, &[]).await;
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout)
            .expect("the output is text")
            .trim()
            .to_owned()
    }

    fn number(&self, index: usize) -> &str {
        self.documents[index]["number"]
            .as_str()
            .expect("a document has a number")
    }

    /// Where a document's file is stored, by its digest.
    fn stored(&self, index: usize, form: &str) -> PathBuf {
        let document = &self.documents[index];
        let sha256 = document["files"][form]["sha256"]
            .as_str()
            .expect("it is rendered");
        let id = document["id"].as_str().expect("it has an id");
        self.world
            .binary
            .files()
            .join(format!("documents/{id}/{sha256}.{form}"))
    }
}

/// The rows of a table without quotes, by the first column.
fn rows(path: &Path) -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(path).expect("the table is there");
    text.lines()
        .map(|line| {
            let cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            (cells[0].clone(), cells)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_every_document_of_a_period_and_can_be_repeated() {
    let books = Books::kept().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said = books.export_well(folder.path()).await;
    assert!(
        said.starts_with("3 documents") && said.contains("6 files were written"),
        "{said}"
    );
    for (index, document) in books.documents.iter().enumerate() {
        for form in ["pdf", "xml"] {
            let path = folder
                .path()
                .join(format!("platform/{}.{form}", books.number(index)));
            let bytes = fs::read(&path).expect("the file is there");
            assert_eq!(
                document["files"][form]["sha256"],
                sha256_hex(&bytes),
                "{}",
                path.display()
            );
        }
    }
    let documents = rows(&folder.path().join("documents.csv"));
    assert_eq!(documents.len(), 4, "a heading and three rows");
    let heading = &documents["number"];
    let cell = |index: usize, name: &str| {
        let at = heading.iter().position(|cell| cell == name).expect("a column");
        documents[books.number(index)][at].clone()
    };
    assert_eq!(
        ["net", "tax", "gross"].map(|name| cell(0, name)),
        ["24.92", "4.98", "29.90"]
    );
    assert_eq!(
        (cell(0, "kind"), cell(2, "kind")),
        ("invoice".to_owned(), "credit_note".to_owned())
    );
    assert_eq!(cell(2, "preceding_number"), books.number(1));
    assert_eq!(cell(0, "buyer_name"), "Ada Example");
    assert_eq!(
        cell(0, "pdf_sha256"),
        books.documents[0]["files"]["pdf"]["sha256"]
    );
    let vat = rows(&folder.path().join("vat.csv"));
    assert!(vat[books.number(0)].contains(&"20.00".to_owned()), "{vat:?}");

    // Again: nothing is written. One file lost and another spoilt: these are.
    assert!(
        books
            .export_well(folder.path())
            .await
            .contains("0 files were written")
    );
    fs::remove_file(folder.path().join(format!("platform/{}.pdf", books.number(0)))).expect("it was there");
    fs::write(
        folder.path().join(format!("platform/{}.xml", books.number(1))),
        b"spoilt",
    )
    .expect("it was there");
    assert!(
        books
            .export_well(folder.path())
            .await
            .contains("2 files were written")
    );
    let nothing = books
        .export(folder.path(), &["--seller", "seller_01jd3e8m6xf2r9kq7v5t4w8zab"])
        .await;
    assert!(String::from_utf8_lossy(&nothing.stdout).starts_with("0 documents"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_check_finds_every_byte_that_is_not_what_was_issued() {
    let books = Books::kept().await;
    let check = || books.world.binary.run(&["invoice", "reissue-check"]);
    let sound = check().await;
    let said = String::from_utf8_lossy(&sound.stdout);
    assert_eq!(said, "3 documents were checked; all are as they were issued\n");
    assert!(sound.status.success());

    let (page, xml) = (books.stored(0, "pdf"), books.stored(2, "xml"));
    let mut bytes = fs::read(&page).expect("the page is stored");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&page, &bytes).expect("it can be spoilt");
    fs::remove_file(&xml).expect("it was there");
    let unsound = check().await;
    assert_eq!(unsound.status.code(), Some(1));
    let said = String::from_utf8_lossy(&unsound.stdout);
    let expected = [
        format!("{}: the pdf is not what was issued", books.number(0)),
        format!("{}: the xml is missing", books.number(2)),
        "3 documents were checked".to_owned(),
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let refused = books.export(folder.path(), &[]).await;
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("is not what was issued"),
        "{said}"
    );
    let kept = folder.path().join(format!("platform/{}.pdf", books.number(0)));
    assert!(!kept.exists(), "nothing wrong is exported");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_what_is_not_rendered_yet_says_so() {
    let world = World::invoicing().await;
    let buyer = world.buyer().await;
    let on_sale = world.on_sale("basic").await;
    world.forbid("document.rendered").await;
    world.sell(&buyer, &on_sale).await;
    eventually("the invoice is issued", async || {
        (world.count_events("document.drawn_up").await == 1).then_some(())
    })
    .await;
    let admin = Person::new(&world.binary, "admin").await;
    assert_eq!(
        world.get(&admin, "/invoices").await.expect(200).body["data"][0]["files"],
        Value::Null
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().display().to_string();
    let arguments = [&["invoice", "export", "--output", &path], &PERIOD[..]].concat();
    let output = world.binary.run(&arguments).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("1 documents are not rendered yet"), "{said}");
    assert_eq!(rows(&folder.path().join("documents.csv")).len(), 2);
    let checked = world.binary.run_well(&["invoice", "reissue-check"]).await;
    assert!(checked.contains("1 are not rendered yet"), "{checked}");
}
