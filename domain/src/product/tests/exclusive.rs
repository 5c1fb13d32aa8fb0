//! The exclusive licence: reserved, released, sold once.

use super::*;

#[test]
fn of_two_orders_for_the_exclusive_licence_one_wins() {
    let reserved = ExclusiveReserved {
        offer_id: exclusive(),
        order_id: order_id(),
        at: at(5),
    };
    on_sale().when(reserve(order_id())).then([reserved.into()]);
    on_sale()
        .and(reserve(order_id()))
        .when(reserve(order_id()))
        .then_nothing();
    on_sale()
        .and(reserve(order_id()))
        .when(reserve(other_order_id()))
        .then_error(&ProductError::ExclusiveReserved);
    sold()
        .when(reserve(other_order_id()))
        .then_error(&ProductError::ExclusiveSold);
}

#[test]
fn only_an_open_exclusive_offer_on_sale_can_be_reserved() {
    let basic = ProductCommand::ReserveExclusive {
        offer_id: offer_id(LicenceKind::Basic),
        order_id: order_id(),
        at: at(5),
    };
    on_sale().when(basic).then_error(&ProductError::NotExclusive);
    draft()
        .when(reserve(order_id()))
        .then_error(&ProductError::UnknownOffer);
    draft()
        .and(add_offer(LicenceKind::Exclusive, eur(90_000)))
        .when(reserve(order_id()))
        .then_error(&ProductError::NotOnSale);
    on_sale()
        .and(withdraw())
        .when(reserve(order_id()))
        .then_error(&ProductError::NotOnSale);
    on_sale()
        .and(withdraw_offer(LicenceKind::Exclusive))
        .when(reserve(order_id()))
        .then_error(&ProductError::OfferWithdrawn);
}

#[test]
fn a_released_exclusive_licence_is_free_for_others() {
    let released = ExclusiveReleased {
        offer_id: exclusive(),
        order_id: order_id(),
        reason: ExclusiveReleaseReason::NotPaid,
        at: at(6),
    };
    on_sale()
        .and(reserve(order_id()))
        .when(release(order_id()))
        .then([released.into()]);
    let _ = on_sale()
        .and(reserve(order_id()))
        .and(release(order_id()))
        .and(reserve(other_order_id()));
}

#[test]
fn an_order_releases_only_what_it_has() {
    on_sale().when(release(order_id())).then_nothing();
    on_sale()
        .and(reserve(other_order_id()))
        .when(release(order_id()))
        .then_nothing();
    sold().when(release(other_order_id())).then_nothing();
    sold()
        .when(release(order_id()))
        .then_error(&ProductError::ExclusiveSold);
}

#[test]
fn only_the_order_that_reserved_it_buys_the_exclusive_licence() {
    let event = ExclusiveSold {
        offer_id: exclusive(),
        order_id: order_id(),
        at: at(7),
    };
    on_sale()
        .and(reserve(order_id()))
        .when(sell(order_id()))
        .then([event.into()]);
    sold().when(sell(order_id())).then_nothing();
    sold().when(reserve(order_id())).then_nothing();
    sold()
        .when(sell(other_order_id()))
        .then_error(&ProductError::ExclusiveSold);
    on_sale()
        .when(sell(order_id()))
        .then_error(&ProductError::ExclusiveNotReserved);
    on_sale()
        .and(reserve(other_order_id()))
        .when(sell(order_id()))
        .then_error(&ProductError::ExclusiveNotReserved);
}

#[test]
fn a_reservation_survives_the_sellers_change_of_mind() {
    let _ = on_sale()
        .and(reserve(order_id()))
        .and(withdraw_offer(LicenceKind::Exclusive))
        .and(withdraw())
        .and(sell(order_id()));
}

#[test]
fn a_product_sold_exclusively_is_off_sale() {
    for command in [add_offer(LicenceKind::Custom, eur(1)), reprice(eur(1)), publish()] {
        sold().when(command).then_error(&ProductError::ExclusiveSold);
    }
    for kind in [LicenceKind::Basic, LicenceKind::Exclusive] {
        let refused = sold().state().orderable(offer_id(kind), other_order_id());
        assert_eq!(refused, Err(OfferUnavailable::ExclusiveSold));
    }
}

fn take_back() -> ProductCommand {
    ProductCommand::ReleaseExclusive {
        order_id: order_id(),
        reason: ExclusiveReleaseReason::TakenBack,
        at: at(8),
    }
}

fn retake() -> ProductCommand {
    ProductCommand::RetakeExclusive {
        offer_id: exclusive(),
        order_id: order_id(),
        at: at(9),
    }
}

/// Sold, refunded, and off sale for ever.
#[test]
fn an_exclusive_licence_that_was_taken_back_can_be_sold_again() {
    let released = ExclusiveReleased {
        offer_id: exclusive(),
        order_id: order_id(),
        reason: ExclusiveReleaseReason::TakenBack,
        at: at(8),
    };
    sold().when(take_back()).then([released.into()]);
    sold().and(take_back()).when(take_back()).then_nothing();
    let _ = sold()
        .and(take_back())
        .and(reserve(other_order_id()))
        .and(sell(other_order_id()));
}

#[test]
fn what_was_taken_back_by_mistake_is_had_again_unless_somebody_else_has_it() {
    let event = ExclusiveSold {
        offer_id: exclusive(),
        order_id: order_id(),
        at: at(9),
    };
    sold().when(retake()).then_nothing();
    sold()
        .and(take_back())
        .when(retake())
        .then([event.clone().into()]);
    // Whatever the seller did with product and offer in between.
    sold()
        .and(take_back())
        .and(withdraw_offer(LicenceKind::Exclusive))
        .and(withdraw())
        .when(retake())
        .then([event.into()]);
    let taken = || sold().and(take_back()).and(reserve(other_order_id()));
    taken()
        .when(retake())
        .then_error(&ProductError::ExclusiveNotReserved);
    taken()
        .and(sell(other_order_id()))
        .when(retake())
        .then_error(&ProductError::ExclusiveSold);
}
