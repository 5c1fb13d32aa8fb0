//! A bound on the requests of each address, for routes that need no token.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::App;

/// Counts the request against the allowance of the address that it comes from.
pub(crate) async fn limit_by_address(State(app): State<App>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(address)| address.ip());
    let told = app
        .http()
        .client_address_header
        .as_ref()
        .and_then(|name| last_address(request.headers(), name.as_str()));
    let allowance = match app.public_rate_limiter().take(bucket_of(told.or(peer))) {
        Ok(allowance) => allowance,
        Err(problem) => return problem.into_response(),
    };
    let mut response = next.run(request).await;
    app.public_rate_limiter().tell(allowance, response.headers_mut());
    response
}

/// What the proxy nearest to us has seen stands last; whatever stands before was sent by the client.
fn last_address(headers: &HeaderMap, name: &str) -> Option<IpAddr> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next()?.trim().parse().ok()
}

/// Where an address is counted. A client has a whole network of 2^64 addresses of version 6.
fn bucket_of(address: Option<IpAddr>) -> Uuid {
    let network = match address {
        Some(IpAddr::V4(address)) => u128::from(address.to_ipv6_mapped()),
        Some(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => u128::from(address.to_ipv6_mapped()),
            None => u128::from(address) >> 64 << 64,
        },
        None => 0,
    };
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(network.to_be_bytes())[..16]);
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_the_last_address_is_believed() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("10.0.0.1"));
        headers.append("x-forwarded-for", HeaderValue::from_static("10.0.0.2, 192.0.2.7"));
        let found = last_address(&headers, "x-forwarded-for");
        assert_eq!(found, Some("192.0.2.7".parse().unwrap()));
        assert_eq!(last_address(&headers, "forwarded"), None);
    }

    #[test]
    fn a_network_of_version_6_is_counted_as_one() {
        let bucket = |text: &str| bucket_of(Some(text.parse().unwrap()));
        assert_eq!(bucket("2001:db8::1"), bucket("2001:db8::ffff"));
        assert_ne!(bucket("2001:db8::1"), bucket("2001:db8:0:1::1"));
        assert_eq!(bucket("::ffff:192.0.2.7"), bucket("192.0.2.7"));
        assert_ne!(bucket("192.0.2.7"), bucket("192.0.2.8"));
    }
}
