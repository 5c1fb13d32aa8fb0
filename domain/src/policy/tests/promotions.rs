//! An order and its use of a promotion code move together.

use crate::decider::Decider as _;
use crate::order::{
    CancelReason, DisputeStage, DisputeStatus, OpenRefund, Order, OrderCommand, OrderState, PaymentStatus,
    RefundGrounds, RefundScope, RefundWindows, ReportSource,
};
use crate::policy::promo_moves;
use crate::promo::{
    Promo, PromoCommand, PromoError, PromoRefusal, PromoState, PromoTerms, UseCount, UseStanding,
};
use crate::testing::samples::events::dispute_report;
use crate::testing::samples::*;
use crate::values::{LicenceKind, RefundId};

/// An order and its promotion, moving together as one append moves them.
#[derive(Clone)]
struct Shop {
    order: OrderState,
    promo: PromoState,
}

fn one_use() -> PromoTerms {
    PromoTerms {
        uses_max: Some(1),
        ..promo_terms()
    }
}

impl Shop {
    fn with_order() -> Self {
        let empty = Self {
            order: OrderState::Absent,
            promo: Promo::replay(&promo_created(one_use())),
        };
        let place = place_with_code(&[line_request(LicenceKind::Basic, 1)], one_use());
        empty.after(OrderCommand::Place(place)).unwrap()
    }

    fn after(self, command: OrderCommand) -> Result<Self, PromoError> {
        let events = Order::decide(&self.order, command).unwrap();
        let mut promo = self.promo;
        for step in promo_moves(&self.order, &events, at(9)) {
            let moved = Promo::decide(&promo, step.command)?;
            promo = moved.iter().fold(promo, Promo::evolve);
        }
        Ok(Self {
            order: events.iter().fold(self.order, Order::evolve),
            promo,
        })
    }

    fn paid(self) -> Self {
        self.after(success()).unwrap()
    }

    /// Somebody else takes a use.
    fn taken(mut self) -> Self {
        let reserve = PromoCommand::Reserve {
            order_id: other_order_id(),
            buyer_id: stranger().person_id,
            at: at(8),
        };
        let reserved = Promo::decide(&self.promo, reserve).unwrap();
        self.promo = reserved.iter().fold(self.promo, Promo::evolve);
        self
    }

    fn standing(&self) -> Option<UseStanding> {
        let facts = self.promo.facts().unwrap();
        facts.uses.get(&order_id()).map(|held| held.standing)
    }

    fn counted(&self) -> u32 {
        self.promo.facts().unwrap().counted()
    }
}

/// The basic licence with ten percent off.
const TOTAL: i64 = 2691;

fn success() -> OrderCommand {
    let mut report = report(PaymentStatus::Succeeded, 20);
    (report.amount_minor, report.amount_received_minor) = (TOTAL, Some(TOTAL));
    record(report)
}

fn expire() -> OrderCommand {
    OrderCommand::Expire { at: at(17) }
}

fn cancel() -> OrderCommand {
    OrderCommand::Cancel {
        actor: buyer(),
        reason: CancelReason::BuyerRequest,
        at: at(9),
    }
}

fn refund(amount: i64) -> [OrderCommand; 2] {
    let refund_id = RefundId::from_uuid(uuid(700 + u128::try_from(amount).unwrap()));
    [
        OrderCommand::OpenRefund(OpenRefund {
            refund_id,
            actor: admin(),
            scope: RefundScope::AmountMinor(amount),
            grounds: RefundGrounds::CustomerRequest,
            note: None,
            windows: RefundWindows {
                seller_days: 14,
                admin_days: 365,
            },
            at: at(30),
        }),
        OrderCommand::SettleRefund {
            refund_id,
            provider_updated: at(31),
            source: ReportSource::Webhook,
            at: at(32),
        },
    ]
}

#[test]
fn placing_reserves_and_paying_redeems() {
    let shop = Shop::with_order();
    assert_eq!(
        (shop.standing(), shop.counted()),
        (Some(UseStanding::Reserved), 1)
    );
    let shop = shop.paid();
    let expected = Some(UseStanding::Redeemed(UseCount::WithinCaps));
    assert_eq!((shop.standing(), shop.counted()), (expected, 1));
}

#[test]
fn an_order_without_room_cannot_be_placed() {
    let full = Shop::with_order();
    let another = Shop {
        order: OrderState::Absent,
        promo: full.promo,
    };
    let mut place = place_with_code(&[line_request(LicenceKind::Basic, 1)], one_use());
    place.order_id = other_order_id();
    let refused = another.after(OrderCommand::Place(place)).err();
    assert_eq!(refused, Some(PromoError::Refused(PromoRefusal::Exhausted)));
}

/// A code for one use was used up twice by one cart, because each line was looked at by itself.
#[test]
fn a_cart_of_many_lines_takes_one_use() {
    let requests = [
        line_request(LicenceKind::Basic, 3),
        line_request(LicenceKind::Premium, 2),
    ];
    let empty = Shop {
        order: OrderState::Absent,
        promo: Promo::replay(&promo_created(one_use())),
    };
    let place = OrderCommand::Place(place_with_code(&requests, one_use()));
    let shop = empty.after(place).unwrap();
    assert_eq!(
        (shop.counted(), shop.standing()),
        (1, Some(UseStanding::Reserved))
    );
}

