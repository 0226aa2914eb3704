//! The texts made by a rule, for the page.

use crate::presets::made;
use wasm_bindgen::prelude::*;

/// The text that `p=` names, if a rule makes it; undefined for every other name, those of written texts included: the page has these itself.
#[wasm_bindgen(js_name = presetText)]
pub fn preset_text(name: &str) -> Option<String> {
    made(name)
}
