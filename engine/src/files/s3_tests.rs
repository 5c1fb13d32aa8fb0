//! A bucket, as a service of a few lines plays it: every request is signed, and bytes come back as they went.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use comptoir_domain::values::{FileId, ProductId};
use futures::TryStreamExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::{FileError, FileStore, S3Config};
use crate::secret::Secret;

/// The parts of an upload, and the objects that are whole.
#[derive(Default)]
struct Bucket {
    parts: BTreeMap<String, Vec<u8>>,
    objects: BTreeMap<String, Vec<u8>>,
    unsigned: usize,
}

type Shared = Arc<Mutex<Bucket>>;

async fn service() -> (String, Shared) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let bucket = Shared::default();
    let shared = Arc::clone(&bucket);
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(converse(connection, Arc::clone(&shared)));
        }
    });
    (address, bucket)
}

/// One request for each connection.
async fn converse(mut connection: TcpStream, bucket: Shared) {
    let mut read = Vec::new();
    let (head, body_start) = loop {
        connection.read_buf(&mut read).await.unwrap();
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            break (
                String::from_utf8(read[..end].to_vec()).unwrap().to_lowercase(),
                end + 4,
            );
        }
    };
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length").map_or(0, |text| text.parse().unwrap());
    while read.len() < body_start + length {
        connection.read_buf(&mut read).await.unwrap();
    }
    let first = head.lines().next().unwrap();
    let (method, target) = first.split_once(' ').unwrap();
    let (target, _) = target.split_once(' ').unwrap();
    let answer = {
        let mut bucket = bucket.lock().unwrap();
        if header("authorization").is_none_or(|value| !value.starts_with("aws4-hmac-sha256")) {
            bucket.unsigned += 1;
        }
        bucket.answer(method, target, header("range"), &read[body_start..])
    };
    connection.write_all(&answer).await.unwrap();
    connection.shutdown().await.unwrap();
}

impl Bucket {
    fn answer(&mut self, method: &str, target: &str, range: Option<String>, body: &[u8]) -> Vec<u8> {
        let (key, query) = target.split_once('?').unwrap_or((target, ""));
        match method {
            "post" if query.starts_with("uploads") => answer(
                "200 OK",
                "",
                b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>",
            ),
            "put" => {
                self.parts.insert(query.to_owned(), body.to_vec());
                answer("200 OK", "ETag: \"part\"\r\n", b"")
            }
            "post" if query.starts_with("delete") => {
                let asked = String::from_utf8_lossy(body);
                self.objects
                    .retain(|key, _| !asked.contains(key.rsplit('/').next().unwrap()));
                let (_, key) = asked.split_once("<Key>").unwrap();
                let (key, _) = key.split_once("</Key>").unwrap();
                let said = format!("<DeleteResult><Deleted><Key>{key}</Key></Deleted></DeleteResult>");
                answer("200 OK", "", said.as_bytes())
            }
            "post" => {
                let whole = std::mem::take(&mut self.parts).into_values().flatten();
                self.objects.insert(key.to_owned(), whole.collect());
                let said =
                    b"<CompleteMultipartUploadResult><ETag>\"whole\"</ETag></CompleteMultipartUploadResult>";
                answer("200 OK", "", said)
            }
            "delete" => {
                self.parts.clear();
                answer("204 No Content", "", b"")
            }
            _ => match self.objects.get(key) {
                None => answer("404 Not Found", "", b""),
                Some(object) => {
                    let range = range.unwrap_or_default();
                    let (first, last) = range.trim_start_matches("bytes=").split_once('-').unwrap();
                    let (first, last): (usize, usize) = (first.parse().unwrap(), last.parse().unwrap());
                    let headers = format!(
                        "ETag: \"whole\"\r\nLast-Modified: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Range: bytes {first}-{last}/{}\r\n",
                        object.len()
                    );
                    answer("206 Partial Content", &headers, &object[first..=last])
                }
            },
        }
    }
}

fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_bucket_takes_files_and_gives_ranges_of_them_back() {
    let (endpoint, bucket) = service().await;
    let store = FileStore::bucket(&S3Config {
        endpoint: Some(endpoint),
        region: "eu-west-3".to_owned(),
        bucket: "goods".to_owned(),
        access_key_id: "id".to_owned(),
        secret_access_key: Secret::new("secret"),
    })
    .unwrap();
    let product = ProductId::from_uuid(Uuid::from_u128(1));
    let file = FileId::from_uuid(Uuid::from_u128(2));
    let mut upload = store.upload(product, file).await.unwrap();
    for part in ["0123", "456789"] {
        upload.write(Bytes::from_static(part.as_bytes())).await.unwrap();
    }
    upload.finish().await.unwrap();
    let read = store.read(product, file, 2..5).await.unwrap();
    let read: Vec<Bytes> = read.try_collect().await.unwrap();
    assert_eq!(read.concat(), b"234");

    store.forget(product, file).await.unwrap();
    let gone = store.read(product, file, 0..1).await;
    assert!(matches!(gone.err(), Some(FileError::Store(_))));
    let upload = store.upload(product, file).await.unwrap();
    upload.abort().await;
    let bucket = bucket.lock().unwrap();
    assert_eq!(
        (bucket.unsigned, bucket.objects.len(), bucket.parts.len()),
        (0, 0, 0)
    );
}
