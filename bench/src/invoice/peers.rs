//! The peers: a Go program that is compiled, and two Python programs in an environment of their own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::report;

/// What the Python peers need, with the versions that were measured.
const PACKAGES: [&str; 3] = ["reportlab==5.1.0", "rl_accel==0.9.1", "weasyprint==70.0"];
/// Where Debian keeps the sources of Go packages.
const GO_SOURCES: &str = "/usr/share/gocode";

/// Where the peers are.
#[derive(Debug)]
pub(super) struct Peers {
    /// The compiled Go program.
    pub(super) gofpdf: PathBuf,
    /// The Python of the environment.
    pub(super) python: PathBuf,
    /// The fonts of the product.
    pub(super) fonts: PathBuf,
    scripts: PathBuf,
}

impl Peers {
    /// Compiles and installs what is missing, below `target/bench/invoice`.
    pub(super) fn prepare() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let scripts = root.join("src/invoice/peers");
        let folder = root.join("../target/bench/invoice");
        std::fs::create_dir_all(&folder)?;
        let folder = folder.canonicalize()?;
        let peers = Self {
            gofpdf: folder.join("gofpdf"),
            python: folder.join("venv/bin/python"),
            fonts: root.join("../documents/fonts").canonicalize()?,
            scripts: scripts.canonicalize()?,
        };
        peers.compile_gofpdf()?;
        peers.install_python(&folder)?;
        Ok(peers)
    }

    /// The path of a script.
    pub(super) fn script(&self, name: &str) -> OsString {
        self.scripts.join(name).into_os_string()
    }

    fn compile_gofpdf(&self) -> Result<()> {
        let source = self.scripts.join("gofpdf.go");
        run(Command::new("go")
            .args(["build", "-o"])
            .arg(&self.gofpdf)
            .arg(source)
            .env("GO111MODULE", "off")
            .env("GOPATH", GO_SOURCES)
            .env("GOFLAGS", ""))
    }

    fn install_python(&self, folder: &Path) -> Result<()> {
        if !self.python.exists() {
            report::progress("installing the peers in Python");
            run(Command::new("python3")
                .args(["-m", "venv"])
                .arg(folder.join("venv")))?;
        }
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        run(Command::new(&self.python).args(pip).args(PACKAGES))
    }
}

fn run(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_owned();
    let status = command
        .status()
        .with_context(|| format!("run {}", Path::new(&program).display()))?;
    ensure!(status.success(), "{} failed", Path::new(&program).display());
    Ok(())
}
