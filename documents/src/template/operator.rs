//! An operator's own template: a folder, read into memory once.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::{BODY_NAME, LIB_NAME, LOGO_NAMES, Parts, THEME_NAME, Template, ThemeError};
use crate::child::ChildError;
use crate::pdf::Diagnostic;

/// The most bytes of one file.
const FILE_BYTES_MAX: u64 = 512 * 1024;

/// A folder that was read. It must be tried before it is used: [`OperatorTemplate::try_on_fixtures`].
#[derive(Debug, Clone)]
pub struct OperatorTemplate {
    pub(crate) parts: Parts,
}

/// What is wrong with a template folder.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// The folder, or a file in it, cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The folder holds something that is no part of a template.
    #[error(
        "{path} is no part of a template; a folder may hold body.typ, lib.typ, logo.svg or logo.png, theme.json and README.md"
    )]
    Unknown {
        /// What.
        path: PathBuf,
    },
    /// A file leads out of the folder.
    #[error("{path} leads out of the folder")]
    Outside {
        /// Which.
        path: PathBuf,
    },
    /// A file is too big.
    #[error("{path} has more than {} KiB", FILE_BYTES_MAX / 1024)]
    TooBig {
        /// Which.
        path: PathBuf,
    },
    /// A file that is text is not UTF-8.
    #[error("{path} is not UTF-8")]
    NotText {
        /// Which.
        path: PathBuf,
    },
    /// There are two logos.
    #[error("there are both logo.svg and logo.png; one of them must go")]
    TwoLogos,
    /// There is nothing of a template in the folder.
    #[error("{path} holds nothing of a template")]
    Empty {
        /// Which folder.
        path: PathBuf,
    },
    /// The theme is wrong.
    #[error("theme.json: {0}")]
    Theme(#[from] ThemeError),
    /// The template failed on a fixture.
    #[error("on the sample `{fixture}`:{}", listed(.diagnostics))]
    Failed {
        /// Which.
        fixture: &'static str,
        /// What is wrong, with file and line.
        diagnostics: Vec<Diagnostic>,
    },
    /// The process that renders could not do its work on a fixture, or took too much.
    #[error("on the sample `{fixture}`: {error}")]
    Process {
        /// Which.
        fixture: &'static str,
        /// What happened.
        error: ChildError,
    },
}

fn listed(diagnostics: &[Diagnostic]) -> String {
    let mut listed = String::new();
    for diagnostic in diagnostics {
        listed.push_str("\n  ");
        listed.push_str(&diagnostic.to_string());
    }
    listed
}

impl OperatorTemplate {
    /// Reads a folder. Nothing of it is read again later. Files whose names begin with a dot are left alone, and so is a
    /// `README.md`; whatever else is no part of a template is an error, as it would be missed.
    pub fn load(folder: &Path) -> Result<Self, TemplateError> {
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |error: std::io::Error| TemplateError::Unreadable {
                path,
                reason: error.to_string(),
            }
        };
        let root = folder.canonicalize().map_err(unreadable(folder))?;
        let mut parts = Parts::default();
        for entry in fs::read_dir(&root).map_err(unreadable(folder))? {
            let path = entry.map_err(unreadable(folder))?.path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned())
                .unwrap_or_default();
            if name.starts_with('.') || name == "README.md" {
                continue;
            }
            let logo = LOGO_NAMES.into_iter().find(|known| *known == name);
            if logo.is_none() && ![BODY_NAME, LIB_NAME, THEME_NAME].contains(&name.as_str()) {
                return Err(TemplateError::Unknown { path });
            }
            let bytes = read_within(&root, &path)?;
            match (name.as_str(), logo) {
                (BODY_NAME, _) => parts.body = Some(text(&path, bytes)?),
                (LIB_NAME, _) => parts.lib = Some(text(&path, bytes)?),
                (_, Some(_)) if parts.logo.is_some() => return Err(TemplateError::TwoLogos),
                (_, Some(logo)) => parts.logo = Some((logo, bytes)),
                (_, None) => parts.theme = Some(bytes),
            }
        }
        let nothing =
            parts.body.is_none() && parts.lib.is_none() && parts.theme.is_none() && parts.logo.is_none();
        if nothing {
            return Err(TemplateError::Empty {
                path: folder.to_owned(),
            });
        }
        let template = Self { parts };
        template.parsed()?;
        Ok(template)
    }

    /// The template, parsed.
    pub(crate) fn parsed(&self) -> Result<Template, ThemeError> {
        Template::made_of(&self.parts)
    }
}

