//! A ledger with orders that the domain itself has decided.

use chrono::{DateTime, TimeDelta, Utc};
use comptoir_audit::what_if::{Books, Rules, RulesFormat, WhatIfError, WhatIfReport, what_if};
use comptoir_domain::order::{
    OpenRefund, Order, OrderCommand, OrderEvent, OrderPaid, RefundGrounds, RefundScope, RefundWindows,
    ReportSource,
};
use comptoir_domain::promo::{Promo, PromoEvent};
use comptoir_domain::testing::samples::{events::order_paid, uuid};
use comptoir_domain::values::{Actor, OrderId, RefundId};
use comptoir_domain::{Decider, DomainEvent};
use comptoir_ledger::clock::{IdSource as _, SystemIds};
use comptoir_ledger::{
    Append, ExpectedRevision, Ledger, LedgerOptions, MIGRATOR, Metadata, NewEvent, Position, StreamName,
};
use comptoir_sandbox::postgres::TestDatabase;
use uuid::Uuid;

/// A ledger, and how many orders it has.
pub(crate) struct Shop {
    _database: TestDatabase,
    ledger: Ledger,
    orders: u128,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        let database = TestDatabase::create(&MIGRATOR).await.unwrap();
        let ledger = Ledger::start(database.pool().await, LedgerOptions::default())
            .await
            .unwrap();
        Self {
            _database: database,
            ledger,
            orders: 0,
        }
    }

    async fn append<D: Decider>(&self, id: Uuid, events: &[D::Event])
    where
        D::Event: DomainEvent,
    {
        let new = |event: &D::Event| NewEvent::of(SystemIds.uuid_v7(), event);
        let append = Append::new(&Metadata::default()).write_raw(
            StreamName::of::<D>(id),
            ExpectedRevision::Any,
            events.iter().map(new).collect(),
        );
        self.ledger.append(append).await.unwrap();
    }

    pub(crate) async fn promote(&self, created: &[PromoEvent]) {
        let PromoEvent::Created(promo) = &created[0] else {
            panic!("a promotion that was made")
        };
        self.append::<Promo>(promo.promo_id.as_uuid(), created).await;
    }

    /// Stores an order that was placed, as one of its own, and pays it; then `more`, as the domain decides it.
    pub(crate) async fn sell(
        &mut self,
        placed: Vec<OrderEvent>,
        more: impl IntoIterator<Item = OrderCommand>,
    ) {
        self.orders += 1;
        let order_id = OrderId::from_uuid(uuid(1000 + self.orders));
        let mut events = placed;
        let OrderEvent::Placed(placed) = &mut events[0] else {
            panic!("an order that was placed")
        };
        placed.order_id = order_id;
        let amount = placed.total;
        if !events.iter().any(|event| matches!(event, OrderEvent::Paid(_))) {
            events.push(
                OrderPaid {
                    amount,
                    ..order_paid()
                }
                .into(),
            );
        }
        for command in more {
            let state = Order::replay(&events);
            events.extend(Order::decide(&state, command).unwrap());
        }
        self.append::<Order>(order_id.as_uuid(), &events).await;
    }

    pub(crate) async fn ask(&self, rules: &str) -> Result<WhatIfReport, WhatIfError> {
        let rules = Rules::parse(rules, RulesFormat::Toml).unwrap();
        what_if(&self.ledger, &rules, Position::END, |_| {}).await
    }

    /// All euros before and after.
    pub(crate) async fn euros(&self, rules: &str) -> (Books, Books) {
        let report = self.ask(rules).await.unwrap();
        let euros = report.totals["EUR"];
        (euros.before, euros.after)
    }
}

/// When the sample orders are paid.
pub(crate) fn paid_at() -> DateTime<Utc> {
    order_paid().at
}

/// A refund that somebody asks for so many days after the payment, and that arrives.
pub(crate) fn refund(number: u128, actor: Actor, amount_minor: i64, days: i64) -> [OrderCommand; 2] {
    let refund_id = RefundId::from_uuid(uuid(number));
    let at = paid_at() + TimeDelta::days(days);
    [
        OrderCommand::OpenRefund(OpenRefund {
            refund_id,
            actor,
            scope: RefundScope::AmountMinor(amount_minor),
            grounds: RefundGrounds::CustomerRequest,
            note: None,
            windows: RefundWindows {
                seller_days: 30,
                admin_days: 365,
            },
            at,
        }),
        OrderCommand::SettleRefund {
            refund_id,
            provider_updated: at + TimeDelta::minutes(1),
            source: ReportSource::Webhook,
            at: at + TimeDelta::minutes(2),
        },
    ]
}
