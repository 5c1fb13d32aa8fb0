//! An order and the exclusive right it holds move together.

use crate::decider::Decider as _;
use crate::order::{CancelReason, Order, OrderCommand, OrderState, PaymentStatus, availability};
use crate::policy::exclusive_moves;
use crate::product::{ExclusiveRight, Product, ProductCommand, ProductError, ProductState, SaleStatus};
use crate::testing::samples::*;
use crate::values::LicenceKind;

/// An order and its product, moving together as one append moves them.
#[derive(Clone)]
struct Shop {
    order: OrderState,
    product: ProductState,
}

impl Shop {
    fn open() -> Self {
        Self {
            order: OrderState::Absent,
            product: Product::replay(&published_product()),
        }
    }

    fn with_exclusive_order() -> Self {
        let place = OrderCommand::Place(place(&[line_request(LicenceKind::Exclusive, 1)]));
        Self::open().after(place).unwrap()
    }

    fn after(self, command: OrderCommand) -> Result<Self, ProductError> {
        let events = Order::decide(&self.order, command).unwrap();
        let mut product = self.product;
        for step in exclusive_moves(&self.order, &events) {
            let moved = Product::decide(&product, step.command)?;
            product = moved.iter().fold(product, Product::evolve);
        }
        Ok(Self {
            order: events.iter().fold(self.order, Order::evolve),
            product,
        })
    }

    fn late_success(&self) -> OrderCommand {
        let facts = self.order.facts().unwrap();
        let products = [(product_id(), self.product.clone())].into();
        let minor = facts.total.amount;
        let mut report = report(PaymentStatus::Succeeded, 20);
        (report.amount_minor, report.amount_received_minor) = (minor, Some(minor));
        OrderCommand::RecordPaymentStatus {
            report,
            availability: availability(facts, &products),
            at: at(21),
        }
    }

    fn status(&self) -> SaleStatus {
        self.product.sale_status().unwrap()
    }
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

#[test]
fn placing_reserves_the_exclusive_licence_and_paying_sells_it() {
    let shop = Shop::with_exclusive_order();
    assert_eq!(shop.status(), SaleStatus::Reserved);
    let shop = shop.clone().after(shop.late_success()).unwrap();
    assert_eq!(shop.status(), SaleStatus::Sold);
}

#[test]
fn closing_the_order_releases_the_exclusive_licence() {
    for close in [expire(), cancel()] {
        assert_eq!(
            Shop::with_exclusive_order().after(close).unwrap().status(),
            SaleStatus::OnSale
        );
    }
}

#[test]
fn late_money_takes_the_exclusive_licence_back_if_it_is_free() {
    for close in [expire(), cancel()] {
        let shop = Shop::with_exclusive_order().after(close).unwrap();
        let shop = shop.clone().after(shop.late_success()).unwrap();
        assert!(matches!(shop.order, OrderState::Paid(_)));
        assert_eq!(shop.status(), SaleStatus::Sold);
    }
}

#[test]
fn late_money_goes_back_if_somebody_else_has_the_exclusive_licence() {
    let mut shop = Shop::with_exclusive_order().after(expire()).unwrap();
    let (offer_id, order_id) = (offer_id(LicenceKind::Exclusive), other_order_id());
    let reserve = ProductCommand::ReserveExclusive {
        offer_id,
        order_id,
        at: at(18),
    };
    let reserved = Product::decide(&shop.product, reserve).unwrap();
    shop.product = reserved.iter().fold(shop.product, Product::evolve);
    let shop = shop.clone().after(shop.late_success()).unwrap();
    assert!(matches!(&shop.order, OrderState::Expired(facts) if facts.refunds.len() == 1));
    let right = shop.product.facts().unwrap().exclusive;
    assert_eq!(right, ExclusiveRight::Reserved { offer_id, order_id });
}

#[test]
fn a_caller_that_is_wrong_about_availability_is_stopped_by_the_product() {
    let mut shop = Shop::with_exclusive_order().after(expire()).unwrap();
    let believed = shop.late_success();
    let (offer_id, order_id) = (offer_id(LicenceKind::Exclusive), other_order_id());
    let reserve = ProductCommand::ReserveExclusive {
        offer_id,
        order_id,
        at: at(18),
    };
    let reserved = Product::decide(&shop.product, reserve).unwrap();
    shop.product = reserved.iter().fold(shop.product, Product::evolve);
    assert_eq!(shop.after(believed).err(), Some(ProductError::ExclusiveReserved));
}

#[test]
fn orders_without_an_exclusive_line_move_no_product() {
    for event in events::order() {
        assert_eq!(exclusive_moves(&Order::replay(&placed_order()), &[event]), []);
    }
}
