//! Files over HTTP: sent by sellers, handed out in ranges, refused where they must be.

use axum::http::StatusCode;
use serde_json::json;

use crate::licences::{Held, held};
use crate::support::{Answer, Api, Call, Person};

const BYTES: &[u8] = b"0123456789";
const PRODUCT: &str = "product_01jd3e8m6xf2r9kq7v5t4w8zab";

fn file_path(product: &str, name: &str) -> String {
    format!("/api/v1/products/{product}/files/{name}")
}

fn wav(call: Call, bytes: &[u8]) -> Call {
    call.header("content-type", "audio/wav").bytes(bytes.to_vec())
}

/// A licence, and a link to a file that it opens, as a path.
async fn linked(api: &Api) -> (Held, String) {
    let held = held(api, json!({"valid_days": 1})).await;
    let path = file_path(&held.product, "Night%20Drive.wav");
    let sent = wav(api.put(&path).by(&held.seller), BYTES).send().await;
    sent.expect(StatusCode::OK);
    let link = format!("/api/v1/licences/{}/files/Night%20Drive.wav/link", held.id);
    let link = api
        .post(&link)
        .by(&held.holder)
        .send()
        .await
        .expect(StatusCode::OK);
    let url = link.body["url"].as_str().unwrap();
    let (_, path) = url.split_once("/api/v1/").unwrap();
    (held, format!("/api/v1/{path}"))
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers[name].to_str().unwrap()
}

#[tokio::test]
async fn a_seller_sends_a_file_and_everybody_sees_what_it_is() {
    let api = Api::start().await;
    let seller = Person::seller();
    let listed = api.product(&seller, "basic", 0).await;
    let path = file_path(&listed.id, "a.wav");
    let sent = wav(api.put(&path).by(&seller), BYTES)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(
        sent.body["sha256"],
        "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882"
    );
    assert_eq!(
        (&sent.body["bytes"], &sent.body["media_type"]),
        (&json!(10), &json!("audio/wav"))
    );
    let head = api.head();
    let again = wav(api.put(&path).by(&seller), BYTES)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!((again.body, api.head()), (sent.body.clone(), head));
    let product = format!("/api/v1/products/{}?min_position={head}", listed.id);
    let product = api
        .get(&product)
        .by(&Person::buyer())
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(product.body["files"], json!([sent.body]));
}

#[tokio::test]
async fn what_is_no_file_of_ones_own_is_refused() {
    let api = Api::start_with(&[("COMPTOIR_FILE_BYTES_MAX", "10")]).await;
    let seller = Person::seller();
    let listed = api.product(&seller, "basic", 0).await;
    let head = api.head();
    let path = file_path(&listed.id, "a.wav");
    let refusals = [
        (wav(api.put(&path), BYTES), "401 unauthenticated"),
        (wav(api.put(&path).by(&Person::buyer()), BYTES), "403 forbidden"),
        (wav(api.put(&path).by(&Person::seller()), BYTES), "403 forbidden"),
        (
            wav(api.put(&file_path(PRODUCT, "a.wav")).by(&seller), BYTES),
            "404 product_not_found",
        ),
        (
            wav(api.put(&file_path("nonsense", "a.wav")).by(&seller), BYTES),
            "400 invalid_parameter",
        ),
        (
            wav(api.put(&file_path(&listed.id, "..%2Fa")).by(&seller), BYTES),
            "400 invalid_parameter",
        ),
        (
            wav(api.put(&file_path(&listed.id, "a%00b")).by(&seller), BYTES),
            "400 invalid_parameter",
        ),
        (wav(api.put(&path).by(&seller), b""), "422 invalid_file"),
        (
            wav(api.put(&path).by(&seller), b"0123456789a"),
            "413 body_too_large",
        ),
        (
            api.put(&path).by(&seller).bytes(BYTES.to_vec()),
            "400 invalid_header",
        ),
        (
            api.put(&path)
                .by(&seller)
                .header("content-type", "text/html")
                .bytes(BYTES.to_vec()),
            "415 file_type_not_taken",
        ),
    ];
    for (call, expected) in refusals {
        let problem = call.send().await.problem();
        assert!(problem.starts_with(expected), "{expected}: {problem}");
    }
    assert_eq!(api.head(), head, "nothing is stored");
}

