//! The order of a heatmap's rows, as a call.

use super::Trainer;
use super::objects::{JsResult, thrown};
use crate::error::Error;
use crate::row_order::{by_activity, by_similarity};
use crate::trace::{MAX_TRACED, Wanted, trace};
use js_sys::Uint32Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Trainer {
    /// Units of a layer from the top row to the bottom one, by `order` (activity, similarity) of h over the text's first 1,024 characters;
    /// the holds set by `set` apply.
    ///
    /// # Errors
    /// Throws noSuchPlace, badValue.
    #[wasm_bindgen(js_name = rowOrder)]
    pub fn row_order(&self, layer: usize, order: &str) -> JsResult<Uint32Array> {
        let arrange = match order {
            "activity" => by_activity,
            "similarity" => by_similarity,
            _ => return Err(thrown(Error::BadValue { field: "order" })),
        };
        self.check_place("layer", layer, self.core.settings().num_layers)?;
        let head = &self.core.tokens()[..self.core.tokens().len().min(MAX_TRACED)];
        let wanted = Wanted { from: 0, layer, probabilities: false, preactivations: false };
        let columns = trace(self.core.model(), &self.holds, head, wanted);
        let h = columns.values.iter().find(|(name, _)| name == "h").map_or(&[][..], |(_, numbers)| &numbers[..]);
        Ok(Uint32Array::from(&arrange(h, self.core.settings().hidden_size)[..]))
    }
}
