//! Every setting there is, with its two names. Nothing else reads the environment.

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the environment.
    pub env: &'static str,
    /// Its name in the TOML file, as `section.key`.
    pub toml: &'static str,
    /// What is right, in words, as in "must be ...".
    pub expects: &'static str,
    /// What it is when nobody sets it.
    pub default: Option<&'static str>,
    /// Whether its value may be shown.
    pub visibility: Visibility,
}

/// Whether the value of a setting may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// It may.
    Plain,
    /// Only that it is set.
    Secret,
}

macro_rules! settings {
    ($($name:ident = $env:literal, $toml:literal, $visibility:ident, $default:expr, $expects:literal;)+) => {
        $(
            #[doc = concat!("`", $env, "`, in the file `", $toml, "`.")]
            pub const $name: Setting = Setting {
                env: $env, toml: $toml, expects: $expects, default: $default, visibility: Visibility::$visibility,
            };
        )+
        /// All of them, in the order in which they are shown.
        pub const ALL: &[Setting] = &[$($name),+];
    };
}

settings! {
    DATABASE_URL = "DATABASE_URL", "database.url", Secret, None,
        "a PostgreSQL URL such as postgres://comptoir@127.0.0.1/comptoir";
    DATABASE_CONNECTIONS_MAX = "COMPTOIR_DATABASE_CONNECTIONS_MAX", "database.connections_max", Plain, Some("16"),
        "a number from 2 to 1000";
    HTTP_ADDR = "COMPTOIR_HTTP_ADDR", "http.addr", Plain, Some("127.0.0.1:8080"),
        "an address and a port such as 127.0.0.1:8080 (port 0 takes a free one)";
    PUBLIC_URL = "COMPTOIR_PUBLIC_URL", "http.public_url", Plain, Some("http://127.0.0.1:8080"),
        "an absolute http: or https: URL of at most 200 characters without a query";
    BODY_BYTES_MAX = "COMPTOIR_BODY_BYTES_MAX", "http.body_bytes_max", Plain, Some("262144"),
        "a number of bytes from 1024 to 16777216";
    CORS_ORIGINS = "COMPTOIR_CORS_ORIGINS", "http.cors_origins", Plain, None,
        "origins as browsers send them, such as https://shop.example, separated by commas (no path, no *)";
    READ_WAIT_MS_MAX = "COMPTOIR_READ_WAIT_MS_MAX", "http.read_wait_ms_max", Plain, Some("5000"),
        "a number of milliseconds from 0 to 60000";
    REQUEST_MS_MAX = "COMPTOIR_REQUEST_MS_MAX", "http.request_ms_max", Plain, Some("30000"),
        "a number of milliseconds from 1000 to 600000";
    RATE_LIMIT_REQUESTS = "COMPTOIR_RATE_LIMIT_REQUESTS", "rate_limit.requests", Plain, Some("1200000"),
        "a number of requests from 1 to 1000000000";
    RATE_LIMIT_WINDOW_S = "COMPTOIR_RATE_LIMIT_WINDOW_S", "rate_limit.window_s", Plain, Some("60"),
        "a number of seconds from 1 to 86400";
    PUBLIC_RATE_LIMIT_REQUESTS = "COMPTOIR_PUBLIC_RATE_LIMIT_REQUESTS", "rate_limit.public_requests", Plain, Some("600"),
        "a number of requests from 1 to 1000000000";
    PUBLIC_RATE_LIMIT_WINDOW_S = "COMPTOIR_PUBLIC_RATE_LIMIT_WINDOW_S", "rate_limit.public_window_s", Plain, Some("60"),
        "a number of seconds from 1 to 86400";
    CLIENT_ADDRESS_HEADER = "COMPTOIR_CLIENT_ADDRESS_HEADER", "rate_limit.client_address_header", Plain, None,
        "the name of a header in which a proxy in front of every node puts the client's address last";
    CLIENT_COUNTRY_HEADER = "COMPTOIR_CLIENT_COUNTRY_HEADER", "tax.client_country_header", Plain, None,
        "the name of a header in which a proxy in front of every node puts the country of the client's address";
    JWT_SECRET = "COMPTOIR_JWT_SECRET", "auth.jwt_secret", Secret, None,
        "at least 32 characters, known to the issuer of the tokens only";
    JWKS_URL = "COMPTOIR_JWKS_URL", "auth.jwks_url", Plain, None,
        "the http: or https: URL of a JSON Web Key Set";
    JWT_ISSUER = "COMPTOIR_JWT_ISSUER", "auth.issuer", Plain, None,
        "the `iss` claim that tokens must have";
    JWT_AUDIENCE = "COMPTOIR_JWT_AUDIENCE", "auth.audience", Plain, None,
        "the `aud` claim that tokens must have";
    MASTER_KEY = "COMPTOIR_MASTER_KEY", "vault.master_key", Secret, None,
        "base64 of 32 random bytes (for example from `openssl rand -base64 32`)";
    HYPERSWITCH_BASE_URL = "HYPERSWITCH_BASE_URL", "hyperswitch.base_url", Plain, None,
        "an absolute http: or https: URL such as https://sandbox.hyperswitch.io";
    HYPERSWITCH_API_KEY = "HYPERSWITCH_API_KEY", "hyperswitch.api_key", Secret, None,
        "the secret API key of the merchant account";
    HYPERSWITCH_PUBLISHABLE_KEY = "HYPERSWITCH_PUBLISHABLE_KEY", "hyperswitch.publishable_key", Plain, None,
        "the publishable key of the merchant account";
    HYPERSWITCH_PROFILE_ID = "HYPERSWITCH_PROFILE_ID", "hyperswitch.profile_id", Plain, None,
        "the id of a business profile";
    HYPERSWITCH_WEBHOOK_SECRET = "HYPERSWITCH_WEBHOOK_SECRET", "hyperswitch.webhook_secret", Secret, None,
        "the profile's payment_response_hash_key";
    HYPERSWITCH_LIVE_MODE = "HYPERSWITCH_LIVE_MODE", "hyperswitch.live_mode", Plain, Some("false"),
        "true or false";
    HYPERSWITCH_TIMEOUT_MS = "HYPERSWITCH_TIMEOUT_MS", "hyperswitch.timeout_ms", Plain, Some("10000"),
        "a number of milliseconds from 100 to 120000";
    ORDER_SESSION_EXPIRY_S = "COMPTOIR_ORDER_SESSION_EXPIRY_S", "orders.session_expiry_s", Plain, Some("900"),
        "a number of seconds from 60 to 7890000, as Hyperswitch accepts them";
    RETURN_URL = "COMPTOIR_RETURN_URL", "orders.return_url", Plain, None,
        "the http: or https: URL, without a query, that buyers come back to after a redirect";
    PAYMENT_PATIENCE_MS = "COMPTOIR_PAYMENT_PATIENCE_MS", "orders.payment_patience_ms", Plain, Some("8000"),
        "a number of milliseconds from 10 to 25000";
    PAYMENT_RETRY_AFTER_MS = "COMPTOIR_PAYMENT_RETRY_AFTER_MS", "orders.payment_retry_after_ms", Plain,
        Some("15000"), "a number of milliseconds from 10 to 3600000";
    PAYMENT_RETRY_INTERVAL_MS = "COMPTOIR_PAYMENT_RETRY_INTERVAL_MS", "orders.payment_retry_interval_ms", Plain,
        Some("5000"), "a number of milliseconds from 10 to 3600000";
    EXPIRY_INTERVAL_MS = "COMPTOIR_EXPIRY_INTERVAL_MS", "orders.expiry_interval_ms", Plain, Some("10000"),
        "a number of milliseconds from 10 to 3600000";
    RECONCILER_INTERVAL_MS = "COMPTOIR_RECONCILER_INTERVAL_MS", "reconciler.interval_ms", Plain, Some("60000"),
        "a number of milliseconds from 10 to 3600000";
    RECONCILER_AGE_MIN_MS = "COMPTOIR_RECONCILER_AGE_MIN_MS", "reconciler.age_min_ms", Plain, Some("300000"),
        "a number of milliseconds from 0 to 86400000";
    RECONCILER_CLOSED_AGE_MAX_MS = "COMPTOIR_RECONCILER_CLOSED_AGE_MAX_MS", "reconciler.closed_age_max_ms", Plain,
        Some("172800000"),
        "a number of milliseconds from 0 to 7890000000 (so long after its end a cancelled or expired order is asked about)";
    RECONCILER_PAUSE_MAX_MS = "COMPTOIR_RECONCILER_PAUSE_MAX_MS", "reconciler.pause_max_ms", Plain, Some("21600000"),
        "a number of milliseconds from 10 to 604800000 (the longest between two questions about one payment or dispute)";
    RECONCILER_DISPUTES_INTERVAL_MS = "COMPTOIR_RECONCILER_DISPUTES_INTERVAL_MS", "reconciler.disputes_interval_ms",
        Plain, Some("300000"), "a number of milliseconds from 10 to 86400000";
    SELLER_REFUND_DAYS = "COMPTOIR_SELLER_REFUND_DAYS", "orders.seller_refund_days", Plain, Some("14"),
        "a number of days from 0 to 365";
    FILES_FOLDER = "COMPTOIR_FILES_FOLDER", "files.folder", Plain, Some("comptoir-files"),
        "a folder, which is used unless a bucket is named";
    FILES_S3_BUCKET = "COMPTOIR_FILES_S3_BUCKET", "files.s3_bucket", Plain, None,
        "the name of a bucket";
    FILES_S3_ENDPOINT = "COMPTOIR_FILES_S3_ENDPOINT", "files.s3_endpoint", Plain, None,
        "an absolute http: or https: URL; without it the bucket is at Amazon";
    FILES_S3_REGION = "COMPTOIR_FILES_S3_REGION", "files.s3_region", Plain, Some("us-east-1"),
        "the name of a region";
    FILES_S3_ACCESS_KEY_ID = "COMPTOIR_FILES_S3_ACCESS_KEY_ID", "files.s3_access_key_id", Plain, None,
        "the public half of the credentials of the bucket";
    FILES_S3_SECRET_ACCESS_KEY = "COMPTOIR_FILES_S3_SECRET_ACCESS_KEY", "files.s3_secret_access_key", Secret, None,
        "the secret half of the credentials of the bucket";
    FILE_BYTES_MAX = "COMPTOIR_FILE_BYTES_MAX", "files.bytes_max", Plain, Some("2147483648"),
        "a number of bytes from 1 to 4398046511104";
    FILE_MEDIA_TYPES = "COMPTOIR_FILE_MEDIA_TYPES", "files.media_types", Plain,
        Some("audio/*,video/*,image/*,text/plain,application/zip,application/pdf"),
        "media types such as audio/wav or audio/*, with commas between them";
    DOWNLOAD_LINK_S = "COMPTOIR_DOWNLOAD_LINK_S", "files.download_link_s", Plain, Some("900"),
        "a number of seconds from 1 to 86400";
    UPLOAD_MS_MAX = "COMPTOIR_UPLOAD_MS_MAX", "files.upload_ms_max", Plain, Some("3600000"),
        "a number of milliseconds from 1000 to 86400000";
    LICENCE_SIGNING_KEY = "COMPTOIR_LICENCE_SIGNING_KEY", "licences.signing_key", Secret, None,
        "base64 of 32 random bytes; without it the key follows from the master key";
    LICENCE_EARLIER_KEYS = "COMPTOIR_LICENCE_EARLIER_KEYS", "licences.earlier_keys", Plain, None,
        "public Ed25519 keys of 32 bytes in base64, with commas between them";
    LICENCE_FILE_DAYS = "COMPTOIR_LICENCE_FILE_DAYS", "licences.file_days", Plain, Some("30"),
        "a number of days from 1 to 3650";
    AUDIT_ORIGIN = "COMPTOIR_AUDIT_ORIGIN", "audit.origin", Plain, None,
        "the name of the ledger in the world, such as shop.example/ledger (no white space, no +); without it that of the \
         public URL";
    AUDIT_SIGNING_KEY = "COMPTOIR_AUDIT_SIGNING_KEY", "audit.signing_key", Secret, None,
        "base64 of 32 random bytes; without it the key follows from the master key";
    AUDIT_FORMER_SIGNING_KEY = "COMPTOIR_AUDIT_FORMER_SIGNING_KEY", "audit.former_signing_key", Secret, None,
        "base64 of the 32 bytes of the key before, which goes on signing too while it is set";
    AUDIT_EARLIER_KEYS = "COMPTOIR_AUDIT_EARLIER_KEYS", "audit.earlier_keys", Plain, None,
        "public Ed25519 keys of 32 bytes in base64, with commas between them";
    AUDIT_WITNESSES = "COMPTOIR_AUDIT_WITNESSES", "audit.witnesses", Plain, None,
        "witnesses as `<key> <URL>`, such as `witness.example+0a1b2c3d+BAbc... https://witness.example`, with commas between";
    TAX_COUNTRY = "COMPTOIR_TAX_COUNTRY", "tax.country", Plain, Some("FR"),
        "two upper-case letters (ISO 3166-1 alpha-2)";
    TAX_SCHEME = "COMPTOIR_TAX_SCHEME", "tax.scheme", Plain, Some("destination"),
        "destination, establishment or small_seller";
    TAX_PRICES = "COMPTOIR_TAX_PRICES", "tax.prices", Plain, Some("included"),
        "included or excluded";
    TAX_EVIDENCE = "COMPTOIR_TAX_EVIDENCE", "tax.evidence", Plain, Some("available"),
        "available (what there is) or two (that agree)";
    SUPPLIER_OF_RECORD = "COMPTOIR_SUPPLIER_OF_RECORD", "tax.supplier_of_record", Plain, Some("platform"),
        "platform or seller";
    VIES_URL = "COMPTOIR_VIES_URL", "tax.vies_url", Plain, None,
        "an absolute http: or https: URL such as https://ec.europa.eu/taxation_customs/vies/rest-api";
    VIES_REQUESTER = "COMPTOIR_VIES_REQUESTER", "tax.vies_requester", Plain, None,
        "the platform's own VAT id";
    VIES_TIMEOUT_MS = "COMPTOIR_VIES_TIMEOUT_MS", "tax.vies_timeout_ms", Plain, Some("3000"),
        "a number of milliseconds from 100 to 20000";
    INVOICING_NAME = "COMPTOIR_INVOICING_NAME", "invoicing.name", Plain, None,
        "the legal name of the platform; with it invoices and credit notes are issued";
    INVOICING_LEGAL_FORM = "COMPTOIR_INVOICING_LEGAL_FORM", "invoicing.legal_form", Plain, None,
        "the legal form and the capital, such as SAS au capital de 10 000 EUR";
    INVOICING_ADDRESS_LINE_1 = "COMPTOIR_INVOICING_ADDRESS_LINE_1", "invoicing.address_line_1", Plain, None,
        "street and number of the platform's seat, which is in COMPTOIR_TAX_COUNTRY";
    INVOICING_ADDRESS_LINE_2 = "COMPTOIR_INVOICING_ADDRESS_LINE_2", "invoicing.address_line_2", Plain, None,
        "what did not fit the first line of the address";
    INVOICING_POSTAL_CODE = "COMPTOIR_INVOICING_POSTAL_CODE", "invoicing.postal_code", Plain, None,
        "the postal code of the seat";
    INVOICING_CITY = "COMPTOIR_INVOICING_CITY", "invoicing.city", Plain, None,
        "the town of the seat";
    INVOICING_SIREN = "COMPTOIR_INVOICING_SIREN", "invoicing.siren", Plain, None,
        "nine digits of which the last one checks the others";
    INVOICING_SIRET = "COMPTOIR_INVOICING_SIRET", "invoicing.siret", Plain, None,
        "fourteen digits of which the last one checks the others";
    INVOICING_REGISTER = "COMPTOIR_INVOICING_REGISTER", "invoicing.register", Plain, None,
        "the register and its town, such as RCS Paris";
    INVOICING_VAT_ID = "COMPTOIR_INVOICING_VAT_ID", "invoicing.vat_id", Plain, None,
        "the platform's own VAT id";
    INVOICING_EMAIL = "COMPTOIR_INVOICING_EMAIL", "invoicing.email", Plain, None,
        "an e-mail address to which questions about invoices go";
    INVOICING_TIME_ZONE = "COMPTOIR_INVOICING_TIME_ZONE", "invoicing.time_zone", Plain, Some("Europe/Paris"),
        "a name of the IANA time zone database such as Europe/Paris";
    INVOICING_LOCALE = "COMPTOIR_INVOICING_LOCALE", "invoicing.locale", Plain, Some("fr"),
        "a language that documents can be written in: fr or en";
    INVOICING_LOCALE_ABROAD = "COMPTOIR_INVOICING_LOCALE_ABROAD", "invoicing.locale_abroad", Plain, None,
        "a language that documents can be written in: fr or en";
    INVOICING_INVOICE_FORMAT = "COMPTOIR_INVOICING_INVOICE_FORMAT", "invoicing.invoice_format", Plain,
        Some("FA-{year}-{number:6}"), "a template for the numbers of invoices such as FA-{year}-{number:6}";
    INVOICING_CREDIT_NOTE_FORMAT = "COMPTOIR_INVOICING_CREDIT_NOTE_FORMAT", "invoicing.credit_note_format", Plain,
        Some("AV-{year}-{number:6}"), "a template for the numbers of credit notes such as AV-{year}-{number:6}";
    INVOICING_SELLER_INVOICE_FORMAT = "COMPTOIR_INVOICING_SELLER_INVOICE_FORMAT", "invoicing.seller_invoice_format",
        Plain, Some("FM-{supplier}-{year}-{number:5}"),
        "a template for the numbers of sellers' invoices such as FM-{supplier}-{year}-{number:5}";
    INVOICING_SELLER_CREDIT_NOTE_FORMAT = "COMPTOIR_INVOICING_SELLER_CREDIT_NOTE_FORMAT",
        "invoicing.seller_credit_note_format", Plain, Some("AM-{supplier}-{year}-{number:5}"),
        "a template for the numbers of sellers' credit notes such as AM-{supplier}-{year}-{number:5}";
    INVOICING_FIRST_YEAR = "COMPTOIR_INVOICING_FIRST_YEAR", "invoicing.first_year", Plain, None,
        "the year, of four digits, in which the platform's numbers do not begin at 1";
    INVOICING_FIRST_INVOICE_NUMBER = "COMPTOIR_INVOICING_FIRST_INVOICE_NUMBER", "invoicing.first_invoice_number", Plain,
        None, "a number from 1 to 4294967295";
    INVOICING_FIRST_CREDIT_NOTE_NUMBER = "COMPTOIR_INVOICING_FIRST_CREDIT_NOTE_NUMBER",
        "invoicing.first_credit_note_number", Plain, None, "a number from 1 to 4294967295";
    INVOICING_SINCE = "COMPTOIR_INVOICING_SINCE", "invoicing.since", Plain, None,
        "a day such as 2026-01-01; orders that were paid before it are not invoiced here";
    INVOICING_RETENTION_YEARS = "COMPTOIR_INVOICING_RETENTION_YEARS", "invoicing.retention_years", Plain, Some("10"),
        "a number of years from 10, the least that the law allows, to 100";
    INVOICING_VAT_ON_DEBITS = "COMPTOIR_INVOICING_VAT_ON_DEBITS", "invoicing.vat_on_debits", Plain, Some("false"),
        "true or false";
    INVOICING_TEMPLATE_FOLDER = "COMPTOIR_INVOICING_TEMPLATE_FOLDER", "invoicing.template_folder", Plain, None,
        "a folder with your own template, logo and colours (docs/INVOICES.md)";
    INVOICING_HAND_OVER_FOLDER = "COMPTOIR_INVOICING_HAND_OVER_FOLDER", "invoicing.hand_over_folder", Plain, None,
        "a folder from which an e-invoicing platform collects documents";
    INVOICING_HAND_OVER_SCOPE = "COMPTOIR_INVOICING_HAND_OVER_SCOPE", "invoicing.hand_over_scope", Plain,
        Some("domestic_business"), "domestic_business, business or all";
    INVOICING_HAND_OVER_SINCE = "COMPTOIR_INVOICING_HAND_OVER_SINCE", "invoicing.hand_over_since", Plain, None,
        "a day such as 2026-09-01; documents that were issued before it are not handed over";
    SMTP_HOST = "COMPTOIR_SMTP_HOST", "mail.host", Plain, None,
        "the name of a mail server; with it buyers are sent their documents";
    SMTP_PORT = "COMPTOIR_SMTP_PORT", "mail.port", Plain, None,
        "a port from 1 to 65535; without it 587 for starttls, 465 for tls, 25 for none";
    SMTP_SECURITY = "COMPTOIR_SMTP_SECURITY", "mail.security", Plain, Some("starttls"),
        "starttls, tls or none";
    SMTP_USER = "COMPTOIR_SMTP_USER", "mail.user", Plain, None,
        "the user that the mail server knows";
    SMTP_PASSWORD = "COMPTOIR_SMTP_PASSWORD", "mail.password", Secret, None,
        "the user's password";
    SMTP_FROM = "COMPTOIR_SMTP_FROM", "mail.from", Plain, None,
        "an address such as `Shop <invoices@shop.example>`";
    SMTP_TIMEOUT_MS = "COMPTOIR_SMTP_TIMEOUT_MS", "mail.timeout_ms", Plain, Some("30000"),
        "a number of milliseconds from 100 to 600000";
    SMTP_GIVE_UP_HOURS = "COMPTOIR_SMTP_GIVE_UP_HOURS", "mail.give_up_hours", Plain, Some("72"),
        "a number of hours from 1 to 8760, after which a mail is tried no more";
    LOG_FORMAT = "COMPTOIR_LOG_FORMAT", "log.format", Plain, Some("auto"),
        "auto, json or pretty";
    LOG_FILTER = "COMPTOIR_LOG", "log.filter", Plain,
        Some("info,sqlx::postgres::notice=warn"),
        "a tracing filter such as info or comptoir_engine=debug,info";
}

/// The variable that names the TOML file.
pub const CONFIG_FILE: &str = "COMPTOIR_CONFIG";

/// Variables that deployments set and that this release does not read. `comptoir doctor` says so, and shows no value: an
/// address may hold a password.
pub const WITHOUT_EFFECT: &[&str] = &["COMPTOIR_METRICS_ADDR", "RABBITMQ_URL", "REDIS_URL"];
