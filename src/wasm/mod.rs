//! The boundary to JavaScript: the only folder that names wasm_bindgen. Settings, recipes and errors cross as plain objects, numbers as typed
//! arrays. No logic: it translates, checks what arrives, and calls the modules above. This file is the model in training; `inspect`
//! and `equations` are the questions that change no weight, `links` what needs no model, `objects` how things cross.

mod equations;
mod history;
mod inspect;
mod links;
mod objects;
mod order;
mod presets;
mod weights;

use crate::cell::Holds;
use crate::error::Error;
use crate::model::Activations;
use crate::recipe::{ChangeKey, Recipe};
use crate::safetensors;
use crate::sampler::Reader;
use crate::settings::{Settings, memory_needed, number_of_parameters};
use crate::trainer::{Progress, Trainer as CoreTrainer};
use js_sys::{Float32Array, Object, Reflect, Uint8Array};
use objects::{Clamp, JsResult, options, plain, read_settings, set, thrown};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Changeable {
    learning_rate: Option<f64>,
    clip: Option<f64>,
    stop_at: Option<f64>,
    target_loss: Option<f64>,
    clamps: Option<Vec<Clamp>>,
}

/// What a started model is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Info<'a> {
    settings: &'a Settings,
    characters: usize,
    training_characters: usize,
    vocab_size: usize,
    parameters: u64,
    seq_len: usize,
    batch_size: usize,
    vocabulary: Vec<String>,
    memory: f64,
    /// answer mode: lines without a colon, which count whole
    lines_without_colon: usize,
}

/// A model in training; see design notes, "The wasm face".
#[wasm_bindgen]
pub struct Trainer {
    core: CoreTrainer,
    holds: Vec<Option<Holds<f32>>>,
    reader: Reader,
}

fn with_reader(core: CoreTrainer) -> Trainer {
    let reader = Reader::new(Activations::forward_only(core.model().shape(), 1, 1));
    Trainer { holds: core.no_holds(), reader, core }
}

#[wasm_bindgen]
impl Trainer {
    /// A new model for `text`; `settings` is any subset of the settings.
    ///
    /// # Errors
    /// Throws `{kind, message, field?}`.
    #[wasm_bindgen(constructor)]
    pub fn new(settings: JsValue, text: &str) -> JsResult<Trainer> {
        let settings = read_settings(settings)?;
        CoreTrainer::new(&settings, text).map(with_reader).map_err(thrown)
    }

    /// The model of a recipe before its first training step; `text` is the recipe's text, presets resolved.
    ///
    /// # Errors
    /// Throws `{kind, message, field?}`.
    #[wasm_bindgen(js_name = fromRecipe)]
    pub fn from_recipe(recipe: JsValue, text: &str) -> JsResult<Trainer> {
        let recipe: Recipe = serde_wasm_bindgen::from_value(recipe).map_err(|_| thrown(Error::BadValue { field: "recipe" }))?;
        CoreTrainer::from_recipe(&recipe, text).map(with_reader).map_err(thrown)
    }

    /// Sizes and counts.
    ///
    /// # Errors
    /// Only when the result cannot become a plain object.
    pub fn info(&self) -> JsResult<JsValue> {
        let (core, vocab) = (&self.core, self.core.vocab());
        let (seq_len, batch_size) = core.window_size();
        plain(&Info {
            settings: core.settings(),
            characters: core.tokens().len(),
            training_characters: core.training_characters(),
            vocab_size: vocab.size(),
            parameters: number_of_parameters(core.settings(), vocab.size()),
            seq_len,
            batch_size,
            vocabulary: vocab.characters().iter().map(|c| c.to_string()).collect(),
            memory: memory_needed(core.settings(), vocab.size(), core.tokens().len()) as f64,
            lines_without_colon: core.lines_without_colon(),
        })
    }

    /// At most `n` training steps: `{losses, norms}`, nats per character and gradient norm before clipping of each.
    pub fn train(&mut self, n: u32) -> JsValue {
        progress_object(&self.core.train(n as usize))
    }

