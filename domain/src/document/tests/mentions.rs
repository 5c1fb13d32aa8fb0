//! What the law makes a document say, on every day and in every language.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::super::mentions::{Condition, Filling, MentionRow, mentions};
use super::super::vat::Wording;
use super::super::*;
use crate::locale::LocaleFile;
use crate::tax::holds;
use crate::testing::samples::documents::{credit_note, invoice, today};
use crate::values::{CountryCode, Line};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn said_on(conditions: &[Condition], law_of: &str, on: &str, locale: Locale) -> Vec<Mention> {
    let wording = Wording {
        law_of: CountryCode::try_new(law_of).unwrap(),
        day: day(on),
        locale,
    };
    let filling = Filling {
        platform: "Comptoir SAS",
        preceding: Some(("FA-2026-000001", day("2026-03-01"))),
        paid_on: day("2026-03-05"),
    };
    mentions(&conditions.iter().copied().collect(), wording, filling).unwrap()
}

fn codes(mentions: &[Mention]) -> Vec<&str> {
    mentions.iter().map(|mention| mention.code.as_str()).collect()
}

fn text<'a>(mentions: &'a [Mention], code: &str) -> &'a str {
    let found = mentions.iter().find(|mention| mention.code.as_str() == code);
    found.unwrap().text.as_str()
}

#[test]
fn a_business_is_told_of_penalties_compensation_and_discount_and_a_consumer_is_not() {
    let business = said_on(
        &[Condition::Invoice, Condition::Business],
        "FR",
        "2026-06-01",
        Locale::FRENCH,
    );
    let expected = [
        "paid",
        "operation_category",
        "late_payment_penalty",
        "recovery_costs",
        "early_payment_discount",
    ];
    assert_eq!(codes(&business), expected);
    let subjects: Vec<_> = business
        .iter()
        .filter_map(|mention| mention.subject.as_ref())
        .collect();
    assert_eq!(
        subjects
            .iter()
            .map(|subject| subject.as_str())
            .collect::<Vec<_>>(),
        ["PMD", "PMT", "AAB"]
    );
    assert!(text(&business, "recovery_costs").contains("40 €"));
    let consumer = said_on(
        &[Condition::Invoice, Condition::Consumer],
        "FR",
        "2026-06-01",
        Locale::FRENCH,
    );
    assert_eq!(codes(&consumer), ["paid", "operation_category"]);
    assert_eq!(text(&consumer, "paid"), "Facture acquittée le 05/03/2026.");
}

#[test]
fn the_law_is_cited_as_it_is_on_the_day() {
    let on = |day| {
        let conditions = [
            Condition::CreditNote,
            Condition::OfRefund,
            Condition::Mandate,
            Condition::Consumer,
        ];
        said_on(&conditions, "FR", day, Locale::FRENCH)
    };
    let (before, after) = (on("2026-08-31"), on("2026-09-01"));
    assert_eq!(
        text(&before, "billing_mandate"),
        "Document établi par Comptoir SAS au nom et pour le compte du fournisseur (CGI, art. 289, I-2)."
    );
    assert!(text(&after, "billing_mandate").ends_with("(CIBS, livre II)."));
    let reference = "Avoir relatif à la facture n° FA-2026-000001 du 01/03/2026";
    assert_eq!(
        text(&before, "credit_note_reference"),
        format!("{reference} (CGI, art. 289, I-5).")
    );
    assert_eq!(
        text(&after, "credit_note_reference"),
        format!("{reference} (CIBS, art. L. 216-34).")
    );
}

#[test]
fn a_state_without_words_of_its_own_uses_those_of_the_union() {
    let conditions = [Condition::CreditNote, Condition::OfRefund, Condition::Business];
    let german = said_on(&conditions, "DE", "2026-06-01", Locale::ENGLISH);
    let reference = text(&german, "credit_note_reference");
    assert!(
        reference.starts_with("Credit note for invoice FA-2026-000001 of 1 March 2026"),
        "{reference}"
    );
    assert!(text(&german, "late_payment_penalty").contains("8 percentage points"));
    assert!(
        !codes(&german).contains(&"operation_category"),
        "France alone asks for it"
    );
}

