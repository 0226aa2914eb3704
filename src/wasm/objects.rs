//! How things cross the boundary: plain objects, thrown errors, options, and the holds that a call brings along.

use crate::cell::Holds;
use crate::error::Error;
use crate::settings::{Pairs, SettingValue, Settings};
use crate::trainer::{Trainer, check_hold};
use js_sys::{Object, Reflect};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

pub(super) type JsResult<T> = Result<T, JsValue>;

/// A plain object.
pub(super) fn plain<T: Serialize + ?Sized>(value: &T) -> JsResult<JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

/// `{kind, message, ...}`: what every method throws.
pub(super) fn thrown(error: Error) -> JsValue {
    let object = plain(&error).unwrap_or_else(|_| Object::new().into());
    set(&object, "message", &error.to_string().into());
    object
}

pub(super) fn set(object: &JsValue, name: &str, value: &JsValue) {
    // fails only on frozen objects, and these are ours
    let _ = Reflect::set(object, &name.into(), value);
}

/// Reads an options object; undefined is the empty one.
pub(super) fn options<T: for<'de> Deserialize<'de> + Default>(value: JsValue) -> JsResult<T> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(value).map_err(|_| thrown(Error::BadValue { field: "options" }))
}

pub(super) fn read_settings(value: JsValue) -> JsResult<Settings> {
    let pairs: Pairs = options(value)?;
    Settings::try_from(pairs).map_err(thrown)
}

/// A hold as it arrives.
#[derive(Deserialize, Clone)]
pub(super) struct Clamp {
    layer: usize,
    gate: char,
    /// a number, or "all"
    unit: SettingValue,
    value: f64,
}

/// The holds of a call.
pub(super) fn read_clamps(core: &Trainer, clamps: &[Clamp]) -> JsResult<Vec<Option<Holds<f32>>>> {
    let settings = core.settings();
    let mut holds = core.no_holds();
    for clamp in clamps {
        let one = match &clamp.unit {
            SettingValue::Number(unit) if unit.fract() == 0.0 && *unit >= 0.0 => Some(*unit as usize),
            SettingValue::Name(all) if all == "all" => None,
            _ => return Err(thrown(Error::BadValue { field: "unit" })),
        };
        check_hold(settings, clamp.layer, clamp.gate, one, clamp.value).map_err(thrown)?;
        let layer = holds[clamp.layer].get_or_insert_with(|| Holds::new(settings.hidden_size));
        for unit in one.map_or(0..settings.hidden_size, |unit| unit..unit + 1) {
            layer.hold(clamp.gate, unit, clamp.value);
        }
    }
    Ok(holds)
}