    /// Training steps for about `ms` milliseconds, at most `at_most`: as [`Trainer::train`]. The clock decides how many, never a value.
    #[wasm_bindgen(js_name = trainFor)]
    pub fn train_for(&mut self, ms: f64, at_most: u32) -> JsValue {
        let end = now().map(|start| start + ms);
        let mut progress = Progress::default();
        for _ in 0..at_most {
            let Some((loss, norm)) = self.core.training_step() else { break };
            progress.losses.push(loss);
            progress.norms.push(norm);
            if !end.is_some_and(|end| now().is_some_and(|now| now < end)) {
                break;
            }
        }
        progress_object(&progress)
    }

    /// Training steps made.
    #[wasm_bindgen(js_name = stepsDone)]
    pub fn steps_done(&self) -> f64 {
        self.core.steps_done() as f64
    }

    /// Why the last training stopped early: steps, target, nonFiniteLoss, nonFiniteGradient, or undefined.
    ///
    /// # Errors
    /// Only when the result cannot become a string.
    #[wasm_bindgen(js_name = stopReason)]
    pub fn stop_reason(&self) -> JsResult<JsValue> {
        self.core.stop_reason().map_or(Ok(JsValue::UNDEFINED), |reason| plain(&reason))
    }

    /// Changes what can change without a restart: learningRate, clip, stopAt, targetLoss (null: none), clamps.
    ///
    /// # Errors
    /// Throws `{kind, message, field}`; what was wrong keeps its old value.
    pub fn set(&mut self, change: JsValue) -> JsResult<()> {
        let names_stop = ["stopAt", "targetLoss"].iter().any(|name| Reflect::has(&change, &(*name).into()).unwrap_or(false));
        let change: Changeable = options(change)?;
        if let Some(value) = change.learning_rate {
            self.core.set(ChangeKey::Lr, value).map_err(thrown)?;
        }
        if let Some(value) = change.clip {
            self.core.set(ChangeKey::Clip, value).map_err(thrown)?;
        }
        if names_stop {
            self.core.set_stop(change.stop_at.map(|at| at as u64), change.target_loss.map(|bits| bits as f32));
        }
        if let Some(clamps) = change.clamps {
            self.holds = objects::read_clamps(&self.core, &clamps)?;
        }
        Ok(())
    }

    /// First 8 hex digits of the SHA-256 of all parameters.
    pub fn digest(&self) -> String {
        self.core.digest()
    }

    /// Whether a link can give these weights again.
    #[wasm_bindgen(js_name = isReplayable)]
    pub fn is_replayable(&self) -> bool {
        self.core.is_replayable()
    }

    /// Changes of learning rate and clip so far: `[{step, key, value}]`.
    ///
    /// # Errors
    /// Only when the result cannot become a plain object.
    pub fn changes(&self) -> JsResult<JsValue> {
        plain(self.core.changes())
    }

    /// All parameters as a safetensors file with PyTorch's names; the metadata carries `recipe` and the vocabulary.
    /// `training_step` asks for the weights kept nearest to it.
    #[wasm_bindgen(js_name = exportSafetensors)]
    pub fn export_safetensors(&mut self, recipe: &str, training_step: Option<f64>) -> Uint8Array {
        self.look_at(training_step);
        let bytes = safetensors::write_model(
            self.core.recalled().entries(),
            self.core.recalled().values(),
            self.core.vocab().characters(),
            recipe,
        );
        Uint8Array::from(&bytes[..])
    }

    /// Replaces all parameters by those of a safetensors file.
    ///
    /// # Errors
    /// Throws badFile; the old weights stay.
    #[wasm_bindgen(js_name = importSafetensors)]
    pub fn import_safetensors(&mut self, bytes: &[u8]) -> JsResult<()> {
        let values =
            safetensors::read_model(bytes, self.core.model().entries(), self.core.vocab().characters()).map_err(thrown)?;
        self.core.import_weights(&values);
        Ok(())
    }
}

fn progress_object(progress: &Progress) -> JsValue {
    let object: JsValue = Object::new().into();
    set(&object, "losses", &Float32Array::from(&progress.losses[..]));
    set(&object, "norms", &Float32Array::from(&progress.norms[..]));
    object
}

/// Milliseconds of the worker's clock; None outside a worker.
fn now() -> Option<f64> {
    js_sys::global().dyn_into::<web_sys::WorkerGlobalScope>().ok()?.performance().map(|clock| clock.now())
}
