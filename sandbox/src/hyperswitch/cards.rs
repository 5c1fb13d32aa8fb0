//! The test cards: the number decides what comes of the payment, and of its refunds.

use super::wire::PaymentStatus;

/// What a card does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TestCard {
    number: &'static str,
    pub(crate) payment: PaymentPlan,
    pub(crate) refund: RefundPlan,
}

/// What comes of a confirmed payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentPlan {
    /// At once.
    Ends(PaymentEnd),
    /// `processing`, and after a while its end.
    Processes(PaymentEnd),
    /// `requires_customer_action` with a redirect, and its end when the redirect's page is opened.
    Redirects(PaymentEnd),
    /// Refused by a blocking rule: HTTP 200 with an `error` in the body.
    Blocks,
}

/// How a payment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentEnd {
    Succeeds,
    Declines(Decline),
}

impl PaymentEnd {
    pub(crate) fn status(self) -> PaymentStatus {
        match self {
            Self::Succeeds => PaymentStatus::Succeeded,
            Self::Declines(_) => PaymentStatus::Failed,
        }
    }
}

/// Why a payment was declined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decline {
    pub(crate) code: &'static str,
    pub(crate) message: &'static str,
}

/// What comes of a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RefundPlan {
    Succeeds,
    PendingThenSucceeds,
    SucceedsThenFails,
    Fails,
    Review,
}

pub(crate) const CARD_DECLINED: Decline = Decline {
    code: "DC_08",
    message: "Payment declined: Card declined",
};
const INSUFFICIENT_FUNDS: Decline = Decline {
    code: "DC_01",
    message: "Payment declined: Insufficient funds",
};
const UNKNOWN_CARD: Decline = Decline {
    code: "DC_04",
    message: "Payment declined: Card not supported",
};

const fn card(number: &'static str, payment: PaymentPlan, refund: RefundPlan) -> TestCard {
    TestCard {
        number,
        payment,
        refund,
    }
}

const SUCCEEDS: PaymentPlan = PaymentPlan::Ends(PaymentEnd::Succeeds);

/// The table that the documentation of the module shows.
const TEST_CARDS: [TestCard; 14] = [
    card("4242424242424242", SUCCEEDS, RefundPlan::Succeeds),
    card("4111111111111111", SUCCEEDS, RefundPlan::Succeeds),
    card(
        "4000000000000002",
        PaymentPlan::Ends(PaymentEnd::Declines(CARD_DECLINED)),
        RefundPlan::Succeeds,
    ),
    card(
        "4000000000009995",
        PaymentPlan::Ends(PaymentEnd::Declines(INSUFFICIENT_FUNDS)),
        RefundPlan::Succeeds,
    ),
    card(
        "4000000000000077",
        PaymentPlan::Processes(PaymentEnd::Succeeds),
        RefundPlan::Succeeds,
    ),
    card(
        "4000000000000119",
        PaymentPlan::Processes(PaymentEnd::Declines(CARD_DECLINED)),
        RefundPlan::Succeeds,
    ),
    card(
        "4000003800000446",
        PaymentPlan::Redirects(PaymentEnd::Succeeds),
        RefundPlan::Succeeds,
    ),
    card(
        "4000000000003220",
        PaymentPlan::Redirects(PaymentEnd::Declines(CARD_DECLINED)),
        RefundPlan::Succeeds,
    ),
    card("4100000000000019", PaymentPlan::Blocks, RefundPlan::Succeeds),
    card("4000000000007726", SUCCEEDS, RefundPlan::PendingThenSucceeds),
    card("4000000000005126", SUCCEEDS, RefundPlan::SucceedsThenFails),
    card("4000000000005134", SUCCEEDS, RefundPlan::Fails),
    card("4000000000005142", SUCCEEDS, RefundPlan::Review),
    card("5555555555554444", SUCCEEDS, RefundPlan::Succeeds),
];

/// The card with this number; one that is not in the table is declined.
pub(crate) fn find(number: &str) -> TestCard {
    let unknown = card(
        "",
        PaymentPlan::Ends(PaymentEnd::Declines(UNKNOWN_CARD)),
        RefundPlan::Succeeds,
    );
    TEST_CARDS
        .into_iter()
        .find(|card| card.number == number)
        .unwrap_or(unknown)
}
