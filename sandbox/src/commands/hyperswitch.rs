//! `sandbox hyperswitch`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use comptoir_sandbox::hyperswitch::{StandIn, StandInOptions};

use super::{Outcome, told_to_stop};
use crate::console;

/// The merchant's account, and where its webhooks go.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8081")]
    addr: SocketAddr,
    /// Where webhooks go.
    #[arg(long, env = "COMPTOIR_SANDBOX_WEBHOOK_URL")]
    webhook_url: Option<String>,
    /// The secret key.
    #[arg(long, env = "HYPERSWITCH_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// The publishable key.
    #[arg(long, env = "HYPERSWITCH_PUBLISHABLE_KEY")]
    publishable_key: Option<String>,
    /// The business profile.
    #[arg(long, env = "HYPERSWITCH_PROFILE_ID")]
    profile_id: Option<String>,
    /// The key that signs webhooks.
    #[arg(long, env = "HYPERSWITCH_WEBHOOK_SECRET", hide_env_values = true)]
    webhook_secret: Option<String>,
    /// How many times faster than the original failed webhooks are sent again.
    #[arg(long, default_value_t = 60)]
    retry_speed_up: u32,
    /// After how long a processed payment comes to its end, in milliseconds.
    #[arg(long, default_value_t = 500)]
    settle_delay_ms: u64,
}

pub(crate) async fn run(arguments: Arguments) -> Outcome {
    let defaults = StandInOptions::default();
    let stand_in = StandIn::start(StandInOptions {
        addr: arguments.addr,
        webhook_url: arguments.webhook_url,
        api_key: arguments.api_key.unwrap_or(defaults.api_key),
        publishable_key: arguments.publishable_key.unwrap_or(defaults.publishable_key),
        profile_id: arguments.profile_id.unwrap_or(defaults.profile_id),
        webhook_secret: arguments.webhook_secret.unwrap_or(defaults.webhook_secret),
        retry_speed_up: arguments.retry_speed_up,
        settle_delay: Duration::from_millis(arguments.settle_delay_ms),
        merchant_id: defaults.merchant_id,
        webhooks_kept: defaults.webhooks_kept,
    })
    .await?;
    console::say(format_args!(
        "the stand-in for Hyperswitch is up (Ctrl-C stops it): {}",
        stand_in.base_url()
    ));
    told_to_stop().await?;
    stand_in.stop().await;
    Ok(ExitCode::SUCCESS)
}
