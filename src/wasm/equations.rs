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
}

#[wasm_bindgen]
impl Trainer {
    /// Gradient of the loss of predicting character `at` + 1 of `text`: `{from, at, anchor, layers: [{dhNorm, dcNorm, beltAlone}]}`, one number a
    /// time step from `from` to `at`, absolute norms; dcNorm is empty where the kind has no cell state. Options: lags, anchor, clamps.
    ///
    /// # Errors
    /// Throws unknownCharacter, tooManyCharacters, noSuchPlace.
    #[wasm_bindgen(js_name = gradientFlow)]
    pub fn gradient_flow(&self, text: &str, at: usize, wanted: JsValue) -> JsResult<JsValue> {
        self.flow_of(&self.encode(text, MAX_TEXT_BYTES)?, at, wanted)
    }

    /// As [`Trainer::gradient_flow`] in the trained text.
    ///
    /// # Errors
    /// Throws noSuchPlace, tooManyCharacters.
    #[wasm_bindgen(js_name = gradientFlowAt)]
    pub fn gradient_flow_at(&self, at: usize, wanted: JsValue) -> JsResult<JsValue> {
        self.flow_of(self.core.tokens(), at, wanted)
    }

    /// The equations of a quantity at time step `t` of `text`: `{name, layer, t, unit, anchor, note, lines}`, see `explain.rs`. Options: notation
    /// (split, joined), anchor, clamps.
    ///
    /// # Errors
    /// Throws unknownCharacter, tooManyCharacters, noSuchPlace, badValue.
    pub fn explain(&self, text: &str, layer: usize, t: usize, what: &str, unit: usize, wanted: JsValue) -> JsResult<JsValue> {
        self.explanation_of(&self.encode(text, MAX_TEXT_BYTES)?, Question { layer, t, what, unit, ..Question::default() }, wanted)
    }

    /// As [`Trainer::explain`] in the trained text.
    ///
    /// # Errors
    /// Throws noSuchPlace, tooManyCharacters, badValue.
    #[wasm_bindgen(js_name = explainAt)]
    pub fn explain_at(&self, t: usize, layer: usize, what: &str, unit: usize, wanted: JsValue) -> JsResult<JsValue> {
        self.explanation_of(self.core.tokens(), Question { layer, t, what, unit, ..Question::default() }, wanted)
    }
}

impl Trainer {
    fn flow_of(&self, tokens: &[u32], at: usize, wanted: JsValue) -> JsResult<JsValue> {
        let wanted: EquationOptions = options(wanted)?;
        if at.saturating_add(2) > tokens.len() {
            return Err(thrown(Error::NoSuchPlace { field: "at", value: at as i64, limit: tokens.len() as i64 - 2 }));
        }
        let anchor = checked_anchor(wanted.anchor, at).map_err(thrown)?;
        let holds = self.holds_of(wanted.clamps.as_deref())?;
        let flow = gradient_flow(self.core.model(), &holds, &tokens[anchor..at + 2], wanted.lags.unwrap_or(usize::MAX));
        let object: JsValue = Object::new().into();
        set(&object, "from", &((anchor + flow.from) as f64).into());
        set(&object, "at", &(at as f64).into());
        set(&object, "anchor", &(anchor as f64).into());
        set(&object, "layers", &flow.layers.iter().map(layer_object).collect::<Array>());
        Ok(object)
    }

    fn explanation_of(&self, tokens: &[u32], question: Question<'_>, wanted: JsValue) -> JsResult<JsValue> {
        let EquationOptions { notation, anchor, clamps, .. } = options(wanted)?;
        let holds = self.holds_of(clamps.as_deref())?;
        plain(&explain(self.core.model(), &holds, tokens, Question { notation, anchor, ..question }).map_err(thrown)?)
    }

    /// The holds of a call; without any of its own those of `set`.
    fn holds_of(&self, clamps: Option<&[Clamp]>) -> JsResult<Cow<'_, [Option<Holds<f32>>]>> {
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
