//! The child: one request, one answer, within limits that it sets itself.

use std::io::{self, Read, Write};

use rustix::process::{Resource, Rlimit, setrlimit};
use thiserror::Error;

use super::wire::{Answer, Request};
use crate::{pdf, xml};

/// The most seconds of processor time.
const CPU_SECONDS: u64 = 5;
/// The most bytes of address space: enough for the binary, its fonts, and a document of some hundred pages.
const MEMORY_BYTES: u64 = 1024 * 1024 * 1024;
/// The most bytes of a request: a template has at most 2 MiB, a document far less.
const REQUEST_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Why the child gave no answer.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The system refused a limit.
    #[error("a limit cannot be set")]
    Limits(#[source] io::Error),
    /// The request cannot be read, or the answer not written.
    #[error("the other process does not listen")]
    Pipe(#[from] io::Error),
    /// The request is no request.
    #[error("the request is malformed")]
    Request(#[source] serde_json::Error),
}

/// The whole life of the child: limits itself, reads a request, renders, answers. To be called first thing in the process,
/// which ends with it.
pub fn serve(input: impl Read, mut output: impl Write) -> Result<(), ServeError> {
    limit_this_process().map_err(ServeError::Limits)?;
    let mut request = Vec::new();
    input.take(REQUEST_BYTES_MAX).read_to_end(&mut request)?;
    let request: Request = serde_json::from_slice(&request).map_err(ServeError::Request)?;
    let (answer, pdf) = match rendered(&request) {
        Ok(pdf) => (Answer::Rendered { pdf_bytes: pdf.len() }, pdf),
        Err(answer) => (answer, Vec::new()),
    };
    let mut line = serde_json::to_vec(&answer).map_err(ServeError::Request)?;
    line.push(b'\n');
    output.write_all(&line)?;
    output.write_all(&pdf)?;
    Ok(output.flush()?)
}

fn rendered(request: &Request) -> Result<Vec<u8>, Answer> {
    let failed = |reason: String| Answer::Failed { reason };
    let template = request.template().map_err(|error| failed(error.to_string()))?;
    let template = template.parsed().map_err(|error| failed(error.to_string()))?;
    let xml = xml(&request.content, &request.parties);
    pdf::render(&template, &request.content, &request.parties, &xml).map_err(Answer::of_error)
}

/// Processor time, memory, no dump of memory with somebody's data in it, and no file written.
fn limit_this_process() -> io::Result<()> {
    // Past the first limit on time comes the signal that says so, past the second the one that says nothing.
    let limits = [
        (Resource::Cpu, CPU_SECONDS, CPU_SECONDS + 1),
        (Resource::As, MEMORY_BYTES, MEMORY_BYTES),
        (Resource::Core, 0, 0),
        (Resource::Fsize, 0, 0),
    ];
    for (resource, current, maximum) in limits {
        let limit = Rlimit {
            current: Some(current),
            maximum: Some(maximum),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}
