//! The settings of a model and its training: names, defaults, limits, and the memory that they ask for.
//! It refuses to correct anything: a value out of its range is an error here; only the link decoder clamps, and says so.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as ValueError};
use serde::{Deserialize, Serialize, Serializer};

use crate::batches::Mode;
use crate::cell::{Activation, CellKind};
use crate::error::Error;
use crate::optimizer::OptimizerKind;

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
#[serde(rename_all(serialize = "camelCase"), try_from = "BTreeMap<String, SettingValue>")]
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
    /// learning rate
    #[serde(serialize_with = "shortest")]
    pub learning_rate: f32,
    /// largest norm of the whole gradient
    #[serde(serialize_with = "shortest")]
    pub clip: f32,
    /// added to the forget rows of bias_ih at initialisation
    #[serde(serialize_with = "shortest")]
    pub forget_bias: f32,
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

/// A number among the settings: its names and the range that is allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberSetting {
    /// key in the link
    pub key: &'static str,
    /// name in the engine's plain objects
    pub name: &'static str,
    /// smallest value
    pub min: f64,
    /// largest value
    pub max: f64,
    /// value when nothing is said, of format version 1
    pub default: f64,
    /// whether only whole numbers are allowed
    pub whole: bool,
}

/// A choice among the settings: its names and the values that are allowed, the default first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NameSetting {
    /// key in the link
    pub key: &'static str,
    /// name in the engine's plain objects
    pub name: &'static str,
    /// values, the default first
    pub values: &'static [&'static str],
}

const fn whole(key: &'static str, name: &'static str, min: u32, max: u32, default: u32) -> NumberSetting {
    NumberSetting { key, name, min: min as f64, max: max as f64, default: default as f64, whole: true }
}

const fn real(key: &'static str, name: &'static str, min: f64, max: f64, default: f64) -> NumberSetting {
    NumberSetting { key, name, min, max, default, whole: false }
}

/// Every number among the settings, in the order of the link. "Finite and > 0" is 1e-22..1e22, what a link can write.
pub const NUMBER_SETTINGS: [NumberSetting; 11] = [
    whole("h", "hiddenSize", 1, 512, 32),
    whole("l", "numLayers", 1, 4, 1),
    whole("t", "seqLen", 1, 512, 32),
    whole("b", "batchSize", 1, 64, 8),
    real("lr", "learningRate", 1e-22, 1e22, 0.01),
    real("clip", "clip", 1e-22, 1e22, 1.0),
    real("fb", "forgetBias", -10.0, 10.0, 1.0),
    real("ws", "inputScale", 0.01, 100.0, 1.0),
    real("us", "recurrentScale", 0.01, 100.0, 1.0),
    real("val", "heldOut", 0.0, 0.5, 0.1),
    whole("s", "seed", 0, u32::MAX, 1),
];

/// Every choice among the settings.
pub const NAME_SETTINGS: [NameSetting; 4] = [
    NameSetting {
        key: "m",
        name: "kind",
        values: &["lstm", "rnn", "lstm_1997", "lstm_peephole", "lstm_cifg", "gru", "gru_cho"],
    },
    NameSetting { key: "a", name: "activation", values: &["tanh", "relu", "sigmoid"] },
    NameSetting { key: "o", name: "optimizer", values: &["adam", "sgd", "momentum", "rmsprop", "adagrad", "adamw"] },
    NameSetting { key: "mode", name: "mode", values: &["stream", "lines", "answer"] },
];

impl NumberSetting {
    /// The number setting of a link key.
    pub fn of_key(key: &str) -> Option<&'static NumberSetting> {
        NUMBER_SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// The limit that the value breaks; NaN breaks the lower one. Reals are compared as f32, so that a limit itself is inside.
    pub fn broken_limit(&self, value: f64) -> Option<f64> {
        let round = |x: f64| if self.whole { x } else { f64::from(x as f32) };
        if round(value) > round(self.max) {
            Some(self.max)
        } else if round(value) >= round(self.min) {
            None
        } else {
            Some(self.min)
        }
    }
}

/// A setting's value as it arrives: a number or a name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    /// a number
    Number(f64),
    /// a name from a fixed list
    Name(String),
}

/// The f64 of the shortest decimal that gives this f32: 0.01 stays 0.01 where JavaScript would print 0.009999999776482582. Rounding it gives
/// the same f32 again.
pub(crate) fn shortest_f64(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| value.into())
}

/// Writes an f32 as the f64 of its shortest decimal.
pub(crate) fn shortest<S: Serializer>(value: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(shortest_f64(*value))
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
            seq_len: 32,
            batch_size: 8,
            optimizer: OptimizerKind::Adam,
            learning_rate: 0.01,
            clip: 1.0,
            forget_bias: 1.0,
            input_scale: 1.0,
            recurrent_scale: 1.0,
            held_out: 0.1,
            mode: Mode::Stream,
            seed: 1,
        }
    }
}

