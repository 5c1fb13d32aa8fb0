//! The parent: starts a child for one document, and stops it when its time is over.

use std::ffi::OsString;
use std::io::{Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use comptoir_domain::document::{DocumentContent, Parties};
use rustix::process::Signal;
use thiserror::Error;

use super::wire::{Answer, Request};
use crate::error::places;
use crate::pdf::Diagnostic;
use crate::template::OperatorTemplate;

/// How a child is started.
#[derive(Debug, Clone)]
pub struct ChildProgram {
    /// The binary, by its absolute path.
    pub program: PathBuf,
    /// What makes it a child, such as `render-document`.
    pub arguments: Vec<OsString>,
    /// What it may take.
    pub limits: ChildLimits,
}

/// What a child may take, beside the limits on processor time and memory that it sets itself.
#[derive(Debug, Clone, Copy)]
pub struct ChildLimits {
    /// How long it may take in all.
    pub deadline_ms: u64,
    /// The most bytes of an answer.
    pub answer_bytes_max: u64,
}

impl Default for ChildLimits {
    fn default() -> Self {
        Self {
            deadline_ms: 10_000,
            answer_bytes_max: 16 * 1024 * 1024,
        }
    }
}

/// Why a child did not render a document. What is displayed names places in templates, and nothing of what stands on the
/// document: it may be logged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChildError {
    /// The process did not start.
    #[error("the process that renders did not start: {0}")]
    NotStarted(String),
    /// It was stopped because its time was over.
    #[error("the template took longer than {deadline_ms} ms")]
    TooSlow {
        /// How long it was given.
        deadline_ms: u64,
    },
    /// It met its limit on processor time.
    #[error("the template took more processor time than it may")]
    OutOfTime,
    /// It met its limit on memory, or the system had no more.
    #[error("the template took more memory than it may")]
    OutOfMemory,
    /// It ended without an answer, in another way.
    #[error("the process that renders ended without an answer ({0})")]
    Ended(String),
    /// What it answered is no answer, or too long.
    #[error("the process that renders answered something else: {0}")]
    Answer(&'static str),
    /// The template is wrong. The diagnostics may quote the document.
    #[error("the template failed{}", places(.0))]
    Template(Vec<Diagnostic>),
    /// The renderer failed in another way.
    #[error("the renderer failed: {0}")]
    Renderer(String),
}

impl ChildProgram {
    /// A binary and the arguments that make it a child, with the usual limits.
    pub fn new(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
            limits: ChildLimits::default(),
        }
    }
}

/// Renders a document in a child process, as PDF. Blocks until it is there or the deadline is over.
pub fn render(
    program: &ChildProgram,
    template: &OperatorTemplate,
    content: &DocumentContent,
    parties: &Parties,
) -> Result<Vec<u8>, ChildError> {
    let request = serde_json::to_vec(&Request::of(template, content, parties))
        .map_err(|error| ChildError::Renderer(error.to_string()))?;
    let answer = ask(program, request)?;
    read(&answer)
}

/// What the child answers to a request.
fn ask(program: &ChildProgram, request: Vec<u8>) -> Result<Vec<u8>, ChildError> {
    let mut child = start(program)?;
    let deadline_ms = program.limits.deadline_ms;
    let received = talk(&mut child, request, program.limits);
    // Whatever happened, the process is over when this returns: an answer that came needs it no more.
    let _ = child.kill();
    let status = child
        .wait()
        .map_err(|error| ChildError::Ended(error.to_string()))?;
    match received {
        Ok(answer) if answer.len() as u64 > program.limits.answer_bytes_max => {
            Err(ChildError::Answer("too many bytes"))
        }
        Ok(answer) if answer.is_empty() => Err(ending(status)),
        Ok(answer) => Ok(answer),
        Err(RecvTimeoutError::Timeout) => Err(ChildError::TooSlow { deadline_ms }),
        Err(RecvTimeoutError::Disconnected) => Err(ending(status)),
    }
}

fn start(program: &ChildProgram) -> Result<Child, ChildError> {
    let mut command = Command::new(&program.program);
    command
        .args(&program.arguments)
        // No secret of ours, no time zone, no language; one thread. Address space is counted, so that the allocator must not
        // reserve what it may never use: mimalloc, which the binary has, begins with 1 GiB.
        .env_clear()
        .env("RAYON_NUM_THREADS", "1")
        .env("MALLOC_ARENA_MAX", "1")
        .env("MIMALLOC_ARENA_RESERVE", "64MiB")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
        .spawn()
        .map_err(|error| ChildError::NotStarted(error.to_string()))
}

/// Writes the request and reads the answer to its end, each on a thread of its own, so that neither pipe can block both
/// processes. The threads end with the child.
fn talk(child: &mut Child, request: Vec<u8>, limits: ChildLimits) -> Result<Vec<u8>, RecvTimeoutError> {
    if let Some(mut stdin) = child.stdin.take() {
        thread::spawn(move || {
            // A child that has ended already says why by its status.
            let _ = stdin.write_all(&request);
        });
    }
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            let mut answer = Vec::new();
            let _ = stdout.take(limits.answer_bytes_max + 1).read_to_end(&mut answer);
            let _ = sender.send(answer);
        });
    }
    receiver.recv_timeout(Duration::from_millis(limits.deadline_ms))
}

/// How a process ended that gave no answer: one that is refused memory aborts itself, and one that the system has no more memory for is
/// killed.
fn ending(status: ExitStatus) -> ChildError {
    match (status.signal().and_then(Signal::from_named_raw), status.code()) {
        (Some(Signal::XCPU), _) => ChildError::OutOfTime,
        (Some(Signal::ABORT | Signal::KILL), _) => ChildError::OutOfMemory,
        (_, Some(code)) => ChildError::Ended(format!("status {code}")),
        (_, None) => ChildError::Ended(format!("signal {}", status.signal().unwrap_or_default())),
    }
}

/// The PDF in an answer.
fn read(answer: &[u8]) -> Result<Vec<u8>, ChildError> {
    let end = answer
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or(ChildError::Answer("no line"))?;
    let pdf = &answer[end + 1..];
    match serde_json::from_slice(&answer[..end]) {
        Ok(Answer::Rendered { pdf_bytes }) if pdf_bytes == pdf.len() && pdf.starts_with(b"%PDF-") => {
            Ok(pdf.to_vec())
        }
        Ok(Answer::Rendered { .. }) => Err(ChildError::Answer("no PDF, or not all of it")),
        Ok(Answer::Template { diagnostics }) => Err(ChildError::Template(diagnostics)),
        Ok(Answer::Failed { reason }) => Err(ChildError::Renderer(reason)),
        Err(_) => Err(ChildError::Answer("no JSON")),
    }
}
