//! The header of a safetensors file: taken apart and checked, names, dtypes and places, before a single number is read.
//! It refuses what the reference implementation refuses; JSON maps are read by hand, since a map type would swallow duplicate keys.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

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
#[derive(Deserialize)]
#[serde(expecting = "a tensor's dtype, shape and data_offsets")]
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
pub(super) fn check_layout(entries: Vec<(String, Info)>, data_bytes: usize) -> Result<Vec<Place>, Error> {
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
