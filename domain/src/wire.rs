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
            pub const WIRE: &'static [(&'static str, i32)] = &[$(($wire_name, $version)),+];
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
