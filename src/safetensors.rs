//! The safetensors file format (Hugging Face, format of `safetensors` 0.4 and later): named f32 tensors and a few strings, out and in.
//! It opens no file, and it refuses whatever the reference implementation refuses: holes, overlaps, trailing bytes.
//!
//! Layout: u64 little-endian length N of the header; N bytes of JSON `{name: {"dtype", "shape", "data_offsets": [begin, end]}}` with an
//! optional `"__metadata__": {string: string}`; then the data, little endian, row-major, offsets counted from the end of the header.

mod header;
mod json;

use crate::error::Error;
use crate::model::Entry;
use header::{Header, check_layout, parse, split};
use json::quoted;

/// Bytes of the longest header that is read.
pub const HEADER_LIMIT: usize = 1 << 20;

const VALUE_BYTES: usize = size_of::<f32>();
const METADATA_KEY: &str = "__metadata__";

/// A named array of numbers, row-major.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// PyTorch's `state_dict` name, such as `rnn.weight_ih_l0`
    pub name: String,
    /// lengths of the dimensions; none for a single number
    pub shape: Vec<usize>,
    /// as many numbers as the shape says
    pub values: Vec<f32>,
}

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// in the order of their data
    pub tensors: Vec<Tensor>,
    /// pairs of key and value, in the order of the header
    pub metadata: Vec<(String, String)>,
}

