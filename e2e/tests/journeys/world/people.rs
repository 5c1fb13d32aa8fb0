//! Buyers, sellers and the others, each with a token.

use bytes::Bytes;
use hyper::Method;
use serde_json::Value;

use super::World;
use super::client::Answer;
use super::node::{Binary, Node};

/// Somebody with a token.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) token: String,
}

impl Person {
    /// Somebody new, with a token that `comptoir token` makes.
    pub(crate) async fn new(binary: &Binary, role: &str) -> Self {
        let token = binary.run_well(&["token", "--role", role]).await;
        Self { token }
    }
}

impl World {
    pub(crate) async fn buyer(&self) -> Person {
        Person::new(&self.binary, "buyer").await
    }

    pub(crate) async fn seller(&self) -> Person {
        Person::new(&self.binary, "seller").await
    }

    pub(crate) async fn get(&self, person: &Person, path: &str) -> Answer {
        self.get_at(&self.node, person, path).await
    }

    pub(crate) async fn post(&self, person: &Person, path: &str, body: &Value) -> Answer {
        self.post_at(&self.node, person, path, body).await
    }

    pub(crate) async fn get_at(&self, node: &Node, person: &Person, path: &str) -> Answer {
        let token = format!("Bearer {}", person.token);
        self.client
            .send(
                Method::GET,
                &node.url(path),
                &[("authorization", &token)],
                Bytes::new(),
            )
            .await
    }

    pub(crate) async fn post_at(&self, node: &Node, person: &Person, path: &str, body: &Value) -> Answer {
        let token = format!("Bearer {}", person.token);
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "application/json"),
        ];
        self.client
            .send(Method::POST, &node.url(path), &headers, body.to_string().into())
            .await
    }

    /// Says how something is to be.
    pub(crate) async fn put(&self, person: &Person, path: &str, body: &Value) -> Answer {
        let token = format!("Bearer {}", person.token);
        let headers = [
            ("authorization", token.as_str()),
            ("content-type", "application/json"),
        ];
        self.client
            .send(
                Method::PUT,
                &self.node.url(path),
                &headers,
                body.to_string().into(),
            )
            .await
    }

    /// Sends a file.
    pub(crate) async fn put_file(&self, person: &Person, path: &str, bytes: &'static [u8]) -> Answer {
        let token = format!("Bearer {}", person.token);
        let headers = [("authorization", token.as_str()), ("content-type", "audio/wav")];
        self.client
            .send(Method::PUT, &self.node.url(path), &headers, bytes.into())
            .await
    }

    /// What a program asks, which has no token.
    pub(crate) async fn ask(&self, path: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json")];
        self.client
            .send(
                Method::POST,
                &self.node.url(path),
                &headers,
                body.to_string().into(),
            )
            .await
    }
}
