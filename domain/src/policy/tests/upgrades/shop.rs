//! Two orders, their licences and their product, each stream moved as an append moves it.

use std::collections::BTreeMap;

use crate::decider::Decider as _;
use crate::licence::{
    Bearing, HeldLicence, Licence, LicenceCause, LicenceCommand, LicenceError, LicenceStanding, LicenceState,
    Succession,
};
use crate::order::*;
use crate::policy::{
    Claims, claims, exclusive_moves, from_base, licence_causes, licences_with, upgrade_base, upgrade_moves,
};
use crate::product::{Product, ProductCommand, ProductError, ProductState};
use crate::testing::samples::events::{code, dispute_report, key_facts};
use crate::testing::samples::*;
use crate::values::{LicenceId, LicenceKind, OrderId, PaymentId, RefundId};

/// Everything in one place, each stream moved as an append moves it.
#[derive(Clone)]
pub(super) struct Shop {
    pub(super) orders: BTreeMap<OrderId, OrderState>,
    pub(super) licences: BTreeMap<LicenceId, LicenceState>,
    pub(super) product: ProductState,
}

pub(super) fn small() -> LicenceId {
    LicenceId::of_unit(order_id(), 0, 0)
}

pub(super) fn big() -> LicenceId {
    LicenceId::of_unit(other_order_id(), 0, 0)
}

impl Shop {
    /// The basic licence, paid.
    pub(super) fn with_basic() -> Self {
        let mut shop = Self {
            orders: BTreeMap::new(),
            licences: BTreeMap::new(),
            product: Product::replay(&published_product()),
        };
        let basic = place(&[line_request(LicenceKind::Basic, 1)]);
        shop.tell(order_id(), OrderCommand::Place(basic));
        shop.pay(order_id(), 4);
        shop
    }

    pub(super) fn held(&self, licence_id: LicenceId) -> Option<&HeldLicence> {
        self.licences.get(&licence_id)?.held()
    }

    pub(super) fn standing(&self, licence_id: LicenceId) -> Option<LicenceStanding> {
        Some(self.held(licence_id)?.standing(at(60)))
    }

    pub(super) fn facts(&self, order_id: OrderId) -> &OrderFacts {
        self.orders[&order_id].facts().unwrap()
    }

    pub(super) fn bases(&self) -> BTreeMap<LicenceId, UpgradeBase> {
        let chain = self.held(small()).map(|held| (held, self.facts(order_id())));
        let base = chain.and_then(|link| upgrade_base(&[link]));
        base.map(|base| (small(), base)).into_iter().collect()
    }

    /// The order that takes the bigger licence for the difference.
    pub(super) fn upgrade(&self, order_id: OrderId, kind: LicenceKind) -> Result<PlaceOrder, PlaceError> {
        let (bases, tax) = (self.bases(), tax_terms());
        let terms = PricingTerms {
            upgrades: Some(UpgradeTerms {
                bases: &bases,
                buyer_id: buyer().person_id,
                at: at(12),
            }),
            ..pricing(&tax)
        };
        let request = LineRequest {
            upgrade_of: Some(small()),
            ..line_request(kind, 1)
        };
        let products = BTreeMap::from([(product_id(), self.product.clone())]);
        let priced = price_lines(order_id, &[request], &products, terms)?;
        Ok(PlaceOrder {
            order_id,
            priced,
            ..place(&[line_request(LicenceKind::Basic, 1)])
        })
    }

    pub(super) fn upgraded(kind: LicenceKind) -> Self {
        let mut shop = Self::with_basic();
        let place = shop.upgrade(other_order_id(), kind).unwrap();
        shop.tell(other_order_id(), OrderCommand::Place(place));
        shop.pay(other_order_id(), 13);
        shop
    }

    /// A success is reported, and it is looked what of the order is still there.
    pub(super) fn pay(&mut self, id: OrderId, minutes: i64) {
        let Some(facts) = self.orders.get(&id).and_then(OrderState::facts) else {
            return;
        };
        let minor = facts.total.amount;
        let report = PaymentReport {
            payment_id: PaymentId::of(id),
            amount_minor: minor,
            amount_received_minor: Some(minor),
            ..report(PaymentStatus::Succeeded, minutes)
        };
        let availability = if facts.upgrades_stand(&self.bases(), at(minutes)) {
            let products = BTreeMap::from([(product_id(), self.product.clone())]);
            availability(facts, &products)
        } else {
            Availability::BaseGone
        };
        let command = OrderCommand::RecordPaymentStatus {
            report,
            availability,
            at: at(minutes),
        };
        self.tell(id, command);
    }

