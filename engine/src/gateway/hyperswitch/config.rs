//! What the engine must know to talk to Hyperswitch, and what it refuses to start with.

use std::time::Duration;

use hyper::Uri;

use crate::secret::Secret;

/// The host of Hyperswitch's own test installation.
const SANDBOX_HOST: &str = "sandbox.hyperswitch.io";
/// How secret keys of test installations begin; publishable ones have `pk_` in front.
const TEST_KEY_PREFIXES: [&str; 3] = ["dev_", "integ_", "snd_"];
/// How secret keys of production begin; publishable ones have `pk_` in front.
const LIVE_KEY_PREFIX: &str = "prd_";

/// The section `hyperswitch` of the configuration.
#[derive(Debug, Clone)]
pub struct HyperswitchConfig {
    /// Where the API is, such as `https://api.hyperswitch.io`.
    pub base_url: String,
    /// The secret key that authenticates the engine.
    pub api_key: Secret,
    /// The key the browser uses; it is no secret.
    pub publishable_key: String,
    /// The business profile payments belong to; Hyperswitch's default one if none is named.
    pub profile_id: Option<String>,
    /// The profile's `payment_response_hash_key`, which signs webhooks. Without it every webhook is refused.
    pub webhook_secret: Option<Secret>,
    /// Whether real money moves.
    pub live_mode: bool,
    /// How long calls may take.
    pub timeouts: HyperswitchTimeouts,
}

/// How long calls to Hyperswitch may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HyperswitchTimeouts {
    /// To open a connection.
    pub connect: Duration,
    /// For a whole call, from the first byte sent to the last one read.
    pub call: Duration,
    /// How long an unused connection is kept open.
    pub idle: Duration,
}

impl Default for HyperswitchTimeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            call: Duration::from_secs(5),
            idle: Duration::from_mins(1),
        }
    }
}

/// A setting the engine refuses to start with. Each names its key and what is wrong, and never the value of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConfigProblem {
    /// The base URL is not an absolute `http:` or `https:` URL.
    #[error("HYPERSWITCH_BASE_URL is not an absolute http: or https: URL")]
    MalformedUrl,
    /// There is no secret key.
    #[error("HYPERSWITCH_API_KEY is missing")]
    MissingApiKey,
    /// Live, but talking to the test installation.
    #[error("HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_BASE_URL is Hyperswitch's sandbox")]
    LiveWithSandboxUrl,
    /// Live, but unencrypted.
    #[error("HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_BASE_URL is an http: URL; it must be https:")]
    LiveWithPlainHttp,
    /// Live, but the secret key is a test key.
    #[error("HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_API_KEY is a test key")]
    LiveWithTestApiKey,
    /// Live, but the publishable key is a test key.
    #[error("HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_PUBLISHABLE_KEY is a test key")]
    LiveWithTestPublishableKey,
    /// Live, but nothing can tell a genuine webhook from a forged one.
    #[error("HYPERSWITCH_LIVE_MODE is on, but HYPERSWITCH_WEBHOOK_SECRET is missing")]
    LiveWithoutWebhookSecret,
    /// Not live, but the secret key moves real money.
    #[error("HYPERSWITCH_LIVE_MODE is off, but HYPERSWITCH_API_KEY is a production key")]
    TestWithLiveApiKey,
    /// Not live, but the publishable key moves real money.
    #[error("HYPERSWITCH_LIVE_MODE is off, but HYPERSWITCH_PUBLISHABLE_KEY is a production key")]
    TestWithLivePublishableKey,
}

impl HyperswitchConfig {
    /// Checks the section as a whole and names everything that is wrong with it.
    pub fn validate(&self) -> Result<(), Vec<ConfigProblem>> {
        let mut problems = Vec::new();
        if self.api_key.expose().trim().is_empty() {
            problems.push(ConfigProblem::MissingApiKey);
        }
        let uri = self.base_uri();
        if uri.is_none() {
            problems.push(ConfigProblem::MalformedUrl);
        }
        if self.live_mode {
            self.validate_live(uri.as_ref(), &mut problems);
        } else {
            self.validate_test(&mut problems);
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems)
        }
    }

    fn validate_live(&self, uri: Option<&Uri>, problems: &mut Vec<ConfigProblem>) {
        if let Some(uri) = uri {
            if uri.host().is_some_and(is_sandbox_host) {
                problems.push(ConfigProblem::LiveWithSandboxUrl);
            }
            if uri.scheme_str() == Some("http") {
                problems.push(ConfigProblem::LiveWithPlainHttp);
            }
        }
        if is_test_key(self.api_key.expose()) {
            problems.push(ConfigProblem::LiveWithTestApiKey);
        }
        if self.publishable_key.strip_prefix("pk_").is_some_and(is_test_key) {
            problems.push(ConfigProblem::LiveWithTestPublishableKey);
        }
        if self
            .webhook_secret
            .as_ref()
            .is_none_or(|secret| secret.expose().is_empty())
        {
            problems.push(ConfigProblem::LiveWithoutWebhookSecret);
        }
    }

    fn validate_test(&self, problems: &mut Vec<ConfigProblem>) {
        if self.api_key.expose().starts_with(LIVE_KEY_PREFIX) {
            problems.push(ConfigProblem::TestWithLiveApiKey);
        }
        if self
            .publishable_key
            .strip_prefix("pk_")
            .is_some_and(|key| key.starts_with(LIVE_KEY_PREFIX))
        {
            problems.push(ConfigProblem::TestWithLivePublishableKey);
        }
    }

    /// The base URL, if it is one that can be called.
    pub(super) fn base_uri(&self) -> Option<Uri> {
        let uri: Uri = self.base_url.parse().ok()?;
        let callable = matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none();
        callable.then_some(uri)
    }
}

