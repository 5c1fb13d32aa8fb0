//! `comptoir openapi`

use super::{CliError, print_line};
use crate::http::openapi_document;

/// Prints the document.
pub(super) fn run() -> Result<(), CliError> {
    Ok(print_line(&openapi_document()?)?)
}
