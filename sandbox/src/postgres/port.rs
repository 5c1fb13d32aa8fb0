//! A free port on loopback.

use std::net::{Ipv4Addr, TcpListener};

use super::PostgresError;
use crate::chance::random_u64;

/// Below the ports that systems hand out to outgoing connections (32768 and up), so that no client's own port can
/// take the server's while it is being restarted.
const FIRST: u64 = 15_000;
const LAST: u64 = 31_999;
const TRIES: usize = 100;

/// A port on 127.0.0.1 that nobody listens on, for a server of a test or of `sandbox run`.
pub fn free_port() -> Result<u16, PostgresError> {
    let candidates = (0..TRIES).filter_map(|_| u16::try_from(FIRST + random_u64() % (LAST - FIRST + 1)).ok());
    let mut last_error = std::io::Error::other("no candidate");
    for port in candidates {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            Ok(_) => return Ok(port),
            Err(error) => last_error = error,
        }
    }
    Err(PostgresError::io("find a free port on 127.0.0.1")(last_error))
}