#[test]
fn closing_the_order_releases() {
    for close in [expire(), cancel()] {
        let shop = Shop::with_order().after(close).unwrap();
        assert_eq!((shop.standing(), shop.counted()), (None, 0));
    }
}

#[test]
fn late_money_takes_the_use_again() {
    let shop = Shop::with_order().after(expire()).unwrap().paid();
    let expected = Some(UseStanding::Redeemed(UseCount::WithinCaps));
    assert_eq!((shop.standing(), shop.counted()), (expected, 1));
}

#[test]
fn late_money_keeps_its_price_though_the_use_is_taken() {
    let shop = Shop::with_order().after(expire()).unwrap().taken().paid();
    assert!(matches!(shop.order, OrderState::Paid(_)));
    let expected = Some(UseStanding::Redeemed(UseCount::BeyondCaps));
    assert_eq!((shop.standing(), shop.counted()), (expected, 1));
}

#[test]
fn a_full_refund_frees_the_use_and_a_part_does_not() {
    let [open, settle] = refund(1000);
    let partly = Shop::with_order()
        .paid()
        .after(open)
        .unwrap()
        .after(settle)
        .unwrap();
    assert_eq!(partly.counted(), 1);
    let [open, settle] = refund(TOTAL - 1000);
    let asked = partly.after(open).unwrap();
    assert_eq!(asked.counted(), 1, "money that is on its way is not back yet");
    let wholly = asked.after(settle).unwrap();
    assert_eq!((wholly.standing(), wholly.counted()), (None, 0));
}

fn dispute(stage: DisputeStage, status: DisputeStatus) -> OrderCommand {
    let mut report = dispute_report(status, 40);
    (report.stage, report.amount) = (stage, eur(TOTAL));
    OrderCommand::RecordDispute { report, at: at(41) }
}

/// Otherwise whoever charges back could use the code again.
#[test]
fn a_lost_dispute_does_not_free_the_use() {
    let redeemed = Some(UseStanding::Redeemed(UseCount::WithinCaps));
    let disputed = Shop::with_order()
        .paid()
        .after(dispute(DisputeStage::Dispute, DisputeStatus::Opened))
        .unwrap();
    assert_eq!((disputed.standing(), disputed.counted()), (redeemed, 1));
    for end in [DisputeStatus::Lost, DisputeStatus::Accepted, DisputeStatus::Won] {
        let ended = disputed
            .clone()
            .after(dispute(DisputeStage::Dispute, end))
            .unwrap();
        assert_eq!((ended.standing(), ended.counted()), (redeemed, 1), "{end:?}");
    }
}

/// The bank asks before it takes anything, and gets the money without a dispute: this does not free the use, while a refund
/// that the seller grants does.
#[test]
fn money_that_goes_back_to_keep_off_a_chargeback_does_not_free_the_use() {
    let redeemed = Some(UseStanding::Redeemed(UseCount::WithinCaps));
    let shop = Shop::with_order()
        .paid()
        .after(dispute(DisputeStage::PreDispute, DisputeStatus::Opened))
        .unwrap()
        .after(dispute(DisputeStage::PreDispute, DisputeStatus::Accepted))
        .unwrap();
    assert_eq!((shop.standing(), shop.counted()), (redeemed, 1));
    let [open, settle] = refund(1000);
    let partly = Shop::with_order()
        .paid()
        .after(open)
        .unwrap()
        .after(settle)
        .unwrap();
    let rest = partly
        .after(dispute(DisputeStage::PreDispute, DisputeStatus::Accepted))
        .unwrap();
    assert_eq!((rest.standing(), rest.counted()), (redeemed, 1));
}

#[test]
fn a_refund_that_failed_after_all_takes_the_use_again() {
    let [open, settle] = refund(TOTAL);
    let OrderCommand::OpenRefund(OpenRefund { refund_id, .. }) = open else {
        unreachable!("a refund begins by being opened");
    };
    let undo = OrderCommand::DeclineRefund {
        refund_id,
        code: None,
        provider_updated: at(40),
        at: at(41),
    };
    let shop = Shop::with_order()
        .paid()
        .after(open)
        .unwrap()
        .after(settle)
        .unwrap();
    let again = shop.clone().after(undo.clone()).unwrap();
    assert_eq!(
        (again.standing(), again.counted()),
        (Some(UseStanding::Redeemed(UseCount::WithinCaps)), 1)
    );
    let beyond = shop.taken().after(undo).unwrap();
    assert_eq!(
        (beyond.standing(), beyond.counted()),
        (Some(UseStanding::Redeemed(UseCount::BeyondCaps)), 1)
    );
}

#[test]
fn an_order_that_costs_nothing_is_reserved_and_redeemed_at_once() {
    let all = PromoTerms {
        benefit: crate::promo::Benefit::Fixed { amount: eur(99_999) },
        ..one_use()
    };
    let empty = Shop {
        order: OrderState::Absent,
        promo: Promo::replay(&promo_created(all.clone())),
    };
    let place = place_with_code(&[line_request(LicenceKind::Basic, 1)], all);
    let shop = empty.after(OrderCommand::Place(place)).unwrap();
    assert!(matches!(shop.order, OrderState::Paid(_)));
    assert_eq!(shop.standing(), Some(UseStanding::Redeemed(UseCount::WithinCaps)));
}

#[test]
fn orders_without_a_code_move_no_promotion() {
    for event in events::order().into_iter().skip(1) {
        assert_eq!(promo_moves(&Order::replay(&placed_order()), &[event], at(9)), []);
    }
}
