//! The country of the client's address, as a proxy in front of every node has found it.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use comptoir_domain::tax::{EvidenceKind, LocationEvidence};
use comptoir_domain::values::CountryCode;

use super::App;

/// What proxies say of addresses whose country they do not know.
const UNKNOWN: [&str; 2] = ["XX", "ZZ"];

/// What is known of where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenCountry {
    /// No proxy is asked: what the request says of it counts.
    Untold,
    /// The proxy says so, and nobody else is believed; none, if it does not know.
    Told(Option<CountryCode>),
}

impl SeenCountry {
    fn of(headers: &HeaderMap, name: &str) -> Self {
        let last = headers.get_all(name).iter().next_back();
        let text = last.and_then(|value| value.to_str().ok()).map(str::trim);
        let known = text.filter(|text| !UNKNOWN.contains(text));
        Self::Told(known.and_then(|text| CountryCode::try_new(text).ok()))
    }

    /// The evidence of a request, with what the proxy has found in place of what the request says of its own address.
    pub(crate) fn in_place_of(self, mut said: Vec<LocationEvidence>) -> Vec<LocationEvidence> {
        match self {
            Self::Untold => said,
            Self::Told(found) => {
                let kind = EvidenceKind::IpCountry;
                said.retain(|item| item.kind != kind);
                said.extend(found.map(|country| LocationEvidence { kind, country }));
                said
            }
        }
    }
}

impl FromRequestParts<App> for SeenCountry {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let header = app.http().client_country_header.as_ref();
        Ok(header.map_or(Self::Untold, |name| Self::of(&parts.headers, name.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn item(kind: EvidenceKind, country: &str) -> LocationEvidence {
        let country = CountryCode::try_new(country).unwrap();
        LocationEvidence { kind, country }
    }

    #[test]
    fn only_what_the_nearest_proxy_has_found_is_believed() {
        let found = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("cf-ipcountry", HeaderValue::from_static(value));
            }
            SeenCountry::of(&headers, "cf-ipcountry")
        };
        let france = SeenCountry::Told(Some(CountryCode::FR));
        assert_eq!(found(&["FR"]), france);
        assert_eq!(found(&["LU", " FR "]), france);
        for unknown in [&["XX"][..], &["T1"], &["France"], &[""], &[]] {
            assert_eq!(found(unknown), SeenCountry::Told(None), "{unknown:?}");
        }
    }

    #[test]
    fn what_the_request_says_of_its_address_gives_way_to_what_was_found() {
        let card = item(EvidenceKind::CardCountry, "FR");
        let said = || vec![item(EvidenceKind::IpCountry, "LU"), card];
        assert_eq!(SeenCountry::Untold.in_place_of(said()), said());
        assert_eq!(SeenCountry::Told(None).in_place_of(said()), [card]);
        let found = SeenCountry::Told(Some(CountryCode::FR)).in_place_of(said());
        assert_eq!(found, [card, item(EvidenceKind::IpCountry, "FR")]);
    }
}
