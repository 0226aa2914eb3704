//! Cases of kind "optim_fixed" (an optimizer on a given sequence of gradients) and "optim_train" (training steps of a whole model),
//! every run of them. Runs marked `extra` are named and left out.

use super::fields::{Case, Fields, Tensor};
use super::model_case::{Config, parameters};
use lstm_playground::model::{Activations, Model};
use lstm_playground::optimizer::{Optimizer, OptimizerKind, clip_scale, grad_norm};
use serde_json::Value;
use std::ops::Range;

/// What the runs of a case gave, and which runs were left out.
pub struct Outcome {
    pub expected: Fields,
    pub actual: Fields,
    pub skipped: Vec<String>,
}

/// One run of a case: the optimizer and everything that its file sets.
struct Run<'a> {
    id: &'a str,
    kind: OptimizerKind,
    learning_rate: f32,
    max_norm: f32,
    marks: Vec<usize>,
}

pub fn run(case: &Case) -> Result<Outcome, String> {
    let mut outcome = Outcome { expected: Fields::new(), actual: Fields::new(), skipped: Vec::new() };
    let runs = case.json["runs"].as_object().ok_or("runs is missing")?;
    for (id, json) in runs {
        if json["extra"].as_bool() == Some(true) {
            outcome.skipped.push(id.clone());
            continue;
        }
        let expected = case.expected_of_run(id)?;
        let run = Run::read(id, json, &case.json["marks"]).map_err(|e| format!("runs.{id}: {e}"))?;
        let actual = match case.json["kind"].as_str() {
            Some("optim_train") => train(case, &run),
            _ => follow_gradients(case, &run),
        };
        outcome.expected.extend(expected);
        outcome.actual.extend(actual.map_err(|e| format!("runs.{id}: {e}"))?);
    }
    Ok(outcome)
}

