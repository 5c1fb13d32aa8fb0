//! What follows from what.

mod after_sale;
mod documents;
mod exclusives;
mod promotions;
mod upgrades;

use std::collections::BTreeSet;

use super::*;
use crate::decider::Decider as _;
use crate::licence::{Licence, LicenceCommand, LicenceState};
use crate::order::{Order, OrderEvent, OrderState, PaymentStatus, RefundReason, ReportSource};
use crate::refund::{Refund, RefundEvent, RefundReport, RefundStatus};
use crate::testing::samples::events::{self, code, payment_news, webhook_received};
use crate::testing::samples::*;
use crate::values::{LicenceKind, PaymentId, RefundId};
use crate::webhook::{PaymentNews, RefundNews, WebhookContent};

#[test]
fn placing_asks_for_a_payment_unless_there_is_nothing_to_pay() {
    let placed = events::order_placed();
    let asked = vec![Instruction::CallCreatePayment {
        order_id: order_id(),
        payment_id: PaymentId::of(order_id()),
        amount: eur(2990),
    }];
    let order = Order::replay(&placed_order());
    assert_eq!(on_order_event(&order, &placed.clone().into()), asked);
    let free = OrderEvent::from(crate::order::OrderPlaced {
        total: eur(0),
        ..placed
    });
    assert_eq!(on_order_event(&Order::replay([&free]), &free), []);
}

#[test]
fn paying_issues_one_licence_for_each_unit_together_with_the_payment() {
    let requests = [
        line_request(LicenceKind::Basic, 3),
        line_request(LicenceKind::Premium, 2),
    ];
    let open = Order::replay(&placed(&requests));
    let paid = [OrderEvent::from(events::order_paid())];
    let grants = licences_with(&open, &paid);
    assert_eq!(grants, licences_with(&open, &paid), "the same ones again");
    let ids: BTreeSet<_> = grants.iter().map(|grant| grant.licence_id).collect();
    assert_eq!((grants.len(), ids.len()), (5, 5));
    for grant in grants {
        let issue = LicenceCommand::Issue {
            grant,
            key: events::key_facts(1),
            at: at(6),
        };
        assert_eq!(Licence::decide(&LicenceState::Absent, issue).unwrap().len(), 1);
    }
    assert_eq!(on_order_event(&Order::evolve(open, &paid[0]), &paid[0]), []);
    let single = Order::replay(&placed_order());
    assert_eq!(licences_with(&single, &paid), [events::licence_grant()]);
    assert_eq!(licences_with(&single, &[]), []);
    assert_eq!(licences_with(&OrderState::Absent, &[]), []);
}

#[test]
fn an_order_with_very_many_licences_gets_all_of_them_after_its_payment() {
    let most = LICENCES_WITH_PAYMENT_MAX;
    let paid = [OrderEvent::from(events::order_paid())];
    for (quantity, together, later) in [(most, most, 0), (most + 1, 0, most + 1)] {
        let open = Order::replay(&placed(&[line_request(LicenceKind::Basic, quantity.into())]));
        let with = licences_with(&open, &paid).len();
        let after = on_order_event(&Order::evolve(open, &paid[0]), &paid[0]).len();
        assert_eq!((with, after), (together as usize, later as usize));
    }
}

#[test]
fn a_refund_runs_from_the_order_to_the_provider_and_back() {
    let order = Order::replay(&placed_order());
    let (refund_id, payment_id) = (RefundId::of_late_payment(order_id()), PaymentId::of(order_id()));
    let (amount, reason, order_id) = (eur(2990), RefundReason::LatePaymentUnavailable, order_id());
    let opened = events::order()
        .into_iter()
        .find(|event| matches!(event, OrderEvent::RefundOpened(_)))
        .unwrap();
    let request = Instruction::RequestRefund {
        refund_id,
        order_id,
        payment_id,
        amount,
        reason,
    };
    assert_eq!(on_order_event(&order, &opened), [request]);
    let refund = Refund::replay(&events::refund());
    let follows = |event: &RefundEvent| on_refund_event(&refund, event);
    let provider_updated = at(21);
    let expected = [
        vec![Instruction::SubmitRefund {
            refund_id,
            payment_id,
            amount,
            reason,
        }],
        vec![],
        vec![],
        vec![Instruction::SettleOrderRefund {
            order_id,
            refund_id,
            provider_updated,
            source: ReportSource::Webhook,
        }],
        vec![
            Instruction::DeclineOrderRefund {
                order_id,
                refund_id,
                code: Some(code("expired_or_canceled_card")),
                provider_updated,
            },
            Instruction::Report(Notice::RefundFailed { refund_id }),
        ],
        vec![
            Instruction::FlagOrderRefund {
                order_id,
                refund_id,
                reported: eur(100),
                provider_updated,
                source: ReportSource::Webhook,
            },
            Instruction::Report(Notice::RefundNeedsReview { refund_id }),
        ],
        vec![
            Instruction::DeclineOrderRefund {
                order_id,
                refund_id,
                code: Some(code("IR_13")),
                provider_updated: at(20),
            },
            Instruction::Report(Notice::RefundFailed { refund_id }),
        ],
    ];
    assert_eq!(events::refund().iter().map(follows).collect::<Vec<_>>(), expected);
}

