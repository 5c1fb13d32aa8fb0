//! A client as lean as it can be: it shares the cores with what it measures.
//!
//! One connection that stays open, requests written as they are, and answers of which only status and body are looked at.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const HEAD_END: &[u8] = b"\r\n\r\n";
const LENGTH: &str = "content-length: ";
const BUFFER_BYTES: usize = 64 * 1024;

/// One connection, for one request after the other.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
}

/// What came back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a str,
}

impl Answer<'_> {
    /// Anything but this status ends the run.
    pub(crate) fn expect(&self, status: u16, asked: &str) -> Result<()> {
        if self.status == status {
            return Ok(());
        }
        bail!("{asked} was answered with {}: {}", self.status, self.body)
    }
}

impl Connection {
    pub(crate) async fn open(addr: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(addr)
            .await
            .with_context(|| format!("connect to {addr}"))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; BUFFER_BYTES],
            filled: 0,
        })
    }

    /// Sends a whole request and waits for the whole answer.
    pub(crate) async fn call(&mut self, request: &str) -> Result<Answer<'_>> {
        self.stream.write_all(request.as_bytes()).await?;
        self.filled = 0;
        let head_end = loop {
            let seen = self.filled.saturating_sub(HEAD_END.len());
            self.fill().await?;
            let found = self.buffer[seen..self.filled]
                .windows(HEAD_END.len())
                .position(|window| window == HEAD_END);
            if let Some(at) = found {
                break seen + at + HEAD_END.len();
            }
        };
        let (status, length) = read_head(&self.buffer[..head_end])?;
        let end = head_end + length;
        if end > self.buffer.len() {
            self.buffer.resize(end, 0);
        }
        while self.filled < end {
            self.fill().await?;
        }
        let body = std::str::from_utf8(&self.buffer[head_end..end])?;
        Ok(Answer { status, body })
    }

    async fn fill(&mut self) -> Result<()> {
        let read = self.stream.read(&mut self.buffer[self.filled..]).await?;
        if read == 0 {
            bail!("the connection was closed");
        }
        self.filled += read;
        Ok(())
    }
}

fn read_head(head: &[u8]) -> Result<(u16, usize)> {
    let head = std::str::from_utf8(head)?;
    let status = head.get(9..12).context("no status line")?.parse()?;
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix(LENGTH))
        .context("an answer without a length")?;
    Ok((status, length.parse()?))
}

/// A request without a body.
pub(crate) fn get(path: &str, token: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nhost: comptoir\r\nauthorization: Bearer {token}\r\n\r\n")
}

/// A request with a body; `headers` end in a line break each.
pub(crate) fn post(path: &str, headers: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: comptoir\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// The text from the first `prefix` up to the next quotation mark: enough for the ids in our own answers.
pub(crate) fn quoted<'a>(body: &'a str, prefix: &str) -> Result<&'a str> {
    let found = body
        .find(prefix)
        .and_then(|at| body[at..].split('"').next())
        .filter(|text| text.len() > prefix.len());
    found.with_context(|| format!("no {prefix} in {body}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_gives_status_and_length() {
        let head = b"HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 42\r\n\r\n";
        assert_eq!(read_head(head).unwrap(), (201, 42));
    }

    #[test]
    fn an_id_ends_at_the_quotation_mark() {
        let body = r#"{"id":"order_01j","payment":{"id":"pay_01j"}}"#;
        assert_eq!(quoted(body, "order_").unwrap(), "order_01j");
        assert_eq!(quoted(body, "pay_").unwrap(), "pay_01j");
        assert!(quoted(body, "offer_").is_err());
    }
}
