//! Measuring a model without changing it: the loss of any text, the digest, and whether a hold fits.

use super::Trainer;
use crate::cell::{CellKind, Holds};
use crate::error::Error;
use crate::model::Model;
use crate::settings::Settings;
use crate::trace::mean_loss;
use sha2::{Digest, Sha256};

impl Trainer {
    /// Mean loss in nats of a text, one stream from a zero state.
    ///
    /// # Errors
    /// `UnknownCharacter`, `TextTooShort`.
    pub fn evaluate(&self, text: &str, holds: &[Option<Holds<f32>>]) -> Result<f64, Error> {
        self.evaluate_with(&self.model, text, holds)
    }

    /// As [`Trainer::evaluate`] with other weights: those that [`Trainer::recalled`] gives.
    ///
    /// # Errors
    /// `UnknownCharacter`, `TextTooShort`.
    pub fn evaluate_with(&self, model: &Model<f32>, text: &str, holds: &[Option<Holds<f32>>]) -> Result<f64, Error> {
        let tokens = self.vocab.encode(text)?;
        if tokens.len() < 2 {
            return Err(Error::TextTooShort);
        }
        Ok(mean_loss(model, holds, &tokens))
    }

    /// No hold in any layer.
    pub fn no_holds(&self) -> Vec<Option<Holds<f32>>> {
        vec![None; self.settings.num_layers]
    }
}

/// First 8 hex digits of the SHA-256 of numbers as f32 little endian.
pub fn digest(values: &[f32]) -> String {
    let mut hash = Sha256::new();
    for value in values {
        hash.update(value.to_le_bytes());
    }
    hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// Checks a hold against a kind's quantities and a model's sizes.
///
/// # Errors
/// `NoSuchPlace` for a layer or unit, `BadValue` for a gate the kind does not have, `OutOfRange` for the value.
pub fn check_hold(settings: &Settings, layer: usize, gate: char, unit: Option<usize>, value: f64) -> Result<(), Error> {
    let beyond = |field, value: usize, size: usize| Error::NoSuchPlace { field, value: value as i64, limit: size as i64 - 1 };
    if layer >= settings.num_layers {
        return Err(beyond("layer", layer, settings.num_layers));
    }
    if let Some(unit) = unit.filter(|&unit| unit >= settings.hidden_size) {
        return Err(beyond("unit", unit, settings.hidden_size));
    }
    let kind = settings.cell_kind();
    let exists = gate == 'h' || (gate == 'c' && kind.has_cell_state()) || kind.gates().contains(&gate);
    let (low, high) = match gate {
        'c' => (-1e4, 1e4),
        'h' if matches!(kind, CellKind::Rnn(_)) => (-1e4, 1e4),
        'g' | 'n' | 'h' => (-1.0, 1.0),
        _ => (0.0, 1.0),
    };
    if !exists {
        return Err(Error::BadValue { field: "gate" });
    }
    if !(low..=high).contains(&value) {
        return Err(Error::OutOfRange { field: "value", value, limit: if value < low { low } else { high } });
    }
    Ok(())
}

/// Mean loss in bits from nats.
pub fn bits(nats: f64) -> f64 {
    nats / std::f64::consts::LN_2
}
