//! The safetensors file format (Hugging Face, format of `safetensors` 0.4 and later): named f32 tensors and a few strings, out and in.
//! It knows no model and no file system, and it refuses whatever the reference implementation refuses: holes, overlaps, trailing bytes.
//!
//! Layout: u64 little-endian length N of the header; N bytes of JSON `{name: {"dtype", "shape", "data_offsets": [begin, end]}}` with an
//! optional `"__metadata__": {string: string}`; then the data, little endian, row-major, offsets counted from the end of the header.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::error::Error;

/// Bytes of the longest header that is read.
pub const HEADER_LIMIT: usize = 1 << 20;

const LENGTH_BYTES: usize = 8;
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
    let header = header(tensors, metadata);
    let data_bytes: usize = tensors.iter().map(|(_, _, values)| values.len() * VALUE_BYTES).sum();
    let mut bytes = Vec::with_capacity(LENGTH_BYTES + header.len() + data_bytes);
    bytes.extend_from_slice(&(header.len() as u64).to_le_bytes());
    bytes.extend_from_slice(header.as_bytes());
    for value in tensors.iter().flat_map(|(_, _, values)| values.iter()) {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes
}

/// The JSON header, padded with spaces to a multiple of 8 so that the data is aligned when the file is mapped into memory.
fn header(tensors: &[(&str, &[usize], &[f32])], metadata: &[(&str, &str)]) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
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
    for entry in check_layout(entries, data.len())? {
        let values = data[entry.begin..entry.end].chunks_exact(VALUE_BYTES);
        let values = values.map(|value| f32::from_le_bytes([value[0], value[1], value[2], value[3]])).collect();
        tensors.push(Tensor { name: entry.name, shape: entry.shape, values });
    }
    Ok(File { tensors, metadata })
}

/// The numbers of exactly the `expected` tensors `(name, shape)`, one after the other in that order, whatever their order in the file.
///
/// # Errors
/// [`Error::BadFile`] as [`read`], and for a missing name, an unknown name, another shape, and a number that is not finite.
pub fn read_into(bytes: &[u8], expected: &[(&str, &[usize])]) -> Result<Vec<f32>, Error> {
    let file = read(bytes)?;
    let mut found: BTreeMap<&str, &Tensor> = file.tensors.iter().map(|tensor| (tensor.name.as_str(), tensor)).collect();
    let mut values = Vec::with_capacity(file.tensors.iter().map(|tensor| tensor.values.len()).sum());
    for (name, shape) in expected {
        let tensor = found.remove(name).ok_or_else(|| bad(format!("tensor {} is missing", short(name))))?;
        if tensor.shape != *shape {
            return Err(bad(format!("tensor {} has shape {:?}, expected {shape:?}", short(name), tensor.shape)));
        }
        if let Some(index) = tensor.values.iter().position(|value| !value.is_finite()) {
            return Err(bad(format!("tensor {} holds {} at index {index}", short(name), tensor.values[index])));
        }
        values.extend_from_slice(&tensor.values);
    }
    match found.keys().next() {
        Some(name) => Err(bad(format!("tensor {} is not part of this model", short(name)))),
        None => Ok(values),
    }
}

/// A file's header and data.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Error> {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH_BYTES>() else {
        return Err(bad(format!("it has {} bytes and ends inside the header's length", bytes.len())));
    };
    let length = u64::from_le_bytes(*length);
    if length > HEADER_LIMIT as u64 {
        return Err(bad(format!("its header claims {length} bytes; the limit is {HEADER_LIMIT}")));
    }
    let length = length as usize;
    if length > rest.len() {
        return Err(bad(format!("its header claims {length} bytes, but only {} follow", rest.len())));
    }
    Ok(rest.split_at(length))
}

/// The header as it stands there, keys unique, nothing else checked.
#[derive(Default)]
struct Header {
    metadata: Vec<(String, String)>,
    entries: Vec<(String, Info)>,
}

/// One tensor's description.
#[derive(Deserialize)]
#[serde(expecting = "a tensor's dtype, shape and data_offsets")]
struct Info {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: Vec<u64>,
}

