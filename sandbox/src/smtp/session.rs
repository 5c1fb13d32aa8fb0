//! One conversation with a client.

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::fault::{Moment, Reply};
use super::mail::Mail;
use super::sink::Shared;

/// The longest command, in bytes (RFC 5321, 4.5.3.1.4).
const COMMAND_BYTES_MAX: u64 = 512;
/// The largest mail, in bytes.
const MAIL_BYTES_MAX: usize = 64 * 1024 * 1024;

/// Whether the conversation goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    HangUp,
}

/// What is known of the mail that is on its way.
#[derive(Debug, Default)]
struct Envelope {
    from: Option<String>,
    to: Vec<String>,
}

pub(super) struct Session<'a> {
    stream: BufReader<TcpStream>,
    shared: &'a Shared,
    envelope: Envelope,
}

impl<'a> Session<'a> {
    pub(super) fn new(stream: TcpStream, shared: &'a Shared) -> Self {
        Self {
            stream: BufReader::new(stream),
            shared,
            envelope: Envelope::default(),
        }
    }

    /// Answers until the client leaves, or is left.
    pub(super) async fn converse(mut self) -> io::Result<()> {
        let greeted = match self.shared.faults.met_at(Moment::Greeting) {
            None => self.say("220 sink.example ESMTP").await?,
            Some(reply) => self.fail(reply).await?,
        };
        if greeted == Next::HangUp {
            return Ok(());
        }
        while let Some(line) = self.read_command().await? {
            if self.answer(&line).await? == Next::HangUp {
                break;
            }
        }
        Ok(())
    }

    async fn answer(&mut self, line: &str) -> io::Result<Next> {
        let (verb, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.envelope = Envelope::default();
                self.say(
                    "250-sink.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-AUTH PLAIN\r\n250 SIZE 67108864",
                )
                .await
            }
            "HELO" => {
                self.envelope = Envelope::default();
                self.say("250 sink.example").await
            }
            "AUTH" => self.say("235 2.7.0 welcome").await,
            "MAIL" => self.sender(rest).await,
            "RCPT" => self.recipient(rest).await,
            "DATA" => self.data().await,
            "RSET" => {
                self.envelope = Envelope::default();
                self.say("250 2.0.0 forgotten").await
            }
            "NOOP" => self.say("250 2.0.0 still here").await,
            "VRFY" => self.say("252 2.1.5 try it").await,
            "QUIT" => {
                self.say("221 2.0.0 bye").await?;
                Ok(Next::HangUp)
            }
            _ => self.say("500 5.5.2 no such command").await,
        }
    }

    async fn sender(&mut self, rest: &str) -> io::Result<Next> {
        let Some(from) = address(rest, "FROM:") else {
            return self.say("501 5.5.4 MAIL FROM:<address>").await;
        };
        match self.shared.faults.met_at(Moment::Sender) {
            None => {
                self.envelope.from = Some(from);
                self.say("250 2.1.0 go on").await
            }
            Some(reply) => self.fail(reply).await,
        }
    }

    async fn recipient(&mut self, rest: &str) -> io::Result<Next> {
        if self.envelope.from.is_none() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        let Some(to) = address(rest, "TO:").filter(|to| !to.is_empty()) else {
            return self.say("501 5.5.4 RCPT TO:<address>").await;
        };
        match self.shared.faults.met_at(Moment::Recipient) {
            None => {
                self.envelope.to.push(to);
                self.say("250 2.1.5 go on").await
            }
            Some(reply) => self.fail(reply).await,
        }
    }

    async fn data(&mut self) -> io::Result<Next> {
        if self.envelope.to.is_empty() {
            return self.say("503 5.5.1 RCPT first").await;
        }
        if let Some(reply) = self.shared.faults.met_at(Moment::Data) {
            return self.fail(reply).await;
        }
        self.say("354 end with a dot on a line of its own").await?;
        let Some(text) = self.read_text().await? else {
            return Ok(Next::HangUp);
        };
        let Envelope { from, to } = std::mem::take(&mut self.envelope);
        let mail = Mail {
            from: from.unwrap_or_default(),
            to,
            text,
        };
        match self.shared.faults.met_at(Moment::End) {
            None => {
                self.shared.keep(mail);
                self.say("250 2.0.0 kept").await
            }
            Some(Reply::KeepAndHangUp) => {
                self.shared.keep(mail);
                Ok(Next::HangUp)
            }
            Some(reply @ (Reply::Refuse(_) | Reply::HangUp)) => self.fail(reply).await,
        }
    }

    async fn fail(&mut self, reply: Reply) -> io::Result<Next> {
        match reply {
            Reply::Refuse(code) => self.say(&format!("{code} told to say so")).await,
            Reply::HangUp | Reply::KeepAndHangUp => Ok(Next::HangUp),
        }
    }

    async fn say(&mut self, text: &str) -> io::Result<Next> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await?;
        self.stream.flush().await?;
        Ok(Next::GoOn)
    }

    /// The next command; none once the client is gone.
    async fn read_command(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = (&mut self.stream)
            .take(COMMAND_BYTES_MAX)
            .read_until(b'\n', &mut line)
            .await?;
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        Ok((read > 0).then_some(text))
    }

    /// The text up to the line with nothing but a dot; none if the client goes before, or sends too much. Of two dots at the
    /// start of a line one was added for the transfer (RFC 5321, 4.5.2).
    async fn read_text(&mut self) -> io::Result<Option<String>> {
        let mut text = Vec::new();
        loop {
            let start = text.len();
            let read = self.stream.read_until(b'\n', &mut text).await?;
            if read == 0 || text.len() > MAIL_BYTES_MAX {
                return Ok(None);
            }
            if &text[start..] == b".\r\n" {
                text.truncate(start);
                return Ok(Some(String::from_utf8_lossy(&text).into_owned()));
            }
            if text[start] == b'.' {
                text.remove(start);
            }
        }
    }
}

/// The address of `FROM:<address> OPTIONS`.
fn address(rest: &str, keyword: &str) -> Option<String> {
    let (named, rest) = rest.split_at_checked(keyword.len())?;
    let inside = rest.trim_start().strip_prefix('<')?.split_once('>')?.0;
    named.eq_ignore_ascii_case(keyword).then(|| inside.to_owned())
}
