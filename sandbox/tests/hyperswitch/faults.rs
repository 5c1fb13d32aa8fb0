//! The faults, as a caller meets them.

use std::time::{Duration, Instant};

use comptoir_sandbox::http_client::HttpError;
use comptoir_sandbox::hyperswitch::{Down, Faults};
use serde_json::json;
use tokio::time::timeout;

use crate::support::{Outcome, Shop, order};

#[tokio::test]
async fn a_caller_that_gives_up_on_a_late_answer_finds_the_payment_stored() -> Outcome {
    let shop = Shop::open().await?;
    shop.stand_in.set_faults(Faults {
        late_ms: 60_000,
        calls: Some(1),
        ..Faults::default()
    });
    let request = order("pay_1");
    assert!(
        timeout(Duration::from_millis(500), shop.post("/payments", &request))
            .await
            .is_err()
    );
    assert_eq!(shop.get("/payments/pay_1").await?.0, 200);
    assert_eq!(
        shop.post("/payments", &request).await?.1["error"]["code"],
        "HE_01"
    );
    Ok(())
}

#[tokio::test]
async fn a_slow_answer_comes_slowly() -> Outcome {
    let shop = Shop::open().await?;
    shop.put(
        "/_control/faults",
        &json!({ "slow_ms": 200, "route": "POST /payments" }),
    )
    .await?;
    let start = Instant::now();
    shop.create("pay_1").await?;
    assert!(start.elapsed() >= Duration::from_millis(200));
    Ok(())
}

#[tokio::test]
async fn down_is_503_or_no_answer_at_all_and_nothing_is_stored() -> Outcome {
    let shop = Shop::open().await?;
    shop.stand_in.set_faults(Faults {
        down: Down::Unavailable,
        ..Faults::default()
    });
    let (status, answer) = shop.post("/payments", &order("pay_1")).await?;
    assert_eq!((status, &answer["error"]["type"]), (503, &json!("api")));

    shop.put("/_control/faults", &json!({ "down": "drop" })).await?;
    let hung_up = shop.post("/payments", &order("pay_1")).await;
    assert!(matches!(hung_up, Err(HttpError::NoAnswer(_))), "{hung_up:?}");
    assert_eq!(shop.stand_in.counts(), (0, 0));
    assert_eq!(shop.stand_in.calls()["POST /payments"], 2);

    shop.stand_in.set_faults(Faults::default());
    shop.create("pay_1").await?;
    Ok(())
}

#[tokio::test]
async fn a_stopped_stand_in_refuses_connections() -> Outcome {
    let shop = Shop::open().await?;
    let url = shop.stand_in.base_url().to_owned();
    shop.stand_in.stop().await;
    let address = url.trim_start_matches("http://");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    Ok(())
}
