//! Steps of a journey: each is one call, printed with the line that does it and with what came back.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use comptoir_sandbox::http_client::{Bytes, HeaderMap, HeaderName, HeaderValue, HttpClient, Method, Uri};
use serde_json::Value;

use crate::console;

const ANSWER_CHARACTERS_MAX: usize = 600;
const POLL_INTERVAL: Duration = Duration::from_millis(20);
const POLL_TIMEOUT: Duration = Duration::from_secs(10);

/// One call.
pub(super) struct Call<'a> {
    pub(super) method: Method,
    pub(super) url: String,
    pub(super) header: Header<'a>,
    /// What makes a repetition of the call harmless.
    pub(super) idempotency_key: Option<String>,
    pub(super) body: Option<Value>,
}

/// How the caller shows who they are.
#[derive(Clone, Copy)]
pub(super) enum Header<'a> {
    /// By a bearer token, which the shell has in a variable of this name.
    Token { variable: &'static str, token: &'a str },
    /// By an API key of Hyperswitch.
    ApiKey(&'a str),
}

/// Makes the calls and counts them.
pub(super) struct Steps {
    client: HttpClient,
    count: u32,
}

impl Steps {
    pub(super) fn new() -> Self {
        Self {
            client: HttpClient::new(),
            count: 0,
        }
    }

    /// Says what happens next.
    pub(super) fn announce(&mut self, title: &str) {
        self.count += 1;
        console::say(format_args!("\n{}. {title}", self.count));
    }

    /// Makes a call that must succeed.
    pub(super) async fn call(&mut self, title: &str, call: Call<'_>) -> Result<Value, Box<dyn Error>> {
        self.announce(title);
        console::say(format_args!("   $ {}", call.as_curl()));
        let (status, answer) = self.make(&call).await?;
        console::say(format_args!("   {status} {}", shortened(&answer)));
        if (200..300).contains(&status) {
            Ok(answer)
        } else {
            Err(format!("step {} failed", self.count).into())
        }
    }

    /// Makes a call, silently, until its answer is as it should be, and shows that one.
    pub(super) async fn call_until(
        &mut self,
        title: &str,
        call: Call<'_>,
        is_right: impl Fn(&Value) -> bool,
    ) -> Result<Value, Box<dyn Error>> {
        let (answer, waited) = self.wait_until(title, call, is_right).await?;
        console::say(format_args!(
            "   200 {} (after {} ms)",
            shortened(&answer),
            waited.as_millis()
        ));
        Ok(answer)
    }

    /// The same, where only some of a long answer is of interest.
    pub(super) async fn call_until_part(
        &mut self,
        title: &str,
        call: Call<'_>,
        pointers: &[&str],
        is_right: impl Fn(&Value) -> bool,
    ) -> Result<(), Box<dyn Error>> {
        let (answer, waited) = self.wait_until(title, call, is_right).await?;
        let part = |pointer: &&str| {
            let value = answer.pointer(pointer).unwrap_or(&Value::Null);
            format!("{pointer} {}", shortened(value))
        };
        let parts: Vec<String> = pointers.iter().map(part).collect();
        console::say(format_args!(
            "   200 ... {} ... (after {} ms)",
            parts.join(", "),
            waited.as_millis()
        ));
        Ok(())
    }

    async fn wait_until(
        &mut self,
        title: &str,
        call: Call<'_>,
        is_right: impl Fn(&Value) -> bool,
    ) -> Result<(Value, Duration), Box<dyn Error>> {
        self.announce(title);
        console::say(format_args!("   $ {}", call.as_curl()));
        let start = Instant::now();
        loop {
            let (status, answer) = self.make(&call).await?;
            let waited = start.elapsed();
            if status == 200 && is_right(&answer) {
                return Ok((answer, waited));
            }
            if waited > POLL_TIMEOUT {
                console::say(format_args!("   {status} {}", shortened(&answer)));
                return Err(format!(
                    "step {} did not come to its end in {} s",
                    self.count,
                    waited.as_secs()
                )
                .into());
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Asks, silently, until the answer is a file that begins as it should, keeps it, and says so.
    pub(super) async fn download_until(
        &mut self,
        title: &str,
        call: Call<'_>,
        file: &Path,
        beginning: &str,
    ) -> Result<(), Box<dyn Error>> {
        self.announce(title);
        console::say(format_args!("   $ {} -o '{}'", call.as_curl(), file.display()));
        let uri: Uri = call.url.parse()?;
        let mut headers = HeaderMap::new();
        let (name, value) = call.header.name_and_value();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(&value)?);
        let start = Instant::now();
        loop {
            let sent = self.client.send(
                call.method.clone(),
                &uri,
                headers.clone(),
                Bytes::new(),
                POLL_TIMEOUT,
            );
            let (status, bytes) = sent.await?;
            let waited = start.elapsed();
            if status.as_u16() == 200 && bytes.starts_with(beginning.as_bytes()) {
                std::fs::write(file, &bytes)?;
                let (length, waited) = (bytes.len(), waited.as_millis());
                console::say(format_args!(
                    "   200 {beginning}..., {length} bytes (after {waited} ms)"
                ));
                return Ok(());
            }
            if waited > POLL_TIMEOUT {
                let said = String::from_utf8_lossy(&bytes);
                console::say(format_args!("   {} {said}", status.as_u16()));
                return Err(format!("step {} did not come to its end in time", self.count).into());
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Makes a call without a word.
    pub(super) async fn make(&self, call: &Call<'_>) -> Result<(u16, Value), Box<dyn Error>> {
        let (name, value) = call.header.name_and_value();
        let mut headers = vec![(name, value.as_str())];
        headers.extend(
            call.idempotency_key
                .as_deref()
                .map(|key| ("idempotency-key", key)),
        );
        let (status, answer) = self
            .client
            .call(call.method.clone(), &call.url, &headers, call.body.as_ref())
            .await?;
        Ok((status.as_u16(), answer))
    }
}

impl Header<'_> {
    fn name_and_value(self) -> (&'static str, String) {
        match self {
            Self::Token { token, .. } => ("authorization", format!("Bearer {token}")),
            Self::ApiKey(key) => ("api-key", key.to_owned()),
        }
    }
}

impl Call<'_> {
    /// The line that does the same in a shell.
    fn as_curl(&self) -> String {
        let header = match self.header {
            Header::Token { variable, .. } => format!("-H \"Authorization: Bearer ${variable}\""),
            Header::ApiKey(key) => format!("-H 'api-key: {key}'"),
        };
        let mut line = format!("curl -sS -X {} '{}' {header}", self.method, self.url);
        if let Some(key) = &self.idempotency_key {
            line = format!("{line} -H 'Idempotency-Key: {key}'");
        }
        if let Some(body) = &self.body {
            let quoted = body.to_string().replace('\'', r"'\''");
            line = format!("{line} -H 'Content-Type: application/json' -d '{quoted}'");
        }
        line
    }
}

fn shortened(answer: &Value) -> String {
    let text = answer.to_string();
    if text.chars().count() <= ANSWER_CHARACTERS_MAX {
        return text;
    }
    let start: String = text.chars().take(ANSWER_CHARACTERS_MAX).collect();
    format!("{start} ...")
}
