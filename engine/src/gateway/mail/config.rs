//! Which mail server, and from whom.

use std::time::Duration;

use lettre::message::Mailbox;

use crate::secret::Secret;

/// Which mail server, and from whom.
#[derive(Debug, Clone)]
pub struct MailConfig {
    /// The name of the server, which its certificate must be for.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is secured.
    pub security: MailSecurity,
    /// Who we are to the server; none if it does not ask.
    pub credentials: Option<MailCredentials>,
    /// From whom the mails are.
    pub sender: MailSender,
    /// How long a mail may take, from the connection to the server's last word.
    pub timeout: Duration,
    /// How long it is tried to send a mail. What is older is not sent at all.
    pub give_up_after: Duration,
}

/// How the connection is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// It begins in plain and is secured before anything is said; a server that cannot is not told anything.
    StartTls,
    /// It is secured from the beginning.
    Tls,
    /// Not at all: for a server on the same machine or network.
    None,
}

/// Who we are to the server.
#[derive(Debug, Clone)]
pub struct MailCredentials {
    /// The user.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// From whom mails are: an address, with a name if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSender(Mailbox);

/// It is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address such as `Shop <invoices@shop.example>`")]
pub struct NotASender;

impl MailSecurity {
    /// The usual port.
    pub const fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

impl MailSender {
    /// Reads `invoices@shop.example` or `Shop <invoices@shop.example>`.
    pub fn try_new(text: &str) -> Result<Self, NotASender> {
        text.parse().map(Self).map_err(|_| NotASender)
    }

    pub(super) const fn mailbox(&self) -> &Mailbox {
        &self.0
    }

    /// What stands behind the `@`.
    pub(super) fn domain(&self) -> &str {
        self.0.email.domain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_an_address_with_or_without_a_name() {
        for right in ["invoices@shop.example", "Night Shop <invoices@shop.example>"] {
            let sender = MailSender::try_new(right).unwrap();
            assert_eq!(sender.domain(), "shop.example");
        }
        for wrong in [
            "",
            "shop.example",
            "Shop invoices@shop.example",
            "<@shop.example>",
        ] {
            assert!(MailSender::try_new(wrong).is_err(), "{wrong}");
        }
    }
}
