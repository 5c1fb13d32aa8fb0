//! How events are written and read: pinned names, schema versions, upcasting.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::decider::{DecodeError, UpcastError};

/// Lifts a payload from one schema version to the next.
pub type Upcaster = fn(Value) -> Result<Value, UpcastError>;

/// Declares the event enum of an aggregate: one payload struct per variant, each with its stored name and current
/// schema version. A version above 1 lists the steps that lift the older ones, from 1 to 2, from 2 to 3, and so on.
///
/// ```
/// # use comptoir_domain::decider::{DomainEvent, UpcastError};
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
/// pub struct DoorOpened { pub by: String }
///
/// fn name_the_opener(mut old: serde_json::Value) -> Result<serde_json::Value, UpcastError> {
///     old["by"] = "unknown".into();
///     Ok(old)
/// }
///
/// comptoir_domain::wire_events! {
///     /// What happens to a door.
///     pub enum DoorEvent {
///         /// Somebody opened it.
///         Opened(DoorOpened) => ("door.opened", 2, [name_the_opener]),
///     }
/// }
///
/// let old = DoorEvent::from_json("door.opened", 1, "{}").unwrap();
/// assert_eq!(old, DoorEvent::Opened(DoorOpened { by: "unknown".to_owned() }));
/// assert_eq!(DoorEvent::WIRE, &[("door.opened", 2)]);
/// ```
#[macro_export]
macro_rules! wire_events {
    (
        $(#[$enum_meta:meta])*
        $visibility:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident($payload:ty) => ($wire_name:literal, $version:literal $(, [$($upcaster:expr),+ $(,)?])?)
            ),+ $(,)?
        }
    ) => {
        $(#[$enum_meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        $visibility enum $name {
            $($(#[$variant_meta])* $variant($payload),)+
        }

        impl $name {
            /// The stored name and current schema version of every event here.
            $visibility const WIRE: &'static [(&'static str, i32)] = &[$(($wire_name, $version)),+];
        }

        impl $crate::decider::DomainEvent for $name {
            fn event_type(&self) -> &'static str {
                match self { $(Self::$variant(_) => $wire_name),+ }
            }

            fn schema_version(&self) -> i32 {
                match self { $(Self::$variant(_) => $version),+ }
            }

            fn to_json(&self) -> String {
                match self { $(Self::$variant(payload) => $crate::wire::encode(payload)),+ }
            }

            fn from_json(event_type: &str, schema_version: i32, data: &str) -> Result<Self, $crate::decider::DecodeError> {
                match event_type {
                    $($wire_name => {
                        const UPCASTERS: &[$crate::wire::Upcaster] = &[$($($upcaster),+)?];
                        const { assert!(UPCASTERS.len() + 1 == $version, "each older version needs its upcaster") };
                        $crate::wire::decode::<$payload>($wire_name, UPCASTERS, schema_version, data).map(Self::$variant)
                    })+
                    _ => Err($crate::decider::DecodeError::UnknownType { event_type: event_type.to_owned() }),
                }
            }
        }

        $(impl From<$payload> for $name {
            fn from(payload: $payload) -> Self {
                Self::$variant(payload)
            }
        })+
    };
}

/// How a payload is read in whose JSON the fields of an inner struct stand beside its own, as `#[serde(flatten)]` writes them. What
/// serde derives for reading them keeps all fields as untyped values first, which takes three times as long.
macro_rules! read_flat {
    ($payload:ident { $inner:ident: $Inner:ident { $($its:ident: $Its:ty),+ $(,)? }, $($own:ident: $Own:ty),+ $(,)? }) => {
        impl<'de> serde::Deserialize<'de> for $payload {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                #[derive(serde::Deserialize)]
                struct Flat {
                    $($its: $Its,)+
                    $($own: $Own,)+
                }
                let flat = Flat::deserialize(deserializer)?;
                Ok(Self {
                    $inner: $Inner { $($its: flat.$its),+ },
                    $($own: flat.$own),+
                })
            }
        }
    };
}

pub(crate) use read_flat;

/// Writes a payload as compact JSON.
///
/// # Panics
/// Never for the payloads of this crate: they are plain structs with string keys, which serde can always write.
pub fn encode<P: Serialize>(payload: &P) -> String {
    serde_json::to_string(payload).expect("an event payload is plain data with string keys")
}

