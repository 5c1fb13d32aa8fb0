//! The engine's settings, development secrets among them: made once, kept in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The variables that the engine reads, by their names.
#[derive(Debug)]
pub(super) struct Settings {
    path: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Settings {
    /// Reads the file; a secret that it lacks is made and kept.
    pub(super) fn keep(path: PathBuf) -> io::Result<Self> {
        let variables = std::fs::read_to_string(&path)
            .map(|text| parse(&text))
            .unwrap_or_default();
        let mut settings = Self { path, variables };
        settings.make("COMPTOIR_JWT_SECRET", || random_hex(32))?;
        settings.make("COMPTOIR_MASTER_KEY", || Ok(STANDARD.encode(random_bytes(32)?)))?;
        settings.make("HYPERSWITCH_API_KEY", || Ok(format!("snd_{}", random_hex(32)?)))?;
        settings.make("HYPERSWITCH_PUBLISHABLE_KEY", || {
            Ok(format!("pk_snd_{}", random_hex(16)?))
        })?;
        settings.make("HYPERSWITCH_PROFILE_ID", || {
            Ok(format!("pro_{}", random_hex(10)?))
        })?;
        settings.make("HYPERSWITCH_WEBHOOK_SECRET", || random_hex(32))?;
        settings.write()?;
        Ok(settings)
    }

    /// Notes where things are this time.
    pub(super) fn set<const COUNT: usize>(&mut self, values: [(&str, String); COUNT]) -> io::Result<()> {
        self.variables
            .extend(values.map(|(name, value)| (name.to_owned(), value)));
        self.write()
    }

    /// A variable's value.
    pub(super) fn get(&self, name: &str) -> String {
        self.variables.get(name).cloned().unwrap_or_default()
    }

    /// All variables.
    pub(super) fn all(&self) -> Vec<(String, String)> {
        self.variables.clone().into_iter().collect()
    }

    /// Where they are kept, as a file that a shell can read.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    fn make(&mut self, name: &str, value: impl FnOnce() -> io::Result<String>) -> io::Result<()> {
        if !self.variables.contains_key(name) {
            self.variables.insert(name.to_owned(), value()?);
        }
        Ok(())
    }

    fn write(&self) -> io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&self.path)?;
        writeln!(
            file,
            "# Made by the sandbox, for this checkout only; for a shell: set -a; . this-file; set +a"
        )?;
        writeln!(
            file,
            "# To start afresh remove the whole folder: its data cannot be read without these keys."
        )?;
        for (name, value) in &self.variables {
            writeln!(file, "{name}={}", quoted(value))?;
        }
        Ok(())
    }
}

fn parse(text: &str) -> BTreeMap<String, String> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), unquoted(value)))
        .collect()
}

/// A value as a shell reads it back.
fn quoted(value: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "_-./:+=@".contains(character);
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn unquoted(value: &str) -> String {
    let inside = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    inside.map_or_else(|| value.to_owned(), |inside| inside.replace(r"'\''", "'"))
}

/// That many random bytes, in hexadecimal.
pub(super) fn random_hex(bytes: usize) -> io::Result<String> {
    random_bytes(bytes).map(hex::encode)
}

fn random_bytes(count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_value_is_read_back_as_it_was_by_us_and_by_a_shell() {
        for (value, written) in [
            ("postgres://a@127.0.0.1:5432/b", "postgres://a@127.0.0.1:5432/b"),
            ("Night Shop <a@b>", "'Night Shop <a@b>'"),
            ("1 rue de l'Ange", r"'1 rue de l'\''Ange'"),
        ] {
            assert_eq!(quoted(value), written);
            assert_eq!(unquoted(written), value);
        }
    }

    #[test]
    fn secrets_are_kept_and_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("env");
        let mut first = Settings::keep(path.clone()).unwrap();
        first
            .set([("COMPTOIR_HTTP_ADDR", "127.0.0.1:1".to_owned())])
            .unwrap();
        let second = Settings::keep(path.clone()).unwrap();
        assert_eq!(first.all(), second.all());
        assert_eq!(
            STANDARD.decode(first.get("COMPTOIR_MASTER_KEY")).unwrap().len(),
            32
        );
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
