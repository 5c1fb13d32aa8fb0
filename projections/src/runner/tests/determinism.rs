//! The same events give the same states and the same read models, byte for byte: in whatever process, under whatever settings of
//! its environment, in whatever portions.

use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::interrupted::example;
use crate::ReadModel;
use crate::testing::fixture;
use crate::testing::stories::history;

/// What a process writes of everything that follows from the events.
fn written(url: &str, piece_events: &str, lanes: &str, timezone: &str, language: &str) -> String {
    let output = Command::new(example("determinism"))
        .args([url, piece_events, lanes])
        .env("TZ", timezone)
        .env("LANG", language)
        .env("LC_ALL", language)
        .output()
        .expect("the example runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).expect("it writes text")
}

#[test]
fn folded_twice_everything_is_the_same_in_other_processes_time_zones_languages_and_portions() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        failure_persistence: None,
        ..Config::with_cases(1)
    };
    let choices = prop::collection::vec(any::<(u8, u8)>(), 1..60);
    TestRunner::new(config)
        .run(&choices, |choices| {
            let fixture = runtime.block_on(async {
                let fixture = fixture().await;
                history(&fixture.ledger, 4, &choices).await;
                fixture
            });
            let url = fixture.database.url();
            let one = written(url, "1000000", "1", "UTC", "C");
            let other = written(url, "7", "3", "Asia/Kathmandu", "tr_TR.UTF-8");
            for (one, other) in one.lines().zip(other.lines()) {
                assert_eq!(one, other);
            }
            assert_eq!(one.len(), other.len());
            for what in [
                "golden order.placed.v1.json",
                "state order-",
                "state webhook-",
                "row orders ",
            ] {
                assert!(one.contains(what), "{what} is missing");
            }
            assert!(!one.contains("unreadable"), "every event is read");
            runtime.block_on(every_model_has_rows(&fixture.pool));
            runtime.block_on(async move { drop(fixture) });
            Ok(())
        })
        .unwrap();
}

async fn every_model_has_rows(pool: &sqlx::PgPool) {
    for model in ReadModel::ALL {
        let rows =
            crate::testing::rows_of(&mut pool.acquire().await.unwrap(), &format!("read_{model}")).await;
        assert!(!rows.is_empty(), "{model} has no row");
    }
}