/// Reads a payload: the current version straight from the text, an older one through its upcasters.
pub fn decode<P: DeserializeOwned>(
    event_type: &str,
    upcasters: &[Upcaster],
    schema_version: i32,
    data: &str,
) -> Result<P, DecodeError> {
    let unreadable = |source| DecodeError::Payload {
        event_type: event_type.to_owned(),
        version: schema_version,
        source,
    };
    let newest = i32::try_from(upcasters.len())
        .unwrap_or(i32::MAX)
        .saturating_add(1);
    if schema_version == newest {
        return serde_json::from_str(data).map_err(unreadable);
    }
    let outdated = usize::try_from(schema_version)
        .ok()
        .and_then(|version| version.checked_sub(1));
    let Some(steps) = outdated
        .and_then(|first| upcasters.get(first..))
        .filter(|steps| !steps.is_empty())
    else {
        return Err(DecodeError::UnsupportedVersion {
            event_type: event_type.to_owned(),
            found: schema_version,
            newest,
        });
    };
    let mut payload: Value = serde_json::from_str(data).map_err(unreadable)?;
    for (from, step) in (schema_version..).zip(steps) {
        payload = step(payload).map_err(|source| DecodeError::Upcast {
            event_type: event_type.to_owned(),
            from,
            source,
        })?;
    }
    serde_json::from_value(payload).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::{Value, json};

    use crate::decider::{DecodeError, DomainEvent, UpcastError};

    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Knocked {
        times: u32,
        by: String,
        door: String,
    }

    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    struct Left {}

    crate::wire_events! {
        enum VisitEvent {
            Knocked(Knocked) => ("visit.knocked", 3, [name_the_visitor, name_the_door]),
            Left(Left) => ("visit.left", 1),
        }
    }

    fn name_the_visitor(mut old: Value) -> Result<Value, UpcastError> {
        let name = old["name"].take();
        if !name.is_string() {
            return Err(UpcastError("the name is missing".to_owned()));
        }
        old["by"] = name;
        Ok(old)
    }

    fn name_the_door(mut old: Value) -> Result<Value, UpcastError> {
        if !old.is_object() {
            return Err(UpcastError("not an object".to_owned()));
        }
        old["door"] = json!("front");
        Ok(old)
    }

    fn knocked(door: &str) -> VisitEvent {
        Knocked {
            times: 2,
            by: "Ann".to_owned(),
            door: door.to_owned(),
        }
        .into()
    }

    fn read(version: i32, data: &str) -> Result<VisitEvent, DecodeError> {
        VisitEvent::from_json("visit.knocked", version, data)
    }

    #[test]
    fn every_version_ever_written_is_read_as_the_newest() {
        assert_eq!(read(1, r#"{"times":2,"name":"Ann"}"#).unwrap(), knocked("front"));
        assert_eq!(read(2, r#"{"times":2,"by":"Ann"}"#).unwrap(), knocked("front"));
        assert_eq!(
            read(3, r#"{"times":2,"by":"Ann","door":"back"}"#).unwrap(),
            knocked("back")
        );
    }

    #[test]
    fn the_newest_version_is_written() {
        let event = knocked("back");
        assert_eq!((event.event_type(), event.schema_version()), ("visit.knocked", 3));
        assert_eq!(event.to_json(), r#"{"times":2,"by":"Ann","door":"back"}"#);
        assert_eq!(VisitEvent::WIRE, &[("visit.knocked", 3), ("visit.left", 1)]);
        assert_eq!(VisitEvent::from(Left {}).to_json(), "{}");
    }

    #[test]
    fn a_newer_version_is_named_as_such() {
        let error = read(4, "{}").unwrap_err();
        assert!(
            matches!(
                error,
                DecodeError::UnsupportedVersion {
                    found: 4,
                    newest: 3,
                    ..
                }
            ),
            "{error}"
        );
    }

    #[test]
    fn versions_that_never_were_are_refused() {
        for version in [0, -1, i32::MIN, i32::MAX] {
            let error = read(version, "{}").unwrap_err();
            assert!(matches!(error, DecodeError::UnsupportedVersion { .. }), "{error}");
        }
    }

    #[test]
    fn an_unknown_type_is_named() {
        let error = VisitEvent::from_json("visit.sang", 1, "{}").unwrap_err();
        assert_eq!(error.to_string(), "unknown event type `visit.sang`");
    }

    #[test]
    fn a_payload_that_is_not_what_it_should_be_is_refused() {
        for (version, data) in [
            (3, "{"),
            (3, "{}"),
            (2, "nonsense"),
            (2, r#"{"times":-1,"by":"Ann"}"#),
        ] {
            let error = read(version, data).unwrap_err();
            assert!(matches!(error, DecodeError::Payload { .. }), "{error}");
        }
    }

    #[test]
    fn an_upcaster_says_which_step_failed() {
        let error = read(1, r#"{"times":2}"#).unwrap_err();
        assert!(matches!(error, DecodeError::Upcast { from: 1, .. }), "{error}");
        let error = read(2, "[]").unwrap_err();
        assert!(matches!(error, DecodeError::Upcast { from: 2, .. }), "{error}");
    }
}