impl Settings {
    /// Settings from pairs (camelCase name, value); what is missing has its default, of a name that comes twice the last counts.
    ///
    /// # Errors
    /// [`Error::UnknownSetting`], [`Error::BadValue`] and [`Error::OutOfRange`], each for the first pair that is wrong.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, SettingValue)>) -> Result<Settings, Error> {
        let mut settings = Settings::default();
        for (name, value) in pairs {
            if let Some(setting) = NUMBER_SETTINGS.iter().find(|setting| setting.name == name) {
                let SettingValue::Number(number) = value else { return Err(Error::BadValue { field: setting.name }) };
                check(setting, number)?;
                settings.set_number(setting.key, number);
            } else if let Some(setting) = NAME_SETTINGS.iter().find(|setting| setting.name == name) {
                let SettingValue::Name(text) = value else { return Err(Error::BadValue { field: setting.name }) };
                if !settings.set_name(setting.key, &text) {
                    return Err(Error::BadValue { field: setting.name });
                }
            } else {
                return Err(Error::UnknownSetting { name });
            }
        }
        Ok(settings)
    }

    /// Refuses numbers out of their ranges; nothing is clamped.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] with the camelCase name and the limit.
    pub fn validate(&self) -> Result<(), Error> {
        NUMBER_SETTINGS.iter().try_for_each(|setting| check(setting, self.number(setting.key)))
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
            "clip" => self.clip.into(),
            "fb" => self.forget_bias.into(),
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
            "clip" => self.clip = value as f32,
            "fb" => self.forget_bias = value as f32,
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
            "mode" => assign(&mut self.mode, name),
            _ => false,
        }
    }
}

impl TryFrom<BTreeMap<String, SettingValue>> for Settings {
    type Error = Error;

    fn try_from(pairs: BTreeMap<String, SettingValue>) -> Result<Settings, Error> {
        Settings::from_pairs(pairs)
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

/// What a model may need in memory: 512 MiB.
pub const MEMORY_LIMIT: u64 = 512 << 20;
const HISTORY_BYTES: u64 = 64 << 20;
const TRACED_CHARACTERS: u64 = 1024;
/// values that a trace holds of each unit: at most four gates, c and h
const TRACED_VALUES: u64 = 6;
/// parameters, gradients, two moments of the optimizer, the copy that is packed for the kernels
const COPIES_OF_PARAMETERS: u64 = 5;

fn product(factors: &[u64]) -> u64 {
    factors.iter().fold(1, |product, &factor| product.saturating_mul(factor))
}

fn sum(terms: &[u64]) -> u64 {
    terms.iter().fold(0, |sum, &term| sum.saturating_add(term))
}

/// Number of parameters of these settings with `vocab_size` distinct characters.
pub fn number_of_parameters(settings: &Settings, vocab_size: usize) -> u64 {
    let (hidden, layers, vocab) = (settings.hidden_size as u64, settings.num_layers as u64, vocab_size as u64);
    let gates = settings.cell_kind().num_gates() as u64;
    let peepholes = if settings.kind == Kind::LstmPeephole { 3 } else { 0 };
    let inputs = sum(&[vocab, product(&[layers.saturating_sub(1), hidden])]);
    sum(&[
        product(&[gates, hidden, inputs]),
        product(&[layers, gates, hidden, hidden]),
        product(&[layers, hidden, 2 * gates + peepholes]),
        product(&[vocab, hidden.saturating_add(1)]),
    ])
}

/// Bytes that a run of these settings needs at most, on a text of so many characters, `vocab_size` of them distinct. Saturates; allocates nothing.
pub fn memory_needed(settings: &Settings, vocab_size: usize, characters: usize) -> u64 {
    let (hidden, layers, vocab) = (settings.hidden_size as u64, settings.num_layers as u64, vocab_size as u64);
    let gates = settings.cell_kind().num_gates() as u64;
    let (seq_len, batch_size) = window(settings, characters);
    let per_unit = product(&[hidden, 2 * gates + 4]);
    let numbers = sum(&[
        product(&[COPIES_OF_PARAMETERS, number_of_parameters(settings, vocab_size)]),
        product(&[layers, seq_len, batch_size, per_unit]),
        product(&[seq_len, batch_size, vocab]),
        product(&[TRACED_CHARACTERS, sum(&[product(&[hidden, TRACED_VALUES, layers]), vocab])]),
        characters as u64,
    ]);
    sum(&[product(&[4, numbers]), HISTORY_BYTES])
}

/// T and B as a stream on a short text shrinks them; the other modes keep the batch.
fn window(settings: &Settings, characters: usize) -> (u64, u64) {
    let characters = (characters as u64).max(1);
    let seq_len = (settings.seq_len as u64).clamp(1, characters);
    let batch_size = settings.batch_size as u64;
    let lanes = if settings.mode == Mode::Stream { batch_size.min(characters / seq_len) } else { batch_size };
    (seq_len, lanes.max(1))
}

/// The largest batch size that fits with the seq_len asked for, else batch size 1 with the largest seq_len that fits:
/// `(batch_size, seq_len)`, (0, 0) when the parameters alone are too many.
pub fn largest_that_fits(settings: &Settings, vocab_size: usize, characters: usize) -> (usize, usize) {
    let fits = |&(batch_size, seq_len): &(usize, usize)| {
        memory_needed(&Settings { batch_size, seq_len, ..*settings }, vocab_size, characters) <= MEMORY_LIMIT
    };
    let batch_sizes = (1..=settings.batch_size).rev().map(|batch_size| (batch_size, settings.seq_len));
    let seq_lens = (1..settings.seq_len).rev().map(|seq_len| (1, seq_len));
    batch_sizes.chain(seq_lens).find(fits).unwrap_or((0, 0))
}

/// Refuses settings that need too much memory, before anything is allocated.
///
/// # Errors
/// [`Error::TooMuchMemory`] with what would fit.
pub fn check_memory(settings: &Settings, vocab_size: usize, characters: usize) -> Result<(), Error> {
    let value = memory_needed(settings, vocab_size, characters);
    if value <= MEMORY_LIMIT {
        return Ok(());
    }
    let (batch_size, seq_len) = largest_that_fits(settings, vocab_size, characters);
    Err(Error::TooMuchMemory { value, limit: MEMORY_LIMIT, batch_size, seq_len })
}
