//! Templates: the built-in one, and an operator's own folder in the place of some of its files.
//!
//! `main.typ` is ours and sets up page and document; it calls `body` of `/template/body.typ`, which may import
//! `/template/lib.typ`. A folder can replace body, lib, logo and theme, each by itself.

mod operator;
mod theme;
mod trial;

use std::sync::{Arc, LazyLock};

use comptoir_domain::values::Sha256Hex;
use sha2::{Digest as _, Sha256};
use typst::foundations::Bytes;
use typst::syntax::{FileId, Source};

pub use self::operator::{OperatorTemplate, TemplateError};
pub(crate) use self::theme::Theme;
pub use self::theme::ThemeError;
pub use self::trial::TriedTemplate;
use crate::pdf::world::{path, paths};
use crate::view;

const MAIN: &str = include_str!("../../template/main.typ");
const BODY: &str = include_str!("../../template/body.typ");
const LIB: &str = include_str!("../../template/lib.typ");
const LOGO: &[u8] = include_bytes!("../../template/logo.svg");

/// A file of a template folder that is typst.
const BODY_NAME: &str = "body.typ";
const LIB_NAME: &str = "lib.typ";
const THEME_NAME: &str = "theme.json";
const LOGO_NAMES: [&str; 2] = ["logo.svg", "logo.png"];

/// The ids of the files that a template can have. They are the same for all templates.
struct Ids {
    body: FileId,
    lib: FileId,
    logos: [FileId; 2],
}

static IDS: LazyLock<Ids> = LazyLock::new(|| Ids {
    body: path("template/body.typ"),
    lib: path("template/lib.typ"),
    logos: LOGO_NAMES.map(|name| path(&format!("template/{name}"))),
});

static BUILT_IN: LazyLock<Arc<Template>> = LazyLock::new(|| {
    let built_in = Template::made_of(&Parts::default());
    // Without a theme file there is nothing to be wrong.
    Arc::new(built_in.unwrap_or_else(|error| panic!("the built-in template: {error}")))
});

/// What a folder has of a template's files; the built-in ones take the place of those that it lacks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts {
    pub(crate) body: Option<String>,
    pub(crate) lib: Option<String>,
    pub(crate) theme: Option<Vec<u8>>,
    /// By which name, and its bytes.
    pub(crate) logo: Option<(&'static str, Vec<u8>)>,
}

/// A template, parsed once.
pub(crate) struct Template {
    main: Source,
    body: Source,
    lib: Source,
    logo: (FileId, Bytes),
    theme: Theme,
    digest: Sha256Hex,
}

impl Template {
    /// The template that comes with the binary.
    pub(crate) fn built_in() -> Arc<Self> {
        BUILT_IN.clone()
    }

    /// A template of these parts and, for those that are missing, the built-in ones.
    pub(crate) fn made_of(parts: &Parts) -> Result<Self, ThemeError> {
        let body = parts.body.as_deref().unwrap_or(BODY);
        let lib = parts.lib.as_deref().unwrap_or(LIB);
        let (logo_name, logo) = parts
            .logo
            .as_ref()
            .map_or((LOGO_NAMES[0], LOGO), |(name, bytes)| (*name, bytes.as_slice()));
        let theme = Theme::read(parts.theme.as_deref(), logo_name)?;
        let named: [(&str, &[u8]); 5] = [
            ("main.typ", MAIN.as_bytes()),
            (BODY_NAME, body.as_bytes()),
            (LIB_NAME, lib.as_bytes()),
            (THEME_NAME, parts.theme.as_deref().unwrap_or_default()),
            (logo_name, logo),
        ];
        let logo_at = LOGO_NAMES
            .iter()
            .position(|name| *name == logo_name)
            .unwrap_or_default();
        Ok(Self {
            main: Source::new(paths().main, MAIN.to_owned()),
            body: Source::new(IDS.body, body.to_owned()),
            lib: Source::new(IDS.lib, lib.to_owned()),
            logo: (IDS.logos[logo_at], Bytes::new(logo.to_vec())),
            theme,
            digest: digest(&named),
        })
    }

    /// The fingerprint of all its files.
    pub(crate) fn digest(&self) -> Sha256Hex {
        self.digest
    }

    pub(crate) const fn theme(&self) -> &Theme {
        &self.theme
    }

    /// A file that is typst, by its id.
    pub(crate) fn source(&self, id: FileId) -> Option<Source> {
        [&self.main, &self.body, &self.lib]
            .into_iter()
            .find(|source| source.id() == id)
            .cloned()
    }

    /// Another file, by its id.
    pub(crate) fn file(&self, id: FileId) -> Option<Bytes> {
        let (logo, bytes) = &self.logo;
        (*logo == id).then(|| bytes.clone())
    }
}

/// A fingerprint in which no file can pass for a part of another, with the version of what templates are given.
fn digest(files: &[(&str, &[u8])]) -> Sha256Hex {
    let mut hasher = Sha256::new();
    hasher.update(view::SCHEMA.to_be_bytes());
    for (name, bytes) in files {
        for part in [name.as_bytes(), bytes] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
    }
    Sha256Hex::from_bytes(hasher.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_changes_with_every_part() {
        let of = |parts: &Parts| Template::made_of(parts).unwrap().digest();
        let built_in = of(&Parts::default());
        assert_eq!(built_in, Template::built_in().digest());
        let same = Parts {
            body: Some(BODY.to_owned()),
            ..Parts::default()
        };
        assert_eq!(of(&same), built_in);
        let others = [
            Parts {
                body: Some(String::new()),
                ..Parts::default()
            },
            Parts {
                lib: Some(String::new()),
                ..Parts::default()
            },
            Parts {
                theme: Some(b"{}".to_vec()),
                ..Parts::default()
            },
            Parts {
                logo: Some((LOGO_NAMES[1], LOGO.to_vec())),
                ..Parts::default()
            },
        ];
        for other in &others {
            assert_ne!(of(other), built_in);
        }
    }
}
