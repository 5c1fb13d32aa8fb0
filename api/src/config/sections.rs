//! The sections of the configuration, and how each is read.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroU64};
use std::str::FromStr;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use chrono_tz::Tz;
use comptoir_domain::tax::TaxSettings;
use comptoir_engine::checkpoints::{CheckpointsConfig, LedgerKeys};
use comptoir_engine::config::LicencesConfig;
use comptoir_engine::gateway::hyperswitch::{HyperswitchConfig, HyperswitchTimeouts};
use comptoir_engine::gateway::mail::MailConfig;
use comptoir_engine::gateway::vies::ViesConfig;
use comptoir_engine::vault::MasterKey;
use sqlx::postgres::PgConnectOptions;

use super::Secret;
use super::audit;
use super::auth::{AuthConfig, auth};
use super::goods::{self, FilesSection};
use super::http;
use super::invoicing::{InvoicingSection, invoicing, time_zone};
use super::mail::mail;
use super::parse::{self, Unfit};
use super::reader::{ConfigError, Reader};
use super::settings as set;
use super::source::Source;
use super::tax::{tax, vies};

/// Everything that `comptoir serve` needs.
#[derive(Debug, Clone)]
pub struct Config {
    /// Section `database`.
    pub database: DatabaseConfig,
    /// Sections `http` and `rate_limit`.
    pub http: HttpConfig,
    /// Section `auth`.
    pub auth: AuthConfig,
    /// Section `vault`: the key that wraps every person's key.
    pub master_key: MasterKey,
    /// Section `hyperswitch`.
    pub hyperswitch: HyperswitchConfig,
    /// Section `orders`.
    pub orders: OrdersConfig,
    /// Section `files`.
    pub files: FilesSection,
    /// Section `licences`.
    pub licences: LicencesConfig,
    /// Section `audit`: how the states of the ledger are signed.
    pub checkpoints: CheckpointsConfig,
    /// Section `reconciler`.
    pub reconciler: ReconcilerConfig,
    /// Section `tax`: how the platform is taxed.
    pub tax: TaxSettings,
    /// Whose days count, for rates of tax and for documents.
    pub time_zone: Tz,
    /// Section `tax`: the register of VAT ids, if it is to be asked.
    pub vies: Option<ViesConfig>,
    /// Section `invoicing`: how invoices and credit notes are issued, if they are.
    pub invoicing: Option<InvoicingSection>,
    /// Section `mail`: how mail is sent, if it is.
    pub mail: Option<MailConfig>,
}

/// Where the ledger and the read models are.
#[derive(Debug, Clone)]
pub struct DatabaseConfig {
    /// The PostgreSQL URL, which may hold a password.
    pub url: Secret,
    /// The most connections of the pool that reads go through.
    pub connections_max: u32,
}

impl DatabaseConfig {
    /// The URL, read.
    pub fn connect_options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        PgConnectOptions::from_str(self.url.expose()).map(comptoir_ledger::with_session_settings)
    }
}

/// How the HTTP layer behaves.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Where it listens.
    pub addr: SocketAddr,
    /// How the world reaches it.
    pub public_url: String,
    /// The largest request body, in bytes. Webhooks have a limit of their own.
    pub body_bytes_max: usize,
    /// The origins whose pages may call from a browser.
    pub cors_origins: Vec<HeaderValue>,
    /// The longest that a read waits for a position.
    pub read_wait_max: Duration,
    /// The longest that a request may take.
    pub request_time_max: Duration,
    /// The longest that an upload may take.
    pub upload_time_max: Duration,
    /// How many requests a caller may make.
    pub rate_limit: RateLimitConfig,
    /// How many requests an address may make to routes that need no token.
    pub public_rate_limit: RateLimitConfig,
    /// The header in which a proxy tells the client's address.
    pub client_address_header: Option<HeaderName>,
    /// The header in which a proxy tells the country of the client's address; without one, requests say it.
    pub client_country_header: Option<HeaderName>,
}

/// How many requests a caller may make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimitConfig {
    /// So many requests ...
    pub requests: NonZeroU32,
    /// ... in so many seconds.
    pub window_s: NonZeroU64,
}

/// How long orders wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrdersConfig {
    /// How long an order waits for its payment.
    pub session_expiry: Duration,
    /// Where the buyer's browser goes after a redirect by the payment provider.
    pub return_url: Option<String>,
    /// How long a buyer is kept waiting for the payment provider before the order is answered with its payment pending.
    pub payment_patience: Duration,
    /// How long after the order a payment that was not created is tried again for the first time.
    pub payment_retry_after: Duration,
    /// How often it is looked for payments that are still to be created.
    pub payment_retry_interval: Duration,
    /// How often it is looked for orders that have expired.
    pub expiry_interval: Duration,
    /// How many days after the payment a seller can refund an order.
    pub seller_refund_days: u16,
}