/// The bytes of a file with these tensors `(name, shape, values)` and this metadata `(key, value)`, in the given order.
///
/// # Panics
/// If a shape and its number of values differ, if a name comes twice, or if the header exceeds [`HEADER_LIMIT`].
pub fn write(tensors: &[(&str, &[usize], &[f32])], metadata: &[(&str, &str)]) -> Vec<u8> {
    let header = header_text(tensors, metadata);
    let data_bytes: usize = tensors.iter().map(|(_, _, values)| values.len() * VALUE_BYTES).sum();
    let mut bytes = Vec::with_capacity(8 + header.len() + data_bytes);
    bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    for value in tensors.iter().flat_map(|(_, _, values)| values.iter()) {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes
}

/// The JSON header, padded with spaces to a multiple of 8 so that the data is aligned when the file is mapped into memory.
fn header_text(tensors: &[(&str, &[usize], &[f32])], metadata: &[(&str, &str)]) -> String {
    let mut entries = Vec::with_capacity(tensors.len() + 1);
    if !metadata.is_empty() {
        let pairs: Vec<String> = metadata.iter().map(|(key, value)| format!("{}:{}", quoted(key), quoted(value))).collect();
        entries.push(format!("\"{METADATA_KEY}\":{{{}}}", pairs.join(",")));
    }
    let mut begin = 0;
    for (index, (name, shape, values)) in tensors.iter().enumerate() {
        assert_eq!(shape.iter().product::<usize>(), values.len(), "tensor {name}: shape and number of values differ");
        assert!(tensors[..index].iter().all(|(earlier, _, _)| earlier != name), "tensor {name} comes twice");
        let end = begin + values.len() * VALUE_BYTES;
        let lengths: Vec<String> = shape.iter().map(usize::to_string).collect();
        let lengths = lengths.join(",");
        entries.push(format!("{}:{{\"dtype\":\"F32\",\"shape\":[{lengths}],\"data_offsets\":[{begin},{end}]}}", quoted(name)));
        begin = end;
    }
    let mut header = format!("{{{}}}", entries.join(","));
    header.push_str(&" ".repeat(header.len().next_multiple_of(8) - header.len()));
    assert!(header.len() <= HEADER_LIMIT, "a header of {} bytes", header.len());
    header
}

/// Everything in a file, in the order of the data.
///
/// # Errors
/// [`Error::BadFile`] for any bytes that are no such file, and for tensors that are not F32. Nothing is allocated for numbers before the
/// whole layout has been checked; what is allocated is then no more than the file itself.
pub fn read(bytes: &[u8]) -> Result<File, Error> {
    let (header, data) = split(bytes)?;
    let Header { metadata, entries } = parse(header)?;
    let mut tensors = Vec::with_capacity(entries.len());
    for place in check_layout(entries, data.len())? {
        let values = data[place.begin..place.end].chunks_exact(VALUE_BYTES);
        let values = values.map(|value| f32::from_le_bytes([value[0], value[1], value[2], value[3]])).collect();
        tensors.push(Tensor { name: place.name, shape: place.shape, values });
    }
    Ok(File { tensors, metadata })
}

/// The numbers of exactly the `expected` tensors `(name, shape)`, one after the other in that order, whatever their order in the file.
///
/// # Errors
/// [`Error::BadFile`] as [`read`], and for a missing name, an unknown name, another shape, and a number that is not finite.
pub fn read_into(bytes: &[u8], expected: &[(&str, &[usize])]) -> Result<Vec<f32>, Error> {
    read(bytes)?.arrange(expected)
}

/// The file of a model: its parameters, `vocabulary` (characters in the order of their ids) as a JSON string, and the recipe, a link's
/// fragment. `format: pt` is what PyTorch's tools write.
///
/// # Panics
/// If the entries do not lie within `values`.
pub fn write_model(entries: &[Entry], values: &[f32], vocabulary: &[char], recipe: &str) -> Vec<u8> {
    let tensors: Vec<(&str, &[usize], &[f32])> =
        entries.iter().map(|entry| (entry.name.as_str(), entry.shape.as_slice(), &values[entry.range.clone()])).collect();
    write(&tensors, &[("format", "pt"), ("recipe", recipe), ("vocabulary", &quoted(&vocabulary.iter().collect::<String>()))])
}

/// All parameters of a model, in parameter order, from a file of this crate or of PyTorch.
///
/// # Errors
/// [`Error::BadFile`] as [`read_into`], and if the file names a vocabulary and it is another one.
pub fn read_model(bytes: &[u8], entries: &[Entry], vocabulary: &[char]) -> Result<Vec<f32>, Error> {
    let file = read(bytes)?;
    let expected: Vec<(&str, &[usize])> = entries.iter().map(|entry| (entry.name.as_str(), entry.shape.as_slice())).collect();
    let values = file.arrange(&expected)?;
    let characters = file.metadata_value("vocabulary").map(json::read);
    match characters {
        Some(Ok(json::Value::Text(characters))) if !characters.chars().eq(vocabulary.iter().copied()) => {
            Err(bad("it belongs to a text with other characters".into()))
        }
        Some(Ok(json::Value::Text(_))) | None => Ok(values),
        Some(_) => Err(bad("its vocabulary is not a JSON string".into())),
    }
}

impl File {
    /// The metadata of a key.
    pub fn metadata_value(&self, key: &str) -> Option<&str> {
        self.metadata.iter().find(|(other, _)| other == key).map(|(_, value)| value.as_str())
    }

    fn arrange(&self, expected: &[(&str, &[usize])]) -> Result<Vec<f32>, Error> {
        let mut values = Vec::with_capacity(self.tensors.iter().map(|tensor| tensor.values.len()).sum());
        for (name, shape) in expected {
            let tensor = self.tensors.iter().find(|tensor| tensor.name == *name);
            let tensor = tensor.ok_or_else(|| bad(format!("tensor {} is missing", short(name))))?;
            if tensor.shape != *shape {
                let found = cut(&format!("{:?}", tensor.shape), 64);
                return Err(bad(format!("tensor {} has shape {found}, expected {shape:?}", short(name))));
            }
            if let Some(index) = tensor.values.iter().position(|value| !value.is_finite()) {
                return Err(bad(format!("tensor {} holds {} at index {index}", short(name), tensor.values[index])));
            }
            values.extend_from_slice(&tensor.values);
        }
        match self.tensors.iter().find(|tensor| expected.iter().all(|(name, _)| tensor.name != *name)) {
            Some(tensor) => Err(bad(format!("tensor {} is not part of this model", short(&tensor.name)))),
            None => Ok(values),
        }
    }
}

fn bad(reason: String) -> Error {
    Error::BadFile { reason }
}

/// A name from a file, fit for a sentence: quoted, escaped, of bounded length.
fn short(name: &str) -> String {
    format!("{:?}", cut(name, 64))
}

fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit { text.into() } else { text.chars().take(limit).chain(['…']).collect() }
}
