//! What needs no model: links, the memory that settings need, a random seed, the engine's version.

use super::objects::{JsResult, plain, read_settings, thrown};
use crate::error::Error;
use crate::recipe::{self, Recipe};
use crate::settings::memory_needed;
use wasm_bindgen::prelude::*;

/// The engine's version, as links name it.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_string()
}

/// A random seed for the "new seed" button; 1 where the machine gives none.
#[wasm_bindgen(js_name = randomSeed)]
pub fn random_seed() -> u32 {
    let mut bytes = [0; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => u32::from_le_bytes(bytes),
        Err(_) => 1,
    }
}

/// Bytes that settings need at most with so many distinct characters in a text of so many characters.
///
/// # Errors
/// Throws `{kind, message}` when the settings are wrong.
#[wasm_bindgen(js_name = memoryNeeded)]
pub fn memory_needed_js(settings: JsValue, vocab_size: u32, characters: u32) -> JsResult<f64> {
    Ok(memory_needed(&read_settings(settings)?, vocab_size as usize, characters as usize) as f64)
}

/// Reads a link: `{recipe, notices, status}`.
///
/// # Errors
/// Only when the result cannot become a plain object.
#[wasm_bindgen(js_name = decodeRecipe)]
pub fn decode_recipe(link: &str) -> JsResult<JsValue> {
    plain(&recipe::decode(link))
}

/// Writes a link.
///
/// # Errors
/// Throws when the recipe has a wrong field.
#[wasm_bindgen(js_name = encodeRecipe)]
pub fn encode_recipe(value: JsValue) -> JsResult<String> {
    let recipe: Recipe = serde_wasm_bindgen::from_value(value).map_err(|_| thrown(Error::BadValue { field: "recipe" }))?;
    Ok(recipe::encode(&recipe))
}
