//! What the stand-in is told at its start.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// The merchant's account, its keys, and where its webhooks go.
#[derive(Debug, Clone)]
pub struct StandInOptions {
    /// Where it listens; port 0 is any free one.
    pub addr: SocketAddr,
    /// The merchant's id, as answers and webhooks name it.
    pub merchant_id: String,
    /// The business profile's id.
    pub profile_id: String,
    /// The secret key, which servers send.
    pub api_key: String,
    /// The publishable key, which browsers send.
    pub publishable_key: String,
    /// Where webhooks are sent to; without an address none are.
    pub webhook_url: Option<String>,
    /// The profile's `payment_response_hash_key`, which signs the webhooks.
    pub webhook_secret: String,
    /// How many times faster than the original failed webhooks are sent again; 1 is the original's schedule.
    pub retry_speed_up: u32,
    /// After how long a payment or refund that is processed comes to its end.
    pub settle_delay: Duration,
    /// How many webhooks are remembered for `/_control/webhooks`; older ones are forgotten.
    pub webhooks_kept: usize,
}

impl Default for StandInOptions {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            merchant_id: "merchant_sandbox".to_owned(),
            profile_id: "pro_sandboxProfile00000001".to_owned(),
            api_key: "snd_sandboxsandboxsandboxsandboxsandboxsandboxsandboxsandboxsandbox0".to_owned(),
            publishable_key: "pk_snd_0123456789abcdef0123456789abcdef".to_owned(),
            webhook_url: None,
            webhook_secret: "sandbox_payment_response_hash_key".to_owned(),
            retry_speed_up: 1,
            settle_delay: Duration::from_millis(500),
            webhooks_kept: 5_000,
        }
    }
}
