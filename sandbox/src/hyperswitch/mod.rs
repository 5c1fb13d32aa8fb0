//! A stand-in for the payment provider Hyperswitch (its API of version 1, release 2026.06.25.0).
//!
//! It speaks the real wire format: the same routes, keys, error bodies and codes; keys that the original does not know
//! are refused; webhooks are signed and repeated as the original does. State is in memory.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use comptoir_sandbox::hyperswitch::{StandIn, StandInOptions};
//!
//! let options = StandInOptions { webhook_url: Some("http://127.0.0.1:8080/hooks".into()), ..Default::default() };
//! let stand_in = StandIn::start(options).await?;
//! println!("POST {}/payments", stand_in.base_url());
//! # Ok(())
//! # }
//! ```
//!
//! # Test cards
//!
//! The card decides what comes of a payment and of its refunds; any other number is declined (`DC_04`).
//!
//! | card | payment | refunds |
//! | --- | --- | --- |
//! | 4242 4242 4242 4242, 4111 1111 1111 1111, 5555 5555 5555 4444 | succeeded | succeeded |
//! | 4000 0000 0000 0002 | failed, `DC_08` card declined | |
//! | 4000 0000 0000 9995 | failed, `DC_01` insufficient funds | |
//! | 4000 0000 0000 0077 | processing, then succeeded | succeeded |
//! | 4000 0000 0000 0119 | processing, then failed | |
//! | 4000 0038 0000 0446 | requires\_customer\_action; opening the redirect succeeds | succeeded |
//! | 4000 0000 0000 3220 | requires\_customer\_action; opening the redirect fails | |
//! | 4100 0000 0000 0019 | HTTP 200 with an `error` of code `HE_03` (blocked) | |
//! | 4000 0000 0000 7726 | succeeded | pending, then succeeded |
//! | 4000 0000 0000 5126 | succeeded | succeeded, then failed |
//! | 4000 0000 0000 5134 | succeeded | failed |
//! | 4000 0000 0000 5142 | succeeded | review |
//!
//! # Control
//!
//! Tests in the same process use [`StandIn`]'s methods; others use JSON over HTTP:
//!
//! | call | does |
//! | --- | --- |
//! | `PUT /_control/faults` | [`Faults`]: slow, late, down, for one route, for some calls |
//! | `PUT /_control/webhooks` | [`WebhookSettings`]: on, off, twice, reordered, delayed |
//! | `PUT /_control/webhooks/target` | `{"url": ...}`: where webhooks go |
//! | `GET /_control/webhooks` | what came of the webhooks |
//! | `GET /_control/webhooks/{event_id}` | the signed body itself |
//! | `POST /_control/webhooks/{event_id}/deliver` | sends it once more |
//! | `POST /_control/payments/{id}/settle` | `{"status": ..., "amount"?: ..., "currency"?: ...}`: forces a status |
//! | `POST /_control/refunds/{id}/settle` | `{"status": ...}` |
//! | `PUT /_control/refunds/outcome` | `{"status": ...}`: what comes of the next refunds; `null` lets the card decide |
//! | `POST /_control/payments/{id}/dispute` | [`DisputeWord`]: what the buyer's bank says |
//! | `GET /_control/calls` | how often each route was called, and what is in the books |
//! | `POST /_control/reset` | forgets everything |
//!
//! # What is not here
//!
//! Payment methods other than cards, captures apart from the payment, scheduled refunds (all three: 501, `IR_00`),
//! updates of payments, lists, reading and answering disputes, payouts and mandates. An unpaid payment does not expire by itself; its client
//! secret does.

mod account;
mod answer;
mod books;
mod cards;
mod connection;
mod error;
mod faults;
mod http;
mod options;
mod shared;
mod stand_in;
mod webhooks;
mod wire;

pub use books::DisputeWord;
pub use faults::{Down, Faults};
pub use options::StandInOptions;
pub use stand_in::{StandIn, StandInError};
pub use webhooks::{Delivery, DeliveryOutcome, SIGNATURE_HEADER, WebhookMode, WebhookSettings, sign};
pub use wire::{DisputeStage, DisputeStatus, EventType, PaymentStatus, RefundStatus};
