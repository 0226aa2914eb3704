//! Every question about a model that changes no weight: what it does while it reads, what it writes, how well it predicts.

use super::objects::{Clamp, JsResult, options, set, thrown};
use super::{Trainer, now};
use crate::cell::{CellKind, Holds};
use crate::error::Error;
use crate::model::{Activations, Model};
use crate::rng::Rng;
use crate::sampler::{Draw, Reader};
use crate::trace::{Columns, MAX_TRACED, Wanted, anchor, trace, trace_unit};
use crate::trainer::bits;
use js_sys::{Float32Array, Object};
use serde::Deserialize;
use std::task::Poll;
use wasm_bindgen::prelude::*;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct TraceOptions {
    from: usize,
    length: Option<usize>,
    layer: usize,
    probabilities: bool,
    preactivations: bool,
    /// none where it is empty; the holds set by `set` where it is missing
    clamps: Option<Vec<Clamp>>,
    /// the weights nearest to this training step answer; None: the present ones
    training_step: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct GenerateOptions {
    prompt: String,
    length: usize,
    temperature: Option<f64>,
    top_k: Option<usize>,
    seed: u32,
    /// as those of a trace
    clamps: Option<Vec<Clamp>>,
    training_step: Option<f64>,
}

/// Longest generated text.
const MAX_GENERATED: usize = 100_000;

#[wasm_bindgen]
impl Trainer {
    /// Columns of the trained text as the page draws them: `{from, length, anchor, hiddenSize, layer, trainingSteps, values, bits, bitsBefore,
    /// probabilities?}`; the holds set by `set` apply. `trainingStep` asks the nearest snapshot, `trainingSteps` says which answered.
    ///
    /// # Errors
    /// Throws when the layer or the time steps do not exist.
    pub fn columns(&mut self, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: TraceOptions = options(wanted)?;
        let training_steps = self.look_at(wanted.training_step);
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
        let mut columns =
            self.trace_tokens(self.core.recalled(), read, &self.holds, &TraceOptions { from: first - start, ..wanted })?;
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
        set(&object, "trainingSteps", &(training_steps as f64).into());
        set(&object, "bitsBefore", &bits_before.into());
        Ok(object)
    }

    /// Gates, states, loss and, when wanted, probabilities of `text` from a zero state: `{values, bits, trainingSteps, probabilities?}` of the time steps from
    /// `from` on, at most 1,024 characters.
    ///
    /// # Errors
    /// Throws unknownCharacter, tooManyCharacters, noSuchPlace.
    pub fn trace(&mut self, text: &str, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: TraceOptions = options(wanted)?;
        let tokens = self.encode(text, MAX_TRACED)?;
        let holds = self.holds_of(wanted.clamps.as_deref())?.into_owned();
        let training_steps = self.look_at(wanted.training_step);
        let object = columns_object(&self.trace_tokens(self.core.recalled(), &tokens, &holds, &wanted)?);
        set(&object, "trainingSteps", &(training_steps as f64).into());
        Ok(object)
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
        self.check_place("layer", layer, self.core.settings().num_layers)?;
        let curve = trace_unit(self.core.model(), &self.holds, &tokens, layer, what, unit);
        let curve = curve.ok_or_else(|| thrown(Error::BadValue { field: "what" }))?;
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

    /// Text continued from a prompt: `{text, prompt, probabilities, trainingSteps}`. An empty prompt is the text's first character, in the line modes the
    /// newline.
    ///
    /// # Errors
    /// Throws unknownCharacter, outOfRange, tooManyCharacters.
    pub fn generate(&mut self, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: GenerateOptions = options(wanted)?;
        if wanted.length > MAX_GENERATED {
            return Err(thrown(Error::TooManyCharacters { value: wanted.length as u64, limit: MAX_GENERATED as u64 }));
        }
        let temperature = wanted.temperature.unwrap_or(0.8);
        if !(0.05..=5.0).contains(&temperature) {
            let limit = if temperature > 5.0 { 5.0 } else { 0.05 };
            return Err(thrown(Error::OutOfRange { field: "temperature", value: temperature, limit }));
        }
        let training_steps = self.look_at(wanted.training_step);
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
        run.set_holds(self.holds_of(wanted.clamps.as_deref())?.into_owned());
        let how = Draw { temperature: temperature as f32, top_k: wanted.top_k };
        let (mut text, mut probabilities) = (String::new(), Vec::with_capacity(wanted.length));
        let mut rng = Rng::samples(wanted.seed);
        Reader::new(run).generate(self.core.recalled(), &tokens, wanted.length, how, &mut rng, |token, p| {
            text.push(vocab.character(token));
            probabilities.push(p);
        });
        let object: JsValue = Object::new().into();
        set(&object, "text", &text.into());
        set(&object, "prompt", &prompt.into());
        set(&object, "probabilities", &Float32Array::from(&probabilities[..]));
        set(&object, "trainingSteps", &(training_steps as f64).into());
        Ok(object)
    }

    /// Mean loss of a text: `{bitsPerCharacter, characters, trainingSteps}`, one stream from a zero state.
    ///
    /// # Errors
    /// Throws unknownCharacter, textTooShort, tooManyCharacters.
    pub fn evaluate(&mut self, text: &str, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: TraceOptions = options(wanted)?;
        let holds = self.holds_of(wanted.clamps.as_deref())?.into_owned();
        let training_steps = self.look_at(wanted.training_step);
        let nats = self.core.evaluate_with(self.core.recalled(), text, &holds).map_err(thrown)?;
        let object: JsValue = Object::new().into();
        set(&object, "bitsPerCharacter", &bits(nats).into());
        set(&object, "characters", &(text.chars().count() as f64).into());
        set(&object, "trainingSteps", &(training_steps as f64).into());
        Ok(object)
    }

    /// Validation over at most the first 4,096 held-out characters, for about `ms` milliseconds: `{bits}`, or null when it is not done yet and
    /// wants to be called again before the next training step; undefined when nothing is held out.
    #[wasm_bindgen(js_name = validateFor)]
    pub fn validate_for(&mut self, ms: f64) -> JsValue {
        let end = now().map(|start| start + ms);
        loop {
            match self.core.validate_piece() {
                Poll::Ready(None) => return JsValue::UNDEFINED,
                Poll::Ready(Some(nats)) => {
                    let object: JsValue = Object::new().into();
                    set(&object, "bits", &bits(nats).into());
                    return object;
                }
                Poll::Pending if !end.is_some_and(|end| now().is_some_and(|now| now < end)) => return JsValue::NULL,
                Poll::Pending => (),
            }
        }
    }
}

impl Trainer {
    pub(super) fn encode(&self, text: &str, most: usize) -> JsResult<Vec<u32>> {
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

    pub(super) fn check_place(&self, field: &'static str, value: usize, size: usize) -> JsResult<()> {
        if value < size { Ok(()) } else { Err(thrown(Error::NoSuchPlace { field, value: value as i64, limit: size as i64 - 1 })) }
    }

    fn trace_tokens(
        &self,
        model: &Model<f32>,
        tokens: &[u32],
        holds: &[Option<Holds<f32>>],
        wanted: &TraceOptions,
    ) -> JsResult<Columns> {
        self.check_place("layer", wanted.layer, self.core.settings().num_layers)?;
        let TraceOptions { from, layer, probabilities, preactivations, .. } = *wanted;
        Ok(trace(model, holds, tokens, Wanted { from, layer, probabilities, preactivations }))
    }
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
