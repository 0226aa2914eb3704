//! The boundary to JavaScript: the only file that names wasm_bindgen. Settings, recipes and errors cross as plain objects, numbers as typed
//! arrays. No logic: it translates, checks what arrives, and calls the modules above.

use crate::cell::{CellKind, Holds};
use crate::error::Error;
use crate::model::Activations;
use crate::recipe::{self, ChangeKey, Recipe};
use crate::rng::Rng;
use crate::safetensors;
use crate::sampler::{Draw, Reader};
use crate::settings::{SettingValue, Settings, memory_needed, number_of_parameters};
use crate::trace::{Columns, MAX_TRACED, Wanted, anchor, trace};
use crate::trainer::{Progress, Trainer as CoreTrainer, VALIDATED, bits, check_hold};
use js_sys::{Float32Array, Object, Reflect, Uint8Array};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wasm_bindgen::prelude::*;

type JsResult<T> = Result<T, JsValue>;

/// A plain object.
fn plain<T: Serialize + ?Sized>(value: &T) -> JsResult<JsValue> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(JsValue::from)
}

/// `{kind, message, ...}`: what every method throws.
fn thrown(error: Error) -> JsValue {
    let object = plain(&error).unwrap_or_else(|_| Object::new().into());
    set(&object, "message", &error.to_string().into());
    object
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    // fails only on frozen objects, and these are ours
    let _ = Reflect::set(object, &name.into(), value);
}

/// Reads an options object; undefined is the empty one.
fn options<T: for<'de> Deserialize<'de> + Default>(value: JsValue) -> JsResult<T> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    serde_wasm_bindgen::from_value(value).map_err(|_| thrown(Error::BadValue { field: "options" }))
}

fn read_settings(value: JsValue) -> JsResult<Settings> {
    let pairs: BTreeMap<String, SettingValue> = options(value)?;
    Settings::from_pairs(pairs).map_err(thrown)
}

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

/// A hold as it arrives.
#[derive(Deserialize, Clone)]
struct Clamp {
    layer: usize,
    gate: char,
    unit: ClampUnit,
    value: f64,
}

