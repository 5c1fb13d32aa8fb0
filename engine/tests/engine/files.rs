//! Files: taken while they come in, and handed out by links that end.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use chrono::TimeDelta;
use comptoir_domain::licence::{Licence, LicenceError};
use comptoir_domain::product::{Product, ProductError};
use comptoir_domain::values::{
    FileName, LicenceId, LicenceKind, MediaType, ProductId, Role, Sha256Hex, UseTerms,
};
use comptoir_engine::files::FileError;
use comptoir_engine::{Download, UploadFile, UseCaseError};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};

use crate::given::{buyer, person, seller};
use crate::licences::{held, licence_of, use_terms};
use crate::world::World;

fn wav(name: &str) -> UploadFile {
    UploadFile {
        name: FileName::try_new(name).unwrap(),
        media_type: MediaType::try_new("audio/wav").unwrap(),
        bytes: None,
    }
}

fn chunks(parts: &[&'static str]) -> BoxStream<'static, Result<Bytes, String>> {
    let parts: Vec<_> = parts
        .iter()
        .map(|part| Ok(Bytes::from_static(part.as_bytes())))
        .collect();
    stream::iter(parts).boxed()
}

pub(crate) async fn upload(world: &World, product_id: ProductId, name: &str, parts: &[&'static str]) {
    world
        .engine
        .upload_file(&seller(), product_id, wav(name), chunks(parts))
        .await
        .unwrap();
}

/// What a product knows of its files.
async fn files(world: &World, product_id: ProductId) -> Vec<(String, u64, Sha256Hex)> {
    let state = world.product_state(product_id).await;
    let files = state.facts().unwrap().files.values().flatten();
    files
        .map(|content| (content.name.as_str().to_owned(), content.bytes, content.sha256))
        .collect()
}

/// Everything that lies in the folder.
fn stored(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found
}

async fn licence_with_file(world: &World) -> (LicenceId, ProductId) {
    let licence_id = licence_of(world, &buyer(1), use_terms(2)).await;
    let product_id = held(world, licence_id).await.grant.product_id;
    upload(world, product_id, "a.wav", &["0123", "456789"]).await;
    (licence_id, product_id)
}

pub(crate) async fn link(world: &World, licence_id: LicenceId) -> Result<String, UseCaseError> {
    let name = FileName::try_new("a.wav").unwrap();
    let link = world.engine.link_file(&buyer(1), licence_id, &name).await?;
    Ok(link.token)
}

pub(crate) async fn read(
    world: &World,
    download: &Download,
    range: std::ops::Range<u64>,
) -> Result<String, UseCaseError> {
    let bytes = world.engine.read_download(download, range, None).await?;
    let parts: Vec<Bytes> = bytes.try_collect().await?;
    Ok(String::from_utf8(parts.concat()).unwrap())
}

#[tokio::test]
async fn a_file_is_stored_as_it_comes_in_and_known_by_its_hash() {
    let world = World::new().await;
    let (product_id, _) = world.product(LicenceKind::Basic, 0).await;
    upload(&world, product_id, "a.wav", &["0123", "456789"]).await;
    let expected = ("a.wav".to_owned(), 10, Sha256Hex::of("0123456789"));
    let first = files(&world, product_id).await;
    assert_eq!(first, std::slice::from_ref(&expected));
    // The same bytes again, cut otherwise, change nothing and leave nothing behind.
    upload(&world, product_id, "a.wav", &["0123456789"]).await;
    assert_eq!(files(&world, product_id).await, [expected]);
    assert_eq!(stored(world.files_folder()).len(), 1);
    let attached = world.names::<Product>(product_id.as_uuid()).await;
    assert_eq!(
        attached
            .iter()
            .filter(|name| *name == "product.file_attached")
            .count(),
        1
    );
    // Other bytes take its place.
    upload(&world, product_id, "a.wav", &["other"]).await;
    assert_eq!(
        files(&world, product_id).await,
        [("a.wav".to_owned(), 5, Sha256Hex::of("other"))]
    );
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let world = World::with_files(|files| files.bytes_max = 8).await;
    let (product_id, _) = world.product(LicenceKind::Basic, 0).await;
    let before = world.ledger.horizon();
    let broken: Vec<Result<Bytes, String>> = vec![Ok(Bytes::from_static(b"0123")), Err("gone".to_owned())];
    let html = UploadFile {
        media_type: MediaType::try_new("text/html").unwrap(),
        ..wav("a.html")
    };
    let announced = UploadFile {
        bytes: Some(9),
        ..wav("a.wav")
    };
    for (upload, bytes, expected) in [
        (wav("a.wav"), chunks(&["01234567", "8"]), "at most 8 bytes"),
        (wav("a.wav"), chunks(&[]), "empty"),
        (wav("a.wav"), stream::iter(broken).boxed(), "broke off"),
        (html, chunks(&["x"]), "not taken"),
        (announced, chunks(&["x"]), "at most 8 bytes"),
    ] {
        let refused = world
            .engine
            .upload_file(&seller(), product_id, upload, bytes)
            .await
            .unwrap_err();
        assert!(
            matches!(refused, UseCaseError::File(_)) && refused.to_string().contains(expected),
            "{refused:?}"
        );
    }
    for stranger in [person(2, Role::Seller), buyer(1)] {
        let refused = world
            .engine
            .upload_file(&stranger, product_id, wav("a.wav"), chunks(&["x"]))
            .await;
        assert!(
            matches!(refused, Err(UseCaseError::Product(ProductError::NotYours))),
            "{refused:?}"
        );
    }
    assert_eq!(stored(world.files_folder()), Vec::<PathBuf>::new());
    assert_eq!(world.ledger.horizon(), before);
    // As many bytes as may be are taken.
    upload(&world, product_id, "a.wav", &["01234567"]).await;
}

#[tokio::test]
async fn a_link_hands_out_ranges_and_is_recorded_once() {
    let world = World::new().await;
    let (licence_id, _) = licence_with_file(&world).await;
    let token = link(&world, licence_id).await.unwrap();
    let download = world.engine.open_download(&token).await.unwrap();
    assert_eq!(held(&world, licence_id).await.first_access_at, None);
    for (range, expected) in [(0..10, "0123456789"), (2..5, "234"), (9..10, "9")] {
        assert_eq!(read(&world, &download, range).await.unwrap(), expected);
    }
    let recorded = world.names::<Licence>(licence_id.as_uuid()).await;
    assert_eq!(recorded, ["licence.issued", "licence.file_accessed"]);
    let another = link(&world, licence_id).await.unwrap();
    let download = world.engine.open_download(&another).await.unwrap();
    read(&world, &download, 0..1).await.unwrap();
    assert_eq!(world.names::<Licence>(licence_id.as_uuid()).await.len(), 3);
}

#[tokio::test]
async fn a_link_ends_with_its_time() {
    let world = World::new().await;
    let (licence_id, _) = licence_with_file(&world).await;
    let token = link(&world, licence_id).await.unwrap();
    world.advance(TimeDelta::minutes(15) - TimeDelta::seconds(1));
    world.engine.open_download(&token).await.unwrap();
    world.advance(TimeDelta::seconds(1));
    let ended = world.engine.open_download(&token).await;
    assert!(
        matches!(ended, Err(UseCaseError::File(FileError::LinkEnded))),
        "{ended:?}"
    );
    let forged = world.engine.open_download("AAAA").await;
    assert!(
        matches!(forged, Err(UseCaseError::File(FileError::LinkForged))),
        "{forged:?}"
    );
}

#[tokio::test]
async fn a_link_ends_with_its_licence_and_with_its_holder() {
    let world = World::new().await;
    let (licence_id, _) = licence_with_file(&world).await;
    world.advance(TimeDelta::days(10) - TimeDelta::minutes(1));
    let token = link(&world, licence_id).await.unwrap();
    let download = world.engine.open_download(&token).await.unwrap();
    world.advance(TimeDelta::minutes(1));
    // A download that has begun does not go on either.
    for refused in [
        world.engine.open_download(&token).await.map(drop),
        read(&world, &download, 0..1).await.map(drop),
        link(&world, licence_id).await.map(drop),
    ] {
        assert!(
            matches!(refused, Err(UseCaseError::Licence(LicenceError::NotLive(_)))),
            "{refused:?}"
        );
    }

    let (licence_id, _) = licence_with_file(&world).await;
    let token = link(&world, licence_id).await.unwrap();
    let to = buyer(2).actor.person_id;
    world
        .engine
        .transfer_licence(&buyer(1), licence_id, to)
        .await
        .unwrap();
    let passed_on = world.engine.open_download(&token).await;
    assert!(
        matches!(passed_on, Err(UseCaseError::File(FileError::LinkEnded))),
        "{passed_on:?}"
    );
    assert_eq!(held(&world, licence_id).await.first_access_at, None);
}

#[tokio::test]
async fn only_a_holder_gets_a_link_and_only_to_a_file_that_is_there() {
    let world = World::new().await;
    let (licence_id, product_id) = licence_with_file(&world).await;
    let name = FileName::try_new("a.wav").unwrap();
    let stranger = world.engine.link_file(&buyer(2), licence_id, &name).await;
    assert!(
        matches!(stranger, Err(UseCaseError::Licence(LicenceError::NotYours))),
        "{stranger:?}"
    );
    let missing = FileName::try_new("b.wav").unwrap();
    let missing = world.engine.link_file(&buyer(1), licence_id, &missing).await;
    assert!(
        matches!(missing, Err(UseCaseError::File(FileError::NotFound))),
        "{missing:?}"
    );
    // A link leads to the very bytes it was made for.
    let token = link(&world, licence_id).await.unwrap();
    upload(&world, product_id, "a.wav", &["other"]).await;
    let replaced = world.engine.open_download(&token).await;
    assert!(
        matches!(replaced, Err(UseCaseError::File(FileError::NotFound))),
        "{replaced:?}"
    );
}

#[tokio::test]
async fn files_of_another_product_are_not_reached() {
    let world = World::new().await;
    let (licence_id, _) = licence_with_file(&world).await;
    let other = licence_of(&world, &buyer(1), UseTerms::default()).await;
    assert!(link(&world, licence_id).await.is_ok());
    let refused = link(&world, other).await;
    assert!(
        matches!(refused, Err(UseCaseError::File(FileError::NotFound))),
        "{refused:?}"
    );
}
