//! Promotions as given / when / then: who may make them, how often they hold, and what they take off.

mod discounts;

use super::*;
use crate::decider::Decider as _;
use crate::testing::{given, samples::*};
use crate::values::{Actor, BasisPoints, Currency, Money, OrderId, PersonId, PromoId};

fn create(actor: Actor, terms: PromoTerms) -> PromoCommand {
    let product_sellers = [(product_id(), seller().person_id)].into();
    PromoCommand::Create(CreatePromo {
        code: promo_code(),
        terms,
        product_sellers,
        actor,
        at: at(0),
    })
}

fn order(number: u128) -> OrderId {
    OrderId::from_uuid(uuid(1000 + number))
}

fn person(number: u128) -> PersonId {
    PersonId::from_uuid(uuid(2000 + number))
}

fn reserve(number: u128, minutes: i64) -> PromoCommand {
    PromoCommand::Reserve {
        order_id: order(number),
        buyer_id: person(number),
        at: at(minutes),
    }
}

fn redeem(number: u128) -> PromoCommand {
    PromoCommand::Redeem {
        order_id: order(number),
        buyer_id: person(number),
        at: at(5),
    }
}

fn release(number: u128) -> PromoCommand {
    PromoCommand::Release {
        order_id: order(number),
        reason: ReleaseReason::Expired,
        at: at(6),
    }
}

fn deactivate(actor: Actor) -> PromoCommand {
    PromoCommand::Deactivate { actor, at: at(7) }
}

fn reserved(number: u128, minutes: i64) -> PromoEvent {
    PromoReserved {
        order_id: order(number),
        buyer_id: person(number),
        at: at(minutes),
    }
    .into()
}

fn redeemed(number: u128, count: UseCount) -> PromoEvent {
    PromoRedeemed {
        order_id: order(number),
        buyer_id: person(number),
        count,
        at: at(5),
    }
    .into()
}

fn capped(uses_max: u32) -> Vec<PromoEvent> {
    promo_created(PromoTerms {
        uses_max: Some(uses_max),
        ..promo_terms()
    })
}

fn refused(refusal: PromoRefusal) -> PromoError {
    PromoError::Refused(refusal)
}

#[test]
fn an_admin_makes_a_promotion_for_everything() {
    given::<Promo>([])
        .when(create(admin(), promo_terms()))
        .then(promo_created(promo_terms()));
}

#[test]
fn a_code_is_given_out_once() {
    given::<Promo>(promo_created(promo_terms()))
        .when(create(admin(), promo_terms()))
        .then_nothing();
    let other = PromoTerms {
        uses_max: Some(1),
        ..promo_terms()
    };
    given::<Promo>(promo_created(promo_terms()))
        .and(deactivate(admin()))
        .when(create(admin(), other))
        .then_error(&PromoError::AlreadyExists);
}

#[test]
fn a_seller_makes_promotions_for_their_own_products_only() {
    let own = [
        PromoScope::Products {
            product_ids: [product_id()].into(),
        },
        PromoScope::Sellers {
            seller_ids: [seller().person_id].into(),
        },
    ];
    for scope in own {
        let terms = PromoTerms {
            scope,
            ..promo_terms()
        };
        let made = PromoCreated {
            promo_id: PromoId::of_code(&promo_code()),
            code: promo_code(),
            terms: terms.clone(),
            created_by: seller().person_id,
            at: at(0),
        };
        given::<Promo>([])
            .when(create(seller(), terms.clone()))
            .then([made.into()]);
        given::<Promo>([])
            .when(create(stranger(), terms.clone()))
            .then_error(&PromoError::NotYours);
        given::<Promo>([])
            .when(create(buyer(), terms))
            .then_error(&PromoError::NotYours);
    }
    given::<Promo>([])
        .when(create(seller(), promo_terms()))
        .then_error(&PromoError::NotYours);
}

#[test]
fn terms_that_make_no_sense_are_refused() {
    let nothing = Benefit::Percent {
        basis_points: BasisPoints::ZERO,
    };
    let less = Benefit::Fixed { amount: eur(-1) };
    let dollars = Benefit::Fixed {
        amount: Money::new(500, Currency::USD),
    };
    let unknown = crate::values::ProductId::from_uuid(uuid(99));
    let many = (0..101).map(|number| PersonId::from_uuid(uuid(number))).collect();
    let base = promo_terms;
    let cases = [
        (
            PromoTerms {
                benefit: nothing,
                ..base()
            },
            PromoError::NothingOff,
        ),
        (
            PromoTerms {
                benefit: less,
                ..base()
            },
            PromoError::NothingOff,
        ),
        (
            PromoTerms {
                ends_at: Some(at(0)),
                ..base()
            },
            PromoError::EndsBeforeStart,
        ),
        (
            PromoTerms {
                uses_max: Some(0),
                ..base()
            },
            PromoError::NoUses,
        ),
        (
            PromoTerms {
                uses_per_buyer_max: Some(0),
                ..base()
            },
            PromoError::NoUses,
        ),
        (
            PromoTerms {
                minimum: Some(eur(0)),
                ..base()
            },
            PromoError::WrongMinimum,
        ),
        (
            PromoTerms {
                benefit: dollars,
                minimum: Some(eur(1)),
                ..base()
            },
            PromoError::WrongMinimum,
        ),
        (
            PromoTerms {
                scope: PromoScope::Products {
                    product_ids: [].into(),
                },
                ..base()
            },
            PromoError::ScopeSize,
        ),
        (
            PromoTerms {
                scope: PromoScope::Sellers { seller_ids: many },
                ..base()
            },
            PromoError::ScopeSize,
        ),
        (
            PromoTerms {
                scope: PromoScope::Products {
                    product_ids: [unknown].into(),
                },
                ..base()
            },
            PromoError::UnknownProduct(unknown),
        ),
    ];
    for (terms, error) in cases {
        given::<Promo>([]).when(create(admin(), terms)).then_error(&error);
    }
}

