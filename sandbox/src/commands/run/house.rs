//! The house: PostgreSQL, the stand-in for Hyperswitch, a mail server and the engine, started in this order and stopped in the
//! other.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitStatus;

use comptoir_sandbox::hyperswitch::{StandIn, StandInOptions};
use comptoir_sandbox::postgres::{Place, Server, ServerOptions};
use comptoir_sandbox::smtp::{SmtpSink, SmtpSinkOptions};

use super::Arguments;
use super::engine::{Binary, Engine};
use super::settings::Settings;
use crate::console;

/// How many times faster than the real Hyperswitch the stand-in sends a webhook again: the first time after a second.
const WEBHOOK_RETRY_SPEED_UP: u32 = 60;

/// Who the platform is on its invoices, and from whom its mails are.
const PLATFORM: [(&str, &str); 9] = [
    ("COMPTOIR_INVOICING_NAME", "Comptoir de démonstration"),
    ("COMPTOIR_INVOICING_ADDRESS_LINE_1", "1 rue de l’Exemple"),
    ("COMPTOIR_INVOICING_POSTAL_CODE", "75000"),
    ("COMPTOIR_INVOICING_CITY", "Paris"),
    ("COMPTOIR_INVOICING_SIREN", "303265045"),
    ("COMPTOIR_INVOICING_REGISTER", "RCS Paris"),
    ("COMPTOIR_INVOICING_VAT_ID", "FR40303265045"),
    ("COMPTOIR_SMTP_SECURITY", "none"),
    ("COMPTOIR_SMTP_FROM", "Comptoir <invoices@comptoir.example>"),
];

/// Everything that runs.
pub(super) struct House {
    server: Server,
    stand_in: StandIn,
    mails: SmtpSink,
    engine: Engine,
    binary: Binary,
    base_url: String,
    folder: PathBuf,
    settings: Settings,
}

impl House {
    /// Starts everything, saying what and where.
    pub(super) async fn open(arguments: Arguments) -> Result<Self, Box<dyn Error>> {
        let folder = arguments.folder;
        std::fs::create_dir_all(&folder)?;
        let folder = folder.canonicalize()?;
        let mut settings = Settings::keep(folder.join("env"))?;

        let place = Place::Kept(folder.join("pg"));
        let server = Server::start(ServerOptions {
            place,
            ..ServerOptions::default()
        })
        .await?;
        let database_url = server.ensure_database("comptoir").await?;
        console::say(format_args!("PostgreSQL        {database_url}"));

        let base_url = format!("http://{}", arguments.addr);
        let stand_in = StandIn::start(StandInOptions {
            addr: arguments.hyperswitch_addr,
            api_key: settings.get("HYPERSWITCH_API_KEY"),
            publishable_key: settings.get("HYPERSWITCH_PUBLISHABLE_KEY"),
            profile_id: settings.get("HYPERSWITCH_PROFILE_ID"),
            webhook_secret: settings.get("HYPERSWITCH_WEBHOOK_SECRET"),
            webhook_url: Some(format!("{base_url}/api/v1/webhooks/hyperswitch")),
            retry_speed_up: WEBHOOK_RETRY_SPEED_UP,
            ..StandInOptions::default()
        })
        .await
        .map_err(|error| {
            format!(
                "the stand-in for Hyperswitch on {}: {}",
                arguments.hyperswitch_addr,
                chain(&error)
            )
        })?;
        console::say(format_args!(
            "Hyperswitch       {} (a stand-in)",
            stand_in.base_url()
        ));

        let mails = SmtpSink::start(SmtpSinkOptions {
            addr: arguments.smtp_addr,
            folder: Some(folder.join("mails")),
        })
        .await
        .map_err(|error| format!("the mail server on {}: {error}", arguments.smtp_addr))?;
        console::say(format_args!(
            "Mail              {} (keeps what it is sent)",
            mails.addr()
        ));

        settings.set(PLATFORM.map(|(name, value)| (name, value.to_owned())))?;
        settings.set([
            ("COMPTOIR_SMTP_HOST", mails.addr().ip().to_string()),
            ("COMPTOIR_SMTP_PORT", mails.addr().port().to_string()),
            ("DATABASE_URL", database_url),
            ("COMPTOIR_HTTP_ADDR", arguments.addr.to_string()),
            ("COMPTOIR_PUBLIC_URL", base_url.clone()),
            (
                "COMPTOIR_FILES_FOLDER",
                folder.join("files").display().to_string(),
            ),
            ("HYPERSWITCH_BASE_URL", stand_in.base_url().to_owned()),
            ("HYPERSWITCH_LIVE_MODE", "false".to_owned()),
        ])?;
        let path = arguments.comptoir.map_or_else(beside_ourselves, Ok)?;
        let binary = Binary {
            path,
            variables: settings.all(),
        };
        binary.run(&["migrate"]).await?;
        let engine = binary.serve(&base_url, &folder.join("engine.log")).await?;
        console::say(format_args!("Comptoir          {base_url}"));
        Ok(Self {
            server,
            stand_in,
            mails,
            engine,
            binary,
            base_url,
            folder,
            settings,
        })
    }

    pub(super) fn base_url(&self) -> &str {
        &self.base_url
    }

    pub(super) fn hyperswitch_url(&self) -> &str {
        self.stand_in.base_url()
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(super) fn binary(&self) -> Binary {
        self.binary.clone()
    }

    /// Where the invoice of the first sale is kept.
    pub(super) fn invoice_file(&self) -> PathBuf {
        self.folder.join("invoice.pdf")
    }

    pub(super) fn engine_log(&self) -> PathBuf {
        self.folder.join("engine.log")
    }

    pub(super) async fn engine_ended(&mut self) -> std::io::Result<ExitStatus> {
        self.engine.ended().await
    }

    /// Where to look next.
    pub(super) fn describe(&self) {
        console::say("\nEverything is up; Ctrl-C stops it.");
        console::say(format_args!("  the API's pages   {}/docs", self.base_url));
        console::say(format_args!(
            "  the database      psql {}",
            self.settings.get("DATABASE_URL")
        ));
        console::say(format_args!(
            "  the engine's log  {}",
            self.engine_log().display()
        ));
        console::say(format_args!(
            "  mails             {}",
            self.folder.join("mails").display()
        ));
        console::say(format_args!(
            "  its settings      {}",
            self.settings.path().display()
        ));
    }

    pub(super) async fn close(self) {
        self.engine.stop().await;
        drop(self.mails);
        self.stand_in.stop().await;
        if let Err(error) = self.server.stop().await {
            console::error(&error);
        }
    }
}

/// Cargo puts all binaries of the workspace into one folder.
fn beside_ourselves() -> std::io::Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("comptoir"))
}

fn chain(error: &dyn Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
