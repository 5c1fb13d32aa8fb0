//! The rules of who a seller is, and of the mandate to invoice in their name.

use super::*;
use crate::testing::samples::documents::seller_id;
use crate::testing::samples::events::{self, seller_identified, seller_mandate_accepted};
use crate::testing::samples::{admin, at, buyer, sealed, seller, stranger};
use crate::testing::{given, hold_table};
use crate::values::{Actor, CountryCode, PersonId, SellerId, Sha256Hex, TermsVersion};

fn identify(actor: Actor) -> SellerCommand {
    let identified = seller_identified();
    SellerCommand::Identify(IdentifySeller {
        seller_id: identified.seller_id,
        identity: identified.identity,
        country: identified.country,
        vat: identified.vat,
        actor,
        at: at(0),
    })
}

fn identify_anew(actor: Actor) -> SellerCommand {
    SellerCommand::Identify(IdentifySeller {
        seller_id: seller_id(),
        identity: seller_identified().identity,
        country: CountryCode::GR,
        vat: SellerVat::SmallSellerExemption,
        actor,
        at: at(3),
    })
}

fn accept(actor: Actor) -> SellerCommand {
    let accepted = seller_mandate_accepted();
    SellerCommand::AcceptMandate {
        text_hash: accepted.text_hash,
        version: accepted.version,
        actor,
        at: at(1),
    }
}

fn accept_another(actor: Actor) -> SellerCommand {
    SellerCommand::AcceptMandate {
        text_hash: Sha256Hex::of("Another wording."),
        version: TermsVersion::try_new("2026-02").unwrap(),
        actor,
        at: at(4),
    }
}

fn withdraw(actor: Actor) -> SellerCommand {
    SellerCommand::WithdrawMandate { actor, at: at(2) }
}

#[test]
fn a_seller_says_who_they_are_and_gives_the_mandate() {
    let state = given::<Seller>([])
        .and(identify(seller()))
        .when(accept(seller()))
        .then([seller_mandate_accepted().into()]);
    let mandate = state.mandate().unwrap();
    assert_eq!(mandate.accepted_at, at(1));
    assert_eq!(state.facts().unwrap().country, CountryCode::FR);
}

#[test]
fn an_admin_may_do_it_for_them_and_the_event_says_so() {
    let by = admin().person_id;
    let expected = SellerMandateAccepted {
        by,
        ..seller_mandate_accepted()
    };
    given::<Seller>([])
        .and(identify(admin()))
        .when(accept(admin()))
        .then([expected.into()]);
}

#[test]
fn nobody_gives_a_mandate_before_it_is_known_who_they_are() {
    given::<Seller>([])
        .when(accept(seller()))
        .then_error(&SellerError::NotIdentified);
}

#[test]
fn a_mandate_that_is_taken_back_holds_no_more_and_can_be_given_again() {
    let history = || given::<Seller>([]).and(identify(seller())).and(accept(seller()));
    let taken_back = SellerMandateWithdrawn {
        seller_id: seller_id(),
        by: seller().person_id,
        at: at(2),
    };
    let state = history().when(withdraw(seller())).then([taken_back.into()]);
    assert_eq!(state.mandate(), None);
    history()
        .and(withdraw(seller()))
        .when(accept(seller()))
        .then([seller_mandate_accepted().into()]);
}

#[test]
fn who_says_anew_who_they_are_keeps_the_mandate() {
    let state = given::<Seller>([])
        .and(identify(seller()))
        .and(accept(seller()))
        .and(identify_anew(seller()))
        .state();
    assert_eq!(state.facts().unwrap().vat, SellerVat::SmallSellerExemption);
    assert!(state.mandate().is_some());
}

#[test]
fn an_identity_is_sealed_for_the_seller_and_nobody_else() {
    let SellerCommand::Identify(identify) = identify(seller()) else {
        panic!("a command to identify")
    };
    let sealed_for_the_buyer = IdentifySeller {
        identity: sealed(),
        ..identify
    };
    given::<Seller>([])
        .when(SellerCommand::Identify(sealed_for_the_buyer))
        .then_error(&SellerError::SealedForAnother);
}

#[test]
fn a_seller_is_the_person_under_another_name() {
    let person = seller().person_id;
    assert_eq!(PersonId::from(SellerId::from(person)), person);
    assert!(SellerId::from(person).to_string().starts_with("seller_"));
}

/// A command by somebody.
type Make = fn(Actor) -> SellerCommand;

#[test]
fn every_state_answers_every_command_as_the_table_says() {
    let [identified, accepted, withdrawn] = events::seller().try_into().unwrap();
    let mandating = given::<Seller>([identified.clone(), accepted.clone()]).state();
    let states = [
        ("absent", SellerState::Absent),
        ("identified", given::<Seller>([identified.clone()]).state()),
        ("mandating", mandating),
        (
            "withdrawn",
            given::<Seller>([identified, accepted, withdrawn]).state(),
        ),
    ];
    let actors = [
        ("themselves", seller()),
        ("an admin", admin()),
        ("a stranger", stranger()),
        ("a buyer", buyer()),
    ];
    let commands: [(&str, Make); 5] = [
        ("identify", identify),
        ("identify anew", identify_anew),
        ("accept", accept),
        ("accept another wording", accept_another),
        ("withdraw", withdraw),
    ];
    let commands: Vec<_> = commands
        .iter()
        .flat_map(|(command, make)| {
            actors
                .iter()
                .map(move |(name, actor)| (format!("{command}, by {name}"), make(actor.clone())))
        })
        .collect();
    hold_table::<Seller>(include_str!("tests/matrix.txt"), &states, &commands);
}
