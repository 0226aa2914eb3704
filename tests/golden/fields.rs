//! A golden case as check.py sees it: one flat map from field name ("logits", "grads.rnn.weight_hh_l0", "trace.0.i",
//! "runs.adam.losses") to numbers, read from JSON and safetensors and written back as a result file. It judges nothing.

use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Numbers in row-major order; `shape` is None where the file does not tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    pub shape: Option<Vec<usize>>,
    pub data: Vec<f64>,
}

pub type Fields = BTreeMap<String, Tensor>;

impl Tensor {
    pub fn new(shape: &[usize], data: Vec<f64>) -> Tensor {
        assert_eq!(shape.iter().product::<usize>(), data.len(), "shape {shape:?}");
        Tensor { shape: Some(shape.to_vec()), data }
    }

    pub fn scalar(value: f64) -> Tensor {
        Tensor::new(&[], vec![value])
    }

    /// A number, a `{shape, data}` object, or lists nested to any depth.
    pub fn from_json(value: &Value) -> Result<Tensor, String> {
        match value {
            Value::Number(_) => Ok(Tensor::scalar(number(value)?)),
            Value::Array(items) if items.iter().all(|item| !item.is_array()) => {
                Ok(Tensor { shape: None, data: items.iter().map(number).collect::<Result<_, _>>()? })
            }
            Value::Array(items) => {
                let rows = items.iter().map(Tensor::from_json).collect::<Result<Vec<_>, _>>()?;
                let inner = rows[0].shape.clone().unwrap_or_else(|| vec![rows[0].data.len()]);
                let shape = [vec![rows.len()], inner].concat();
                sized(shape, rows.into_iter().flat_map(|row| row.data).collect())
            }
            Value::Object(object) => {
                let data = Tensor::from_json(object.get("data").ok_or("a tensor without data")?)?.data;
                match object.get("shape") {
                    Some(shape) => sized(serde_json::from_value(shape.clone()).map_err(|e| format!("shape: {e}"))?, data),
                    None => Ok(Tensor { shape: None, data }),
                }
            }
            _ => Err(format!("not a tensor: {value}")),
        }
    }

    fn to_json(&self) -> Value {
        match &self.shape {
            Some(shape) if shape.is_empty() => json!(self.data[0]),
            Some(shape) => json!({ "shape": shape, "data": self.data }),
            None => json!(self.data),
        }
    }
}

fn sized(shape: Vec<usize>, data: Vec<f64>) -> Result<Tensor, String> {
    let size = shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
    match size == Some(data.len()) {
        true => Ok(Tensor { shape: Some(shape), data }),
        false => Err(format!("shape {shape:?} but {} numbers", data.len())),
    }
}

fn number(value: &Value) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("not a number: {value}"))
}

/// One file of the folder with the safetensors file beside it, if it names one.
pub struct Case {
    pub name: String,
    pub json: Value,
    tensors: Fields,
}

impl Case {
    pub fn read(folder: &Path, name: &str) -> Result<Case, String> {
        let path = folder.join(format!("{name}.json"));
        let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        let json: Value = serde_json::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?;
        let tensors = match json["tensors_file"].as_str() {
            Some(file) => super::safetensors::read(&folder.join(file)).map_err(|e| format!("{file}: {e}"))?,
            None => Fields::new(),
        };
        Ok(Case { name: name.to_string(), json, tensors })
    }

    /// An input: "h0", "c0" or "params.<name>".
    pub fn input(&self, name: &str) -> Result<Option<Tensor>, String> {
        if let Some(tensor) = self.tensors.get(name) {
            return Ok(Some(tensor.clone()));
        }
        let value = match name.split_once('.') {
            Some((group, key)) => self.json[group].get(key),
            None => self.json.get(name),
        };
        value.map(Tensor::from_json).transpose().map_err(|e| format!("{name}: {e}"))
    }

    /// Names of all parameters in the file.
    pub fn parameter_names(&self) -> Vec<String> {
        let in_json = self.json["params"].as_object().into_iter().flat_map(|params| params.keys().cloned());
        let in_tensors = self.tensors.keys().filter_map(|key| key.strip_prefix("params.").map(str::to_string));
        in_json.chain(in_tensors).collect()
    }

