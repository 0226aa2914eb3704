//! How a number comes about and how far back an error reaches, as calls: on a text that is sent along, or (names with At) on the trained one.

use super::Trainer;
use super::objects::{Clamp, JsResult, options, plain, read_clamps, set, thrown};
use crate::cell::Holds;
use crate::error::Error;
use crate::explain::{Notation, Question, checked_anchor, explain};
use crate::gradient_flow::{LayerFlow, gradient_flow};
use crate::vocab::MAX_TEXT_BYTES;
use js_sys::{Array, Float64Array, Object};
use serde::Deserialize;
use std::borrow::Cow;
use wasm_bindgen::prelude::*;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct EquationOptions {
    /// time steps before the cursor that are wanted; None: all that are read
    lags: Option<usize>,
    notation: Notation,
    /// where the reading begins; None: the rule of `trace::anchor`
    anchor: Option<usize>,
    /// None: the holds set by `set`
    clamps: Option<Vec<Clamp>>,
    /// asks the weights nearest to this training step; None: the present ones
    training_step: Option<f64>,
}

#[wasm_bindgen]
impl Trainer {
    /// Gradient of the loss of predicting character `at` + 1 of `text`: `{from, at, anchor, trainingSteps, layers: [{dhNorm, dcNorm,
    /// beltAlone}]}`, absolute norms, one number a time step from `from` to `at`; dcNorm is empty where the kind has no cell state.
    /// Options: lags, anchor, clamps, trainingStep (the nearest snapshot answers; `trainingSteps` says which).
    ///
    /// # Errors
    /// Throws unknownCharacter, textTooShort, tooManyCharacters, noSuchPlace.
    #[wasm_bindgen(js_name = gradientFlow)]
    pub fn gradient_flow(&mut self, text: &str, at: usize, wanted: JsValue) -> JsResult<JsValue> {
        let tokens = self.encode(text, MAX_TEXT_BYTES)?;
        self.flow_of(Some(&tokens), at, wanted)
    }

    /// As [`Trainer::gradient_flow`] in the trained text.
    ///
    /// # Errors
    /// Throws noSuchPlace, tooManyCharacters.
    #[wasm_bindgen(js_name = gradientFlowAt)]
    pub fn gradient_flow_at(&mut self, at: usize, wanted: JsValue) -> JsResult<JsValue> {
        self.flow_of(None, at, wanted)
    }

    /// The equations of a quantity at time step `t` of `text`: `{name, layer, t, unit, anchor, note, lines, trainingSteps}`, see
    /// `explain.rs`. Options: notation (split, joined), anchor, clamps, trainingStep.
    ///
    /// # Errors
    /// Throws unknownCharacter, tooManyCharacters, noSuchPlace, badValue.
    pub fn explain(&mut self, text: &str, layer: usize, t: usize, what: &str, unit: usize, wanted: JsValue) -> JsResult<JsValue> {
        let tokens = self.encode(text, MAX_TEXT_BYTES)?;
        self.explanation_of(Some(&tokens), Question { layer, t, what, unit, ..Question::default() }, wanted)
    }

    /// As [`Trainer::explain`] in the trained text.
    ///
    /// # Errors
    /// Throws noSuchPlace, tooManyCharacters, badValue.
    #[wasm_bindgen(js_name = explainAt)]
    pub fn explain_at(&mut self, t: usize, layer: usize, what: &str, unit: usize, wanted: JsValue) -> JsResult<JsValue> {
        self.explanation_of(None, Question { layer, t, what, unit, ..Question::default() }, wanted)
    }
}

impl Trainer {
    /// `tokens`: None is the trained text.
    fn flow_of(&mut self, tokens: Option<&[u32]>, at: usize, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: EquationOptions = options(wanted)?;
        let step = self.core.recall(wanted.training_step.map(|at| at as u64));
        let tokens = tokens.unwrap_or(self.core.tokens());
        if tokens.len() < 2 {
            return Err(thrown(Error::TextTooShort));
        }
        if at.saturating_add(2) > tokens.len() {
            return Err(thrown(Error::NoSuchPlace { field: "at", value: at as i64, limit: tokens.len() as i64 - 2 }));
        }
        let anchor = checked_anchor(wanted.anchor, at).map_err(thrown)?;
        let holds = self.holds_of(wanted.clamps.as_deref())?;
        let flow = gradient_flow(self.core.recalled(), &holds, &tokens[anchor..at + 2], wanted.lags.unwrap_or(usize::MAX));
        let object: JsValue = Object::new().into();
        set(&object, "from", &((anchor + flow.from) as f64).into());
        set(&object, "at", &(at as f64).into());
        set(&object, "anchor", &(anchor as f64).into());
        set(&object, "trainingSteps", &(step as f64).into());
        set(&object, "layers", &flow.layers.iter().map(layer_object).collect::<Array>());
        Ok(object)
    }

    /// `tokens`: None is the trained text.
    fn explanation_of(&mut self, tokens: Option<&[u32]>, question: Question<'_>, wanted: JsValue) -> JsResult<JsValue> {
        let EquationOptions { notation, anchor, clamps, training_step, .. } = options(wanted)?;
        let step = self.core.recall(training_step.map(|at| at as u64));
        let holds = self.holds_of(clamps.as_deref())?;
        let question = Question { notation, anchor, ..question };
        let tokens = tokens.unwrap_or(self.core.tokens());
        let object = plain(&explain(self.core.recalled(), &holds, tokens, question).map_err(thrown)?)?;
        set(&object, "trainingSteps", &(step as f64).into());
        Ok(object)
    }

    /// The holds of a call; without any of its own those of `set`.
    pub(super) fn holds_of(&self, clamps: Option<&[Clamp]>) -> JsResult<Cow<'_, [Option<Holds<f32>>]>> {
        clamps.map_or(Ok(Cow::Borrowed(&self.holds)), |clamps| Ok(Cow::Owned(read_clamps(&self.core, clamps)?)))
    }
}

fn layer_object(flow: &LayerFlow) -> JsValue {
    let object: JsValue = Object::new().into();
    set(&object, "dhNorm", &Float64Array::from(&flow.dh_norm[..]));
    set(&object, "dcNorm", &Float64Array::from(&flow.dc_norm[..]));
    set(&object, "beltAlone", &Float64Array::from(&flow.belt_alone[..]));
    object
}
