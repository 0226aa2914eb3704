//! The tolerance rules that stand at the top of `data/check.py`, once more in Rust: an element a passes against its golden value g when
//! |a - g| <= relative * |g| + absolute * S, where the scale S comes from the golden numbers only.

use super::fields::{Fields, Tensor};

/// Arithmetic of the model under test: f32 for users, f64 to tell wrong formulas from rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    F32,
    F64,
}

/// Where S comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scale {
    /// 1
    Unit,
    /// max(1, largest |g| of the tensor)
    AtLeastOne,
    /// largest |g| of the tensor
    Own,
    /// largest |g| of the tensor, but at least 0.01 of the largest over all parameter gradients of the case: f32 sums cancel
    Gradients,
    /// largest |g| of the row, that is of one time step
    Row,
}

/// (relative, absolute, S) of a field.
fn rule(field: &str, training: bool, precision: Precision) -> (f64, f64, Scale) {
    let (relative, absolute, scale) = match field.split('.').next().unwrap_or(field) {
        "loss" => (1e-5, 1e-6, Scale::AtLeastOne),
        "logits" | "trace" | "hT" | "cT" => (1e-4, 1e-5, Scale::AtLeastOne),
        "grads" => (1e-4, 1e-5, Scale::Gradients),
        "grad_h0" | "grad_c0" => (1e-3, 2e-5, Scale::Own),
        "flow" if field.ends_with("_norm") => (1e-3, 1e-30, Scale::Unit),
        "flow" => (1e-3, 1e-4, Scale::Row),
        "runs" if field.ends_with(".losses") => (2e-3, 2e-4, Scale::Unit),
        "runs" if field.ends_with("grad_norms_before_clip") && training => (5e-3, 1e-4, Scale::Unit),
        "runs" if field.ends_with("grad_norms_before_clip") => (1e-5, 1e-6, Scale::Unit),
        "runs" if training => (2e-3, 1e-3, Scale::AtLeastOne),
        "runs" => (1e-5, 2e-6, Scale::AtLeastOne),
        other => panic!("no tolerance for the field {other}"),
    };
    match precision {
        Precision::F32 => (relative, absolute, scale),
        Precision::F64 if field.starts_with("runs") && training => (1e-6, 1e-7, scale),
        Precision::F64 => (1e-9, absolute.min(1e-10), scale),
    }
}

/// Largest error over its limit of one field, and where; above 1 it fails.
#[derive(Debug, Clone, Copy)]
pub struct Worst {
    pub ratio: f64,
    pub index: usize,
}

/// Compares all expected fields. `Ok` holds the worst ratio of each, `Err` one line for every field that fails.
pub fn compare(expected: &Fields, actual: &Fields, training: bool, precision: Precision) -> (Vec<(String, f64)>, Vec<String>) {
    let gradients = expected.iter().filter(|(name, _)| name.starts_with("grads.")).map(|(_, tensor)| largest(&tensor.data));
    let gradients = gradients.fold(0.0, f64::max);
    let (mut ratios, mut failures) = (Vec::new(), Vec::new());
    for (name, golden) in expected {
        let judged = match actual.get(name) {
            Some(ours) => judge(name, golden, ours, rule(name, training, precision), gradients),
            None => Err("missing".to_string()),
        };
        match judged {
            Err(reason) => failures.push(format!("{name}: {reason}")),
            Ok(Worst { ratio, index }) => {
                if ratio > 1.0 {
                    let (ours, golden) = (actual[name].data[index], golden.data[index]);
                    failures.push(format!("{name}[{index}]: {ours:e}, expected {golden:e}, error/limit {ratio:.3}"));
                }
                ratios.push((name.clone(), ratio));
            }
        }
    }
    (ratios, failures)
}

fn judge(name: &str, golden: &Tensor, ours: &Tensor, rule: (f64, f64, Scale), gradients: f64) -> Result<Worst, String> {
    let (relative, absolute, scale) = rule;
    if golden.data.len() != ours.data.len() {
        return Err(format!("{} numbers, expected {}", ours.data.len(), golden.data.len()));
    }
    if let (Some(expected), Some(shape)) = (&golden.shape, &ours.shape)
        && expected != shape
    {
        return Err(format!("shape {shape:?}, expected {expected:?}"));
    }
    let own = largest(&golden.data);
    let row = golden.shape.as_ref().and_then(|shape| shape.last()).copied().unwrap_or(golden.data.len()).max(1);
    let floor = match (own, scale) {
        (0.0, _) => 1e-7, // all zero, as with a vocabulary of one character: near zero will do
        (_, Scale::Own) => 1e-35,
        _ => 1e-300,
    };
    let mut worst = Worst { ratio: 0.0, index: 0 };
    for (index, (&g, &a)) in golden.data.iter().zip(&ours.data).enumerate() {
        if !a.is_finite() {
            return Err(format!("not finite at {index}: {a}, expected {g:e}"));
        }
        let s = match scale {
            Scale::Unit => 1.0,
            Scale::AtLeastOne => own.max(1.0),
            Scale::Own => own,
            Scale::Gradients => own.max(0.01 * gradients),
            Scale::Row => largest(&golden.data[index / row * row..(index / row * row + row).min(golden.data.len())]),
        };
        let limit = relative * g.abs() + absolute * s + floor + if scale == Scale::Row { 1e-35 } else { 0.0 };
        let ratio = (a - g).abs() / limit;
        if ratio.is_nan() {
            return Err(format!("golden value at {index} is {g} ({name})"));
        }
        if ratio > worst.ratio {
            worst = Worst { ratio, index };
        }
    }
    Ok(worst)
}

fn largest(numbers: &[f64]) -> f64 {
    numbers.iter().fold(0.0, |most, number| number.abs().max(most))
}
