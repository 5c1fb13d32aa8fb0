//! How the sections `http` and `rate_limit` are read.

use std::num::{NonZeroU32, NonZeroU64};

use axum::http::HeaderName;

use super::parse;
use super::reader::Reader;
use super::sections::{HttpConfig, RateLimitConfig};
use super::settings::{self as set, Setting};

pub(super) fn http(reader: &mut Reader<'_>) -> Option<HttpConfig> {
    let addr = reader.required(&set::HTTP_ADDR, str::parse);
    let public_url = reader.required(&set::PUBLIC_URL, parse::url);
    let body_bytes_max = reader.required(&set::BODY_BYTES_MAX, parse::number(1024..=16 * 1024 * 1024));
    let cors_origins = reader.optional(&set::CORS_ORIGINS, parse::origins);
    let read_wait_max = reader.required(&set::READ_WAIT_MS_MAX, parse::milliseconds(0..=60_000));
    let request_time_max = reader.required(&set::REQUEST_MS_MAX, parse::milliseconds(1_000..=600_000));
    let upload_time_max = reader.required(&set::UPLOAD_MS_MAX, parse::milliseconds(1_000..=86_400_000));
    let of_callers = rate_limit(reader, &set::RATE_LIMIT_REQUESTS, &set::RATE_LIMIT_WINDOW_S);
    let of_addresses = rate_limit(
        reader,
        &set::PUBLIC_RATE_LIMIT_REQUESTS,
        &set::PUBLIC_RATE_LIMIT_WINDOW_S,
    );
    let client_address_header = reader.optional(&set::CLIENT_ADDRESS_HEADER, str::parse::<HeaderName>);
    let client_country_header = reader.optional(&set::CLIENT_COUNTRY_HEADER, str::parse::<HeaderName>);
    Some(HttpConfig {
        addr: addr?,
        public_url: public_url?,
        body_bytes_max: body_bytes_max?,
        cors_origins: cors_origins.unwrap_or_default(),
        read_wait_max: read_wait_max?,
        request_time_max: request_time_max?,
        upload_time_max: upload_time_max?,
        rate_limit: of_callers?,
        public_rate_limit: of_addresses?,
        client_address_header,
        client_country_header,
    })
}

fn rate_limit(reader: &mut Reader<'_>, requests: &Setting, window_s: &Setting) -> Option<RateLimitConfig> {
    let requests = reader.required(requests, parse::number(1..=1_000_000_000));
    let window_s = reader.required(window_s, parse::number(1..=86_400));
    Some(RateLimitConfig {
        requests: NonZeroU32::new(requests?)?,
        window_s: NonZeroU64::new(window_s?)?,
    })
}