    /// Token ids, `[T][B]`, as one time-first vector.
    pub fn tokens(&self, value: &Value, [seq_len, batch_size]: [usize; 2], vocab_size: usize) -> Result<Vec<u32>, String> {
        let tensor = Tensor::from_json(value)?;
        if tensor.data.len() != seq_len * batch_size || tensor.shape.is_some_and(|shape| shape != [seq_len, batch_size]) {
            return Err(format!("token ids are not {seq_len} x {batch_size}"));
        }
        match tensor.data.iter().find(|&&id| id < 0.0 || id >= vocab_size as f64 || id.fract() != 0.0) {
            Some(id) => Err(format!("token id {id} with {vocab_size} characters")),
            None => Ok(tensor.data.iter().map(|&id| id as u32).collect()),
        }
    }

    /// Every number that the file expects from us, by field name.
    pub fn expected(&self) -> Result<Fields, String> {
        let mut fields = Fields::new();
        let expected = &self.json["expected"];
        for name in ["loss", "logits", "hT", "cT", "grad_h0", "grad_c0"] {
            add(&mut fields, name.to_string(), &expected[name])?;
        }
        for (name, value) in members(&expected["grads"]) {
            add(&mut fields, format!("grads.{name}"), value)?;
        }
        for part in ["trace", "flow"] {
            for (layer, quantities) in expected[part].as_array().into_iter().flatten().enumerate() {
                for (what, value) in members(quantities) {
                    add(&mut fields, format!("{part}.{layer}.{what}"), value)?;
                }
            }
        }
        for (key, tensor) in &self.tensors {
            if let Some(name) = key.strip_prefix("expected.") {
                fields.insert(name.to_string(), tensor.clone());
            }
        }
        Ok(fields)
    }

    /// What the file expects of the run `id` of an optimizer.
    pub fn expected_of_run(&self, id: &str) -> Result<Fields, String> {
        let mut fields = Fields::new();
        let run = &self.json["runs"][id];
        for name in ["losses", "grad_norms_before_clip"] {
            add(&mut fields, format!("runs.{id}.{name}"), &run[name])?;
        }
        for (mark, parameters) in members(&run["params_after"]) {
            for (name, value) in members(parameters) {
                add(&mut fields, format!("runs.{id}.params_after.{mark}.{name}"), value)?;
            }
        }
        Ok(fields)
    }
}

fn add(fields: &mut Fields, name: String, value: &Value) -> Result<(), String> {
    if !value.is_null() {
        let tensor = Tensor::from_json(value).map_err(|e| format!("{name}: {e}"))?;
        fields.insert(name, tensor);
    }
    Ok(())
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Writes `<case>.json` as FORMAT.md, section "Result files", describes it.
pub fn write_result(folder: &Path, case: &str, fields: &Fields) -> Result<(), String> {
    let mut root = Map::from_iter([("name".to_string(), json!(case))]);
    for (name, tensor) in fields {
        let depth = match name.split('.').next() {
            Some("grads") => 2,
            Some("trace" | "flow") => 3,
            Some("runs") => 5, // runs.<id>.params_after.<mark>.<name>; the other two fields of a run are less deep
            _ => 1,
        };
        let path: Vec<&str> = name.splitn(depth, '.').collect();
        insert(&mut root, &path, tensor.to_json());
    }
    for part in ["trace", "flow"] {
        if let Some(Value::Object(layers)) = root.remove(part) {
            let layers = layers.into_iter().map(|(_, layer)| layer).collect(); // in order: there are at most 4 layers
            root.insert(part.to_string(), Value::Array(layers));
        }
    }
    std::fs::create_dir_all(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let path = folder.join(format!("{case}.json"));
    std::fs::write(&path, Value::Object(root).to_string()).map_err(|e| format!("{}: {e}", path.display()))
}

fn insert(object: &mut Map<String, Value>, path: &[&str], value: Value) {
    match path {
        [name] => drop(object.insert(name.to_string(), value)),
        [name, rest @ ..] => {
            let inner = object.entry(name.to_string()).or_insert_with(|| json!({}));
            insert(inner.as_object_mut().expect("a group of fields"), rest, value);
        }
        [] => unreachable!("a field without a name"),
    }
}
