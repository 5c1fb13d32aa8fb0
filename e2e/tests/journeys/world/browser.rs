//! A real browser: headless Chromium, driven by the `WebDriver` protocol (<https://www.w3.org/TR/webdriver2/>).

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use hyper::Method;
use serde_json::{Value, json};

use super::client::Client;
use super::eventually;

/// The key under which `WebDriver` names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Whether the pages' scripts run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    /// They do.
    On,
    /// They do not.
    Off,
}

/// A browser with one window. It ends with its driver.
pub(crate) struct Browser {
    client: Client,
    session: String,
    driver: Child,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(crate) async fn open(scripts: Scripts) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the browser");
        let log = profile.path().join("driver.log");
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(File::create(&log).expect("the driver's log"))
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver is there: sandbox/scripts/setup.sh test installs it");
        let port = eventually("chromedriver says its port", async || port_in(&log)).await;
        let client = Client::new();
        let root = format!("http://127.0.0.1:{port}");
        let made = send(
            &client,
            Method::POST,
            &format!("{root}/session"),
            &capabilities(profile.path(), scripts),
        )
        .await
        .expect("a session");
        let id = made["sessionId"].as_str().expect("a session").to_owned();
        Self {
            client,
            session: format!("{root}/session/{id}"),
            driver,
            _profile: profile,
        }
    }

    async fn ask(&self, method: Method, what: &str, body: &Value) -> Value {
        let said = self.try_ask(method, what, body).await;
        said.unwrap_or_else(|gone| panic!("{what}: {gone}"))
    }

    /// The same where the element may be gone: then what the driver said of it.
    async fn try_ask(&self, method: Method, what: &str, body: &Value) -> Result<Value, Value> {
        send(&self.client, method, &format!("{}/{what}", self.session), body).await
    }

    pub(crate) async fn go(&self, url: &str) {
        self.ask(Method::POST, "url", &json!({ "url": url })).await;
    }

    pub(crate) async fn address(&self) -> String {
        self.ask(Method::GET, "url", &json!({}))
            .await
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Asks about the element that a selector names, or does something to it. A page that makes room for the next one
    /// has it not yet or no longer: then it is looked for again.
    async fn of_element(&self, method: Method, css: &str, what: &str, body: &Value) -> Value {
        let by = json!({ "using": "css selector", "value": css });
        eventually(&format!("the page has {css}"), async || {
            let found = self.try_ask(Method::POST, "element", &by).await.ok()?;
            let element = found[ELEMENT].as_str()?;
            self.try_ask(method.clone(), &format!("element/{element}/{what}"), body)
                .await
                .ok()
        })
        .await
    }

    pub(crate) async fn click(&self, css: &str) {
        self.of_element(Method::POST, css, "click", &json!({})).await;
    }

    pub(crate) async fn write(&self, css: &str, text: &str) {
        self.of_element(Method::POST, css, "value", &json!({ "text": text }))
            .await;
    }

    /// What can be seen of an element.
    pub(crate) async fn text(&self, css: &str) -> String {
        let text = self.of_element(Method::GET, css, "text", &json!({})).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an element shows a text: what follows is asked of the page that shows it.
    pub(crate) async fn shows(&self, css: &str, text: &str) {
        eventually(&format!("{css} shows \"{text}\""), async || {
            (self.text(css).await == text).then_some(())
        })
        .await;
    }

    pub(crate) async fn is_seen(&self, css: &str) -> bool {
        self.of_element(Method::GET, css, "displayed", &json!({})).await == json!(true)
    }

    pub(crate) async fn cookies(&self) -> Value {
        self.ask(Method::GET, "cookie", &json!({})).await
    }

    /// What the console of the page has to complain about, such as what its policy refused.
    pub(crate) async fn complaints(&self) -> Value {
        self.ask(Method::POST, "se/log", &json!({ "type": "browser" }))
            .await
    }

    /// Keeps a picture of the window where `COMPTOIR_E2E_PICTURES` names a folder, for people to look at.
    pub(crate) async fn picture(&self, name: &str) {
        if let Some(folder) = option_env!("COMPTOIR_E2E_PICTURES") {
            let picture = self.ask(Method::GET, "screenshot", &json!({})).await;
            let bytes = BASE64_STANDARD
                .decode(picture.as_str().unwrap_or_default())
                .expect("a picture");
            std::fs::write(Path::new(folder).join(name), bytes).expect("the picture is kept");
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session, and outlives its driver. That either had ended before is no harm.
        drop(end_session(&self.session));
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

/// Ends a session, where nothing can be awaited.
fn end_session(session: &str) -> std::io::Result<()> {
    let (host, path) = session
        .trim_start_matches("http://")
        .split_once('/')
        .unwrap_or_default();
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "DELETE /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )?;
    // The driver answers when the browser has ended, and keeps the connection.
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.read(&mut [0; 512]).map(drop)
}

fn port_in(log: &Path) -> Option<u16> {
    let text = std::fs::read_to_string(log).ok()?;
    let line = text
        .lines()
        .find(|line| line.contains("started successfully on port"))?;
    line.rsplit(' ').next()?.trim_end_matches('.').parse().ok()
}

fn capabilities(profile: &Path, scripts: Scripts) -> Value {
    let setting = match scripts {
        Scripts::On => 1,
        Scripts::Off => 2,
    };
    let folder = format!("--user-data-dir={}", profile.join("profile").display());
    json!({ "capabilities": { "alwaysMatch": {
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": {
            "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
                "--disable-background-networking", "--disable-component-update", "--window-size=1200,1400", folder,
            ],
            "prefs": { "profile.managed_default_content_settings.javascript": setting },
        },
    } } })
}

/// The driver's answer; as an error what it says of an element that is not on the page, or no longer.
async fn send(client: &Client, method: Method, url: &str, body: &Value) -> Result<Value, Value> {
    let body = if method == Method::GET {
        Bytes::new()
    } else {
        body.to_string().into()
    };
    let answer = client
        .send(method, url, &[("content-type", "application/json")], body)
        .await;
    let said = answer.body["value"].clone();
    if let Some("no such element" | "stale element reference") = said["error"].as_str() {
        return Err(said);
    }
    assert_eq!(answer.status, 200, "{url}: {said}");
    Ok(said)
}