/// A file that lies in the folder, also by way of a link within it, as mounted configuration has them.
fn read_within(root: &Path, path: &Path) -> Result<Vec<u8>, TemplateError> {
    let unreadable = |error: std::io::Error| TemplateError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let real = path.canonicalize().map_err(unreadable)?;
    if !real.starts_with(root) {
        return Err(TemplateError::Outside {
            path: path.to_owned(),
        });
    }
    if !real.is_file() {
        return Err(TemplateError::Unknown {
            path: path.to_owned(),
        });
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(&real).map_err(unreadable)?;
    file.take(FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(TemplateError::TooBig {
            path: path.to_owned(),
        });
    }
    Ok(bytes)
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, TemplateError> {
    String::from_utf8(bytes).map_err(|_| TemplateError::NotText {
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        folder
    }

    fn refused(files: &[(&str, &[u8])]) -> String {
        OperatorTemplate::load(folder(files).path())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_folder_may_replace_each_part_by_itself() {
        let folder = folder(&[
            ("theme.json", br##"{"accent":"#aa0000"}"##),
            ("README.md", b"ours"),
            (".hidden", b""),
        ]);
        let template = OperatorTemplate::load(folder.path()).unwrap();
        assert!(template.parts.body.is_none() && template.parts.theme.is_some());
        assert_ne!(template.parsed().unwrap().digest(), Template::built_in().digest());
    }

    #[test]
    fn what_is_no_part_of_a_template_is_named() {
        assert!(
            refused(&[("body.typ", b""), ("header.typ", b"")])
                .contains("header.typ is no part of a template")
        );
        assert!(refused(&[]).contains("holds nothing of a template"));
        assert!(refused(&[("logo.svg", b""), ("logo.png", b"")]).contains("one of them must go"));
        assert!(refused(&[("body.typ", b"\xff")]).contains("is not UTF-8"));
        assert!(refused(&[("theme.json", b"{")]).starts_with("theme.json: "));
        assert!(refused(&[("lib.typ", &vec![b' '; 600_000])]).contains("more than 512 KiB"));
        let missing = OperatorTemplate::load(Path::new("no/such/folder")).unwrap_err();
        assert!(matches!(missing, TemplateError::Unreadable { .. }));
    }

    #[test]
    fn a_folder_within_is_refused() {
        let folder = folder(&[]);
        fs::create_dir(folder.path().join("body.typ")).unwrap();
        assert!(matches!(
            OperatorTemplate::load(folder.path()),
            Err(TemplateError::Unknown { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_may_lead_within_the_folder_and_not_out_of_it() {
        use std::os::unix::fs::symlink;
        let outside = folder(&[("secret", b"secret")]);
        let inside = folder(&[(".data", b"= ours")]);
        symlink(inside.path().join(".data"), inside.path().join("body.typ")).unwrap();
        assert_eq!(
            OperatorTemplate::load(inside.path())
                .unwrap()
                .parts
                .body
                .as_deref(),
            Some("= ours")
        );
        symlink(outside.path().join("secret"), inside.path().join("lib.typ")).unwrap();
        assert!(matches!(
            OperatorTemplate::load(inside.path()),
            Err(TemplateError::Outside { .. })
        ));
    }
}
