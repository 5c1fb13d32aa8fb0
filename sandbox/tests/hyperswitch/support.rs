//! A shop: the stand-in, a client with both keys, and somebody who takes the webhooks.

use std::collections::VecDeque;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use comptoir_sandbox::http_client::{HttpClient, HttpError, Method, StatusCode};
use comptoir_sandbox::hyperswitch::{StandIn, StandInOptions};
use serde_json::{Value, json};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

pub(crate) const GOOD_CARD: &str = "4242424242424242";

pub(crate) struct Shop {
    pub(crate) stand_in: StandIn,
    pub(crate) taker: Taker,
    client: HttpClient,
    options: StandInOptions,
}

/// Takes webhooks and answers as it is told: with the queued statuses, then with 200.
#[derive(Clone, Default)]
pub(crate) struct Taker {
    taken: Arc<Mutex<Vec<Taken>>>,
    answers: Arc<Mutex<VecDeque<StatusCode>>>,
}

#[derive(Clone)]
pub(crate) struct Taken {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Taken {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn event_type(&self) -> String {
        self.json()["event_type"].as_str().unwrap().to_owned()
    }
}

impl Taker {
    async fn open() -> Result<(Self, String), Box<dyn Error>> {
        let taker = Self::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/hooks", listener.local_addr()?);
        let service = Router::new()
            .route("/hooks", post(take))
            .with_state(taker.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        Ok((taker, url))
    }

    pub(crate) fn answer_next_with(&self, status: StatusCode) {
        self.answers.lock().unwrap().push_back(status);
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }

    /// Waits until that many webhooks have come.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Taken> {
        for _ in 0..400 {
            let taken = self.taken();
            if taken.len() >= count {
                return taken;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("waited in vain for {count} webhooks, {} came", self.taken().len());
    }
}

async fn take(State(taker): State<Taker>, headers: HeaderMap, body: Bytes) -> StatusCode {
    taker.taken.lock().unwrap().push(Taken { headers, body });
    taker
        .answers
        .lock()
        .unwrap()
        .pop_front()
        .unwrap_or(StatusCode::OK)
}

impl Shop {
    pub(crate) async fn open() -> Result<Self, Box<dyn Error>> {
        let (taker, url) = Taker::open().await?;
        let options = StandInOptions {
            webhook_url: Some(url),
            retry_speed_up: 1_000,
            settle_delay: Duration::from_millis(50),
            ..StandInOptions::default()
        };
        let stand_in = StandIn::start(options.clone()).await?;
        Ok(Self {
            stand_in,
            taker,
            client: HttpClient::new(),
            options,
        })
    }

    pub(crate) async fn call_with(
        &self,
        key: &str,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value), HttpError> {
        let url = format!("{}{path}", self.stand_in.base_url());
        let (status, answer) = self.client.call(method, &url, &[("api-key", key)], body).await?;
        Ok((status.as_u16(), answer))
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<(u16, Value), HttpError> {
        self.call_with(&self.options.api_key, Method::POST, path, Some(body))
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Result<(u16, Value), HttpError> {
        self.call_with(&self.options.api_key, Method::GET, path, None)
            .await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Result<(u16, Value), HttpError> {
        self.call_with("", Method::PUT, path, Some(body)).await
    }

    pub(crate) async fn browser_post(&self, path: &str, body: &Value) -> Result<(u16, Value), HttpError> {
        self.call_with(&self.options.publishable_key, Method::POST, path, Some(body))
            .await
    }

    pub(crate) async fn browser_get(&self, path: &str) -> Result<(u16, Value), HttpError> {
        self.call_with(&self.options.publishable_key, Method::GET, path, None)
            .await
    }

    /// A payment of 65.40 that waits for its method.
    pub(crate) async fn create(&self, id: &str) -> Result<Value, Box<dyn Error>> {
        let (status, payment) = self.post("/payments", &order(id)).await?;
        assert_eq!(status, 200, "{payment}");
        Ok(payment)
    }

    /// Pays as the browser does.
    pub(crate) async fn pay(&self, id: &str, card: &str) -> Result<(u16, Value), Box<dyn Error>> {
        let payment = self.create(id).await?;
        let body = confirmation(payment["client_secret"].as_str().unwrap_or_default(), card);
        Ok(self
            .browser_post(&format!("/payments/{id}/confirm"), &body)
            .await?)
    }

    /// Waits until a `GET` of this path shows this status.
    pub(crate) async fn wait_for_status(&self, path: &str, status: &str) -> Result<Value, HttpError> {
        for _ in 0..200 {
            let (_, object) = self.get(path).await?;
            if object["status"] == status {
                return Ok(object);
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("waited in vain until {path} is {status}");
    }
}

pub(crate) fn order(id: &str) -> Value {
    json!({
        "payment_id": id,
        "amount": 6540,
        "currency": "EUR",
        "customer": { "id": "cus_1", "name": "Ada", "email": "ada@example.org" },
        "description": "one licence",
        "return_url": "https://shop.example/return",
        "metadata": { "order_id": "ord_1" },
        "merchant_order_reference_id": "ord_1",
        "order_details": [{ "product_name": "Song", "quantity": 1, "amount": 6540 }],
        "session_expiry": 900,
    })
}

pub(crate) fn confirmation(client_secret: &str, card: &str) -> Value {
    json!({
        "client_secret": client_secret,
        "payment_method": "card",
        "payment_method_type": "credit",
        "payment_method_data": { "card": {
            "card_number": card,
            "card_exp_month": "03",
            "card_exp_year": "30",
            "card_holder_name": "Ada",
            "card_cvc": "737",
        } },
    })
}
