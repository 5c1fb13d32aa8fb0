//! What the configuration accepts, and how it names what is wrong.

use std::collections::BTreeMap;

use super::{Config, ConfigError, Source, file};

const SECRETS: [&str; 6] = [
    "pg-hush",
    "jwt-hush",
    "aHVzaGh1c2hodXNoaHVzaGh1c2hodXNoaHVzaGh1c2g=",
    "snd_hush",
    "hook-hush",
    "mail-hush",
];

fn sound() -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        (
            "DATABASE_URL",
            "postgres://comptoir:pg-hush@127.0.0.1/comptoir".to_owned(),
        ),
        (
            "COMPTOIR_JWT_SECRET",
            "jwt-hush-jwt-hush-jwt-hush-jwt-hush".to_owned(),
        ),
        ("COMPTOIR_MASTER_KEY", SECRETS[2].to_owned()),
        (
            "HYPERSWITCH_BASE_URL",
            "https://sandbox.hyperswitch.io/".to_owned(),
        ),
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
    insta::assert_snapshot!(load(&BTreeMap::new()).unwrap_err().to_string(), @r#"
    the configuration has 6 problems:
      - DATABASE_URL is missing (in the file: database.url); it must be a PostgreSQL URL such as postgres://comptoir@127.0.0.1/comptoir
      - COMPTOIR_JWT_SECRET is missing (in the file: auth.jwt_secret), and COMPTOIR_JWKS_URL too; one must be set, the secret to at least 32 characters, known to the issuer of the tokens only
      - COMPTOIR_MASTER_KEY is missing (in the file: vault.master_key); it must be base64 of 32 random bytes (for example from `openssl rand -base64 32`)
      - HYPERSWITCH_BASE_URL is missing (in the file: hyperswitch.base_url); it must be an absolute http: or https: URL such as https://sandbox.hyperswitch.io
      - HYPERSWITCH_API_KEY is missing (in the file: hyperswitch.api_key); it must be the secret API key of the merchant account
      - HYPERSWITCH_PUBLISHABLE_KEY is missing (in the file: hyperswitch.publishable_key); it must be the publishable key of the merchant account
    "#);
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
        ("COMPTOIR_TAX_SCHEME", "none"),
        ("COMPTOIR_TAX_PRICES", "free"),
        ("COMPTOIR_VIES_REQUESTER", "FR00000000000"),
        ("COMPTOIR_LOG_FORMAT", "xml"),
    ];
    insta::assert_snapshot!(refusal(&wrong), @r#"
    the configuration has 12 problems:
      - DATABASE_URL is ***; it must be a PostgreSQL URL such as postgres://comptoir@127.0.0.1/comptoir
      - COMPTOIR_HTTP_ADDR is "localhost"; it must be an address and a port such as 127.0.0.1:8080 (port 0 takes a free one)
      - COMPTOIR_PUBLIC_URL is "comptoir.example"; it must be an absolute http: or https: URL of at most 200 characters without a query
      - COMPTOIR_JWT_SECRET is ***; it must be at least 32 characters, known to the issuer of the tokens only
      - COMPTOIR_MASTER_KEY is ***; it must be base64 of 32 random bytes (for example from `openssl rand -base64 32`)
      - HYPERSWITCH_LIVE_MODE is "yes"; it must be true or false
      - COMPTOIR_ORDER_SESSION_EXPIRY_S is "10"; it must be a number of seconds from 60 to 7890000, as Hyperswitch accepts them
      - COMPTOIR_TAX_COUNTRY is "fr"; it must be two upper-case letters (ISO 3166-1 alpha-2)
      - COMPTOIR_TAX_SCHEME is "none"; it must be destination, establishment or small_seller
      - COMPTOIR_TAX_PRICES is "free"; it must be included or excluded
      - COMPTOIR_VIES_REQUESTER is "FR00000000000"; it must be the platform's own VAT id
      - COMPTOIR_LOG_FORMAT is "xml"; it must be auto, json or pretty
    "#);
}

