//! The few lines of safetensors that golden files need (F32 and F64, little endian), written apart from the engine's reader, so that
//! neither can hide a mistake of the other.

use super::fields::{Fields, Tensor};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::Path;

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [usize; 2],
}

pub fn read(path: &Path) -> Result<Fields, String> {
    let bytes = std::fs::read(path).map_err(|e| e.to_string())?;
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or("shorter than 8 bytes")?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|e| e.to_string())?;
    let (header, data) = rest.split_at_checked(length).ok_or("header longer than the file")?;
    let header: Map<String, Value> = serde_json::from_slice(header).map_err(|e| e.to_string())?;
    let mut fields = Fields::new();
    for (name, value) in header.into_iter().filter(|(name, _)| name != "__metadata__") {
        let entry: Entry = serde_json::from_value(value).map_err(|e| format!("{name}: {e}"))?;
        let tensor = tensor(&entry, data).map_err(|e| format!("{name}: {e}"))?;
        fields.insert(name, tensor);
    }
    Ok(fields)
}

fn tensor(entry: &Entry, data: &[u8]) -> Result<Tensor, String> {
    let [start, end] = entry.data_offsets;
    let bytes = data.get(start..end).ok_or("data_offsets outside the file")?;
    let numbers: Vec<f64> = match entry.dtype.as_str() {
        "F32" => bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four).into()).collect(),
        "F64" => bytes.as_chunks().0.iter().map(|&eight| f64::from_le_bytes(eight)).collect(),
        other => return Err(format!("dtype {other}")),
    };
    let size = entry.shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
    match size == Some(numbers.len()) {
        true => Ok(Tensor::new(&entry.shape, numbers)),
        false => Err(format!("shape {:?} but {} numbers", entry.shape, numbers.len())),
    }
}
