//! The section `auth`: how tokens are verified.

use super::Secret;
use super::parse::{self, Unfit};
use super::reader::Reader;
use super::settings as set;

/// Who may call.
#[derive(Debug, Clone)]
pub struct AuthConfig {
    /// How tokens are verified.
    pub keys: TokenKeys,
    /// The `iss` claim that tokens must have.
    pub issuer: Option<String>,
    /// The `aud` claim that tokens must have.
    pub audience: Option<String>,
}

/// How tokens are verified: one way only, so that no token can choose.
#[derive(Debug, Clone)]
pub enum TokenKeys {
    /// HS256 with a secret shared with the issuer.
    SharedSecret(Secret),
    /// `EdDSA` or RS256 with the public keys found at a URL.
    KeySet {
        /// Where the JSON Web Key Set is.
        url: String,
    },
}

pub(super) fn auth(reader: &mut Reader<'_>) -> Option<AuthConfig> {
    let strong = |text: &str| {
        if text.len() >= 32 {
            Ok(Secret::new(text))
        } else {
            Err(Unfit)
        }
    };
    let secret = reader.optional(&set::JWT_SECRET, strong);
    let url = reader.optional(&set::JWKS_URL, parse::url);
    let issuer = reader.optional(&set::JWT_ISSUER, parse::text);
    let audience = reader.optional(&set::JWT_AUDIENCE, parse::text);
    let keys = match (secret, url) {
        (Some(secret), None) => TokenKeys::SharedSecret(secret),
        (None, Some(url)) => TokenKeys::KeySet { url },
        (Some(_), Some(_)) => {
            reader.add(
                "COMPTOIR_JWT_SECRET and COMPTOIR_JWKS_URL are both set; only one of them can verify tokens",
            );
            return None;
        }
        (None, None) => {
            let expects = set::JWT_SECRET.expects;
            if reader.is_unset(&set::JWT_SECRET) && reader.is_unset(&set::JWKS_URL) {
                reader.add(format!(
                    "COMPTOIR_JWT_SECRET is missing (in the file: auth.jwt_secret), and COMPTOIR_JWKS_URL too; \
                     one must be set, the secret to {expects}"
                ));
            }
            return None;
        }
    };
    Some(AuthConfig {
        keys,
        issuer,
        audience,
    })
}