    /// What is refused changes nothing.
    pub(super) fn tell(&mut self, id: OrderId, command: OrderCommand) {
        let before = self.orders.get(&id).cloned().unwrap_or_default();
        let Ok(events) = Order::decide(&before, command) else {
            return;
        };
        for step in upgrade_moves(&before, &events) {
            self.tell_licence(step.licence_id, step.command).unwrap();
        }
        for step in exclusive_moves(&before, &events) {
            self.tell_product(step.command).unwrap();
        }
        for grant in licences_with(&before, &events) {
            let (licence_id, key) = (grant.licence_id, key_facts(1));
            let issue = LicenceCommand::Issue {
                grant,
                key,
                at: at(20),
            };
            self.tell_licence(licence_id, issue).unwrap();
        }
        self.orders.insert(id, events.iter().fold(before, Order::evolve));
        self.align(id);
    }

    pub(super) fn tell_licence(
        &mut self,
        id: LicenceId,
        command: LicenceCommand,
    ) -> Result<(), LicenceError> {
        let state = self.licences.remove(&id).unwrap_or_default();
        let decided = Licence::decide(&state, command);
        let events = decided.clone().unwrap_or_default();
        self.licences
            .insert(id, events.iter().fold(state, Licence::evolve));
        decided.map(drop)
    }

    pub(super) fn tell_product(&mut self, command: ProductCommand) -> Result<(), ProductError> {
        let events = Product::decide(&self.product, command)?;
        self.product = events.iter().fold(self.product.clone(), Product::evolve);
        Ok(())
    }

    /// What the worker does after each event of an order.
    pub(super) fn align(&mut self, id: OrderId) {
        let facts = self.facts(id).clone();
        let licence_id = LicenceId::of_unit(id, 0, 0);
        let mut causes = licence_causes(&facts)[0].clone();
        if self.held(licence_id).is_none() {
            return;
        }
        let Claims { base, exclusive } = claims(&facts, 0, &causes, at(50));
        if let Some((base_id, command)) = base {
            let refused = self.tell_licence(base_id, command).is_err();
            let lost = (LicenceCause::Base { licence_id: base_id }, Bearing::Revokes);
            let found = from_base(self.held(base_id).unwrap(), licence_id);
            causes.extend(if refused { Some(lost) } else { found });
        }
        if let Some((_, command)) = exclusive
            && self.tell_product(command).is_err()
        {
            causes.insert(LicenceCause::Resold, Bearing::Revokes);
        }
        self.tell_licence(licence_id, LicenceCommand::Align { causes, at: at(50) })
            .unwrap();
        if let Succession::Superseded { order_id, by: _ } = self.held(licence_id).unwrap().succession {
            self.align(order_id);
        }
    }

    pub(super) fn refund(&mut self, id: OrderId, number: u128) {
        let open = OpenRefund {
            refund_id: RefundId::from_uuid(uuid(number)),
            actor: admin(),
            scope: RefundScope::Whole,
            grounds: RefundGrounds::CustomerRequest,
            note: None,
            windows: RefundWindows {
                seller_days: 14,
                admin_days: 365,
            },
            at: at(30),
        };
        self.tell(id, OrderCommand::OpenRefund(open));
    }

    pub(super) fn settle(&mut self, id: OrderId, number: u128, minutes: i64) {
        let (refund_id, provider_updated) = (RefundId::from_uuid(uuid(number)), at(minutes));
        self.tell(
            id,
            OrderCommand::SettleRefund {
                refund_id,
                provider_updated,
                source: ReportSource::Webhook,
                at: at(31),
            },
        );
    }

    pub(super) fn decline(&mut self, id: OrderId, number: u128, minutes: i64) {
        let (refund_id, provider_updated) = (RefundId::from_uuid(uuid(number)), at(minutes));
        self.tell(
            id,
            OrderCommand::DeclineRefund {
                refund_id,
                code: None,
                provider_updated,
                at: at(32),
            },
        );
    }

    pub(super) fn dispute(&mut self, id: OrderId, status: DisputeStatus) {
        let report = DisputeReport {
            payment_id: PaymentId::of(id),
            provider_dispute_id: code(&format!("dp_{id}")),
            amount: self.facts(id).total,
            ..dispute_report(status, 30)
        };
        self.tell(id, OrderCommand::RecordDispute { report, at: at(33) });
    }

    pub(super) fn standings(&self) -> (Option<LicenceStanding>, Option<LicenceStanding>) {
        (self.standing(small()), self.standing(big()))
    }
}
