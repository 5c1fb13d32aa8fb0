//! A mail server that keeps what it is sent: for tests, and for `make run`.
//!
//! It speaks SMTP as far as a client that submits mail needs it (RFC 5321: EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, VRFY, QUIT;
//! AUTH PLAIN takes anybody), without TLS. It can be told to refuse, for now or for good, or to hang up, at any point of the
//! conversation.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use comptoir_sandbox::smtp::{Fault, Moment, Reply, SmtpSink, SmtpSinkOptions};
//!
//! let sink = SmtpSink::start(SmtpSinkOptions::default()).await?;
//! sink.fail(Fault { at: Moment::Recipient, reply: Reply::Refuse(450), times: 1 });
//! println!("smtp://{}", sink.addr());
//! let mails = sink.wait_for(1).await;
//! assert_eq!(mails[0].to, ["ada@analytical.example"]);
//! # Ok(())
//! # }
//! ```

mod fault;
mod mail;
mod session;
mod sink;
#[cfg(test)]
mod tests;

pub use fault::{Fault, Moment, Reply};
pub use mail::Mail;
pub use sink::{SmtpSink, SmtpSinkOptions};