#[test]
fn a_payment_webhook_becomes_a_report_whatever_the_kind_says() {
    let applied = Instruction::ApplyPaymentReport {
        order_id: order_id(),
        report: report(PaymentStatus::Succeeded, 4),
    };
    for kind in [
        "payment_succeeded",
        "payment_failed",
        "payment_captured",
        "action_required",
    ] {
        let received = webhook_received(kind, WebhookContent::Payment(payment_news()));
        assert_eq!(on_webhook(&received), std::slice::from_ref(&applied));
    }
}

#[test]
fn what_the_reconciler_reads_becomes_the_same_report_from_another_source() {
    let report = crate::order::PaymentReport {
        source: ReportSource::Reconciler,
        ..report(PaymentStatus::Succeeded, 4)
    };
    let applied = Instruction::ApplyPaymentReport {
        order_id: order_id(),
        report,
    };
    assert_eq!(on_payment_read(&payment_news()), applied);
}

#[test]
fn kinds_that_are_not_known_are_kept_and_ignored() {
    for kind in [
        "mandate_active",
        "payout_success",
        "invoice_paid",
        "payment_sparkled",
        "refund_sparkled",
    ] {
        assert_eq!(
            on_webhook(&webhook_received(kind, WebhookContent::Payment(payment_news()))),
            []
        );
    }
}

#[test]
fn what_cannot_be_ours_or_cannot_be_read_is_reported() {
    let news = payment_news();
    let unreadable = |field| Notice::UnreadableNews {
        about: code("payment_succeeded"),
        field,
    };
    let foreign = code("pay_example0000000000001");
    let cases = [
        (
            PaymentNews {
                payment_id: foreign.clone(),
                ..news.clone()
            },
            Notice::UnknownPayment { payment_id: foreign },
        ),
        (
            PaymentNews {
                status: Some(code("sparkling")),
                ..news.clone()
            },
            unreadable("status"),
        ),
        (
            PaymentNews {
                status: None,
                ..news.clone()
            },
            unreadable("status"),
        ),
        (
            PaymentNews {
                amount: None,
                ..news.clone()
            },
            unreadable("amount"),
        ),
        (
            PaymentNews {
                currency: Some(code("euro")),
                ..news.clone()
            },
            unreadable("currency"),
        ),
        (
            PaymentNews {
                updated: None,
                ..news
            },
            unreadable("updated"),
        ),
    ];
    for (news, notice) in cases {
        let received = webhook_received("payment_succeeded", WebhookContent::Payment(news));
        assert_eq!(on_webhook(&received), [Instruction::Report(notice)]);
    }
    let stray = webhook_received("payment_succeeded", WebhookContent::Other { object_type: None });
    assert_eq!(on_webhook(&stray), [Instruction::Report(unreadable("content"))]);
}

#[test]
fn a_refund_webhook_becomes_a_report() {
    let refund_id = RefundId::of_late_payment(order_id());
    let news = RefundNews {
        refund_id: code(&refund_id.to_string()),
        payment_id: Some(code(&PaymentId::of(order_id()).to_string())),
        status: Some(code("failed")),
        amount: Some(2990),
        currency: Some(code("EUR")),
        updated: Some(at(21)),
        error_code: Some(code("closed")),
        unified_code: None,
    };
    let report = |source| RefundReport {
        refund_id,
        status: RefundStatus::Failed,
        amount: eur(2990),
        updated: at(21),
        error_code: Some(code("closed")),
        unified_code: None,
        source,
    };
    let received = webhook_received("refund_failed", WebhookContent::Refund(news.clone()));
    let applied = |source| Instruction::ApplyRefundReport {
        refund_id,
        report: report(source),
    };
    assert_eq!(on_webhook(&received), [applied(ReportSource::Webhook)]);
    assert_eq!(on_refund_read(&news), applied(ReportSource::Reconciler));
    let foreign = code("ref_example0000000000001");
    let received = webhook_received(
        "refund_failed",
        WebhookContent::Refund(RefundNews {
            refund_id: foreign.clone(),
            ..news
        }),
    );
    let notice = Notice::UnknownRefund { refund_id: foreign };
    assert_eq!(on_webhook(&received), [Instruction::Report(notice)]);
}

#[test]
fn a_flagged_order_is_reported() {
    let order = Order::replay(&placed_order());
    let flagged = events::order()
        .into_iter()
        .find(|event| matches!(event, OrderEvent::FlaggedForReview(_)))
        .unwrap();
    let notice = Notice::OrderNeedsReview {
        order_id: order_id(),
        status: order.status(),
    };
    assert_eq!(on_order_event(&order, &flagged), [Instruction::Report(notice)]);
}

#[test]
fn nothing_follows_from_an_order_or_refund_that_is_not_there() {
    assert_eq!(
        on_order_event(&OrderState::Absent, &events::order_paid().into()),
        []
    );
    for event in events::refund() {
        assert_eq!(on_refund_event(&crate::refund::RefundState::Absent, &event), []);
    }
}

#[test]
fn erasing_a_person_destroys_their_key() {
    let person_id = buyer().person_id;
    assert_eq!(
        on_person_event(&events::person_erased().into()),
        [Instruction::DestroyKey { person_id }]
    );
}
