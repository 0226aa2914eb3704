//! Weights that travel in a link, what their last update came from, and the way out of a replay: where a run stops being the link's and becomes its
//! reader's. It trains nothing.

use super::Trainer;
use super::objects::{JsResult, set, thrown};
use crate::error::Error;
use crate::model::Entry;
use crate::recipe::{MAX_ENCODED, weights};
use crate::trace::mean_loss;
use crate::trainer::{bits, digest};
use js_sys::{Array, Float64Array, Object};
use wasm_bindgen::prelude::*;

/// Characters of the text that the loss before and after rounding is measured on.
const MEASURED: usize = 1000;

/// (rows, columns) of each parameter; one of a single dimension is one row.
fn rows_and_columns(entries: &[Entry]) -> Vec<(usize, usize)> {
    let size = |entry: &Entry| match entry.shape[..] {
        [rows, columns] => (rows, columns),
        _ => (1, entry.range.len()),
    };
    entries.iter().map(size).collect()
}

#[wasm_bindgen]
impl Trainer {
    /// The weights as `w=` of a link: `{w, bitsBefore, bitsAfter, digest}`; the losses are bits per character over the first 1,000 characters of
    /// the text with the weights as they are and as the link rounds them, digest is that of the rounded ones.
    ///
    /// # Errors
    /// Throws linkTooLong before anything is written.
    #[wasm_bindgen(js_name = weightsForLink)]
    pub fn weights_for_link(&self) -> JsResult<JsValue> {
        let model = self.core.model();
        let sizes = rows_and_columns(model.entries());
        let (length, limit) = (weights::encoded_length(&sizes), MAX_ENCODED as u64);
        if length > limit + 1 {
            return Err(thrown(Error::LinkTooLong { value: length, limit }));
        }
        let written = weights::encode(model.values(), &sizes);
        let rounded = weights::decode(&written, &sizes).map_err(thrown)?;
        let tokens = &self.core.tokens()[..self.core.tokens().len().min(MEASURED)];
        let holds = self.core.no_holds();
        let mut of_reader = model.clone();
        of_reader.set_values(&rounded);
        let object: JsValue = Object::new().into();
        set(&object, "w", &written.into());
        set(&object, "bitsBefore", &bits(mean_loss(model, &holds, tokens)).into());
        set(&object, "bitsAfter", &bits(mean_loss(&of_reader, &holds, tokens)).into());
        set(&object, "digest", &digest(&rounded).into());
        Ok(object)
    }

    /// Replaces all parameters by those of a link's `w=`; the run is then no longer replayable.
    ///
    /// # Errors
    /// Throws linkTooLong and badFile; the old weights stay.
    #[wasm_bindgen(js_name = importLinkWeights)]
    pub fn import_link_weights(&mut self, written: &str) -> JsResult<()> {
        let sizes = rows_and_columns(self.core.model().entries());
        self.core.import_weights(&weights::decode(written, &sizes).map_err(thrown)?);
        Ok(())
    }

    /// Which time steps of its window the last update of a layer's biases came from: `{trainingStep, biases: [{gate, shares, remaining}]}`, shares
    /// from the window's first time step to its last; gate `q` is the GRU's bias_hh of n. Undefined before the first training step, after weights
    /// that none has made, and where the weights nearest to `training_step` are earlier ones: their gradients are not kept.
    ///
    /// # Errors
    /// Throws noSuchPlace.
    #[wasm_bindgen(js_name = updateShares)]
    pub fn update_shares(&mut self, layer: usize, training_step: Option<f64>) -> JsResult<JsValue> {
        let step = self.look_at(training_step);
        let Some(shares) = self.core.update_shares(layer).map_err(thrown)?.filter(|_| step == self.core.steps_done()) else {
            return Ok(JsValue::UNDEFINED);
        };
        let biases = Array::new();
        for bias in shares {
            let object: JsValue = Object::new().into();
            set(&object, "gate", &bias.gate.to_string().into());
            set(&object, "shares", &Float64Array::from(&bias.shares[..]));
            set(&object, "remaining", &bias.remaining.into());
            biases.push(&object);
        }
        let object: JsValue = Object::new().into();
        set(&object, "trainingStep", &(step as f64).into());
        set(&object, "biases", &biases);
        Ok(object)
    }

    /// Ends a replay, finished or not: what the recipe changes after this training step is made now, what it would change later is
    /// forgotten, and nothing stops the run any more.
    #[wasm_bindgen(js_name = endReplay)]
    pub fn end_replay(&mut self) {
        let done = self.core.steps_done();
        for change in std::mem::take(&mut self.core.ahead) {
            if u64::from(change.step) <= done {
                // a recipe's values are within their limits
                let _ = self.core.set(change.key, f64::from(change.value));
            }
        }
        self.core.set_stop(None, None);
    }
}
