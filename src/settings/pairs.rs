//! Settings as they arrive from JavaScript: names with values, in their order. It refuses to know which names there are.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::Settings;
use crate::error::Error;

/// A setting's value as it arrives: a number or a name.
#[derive(Debug, Clone, PartialEq)]
pub enum SettingValue {
    /// a number
    Number(f64),
    /// a name from a fixed list
    Name(String),
}

/// Named values as they arrive, in their order.
#[derive(Debug, Clone, Default)]
pub struct Pairs(Vec<(String, SettingValue)>);

impl TryFrom<Pairs> for Settings {
    type Error = Error;

    fn try_from(pairs: Pairs) -> Result<Settings, Error> {
        Settings::from_pairs(pairs.0)
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("settings")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}

impl<'de> Deserialize<'de> for SettingValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SettingValue, D::Error> {
        struct ValueVisitor;
        impl Visitor<'_> for ValueVisitor {
            type Value = SettingValue;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number or a name")
            }
            fn visit_f64<E>(self, number: f64) -> Result<SettingValue, E> {
                Ok(SettingValue::Number(number))
            }
            fn visit_i64<E>(self, number: i64) -> Result<SettingValue, E> {
                Ok(SettingValue::Number(number as f64))
            }
            fn visit_u64<E>(self, number: u64) -> Result<SettingValue, E> {
                Ok(SettingValue::Number(number as f64))
            }
            fn visit_str<E>(self, name: &str) -> Result<SettingValue, E> {
                Ok(SettingValue::Name(name.to_string()))
            }
        }
        deserializer.deserialize_any(ValueVisitor)
    }
}
