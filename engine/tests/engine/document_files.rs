//! The files of documents: made once, the same bytes for ever, for those who may see them, and gone with their time.

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_domain::document::{Document, DocumentError, TemplateFailure};
use comptoir_domain::person::Acquaintance;
use comptoir_domain::values::{DocumentId, Role, Sha256Hex, SubjectId};
use comptoir_engine::files::DocumentFormat;
use comptoir_engine::vault::KeyStanding;
use comptoir_engine::worker::{Sweep, SweepReport};
use comptoir_engine::{DocumentCheck, RequestContext, UseCaseError};
use futures::TryStreamExt;

use crate::after_sale::PRICE;
use crate::documents::{admin, documents, facts, id, issuing, just_paid, paid, refunded};
use crate::given::{buyer, person, seller};
use crate::world::World;

const DONE: SweepReport = SweepReport {
    taken_up: 1,
    failed: 0,
};
const FAILED: SweepReport = SweepReport {
    taken_up: 1,
    failed: 1,
};

async fn bytes(
    world: &World,
    reader: &RequestContext,
    document: DocumentId,
) -> Result<Vec<u8>, UseCaseError> {
    let file = world
        .engine
        .document_file(reader, document, DocumentFormat::Pdf)
        .await?;
    let stream = world
        .engine
        .read_document_file(&file, 0..file.content.bytes)
        .await?;
    let chunks: Vec<_> = stream.try_collect().await?;
    Ok(chunks.concat())
}

fn stored_files(world: &World) -> usize {
    let folder = world.files_folder().join("documents");
    let documents = std::fs::read_dir(folder).unwrap();
    documents
        .map(|document| std::fs::read_dir(document.unwrap().path()).unwrap().count())
        .sum()
}

async fn first(world: &World, order: comptoir_domain::values::OrderId) -> DocumentId {
    id(&documents(world, order).await.remove(0))
}

#[tokio::test]
async fn a_document_is_read_by_its_parties_and_by_nobody_else() {
    let (world, _press) = issuing().await;
    let order = paid(&world).await;
    let document = first(&world, order).await;
    let pdf = bytes(&world, &buyer(1), document).await.unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    assert_eq!(bytes(&world, &admin(), document).await.unwrap(), pdf);
    let file = world
        .engine
        .document_file(&buyer(1), document, DocumentFormat::Pdf)
        .await
        .unwrap();
    assert_eq!(file.name, "FA-2026-000001.pdf");
    let part = world.engine.read_document_file(&file, 1..4).await.unwrap();
    let part: Vec<_> = part.try_collect().await.unwrap();
    assert_eq!(part.concat(), b"PDF");
    // The platform supplies: the seller has no part in it.
    for stranger in [buyer(2), seller()] {
        let refused = bytes(&world, &stranger, document).await;
        assert!(matches!(
            refused,
            Err(UseCaseError::Document(DocumentError::NotFound))
        ));
    }
    let auditor = person(901, Role::Auditor);
    let refused = bytes(&world, &auditor, document).await;
    assert!(matches!(refused, Err(UseCaseError::NoPersonalData)));
    let read = world.engine.document(&auditor, document).await.unwrap();
    assert_eq!(read.parties, None);
    let read = world.engine.document(&buyer(1), document).await.unwrap();
    assert!(read.parties.is_some());
}

#[tokio::test]
async fn a_rendering_that_fails_is_tried_again_with_growing_pauses_and_holds_nothing_up() {
    let (world, press) = issuing().await;
    let jammed = just_paid(&world).await;
    press.0.failures.store(2, Ordering::Relaxed);
    world.work().await;
    let document = first(&world, jammed).await;
    let refused = bytes(&world, &buyer(1), document).await;
    assert!(matches!(refused, Err(UseCaseError::NotYetRendered)));
    // It fails once more, and the next document does not wait for it.
    world.advance(TimeDelta::seconds(15));
    assert_eq!(world.sweep(Sweep::Documents).await, FAILED);
    let other = paid(&world).await;
    assert!(bytes(&world, &buyer(1), first(&world, other).await).await.is_ok());
    for (wait_seconds, expected) in [
        (29, SweepReport::default()),
        (1, DONE),
        (60, SweepReport::default()),
    ] {
        world.advance(TimeDelta::seconds(wait_seconds));
        assert_eq!(world.sweep(Sweep::Documents).await, expected, "{wait_seconds}");
    }
    assert!(bytes(&world, &buyer(1), document).await.is_ok());
}