/// A tensor whose place in the data has been checked.
struct Entry {
    name: String,
    shape: Vec<usize>,
    begin: usize,
    end: usize,
}

fn parse(header: &[u8]) -> Result<Header, Error> {
    if header.first() != Some(&b'{') {
        return Err(bad("its header does not begin with {".into()));
    }
    let header: Header = serde_json::from_slice(header).map_err(|error| {
        let what = if error.is_data() { "its header does not describe tensors" } else { "its header is not JSON" };
        bad(format!("{what}: {}", cut(&error.to_string(), 160)))
    })?;
    refuse_duplicates(header.entries.iter().map(|(name, _)| name))?;
    refuse_duplicates(header.metadata.iter().map(|(key, _)| key))?;
    Ok(header)
}

fn refuse_duplicates<'a>(keys: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let mut sorted: Vec<&String> = keys.collect();
    sorted.sort_unstable();
    match sorted.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(bad(format!("key {} comes twice in its header", short(pair[0])))),
        None => Ok(()),
    }
}

/// The tensors by their place, after checking that they are F32 and fill the data exactly once.
fn check_layout(entries: Vec<(String, Info)>, data_bytes: usize) -> Result<Vec<Entry>, Error> {
    let mut checked =
        entries.into_iter().map(|(name, info)| check_entry(name, &info, data_bytes)).collect::<Result<Vec<_>, _>>()?;
    checked.sort_by_key(|entry| (entry.begin, entry.end));
    let mut end = 0;
    for entry in &checked {
        if entry.begin > end {
            return Err(bad(format!(
                "bytes {end} to {} of its data, before tensor {}, belong to none",
                entry.begin,
                short(&entry.name)
            )));
        }
        if entry.begin < end {
            return Err(bad(format!("tensor {} overlaps the one before it", short(&entry.name))));
        }
        end = entry.end;
    }
    if end < data_bytes {
        return Err(bad(format!("{} bytes follow the last tensor", data_bytes - end)));
    }
    Ok(checked)
}

fn check_entry(name: String, info: &Info, data_bytes: usize) -> Result<Entry, Error> {
    let refuse = |what: String| Err(bad(format!("tensor {} {what}", short(&name))));
    if info.dtype != "F32" {
        return refuse(format!("has dtype {}; only F32 is read", cut(&info.dtype, 16)));
    }
    let [begin, end] = info.data_offsets[..] else {
        return refuse(format!("has {} data offsets instead of 2", info.data_offsets.len()));
    };
    if begin > end || end > data_bytes as u64 {
        return refuse(format!("lies at bytes {begin} to {end} of {data_bytes}"));
    }
    let bytes = info.shape.iter().try_fold(VALUE_BYTES as u64, |product, &length| product.checked_mul(length));
    if bytes != Some(end - begin) {
        return refuse(format!("has {} bytes, which is not what its shape says", end - begin));
    }
    // a dimension beside a 0 may be beyond a 32-bit usize, all others have just been bounded by the file's size
    let Ok(shape) = info.shape.iter().map(|&length| usize::try_from(length)).collect() else {
        return refuse("has a dimension that is too large".into());
    };
    Ok(Entry { name, shape, begin: begin as usize, end: end as usize })
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

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HeaderVisitor;
        impl<'de> Visitor<'de> for HeaderVisitor {
            type Value = Header;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of tensors")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut header = Header::default();
                let mut has_metadata = false;
                while let Some(key) = map.next_key::<String>()? {
                    if key != METADATA_KEY {
                        header.entries.push((key, map.next_value()?));
                    } else if !std::mem::replace(&mut has_metadata, true) {
                        header.metadata = map.next_value::<Pairs>()?.0;
                    } else {
                        return Err(serde::de::Error::custom(format!("key {METADATA_KEY} comes twice")));
                    }
                }
                Ok(header)
            }
        }
        deserializer.deserialize_map(HeaderVisitor)
    }
}

/// An object of strings, in order and with its duplicates, which a map would swallow.
struct Pairs(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;
        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("an object of strings")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor)
    }
}
