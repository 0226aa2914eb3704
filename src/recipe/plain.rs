//! The shapes of a recipe as a plain object where serde's own would not do: ordered pairs as an object, f32 by their shortest decimals.

use crate::settings::SettingValue;
use serde::{Serialize, Serializer};

/// Writes a number that may be missing so that JavaScript prints it as it was written.
pub(super) fn shortest_or_none<S: Serializer>(value: &Option<f32>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(crate::decimal::shortest_f64).serialize(serializer)
}

/// Pairs of strings as an object whose keys keep their order; numbers are taken for their decimals.
pub(super) mod ordered_object {
    use serde::de::{Deserializer, MapAccess, Visitor};

    use super::*;

    /// Writes the pairs as an object.
    pub(in super::super) fn serialize<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(pairs.iter().map(|(key, value)| (key, value)))
    }

    struct Pairs;

    impl<'de> Visitor<'de> for Pairs {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object of strings and numbers")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut pairs = Vec::new();
            while let Some((key, value)) = map.next_entry::<String, SettingValue>()? {
                let value = match value {
                    SettingValue::Name(text) => text,
                    SettingValue::Number(number) => number.to_string(),
                };
                pairs.push((key, value));
            }
            Ok(pairs)
        }
    }

    /// Reads an object in the order of its keys.
    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
        deserializer.deserialize_map(Pairs)
    }
}