#[test]
fn a_scheme_of_a_member_state_needs_one() {
    let wrong = [
        ("COMPTOIR_TAX_COUNTRY", "US"),
        ("COMPTOIR_TAX_SCHEME", "small_seller"),
    ];
    insta::assert_snapshot!(refusal(&wrong), @r"
    the configuration has 1 problem:
      - COMPTOIR_TAX_SCHEME is not destination, but COMPTOIR_TAX_COUNTRY is no member state of the EU
    ");
}

#[test]
fn live_mode_names_each_setting_that_is_not_for_real_money() {
    let wrong = [
        ("HYPERSWITCH_LIVE_MODE", "true"),
        ("HYPERSWITCH_WEBHOOK_SECRET", ""),
    ];
    insta::assert_snapshot!(refusal(&wrong), @r#"
    the configuration has 4 problems:
      - HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_BASE_URL is Hyperswitch's sandbox
      - HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_API_KEY is a test key
      - HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_PUBLISHABLE_KEY is a test key
      - HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_WEBHOOK_SECRET is missing
    "#);
}

#[test]
fn origins_are_read_exactly_as_browsers_send_them() {
    let origins = |text: &str| {
        let mut variables = sound();
        variables.insert("COMPTOIR_CORS_ORIGINS", text.to_owned());
        load(&variables).map(|config| config.http.cors_origins)
    };
    assert_eq!(load(&sound()).unwrap().http.cors_origins, [""; 0]);
    assert_eq!(
        origins("https://shop.example,http://localhost:3000 , https://[::1]:8443").unwrap(),
        [
            "https://shop.example",
            "http://localhost:3000",
            "https://[::1]:8443"
        ]
    );
    for wrong in [
        "*",
        "null",
        "shop.example",
        "https://shop.example/",
        "https://shop.example/buy",
        "https://shop.example?x",
        "https://*.shop.example",
        "https://Shop.example",
        "HTTPS://shop.example",
        "https://shop.example:443",
        "http://shop.example:80",
        "https://shop.example:",
        "https://shop.example:08443",
        "https://ada@shop.example",
        "ftp://shop.example",
        "https://",
        "https://shop.example,",
        "https://shop.example https://other.example",
    ] {
        let refusal = origins(wrong).unwrap_err().to_string();
        assert!(
            refusal.contains(&format!("COMPTOIR_CORS_ORIGINS is {wrong:?}; it must be origins")),
            "{refusal}"
        );
    }
}

#[test]
fn the_bounds_of_the_reconciler_have_bounds_themselves() {
    let refusal = refusal(&[
        ("COMPTOIR_RECONCILER_CLOSED_AGE_MAX_MS", "7890000001"),
        ("COMPTOIR_RECONCILER_PAUSE_MAX_MS", "9"),
    ]);
    insta::assert_snapshot!(refusal, @r#"
    the configuration has 2 problems:
      - COMPTOIR_RECONCILER_CLOSED_AGE_MAX_MS is "7890000001"; it must be a number of milliseconds from 0 to 7890000000 (so long after its end a cancelled or expired order is asked about)
      - COMPTOIR_RECONCILER_PAUSE_MAX_MS is "9"; it must be a number of milliseconds from 10 to 604800000 (the longest between two questions about one payment or dispute)
    "#);
}

#[test]
fn two_ways_to_verify_tokens_are_one_too_many() {
    let refusal = refusal(&[("COMPTOIR_JWKS_URL", "https://id.example/keys")]);
    assert!(
        refusal.contains("COMPTOIR_JWT_SECRET and COMPTOIR_JWKS_URL are both set"),
        "{refusal}"
    );
}

/// What turns invoices on for a French platform.
const INVOICING: [(&str, &str); 6] = [
    ("COMPTOIR_INVOICING_NAME", "Comptoir SAS"),
    ("COMPTOIR_INVOICING_ADDRESS_LINE_1", "1 rue de la Paix"),
    ("COMPTOIR_INVOICING_POSTAL_CODE", "75002"),
    ("COMPTOIR_INVOICING_CITY", "Paris"),
    ("COMPTOIR_INVOICING_SIREN", "303 265 045"),
    ("COMPTOIR_INVOICING_VAT_ID", "FR40303265045"),
];

const MAIL: [(&str, &str); 4] = [
    ("COMPTOIR_SMTP_HOST", "smtp.comptoir.example"),
    ("COMPTOIR_SMTP_USER", "comptoir"),
    ("COMPTOIR_SMTP_PASSWORD", "mail-hush"),
    ("COMPTOIR_SMTP_FROM", "Comptoir <invoices@comptoir.example>"),
];

fn with(changes: &[(&'static str, &str)]) -> BTreeMap<&'static str, String> {
    let mut variables = sound();
    variables.extend(changes.iter().map(|(name, value)| (*name, (*value).to_owned())));
    variables
}

#[test]
fn invoices_and_mails_are_off_until_somebody_is_named() {
    let config = load(&sound()).unwrap();
    assert!(config.invoicing.is_none() && config.mail.is_none());
    let config = load(&with(&[INVOICING.as_slice(), &MAIL].concat())).unwrap();
    let (invoicing, mail) = (config.invoicing.unwrap(), config.mail.unwrap());
    let number = invoicing.platform.company_number.unwrap();
    assert_eq!(number.as_str(), "303265045");
    assert_eq!((invoicing.time_zone.name(), mail.port), ("Europe/Paris", 587));
}

#[test]
fn a_small_seller_and_a_platform_elsewhere_need_no_vat_id() {
    for elsewhere in [
        ("COMPTOIR_TAX_SCHEME", "small_seller"),
        ("COMPTOIR_TAX_COUNTRY", "CH"),
    ] {
        let mut variables = with(&INVOICING);
        variables.remove("COMPTOIR_INVOICING_VAT_ID");
        assert!(load(&variables).is_err());
        variables.insert(elsewhere.0, elsewhere.1.to_owned());
        assert!(load(&variables).is_ok(), "{elsewhere:?}");
    }
}

#[test]
fn what_is_wrong_or_missing_of_invoices_and_mails_is_named() {
    let wrong = [
        ("COMPTOIR_INVOICING_NAME", "Comptoir SAS"),
        ("COMPTOIR_INVOICING_SIREN", "303265046"),
        ("COMPTOIR_INVOICING_TIME_ZONE", "Paris"),
        ("COMPTOIR_INVOICING_LOCALE", "tlh"),
        ("COMPTOIR_INVOICING_INVOICE_FORMAT", "FA-{number}"),
        ("COMPTOIR_INVOICING_SELLER_INVOICE_FORMAT", "FM-{year}-{number}"),
        ("COMPTOIR_INVOICING_FIRST_INVOICE_NUMBER", "0"),
        ("COMPTOIR_INVOICING_SINCE", "yesterday"),
        ("COMPTOIR_INVOICING_RETENTION_YEARS", "9"),
        ("COMPTOIR_SMTP_HOST", "smtp.comptoir.example"),
        ("COMPTOIR_SMTP_SECURITY", "ssl"),
        ("COMPTOIR_SMTP_USER", "comptoir"),
    ];
    insta::assert_snapshot!(refusal(&wrong), @r#"
    the configuration has 15 problems:
      - COMPTOIR_INVOICING_TIME_ZONE is "Paris"; it must be a name of the IANA time zone database such as Europe/Paris
      - COMPTOIR_INVOICING_LOCALE is "tlh"; it must be a language that documents can be written in: fr or en
      - COMPTOIR_INVOICING_INVOICE_FORMAT is "FA-{number}"; it must be a template for the numbers of invoices such as FA-{year}-{number:6}: {year} is missing: the series begins anew each year
      - COMPTOIR_INVOICING_SELLER_INVOICE_FORMAT is "FM-{year}-{number}"; it must be a template for the numbers of sellers' invoices such as FM-{supplier}-{year}-{number:5}: {supplier} is missing: the numbers of a seller's documents need a part that is proper to them
      - COMPTOIR_INVOICING_FIRST_INVOICE_NUMBER is "0"; it must be a number from 1 to 4294967295
      - COMPTOIR_INVOICING_SINCE is "yesterday"; it must be a day such as 2026-01-01; orders that were paid before it are not invoiced here
      - COMPTOIR_INVOICING_RETENTION_YEARS is "9"; it must be a number of years from 10, the least that the law allows, to 100
      - COMPTOIR_INVOICING_ADDRESS_LINE_1 is missing (in the file: invoicing.address_line_1); it must be street and number of the platform's seat, which is in COMPTOIR_TAX_COUNTRY
      - COMPTOIR_INVOICING_POSTAL_CODE is missing (in the file: invoicing.postal_code); it must be the postal code of the seat
      - COMPTOIR_INVOICING_CITY is missing (in the file: invoicing.city); it must be the town of the seat
      - COMPTOIR_INVOICING_SIREN is not a SIREN: nine digits, of which the last one checks the others
      - COMPTOIR_INVOICING_VAT_ID is needed of a supplier in FR who charges VAT
      - COMPTOIR_SMTP_SECURITY is "ssl"; it must be starttls, tls or none
      - COMPTOIR_SMTP_FROM is missing (in the file: mail.from); it must be an address such as `Shop <invoices@shop.example>`
      - COMPTOIR_SMTP_USER is set, but COMPTOIR_SMTP_PASSWORD is not
    "#);
    let without = [
        ("COMPTOIR_INVOICING_SIREN", "303265045"),
        ("COMPTOIR_INVOICING_HAND_OVER_SINCE", "2026-09-01"),
        ("COMPTOIR_SMTP_PASSWORD", "mail-hush"),
    ];
    insta::assert_snapshot!(refusal(&without), @r"
    the configuration has 3 problems:
      - COMPTOIR_INVOICING_HAND_OVER_SINCE is set, but has no effect without COMPTOIR_INVOICING_HAND_OVER_FOLDER
      - COMPTOIR_INVOICING_SIREN is set, but has no effect without COMPTOIR_INVOICING_NAME
      - COMPTOIR_SMTP_PASSWORD is set, but has no effect without COMPTOIR_SMTP_HOST
    ");
}

#[test]
fn two_series_that_could_give_the_same_number_are_refused() {
    let same = [("COMPTOIR_INVOICING_CREDIT_NOTE_FORMAT", "FA-{year}-{number:4}")];
    insta::assert_snapshot!(refusal(&[INVOICING.as_slice(), &same].concat()), @r"
    the configuration has 1 problem:
      - COMPTOIR_INVOICING_INVOICE_FORMAT and COMPTOIR_INVOICING_CREDIT_NOTE_FORMAT: invoices and credit notes must begin differently
    ");
}

#[test]
fn no_form_of_the_configuration_shows_a_secret() {
    let variables = with(&MAIL);
    let source = Source::from_variables(|name| variables.get(name).cloned()).unwrap();
    let config = source.config().unwrap();
    let shown = format!("{config:?} {config:#?} {source:?} {:?}", source.report());
    let refused = refusal(&[
        ("COMPTOIR_JWT_SECRET", "jwt-hush"),
        ("COMPTOIR_MASTER_KEY", "snd_hush"),
    ]);
    for secret in SECRETS {
        assert!(!shown.contains(secret), "{secret} in {shown}");
        assert!(!refused.contains(secret), "{secret} in {refused}");
    }
}

#[test]
fn variables_without_effect_are_named_if_they_are_set() {
    let mut variables = sound();
    let named = |variables: &BTreeMap<&str, String>| {
        let source = Source::from_variables(|name| variables.get(name).cloned()).unwrap();
        assert!(source.config().is_ok());
        source.without_effect().to_vec()
    };
    assert_eq!(named(&variables), [""; 0]);
    variables.insert("REDIS_URL", "redis://127.0.0.1".to_owned());
    variables.insert("RABBITMQ_URL", " ".to_owned());
    assert_eq!(named(&variables), ["REDIS_URL"]);
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("comptoir.toml");
    std::fs::write(
        &path,
        "[http]\naddr = \"127.0.0.1:1\"\nbody_bytes_max = 2048\ncors_origins = \"https://shop.example\"\n\
         [hyperswitch]\nlive_mode = false\n",
    )
    .unwrap();
    let mut variables = sound();
    variables.insert("COMPTOIR_CONFIG", path.display().to_string());
    variables.insert("COMPTOIR_HTTP_ADDR", "127.0.0.1:2".to_owned());
    let http = load(&variables).unwrap().http;
    assert_eq!((http.addr.port(), http.body_bytes_max), (2, 2048));
    assert_eq!(http.cors_origins, ["https://shop.example"]);
}

#[test]
fn unknown_keys_of_the_file_are_refused_with_a_guess() {
    let (_, problems) =
        file::parse("[http]\nadr = \"127.0.0.1:1\"\n[colour]\nwall = 'blue'\n[tax]\ncountry = 1.5\n");
    insta::assert_debug_snapshot!(problems, @r#"
    [
        "tax.country in the file must be a text, a whole number or true/false",
        "colour.wall in the file is not a setting",
        "http.adr in the file is not a setting; did you mean http.addr?",
    ]
    "#);
}

#[test]
fn a_file_that_is_not_there_or_not_toml_is_named() {
    let missing = refusal(&[("COMPTOIR_CONFIG", "/nowhere/comptoir.toml")]);
    assert!(
        missing.contains("COMPTOIR_CONFIG names /nowhere/comptoir.toml, which cannot be read"),
        "{missing}"
    );
    let (_, problems) = file::parse("api_key = \"snd_hush\nnext = 1");
    assert_eq!(problems.len(), 1);
    assert!(!problems[0].contains("hush"), "{problems:?}");
}
