//! Mail, by SMTP: what buyers are sent.
//!
//! - [`MailConfig`]: which server, and from whom
//! - [`Mailer`]: hands a mail to the server, and says whether it was taken, refused for good, or may be tried again
//! - `texts`: what the mails say, in each language

mod config;
mod error;
mod mailer;
mod message;
mod texts;

pub use self::config::{MailConfig, MailCredentials, MailSecurity, MailSender};
pub use self::error::MailError;
pub(crate) use self::mailer::{Mailer, Turn};
pub(crate) use self::message::{DocumentMail, file_name};
