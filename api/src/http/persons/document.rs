//! A JSON document that is written while it is sent: of all that it says, no more than a page is in memory.

use std::io;

use axum::body::Body;
use bytes::Bytes;
use futures::channel::mpsc;
use futures::{FutureExt as _, SinkExt as _, StreamExt as _, future, stream};
use serde::Serialize;
use tracing::Instrument as _;

use crate::http::problem::{Problem, ProblemKind};

/// From how many bytes on a piece is sent.
const PIECE_BYTES: usize = 32 * 1024;

/// One JSON object in the making, with values and lists as its fields.
#[derive(Debug)]
pub(super) struct Document {
    pieces: mpsc::Sender<Bytes>,
    text: Vec<u8>,
    needs_comma: bool,
}

/// The body that `write` writes. Should it fail half way, the connection breaks off: what was sent is then no JSON, so that
/// nobody takes a part for the whole.
pub(super) fn body<W>(write: impl FnOnce(Document) -> W) -> Body
where
    W: Future<Output = Result<(), Problem>> + Send + 'static,
{
    let (pieces, sent) = mpsc::channel(0);
    let document = Document {
        pieces,
        text: vec![b'{'],
        needs_comma: false,
    };
    let writing = write(document).instrument(tracing::Span::current());
    let failures = writing
        .into_stream()
        .filter_map(|outcome| future::ready(outcome.err()))
        .map(|problem| {
            tracing::error!(?problem, "a document broke off");
            Err(io::Error::other("the document broke off"))
        });
    Body::from_stream(stream::select(sent.map(Ok), failures))
}

impl Document {
    /// Adds a field.
    pub(super) async fn field<T: Serialize>(&mut self, name: &'static str, value: T) -> Result<(), Problem> {
        self.name(name);
        let written = self.value(&value);
        drop(value);
        written?;
        self.send_if_full().await
    }

    /// Begins a field that is a list.
    pub(super) fn begin_list(&mut self, name: &'static str) {
        self.name(name);
        self.text.push(b'[');
        self.needs_comma = false;
    }

    /// Adds an entry to the list that was begun.
    pub(super) async fn entry<T: Serialize>(&mut self, value: T) -> Result<(), Problem> {
        self.separate();
        let written = self.value(&value);
        drop(value);
        written?;
        self.send_if_full().await
    }

    /// Ends the list that was begun.
    pub(super) fn end_list(&mut self) {
        self.text.push(b']');
        self.needs_comma = true;
    }

    /// Ends the document.
    pub(super) async fn end(mut self) -> Result<(), Problem> {
        self.text.push(b'}');
        self.send().await
    }

    fn name(&mut self, name: &'static str) {
        self.separate();
        self.text.extend_from_slice(format!("\"{name}\":").as_bytes());
    }

    fn separate(&mut self) {
        if self.needs_comma {
            self.text.push(b',');
        }
        self.needs_comma = true;
    }

    fn value<T: Serialize>(&mut self, value: &T) -> Result<(), Problem> {
        serde_json::to_writer(&mut self.text, value)
            .map_err(|error| Problem::new(ProblemKind::Internal).cause(error))
    }

    async fn send_if_full(&mut self) -> Result<(), Problem> {
        if self.text.len() < PIECE_BYTES {
            return Ok(());
        }
        self.send().await
    }

    async fn send(&mut self) -> Result<(), Problem> {
        let piece = Bytes::from(std::mem::take(&mut self.text));
        let sent = self.pieces.send(piece).await;
        sent.map_err(|error| Problem::new(ProblemKind::Internal).cause(error))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;
    use serde_json::{Value, json};

    use super::*;

    #[tokio::test]
    async fn what_is_written_is_one_json_document_however_long() {
        let entry = "x".repeat(1000);
        let expected = json!({
            "one": 1,
            "none": [],
            "many": vec![entry.clone(); 100],
            "last": null,
        });
        let body = body(async move |mut document: Document| {
            document.field("one", 1).await?;
            document.begin_list("none");
            document.end_list();
            document.begin_list("many");
            for _ in 0..100 {
                document.entry(&entry).await?;
            }
            document.end_list();
            document.field("last", Value::Null).await?;
            document.end().await
        });
        let bytes = body.collect().await.unwrap().to_bytes();
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), expected);
    }

    #[tokio::test]
    async fn a_document_that_cannot_be_finished_breaks_off() {
        let body = body(async |mut document: Document| {
            document.field("one", 1).await?;
            Err(Problem::new(ProblemKind::Unavailable))
        });
        assert!(body.collect().await.is_err());
    }
}
