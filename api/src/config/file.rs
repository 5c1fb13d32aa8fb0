//! The TOML file, flattened to `section.key` and text.

use std::collections::BTreeMap;

use super::settings::{self, CONFIG_FILE};

/// The values of a file by `section.key`, and what is wrong with it.
pub(super) fn read(path: &str) -> (BTreeMap<String, String>, Vec<String>) {
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&text),
        Err(error) => (
            BTreeMap::new(),
            vec![format!(
                "{CONFIG_FILE} names {path}, which cannot be read: {error}"
            )],
        ),
    }
}

/// The values of a file's text, and what is wrong with it.
pub(super) fn parse(text: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let mut values = BTreeMap::new();
    let mut problems = Vec::new();
    match text.parse::<toml::Table>() {
        Ok(table) => flatten("", &table, &mut values, &mut problems),
        // The parser's own message may quote a line, and with it a secret.
        Err(error) => problems.push(format!(
            "{CONFIG_FILE} names a file that is not TOML: {}",
            error.message()
        )),
    }
    for key in values
        .keys()
        .filter(|key| !settings::ALL.iter().any(|setting| setting.toml == key.as_str()))
    {
        problems.push(match closest(key) {
            Some(known) => format!("{key} in the file is not a setting; did you mean {known}?"),
            None => format!("{key} in the file is not a setting"),
        });
    }
    (values, problems)
}

fn flatten(
    prefix: &str,
    table: &toml::Table,
    values: &mut BTreeMap<String, String>,
    problems: &mut Vec<String>,
) {
    for (name, value) in table {
        let key = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, values, problems),
            toml::Value::String(text) => drop(values.insert(key, text.clone())),
            toml::Value::Integer(number) => drop(values.insert(key, number.to_string())),
            toml::Value::Boolean(truth) => drop(values.insert(key, truth.to_string())),
            toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Array(_) => {
                problems.push(format!(
                    "{key} in the file must be a text, a whole number or true/false"
                ));
            }
        }
    }
}

/// The known key nearest to a mistyped one, if it is near.
fn closest(key: &str) -> Option<&'static str> {
    let (distance, known) = settings::ALL
        .iter()
        .map(|setting| (distance(key, setting.toml), setting.toml))
        .min()?;
    (distance <= 3).then_some(known)
}

/// How many letters differ (Levenshtein).
fn distance(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.bytes().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[right.len()]
}