#[tokio::test]
async fn a_template_that_fails_is_recorded_beside_the_built_in_one_that_was_used() {
    let (world, press) = issuing().await;
    press.0.falls_back.store(true, Ordering::Relaxed);
    let order = paid(&world).await;
    let read = documents(&world, order).await.remove(0);
    let rendering = facts(&read).rendering.as_ref().unwrap();
    assert_eq!(rendering.fell_back, Some(TemplateFailure::TimedOut));
}

#[tokio::test]
async fn files_that_were_stored_without_their_event_are_made_again_and_are_the_same() {
    let (world, press) = issuing().await;
    world.forbid("document.rendered").await;
    let order = just_paid(&world).await;
    let after_three = async {
        world.refused(3).await;
        world.allow_all().await;
    };
    tokio::join!(world.work(), after_three);
    assert!(press.0.calls.load(Ordering::Relaxed) > 3, "made again each time");
    assert_eq!(stored_files(&world), 2, "the same bytes under the same names");
    let document = first(&world, order).await;
    let names = world.names::<Document>(document.as_uuid()).await;
    assert_eq!(names, ["document.drawn_up", "document.rendered"]);
    let pdf = bytes(&world, &buyer(1), document).await.unwrap();
    // Another node that looks at it later makes nothing.
    let made = press.0.calls.load(Ordering::Relaxed);
    let twin = world.another_node(2).await;
    world.begin_again().await;
    crate::world::work(&twin).await;
    assert_eq!(press.0.calls.load(Ordering::Relaxed), made);
    assert_eq!(bytes(&world, &buyer(1), document).await.unwrap(), pdf);
    let check = world.engine.check_document_files(document).await.unwrap();
    assert_eq!(check, DocumentCheck::Sound);

    let folder = world.files_folder().join("documents").join(document.to_string());
    let stored = |extension: &str| {
        let mut paths = std::fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap().path());
        paths.find(|path| path.extension().unwrap() == extension).unwrap()
    };
    let length = std::fs::metadata(stored("xml")).unwrap().len();
    std::fs::write(stored("xml"), vec![b' '; usize::try_from(length).unwrap()]).unwrap();
    let check = world.engine.check_document_files(document).await.unwrap();
    assert_eq!(check, DocumentCheck::Differs(DocumentFormat::Xml));
    std::fs::remove_file(stored("pdf")).unwrap();
    let check = world.engine.check_document_files(document).await.unwrap();
    assert_eq!(check, DocumentCheck::Missing(DocumentFormat::Pdf));
}

#[tokio::test]
async fn a_document_outlives_the_key_of_its_buyer_and_what_follows_it_names_them_still() {
    let (world, _press) = issuing().await;
    let order = paid(&world).await;
    let document = first(&world, order).await;
    let pdf = bytes(&world, &admin(), document).await.unwrap();
    erase_buyer(&world).await;
    assert_eq!(bytes(&world, &admin(), document).await.unwrap(), pdf);
    let before = documents(&world, order).await.remove(0);
    assert!(before.parties.as_ref().unwrap().buyer.name.is_some());
    refunded(&world, order, PRICE).await;
    let credit_note = documents(&world, order).await.remove(1);
    assert_eq!(credit_note.parties.unwrap().buyer, before.parties.unwrap().buyer);
}

#[tokio::test]
async fn who_is_erased_before_the_issue_is_not_named() {
    let (world, _press) = issuing().await;
    let order = just_paid(&world).await;
    erase_buyer(&world).await;
    world.work().await;
    let read = documents(&world, order).await.remove(0);
    let buyer_party = read.parties.as_ref().unwrap().buyer.clone();
    assert_eq!((buyer_party.name, buyer_party.address), (None, None));
    assert!(facts(&read).rendering.is_some());
}

