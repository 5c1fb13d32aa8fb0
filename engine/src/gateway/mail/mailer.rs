//! Hands mails to the server, one connection each: they are few, and a server is asked for no more than a few at once.
//! Remembers which ones it has taken until that is recorded.

use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use comptoir_domain::values::DocumentId;
use lettre::address::{Address, Envelope};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::config::{MailConfig, MailCredentials, MailSecurity};
use super::error::{MailError, Reply, Stage};
use super::message::DocumentMail;

/// How many connections a server is asked for at once.
const CONNECTIONS_MAX: u32 = 4;
/// How long the farewell may take.
const FAREWELL_MAX: Duration = Duration::from_secs(1);

/// Hands mails to the server. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Mailer {
    config: Arc<MailConfig>,
    connections: Arc<Semaphore>,
    taken: Arc<Mutex<HashSet<DocumentId>>>,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").finish_non_exhaustive()
    }
}

/// The right to one of the connections. Held until what the server said is recorded, too.
#[derive(Debug)]
pub(crate) struct Turn {
    _permit: Option<OwnedSemaphorePermit>,
}

impl Mailer {
    /// A mailer; it connects when there is something to send.
    pub(crate) fn new(config: MailConfig) -> Self {
        Self {
            config: Arc::new(config),
            connections: Arc::new(Semaphore::new(CONNECTIONS_MAX as usize)),
            taken: Arc::default(),
        }
    }

    /// How long it is tried to send a mail.
    pub(crate) fn give_up_after(&self) -> Duration {
        self.config.give_up_after
    }

    /// Waits for a connection to be free.
    pub(crate) async fn turn(&self) -> Turn {
        let permit = Arc::clone(&self.connections).acquire_owned().await;
        Turn { _permit: permit.ok() }
    }

    /// Waits until what was begun is over, at most as long as a mail may take.
    pub(crate) async fn finish(&self) {
        let all = self.connections.acquire_many(CONNECTIONS_MAX);
        if tokio::time::timeout(self.config.timeout, all).await.is_err() {
            tracing::warn!("the mail server takes too long; a mail that was begun may be sent again");
        }
    }

    /// The event that the mail was taken is stored: it need not be remembered any longer.
    pub(crate) fn recorded(&self, document_id: DocumentId) {
        self.taken().remove(&document_id);
    }

    fn taken(&self) -> std::sync::MutexGuard<'_, HashSet<DocumentId>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the server has taken this document, and that could not be recorded yet.
    pub(crate) fn has_taken(&self, document_id: DocumentId) -> bool {
        self.taken().contains(&document_id)
    }

    /// Sends a mail; when this returns, the server has taken it.
    pub(crate) async fn send(&self, mail: DocumentMail<'_>, _turn: &Turn) -> Result<(), MailError> {
        let document_id = mail.content.document_id;
        self.converse(mail).await?;
        self.taken().insert(document_id);
        Ok(())
    }

    async fn converse(&self, mail: DocumentMail<'_>) -> Result<(), MailError> {
        let message = mail.message(&self.config.sender)?;
        let (envelope, text) = (message.envelope(), message.formatted());
        let conversation = async {
            let mut connection = at(Stage::Connection, self.connect()).await?;
            let said = converse(&mut connection, envelope, &text).await;
            Ok((connection, said))
        };
        let (mut connection, said) = tokio::time::timeout(self.config.timeout, conversation)
            .await
            .unwrap_or(Err(MailError::TimedOut))?;
        // It has been taken or refused by now: whether the farewell is heard does not matter.
        drop(tokio::time::timeout(FAREWELL_MAX, connection.quit()).await);
        said
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let config = &self.config;
        let hello = ClientId::Domain(config.sender.domain().to_owned());
        let tls = || TlsParameters::new(config.host.clone());
        let wrapper = match config.security {
            MailSecurity::Tls => Some(tls()?),
            MailSecurity::StartTls | MailSecurity::None => None,
        };
        let server = (config.host.as_str(), config.port);
        let timeout = Some(config.timeout);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, timeout, &hello, wrapper, None).await?;
        match config.security {
            MailSecurity::StartTls => connection.starttls(tls()?, &hello).await?,
            MailSecurity::Tls | MailSecurity::None => {}
        }
        if let Some(MailCredentials { user, password }) = &config.credentials {
            let credentials = Credentials::new(user.clone(), password.expose().to_owned());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }
}

/// One mail, from the sender to the server's word that it has it.
async fn converse(
    connection: &mut AsyncSmtpConnection,
    envelope: &Envelope,
    text: &[u8],
) -> Result<(), MailError> {
    let mut parameters = Vec::new();
    let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    if !envelope.from().into_iter().chain(envelope.to()).all(is_ascii) {
        if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
            return Err(MailError::AddressRefused { code: Reply::NONE });
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    let sender: Option<Address> = envelope.from().cloned();
    at(Stage::Message, connection.command(Mail::new(sender, parameters))).await?;
    for recipient in envelope.to() {
        let command = Rcpt::new(recipient.clone(), Vec::new());
        at(Stage::Recipient, connection.command(command)).await?;
    }
    at(Stage::Message, connection.command(Data)).await?;
    at(Stage::Message, connection.message(text)).await?;
    Ok(())
}

async fn at<T>(stage: Stage, work: impl Future<Output = Result<T, SmtpError>>) -> Result<T, MailError> {
    work.await.map_err(|error| MailError::at(stage, &error))
}
