//! The few environment variables that the sandbox itself reads.

/// The value of an environment variable, if it is set to readable text that is not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "the sandbox is no part of the product's configuration; this is the one place where it reads a variable"
)]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
