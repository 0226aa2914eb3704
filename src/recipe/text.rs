//! The text inside a link: `x=` as it stands or `z=` as base64url of deflate-raw, whichever is shorter. It refuses to inflate what is
//! longer than its limits and to hide where a text stopped being readable.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::{MAX_BYTES, MAX_ENCODED, MAX_TEXT, base64};

/// Names the codec of `z=`: deflate without header.
const DEFLATE_RAW: char = 'd';
const COMPRESSION_LEVEL: u8 = 10;

/// A text as it was read.
pub(super) enum Reading {
    /// all of it
    Whole(String),
    /// its true beginning
    Beginning(String),
    /// not read: length of the value where that is what is too long, and the limit
    TooLong(Option<usize>, usize),
}

/// Reads `x=`.
pub(super) fn read_short(value: &str) -> Reading {
    if value.len() > MAX_BYTES {
        return Reading::TooLong(Some(value.len()), MAX_BYTES);
    }
    let end = value.find(|character| !is_short_character(character)).unwrap_or(value.len());
    let text = value[..end].replace('_', " ");
    if end == value.len() { Reading::Whole(text) } else { Reading::Beginning(text) }
}

fn is_short_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_')
}

/// Reads `z=`: at most 64 KiB after base64, at most 1 MiB of text, each looked at before memory is taken for it.
pub(super) fn read_deflated(value: &str) -> Reading {
    let Some(encoded) = value.strip_prefix(DEFLATE_RAW) else { return Reading::Beginning(String::new()) };
    if encoded.len() > MAX_ENCODED {
        return Reading::TooLong(Some(encoded.len()), MAX_ENCODED);
    }
    let (deflated, whole_encoding) = base64::decode(encoded);
    let Some((mut bytes, whole_stream)) = inflate(&deflated) else { return Reading::TooLong(None, MAX_TEXT) };
    let valid = std::str::from_utf8(&bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let whole_text = valid == bytes.len();
    bytes.truncate(valid);
    let text = String::from_utf8(bytes).unwrap_or_default();
    if whole_encoding && whole_stream && whole_text { Reading::Whole(text) } else { Reading::Beginning(text) }
}

/// What comes out, and whether the stream came to its end; None above [`MAX_TEXT`].
fn inflate(deflated: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut decompressor = Box::<DecompressorOxide>::default();
    // one byte more than the limit: a stream of exactly the limit must reach its end
    let mut bytes = vec![0; (deflated.len() * 4).clamp(64, MAX_TEXT + 1)];
    let (mut read, mut written) = (0, 0);
    loop {
        let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let (status, taken, given) = decompress(&mut decompressor, &deflated[read..], &mut bytes, written, flags);
        read += taken;
        written += given;
        if written > MAX_TEXT {
            return None;
        }
        if status != TINFLStatus::HasMoreOutput {
            bytes.truncate(written);
            return Some((bytes, status == TINFLStatus::Done));
        }
        bytes.resize((bytes.len() * 2).min(MAX_TEXT + 1), 0);
    }
}

/// The shorter of `("x", …)` and `("z", …)`; None for a text that no link can hold.
pub(super) fn write(text: &str) -> Option<(&'static str, String)> {
    let short = text.len() <= MAX_BYTES && text.chars().all(|c| c == ' ' || (c != '_' && is_short_character(c)));
    let short = short.then(|| ("x", text.replace(' ', "_")));
    let deflated = (text.len() <= MAX_TEXT).then(|| base64::encode(&compress_to_vec(text.as_bytes(), COMPRESSION_LEVEL)));
    let deflated = deflated.filter(|value| value.len() <= MAX_ENCODED).map(|value| ("z", format!("{DEFLATE_RAW}{value}")));
    match (short, deflated) {
        (Some(short), Some(deflated)) => Some(if deflated.1.len() < short.1.len() { deflated } else { short }),
        (short, deflated) => short.or(deflated),
    }
}
