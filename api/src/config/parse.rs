//! How the texts of settings are read. What is right stands with each setting, so that errors carry nothing.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use axum::http::{HeaderValue, Uri};

/// The text is not what the setting expects.
pub(super) struct Unfit;

/// A whole number within limits.
pub(super) fn number<T: FromStr + PartialOrd>(
    range: RangeInclusive<T>,
) -> impl FnOnce(&str) -> Result<T, Unfit> {
    move |text| {
        text.parse()
            .ok()
            .filter(|number| range.contains(number))
            .ok_or(Unfit)
    }
}

/// Milliseconds within limits.
pub(super) fn milliseconds(range: RangeInclusive<u64>) -> impl FnOnce(&str) -> Result<Duration, Unfit> {
    |text| number(range)(text).map(Duration::from_millis)
}

/// Seconds within limits.
pub(super) fn seconds(range: RangeInclusive<u64>) -> impl FnOnce(&str) -> Result<Duration, Unfit> {
    |text| number(range)(text).map(Duration::from_secs)
}

/// An absolute URL, without the slash at its end.
pub(super) fn url(text: &str) -> Result<String, Unfit> {
    let uri: Uri = text.parse().map_err(|_| Unfit)?;
    let absolute = matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some();
    let plain = uri.query().is_none() && text.len() <= 200;
    (absolute && plain)
        .then(|| text.trim_end_matches('/').to_owned())
        .ok_or(Unfit)
}

/// Origins, exactly as browsers send them in the header `Origin`: scheme, host, and the port if it is not the usual one.
pub(super) fn origins(text: &str) -> Result<Vec<HeaderValue>, Unfit> {
    text.split(',')
        .map(|origin| self::origin(origin.trim()))
        .collect()
}

fn origin(text: &str) -> Result<HeaderValue, Unfit> {
    let uri: Uri = text.parse().map_err(|_| Unfit)?;
    let (scheme, authority) = uri.scheme_str().zip(uri.authority()).ok_or(Unfit)?;
    let usual_port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(Unfit),
    };
    let port = authority.port();
    let sends_port = port
        .as_ref()
        .is_none_or(|port| port.as_u16() != usual_port && port.as_str() == port.as_u16().to_string());
    let host = authority.host();
    let sent = match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    };
    let plain = text == sent && text == text.to_ascii_lowercase() && !host.is_empty() && !host.contains('*');
    if plain && sends_port {
        HeaderValue::from_str(text).map_err(|_| Unfit)
    } else {
        Err(Unfit)
    }
}

/// Any text without control characters.
pub(super) fn text(text: &str) -> Result<String, Unfit> {
    if text.chars().any(char::is_control) {
        Err(Unfit)
    } else {
        Ok(text.to_owned())
    }
}

/// `true` or `false`.
pub(super) fn truth(text: &str) -> Result<bool, Unfit> {
    text.parse().map_err(|_| Unfit)
}