#[tokio::test]
async fn a_download_understands_ranges() {
    let api = Api::start().await;
    let (_, path) = linked(&api).await;
    let whole = api.get(&path).send().await.expect(StatusCode::OK);
    assert_eq!(whole.text.as_bytes(), BYTES);
    assert_eq!(header(&whole, "content-length"), "10");
    assert_eq!(header(&whole, "content-type"), "audio/wav");
    assert_eq!(header(&whole, "accept-ranges"), "bytes");
    assert_eq!(
        header(&whole, "content-disposition"),
        "attachment; filename*=UTF-8''Night%20Drive.wav"
    );
    let etag = header(&whole, "etag").to_owned();
    for (range, content_range, bytes) in [
        ("bytes=2-4", "bytes 2-4/10", "234"),
        ("bytes=-1", "bytes 9-9/10", "9"),
        ("bytes=7-99", "bytes 7-9/10", "789"),
    ] {
        let part = api.get(&path).header("range", range).send().await;
        let part = part.expect(StatusCode::PARTIAL_CONTENT);
        assert_eq!(
            (header(&part, "content-range"), &*part.text),
            (content_range, bytes)
        );
    }
    let beyond = api.get(&path).header("range", "bytes=10-").send().await;
    assert_eq!(header(&beyond, "content-range"), "bytes */10");
    assert_eq!(beyond.body["code"], "range_not_satisfiable");
    assert_eq!(beyond.body["instance"], "/api/v1/downloads/***");
    let same = api
        .get(&path)
        .header("range", "bytes=2-")
        .header("if-range", &etag)
        .send()
        .await;
    same.expect(StatusCode::PARTIAL_CONTENT);
    let other = api
        .get(&path)
        .header("range", "bytes=2-")
        .header("if-range", "\"x\"")
        .send()
        .await;
    assert_eq!(other.expect(StatusCode::OK).text.len(), 10);
    let known = api.get(&path).header("if-none-match", &etag).send().await;
    assert_eq!(known.expect(StatusCode::NOT_MODIFIED).text, "");
}

#[tokio::test]
async fn a_link_is_recorded_once_and_only_when_bytes_are_handed_out() {
    let api = Api::start().await;
    let (_, path) = linked(&api).await;
    let head = api.head();
    let asked = api.head_of(&path).send().await.expect(StatusCode::OK);
    assert_eq!((header(&asked, "content-length"), &*asked.text), ("10", ""));
    api.get(&path).header("range", "bytes=99-").send().await;
    assert_eq!(api.head(), head);
    for range in ["bytes=0-4", "bytes=5-9", "bytes=0-"] {
        api.get(&path)
            .header("range", range)
            .send()
            .await
            .expect(StatusCode::PARTIAL_CONTENT);
    }
    // The access, and with it the order's delivery.
    assert_eq!(api.head(), head + 2);
}

#[tokio::test]
async fn a_forged_link_opens_nothing() {
    let api = Api::start().await;
    let (_, path) = linked(&api).await;
    let shortened = &path[..path.len() - 1];
    let (start, token) = path.rsplit_once('/').unwrap();
    let changed = format!("{start}/B{}", &token[1..]);
    for forged in [
        shortened,
        &changed,
        "/api/v1/downloads/AAAA",
        "/api/v1/downloads/%00",
    ] {
        let answer = api.get(forged).send().await;
        assert_eq!(
            answer.problem(),
            "403 link_invalid: the link is not one of ours",
            "{forged}"
        );
    }
}

#[tokio::test]
async fn a_link_ends_with_its_time() {
    let api = Api::start_with(&[("COMPTOIR_DOWNLOAD_LINK_S", "1")]).await;
    let (_, path) = linked(&api).await;
    let ended = async {
        loop {
            let answer = api.get(&path).send().await;
            if answer.status == StatusCode::GONE {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    };
    let ended = tokio::time::timeout(std::time::Duration::from_secs(10), ended)
        .await
        .unwrap();
    assert_eq!(ended.problem(), "410 link_ended: the link has ended");
}

#[tokio::test]
async fn a_licence_lists_its_files_and_links_to_no_other() {
    let api = Api::start().await;
    let (held, _) = linked(&api).await;
    let files = format!("/api/v1/licences/{}/files", held.id);
    let list = api
        .get(&files)
        .by(&held.holder)
        .send()
        .await
        .expect(StatusCode::OK);
    assert_eq!(list.body["data"][0]["name"], "Night Drive.wav");
    assert_eq!(
        api.get(&files).by(&Person::buyer()).send().await.problem(),
        "404 licence_not_found"
    );
    let link = |name: &str| api.post(&format!("{files}/{name}/link")).by(&held.holder);
    assert_eq!(
        link("b.wav").send().await.problem(),
        "404 file_not_found: the product has no such file"
    );
    assert!(
        link("..")
            .send()
            .await
            .problem()
            .starts_with("400 invalid_parameter")
    );
    let surprise = link("b.wav").json(&json!({"surprise": 1})).send().await.problem();
    assert!(surprise.starts_with("422 invalid_request"), "{surprise}");
}
