//! The settings of a model and its training: names, defaults, limits, and the memory that they ask for.
//! It refuses to correct anything: a value out of its range is an error here; only the link decoder clamps, and says so.

mod memory;
mod pairs;
mod suited;
mod tables;

use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as ValueError};
use serde::{Deserialize, Serialize, Serializer};

use crate::batches::Mode;
use crate::cell::{Activation, CellKind};
use crate::decimal;
use crate::error::Error;
use crate::model::{Initialisation, RecurrentInit};
use crate::optimizer::OptimizerKind;

pub use memory::{MEMORY_LIMIT, check_memory, largest_that_fits, memory_needed, number_of_parameters};
pub use pairs::{Pairs, SettingValue};
pub use suited::{SHORT_TEXT, SUITED_KEYS};
pub use tables::{NAME_SETTINGS, NUMBER_SETTINGS, NameSetting, NumberSetting};

/// Name of a cell kind; together with the activation it is a [`CellKind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Elman RNN; the only kind that looks at the activation
    Rnn,
    /// LSTM with forget gate
    #[default]
    Lstm,
    /// LSTM of 1997, without forget gate
    #[serde(rename = "lstm_1997")]
    Lstm1997,
    /// LSTM with peepholes
    LstmPeephole,
    /// LSTM with coupled input and forget gate
    LstmCifg,
    /// GRU, reset after the product
    Gru,
    /// GRU, reset before the product
    GruCho,
}

/// All that determines a run beside its text. In JavaScript the fields are camelCase, each may be missing, and an unknown one is an error.
/// Every f32 is the rounded f64 of the decimal that the user or the link wrote.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all(serialize = "camelCase"), try_from = "Pairs")]
pub struct Settings {
    /// cell kind
    pub kind: Kind,
    /// activation of the RNN
    pub activation: Activation,
    /// H, units of each layer
    pub hidden_size: usize,
    /// L, stacked layers
    pub num_layers: usize,
    /// T, time steps of a window
    pub seq_len: usize,
    /// B, lanes that are trained at once
    pub batch_size: usize,
    /// update rule
    pub optimizer: OptimizerKind,
    /// learning rate of the first training step
    #[serde(serialize_with = "shortest")]
    pub learning_rate: f32,
    /// training steps after which it has fallen to 1/√2 of that, see [`Settings::learning_rate_after`]; 0: it stays
    pub learning_rate_decay: u32,
    /// largest norm of the whole gradient
    #[serde(serialize_with = "shortest")]
    pub clip: f32,
    /// added to the forget rows of bias_ih at initialisation
    #[serde(serialize_with = "shortest")]
    pub forget_bias: f32,
    /// longest time scale at initialisation, in time steps, of the gates that keep a state; 1: none
    #[serde(serialize_with = "shortest")]
    pub time_scale: f32,
    /// where the recurrent weights begin
    pub recurrent_init: RecurrentInit,
    /// factor on layer 0's input weights at initialisation
    #[serde(serialize_with = "shortest")]
    pub input_scale: f32,
    /// factor on all recurrent weights at initialisation
    #[serde(serialize_with = "shortest")]
    pub recurrent_scale: f32,
    /// fraction of the text that is kept from training
    #[serde(serialize_with = "shortest")]
    pub held_out: f32,
    /// how the text becomes windows
    pub mode: Mode,
    /// seed of the initialisation
    pub seed: u32,
}

/// Writes an f32 as the f64 of its shortest decimal.
pub(crate) fn shortest<S: Serializer>(value: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(decimal::shortest_f64(*value))
}

/// Reads a name with the enum's own serde names, so that each enum has one list of names.
fn named<T: DeserializeOwned>(name: &str) -> Option<T> {
    let deserializer: serde::de::value::StrDeserializer<'_, ValueError> = name.into_deserializer();
    T::deserialize(deserializer).ok()
}

/// Sets a field from its name; false when there is no such name.
fn assign<T: DeserializeOwned>(field: &mut T, name: &str) -> bool {
    named(name).map(|value| *field = value).is_some()
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            kind: Kind::Lstm,
            activation: Activation::Tanh,
            hidden_size: 32,
            num_layers: 1,
            seq_len: 64,
            batch_size: 4,
            optimizer: OptimizerKind::Adam,
            learning_rate: 0.012,
            learning_rate_decay: 1000,
            clip: 1.0,
            forget_bias: -1.0,
            time_scale: 1.0,
            recurrent_init: RecurrentInit::Uniform,
            input_scale: 4.0,
            recurrent_scale: 0.5,
            held_out: 0.1,
            mode: Mode::Stream,
            seed: 1,
        }
    }
}

impl Settings {
    /// What settings are when nothing is said, by the version of the link format: a link keeps the defaults that it was written with.
    pub fn of_version(version: u32) -> Settings {
        let newest = Settings::default();
        if version > 1 {
            return newest;
        }
        Settings {
            seq_len: 32,
            batch_size: 8,
            learning_rate: 0.01,
            learning_rate_decay: 0,
            forget_bias: 1.0,
            input_scale: 1.0,
            recurrent_scale: 1.0,
            ..newest
        }
    }

    /// The learning rate after so many training steps: lr / √(1 + steps / decay), in f64 and rounded once; without decay lr itself.
    /// The inverse square root of Vaswani et al. 2017, equation 3, without its warm-up.
    pub fn learning_rate_after(&self, steps: u64) -> f32 {
        if self.learning_rate_decay == 0 {
            return self.learning_rate;
        }
        (f64::from(self.learning_rate) / (1.0 + steps as f64 / f64::from(self.learning_rate_decay)).sqrt()) as f32
    }

