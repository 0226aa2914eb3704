//! Numbers of a link: a narrow grammar that every language reads to the same f64, and the shortest decimal that gives an f32 back.

/// Reads `-?digits(.digits)?(e-?digits)?` with at most 15 digits before the exponent and an exponent within ±22; anything else is None.
/// No sign `+`, no inf, no NaN, no space, so the result is always finite.
pub(super) fn read(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let counted = unsigned.bytes().filter(u8::is_ascii_digit).count();
    let exponent = exponent.strip_prefix('-').unwrap_or(exponent);
    if !digits(whole) || !digits(fraction) || counted > 15 || !digits(exponent) || exponent.len() > 2 {
        return None;
    }
    if exponent.parse::<u32>().ok()? > 22 {
        return None;
    }
    text.parse().ok()
}

/// Reads a whole number, at most 15 digits.
pub(super) fn read_whole(text: &str) -> Option<f64> {
    read(text).filter(|value| value.fract() == 0.0)
}

/// The shortest decimal that rounds to this f32, plain unless the form with an exponent is shorter.
pub(super) fn write(value: f32) -> String {
    let (plain, scientific) = (value.to_string(), format!("{value:e}"));
    if scientific.len() < plain.len() { scientific } else { plain }
}