#[derive(Deserialize, Clone)]
#[serde(untagged)]
enum ClampUnit {
    One(usize),
    All(String),
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct TraceOptions {
    from: usize,
    length: Option<usize>,
    layer: usize,
    probabilities: bool,
    preactivations: bool,
    clamps: Vec<Clamp>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct GenerateOptions {
    prompt: String,
    length: usize,
    temperature: Option<f64>,
    top_k: Option<usize>,
    seed: u32,
    clamps: Vec<Clamp>,
}

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

/// Longest generated text.
const MAX_GENERATED: usize = 100_000;

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
            self.holds = self.read_clamps(&clamps)?;
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

    /// Columns of the trained text as the page draws them: `{from, length, anchor, hiddenSize, layer, trainingSteps, values, bits, bitsBefore,
    /// probabilities?}`; the holds set by `set` apply.
    ///
    /// # Errors
    /// Throws when the layer or the time steps do not exist.
    pub fn columns(&self, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: TraceOptions = options(wanted)?;
        let tokens = self.core.tokens();
        let length = wanted.length.unwrap_or(1).min(MAX_TRACED / 2);
        if wanted.from >= tokens.len() {
            return Err(thrown(Error::NoSuchPlace { field: "t", value: wanted.from as i64, limit: tokens.len() as i64 - 1 }));
        }
        let end = (wanted.from + length).min(tokens.len());
        let start = anchor(wanted.from);
        // one character more on either side: the loss before the first column, and the target after the last
        let first = wanted.from.saturating_sub(1).max(start);
        let read = &tokens[start..(end + 1).min(tokens.len())];
        let mut columns = self.trace_tokens(read, &self.holds, &TraceOptions { from: first - start, ..wanted })?;
        let before = wanted.from - first;
        let hidden = self.core.settings().hidden_size;
        let keep = end - wanted.from;
        for (_, numbers) in &mut columns.values {
            numbers.drain(..before * hidden);
            numbers.truncate(keep * hidden);
        }
        let bits_before = if before == 1 { bits(f64::from(columns.losses[0])) } else { f64::NAN };
        columns.losses.drain(..before);
        columns.losses.truncate(keep);
        let vocab = self.core.vocab().size();
        if wanted.probabilities {
            columns.probabilities.drain(..before * vocab);
            columns.probabilities.truncate(keep * vocab);
        }
        let object = columns_object(&columns);
        set(&object, "from", &(wanted.from as f64).into());
        set(&object, "length", &(keep as f64).into());
        set(&object, "anchor", &(start as f64).into());
        set(&object, "hiddenSize", &(hidden as f64).into());
        set(&object, "layer", &(wanted.layer as f64).into());
        set(&object, "trainingSteps", &self.steps_done().into());
        set(&object, "bitsBefore", &bits_before.into());
        Ok(object)
    }

    /// Gates, states, loss and, when wanted, probabilities of `text` from a zero state: `{values, bits, probabilities?}` of the time steps from
    /// `from` on, at most 1,024 characters.
    ///
    /// # Errors
    /// Throws unknownCharacter, tooManyCharacters, noSuchPlace.
    pub fn trace(&self, text: &str, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: TraceOptions = options(wanted)?;
        let tokens = self.encode(text, MAX_TRACED)?;
        let holds = self.read_clamps(&wanted.clamps)?;
        Ok(columns_object(&self.trace_tokens(&tokens, &holds, &wanted)?))
    }

    /// One quantity of one unit over at most 8,192 characters of `text`, from a zero state.
    ///
    /// # Errors
    /// Throws unknownCharacter, tooManyCharacters, noSuchPlace, badValue.
    #[wasm_bindgen(js_name = traceUnit)]
    pub fn trace_unit(&self, text: &str, layer: usize, what: &str, unit: usize) -> JsResult<Float32Array> {
        let tokens = self.encode(text, 8 * MAX_TRACED)?;
        let hidden = self.core.settings().hidden_size;
        self.check_place("unit", unit, hidden)?;
        let columns = self.trace_tokens(&tokens, &self.holds, &TraceOptions { layer, ..TraceOptions::default() })?;
        let numbers = columns.values.iter().find(|(name, _)| name == what).ok_or_else(|| thrown(Error::BadValue { field: "what" }))?;
        let curve: Vec<f32> = numbers.1.iter().skip(unit).step_by(hidden).copied().collect();
        Ok(Float32Array::from(&curve[..]))
    }

    /// One time step from the inspection state: the character's gates and states, and the next one's probabilities.
    ///
    /// # Errors
    /// Throws unknownCharacter.
    pub fn step(&mut self, character: &str) -> JsResult<JsValue> {
        let tokens = self.encode(character, 1)?;
        let token = *tokens.first().ok_or_else(|| thrown(Error::EmptyText))?;
        self.reader.read(self.core.model(), token);
        let (run, kind) = (self.reader.run(), self.core.settings().cell_kind());
        let (memory, hidden) = (run.layer(self.core.settings().num_layers - 1), self.core.settings().hidden_size);
        let object: JsValue = Object::new().into();
        for (block, gate) in kind.gates().iter().enumerate().filter(|_| !matches!(kind, CellKind::Rnn(_))) {
            set(&object, &gate.to_string(), &Float32Array::from(&memory.gates[block * hidden..(block + 1) * hidden]));
        }
        if kind.has_cell_state() {
            set(&object, "c", &Float32Array::from(&memory.c[hidden..]));
        }
        set(&object, "h", &Float32Array::from(&memory.h[hidden..]));
        let mut probabilities = run.logits().to_vec();
        crate::loss::softmax(&mut probabilities);
        set(&object, "probabilities", &Float32Array::from(&probabilities[..]));
        Ok(object)
    }

    /// Sets the inspection state to zero.
    pub fn reset(&mut self) {
        self.reader.reset();
    }

    /// Text continued from a prompt: `{text, prompt, probabilities}`. An empty prompt is the text's first character, in the line modes the
    /// newline.
    ///
    /// # Errors
    /// Throws unknownCharacter, outOfRange, tooManyCharacters.
    pub fn generate(&self, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: GenerateOptions = options(wanted)?;
        if wanted.length > MAX_GENERATED {
            return Err(thrown(Error::TooManyCharacters { value: wanted.length as u64, limit: MAX_GENERATED as u64 }));
        }
        let temperature = wanted.temperature.unwrap_or(0.8);
        if !(0.05..=5.0).contains(&temperature) {
            let limit = if temperature > 5.0 { 5.0 } else { 0.05 };
            return Err(thrown(Error::OutOfRange { field: "temperature", value: temperature, limit }));
        }
        let vocab = self.core.vocab();
        let (prompt, tokens) = if wanted.prompt.is_empty() {
            let first = match vocab.id('\n') {
                Some(newline) if self.core.settings().mode != crate::batches::Mode::Stream => newline,
                _ => self.core.tokens()[0],
            };
            (vocab.character(first).to_string(), vec![first])
        } else {
            (wanted.prompt.clone(), self.encode(&wanted.prompt, MAX_GENERATED)?)
        };
        let mut run = Activations::forward_only(self.core.model().shape(), 1, 1);
        run.set_holds(if wanted.clamps.is_empty() { self.holds.clone() } else { self.read_clamps(&wanted.clamps)? });
        let how = Draw { temperature: temperature as f32, top_k: wanted.top_k };
        let (mut text, mut probabilities) = (String::new(), Vec::with_capacity(wanted.length));
        let mut rng = Rng::samples(wanted.seed);
        Reader::new(run).generate(self.core.model(), &tokens, wanted.length, how, &mut rng, |token, p| {
            text.push(vocab.character(token));
            probabilities.push(p);
        });
        let object: JsValue = Object::new().into();
        set(&object, "text", &text.into());
        set(&object, "prompt", &prompt.into());
        set(&object, "probabilities", &Float32Array::from(&probabilities[..]));
        Ok(object)
    }

    /// Mean loss of a text: `{bitsPerCharacter, characters}`, one stream from a zero state.
    ///
    /// # Errors
    /// Throws unknownCharacter, textTooShort, tooManyCharacters.
    pub fn evaluate(&self, text: &str, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: TraceOptions = options(wanted)?;
        let holds = if wanted.clamps.is_empty() { self.holds.clone() } else { self.read_clamps(&wanted.clamps)? };
        let nats = self.core.evaluate(text, &holds).map_err(thrown)?;
        let object: JsValue = Object::new().into();
        set(&object, "bitsPerCharacter", &bits(nats).into());
        set(&object, "characters", &(text.chars().count() as f64).into());
        Ok(object)
    }

    /// Validation: `{bits}` over at most the first 4,096 held-out characters; undefined when nothing is held out.
    pub fn validate(&self) -> JsValue {
        let Some(nats) = self.core.validate(VALIDATED) else { return JsValue::UNDEFINED };
        let object: JsValue = Object::new().into();
        set(&object, "bits", &bits(nats).into());
        object
    }

    /// All parameters as a safetensors file with PyTorch's names; the metadata carries `recipe` and the vocabulary.
    #[wasm_bindgen(js_name = exportSafetensors)]
    pub fn export_safetensors(&self, recipe: &str) -> Uint8Array {
        let bytes = safetensors::write_model(self.core.model().entries(), self.core.model().values(), self.core.vocab().characters(), recipe);
        Uint8Array::from(&bytes[..])
    }

    /// Replaces all parameters by those of a safetensors file.
    ///
    /// # Errors
    /// Throws badFile; the old weights stay.
    #[wasm_bindgen(js_name = importSafetensors)]
    pub fn import_safetensors(&mut self, bytes: &[u8]) -> JsResult<()> {
        let values = safetensors::read_model(bytes, self.core.model().entries(), self.core.vocab().characters()).map_err(thrown)?;
        self.core.import_weights(&values);
        Ok(())
    }
}

impl Trainer {
    fn encode(&self, text: &str, most: usize) -> JsResult<Vec<u32>> {
        // bytes bound the characters before anything is allocated
        if text.len() > 4 * most && text.chars().count() > most {
            return Err(thrown(Error::TooManyCharacters { value: text.chars().count() as u64, limit: most as u64 }));
        }
        let tokens = self.core.vocab().encode(text).map_err(thrown)?;
        if tokens.len() > most {
            return Err(thrown(Error::TooManyCharacters { value: tokens.len() as u64, limit: most as u64 }));
        }
        Ok(tokens)
    }

