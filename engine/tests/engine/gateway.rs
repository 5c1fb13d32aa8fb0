//! The gateway to Hyperswitch, against the stand-in.

use comptoir_engine::Secret;
use comptoir_engine::gateway::hyperswitch::{
    CreatePayment, CreateRefund, Hyperswitch, HyperswitchConfig, HyperswitchError, PaymentStatus,
    RefusalKind, UnknownOutcome,
};
use comptoir_sandbox::hyperswitch::{Down, Faults, StandIn, StandInOptions};

use crate::given::hyperswitch_config;

const PAYMENT_ID: &str = "pay_01jd3e8m6xf2r9kq7v5t4w8zab";

async fn stand_in() -> (StandIn, Hyperswitch) {
    let stand_in = StandIn::start(StandInOptions::default()).await.unwrap();
    let client = Hyperswitch::new(hyperswitch_config(stand_in.base_url())).unwrap();
    (stand_in, client)
}

fn payment() -> CreatePayment {
    CreatePayment {
        payment_id: PAYMENT_ID.to_owned(),
        amount: 2990,
        currency: "EUR".to_owned(),
        capture_method: "automatic",
        customer_id: "person_01jd3e8m6xf2r9kq7v5t4w8zab".to_owned(),
        profile_id: None,
        return_url: Some("https://shop.example/return".to_owned()),
        session_expiry: 900,
        merchant_order_reference_id: "order_01jd3e8m6xf2r9kq7v5t4w8zab".to_owned(),
        metadata: serde_json::Map::new(),
        order_details: vec![],
    }
}

fn refund(refund_id: &str) -> CreateRefund {
    CreateRefund {
        refund_id: refund_id.to_owned(),
        payment_id: PAYMENT_ID.to_owned(),
        amount: 2990,
        reason: "requested_by_customer",
    }
}

fn refused<T: std::fmt::Debug>(result: Result<T, HyperswitchError>) -> RefusalKind {
    let error = result.expect_err("a refusal was expected");
    error.refusal().unwrap_or_else(|| panic!("{error:?}"))
}

/// Veza 5: a repeated call made a second payment possible.
#[tokio::test]
async fn a_payment_is_created_once_and_found_again() {
    let (stand_in, client) = stand_in().await;
    let created = client.create_payment(&payment()).await.unwrap();
    assert_eq!(created.status, PaymentStatus::RequiresPaymentMethod);
    assert_eq!((created.amount, created.currency.as_str()), (2990, "EUR"));
    assert_eq!(
        refused(client.create_payment(&payment()).await),
        RefusalKind::AlreadyExists
    );
    let found = client.create_or_find_payment(&payment()).await.unwrap();
    assert_eq!(found.client_secret, created.client_secret);
    assert!(found.client_secret.is_some());
    let cancelled = client
        .cancel_payment(PAYMENT_ID, "order_cancelled")
        .await
        .unwrap();
    assert_eq!(cancelled.status, PaymentStatus::Cancelled);
    assert_eq!(stand_in.counts(), (1, 0));
}

#[tokio::test]
async fn refusals_say_what_they_come_to() {
    let (stand_in, client) = stand_in().await;
    assert_eq!(
        refused(client.retrieve_payment(PAYMENT_ID).await),
        RefusalKind::NotFound
    );
    assert_eq!(
        refused(client.retrieve_refund("ref_1").await),
        RefusalKind::NotFound
    );
    client.create_payment(&payment()).await.unwrap();
    assert_eq!(
        refused(client.create_refund(&refund("ref_1")).await),
        RefusalKind::WrongState
    );

    let succeeded = comptoir_sandbox::hyperswitch::PaymentStatus::Succeeded;
    stand_in.settle_payment(PAYMENT_ID, succeeded, None).unwrap();
    assert_eq!(
        refused(client.cancel_payment(PAYMENT_ID, "late").await),
        RefusalKind::WrongState
    );
    client.create_refund(&refund("ref_1")).await.unwrap();
    assert_eq!(
        refused(client.create_refund(&refund("ref_1")).await),
        RefusalKind::RefundTooLarge
    );
    assert_eq!(client.retrieve_refund("ref_1").await.unwrap().amount, 2990);

    let config = HyperswitchConfig {
        api_key: Secret::new("snd_wrong"),
        ..client.config().clone()
    };
    let stranger = Hyperswitch::new(config).unwrap();
    assert_eq!(
        refused(stranger.retrieve_payment(PAYMENT_ID).await),
        RefusalKind::Unauthorised
    );
}

#[tokio::test]
async fn what_may_have_had_an_effect_is_told_from_what_has_not() {
    let (stand_in, client) = stand_in().await;
    let cases = [
        (
            Faults {
                slow_ms: 5_000,
                ..Faults::default()
            },
            "TimedOut",
        ),
        (
            Faults {
                down: Down::Unavailable,
                ..Faults::default()
            },
            "ServerFailed { status: 503 }",
        ),
        (
            Faults {
                down: Down::Drop,
                ..Faults::default()
            },
            "ConnectionLost",
        ),
    ];
    for (faults, expected) in cases {
        stand_in.set_faults(faults);
        let failed = client.create_or_find_payment(&payment()).await.unwrap_err();
        let HyperswitchError::OutcomeUnknown(outcome) = &failed else {
            panic!("{failed:?}")
        };
        assert!(format!("{outcome:?}").starts_with(expected), "{outcome:?}");
        assert!(failed.is_passing());
    }
    stand_in.set_faults(Faults::default());
    let not_made = client.retrieve_payment(PAYMENT_ID).await;
    assert_eq!(refused(not_made), RefusalKind::NotFound);

    stand_in.stop().await;
    let failed = client.create_payment(&payment()).await.unwrap_err();
    assert!(
        matches!(
            failed,
            HyperswitchError::Unreachable(_)
                | HyperswitchError::OutcomeUnknown(UnknownOutcome::ConnectionLost(_))
        ),
        "{failed:?}"
    );
    let fresh = Hyperswitch::new(client.config().clone()).unwrap();
    let failed = fresh.create_payment(&payment()).await.unwrap_err();
    assert!(matches!(failed, HyperswitchError::Unreachable(_)), "{failed:?}");
}

#[tokio::test]
async fn a_time_out_before_anything_happened_can_simply_be_tried_again() {
    let (stand_in, client) = stand_in().await;
    let slow = Faults {
        slow_ms: 5_000,
        route: Some("POST /payments".to_owned()),
        ..Faults::default()
    };
    stand_in.set_faults(slow);
    let failed = client.create_or_find_payment(&payment()).await.unwrap_err();
    assert_eq!(failed, HyperswitchError::OutcomeUnknown(UnknownOutcome::TimedOut));
    stand_in.set_faults(Faults::default());
    client.create_or_find_payment(&payment()).await.unwrap();
    assert_eq!(stand_in.counts(), (1, 0));
}
