use std::collections::BTreeMap;

use super::{Config, ConfigError, Source, file};

const SECRETS: [&str; 5] = ["pg-hush", "jwt-hush", "aHVzaGh1c2hodXNoaHVzaGh1c2hodXNoaHVzaGh1c2g=", "snd_hush", "hook-hush"];

fn sound() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("DATABASE_URL", "postgres://comptoir:pg-hush@127.0.0.1/comptoir".to_owned()),
        ("COMPTOIR_JWT_SECRET", "jwt-hush-jwt-hush-jwt-hush-jwt-hush".to_owned()),
        ("COMPTOIR_MASTER_KEY", SECRETS[2].to_owned()),
        ("HYPERSWITCH_BASE_URL", "https://sandbox.hyperswitch.io/".to_owned()),
        ("HYPERSWITCH_API_KEY", "snd_hush".to_owned()),
        ("HYPERSWITCH_PUBLISHABLE_KEY", "pk_snd_1".to_owned()),
        ("HYPERSWITCH_WEBHOOK_SECRET", "hook-hush".to_owned()),
    ])
}

fn load(variables: &BTreeMap<&str, String>) -> Result<Config, ConfigError> {
    Source::from_variables(|name| variables.get(name).cloned())?.config()
}

fn refusal(changes: &[(&'static str, &str)]) -> String {
    let mut variables = sound();
    for (name, value) in changes {
        variables.insert(name, (*value).to_owned());
    }
    load(&variables).unwrap_err().to_string()
}

#[test]
fn what_must_be_set_suffices() {
    let config = load(&sound()).unwrap();
    assert_eq!(config.http.addr.to_string(), "127.0.0.1:8080");
    assert_eq!(config.hyperswitch.base_url, "https://sandbox.hyperswitch.io");
    assert_eq!(config.orders.session_expiry.as_secs(), 900);
}

#[test]
fn one_message_names_everything_that_is_missing() {
    insta::assert_snapshot!(load(&BTreeMap::new()).unwrap_err().to_string(), @"");
}

#[test]
fn one_message_names_everything_that_is_wrong_and_what_would_be_right() {
    let wrong = [
        ("DATABASE_URL", "mysql://root:pg-hush@localhost"),
        ("COMPTOIR_HTTP_ADDR", "localhost"),
        ("COMPTOIR_PUBLIC_URL", "comptoir.example"),
        ("COMPTOIR_JWT_SECRET", "jwt-hush"),
        ("COMPTOIR_MASTER_KEY", "hush"),
        ("HYPERSWITCH_LIVE_MODE", "yes"),
        ("COMPTOIR_ORDER_SESSION_EXPIRY_S", "10"),
        ("COMPTOIR_TAX_COUNTRY", "fr"),
        ("COMPTOIR_TAX_STANDARD_RATE_BASIS_POINTS", "10001"),
        ("COMPTOIR_LOG_FORMAT", "xml"),
    ];
    insta::assert_snapshot!(refusal(&wrong), @"");
}

#[test]
fn live_mode_names_each_setting_that_is_not_for_real_money() {
    let wrong = [("HYPERSWITCH_LIVE_MODE", "true"), ("HYPERSWITCH_WEBHOOK_SECRET", "")];
    insta::assert_snapshot!(refusal(&wrong), @"");
}

#[test]
fn two_ways_to_verify_tokens_are_one_too_many() {
    let refusal = refusal(&[("COMPTOIR_JWKS_URL", "https://id.example/keys")]);
    assert!(refusal.contains("COMPTOIR_JWT_SECRET and COMPTOIR_JWKS_URL are both set"), "{refusal}");
}

#[test]
fn no_form_of_the_configuration_shows_a_secret() {
    let variables = sound();
    let source = Source::from_variables(|name| variables.get(name).cloned()).unwrap();
    let config = source.config().unwrap();
    let shown = format!("{config:?} {config:#?} {source:?} {:?}", source.report());
    let refused = refusal(&[("COMPTOIR_JWT_SECRET", "jwt-hush"), ("COMPTOIR_MASTER_KEY", "snd_hush")]);
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{secret} in {shown}");
        assert!(!refused.contains(secret), "{secret} in {refused}");
    }
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("comptoir.toml");
    std::fs::write(&path, "[http]\naddr = \"127.0.0.1:1\"\nbody_bytes_max = 2048\n[hyperswitch]\nlive_mode = false\n")
        .unwrap();
    let mut variables = sound();
    variables.insert("COMPTOIR_CONFIG", path.display().to_string());
    variables.insert("COMPTOIR_HTTP_ADDR", "127.0.0.1:2".to_owned());
    let http = load(&variables).unwrap().http;
    assert_eq!((http.addr.port(), http.body_bytes_max), (2, 2048));
}

#[test]
fn unknown_keys_of_the_file_are_refused_with_a_guess() {
    let (_, problems) = file::parse("[http]\nadr = \"127.0.0.1:1\"\n[colour]\nwall = 'blue'\n[tax]\ncountry = 1.5\n");
    insta::assert_debug_snapshot!(problems, @"");
}

#[test]
fn a_file_that_is_not_there_or_not_toml_is_named() {
    let missing = refusal(&[("COMPTOIR_CONFIG", "/nowhere/comptoir.toml")]);
    assert!(missing.contains("COMPTOIR_CONFIG names /nowhere/comptoir.toml, which cannot be read"), "{missing}");
    let (_, problems) = file::parse("api_key = \"snd_hush\nnext = 1");
    assert_eq!(problems.len(), 1);
    assert!(!problems[0].contains("hush"), "{problems:?}");
}
