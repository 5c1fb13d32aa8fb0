//! Real money moves only with a configuration that was made for it.

use crate::world::node::Binary;

const DATABASE: &str = "postgres://nobody@127.0.0.1:1/nothing";
const LIVE_KEY: &str = "prd_abcdefghijklmnopqrstuvwxyz";

#[tokio::test]
async fn live_mode_refuses_every_sign_of_a_test_set_up_and_names_it() {
    let live = [
        ("HYPERSWITCH_LIVE_MODE", "true"),
        ("HYPERSWITCH_API_KEY", "snd_only_for_tests"),
        ("HYPERSWITCH_PUBLISHABLE_KEY", "pk_snd_only_for_tests"),
        ("HYPERSWITCH_WEBHOOK_SECRET", ""),
    ];
    let said = refusal(&Binary::new(DATABASE, "http://127.0.0.1:9").with(&live)).await;
    let all = [
        "HYPERSWITCH_BASE_URL is an http: URL",
        "HYPERSWITCH_API_KEY is a test key",
        "HYPERSWITCH_PUBLISHABLE_KEY is a test key",
        "HYPERSWITCH_WEBHOOK_SECRET is missing",
    ];
    for wrong in all {
        assert!(said.contains(wrong), "{wrong:?} is not in: {said}");
    }
    assert!(!said.contains("only_for_tests"), "a secret was printed: {said}");
    let said = refusal(&Binary::new(DATABASE, "https://sandbox.hyperswitch.io").with(&live)).await;
    assert!(
        said.contains("HYPERSWITCH_BASE_URL is Hyperswitch's sandbox"),
        "{said}"
    );
}

#[tokio::test]
async fn production_keys_are_refused_outside_of_live_mode() {
    let settings = [
        ("HYPERSWITCH_API_KEY", LIVE_KEY),
        ("HYPERSWITCH_PUBLISHABLE_KEY", "pk_prd_abcdefghijklmn"),
    ];
    let said = refusal(&Binary::new(DATABASE, "http://127.0.0.1:9").with(&settings)).await;
    assert!(said.contains("HYPERSWITCH_API_KEY is a production key"), "{said}");
    assert!(
        said.contains("HYPERSWITCH_PUBLISHABLE_KEY is a production key"),
        "{said}"
    );
    assert!(!said.contains(LIVE_KEY), "a secret was printed: {said}");
}

#[tokio::test]
async fn every_wrong_setting_is_named_in_one_message() {
    let settings = [
        ("DATABASE_URL", ""),
        ("COMPTOIR_JWT_SECRET", "short"),
        ("COMPTOIR_MASTER_KEY", "no key"),
        ("COMPTOIR_HTTP_ADDR", "everywhere"),
    ];
    let said = refusal(&Binary::new(DATABASE, "http://127.0.0.1:9").with(&settings)).await;
    for (name, _) in settings {
        assert!(said.contains(name), "{name} is not in: {said}");
    }
}

async fn refusal(binary: &Binary) -> String {
    let output = binary.run(&["serve"]).await;
    assert!(!output.status.success(), "it started");
    String::from_utf8_lossy(&output.stderr).into_owned()
}
