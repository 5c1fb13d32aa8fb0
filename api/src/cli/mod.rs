//! The commands of the binary `comptoir`.

mod audit;
mod doctor;
mod invoice;
mod migrate;
mod openapi;
mod progress;
mod projections;
mod rebuild;
mod serve;
mod signals;
mod subscriptions;
mod token;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use comptoir_documents::child::{self, ServeError as ServeRenderError};

use crate::config::{ConfigError, Source};
use crate::http::{MintError, ServeError};
use crate::node::{NodeError, SchemaError};

const AFTER_HELP: &str = "\
Settings come from environment variables and from the TOML file that COMPTOIR_CONFIG names; `comptoir doctor` lists them.

Examples:
  comptoir migrate                            bring the database up to date, once for each release
  comptoir serve                              answer requests until SIGTERM or Ctrl-C
  comptoir doctor                             say what is configured and what can be reached
  comptoir token --role buyer --ttl 2h        make a token for development
  comptoir invoice preview                    see what an invoice looks like
  comptoir audit prove order_... -o b.json    prove what became of an order
  comptoir rebuild products                   build a read model anew while the old one goes on answering
  comptoir projections                        see how the read models are doing
  comptoir openapi > openapi.json             write the description of the API";

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "comptoir",
    version,
    about = "Event-sourced commerce for digital goods under licence."
)]
#[command(after_help = AFTER_HELP, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests, run the projections and the workers, until SIGTERM or Ctrl-C
    Serve(serve::ServeArgs),
    /// Bring the database's schema up to date
    Migrate,
    /// Say what is configured and what can be reached; fails if something needed is missing
    Doctor,
    /// Make a bearer token for development, signed with `COMPTOIR_JWT_SECRET`
    Token(token::TokenArgs),
    /// Build a read model anew from events alone, beside the one in use
    Rebuild(rebuild::RebuildArgs),
    /// See how the read models are doing, and get one past an event that it cannot take
    Projections(projections::ProjectionsArgs),
    /// Look at invoices and credit notes, check and export them
    Invoice(invoice::InvoiceArgs),
    /// List who follows the ledger, and let a worker go on after a restore that lost the ledger's end
    Subscriptions(subscriptions::SubscriptionsArgs),
    /// Ask the ledger what happened, and have it prove it
    Audit(audit::AuditArgs),
    /// Print the `OpenAPI` document
    Openapi,
    /// Render one document by an operator's template, from standard input to standard output
    #[command(hide = true)]
    RenderDocument,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The node could not be put together.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// The HTTP server failed.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The address cannot be listened on.
    #[error("cannot listen on {addr} (COMPTOIR_HTTP_ADDR)")]
    Listen {
        /// The address.
        addr: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The schema could not be brought up to date.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The migrations failed.
    #[error("the migrations failed")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// The read model could not be rebuilt.
    #[error("the read model could not be rebuilt")]
    Rebuild(#[from] comptoir_projections::RebuildError),
    /// The difference is another one than was accepted.
    #[error(
        "the difference is another one than the accepted {accepted}: {} rows, digest {}; look at it with `comptoir audit diff`",
        .found.rows, .found.digest
    )]
    OtherDifference {
        /// What was accepted.
        accepted: comptoir_domain::values::Sha256Hex,
        /// What was found.
        found: Box<comptoir_projections::Difference>,
    },
    /// A decision about a read model was not recorded.
    #[error(transparent)]
    Decision(#[from] comptoir_projections::runner::DecisionError),
    /// There is nothing to leave out.
    #[error(
        "{model} and its rebuild do not stand before such an event; `comptoir projections` shows what they stand before"
    )]
    StandsBeforeNothing {
        /// The read model.
        model: comptoir_projections::ReadModel,
    },
    /// The token could not be made.
    #[error(transparent)]
    Token(#[from] MintError),
    /// Tokens can only be made with a shared secret.
    #[error("tokens are verified with the key set at {url}; ask its issuer for one")]
    NoSecret {
        /// Where the key set is.
        url: String,
    },
    /// The document could not be written.
    #[error("the OpenAPI document cannot be written")]
    Document(#[from] serde_json::Error),
    /// A document could not be rendered.
    #[error(transparent)]
    Render(#[from] ServeRenderError),
    /// Standard output is closed, or signals cannot be heard.
    #[error("the system refused")]
    Io(#[from] std::io::Error),
    /// A use case failed.
    #[error(transparent)]
    UseCase(#[from] comptoir_engine::UseCaseError),
    /// A file cannot be written.
    #[error("{} cannot be written", .path.display())]
    Unwritable {
        /// Which.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An operator's template is wrong.
    #[error("the template cannot be used: {0}")]
    Template(#[from] comptoir_documents::TemplateError),
    /// An operator's template failed on a sample after it had been tried on it.
    #[error("the template failed: {0}")]
    TemplateFailed(comptoir_documents::child::ChildError),
    /// A sample cannot be rendered.
    #[error("the sample cannot be rendered")]
    Sample(#[from] comptoir_documents::RenderError),
    /// There is no sample of that name.
    #[error("there is no such sample; `comptoir invoice preview --help` lists them")]
    UnknownSample,
    /// The period ends before it begins.
    #[error("--to is before --from")]
    EmptyPeriod,
    /// A stored file is not the one that was issued.
    #[error("{name} is not what was issued; `comptoir invoice reissue-check` looks at all of them")]
    NotAsIssued {
        /// Which.
        name: String,
    },
    /// Stored documents are not what was issued, or numbers are missing; each was named.
    #[error("{found} documents are not as they were issued")]
    DocumentsUnsound {
        /// How many.
        found: u64,
    },
    /// Documents of the period have no files yet.
    #[error("{documents} documents are not rendered yet; repeat the export when they are")]
    DocumentsUnrendered {
        /// How many.
        documents: u64,
    },
    /// Something that is needed cannot be reached; each was named.
    #[error("something that is needed is missing")]
    Unhealthy,
    /// Nothing was signed yet.
    #[error("no checkpoint was signed yet; a serving node signs one within a second of the first event")]
    NoCheckpoint,
    /// A worker could not be moved back.
    #[error(transparent)]
    Rewind(#[from] comptoir_ledger::RewindError),
    /// Read models are not moved back.
    #[error("{name} is a read model: build it anew with `comptoir rebuild {name}`")]
    RebuildInstead {
        /// Which.
        name: String,
    },
    /// Nothing was proven.
    #[error(transparent)]
    Prove(#[from] audit::ProveCommandError),
    /// An export failed.
    #[error(transparent)]
    Export(#[from] comptoir_audit::export::ExportError),
    /// A replay failed.
    #[error(transparent)]
    Replay(#[from] comptoir_audit::replay::ReplayError),
    /// The address of the target is none.
    #[error("--into is not the address of a database (postgres://user@host/name)")]
    NoTarget,
    /// A file cannot be read.
    #[error("{} cannot be read", .path.display())]
    Unreadable {
        /// Which.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is no checkpoint.
    #[error("{} is not a checkpoint as `comptoir audit checkpoint` prints it", .path.display())]
    NotACheckpoint {
        /// Which.
        path: std::path::PathBuf,
        /// What is wrong with it.
        source: comptoir_proof::note::NoteError,
    },
    /// The ledger could not be verified.
    #[error("the ledger could not be verified")]
    Verify(#[from] comptoir_audit::verify::VerifyError),
    /// The rules of a what-if cannot be used.
    #[error(transparent)]
    Rules(#[from] comptoir_audit::what_if::RulesError),
    /// What would be under other rules cannot be said.
    #[error(transparent)]
    WhatIf(#[from] comptoir_audit::what_if::WhatIfError),
    /// There is no such thing in the ledger, or it could not be read.
    #[error(transparent)]
    Timeline(#[from] comptoir_audit::timeline::TimelineError),
    /// A question to the ledger could not be answered.
    #[error(transparent)]
    Audit(Box<CliError>),
}

impl CliError {
    fn of_audit(self) -> Self {
        Self::Audit(Box::new(self))
    }

    /// What the process says by its exit status: of a question to the ledger, 1 is an answer.
    pub const fn exit_status(&self) -> u8 {
        if matches!(self, Self::Audit(_)) { 2 } else { 1 }
    }
}

impl Cli {
    /// Does what must be done before any thread is started: a process that renders limits itself. None for all other
    /// commands.
    pub fn run_alone(&self) -> Option<Result<ExitCode, CliError>> {
        match self.command {
            Command::RenderDocument => {
                let served = child::serve(std::io::stdin().lock(), std::io::stdout().lock());
                Some(served.map(|()| ExitCode::SUCCESS).map_err(CliError::from))
            }
            Command::Serve(_)
            | Command::Migrate
            | Command::Doctor
            | Command::Token(_)
            | Command::Rebuild(_)
            | Command::Projections(_)
            | Command::Invoice(_)
            | Command::Subscriptions(_)
            | Command::Audit(_)
            | Command::Openapi => None,
        }
    }

    /// Carries out the command.
    pub async fn run(self) -> Result<ExitCode, CliError> {
        let source = Source::from_environment()?;
        crate::logging::start(&source.log()?);
        match self.command {
            Command::Serve(args) => serve::run(&source, &args).await?,
            Command::Migrate => migrate::run(&source).await?,
            Command::Doctor => doctor::run(&source).await?,
            Command::Token(args) => token::run(&source, &args)?,
            Command::Rebuild(args) => rebuild::run(&source, args).await?,
            Command::Projections(args) => return projections::run(&source, args).await,
            Command::Invoice(args) => invoice::run(&source, args).await?,
            Command::Subscriptions(args) => subscriptions::run(&source, args).await?,
            Command::Audit(args) => return audit::run(&source, args).await.map_err(CliError::of_audit),
            Command::Openapi => openapi::run()?,
            // It was carried out before.
            Command::RenderDocument => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a line to standard output. A reader that has gone away is no error of ours.
fn print_line(text: &str) -> Result<(), std::io::Error> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}
