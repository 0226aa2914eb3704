//! Which keys a link may have, and which values may stand in one. It refuses to give a value its meaning.

use crate::settings::{NAME_SETTINGS, NumberSetting};

use super::{MAX_ENCODED, MAX_SHORT_VALUE, view};

/// Keys that hold the text: exactly one of them counts.
pub(super) fn is_text_key(key: &str) -> bool {
    matches!(key, "p" | "x" | "z")
}

/// `v` and `k` in any case: never kept as unknown, since they would be taken for marks of the link.
pub(super) fn is_reserved(key: &str) -> bool {
    key.eq_ignore_ascii_case("v") || key.eq_ignore_ascii_case("k")
}

/// Whether this version gives the key a meaning.
pub(super) fn is_known_key(key: &str) -> bool {
    let settings = NumberSetting::of_key(key).is_some() || NAME_SETTINGS.iter().any(|setting| setting.key == key);
    settings
        || view::is_view_key(key)
        || is_text_key(key)
        || is_reserved(key)
        || matches!(key, "n" | "tl" | "c" | "d" | "e" | "w")
}

/// Whether a pair may stand in a link that we write.
pub(super) fn can_keep(key: &str, value: &str) -> bool {
    let is_plain =
        |text: &str, also: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || also.chars().any(|other| other == c));
    let limit = if is_text_key(key) || key == "w" { MAX_ENCODED + 1 } else { MAX_SHORT_VALUE };
    let fits = key.len() <= 64 && value.len() <= limit;
    !key.is_empty() && !is_reserved(key) && fits && is_plain(key, "_.-") && is_plain(value, "_.-=")
}

/// 8 lower-case hex digits.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Names of presets and versions.
pub(super) fn is_short_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
}

/// A codec letter and base64url within the limit; whether it fits the model only the model knows.
pub(super) fn is_weights(text: &str) -> bool {
    let is_encoding = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (2..=MAX_ENCODED + 1).contains(&text.len()) && text.bytes().all(is_encoding)
}
