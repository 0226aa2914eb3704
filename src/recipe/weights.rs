//! Weights of a small net as characters of a link: a codec letter, then base64url of, for each row, a bf16 scale and int8 values.
//! A parameter of one dimension is one row; the order is that of the parameters. It refuses anything that does not fit the model exactly.
//!
//! value = scale * integer, which is exact in f32 (8 and 7 bits), so every engine reads the same weights, and weights that were read
//! are written the same again. Of one trained LSTM (H = 32, V = 40) the loss rose by 0.0008 nats.

use crate::error::Error;

use super::{MAX_ENCODED, base64};

/// Names the codec: bf16 scale and int8 values for each row.
const ROWS_OF_INT8: char = 'q';
const LARGEST: f32 = 127.0;

/// Characters that `w=` takes for these parameters, each (rows, columns); compare with [`MAX_ENCODED`] before writing.
pub fn encoded_length(entries: &[(usize, usize)]) -> u64 {
    base64::encoded_length(bytes_needed(entries)).saturating_add(1)
}

fn bytes_needed(entries: &[(usize, usize)]) -> u64 {
    let bytes = |&(rows, columns): &(usize, usize)| (rows as u64).saturating_mul((columns as u64).saturating_add(2));
    entries.iter().map(bytes).fold(0, u64::saturating_add)
}

/// Writes the weights, `values` being the parameters in order, row-major. A number that is not finite becomes 0.
///
/// # Panics
/// When `entries` do not describe exactly `values`: that is a bug of the caller.
pub fn encode(values: &[f32], entries: &[(usize, usize)]) -> String {
    let numbers: usize = entries.iter().map(|&(rows, columns)| rows * columns).sum();
    assert_eq!(numbers, values.len(), "the entries describe all values");
    let mut bytes = Vec::with_capacity(bytes_needed(entries) as usize);
    let mut rest = values;
    for &(rows, columns) in entries {
        for _ in 0..rows {
            let (row, after) = rest.split_at(columns);
            write_row(row, &mut bytes);
            rest = after;
        }
    }
    format!("{ROWS_OF_INT8}{}", base64::encode(&bytes))
}

fn write_row(row: &[f32], bytes: &mut Vec<u8>) {
    let finite = |value: f32| if value.is_finite() { value } else { 0.0 };
    let largest = row.iter().fold(0f32, |largest, &value| largest.max(finite(value).abs()));
    let scale = nearest_bf16(largest / LARGEST);
    bytes.extend_from_slice(&scale.to_le_bytes());
    let scale = from_bf16(scale);
    for &value in row {
        let quotient = if scale > 0.0 { finite(value) / scale } else { 0.0 };
        bytes.push(quotient.round().clamp(-LARGEST, LARGEST) as i8 as u8);
    }
}

/// Upper half of the f32 nearest to a finite value >= 0; ties to even.
fn nearest_bf16(value: f32) -> u16 {
    let bits = value.to_bits();
    ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16
}

fn from_bf16(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// Reads the weights of a model with these parameters, in order, row-major.
///
/// # Errors
/// [`Error::LinkTooLong`] above [`MAX_ENCODED`] characters; [`Error::BadFile`] for another codec, a wrong number of characters, a character
/// that is none of base64url and a scale that is negative or not finite. Nothing is allocated before the length is right.
pub fn decode(value: &str, entries: &[(usize, usize)]) -> Result<Vec<f32>, Error> {
    let bad = |reason: String| Error::BadFile { reason };
    let Some(encoded) = value.strip_prefix(ROWS_OF_INT8) else {
        return Err(bad("the weights in the link are of a kind that this engine does not know".to_owned()));
    };
    if encoded.len() > MAX_ENCODED {
        return Err(Error::LinkTooLong { value: encoded.len() as u64, limit: MAX_ENCODED as u64 });
    }
    let needed = base64::encoded_length(bytes_needed(entries));
    if encoded.len() as u64 != needed {
        return Err(bad(format!("the weights in the link have {} characters, this model needs {needed}", encoded.len())));
    }
    let (bytes, is_whole) = base64::decode(encoded);
    if !is_whole || bytes.len() as u64 != bytes_needed(entries) {
        return Err(bad(format!("character {} of the weights in the link is none of base64", bytes.len().div_ceil(3) * 4)));
    }
    let mut values = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    for &(rows, columns) in entries {
        for row in 0..rows {
            let (encoded_row, after) = rest.split_at(columns + 2);
            let scale = from_bf16(u16::from_le_bytes([encoded_row[0], encoded_row[1]]));
            if !scale.is_finite() || scale.is_sign_negative() {
                return Err(bad(format!("row {row} of the weights in the link has a scale that is no positive number")));
            }
            values.extend(encoded_row[2..].iter().map(|&byte| f32::from(byte as i8) * scale));
            rest = after;
        }
    }
    Ok(values)
}