async fn erase_buyer(world: &World) {
    let buyer_id = buyer(1).actor.person_id;
    world
        .engine
        .erase_person(&admin(), buyer_id, Acquaintance::Known, None)
        .await
        .unwrap();
}

fn until(world: &World, moment: &str) {
    let moment: DateTime<Utc> = moment.parse().unwrap();
    world.advance(moment - world.ledger.clock().now());
}

#[tokio::test]
async fn a_document_whose_time_is_over_is_gone_and_stays_in_the_ledger() {
    let (world, _press) = issuing().await;
    let old = first(&world, paid(&world).await).await;
    until(&world, "2027-02-01T12:00:00Z");
    let new = first(&world, paid(&world).await).await;
    // Until the last day of the tenth year after the one of its issue.
    until(&world, "2036-12-31T22:30:00Z");
    assert_eq!(
        world.sweep(Sweep::DocumentRetention).await,
        SweepReport::default()
    );
    assert!(bytes(&world, &buyer(1), old).await.is_ok());
    until(&world, "2036-12-31T23:30:00Z");
    assert_eq!(world.sweep(Sweep::DocumentRetention).await, DONE);
    assert_eq!(
        world.sweep(Sweep::DocumentRetention).await,
        SweepReport::default()
    );

    let gone = bytes(&world, &buyer(1), old).await;
    assert!(matches!(gone, Err(UseCaseError::NoLongerKept)));
    let key = world.engine.vault().standing(SubjectId::from(old)).await.unwrap();
    assert_eq!(key, KeyStanding::Destroyed);
    let read = world.engine.document(&buyer(1), old).await.unwrap();
    assert_eq!(read.parties, None);
    assert!(bytes(&world, &buyer(1), new).await.is_ok());
    assert_eq!(stored_files(&world), 2);
    let names = world.names::<Document>(old.as_uuid()).await;
    assert_eq!(names.last().unwrap(), "document.retention_ended");
}

#[tokio::test]
async fn what_was_cut_off_between_event_and_key_is_finished() {
    let (world, _press) = issuing_for(11).await;
    let document = first(&world, paid(&world).await).await;
    until(&world, "2037-06-01T12:00:00Z");
    assert_eq!(
        world.sweep(Sweep::DocumentRetention).await,
        SweepReport::default()
    );
    // Made before a crash, and named by no event.
    let stray = format!("documents/{document}/{}.pdf", Sha256Hex::of("another release"));
    std::fs::write(world.files_folder().join(stray), "%PDF-").unwrap();

    until(&world, "2038-01-02T12:00:00Z");
    world.keep_keys().await;
    let cut_off = SweepReport {
        taken_up: 1,
        failed: 1,
    };
    assert_eq!(world.sweep(Sweep::DocumentRetention).await, cut_off);
    let names = world.names::<Document>(document.as_uuid()).await;
    assert_eq!(names.last().unwrap(), "document.retention_ended");
    let key = || world.engine.vault().standing(SubjectId::from(document));
    assert_ne!(key().await.unwrap(), KeyStanding::Destroyed);

    world.allow_all().await;
    let horizon = world.ledger.horizon();
    assert_eq!(
        world.sweep(Sweep::DocumentRetention).await,
        SweepReport::default()
    );
    assert_eq!(world.ledger.horizon(), horizon, "the event is there already");
    assert_eq!(key().await.unwrap(), KeyStanding::Destroyed);
    assert_eq!(stored_files(&world), 0);
    assert_eq!(
        world.engine.check_document_files(document).await.unwrap(),
        DocumentCheck::NoLongerKept
    );
}

async fn issuing_for(years: u16) -> (World, crate::documents::PressRoom) {
    crate::documents::issuing_with(|config| {
        if let Some(invoicing) = &mut config.invoicing {
            invoicing.retention_years = years;
        }
    })
    .await
}