    /// Settings from pairs (camelCase name, value); what is missing has its default, of a name that comes twice the last counts.
    ///
    /// # Errors
    /// [`Error::UnknownSetting`], [`Error::BadValue`] and [`Error::OutOfRange`], each for the first pair that is wrong.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, SettingValue)>) -> Result<Settings, Error> {
        Settings::default().with_pairs(pairs)
    }

    /// The same with these pairs in place of what it says.
    ///
    /// # Errors
    /// As [`Settings::from_pairs`].
    pub fn with_pairs(mut self, pairs: impl IntoIterator<Item = (String, SettingValue)>) -> Result<Settings, Error> {
        for (name, value) in pairs {
            if let Some(setting) = NUMBER_SETTINGS.iter().find(|setting| setting.name == name) {
                let SettingValue::Number(number) = value else { return Err(Error::BadValue { field: setting.name }) };
                check(setting, number)?;
                self.set_number(setting.key, number);
            } else if let Some(setting) = NAME_SETTINGS.iter().find(|setting| setting.name == name) {
                let SettingValue::Name(text) = value else { return Err(Error::BadValue { field: setting.name }) };
                if !self.set_name(setting.key, &text) {
                    return Err(Error::BadValue { field: setting.name });
                }
            } else {
                return Err(Error::UnknownSetting { name });
            }
        }
        Ok(self)
    }

    /// Refuses numbers out of their ranges; nothing is clamped.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] with the camelCase name and the limit.
    pub fn validate(&self) -> Result<(), Error> {
        NUMBER_SETTINGS.iter().try_for_each(|setting| check(setting, self.number(setting.key)))
    }

    /// What the model begins with.
    pub fn initialisation(&self) -> Initialisation {
        let Settings { seed, recurrent_init, input_scale, recurrent_scale, forget_bias, time_scale, .. } = *self;
        Initialisation { seed, recurrent_init, input_scale, recurrent_scale, forget_bias, time_scale }
    }

    /// The cell with its activation.
    pub fn cell_kind(&self) -> CellKind {
        match self.kind {
            Kind::Rnn => CellKind::Rnn(self.activation),
            Kind::Lstm => CellKind::Lstm,
            Kind::Lstm1997 => CellKind::Lstm1997,
            Kind::LstmPeephole => CellKind::LstmPeephole,
            Kind::LstmCifg => CellKind::LstmCifg,
            Kind::Gru => CellKind::Gru,
            Kind::GruCho => CellKind::GruCho,
        }
    }

    /// The number of a link key of [`NUMBER_SETTINGS`]; NaN for any other key.
    pub fn number(&self, key: &str) -> f64 {
        match key {
            "h" => self.hidden_size as f64,
            "l" => self.num_layers as f64,
            "t" => self.seq_len as f64,
            "b" => self.batch_size as f64,
            "lr" => self.learning_rate.into(),
            "ld" => self.learning_rate_decay.into(),
            "clip" => self.clip.into(),
            "fb" => self.forget_bias.into(),
            "ts" => self.time_scale.into(),
            "ws" => self.input_scale.into(),
            "us" => self.recurrent_scale.into(),
            "val" => self.held_out.into(),
            "s" => self.seed.into(),
            _ => f64::NAN,
        }
    }

    /// Sets the number of a link key of [`NUMBER_SETTINGS`], which the caller has checked; any other key changes nothing.
    pub fn set_number(&mut self, key: &str, value: f64) {
        match key {
            "h" => self.hidden_size = value as usize,
            "l" => self.num_layers = value as usize,
            "t" => self.seq_len = value as usize,
            "b" => self.batch_size = value as usize,
            "lr" => self.learning_rate = value as f32,
            "ld" => self.learning_rate_decay = value as u32,
            "clip" => self.clip = value as f32,
            "fb" => self.forget_bias = value as f32,
            "ts" => self.time_scale = value as f32,
            "ws" => self.input_scale = value as f32,
            "us" => self.recurrent_scale = value as f32,
            "val" => self.held_out = value as f32,
            "s" => self.seed = value as u32,
            _ => {}
        }
    }

    /// Whether the choice of a link key of [`NAME_SETTINGS`] is this one.
    pub fn is_named(&self, key: &str, name: &str) -> bool {
        match key {
            "m" => named(name) == Some(self.kind),
            "a" => named(name) == Some(self.activation),
            "o" => named(name) == Some(self.optimizer),
            "ui" => named(name) == Some(self.recurrent_init),
            "mode" => named(name) == Some(self.mode),
            _ => false,
        }
    }

    /// Sets the choice of a link key of [`NAME_SETTINGS`]; false, and no change, when there is no such key or name.
    pub fn set_name(&mut self, key: &str, name: &str) -> bool {
        match key {
            "m" => assign(&mut self.kind, name),
            "a" => assign(&mut self.activation, name),
            "o" => assign(&mut self.optimizer, name),
            "ui" => assign(&mut self.recurrent_init, name),
            "mode" => assign(&mut self.mode, name),
            _ => false,
        }
    }
}

fn check(setting: &NumberSetting, value: f64) -> Result<(), Error> {
    if let Some(limit) = setting.broken_limit(value) {
        return Err(Error::OutOfRange { field: setting.name, value, limit });
    }
    if setting.whole && value.fract() != 0.0 {
        return Err(Error::BadValue { field: setting.name });
    }
    Ok(())
}
