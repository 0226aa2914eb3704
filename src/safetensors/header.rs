//! The header of a safetensors file: taken apart and checked, names, dtypes and places, before a single number is read.
//! It refuses what the reference implementation refuses.

use super::json::{self, Value};
use super::{HEADER_LIMIT, METADATA_KEY, VALUE_BYTES, bad, cut, short};
use crate::error::Error;

const LENGTH_BYTES: usize = 8;

/// A file's header and data.
pub(super) fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), Error> {
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
pub(super) struct Header {
    pub metadata: Vec<(String, String)>,
    pub entries: Vec<(String, Info)>,
}

/// One tensor's description.
pub(super) struct Info {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: Vec<u64>,
}

/// A tensor whose place in the data has been checked.
pub(super) struct Place {
    pub name: String,
    pub shape: Vec<usize>,
    pub begin: usize,
    pub end: usize,
}

/// What the header says, every key once; places are not checked yet.
pub(super) fn parse(header: &[u8]) -> Result<Header, Error> {
    if header.first() != Some(&b'{') {
        return Err(bad("its header does not begin with {".into()));
    }
    let text = std::str::from_utf8(header).map_err(|error| not_json(error.valid_up_to()))?;
    let Value::Object(pairs) = json::read(text).map_err(not_json)? else {
        return Err(bad("its header does not describe tensors".into()));
    };
    let mut header = Header::default();
    let mut metadata = None;
    for (key, value) in pairs {
        if key != METADATA_KEY {
            let info = read_info(value).ok_or_else(|| {
                bad(format!("its header does not describe tensors: {} has no dtype, shape and data_offsets", short(&key)))
            })?;
            header.entries.push((key, info));
        } else if metadata.replace(value).is_some() {
            return Err(bad(format!("key {METADATA_KEY} comes twice in its header")));
        }
    }
    if let Some(metadata) = metadata {
        let texts = texts(metadata);
        header.metadata =
            texts.ok_or_else(|| bad("its header does not describe tensors: the metadata is no object of strings".into()))?;
    }
    refuse_duplicates(header.entries.iter().map(|(name, _)| name))?;
    refuse_duplicates(header.metadata.iter().map(|(key, _)| key))?;
    Ok(header)
}

fn not_json(at: usize) -> Error {
    bad(format!("its header is not JSON: byte {at}"))
}

fn read_info(value: Value) -> Option<Info> {
    let Value::Object(pairs) = value else { return None };
    let mut info = Info { dtype: String::new(), shape: Vec::new(), data_offsets: Vec::new() };
    let mut seen = [0; 3];
    for (key, value) in pairs {
        match (key.as_str(), value) {
            ("dtype", Value::Text(dtype)) => (info.dtype, seen[0]) = (dtype, seen[0] + 1),
            ("shape", Value::List(list)) => (info.shape, seen[1]) = (whole_numbers(list)?, seen[1] + 1),
            ("data_offsets", Value::List(list)) => (info.data_offsets, seen[2]) = (whole_numbers(list)?, seen[2] + 1),
            ("dtype" | "shape" | "data_offsets", _) => return None,
            _ => {}
        }
    }
    (seen == [1; 3]).then_some(info)
}

fn whole_numbers(list: Vec<Value>) -> Option<Vec<u64>> {
    list.into_iter().map(|value| if let Value::Whole(n) = value { Some(n) } else { None }).collect()
}

fn texts(value: Value) -> Option<Vec<(String, String)>> {
    let Value::Object(pairs) = value else { return None };
    pairs.into_iter().map(|(key, value)| if let Value::Text(text) = value { Some((key, text)) } else { None }).collect()
}

fn refuse_duplicates<'a>(keys: impl Iterator<Item = &'a String>) -> Result<(), Error> {
    let mut sorted: Vec<&String> = Vec::new();
    for key in keys {
        match sorted.binary_search(&key) {
            Ok(_) => return Err(bad(format!("key {} comes twice in its header", short(key)))),
            Err(place) => sorted.insert(place, key),
        }
    }
    Ok(())
}

/// The tensors by their place, after checking that they are F32 and fill the data exactly once.
pub(super) fn check_layout(entries: Vec<(String, Info)>, data_bytes: usize) -> Result<Vec<Place>, Error> {
    let mut checked: Vec<Place> = Vec::new();
    for (name, info) in entries {
        let place = check_entry(name, &info, data_bytes)?;
        let at = checked.partition_point(|other| (other.begin, other.end) <= (place.begin, place.end));
        checked.insert(at, place);
    }
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

fn check_entry(name: String, info: &Info, data_bytes: usize) -> Result<Place, Error> {
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
    Ok(Place { name, shape, begin: begin as usize, end: end as usize })
}