#[test]
fn the_cap_counts_reserved_and_redeemed_orders() {
    given::<Promo>(capped(2))
        .and(reserve(1, 1))
        .and(redeem(1))
        .and(reserve(2, 1))
        .when(reserve(3, 1))
        .then_error(&refused(PromoRefusal::Exhausted));
    given::<Promo>(capped(2))
        .and(reserve(1, 1))
        .and(reserve(2, 1))
        .and(release(1))
        .when(reserve(3, 1))
        .then([reserved(3, 1)]);
}

#[test]
fn the_cap_of_a_buyer_counts_their_orders_only() {
    let terms = PromoTerms {
        uses_per_buyer_max: Some(1),
        ..promo_terms()
    };
    let again = PromoCommand::Reserve {
        order_id: order(2),
        buyer_id: person(1),
        at: at(1),
    };
    given::<Promo>(promo_created(terms.clone()))
        .and(reserve(1, 1))
        .when(again)
        .then_error(&refused(PromoRefusal::BuyerLimit));
    given::<Promo>(promo_created(terms))
        .and(reserve(1, 1))
        .when(reserve(2, 1))
        .then([reserved(2, 1)]);
}

#[test]
fn repeating_a_move_changes_nothing() {
    given::<Promo>(capped(1))
        .and(reserve(1, 1))
        .when(reserve(1, 1))
        .then_nothing();
    given::<Promo>(capped(1))
        .and(reserve(1, 1))
        .and(redeem(1))
        .when(redeem(1))
        .then_nothing();
    given::<Promo>(capped(1)).when(release(1)).then_nothing();
}

#[test]
fn a_promotion_holds_within_its_time() {
    let terms = PromoTerms {
        starts_at: at(10),
        ends_at: Some(at(20)),
        ..promo_terms()
    };
    let early = PromoRefusal::NotStarted { starts_at: at(10) };
    let late = PromoRefusal::Ended { ended_at: at(20) };
    for (minutes, refusal) in [(9, early), (20, late)] {
        given::<Promo>(promo_created(terms.clone()))
            .when(reserve(1, minutes))
            .then_error(&refused(refusal));
    }
    for minutes in [10, 19] {
        given::<Promo>(promo_created(terms.clone()))
            .when(reserve(1, minutes))
            .then([reserved(1, minutes)]);
    }
}

#[test]
fn an_ended_promotion_is_kept_by_those_who_have_it() {
    given::<Promo>(capped(5))
        .and(deactivate(admin()))
        .when(reserve(1, 1))
        .then_error(&refused(PromoRefusal::Deactivated));
    given::<Promo>(capped(5))
        .and(reserve(1, 1))
        .and(deactivate(admin()))
        .when(redeem(1))
        .then([redeemed(1, UseCount::WithinCaps)]);
    given::<Promo>(capped(5))
        .and(deactivate(admin()))
        .when(deactivate(admin()))
        .then_nothing();
    for actor in [seller(), buyer(), stranger()] {
        given::<Promo>(capped(5))
            .when(deactivate(actor))
            .then_error(&PromoError::NotYours);
    }
}

#[test]
fn late_money_takes_its_use_again_where_there_is_room() {
    given::<Promo>(capped(1))
        .and(reserve(1, 1))
        .and(release(1))
        .when(redeem(1))
        .then([reserved(1, 5), redeemed(1, UseCount::WithinCaps)]);
}

#[test]
fn late_money_without_room_is_honoured_and_the_cap_stays_as_it_is() {
    let history = given::<Promo>(capped(1))
        .and(reserve(1, 1))
        .and(release(1))
        .and(reserve(2, 1));
    let after = history.when(redeem(1)).then([redeemed(1, UseCount::BeyondCaps)]);
    assert_eq!(after.facts().map(PromoFacts::counted), Some(1));
    // Given back, it frees nothing that was counted.
    let given_back = Promo::decide(&after, release(1)).unwrap();
    let after = given_back.iter().fold(after, Promo::evolve);
    assert_eq!(after.facts().map(PromoFacts::counted), Some(1));
}

#[test]
fn a_promotion_that_does_not_exist_is_not_found() {
    given::<Promo>([])
        .when(reserve(1, 1))
        .then_error(&refused(PromoRefusal::Unknown));
    for command in [redeem(1), release(1), deactivate(admin())] {
        given::<Promo>([]).when(command).then_error(&PromoError::NotFound);
    }
}
