//! Out of order, repeated, early: the same reports end in the same state.

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::*;
use crate::decider::Decider as _;
use crate::testing::samples::*;
use crate::values::{Currency, PaymentId};

fn any_report() -> impl Strategy<Value = PaymentReport> {
    let amount = prop_oneof![8 => Just(2990_i64), 1 => Just(1990)];
    let received = prop_oneof![4 => Just(Some(2990_i64)), 2 => Just(None), 1 => Just(Some(1000))];
    let currency = prop_oneof![8 => Just(Currency::EUR), 1 => Just(Currency::USD)];
    (select(PaymentStatus::ALL), 0_i64..6, amount, received, currency).prop_map(
        |(status, minutes, amount_minor, amount_received_minor, currency)| PaymentReport {
            amount_minor,
            amount_received_minor,
            currency,
            ..report(status, minutes)
        },
    )
}

/// What the provider says, and the answer to our own call, each once.
fn any_commands(record: fn(PaymentReport) -> OrderCommand) -> impl Strategy<Value = Vec<OrderCommand>> {
    let initiated = OrderCommand::RecordPaymentInitiated {
        payment_id: PaymentId::of(order_id()),
        provider_status: PaymentStatus::RequiresPaymentMethod,
        // When the reports come in too: which of them changed the order last is no part of how it ends.
        at: at(5),
    };
    prop::collection::vec(any_report(), 0..8).prop_map(move |reports| {
        reports
            .into_iter()
            .map(record)
            .chain([initiated.clone()])
            .collect()
    })
}

/// The same commands in any order, some of them again and again.
fn shuffled(commands: Vec<OrderCommand>) -> impl Strategy<Value = (Vec<OrderCommand>, Vec<OrderCommand>)> {
    let repeats = prop::collection::vec(any::<Index>(), 0..6);
    let given = commands.clone();
    (Just(commands), repeats)
        .prop_flat_map(|(commands, repeats)| {
            let again: Vec<OrderCommand> = repeats.iter().map(|index| index.get(&commands).clone()).collect();
            Just([commands, again].concat()).prop_shuffle()
        })
        .prop_map(move |shuffled| (given.clone(), shuffled))
}

fn outcome(history: &[OrderEvent], commands: Vec<OrderCommand>) -> OrderState {
    commands
        .into_iter()
        .fold(Order::replay(history), |state, command| {
            let events = Order::decide(&state, command).unwrap();
            events.iter().fold(state, Order::evolve)
        })
}

fn closed(event: impl Into<OrderEvent>) -> Vec<OrderEvent> {
    [placed_order(), vec![event.into()]].concat()
}

fn histories() -> Vec<Vec<OrderEvent>> {
    let cancelled = OrderCancelled {
        by: buyer().person_id,
        reason: CancelReason::BuyerRequest,
        at: at(3),
    };
    vec![
        placed_order(),
        closed(OrderExpired { at: at(17) }),
        closed(cancelled),
    ]
}

proptest! {
    #[test]
    fn any_order_and_any_repeats_end_in_the_same_state(
        (once, shuffled) in any_commands(record).prop_flat_map(shuffled),
    ) {
        for history in histories() {
            prop_assert_eq!(outcome(&history, once.clone()), outcome(&history, shuffled.clone()));
        }
    }

    #[test]
    fn the_same_holds_when_something_is_gone(
        (once, shuffled) in any_commands(record_when_gone).prop_flat_map(shuffled),
    ) {
        for history in histories() {
            prop_assert_eq!(outcome(&history, once.clone()), outcome(&history, shuffled.clone()));
        }
    }

    #[test]
    fn an_order_is_paid_if_and_only_if_the_whole_amount_arrived_in_its_currency(
        reports in prop::collection::vec(any_report(), 0..8),
    ) {
        let arrived = reports.iter().any(|report| {
            report.status == PaymentStatus::Succeeded
                && report.currency == Currency::EUR
                && report.amount_minor == 2990
                && report.amount_received_minor.is_none_or(|received| received == 2990)
        });
        let state = outcome(&placed_order(), reports.into_iter().map(record).collect());
        prop_assert_eq!(state.status() == Some(OrderStatus::Paid), arrived);
    }
}
