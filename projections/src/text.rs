//! Values of the domain as text columns: the same names that events carry.

use serde::de::IntoDeserializer as _;
use serde::de::value::{Error, StrDeserializer};
use serde::{Deserialize, Serialize};

/// The name that a value has in events. Only for values that are written as one JSON string.
pub(crate) fn name_of<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// A value as the JSON that [`sqlx::types::Json`] reads. Only for plain data with string keys.
pub(crate) fn json_of<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// One column of many rows, as `unnest` takes it.
pub(crate) fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// The value with a name that [`name_of`] has written.
pub(crate) fn from_name<'de, T: Deserialize<'de>>(name: &'de str) -> Result<T, Error> {
    let text: StrDeserializer<'de, Error> = name.into_deserializer();
    T::deserialize(text)
}

#[cfg(test)]
mod tests {
    use comptoir_domain::values::{Currency, LicenceKind, Sha256Hex};

    use super::*;

    #[test]
    fn a_name_leads_back_to_its_value() {
        assert_eq!(name_of(&LicenceKind::Exclusive), "exclusive");
        assert_eq!(from_name::<LicenceKind>("exclusive"), Ok(LicenceKind::Exclusive));
        assert_eq!(from_name::<Currency>(&name_of(&Currency::EUR)), Ok(Currency::EUR));
        let hash = Sha256Hex::of("terms");
        assert_eq!(from_name::<Sha256Hex>(&name_of(&hash)), Ok(hash));
    }

    #[test]
    fn an_unknown_name_is_refused() {
        assert!(from_name::<LicenceKind>("perpetual").is_err());
    }
}