impl<'a> Run<'a> {
    fn read(id: &'a str, json: &Value, marks: &Value) -> Result<Run<'a>, String> {
        let name = json["optimizer"].as_str().ok_or("optimizer is missing")?;
        let (kind, constants) = optimizer_of(name).ok_or_else(|| format!("unknown optimizer {name:?}"))?;
        for (key, value) in json["hyper"].as_object().into_iter().flatten().filter(|(key, _)| *key != "lr") {
            let ours = constants.iter().find(|(constant, _)| constant == key).map_or(&[0.0][..], |(_, value)| *value);
            if numbers(value)? != ours {
                return Err(format!("hyper.{key} is {value}, the engine's constant is {ours:?}"));
            }
        }
        let max_norm = match &json["clip_max_norm"] {
            Value::Null => f32::INFINITY,
            value => numbers(value)?[0] as f32,
        };
        let marks = numbers(marks)?.iter().map(|&mark| mark as usize).collect();
        Ok(Run { id, kind, learning_rate: numbers(&json["hyper"]["lr"])?[0] as f32, max_norm, marks })
    }

    fn field(&self, name: &str) -> String {
        format!("runs.{}.{name}", self.id)
    }
}

/// Name in `hyper` and value.
type Constants = &'static [(&'static str, &'static [f64])];

/// The engine's optimizer of that name and its constants that are not 0 or false.
fn optimizer_of(name: &str) -> Option<(OptimizerKind, Constants)> {
    Some(match name {
        "sgd" => (OptimizerKind::Sgd, &[]),
        "sgd_momentum" => (OptimizerKind::Momentum, &[("momentum", &[0.9])]),
        "rmsprop" => (OptimizerKind::Rmsprop, &[("alpha", &[0.99]), ("eps", &[1e-8])]),
        "adagrad" => (OptimizerKind::Adagrad, &[("eps", &[1e-10])]),
        "adam" => (OptimizerKind::Adam, &[("betas", &[0.9, 0.999]), ("eps", &[1e-8])]),
        "adamw" => (OptimizerKind::Adamw, &[("betas", &[0.9, 0.999]), ("eps", &[1e-8]), ("weight_decay", &[0.01])]),
        _ => return None,
    })
}

/// A number, a truth value (1 or 0) or a list of them.
fn numbers(value: &Value) -> Result<Vec<f64>, String> {
    match value {
        Value::Bool(truth) => Ok(vec![f64::from(u8::from(*truth))]),
        _ => Ok(Tensor::from_json(value)?.data),
    }
}

/// Kind "optim_fixed".
fn follow_gradients(case: &Case, run: &Run) -> Result<Fields, String> {
    let (mut values, mut entries) = (Vec::<f32>::new(), Vec::new());
    for name in case.parameter_names() {
        let tensor = case.input(&format!("params.{name}"))?.ok_or("a parameter without numbers")?;
        let start = values.len();
        values.extend(tensor.data.iter().map(|&value| value as f32));
        entries.push((name, tensor.shape.unwrap_or(vec![tensor.data.len()]), start..values.len()));
    }
    let mut optimizer = Optimizer::new(run.kind, values.len());
    let (mut fields, mut norms) = (Fields::new(), Vec::new());
    for (index, step) in case.json["grads_seq"].as_array().ok_or("grads_seq is missing")?.iter().enumerate() {
        let mut gradients = Vec::<f32>::new();
        for (name, ..) in &entries {
            let tensor = Tensor::from_json(&step[name]).map_err(|e| format!("grads_seq[{index}].{name}: {e}"))?;
            gradients.extend(tensor.data.iter().map(|&value| value as f32));
        }
        if gradients.len() != values.len() {
            return Err(format!("grads_seq[{index}] has {} numbers for {} parameters", gradients.len(), values.len()));
        }
        let norm = grad_norm(&gradients);
        optimizer.update(&mut values, &gradients, clip_scale(norm, run.max_norm), run.learning_rate);
        norms.push(norm);
        if run.marks.contains(&(index + 1)) {
            let named = entries.iter().map(|(name, shape, range)| (name.as_str(), shape.as_slice(), range.clone()));
            add_parameters(run, index + 1, named, &values, &mut fields);
        }
    }
    fields.insert(run.field("grad_norms_before_clip"), Tensor::new(&[norms.len()], norms));
    Ok(fields)
}

/// Kind "optim_train": forward, mean loss, backward, clip, update; the states are carried over where the case says so.
fn train(case: &Case, run: &Run) -> Result<Fields, String> {
    let config = Config::read(&case.json["config"])?;
    let Config { shape, seq_len, batch_size, .. } = config;
    let carry_state = case.json["carry_state"].as_bool().ok_or("carry_state is missing")?;
    let windows = |field: &str| -> Result<Vec<Vec<u32>>, String> {
        let all = case.json[field].as_array().ok_or_else(|| format!("{field} is missing"))?;
        all.iter().map(|window| case.tokens(window, [seq_len, batch_size], shape.vocab_size)).collect()
    };
    let mut model = Model::<f32>::new(shape);
    let mut values = parameters(case, &config, model.entries())?;
    model.set_values(&values);
    let mut optimizer = Optimizer::new(run.kind, values.len());
    let mut activations = Activations::<f32>::new(shape, seq_len, batch_size);
    let mut gradients = vec![0.0; values.len()];
    let (mut fields, mut losses, mut norms) = (Fields::new(), Vec::new(), Vec::new());
    for (index, (inputs, targets)) in windows("inputs_seq")?.iter().zip(&windows("targets_seq")?).enumerate() {
        if carry_state && index > 0 {
            activations.carry_state();
        }
        model.forward(&mut activations, inputs);
        losses.push(model.loss(&mut activations, targets, None));
        model.backward(&mut activations, inputs, targets, None, &mut gradients);
        let norm = grad_norm(&gradients);
        optimizer.update(&mut values, &gradients, clip_scale(norm, run.max_norm), run.learning_rate);
        model.set_values(&values);
        norms.push(norm);
        if run.marks.contains(&(index + 1)) {
            let named = model.entries().iter().map(|entry| (entry.name.as_str(), entry.shape.as_slice(), entry.range.clone()));
            add_parameters(run, index + 1, named, &values, &mut fields);
        }
    }
    fields.insert(run.field("losses"), Tensor::new(&[losses.len()], losses));
    fields.insert(run.field("grad_norms_before_clip"), Tensor::new(&[norms.len()], norms));
    Ok(fields)
}

fn add_parameters<'a>(
    run: &Run,
    mark: usize,
    entries: impl Iterator<Item = (&'a str, &'a [usize], Range<usize>)>,
    values: &[f32],
    fields: &mut Fields,
) {
    for (name, shape, range) in entries {
        let numbers = values[range].iter().map(|&value| value.into()).collect();
        fields.insert(run.field(&format!("params_after.{mark}.{name}")), Tensor::new(shape, numbers));
    }
}