    fn check_place(&self, field: &'static str, value: usize, size: usize) -> JsResult<()> {
        if value < size { Ok(()) } else { Err(thrown(Error::NoSuchPlace { field, value: value as i64, limit: size as i64 - 1 })) }
    }

    fn trace_tokens(&self, tokens: &[u32], holds: &[Option<Holds<f32>>], wanted: &TraceOptions) -> JsResult<Columns> {
        self.check_place("layer", wanted.layer, self.core.settings().num_layers)?;
        let TraceOptions { from, layer, probabilities, preactivations, .. } = *wanted;
        Ok(trace(self.core.model(), holds, tokens, Wanted { from, layer, probabilities, preactivations }))
    }

    fn read_clamps(&self, clamps: &[Clamp]) -> JsResult<Vec<Option<Holds<f32>>>> {
        let settings = self.core.settings();
        let mut holds = self.core.no_holds();
        for clamp in clamps {
            let one = match &clamp.unit {
                ClampUnit::One(unit) => Some(*unit),
                ClampUnit::All(all) if all == "all" => None,
                ClampUnit::All(_) => return Err(thrown(Error::BadValue { field: "unit" })),
            };
            check_hold(settings, clamp.layer, clamp.gate, one, clamp.value).map_err(thrown)?;
            let layer = holds[clamp.layer].get_or_insert_with(|| Holds::new(settings.hidden_size));
            for unit in one.map_or(0..settings.hidden_size, |unit| unit..unit + 1) {
                layer.hold(clamp.gate, unit, clamp.value);
            }
        }
        Ok(holds)
    }
}

fn progress_object(progress: &Progress) -> JsValue {
    let object: JsValue = Object::new().into();
    set(&object, "losses", &Float32Array::from(&progress.losses[..]));
    set(&object, "norms", &Float32Array::from(&progress.norms[..]));
    object
}

/// `{values: {name: Float32Array}, bits, probabilities?}`
fn columns_object(columns: &Columns) -> JsValue {
    let values: JsValue = Object::new().into();
    for (name, numbers) in &columns.values {
        set(&values, name, &Float32Array::from(&numbers[..]));
    }
    let in_bits: Vec<f32> = columns.losses.iter().map(|&nats| bits(f64::from(nats)) as f32).collect();
    let object: JsValue = Object::new().into();
    set(&object, "values", &values);
    set(&object, "bits", &Float32Array::from(&in_bits[..]));
    if !columns.probabilities.is_empty() {
        set(&object, "probabilities", &Float32Array::from(&columns.probabilities[..]));
    }
    object
}

/// Milliseconds of the worker's clock; None outside a worker.
fn now() -> Option<f64> {
    js_sys::global().dyn_into::<web_sys::WorkerGlobalScope>().ok()?.performance().map(|clock| clock.now())
}