/// When payments and disputes are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReconcilerConfig {
    /// How often it looks.
    pub interval: Duration,
    /// How long a payment must have been silent.
    pub age_min: Duration,
    /// How long after an order was cancelled or has expired its payment is still asked about: it may have succeeded all the
    /// same. Only the provider's webhook tells of what comes later.
    pub closed_age_max: Duration,
    /// The longest pause between two questions about the same payment or dispute: pauses double up to it.
    pub pause_max: Duration,
    /// How often the provider's list of disputes is read.
    pub disputes_interval: Duration,
}

/// How and what is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// In which form.
    pub format: LogFormat,
    /// Which events.
    pub filter: String,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Readable on a terminal, JSON elsewhere.
    Auto,
    /// One JSON object a line.
    Json,
    /// For people.
    Pretty,
}

impl Source {
    /// The whole configuration.
    pub fn config(&self) -> Result<Config, ConfigError> {
        let mut reader = Reader::new(self);
        let database = database(&mut reader);
        let http = http::http(&mut reader);
        let auth = auth(&mut reader);
        let master_key = reader.required(&set::MASTER_KEY, str::parse::<MasterKey>);
        let hyperswitch = hyperswitch(&mut reader);
        let orders = orders(&mut reader);
        let files = goods::files(&mut reader);
        let public_url = http.as_ref().map(|http| http.public_url.as_str());
        let licences = goods::licences(&mut reader, public_url);
        let checkpoints = audit::checkpoints(&mut reader, public_url);
        let reconciler = reconciler(&mut reader);
        let tax = tax(&mut reader);
        let vies = vies(&mut reader);
        let time_zone = time_zone(&mut reader);
        let invoicing = invoicing(&mut reader, tax.as_ref(), time_zone);
        let mail = mail(&mut reader);
        log(&mut reader);
        let whole = || {
            Some(Config {
                database: database?,
                http: http?,
                auth: auth?,
                master_key: master_key?,
                hyperswitch: hyperswitch?,
                orders: orders?,
                files: files?,
                licences: licences?,
                checkpoints: checkpoints?,
                reconciler: reconciler?,
                tax: tax?,
                time_zone: time_zone?,
                vies,
                invoicing,
                mail,
            })
        };
        let whole = whole();
        reader.finish(whole)
    }

    /// The section `database` alone, for commands that need no more.
    pub fn database(&self) -> Result<DatabaseConfig, ConfigError> {
        self.section(database)
    }

    /// The section `auth` alone.
    pub fn auth(&self) -> Result<AuthConfig, ConfigError> {
        self.section(auth)
    }

    /// The section `hyperswitch` alone.
    pub fn hyperswitch(&self) -> Result<HyperswitchConfig, ConfigError> {
        self.section(hyperswitch)
    }

    /// The keys that checkpoints of the ledger are verified with: of the sections `audit`, `http` and `vault` alone.
    pub fn ledger_keys(&self) -> Result<LedgerKeys, ConfigError> {
        self.section(|reader| {
            let http = http::http(reader);
            let master_key = reader.required(&set::MASTER_KEY, str::parse::<MasterKey>);
            let public_url = http.as_ref().map(|http| http.public_url.as_str());
            let checkpoints = audit::checkpoints(reader, public_url);
            // The name was checked when it was read.
            checkpoints?.keys(&master_key?).ok()
        })
    }

    /// The section `invoicing` alone; none if it is off.
    pub fn invoicing(&self) -> Result<Option<InvoicingSection>, ConfigError> {
        self.section(|reader| {
            let (tax, time_zone) = (tax(reader), time_zone(reader));
            Some(invoicing(reader, tax.as_ref(), time_zone))
        })
    }

    /// The section `mail` alone; none if it is off.
    pub fn mail(&self) -> Result<Option<MailConfig>, ConfigError> {
        self.section(|reader| Some(mail(reader)))
    }

    /// The section `log` alone, which is needed before anything can go wrong in the others.
    pub fn log(&self) -> Result<LogConfig, ConfigError> {
        self.section(log)
    }

