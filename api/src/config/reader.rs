//! Reads settings one by one and remembers everything that is wrong.

use std::fmt;

use super::settings::{Setting, Visibility};
use super::source::Source;

/// One thing that is wrong with the configuration. Never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem(String);

impl Problem {
    /// Something wrong with the file as a whole.
    pub(super) fn of_file(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Everything that is wrong with the configuration, in one message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the configuration has {}:{}", counted(.problems.len()), listed(.problems))]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    pub(super) const fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// Each problem.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

fn counted(problems: usize) -> String {
    if problems == 1 {
        "1 problem".to_owned()
    } else {
        format!("{problems} problems")
    }
}

fn listed(problems: &[Problem]) -> String {
    problems
        .iter()
        .fold(String::new(), |text, problem| text + "\n  - " + &problem.0)
}

/// Reads a [`Source`].
pub(super) struct Reader<'a> {
    source: &'a Source,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) const fn new(source: &'a Source) -> Self {
        Self {
            source,
            problems: Vec::new(),
        }
    }

    /// A setting that must be there, by its own value or a default.
    pub(super) fn required<T, E>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        if self.source.text(setting).is_none() {
            let Setting {
                env, toml, expects, ..
            } = setting;
            self.add(format!(
                "{env} is missing (in the file: {toml}); it must be {expects}"
            ));
        }
        self.optional(setting, parse)
    }

    /// A setting that may be missing. None also if it is wrong, which is then on the list.
    pub(super) fn optional<T, E>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.source.text(setting)?;
        let value = parse(text).ok();
        if value.is_none() {
            let Setting { env, expects, .. } = setting;
            let found = match setting.visibility {
                Visibility::Plain => format!("{text:?}"),
                Visibility::Secret => "***".to_owned(),
            };
            self.add(format!("{env} is {found}; it must be {expects}"));
        }
        value
    }

    /// The same, where the parser itself says best what is right.
    pub(super) fn explained<T, E: fmt::Display>(
        &mut self,
        setting: &Setting,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.source.text(setting)?;
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let Setting { env, expects, .. } = setting;
                self.add(format!("{env} is {text:?}; it must be {expects}: {error}"));
                None
            }
        }
    }

    /// Says so of each setting that has no effect as long as another one is not set.
    pub(super) fn only_with(&mut self, switch: &Setting, others: &[&Setting]) {
        if !self.is_unset(switch) {
            return;
        }
        let without_effect = others.iter().filter(|other| !self.is_unset(other)).map(|other| {
            Problem(format!(
                "{} is set, but has no effect without {}",
                other.env, switch.env
            ))
        });
        let without_effect: Vec<Problem> = without_effect.collect();
        self.problems.extend(without_effect);
    }

    /// Whether nobody set it and it has no default.
    pub(super) fn is_unset(&self, setting: &Setting) -> bool {
        self.source.text(setting).is_none()
    }

    /// Adds what is wrong with several settings together.
    pub(super) fn add(&mut self, problem: impl Into<String>) {
        self.problems.push(Problem(problem.into()));
    }

    /// The section, if nothing was wrong.
    pub(super) fn finish<T>(self, section: Option<T>) -> Result<T, ConfigError> {
        match section {
            Some(section) if self.problems.is_empty() => Ok(section),
            Some(_) | None => Err(ConfigError::new(self.problems)),
        }
    }
}
