//! Hands mails to the server, one connection each: they are few, and a server is asked for no more than a few at once.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use lettre::address::{Address, Envelope};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use tokio::sync::Semaphore;

use super::config::{MailConfig, MailCredentials, MailSecurity};
use super::error::{MailError, Reply, Stage};
use super::message::DocumentMail;

/// How many connections a server is asked for at once.
const CONNECTIONS_MAX: usize = 4;
/// How long the farewell may take.
const FAREWELL_MAX: Duration = Duration::from_secs(1);

/// Hands mails to the server. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(crate) struct Mailer {
    config: Arc<MailConfig>,
    connections: Arc<Semaphore>,
}

impl Mailer {
    /// A mailer; it connects when there is something to send.
    pub(crate) fn new(config: MailConfig) -> Self {
        Self {
            config: Arc::new(config),
            connections: Arc::new(Semaphore::new(CONNECTIONS_MAX)),
        }
    }

    /// How long it is tried to send a mail.
    pub(crate) fn give_up_after(&self) -> Duration {
        self.config.give_up_after
    }

    /// Sends a mail; when this returns, the server has taken it.
    pub(crate) async fn send(&self, mail: DocumentMail<'_>) -> Result<(), MailError> {
        let message = mail.message(&self.config.sender)?;
        let (envelope, text) = (message.envelope(), message.formatted());
        let _turn = self.connections.acquire().await;
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