    fn section<T>(&self, read: impl FnOnce(&mut Reader<'_>) -> Option<T>) -> Result<T, ConfigError> {
        let mut reader = Reader::new(self);
        let section = read(&mut reader);
        reader.finish(section)
    }
}

fn database(reader: &mut Reader<'_>) -> Option<DatabaseConfig> {
    let url = reader.required(&set::DATABASE_URL, |text| {
        let usable = text.starts_with("postgres://") || text.starts_with("postgresql://");
        PgConnectOptions::from_str(text)
            .ok()
            .filter(|_| usable)
            .map(|_| Secret::new(text))
            .ok_or(Unfit)
    });
    let connections_max = reader.required(&set::DATABASE_CONNECTIONS_MAX, parse::number(2..=1000));
    Some(DatabaseConfig {
        url: url?,
        connections_max: connections_max?,
    })
}

fn hyperswitch(reader: &mut Reader<'_>) -> Option<HyperswitchConfig> {
    let base_url = reader.required(&set::HYPERSWITCH_BASE_URL, parse::url);
    let api_key = reader.required(&set::HYPERSWITCH_API_KEY, parse::text);
    let publishable_key = reader.required(&set::HYPERSWITCH_PUBLISHABLE_KEY, parse::text);
    let profile_id = reader.optional(&set::HYPERSWITCH_PROFILE_ID, parse::text);
    let webhook_secret = reader
        .optional(&set::HYPERSWITCH_WEBHOOK_SECRET, parse::text)
        .map(Secret::new);
    let live_mode = reader.required(&set::HYPERSWITCH_LIVE_MODE, parse::truth);
    let call = reader.required(&set::HYPERSWITCH_TIMEOUT_MS, parse::milliseconds(100..=120_000));
    let section = HyperswitchConfig {
        base_url: base_url?,
        api_key: Secret::new(api_key?),
        publishable_key: publishable_key?,
        profile_id,
        webhook_secret,
        live_mode: live_mode?,
        timeouts: HyperswitchTimeouts {
            call: call?,
            ..HyperswitchTimeouts::default()
        },
    };
    if let Err(problems) = section.validate() {
        for problem in problems {
            reader.add(problem.to_string());
        }
        return None;
    }
    Some(section)
}

fn orders(reader: &mut Reader<'_>) -> Option<OrdersConfig> {
    let session_expiry = reader.required(&set::ORDER_SESSION_EXPIRY_S, parse::seconds(60..=7_890_000));
    let return_url = reader.optional(&set::RETURN_URL, parse::url);
    let payment_patience = reader.required(&set::PAYMENT_PATIENCE_MS, parse::milliseconds(10..=25_000));
    let payment_retry_after =
        reader.required(&set::PAYMENT_RETRY_AFTER_MS, parse::milliseconds(10..=3_600_000));
    let payment_retry_interval = reader.required(
        &set::PAYMENT_RETRY_INTERVAL_MS,
        parse::milliseconds(10..=3_600_000),
    );
    let expiry_interval = reader.required(&set::EXPIRY_INTERVAL_MS, parse::milliseconds(10..=3_600_000));
    let seller_refund_days = reader.required(&set::SELLER_REFUND_DAYS, parse::number(0..=365));
    Some(OrdersConfig {
        session_expiry: session_expiry?,
        return_url,
        payment_patience: payment_patience?,
        payment_retry_after: payment_retry_after?,
        payment_retry_interval: payment_retry_interval?,
        expiry_interval: expiry_interval?,
        seller_refund_days: seller_refund_days?,
    })
}

fn reconciler(reader: &mut Reader<'_>) -> Option<ReconcilerConfig> {
    let interval = reader.required(&set::RECONCILER_INTERVAL_MS, parse::milliseconds(10..=3_600_000));
    let age_min = reader.required(&set::RECONCILER_AGE_MIN_MS, parse::milliseconds(0..=86_400_000));
    let closed_age_max = reader.required(
        &set::RECONCILER_CLOSED_AGE_MAX_MS,
        parse::milliseconds(0..=7_890_000_000),
    );
    let pause_max = reader.required(
        &set::RECONCILER_PAUSE_MAX_MS,
        parse::milliseconds(10..=604_800_000),
    );
    let disputes_interval = reader.required(
        &set::RECONCILER_DISPUTES_INTERVAL_MS,
        parse::milliseconds(10..=86_400_000),
    );
    Some(ReconcilerConfig {
        interval: interval?,
        age_min: age_min?,
        closed_age_max: closed_age_max?,
        pause_max: pause_max?,
        disputes_interval: disputes_interval?,
    })
}

fn log(reader: &mut Reader<'_>) -> Option<LogConfig> {
    let format = reader.required(&set::LOG_FORMAT, |text| match text {
        "auto" => Ok(LogFormat::Auto),
        "json" => Ok(LogFormat::Json),
        "pretty" => Ok(LogFormat::Pretty),
        _ => Err(Unfit),
    });
    let filter = reader.required(&set::LOG_FILTER, |text| {
        text.parse::<tracing_subscriber::EnvFilter>()
            .map(|_| text.to_owned())
    });
    Some(LogConfig {
        format: format?,
        filter: filter?,
    })
}
