//! A contestant: a process that renders one document a line, and says how long each took.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use clap::ValueEnum as _;

use super::child::Own;
use super::peers::Peers;
use super::samples::Sample;
use crate::machine;

/// Who renders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of this program: the product's renderer, or typst as a library that wraps it has it.
    Own(Own),
    /// Go, hand-coded.
    Gofpdf,
    /// Python, hand-coded.
    Reportlab,
    /// Python, HTML and CSS.
    Weasyprint,
}

impl Kind {
    /// All of them, in the order of a round.
    pub(super) const ALL: [Self; 5] = [
        Self::Own(Own::Comptoir),
        Self::Own(Own::TypstAsLib),
        Self::Gofpdf,
        Self::Reportlab,
        Self::Weasyprint,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Own(Own::Comptoir) => "comptoir (Factur-X)",
            Self::Own(Own::TypstAsLib) => "typst-as-lib (PDF/A-3b, XML attached)",
            Self::Gofpdf => "gofpdf (plain PDF)",
            Self::Reportlab => "reportlab (plain PDF)",
            Self::Weasyprint => "weasyprint (plain PDF)",
        }
    }

    /// The most of this contestant's time that ours may take.
    pub(super) const fn asked_for(self) -> Option<f64> {
        match self {
            Self::Own(_) => None,
            Self::Gofpdf => Some(0.9),
            Self::Reportlab => Some(0.35),
            Self::Weasyprint => Some(0.1),
        }
    }
}

/// A contestant's process.
pub(super) struct Contestant {
    pub(super) kind: Kind,
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// How long one document took, and how big it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rendered {
    pub(super) nanoseconds: u64,
    pub(super) bytes: u64,
}

impl Contestant {
    /// Starts it on one core. `keep` is where it leaves its newest document.
    pub(super) fn start(kind: Kind, peers: &Peers, keep: Option<PathBuf>) -> Result<Self> {
        let (program, arguments) = call(kind, peers)?;
        let mut child = Command::new("taskset")
            .args(["-c", "0"])
            .arg(program)
            .args(arguments)
            .args(keep)
            .env("GOMAXPROCS", "1")
            .env("RAYON_NUM_THREADS", "1")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("run taskset, of util-linux")?;
        Ok(Self {
            kind,
            input: child.stdin.take().context("no standard input")?,
            output: BufReader::new(child.stdout.take().context("no standard output")?),
            child,
        })
    }

    /// Renders one document.
    pub(super) fn render(&mut self, sample: &Sample) -> Result<Rendered> {
        let text = match self.kind {
            Kind::Own(_) => &sample.whole,
            Kind::Gofpdf | Kind::Reportlab | Kind::Weasyprint => &sample.page,
        };
        self.input.write_all(text.as_bytes())?;
        self.input.write_all(b"\n")?;
        self.input.flush()?;
        let mut answer = String::new();
        self.output.read_line(&mut answer)?;
        let (nanoseconds, bytes) = answer
            .trim()
            .split_once(' ')
            .with_context(|| format!("{} answered {answer:?}", self.kind.name()))?;
        let rendered = Rendered {
            nanoseconds: nanoseconds.parse()?,
            bytes: bytes.parse()?,
        };
        ensure!(
            rendered.bytes > 5_000,
            "{} made a document of {} bytes",
            self.kind.name(),
            rendered.bytes
        );
        Ok(rendered)
    }

    /// Its resident memory. `taskset` has become the program.
    pub(super) fn resident_kib(&self) -> Result<u64> {
        machine::resident_kib(self.child.id()).context("the memory of the process cannot be read")
    }

    /// Ends it.
    pub(super) fn finish(self) -> Result<()> {
        let Self {
            mut child,
            input,
            output,
            kind,
        } = self;
        drop((input, output));
        let status = child.wait()?;
        ensure!(status.success(), "{} ended with {status}", kind.name());
        Ok(())
    }
}

fn call(kind: Kind, peers: &Peers) -> Result<(PathBuf, Vec<OsString>)> {
    let fonts = peers.fonts.clone().into_os_string();
    Ok(match kind {
        Kind::Own(own) => {
            let name = own.to_possible_value().context("a contestant without a name")?;
            let arguments = ["--contestant".into(), name.get_name().into()];
            (std::env::current_exe()?, arguments.into())
        }
        Kind::Gofpdf => (peers.gofpdf.clone(), vec![fonts]),
        Kind::Reportlab => (
            peers.python.clone(),
            vec![peers.script("reportlab_peer.py"), fonts],
        ),
        Kind::Weasyprint => (
            peers.python.clone(),
            vec![peers.script("weasyprint_peer.py"), fonts],
        ),
    })
}
