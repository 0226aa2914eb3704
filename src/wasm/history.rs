//! Looking back and holding on: the training steps whose weights are kept, the curve of losses, and a run as bytes.

use super::objects::{JsResult, set, thrown};
use super::{Trainer, with_reader};
use crate::checkpoint;
use js_sys::{Float32Array, Float64Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Trainer {
    /// The run as bytes for [`Trainer::restore`]; `with_history` adds the snapshots of earlier weights, up to 64 MiB.
    pub fn checkpoint(&self, with_history: Option<bool>) -> Uint8Array {
        Uint8Array::from(&checkpoint::save(&self.core, with_history.unwrap_or(false))[..])
    }

    /// The run that [`Trainer::checkpoint`] has written. Nothing is held in it.
    ///
    /// # Errors
    /// Throws badCheckpoint.
    pub fn restore(bytes: &[u8]) -> JsResult<Trainer> {
        checkpoint::restore(bytes).map(with_reader).map_err(thrown)
    }

    /// Training steps whose weights are kept, ascending: where scrubbing stops.
    #[wasm_bindgen(js_name = historySteps)]
    pub fn history_steps(&self) -> Float64Array {
        let steps: Vec<f64> = self.core.history().steps().into_iter().map(|step| step as f64).collect();
        Float64Array::from(&steps[..])
    }

    /// Losses so far, thinned: `{every, losses}`; point k is the mean of training steps k * every + 1 to (k + 1) * every, nats per character.
    #[wasm_bindgen(js_name = lossCurve)]
    pub fn loss_curve(&self) -> JsValue {
        let curve = self.core.losses();
        let object: JsValue = Object::new().into();
        set(&object, "every", &(curve.every() as f64).into());
        set(&object, "losses", &Float32Array::from(curve.means()));
        object
    }
}

impl Trainer {
    /// Chooses the weights for a question about a training step (none: the present ones), to be read from `self.core.recalled()`.
    /// Returns the training step that they are of.
    pub(super) fn look_at(&mut self, training_step: Option<f64>) -> u64 {
        self.core.recall(training_step.map(|step| step as u64))
    }
}
