//! Files: one of a name, and whatever bytes it has.

use super::super::*;
use crate::testing::samples::events::file_content;
use crate::testing::{given, samples::*};
use crate::values::{FileContent, FileId, Sha256Hex};

fn attach(number: u128, content: FileContent) -> ProductCommand {
    ProductCommand::AttachFile {
        actor: seller(),
        file_id: FileId::from_uuid(uuid(number)),
        content,
        at: at(2),
    }
}

fn attached(number: u128, content: FileContent) -> ProductEvent {
    FileAttached {
        file_id: FileId::from_uuid(uuid(number)),
        content: Some(content),
        at: at(2),
    }
    .into()
}

fn other_bytes(name: &str) -> FileContent {
    FileContent {
        sha256: Sha256Hex::of("other"),
        ..file_content(name)
    }
}

#[test]
fn a_file_is_attached_once() {
    let product = || given::<Product>([product_created().into()]);
    let file = || file_content("a.wav");
    product().when(attach(40, file())).then([attached(40, file())]);
    product()
        .and(attach(40, file()))
        .when(attach(40, file()))
        .then_nothing();
    // The same bytes under the same name, sent again.
    product()
        .and(attach(40, file()))
        .when(attach(41, file()))
        .then_nothing();
}

#[test]
fn other_bytes_take_the_place_of_those_before() {
    let state = given::<Product>([product_created().into()])
        .and(attach(40, file_content("a.wav")))
        .and(attach(41, file_content("b.wav")))
        .when(attach(42, other_bytes("a.wav")))
        .then([attached(42, other_bytes("a.wav"))]);
    let facts = state.facts().unwrap();
    assert_eq!(facts.files.len(), 2);
    let (file_id, content) = facts.file_named(&file_content("a.wav").name).unwrap();
    assert_eq!(
        (file_id, content),
        (FileId::from_uuid(uuid(42)), &other_bytes("a.wav"))
    );
    assert_eq!(facts.file_named(&file_content("c.wav").name), None);
}

#[test]
fn a_full_product_can_still_replace_a_file() {
    let files = (0..50).map(|number| attached(200 + number, file_content(&format!("{number}.wav"))));
    let history: Vec<ProductEvent> = std::iter::once(product_created().into()).chain(files).collect();
    let product = || given::<Product>(history.clone());
    product()
        .when(attach(40, file_content("50.wav")))
        .then_error(&ProductError::TooManyFiles);
    product()
        .when(attach(40, other_bytes("7.wav")))
        .then([attached(40, other_bytes("7.wav"))]);
}
