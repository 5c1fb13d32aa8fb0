//! Notes and keys: the example of C2SP signed-note (its key and its signature are public), and what is refused.

use super::*;

/// The example of the specification: C2SP signed-note, `PeterNeumann`.
const EXAMPLE_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const EXAMPLE_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn signer(name: &str, kind: KeyKind) -> Signer {
    Signer::try_new(name, kind, &[7; 32]).unwrap()
}

#[test]
fn the_example_of_the_specification_holds() {
    let key: PublicKey = EXAMPLE_KEY.parse().unwrap();
    assert_eq!(key.to_string(), EXAMPLE_KEY);
    let note: Note = EXAMPLE_NOTE.parse().unwrap();
    assert_eq!(note.to_string(), EXAMPLE_NOTE);
    let signed = note.signed_by([&key]);
    assert_eq!(signed.len(), 1);
    assert_eq!(
        (signed[0].name.as_str(), signed[0].id.as_str(), signed[0].at),
        ("PeterNeumann", "c74f20a3", None)
    );
}

#[test]
fn a_changed_text_is_signed_by_nobody() {
    let key: PublicKey = EXAMPLE_KEY.parse().unwrap();
    let note: Note = EXAMPLE_NOTE.replace("answer", "reason").parse().unwrap();
    assert_eq!(note.signed_by([&key]), []);
}

#[test]
fn a_log_and_a_witness_sign_the_same_note() {
    let (log, witness) = (
        signer("shop.example", KeyKind::Log),
        signer("witness.example", KeyKind::Witness),
    );
    let text = "shop.example\n1\nAAAA\n".to_owned();
    let note = Note::unsigned(text.clone())
        .with(log.sign(&text, at()))
        .with(witness.sign(&text, at()));
    let again: Note = note.to_string().parse().unwrap();
    assert_eq!(again, note);
    let signed = again.signed_by([log.public_key(), witness.public_key()]);
    assert_eq!(
        signed.iter().map(|signed| signed.at).collect::<Vec<_>>(),
        [None, Some(at())]
    );
    // The same bytes of key in the other role are another key.
    assert_eq!(
        again.signed_by([signer("shop.example", KeyKind::Witness).public_key()]),
        []
    );
    assert_eq!(
        again.signed_by([signer("witness.example", KeyKind::Log).public_key()]),
        []
    );
    // Signing twice changes nothing.
    assert_eq!(again.clone().with(log.sign(&text, at())), again);
}

#[test]
fn keys_are_read_as_they_are_written_and_nothing_else_is_a_key() {
    for kind in [KeyKind::Log, KeyKind::Witness] {
        let key = signer("shop.example/ledger", kind).public_key().clone();
        assert_eq!(key.to_string().parse::<PublicKey>(), Ok(key));
    }
    let wrong_id = EXAMPLE_KEY.replace("c74f20a3", "c74f20a4");
    let other_algorithm = "PeterNeumann+c74f20a3+Axpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    for text in [
        "",
        "PeterNeumann",
        "a+b",
        "a+b+!",
        "a+b+",
        "a b+00000000+AA==",
        &wrong_id,
        other_algorithm,
    ] {
        assert!(text.parse::<PublicKey>().is_err(), "{text}");
    }
    assert_eq!(
        Signer::try_new("a+b", KeyKind::Log, &[1; 32]).err(),
        Some(NoteError::Name)
    );
}

#[test]
fn what_is_no_note_is_refused() {
    let long = format!("{}\n\n— a AAAA\n", "x".repeat(NOTE_BYTES_MAX));
    let unended = EXAMPLE_NOTE.trim_end();
    for text in [
        "",
        "text\n",
        "text\n\n",
        "text\n\n- a AAAA\n",
        "text\n\n— a AAAA\n",
        &long,
        unended,
    ] {
        assert!(text.parse::<Note>().is_err(), "{text}");
    }
}

#[test]
fn secrets_are_not_printed() {
    let signer = signer("shop.example", KeyKind::Log);
    assert!(!format!("{signer:?}").contains("070707"));
    assert!(format!("{signer:?}").ends_with("***)"));
}