#[test]
fn what_was_chosen_is_said_and_what_was_not_is_not() {
    let with = said_on(
        &[Condition::Invoice, Condition::VatOnDebits],
        "FR",
        "2026-06-01",
        Locale::FRENCH,
    );
    assert!(text(&with, "vat_on_debits").contains("d'après les débits"));
    let without = said_on(&[Condition::Invoice], "FR", "2026-06-01", Locale::FRENCH);
    assert!(!codes(&without).contains(&"vat_on_debits"));
}

#[test]
fn documents_have_the_mentions_that_belong_to_them() {
    let (invoice, credit_note) = (invoice(), credit_note());
    assert_eq!(codes(&invoice.mentions), ["paid", "operation_category"]);
    let expected = [
        "credit_note_reference",
        "credit_note_reason",
        "operation_category",
    ];
    assert_eq!(codes(&credit_note.mentions), expected);
    let reason = text(&credit_note.mentions, "credit_note_reason");
    assert_eq!(
        reason,
        format!(
            "Motif : remboursement, effectué le {}.",
            today().format("%d/%m/%Y")
        )
    );
}

fn rows() -> &'static [MentionRow] {
    &Locale::ENGLISH.file().mentions
}

/// Days on which something changes, the days before, and days far away.
fn days() -> BTreeSet<NaiveDate> {
    let changes = rows().iter().flat_map(|row| [Some(row.valid_from), row.valid_to]);
    let around = changes
        .flatten()
        .flat_map(|day| [day.pred_opt(), Some(day), day.succ_opt()]);
    let far = [day("2024-01-01"), day("2030-01-01"), day("2099-12-31")].map(Some);
    around.chain(far).flatten().collect()
}

/// The same mention: of one law, and for the same documents.
fn key(row: &MentionRow) -> (&Line, CountryCode, &BTreeSet<Condition>) {
    (&row.code, row.law_of, &row.applies_to)
}

#[test]
fn every_mention_has_every_language_once_on_every_day_on_which_it_has_one() {
    for day in days() {
        for row in rows()
            .iter()
            .filter(|row| holds(day, row.valid_from, row.valid_to))
        {
            for (locale, file) in LocaleFile::all() {
                let same = |other: &&MentionRow| {
                    key(other) == key(row) && holds(day, other.valid_from, other.valid_to)
                };
                let count = file.mentions.iter().filter(same).count();
                assert_eq!(count, 1, "{} of {} in {locale:?} on {day}", row.code, row.law_of);
            }
        }
    }
}

/// From the first year of this engine on, no mention has a day without words.
#[test]
fn no_mention_ends_without_another_one_that_takes_its_place() {
    for row in rows() {
        for day in days().into_iter().filter(|day| *day >= day_of_first_sale()) {
            let holds_then = |other: &MentionRow| holds(day, other.valid_from, other.valid_to);
            assert!(
                rows()
                    .iter()
                    .any(|other| key(other) == key(row) && holds_then(other)),
                "{} of {} has no words on {day}",
                row.code,
                row.law_of
            );
        }
    }
}

fn day_of_first_sale() -> NaiveDate {
    day("2024-01-01")
}

#[test]
fn every_placeholder_is_filled_in() {
    let every = [
        Condition::Invoice,
        Condition::CreditNote,
        Condition::Business,
        Condition::Consumer,
        Condition::Mandate,
        Condition::VatOnDebits,
        Condition::OneStopShop,
        Condition::OfRefund,
        Condition::BuyerCorrected,
        Condition::Replaces,
        Condition::FollowsCreditNote,
    ];
    for locale in Locale::all_written() {
        for law_of in ["FR", "DE"] {
            let said = said_on(&every, law_of, "2026-06-01", locale);
            assert!(said.len() > 10);
            for mention in said {
                assert!(!mention.text.as_str().contains(['{', '}']), "{}", mention.text);
            }
        }
    }
}
