//! Where settings come from: the environment first, then the file, then the default.

use std::collections::BTreeMap;

use super::file;
use super::reader::{ConfigError, Problem};
use super::settings::{self, CONFIG_FILE, Setting, Visibility, WITHOUT_EFFECT};

/// The values as they were found, before anybody reads them.
#[derive(Clone)]
pub struct Source {
    values: BTreeMap<&'static str, (String, Origin)>,
    without_effect: Vec<&'static str>,
}

/// Where a value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In the environment.
    Environment,
    /// In the file.
    File,
    /// Nobody set it.
    Default,
}

/// A setting as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    /// Which one.
    pub setting: Setting,
    /// Its value, `***` for a secret, none if it is not set.
    pub value: Option<String>,
    /// Where it comes from.
    pub origin: Origin,
}

impl Source {
    /// Reads the process's environment, and the file that it names.
    pub fn from_environment() -> Result<Self, ConfigError> {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the edge where the environment comes in"
        )]
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Reads variables from anywhere, and the file that they name. An empty variable counts as not set.
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let variable = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
        let (mut file, problems) = match variable(CONFIG_FILE) {
            Some(path) => file::read(&path),
            None => (BTreeMap::new(), Vec::new()),
        };
        if !problems.is_empty() {
            return Err(ConfigError::new(
                problems.into_iter().map(Problem::of_file).collect(),
            ));
        }
        let values = settings::ALL.iter().filter_map(|setting| {
            let found = variable(setting.env).map(|value| (value, Origin::Environment));
            let found = found.or_else(|| file.remove(setting.toml).map(|value| (value, Origin::File)));
            let found = found.or_else(|| setting.default.map(|value| (value.to_owned(), Origin::Default)));
            Some((setting.env, found?))
        });
        let without_effect = WITHOUT_EFFECT.iter().copied();
        Ok(Self {
            values: values.collect(),
            without_effect: without_effect.filter(|name| variable(name).is_some()).collect(),
        })
    }

    /// The variables that are set and that nothing in this release reads.
    pub fn without_effect(&self) -> &[&'static str] {
        &self.without_effect
    }

    /// The text of a setting, if it is set or has a default.
    pub(super) fn text(&self, setting: &Setting) -> Option<&str> {
        self.values.get(setting.env).map(|(value, _)| value.trim())
    }

    /// All settings as they may be shown.
    pub fn report(&self) -> Vec<Reported> {
        let show = |setting: &Setting, value: &str| match setting.visibility {
            Visibility::Plain => value.to_owned(),
            Visibility::Secret => "***".to_owned(),
        };
        settings::ALL
            .iter()
            .map(|setting| match self.values.get(setting.env) {
                Some((value, origin)) => Reported {
                    setting: *setting,
                    value: Some(show(setting, value)),
                    origin: *origin,
                },
                None => Reported {
                    setting: *setting,
                    value: None,
                    origin: Origin::Default,
                },
            })
            .collect()
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut map = f.debug_map();
        for Reported { setting, value, .. } in self.report() {
            map.entry(&setting.env, &value);
        }
        map.finish()
    }
}