fn is_sandbox_host(host: &str) -> bool {
    host.trim_end_matches('.').eq_ignore_ascii_case(SANDBOX_HOST)
}

fn is_test_key(key: &str) -> bool {
    TEST_KEY_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live() -> HyperswitchConfig {
        HyperswitchConfig {
            base_url: "https://api.hyperswitch.io".to_owned(),
            api_key: Secret::new("prd_key"),
            publishable_key: "pk_prd_key".to_owned(),
            profile_id: None,
            webhook_secret: Some(Secret::new("hash key")),
            live_mode: true,
            timeouts: HyperswitchTimeouts::default(),
        }
    }

    fn test() -> HyperswitchConfig {
        HyperswitchConfig {
            base_url: "http://127.0.0.1:9099".to_owned(),
            api_key: Secret::new("snd_key"),
            publishable_key: "pk_snd_key".to_owned(),
            live_mode: false,
            ..live()
        }
    }

    #[test]
    fn sound_sections_pass() {
        assert_eq!(live().validate(), Ok(()));
        assert_eq!(test().validate(), Ok(()));
        assert_eq!(
            HyperswitchConfig {
                webhook_secret: None,
                ..test()
            }
            .validate(),
            Ok(())
        );
    }

    #[test]
    fn live_mode_refuses_whatever_belongs_to_a_test() {
        let cases = [
            (
                HyperswitchConfig {
                    base_url: "https://Sandbox.hyperswitch.io/".to_owned(),
                    ..live()
                },
                ConfigProblem::LiveWithSandboxUrl,
            ),
            (
                HyperswitchConfig {
                    base_url: "http://api.hyperswitch.io".to_owned(),
                    ..live()
                },
                ConfigProblem::LiveWithPlainHttp,
            ),
            (
                HyperswitchConfig {
                    api_key: Secret::new("dev_key"),
                    ..live()
                },
                ConfigProblem::LiveWithTestApiKey,
            ),
            (
                HyperswitchConfig {
                    publishable_key: "pk_snd_key".to_owned(),
                    ..live()
                },
                ConfigProblem::LiveWithTestPublishableKey,
            ),
            (
                HyperswitchConfig {
                    webhook_secret: None,
                    ..live()
                },
                ConfigProblem::LiveWithoutWebhookSecret,
            ),
            (
                HyperswitchConfig {
                    webhook_secret: Some(Secret::new("")),
                    ..live()
                },
                ConfigProblem::LiveWithoutWebhookSecret,
            ),
        ];
        for (config, problem) in cases {
            assert_eq!(config.validate(), Err(vec![problem]), "{config:?}");
        }
    }

    #[test]
    fn every_problem_is_named_at_once() {
        let config = HyperswitchConfig {
            base_url: "http://sandbox.hyperswitch.io".to_owned(),
            api_key: Secret::new("snd_key"),
            publishable_key: "pk_dev_key".to_owned(),
            webhook_secret: None,
            ..live()
        };
        assert_eq!(
            config.validate(),
            Err(vec![
                ConfigProblem::LiveWithSandboxUrl,
                ConfigProblem::LiveWithPlainHttp,
                ConfigProblem::LiveWithTestApiKey,
                ConfigProblem::LiveWithTestPublishableKey,
                ConfigProblem::LiveWithoutWebhookSecret,
            ])
        );
    }

    #[test]
    fn production_keys_are_refused_outside_live_mode() {
        let config = HyperswitchConfig {
            api_key: Secret::new("prd_key"),
            publishable_key: "pk_prd_key".to_owned(),
            ..test()
        };
        assert_eq!(
            config.validate(),
            Err(vec![
                ConfigProblem::TestWithLiveApiKey,
                ConfigProblem::TestWithLivePublishableKey
            ])
        );
    }

    #[test]
    fn a_url_that_cannot_be_called_and_a_missing_key_are_named() {
        for base_url in [
            "",
            "api.hyperswitch.io",
            "ftp://api.hyperswitch.io",
            "https://a b",
            "https://a?b=c",
        ] {
            let config = HyperswitchConfig {
                base_url: base_url.to_owned(),
                ..live()
            };
            assert_eq!(
                config.validate(),
                Err(vec![ConfigProblem::MalformedUrl]),
                "{base_url}"
            );
        }
        let config = HyperswitchConfig {
            api_key: Secret::new(" "),
            ..test()
        };
        assert_eq!(config.validate(), Err(vec![ConfigProblem::MissingApiKey]));
    }

    #[test]
    fn a_section_prints_without_its_secrets() {
        let config = HyperswitchConfig {
            api_key: Secret::new("prd_hush"),
            ..live()
        };
        let printed = format!("{config:?}");
        assert!(
            !printed.contains("hush") && !printed.contains("hash key"),
            "{printed}"
        );
    }
}
