//! The table of settings: link key, name, range, default. Validation, links, command line and tests read it; it refuses to know what a
//! setting does.

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
    /// value when nothing is said, of the newest format version; see [`super::Settings::of_version`]
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
pub const NUMBER_SETTINGS: [NumberSetting; 13] = [
    whole("h", "hiddenSize", 1, 512, 32),
    whole("l", "numLayers", 1, 4, 1),
    whole("t", "seqLen", 1, 512, 64),
    whole("b", "batchSize", 1, 64, 4),
    real("lr", "learningRate", 1e-22, 1e22, 0.012),
    whole("ld", "learningRateDecay", 0, 1_000_000, 1000),
    real("clip", "clip", 1e-22, 1e22, 1.0),
    real("fb", "forgetBias", -10.0, 10.0, -1.0),
    real("ts", "timeScale", 1.0, 10_000.0, 1.0),
    real("ws", "inputScale", 0.01, 100.0, 4.0),
    real("us", "recurrentScale", 0.01, 100.0, 0.5),
    real("val", "heldOut", 0.0, 0.5, 0.1),
    whole("s", "seed", 0, u32::MAX, 1),
];

/// Every choice among the settings.
pub const NAME_SETTINGS: [NameSetting; 5] = [
    NameSetting { key: "m", name: "kind", values: &["lstm", "rnn", "lstm_1997", "lstm_peephole", "lstm_cifg", "gru", "gru_cho"] },
    NameSetting { key: "a", name: "activation", values: &["tanh", "relu", "sigmoid"] },
    NameSetting { key: "o", name: "optimizer", values: &["adam", "sgd", "momentum", "rmsprop", "adagrad", "adamw"] },
    NameSetting { key: "ui", name: "recurrentInit", values: &["uniform", "orthogonal"] },
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
